//! Options of groups of rows.

use std::fmt::Write;

use crate::common::{close, failure, fed, file, json, number, numbers, spoken, text};
use serde_json::Value;

/// Rows of three towns and some years; a town with two rows, one whose `b` does not vary.
fn rows() -> Vec<[String; 6]> {
    let mut rows = Vec::new();
    for i in 0..60_u32 {
        let town = ["Bonn", "Ulm, a. d. Donau", "Kiel"][(i % 3) as usize];
        let year = 2001 + i * 7 % 10;
        let (a, b) = (f64::from(i * 37 % 23) / 4.0, f64::from(i * 17 % 19));
        let y = 3.0 + 0.5 * a - 0.25 * b + f64::from(i * 31 % 11) / 8.0 + f64::from(year % 3);
        let numbers = [
            year.to_string(),
            a.to_string(),
            b.to_string(),
            y.to_string(),
        ];
        let weight = (i % 4).to_string();
        let [year, a, b, y] = numbers;
        rows.push([town.to_owned(), year, a, b, y, weight]);
    }
    for (b, y) in [("1", "2"), ("2", "3")] {
        rows.push(["Pau", "2001", "1.5", b, y, "1"].map(str::to_owned));
    }
    for i in 0..6 {
        let (a, y) = (i.to_string(), (i * i).to_string());
        rows.push([
            "Ys".to_owned(),
            "2001".to_owned(),
            a,
            "0.1".to_owned(),
            y,
            "2".to_owned(),
        ]);
    }
    rows
}

const HEADER: &str = "town,year,a,b,y,w\n";

fn csv(rows: &[[String; 6]]) -> String {
    let mut text = HEADER.to_owned();
    for [town, year, a, b, y, w] in rows {
        writeln!(text, "\"{town}\",{year},{a},{b},{y},{w}").expect("a text");
    }
    text
}

fn group<'a>(document: &'a Value, key: &[&str]) -> &'a Value {
    let groups = document["groups"].as_array().expect("groups");
    let found = groups
        .iter()
        .find(|group| group["key"] == serde_json::json!(key));
    found.unwrap_or_else(|| panic!("no group {key:?} in {document}"))
}

#[test]
fn a_model_per_key_is_the_fit_of_its_rows() {
    let rows = rows();
    let (_folder, path) = file("rows.csv", csv(&rows));
    for more in [
        &["--weights=w"][..],
        &["--exclude=w"],
        &["--exclude=w", "--no-intercept"],
        &["--exclude=w", "--lambda=0.1"],
    ] {
        let base = ["fit", &path, "--target=y", "--json"];
        let document = json(&[&base[..], more, &["--by=town"]].concat());
        assert_eq!(document["schema"], "elltwo.groups/1");
        assert_eq!(
            document["design_columns"],
            serde_json::json!(["year", "a", "b"])
        );
        let keys: Vec<&Value> = document["groups"]
            .as_array()
            .expect("groups")
            .iter()
            .map(|g| &g["key"][0])
            .collect();
        assert_eq!(keys, ["Bonn", "Kiel", "Pau", "Ulm, a. d. Donau", "Ys"]);
        for town in ["Bonn", "Ulm, a. d. Donau"] {
            let own: Vec<_> = rows.iter().filter(|row| row[0] == town).cloned().collect();
            let (_folder, part) = file("part.csv", csv(&own));
            let alone = json(
                &[
                    &["fit", &part, "--target=y", "--json", "--features=year,a,b"][..],
                    &more
                        .iter()
                        .copied()
                        .filter(|o| *o != "--exclude=w")
                        .collect::<Vec<_>>(),
                ]
                .concat(),
            );
            let found = group(&document, &[town]);
            assert_eq!(
                found["n_rows"],
                alone["fit"]
                    .get("n_samples")
                    .cloned()
                    .unwrap_or_else(|| found["n_rows"].clone())
            );
            assert_eq!(found["reason"], Value::Null);
            let errors = numbers(&alone["inference"]["std_errors"]);
            for (error, exact) in numbers(&found["std_errors"]).iter().zip(&errors) {
                close(*error, *exact, 1e-10, "a standard error");
            }
            assert_eq!(numbers(&found["std_errors"]).len(), errors.len());
            for (value, exact) in numbers(&found["coefficients"])
                .iter()
                .zip(numbers(&alone["model"]["coefficients"]))
            {
                close(*value, exact, 1e-10, "a coefficient");
            }
            close(
                number(&found["intercept"]),
                number(&alone["model"]["intercept"]),
                1e-10,
                "intercept",
            );
            // Without an intercept R² is about zero, as in the summary; that of the errors is about the mean.
            if more != ["--exclude=w", "--no-intercept"] {
                close(
                    number(&found["r2"]),
                    number(&alone["train"]["r2"]),
                    1e-10,
                    "R²",
                );
            }
        }
    }
}

#[test]
fn groups_that_have_no_model_say_why_and_the_file_has_all_of_them() {
    let (folder, path) = file("rows.csv", csv(&rows()));
    let out = folder.path().join("groups.csv").display().to_string();
    let arguments = [
        "fit",
        &path,
        "--target=y",
        "--features=a,b",
        "--by=town,year",
        "--groups",
        &out,
    ];
    let (printed, said) = spoken(&arguments);
    assert_eq!(said, "");
    assert!(printed.contains("by town, year"), "{printed}");
    let document = json(&[
        "fit",
        &path,
        "--target=y",
        "--features=a,b",
        "--by=town",
        "--json",
    ]);
    let pau = group(&document, &["Pau"]);
    assert_eq!(pau["n_rows"], 2);
    assert_eq!(pau["coefficients"], serde_json::json!([]));
    assert_eq!(pau["intercept"], Value::Null);
    assert_eq!(pau["reason"], "2 rows, and 3 parameters with errors need 4");
    let ys = group(&document, &["Ys"]);
    assert_eq!(ys["reason"], "1 of 2 columns are independent here");
    let written = std::fs::read_to_string(&out).expect("the file");
    let mut lines = written.lines();
    assert_eq!(
        lines.next(),
        Some(
            "town,year,n_rows,(intercept),a,b,std_error (intercept),std_error a,std_error b,r2,reason"
        )
    );
    let document = json(&[
        "fit",
        &path,
        "--target=y",
        "--features=a,b",
        "--by=town,year",
        "--json",
    ]);
    let groups = document["groups"].as_array().expect("groups");
    assert_eq!(lines.count(), groups.len());
    assert!(written.contains("\"Ulm, a. d. Donau\",20"), "{written}");
    // A key may be a feature too, where it is named.
    let both = json(&[
        "fit",
        &path,
        "--target=y",
        "--features=year,a",
        "--by=year",
        "--json",
    ]);
    assert!(
        both["groups"][0]["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("independent"))
    );
    let formula = json(&["fit", &path, "--formula=y ~ a + b", "--by=town", "--json"]);
    assert_eq!(
        group(&formula, &["Bonn"])["n_rows"],
        group(
            &json(&[
                "fit",
                &path,
                "--target=y",
                "--features=a,b",
                "--by=town",
                "--json"
            ]),
            &["Bonn"]
        )["n_rows"]
    );
}

#[test]
fn a_row_without_a_key_is_refused_or_dropped_and_options_that_do_not_fit_are_refused() {
    let with_gap = "g,x,y\na,1,2\n,2,3\na,3,3\na,4,6\nb,1,1\n";
    let (_folder, path) = file("gap.csv", with_gap);
    let base = ["fit", &path, "--target=y", "--by=g"];
    let said = failure(&base, 1);
    assert!(said.contains("line 3") && said.contains("`g`"), "{said}");
    let output = fed(
        &[&[
            "fit",
            "-",
            "--target=y",
            "--by=g",
            "--json",
            "--missing=drop",
            "--quiet",
        ][..]]
        .concat(),
        with_gap.as_bytes(),
    );
    let document: Value = serde_json::from_str(&text(&output.stdout)).expect("JSON");
    assert_eq!(group(&document, &["a"])["n_rows"], 3);
    for wrong in [
        &["--cv=3"][..],
        &["--report=x.html"],
        &["--standardize"],
        &["--robust=hc1"],
        &["--lambda=auto"],
        &["--model=sgd"],
    ] {
        failure(&[&base[..], wrong].concat(), 2);
    }
    failure(&["fit", &path, "--target=y", "--groups=x.csv"], 2);
    let said = failure(&["fit", &path, "--target=y", "--by=town"], 1);
    assert!(said.contains("no column named `town`"), "{said}");
}
