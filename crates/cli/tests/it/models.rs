//! Saved models: predictions, intervals, evaluation, and files that are not what they should be.
#![allow(clippy::format_collect)] // the text of a small file

use crate::common::{close, column, failure, file, json, number, numbers, spoken, stdout};
use serde_json::Value;
use tempfile::TempDir;

const AUTO: [&str; 6] = [
    "data/auto_mpg.csv",
    "--target=mpg",
    "--exclude=car_name",
    "--categorical=origin",
    "--missing=drop",
    "--quiet",
];

/// A saved model, in a folder that goes with the returned value.
fn saved(options: &[&str]) -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.json").display().to_string();
    let mut arguments = vec!["fit"];
    arguments.extend(options);
    arguments.extend(["--save", &path]);
    stdout(&arguments);
    (folder, path)
}

fn contains(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn predictions_of_a_saved_model_are_those_of_the_fit() {
    let cases: [&[&str]; 4] = [
        &[],
        &["--standardize", "--lambda=0.1"],
        &["--model=sgd"],
        &["--no-intercept"],
    ];
    for more in cases {
        let options: Vec<&str> = AUTO.iter().chain(more).copied().collect();
        let folder = tempfile::tempdir().expect("a folder");
        let rows = folder.path().join("rows.csv").display().to_string();
        let with_rows: Vec<&str> = options.iter().copied().chain(["--rows", &rows]).collect();
        let (_model, path) = saved(&with_rows);
        let rows = std::fs::read_to_string(rows).expect("the rows");
        let predicted = stdout(&["predict", &path, AUTO[0], "--missing=drop"]);
        assert_eq!(
            column(&predicted, "prediction"),
            column(&rows, "prediction")
        );
        assert_eq!(column(&predicted, "line"), column(&rows, "line"));

        let document = json(&["evaluate", &path, AUTO[0], "--missing=drop", "--json"]);
        let mut fit: Vec<&str> = vec!["fit"];
        fit.extend(options);
        fit.push("--json");
        let fitted = json(&fit);
        for key in ["mse", "rmse", "mae", "r2", "max_error"] {
            assert_eq!(document["metrics"][key], fitted["train"][key], "{key}");
        }
    }
}

#[test]
fn polynomials_keep_their_precision_in_the_file() {
    let powers = |x: i64| (0..=5).map(|k| x.pow(k)).sum::<i64>();
    let text: String = (0..21).map(|x| format!("{x},{}\n", powers(x))).collect();
    let (_folder, path) = file("wampler.csv", format!("x,y\n{text}"));
    let (_model, model) = saved(&[
        &path,
        "--target=y",
        "--poly=5",
        "--precision=extended",
        "--quiet",
    ]);
    let (_new, new) = file("new.csv", "x\n30\n-7\n");
    let exact: Vec<f64> = [30, -7].map(|x| powers(x) as f64).to_vec();
    assert_eq!(
        column(&stdout(&["predict", &model, &new]), "prediction"),
        exact
    );
    assert_eq!(json(&["describe", &model, "--json"])["degree"], 5);
}

#[test]
fn intervals_are_those_of_the_formula() {
    // One feature: Var(mean) = σ² (1/n + (x − x̄)²/Sxx).
    let (_folder, path) = file(
        "line.csv",
        "x,y\n1,1.1\n2,1.9\n3,3.2\n4,3.9\n5,5.3\n6,5.8\n",
    );
    let (_model, model) = saved(&[&path, "--target=y", "--quiet"]);
    let sigma = number(&json(&["fit", &path, "--target=y", "--json"])["inference"]["sigma"]);
    // t with 4 degrees of freedom, 0.975.
    let t = 2.776_445_105_197_793;
    let (_new, new) = file("new.csv", "x\n3.5\n10\n");
    for (kind, extra) in [("confidence", 0.0), ("prediction", 1.0)] {
        let text = stdout(&["predict", &model, &new, "--interval", kind]);
        let (mean, lower) = (column(&text, "prediction"), column(&text, "lower"));
        let upper = column(&text, "upper");
        for (i, x) in [3.5_f64, 10.0].into_iter().enumerate() {
            let half = t * sigma * (extra + 1.0 / 6.0 + (x - 3.5).powi(2) / 17.5).sqrt();
            close(upper[i] - mean[i], half, 1e-10, kind);
            close(mean[i] - lower[i], half, 1e-10, kind);
        }
    }
    let narrow = stdout(&[
        "predict",
        &model,
        &new,
        "--interval=confidence",
        "--confidence=0.5",
    ]);
    let wide = stdout(&["predict", &model, &new, "--interval=confidence"]);
    assert!(column(&narrow, "upper")[1] < column(&wide, "upper")[1]);
}

#[test]
fn a_direction_the_data_say_nothing_of_has_no_interval() {
    let (_folder, path) = file(
        "dependent.csv",
        "a,b,y\n1,2,1.1\n2,4,1.9\n3,6,3.2\n4,8,3.9\n",
    );
    let (_model, model) = saved(&[&path, "--target=y", "--quiet"]);
    let (_new, new) = file("new.csv", "a,b\n5,10\n5,11\n");
    let (text, said) = spoken(&["predict", &model, &new, "--interval=confidence"]);
    let upper = column(&text, "upper");
    assert!(upper[0].is_finite() && upper[1].is_nan(), "{text}");
    assert!(
        said.starts_with("note: The row on line 3: the training data do not determine"),
        "{said}"
    );
}

#[test]
fn a_model_by_sgd_has_no_intervals() {
    let options: Vec<&str> = AUTO.iter().chain(&["--model=sgd"]).copied().collect();
    let (_folder, path) = saved(&options);
    let message = failure(
        &[
            "predict",
            &path,
            AUTO[0],
            "--interval=prediction",
            "--missing=drop",
        ],
        1,
    );
    contains(&message, &["no intervals", "--model ridge"]);
}

#[test]
fn columns_are_found_by_name_and_an_absent_one_is_named() {
    let (_model, model) = saved(&[
        "data/diabetes.csv",
        "--target=progression",
        "--features=bmi,bp",
        "--quiet",
    ]);
    let (_new, new) = file("new.csv", "id,bp,bmi\n7,90,25\n");
    let (_same, same) = file("same.csv", "bmi,bp\n25,90\n");
    assert_eq!(
        stdout(&["predict", &model, &new]),
        stdout(&["predict", &model, &same])
    );
    let (_other, other) = file("other.csv", "bmi,b_p\n25,90\n");
    contains(
        &failure(&["predict", &model, &other], 1),
        &["other.csv", "`bp`", "`b_p`"],
    );
    contains(
        &failure(&["evaluate", &model, &same], 1),
        &["`progression`", "elltwo predict"],
    );
}

#[test]
fn a_level_unseen_in_training_is_named_or_taken_for_the_base() {
    let options = [
        "data/penguins.csv",
        "--target=body_mass_g",
        "--features=species,bill_length_mm",
        "--missing=drop",
        "--quiet",
    ];
    let (_model, model) = saved(&options);
    let (_new, new) = file("new.csv", "species,bill_length_mm\nEmperor,40\nAdelie,40\n");
    let message = failure(&["predict", &model, &new], 1);
    contains(
        &message,
        &["line 2", "`species`", "`Emperor`", "--unseen base"],
    );
    let text = stdout(&["predict", &model, &new, "--unseen=base"]);
    let predictions = column(&text, "prediction");
    assert_eq!(predictions[0], predictions[1]);
    let document = json(&["describe", &model, "--json"]);
    assert_eq!(
        document["features"][0]["levels"],
        serde_json::json!(["Adelie", "Chinstrap", "Gentoo"])
    );
}

#[test]
fn a_missing_value_in_new_data_is_refused_dropped_or_imputed_by_the_training_mean() {
    let (_data, data) = file("train.csv", "a,y\n1,1\n2,2.5\n,3\n6,6\n");
    let (_new, new) = file("new.csv", "a\n4\nNA\n");
    let (_model, model) = saved(&[&data, "--target=y", "--missing=mean", "--quiet"]);
    contains(
        &failure(&["predict", &model, &new], 1),
        &["line 3", "--missing drop"],
    );
    let dropped = stdout(&["predict", &model, &new, "--missing=drop"]);
    assert_eq!(column(&dropped, "line"), [2.0]);
    let (_mean, mean) = file("mean.csv", "a\n4\n3\n");
    let (imputed, said) = spoken(&["predict", &model, &new, "--missing=mean"]);
    assert_eq!(imputed, stdout(&["predict", &model, &mean]));
    assert_eq!(
        said,
        "note: 1 missing value of `a` was replaced by the mean 3 of the model's training rows.\n"
    );
    let (_plain, plain) = saved(&[&data, "--target=y", "--missing=drop", "--quiet"]);
    contains(
        &failure(&["predict", &plain, &new, "--missing=mean"], 1),
        &["no mean", "--missing mean"],
    );
}

#[test]
fn files_that_are_no_models_are_told_apart() {
    let (_folder, path) = saved(&["data/diabetes.csv", "--target=progression", "--quiet"]);
    let good = std::fs::read_to_string(&path).expect("the model");
    let said = |content: &str| {
        let (_folder, path) = file("model.json", content);
        failure(&["predict", &path, "data/diabetes.csv"], 1)
    };
    contains(&said(&good[..good.len() / 2]), &["ends too early"]);
    contains(
        &said(&good.replacen("\"format_version\": 1", "\"format_version\": 9", 1)),
        &["version 9", "reads version 1"],
    );
    contains(&said("{\"a\": 1}"), &["not a model file", "--save"]);
    contains(&said("age,sex\n1,2\n"), &["not a model file"]);
    contains(&said(""), &["not a model file"]);
    contains(&said(&good.replacen("\"s6\"", "\"s7\"", 1)), &["damaged"]);
    let mut value: Value = serde_json::from_str(&good).expect("JSON");
    value["model"] = serde_json::json!({});
    contains(&said(&value.to_string()), &["damaged"]);
}

#[test]
fn a_failed_run_leaves_the_old_file_and_no_other() {
    let (folder, path) = saved(&["data/diabetes.csv", "--target=progression", "--quiet"]);
    let before = std::fs::read(&path).expect("the model");
    failure(
        &[
            "fit",
            "data/diabetes.csv",
            "--target=nothing",
            "--save",
            &path,
        ],
        1,
    );
    assert_eq!(std::fs::read(&path).expect("the model"), before);
    stdout(&[
        "fit",
        "data/diabetes.csv",
        "--target=bmi",
        "--save",
        &path,
        "--quiet",
    ]);
    assert_ne!(std::fs::read(&path).expect("the model"), before);
    let output = folder.path().join("out.csv").display().to_string();
    assert_eq!(
        stdout(&["predict", &path, "data/diabetes.csv", "-o", &output]),
        ""
    );
    let written = std::fs::read_to_string(&output).expect("predictions");
    assert_eq!(column(&written, "prediction").len(), 442);
    let names = std::fs::read_dir(folder.path()).expect("the folder");
    assert_eq!(names.count(), 2);
}

#[test]
fn a_model_is_described_by_its_coefficients() {
    let (_folder, path) = saved(&[
        "data/diabetes.csv",
        "--target=progression",
        "--standardize",
        "--quiet",
    ]);
    let document = json(&["describe", &path, "--json"]);
    let fitted = json(&[
        "fit",
        "data/diabetes.csv",
        "--target=progression",
        "--standardize",
        "--json",
    ]);
    assert_eq!(document["coefficients"], fitted["model"]["coefficients"]);
    assert_eq!(document["scaling"], fitted["model"]["scaling"]);
    assert_eq!(numbers(&document["coefficients"]).len(), 10);
    let table = stdout(&["describe", &path]);
    contains(&table, &["intercept", "bmi", "lambda 0", "442 rows"]);
}
