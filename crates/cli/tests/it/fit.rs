//! What each option of `elltwo fit` does.
#![allow(clippy::format_collect)] // the text of a small file

use std::io::Write;

use crate::common::{
    AUTO, close, compare, fed, file, json, number, numbers, root, stdout, text, with,
};
use serde_json::Value;

const DIABETES: [&str; 4] = ["fit", "data/diabetes.csv", "--target=progression", "--json"];

#[test]
fn saga_reaches_the_closed_form_and_has_no_inference() {
    let ridge = json(&with(&DIABETES, &["--lambda=0.01"]));
    let saga = json(&with(
        &DIABETES,
        &[
            "--model=sgd",
            "--optimizer=saga",
            "--lambda=0.01",
            "--epochs=200",
        ],
    ));
    let (exact, found) = (
        number(&ridge["train"]["objective"]),
        number(&saga["train"]["objective"]),
    );
    close(found, exact, 1e-6, "objective");
    assert_eq!(saga["model"]["kind"], "sgd");
    assert!(number(&saga["fit"]["epochs"]) >= 1.0);
    assert_eq!(saga["inference"]["sigma"], Value::Null);
    assert_eq!(
        saga["inference"]["std_errors"].as_array().map(Vec::len),
        Some(11)
    );
    assert_eq!(saga["diagnostics"]["press"], Value::Null);
    assert!(number(&saga["diagnostics"]["durbin_watson"]) > 1.0);

    let huber = json(&with(&DIABETES, &["--model=sgd", "--loss=huber:50"]));
    assert_eq!(huber["model"]["loss"], "Huber");
    let median = json(&with(&DIABETES, &["--model=sgd", "--loss=absolute"]));
    let mae = |document: &Value| number(&document["train"]["mae"]);
    assert!(mae(&median) < mae(&ridge));
}

#[test]
fn held_out_rows_have_their_own_errors_and_a_seed_repeats_them() {
    let split = with(&DIABETES, &["--test-fraction=0.25", "--seed=3"]);
    let document = json(&split);
    assert_eq!(document["data"]["n_train"], 331);
    assert_eq!(document["data"]["n_test"], 111);
    assert!(number(&document["test"]["r2"]) > 0.3);
    assert_ne!(document["test"]["mse"], document["train"]["mse"]);
    assert_eq!(document, json(&split));
    let other = json(&with(&DIABETES, &["--test-fraction=0.25", "--seed=4"]));
    assert_ne!(other["test"]["mse"], document["test"]["mse"]);
}

#[test]
fn a_weight_of_zero_is_a_removed_row() {
    let all = "x,y,w\n1,1.2,1\n2,1.9,1\n3,3.3,1\n4,50,0\n5,5.1,1\n6,5.8,1\n";
    let some = "x,y\n1,1.2\n2,1.9\n3,3.3\n5,5.1\n6,5.8\n";
    let (_a, all) = file("all.csv", all);
    let (_b, some) = file("some.csv", some);
    let weighted = json(&["fit", &all, "--target=y", "--weights=w", "--json"]);
    let plain = json(&["fit", &some, "--target=y", "--json"]);
    for block in ["train", "inference", "diagnostics"] {
        for (key, value) in plain[block].as_object().expect("a block") {
            if let Some(exact) = value.as_f64() {
                close(number(&weighted[block][key]), exact, 1e-9, key);
            }
        }
    }
    for test in ["breusch_pagan", "jarque_bera"] {
        for (key, value) in plain["diagnostics"][test].as_object().expect("a block") {
            close(
                number(&weighted["diagnostics"][test][key]),
                number(value),
                1e-9,
                key,
            );
        }
    }
}

#[test]
fn powers_in_extended_precision_have_all_their_digits() {
    // Wampler's first problem: every coefficient is 1.
    let powers = |x: i64| (0..=5).map(|k| x.pow(k)).sum::<i64>();
    let text: String = (0..21).map(|x| format!("{x},{}\n", powers(x))).collect();
    let (_folder, path) = file("wampler.csv", format!("x,y\n{text}"));
    let document = json(&[
        "fit",
        &path,
        "--target=y",
        "--poly=5",
        "--precision=extended",
        "--json",
    ]);
    assert_eq!(
        document["data"]["design_columns"],
        serde_json::json!(["x", "x^2", "x^3", "x^4", "x^5"])
    );
    assert_eq!(numbers(&document["model"]["coefficients"]), [1.0; 5]);
    assert_eq!(document["model"]["intercept"], 1.0);
    assert_eq!(document["fit"]["precision"], "extended");
    let double = json(&["fit", &path, "--target=y", "--poly=5", "--json"]);
    compare(
        &numbers(&double["model"]["coefficients"]),
        &[1.0; 5],
        1e-6,
        "double",
    );
}

#[test]
fn dependent_columns_have_no_errors_and_a_warning() {
    let text = "a,b,c,y\n1,2,5,1.1\n2,4,5,1.9\n3,6,5,3.2\n4,8,5,3.9\n5,10,5,5.3\n";
    let (_folder, path) = file("dependent.csv", text);
    let document = json(&["fit", &path, "--target=y", "--json"]);
    assert_eq!(document["fit"]["rank"], 1);
    let errors = document["inference"]["std_errors"]
        .as_array()
        .expect("errors");
    assert!(errors[1..].iter().all(Value::is_null), "{errors:?}");
    assert!(number(&document["inference"]["sigma"]) > 0.0);
    let vif = document["diagnostics"]["vif"].as_array().expect("factors");
    assert!(vif.iter().all(Value::is_null));
    let warnings = document["fit"]["warnings"].to_string();
    assert!(
        warnings.contains("a, b, c") && warnings.contains("penalty"),
        "{warnings}"
    );
}

#[test]
fn a_file_read_as_a_pipe_compressed_or_in_another_form_is_the_same_data() {
    let plain = json(&DIABETES);
    let bytes = std::fs::read(root().join("data/diabetes.csv")).expect("the data");
    let same = |document: &Value| {
        for block in ["model", "fit", "train", "inference", "diagnostics"] {
            assert_eq!(document[block], plain[block]);
        }
    };
    let arguments = ["fit", "-", "--target=progression", "--json"];
    let piped = fed(&arguments, &bytes);
    same(&serde_json::from_slice(&piped.stdout).expect("a document"));

    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&bytes).expect("in memory");
    let compressed = encoder.finish().expect("in memory");
    let (_folder, path) = file("diabetes.csv.gz", &compressed);
    same(&json(&["fit", &path, "--target=progression", "--json"]));

    let semicolons = text(&bytes).replace(',', ";").replace('\n', "\r\n");
    let (_folder, path) = file("semicolons.csv", format!("\u{feff}{semicolons}"));
    same(&json(&[
        "fit",
        &path,
        "--target=progression",
        "--delimiter=;",
        "--json",
    ]));

    let tabs = text(&bytes).replace(',', "\t");
    let (_, rows) = tabs.split_once('\n').expect("a header");
    let (_folder, path) = file("tabs.tsv", rows);
    let document = json(&[
        "fit",
        &path,
        "--target=column_11",
        "--delimiter=tab",
        "--no-header",
        "--json",
    ]);
    assert_eq!(document["train"], plain["train"]);
    assert_eq!(document["data"]["design_columns"][0], "column_1");
}

#[test]
fn missing_values_are_dropped_or_imputed_as_told() {
    let text = "a,b,y\n1,7,1\n2,-,2.1\n3,5,2.9\n4,6,4.2\n.,2,4.8\n6,9,6.1\n";
    let (_folder, path) = file("missing.csv", text);
    let base = ["fit", &path, "--target=y", "--na=-,.", "--json"];
    let dropped = json(&with(&base, &["--missing=drop"]));
    assert_eq!(dropped["data"]["n_used"], 4);
    assert_eq!(dropped["data"]["n_dropped_missing"], 2);
    let imputed = json(&with(&base, &["--missing=mean"]));
    assert_eq!(imputed["data"]["n_used"], 6);
    assert_eq!(imputed["data"]["n_imputed"], 2);
    let warnings = imputed["fit"]["warnings"].to_string();
    assert!(
        warnings.contains("mean 3.2") && warnings.contains("mean 5.8"),
        "{warnings}"
    );
}

#[test]
fn robust_errors_take_the_place_of_the_classical_ones() {
    let classical = json(&DIABETES);
    let robust = json(&with(&DIABETES, &["--robust=hc3", "--confidence=0.9"]));
    assert_eq!(
        robust["inference"]["std_errors"],
        classical["inference"]["hc3"]
    );
    assert_eq!(robust["inference"]["hc0"], classical["inference"]["hc0"]);
    assert_eq!(
        robust["inference"]["sigma"],
        classical["inference"]["sigma"]
    );
    assert_eq!(robust["inference"]["covariance"], "HC3");
    assert_eq!(robust["inference"]["confidence"], 0.9);
}

#[test]
fn solvers_agree_and_say_their_names() {
    let exact = numbers(&json(&DIABETES)["model"]["coefficients"]);
    for solver in ["cholesky", "eigen", "refined-cholesky", "qr", "svd", "lsqr"] {
        let document = json(&with(&DIABETES, &["--solver", solver]));
        compare(
            &numbers(&document["model"]["coefficients"]),
            &exact,
            1e-8,
            solver,
        );
        let name = document["fit"]["solver"]
            .as_str()
            .expect("a name")
            .to_lowercase();
        let word = solver.rsplit('-').next().expect("a word");
        assert!(name.contains(word), "{name}");
    }
    let dual = json(&with(&DIABETES, &["--solver=dual", "--lambda=0.1"]));
    assert_eq!(dual["fit"]["solver"], "dual");
}

#[test]
fn without_an_intercept_scaled_columns_keep_their_means() {
    let (_folder, path) = file("origin.csv", "x,y\n1,2\n2,4\n3,6.3\n4,8\n");
    let base = ["fit", &path, "--target=y", "--no-intercept", "--json"];
    let plain = json(&base);
    let scaled = json(&with(&base, &["--standardize"]));
    assert_eq!(plain["inference"]["terms"], serde_json::json!(["x"]));
    close(
        number(&scaled["train"]["mse"]),
        number(&plain["train"]["mse"]),
        1e-12,
        "mse",
    );
    assert_eq!(numbers(&scaled["model"]["scaling"]["mean"]), [0.0]);
    let slope = number(&plain["model"]["coefficients"][0]);
    let sd = number(&scaled["model"]["scaling"]["standard_deviation"][0]);
    close(
        number(&scaled["model"]["coefficients"][0]),
        slope * sd,
        1e-12,
        "slope",
    );
}

#[test]
fn a_descent_on_a_loss_with_kinks_is_not_called_converged_without_a_small_gap() {
    // A line with one outlier: its objective is far from that of the first epochs.
    let rows: String = (0..40)
        .map(|i| {
            format!(
                "{i},{}\n",
                if i == 30 {
                    60.0
                } else {
                    0.5 + 0.125 * f64::from(i)
                }
            )
        })
        .collect();
    let (_folder, path) = file("line.csv", format!("t,y\n{rows}"));
    for loss in ["quantile:0.9", "absolute", "epsilon-insensitive:0.01"] {
        let loss = format!("--loss={loss}");
        let document = json(&["fit", &path, "--target=y", "--model=sgd", &loss, "--json"]);
        let (gap, objective) = (
            &document["fit"]["duality_gap"],
            &document["train"]["objective"],
        );
        let termination = document["fit"]["termination"].as_str().expect("a text");
        let shown = number(gap) <= 1e-6 * number(objective);
        assert_eq!(
            termination.starts_with("converged"),
            shown,
            "{termination}, gap {gap}"
        );
        let warnings = document["fit"]["warnings"].to_string();
        assert_eq!(warnings.contains("duality gap"), !shown, "{warnings}");
    }
    let squared = json(&["fit", &path, "--target=y", "--model=sgd", "--json"]);
    assert_eq!(squared["fit"]["duality_gap"], Value::Null);
}

#[test]
fn without_an_intercept_every_level_of_the_first_category_has_a_column() {
    let content = "size,area,y\ns,n,2\nm,n,5\nl,s,9.5\ns,s,3\nm,s,6.5\nl,n,8\n";
    let (folder, path) = file("levels.csv", content);
    let saved = folder.path().join("model.json").display().to_string();
    let base = ["fit", &path, "--target=y", "--json", "--no-intercept"];
    let one = json(&with(&base, &["--features=size", "--save", &saved]));
    assert_eq!(
        one["inference"]["terms"],
        serde_json::json!(["size=l", "size=m", "size=s"])
    );
    for (found, mean) in numbers(&one["model"]["coefficients"])
        .iter()
        .zip([8.75, 5.75, 2.5])
    {
        close(*found, mean, 1e-14, "the mean of a level");
    }
    // The saved model codes new rows alike; what it has not seen has no indicator.
    let (_other, new) = file("new.csv", "size\nm\nl\nxl\n");
    let printed = stdout(&["predict", &saved, &new, "--unseen=base"]);
    let predicted: Vec<f64> = printed
        .lines()
        .skip(1)
        .filter_map(|line| line.rsplit(',').next()?.parse().ok())
        .collect();
    assert_eq!(predicted.len(), 3, "{printed}");
    for (found, mean) in predicted.iter().zip([5.75, 8.75, 0.0]) {
        close(*found, mean, 1e-14, "a prediction");
    }
    // Later categories keep a base: the fit is that with an intercept.
    let both = json(&base);
    let terms = serde_json::json!(["size=l", "size=m", "size=s", "area=s"]);
    assert_eq!(both["inference"]["terms"], terms);
    assert_eq!(both["fit"]["rank"], 4);
    let with_intercept = json(&base[..4]);
    close(
        number(&both["train"]["mse"]),
        number(&with_intercept["train"]["mse"]),
        1e-12,
        "mse",
    );
}

#[test]
fn the_summary_shows_terms_errors_and_warnings_and_quiet_shows_nothing() {
    let arguments = [
        "fit",
        "data/auto_mpg.csv",
        "--target=mpg",
        "--exclude=car_name",
        "--missing=drop",
    ];
    let summary = stdout(&with(
        &arguments,
        &["--categorical=origin", "--test-fraction=0.2", "--cv=loo"],
    ));
    for part in [
        "origin=3",
        "95% interval",
        "held out",
        "Jarque–Bera",
        "PRESS",
        "leave-one-out",
        "\n5 of 397 rows were left out",
        "Least squares: mpg",
    ] {
        assert!(summary.contains(part), "{part} is not in\n{summary}");
    }
    let long = stdout(&with(&arguments, &["--lambda=auto"]));
    assert!(long.contains("100 penalties") && long.contains("smallest"));
    assert!(
        long.lines().count() < 60,
        "the curve is in the document, not here:\n{long}"
    );
    let sgd = stdout(&with(
        &arguments,
        &["--model=sgd", "--epochs=2", "--step=1e-4"],
    ));
    for part in [
        "SGD: mpg",
        "optimizer",
        "had not converged",
        "Allow more epochs",
    ] {
        assert!(sgd.contains(part), "{part} is not in\n{sgd}");
    }
    assert_eq!(stdout(&with(&arguments, &["--quiet"])), "");
}

#[test]
fn a_text_of_many_kinds_is_pointed_out() {
    let rows: String = (0..300)
        .map(|i| format!("day{},{},{}\n", i % 120, i % 7, i % 11))
        .collect();
    let (_folder, path) = file("days.csv", format!("day,a,y\n{rows}"));
    let document = json(&["fit", &path, "--target=y", "--json"]);
    let warnings = document["fit"]["warnings"].to_string();
    assert!(
        warnings.contains("`day` is text of 120 kinds") && warnings.contains("--exclude day"),
        "{warnings}"
    );
}

#[test]
fn a_least_squares_fit_with_everything_factors_the_design_once() {
    let document = json(&with(&AUTO, &["--json"]));
    assert_eq!(document["fit"]["factorizations"], 1);
    assert!(
        document["inference"]["hc3"][1].is_number()
            && document["diagnostics"]["vif"][0].is_number()
    );
    // A second penalty is a second system.
    let path = json(&with(&DIABETES, &["--lambda=auto"]));
    assert!(path["fit"]["factorizations"].as_u64() > Some(1));
}
