//! `cross_validate`, `Pipeline` and `FormulaRegression` are the loops that one would write by hand.

use elltwo::data::{Folds, GroupKFold, Split, StandardScaler};
use elltwo::ndarray::{Array1, Axis};
use elltwo::prelude::*;

fn data() -> Dataset {
    let made = elltwo::data::synthetic::regression(60, 3)
        .noise(2.0)
        .feature_mean(10.0);
    let data = made.seed(5).generate().expect("it is made").dataset;
    let weights: Array1<f64> = (0..60_u32).map(|row| 1.0 + f64::from(row % 4)).collect();
    data.with_weights(weights).expect("they are sound")
}

#[test]
fn a_pipeline_learns_scale_and_penalty_in_each_fold_and_weights_count_on_both_sides() {
    let data = data();
    let folds = KFold::new(4).shuffle(3);
    let ridge = RidgeRegression::new().lambda(0.5);
    let pipeline = Pipeline::new(ridge.clone()).polynomial(2).standardize();
    let found = cross_validate(&pipeline, &data, folds, Metric::MeanSquaredError).expect("it fits");

    let powers = elltwo::data::PolynomialFeatures::new(2);
    for (split, &score) in folds.split(60).expect("four").iter().zip(found.scores()) {
        let (train, test) = (
            data.select_rows(&split.train),
            data.select_rows(&split.test),
        );
        let (train, test) = (train.expect("rows"), test.expect("rows"));
        let x = powers.transform(train.x()).expect("powers");
        let scaler = StandardScaler
            .fit_weighted(&x, train.weights())
            .expect("it varies");
        let z = scaler.transform(&x).expect("as many");
        let model: LinearModel<f64> = ridge
            .fit_weighted(&z, train.y(), train.weights())
            .expect("it fits");
        let unseen = powers.transform(test.x()).expect("powers");
        let predicted = model
            .predict(&scaler.transform(&unseen).expect("as many"))
            .expect("finite");
        let expected =
            metrics::weighted::mse(test.y(), &predicted, test.weights()).expect("finite");
        assert!((score / expected - 1.0).abs() < 1e-9, "{score} {expected}");
    }
    let spread = found.standard_error().expect("four folds");
    assert!(spread > 0.0 && found.to_string().contains(" ± "));
    assert_eq!(format!("{found:.1}").split('.').count(), 3);
}

#[test]
fn coefficients_of_a_pipeline_are_in_original_units() {
    let data = data();
    let plain = RidgeRegression::new().fit_dataset(&data).expect("it fits");
    for pipeline in [
        Pipeline::new(RidgeRegression::new()).standardize(),
        Pipeline::new(RidgeRegression::new()).robust_scale(),
        Pipeline::new(RidgeRegression::new()),
    ] {
        let model = pipeline.fit_dataset(&data).expect("it fits");
        let pairs = model.coefficients().to_owned() / plain.coefficients();
        assert!(
            pairs.iter().all(|ratio| (ratio - 1.0).abs() < 1e-10),
            "{pairs}"
        );
        assert!((model.intercept() / plain.intercept() - 1.0).abs() < 1e-9);
        assert_eq!(model.feature_names(), plain.feature_names());
        assert_eq!(model.to_string().lines().count(), 5);
        assert!(
            model
                .predict(data.x().slice(elltwo::ndarray::s![.., ..2]))
                .is_err()
        );
    }
    let products = Pipeline::new(RidgeRegression::new())
        .interactions(2)
        .fit_dataset(&data);
    assert_eq!(products.expect("it fits").coefficients().len(), 6);
    // No rows are no predictions.
    let none = data.x().select(Axis(0), &[]);
    let model = Pipeline::new(RidgeRegression::new())
        .polynomial(2)
        .fit_dataset(&data);
    assert_eq!(
        model.expect("it fits").predict(&none).expect("none").len(),
        0
    );
}

#[test]
fn several_targets_are_averaged_and_folds_may_be_made_by_groups() {
    let data = data();
    let groups: Vec<usize> = (0..60).map(|row| row / 7).collect();
    let splits = GroupKFold::new(3).split(&groups).expect("nine groups");
    let both = elltwo::ndarray::stack![Axis(1), data.y(), data.y()];
    let ridge = RidgeRegression::new();
    let (x, metric) = (data.x(), Metric::MeanAbsoluteError);
    let one = cross_validate(&ridge, (x, data.y()), splits.clone(), metric).expect("it fits");
    let two = cross_validate(&ridge, (x, &both), splits, metric).expect("it fits");
    for (one, two) in one.scores().iter().zip(two.scores()) {
        assert!((one / two - 1.0).abs() < 1e-12);
    }
    let (train, test) = (vec![0, 1, 2, 3, 4], vec![60]);
    let wrong = vec![Split { train, test }].splits(60).expect_err("refused");
    assert_eq!(
        wrong.to_string(),
        "row = 60: must be below the number of rows"
    );
    assert!(cross_validate(&ridge, &data, KFold::new(1), metric).is_err());
}

#[test]
fn a_formula_knows_levels_of_rows_it_has_not_seen_and_its_intercept_is_the_estimators() {
    let text = "y,g,x\n1,a,1\n2,a,2\n3.5,b,1\n4,b,3\n2.5,a,3\n9,c,1\n";
    let frame = CsvReader::columns()
        .read_frame(text.as_bytes())
        .expect("sound");
    let formula = "y ~ g + scale(x)".parse().expect("sound");
    let regression = FormulaRegression::new(&formula, RidgeRegression::new());
    // The last fold has the only row of `c`.
    let scores = cross_validate(
        &regression,
        &frame,
        KFold::new(3),
        Metric::MeanAbsoluteError,
    );
    assert_eq!(scores.expect("it fits").scores().len(), 3);
    let model = regression.fit(&frame).expect("it fits");
    assert_eq!(model.predict(&frame).expect("finite").len(), 6);

    let through_zero = "y ~ 0 + x".parse().expect("sound");
    let wrong = FormulaRegression::new(&through_zero, RidgeRegression::new()).fit(&frame);
    assert!(
        wrong
            .expect_err("refused")
            .to_string()
            .starts_with("fit_intercept = 1")
    );
    let right = RidgeRegression::new().fit_intercept(false);
    assert!(
        FormulaRegression::new(&through_zero, right)
            .fit(&frame)
            .is_ok()
    );
    let offset = "y ~ x + offset(x)".parse().expect("sound");
    let offset = FormulaRegression::new(&offset, RidgeRegression::new())
        .fit(&frame)
        .expect("it fits");
    let plain = "y ~ x".parse().expect("sound");
    let plain = FormulaRegression::new(&plain, RidgeRegression::new())
        .fit(&frame)
        .expect("it fits");
    let (a, b) = (offset.predict(&frame), plain.predict(&frame));
    let difference = a.expect("finite") - b.expect("finite");
    assert!(difference.iter().all(|d| d.abs() < 1e-12));
    let weighted = FormulaRegression::new(&"y ~ g".parse().expect("sound"), RidgeRegression::new());
    assert!(weighted.weights("x").fit(&frame).is_ok());
}
