//! `elltwo describe` of data, `elltwo compare`, help, completions and man pages.

use crate::common::{close, failure, fed, file, json, number, stdout};
use serde_json::Value;

fn find<'a>(document: &'a Value, name: &str) -> &'a Value {
    let columns = document["columns"].as_array().expect("columns");
    columns
        .iter()
        .find(|column| column["name"] == name)
        .expect("the column")
}

#[test]
fn columns_are_described_by_type_range_and_missing_values() {
    let document = json(&["describe", "data/auto_mpg.csv", "--target=mpg", "--json"]);
    assert_eq!(document["schema"], "elltwo.describe/1");
    assert_eq!(document["n_rows"], 397);
    let horsepower = find(&document, "horsepower");
    assert_eq!(
        (&horsepower["type"], &horsepower["missing"]),
        (&"number".into(), &5.into())
    );
    assert_eq!(
        (number(&horsepower["min"]), number(&horsepower["max"])),
        (46.0, 230.0)
    );
    assert_eq!(number(&find(&document, "mpg")["correlation"]), 1.0);
    assert_eq!(find(&document, "car_name")["type"], "text");
    assert_eq!(find(&document, "car_name")["correlation"], Value::Null);

    // The square of the correlation is the R² of the line.
    let fit = json(&[
        "fit",
        "data/auto_mpg.csv",
        "--target=mpg",
        "--features=horsepower",
        "--missing=drop",
        "--json",
    ]);
    let r = number(&horsepower["correlation"]);
    close(r * r, number(&fit["train"]["r2"]), 1e-12, "r²");
    assert!(r < 0.0);
}

#[test]
fn columns_that_are_mixed_empty_or_constant_are_described_all_the_same() {
    let text = b"a,b,c,d\n1,,5,x\n2,NA,5,y\noops,?,5,x\n4,,5,x\n";
    let output = fed(&["describe", "-", "--target=c", "--json"], text);
    let document: Value = serde_json::from_slice(&output.stdout).expect("a document");
    assert_eq!(find(&document, "a")["type"], "mixed");
    assert_eq!(
        find(&document, "a")["text_among_numbers"],
        serde_json::json!(["oops", 4])
    );
    assert_eq!(find(&document, "b")["type"], "empty");
    assert_eq!(find(&document, "b")["missing"], 4);
    let constant = find(&document, "c");
    assert_eq!(number(&constant["standard_deviation"]), 0.0);
    assert_eq!(constant["correlation"], Value::Null);
    assert_eq!(
        find(&document, "d")["levels"],
        serde_json::json!(["x", "y"])
    );
    let (_folder, path) = file("d.csv", text);
    assert!(stdout(&["describe", &path]).contains("`oops` on line 4"));
    assert!(failure(&["describe", &path, "--target=d"], 1).contains("target `d`"));
}

#[test]
fn models_are_compared_on_the_same_rows() {
    let arguments = [
        "compare",
        "data/diabetes.csv",
        "--target=progression",
        "--seed=2",
        "--json",
    ];
    let document = json(&arguments);
    assert_eq!(document["schema"], "elltwo.compare/1");
    let models = document["models"].as_array().expect("models");
    let kinds: Vec<(&str, &str)> = models
        .iter()
        .filter_map(|m| Some((m["kind"].as_str()?, m["loss"].as_str()?)))
        .collect();
    for wanted in [
        ("ridge", "squared"),
        ("sgd", "squared"),
        ("sgd", "Huber"),
        ("exact", "absolute"),
    ] {
        assert!(kinds.contains(&wanted), "{wanted:?}");
    }
    // Least squares has the smallest training error, and is the fit of the same split.
    let mse = |entry: &Value| number(&entry["train"]["mse"]);
    assert!(
        models
            .iter()
            .all(|model| mse(model) >= mse(&models[0]) * (1.0 - 1e-9))
    );
    let fit = json(&[
        "fit",
        "data/diabetes.csv",
        "--target=progression",
        "--test-fraction=0.25",
        "--seed=2",
        "--json",
    ]);
    close(
        mse(&models[0]),
        number(&fit["train"]["mse"]),
        1e-10,
        "train",
    );
    close(
        number(&models[0]["test"]["mse"]),
        number(&fit["test"]["mse"]),
        1e-10,
        "test",
    );
    assert_eq!(document, json(&arguments));
    let table = stdout(&["compare", "data/diabetes.csv", "--target=progression"]);
    assert!(
        table.contains("test RMSE") && table.contains("Huber"),
        "{table}"
    );
}

#[test]
fn every_subcommand_has_help_with_an_example() {
    for command in ["fit", "predict", "evaluate", "describe", "compare"] {
        let help = stdout(&[command, "--help"]);
        assert!(
            help.contains("Examples:") && help.contains(&format!("elltwo {command}")),
            "{help}"
        );
    }
    let help = stdout(&["--help"]);
    assert!(help.contains("Examples:") && help.contains("Exit codes"));
    assert!(stdout(&["--version"]).starts_with("elltwo "));
}

#[test]
fn completions_and_man_pages_know_the_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&["completions", shell]);
        assert!(script.contains("test-fraction"), "{shell}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    stdout(&["man", &folder.path().display().to_string()]);
    let page = std::fs::read_to_string(folder.path().join("elltwo-fit.1")).expect("the page");
    assert!(page.contains("elltwo\\-fit") && page.contains("standardize"));
    let pages = std::fs::read_dir(folder.path())
        .expect("the folder")
        .count();
    assert_eq!(pages, 6);
}
