//! What shapes a model is said: on the page, in the JSON and in the report.

use crate::common::{json, spoken, stdout, with};
use serde_json::Value;

fn path(name: &str) -> String {
    format!("crates/cli/tests/files/{name}.csv")
}

/// A call of `fit` on a file, and what it must say, or must not.
struct Case {
    file: &'static str,
    options: &'static [&'static str],
    said: &'static [&'static str],
    unsaid: &'static [&'static str],
}

const CASES: [Case; 21] = [
    Case {
        file: "long_integers",
        options: &[],
        said: &[
            "`id`: `9007199254740993` on line 2 has more digits than a number and was read as 9007199254740992; 8 values were",
        ],
        unsaid: &[],
    },
    Case {
        file: "long_integers",
        options: &["--features=x"],
        said: &[],
        unsaid: &["digits"],
    },
    Case {
        file: "weighted",
        options: &["--weights=weight"],
        said: &["Rows count by the weights `weight`: 2 of 7 have weight 0 and do not count."],
        unsaid: &[],
    },
    Case {
        file: "scales_weighted",
        options: &["--weights=w", "--features=a"],
        said: &["Rows count by the weights `w`: 2 of 14"],
        unsaid: &["order of the file"],
    },
    Case {
        file: "weighted",
        options: &["--exclude=weight"],
        said: &[],
        unsaid: &["weights"],
    },
    Case {
        file: "one_level",
        options: &[],
        said: &["`kind` is `plain` in every row and is left out"],
        unsaid: &["leverage"],
    },
    Case {
        file: "alone",
        options: &["--robust=hc3"],
        said: &["The row on line 6 has leverage 1", "HC3", "--robust hc1"],
        unsaid: &[],
    },
    Case {
        file: "alone",
        options: &["--robust=hc2"],
        said: &[
            "The row on line 6 has leverage 1",
            "undefined (NA)",
            "--robust hc1",
        ],
        unsaid: &[],
    },
    Case {
        file: "alone",
        options: &[],
        said: &[
            "The row on line 6 has leverage 1",
            "a column that this row alone decides",
        ],
        unsaid: &["--robust hc1"],
    },
    Case {
        file: "climbing",
        options: &["--robust=hc3"],
        said: &[],
        unsaid: &["leverage 1", "in the order of the file"],
    },
    Case {
        file: "climbing",
        options: &["--cv=3"],
        said: &[
            "Folds are runs of rows in the order of the file.",
            "--seed 1",
        ],
        unsaid: &["λ"],
    },
    Case {
        file: "climbing",
        options: &["--cv=3", "--seed=1"],
        said: &[],
        unsaid: &["in the order of the file"],
    },
    Case {
        file: "climbing",
        options: &["--cv=loo", "--lambda=auto", "--lambdas=1,10,100"],
        said: &[
            "The best λ, 1, is the smallest of those tried",
            "Try smaller ones too",
        ],
        unsaid: &["in the order of the file"],
    },
    Case {
        file: "climbing",
        options: &["--cv=loo", "--lambda=auto", "--lambdas=0,10,100"],
        said: &[],
        unsaid: &["of those tried"],
    },
    Case {
        file: "unrelated",
        options: &["--cv=loo", "--lambda=auto", "--lambdas=0.001,0.1,10"],
        said: &["is the largest of those tried", "Try larger ones too"],
        unsaid: &[],
    },
    Case {
        file: "climbing",
        options: &["--cv=loo", "--lambda=auto"],
        said: &["is the smallest of the grid, where nothing is shrunk"],
        unsaid: &["of those tried"],
    },
    Case {
        file: "unrelated",
        options: &["--lambda=auto"],
        said: &["is the largest of the grid, where nearly all is shrunk"],
        unsaid: &["of those tried"],
    },
    Case {
        file: "constant_target",
        options: &[],
        said: &["The target does not vary: R² is undefined."],
        unsaid: &["copy of the target", "Essentially perfect"],
    },
    Case {
        file: "constant_target",
        options: &["--test-fraction=0.4"],
        said: &["R² is undefined: the target does not vary in the held-out rows."],
        unsaid: &["copy of the target"],
    },
    Case {
        file: "dependent",
        options: &[],
        said: &["Not determined by the data", "fixed"],
        unsaid: &["leverage"],
    },
    Case {
        file: "gaps_drift",
        options: &["--missing=mean", "--test-fraction=0.25", "--seed=3"],
        said: &["of the training rows: standard errors do not account for it."],
        unsaid: &[],
    },
];

#[test]
fn what_shapes_a_fit_is_on_the_page_in_the_json_and_in_the_report() {
    for Case {
        file,
        options,
        said,
        unsaid,
    } in CASES
    {
        let path = path(file);
        let base = with(&["fit", path.as_str(), "--target=y"], options);
        let folder = tempfile::tempdir().expect("a folder");
        let report = folder.path().join("page.html").display().to_string();
        let page = stdout(&base);
        let document = json(&with(&base, &["--json", "--report", &report]));
        let warnings = document["fit"]["warnings"].as_array().expect("warnings");
        let warnings: String = warnings
            .iter()
            .map(|w| w.as_str().unwrap_or_default())
            .collect();
        let html = std::fs::read_to_string(report).expect("a report");
        for part in said {
            assert!(
                page.contains(part),
                "{file} {options:?}: `{part}` is not on {page}"
            );
            assert!(
                warnings.contains(part),
                "{file} {options:?}: `{part}` is not in {warnings}"
            );
            assert!(
                html.contains(part),
                "{file} {options:?}: `{part}` is not in the report"
            );
        }
        for part in unsaid {
            assert!(
                !warnings.contains(part),
                "{file} {options:?}: `{part}` is in {warnings}"
            );
        }
    }
}

/// A model of a file, in a folder that goes with the returned value.
fn model(file: &str, options: &[&str]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let saved = folder.path().join("model.json").display().to_string();
    let path = path(file);
    let base = ["fit", &path, "--target=y", "--quiet", "--save", &saved];
    stdout(&with(&base, options));
    (folder, saved)
}

/// What `predict` says beside its rows.
fn said_of_predictions(model: &str, file: &str, options: &[&str]) -> String {
    let path = path(file);
    spoken(&with(&["predict", model, &path], options)).1
}

#[test]
fn predictions_that_the_data_do_not_determine_are_named() {
    let (_folder, saved) = model("dependent", &[]);
    let said = said_of_predictions(&saved, "dependent_new", &[]);
    assert!(
        said.contains("The rows on lines 3, 5: the training data do not determine"),
        "{said}"
    );
    // As many as are written are the training data's own.
    assert_eq!(said_of_predictions(&saved, "dependent", &[]), "");
    assert_eq!(
        said_of_predictions(&saved, "dependent_new", &["--quiet"]),
        ""
    );
    let intervals = ["--interval=confidence"];
    assert!(said_of_predictions(&saved, "dependent_new", &intervals).contains("lines 3, 5"));
    let scaled = ["--standardize"];
    let (_other, saved) = model("dependent", &scaled);
    assert!(said_of_predictions(&saved, "dependent_new", &[]).contains("lines 3, 5"));
    // A penalty chooses.
    let (_third, saved) = model("dependent", &["--lambda=0.1"]);
    assert_eq!(said_of_predictions(&saved, "dependent_new", &[]), "");
    let (_fourth, saved) = model("climbing", &[]);
    assert_eq!(said_of_predictions(&saved, "climbing", &[]), "");
}

#[test]
fn weights_of_the_training_are_said_where_rows_are_predicted_or_measured() {
    let (_folder, saved) = model("weighted", &["--weights=weight"]);
    assert_eq!(said_of_predictions(&saved, "weighted", &[]), "");
    for kind in ["confidence", "prediction"] {
        let said = said_of_predictions(&saved, "weighted", &["--interval", kind]);
        assert!(said.contains("fitted with the weights `weight`"), "{said}");
        assert_eq!(
            said.contains("one of weight 1"),
            kind == "prediction",
            "{said}"
        );
    }
    let measured = |file: &str| {
        let path = path(file);
        let page = stdout(&["evaluate", &saved, &path]);
        let document = json(&["evaluate", &saved, &path, "--json"]);
        let warnings = document["warnings"].to_string();
        let first = document["warnings"][0]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(page.contains(&first), "{page}");
        warnings
    };
    assert!(measured("weighted").contains("Rows count by the weights `weight`: 2 of 7"));
    assert!(measured("climbing").contains("which this file does not have: every row counts alike"));
}

#[test]
fn rows_whose_target_does_not_vary_have_no_r2() {
    let (_folder, saved) = model("climbing", &[]);
    let path = path("constant_target");
    let document = json(&["evaluate", &saved, &path, "--json"]);
    assert_eq!(document["metrics"]["r2"], Value::Null);
    assert!(
        document["warnings"]
            .to_string()
            .contains("the target does not vary in these rows")
    );
    let page = stdout(&["evaluate", &saved, &path]);
    assert!(
        page.contains("R² is undefined") && page.contains("NA"),
        "{page}"
    );
}
