//! Files as they come: encodings, compression, line ends, comments, missing values, files of other kinds. Each is read
//! right, or refused with its place and a remedy. `tests/files/bytes` has them, and `make.py` those that are not text.

use std::fs;

use serde_json::Value;

use crate::common::{close, elltwo, fed, file, json, numbers, refused, root, stdout, text};

const FOLDER: &str = "crates/cli/tests/files/bytes";

/// Right answer for a file.
enum Right {
    /// Rows used; slopes, and the intercept; the facts that are told, by name.
    Fit(usize, &'static [f64], f64, &'static [&'static str]),
    /// Parts of the message, after the path.
    Error(&'static [&'static str]),
}

use Right::{Error, Fit};

/// The line `y = 1 + 2 x`, of which most files hold some points.
const fn line(rows: usize) -> Right {
    Fit(rows, &[2.0], 1.0, &[])
}

const fn told(rows: usize, facts: &'static [&'static str]) -> Right {
    Fit(rows, &[2.0], 1.0, facts)
}

type Case = (&'static str, &'static [&'static str], Right);

const ENCODINGS: &[Case] = &[
    ("utf8_mark.csv", &[], line(4)),
    ("utf8_mark_twice.csv", &[], line(4)),
    ("utf16le_mark.csv", &[], told(4, &["encoding"])),
    ("utf16be_mark.csv", &[], told(4, &["encoding"])),
    ("utf16le.csv", &[], told(4, &["encoding"])),
    ("utf16be.csv", &[], told(4, &["encoding"])),
    ("utf16le.csv", &["--encoding=utf-16"], line(4)),
    ("utf16be.csv", &["--encoding=UTF-16"], line(4)),
    ("utf16le_mark.csv", &["--encoding=latin1"], line(4)),
    (
        "utf16_semicolons_crlf.csv",
        &[],
        told(4, &["encoding", "delimiter"]),
    ),
    (
        "utf16_odd.csv",
        &[],
        Error(&[", line 6: the text is not UTF-16LE"]),
    ),
    (
        "utf16_surrogate.csv",
        &[],
        Error(&[", line 3: the text is not UTF-16LE"]),
    ),
    ("utf32.csv", &[], Error(&[" is text in UTF-32: convert it"])),
    (
        "latin1_header.csv",
        &[],
        Error(&[", line 1: the text is not UTF-8", "--encoding windows-1252"]),
    ),
    (
        "latin1_header.csv",
        &["--encoding=latin1", "--features=größe"],
        line(3),
    ),
    (
        "latin1_header.csv",
        &["--encoding=iso-8859-15", "--features=größe"],
        line(3),
    ),
    (
        "windows1252_value.csv",
        &["--features=x"],
        Error(&[", line 3: the text is not UTF-8"]),
    ),
    (
        "windows1252_value.csv",
        &["--features=x", "--encoding=windows-1252"],
        line(3),
    ),
    (
        "shift_jis.csv",
        &["--features=身長", "--encoding=shift_jis"],
        line(3),
    ),
    (
        "shift_jis.csv",
        &["--encoding=euc-kr", "--features=x"],
        Error(&["no column named `x`"]),
    ),
    (
        "cr.csv",
        &["--encoding=klingon"],
        Error(&["no encoding is named `klingon`", "windows-1252"]),
    ),
    ("cr.csv", &["--encoding=utf-8"], line(4)),
];

const LINES: &[Case] = &[
    ("cr.csv", &[], line(4)),
    ("cr_quoted_lf.csv", &["--features=x"], line(3)),
    ("crlf.csv", &[], line(4)),
    ("cr_cr_lf.csv", &[], line(4)),
    ("cr_no_end.csv", &[], line(4)),
    ("blank_lines.csv", &[], line(3)),
    ("padded.csv", &[], line(3)),
    (
        "ragged.csv",
        &[],
        Error(&[", line 3: 3 fields where the header has 2"]),
    ),
    ("empty.csv", &[], Error(&[" is empty"])),
    ("header_only.csv", &[], Error(&[" has no data rows"])),
    (
        "zero_value.csv",
        &[],
        Error(&[", line 3, column `y`: a byte is zero", "tr -d"]),
    ),
    (
        "zero_padding.csv",
        &[],
        Error(&[", line 6, column `x`: a byte is zero"]),
    ),
    (
        "zero_header.csv",
        &[],
        Error(&[", line 1, column `column_1`: a byte is zero"]),
    ),
    ("zero_width_names.csv", &["--features=x"], line(3)),
    (
        "taken_apart_names.csv",
        &["--features=caf\u{e9} net"],
        line(3),
    ),
    (
        "taken_apart_names.csv",
        &["--features=cafe\u{301} net"],
        line(3),
    ),
    (
        "one_name_twice.csv",
        &[],
        Error(&["two columns are named `caf\u{e9}`"]),
    ),
    (
        "long_value.csv",
        &[],
        Error(&["`aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…`"]),
    ),
    (
        "hidden_value.csv",
        &[],
        Error(&[", line 4, column `x`: `3\\t\\u{1b}[31m\\n\\u{200b}4` is"]),
    ),
];

const COMPRESSED: &[Case] = &[
    ("line.csv.gz", &[], line(4)),
    ("line.csv.bz2", &[], line(4)),
    ("line.csv.xz", &[], line(4)),
    ("line.csv.zst", &[], line(4)),
    ("two.csv.gz", &[], line(4)),
    ("two.csv.bz2", &[], line(4)),
    ("two.csv.xz", &[], line(4)),
    ("two.csv.zst", &[], line(4)),
    (
        "cut.csv.gz",
        &[],
        Error(&["the compressed data are damaged or end too early"]),
    ),
    (
        "cut.csv.bz2",
        &[],
        Error(&["the compressed data are damaged or end too early"]),
    ),
    (
        "cut.csv.xz",
        &[],
        Error(&["the compressed data are damaged or end too early"]),
    ),
    (
        "cut.csv.zst",
        &[],
        Error(&["the compressed data are damaged or end too early"]),
    ),
    ("checksum.csv.zst", &[], Error(&["damaged", "checksum"])),
    ("skippable.csv.zst", &[], line(4)),
    ("named_otherwise.csv", &[], line(4)),
    ("utf16.csv.gz", &[], told(4, &["encoding"])),
    (
        "unclosed.csv.xz",
        &["--features=x"],
        Error(&[", line 3, column `g`: the quote that opens here"]),
    ),
    (
        "twice.csv.gz",
        &[],
        Error(&[" is compressed more than once: decompress it"]),
    ),
];

const FOREIGN: &[Case] = &[
    (
        "book.xlsx",
        &[],
        Error(&[" is an Excel workbook (.xlsx): save the sheet as CSV"]),
    ),
    (
        "book.xls",
        &[],
        Error(&[" is an Excel workbook (.xls)", "save the sheet as CSV"]),
    ),
    (
        "book.ods",
        &[],
        Error(&[" is an OpenDocument spreadsheet (.ods)"]),
    ),
    ("letter.docx", &[], Error(&[" is an Office document"])),
    ("line.zip", &[], Error(&[" is a zip archive: extract"])),
    ("line.tar", &[], Error(&[" is a tar archive: extract"])),
    ("line.tar.gz", &[], Error(&[" is a tar archive: extract"])),
    ("arrays.npz", &[], Error(&[" is arrays of NumPy (.npz)"])),
    ("line.npy", &[], Error(&[" is an array of NumPy (.npy)"])),
    ("line.parquet", &[], Error(&[" is a Parquet file: export"])),
    ("line.arrow", &[], Error(&[" is an Arrow file: export"])),
    ("line.h5", &[], Error(&[" is an HDF5 file"])),
    ("line.sqlite", &[], Error(&[" is an SQLite database"])),
    (
        "line.rds",
        &[],
        Error(&[" is a data file of R (.rds): save the data with write.csv"]),
    ),
    ("line.pdf", &[], Error(&[" is a PDF document"])),
    ("page.html", &[], Error(&[" is an HTML page"])),
    ("table.xls", &[], Error(&[" is an HTML page"])),
    ("line.json", &[], Error(&[" is JSON"])),
    ("line.jsonl", &[], Error(&[" is JSON"])),
    ("line.xml", &[], Error(&[" is an XML document"])),
    ("line.arff", &[], Error(&[" is an ARFF file"])),
    (
        "pointer.csv",
        &[],
        Error(&[" is a pointer of Git LFS", "git lfs pull"]),
    ),
    ("noise.dat", &[], Error(&[" is a binary file"])),
];

const FORMS: &[Case] = &[
    ("semicolons.csv", &[], told(3, &["delimiter"])),
    ("semicolons.csv", &["--delimiter=;"], line(3)),
    (
        "semicolons.csv",
        &["--delimiter=,"],
        Error(&["no column named `y`", "try --delimiter ';'"]),
    ),
    ("tabs.tsv", &[], told(3, &["delimiter"])),
    ("bars.txt", &[], told(3, &["delimiter"])),
    ("aligned.txt", &[], told(3, &["delimiter"])),
    (
        "comma_in_name.csv",
        &["--exclude=note"],
        told(3, &["delimiter"]),
    ),
    ("comma_named_by_target.csv", &["--features=x"], line(3)),
    ("semicolon_in_name.csv", &["--features=x"], line(3)),
    ("sep_semicolon.csv", &[], told(3, &["delimiter"])),
    ("sep_semicolon.csv", &["--delimiter=;"], line(3)),
    (
        "sep_semicolon.csv",
        &["--skip-rows=1"],
        told(3, &["delimiter"]),
    ),
    ("sep_quoted_comma.csv", &[], line(3)),
    ("sep_tab.csv", &[], told(3, &["delimiter"])),
    ("sep_wrong.csv", &["--delimiter=;"], line(3)),
    ("comments.csv", &[], Error(&["try --comment '#'"])),
    ("comments.csv", &["--comment=#"], line(3)),
    (
        "comments_aligned.txt",
        &["--comment=%"],
        told(3, &["delimiter"]),
    ),
    ("preamble_read.csv", &["--skip-rows=2"], line(3)),
    (
        "preamble.csv",
        &["--skip-rows=2"],
        Error(&[", line 5, column `y`: `five` is not a finite number"]),
    ),
    (
        "preamble_read.csv",
        &["--skip-rows=200"],
        Error(&[" is empty"]),
    ),
    (
        "units.csv",
        &[],
        Error(&[
            ", line 2: the target `y` is `(kg)`",
            "--skip-rows-after-header 1",
        ]),
    ),
    ("units.csv", &["--skip-rows-after-header=1"], line(3)),
    ("units.csv", &["--comment=("], line(3)),
    (
        "unclosed_last_line.csv",
        &[],
        Error(&[", line 4, column `y`: the quote that opens here is never closed"]),
    ),
    (
        "unclosed_header.csv",
        &[],
        Error(&[", line 1, column `column_2`: the quote that opens here"]),
    ),
    (
        "unclosed_swallows.csv",
        &["--features=x"],
        Error(&[", line 3, column `note`: the quote that opens here"]),
    ),
    (
        "stray_quotes.csv",
        &["--features=x"],
        Error(&[
            ", line 3, column `note`",
            "ends on line 5 with text after it",
        ]),
    ),
    ("inches.csv", &["--features=x"], line(3)),
    (
        "brackets.csv",
        &["--features=<DATE>", "--target=<Y>"],
        line(3),
    ),
];

const MISSING: &[Case] = &[
    (
        "missing_number.csv",
        &["--missing=drop", "--na=-999"],
        line(3),
    ),
    (
        "missing_number.csv",
        &["--missing=drop", "--na=-9.99e2,x"],
        line(3),
    ),
    (
        "missing_number.csv",
        &["--na=-999"],
        Error(&[", line 3, column `x`: the value is missing (`-999`); 3 rows"]),
    ),
    (
        "missing_excel.csv",
        &["--missing=drop"],
        told(3, &["known_missing", "known_missing"]),
    ),
    (
        "missing_excel.csv",
        &[],
        Error(&[
            ", line 2, column `x`: the value is missing (`#N/A`); 3 rows",
            "--missing drop",
        ]),
    ),
    (
        "missing_excel.csv",
        &["--na-only=#N/A", "--missing=drop"],
        Error(&[", line 5, column `x`: `#DIV/0!`"]),
    ),
    (
        "missing_database.csv",
        &["--missing=drop"],
        told(3, &["known_missing"; 4]),
    ),
    (
        "missing_dashes.csv",
        &["--missing=drop"],
        told(3, &["known_missing"; 3]),
    ),
    (
        "missing_python.csv",
        &["--missing=drop"],
        told(3, &["known_missing"; 3]),
    ),
    (
        "missing_python.csv",
        &["--missing=drop", "--na=None,<NA>,NaT"],
        line(3),
    ),
    ("missing_two.csv", &["--missing=drop", "--na=n.d."], line(3)),
    (
        "missing_two.csv",
        &["--missing=drop", "--na-only=n.d.,NA"],
        Error(&[", line 4, column `x`: `\"\"` is not"]),
    ),
    ("level_none.csv", &[], Fit(5, &[8.0, 2.0], 1.0, &[])),
    ("level_na.csv", &["--na-only="], Fit(4, &[-2.0], 3.0, &[])),
    (
        "level_na.csv",
        &[],
        Error(&[", line 2, column `g`: the value is missing (`NA`)"]),
    ),
];

const NAMES: &[Case] = &[
    ("names_twice.csv", &["--features=x"], line(3)),
    ("names_twice.csv", &["--exclude=a"], line(3)),
    (
        "names_twice.csv",
        &[],
        Error(&["two columns are named `a`"]),
    ),
    ("names_empty.csv", &["--features=x"], line(3)),
    ("names_empty.csv", &["--exclude="], line(3)),
    (
        "index_unnamed.csv",
        &[],
        Fit(4, &[2.0, 0.0], 3.0, &["unnamed"]),
    ),
    (
        "index_unnamed.csv",
        &["--exclude=", "--features=x"],
        Error(&["cannot be used with"]),
    ),
    (
        "header_of_numbers.csv",
        &["--target=3"],
        Fit(3, &[2.0], 1.0, &["numeric_header"]),
    ),
    (
        "header_of_numbers.csv",
        &["--no-header", "--target=column_2"],
        line(4),
    ),
    (
        "header_of_numbers.csv",
        &[],
        Error(&["no column named `y`", "--no-header"]),
    ),
    (
        "header_of_years.csv",
        &["--target=2020", "--features=2019"],
        told(3, &["numeric_header"]),
    ),
];

#[test]
fn files_are_read_right_or_refused_with_the_remedy() {
    let tables = [ENCODINGS, LINES, COMPRESSED, FOREIGN, FORMS, MISSING, NAMES];
    let cases = tables.into_iter().flatten();
    assert!(cases.clone().count() > 100);
    for (name, options, right) in cases {
        let path = format!("{FOLDER}/{name}");
        let mut arguments = vec!["fit", path.as_str(), "--json"];
        if !options.iter().any(|option| option.starts_with("--target")) {
            arguments.push("--target=y");
        }
        arguments.extend(*options);
        match right {
            Fit(rows, slopes, intercept, facts) => {
                let document = json(&arguments);
                let (data, model) = (&document["data"], &document["model"]);
                assert_eq!(data["n_used"], *rows, "{arguments:?}");
                assert_eq!(facts_of(data), *facts, "{arguments:?}");
                let found = numbers(&model["coefficients"]);
                assert_eq!(found.len(), slopes.len(), "{arguments:?}");
                for (found, exact) in found.iter().zip(*slopes) {
                    assert!((found - exact).abs() < 1e-9, "{arguments:?}: {found}");
                }
                let found = model["intercept"].as_f64().unwrap_or(f64::NAN);
                close(found, *intercept, 1e-9, name);
            }
            Error(parts) => {
                let output = elltwo(&arguments).output().expect("it runs");
                let code = i32::from(parts[0].starts_with("cannot be used")) + 1;
                let message = refused(&output, code, &arguments);
                for part in *parts {
                    let placed = match part.chars().next() {
                        Some(',' | ' ') => format!("{path}{part}"),
                        _ => (*part).to_owned(),
                    };
                    assert!(message.contains(&placed), "{arguments:?}: {message}");
                }
            }
        }
    }
}

fn facts_of(data: &Value) -> Vec<&str> {
    let notes = data["notes"].as_array().expect("notes");
    notes
        .iter()
        .filter_map(|note| note["fact"].as_str())
        .collect()
}

#[test]
fn every_file_has_its_right_answer() {
    let tables = [ENCODINGS, LINES, COMPRESSED, FOREIGN, FORMS, MISSING, NAMES];
    let named: Vec<&str> = tables.into_iter().flatten().map(|case| case.0).collect();
    let folder = fs::read_dir(root().join(FOLDER)).expect("the folder");
    for entry in folder {
        let name = entry
            .expect("a file")
            .file_name()
            .into_string()
            .expect("UTF-8");
        assert!(
            name == "make.py" || named.contains(&name.as_str()),
            "{name}"
        );
    }
}

#[test]
fn facts_are_said_on_the_page_in_the_summary_and_by_every_command() {
    let file = format!("{FOLDER}/sep_semicolon.csv");
    let said = "Fields are separated by `;`, as the first lines show.";
    let missing = format!("{FOLDER}/missing_excel.csv");
    let folder = tempfile::tempdir().expect("a folder");
    let (page, model) = (
        folder.path().join("page.html"),
        folder.path().join("model.json"),
    );
    let options = [
        format!("--report={}", page.display()),
        format!("--save={}", model.display()),
    ];
    let summary = stdout(&["fit", &file, "--target=y", &options[0], &options[1]]);
    assert!(summary.contains(said), "{summary}");
    let page = fs::read_to_string(page).expect("the page");
    assert!(page.contains(said), "{page}");
    let model = model.display().to_string();
    let evaluated = stdout(&["evaluate", &model, &file]);
    assert!(evaluated.contains(said), "{evaluated}");
    let compared = stdout(&[
        "compare",
        &missing,
        "--target=y",
        "--missing=drop",
        "--test-fraction=0.4",
    ]);
    assert!(
        compared.contains("2 values `#N/A` of `x` taken as missing."),
        "{compared}"
    );
    let described = stdout(&["describe", &missing]);
    assert!(
        described.contains("1 value `#DIV/0!` of `x` taken as missing."),
        "{described}"
    );
    let described = json(&["describe", &missing, "--json"]);
    assert_eq!(described["notes"][0]["count"], 2);
    // Rows of numbers have no room for words.
    let output = elltwo(&["predict", &model, &file])
        .output()
        .expect("it runs");
    assert!(output.status.success());
    assert!(text(&output.stderr).contains(said));
    assert_eq!(text(&output.stdout).lines().count(), 4);
    let quiet = elltwo(&["predict", &model, &file, "--quiet"])
        .output()
        .expect("it runs");
    assert_eq!(text(&quiet.stderr), "");
}

#[test]
fn a_quote_that_is_never_closed_is_found_in_a_file_of_many_blocks_and_from_standard_input() {
    let rows = (0..60_000).map(|row| {
        let quote = if row == 40_000 { "\"" } else { "" };
        format!("{row},{quote}a note of some length,{}\n", 1 + 2 * row)
    });
    let content = format!("x,note,y\n{}", rows.collect::<Vec<_>>().concat());
    let (_folder, path) = file("many.csv", &content);
    let arguments = ["fit", &path, "--target=y", "--features=x"];
    let output = elltwo(&arguments).output().expect("it runs");
    let message = refused(&output, 1, &arguments);
    assert!(
        message.contains("many.csv, line 40002, column `note`: the quote"),
        "{message}"
    );
    let arguments = ["fit", "-", "--target=y", "--features=x"];
    let message = refused(&fed(&arguments, content.as_bytes()), 1, &arguments);
    assert!(message.contains("standard input, line 40002"), "{message}");
    // A second one far away closes it in the middle of a field.
    let content = content.replace("50000,a note", "50000,a \"note");
    let message = refused(&fed(&arguments, content.as_bytes()), 1, &arguments);
    assert!(
        message.contains("line 40002") && message.contains("ends on line 50002"),
        "{message}"
    );
}

#[test]
fn options_of_reading_are_refused_where_they_mean_nothing() {
    let file = format!("{FOLDER}/cr.csv");
    for option in [
        "--comment=ab",
        "--comment=\"",
        "--delimiter=ab",
        "--skip-rows=-1",
    ] {
        let arguments = ["fit", &file, "--target=y", option];
        refused(
            &elltwo(&arguments).output().expect("it runs"),
            2,
            &arguments,
        );
    }
    let arguments = ["fit", &file, "--target=y", "--na=1", "--na-only=2"];
    refused(
        &elltwo(&arguments).output().expect("it runs"),
        2,
        &arguments,
    );
    let arguments = [
        "fit",
        &file,
        "--target=y",
        "--no-header",
        "--skip-rows-after-header=1",
    ];
    refused(
        &elltwo(&arguments).output().expect("it runs"),
        2,
        &arguments,
    );
    let folder = tempfile::tempdir().expect("a folder");
    let model = folder.path().join("model.json").display().to_string();
    stdout(&[
        "fit",
        &file,
        "--target=y",
        "--quiet",
        &format!("--save={model}"),
    ]);
    for option in [
        "--encoding=latin1",
        "--comment=#",
        "--skip-rows=1",
        "--na=x",
        "--delimiter=;",
    ] {
        let arguments = ["describe", &model, option];
        refused(
            &elltwo(&arguments).output().expect("it runs"),
            2,
            &arguments,
        );
    }
}
