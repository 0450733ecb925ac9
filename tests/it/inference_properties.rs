//! Properties of inference: weights, moments, deficient rank, and the edges of what is defined.

use crate::common::{Uniform, largest_relative, load, relative, samples};
use elltwo::Samples;
use elltwo::inference::{Clusters, Covariance, Inference, ParameterCount, Term, WeightKind};
use elltwo::model::{Estimator, LinearModel, RidgeFit, RidgeRegression};
use elltwo::moments::Moments;
use elltwo::scalar::Scalar;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, array, concatenate};
use proptest::prelude::*;

fn fitted(
    ridge: &RidgeRegression,
    x: ArrayView2<'_, f64>,
    y: ArrayView1<'_, f64>,
    weights: Option<(WeightKind, ArrayView1<'_, f64>)>,
    covariance: Covariance<'_>,
) -> Inference {
    let samples = samples(x, y, weights.map(|(_, values)| values));
    let fit = ridge.analyse(&samples).expect("a fit");
    let kind = weights.map(|(kind, _)| kind).unwrap_or_default();
    let fit = fit.weight_kind(kind).expect("whole frequencies");
    fit.inference(covariance).expect("inference")
}

fn plain(x: &Array2<f64>, y: &Array1<f64>) -> Inference {
    let ols = RidgeRegression::new();
    fitted(&ols, x.view(), y.view(), None, Covariance::Classical)
}

/// Every number of the table.
fn table(inference: &Inference) -> Vec<f64> {
    let fit = inference.fit();
    let mut numbers = vec![
        fit.n_observations,
        fit.effective_df,
        fit.residual_sum_of_squares,
        fit.total_sum_of_squares,
        fit.sigma.expect("sigma"),
        fit.r2.expect("r2"),
        fit.adjusted_r2.expect("r2"),
        fit.log_likelihood.expect("ln L"),
        fit.aic(ParameterCount::Coefficients).expect("aic"),
        fit.bic(ParameterCount::Coefficients).expect("bic"),
    ];
    numbers.extend(fit.f_test.map(|f| f.statistic));
    numbers.extend(fit.f_test.map(|f| f.p_value));
    for estimate in inference.estimates() {
        numbers.extend([estimate.value, estimate.standard_error.expect("defined")]);
        numbers.extend([
            estimate.t.expect("defined"),
            estimate.p_value.expect("defined"),
        ]);
    }
    numbers
}

fn data(n: usize, p: usize, seed: u64) -> (Array2<f64>, Array1<f64>) {
    let mut random = Uniform(seed);
    let x = random.matrix(n, p, 10.0);
    let noise = random.vector(n, 0.0);
    let y = x.sum_axis(Axis(1)) * 0.1 + &noise + 3.0;
    (x, y)
}

#[test]
fn a_frequency_is_a_repeated_row_in_every_table() {
    let (x, y) = data(40, 3, 5);
    let weights = Array1::from_shape_fn(40, |i| (i % 4) as f64);
    let rows: Vec<usize> = (0..40)
        .flat_map(|i| std::iter::repeat_n(i, i % 4))
        .collect();
    let (x_repeated, y_repeated) = (x.select(Axis(0), &rows), y.select(Axis(0), &rows));
    let groups: Vec<usize> = (0..40).map(|i| i / 5).collect();
    let repeated_groups: Vec<usize> = rows.iter().map(|&i| groups[i]).collect();
    let frequencies = Some((WeightKind::Frequency, weights.view()));
    for lambda in [0.0, 0.1] {
        let ridge = RidgeRegression::new().lambda(lambda);
        for (one, other) in [
            (Covariance::Classical, Covariance::Classical),
            (Covariance::Hc0, Covariance::Hc0),
            (Covariance::Hc1, Covariance::Hc1),
            (Covariance::Hc2, Covariance::Hc2),
            (Covariance::Hc3, Covariance::Hc3),
            (
                Covariance::Clustered(Clusters::new(&groups)),
                Covariance::Clustered(Clusters::new(&repeated_groups)),
            ),
        ] {
            let weighted = fitted(&ridge, x.view(), y.view(), frequencies, one);
            let repeated = fitted(&ridge, x_repeated.view(), y_repeated.view(), None, other);
            let error = largest_relative(&table(&weighted), &table(&repeated));
            assert!(error <= 1e-9, "{lambda} {one:?}: {error:.1e}");
        }
    }
}

#[test]
fn scaling_analytic_weights_changes_no_error_and_a_zero_weight_is_a_removed_row() {
    let (x, y) = data(30, 3, 6);
    let weights = Array1::from_shape_fn(30, |i| (i % 5) as f64);
    let scaled = &weights * 1e3;
    let kept: Vec<usize> = (0..30).filter(|i| i % 5 != 0).collect();
    let (x_kept, y_kept) = (x.select(Axis(0), &kept), y.select(Axis(0), &kept));
    let kept_weights = weights.select(Axis(0), &kept);
    let ols = RidgeRegression::new();
    let lags = Covariance::NeweyWest {
        lags: 3,
        small_sample: true,
    };
    for covariance in [Covariance::Classical, Covariance::Hc3, lags] {
        let analyse = |x: &Array2<f64>, y: &Array1<f64>, w: &Array1<f64>| {
            let weights = Some((WeightKind::Analytic, w.view()));
            fitted(&ols, x.view(), y.view(), weights, covariance)
        };
        let one = analyse(&x, &y, &weights);
        let removed = analyse(&x_kept, &y_kept, &kept_weights);
        assert!(largest_relative(&table(&one), &table(&removed)) <= 1e-10);
        let again = analyse(&x, &y, &scaled);
        for (a, b) in one.estimates().iter().zip(again.estimates()) {
            let (a, b) = (
                a.standard_error.expect("defined"),
                b.standard_error.expect("defined"),
            );
            assert!(relative(a, b) <= 1e-11);
        }
        // ln L does not depend on the scale either: σ² is per weight.
        let (a, b) = (one.fit().log_likelihood, again.fit().log_likelihood);
        assert!(relative(a.expect("ln L"), b.expect("ln L")) <= 1e-11);
    }
}

#[test]
fn moments_alone_give_the_table_of_the_data() {
    for name in ["diabetes", "auto_mpg", "penguins"] {
        let dataset = load(name);
        let (x, y) = (dataset.x(), dataset.y());
        let weights = Array1::from_shape_fn(y.len(), |i| 1.0 + (i % 3) as f64);
        for lambda in [0.0, 0.01] {
            for fit_intercept in [true, false] {
                let ridge = RidgeRegression::new()
                    .lambda(lambda)
                    .fit_intercept(fit_intercept);
                let model = ridge.fit(x, y).expect("a fit");
                let moments = Moments::from_data(x, y, None).expect("moments");
                let from_moments: LinearModel<f64> = ridge.fit_moments(&moments).expect("a fit");
                let whole = Inference::new(&model, &samples(x, y, None)).expect("inference");
                let alone =
                    Inference::from_moments(&from_moments, &moments, None).expect("inference");
                let error = largest_relative(&table(&alone), &table(&whole));
                assert!(
                    error <= 1e-9,
                    "{name} {lambda} {fit_intercept}: {error:.1e}"
                );
                let (a, b) = (
                    alone.predict(x).expect("rows"),
                    whole.predict(x).expect("rows"),
                );
                assert!(largest_relative(a.standard_error(), b.standard_error()) <= 1e-9);

                let model = ridge
                    .fit_weighted(x, y, Some(weights.view()))
                    .expect("a fit");
                let moments = Moments::from_data(x, y, Some(weights.view())).expect("moments");
                let from_moments: LinearModel<f64> = ridge.fit_moments(&moments).expect("a fit");
                let weighted = samples(x, y, Some(weights.view()));
                let whole = |kind| {
                    let fit = RidgeFit::from_model(&model, &weighted).expect("an analysis");
                    let fit = fit.weight_kind(kind).expect("whole frequencies");
                    fit.inference(Covariance::Classical).expect("inference")
                };
                let kind = Some(WeightKind::Frequency);
                let alone =
                    Inference::from_moments(&from_moments, &moments, kind).expect("inference");
                assert!(
                    largest_relative(&table(&alone), &table(&whole(WeightKind::Frequency))) <= 1e-9,
                    "{name}"
                );

                let whole = whole(WeightKind::Analytic);
                let kind = Some(WeightKind::Analytic);
                let alone =
                    Inference::from_moments(&from_moments, &moments, kind).expect("inference");
                for (a, b) in alone.estimates().iter().zip(whole.estimates()) {
                    let (a, b) = (
                        a.standard_error.expect("defined"),
                        b.standard_error.expect("defined"),
                    );
                    assert!(relative(a, b) <= 1e-9);
                }
                assert!(alone.fit().log_likelihood.is_none());
                assert!(Inference::from_moments(&from_moments, &moments, None).is_err());
            }
        }
    }
}

#[test]
fn aliased_coefficients_have_no_error_and_the_others_keep_theirs() {
    let (x, y) = data(30, 3, 7);
    // Columns 1 and 3 are the same, 4 is constant.
    let twin = x.column(1).to_owned();
    let x_more = concatenate![
        Axis(1),
        x,
        twin.insert_axis(Axis(1)),
        Array2::from_elem((30, 1), 7.0)
    ];
    let more = plain(&x_more, &y);
    let alone = plain(&x, &y);
    let aliased: Vec<bool> = more.estimates().iter().map(|e| e.aliased).collect();
    assert_eq!(aliased, [false, false, true, false, true, true]);
    assert!(alone.estimates().iter().all(|e| !e.aliased));
    for (found, expected) in [(0, 0), (1, 1), (3, 3)] {
        let (found, expected) = (more.estimates()[found], alone.estimates()[expected]);
        assert!(relative(found.value, expected.value) <= 1e-9);
        let errors = (
            found.standard_error.expect("defined"),
            expected.standard_error.expect("defined"),
        );
        assert!(relative(errors.0, errors.1) <= 1e-9);
    }
    for estimate in more.estimates().iter().filter(|e| e.aliased) {
        assert_eq!(
            (estimate.standard_error, estimate.t, estimate.p_value),
            (None, None, None)
        );
        assert_eq!(estimate.interval(0.95).expect("a level"), None);
    }
    assert_eq!(more.fit().effective_df, 4.0);
    let (a, b) = (
        more.fit().f_test.expect("f"),
        alone.fit().f_test.expect("f"),
    );
    assert!(relative(a.statistic, b.statistic) <= 1e-9);
    let covariance = more.covariance();
    assert!(
        covariance[[2, 0]].is_nan()
            && covariance[[1, 4]].is_nan()
            && covariance[[1, 3]].is_finite()
    );

    // Only the sum of the twins is determined.
    let sum = array![[0.0, 0.0, 1.0, 0.0, 1.0, 0.0]];
    let test = more
        .wald(sum.view(), array![0.0].view())
        .expect("estimable");
    let slope = alone.feature(1).and_then(|e| e.t).expect("defined");
    assert!(relative(test.statistic, slope * slope) <= 1e-8);
    for (row, value) in [(2, 1.0), (5, 1.0)] {
        let mut one = Array2::zeros((1, 6));
        one[[0, row]] = value;
        assert!(more.wald(one.view(), array![0.0].view()).is_err());
    }
    // Rows in which the twins agree can be predicted, others not.
    let inside = x_more.select(Axis(0), &[0, 1]);
    let mut outside = inside.clone();
    outside[[0, 3]] += 1.0;
    let inside = more.predict(inside.view()).expect("rows");
    let outside = more.predict(outside.view()).expect("rows");
    let reference = alone
        .predict(x.select(Axis(0), &[0, 1]).view())
        .expect("rows");
    assert!(largest_relative(inside.standard_error(), reference.standard_error()) <= 1e-9);
    assert!(outside.standard_error()[0].is_nan() && outside.standard_error()[1].is_finite());

    // Indicators of every level beside an intercept: none of them is determined, nor is the intercept.
    let levels = Array2::from_shape_fn((30, 3), |(i, j)| f64::from(u8::from(i % 3 == j)));
    let trap = plain(&levels, &y);
    assert!(trap.estimates().iter().all(|e| e.aliased));
    assert_eq!(trap.fit().effective_df, 3.0);
    // From moments alone the same is seen.
    let moments = Moments::from_data(x_more.view(), y.view(), None).expect("moments");
    let model: LinearModel<f64> = RidgeRegression::new().fit_moments(&moments).expect("a fit");
    let from_moments = Inference::from_moments(&model, &moments, None).expect("inference");
    let flags: Vec<bool> = from_moments.estimates().iter().map(|e| e.aliased).collect();
    assert_eq!(flags, aliased);
}

#[test]
fn as_many_parameters_as_rows_leave_the_errors_undefined() {
    for (n, p) in [(4, 3), (4, 6), (1, 1), (2, 1)] {
        let (x, y) = data(n, p, 8);
        for kind in [Covariance::Classical, Covariance::Hc0, Covariance::Hc3] {
            let inference = fitted(&RidgeRegression::new(), x.view(), y.view(), None, kind);
            let fit = inference.fit();
            assert_eq!(
                (fit.sigma, fit.f_test, fit.adjusted_r2),
                (None, None, None),
                "{n} {p}"
            );
            assert!(
                inference
                    .estimates()
                    .iter()
                    .all(|e| e.standard_error.is_none()),
                "{n} {p} {kind:?}"
            );
            assert!(inference.covariance().iter().all(|v| v.is_nan()));
            let prediction = inference.predict(x.view()).expect("rows");
            assert!(prediction.standard_error().iter().all(|v| v.is_nan()));
        }
    }
    let (x, y) = data(5, 3, 8);
    let inference = plain(&x, &y);
    assert_eq!(inference.fit().residual_df, 1.0);
    assert!(inference.estimates().iter().all(|e| e.p_value.is_some()));
    // Corrected for small samples there is nothing left.
    assert_eq!(inference.fit().aicc(ParameterCount::Coefficients), None);
    assert!(inference.fit().aic(ParameterCount::Coefficients).is_some());
}

#[test]
fn fewer_rows_than_features_have_errors_with_a_penalty() {
    let (x, y) = data(12, 20, 9);
    let lambda = 0.05;
    let ridge = RidgeRegression::new().lambda(lambda);
    let wide = fitted(&ridge, x.view(), y.view(), None, Covariance::Classical);
    // The same errors by the normal equations of p unknowns, from the moments.
    let moments = Moments::from_data(x.view(), y.view(), None).expect("moments");
    let model: LinearModel<f64> = ridge.fit_moments(&moments).expect("a fit");
    let other = Inference::from_moments(&model, &moments, None).expect("inference");
    for (a, b) in wide.estimates().iter().zip(other.estimates()) {
        assert!(!a.aliased && !b.aliased);
        let (a, b) = (
            a.standard_error.expect("defined"),
            b.standard_error.expect("defined"),
        );
        assert!(relative(a, b) <= 1e-9);
    }
    assert!(relative(wide.fit().effective_df, other.fit().effective_df) <= 1e-10);
    let (a, b) = (
        wide.predict(x.view()).expect("rows"),
        other.predict(x.view()).expect("rows"),
    );
    assert!(largest_relative(a.standard_error(), b.standard_error()) <= 1e-9);
}

#[test]
fn a_perfect_fit_has_no_error_and_says_so() {
    let x = Array2::from_shape_fn((8, 1), |(i, _)| i as f64);
    let y = x.column(0).mapv(|v| 2.0 * v + 1.0);
    let inference = plain(&x, &y);
    assert!(inference.fit().essentially_perfect);
    assert!(inference.fit().sigma.expect("sigma") < 1e-13);
    assert!(inference.feature(0).and_then(|e| e.p_value).expect("p") < 1e-60);
    let (x, y) = data(20, 2, 3);
    assert!(!plain(&x, &y).fit().essentially_perfect);

    // Residuals of exactly zero.
    let x = array![[1.0], [-1.0], [1.0], [-1.0]];
    let inference = plain(&x, &array![1.0, -1.0, 1.0, -1.0]);
    let fit = inference.fit();
    assert_eq!(
        (fit.sigma, fit.r2, fit.log_likelihood),
        (Some(0.0), Some(1.0), Some(f64::INFINITY))
    );
    assert_eq!(
        fit.f_test.map(|f| (f.statistic, f.p_value)),
        Some((f64::INFINITY, 0.0))
    );
    let slope = inference.feature(0).expect("a slope");
    assert_eq!(
        (slope.standard_error, slope.t, slope.p_value),
        (Some(0.0), Some(f64::INFINITY), Some(0.0))
    );
    // 0 ± 0 has no t.
    let intercept = inference.intercept().expect("an intercept");
    assert_eq!(
        (intercept.value, intercept.t, intercept.p_value),
        (0.0, None, None)
    );
}

#[test]
fn a_constant_target_and_a_lone_intercept_are_defined() {
    let (x, _) = data(10, 2, 4);
    let constant = plain(&x, &Array1::from_elem(10, 5.0));
    assert_eq!(
        (constant.fit().r2, constant.fit().adjusted_r2),
        (None, None)
    );

    // The only column is constant: the intercept is the model, and its error that of a mean.
    let (_, y) = data(10, 1, 4);
    let lone = plain(&Array2::from_elem((10, 1), 3.0), &y);
    let intercept = lone.intercept().expect("an intercept");
    assert_eq!(
        (intercept.term, intercept.aliased),
        (Term::Intercept, false)
    );
    let error = y.std(1.0) / 10.0_f64.sqrt();
    assert!(relative(intercept.standard_error.expect("defined"), error) <= 1e-12);
    assert!(lone.feature(0).is_some_and(|e| e.aliased) && lone.feature(1).is_none());
    assert_eq!((lone.fit().f_test, lone.fit().effective_df), (None, 1.0));
}

#[test]
fn a_leverage_of_one_leaves_the_corrections_by_leverage_undefined() {
    let (mut x, y) = data(12, 2, 10);
    x.column_mut(1).fill(0.0);
    x[[4, 1]] = 1.0;
    let analyse = |kind| fitted(&RidgeRegression::new(), x.view(), y.view(), None, kind);
    assert!(
        analyse(Covariance::Hc1)
            .estimates()
            .iter()
            .all(|e| e.standard_error.is_some())
    );
    for kind in [Covariance::Hc2, Covariance::Hc3] {
        assert!(
            analyse(kind)
                .estimates()
                .iter()
                .all(|e| e.standard_error.is_none())
        );
    }
}

#[test]
fn single_precision_data_have_the_same_errors() {
    let (x, y) = data(50, 3, 11);
    let (x, y) = (x.mapv(f32::of), y.mapv(f32::of));
    let model = RidgeRegression::new()
        .fit(x.view(), y.view())
        .expect("a fit");
    let single = Inference::new(&model, &samples(x.view(), y.view(), None)).expect("inference");
    let double = plain(&x.mapv(f64::from), &y.mapv(f64::from));
    for (a, b) in single.estimates().iter().zip(double.estimates()) {
        let (a, b) = (
            a.standard_error.expect("defined"),
            b.standard_error.expect("defined"),
        );
        assert!(relative(a, b) <= 1e-5);
    }
}

#[test]
fn bad_arguments_are_refused() {
    let (x, y) = data(10, 2, 12);
    let model = RidgeRegression::new()
        .fit(x.view(), y.view())
        .expect("a fit");
    let (x, y) = (x.view(), y.view());
    let fit = |weights| RidgeFit::from_model(&model, &samples(x, y, weights)).expect("an analysis");
    let robust = |covariance| {
        let refused = fit(None).inference(covariance).err();
        refused.map(|e| e.to_string())
    };
    let message = |error: Option<String>, part: &str| {
        let error = error.unwrap_or_else(|| panic!("no error where `{part}` was expected"));
        assert!(error.contains(part), "`{error}` should say `{part}`");
    };
    message(
        robust(Covariance::Clustered(Clusters::new(&[0; 9]))),
        "length of clusters: expected 10, found 9",
    );
    message(
        robust(Covariance::Clustered(Clusters::new(&[0; 10]))),
        "at least 2",
    );
    let lags = Covariance::NeweyWest {
        lags: 10,
        small_sample: false,
    };
    message(robust(lags), "below the number of samples");
    let halves = Array1::from_elem(10, 0.5);
    let halves = fit(Some(halves.view())).weight_kind(WeightKind::Frequency);
    message(halves.err().map(|e| e.to_string()), "a whole number");
    let parts = LinearModel::from_parts(array![1.0, 2.0], 0.0).expect("a model");
    message(
        Inference::new(&parts, &samples(x, y, None))
            .err()
            .map(|e| e.to_string()),
        "analysis needs the model's fit report",
    );
    let inference = Inference::new(&model, &samples(x, y, None)).expect("inference");
    for level in [0.0, 1.0, -0.5, f64::NAN] {
        assert!(inference.estimates()[0].interval(level).is_err());
        assert!(
            inference
                .predict(x)
                .expect("rows")
                .confidence_intervals(level)
                .is_err()
        );
    }
    let twice = array![[0.0, 1.0, 0.0], [0.0, 2.0, 0.0]];
    message(
        inference
            .wald(twice.view(), array![0.0, 0.0].view())
            .err()
            .map(|e| e.to_string()),
        "independent",
    );
    message(
        inference
            .wald(array![[1.0, 0.0]].view(), array![0.0].view())
            .err()
            .map(|e| e.to_string()),
        "columns of restrictions",
    );
    assert!(inference.predict(array![[1.0]].view()).is_err());
    assert!(inference.compare(&inference).is_err());
}

/// Values as users have them, and as they do not expect them.
fn values(len: usize) -> impl Strategy<Value = Vec<f64>> {
    let special = prop_oneof![
        Just(0.0),
        Just(1e150),
        Just(1e-150),
        Just(-1e308),
        Just(1.0)
    ];
    prop_oneof![
        4 => proptest::collection::vec((-20..20_i32).prop_map(|v| f64::from(v) * 0.5), len),
        1 => proptest::collection::vec(special, len),
    ]
}

type Case = (Array2<f64>, Array1<f64>, Array1<f64>, f64, bool);

fn case() -> impl Strategy<Value = Case> {
    (1..9_usize, 1..6_usize).prop_flat_map(|(n, p)| {
        let weights = proptest::collection::vec((0..4_i32).prop_map(f64::from), n);
        let lambda =
            prop_oneof![2 => Just(0.0), 1 => 0.0..3.0_f64, 1 => Just(1e-300), 1 => Just(1e300)];
        (values(n * p), values(n), weights, lambda, any::<bool>()).prop_map(
            move |(x, y, w, lambda, intercept)| {
                let x = Array2::from_shape_vec((n, p), x).expect("n times p");
                (x, Array1::from(y), Array1::from(w), lambda, intercept)
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_the_data_inference_is_defined_or_refused((x, y, w, lambda, intercept) in case()) {
        let ridge = RidgeRegression::new().lambda(lambda).fit_intercept(intercept);
        let groups: Vec<usize> = (0..y.len()).map(|i| i % 3).collect();
        let kinds = [
            Covariance::Classical,
            Covariance::Hc0,
            Covariance::Hc1,
            Covariance::Hc2,
            Covariance::Hc3,
            Covariance::Clustered(Clusters::new(&groups)),
            Covariance::NeweyWest { lags: 1, small_sample: true },
        ];
        let choices = [(None, WeightKind::Analytic), (Some(w.view()), WeightKind::Analytic), (Some(w.view()), WeightKind::Frequency)];
        for (values, meaning) in choices {
            let Ok(samples) = Samples::new(x.view(), y.view(), values) else {
                continue;
            };
            let Ok(fit) = ridge.analyse(&samples).and_then(|fit| fit.weight_kind(meaning)) else {
                continue;
            };
            for kind in kinds {
                let Ok(inference) = fit.inference(kind) else {
                    continue;
                };
                for estimate in inference.estimates() {
                    prop_assert!(estimate.standard_error.is_none_or(|e| e >= 0.0), "{estimate:?}");
                    prop_assert!(estimate.p_value.is_none_or(|p| (0.0..=1.0).contains(&p)), "{estimate:?}");
                    prop_assert!(!estimate.aliased || estimate.standard_error.is_none());
                }
                prop_assert!(inference.fit().sigma.is_none_or(|s| s >= 0.0));
                prop_assert!(inference.fit().r2.is_none_or(|r| r <= 1.0));
                if let Ok(prediction) = inference.predict(x.view()) {
                    prop_assert!(!prediction.standard_error().iter().any(|e| *e < 0.0));
                }
            }
            if let Ok(residuals) = fit.residuals() {
                prop_assert!(residuals.leverage().iter().all(|h| (0.0..=1.0).contains(h)));
                let lengths = [residuals.dffits().len(), residuals.covariance_ratio().len(), residuals.deleted().len()];
                prop_assert!(lengths.iter().all(|len| *len == y.len()));
                prop_assert!(residuals.bonferroni_outliers(0.05).is_ok());
            }
            if let Ok(moved) = fit.dfbetas() {
                prop_assert_eq!(moved.dim(), (y.len(), x.ncols() + usize::from(intercept)));
            }
        }
    }
}

#[test]
fn a_design_of_zeros_without_an_intercept_has_robust_errors_of_nothing() {
    let (x, y) = (
        Array2::<f64>::zeros((5, 2)),
        Array1::from_iter([1.0, 2.0, 3.0, 4.0, 5.0]),
    );
    let ridge = RidgeRegression::new().fit_intercept(false);
    let samples = Samples::new(x.view(), y.view(), None).expect("samples");
    let fit = ridge.analyse(&samples).expect("the fit of zero");
    for inference in fit.heteroscedastic().expect("no score") {
        assert!(
            inference
                .estimates()
                .iter()
                .all(|estimate| estimate.aliased && estimate.standard_error.is_none())
        );
    }
}
