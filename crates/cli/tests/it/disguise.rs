//! Meaning of a field's text, by the files of `tests/files/values`: in each `y = 1 + 2 x` for the number that is meant, so
//! that a value read wrong shows in the coefficients. A saved model reads the file as it was trained, without options.

use std::fmt::Write;

use serde_json::Value;

use crate::common::{column, compare, elltwo, failure, file, json, number, numbers, root, text};

/// Without options, the file is refused and these parts are in the message; with options, it is the line.
struct Case {
    file: &'static str,
    options: &'static [&'static str],
    refused: &'static [&'static str],
}

const fn case(
    file: &'static str,
    options: &'static [&'static str],
    refused: &'static [&'static str],
) -> Case {
    Case {
        file,
        options,
        refused,
    }
}

/// Numbers in another notation: an error names line, column, value and options.
const DISGUISED: [Case; 30] = [
    case(
        "decimal_comma",
        &["--delimiter=;", "--decimal", ","],
        &["line 2, column `x`: `1,5`", "1.5 with --decimal ,"],
    ),
    case(
        "decimal_comma_quoted",
        &["--decimal", "x=,"],
        &["line 2, column `x`: `1,5`", "--decimal x=,"],
    ),
    case(
        "exponent_comma",
        &["--decimal", "x=,"],
        &["line 2, column `x`: `1,5e1`", "15 with --decimal ,"],
    ),
    case(
        "thousands_comma",
        &["--thousands", ","],
        &["line 2, column `x`: `1,200`", "--thousands ,"],
    ),
    case(
        "thousands_ambiguous",
        &["--thousands", ","],
        &[
            "line 2, column `x`: `1,200`",
            "1200 with --thousands , or 1.2 with --decimal ,",
            "Say which",
        ],
    ),
    case(
        "thousands_comma_point",
        &["--thousands", ","],
        &["`1,200.50`", "1200.5 with --thousands ,."],
    ),
    case(
        "thousands_point_comma",
        &["--thousands", "x=.", "--decimal", "x=,"],
        &["`1.200,50`", "1200.5 with --decimal , --thousands ."],
    ),
    case(
        "thousands_point",
        &["--thousands", "x=."],
        &["`1.200.000`", "1200000 with --thousands ."],
    ),
    case(
        "thousands_space",
        &["--thousands", "space"],
        &["`1 200`", "1200 with --thousands space"],
    ),
    case(
        "thousands_no_break_space",
        &["--delimiter=;", "--thousands", "space", "--decimal", ","],
        &[
            "line 2, column `x`",
            "1200.5 with --decimal , --thousands space",
        ],
    ),
    case(
        "thousands_narrow_space",
        &["--delimiter=;", "--thousands", "\u{202f}", "--decimal", ","],
        &[
            "line 2, column `x`",
            "1200.5 with --decimal , --thousands space",
        ],
    ),
    case(
        "thousands_thin_space",
        &["--thousands", "space"],
        &["line 2, column `x`", "--thousands space"],
    ),
    case(
        "thousands_apostrophe",
        &["--thousands", "'"],
        &["`1'200.5`", "1200.5 with --thousands \"'\""],
    ),
    case(
        "thousands_low_line",
        &["--thousands", "_"],
        &["`1_200`", "1200 with --thousands _"],
    ),
    case(
        "thousands_indian",
        &["--thousands", ","],
        &["`12,34,567`", "1234567 with --thousands ,"],
    ),
    case(
        "percent",
        &["--percent"],
        &[
            "line 2, column `x`: `5%`",
            "0.05 with --percent",
            "--percent=x",
        ],
    ),
    case(
        "percent_full_width",
        &["--percent=x"],
        &["line 2, column `x`", "0.05 with --percent"],
    ),
    case(
        "dollar",
        &["--strip", "$"],
        &["line 2, column `x`: `$5`", "5 with --strip '$'"],
    ),
    case(
        "dollar_thousands",
        &["--strip", "$", "--thousands", ","],
        &["`$1,234.50`", "1234.5 with --thousands , --strip '$'"],
    ),
    case(
        "euro_after",
        &[
            "--delimiter=;",
            "--strip",
            "€",
            "--decimal",
            ",",
            "--thousands",
            ".",
        ],
        &[
            "line 2, column `x`: `5 €`",
            "5 with --decimal , --thousands . --strip '€'",
        ],
    ),
    case(
        "currency_code_before",
        &["--strip", "USD"],
        &["`USD 5`", "5 with --strip USD"],
    ),
    case(
        "currency_code_after",
        &["--strip", "x=CHF"],
        &["`5 CHF`", "5 with --strip CHF"],
    ),
    case(
        "currency_pounds",
        &["--strip", "£"],
        &["`£5`", "5 with --strip '£'"],
    ),
    case(
        "currency_kr",
        &["--strip", "kr", "--decimal", "x=,", "--thousands", "space"],
        &["column `x`", "--strip kr"],
    ),
    case(
        "parentheses",
        &["--decimal", "."],
        &["`(5)`", "-5 with --decimal ."],
    ),
    case(
        "minus_after",
        &["--decimal", "x=."],
        &["`5-`", "-5 with --decimal ."],
    ),
    case(
        "unit_kg",
        &["--strip", "kg"],
        &["`12 kg`", "12 with --strip kg", "--categorical x"],
    ),
    case(
        "unit_no_space",
        &["--strip", "km/h"],
        &["`12km/h`", "12 with --strip km/h"],
    ),
    case(
        "unit_degrees",
        &["--strip", "°C"],
        &["`12°C`", "12 with --strip"],
    ),
    case(
        "unit_square",
        &["--strip", "m²"],
        &["`12 m²`", "12 with --strip"],
    ),
];

/// Texts that can only be one number: read, with a note.
const SPELLED: [(&str, &str); 10] = [
    (
        "minus_sign",
        "`−1` on line 2 was read as -1; 2 values are spelled like that",
    ),
    ("en_dash", "`–1` on line 2 was read as -1"),
    ("excel_text", "`=\"1\"` on line 2 was read as 1; 3 values"),
    (
        "numpy",
        "`np.float64(1.5)` on line 2 was read as 1.5; 3 values",
    ),
    (
        "python_decimal",
        "`Decimal('1.5')` on line 2 was read as 1.5",
    ),
    ("tensor", "`tensor(1.5)` on line 2 was read as 1.5"),
    ("full_width", "on line 2 was read as 12; 3 values"),
    ("arabic", "on line 2 was read as 12; 3 values"),
    (
        "zero_width",
        "`\\u{200b}12` on line 2 was read as 12; 2 values",
    ),
    // White space around a number is none of it.
    ("no_break_space_around", ""),
];

/// Refused with these options, as without.
const REFUSED: [(&str, &[&str], &[&str]); 25] = [
    (
        "decimal_comma",
        &["--delimiter=;", "--decimal", "."],
        &["line 2, column `x`: `1,5`", "does not fit", "--decimal x=."],
    ),
    (
        "percent_mixed",
        &[],
        &["line 2, column `x`: `5%`", "--percent"],
    ),
    (
        "percent_mixed",
        &["--percent"],
        &["line 3, column `x`: `7` has another unit than `5%`"],
    ),
    (
        "percent_mixed",
        &["--percent=x"],
        &["line 3, column `x`: `7` does not fit", "percent"],
    ),
    (
        "units_mixed",
        &[],
        &["line 3, column `x`: `500 g` has another unit than `12 kg`"],
    ),
    (
        "units_mixed",
        &["--strip", "kg"],
        &["line 3, column `x`: `500 g` does not fit"],
    ),
    (
        "multiples_mixed",
        &[],
        &["line 3, column `x`: `500K` has another unit than `1.2M`"],
    ),
    (
        "unit_words",
        &[],
        &["line 2, column `x`: `12 months`", "--strip months"],
    ),
    (
        "text_among_numbers",
        &[],
        &["line 4, column `x`: `abc` is not a finite number"],
    ),
    (
        "text_among_numbers",
        &["--decimal", "x=."],
        &["line 4, column `x`: `abc`"],
    ),
    (
        "comma_among_numbers",
        &[],
        &[
            "line 4, column `x`: `1,400`",
            "--thousands , or",
            "--decimal ,",
        ],
    ),
    (
        "point_in_commas",
        &["--delimiter=;", "--decimal", ","],
        &["line 4, column `x`: `3.5` does not fit", "--decimal x=."],
    ),
    (
        "group_broken",
        &["--thousands", ","],
        &["line 3, column `x`: `1,20` does not fit", "thousands `,`"],
    ),
    (
        "hexadecimal",
        &[],
        &["line 2, column `x`: `0x1A`", "decimal digits"],
    ),
    (
        "fractions",
        &[],
        &["line 2, column `x`: `1/2`", "decimal digits"],
    ),
    (
        "not_finite",
        &[],
        &["line 3, column `x`: `1e999` is not a finite number"],
    ),
    (
        "date",
        &[],
        &[
            "line 2, column `day`: `2024-03-01` is a date",
            "--date day",
            "--exclude day",
        ],
    ),
    (
        "date_other_order",
        &[],
        &["line 2, column `day`: `01/02/2024`", "YYYY-MM-DD"],
    ),
    (
        "date_other_order",
        &["--date", "day"],
        &["line 2, column `day`: `01/02/2024`", "YYYY-MM-DD"],
    ),
    (
        "date_impossible",
        &["--date", "day"],
        &["line 3, column `day`: `2024-02-30`", "no such day"],
    ),
    (
        "date_zone",
        &["--date", "at"],
        &["line 2, column `at`", "time zone"],
    ),
    (
        "date",
        &["--date", "day:hour"],
        &["line 2, column `day`: `2024-03-01`", "no time of day"],
    ),
    (
        "clock",
        &[],
        &["line 2, column `at`: `12:30`", "--exclude at"],
    ),
    (
        "codes_uneven",
        &[],
        &[
            "line 4, column `g`: `01` has a leading zero",
            "--categorical g",
            "--decimal g=.",
        ],
    ),
    (
        "names_of_rows",
        &[],
        &[
            "column `name` has 30 different texts in 30 rows",
            "line 2",
            "--exclude name",
        ],
    ),
];

fn path(name: &str) -> String {
    let path = root().join("crates/cli/tests/files/values");
    path.join(format!("{name}.csv")).display().to_string()
}

fn fit(file: &str, options: &[&str]) -> Value {
    let mut arguments = vec!["fit", file, "--target=y", "--json"];
    arguments.extend(options);
    json(&arguments)
}

/// The file is `y = 1 + 2 x`.
fn is_line(name: &str, options: &[&str]) -> Value {
    let document = fit(&path(name), options);
    let design = &document["data"]["design_columns"];
    assert_eq!(design, &serde_json::json!(["x"]), "{name} {options:?}");
    compare(
        &numbers(&document["model"]["coefficients"]),
        &[2.0],
        1e-9,
        name,
    );
    let intercept = number(&document["model"]["intercept"]);
    let scale = numbers(&document["inference"]["estimates"])
        .iter()
        .fold(1.0, |a: f64, b| a.max(b.abs()));
    assert!(
        (intercept - 1.0).abs() < 1e-6 * scale,
        "{name}: {intercept}"
    );
    document
}

fn contains(name: &str, message: &str, parts: &[&str]) {
    for part in parts {
        assert!(
            message.contains(part),
            "{name}: `{part}` is not in: {message}"
        );
    }
}

fn refuses(name: &str, options: &[&str], parts: &[&str]) {
    let path = path(name);
    let mut arguments = vec!["fit", &path, "--target=y"];
    arguments.extend(options);
    contains(name, &failure(&arguments, 1), parts);
}

/// A model saved from the file predicts it, and evaluates on it, with no option but the separator of fields.
fn reads_again(name: &str, options: &[&str]) {
    let (_folder, model) = file("model.json", "");
    let csv = path(name);
    let mut arguments = vec!["fit", &csv, "--target=y", "--quiet", "--save", &model];
    arguments.extend(options);
    assert_eq!(
        elltwo(&arguments).output().expect("it runs").status.code(),
        Some(0)
    );
    let delimiter = options
        .iter()
        .filter(|option| option.starts_with("--delimiter"));
    let delimiter: Vec<&str> = delimiter.copied().collect();
    let mut arguments = vec!["predict", &model, &csv, "--quiet"];
    arguments.extend(&delimiter);
    let output = elltwo(&arguments).output().expect("it runs");
    assert_eq!(text(&output.stderr), "", "{name}");
    let content = std::fs::read_to_string(&csv).expect("the file");
    let separator = if delimiter.is_empty() { ',' } else { ';' };
    let last = content.lines().skip(1).map(|line| {
        let (_, y) = line.rsplit_once(separator).expect("two fields");
        y.replace(',', ".").parse().expect("a number")
    });
    let y: Vec<f64> = last.collect();
    let scale = y.iter().fold(1.0, |a: f64, b| a.max(b.abs()));
    let found = column(&text(&output.stdout), "prediction");
    assert_eq!(found.len(), y.len(), "{name}");
    for (found, y) in found.iter().zip(&y) {
        assert!(
            (found - y).abs() < 1e-9 * scale,
            "{name}: {found} and not {y}"
        );
    }
    let mut arguments = vec!["evaluate", &model, &csv, "--json"];
    arguments.extend(&delimiter);
    let rmse = number(&json(&arguments)["metrics"]["rmse"]);
    assert!(rmse < 1e-9 * scale, "{name}: {rmse}");
}

#[test]
fn numbers_in_another_notation_are_refused_with_the_option_that_reads_them() {
    for Case {
        file,
        options,
        refused,
    } in DISGUISED
    {
        // The separator of fields has to be right to see them.
        let delimiter: Vec<&str> = options
            .iter()
            .filter(|o| o.starts_with("--delimiter"))
            .copied()
            .collect();
        refuses(file, &delimiter, refused);
        is_line(file, options);
        reads_again(file, options);
    }
}

#[test]
fn texts_that_can_only_be_one_number_are_read_and_said() {
    for (name, note) in SPELLED {
        let document = is_line(name, &[]);
        let warnings = document["fit"]["warnings"]
            .to_string()
            .replace("\\\\", "\\")
            .replace("\\\"", "\"");
        assert!(warnings.contains(note), "{name}: {warnings}");
        let notes = document["data"]["notes"].as_array().map_or(0, Vec::len);
        assert_eq!(notes, usize::from(!note.is_empty()), "{name}");
        reads_again(name, &[]);
    }
}

#[test]
fn what_does_not_fit_is_an_error_at_the_value() {
    for (name, options, parts) in REFUSED {
        refuses(name, options, parts);
    }
}

#[test]
fn a_stripped_percent_sign_leaves_the_number_as_it_is() {
    let document = fit(&path("percent"), &["--strip", "%"]);
    compare(
        &numbers(&document["model"]["coefficients"]),
        &[0.02],
        1e-9,
        "percent",
    );
}

#[test]
fn columns_may_have_different_notations() {
    let (_folder, path) = file(
        "mixed.csv",
        "price;rate;size;y\n1.200,50;5%;1.5;1\n900;7%;2.5;2\n-1.000,00;9%;3;4\n10;10%;5.25;5\n7;1%;6;8\n",
    );
    let document = fit(
        &path,
        &[
            "--delimiter=;",
            "--thousands",
            "price=.",
            "--decimal",
            "price=,",
            "--percent=rate",
        ],
    );
    let design = &document["data"]["design_columns"];
    assert_eq!(design, &serde_json::json!(["price", "rate", "size"]));
    let description = json(&[
        "describe",
        &path,
        "--json",
        "--delimiter=;",
        "--decimal",
        "price=,",
        "--thousands",
        "price=.",
    ]);
    let columns = description["columns"].as_array().expect("columns");
    assert_eq!(
        (number(&columns[0]["min"]), number(&columns[0]["max"])),
        (-1000.0, 1200.5)
    );
    let note = &description["notes"][0];
    assert_eq!(
        (note["fact"].as_str(), note["column"].as_str()),
        (Some("disguised"), Some("rate"))
    );
}

#[test]
fn targets_and_weights_have_notations_too() {
    let text = "x;y;w\n1;3,5;1 000\n2;5,5;2 000\n3;7,5;1 000\n4;9,5;3 000\n";
    let (_folder, path) = file("target.csv", text);
    let plain = ["fit", &path, "--target=y", "--delimiter=;", "--weights=w"];
    contains(
        "target",
        &failure(&plain, 1),
        &["line 2, column `y`: `3,5`", "--decimal ,"],
    );
    let mut some = plain.to_vec();
    some.extend(["--decimal", "y=,"]);
    contains(
        "weights",
        &failure(&some, 1),
        &["line 2, column `w`: `1 000`", "--thousands space"],
    );
    let document = fit(
        &path,
        &[
            "--delimiter=;",
            "--weights=w",
            "--decimal",
            "y=,",
            "--thousands",
            "w=space",
        ],
    );
    compare(
        &numbers(&document["model"]["coefficients"]),
        &[2.0],
        1e-12,
        "x",
    );
    // Neither is a category, and no option that would make it one is proposed.
    assert!(!failure(&plain, 1).contains("--categorical"));
}

#[test]
fn predictions_compare_and_describe_read_as_fit_does() {
    let mut rows = String::new();
    for i in 0..60 {
        writeln!(rows, "{},{}; {};{i}", i / 7, i % 7, i * i % 11).expect("a string");
    }
    let (folder, path) = file("many.csv", format!("a;b;y\n{rows}"));
    let message = failure(&["compare", &path, "--target=y", "--delimiter=;"], 1);
    contains(
        "compare",
        &message,
        &["line 2, column `a`: `0,0`", "--decimal ,"],
    );
    let compared = json(&[
        "compare",
        &path,
        "--target=y",
        "--delimiter=;",
        "--decimal=,",
        "--json",
    ]);
    assert_eq!(
        compared["data"]["design_columns"],
        serde_json::json!(["a", "b"])
    );
    let model = folder.path().join("model.json").display().to_string();
    let fitted = [
        "fit",
        &path,
        "--target=y",
        "--delimiter=;",
        "--decimal=,",
        "--quiet",
        "--save",
        &model,
    ];
    assert!(elltwo(&fitted).output().expect("it runs").status.success());
    let shown = crate::common::stdout(&["describe", &model]);
    contains("describe", &shown, &["a: read with --decimal a=,"]);
    // Another file may be written otherwise, if that is said; unsaid, a point is no decimal mark of this model.
    let (_folder, plain) = file("plain.csv", "a,b\n1.5,2\n2.25,3\n");
    contains(
        "predict",
        &failure(&["predict", &model, &plain], 1),
        &["line 2, column `a`: `1.5` does not fit"],
    );
    let with_option = crate::common::stdout(&["predict", &model, &plain, "--decimal=."]);
    assert_eq!(with_option.lines().count(), 3);
    let usage = failure(&["describe", &model, "--percent"], 2);
    contains("describe", &usage, &["is a model"]);
}

#[test]
fn marks_that_contradict_each_other_are_a_mistake_of_usage() {
    let path = path("decimal_comma_quoted");
    let base = ["fit", &path, "--target=y"];
    for (options, said) in [
        (
            &["--decimal=,", "--thousands=,"][..],
            "--thousands and --decimal",
        ),
        (&["--decimal=;"], "must be `.` or `,`"),
        (&["--thousands=x"], "must be `,`"),
        (&["--strip="], "must be a text"),
        (&["--date=day:year,mont"], "part of a date"),
        (&["--categorical=x", "--decimal", "x=,"], "cannot be both"),
        (&["--categorical=x", "--date", "x"], "cannot be both"),
    ] {
        let mut arguments = base.to_vec();
        arguments.extend(options);
        contains("usage", &failure(&arguments, 2), &[said]);
    }
    let mut arguments = base.to_vec();
    arguments.extend(["--decimal", "z=,"]);
    contains("unknown", &failure(&arguments, 1), &["no column named `z`"]);
}

#[test]
fn dates_are_days_or_seconds_since_the_first_and_stay_so_in_a_saved_model() {
    let document = fit(&path("date"), &["--date", "day"]);
    compare(
        &numbers(&document["inference"]["estimates"]),
        &[-1.0, 2.0],
        1e-9,
        "days",
    );
    assert!(
        document["fit"]["warnings"]
            .to_string()
            .contains("`day` is the days since 2024-02-28.")
    );
    reads_again("date", &["--date", "day"]);
    let document = fit(&path("date_time"), &["--date", "at"]);
    compare(
        &numbers(&document["inference"]["estimates"]),
        &[1.0, 2.0],
        1e-9,
        "seconds",
    );
    reads_again("date_time", &["--date", "at"]);
    // Days since 1949-01-01: 0, 31, 59.
    let document = fit(&path("date_month"), &["--date", "month"]);
    compare(
        &numbers(&document["inference"]["estimates"]),
        &[1.0, 2.0],
        1e-9,
        "months",
    );
    // Another file begins elsewhere: its first day is not 0.
    let (folder, model) = file("model.json", "");
    let csv = path("date");
    let fitted = [
        "fit",
        &csv,
        "--target=y",
        "--date=day",
        "--quiet",
        "--save",
        &model,
    ];
    assert!(elltwo(&fitted).output().expect("it runs").status.success());
    let later = folder.path().join("later.csv").display().to_string();
    std::fs::write(&later, "day\n2024-03-09\n2024-02-27\n").expect("it is written");
    let predicted = crate::common::stdout(&["predict", &model, &later]);
    compare(
        &column(&predicted, "prediction"),
        &[19.0, -3.0],
        1e-9,
        "later",
    );
    contains(
        "describe",
        &crate::common::stdout(&["describe", &model]),
        &["day: days since 2024-02-28"],
    );
}

#[test]
fn parts_of_dates_are_columns_of_their_own() {
    let mut rows = String::new();
    for i in 0..200 {
        let (year, month, day, hour) = (20 + i / 100, 1 + i % 12, 1 + i % 28, i % 3);
        writeln!(
            rows,
            "20{year:02}-{month:02}-{day:02} {hour:02}:00,{}",
            i * i % 17
        )
        .expect("a string");
    }
    let (folder, path) = file("parts.csv", format!("at,y\n{rows}"));
    let document = fit(&path, &["--date", "at:year,weekday,hour"]);
    let names = document["data"]["design_columns"]
        .as_array()
        .expect("names");
    let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
    assert_eq!(
        names,
        [
            "at.year",
            "at.weekday=Tue",
            "at.weekday=Wed",
            "at.weekday=Thu",
            "at.weekday=Fri",
            "at.weekday=Sat",
            "at.weekday=Sun",
            "at.hour=1",
            "at.hour=2",
        ]
    );
    // 2024-05-14 is a Tuesday; hour 7 was not in the training data.
    let model = folder.path().join("model.json").display().to_string();
    let fitted = [
        "fit",
        &path,
        "--target=y",
        "--date=at:year,weekday,hour",
        "--quiet",
        "--save",
        &model,
    ];
    assert!(elltwo(&fitted).output().expect("it runs").status.success());
    let (_folder, new) = file("new.csv", "at\n2024-05-14 01:30\n");
    let values = numbers(&document["inference"]["estimates"]);
    let predicted = crate::common::stdout(&["predict", &model, &new]);
    let exact = values[0] + 2024.0 * values[1] + values[2] + values[8];
    compare(&column(&predicted, "prediction"), &[exact], 1e-9, "Tuesday");
    let (_folder, unseen) = file("unseen.csv", "at\n2024-05-14 07:30\n");
    let message = failure(&["predict", &model, &unseen], 1);
    contains(
        "unseen",
        &message,
        &["line 2", "`at.hour`", "`7`", "--unseen base"],
    );
    assert!(
        elltwo(&["predict", &model, &unseen, "--unseen=base"])
            .output()
            .expect("it runs")
            .status
            .success()
    );
}

#[test]
fn truth_values_codes_and_ranges_are_categories() {
    for name in ["truth_values", "yes_no"] {
        let document = fit(&path(name), &[]);
        compare(
            &numbers(&document["inference"]["estimates"]),
            &[1.0, 2.0],
            1e-9,
            name,
        );
        assert_eq!(
            document["data"]["notes"][0]["fact"].as_str(),
            Some("indicator"),
            "{name}"
        );
    }
    for (name, levels, fact) in [
        ("codes", &["zip=02134", "zip=10001"][..], Some("codes")),
        ("categories", &["size=26-35", "size=65+"], None),
        ("drive", &["drive=4WD", "drive=AWD"], None),
    ] {
        let document = fit(&path(name), &[]);
        assert_eq!(
            document["data"]["design_columns"],
            serde_json::json!(levels),
            "{name}"
        );
        assert_eq!(
            document["data"]["notes"][0]["fact"].as_str(),
            fact,
            "{name}"
        );
    }
    // Declared, anything is a category, and digits are numbers.
    let document = fit(&path("thousands_ambiguous"), &["--categorical=x"]);
    assert_eq!(
        document["data"]["design_columns"],
        serde_json::json!(["x=1,500", "x=9,900"])
    );
    let document = fit(&path("codes_uneven"), &["--categorical=g"]);
    assert!(
        document["fit"]["warnings"]
            .to_string()
            .contains("`01`, `1`, `1.0`")
    );
    let document = fit(&path("codes_uneven"), &["--decimal", "g=."]);
    assert_eq!(document["data"]["design_columns"], serde_json::json!(["g"]));
    let document = fit(&path("names_of_rows"), &["--categorical=name"]);
    assert_eq!(
        document["data"]["design_columns"].as_array().map(Vec::len),
        Some(29)
    );
}

#[test]
fn names_may_hold_commas_and_equals_signs() {
    let path = path("column_names");
    for (features, names) in [
        (
            &["--features", "income (USD, thousands)"][..],
            &["income (USD, thousands)"][..],
        ),
        (
            &["--features", "\"weight, kg\",a=b"],
            &["a=b", "weight, kg"],
        ),
        (
            &["--features", "a=b", "--features", "\"weight, kg\""],
            &["a=b", "weight, kg"],
        ),
        (
            &["--exclude", "\"weight, kg\",income (USD, thousands)"],
            &["a=b"],
        ),
        (
            &["--exclude", "a=b", "--decimal", "weight, kg=."],
            &["income (USD, thousands)", "weight, kg"],
        ),
    ] {
        let document = fit(&path, features);
        assert_eq!(
            document["data"]["design_columns"],
            serde_json::json!(names),
            "{features:?}"
        );
    }
    // A remedy proposes the name as it can be given.
    let mut rows = String::new();
    for i in 0..30 {
        writeln!(rows, "\"{}th of them\",{i}", i * 7).expect("a string");
    }
    let (_folder, names) = file("names.csv", format!("\"the name, full\",y\n{rows}"));
    let message = failure(&["fit", &names, "--target=y"], 1);
    contains("names", &message, &["'\"the name, full\"'"]);
}
