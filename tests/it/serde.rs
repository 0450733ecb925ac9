//! What is stored comes back to the last bit, or is refused with the reason.

use crate::common::{Uniform, samples};
use elltwo::Error;
use elltwo::model::{Estimator, LinearModel, RidgeRegression};
use elltwo::moments::Moments;
use elltwo::scalar::Scalar as _;
use elltwo::solver::Solver;
use ndarray::{Ix1, Ix2};

fn moments() -> Moments {
    let mut uniform = Uniform(31);
    let (x, y) = (uniform.matrix(50, 3, 1e6), uniform.matrix(50, 2, 0.1));
    let moments = Moments::from_data(x.view(), y.view(), None).expect("moments");
    moments.with_feature_names(["a", "b", "ü"]).expect("names")
}

#[test]
fn parameters_models_and_reports_round_trip_through_json() {
    let estimator = RidgeRegression::new()
        .lambda_per_target([0.1, 1e-300])
        .solver(Solver::Qr)
        .fit_intercept(false);
    let text = serde_json::to_string(&estimator).expect("JSON");
    assert_eq!(
        serde_json::from_str::<RidgeRegression>(&text).expect("parameters"),
        estimator
    );

    let mut uniform = Uniform(32);
    let (x, y) = (uniform.matrix(20, 3, 1.0), uniform.matrix(20, 2, 1.0));
    let model: LinearModel<f64, Ix2> = estimator.fit(x.view(), y.view()).expect("a fit");
    let text = serde_json::to_string(&model).expect("JSON");
    assert!(text.contains("\"format_version\":1"));
    assert_eq!(
        serde_json::from_str::<LinearModel<f64, Ix2>>(&text).expect("a model"),
        model
    );

    let single =
        RidgeRegression::new().fit(x.mapv(f32::of).view(), y.column(0).mapv(f32::of).view());
    let single: LinearModel<f32> = single.expect("a fit");
    let text = serde_json::to_string(&single).expect("JSON");
    assert_eq!(
        serde_json::from_str::<LinearModel<f32>>(&text).expect("a model"),
        single
    );
}

#[test]
fn a_model_of_another_version_or_of_parts_that_do_not_fit_is_refused() {
    let model = LinearModel::from_parts(ndarray::array![1.0, 2.0], 3.0).expect("a model");
    let text = serde_json::to_string(&model).expect("JSON");
    let read = |text: &str| {
        serde_json::from_str::<LinearModel<f64, Ix1>>(text)
            .expect_err("an error")
            .to_string()
    };
    let newer = text.replace("\"format_version\":1", "\"format_version\":7");
    assert!(
        read(&newer).contains("a stored model has format version 7: this library reads version 1")
    );
    assert!(
        read(&text.replace(
            "\"dim\":[1],\"data\":[3.0]",
            "\"dim\":[2],\"data\":[3.0,4.0]"
        ))
        .contains("intercepts: expected 1, found 2")
    );
    assert!(!read(&text[..text.len() / 2]).is_empty());
}

#[test]
fn moments_round_trip_through_json_and_bytes() {
    let moments = moments();
    let text = serde_json::to_string(&moments).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Moments>(&text).expect("moments"),
        moments
    );
    assert_eq!(
        Moments::from_bytes(&moments.to_bytes()).expect("moments"),
        moments
    );
    let empty = Moments::new(2, 1).expect("moments");
    assert_eq!(
        Moments::from_bytes(&empty.to_bytes()).expect("moments"),
        empty
    );
}

#[test]
fn bytes_that_are_not_moments_are_refused_wherever_they_are_cut() {
    let bytes = moments().to_bytes();
    for length in 0..bytes.len() {
        let error = Moments::from_bytes(&bytes[..length]).expect_err("an error");
        assert!(
            matches!(error, Error::Malformed { .. }),
            "{length}: {error}"
        );
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(
        Moments::from_bytes(&longer),
        Err(Error::Malformed { .. })
    ));
    let mut newer = bytes.clone();
    newer[8] = 2;
    assert!(matches!(
        Moments::from_bytes(&newer),
        Err(Error::UnsupportedVersion {
            found: 2,
            supported: 1,
            ..
        })
    ));
    // The byte behind that of the names is the kind of the sums; without one it is a zero, as it always was.
    assert_eq!(bytes[13], 0);
    for (kind, name) in [(1, "exact sums"), (9, "kind 9")] {
        let mut other = bytes.clone();
        other[13] = kind;
        let error = Moments::from_bytes(&other).expect_err("an error");
        assert_eq!(
            error.to_string(),
            format!("stored moments hold {name}: this library reads floating-point sums")
        );
    }
    // Any byte may be wrong: an error or other moments, never a panic.
    for position in 0..bytes.len() {
        for flip in [1, 0x80, 0xff] {
            let mut wrong = bytes.clone();
            wrong[position] ^= flip;
            let _ = Moments::from_bytes(&wrong);
        }
    }
}

#[test]
fn moments_of_other_features_do_not_merge() {
    let mut named = moments();
    let other = Moments::new(3, 2)
        .and_then(|m| m.with_feature_names(["a", "c", "ü"]))
        .expect("moments");
    let error = named.merge(&other).expect_err("an error");
    assert_eq!(
        error.to_string(),
        "feature 1 is `c` in one part and `b` in the other"
    );
    assert!(named.merge(&Moments::new(4, 2).expect("moments")).is_err());
    // Without names there is nothing to compare.
    named
        .merge(&Moments::new(3, 2).expect("moments"))
        .expect("a merge");
    assert!(matches!(
        Moments::new(2, 1).and_then(|m| m.with_feature_names(["a", "a"])),
        Err(Error::DuplicateColumn { .. })
    ));
}

#[test]
fn columns_give_the_moments_of_rows() {
    let mut uniform = Uniform(33);
    let (x, y) = (
        uniform.matrix(20_000, 3, 10.0),
        uniform.vector(20_000, 10.0),
    );
    let weights = uniform.vector(20_000, 2.0);
    let columns: Vec<Vec<f64>> = x.columns().into_iter().map(|c| c.to_vec()).collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let mut moments = Moments::new(3, 1).expect("moments");
    let (y_slice, weights_slice) = (
        y.as_slice().expect("a slice"),
        weights.as_slice().expect("a slice"),
    );
    moments
        .update_columns(&columns, &[y_slice], Some(weights_slice))
        .expect("an update");
    let rows = Moments::from_data(x.view(), y.view(), Some(weights.view())).expect("moments");
    let difference = moments.feature_scatter() - rows.feature_scatter();
    assert!(difference.iter().all(|d| d.abs() <= 1e-9));
    let before = moments.clone();
    assert!(
        moments
            .update_columns(&columns[..2], &[y_slice], None)
            .is_err()
    );
    assert!(
        moments
            .update_columns(&columns, &[&y_slice[..5]], None)
            .is_err()
    );
    assert_eq!(moments, before);
}

#[test]
fn what_theory_leaves_undefined_round_trips_through_json() {
    use elltwo::diagnostics::{Residuals, condition_indices, normality_moments};
    use elltwo::inference::{Estimate, FitStatistics, Inference, Prediction};
    use elltwo::statistics::HypothesisTest;
    use ndarray::array;

    fn back<T: serde::Serialize + serde::de::DeserializeOwned + std::fmt::Debug>(value: &T) {
        let text = serde_json::to_string(value).expect("JSON");
        let read: T = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        // NaN differs from itself; its text does not.
        assert_eq!(format!("{read:?}"), format!("{value:?}"));
    }
    // A line through its points: σ = 0, ln L infinite; and no degree of freedom left: nothing is defined.
    let line = array![[0.0], [1.0], [2.0], [3.0]];
    for rows in [4, 2] {
        let x = line.view().split_at(ndarray::Axis(0), rows).0;
        let y = x.column(0);
        let model = RidgeRegression::new().fit(x, y).expect("a fit");
        let inference = Inference::new(&model, &samples(x, y, None)).expect("inference");
        back::<FitStatistics>(inference.fit());
        inference.estimates().iter().for_each(back::<Estimate>);
        back::<Prediction>(&inference.predict(x).expect("predictions"));
        back::<Residuals>(&Residuals::new(&model, &samples(x, y, None)).expect("residuals"));
        if let Some(test) = &inference.fit().f_test {
            back::<HypothesisTest>(test);
        }
    }
    let zeros = ndarray::Array1::zeros(5);
    back(&normality_moments(zeros.view()).expect("moments"));
    let twice = array![[1.0, 1.0], [2.0, 2.0], [4.0, 4.0], [7.0, 7.0]];
    back(&condition_indices(twice.view(), None, true).expect("indices"));
}
