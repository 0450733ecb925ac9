//! The document of `elltwo fit` against answers in exact arithmetic, and of libraries where there are none.

use crate::common::{AUTO, close, column, compare, file, json, number, numbers, root, with};
use serde_json::Value;

const PENGUINS: [&str; 6] = [
    "fit",
    "data/penguins.csv",
    "--target=body_mass_g",
    "--exclude=year",
    "--missing=drop",
    "--json",
];
const DIABETES: [&str; 4] = ["fit", "data/diabetes.csv", "--target=progression", "--json"];

fn golden(name: &str) -> Value {
    let path = root().join(format!("tests/golden/{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("the golden file")).expect("JSON")
}

/// Where each of the golden file's columns is among the design's.
fn order(golden: &Value, document: &Value) -> Vec<usize> {
    let names = document["data"]["design_columns"]
        .as_array()
        .expect("names");
    let wanted = golden["design_columns"].as_array().expect("names");
    assert_eq!(names.len(), wanted.len());
    let place = |name| names.iter().position(|n| n == name).expect("the column");
    wanted.iter().map(place).collect()
}

#[test]
#[allow(clippy::too_many_lines)] // a line for each number of the document
fn every_number_of_the_document_is_that_of_exact_arithmetic() {
    let auto = with(&AUTO, &["--json", "--quiet"]);
    let sets = [
        ("diabetes", &DIABETES[..]),
        ("auto_mpg", &auto[..]),
        ("penguins", &PENGUINS[..]),
    ];
    for (name, arguments) in sets {
        let folder = tempfile::tempdir().expect("a folder");
        let rows = folder.path().join("rows.csv").display().to_string();
        let document = json(&with(arguments, &["--rows", &rows]));
        let golden = golden(name);
        let (exact, library) = (&golden["exact"], &golden["library"]);
        let order = order(&golden, &document);
        let slopes = |value: &Value| -> Vec<f64> {
            let values = numbers(value);
            order.iter().map(|at| values[*at]).collect()
        };
        let parameters = |value: &Value| -> Vec<f64> {
            let values = numbers(value);
            let slopes = order.iter().map(|at| values[at + 1]);
            std::iter::once(values[0]).chain(slopes).collect()
        };
        let join = |first: &Value, rest: &Value| -> Vec<f64> {
            std::iter::once(number(first))
                .chain(numbers(rest))
                .collect()
        };
        let (ols, inference) = (&exact["ols"], &document["inference"]);
        let n = number(&golden["n_used"]);
        assert_eq!(document["schema"], "elltwo.fit/1");
        assert_eq!(document["data"]["n_used"], golden["n_used"]);
        assert_eq!(inference["terms"][0], "intercept");
        compare(
            &slopes(&document["model"]["coefficients"]),
            &numbers(&ols["coef"]),
            1e-10,
            "coef",
        );
        close(
            number(&document["model"]["intercept"]),
            number(&ols["intercept"]),
            1e-10,
            "b",
        );
        let errors = join(&ols["intercept_se"], &ols["coef_se"]);
        compare(
            &parameters(&inference["std_errors"]),
            &errors,
            1e-10,
            "errors",
        );
        for (ours, theirs) in [
            ("t", "t"),
            ("p", "p"),
            ("ci_low", "ci95_low"),
            ("ci_high", "ci95_high"),
        ] {
            let found = parameters(&inference[ours]);
            compare(&found, &numbers(&library[theirs]), 1e-8, ours);
        }
        for (ours, theirs) in [
            ("r2_adjusted", "r2_adj"),
            ("f_p", "f_pvalue"),
            ("aic", "aic"),
            ("bic", "bic"),
        ] {
            close(
                number(&inference[ours]),
                number(&library[theirs]),
                1e-8,
                ours,
            );
        }
        for (ours, theirs) in [("sigma", "sigma"), ("f", "f"), ("log_likelihood", "llf")] {
            close(number(&inference[ours]), number(&ols[theirs]), 1e-10, ours);
        }
        for kind in ["hc0", "hc1", "hc2", "hc3"] {
            let exact = numbers(&exact["influence"][format!("{kind}_se")]);
            compare(&parameters(&inference[kind]), &exact, 1e-10, kind);
        }
        let train = &document["train"];
        close(number(&train["mse"]), number(&ols["rss"]) / n, 1e-12, "mse");
        close(
            number(&train["objective"]),
            number(&ols["rss"]) / n,
            1e-12,
            "objective",
        );
        close(
            number(&train["rmse"]).powi(2),
            number(&ols["rss"]) / n,
            1e-12,
            "rmse",
        );
        close(number(&train["r2"]), number(&ols["r2"]), 1e-12, "r2");
        assert_eq!(document["test"], Value::Null);
        assert_eq!(document["cv"], Value::Null);

        let diagnostics = &document["diagnostics"];
        let influence = &exact["influence"];
        close(
            number(&diagnostics["durbin_watson"]),
            number(&influence["durbin_watson"]),
            1e-10,
            "dw",
        );
        close(
            number(&diagnostics["press"]),
            number(&influence["press"]),
            1e-10,
            "press",
        );
        compare(
            &slopes(&diagnostics["vif"]),
            &numbers(&ols["vif"]),
            1e-10,
            "vif",
        );
        for (ours, theirs, keys) in [
            (
                "breusch_pagan",
                "breusch_pagan_koenker",
                &[
                    ("lm", "lm"),
                    ("lm_p", "lm_pvalue"),
                    ("f", "f"),
                    ("f_p", "f_pvalue"),
                ][..],
            ),
            (
                "jarque_bera",
                "jarque_bera",
                &[
                    ("statistic", "statistic"),
                    ("p", "pvalue"),
                    ("skew", "skew"),
                    ("kurtosis", "kurtosis"),
                ],
            ),
        ] {
            for (key, other) in keys {
                let (found, wanted) = (&diagnostics[ours][key], &library[theirs][other]);
                close(number(found), number(wanted), 1e-8, key);
            }
        }

        let rows = std::fs::read_to_string(rows).expect("the rows");
        let first = influence["first_20"].as_object().expect("columns");
        for (name, values) in first {
            compare(&column(&rows, name)[..20], &numbers(values), 1e-8, name);
        }
        let dffits = numbers(&library["dffits"]);
        compare(
            &column(&rows, "dffits")[..dffits.len()],
            &dffits,
            1e-8,
            "dffits",
        );
        let (y, residual) = (column(&rows, "y"), column(&rows, "residual"));
        let prediction = column(&rows, "prediction");
        assert_eq!(y.len() as f64, n);
        let gaps = y.iter().zip(&prediction).zip(&residual);
        assert!(
            gaps.into_iter()
                .all(|((y, p), e)| (y - p - e).abs() <= 1e-12 * y.abs())
        );
    }
}

#[test]
fn alpha_is_that_of_scikit_learn_and_standardized_coefficients_are_of_unit_columns() {
    for (name, arguments) in [("diabetes", &DIABETES[..]), ("penguins", &PENGUINS[..])] {
        let golden = golden(name);
        for (block, option) in [
            ("ridge_raw", None),
            ("ridge_standardised", Some("--standardize")),
        ] {
            for (alpha, exact) in golden["exact"][block].as_object().expect("penalties") {
                let mut arguments = with(arguments, &["--alpha", alpha]);
                arguments.extend(option);
                let document = json(&arguments);
                let values = numbers(&document["model"]["coefficients"]);
                let order = order(&golden, &document);
                let found: Vec<f64> = order.iter().map(|at| values[*at]).collect();
                compare(&found, &numbers(&exact["coef"]), 1e-9, block);
                close(
                    number(&document["model"]["intercept"]),
                    number(&exact["intercept"]),
                    1e-9,
                    "b",
                );
                close(
                    number(&document["train"]["mse"]),
                    number(&exact["mse"]),
                    1e-10,
                    "mse",
                );
                assert_eq!(document["inference"]["f"], Value::Null);
            }
        }
    }
}

#[test]
fn auto_takes_the_best_penalty_of_leave_one_out_and_folds_count_by_their_rows() {
    let golden = golden("cv_diabetes");
    let curve = &golden["ridge_cv_loo"]["raw"];
    let lambdas: Vec<String> = numbers(&curve["alphas"])
        .iter()
        .map(|alpha| format!("{:?}", alpha / 442.0))
        .collect();
    let grid = lambdas.join(",");
    let document = json(&with(&DIABETES, &["--lambda=auto", "--lambdas", &grid]));
    compare(
        &numbers(&document["cv"]["mse"]),
        &numbers(&curve["loo_mse"]),
        1e-9,
        "loo",
    );
    let best = number(&curve["chosen_alpha"]) / 442.0;
    close(number(&document["cv"]["best_lambda"]), best, 1e-15, "best");
    assert_eq!(document["model"]["lambda"], document["cv"]["best_lambda"]);
    assert_eq!(document["cv"]["kind"], "loo");

    let folds = &golden["cv5_no_shuffle"];
    let sizes = numbers(&folds["fold_test_sizes"]);
    let errors = numbers(&folds["ols"]["fold_mse"]);
    let total: f64 = sizes
        .iter()
        .zip(&errors)
        .map(|(size, mse)| size * mse)
        .sum();
    let document = json(&with(&DIABETES, &["--cv=5"]));
    close(
        number(&document["cv"]["mse"][0]),
        total / 442.0,
        1e-10,
        "folds",
    );
    assert_eq!(
        (
            number(&document["cv"]["lambdas"][0]),
            &document["cv"]["folds"]
        ),
        (0.0, &5.into())
    );
    // The model is still the one that was asked for.
    assert_eq!(document["model"]["lambda"], 0.0);

    let shuffled = json(&with(&DIABETES, &["--cv=5", "--seed=1"]));
    assert_ne!(shuffled["cv"]["mse"], document["cv"]["mse"]);
    assert_eq!(shuffled, json(&with(&DIABETES, &["--cv=5", "--seed=1"])));
}

#[test]
fn errors_on_the_training_rows_keep_their_digits_far_from_zero() {
    // y = 1e12 + 2 i, with one of 8 off by 1: the residuals are those of a unit, whose squares add up to 1 − leverage.
    let rows: Vec<(f64, f64)> = (0..8)
        .map(|i| (f64::from(i), f64::from(2 * i + i32::from(i == 2))))
        .collect();
    let lines = rows
        .iter()
        .map(|(t, y)| format!("{},{}\n", 1e12 + t, 1e12 + y));
    let text = format!("t,y\n{}", lines.collect::<String>());
    let (_folder, path) = file("far.csv", text);
    let leverage = 1.0 / 8.0 + (2.0_f64 - 3.5).powi(2) / 42.0;
    let document = json(&["fit", &path, "--target=y", "--json"]);
    let mse = number(&document["train"]["mse"]);
    close(mse, (1.0 - leverage) / 8.0, 1e-12, "mse");
    close(
        number(&document["train"]["rmse"]),
        mse.sqrt(),
        1e-15,
        "rmse",
    );
    close(
        number(&document["train"]["max_error"]),
        1.0 - leverage,
        1e-12,
        "largest",
    );
    let mean = rows.iter().map(|(_, y)| y).sum::<f64>() / 8.0;
    let total: f64 = rows.iter().map(|(_, y)| (y - mean).powi(2)).sum();
    close(
        number(&document["train"]["r2"]),
        1.0 - (1.0 - leverage) / total,
        1e-12,
        "r2",
    );
}
