//! The losses and their gradients against torch 2.15.0, keras 3.15.1, scikit-learn 1.9.1 and exact rational arithmetic.
//!
//! `golden/make_losses.py` made the numbers. The exact ones are the arbiter, met to 8 · 4e-16; the libraries round in their own
//! ways, so they are met to 2e-15 (`f64`) and 3e-6 (`f32`, which they accumulate in `f32`).

#![allow(clippy::unwrap_used)]

use elltwo::Error;
use elltwo::loss::{
    AbsoluteError, EpsilonInsensitive, Huber, L2, LogLoss, Loss, QuantileLoss, Reduced, Reduction,
    SmoothL1, SquaredEpsilonInsensitive, SquaredError,
};
use elltwo::scalar::Scalar;
use ndarray::{Array1, Array2, array};
use proptest::prelude::*;
use serde_json::Value;

const EXACT: f64 = 8.0 * 4e-16;

fn golden(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn losses() -> Value {
    golden(include_str!("../golden/losses.json"))
}

fn gradients() -> Value {
    golden(include_str!("../golden/gradients.json"))
}

/// Numbers of a nested list, in order.
fn flat(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(flat).collect(),
        other => other.as_f64().into_iter().collect(),
    }
}

/// A vector as a column, a matrix as it is.
fn matrix<F: Scalar>(value: &Value) -> Array2<F> {
    let rows = value.as_array().unwrap().len();
    let values: Vec<F> = flat(value).into_iter().map(F::of).collect();
    Array2::from_shape_vec((rows, values.len() / rows), values).unwrap()
}

fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let error = (found - expected).abs();
    assert!(
        error <= tolerance * expected.abs() + f64::from_bits(2),
        "{what}: {found:e}, expected {expected:e}"
    );
}

/// One case's arrays, evaluated by any loss.
fn run<F: Scalar>(case: &Value, loss: impl Loss, reduction: Reduction, weighted: bool) -> Vec<f64> {
    let (y, p) = (matrix::<F>(&case["y_true"]), matrix::<F>(&case["y_pred"]));
    let w: Array1<F> = flat(&case["weights"]).into_iter().map(F::of).collect();
    let weights = weighted.then(|| w.view());
    if y.ncols() == 1 {
        let (y, p) = (y.column(0), p.column(0));
        let two = loss.evaluate(y, p, weights, reduction).unwrap();
        return values(&two);
    }
    values(
        &loss
            .evaluate(y.view(), p.view(), weights, reduction)
            .unwrap(),
    )
}

fn values<F: Scalar, D: ndarray::Dimension>(reduced: &Reduced<F, D>) -> Vec<f64> {
    match reduced {
        Reduced::Scalar(value) => vec![*value],
        Reduced::Elements(values) => values.iter().map(|v| v.wide()).collect(),
    }
}

fn run_named(case: &Value, name: &str, reduction: Reduction, weighted: bool) -> Vec<f64> {
    fn typed(case: &Value, loss: impl Loss, reduction: Reduction, weighted: bool) -> Vec<f64> {
        if case["dtype"] == "float32" {
            run::<f32>(case, loss, reduction, weighted)
        } else {
            run::<f64>(case, loss, reduction, weighted)
        }
    }
    let parameter = || -> f64 {
        let number = name.split('=').nth(1).unwrap();
        number.split([',', ')']).next().unwrap().parse().unwrap()
    };
    let lower = name.to_lowercase();
    if lower.contains("pinball") {
        let quantile = parameter();
        typed(case, QuantileLoss { quantile }, reduction, weighted)
    } else if lower.contains("smoothl1") {
        let beta = parameter();
        typed(case, SmoothL1 { beta }, reduction, weighted)
    } else if lower.contains("huber") {
        let delta = parameter();
        typed(case, Huber { delta }, reduction, weighted)
    } else if lower.contains("l1") || lower.contains("absolute") {
        typed(case, AbsoluteError, reduction, weighted)
    } else {
        typed(case, SquaredError, reduction, weighted)
    }
}

#[test]
fn every_library_call_that_we_can_express_gives_the_library_s_number() {
    let mut compared = 0;
    for case in losses()["cases"].as_array().unwrap() {
        let tolerance = if case["dtype"] == "float32" {
            3e-6
        } else {
            2e-15
        };
        for call in case["calls"].as_array().unwrap() {
            let reduction = match call[2].as_str().unwrap() {
                "none" => Reduction::None,
                "sum" => Reduction::Sum,
                "mean" => Reduction::Mean,
                _ => Reduction::WeightedMean,
            };
            let weighted = call[3].as_bool().unwrap();
            let found = run_named(case, call[1].as_str().unwrap(), reduction, weighted);
            let expected = flat(&call[4]);
            assert_eq!(found.len(), expected.len(), "{} {call}", case["id"]);
            for (f, e) in found.into_iter().zip(expected) {
                close(f, e, tolerance, &format!("{} {call}", case["id"]));
            }
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared}");
}

#[test]
fn values_meet_exact_arithmetic() {
    for case in losses()["cases"].as_array().unwrap() {
        let scalar =
            |name: &str, reduction, weighted| run_named(case, name, reduction, weighted)[0];
        for (key, expected) in case["exact"].as_object().unwrap() {
            let found = match key.as_str() {
                "sum_squared" => scalar("MSE", Reduction::Sum, false),
                "mse" => scalar("MSE", Reduction::Mean, false),
                "sum_absolute" => scalar("l1", Reduction::Sum, false),
                "mae" => scalar("l1", Reduction::WeightedMean, false),
                "huber(1.0)_sum" => scalar("Huber(d=1.0)", Reduction::Sum, false),
                "huber(0.5)_sum" => scalar("Huber(d=0.5)", Reduction::Sum, false),
                "smooth_l1(1.0)_sum" => scalar("SmoothL1(b=1.0)", Reduction::Sum, false),
                "smooth_l1(0.5)_sum" => scalar("SmoothL1(b=0.5)", Reduction::Sum, false),
                "weighted_sum_squared" => scalar("MSE", Reduction::Sum, true),
                "weighted_sum_absolute" => scalar("l1", Reduction::Sum, true),
                "weighted_sq/n_elements" => scalar("MSE", Reduction::Mean, true),
                "weighted_abs/n_elements" => scalar("l1", Reduction::Mean, true),
                "weighted_sq/weight_sum" => scalar("MSE", Reduction::WeightedMean, true),
                "weighted_abs/weight_sum" => scalar("l1", Reduction::WeightedMean, true),
                _ => continue,
            };
            let what = format!("{} {key}", case["id"]);
            close(found, expected.as_f64().unwrap(), EXACT, &what);
        }
    }
}

#[test]
fn a_million_f32_residuals_have_the_exact_mean() {
    let (n, mut state) = (1_000_000, 20_240_607_u64);
    let mut draw = |shift: u32| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> shift) as f64
    };
    let (mut y, mut p, mut w) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..n {
        let target = draw(40) * 2f64.powi(-21) - 4.0;
        y.push(f32::of(target));
        p.push(f32::of(target + (draw(44) * 2f64.powi(-20) - 0.5)));
        w.push(f32::of((draw(60) + 1.0) / 8.0));
    }
    let (y, p, w) = (Array1::from(y), Array1::from(p), Array1::from(w));
    let golden = &losses()["lcg_1e6"];
    assert_eq!(
        y[n - 1].wide(),
        golden["check"]["y_true_last"].as_f64().unwrap()
    );
    let exact = |key: &str| golden["exact"][key].as_f64().unwrap();
    let mse = SquaredError.mean(y.view(), p.view(), None).unwrap();
    close(mse, exact("mse"), EXACT, "mse");
    let weighted = SquaredError
        .mean(y.view(), p.view(), Some(w.view()))
        .unwrap();
    close(weighted, exact("weighted_sq/weight_sum"), EXACT, "weighted");
    let mae = AbsoluteError
        .mean(y.view(), p.view(), Some(w.view()))
        .unwrap();
    close(mae, exact("weighted_abs/weight_sum"), EXACT, "mae");
}

#[test]
fn the_epsilon_insensitive_and_log_losses_meet_their_references() {
    let golden = losses();
    let table = &golden["epsilon_insensitive"];
    for row in table["rows"].as_array().unwrap() {
        let epsilon = row["epsilon"].as_f64().unwrap();
        for (i, e) in flat(&table["errors"]).into_iter().enumerate() {
            let plain = EpsilonInsensitive { epsilon }.value(e, 0.0);
            let squared = SquaredEpsilonInsensitive { epsilon }.value(e, 0.0);
            close(plain, row["plain"][i].as_f64().unwrap(), 4e-16, "plain");
            close(
                squared,
                row["squared"][i].as_f64().unwrap(),
                8e-16,
                "squared",
            );
        }
    }
    let table = &golden["log_loss"];
    for row in table["rows"].as_array().unwrap() {
        let label = row["label"].as_f64().unwrap();
        for (i, z) in flat(&table["logits"]).into_iter().enumerate() {
            close(
                LogLoss.value(label, z),
                row["loss"][i].as_f64().unwrap(),
                4e-15,
                "log loss",
            );
            let gradient = row["gradient"][i].as_f64().unwrap();
            assert!((LogLoss.derivative(label, z) - gradient).abs() <= 4e-16);
        }
    }
}

#[test]
fn gradients_in_the_coefficients_meet_exact_arithmetic() {
    let golden = gradients();
    let x: Array2<f64> = matrix(&golden["design"]["X"]);
    let y = Array1::from(flat(&golden["design"]["y"]));
    let s = Array1::from(flat(&golden["design"]["sample_weight"]));
    for entry in golden["gradients"].as_array().unwrap() {
        let w = Array1::from(flat(&entry["w"]));
        let (weights, reduction) = match entry["data_term"].as_str().unwrap() {
            "unweighted" => (None, Reduction::Mean),
            "weight_sum" => (Some(s.view()), Reduction::WeightedMean),
            "n" => (Some(s.view()), Reduction::Mean),
            _ => (None, Reduction::Sum),
        };
        let lambda = entry["lambda"].as_f64().unwrap();
        let penalty = L2::from_torch_weight_decay(2.0 * lambda).unwrap();
        assert_eq!(
            (penalty, penalty.keras_l2()),
            (L2::new(lambda).unwrap(), lambda)
        );

        let mut residual = x.dot(&w) + entry["b"].as_f64().unwrap();
        let data = SquaredError
            .gradient_in_place(y.view(), residual.view_mut(), weights, reduction)
            .unwrap();
        let mut gradient = x.t().dot(&residual);
        penalty.add_gradient(w.view(), gradient.view_mut()).unwrap();

        let exact = flat(&entry["exact_grad_w"]);
        let scale = exact.iter().fold(1e-3_f64, |a, v| a.max(v.abs()));
        for (found, exact) in gradient.iter().zip(&exact) {
            assert!((found - exact).abs() <= 4e-15 * scale, "{entry}");
        }
        let exact_b = entry["exact_grad_b"].as_f64().unwrap();
        assert!(
            (residual.sum() - exact_b).abs() <= 4e-15 * scale.max(exact_b.abs()),
            "{entry}"
        );
        let exact_loss = entry["exact_loss"].as_f64().unwrap();
        let loss = data + penalty.value(w.view());
        assert!(
            (loss - exact_loss).abs() <= 4e-15 * exact_loss.max(1e-3),
            "{entry}"
        );
    }
}

#[test]
fn at_a_kink_the_gradient_is_torch_s() {
    let golden = gradients();
    let predictions = golden["kinks"]["y_pred"].as_array().unwrap();
    for (i, prediction) in predictions.iter().enumerate() {
        let Some(p) = prediction.as_f64() else {
            continue;
        };
        let torch = |name: &str| golden["kinks"]["torch"][name][i].as_f64().unwrap();
        assert_eq!(SquaredError.derivative(0.0, p), torch("torch MSELoss"));
        assert_eq!(AbsoluteError.derivative(0.0, p), torch("torch L1Loss"));
        for v in [1.0, 0.5] {
            let huber = Huber { delta: v }.derivative(0.0, p);
            assert_eq!(huber, torch(&format!("torch HuberLoss(delta={v:?})")));
            let smooth = SmoothL1 { beta: v }.derivative(0.0, p);
            assert_eq!(smooth, torch(&format!("torch SmoothL1Loss(beta={v:?})")));
        }
    }
}

#[test]
fn bad_data_is_an_error_for_every_loss_and_leaves_the_predictions_alone() {
    fn check(loss: impl Loss) {
        let (y, p) = (array![1.0, 2.0, 3.0], array![1.5, 1.5, 1.5]);
        let empty = Array1::<f64>::zeros(0);
        let error = loss.mean(empty.view(), empty.view(), None);
        assert!(matches!(error, Err(Error::Empty { .. })), "{loss:?}");
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let broken = array![1.0, bad, 0.0];
            for (t, p) in [(&y, &broken), (&broken, &p), (&broken, &broken)] {
                for w in [None, Some(array![1.0, 0.0, 1.0])] {
                    let w = w.as_ref().map(|w| w.view());
                    let error = loss.mean(t.view(), p.view(), w);
                    assert!(
                        matches!(error, Err(Error::NonFinite { row: 1, .. })),
                        "{loss:?}"
                    );
                    let mut out = p.clone();
                    let error = loss.gradient_in_place(t.view(), out.view_mut(), w, Reduction::Sum);
                    assert!(matches!(error, Err(Error::NonFinite { .. })), "{loss:?}");
                    assert_eq!(out.mapv(f64::to_bits), p.mapv(f64::to_bits));
                }
            }
            let weights = array![1.0, bad, 1.0];
            assert!(loss.mean(y.view(), p.view(), Some(weights.view())).is_err());
        }
        let negative = loss.mean(y.view(), p.view(), Some(array![1.0, -0.5, 2.0].view()));
        assert!(matches!(
            negative,
            Err(Error::NegativeWeight { row: 1, .. })
        ));
        let zero = loss.mean(y.view(), p.view(), Some(array![0.0, 0.0, 0.0].view()));
        assert!(matches!(zero, Err(Error::ZeroWeights)));
        let short = loss.mean(y.view(), array![1.0, 2.0].view(), None);
        assert!(matches!(short, Err(Error::ShapeMismatch { .. })));
    }
    check(SquaredError);
    check(AbsoluteError);
    check(Huber::default());
    check(SmoothL1::default());
    check(EpsilonInsensitive::default());
    check(SquaredEpsilonInsensitive::default());
    check(QuantileLoss::default());
    check(LogLoss);
    let far = SquaredError.mean(array![1e160].view(), array![-1e160].view(), None);
    assert!(matches!(far, Err(Error::Overflow { .. })));
}

proptest! {
    #[test]
    fn the_derivative_is_the_slope_of_the_value(y in -5.0..5.0_f64, p in -5.0..5.0_f64, k in 0.05..0.95_f64) {
        fn check(loss: impl Loss, y: f64, p: f64) -> Result<(), TestCaseError> {
            let h = 1e-5;
            let slope = (loss.value(y, p + h) - loss.value(y, p - h)) / (2.0 * h);
            prop_assert!((slope - loss.derivative(y, p)).abs() < 1e-4, "{loss:?}");
            Ok(())
        }
        let e = (y - p).abs();
        prop_assume!(e > 1e-3 && (e - k).abs() > 1e-3); // the kinks
        check(SquaredError, y, p)?;
        check(AbsoluteError, y, p)?;
        check(Huber { delta: k }, y, p)?;
        check(SmoothL1 { beta: k }, y, p)?;
        check(EpsilonInsensitive { epsilon: k }, y, p)?;
        check(SquaredEpsilonInsensitive { epsilon: k }, y, p)?;
        check(QuantileLoss { quantile: k }, y, p)?;
        check(LogLoss, k, p)?;
    }
}
