//! Each option changes the fit, and in the right way.
#![allow(clippy::format_collect)] // the text of a file

use crate::common::{close, column, failure, file, json, number, numbers, stdout, with};
use serde_json::{Value, json as value};

const DIABETES: [&str; 4] = ["fit", "data/diabetes.csv", "--target=progression", "--json"];

fn diabetes(more: &[&str]) -> Value {
    json(&with(&DIABETES, more))
}

fn coefficients(document: &Value) -> Vec<f64> {
    numbers(&document["model"]["coefficients"])
}

#[test]
fn features_and_excluded_columns_make_the_design() {
    let chosen = diabetes(&["--features=s5,bmi"]);
    assert_eq!(chosen["data"]["design_columns"], value!(["bmi", "s5"]));
    let others = diabetes(&["--exclude=age,sex,bp,s1,s2,s3,s4,s6"]);
    assert_eq!(coefficients(&chosen), coefficients(&others));
    let category = diabetes(&["--features=bmi,sex", "--categorical=sex"]);
    assert_eq!(category["data"]["levels"], value!({"sex": ["1", "2"]}));
    assert_eq!(category["data"]["design_columns"], value!(["sex=2", "bmi"]));
}

#[test]
fn levels_are_counted_against_the_limit() {
    let arguments = [
        "fit",
        "data/penguins.csv",
        "--target=body_mass_g",
        "--missing=drop",
    ];
    let message = failure(&with(&arguments, &["--max-levels=2"]), 1);
    assert!(message.contains("more than 2 levels"), "{message}");
    stdout(&with(&arguments, &["--max-levels=3"]));
}

#[test]
fn stars_mark_small_p_values() {
    let arguments = ["fit", "data/diabetes.csv", "--target=progression"];
    let plain = stdout(&arguments);
    assert!(!plain.contains('*'), "{plain}");
    let marked = stdout(&with(&arguments, &["--stars"]));
    let of = |name: &str| {
        let mut lines = marked.lines();
        let line = lines.find(|line| line.trim_start().starts_with(name));
        line.map(|line| line.matches('*').count())
    };
    assert_eq!((of("bmi "), of("age ")), (Some(3), Some(0)), "{marked}");
}

#[test]
fn every_optimizer_runs_under_its_name_and_goes_down() {
    let least = number(&diabetes(&[])["train"]["mse"]);
    let names = [
        "sgd", "momentum", "nesterov", "rmsprop", "adam", "adagrad", "saga",
    ];
    let mut seen = Vec::new();
    for name in names {
        let document = diabetes(&["--model=sgd", "--optimizer", name, "--epochs=100"]);
        let found = document["fit"]["solver"]
            .as_str()
            .expect("a name")
            .to_lowercase();
        assert_eq!(found, name);
        let mse = number(&document["train"]["mse"]);
        assert!(
            least <= mse && mse < 1.05 * least,
            "{name}: {mse} and {least}"
        );
        assert!(
            !seen.contains(&coefficients(&document)),
            "{name} is another"
        );
        seen.push(coefficients(&document));
    }
}

#[test]
fn epochs_batch_step_and_seed_are_those_of_sgd() {
    let base = ["--model=sgd", "--epochs=3"];
    let three = diabetes(&base);
    assert_eq!(three["fit"]["epochs"], 3);
    assert!(
        three["fit"]["termination"]
            .as_str()
            .is_some_and(|t| t.contains('3')),
        "{}",
        three["fit"]
    );
    let warnings = three["fit"]["warnings"].to_string();
    assert!(
        warnings.contains("had not converged") && warnings.contains("epochs"),
        "{warnings}"
    );

    // One batch of all rows: a step an epoch, which the order of the rows cannot change.
    let full = with(&base, &["--batch=442"]);
    let seeds = ["--seed=1", "--seed=2"].map(|seed| diabetes(&with(&full, &[seed])));
    compare_loosely(&coefficients(&seeds[0]), &coefficients(&seeds[1]));
    let small = ["--seed=1", "--seed=2"].map(|seed| diabetes(&with(&base, &[seed])));
    assert_ne!(coefficients(&small[0]), coefficients(&small[1]));
    assert_ne!(coefficients(&seeds[0]), coefficients(&small[0]));

    // A step of next to nothing leads next to nowhere.
    let still = diabetes(&with(&base, &["--step=1e-9"]));
    assert!(coefficients(&still).iter().all(|w| w.abs() < 1e-3));
    assert!(number(&still["train"]["mse"]) > number(&three["train"]["mse"]));
    let message = failure(
        &[
            "fit",
            "data/diabetes.csv",
            "--target=progression",
            "--model=sgd",
            "--step=1e6",
        ],
        1,
    );
    assert!(
        message.contains("diverged") && message.contains("--step"),
        "{message}"
    );
}

fn compare_loosely(a: &[f64], b: &[f64]) {
    assert!(
        a.iter()
            .zip(b)
            .all(|(a, b)| (a - b).abs() <= 1e-6 * (1.0 + a.abs())),
        "{a:?}\n{b:?}"
    );
}

#[test]
fn every_loss_is_the_one_that_is_small() {
    // A quarter of the rows are far above: quantiles differ.
    let rows: String = (0..200)
        .map(|i| {
            let x = i / 4 % 10;
            format!("{x},{}\n", x + if i % 4 == 0 { 40 } else { 0 })
        })
        .collect();
    let (_folder, path) = file("skew.csv", format!("x,y\n{rows}"));
    let of = |loss: &str| {
        json(&[
            "fit",
            &path,
            "--target=y",
            "--model=sgd",
            "--epochs=200",
            "--json",
            "--loss",
            loss,
        ])
    };
    let names = [
        ("squared", "squared"),
        ("absolute", "absolute"),
        ("huber:2", "Huber"),
        ("epsilon-insensitive:0.5", "epsilon-insensitive"),
        (
            "squared-epsilon-insensitive:0.5",
            "squared epsilon-insensitive",
        ),
        ("quantile:0.9", "quantile"),
    ];
    let documents = names.map(|(option, name)| {
        let document = of(option);
        assert_eq!(document["model"]["loss"], name, "{option}");
        document
    });
    let intercept = |document: &Value| number(&document["model"]["intercept"]);
    let [squared, absolute, huber, _, _, upper] = &documents;
    // The mean is 10 above the lower rows, the median on them, the upper decile with the others.
    assert!(
        (intercept(squared) - 10.0).abs() < 1.5,
        "{}",
        intercept(squared)
    );
    assert!(intercept(absolute).abs() < 1.5, "{}", intercept(absolute));
    assert!(intercept(upper) > 30.0, "{}", intercept(upper));
    assert!(intercept(absolute) < intercept(huber) && intercept(huber) < intercept(squared));
    // The parameter counts.
    assert!(intercept(&of("huber:100")) > intercept(huber));
    assert!(intercept(&of("quantile:0.1")) < intercept(upper));
}

#[test]
fn the_penalty_shrinks_and_its_two_scales_agree() {
    let norm = |document: &Value| coefficients(document).iter().map(|w| w * w).sum::<f64>();
    let plain = diabetes(&[]);
    let ridge = diabetes(&["--lambda=0.5"]);
    assert!(norm(&ridge) < norm(&plain));
    let same = diabetes(&["--alpha=221"]);
    assert_eq!(same["model"]["lambda"], 0.5);
    assert_eq!(
        same["model"]["coefficients"],
        ridge["model"]["coefficients"]
    );
    let sgd = diabetes(&[
        "--model=sgd",
        "--optimizer=saga",
        "--epochs=300",
        "--lambda=0.5",
    ]);
    close(
        number(&sgd["train"]["objective"]),
        number(&ridge["train"]["objective"]),
        1e-6,
        "objective",
    );
}

#[test]
fn intervals_widen_with_their_level() {
    let width = |level: &str| {
        let document = diabetes(&["--confidence", level]);
        let (low, high) = (
            &document["inference"]["ci_low"],
            &document["inference"]["ci_high"],
        );
        number(&high[1]) - number(&low[1])
    };
    assert!(width("0.5") < width("0.95") && width("0.95") < width("0.999"));
}

#[test]
fn a_comparison_takes_its_penalties_share_and_seed() {
    let compare = |more: &[&str]| {
        json(&with(
            &[
                "compare",
                "data/diabetes.csv",
                "--target=progression",
                "--json",
            ],
            more,
        ))
    };
    let own = compare(&["--lambdas=0.2,3", "--test-fraction=0.5", "--seed=9"]);
    let ridge: Vec<f64> = own["models"]
        .as_array()
        .expect("models")
        .iter()
        .filter(|model| model["kind"] == "ridge")
        .map(|model| number(&model["lambda"]))
        .collect();
    assert_eq!(ridge, [0.2, 3.0]);
    assert_eq!(own["data"]["n_test"], 221);
    let other = compare(&["--lambdas=0.2,3", "--test-fraction=0.5", "--seed=10"]);
    assert_ne!(own["models"][0]["test"], other["models"][0]["test"]);
}

#[test]
fn files_that_are_asked_for_are_written_and_quiet_prints_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (rows, model, page, out) = (
        path("rows.csv"),
        path("m.json"),
        path("r.html"),
        path("p.csv"),
    );
    let fit = [
        "fit",
        "data/diabetes.csv",
        "--target=progression",
        "--quiet",
    ];
    assert_eq!(
        stdout(&with(
            &fit,
            &["--rows", &rows, "--save", &model, "--report", &page]
        )),
        ""
    );
    assert_eq!(
        stdout(&["predict", &model, "data/diabetes.csv", "-o", &out]),
        ""
    );
    let read = |path: &str| std::fs::read_to_string(path).expect("a file");
    assert_eq!(
        column(&read(&rows), "prediction"),
        column(&read(&out), "prediction")
    );
    let predict = ["predict", &model, "data/diabetes.csv", "--confidence=0.9"];
    assert!(failure(&predict, 2).contains("--interval"));
    assert!(failure(&["describe", &model, "--target=bmi"], 2).contains("is a model"));
    assert_eq!(
        stdout(&["evaluate", &model, "data/diabetes.csv", "--quiet"]),
        ""
    );
    assert_eq!(
        stdout(&[
            "compare",
            "data/diabetes.csv",
            "--target=progression",
            "--quiet"
        ]),
        ""
    );
    assert!(read(&page).ends_with("</html>\n"));
}

#[test]
fn standard_output_takes_one_thing() {
    let fit = ["fit", "data/diabetes.csv", "--target=progression"];
    for (more, said) in [
        (
            &["--rows=-"][..],
            "--rows - is standard output, where the summary is printed: leave it out with --quiet",
        ),
        (
            &["--rows=-", "--json"],
            "where the JSON document is printed: leave out --json",
        ),
        (
            &["--rows=-", "--json", "--quiet"],
            "where the JSON document is printed",
        ),
        (
            &["--save=-"],
            "--save - is standard output, where the summary",
        ),
        (
            &["--report=-", "--rows=-", "--quiet"],
            "--rows - is standard output, where --report is written too",
        ),
    ] {
        let message = failure(&with(&fit, more), 2);
        assert!(message.contains(said), "{message}");
    }
    let rows = stdout(&with(&fit, &["--rows=-", "--quiet"]));
    assert_eq!(rows.lines().count(), 443);
    assert!(rows.starts_with("row,y,prediction"));
}
