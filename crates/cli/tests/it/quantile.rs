//! Exact fits of losses with a kink.

use serde_json::Value;

use crate::common::{elltwo, failure, file, json, number, numbers, stdout, text};

const ENGEL: [&str; 3] = ["fit", "data/engel.csv", "--target=foodexp"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&ENGEL, more].concat()
}

#[track_caller]
fn close(found: &Value, expected: f64) {
    let found = number(found);
    assert!(
        (found - expected).abs() <= 1e-8 * expected.abs(),
        "{found} {expected}"
    );
}

#[track_caller]
fn contains(message: &str, words: &[&str]) {
    for word in words {
        assert!(message.contains(word), "{word}: {message}");
    }
}

#[test]
fn quantiles_have_the_coefficients_and_errors_of_quantreg() {
    // R, quantreg 5.94: summary(rq(foodexp ~ income, tau = 0.5), se = "ker").
    let document = json(&with(&[
        "--loss=quantile:0.5",
        "--quantiles=0.1,0.9",
        "--json",
    ]));
    assert_eq!(document["model"]["kind"], "exact");
    assert_eq!(document["model"]["loss"], "quantile");
    close(&document["model"]["quantile"], 0.5);
    close(&document["model"]["intercept"], 81.482_247_416_936_22);
    close(
        &document["inference"]["std_errors"][0],
        30.215_315_852_779_35,
    );
    close(
        &document["inference"]["std_errors"][1],
        0.037_317_035_452_743_52,
    );
    assert!(number(&document["fit"]["duality_gap"]) < 1e-10);
    assert_eq!(document["fit"]["is_unique"], true);
    assert_eq!(
        document["fit"]["termination"]
            .as_str()
            .map(|t| t.starts_with("converged")),
        Some(true)
    );
    let fan = document["quantiles"].as_array().expect("quantiles");
    close(&fan[0]["coefficients"][0], 0.401_765_759_303_480_5);
    close(&fan[1]["intercept"], 67.350_872_080_129_75);
    let shown = stdout(&with(&[
        "--loss=quantile:0.5",
        "--quantiles=0.1,0.9",
        "--confidence=0.9",
    ]));
    for words in [
        "Exact minimum of the quantile loss: foodexp",
        "kernel sandwich",
        "90 % lower",
        "τ = 0.9",
        "0.0373170",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}

#[test]
fn the_exact_minimum_is_below_that_of_sgd_and_is_what_a_loss_with_a_kink_takes() {
    for loss in [
        "--loss=absolute",
        "--loss=quantile:0.9",
        "--loss=epsilon-insensitive:20",
    ] {
        let objective = |more: &[&str]| {
            let document = json(&with(&[&[loss, "--json"], more].concat()));
            let gap = number(&document["fit"]["duality_gap"]);
            (number(&document["train"]["objective"]), gap)
        };
        let ((exact, gap), (descent, bound)) =
            (objective(&[]), objective(&["--model=sgd", "--epochs=300"]));
        assert!(
            gap <= 1e-12 * exact && descent >= exact * (1.0 - 1e-12),
            "{loss}: {exact} {descent}"
        );
        assert!(
            descent - bound <= exact * (1.0 + 1e-12) && descent < 1.02 * exact,
            "{loss}: {exact} {descent}"
        );
        let (named, _) = objective(&["--model=exact"]);
        assert_eq!(named, exact);
    }
}

#[test]
fn a_penalty_weights_and_formulas_count() {
    let plain = json(&with(&["--loss=absolute", "--json"]));
    let shrunk = json(&with(&["--loss=absolute", "--lambda=100", "--json"]));
    let slope = |document: &Value| numbers(&document["model"]["coefficients"])[0];
    assert!(slope(&shrunk) < slope(&plain) && slope(&shrunk) > 0.0);
    assert_eq!(shrunk["inference"]["std_errors"][1], Value::Null);
    let formula = json(&[
        "fit",
        "data/engel.csv",
        "--formula=log(foodexp) ~ log(income)",
        "--loss=quantile:0.5",
        "--json",
    ]);
    assert!((slope(&formula) - 0.88).abs() < 0.02, "{}", slope(&formula));
    let (_folder, path) = file("w.csv", "x,y,w\n1,1,1\n2,2,1\n3,3,1\n4,50,0\n5,5,2\n");
    let weighted = json(&[
        "fit",
        &path,
        "--target=y",
        "--weights=w",
        "--loss=absolute",
        "--json",
    ]);
    assert!((slope(&weighted) - 1.0).abs() < 1e-12);
}

#[test]
fn an_exact_model_is_saved_and_predicts() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("median.json").display().to_string();
    let save = format!("--save={path}");
    stdout(&with(&["--loss=quantile:0.9", "--quiet", &save]));
    let output = elltwo(&["predict", &path, "data/engel.csv"])
        .output()
        .expect("it runs");
    let predictions = text(&output.stdout);
    let first = predictions
        .lines()
        .nth(1)
        .and_then(|line| line.rsplit(',').next());
    let first: f64 = first.and_then(|v| v.parse().ok()).expect("a prediction");
    assert!(
        (first - (67.350_872_080_129_75 + 0.686_299_480_371_905_4 * 420.157_650_843_928)).abs()
            < 1e-8
    );
    assert_eq!(json(&["describe", &path, "--json"])["kind"], "exact");
    let message = failure(
        &["predict", &path, "data/engel.csv", "--interval=prediction"],
        1,
    );
    contains(&message, &["a model of kind exact has no intervals"]);
}

#[test]
fn what_does_not_go_with_a_loss_is_refused() {
    for (options, words) in [
        (&["--loss=huber:2"][..], "--loss Huber:2 needs --model sgd"),
        (
            &["--loss=absolute", "--model=ridge"],
            "--loss absolute needs --model exact",
        ),
        (&["--model=exact"], "--model exact needs --loss"),
        (
            &["--loss=absolute", "--robust=hc3"],
            "--robust needs --model ridge",
        ),
        (
            &["--loss=absolute", "--epochs=3"],
            "--epochs needs --model sgd",
        ),
        (
            &["--loss=absolute", "--quantiles=0.5"],
            "--quantiles needs --loss quantile",
        ),
        (&["--quantiles=0.5"], "--quantiles needs --loss quantile"),
        (&["--loss=quantile:1.5"], "quantile = 1.5"),
    ] {
        contains(&failure(&with(options), 2), &[words]);
    }
}
