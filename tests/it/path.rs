//! Ridge paths and fits from moments, against fits of the data one penalty at a time.
#![allow(clippy::print_stdout)] // the measured errors, shown with --nocapture

use crate::common::{Uniform, largest_relative, load, relative, samples};
use elltwo::Error;
use elltwo::data::StandardScaler;
use elltwo::metrics;
use elltwo::model::{Estimator, LinearModel, Predictor, RidgePath};
use elltwo::moments::Moments;
use elltwo::solver::{FallbackReason, Solver};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Ix2, array, concatenate, s};

fn grid() -> Vec<f64> {
    let ascending = (0..25).map(|i| 10.0_f64.powf(f64::from(i) / 2.0 - 8.0));
    std::iter::once(0.0).chain(ascending).collect()
}

fn fit(x: ArrayView2<'_, f64>, y: ArrayView1<'_, f64>, lambda: f64) -> LinearModel<f64> {
    crate::common::ridge()
        .lambda(lambda)
        .solver(Solver::Qr)
        .fit(x, y)
        .expect("a fit")
}

#[test]
fn a_path_is_the_fit_of_each_penalty() {
    for (name, limit) in [
        ("diabetes", 1e-10),
        ("auto_mpg", 1e-10),
        ("penguins", 1e-10),
        ("longley", 1e-9),
    ] {
        let dataset = load(name);
        let scaled: Array2<f64> = StandardScaler
            .fit(dataset.x())
            .and_then(|s| s.transform(dataset.x()))
            .expect("scaled columns");
        for (form, x) in [("raw", dataset.x()), ("standardised", scaled.view())] {
            let path = RidgePath::new()
                .lambdas(grid())
                .fit(&samples(x, dataset.y(), None))
                .expect("a path");
            let (mut coefficients, mut mse) = (0.0_f64, 0.0_f64);
            for (i, &lambda) in path.lambdas().iter().enumerate() {
                let model = fit(x, dataset.y(), lambda);
                let along = path.coefficients().column(i).to_owned();
                // Relative to the largest term of a prediction: single coefficients cross zero.
                let scale = x.std_axis(Axis(0), 0.0);
                let largest = (&model.coefficients() * &scale).fold(0.0_f64, |a, v| a.max(v.abs()));
                let off = (&along - &model.coefficients()) * &scale;
                coefficients = coefficients.max(off.fold(0.0_f64, |a, v| a.max(v.abs())) / largest);
                mse = mse.max(relative(
                    path.mse()[i],
                    model.report().expect("a report").mse[0],
                ));
                let again = path
                    .model(i)
                    .expect("a model")
                    .predict(x)
                    .expect("predictions");
                let direct = model.predict(x).expect("predictions");
                assert!((again - direct).iter().all(|d| d.abs() <= 1e-6));
            }
            println!(
                "path {name} {form} by {}: coefficients {coefficients:.1e}, mse {mse:.1e}",
                path.solver()
            );
            assert!(coefficients <= limit && mse <= limit, "{name} {form}");
        }
    }
}

#[test]
fn degrees_of_freedom_are_the_trace_of_the_hat_matrix() {
    let mut random = Uniform(3);
    let x = random.matrix(15, 4, 10.0);
    let weights = random.vector(15, 1.5);
    for fit_intercept in [true, false] {
        let path = RidgePath::new()
            .lambdas([0.0, 1e-2, 1.0])
            .fit_intercept(fit_intercept)
            .fit(&samples(
                x.view(),
                random.vector(15, 10.0).view(),
                Some(weights.view()),
            ))
            .expect("a path");
        for (i, &lambda) in path.lambdas().iter().enumerate() {
            // The prediction of row j for the target that is 1 there and 0 elsewhere.
            let trace: f64 = (0..15)
                .map(|j| {
                    let mut y = Array1::zeros(15);
                    y[j] = 1.0;
                    let model = crate::common::ridge()
                        .lambda(lambda)
                        .fit_intercept(fit_intercept)
                        .fit_weighted(x.view(), y.view(), Some(weights.view()))
                        .expect("a fit");
                    model.predict(x.view()).expect("predictions")[j]
                })
                .sum();
            assert!(relative(path.degrees_of_freedom()[i], trace) <= 1e-11);
        }
    }
}

#[test]
fn a_path_of_deficient_rank_has_the_shortest_solution_at_zero() {
    let mut random = Uniform(4);
    let tall = random.matrix(20, 3, 10.0);
    let ones = Array2::ones((20, 1));
    let doubled = concatenate(Axis(1), &[tall.view(), (&tall * 1e3).view(), ones.view()]);
    let doubled = doubled.expect("columns");
    let wide = random.matrix(8, 20, 10.0);
    for x in [doubled, wide, Array2::ones((5, 2))] {
        let y = random.vector(x.nrows(), 10.0);
        let path = RidgePath::new()
            .lambdas([0.0, 1e-3])
            .fit(&samples(x.view(), y.view(), None))
            .expect("a path");
        for i in 0..2 {
            let model = fit(x.view(), y.view(), path.lambdas()[i]);
            let off = &path.coefficients().column(i) - &model.coefficients();
            let size = model.coefficients().fold(0.0_f64, |a, v| a.max(v.abs()));
            assert!(off.iter().all(|d| d.abs() <= 1e-9 * size), "{off}");
        }
        assert!(path.rank() < x.ncols());
        let moments = Moments::from_data(x.view(), y.view(), None).expect("moments");
        let model: LinearModel<f64> = crate::common::ridge().fit_moments(&moments).expect("a fit");
        let report = model.report().expect("a report");
        assert_eq!(report.rank(), Some(path.rank()));
        let off = &path.coefficients().column(0) - &model.coefficients();
        let size = path.coefficients().fold(0.0_f64, |a, v| a.max(v.abs()));
        assert!(off.iter().all(|d| d.abs() <= 1e-9 * size), "{off}");
    }
}

#[test]
fn the_default_grid_runs_from_nothing_shrunk_to_all() {
    for name in ["diabetes", "longley"] {
        let dataset = load(name);
        let path = RidgePath::new()
            .fit(&samples(dataset.x(), dataset.y(), None))
            .expect("a path");
        assert_eq!(path.lambdas().len(), 100);
        assert!(path.lambdas().is_sorted());
        let df = path.degrees_of_freedom();
        assert!(df[99] < 1.0 + 0.001 * dataset.n_features() as f64);
        assert!(df[0] > dataset.n_features() as f64 + 0.9);
    }
}

#[test]
fn scales_and_penalties_at_the_ends_of_the_range_are_answered() {
    let mut random = Uniform(6);
    let (x, y) = (random.matrix(12, 3, 10.0), random.vector(12, 10.0));
    for scale in [1e-140, 1e-60, 1e60, 1e140] {
        let scaled = &x * scale;
        let path = RidgePath::new()
            .lambdas([0.0, 1e-300, 1e300])
            .fit(&samples(scaled.view(), y.view(), None))
            .expect("a path");
        let plain = fit(x.view(), y.view(), 0.0);
        let back = path.coefficients().column(0).to_owned() * scale;
        assert!(largest_relative(&back, plain.coefficients()) <= 1e-10);
    }
    let mut apart = x.clone();
    apart.column_mut(0).mapv_inplace(|v| v * 1e150);
    let answer = RidgePath::new().fit(&samples(apart.view(), y.view(), None));
    assert!(matches!(answer, Err(Error::Overflow { .. })));
}

#[test]
fn moments_fit_what_the_data_fit() {
    let mut random = Uniform(7);
    let x = random.matrix(200, 5, 1e6);
    let y = (&x - 1e6).dot(&random.matrix(5, 2, 1.0)) + random.matrix(200, 2, 10.0);
    let weights = random.vector(200, 1.5);
    let moments = Moments::from_data(x.view(), y.view(), Some(weights.view())).expect("moments");
    for solver in [Solver::Auto, Solver::Cholesky, Solver::Eigen] {
        let ridge = crate::common::ridge().lambda_per_target([0.0, 0.5]);
        let data = ridge
            .clone()
            .solver(Solver::Qr)
            .fit_weighted(x.view(), y.view(), Some(weights.view()))
            .expect("a fit");
        let model: LinearModel<f64, Ix2> = ridge
            .clone()
            .solver(solver)
            .fit_moments(&moments)
            .expect("a fit");
        let worst = largest_relative(model.coefficients(), data.coefficients());
        println!("moments by {solver}: {worst:.1e}");
        assert!(worst <= 1e-11);
        let report = model.report().expect("a report");
        assert_eq!((report.n_samples, report.rank()), (200, Some(5)));
        assert_eq!(
            report.ridge().expect("a ridge").solver == Solver::Eigen,
            solver == Solver::Eigen
        );
        let exact = &data.report().expect("a report").mse;
        assert!(largest_relative(&report.mse, exact) <= 1e-10);
        let again = model.mse_on(&moments).expect("mse");
        assert!(largest_relative(&again, &report.mse) <= 1e-15);
        let by_data = ridge
            .solver(Solver::Eigen)
            .fit_weighted(x.view(), y.view(), Some(weights.view()))
            .expect("a fit");
        assert!(largest_relative(by_data.coefficients(), data.coefficients()) <= 1e-11);
    }
    let path = RidgePath::new().lambdas([0.0, 0.5]);
    let one = Moments::from_data(x.view(), y.column(1), Some(weights.view())).expect("moments");
    let from_moments = path.fit_moments(&one).expect("a path");
    let from_data = path
        .fit(&samples(x.view(), y.column(1), Some(weights.view())))
        .expect("a path");
    assert!(largest_relative(from_moments.coefficients(), from_data.coefficients()) <= 1e-11);
    assert!(largest_relative(from_moments.mse(), from_data.mse()) <= 1e-11);
}

#[test]
fn quality_comes_from_moments_of_other_rows_too() {
    let dataset = load("diabetes");
    let (x, y) = (dataset.x(), dataset.y());
    let model = crate::common::ridge()
        .fit(x.slice(s![..300, ..]), y.slice(s![..300]))
        .expect("a fit");
    let (x, y) = (x.slice(s![300.., ..]), y.slice(s![300..]));
    let moments = Moments::from_data(x, y, None).expect("moments");
    let predictions = model.predict(x).expect("predictions");
    let mse = metrics::mse(y, predictions.view()).expect("mse");
    let r2 = metrics::r2(y, predictions.view()).expect("r2");
    assert!(relative(model.mse_on(&moments).expect("mse"), mse) <= 1e-11);
    assert!(relative(model.r2_on(&moments).expect("r2"), r2) <= 1e-11);
    let sum = model.residual_sum_of_squares_on(&moments).expect("rss");
    let variance = model.residual_variance_on(&moments).expect("a variance");
    assert!(relative(variance, sum / (142.0 - 11.0)) <= 1e-15);
}

#[test]
fn ill_conditioned_moments_say_so() {
    let mut random = Uniform(9);
    let mut x = random.matrix(50, 3, 10.0);
    let near = &x.column(0) + &(random.vector(50, 0.0) * 1e-6);
    x.column_mut(2).assign(&near);
    let y = random.vector(50, 10.0);
    let moments = Moments::from_data(x.view(), y.view(), None).expect("moments");
    let model: LinearModel<f64> = crate::common::ridge().fit_moments(&moments).expect("a fit");
    let report = model.report().expect("a report");
    assert_eq!(report.ridge().expect("a ridge").solver, Solver::Eigen);
    assert!(matches!(
        report.ridge().expect("a ridge").fallbacks[..],
        [elltwo::solver::Fallback {
            solver: Solver::Cholesky,
            reason: FallbackReason::IllConditioned { .. },
        }]
    ));
    assert!(report.ridge().expect("a ridge").condition_number > 1e5);
}

#[test]
fn some_features_have_the_moments_of_their_columns() {
    let mut random = Uniform(10);
    let (x, y) = (random.matrix(40, 5, 1e3), random.matrix(40, 2, 10.0));
    let moments = Moments::from_data(x.view(), y.view(), None).expect("moments");
    let some = moments.select(&[4, 0, 2]).expect("moments");
    let columns = x.select(Axis(1), &[4, 0, 2]);
    let direct = Moments::from_data(columns.view(), y.view(), None).expect("moments");
    assert!(largest_relative(&some.feature_scatter(), &direct.feature_scatter()) <= 1e-12);
    assert!(largest_relative(&some.cross_scatter(), &direct.cross_scatter()) <= 1e-10);
    assert_eq!(some.target_scatter().len(), 2);
    assert_eq!(some.feature_means(), direct.feature_means());
    let merged = {
        let mut twice = some.clone();
        twice.merge(&direct).expect("a merge");
        twice
    };
    assert_eq!(merged.n_samples(), 80);
}

#[test]
fn bad_arguments_are_named() {
    let moments = Moments::from_data(
        array![[1.0], [2.0]].view(),
        array![[1.0, 2.0], [2.0, 2.0]].view(),
        None,
    )
    .expect("moments");
    let ridge = crate::common::ridge();
    let one: Result<LinearModel<f64>, Error> = ridge.fit_moments(&moments);
    assert!(matches!(one, Err(Error::ShapeMismatch { .. })));
    assert!(matches!(
        RidgePath::new().fit_moments(&moments),
        Err(Error::ShapeMismatch { .. })
    ));
    let qr: Result<LinearModel<f64, Ix2>, Error> =
        ridge.clone().solver(Solver::Qr).fit_moments(&moments);
    assert!(matches!(qr, Err(Error::SolverFailed { .. })));
    let empty = Moments::new(1, 1).expect("moments");
    let none: Result<LinearModel<f64>, Error> = ridge.fit_moments(&empty);
    assert!(matches!(none, Err(Error::Empty { .. })));
    assert!(matches!(
        RidgePath::new().fit_moments(&empty),
        Err(Error::Empty { .. })
    ));
    assert!(matches!(
        moments.select(&[1]),
        Err(Error::InvalidParameter { .. })
    ));
    assert!(matches!(moments.select(&[]), Err(Error::Empty { .. })));
    assert!(matches!(
        RidgePath::new().lambdas([]).validate(),
        Err(Error::Empty { .. })
    ));
    let model = LinearModel::from_parts(array![1.0], 0.0).expect("a model");
    let one = Moments::from_data(array![[1.0], [2.0]].view(), array![1.0, 2.0].view(), None);
    let variance = model.residual_variance_on(&one.expect("moments"));
    assert!(matches!(variance, Err(Error::Unreported { .. })));
}
