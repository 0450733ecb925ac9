//! Ridge at the edges: shapes, ranks, penalties and magnitudes, against constructed or brute-force answers.

use crate::common::{Uniform, largest_relative, relative};
use elltwo::model::{Estimator, LinearModel, Predictor};
use elltwo::scalar::Scalar as _;
use elltwo::solver::{FallbackReason, Solver};
use ndarray::{Array1, Array2, ArrayView2, Axis, array, concatenate, s};

/// The reference: least squares of the λ-augmented, centred design by faer's SVD, in the units of the data.
fn reference(x: ArrayView2<'_, f64>, y: &Array1<f64>, lambda: f64) -> Array1<f64> {
    let (n, p) = x.dim();
    let means = x.mean_axis(Axis(0)).expect("rows");
    let y_mean = y.mean().expect("rows");
    let root = (lambda * n as f64).sqrt();
    let design = faer::Mat::from_fn(n + p, p, |i, j| {
        if i < n {
            x[[i, j]] - means[j]
        } else if i - n == j {
            root
        } else {
            0.0
        }
    });
    let design = if lambda == 0.0 {
        design.subrows(0, n).to_owned()
    } else {
        design
    };
    let inverse = pseudo_inverse(&design);
    let rhs = faer::Mat::from_fn(
        design.nrows(),
        1,
        |i, _| if i < n { y[i] - y_mean } else { 0.0 },
    );
    let w = inverse * rhs;
    Array1::from_shape_fn(p, |j| w[(j, 0)])
}

fn pseudo_inverse(matrix: &faer::Mat<f64>) -> faer::Mat<f64> {
    let svd = matrix.thin_svd().expect("an SVD");
    let (u, v, s) = (svd.U(), svd.V(), svd.S().column_vector());
    let cut = 1e-11 * s[0];
    faer::Mat::from_fn(v.nrows(), u.nrows(), |i, j| {
        (0..s.nrows())
            .filter(|&k| s[k] > cut)
            .map(|k| v[(i, k)] * u[(j, k)] / s[k])
            .sum()
    })
}

fn fit(solver: Solver, lambda: f64, x: &Array2<f64>, y: &Array1<f64>) -> LinearModel<f64> {
    crate::common::ridge()
        .lambda(lambda)
        .solver(solver)
        .fit(x.view(), y.view())
        .expect("a fit")
}

#[test]
fn every_solver_finds_the_same_minimum_tall_square_and_wide() {
    let mut uniform = Uniform(5);
    for (n, p) in [(50, 4), (20, 20), (12, 40), (5, 50)] {
        let (x, y) = (uniform.matrix(n, p, 10.0), uniform.vector(n, 10.0));
        for lambda in [1e-3, 0.1, 10.0] {
            let exact = reference(x.view(), &y, lambda);
            for solver in Solver::ALL {
                let model = fit(solver, lambda, &x, &y);
                let error = (&model.coefficients() - &exact).mapv(f64::abs).sum()
                    / exact.mapv(f64::abs).sum();
                assert!(
                    error <= 1e-9,
                    "{n} × {p}, λ = {lambda}, {solver}: {error:.1e}"
                );
                assert!(
                    !model.report().expect("a report").is_rank_deficient(),
                    "{solver}"
                );
                // The mean residual is zero: the intercept is right.
                let residuals = &y - &model.predict(x.view()).expect("predictions");
                assert!(residuals.sum().abs() <= 1e-9, "{solver}");
            }
        }
    }
}

#[test]
fn without_an_intercept_nothing_is_centred() {
    let mut uniform = Uniform(6);
    let (x, y) = (uniform.matrix(30, 3, 5.0), uniform.vector(30, 5.0));
    // (XᵀX + nλI) w = Xᵀy by Cramer-free elimination: a 3 × 3 system through the reference of an augmented design.
    let n = 30.0;
    for (lambda, solver) in [0.0, 0.05]
        .into_iter()
        .flat_map(|l| Solver::ALL.map(|s| (l, s)))
    {
        if solver == Solver::Dual && lambda == 0.0 {
            continue;
        }
        let estimator = crate::common::ridge()
            .fit_intercept(false)
            .lambda(lambda)
            .solver(solver);
        let model = estimator.fit(x.view(), y.view()).expect("a fit");
        assert_eq!(model.intercept(), 0.0);
        let w = model.coefficients().to_owned();
        let gradient = x.t().dot(&(&y - &x.dot(&w))) - &w * (n * lambda);
        assert!(
            gradient.iter().all(|g| g.abs() <= 1e-8),
            "{solver}: {gradient}"
        );
    }
}

#[test]
fn the_dual_runs_when_there_are_fewer_samples_and_its_name_is_in_the_report() {
    let mut uniform = Uniform(7);
    let (x, y) = (uniform.matrix(10, 60, 0.0), uniform.vector(10, 0.0));
    assert_eq!(
        fit(Solver::Auto, 0.1, &x, &y)
            .report()
            .expect("a report")
            .ridge()
            .expect("a ridge")
            .solver,
        Solver::Dual
    );
    // Without a penalty too, unless the rows depend on each other.
    let mut repeated = x.clone();
    repeated.row_mut(3).assign(&x.row(7));
    for (x, expected) in [(&x, Solver::Dual), (&repeated, Solver::Qr)] {
        assert_eq!(
            fit(Solver::Auto, 0.0, x, &y)
                .report()
                .expect("a report")
                .ridge()
                .expect("a ridge")
                .solver,
            expected
        );
    }
    let tall = fit(
        Solver::Auto,
        0.0,
        &uniform.matrix(80, 3, 0.0),
        &uniform.vector(80, 0.0),
    );
    assert_eq!(
        tall.report()
            .expect("a report")
            .ridge()
            .expect("a ridge")
            .solver,
        Solver::Cholesky
    );
}

#[test]
fn deficient_rank_gives_the_shortest_solution_of_the_original_coefficients() {
    let mut uniform = Uniform(8);
    let base = uniform.matrix(40, 3, 10.0);
    let y = uniform.vector(40, 3.0);
    let sum = (&base.column(0) + &base.column(1)).insert_axis(Axis(1));
    let scaled = &base * 1000.0;
    let duplicated = concatenate(Axis(1), &[base.view(), base.view()]).expect("columns");
    let collinear = concatenate(Axis(1), &[base.view(), sum.view()]).expect("columns");
    let rescaled = concatenate(Axis(1), &[base.view(), scaled.view()]).expect("columns");
    let wide = uniform.matrix(8, 30, 10.0);
    let wide_y = uniform.vector(8, 3.0);
    for (what, x, y, rank) in [
        ("duplicated", &duplicated, &y, 3),
        ("collinear", &collinear, &y, 3),
        ("rescaled copies", &rescaled, &y, 3),
        ("wide", &wide, &wide_y, 7),
    ] {
        let exact = reference(x.view(), y, 0.0);
        for solver in [Solver::Auto, Solver::Qr, Solver::Svd] {
            let model = fit(solver, 0.0, x, y);
            let report = model.report().expect("a report");
            assert_eq!(report.rank(), Some(rank), "{what} {solver}");
            assert!(report.is_rank_deficient());
            let error =
                (&model.coefficients() - &exact).mapv(f64::abs).sum() / exact.mapv(f64::abs).sum();
            assert!(
                error <= 1e-9,
                "{what} {solver}: {error:.1e}\n{}\n{exact}",
                model.coefficients()
            );
        }
        // It is the limit λ → 0.
        let limit = fit(Solver::Auto, 1e-7, x, y);
        let error =
            (&limit.coefficients() - &exact).mapv(f64::abs).sum() / exact.mapv(f64::abs).sum();
        assert!(error <= 1e-5, "{what}: {error:.1e}");
    }
}

#[test]
fn constant_and_zero_columns_have_no_coefficient() {
    let mut uniform = Uniform(9);
    let mut x = uniform.matrix(30, 4, 1e3);
    x.column_mut(1).fill(0.1 + 0.2);
    x.column_mut(3).fill(0.0);
    let y = uniform.vector(30, 2.0);
    let kept = x.select(Axis(1), &[0, 2]);
    for (solver, lambda) in Solver::ALL.into_iter().flat_map(|s| [(s, 0.0), (s, 0.5)]) {
        if solver == Solver::Dual {
            continue;
        }
        let (model, without) = (fit(solver, lambda, &x, &y), fit(solver, lambda, &kept, &y));
        assert_eq!(
            (model.coefficients()[1], model.coefficients()[3]),
            (0.0, 0.0),
            "{solver}"
        );
        assert!(
            largest_relative(
                [&model.coefficients()[0], &model.coefficients()[2]],
                without.coefficients()
            ) <= 1e-11
        );
        let rank = model.report().expect("a report").rank();
        assert_eq!(rank, (solver != Solver::Lsqr).then_some(2), "{solver}");
    }
    // Nothing but constants: the mean is the model.
    let constant = Array2::from_elem((30, 2), 7.0);
    for solver in [Solver::Auto, Solver::Cholesky, Solver::Qr, Solver::Svd] {
        let model = fit(solver, 0.0, &constant, &y);
        assert_eq!(model.coefficients(), array![0.0, 0.0]);
        assert!(relative(model.intercept(), y.mean().expect("rows")) <= 1e-14);
    }
}

#[test]
fn the_smallest_shapes_fit_in_both_precisions() {
    fn check<F: elltwo::scalar::Scalar>() {
        let mut uniform = Uniform(10);
        for (n, p) in [(1, 1), (1, 5), (2, 1), (5, 5), (4, 40), (7, 1), (3, 30)] {
            let (x, y) = (
                uniform.matrix(n, p, 10.0).mapv(F::of),
                uniform.vector(n, 10.0).mapv(F::of),
            );
            for lambda in [0.0, 1.0] {
                let model = crate::common::ridge()
                    .lambda(lambda)
                    .fit(x.view(), y.view())
                    .expect("a fit");
                let predictions = model.predict(x.view()).expect("predictions");
                assert!(predictions.iter().all(|v| v.is_finite()));
                if lambda == 0.0 && n <= p + 1 {
                    // As many parameters as samples: the fit interpolates.
                    for (a, b) in predictions.iter().zip(&y) {
                        assert!(
                            (a.wide() - b.wide()).abs()
                                <= 1e3 * F::epsilon().wide() * b.wide().abs(),
                            "{n} × {p}"
                        );
                    }
                }
            }
        }
    }
    check::<f64>();
    check::<f32>();
}

#[test]
fn a_million_rows_fit() {
    let mut uniform = Uniform(12);
    let x = uniform.matrix(1_000_000, 3, 1.0);
    let y = x.dot(&array![1.0, 2.0, 3.0]) + 4.0;
    let model = fit(Solver::Auto, 0.0, &x, &y);
    assert!(largest_relative(model.coefficients(), &array![1.0, 2.0, 3.0]) <= 1e-12);
    let (x, y) = (x.mapv(f32::of), y.mapv(f32::of));
    let model = crate::common::ridge()
        .fit(x.view(), y.view())
        .expect("a fit");
    assert!((model.intercept() - 4.0).abs() <= 1e-5);
}

#[test]
fn single_precision_data_far_from_zero_keep_their_digits() {
    // Two million rows around 10³: sums in f32 would have lost the variance altogether.
    let mut uniform = Uniform(22);
    let x = uniform.matrix(2_000_000, 8, 1e3).mapv(f32::of);
    let w = Array1::from_shape_fn(8, |j| 1.0 + j as f64);
    let y = x.mapv(f64::from).dot(&w).mapv(|v| f32::of(v - 3.5e4))
        + &uniform.vector(2_000_000, 0.0).mapv(f32::of);
    let single = crate::common::ridge()
        .lambda(1e-3)
        .fit(x.view(), y.view())
        .expect("a fit");
    let (x, y) = (x.mapv(f64::from), y.mapv(f64::from));
    let double = fit(Solver::Auto, 1e-3, &x, &y);
    for (single, double) in single.coefficients().iter().zip(double.coefficients()) {
        assert!(
            relative(single.wide(), *double) <= 1e-5,
            "{single} {double}"
        );
    }
    assert!(relative(single.intercept().wide(), double.intercept()) <= 1e-5);
}

#[test]
fn any_penalty_is_right_or_refused() {
    let mut uniform = Uniform(13);
    let (x, y) = (uniform.matrix(25, 3, 10.0), uniform.vector(25, 10.0));
    let plain = fit(Solver::Auto, 0.0, &x, &y);
    for solver in Solver::ALL {
        if solver == Solver::Dual {
            continue;
        }
        let tiny = fit(solver, 1e-300, &x, &y);
        assert!(
            largest_relative(tiny.coefficients(), plain.coefficients()) <= 1e-11,
            "{solver}"
        );
        let huge = fit(solver, 1e300, &x, &y);
        // (XᵀX + nλ) w = Xᵀy with nothing but λ on the left.
        let centred = &x - &x.mean_axis(Axis(0)).expect("rows");
        let exact = centred.t().dot(&(&y - y.mean().expect("rows"))) / 25.0 / 1e300;
        assert!(
            largest_relative(huge.coefficients(), &exact) <= 1e-10,
            "{solver}"
        );
    }
}

#[test]
fn columns_of_any_magnitude_fit() {
    let mut uniform = Uniform(14);
    let (x, y) = (uniform.matrix(25, 4, 3.0), uniform.vector(25, 10.0));
    let plain = fit(Solver::Qr, 0.0, &x, &y);
    let factors = [1e-150, 1e150, 1.0, 1e-160];
    let mut scaled = x.clone();
    scaled
        .columns_mut()
        .into_iter()
        .zip(factors)
        .for_each(|(mut column, factor)| column *= factor);
    for solver in [Solver::Auto, Solver::Qr, Solver::Svd] {
        let model = fit(solver, 0.0, &scaled, &y);
        let back = Array1::from_shape_fn(4, |j| model.coefficients()[j] * factors[j]);
        assert!(
            largest_relative(&back, plain.coefficients()) <= 1e-10,
            "{solver}: {back}"
        );
    }
    // The squares of these columns leave the range: right or refused.
    for solver in [
        Solver::Cholesky,
        Solver::RefinedCholesky,
        Solver::Eigen,
        Solver::Lsqr,
    ] {
        let refused = crate::common::ridge()
            .solver(solver)
            .fit(scaled.view(), y.view());
        assert!(
            matches!(refused, Err(elltwo::Error::SolverFailed { .. })),
            "{solver}: {refused:?}"
        );
    }
    let report = fit(Solver::Auto, 0.0, &scaled, &y)
        .report()
        .expect("a report")
        .clone();
    assert!(
        report
            .ridge()
            .expect("a ridge")
            .fallbacks
            .iter()
            .any(|f| f.reason == FallbackReason::OutOfRange),
        "{report}"
    );
}

#[test]
fn a_penalty_for_each_target_is_that_of_single_fits() {
    let mut uniform = Uniform(15);
    let (x, y) = (uniform.matrix(40, 5, 10.0), uniform.matrix(40, 3, 10.0));
    let lambda = [0.0, 0.5, 0.0];
    for solver in [
        Solver::Auto,
        Solver::RefinedCholesky,
        Solver::Qr,
        Solver::Svd,
    ] {
        let estimator = crate::common::ridge()
            .solver(solver)
            .lambda_per_target(lambda);
        let several = estimator.fit(x.view(), y.view()).expect("a fit");
        let mut objective = 0.0;
        for (target, lambda) in lambda.into_iter().enumerate() {
            let single = fit(solver, lambda, &x, &y.column(target).to_owned());
            let one = several.target(target).expect("a target");
            assert!(
                largest_relative(one.coefficients(), single.coefficients()) <= 1e-12,
                "{solver}"
            );
            assert!(relative(one.intercept(), single.intercept()) <= 1e-12);
            let (one, single) = (
                one.report().expect("a report"),
                single.report().expect("a report"),
            );
            assert!(relative(one.objective, single.objective) <= 1e-9);
            objective += single.objective;
        }
        assert!(relative(several.report().expect("a report").objective, objective) <= 1e-9);
    }
}

#[test]
fn auto_says_what_it_passed_over() {
    let mut uniform = Uniform(16);
    let x = uniform.matrix(50, 3, 0.0);
    let nearly = &x.column(0) + &(uniform.vector(50, 0.0) * 1e-7);
    let x = concatenate(Axis(1), &[x.view(), nearly.insert_axis(Axis(1)).view()]).expect("columns");
    let model = fit(Solver::Auto, 0.0, &x, &uniform.vector(50, 0.0));
    let report = model.report().expect("a report");
    assert_eq!(
        (report.ridge().expect("a ridge").solver, report.rank()),
        (Solver::Qr, Some(4))
    );
    assert!((1e6..1e9).contains(&report.ridge().expect("a ridge").condition_number));
    assert_eq!(
        report.ridge().expect("a ridge").fallbacks[0].solver,
        Solver::Cholesky
    );
    assert!(report.to_string().contains("not Cholesky"), "{report}");
}

#[test]
fn the_model_and_its_report_round_trip_through_json() {
    let mut uniform = Uniform(17);
    let model = fit(
        Solver::Auto,
        0.1,
        &uniform.matrix(20, 3, 0.0),
        &uniform.vector(20, 0.0),
    );
    let text = serde_json::to_string(&model).expect("JSON");
    let back: LinearModel<f64> = serde_json::from_str(&text).expect("a model");
    assert_eq!(back, model);
}

#[test]
fn layouts_do_not_change_the_fit() {
    let mut uniform = Uniform(18);
    let wide = uniform.matrix(60, 10, 10.0);
    let (strided, y) = (wide.slice(s![.., ..;2]), uniform.vector(60, 0.0));
    let contiguous = strided.to_owned();
    let columns = contiguous.t().as_standard_layout().into_owned();
    let model = crate::common::ridge()
        .fit(contiguous.view(), y.view())
        .expect("a fit");
    for view in [strided, columns.t()] {
        let other = crate::common::ridge().fit(view, y.view()).expect("a fit");
        assert_eq!(other.coefficients(), model.coefficients());
        assert_eq!(
            other.predict(view).expect("predictions"),
            model.predict(contiguous.view()).expect("predictions")
        );
    }
}

#[test]
fn indicators_that_repeat_each_other_are_seen_at_any_number_of_rows() {
    // Roundings of equal values go the same way: what is left of a dependent column grows with the rows.
    for (n, levels) in [(50, 3), (20_000, 30), (200_000, 5)] {
        let mut uniform = Uniform(n as u64);
        let mut x = Array2::zeros((n, levels + 2));
        for mut row in x.rows_mut() {
            let at = uniform.next();
            let level = (0..=levels).rfind(|&l| at >= 2.0 * l as f64 / (levels + 1) as f64 - 1.0);
            let level = level.unwrap_or(0);
            if level < levels {
                row[level] = 1.0;
            }
            row[levels] = f64::from(u8::from(level < 2));
            row[levels + 1] = f64::from(u8::from(level > 0));
        }
        let y = uniform.vector(n, 3.0);
        let exact = fit(Solver::Svd, 0.0, &x, &y);
        for solver in [Solver::Auto, Solver::Qr, Solver::Eigen, Solver::Svd] {
            let model = fit(solver, 0.0, &x, &y);
            let report = model.report().expect("a report");
            assert_eq!(report.rank(), Some(levels), "{n} rows, {solver}");
            let objective = exact.report().expect("a report").objective;
            assert!(relative(report.objective, objective) <= 1e-12, "{solver}");
            let off = &model.coefficients() - &exact.coefficients();
            assert!(off.iter().all(|d| d.abs() <= 1e-9), "{solver}: {off}");
        }
    }
}
