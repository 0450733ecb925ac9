//! SGD minimises the objective of ridge regression, by steps that are what they should be.

#![allow(clippy::unwrap_used)]

use std::ops::ControlFlow;

use crate::common::{Uniform, load, relative, samples};
use elltwo::Error;
use elltwo::loss::{L2, Loss, Reduction, SquaredError};
use elltwo::model::{Estimator, LinearModel, Predictor, RidgeRegression, SgdRegressor};
use elltwo::scalar::{Scalar, TargetDim};
use elltwo::solver::Termination;
use elltwo::solver::sgd::{
    Averaging, Conditioning, GradientClip, Monitor, Optimizer, Schedule, Shuffle,
};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Ix1, ShapeBuilder, array, s};

fn objective<F: Scalar, D: TargetDim>(model: &LinearModel<F, D>) -> f64 {
    model.report().unwrap().objective
}

/// `(J − J*) / J*`.
fn gap(sgd: &SgdRegressor, ridge: &RidgeRegression, name: &str) -> f64 {
    let data = load(name);
    let (x, y) = (data.x(), data.y());
    let (found, best) = (sgd.fit(x, y).unwrap(), ridge.fit(x, y).unwrap());
    objective(&found) / objective(&best) - 1.0
}

const SETS: [&str; 4] = ["diabetes", "auto_mpg", "penguins", "wine_quality_red"];

#[test]
fn defaults_reach_the_ridge_objective_without_scaling_whatever_the_seed() {
    for name in SETS {
        for lambda in [0.0, 1e-4, 1e-2] {
            for seed in [0, 1] {
                let sgd = SgdRegressor::new().lambda(lambda).seed(seed);
                let gap = gap(&sgd, &RidgeRegression::new().lambda(lambda), name);
                assert!(gap.abs() <= 1e-3, "{name}, {lambda}: {gap:e}");
            }
        }
    }
}

#[test]
fn variance_reduction_reaches_the_exact_solution() {
    for name in SETS {
        for lambda in [0.0, 1e-4, 1e-2] {
            let saga = SgdRegressor::new()
                .lambda(lambda)
                .optimizer(Optimizer::Saga)
                .epochs(200);
            let gap = gap(&saga, &RidgeRegression::new().lambda(lambda), name);
            assert!(gap.abs() <= 1e-8, "{name}, {lambda}: {gap:e}");
        }
    }
}

#[test]
fn every_optimizer_comes_near_with_its_own_step() {
    let optimizers = [
        Optimizer::momentum(0.9),
        Optimizer::Momentum {
            momentum: 0.9,
            dampening: 0.5,
        },
        Optimizer::Nesterov { momentum: 0.9 },
        Optimizer::rms_prop(),
        Optimizer::adam(),
        Optimizer::adagrad(),
    ];
    for optimizer in optimizers {
        let sgd = SgdRegressor::new().lambda(1e-2).optimizer(optimizer);
        let gap = gap(&sgd, &RidgeRegression::new().lambda(1e-2), "auto_mpg");
        assert!(
            (-1e-12..1e-2).contains(&gap),
            "{}: {gap:e}",
            optimizer.name()
        );
    }
}

/// Plain gradient descent as a textbook has it.
fn textbook(
    x: ArrayView2<'_, f64>,
    y: ArrayView1<'_, f64>,
    lambda: f64,
    steps: impl IntoIterator<Item = f64>,
) -> (Array1<f64>, f64) {
    let (mut w, mut b) = (Array1::zeros(x.ncols()), 0.0);
    for step in steps {
        let mut slopes = x.dot(&w) + b;
        SquaredError
            .gradient_in_place(y, slopes.view_mut(), None, Reduction::Mean)
            .unwrap();
        let mut gradient = x.t().dot(&slopes);
        L2::new(lambda)
            .unwrap()
            .add_gradient(w.view(), gradient.view_mut())
            .unwrap();
        w.scaled_add(-step, &gradient);
        b -= step * slopes.sum();
    }
    (w, b)
}

/// Steps as they are written: no coordinates, no average, no change of the step.
fn plain(step: f64) -> SgdRegressor {
    SgdRegressor::new()
        .conditioning(Conditioning::None)
        .schedule(Schedule::Constant)
        .averaging(Averaging::None)
        .shuffle(Shuffle::None)
        .step_size(step)
}

#[test]
fn full_batch_sgd_is_textbook_gradient_descent() {
    let mut uniform = Uniform(3);
    let (x, y) = (uniform.matrix(37, 5, 1.0), uniform.vector(37, 10.0));
    let sgd = plain(0.02)
        .lambda(0.1)
        .batch_size(1000)
        .epochs(40)
        .patience(100);
    let model = sgd.fit(x.view(), y.view()).unwrap();
    let (w, b) = textbook(x.view(), y.view(), 0.1, [0.02; 40]);
    for (found, expected) in model.coefficients().iter().zip(&w) {
        assert!(relative(*found, *expected) < 1e-12, "{found} {expected}");
    }
    assert!(relative(model.intercept(), b) < 1e-12);
}

/// The gradient of the objective at a point, from one step of size 1.
fn gradient(
    x: ArrayView2<'_, f64>,
    y: ArrayView1<'_, f64>,
    weights: Option<ArrayView1<'_, f64>>,
    at: &LinearModel<f64>,
) -> Array1<f64> {
    let sgd = plain(1.0).lambda(0.3).batch_size(x.nrows()).epochs(1);
    let after = sgd.start_from(at, x, y, weights).and_then(|mut state| {
        state.partial_fit(x, y, weights)?;
        state.model()
    });
    let after = after.unwrap();
    let mut change = (&at.coefficients() - &after.coefficients()).to_vec();
    change.push(at.intercept() - after.intercept());
    change.into()
}

#[test]
fn the_gradients_of_any_partition_sum_to_the_full_gradient_which_is_that_of_finite_differences() {
    let mut uniform = Uniform(5);
    let (x, y) = (uniform.matrix(30, 4, 2.0), uniform.vector(30, 3.0));
    let weights = uniform.vector(30, 1.5);
    let at = LinearModel::from_parts(array![0.3, -0.2, 0.1, 0.5], 0.7).unwrap();
    let full = gradient(x.view(), y.view(), Some(weights.view()), &at);
    for size in [1, 7, 13, 29] {
        let mut sum = Array1::<f64>::zeros(5);
        for start in (0..30).step_by(size) {
            let end = (start + size).min(30);
            let part = (
                x.slice(s![start..end, ..]),
                y.slice(s![start..end]),
                weights.slice(s![start..end]),
            );
            let share = (end - start) as f64 / 30.0;
            sum.scaled_add(share, &gradient(part.0, part.1, Some(part.2), &at));
        }
        for (sum, full) in sum.iter().zip(&full) {
            assert!(
                (sum - full).abs() < 1e-12 * full.abs().max(1.0),
                "{size}: {sum} {full}"
            );
        }
    }
    // While streaming, weights count as they are: the objective divides by n.
    let value = |w: &Array1<f64>, b: f64| {
        let predictions = x.dot(w) + b;
        let loss = SquaredError.evaluate(
            y.view(),
            predictions.view(),
            Some(weights.view()),
            Reduction::Mean,
        );
        loss.unwrap().scalar().unwrap() + L2::new(0.3).unwrap().value(w.view())
    };
    for j in 0..5 {
        let shifted = |h: f64| {
            let (mut w, mut b) = (at.coefficients().to_owned(), at.intercept());
            if j < 4 {
                w[j] += h;
            } else {
                b += h;
            }
            value(&w, b)
        };
        let difference = (shifted(1e-5) - shifted(-1e-5)) / 2e-5;
        assert!(
            (difference - full[j]).abs() < 1e-7,
            "{j}: {difference} {}",
            full[j]
        );
    }
}

#[test]
fn the_monitored_objective_is_that_of_the_coefficients() {
    let data = load("auto_mpg");
    let sgd = SgdRegressor::new().lambda(1e-2).tolerance(0.0);
    let record = |epochs: usize, schedule| {
        let model = sgd
            .clone()
            .schedule(schedule)
            .epochs(epochs)
            .fit(data.x(), data.y())
            .unwrap();
        let history = model.report().unwrap().sgd().unwrap().history.clone();
        (objective(&model), history)
    };
    let (after_three, _) = record(3, Schedule::Constant);
    let (_, history) = record(5, Schedule::Constant);
    assert_eq!(history.len(), 5);
    assert!(relative(history[3].objective, after_three) < 1e-12);
}

#[test]
fn several_targets_are_fits_of_each() {
    let mut uniform = Uniform(8);
    let (x, y) = (uniform.matrix(300, 3, 10.0), uniform.matrix(300, 2, 10.0));
    let sgd = SgdRegressor::new()
        .lambda(1e-3)
        .optimizer(Optimizer::Nesterov { momentum: 0.5 });
    let both = sgd.fit(x.view(), y.view()).unwrap();
    for target in 0..2 {
        let one = sgd.fit(x.view(), y.column(target)).unwrap();
        assert_eq!(both.coefficients().column(target), one.coefficients());
        assert_eq!(both.intercept()[target], one.intercept());
        let share = both.target(target).unwrap();
        assert!(relative(objective(&share), objective(&one)) < 1e-14);
    }
    let shares: f64 = (0..2).map(|t| objective(&both.target(t).unwrap())).sum();
    assert!(relative(shares, objective(&both)) < 1e-14);
}

#[test]
fn f32_data_and_any_layout_give_the_same_fit() {
    let mut uniform = Uniform(9);
    let (x, y) = (uniform.matrix(200, 5, 10.0), uniform.vector(200, 10.0));
    let sgd = SgdRegressor::new().lambda(1e-3);
    let model = sgd.fit(x.view(), y.view()).unwrap();
    let mut fortran = Array2::zeros((200, 5).f());
    fortran.assign(&x);
    assert_eq!(sgd.fit(fortran.view(), y.view()).unwrap(), model);
    let mut wide = Array2::zeros((400, 10));
    wide.slice_mut(s![..;2, ..;2]).assign(&x);
    assert_eq!(
        sgd.fit(wide.slice(s![..;2, ..;2]), y.view()).unwrap(),
        model
    );
    let (x32, y32) = (x.mapv(f32::of), y.mapv(f32::of));
    let narrow = sgd.fit(x32.view(), y32.view()).unwrap();
    let widened = sgd
        .fit(x32.mapv(f64::from).view(), y32.mapv(f64::from).view())
        .unwrap();
    assert_eq!(narrow.coefficients(), widened.coefficients().mapv(f32::of));
}

#[test]
fn a_weight_of_zero_is_a_removed_row_and_scaling_the_weights_changes_nothing() {
    let mut uniform = Uniform(10);
    let (x, y) = (uniform.matrix(120, 3, 10.0), uniform.vector(120, 10.0));
    let weights = Array1::from_shape_fn(120, |i| [0.0, 1.0, 2.0, 0.5][i % 4]);
    let kept: Vec<usize> = (0..120).filter(|i| weights[*i] > 0.0).collect();
    for optimizer in [Optimizer::Sgd, Optimizer::Saga, Optimizer::adam()] {
        let sgd = SgdRegressor::new().lambda(1e-3).optimizer(optimizer);
        let model = sgd
            .fit_weighted(x.view(), y.view(), Some(weights.view()))
            .unwrap();
        let (x, y, w) = (
            x.select(Axis(0), &kept),
            y.select(Axis(0), &kept),
            weights.select(Axis(0), &kept),
        );
        let removed = sgd
            .fit_weighted(x.view(), y.view(), Some(w.view()))
            .unwrap();
        assert_eq!(model.coefficients(), removed.coefficients());
        let scaled = sgd
            .fit_weighted(x.view(), y.view(), Some((&w * 8.0).view()))
            .unwrap();
        assert_eq!(scaled.coefficients(), removed.coefficients());
    }
    let sgd = SgdRegressor::new().optimizer(Optimizer::Saga).epochs(100);
    let best = RidgeRegression::new()
        .fit_weighted(x.view(), y.view(), Some(weights.view()))
        .unwrap();
    let found = sgd
        .fit_weighted(x.view(), y.view(), Some(weights.view()))
        .unwrap();
    assert!((objective(&found) / objective(&best) - 1.0).abs() < 1e-10);
}

#[test]
fn a_warm_start_goes_on_from_the_model() {
    let data = load("diabetes");
    let ridge = RidgeRegression::new()
        .lambda(1e-2)
        .fit(data.x(), data.y())
        .unwrap();
    for conditioning in [Conditioning::Standardize, Conditioning::None] {
        let sgd = SgdRegressor::new().lambda(1e-2).conditioning(conditioning);
        let model = sgd
            .epochs(1)
            .fit_from(&ridge, &samples(data.x(), data.y(), None))
            .unwrap();
        let history = &model.report().unwrap().sgd().unwrap().history;
        assert!(relative(history[0].objective, objective(&ridge)) < 1e-12);
    }
}

#[test]
fn without_an_intercept_there_is_none() {
    let mut uniform = Uniform(12);
    let (x, y) = (uniform.matrix(200, 3, 1.0), uniform.vector(200, 10.0));
    let ridge = RidgeRegression::new()
        .fit_intercept(false)
        .fit(x.view(), y.view())
        .unwrap();
    let sgd = SgdRegressor::new()
        .fit_intercept(false)
        .optimizer(Optimizer::Saga)
        .epochs(200);
    let model = sgd.fit(x.view(), y.view()).unwrap();
    assert_eq!(model.intercept(), 0.0);
    assert!((objective(&model) / objective(&ridge) - 1.0).abs() < 1e-9);
}

#[test]
fn patience_the_observer_and_the_epochs_end_a_fit_and_the_report_says_which() {
    let data = load("auto_mpg");
    let fit = |sgd: &SgdRegressor| sgd.fit(data.x(), data.y()).unwrap();
    let saga = SgdRegressor::new().optimizer(Optimizer::Saga).epochs(500);
    let model = fit(&saga.clone().tolerance(1e-4).patience(2));
    let report = model.report().unwrap();
    let Termination::Converged { iterations } = report.termination else {
        panic!("{:?}", report.termination);
    };
    assert!(iterations < 60 && report.sgd().unwrap().history.len() == iterations);
    let model = fit(&SgdRegressor::new().epochs(2));
    assert_eq!(
        model.report().unwrap().termination,
        Termination::MaxIterations { iterations: 2 }
    );
    let stopped = saga.fit_observed(&samples(data.x(), data.y(), None), &mut |record| {
        if record.epoch == 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    let report = stopped.unwrap().report().unwrap().clone();
    assert_eq!(report.termination, Termination::Stopped { iterations: 3 });
    let adaptive = Schedule::Adaptive {
        factor: 5.0,
        patience: 2,
        floor: 1e-3,
    };
    let model = fit(&SgdRegressor::new()
        .schedule(adaptive)
        .tolerance(1e-3)
        .epochs(1000));
    let report = model.report().unwrap();
    assert!(matches!(report.termination, Termination::Converged { .. }));
    let history = &report.sgd().unwrap().history;
    assert!(
        relative(
            history[history.len() - 1].step_size,
            history[0].step_size / 5_f64.powi(4)
        ) < 1e-12
    );
    assert!(report.to_string().contains("SGD (converged in"), "{report}");
}

#[test]
fn validation_returns_the_coefficients_with_the_lowest_held_out_loss() {
    let mut uniform = Uniform(14);
    // More features than rows: the training loss goes to 0, the held-out one does not.
    let (x, y) = (uniform.matrix(60, 80, 0.0), uniform.vector(60, 0.0));
    let sgd = SgdRegressor::new()
        .validation_fraction(0.25)
        .optimizer(Optimizer::momentum(0.9))
        .schedule(Schedule::Constant)
        .epochs(60);
    let model = sgd.patience(10).fit(x.view(), y.view()).unwrap();
    let report = model.report().unwrap();
    let sgd = report.sgd().unwrap();
    assert_eq!((sgd.n_validation, report.n_samples), (15, 60));
    let scores: Vec<f64> = sgd.history.iter().map(|r| r.validation.unwrap()).collect();
    let best = scores.iter().copied().fold(f64::INFINITY, f64::min);
    assert!(
        best < scores[scores.len() - 1],
        "it went on past the best epoch"
    );
    // All rows are training rows or held out: together their losses are the report's.
    let residuals = &y - &model.predict(x.view()).unwrap();
    let mut squares: Vec<f64> = residuals.mapv(|r| r * r).to_vec();
    squares.sort_by(f64::total_cmp);
    assert!(relative(squares.iter().sum::<f64>() / 60.0, report.mse[0]) < 1e-10);
    let held_out = best * 15.0;
    assert!(squares.iter().sum::<f64>() >= held_out);
}

#[test]
fn a_warm_up_grows_the_step_in_equal_parts_and_then_leaves_it() {
    let mut uniform = Uniform(5);
    let (x, y) = (uniform.matrix(23, 3, 1.0), uniform.vector(23, 10.0));
    let sgd = plain(0.02).lambda(0.1).batch_size(23).epochs(7);
    let model = sgd.clone().warm_up(4).fit(x.view(), y.view()).unwrap();
    let steps = [0.005, 0.01, 0.015, 0.02, 0.02, 0.02, 0.02];
    let (w, b) = textbook(x.view(), y.view(), 0.1, steps);
    for (found, expected) in model.coefficients().iter().zip(&w) {
        assert!(relative(*found, *expected) < 1e-12, "{found} {expected}");
    }
    assert!(relative(model.intercept(), b) < 1e-12);
    let report = model.report().and_then(|report| report.sgd()).unwrap();
    let taken: Vec<f64> = report
        .history
        .iter()
        .map(|record| record.step_size)
        .collect();
    assert!(
        taken
            .iter()
            .zip(steps)
            .all(|(a, b)| relative(*a, b) < 1e-14),
        "{taken:?}"
    );
    assert_ne!(
        model.coefficients(),
        sgd.fit(x.view(), y.view()).unwrap().coefficients()
    );
}

#[test]
fn clipping_bounds_the_step() {
    let (x, y) = (array![[1.0, 0.0], [0.0, 1.0]], array![300.0, 400.0]);
    let step = |clip| {
        let sgd = plain(1.0)
            .fit_intercept(false)
            .batch_size(2)
            .epochs(1)
            .gradient_clip(clip);
        sgd.fit(x.view(), y.view())
            .unwrap()
            .coefficients()
            .to_owned()
    };
    let by_norm = step(GradientClip::Norm(5.0));
    assert!(relative(by_norm[0], 3.0) < 1e-14 && relative(by_norm[1], 4.0) < 1e-14);
    assert_eq!(step(GradientClip::Value(2.0)), array![2.0, 2.0]);
    assert_eq!(step(GradientClip::Norm(1e9)), array![300.0, 400.0]);
}

#[test]
fn uniform_averaging_is_the_mean_of_the_iterates() {
    let data = load("auto_mpg");
    let at = |epochs: usize, averaging| {
        let sgd = SgdRegressor::new()
            .schedule(Schedule::Constant)
            .averaging(averaging);
        let sgd = sgd
            .batch_size(1000)
            .epochs(epochs)
            .tolerance(0.0)
            .patience(100);
        sgd.fit(data.x(), data.y())
            .unwrap()
            .coefficients()
            .to_owned()
    };
    // One update an epoch: epochs 2, 3 and 4 count.
    let mean = (at(3, Averaging::None) + at(4, Averaging::None) + at(5, Averaging::None)) / 3.0;
    let found = at(5, Averaging::Uniform { start: 2 });
    assert!(
        found
            .iter()
            .zip(&mean)
            .all(|(a, b)| relative(*a, *b) < 1e-12)
    );
    let polynomial = at(5, Averaging::Polynomial { power: 0.0 });
    let all: Array1<f64> = (1..=5)
        .map(|e| at(e, Averaging::None))
        .fold(Array1::zeros(8), |a, b| a + b)
        / 5.0;
    assert!(
        polynomial
            .iter()
            .zip(&all)
            .all(|(a, b)| relative(*a, *b) < 1e-12)
    );
}

#[test]
fn shuffles_visit_every_row_once_and_batches_stay_whole() {
    // One coefficient a row: what a row did is seen in its own.
    let n = 23;
    let (x, y) = (
        Array2::<f64>::eye(n),
        Array1::from_shape_fn(n, |i| 1.0 + i as f64),
    );
    for shuffle in [Shuffle::Rows, Shuffle::Batches, Shuffle::None] {
        let sgd = plain(0.5)
            .shuffle(shuffle)
            .fit_intercept(false)
            .batch_size(1)
            .epochs(1);
        let model = sgd.fit(x.view(), y.view()).unwrap();
        assert_eq!(model.coefficients(), y, "{shuffle:?}");
    }
}

#[test]
fn extreme_input_gets_the_right_answer_or_an_error() {
    let mut uniform = Uniform(20);
    let (x, y) = (uniform.matrix(60, 3, 10.0), uniform.vector(60, 10.0));
    let sgd = SgdRegressor::new().lambda(0.0);
    // Huge and tiny columns.
    let scaled = &x * &array![1e150, 1e-150, 1.0];
    let (plain_fit, fit) = (
        sgd.fit(x.view(), y.view()).unwrap(),
        sgd.fit(scaled.view(), y.view()).unwrap(),
    );
    assert!(relative(objective(&fit), objective(&plain_fit)) < 1e-9);
    // So much that their squares are out of range: the coordinates are measured in other units.
    let extreme = &x * &array![1e250, 1e-250, 1.0];
    for optimizer in [Optimizer::Sgd, Optimizer::Saga] {
        let sgd = sgd.clone().optimizer(optimizer);
        let (plain_fit, fit) = (
            sgd.fit(x.view(), y.view()),
            sgd.fit(extreme.view(), y.view()),
        );
        assert!(relative(objective(&fit.unwrap()), objective(&plain_fit.unwrap())) < 1e-9);
    }
    for lambda in [1e-4, 1.0] {
        let ridge = RidgeRegression::new()
            .lambda(lambda)
            .fit(scaled.view(), y.view())
            .unwrap();
        let fit = sgd
            .clone()
            .lambda(lambda)
            .fit(scaled.view(), y.view())
            .unwrap();
        assert!((objective(&fit) / objective(&ridge) - 1.0).abs() < 1e-3);
    }
    // Constant columns, constant targets, one row, more features than rows.
    let mut constant = x.clone();
    constant.column_mut(1).fill(7.0);
    for optimizer in [Optimizer::Sgd, Optimizer::Saga, Optimizer::adam()] {
        let sgd = sgd.clone().optimizer(optimizer);
        let model = sgd.fit(constant.view(), y.view()).unwrap();
        assert_eq!(model.coefficients()[1], 0.0);
        let flat = sgd
            .fit(x.view(), Array1::from_elem(60, 3.5).view())
            .unwrap();
        assert!(objective(&flat) < 1e-20, "{}", objective(&flat));
        let one = sgd.fit(x.slice(s![..1, ..]), y.slice(s![..1])).unwrap();
        assert!(objective(&one) < 1e-20);
        let zero = sgd.fit(x.view(), Array1::zeros(60).view()).unwrap();
        assert_eq!(objective(&zero), 0.0);
        let wide = uniform.matrix(5, 40, 10.0);
        assert!(
            objective(
                &sgd.clone()
                    .lambda(1e-3)
                    .fit(wide.view(), y.slice(s![..5]))
                    .unwrap()
            ) < 1.0
        );
    }
    let huge = &y * 1e200;
    let outcome = sgd.fit(x.view(), huge.view());
    assert!(
        matches!(
            outcome,
            Err(Error::Diverged { .. } | Error::Overflow { .. })
        ),
        "{outcome:?}"
    );
}

#[test]
fn an_exploding_step_is_an_error_and_never_a_model() {
    let data = load("diabetes");
    for (optimizer, step) in [
        (Optimizer::Sgd, 1.0),
        (Optimizer::Sgd, 1e300),
        (Optimizer::momentum(0.9), 10.0),
        (Optimizer::Saga, 1e3),
    ] {
        for conditioning in [Conditioning::None, Conditioning::Standardize] {
            let sgd = SgdRegressor::new()
                .optimizer(optimizer)
                .step_size(step)
                .conditioning(conditioning);
            let error = sgd.fit(data.x(), data.y()).unwrap_err();
            assert!(
                matches!(error, Error::Diverged { epoch, .. } if epoch >= 1),
                "{error}"
            );
        }
    }
    // What scikit-learn's default does to unscaled data.
    let unscaled = SgdRegressor::new()
        .conditioning(Conditioning::None)
        .step_size(0.01)
        .batch_size(1);
    assert!(matches!(
        unscaled.fit(data.x(), data.y()),
        Err(Error::Diverged { .. })
    ));
}

#[test]
fn parameters_out_of_range_and_contradictions_are_refused() {
    let (x, y) = (array![[1.0], [2.0], [4.0]], array![1.0, 3.0, 2.0]);
    let new = SgdRegressor::new;
    let bad = [
        ("batch_size", new().batch_size(0)),
        ("epochs", new().epochs(0)),
        ("patience", new().patience(0)),
        ("step_size", new().step_size(f64::NAN)),
        ("step_size", new().step_size(0.0)),
        ("step_size", new().step_size(f64::INFINITY)),
        ("lambda", new().lambda(f64::NAN)),
        ("lambda", new().lambda(-1.0)),
        ("tolerance", new().tolerance(f64::NAN)),
        ("validation_fraction", new().validation_fraction(1.0)),
        ("momentum", new().optimizer(Optimizer::momentum(1.0))),
        (
            "beta2",
            new().optimizer(Optimizer::Adam {
                beta1: 0.9,
                beta2: f64::NAN,
                epsilon: 1e-8,
                amsgrad: false,
            }),
        ),
        (
            "epsilon",
            new().optimizer(Optimizer::Adagrad { epsilon: 0.0 }),
        ),
        ("weight_decay", new().optimizer(Optimizer::adam_w(-1.0))),
        (
            "power",
            new().schedule(Schedule::InverseScaling { power: f64::NAN }),
        ),
        (
            "every",
            new().schedule(Schedule::Step {
                factor: 0.5,
                every: 0,
            }),
        ),
        (
            "floor",
            new().schedule(Schedule::Cosine {
                length: None,
                floor: 1.5,
            }),
        ),
        (
            "factor",
            new().schedule(Schedule::Adaptive {
                factor: 1.0,
                patience: 1,
                floor: 0.1,
            }),
        ),
        ("clip norm", new().gradient_clip(GradientClip::Norm(0.0))),
        (
            "averaging power",
            new().averaging(Averaging::Polynomial { power: f64::NAN }),
        ),
        (
            "clip",
            new()
                .optimizer(Optimizer::Saga)
                .gradient_clip(GradientClip::Norm(1.0)),
        ),
        (
            "conditioning",
            new()
                .optimizer(Optimizer::adam())
                .conditioning(Conditioning::Whiten),
        ),
    ];
    for (expected, sgd) in bad {
        match sgd.fit(x.view(), y.view()) {
            Err(Error::InvalidParameter { name, .. }) => assert_eq!(name, expected),
            other => panic!("{expected}: {other:?}"),
        }
    }
    let few = new().validation_fraction(0.9).fit(x.view(), y.view());
    assert!(matches!(few, Err(Error::TooFewSamples { .. })));
    let other = LinearModel::<f64, Ix1>::from_parts(array![1.0, 2.0], 0.0).unwrap();
    assert!(
        new()
            .fit_from(&other, &samples(x.view(), y.view(), None))
            .is_err()
    );
}

#[test]
fn the_running_monitor_follows_the_objective_too() {
    let data = load("wine_quality_red");
    let sgd = SgdRegressor::new()
        .lambda(1e-2)
        .monitor(Monitor::Running)
        .patience(100);
    let exact = SgdRegressor::new().lambda(1e-2);
    let (running, exact) = (
        sgd.fit(data.x(), data.y()).unwrap(),
        exact.fit(data.x(), data.y()).unwrap(),
    );
    let last = running
        .report()
        .unwrap()
        .sgd()
        .unwrap()
        .history
        .last()
        .unwrap()
        .objective;
    assert!((last / objective(&exact) - 1.0).abs() < 0.02, "{last}");
}

#[test]
fn the_reported_errors_have_the_bits_of_the_metrics_and_of_residual_analysis() {
    fn check<F: Scalar>(n: usize, mean: f64) {
        let mut uniform = Uniform(31);
        let x = uniform.matrix(n, 3, 10.0).mapv(F::of);
        let y = (uniform.vector(n, 10.0) + mean).mapv(F::of);
        let w = Array1::from_shape_fn(n, |i| F::of([1.0, 0.3, 2.0, 0.0][i % 4]));
        for weights in [None, Some(w.view())] {
            let sgd = SgdRegressor::new().lambda(1e-3).epochs(3);
            let model: LinearModel<F> = sgd.fit_weighted(x.view(), y.view(), weights).unwrap();
            let report = model.report().unwrap();
            let predictions = model.predict(x.view()).unwrap();
            let mse = elltwo::loss::SquaredError.mean(y.view(), predictions.view(), weights);
            assert_eq!(report.mse, [mse.unwrap()], "{n} rows");
            assert_eq!(report.sgd().unwrap().losses, report.mse);
            let residuals = elltwo::diagnostics::Residuals::new(
                &model,
                &crate::common::samples(x.view(), y.view(), weights),
            );
            let sum = residuals.unwrap().sum_of_squares();
            assert_eq!(sum / report.weight_sum, report.mse[0], "{n} rows");
        }
    }
    for n in [7, 512, 513, 20_000] {
        check::<f64>(n, 0.0);
        check::<f32>(n, 1e7);
    }
}

#[test]
fn names_are_read_back_and_errors_list_them() {
    use elltwo::loss::RegressionLoss;
    use elltwo::solver::{Precision, Solver};

    for solver in Solver::ALL {
        assert_eq!(solver.to_string().parse::<Solver>().unwrap(), solver);
    }
    assert_eq!(
        "refined-cholesky".parse::<Solver>().unwrap(),
        Solver::RefinedCholesky
    );
    assert_eq!(
        "EXTENDED".parse::<Precision>().unwrap(),
        Precision::Extended
    );
    for optimizer in Optimizer::all() {
        assert_eq!(
            optimizer.to_string().parse::<Optimizer>().unwrap(),
            optimizer
        );
    }
    for loss in RegressionLoss::all() {
        assert_eq!(loss.to_string().parse::<RegressionLoss>().unwrap(), loss);
        assert_eq!(loss.name().parse::<RegressionLoss>().unwrap(), loss);
    }
    let refused = |text: &str| text.parse::<RegressionLoss>().unwrap_err().to_string();
    assert_eq!(
        refused("cubic"),
        "no loss is named `cubic`: choose one of squared, huber, absolute, epsilon-insensitive, \
         squared-epsilon-insensitive, quantile"
    );
    assert!(refused("squared:2").contains("for a loss that has one"));
    assert!(refused("quantile:2").contains("strictly between 0 and 1"));
    let solver = "qrs".parse::<Solver>().unwrap_err().to_string();
    assert!(solver.ends_with("auto, cholesky, eigen, refined-cholesky, dual, qr, svd, lsqr"));
}
