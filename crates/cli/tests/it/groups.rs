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

/// The columns of `rows`, and an indicator for each town.
fn with_indicators(rows: &[[String; 6]]) -> String {
    let towns = ["Bonn", "Ulm, a. d. Donau", "Kiel", "Pau", "Ys"];
    let mut text = "year,a,b,y,w,t0,t1,t2,t3,t4\n".to_owned();
    for [town, year, a, b, y, w] in rows {
        let flags: Vec<&str> = towns
            .iter()
            .map(|other| if other == town { "1" } else { "0" })
            .collect();
        writeln!(text, "{year},{a},{b},{y},{w},{}", flags.join(",")).expect("a text");
    }
    text
}

#[test]
fn an_absorbed_effect_is_an_indicator_for_each_group() {
    let mut rows = rows();
    rows.push(["Einöd", "2003", "2", "3", "99", "2"].map(str::to_owned));
    let (folder, path) = file("rows.csv", csv(&rows));
    let alone = rows.pop();
    assert!(alone.is_some());
    let (_folder, wide) = file("wide.csv", with_indicators(&rows));
    let effects = folder.path().join("effects.csv").display().to_string();
    for robust in [&[][..], &["--robust=hc1"], &["--weights=w"]] {
        let found = json(
            &[
                &[
                    "fit",
                    &path,
                    "--target=y",
                    "--features=a,b",
                    "--absorb=town",
                    "--json",
                    "--effects",
                    &effects,
                ][..],
                robust,
            ]
            .concat(),
        );
        let exact = json(
            &[
                &[
                    "fit",
                    &wide,
                    "--target=y",
                    "--features=a,b,t0,t1,t2,t3,t4",
                    "--no-intercept",
                    "--json",
                ][..],
                robust,
            ]
            .concat(),
        );
        assert_eq!(found["model"]["fit_intercept"], false);
        assert_eq!(found["inference"]["terms"], serde_json::json!(["a", "b"]));
        assert_eq!(found["formula"], "y ~ a + b | town");
        assert_eq!(
            found["data"]["absorbed"],
            serde_json::json!({"column": "town", "n_groups": 6, "n_singletons": 1})
        );
        // A row alone in its group takes the degree of freedom that it brings.
        assert_eq!(
            found["inference"]["df_resid"],
            exact["inference"]["df_resid"]
        );
        close(
            number(&found["inference"]["sigma"]),
            number(&exact["inference"]["sigma"]),
            1e-10,
            "σ",
        );
        for key in ["estimates", "std_errors"] {
            let exact = numbers(&exact["inference"][key]);
            for (found, exact) in numbers(&found["inference"][key]).iter().zip(&exact[..2]) {
                // HC1 counts the row that is alone.
                let tolerance = if robust == ["--robust=hc1"] && key == "std_errors" {
                    0.02
                } else {
                    1e-10
                };
                close(*found, *exact, tolerance, key);
            }
        }
        let written = std::fs::read_to_string(&effects).expect("the file");
        assert!(written.starts_with("town,n_rows,effect\n"), "{written}");
        let exact = numbers(&exact["model"]["coefficients"]);
        let bonn = written.lines().find(|line| line.starts_with("Bonn,"));
        let bonn = bonn.and_then(|line| line.rsplit(',').next());
        close(
            bonn.and_then(|text| text.parse().ok()).expect("a number"),
            exact[2],
            1e-10,
            "an effect",
        );
        assert_eq!(written.lines().count(), 7);
    }
}

#[test]
fn an_absorbed_effect_is_said_and_goes_with_formulas_and_not_with_what_needs_it_elsewhere() {
    let mut rows = rows();
    rows.push(["Einöd", "2003", "2", "3", "99", "2"].map(str::to_owned));
    let (_folder, path) = file("rows.csv", csv(&rows));
    let (printed, _) = spoken(&[
        "fit",
        &path,
        "--target=y",
        "--features=a,b",
        "--absorb=town",
    ]);
    assert!(
        printed.contains("Absorbed: 6 intercepts of town, 1 of one row; R² is within groups.")
            && printed.contains("R² (within)"),
        "{printed}"
    );
    // By a formula, with a category beside it.
    let formula = json(&[
        "fit",
        &path,
        "--formula=y ~ a + C(b)",
        "--absorb=town",
        "--json",
    ]);
    assert_eq!(formula["formula"], "y ~ a + C(b) | town");
    for wrong in [
        &["--cv=3"][..],
        &["--rows=x.csv"],
        &["--save=x.json"],
        &["--report=x.html"],
        &["--no-intercept"],
        &["--lambda=auto"],
        &["--model=sgd"],
        &["--by=year"],
    ] {
        failure(
            &[&["fit", &path, "--target=y", "--absorb=town"][..], wrong].concat(),
            2,
        );
    }
}

#[test]
fn clusters_give_the_standard_errors_of_the_document() {
    let (_folder, path) = file("rows.csv", csv(&rows()));
    let base = ["fit", &path, "--target=y", "--features=a,b", "--json"];
    let of = |more: &[&str]| json(&[&base[..], more].concat());
    let plain = of(&[]);
    let mut all = Vec::new();
    for name in ["cr0", "cr1", "cr2", "cr3"] {
        let robust = format!("--robust={name}");
        let found = of(&["--cluster=year", &robust]);
        assert_eq!(
            found["inference"]["estimates"],
            plain["inference"]["estimates"]
        );
        assert_eq!(found["data"]["clusters"], serde_json::json!(["year"]));
        let errors = numbers(&found["inference"]["std_errors"]);
        assert!(!all.contains(&errors));
        all.push(errors);
        let two = of(&["--cluster=year,town", &robust]);
        assert!(
            two["inference"]["covariance"]
                .as_str()
                .is_some_and(|text| text.contains("10 and 5 clusters")),
            "{two}"
        );
    }
    // CR0 by its definition, and CR1 by its factor.
    assert_eq!(
        of(&["--cluster=year"])["inference"]["std_errors"],
        of(&["--cluster=year", "--robust=cr1"])["inference"]["std_errors"]
    );
    let factor = (10.0 / 9.0 * (67.0 / 65.0_f64)).sqrt();
    for (one, zero) in all[1].iter().zip(&all[0]) {
        close(*one, factor * zero, 1e-12, "CR1");
    }
    let absorbed = of(&["--absorb=town", "--cluster=town", "--robust=cr2"]);
    assert_eq!(numbers(&absorbed["inference"]["std_errors"]).len(), 2);
    // A cluster column may be a feature as well.
    let both = json(&[
        "fit",
        &path,
        "--formula=y ~ a + year",
        "--cluster=year",
        "--json",
    ]);
    assert_eq!(
        both["inference"]["terms"],
        serde_json::json!(["intercept", "a", "year"])
    );
    let (printed, _) = spoken(&[
        "fit",
        &path,
        "--target=y",
        "--features=a",
        "--cluster=town",
        "--robust=cr2",
    ]);
    assert!(printed.contains("clustered CR2 (5 clusters)"), "{printed}");
    for wrong in [
        &["--robust=cr1"][..],
        &["--cluster=year", "--robust=hc1"],
        &["--cluster=town,year,b"],
        &["--cluster=town", "--model=sgd"],
    ] {
        failure(&[&base[..], wrong].concat(), 2);
    }
    let said = failure(
        &[&base[..], &["--cluster=w", "--absorb=town", "--robust=cr3"]].concat(),
        1,
    );
    assert!(said.contains("hold each absorbed group whole"), "{said}");
}
