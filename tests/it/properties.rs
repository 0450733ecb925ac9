//! Whatever the shapes, layouts and special values: `Ok` with finite numbers or `Err`, never a panic.

use crate::common::samples;
use elltwo::diagnostics::Residuals;
use elltwo::loss::{
    AbsoluteError, EpsilonInsensitive, Huber, LogLoss, Loss, QuantileLoss, Reduction, SmoothL1,
    SquaredEpsilonInsensitive, SquaredError,
};
use elltwo::metrics::{Average, Metric};
use elltwo::model::{Estimator, LinearModel, Predictor};
use elltwo::moments::Moments;
use elltwo::scalar::Scalar;
use elltwo::solver::Solver;
use ndarray::{Array1, Array2, ArrayView2, Axis, s};
use proptest::prelude::*;

/// A number as users have them, and as they do not expect them.
fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        30 => -10.0..10.0_f64,
        6 => Just(0.0),
        4 => (-3..3_i32).prop_map(f64::from),
        1 => Just(-0.0),
        1 => Just(1e150), 1 => Just(1e-150), 1 => Just(1e308), 1 => Just(-1e308), 1 => Just(5e-324), 1 => Just(1e-160),
        1 => Just(f64::NAN), 1 => Just(f64::INFINITY),
    ]
}

/// Values of which most cases are finite and tame, so that fits are reached.
fn values(len: usize) -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        3 => proptest::collection::vec((-50..50_i32).prop_map(|v| f64::from(v) * 0.1), len),
        1 => proptest::collection::vec(prop_oneof![Just(0.0), Just(1e150), Just(1e-150), Just(-1e308), Just(1.0)], len),
        1 => proptest::collection::vec(value(), len),
    ]
}

#[derive(Clone, Debug)]
struct Case {
    x: Array2<f64>,
    y: Array2<f64>,
    weights: Option<Array1<f64>>,
    lambda: f64,
    fit_intercept: bool,
    solver: Solver,
    layout: u8,
}

fn case() -> impl Strategy<Value = Case> {
    let sizes = (0..9_usize, 0..6_usize, 0..3_usize, 0..9_usize);
    sizes.prop_flat_map(|(n, p, k, other_n)| {
        let rows = if other_n == 0 { n + 1 } else { n };
        let lambda = prop_oneof![
            4 => Just(0.0), 2 => 0.0..5.0_f64, 1 => Just(1e-300), 1 => Just(1e300), 1 => Just(-1.0), 1 => Just(f64::NAN),
        ];
        let solver = prop_oneof![
            Just(Solver::Auto),
            Just(Solver::Cholesky),
            Just(Solver::RefinedCholesky),
            Just(Solver::Dual),
            Just(Solver::Qr),
            Just(Solver::Svd),
        ];
        let weights = proptest::option::of(values(n).prop_map(|v| v.into_iter().map(f64::abs).collect::<Vec<_>>()));
        (values(n * p), values(rows * k), weights, lambda, any::<bool>(), solver, 0..3_u8).prop_map(
            move |(x, y, weights, lambda, fit_intercept, solver, layout)| Case {
                x: Array2::from_shape_vec((n, p), x).expect("the shape"),
                y: Array2::from_shape_vec((rows, k), y).expect("the shape"),
                weights: weights.map(Array1::from),
                lambda,
                fit_intercept,
                solver,
                layout,
            },
        )
    })
}

/// The same values in memory order, in column order, or every other column of something wider.
fn with_layout<F: Scalar, R>(
    x: &Array2<F>,
    layout: u8,
    f: impl FnOnce(ArrayView2<'_, F>) -> R,
) -> R {
    match layout {
        0 => f(x.view()),
        1 => f(x.t().as_standard_layout().t()),
        _ => {
            let mut wider = Array2::zeros((x.nrows(), 2 * x.ncols()));
            wider.slice_mut(s![.., ..;2]).assign(x);
            f(wider.slice(s![.., ..;2]))
        }
    }
}

fn check_fit<F: Scalar>(case: &Case) {
    let x = case.x.mapv(F::of);
    let y = case.y.mapv(F::of);
    let weights = case.weights.as_ref().map(|w| w.mapv(F::of));
    let weights = weights.as_ref().map(|w| w.view());
    let estimator = crate::common::ridge()
        .lambda(case.lambda)
        .fit_intercept(case.fit_intercept)
        .solver(case.solver);
    with_layout(&x, case.layout, |x| {
        if let Ok(model) = estimator.fit_weighted(x, y.view(), weights) {
            assert!(
                model
                    .coefficients()
                    .iter()
                    .chain(model.intercepts())
                    .all(|v| v.is_finite())
            );
            let report = model.report().expect("a report");
            assert!(
                report.objective.is_finite()
                    && report
                        .ridge()
                        .expect("a ridge")
                        .condition_number
                        .is_finite()
            );
            assert!(report.rank().expect("a rank") <= x.ncols());
            if let Ok(predictions) = model.predict(x) {
                assert!(predictions.iter().all(|v| v.is_finite()));
            }
        }
        if let Some(y) = (y.ncols() > 0).then(|| y.column(0)) {
            let fitted: elltwo::Result<LinearModel<F>> = estimator.fit_weighted(x, y, weights);
            if let Ok(model) = fitted
                && let Ok(residuals) = Residuals::new(&model, &samples(x, y, weights))
            {
                assert!(
                    residuals.leverage().iter().all(|h| (0.0..=1.0).contains(h)),
                    "{}",
                    residuals.leverage()
                );
                let _ = residuals.five_numbers();
            }
        }
        if let Ok(moments) = Moments::from_data(x, y.view(), weights) {
            assert!(moments.feature_scatter().iter().all(|v| v.is_finite()));
        }
    });
}

/// A loss and its gradient in every reduction.
fn check_loss<F: Scalar, L: Loss>(
    loss: L,
    a: &Array2<F>,
    b: &Array2<F>,
    weights: Option<ndarray::ArrayView1<'_, F>>,
) {
    for reduction in [
        Reduction::None,
        Reduction::Sum,
        Reduction::Mean,
        Reduction::WeightedMean,
    ] {
        if let Ok(reduced) = loss.evaluate(a.view(), b.view(), weights, reduction) {
            assert!(reduced.scalar().is_none_or(f64::is_finite));
            assert!(
                reduced
                    .elements()
                    .is_none_or(|e| e.iter().all(|v| v.is_finite()))
            );
        }
        let mut gradient = b.clone();
        if loss
            .gradient_in_place(a.view(), gradient.view_mut(), weights, reduction)
            .is_ok()
        {
            assert!(
                gradient.iter().all(|v| v.is_finite()),
                "{loss:?} {gradient}"
            );
        }
    }
}

fn losses_and_metrics<F: Scalar>(case: &Case) {
    let (a, b) = (case.x.mapv(F::of), case.y.mapv(F::of));
    let weights = case.weights.as_ref().map(|w| w.mapv(F::of));
    let weights = weights.as_ref().map(|w| w.view());
    let target = a.clone();
    for prediction in [
        &b,
        &a.select(Axis(0), &(0..a.nrows()).rev().collect::<Vec<_>>()),
    ] {
        check_loss(SquaredError, &target, prediction, weights);
        check_loss(AbsoluteError, &target, prediction, weights);
        check_loss(Huber { delta: case.lambda }, &target, prediction, weights);
        check_loss(SmoothL1 { beta: case.lambda }, &target, prediction, weights);
        check_loss(
            EpsilonInsensitive {
                epsilon: case.lambda,
            },
            &target,
            prediction,
            weights,
        );
        check_loss(
            SquaredEpsilonInsensitive {
                epsilon: case.lambda,
            },
            &target,
            prediction,
            weights,
        );
        check_loss(
            QuantileLoss {
                quantile: case.lambda,
            },
            &target,
            prediction,
            weights,
        );
        check_loss(LogLoss, &target, prediction, weights);
        let metrics = [
            Metric::MeanSquaredError,
            Metric::RootMeanSquaredError,
            Metric::MeanAbsoluteError,
            Metric::MedianAbsoluteError,
            Metric::MaxError,
            Metric::MeanAbsolutePercentageError,
            Metric::R2,
            Metric::ExplainedVariance,
            Metric::Pinball {
                quantile: case.lambda,
            },
            Metric::MeanBias,
        ];
        for metric in metrics {
            if let Ok(value) =
                metric.evaluate(target.view(), prediction.view(), weights, &Average::Uniform)
            {
                assert!(value.is_finite(), "{metric:?} is {value}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_fit_is_finite_or_an_error(case in case()) {
        check_fit::<f64>(&case);
        check_fit::<f32>(&case);
    }

    #[test]
    fn a_loss_or_metric_is_finite_or_an_error(case in case()) {
        losses_and_metrics::<f64>(&case);
        losses_and_metrics::<f32>(&case);
    }
}
