//! Errors of predictions kept beside a model are those of the fit while its data are there.

use crate::common::samples;
use elltwo::Error;
use elltwo::inference::{Covariance, Inference, PredictionErrors};
use elltwo::model::{Estimator, LinearModel, RidgeRegression};
use ndarray::{Array1, Array2, array};

/// Uncentred columns of unlike scales.
fn data() -> (Array2<f64>, Array1<f64>, Array1<f64>) {
    let x = Array2::from_shape_fn((40, 3), |(i, j)| {
        let wave = ((i * (2 * j + 3)) as f64 * 0.7).sin();
        (10.0 + wave) * [1.0, 1e3, 1e6][j]
    });
    let noise = Array1::from_shape_fn(40, |i| ((i * i) as f64).cos());
    let y = x.dot(&array![1.0, -1e-3, 2e-6]) + &noise + 5.0;
    let weights = Array1::from_shape_fn(40, |i| 1.0 + (i % 4) as f64);
    (x, y, weights)
}

/// Through JSON.
fn stored(inference: &Inference) -> PredictionErrors {
    let json = serde_json::to_string(&inference.prediction_errors()).expect("numbers");
    serde_json::from_str(&json).expect("as written")
}

fn agree(model: &LinearModel<f64>, inference: &Inference, rows: &Array2<f64>) {
    let fresh = inference.predict(rows.view()).expect("predictions");
    let kept = stored(inference)
        .predict(model, rows.view())
        .expect("predictions");
    let pairs = [
        (fresh.mean(), kept.mean()),
        (fresh.standard_error(), kept.standard_error()),
        (fresh.observation_error(), kept.observation_error()),
    ];
    for (fresh, kept) in pairs {
        for (a, b) in fresh.iter().zip(kept) {
            let same = (a - b).abs() <= 1e-10 * a.abs() || (a.is_nan() && b.is_nan());
            assert!(same, "{a} and {b}");
        }
    }
    let (a, b) = (
        fresh.prediction_intervals(0.9),
        kept.prediction_intervals(0.9),
    );
    let (a, b) = (a.expect("intervals").upper, b.expect("intervals").upper);
    assert!(
        a.iter()
            .zip(&b)
            .all(|(a, b)| (a - b).abs() <= 1e-10 * a.abs() || a.is_nan() && b.is_nan())
    );
}

#[test]
fn they_agree_for_every_penalty_intercept_weight_and_covariance() {
    let (x, y, weights) = data();
    let rows = &x * 1.1 - 0.3;
    for lambda in [0.0, 1e-3, 10.0] {
        for intercept in [true, false] {
            for weights in [None, Some(weights.view())] {
                for covariance in [Covariance::Classical, Covariance::Hc3] {
                    let ridge = RidgeRegression::new()
                        .lambda(lambda)
                        .fit_intercept(intercept);
                    let samples = samples(x.view(), y.view(), weights);
                    let fit = ridge.analyse(&samples).expect("a fit");
                    let inference = fit.inference(covariance).expect("errors");
                    agree(fit.model(), &inference, &rows);
                }
            }
        }
    }
}

#[test]
fn rows_in_a_direction_the_data_say_nothing_of_have_no_errors() {
    let (mut x, y, _) = data();
    let twice = &x.column(0) * 2.0;
    x.column_mut(1).assign(&twice);
    let model = RidgeRegression::new()
        .fit(x.view(), y.view())
        .expect("a fit");
    let inference = Inference::new(&model, &samples(x.view(), y.view(), None)).expect("errors");
    let rows = array![[11.0, 22.0, 1e7], [11.0, 23.0, 1e7]];
    agree(&model, &inference, &rows);
    let kept = stored(&inference)
        .predict(&model, rows.view())
        .expect("predictions");
    assert!(kept.standard_error()[0].is_finite() && kept.standard_error()[1].is_nan());
}

#[test]
fn without_a_degree_of_freedom_there_are_no_errors() {
    let x = array![[1.0, 2.0], [3.0, 5.0], [4.0, 1.0]];
    let y = array![1.0, 2.0, 4.0];
    let model = RidgeRegression::new()
        .fit(x.view(), y.view())
        .expect("a fit");
    let inference = Inference::new(&model, &samples(x.view(), y.view(), None)).expect("errors");
    let kept = stored(&inference)
        .predict(&model, x.view())
        .expect("predictions");
    assert!(kept.standard_error().iter().all(|e| e.is_nan()));
}

#[test]
fn stored_parts_that_do_not_fit_are_refused() {
    let (x, y, _) = data();
    let model = RidgeRegression::new()
        .fit(x.view(), y.view())
        .expect("a fit");
    let inference = Inference::new(&model, &samples(x.view(), y.view(), None)).expect("errors");
    let good = serde_json::to_value(inference.prediction_errors()).expect("numbers");
    let read = |value: &serde_json::Value| {
        serde_json::from_value::<PredictionErrors>(value.clone()).map_err(|error| error.to_string())
    };
    assert!(read(&good).is_ok());
    for (key, value, part) in [
        ("format_version", serde_json::json!(9), "version 9"),
        (
            "scale",
            serde_json::to_value(array![1.0]).expect("numbers"),
            "scale",
        ),
        ("noise", serde_json::json!(-1.0), "out of range"),
    ] {
        let mut bad = good.clone();
        bad[key] = value;
        let message = read(&bad).expect_err("it must be refused");
        assert!(message.contains(part), "{message}");
    }
    let other = RidgeRegression::new().fit(
        array![[1.0], [2.0], [4.0]].view(),
        array![1.0, 2.0, 3.0].view(),
    );
    let refused = stored(&inference).predict(&other.expect("a fit"), array![[1.0]].view());
    assert!(matches!(refused, Err(Error::ShapeMismatch { .. })));
}
