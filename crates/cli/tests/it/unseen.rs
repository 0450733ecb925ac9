//! Means that stand for missing values and scales are learnt from the rows to train on, and learnt anew in each fold.
#![allow(clippy::format_collect)] // the text of a file

use crate::common::{close, column, file, json, number, stdout, with};
use serde_json::Value;

#[test]
fn folds_learn_scales_and_means_from_their_training_rows_alone() {
    // By rational arithmetic: each fold imputed by means over the others, and `(G + λ diag G) w = c` of their moments, or
    // `(G + Wλ) w = c` without --standardize; left out one by one, with the λ of the sum over all rows.
    let cases = [
        ("scales_drift", "4", "0.5", true, 15.184_697_314_543_872),
        ("scales_drift", "5", "0.1", true, 2.145_304_932_436_525),
        ("scales_drift", "loo", "0.5", true, 22.099_343_144_841_946),
        ("scales_weighted", "3", "0.25", true, 2.328_812_516_505_846),
        (
            "scales_weighted",
            "loo",
            "0.25",
            true,
            2.107_992_687_545_848_6,
        ),
        ("gaps_drift", "4", "0", false, 70.196_528_874_062_42),
        ("gaps_drift", "4", "0.5", true, 78.523_273_041_909_92),
        ("gaps_drift", "loo", "0", false, 54.885_428_571_816_02),
        ("gaps_drift", "loo", "0.5", true, 53.913_909_663_845_51),
    ];
    for (name, cv, lambda, standardize, mse) in cases {
        let path = format!("crates/cli/tests/files/{name}.csv");
        let mut arguments = vec!["fit", &path, "--target=y", "--json", "--missing=mean"];
        arguments.extend(["--cv", cv, "--lambda", lambda]);
        arguments.extend(standardize.then_some("--standardize"));
        arguments.extend((name == "scales_weighted").then_some("--weights=w"));
        let document = json(&arguments);
        close(number(&document["cv"]["mse"][0]), mse, 1e-9, name);
        assert_eq!(document["cv"]["learnt_by_fold"], true);
        // `auto` goes by the same errors.
        arguments.retain(|argument| *argument != "--lambda" && *argument != lambda);
        let grid = format!("0,{lambda},7");
        arguments.extend(["--lambda=auto", "--lambdas", &grid]);
        let chosen = json(&arguments);
        close(number(&chosen["cv"]["mse"][1]), mse, 1e-9, name);
    }
    // Where nothing is learnt, one pass measures the folds.
    let plain = json(&[
        "fit",
        "data/diabetes.csv",
        "--target=progression",
        "--cv=5",
        "--json",
    ]);
    assert_eq!(plain["cv"]["learnt_by_fold"], Value::Null);
}

#[test]
fn rows_held_out_do_not_move_the_mean_that_is_imputed() {
    let rows: String = (0..20)
        .map(|row| match row % 5 {
            2 => format!(",{}\n", row * 2),
            _ => format!("{},{}\n", row * row, row * 2),
        })
        .collect();
    let (folder, path) = file("squares.csv", format!("x,y\n{rows}"));
    let place = |name: &str| folder.path().join(name).display().to_string();
    let (trained, model) = (place("rows.csv"), place("model.json"));
    let fit = [
        "fit",
        &path,
        "--target=y",
        "--missing=mean",
        "--test-fraction=0.3",
        "--seed=4",
    ];
    let document = json(&with(
        &fit,
        &["--json", "--rows", &trained, "--save", &model],
    ));
    assert_eq!(document["data"]["n_test"], 6);
    let lines = column(&std::fs::read_to_string(trained).expect("rows"), "line");
    let values: Vec<f64> = lines
        .iter()
        .map(|line| line - 2.0)
        .filter(|row| row % 5.0 != 2.0)
        .map(|row| row * row)
        .collect();
    assert!(values.len() < 14, "none of the training rows is missing");
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let all = (0..20)
        .filter(|row| row % 5 != 2)
        .map(|row| f64::from(row * row))
        .sum::<f64>()
        / 16.0;
    assert!(
        (mean - all).abs() > 1.0,
        "the split does not tell them apart"
    );
    let saved: Value =
        serde_json::from_str(&std::fs::read_to_string(&model).expect("a model")).expect("JSON");
    close(
        number(&saved["data"]["columns"][0]["number"]["mean"]),
        mean,
        1e-14,
        "mean",
    );
    let note = format!("replaced by the mean {mean:.4}");
    let warnings = document["fit"]["warnings"].to_string();
    assert!(
        warnings.contains(&note[..note.len() - 2]) && warnings.contains("of the training rows"),
        "{note}: {warnings}"
    );
    // A new row without a value is predicted at that mean.
    let (_other, gap) = file("gap.csv", "x\nNA\n");
    let output = crate::common::elltwo(&["predict", &model, &gap, "--missing=mean"]).output();
    let predicted = column(
        &crate::common::text(&output.expect("it runs").stdout),
        "prediction",
    )[0];
    let (intercept, slope) = (
        number(&document["model"]["intercept"]),
        number(&document["model"]["coefficients"][0]),
    );
    close(predicted, intercept + slope * mean, 1e-12, "prediction");
}

#[test]
fn a_comparison_imputes_by_its_training_rows() {
    // The held-out rows hold all that is large: a mean over them would show.
    let path = "crates/cli/tests/files/gaps_drift.csv";
    let compare = [
        "compare",
        path,
        "--target=y",
        "--missing=mean",
        "--lambdas=0",
        "--seed=3",
    ];
    let document = json(&with(&compare, &["--json"]));
    assert!(
        document["data"]["warnings"]
            .to_string()
            .contains("of the training rows")
    );
    let fit = json(&[
        "fit",
        path,
        "--target=y",
        "--missing=mean",
        "--test-fraction=0.25",
        "--seed=3",
        "--json",
    ]);
    let (compared, fitted) = (&document["models"][0], &fit);
    close(
        number(&compared["test"]["mse"]),
        number(&fitted["test"]["mse"]),
        1e-9,
        "held out",
    );
    let text = stdout(&compare);
    assert!(text.contains("of the training rows"), "{text}");
}

#[test]
fn many_rows_left_out_one_by_one_keep_the_scale_of_all_and_say_so() {
    let rows: String = (0..70_000_u64)
        .map(|i| {
            let (a, b) = (i * 7919 % 1009, i * 104_729 % 997);
            format!("{a},{b},{}\n", 2 * a + b + i * 31 % 101)
        })
        .collect();
    let (_folder, path) = file("many.csv", format!("a,b,y\n{rows}"));
    let fit = [
        "fit",
        &path,
        "--target=y",
        "--standardize",
        "--json",
        "--cv=loo",
    ];
    let document = json(&fit);
    assert_eq!(document["cv"]["learnt_by_fold"], false);
    let warnings = document["fit"]["warnings"].to_string();
    assert!(
        warnings.contains("from all rows") && warnings.contains("--cv 10"),
        "{warnings}"
    );
}
