//! What is wrong is said in a sentence with file, line, column, value and remedy; the exit code tells whose mistake it is.

use std::fmt::Write as _;

use crate::common::{elltwo, failure, fed, file, refused, root};

/// Fits a file of this content and returns what is said.
fn said(name: &str, content: impl AsRef<[u8]>, more: &[&str]) -> String {
    let (_folder, path) = file(name, content);
    let mut arguments = vec!["fit", &path, "--target=y"];
    arguments.extend(more);
    failure(&arguments, 1)
}

fn contains(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn a_file_that_is_not_there_or_not_a_file() {
    contains(
        &failure(&["fit", "no_such.csv", "--target=y"], 1),
        &["no_such.csv", "no such file"],
    );
    contains(
        &failure(&["fit", "data", "--target=y"], 1),
        &["data is a directory"],
    );
    contains(
        &failure(&["describe", "no_such.csv"], 1),
        &["no_such.csv", "no such file"],
    );
    contains(
        &failure(&["predict", "no.json", "data/diabetes.csv"], 1),
        &["no.json"],
    );
}

#[test]
fn a_binary_file() {
    let bytes: Vec<u8> = (0..=u8::MAX).map(|i| i.wrapping_mul(151) | 0x80).collect();
    contains(
        &said("binary.csv", bytes, &[]),
        &["line 1", "not UTF-8", "Is it a CSV file?"],
    );
    let mut damaged = vec![0x1F, 0x8B, 8, 0];
    damaged.extend([0xFF; 40]);
    contains(
        &said("damaged.csv.gz", damaged, &[]),
        &["damaged.csv.gz", "damaged"],
    );
}

#[test]
fn no_rows() {
    contains(
        &said("empty.csv", "", &[]),
        &["empty.csv is empty", "header"],
    );
    contains(
        &said("header.csv", "a,y\n", &[]),
        &["header.csv", "no data rows"],
    );
    let missing = said("missing.csv", "a,y\nNA,1\n,2\n1,NA\n", &["--missing=drop"]);
    contains(&missing, &["once rows with a missing value are dropped"]);
}

#[test]
fn rows_that_do_not_fit_the_header() {
    let message = said("ragged.csv", "a,b,y\n1,2,3\n1,2\n", &[]);
    contains(
        &message,
        &["ragged.csv, line 3", "2 fields", "has 3", "--delimiter"],
    );
}

#[test]
fn another_delimiter_than_the_one_given_is_suggested() {
    let given = &["--delimiter=,"];
    let message = said("semicolons.csv", "a;b;y\n1;2;3\n", given);
    contains(&message, &["no column named `y`", "--delimiter ';'"]);
    let message = said("tabs.csv", "a\tb\ty\n1\t2\t3\n", given);
    contains(&message, &["--delimiter tab"]);
    let aligned = "18.0   8   307.0\n15.0   8   350.0\n";
    contains(
        &said("aligned.txt", aligned, given),
        &["--delimiter space", "--no-header"],
    );
    // Found without being asked, it is no news; the missing header is.
    let message = said("aligned.txt", aligned, &[]);
    contains(&message, &["no column named `y`", "--no-header"]);
    assert!(!message.contains("--delimiter"), "{message}");
    // No guess where the header is one.
    let message = said("names.csv", "a,b,c\n1,2,3\n", &[]);
    assert!(!message.contains("looks"), "{message}");
}

#[test]
fn lines_before_the_header_are_suspected() {
    let message = said("comments.csv", "# made by hand\nx,y\n1,2\n", &[]);
    contains(&message, &["--comment '#'"]);
    let message = said("title.csv", "Table 1\nx,y\n1,2\n", &["--features=x"]);
    contains(&message, &["no column named `y`"]);
    let (_folder, path) = file("title.csv", "Table 1\nx,y\n1,2\n");
    contains(
        &failure(&["describe", &path], 1),
        &["line 2", "--skip-rows"],
    );
}

#[test]
fn columns_that_are_not_there() {
    let message = failure(&["fit", "data/diabetes.csv", "--target=progresion"], 1);
    contains(&message, &["`progresion`", "Did you mean `progression`?"]);
    for option in [
        "--features=bmj",
        "--exclude=bmj",
        "--categorical=bmj",
        "--weights=bmj",
    ] {
        let message = failure(
            &["fit", "data/diabetes.csv", "--target=progression", option],
            1,
        );
        contains(&message, &["data/diabetes.csv", "`bmj`", "`bmi`"]);
    }
    contains(
        &failure(&["describe", "data/diabetes.csv", "--target=ag"], 1),
        &["`age`"],
    );
}

#[test]
fn a_column_with_two_roles_is_a_mistake_of_the_command_line() {
    let message = failure(
        &[
            "fit",
            "data/diabetes.csv",
            "--target=bmi",
            "--features=age,bmi",
        ],
        2,
    );
    contains(&message, &["`bmi`", "both target and feature"]);
    let message = failure(
        &["fit", "data/diabetes.csv", "--target=bmi", "--weights=bmi"],
        2,
    );
    contains(&message, &["both target and weights"]);
}

#[test]
fn values_that_are_not_numbers() {
    let message = said("text.csv", "a,y\n1,1\n2,2\nthree,3\n", &[]);
    contains(
        &message,
        &["line 4, column `a`", "`three`", "--categorical a", "--na"],
    );
    contains(
        &said("text.csv", "a,y\n1,yes\n2,no\n", &[]),
        &["line 2", "target `y` is `yes`", "0 and 1"],
    );
    contains(
        &said("infinite.csv", "a,y\n1,2\ninf,3\n", &[]),
        &["line 3", "`inf`", "finite"],
    );
}

#[test]
fn missing_values_name_the_first_line_and_the_number_of_rows() {
    let message = said("missing.csv", "a,b,y\n1,2,3\n1,NA,3\n?,2,4\n2,2,5\n", &[]);
    contains(
        &message,
        &[
            "line 3, column `b`",
            "`NA`",
            "2 rows are affected",
            "--missing drop",
            "--missing mean",
        ],
    );
    let message = said(
        "target.csv",
        "a,b,y\n1,2,3\n1,2,NA\n3,2,5\n",
        &["--missing=mean"],
    );
    contains(
        &message,
        &["line 3, column `y`", "not for a target", "--missing drop"],
    );
    assert!(!message.contains("--missing mean"), "{message}");
    let message = said("all.csv", "a,b,y\n1,,3\n2,NA,4\n", &["--missing=mean"]);
    contains(
        &message,
        &["column `b` has no value in any of 2 rows", "--exclude b"],
    );
}

#[test]
fn a_category_without_end() {
    let mut text = "name,a,y\n".to_owned();
    for row in 0..10_000 {
        writeln!(text, "n{row},{},{}", row % 7, row % 11).expect("a string");
    }
    let message = said("names.csv", &text, &[]);
    contains(
        &message,
        &[
            "`name`",
            "more than 1000 levels",
            "line 1002",
            "--exclude name",
            "--max-levels",
        ],
    );
}

#[test]
fn weights_below_zero() {
    let message = said(
        "weights.csv",
        "a,y,w\n1,2,1\n2,3,-1\n3,5,1\n",
        &["--weights=w"],
    );
    contains(
        &message,
        &["line 3, column `w`: `-1`", "at least 0", "other --weights"],
    );
}

#[test]
fn a_solver_that_cannot() {
    let text = "a,b,y\n1,2,1\n2,4,2\n3,6,4\n";
    let message = said("dependent.csv", text, &["--solver=cholesky"]);
    contains(&message, &["Cholesky", "Leave out --solver"]);
    let message = failure(
        &[
            "fit",
            "data/diabetes.csv",
            "--target=progression",
            "--model=sgd",
            "--optimizer=saga",
            "--loss=absolute",
        ],
        1,
    );
    contains(&message, &["without a kink for SAGA"]);
}

#[test]
fn options_that_contradict_each_other_or_their_range() {
    let base = ["fit", "data/diabetes.csv", "--target=progression"];
    let cases: [(&[&str], &str); 18] = [
        (
            &["--lambda", "-1"],
            "'--lambda <L|auto>': must be a finite number of at least 0",
        ),
        (&["--lambda=best"], "auto"),
        (&["--alpha=1", "--lambda=1"], "cannot be used"),
        (&["--confidence=1"], "strictly between 0 and 1"),
        (&["--test-fraction=0"], "strictly between 0 and 1"),
        (&["--cv=1"], "at least 2"),
        (&["--lambdas=1,2"], "--cv"),
        (&["--epochs=5"], "--model sgd"),
        (&["--loss=huber"], "--model sgd"),
        (&["--model=sgd", "--robust=hc3"], "--model ridge"),
        (&["--model=sgd", "--confidence=0.9"], "--model ridge"),
        (&["--model=sgd", "--lambda=auto"], "--model ridge"),
        (&["--model=sgd", "--loss=cubic"], "squared"),
        (&["--poly=2"], "single feature"),
        (&["--delimiter=ab"], "one ASCII character"),
        (&["--solver=svd", "--precision=extended"], "--solver qr"),
        (
            &[
                "--features=bmi",
                "--poly=2",
                "--precision=extended",
                "--standardize",
            ],
            "--standardize",
        ),
        (&["--features=bmi", "--exclude=age"], "cannot be used"),
    ];
    for (options, part) in cases {
        let arguments: Vec<&str> = base.iter().chain(options).copied().collect();
        contains(&failure(&arguments, 2), &[part]);
    }
    contains(&failure(&["fit", "data/diabetes.csv"], 2), &["--target"]);
}

#[test]
fn a_file_that_cannot_be_written_stops_before_anything_is_printed() {
    let arguments = [
        "fit",
        "data/diabetes.csv",
        "--target=progression",
        "--save=/no/such/folder/m.json",
    ];
    contains(&failure(&arguments, 1), &["/no/such/folder/m.json"]);
    let (folder, _) = file("a.csv", "");
    let path = format!("--rows={}", folder.path().display());
    let arguments = ["fit", "data/diabetes.csv", "--target=progression", &path];
    contains(&failure(&arguments, 1), &["is a directory"]);
}

#[test]
fn standard_input_is_named_in_messages() {
    let arguments = ["fit", "-", "--target=y"];
    let message = refused(&fed(&arguments, b"a,y\n1,2\nx,3\n"), 1, &arguments);
    contains(&message, &["standard input, line 3"]);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = elltwo(&["fit", "data/diabetes.csv", "--target=progression", "--json"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    assert!(child.wait().expect("it ends").success());
    assert!(root().join("data").is_dir());
}
