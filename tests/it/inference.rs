//! Inference against exact arithmetic and statsmodels (`golden/make_exact.py`, `golden/make_inference.py`).

use crate::common::{golden, load, near, number, numbers, samples};
use elltwo::data::Dataset;
use elltwo::inference::{Clusters, Covariance, Inference, ParameterCount};
use elltwo::loss::L2;
use elltwo::model::{Estimator, RidgeRegression};
use ndarray::{Array1, Array2, Axis};
use serde_json::Value;

const SETS: [&str; 3] = ["diabetes", "auto_mpg", "penguins"];

fn all_near(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        near(&format!("{what}[{i}]"), *found, *expected, tolerance);
    }
}

fn analyse(dataset: &Dataset, covariance: Covariance<'_>) -> Inference {
    let samples = dataset.samples().expect("samples");
    let fit = RidgeRegression::new().analyse(&samples).expect("a fit");
    fit.inference(covariance).expect("inference")
}

/// For each parameter of the data set's order, its place in the golden file's: the intercept first.
fn places(golden: &Value, dataset: &Dataset) -> Vec<usize> {
    let names: Vec<&str> = golden["design_columns"]
        .as_array()
        .expect("names")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let place = |name: &String| 1 + names.iter().position(|n| n == name).expect("a column");
    std::iter::once(0)
        .chain(dataset.feature_names().iter().map(place))
        .collect()
}

fn standard_errors(inference: &Inference) -> Vec<f64> {
    let errors = inference.estimates().iter().map(|e| e.standard_error);
    errors.collect::<Option<_>>().expect("all are defined")
}

#[test]
fn least_squares_has_the_exact_errors_and_sums() {
    for name in SETS {
        let (dataset, golden) = (load(name), golden(name));
        let exact = &golden["exact"]["ols"];
        let inference = analyse(&dataset, Covariance::Classical);
        let places = places(&golden, &dataset);
        let mut values = vec![number(&exact["intercept"])];
        values.extend(numbers(&exact["coef"]));
        let mut errors = vec![number(&exact["intercept_se"])];
        errors.extend(numbers(&exact["coef_se"]));
        for (estimate, &place) in inference.estimates().iter().zip(&places) {
            let what = format!("{name} {:?}", estimate.term);
            let error = estimate.standard_error.expect("defined");
            near(&what, estimate.value, values[place], 1e-10);
            near(&what, error, errors[place], 1e-10);
            near(
                &what,
                estimate.t.expect("defined"),
                values[place] / errors[place],
                1e-10,
            );
        }
        let fit = inference.fit();
        near(
            "rss",
            fit.residual_sum_of_squares,
            number(&exact["rss"]),
            1e-12,
        );
        near(
            "tss",
            fit.total_sum_of_squares,
            number(&exact["tss_centered"]),
            1e-12,
        );
        near("r2", fit.r2.expect("r2"), number(&exact["r2"]), 1e-12);
        near(
            "sigma",
            fit.sigma.expect("sigma"),
            number(&exact["sigma"]),
            1e-12,
        );
        near(
            "f",
            fit.f_test.expect("f").statistic,
            number(&exact["f"]),
            1e-11,
        );
        near(
            "llf",
            fit.log_likelihood.expect("llf"),
            number(&exact["llf"]),
            1e-12,
        );
    }
}

#[test]
fn tables_are_those_of_statsmodels() {
    for name in SETS {
        let (dataset, golden) = (load(name), golden(name));
        let library = &golden["library"];
        let inference = analyse(&dataset, Covariance::Classical);
        let column = |key: &str| numbers(&library[key]);
        for (estimate, &place) in inference.estimates().iter().zip(&places(&golden, &dataset)) {
            let what = format!("{name} {:?}", estimate.term);
            near(&what, estimate.t.expect("t"), column("t")[place], 1e-9);
            near(
                &what,
                estimate.p_value.expect("p"),
                column("p")[place],
                1e-8,
            );
            let interval = estimate.interval(0.95).expect("a level").expect("defined");
            near(&what, interval.lower, column("ci95_low")[place], 1e-9);
            near(&what, interval.upper, column("ci95_high")[place], 1e-9);
        }
        let fit = inference.fit();
        near(
            "r2_adj",
            fit.adjusted_r2.expect("r2"),
            number(&library["r2_adj"]),
            1e-11,
        );
        let f = fit.f_test.expect("f");
        near("f_pvalue", f.p_value, number(&library["f_pvalue"]), 1e-9);
        let (aic, bic) = (number(&library["aic"]), number(&library["bic"]));
        let of = ParameterCount::Coefficients;
        let all = ParameterCount::CoefficientsAndVariance;
        near("aic", fit.aic(of).expect("aic"), aic, 1e-12);
        near("bic", fit.bic(of).expect("bic"), bic, 1e-12);
        near("R's aic", fit.aic(all).expect("aic"), aic + 2.0, 1e-12);
        near(
            "R's bic",
            fit.bic(all).expect("bic"),
            bic + fit.n_observations.ln(),
            1e-12,
        );
        let k = fit.effective_df;
        let aicc = aic + 2.0 * k * (k + 1.0) / (fit.n_observations - k - 1.0);
        near("aicc", fit.aicc(of).expect("aicc"), aicc, 1e-12);
    }
}

#[test]
fn errors_that_bear_unequal_variances_are_exact() {
    let kinds = [
        ("hc0_se", Covariance::Hc0),
        ("hc1_se", Covariance::Hc1),
        ("hc2_se", Covariance::Hc2),
        ("hc3_se", Covariance::Hc3),
    ];
    for name in SETS {
        let (dataset, golden) = (load(name), golden(name));
        let places = places(&golden, &dataset);
        for (key, covariance) in kinds {
            let exact = numbers(&golden["exact"]["influence"][key]);
            let expected: Vec<f64> = places.iter().map(|&place| exact[place]).collect();
            let found = standard_errors(&analyse(&dataset, covariance));
            all_near(&format!("{name} {key}"), &found, &expected, 1e-10);
        }
    }
}

/// Compares with a table of statsmodels, parameters in the same order.
fn compare(what: &str, inference: &Inference, table: &Value) {
    all_near(
        what,
        &standard_errors(inference),
        &numbers(&table["std_err"]),
        1e-9,
    );
    for (i, estimate) in inference.estimates().iter().enumerate() {
        let what = format!("{what} {:?}", estimate.term);
        near(&what, estimate.value, numbers(&table["params"])[i], 1e-9);
        near(&what, estimate.t.expect("t"), numbers(&table["t"])[i], 1e-8);
        near(
            &what,
            estimate.p_value.expect("p"),
            numbers(&table["p"])[i],
            1e-8,
        );
        let interval = estimate.interval(0.9).expect("a level").expect("defined");
        near(&what, interval.lower, numbers(&table["ci90_low"])[i], 1e-8);
        near(&what, interval.upper, numbers(&table["ci90_high"])[i], 1e-8);
    }
    let f = inference.fit().f_test.expect("f");
    near(what, f.statistic, number(&table["f"]), 1e-8);
    near(what, f.p_value, number(&table["f_pvalue"]), 1e-7);
    if !table["r2"].is_null() {
        let fit = inference.fit();
        near("r2", fit.r2.expect("r2"), number(&table["r2"]), 1e-10);
        near(
            "r2_adj",
            fit.adjusted_r2.expect("r2"),
            number(&table["r2_adj"]),
            1e-10,
        );
        near(
            "sigma",
            fit.sigma.expect("sigma"),
            number(&table["sigma"]),
            1e-10,
        );
        near(
            "llf",
            fit.log_likelihood.expect("ll"),
            number(&table["log_likelihood"]),
            1e-11,
        );
        let count = ParameterCount::Coefficients;
        near(
            "aic",
            fit.aic(count).expect("aic"),
            number(&table["aic"]),
            1e-11,
        );
        near(
            "bic",
            fit.bic(count).expect("bic"),
            number(&table["bic"]),
            1e-11,
        );
        near("df", fit.residual_df, number(&table["df_resid"]), 0.0);
    }
}

fn clusters(golden: &Value) -> Vec<usize> {
    let list = golden["clusters"].as_array().expect("clusters").iter();
    list.map(|c| usize::try_from(c.as_u64().expect("a count")).expect("small"))
        .collect()
}

#[test]
fn covariances_by_clusters_and_lags_are_those_of_statsmodels() {
    let (dataset, golden) = (load("diabetes"), golden("inference"));
    let clusters = clusters(&golden);
    let lags = |small_sample| Covariance::NeweyWest {
        lags: 5,
        small_sample,
    };
    for (key, covariance) in [
        ("clustered", Covariance::Clustered(Clusters::new(&clusters))),
        ("newey_west_5", lags(false)),
        ("newey_west_5_small_sample", lags(true)),
        ("hc3", Covariance::Hc3),
    ] {
        compare(key, &analyse(&dataset, covariance), &golden[key]);
    }
}

#[test]
fn analytic_weights_are_those_of_weighted_least_squares() {
    let (dataset, golden) = (load("diabetes"), golden("inference"));
    let weights = dataset.x().column(2).to_owned();
    let (x, y) = (dataset.x(), dataset.y());
    let samples = samples(x, y, Some(weights.view()));
    let fit = RidgeRegression::new().analyse(&samples).expect("a fit");
    let analyse = |covariance| fit.inference(covariance).expect("inference");
    compare(
        "weighted",
        &analyse(Covariance::Classical),
        &golden["weighted_by_bmi"],
    );
    let clusters = clusters(&golden);
    for (key, covariance) in [
        ("hc0", Covariance::Hc0),
        ("hc1", Covariance::Hc1),
        ("hc2", Covariance::Hc2),
        ("hc3", Covariance::Hc3),
        ("clustered", Covariance::Clustered(Clusters::new(&clusters))),
    ] {
        let expected = numbers(&golden[format!("weighted_by_bmi_{key}")]);
        all_near(key, &standard_errors(&analyse(covariance)), &expected, 1e-9);
    }
}

#[test]
fn without_an_intercept_sums_are_not_centred() {
    let (dataset, golden) = (load("diabetes"), golden("inference"));
    let (x, y) = (dataset.x(), dataset.y());
    let model = RidgeRegression::new()
        .fit_intercept(false)
        .fit(x, y)
        .expect("a fit");
    let inference = Inference::new(&model, &samples(x, y, None)).expect("inference");
    assert!(inference.intercept().is_none());
    compare("no intercept", &inference, &golden["no_intercept"]);
}

#[test]
fn predictions_have_the_intervals_of_statsmodels() {
    let (dataset, golden) = (load("diabetes"), golden("inference"));
    let expected = &golden["prediction"];
    let rows = expected["x"].as_array().expect("rows");
    let values: Vec<f64> = rows.iter().flat_map(numbers).collect();
    let x = Array2::from_shape_vec((rows.len(), 10), values).expect("rows of ten");
    let prediction = analyse(&dataset, Covariance::Classical)
        .predict(x.view())
        .expect("predictions");
    let mean = prediction.confidence_intervals(0.95).expect("a level");
    let one = prediction.prediction_intervals(0.95).expect("a level");
    for (key, found) in [
        ("mean", prediction.mean().to_vec()),
        ("mean_se", prediction.standard_error().to_vec()),
        ("mean_ci_lower", mean.lower.to_vec()),
        ("mean_ci_upper", mean.upper.to_vec()),
        ("obs_ci_lower", one.lower.to_vec()),
        ("obs_ci_upper", one.upper.to_vec()),
    ] {
        all_near(key, &found, &numbers(&expected[key]), 1e-9);
    }
}

#[test]
fn restrictions_and_nested_models_are_tested_as_by_statsmodels() {
    let (dataset, golden) = (load("diabetes"), golden("inference"));
    let expected = &golden["wald"];
    let rows = expected["restrictions"].as_array().expect("rows");
    let restrictions: Vec<f64> = rows.iter().flat_map(numbers).collect();
    let restrictions = Array2::from_shape_vec((3, 11), restrictions).expect("three rows");
    let values = Array1::from(numbers(&expected["values"]));
    let classical = analyse(&dataset, Covariance::Classical);
    let test = classical
        .wald(restrictions.view(), values.view())
        .expect("a test");
    near("f", test.statistic, number(&expected["f"]), 1e-9);
    near("p", test.p_value, number(&expected["p"]), 1e-9);
    let robust = analyse(&dataset, Covariance::Hc1);
    let test = robust
        .wald(restrictions.view(), values.view())
        .expect("a test");
    near("hc1 f", test.statistic, number(&expected["hc1_f"]), 1e-9);
    near("hc1 p", test.p_value, number(&expected["hc1_p"]), 1e-9);

    let few = dataset.x().select(Axis(1), &[1, 2, 3]);
    let model = RidgeRegression::new()
        .fit(few.view(), dataset.y())
        .expect("a fit");
    let smaller =
        Inference::new(&model, &samples(few.view(), dataset.y(), None)).expect("inference");
    let test = classical.compare(&smaller).expect("nested");
    near(
        "nested f",
        test.statistic,
        number(&expected["nested_f"]),
        1e-9,
    );
    near(
        "nested p",
        test.p_value,
        number(&expected["nested_p"]),
        1e-9,
    );
    assert!(smaller.compare(&classical).is_err());
    // The test that all slopes are zero is a Wald test of the unit vectors.
    let mut slopes = Array2::zeros((10, 11));
    (0..10).for_each(|j| slopes[[j, j + 1]] = 1.0);
    for inference in [&classical, &robust] {
        let wald = inference
            .wald(slopes.view(), Array1::zeros(10).view())
            .expect("a test");
        let overall = inference.fit().f_test.expect("f");
        near("overall", wald.statistic, overall.statistic, 1e-10);
    }
}

#[test]
fn ridge_has_the_errors_of_the_biased_estimator() {
    let (dataset, golden) = (load("diabetes"), golden("inference"));
    for alpha in [1.0, 100.0] {
        let expected = &golden[format!("ridge_{alpha}")];
        let penalty = L2::from_sklearn_ridge_alpha(alpha, 442.0).expect("a penalty");
        let ridge = RidgeRegression::new().lambda(penalty.lambda());
        let model = ridge.fit(dataset.x(), dataset.y()).expect("a fit");
        let inference =
            Inference::new(&model, &samples(dataset.x(), dataset.y(), None)).expect("inference");
        near(
            "df",
            inference.fit().effective_df,
            number(&expected["df"]),
            1e-11,
        );
        near(
            "sigma",
            inference.fit().sigma.expect("sigma"),
            number(&expected["sigma"]),
            1e-11,
        );
        all_near(
            "std_err",
            &standard_errors(&inference),
            &numbers(&expected["std_err"]),
            1e-10,
        );
        let row = inference.covariance().row(3).to_vec();
        all_near(
            "covariance",
            &row[1..],
            &numbers(&expected["covariance_row_3"]),
            1e-8,
        );
        assert!(inference.fit().f_test.is_none());
    }
}
