//! Scaling, outlier rules, polynomial terms and synthetic data, against numpy's and scikit-learn's definitions.

use approx::assert_abs_diff_eq;
use elltwo::data::{
    DEFAULT_MAD_THRESHOLD, PolynomialFeatures, RobustScaler, StandardScaler, TUKEY_FENCE,
    iqr_outliers, mad_outliers, quantile, synthetic, winsorize,
};
use elltwo::scalar::Scalar;
use elltwo::{Error, Result};
use ndarray::{Array1, Array2, ArrayView, Dimension, array};

#[track_caller]
fn assert_all_close<F: Scalar, D: Dimension>(
    a: ArrayView<'_, F, D>,
    b: ArrayView<'_, F, D>,
    epsilon: f64,
) {
    assert_eq!(a.shape(), b.shape());
    for (a, b) in a.iter().zip(&b) {
        assert_abs_diff_eq!(a.wide(), b.wide(), epsilon = epsilon);
    }
}

#[test]
fn an_uncentred_column_keeps_its_digits() -> Result<()> {
    let x = array![[1e9 + 1.0], [1e9 + 2.0], [1e9 + 3.0], [1e9 + 6.0]];
    let scaler = StandardScaler.fit(x.view())?;
    assert_eq!(scaler.center()[0], 1e9 + 3.0);
    assert_abs_diff_eq!(scaler.scale()[0], 3.5_f64.sqrt(), epsilon = 1e-15);
    Ok(())
}

#[test]
fn an_integer_weight_is_a_repeated_row() -> Result<()> {
    let x = array![[10.0, 1.0], [12.0, 5.0], [17.0, 2.0]];
    let weighted = StandardScaler.fit_weighted(x.view(), Some(array![2.0, 1.0, 0.0].view()))?;
    let repeated = StandardScaler.fit(x.select(ndarray::Axis(0), &[0, 0, 1]).view())?;
    assert_all_close(weighted.center(), repeated.center(), 1e-13);
    assert_all_close(weighted.scale(), repeated.scale(), 1e-13);
    assert_ne!(weighted, StandardScaler.fit(x.view())?);
    Ok(())
}

#[test]
fn constant_columns_have_scale_one() -> Result<()> {
    let x = array![[0.1, 1.0], [0.1, 2.0], [0.1, 3.0]];
    assert_eq!(StandardScaler.fit(x.view())?.scale()[0], 1.0);
    assert_eq!(RobustScaler.fit(x.view())?.scale()[0], 1.0);
    Ok(())
}

#[test]
fn extreme_magnitudes_neither_vanish_nor_overflow() -> Result<()> {
    for size in [1e-200, 1e200] {
        let scaler = StandardScaler.fit(array![[size], [3.0 * size]].view())?;
        assert_abs_diff_eq!(scaler.scale()[0] / size, 1.0, epsilon = 1e-12);
    }
    let error = RobustScaler.fit(array![[-1.7e308], [1.7e308]].view());
    assert!(error.is_ok());
    assert!(matches!(
        RobustScaler.fit(array![[-1.7e308], [-1.7e308], [1.7e308], [1.7e308]].view()),
        Err(Error::Overflow { .. })
    ));
    Ok(())
}

#[test]
fn scaling_inverts_and_works_on_strided_f32() -> Result<()> {
    let x: Array2<f32> = array![[10.0, 1.0], [12.0, 5.0], [17.0, 3.0]];
    let strided = x.t();
    let scaler = RobustScaler.fit(strided)?;
    let z = scaler.transform(strided)?;
    assert_all_close(scaler.inverse_transform(z.view())?.view(), strided, 1e-5);
    let mut in_place = strided.to_owned();
    scaler.transform_in_place(in_place.view_mut())?;
    assert_eq!(in_place, z);
    Ok(())
}

#[test]
fn unscaled_coefficients_predict_the_same() -> Result<()> {
    let x = array![[10.0, -1.0], [12.0, 5.0], [17.0, 3.0]];
    let v = array![2.0, -0.5];
    for scaler in [StandardScaler.fit(x.view())?, RobustScaler.fit(x.view())?] {
        let (w, b) = scaler.unscale(v.view(), 7.0)?;
        let expected = scaler.transform(x.view())?.dot(&v) + 7.0;
        assert_all_close((x.dot(&w) + b).view(), expected.view(), 1e-12);
    }
    Ok(())
}

#[test]
fn scalers_refuse_what_they_cannot_measure_or_apply() -> Result<()> {
    let x = array![[1.0, 2.0], [3.0, 5.0]];
    let scaler = StandardScaler.fit(x.view())?;
    assert!(matches!(
        scaler.transform(array![[1.0]].view()),
        Err(Error::ShapeMismatch { .. })
    ));
    assert!(matches!(
        scaler.unscale(array![1.0].view(), 0.0),
        Err(Error::ShapeMismatch { .. })
    ));
    assert!(matches!(
        StandardScaler.fit(array![[1.0], [f64::NAN]].view()),
        Err(Error::NonFinite { row: 1, .. })
    ));
    let weights = array![0.0, 0.0];
    assert!(matches!(
        StandardScaler.fit_weighted(x.view(), Some(weights.view())),
        Err(Error::ZeroWeights)
    ));
    assert!(matches!(
        RobustScaler.fit(Array2::<f64>::zeros((0, 2)).view()),
        Err(Error::Empty { .. })
    ));
    Ok(())
}

#[test]
fn quantiles_interpolate_as_numpy_does() -> Result<()> {
    // numpy.quantile([3, 1, 10, 7], [0, 0.1, 0.25, 0.5, 0.9, 1])
    let values = array![3.0, 1.0, 10.0, 7.0];
    for (q, expected) in [
        (0.0, 1.0),
        (0.1, 1.6),
        (0.25, 2.5),
        (0.5, 5.0),
        (0.9, 9.1),
        (1.0, 10.0),
    ] {
        assert_abs_diff_eq!(quantile(values.view(), q)?, expected, epsilon = 1e-14);
    }
    assert!(matches!(
        quantile(values.view(), 1.5),
        Err(Error::InvalidParameter { name: "q", .. })
    ));
    assert!(matches!(
        quantile(Array1::<f64>::zeros(0).view(), 0.5),
        Err(Error::Empty { .. })
    ));
    Ok(())
}

#[test]
fn outlier_rules_follow_their_thresholds() -> Result<()> {
    let values = array![9.0, 10.0, 11.0, 10.5, 13.0];
    assert!(!mad_outliers(values.view(), DEFAULT_MAD_THRESHOLD)?[4]);
    assert!(mad_outliers(values.view(), 2.0)?[4]);
    assert!(iqr_outliers(values.view(), TUKEY_FENCE)?[4]);
    assert!(!iqr_outliers(values.view(), 3.0)?[4]);
    assert_eq!(
        mad_outliers(array![1.0, 1.0, 1.0, 1.1].view(), 3.5)?,
        array![false, false, false, true]
    );
    assert!(mad_outliers(values.view(), 0.0).is_err());
    assert!(iqr_outliers(values.view(), -1.0).is_err());
    Ok(())
}

#[test]
fn winsorizing_refuses_quantiles_in_the_wrong_order() {
    let x = array![[1.0], [2.0]];
    for (lower, upper) in [(0.9, 0.1), (-0.1, 0.5), (0.5, 1.1), (f64::NAN, 0.5)] {
        assert!(matches!(
            winsorize(x.view(), lower, upper),
            Err(Error::InvalidParameter { .. })
        ));
    }
}

#[test]
fn polynomial_terms_come_in_scikit_learns_order() -> Result<()> {
    // PolynomialFeatures(3, include_bias=False).get_feature_names_out(["a", "b"])
    assert_eq!(
        PolynomialFeatures::new(3).feature_names(&["a", "b"])?,
        [
            "a", "b", "a^2", "a b", "b^2", "a^3", "a^2 b", "a b^2", "b^3"
        ]
    );
    let interactions = PolynomialFeatures::new(3).interaction_only(true);
    assert_eq!(
        interactions.feature_names(&["a", "b", "c"])?,
        ["a", "b", "c", "a b", "a c", "b c", "a b c"]
    );
    let data = synthetic::regression(5, 2).generate()?.dataset;
    let expanded = PolynomialFeatures::new(2).expand(&data)?;
    assert_eq!(expanded.feature_names()[3], "x0 x1");
    assert_eq!(expanded.y(), data.y());
    Ok(())
}

#[test]
fn polynomials_beyond_memory_or_range_are_refused() {
    let x = array![[1e200, 2.0]];
    assert!(matches!(
        PolynomialFeatures::new(2).transform(x.view()),
        Err(Error::Overflow { .. })
    ));
    for degree in [0, 100_000_000] {
        assert!(matches!(
            PolynomialFeatures::new(degree).transform(array![[1.0, 1.0, 1.0, 1.0]].view()),
            Err(Error::InvalidParameter { name: "degree", .. })
        ));
    }
}

#[test]
fn the_design_has_the_condition_number_asked_for() -> Result<()> {
    for condition in [1.0, 1e3, 1e8] {
        let made = synthetic::regression(60, 5)
            .condition_number(condition)
            .feature_mean(10.0)
            .generate()?;
        let x = made.dataset.x();
        let centred = faer::Mat::from_fn(60, 5, |i, j| x[[i, j]] - 10.0);
        let values = centred.singular_values().unwrap_or_default();
        assert_abs_diff_eq!(values[0] / values[4] / condition, 1.0, epsilon = 1e-5);
        for mean in x.mean_axis(ndarray::Axis(0)).unwrap_or_default() {
            assert_abs_diff_eq!(mean, 10.0, epsilon = 1e-12);
        }
    }
    Ok(())
}

#[test]
fn every_choice_of_the_recipe_shows_in_the_data() -> Result<()> {
    let made = synthetic::regression(400, 6)
        .n_informative(2)
        .noise(0.5)
        .outliers(0.1, 100.0)
        .intercept(3.0)
        .seed(9)
        .generate()?;
    assert_eq!(made.coefficients.iter().filter(|w| **w != 0.0).count(), 2);
    assert_eq!(made.outliers.len(), 40);
    let residual = &made.dataset.y() - &made.dataset.x().dot(&made.coefficients) - 3.0;
    for (row, r) in residual.iter().enumerate() {
        assert_eq!(r.abs() > 50.0, made.outliers.contains(&row));
    }
    let clean: Vec<f64> = residual
        .iter()
        .copied()
        .filter(|r| r.abs() < 50.0)
        .collect();
    let sd = (clean.iter().map(|r| r * r).sum::<f64>() / clean.len() as f64).sqrt();
    assert_abs_diff_eq!(sd, 0.5, epsilon = 0.06);
    assert_ne!(
        synthetic::regression(5, 2).seed(1).generate()?,
        synthetic::regression(5, 2).generate()?
    );
    Ok(())
}

#[test]
fn impossible_recipes_are_refused() {
    let r = || synthetic::regression(10, 3);
    for bad in [
        r().noise(-1.0),
        r().noise(f64::NAN),
        r().outliers(1.5, 1.0),
        r().outliers(0.1, f64::INFINITY),
        r().intercept(f64::NAN),
        r().feature_mean(f64::INFINITY),
        r().n_informative(4),
        r().condition_number(0.5),
        r().condition_number(1e20),
    ] {
        assert!(matches!(
            bad.generate(),
            Err(Error::InvalidParameter { .. })
        ));
    }
    assert!(matches!(
        synthetic::regression(0, 3).generate(),
        Err(Error::Empty { .. })
    ));
    assert!(matches!(
        synthetic::regression(3, 3)
            .condition_number(10.0)
            .generate(),
        Err(Error::TooFewSamples {
            required: 4,
            found: 3,
            ..
        })
    ));
}
