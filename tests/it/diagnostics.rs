//! Tests of assumptions, influence and collinearity against exact arithmetic and the libraries (`golden/make_exact.py`,
//! `golden/make_diagnostics.py`).

use crate::common::{
    Uniform, golden, largest_relative, load, near, number, numbers, ridge, samples,
};
use elltwo::data::Dataset;
use elltwo::diagnostics::{
    BreuschPagan, LagrangeMultiplier, Lowess, Residuals, breusch_godfrey, breusch_pagan,
    condition_indices, durbin_watson, goldfeld_quandt, harvey_collier, jarque_bera, ljung_box,
    normality_moments, omnibus, rainbow, reset, shapiro_wilk, variance_inflation, white,
};
use elltwo::model::{Estimator, LinearModel, RidgeFit, RidgeRegression};
use elltwo::statistics::{HypothesisTest, Reference};
use ndarray::{Array1, Array2, Axis, array, concatenate};
use serde_json::Value;

const SETS: [&str; 3] = ["diabetes", "auto_mpg", "penguins"];

fn analysed(dataset: &Dataset) -> (LinearModel<f64>, Residuals) {
    let model = RidgeRegression::new()
        .fit(dataset.x(), dataset.y())
        .expect("a fit");
    let residuals =
        Residuals::new(&model, &samples(dataset.x(), dataset.y(), None)).expect("residuals");
    (model, residuals)
}

fn same(what: &str, test: &HypothesisTest, expected: &Value) {
    near(what, test.statistic, number(&expected["statistic"]), 1e-9);
    near(what, test.p_value, number(&expected["p"]), 1e-8);
}

fn same_multiplier(what: &str, test: &LagrangeMultiplier, expected: &Value) {
    let of = |short: &str, long: &str| {
        if expected[short].is_null() {
            number(&expected[long])
        } else {
            number(&expected[short])
        }
    };
    near(
        what,
        test.chi_squared.statistic,
        number(&expected["lm"]),
        1e-9,
    );
    near(
        what,
        test.chi_squared.p_value,
        of("lm_p", "lm_pvalue"),
        1e-8,
    );
    near(what, test.f.statistic, number(&expected["f"]), 1e-9);
    near(what, test.f.p_value, of("f_p", "f_pvalue"), 1e-8);
}

#[test]
fn influence_is_exact() {
    for name in SETS {
        let (dataset, golden) = (load(name), golden(name));
        let (_, residuals) = analysed(&dataset);
        let exact = &golden["exact"]["influence"];
        near("press", residuals.press(), number(&exact["press"]), 1e-10);
        let tss = number(&golden["exact"]["ols"]["tss_centered"]);
        let r2 = 1.0 - number(&exact["press"]) / tss;
        near("predicted r2", residuals.predicted_r2(), r2, 1e-10);
        let watson = durbin_watson(residuals.raw()).expect("a statistic");
        near(
            "durbin_watson",
            watson,
            number(&exact["durbin_watson"]),
            1e-10,
        );
        let found = residuals.dffits();
        for (found, expected) in found.iter().zip(numbers(&golden["library"]["dffits"])) {
            near("dffits", *found, expected, 1e-9);
        }
        let extremes = &golden["library"]["extremes"];
        let highest = |values: Vec<f64>| values.into_iter().map(f64::abs).fold(0.0, f64::max);
        near(
            "leverage",
            highest(residuals.leverage().to_vec()),
            number(&extremes["max_leverage"]),
            1e-9,
        );
        near(
            "cook",
            highest(residuals.cooks_distance().to_vec()),
            number(&extremes["max_cooks"]),
            1e-9,
        );
        let t = highest(residuals.studentized_external().to_vec());
        near("t", t, number(&extremes["max_abs_external"]), 1e-9);
        // The largest residual by Bonferroni's rule.
        let p = Reference::StudentT {
            df: residuals.residual_df() - 1.0,
        }
        .p_value(t);
        let bound = p * dataset.n_samples() as f64;
        let outliers = residuals.bonferroni_outliers(0.05).expect("a level");
        assert_eq!(outliers.is_empty(), bound > 0.05, "{name}");
        if let Some(first) = outliers.first() {
            assert_eq!(
                first.row as u64,
                extremes["max_abs_external_row"].as_u64().expect("a row")
            );
            near("bonferroni", first.bonferroni_p_value, bound, 1e-9);
        }
        let places: Vec<&str> = golden["design_columns"]
            .as_array()
            .expect("names")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let exact = numbers(&golden["exact"]["ols"]["vif"]);
        let found = variance_inflation(dataset.x(), None).expect("factors");
        for (name, found) in dataset.feature_names().iter().zip(&found) {
            let place = places.iter().position(|p| p == name).expect("a column");
            near("vif", *found, exact[place], 1e-10);
        }
    }
}

#[test]
fn tests_of_variance_and_normality_are_those_of_statsmodels() {
    for name in SETS {
        let (dataset, golden) = (load(name), golden(name));
        let (_, residuals) = analysed(&dataset);
        let (e, x, library) = (residuals.raw(), dataset.x(), &golden["library"]);
        for (form, key) in [
            (BreuschPagan::Koenker, "breusch_pagan_koenker"),
            (BreuschPagan::Original, "breusch_pagan_original"),
        ] {
            let test = breusch_pagan(e, x, form).expect("a test");
            same_multiplier(&format!("{name} {key}"), &test, &library[key]);
        }
        for (key, test) in [("jarque_bera", jarque_bera(e)), ("omnibus", omnibus(e))] {
            let (test, expected) = (test.expect("a test"), &library[key]);
            near(key, test.statistic, number(&expected["statistic"]), 1e-9);
            near(key, test.p_value, number(&expected["pvalue"]), 1e-8);
        }
        let moments = normality_moments(e).expect("moments");
        near(
            "skew",
            moments.skewness,
            number(&library["jarque_bera"]["skew"]),
            1e-9,
        );
        near(
            "kurtosis",
            moments.kurtosis,
            number(&library["jarque_bera"]["kurtosis"]),
            1e-10,
        );
    }
}

#[test]
fn the_other_tests_are_those_of_statsmodels_and_scipy() {
    let (dataset, golden) = (load("diabetes"), golden("diagnostics"));
    let (_, residuals) = analysed(&dataset);
    let (e, x, y) = (residuals.raw(), dataset.x(), dataset.y());
    let test = breusch_godfrey(e, x, 3).expect("a test");
    same_multiplier("breusch_godfrey", &test, &golden["breusch_godfrey_3"]);
    same(
        "ljung_box",
        &ljung_box(e, 5, 0).expect("a test"),
        &golden["ljung_box_5"],
    );
    same(
        "ljung_box",
        &ljung_box(e, 6, 2).expect("a test"),
        &golden["ljung_box_6_less_2"],
    );
    let some = x.select(Axis(1), &[0, 2, 3, 4]);
    let part = RidgeRegression::new().fit(some.view(), y).expect("a fit");
    let part = Residuals::new(&part, &samples(some.view(), y, None)).expect("residuals");
    same_multiplier(
        "white",
        &white(part.raw(), some.view()).expect("a test"),
        &golden["white"],
    );
    let test = goldfeld_quandt(x, y, Some(2), 0).expect("a test");
    same("goldfeld_quandt", &test, &golden["goldfeld_quandt_by_2"]);
    same(
        "reset",
        &reset(x, y, 4).expect("a test"),
        &golden["reset_4"],
    );
    let two = x.select(Axis(1), &[2, 3]);
    let test = harvey_collier(two.view(), y, None).expect("a test");
    same("harvey_collier", &test, &golden["harvey_collier_of_2_3"]);
    same(
        "rainbow",
        &rainbow(x, y, None, 0.6).expect("a test"),
        &golden["rainbow"],
    );
}

#[test]
fn tests_of_normality_of_few_values_are_those_of_scipy() {
    let (dataset, golden) = (load("diabetes"), golden("diagnostics"));
    let (_, residuals) = analysed(&dataset);
    let e = residuals.raw();
    for (key, transform) in [
        ("shapiro_wilk", false),
        ("shapiro_wilk_of_exponentials", true),
    ] {
        for (n, expected) in golden[key].as_object().expect("sizes") {
            let n: usize = n.parse().expect("a size");
            let values: Array1<f64> = e
                .iter()
                .take(n)
                .map(|v| if transform { (v / 50.0).exp() } else { *v })
                .collect();
            let test = shapiro_wilk(values.view()).expect("a test");
            // scipy's normal quantiles and polynomials are in single precision in places.
            near(key, test.statistic, number(&expected["statistic"]), 1e-7);
            let error = (test.p_value - number(&expected["p"])).abs();
            assert!(
                error <= 1e-5 * number(&expected["p"]) + 1e-12,
                "{key} {n}: {test} {expected}"
            );
        }
    }
    for (n, expected) in golden["omnibus"].as_object().expect("sizes") {
        let n: usize = n.parse().expect("a size");
        let values: Array1<f64> = e.iter().take(n).copied().collect();
        same(
            "omnibus",
            &omnibus(values.view()).expect("a test"),
            expected,
        );
    }
}

#[test]
fn influence_and_collinearity_are_those_of_statsmodels() {
    let (dataset, golden) = (load("diabetes"), golden("diagnostics"));
    let (model, residuals) = analysed(&dataset);
    let (x, y) = (dataset.x(), dataset.y());
    let fit = RidgeFit::from_model(&model, &samples(x, y, None)).expect("an analysis");
    let found = fit.dfbetas().expect("dfbetas");
    for (row, expected) in golden["dfbetas"]
        .as_array()
        .expect("rows")
        .iter()
        .enumerate()
    {
        for (found, expected) in found.row(row).iter().zip(numbers(expected)) {
            assert!(
                (found - expected).abs() <= 1e-9 * (expected.abs() + 1e-2),
                "{found} {expected}"
            );
        }
    }
    let ratios = numbers(&golden["covariance_ratio"]);
    for (found, expected) in residuals.covariance_ratio().iter().zip(ratios) {
        near("covariance ratio", *found, expected, 1e-10);
    }
    let diagnosis = condition_indices(x, None, true).expect("indices");
    for (found, expected) in diagnosis
        .indices
        .iter()
        .zip(numbers(&golden["condition_indices"]))
    {
        near("index", *found, expected, 1e-9);
    }
    for (row, expected) in golden["proportions"]
        .as_array()
        .expect("rows")
        .iter()
        .enumerate()
    {
        for (found, expected) in diagnosis.proportions.row(row).iter().zip(numbers(expected)) {
            assert!(
                (found - expected).abs() <= 1e-9 * (expected + 1e-3),
                "{found} {expected}"
            );
        }
    }
}

#[test]
fn the_smooth_curve_is_that_of_statsmodels() {
    let (dataset, golden) = (load("diabetes"), golden("diagnostics"));
    let (_, residuals) = analysed(&dataset);
    let fitted = &dataset.y() - &residuals.raw();
    let smooth = |lowess: Lowess| {
        lowess
            .smooth(fitted.view(), residuals.raw())
            .expect("a curve")
    };
    for (key, found) in [
        ("lowess", smooth(Lowess::new().delta(0.0))),
        (
            "lowess_with_delta",
            smooth(Lowess::new().frac(0.3).iterations(0).delta(2.0)),
        ),
    ] {
        for (row, (found, expected)) in found.iter().zip(numbers(&golden[key])).enumerate() {
            assert!(
                (found - expected).abs() <= 1e-6,
                "{key}[{row}] is {found}, expected {expected}"
            );
        }
    }
    // Interpolation changes little.
    let (every, few) = (smooth(Lowess::new().delta(0.0)), smooth(Lowess::new()));
    assert!((&every - &few).iter().all(|d| d.abs() <= 0.5));
}

#[test]
fn a_smooth_curve_to_draw_ascends_and_keeps_its_ends() {
    let curve = |x: Array1<f64>, y: Array1<f64>| {
        let curve = Lowess::new().curve(x.view(), y.view());
        curve.expect("a curve")
    };
    let x: Array1<f64> = (0..10_000).rev().map(f64::from).collect();
    let kept = curve(x.clone(), 2.0 * &x);
    assert!(kept.len() <= 302 && kept.windows(2).all(|w| w[0].0 < w[1].0));
    assert_eq!((kept[0].0, kept[kept.len() - 1].0), (0.0, 9999.0));
    assert!(kept.iter().all(|(x, y)| (y - 2.0 * x).abs() <= 1e-6));
    // One abscissa is a point, two points are no curve, and neither are undefined values.
    assert_eq!(
        curve(array![1.0, 1.0, 1.0], array![2.0, 2.0, 2.0]),
        [(1.0, 2.0)]
    );
    assert!(curve(array![1.0, 2.0], array![2.0, 2.0]).is_empty());
    let undefined = curve(array![1.0, 2.0, 3.0], array![2.0, f64::NAN, 2.0]);
    assert!(undefined.is_empty());
}

fn without(
    x: &Array2<f64>,
    y: &Array1<f64>,
    w: &Array1<f64>,
    row: usize,
) -> (Array2<f64>, Array1<f64>, Array1<f64>) {
    let kept: Vec<usize> = (0..y.len()).filter(|&i| i != row).collect();
    (
        x.select(Axis(0), &kept),
        y.select(Axis(0), &kept),
        w.select(Axis(0), &kept),
    )
}

#[test]
fn leaving_a_row_out_is_what_refitting_without_it_gives() {
    let mut random = Uniform(3);
    for (n, p) in [(9, 2), (25, 4)] {
        let x = random.matrix(n, p, 10.0);
        let y = random.vector(n, 5.0);
        let unit = Array1::ones(n);
        let weights = Array1::from_shape_fn(n, |i| 0.5 + (i % 3) as f64);
        for w in [unit, weights] {
            for lambda in [0.0, 0.2] {
                for fit_intercept in [true, false] {
                    let ridge = RidgeRegression::new()
                        .lambda(lambda)
                        .fit_intercept(fit_intercept);
                    let weighted = samples(x.view(), y.view(), Some(w.view()));
                    let fit = ridge.analyse(&weighted).expect("a fit");
                    let (model, residuals) = (fit.model(), fit.residuals().expect("residuals"));
                    let moved = fit.dfbetas().expect("dfbetas");
                    let beta = fit.dfbeta().expect("dfbeta");
                    let offset = usize::from(fit_intercept);
                    let mut press = 0.0;
                    for row in 0..n {
                        let (x_rest, y_rest, w_rest) = without(&x, &y, &w, row);
                        // The penalty Wλ is kept.
                        let kept = lambda * w.sum() / w_rest.sum();
                        let refit = RidgeRegression::new()
                            .lambda(kept)
                            .fit_intercept(fit_intercept);
                        let refit = refit
                            .fit_weighted(x_rest.view(), y_rest.view(), Some(w_rest.view()))
                            .expect("a fit");
                        let error =
                            y[row] - refit.coefficients().dot(&x.row(row)) - refit.intercept();
                        near("deleted", residuals.deleted()[row], error, 1e-8);
                        press += w[row] * error * error;
                        for j in 0..p {
                            let expected = model.coefficients()[j] - refit.coefficients()[j];
                            assert!(
                                (beta[[row, j + offset]] - expected).abs() <= 1e-9,
                                "{row} {j}"
                            );
                        }
                        if fit_intercept {
                            let expected = model.intercept() - refit.intercept();
                            assert!((beta[[row, 0]] - expected).abs() <= 1e-8);
                        }
                        if lambda == 0.0 {
                            let rest = Residuals::new(
                                &refit,
                                &samples(x_rest.view(), y_rest.view(), Some(w_rest.view())),
                            )
                            .expect("residuals");
                            near(
                                "sigma without",
                                residuals.sigma_without()[row],
                                rest.sigma(),
                                1e-8,
                            );
                            let scale = moved[[row, offset]] / beta[[row, offset]] * rest.sigma();
                            // The same unit for every row.
                            let first = moved[[0, offset]] / beta[[0, offset]]
                                * residuals.sigma_without()[0];
                            near("unit", scale, first, 1e-7);
                        }
                    }
                    near("press", residuals.press(), press, 1e-8);
                }
            }
        }
    }
}

#[test]
fn leverage_lies_between_zero_and_one_and_sums_to_the_rank() {
    let mut random = Uniform(4);
    for (n, p) in [(30, 3), (12, 11), (8, 20), (3, 1), (1, 2)] {
        let x = random.matrix(n, p, 1e3);
        let twin = x.column(0).mapv(|v| 2.0 * v - 1.0).insert_axis(Axis(1));
        let deficient = concatenate![Axis(1), x, twin];
        let y = random.vector(n, 0.0);
        let weights = Array1::from_shape_fn(n, |i| 1.0 + (i % 4) as f64);
        for x in [&x, &deficient] {
            for fit_intercept in [true, false] {
                for w in [None, Some(weights.view())] {
                    let ols = RidgeRegression::new().fit_intercept(fit_intercept);
                    let model = ols.fit_weighted(x.view(), y.view(), w).expect("a fit");
                    let residuals =
                        Residuals::new(&model, &samples(x.view(), y.view(), w)).expect("residuals");
                    let h = residuals.leverage();
                    assert!(h.iter().all(|h| (0.0..=1.0).contains(h)), "{n} {p}");
                    let independent = if std::ptr::eq(x, &raw const deficient) && !fit_intercept {
                        p + 1
                    } else {
                        p
                    };
                    let rank = (independent + usize::from(fit_intercept)).min(n) as f64;
                    assert!(
                        (h.sum() - rank).abs() <= 1e-8,
                        "{n} {p} {fit_intercept}: {} not {rank}",
                        h.sum()
                    );
                }
            }
        }
    }
}

#[test]
fn dependence_has_infinite_inflation_and_a_constant_none() {
    let x = Uniform(5).matrix(20, 3, 10.0);
    let sum = x.sum_axis(Axis(1)).insert_axis(Axis(1));
    let free = Uniform(6).matrix(20, 1, 10.0);
    let all = concatenate![Axis(1), x, sum, Array2::from_elem((20, 1), 3.0), free];
    let factors = variance_inflation(all.view(), None).expect("factors");
    assert!(factors.iter().take(4).all(|v| v.is_infinite()), "{factors}");
    assert!(factors[4].is_nan() && factors[5] >= 1.0 && factors[5] < 10.0);
    let diagnosis = condition_indices(all.view(), None, true).expect("indices");
    assert!(diagnosis.indices[6] > 1e14);
    for column in diagnosis.proportions.columns() {
        assert!((column.sum() - 1.0).abs() <= 1e-12);
    }
}

#[test]
fn collinearity_counts_rows_by_their_weights() {
    let x = Uniform(15).matrix(20, 3, 10.0);
    let y = Uniform(16).vector(20, 3.0);
    let weights = Array1::from_shape_fn(20, |i| f64::from(u8::try_from(i % 4).expect("small")));
    let repeated: Vec<usize> = (0..20).flat_map(|i| [i].repeat(i % 4)).collect();
    let rows = x.select(Axis(0), &repeated);
    let inflation = variance_inflation(rows.view(), None).expect("factors");
    let indices = condition_indices(rows.view(), None, true).expect("indices");
    let unweighted = variance_inflation(x.view(), None).expect("factors");
    assert!(largest_relative(&unweighted, &inflation) > 1e-2);
    for lambda in [0.0, 0.1] {
        let data = samples(x.view(), y.view(), Some(weights.view()));
        let fit = ridge().lambda(lambda).analyse(&data).expect("a fit");
        let found = fit.variance_inflation().expect("factors");
        assert!(
            largest_relative(&found, &inflation) < 1e-11,
            "{lambda}: {found}, {inflation}"
        );
        let found = fit.condition_indices().expect("indices");
        assert!(largest_relative(&found.indices, &indices.indices) < 1e-11);
        assert!(
            (found.proportions - &indices.proportions)
                .iter()
                .all(|d| d.abs() < 1e-9)
        );
    }
}

#[test]
fn residuals_that_are_all_zero_have_no_statistic_and_few_rows_are_refused() {
    let x = Uniform(7).matrix(12, 2, 1.0);
    let zero = Array1::zeros(12);
    let (e, design) = (zero.view(), x.view());
    assert!(durbin_watson(e).expect("defined").is_nan());
    let tests = [
        jarque_bera(e),
        omnibus(e),
        shapiro_wilk(e),
        ljung_box(e, 2, 0),
        breusch_pagan(e, design, BreuschPagan::Koenker).map(|t| t.chi_squared),
        breusch_pagan(e, design, BreuschPagan::Original).map(|t| t.chi_squared),
        white(e, design).map(|t| t.chi_squared),
        breusch_godfrey(e, design, 2).map(|t| t.chi_squared),
        reset(design, e, 3),
        rainbow(design, e, None, 0.5),
        harvey_collier(design, e, None),
        goldfeld_quandt(design, e, None, 0),
    ];
    for (i, test) in tests.into_iter().enumerate() {
        let test = test.expect("a result");
        assert!(
            test.statistic.is_nan() && test.p_value.is_nan(),
            "{i}: {test}"
        );
    }
    let few = Uniform(8).vector(4, 0.0);
    let (e, design) = (few.view(), x.select(Axis(0), &[0, 1, 2, 3]));
    let design = design.view();
    assert!(
        omnibus(e).is_err() && white(e, design).is_err() && breusch_godfrey(e, design, 2).is_err()
    );
    assert!(goldfeld_quandt(design, e, None, 0).is_err() && rainbow(design, e, None, 0.5).is_err());
    assert!(harvey_collier(design, e, None).is_err() && reset(design, e, 3).is_err());
    assert!(durbin_watson(few.view().split_at(Axis(0), 1).0).is_err());
    assert!(
        ljung_box(e, 0, 0).is_err() && ljung_box(e, 4, 0).is_err() && ljung_box(e, 2, 2).is_err()
    );
    assert!(reset(design, e, 1).is_err() && rainbow(design, e, Some(2), 0.5).is_err());
    assert!(goldfeld_quandt(design, e, Some(9), 0).is_err());
    let bad = Array1::from(vec![1.0, f64::NAN, 2.0, 0.5]);
    assert!(jarque_bera(bad.view()).is_err() && durbin_watson(bad.view()).is_err());
    assert!(breusch_pagan(bad.view(), design, BreuschPagan::Koenker).is_err());
    for lowess in [
        Lowess::new().frac(0.0),
        Lowess::new().frac(1.5),
        Lowess::new().delta(-1.0),
    ] {
        assert!(lowess.smooth(e, e).is_err());
    }
    assert!(Lowess::new().smooth(e, bad.view()).is_err());
    // One point, and points that are all at one place.
    assert_eq!(
        Lowess::new()
            .smooth(e.split_at(Axis(0), 1).0, e.split_at(Axis(0), 1).0)
            .expect("a point")[0],
        e[0]
    );
    let place = Array1::from_elem(4, 2.0);
    assert!(
        Lowess::new()
            .smooth(place.view(), e)
            .expect("a curve")
            .iter()
            .all(|v| v.is_finite())
    );
}
