//! The page of `--report`: whole, and by itself.
#![allow(clippy::format_collect)] // the text of a file

use crate::common::pages::{plots, report};
use crate::common::{AUTO, failure, fed, file, json, root, text, with};

/// Rows of AUTO that are used.
const N: usize = 392;
const DIABETES: [&str; 3] = ["fit", "data/diabetes.csv", "--target=progression"];

/// The values of an attribute.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    page.match_indices(&start)
        .map(|(at, _)| {
            let rest = &page[at + start.len()..];
            rest.split('"').next().unwrap_or_default()
        })
        .collect()
}

/// Nothing in the page leads elsewhere.
fn stands_alone(page: &str) {
    for name in [
        "src",
        "href",
        "srcset",
        "data",
        "action",
        "poster",
        "xlink:href",
    ] {
        for value in attributes(page, name) {
            assert!(
                value.starts_with("data:") || value.starts_with('#'),
                "{name}={value}"
            );
        }
    }
    for part in [
        "http:", "https:", "url(", "@import", "<script", "<iframe", "<object", "<embed",
    ] {
        assert!(!page.contains(part), "{part}");
    }
}

fn in_order(page: &str, parts: &[&str]) {
    let mut rest = page;
    for part in parts {
        let at = rest.find(part);
        rest = &rest
            [at.unwrap_or_else(|| panic!("`{part}` is not in the page, or not in its place"))..];
    }
}

#[test]
fn a_page_has_every_part_and_every_plot_its_marks() {
    let (_folder, _path, page) = report(&with(&AUTO, &["--cv=loo", "--lambdas=0,0.001,0.01,0.1"]));
    stands_alone(&page);
    in_order(
        &page,
        &[
            "<!DOCTYPE html>",
            "Content-Security-Policy",
            "Regression of mpg</h1>",
            "Least squares: mpg explained by 8 columns, from 392 of 397 rows of data/auto_mpg.csv",
            "<dt>R²</dt><dd>0.824</dd>",
            "<dt>Predicted R²</dt><dd>0.814</dd>",
            "<dt>RMSE, rows left out one by one</dt><dd>3.36",
            "Warnings</h2>",
            "--robust hc3",
            "--formula 'log(mpg) ~ cylinders + ",
            "href=\"#residuals\"",
            "5 of 397 rows were left out",
            "href=\"#data\"",
            "origin is a category; the base is 1",
            ">Errors\" tabindex",
            "PRESS",
            "refined Cholesky",
            "<th scope=\"row\">(intercept)</th><td>-17.95</td>",
            "Base: origin=1; coefficients of other levels are differences from it.",
            "Each term is tested",
            "<section id=\"residuals\">",
            "Breusch–Pagan (Koenker)",
            "Influential rows</h2>",
            "<th scope=\"col\">car_name</th>",
            "<th scope=\"row\">buick estate wagon (sw)</th><td>13</td><td>15</td>",
            "Collinearity</h2>",
            "Above 10: cylinders, displacement, weight.",
            "Cross-validation</h2>",
            "smallest",
            "elltwo fit data/auto_mpg.csv --target=mpg",
            "</html>",
        ]
        .map(|part| part.trim_start_matches('>')),
    );
    let expected = [
        (
            "Predicted vs observed: predicted mpg against observed mpg",
            N + 3,
        ),
        // One for each column, and one in the legend.
        ("Coefficients: per standard deviation of the feature", 8 + 1),
        (
            "Residuals vs fitted: residual mpg against fitted mpg",
            N + 3,
        ),
        (
            "Normal Q-Q: studentized residual against normal quantile",
            N + 3,
        ),
        (
            "Scale-location: √|studentized residual| against fitted mpg",
            N + 3,
        ),
        (
            "Residuals vs leverage: studentized residual against leverage",
            N + 3,
        ),
        (
            "Cross-validation: mean squared error on unseen rows against λ",
            3 + 1,
        ),
    ];
    let expected = expected.map(|(title, circles)| (title.to_owned(), circles));
    assert_eq!(plots(&page), expected);
    assert_eq!(
        attributes(&page, "role")
            .iter()
            .filter(|r| **r == "img")
            .count(),
        7
    );
}

#[test]
fn sgd_has_its_learning_curve_and_the_plots_that_need_no_leverage() {
    let options = [
        "--model=sgd",
        "--loss=huber",
        "--epochs=12",
        "--test-fraction=0.25",
        "--seed=3",
    ];
    let (_folder, _path, page) = report(&with(&AUTO, &options));
    stands_alone(&page);
    let document = json(&with(&AUTO, &with(&options, &["--json"])));
    let count = |key: &str| {
        usize::try_from(document["data"][key].as_u64().expect("a count")).expect("a count")
    };
    let epochs =
        usize::try_from(document["fit"]["epochs"].as_u64().expect("a count")).expect("a count");
    let found = plots(&page);
    let circles: Vec<usize> = found.iter().map(|plot| plot.1).collect();
    let (train, test) = (count("n_train"), count("n_test"));
    assert_eq!(
        circles,
        [train + 3, test, train + 3, epochs + 1],
        "{found:?}"
    );
    assert!(found[1].0.starts_with("Held-out rows") && found[3].0.starts_with("Learning curve"));
    in_order(
        &page,
        &[
            "SGD, Huber loss",
            "held-out rows",
            "seed 3",
            "held out",
            "<h2>SGD</h2>",
        ],
    );
    assert!(!page.contains("Influential rows"));
}

#[test]
fn rows_are_identified_by_what_else_the_file_says_of_them() {
    // The car's name is no feature, and was not excluded by name either.
    let features = [
        "fit",
        "data/auto_mpg.csv",
        "--target=mpg",
        "--features=weight,horsepower",
        "--missing=drop",
    ];
    let (_folder, _path, page) = report(&features);
    assert!(
        page.contains("<th scope=\"col\">other columns</th>") && page.contains(">vw pickup</th>")
    );
    // Nothing else is there: the numbers of row and line, as in the file of rows.
    let folder = tempfile::tempdir().expect("a folder");
    let rows = folder.path().join("rows.csv").display().to_string();
    let (_folder, _path, page) =
        report(&with(&DIABETES, &["--test-fraction=0.5", "--rows", &rows]));
    assert!(!page.contains("other columns</th>"));
    let rows = std::fs::read_to_string(rows).expect("the rows");
    let (numbers, lines) = (
        crate::common::column(&rows, "row"),
        crate::common::column(&rows, "line"),
    );
    let cook = crate::common::column(&rows, "cooks_distance");
    let first = (0..cook.len())
        .max_by(|a, b| cook[*a].total_cmp(&cook[*b]))
        .expect("a row");
    let cells = format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td>",
        numbers[first], lines[first]
    );
    assert!(page.contains(&cells), "{cells}");
    // Plots call it by the same number.
    assert!(page.contains(&format!("\n{}\n</text>", numbers[first])));
}

#[test]
fn names_are_text_whatever_they_hold() {
    let name = "<script>alert(1)</script>";
    let rows: String = (0..30)
        .map(|i| {
            format!(
                "{},{},\"<img src=x onerror=alert({i})>\",{}\n",
                i,
                if i % 3 == 0 { "<b>\"'&" } else { "plain" },
                (i * i) % 17
            )
        })
        .collect();
    let (_folder, path) = file(
        "a&b<i>.csv",
        format!("{name},\"</style>\",note,\"</title><script>y\"\n{rows}"),
    );
    let (_page, _path, page) =
        report(&["fit", &path, "--target=</title><script>y", "--exclude=note"]);
    stands_alone(&page);
    for part in ["<b>", "<img", "<i>", "</style>,", "<script"] {
        assert!(!page.contains(part), "{part}");
    }
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(page.matches("</title>").count(), 1 + plots(&page).len());
    for part in [
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&lt;img src=x onerror=",
        "a&amp;b&lt;i&gt;.csv",
        "&lt;/style&gt;=plain",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn of_many_rows_the_same_share_is_drawn_every_time_and_it_is_said() {
    let rows: String = (0..20_000)
        .map(|i| {
            format!(
                "{},{},{}\n",
                i % 101,
                i % 97,
                (i % 101) * 2 + (i * 7919) % 53
            )
        })
        .collect();
    let (_folder, path) = file("many.csv", format!("a,b,y\n{rows}"));
    let (_page, _path, page) = report(&["fit", &path, "--target=y"]);
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
    assert_eq!(
        page.matches("4000 of 20000 points are drawn, evenly chosen")
            .count(),
        5
    );
    for (title, circles) in plots(&page) {
        let least = if title.starts_with("Coefficients") {
            3
        } else {
            4000
        };
        assert!((least..=least + 6).contains(&circles), "{title}: {circles}");
    }
    let without_path = |page: &str| {
        page.split("<h2>To reproduce this page")
            .next()
            .map(str::to_owned)
    };
    let (_page, _path, again) = report(&["fit", &path, "--target=y"]);
    assert_eq!(without_path(&page), without_path(&again));
    assert!(page.contains("too small to matter") == page.contains("What to try"));
}

#[test]
fn a_fit_without_a_degree_of_freedom_and_one_of_dependent_columns_have_a_page() {
    let (_a, few) = file("few.csv", "a,b,y\n1,2,1\n2,1,3\n3,5,2\n");
    let (_p, _path, page) = report(&["fit", &few, "--target=y"]);
    stands_alone(&page);
    assert!(page.contains("No degree of freedom is left"));
    let (_b, same) = file("same.csv", "a,b,y\n1,2,1\n2,4,3\n3,6,2\n4,8,5\n5,10,4\n");
    let (_p, _path, page) = report(&["fit", &same, "--target=y"]);
    assert!(page.contains("Not determined by the data") && page.contains("What to try:"));
    let (_c, exact) = file("exact.csv", "a,y\n1,2\n2,4\n3,6\n4,8\n5,10\n");
    let (_p, _path, page) = report(&["fit", &exact, "--target=y"]);
    assert!(page.contains("Essentially perfect fit"));
    // Tests of rounding are not read out.
    assert!(!page.contains("Residuals of neighbouring rows"));
    let (_d, flat) = file("flat.csv", "a,y\n1,2\n2,2\n3,2\n4,2\n5,2\n");
    let (_p, _path, page) = report(&["fit", &flat, "--target=y"]);
    assert!(page.contains("The target does not vary"));
}

#[test]
fn the_page_goes_with_the_document_and_is_whole_or_not_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a report.html");
    std::fs::write(&path, "old").expect("it is written");
    let option = path.display().to_string();
    failure(
        &[
            "fit",
            "data/diabetes.csv",
            "--target=no",
            "--report",
            &option,
        ],
        1,
    );
    assert_eq!(std::fs::read_to_string(&path).expect("the old one"), "old");
    let document = json(&with(&DIABETES, &["--json", "--report", &option]));
    assert_eq!(document, json(&with(&DIABETES, &["--json"])));
    let page = std::fs::read_to_string(&path).expect("the report");
    assert!(page.contains(&format!("--json --report '{option}'</code>")));
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("the folder")
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
    failure(&with(&DIABETES, &["--report=/no/such/folder/r.html"]), 1);

    let bytes = std::fs::read(root().join("data/diabetes.csv")).expect("the data");
    let piped = fed(
        &[
            "fit",
            "-",
            "--target=progression",
            "--quiet",
            "--report",
            &option,
        ],
        &bytes,
    );
    assert!(piped.status.success(), "{}", text(&piped.stderr));
    let page = std::fs::read_to_string(&path).expect("the report");
    assert!(page.contains("rows of standard input."));
}
