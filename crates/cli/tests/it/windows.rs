//! Windows over the rows of a file.

use std::fmt::Write;

use crate::common::{close, failure, file, json, number, numbers, spoken};
use serde_json::Value;

/// Days with gaps, and values.
fn rows(n: u32) -> Vec<String> {
    (0..n)
        .map(|i| {
            let day = i + i / 5 * 2;
            let (month, day) = (1 + day / 28, 1 + day % 28);
            let x = f64::from(i * 37 % 23) / 4.0;
            let y = 1.5 * x + f64::from(i * 31 % 11) / 8.0 + f64::from(i) / 10.0;
            format!("2024-{month:02}-{day:02},{i},{x},{y}")
        })
        .collect()
}

fn csv(rows: &[String]) -> String {
    let mut text = "date,t,x,y\n".to_owned();
    for row in rows {
        writeln!(text, "{row}").expect("a text");
    }
    text
}

fn position(document: &Value, row: usize) -> &Value {
    &document["windows"][row]
}

fn same(found: &Value, alone: &Value, tolerance: f64) {
    assert_eq!(found["reason"], Value::Null, "{found}");
    close(
        number(&found["intercept"]),
        number(&alone["model"]["intercept"]),
        tolerance,
        "intercept",
    );
    for (key, exact) in [
        ("coefficients", &alone["model"]["coefficients"]),
        ("std_errors", &alone["inference"]["std_errors"]),
    ] {
        let exact = numbers(exact);
        assert_eq!(numbers(&found[key]).len(), exact.len());
        for (found, exact) in numbers(&found[key]).iter().zip(exact) {
            close(*found, exact, tolerance, key);
        }
    }
    close(
        number(&found["r2"]),
        number(&alone["train"]["r2"]),
        tolerance,
        "R²",
    );
}

#[test]
fn every_window_is_the_fit_of_its_rows() {
    let rows = rows(60);
    let (folder, path) = file("days.csv", csv(&rows));
    let out = folder.path().join("windows.csv").display().to_string();
    let base = ["fit", &path, "--target=y", "--features=x", "--json"];
    let alone = |from: usize, to: usize| {
        let (_folder, part) = file("part.csv", csv(&rows[from..to]));
        json(&["fit", &part, "--target=y", "--features=x", "--json"])
    };
    let rolling = json(&[&base[..], &["--rolling=20", "--windows", &out]].concat());
    assert_eq!(rolling["schema"], "elltwo.windows/1");
    assert_eq!(rolling["design_columns"], serde_json::json!(["x"]));
    assert_eq!(rolling["windows"].as_array().map(Vec::len), Some(60));
    assert_eq!(
        position(&rolling, 18)["reason"],
        "19 of the 20 rows of a window"
    );
    assert_eq!(position(&rolling, 30)["line"], 32);
    same(position(&rolling, 30), &alone(11, 31), 1e-10);
    let written = std::fs::read_to_string(&out).expect("the file");
    let header = "row,line,n_rows,(intercept),x,std_error (intercept),std_error x,r2,reason";
    assert_eq!(written.lines().next(), Some(header));
    assert_eq!(written.lines().count(), 61);
    let expanding = json(&[&base[..], &["--expanding"]].concat());
    same(position(&expanding, 40), &alone(0, 41), 1e-10);
    // Two weeks before the first of March 2024: the seventeenth of February.
    let days = json(&[&base[..], &["--rolling-time=date=2w"]].concat());
    assert_eq!(position(&days, 40)["n_rows"], 9);
    same(position(&days, 40), &alone(32, 41), 1e-10);
    assert_eq!(
        days,
        json(&[&base[..], &["--rolling-time=date=336h"]].concat())
    );
    // By numbers; without --features the column of time is none.
    let numbers = json(&[
        "fit",
        &path,
        "--target=y",
        "--exclude=date",
        "--json",
        "--rolling-time=t=8.5",
    ]);
    assert_eq!(numbers["design_columns"], serde_json::json!(["x"]));
    same(position(&numbers, 40), &alone(32, 41), 1e-10);
    let decay = json(&[&base[..], &["--decay=0.9"]].concat());
    let mut text = "x,y,w\n".to_owned();
    for (i, row) in rows[..41].iter().enumerate() {
        let values: Vec<&str> = row.split(',').skip(2).collect();
        writeln!(
            text,
            "{},{:?}",
            values.join(","),
            0.9_f64.powi(40 - i32::try_from(i).expect("few"))
        )
        .expect("a text");
    }
    let (_folder, faded) = file("faded.csv", text);
    same(
        position(&decay, 40),
        &json(&["fit", &faded, "--target=y", "--weights=w", "--json"]),
        1e-9,
    );
    let (printed, _) = spoken(&["fit", &path, "--target=y", "--features=x", "--rolling=20"]);
    assert!(printed.contains("The last 20 of 60 windows"), "{printed}");
}

#[test]
fn windows_that_cannot_be_are_refused() {
    let (_folder, path) = file(
        "days.csv",
        "date,x,y\n2024-01-02,1,2\n2024-01-01,2,3\n2024-01-03,4,4\n",
    );
    let base = ["fit", &path, "--target=y", "--features=x"];
    let said = failure(&[&base[..], &["--rolling-time=date=3d"]].concat(), 1);
    assert!(
        said.contains("row 1 comes before the row above it"),
        "{said}"
    );
    let said = failure(&[&base[..], &["--rolling-time=day=3d"]].concat(), 1);
    assert!(said.contains("no column named `day`"), "{said}");
    for wrong in [
        &["--rolling=0"][..],
        &["--rolling=-1"],
        &["--decay=1"],
        &["--rolling-time=date"],
        &["--rolling=5", "--expanding"],
        &["--rolling=5", "--cv=3"],
        &["--rolling=5", "--by=x"],
        &["--rolling=5", "--lambda=auto"],
        &["--rolling=5", "--model=sgd"],
        &["--windows=x.csv"],
        &["--decay=0.9", "--save=x.json"],
    ] {
        failure(&[&base[..], wrong].concat(), 2);
    }
}
