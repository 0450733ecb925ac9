//! What the CSV reader accepts, what it refuses, and how it says so.

use std::fmt::Write;
use std::io::{self, Read};

use elltwo::data::{
    Content, CsvReader, MissingPolicy, NumberFormat, ReadNote, Schema, SchemaColumn, Table,
};
use elltwo::{Error, Result};
use ndarray::array;
use proptest::prelude::*;

type Checked = std::result::Result<(), Box<dyn std::error::Error>>;

fn read(reader: &CsvReader, text: &str) -> Result<Table> {
    reader.read(text.as_bytes())
}

fn message(reader: &CsvReader, text: &str) -> String {
    match read(reader, text) {
        Ok(table) => format!("accepted: {table:?}"),
        Err(error) => error.to_string(),
    }
}

fn y() -> CsvReader {
    CsvReader::new("y")
}

#[test]
fn columns_come_in_file_order_and_levels_sorted() -> Checked {
    let table = read(&y(), "b,town,y,a\n1,Ulm,10,2\n3,Bonn,20,4\n5,Kiel,30,6\n")?;
    let data = table.dataset();
    assert_eq!(data.feature_names(), ["b", "town=Kiel", "town=Ulm", "a"]);
    assert_eq!(
        data.x(),
        array![[1., 0., 1., 2.], [3., 0., 0., 4.], [5., 1., 0., 6.]]
    );
    assert_eq!(data.y(), array![10., 20., 30.]);
    assert_eq!(data.target_name(), "y");
    assert_eq!(table.codings()[0].levels(), ["Bonn", "Kiel", "Ulm"]);
    assert_eq!(
        (table.n_rows(), table.n_dropped(), table.n_imputed()),
        (3, 0, 0)
    );
    Ok(())
}

#[test]
fn numbers_are_read_in_every_usual_spelling() -> Checked {
    let table = read(&y(), "x,y\n3504.,1\n.5,1\n1e3,1\n+1,1\n-0,1\n 2\t,1\n")?;
    assert_eq!(
        table.dataset().x().column(0),
        array![3504., 0.5, 1000., 1., 0., 2.]
    );
    Ok(())
}

#[test]
fn features_selects_and_keeps_file_order() -> Checked {
    let table = read(&y().features(["c", "a"]), "a,b,c,y\n1,oops,3,4\n1,2,3,4\n")?;
    assert_eq!(table.dataset().feature_names(), ["a", "c"]);
    Ok(())
}

#[test]
fn exclude_leaves_a_column_unread() -> Checked {
    let text = "a,b,y\n1,2,3\n1,oops,3\n";
    assert_eq!(
        message(&y(), text),
        "line 3, column `b`: `oops` is not a finite number"
    );
    assert_eq!(
        read(&y().exclude(["b"]), text)?.dataset().feature_names(),
        ["a"]
    );
    Ok(())
}

#[test]
fn categorical_codes_a_column_of_numbers_in_numerical_order() -> Checked {
    let text = "origin,y\n10,1\n9,2\n2,3\n";
    assert_eq!(read(&y(), text)?.dataset().feature_names(), ["origin"]);
    let table = read(&y().categorical(["origin"]), text)?;
    assert_eq!(table.codings()[0].base(), Some("2"));
    assert_eq!(table.dataset().feature_names(), ["origin=9", "origin=10"]);
    Ok(())
}

#[test]
fn a_mixture_of_numbers_and_text_is_a_category_only_if_asked_for() -> Checked {
    let text = "g,y\n1,1\nB,2\n";
    assert_eq!(
        message(&y(), text),
        "line 3, column `g`: `B` is not a finite number"
    );
    assert_eq!(
        message(&y(), "g,y\nB,2\n1,1\n"),
        "line 2, column `g`: `B` is not a finite number"
    );
    let table = read(&y().categorical(["g"]), text)?;
    assert_eq!(table.dataset().feature_names(), ["g=B"]);
    Ok(())
}

#[test]
fn weights_and_labels_are_no_features() -> Checked {
    let text = "id,a,w,y\n\"x, 1\",1,0.5,3\nNA,2,2,4\n";
    let table = read(&y().weights("w").labels("id"), text)?;
    let data = table.dataset();
    assert_eq!(data.feature_names(), ["a"]);
    assert_eq!(data.weights(), Some(array![0.5, 2.0].view()));
    assert_eq!(
        data.labels(),
        Some(&["x, 1".to_owned(), "NA".to_owned()][..])
    );
    Ok(())
}

#[test]
fn columns_that_are_not_used_can_label_the_rows() -> Checked {
    let text = "id,town,a,b,y\n7,\"Ulm, old\",1,2,3\n8,NA,2,2,4\n9,Kiel,NA,2,5\n";
    let labels = |reader: CsvReader| -> Result<Vec<String>> {
        let reader = reader.labels_from_unused(true);
        let table = read(&reader.missing(MissingPolicy::DropRows), text)?;
        Ok(table.dataset().labels().unwrap_or_default().to_vec())
    };
    // Of columns that were not named only texts, of excluded ones everything; dropped rows have no label.
    assert_eq!(labels(y().features(["a"]))?, ["Ulm, old", ""]);
    assert_eq!(
        labels(y().features(["a"]).exclude(["id"]))?,
        ["7, Ulm, old", "8"]
    );
    assert_eq!(labels(y().exclude(["id", "town"]))?, ["7, Ulm, old", "8"]);
    let nothing_unused = y().features(["a", "b", "id", "town"]);
    assert_eq!(labels(nothing_unused)?, [""; 0]);
    assert!(
        read(&y().features(["b"]), text)?
            .dataset()
            .labels()
            .is_none()
    );
    Ok(())
}

#[test]
fn negative_and_all_zero_weights_are_refused() {
    let reader = y().weights("w");
    assert!(matches!(
        read(&reader, "a,w,y\n1,1,1\n1,-2,1\n"),
        Err(Error::NegativeWeightAt {
            line: 3,
            value: -2.0,
            ..
        })
    ));
    assert!(matches!(
        read(&reader, "a,w,y\n1,0,1\n"),
        Err(Error::ZeroWeights)
    ));
}

#[test]
fn without_a_header_columns_are_numbered() -> Checked {
    let reader = CsvReader::new("column_2").has_header(false);
    let data = read(&reader, "\n1,2\n3,4\n")?.into_dataset();
    assert_eq!(data.feature_names(), ["column_1"]);
    assert_eq!(data.y(), array![2., 4.]);
    assert_eq!(data.lines(), Some(&[2, 3][..]));
    Ok(())
}

#[test]
fn the_delimiter_must_be_one_ascii_character_of_its_own() {
    for delimiter in [b'"', b'\n', b'\r', 0xE9] {
        assert!(matches!(
            read(&y().delimiter(delimiter), "a,y\n1,2\n"),
            Err(Error::InvalidParameter {
                name: "delimiter",
                ..
            })
        ));
    }
}

#[test]
fn a_missing_value_is_refused_with_line_column_token_and_count() {
    assert_eq!(
        message(&y(), "a,b,y\n1,1,1\n1,?,NA\n1,1,1\nnan,1,1\n"),
        "line 3, column `b`: missing value `?` (2 rows are affected); drop the rows or impute"
    );
}

#[test]
fn dropping_rows_considers_used_columns_only() -> Checked {
    let reader = y().exclude(["c"]).missing(MissingPolicy::DropRows);
    let table = read(&reader, "a,c,g,y\n1,NA,u,1\nNA,1,v,2\n3,1,w,?\n4,,x,4\n")?;
    assert_eq!((table.n_rows(), table.n_dropped()), (4, 2));
    assert_eq!(table.codings()[0].levels(), ["u", "x"]);
    assert_eq!(table.dataset().lines(), Some(&[2, 5][..]));
    assert_eq!(table.dataset().x(), array![[1., 0.], [4., 1.]]);
    Ok(())
}

#[test]
fn dropped_rows_are_still_checked() {
    assert_eq!(
        message(
            &y().missing(MissingPolicy::DropRows),
            "a,b,y\n1,1,1\n?,oops,2\n"
        ),
        "line 3, column `b`: `oops` is not a finite number"
    );
}

#[test]
fn the_mean_stands_for_a_missing_number() -> Checked {
    let reader = y().missing(MissingPolicy::MeanImpute);
    let table = read(&reader, "a,b,y\nNA,1,1\n2,1,2\n,1,3\n5,1,4\n")?;
    assert_eq!(table.dataset().x().column(0), array![3.5, 2., 3.5, 5.]);
    let imputation = &table.imputations()[0];
    assert_eq!(
        (
            imputation.column.as_str(),
            imputation.mean,
            imputation.rows.len()
        ),
        ("a", 3.5, 2)
    );
    assert_eq!((table.n_imputed(), table.n_dropped()), (2, 0));
    Ok(())
}

#[test]
fn no_mean_stands_for_a_target_a_weight_or_a_category() {
    let reader = y().weights("w").missing(MissingPolicy::MeanImpute);
    for (text, column) in [
        ("a,w,g,y\n1,1,u,NA\nNA,1,v,2\n2,1,v,2\n", "y"),
        ("a,w,g,y\n1,NA,u,1\n1,1,v,2\n", "w"),
        ("a,w,g,y\n1,1,NA,1\n1,1,v,2\n", "g"),
    ] {
        assert_eq!(
            message(&reader, text),
            format!(
                "line 2, column `{column}`: missing value `NA` (1 rows are affected); drop the rows or impute"
            )
        );
    }
}

#[test]
fn missing_tokens_add_to_the_default_ones_or_replace_them() -> Checked {
    let drops = y().missing(MissingPolicy::DropRows);
    let text = "a,y\n-999,1\n . ,1\n?,7\n2,3\n";
    let reader = drops
        .clone()
        .missing_tokens(["-999"])
        .missing_tokens([" . "]);
    assert_eq!(read(&reader, text)?.n_dropped(), 3);
    let reader = drops.missing_tokens_only(["-999", " . "]);
    assert_eq!(read(&reader, "a,y\n-999,1\n . ,1\n2,3\n")?.n_dropped(), 2);
    for (token, shown) in [("?", "?"), ("NULL", "NULL"), ("", "\"\"")] {
        assert_eq!(
            message(&reader, &format!("a,y\n1,1\n{token},1\n")),
            format!("line 3, column `a`: `{shown}` is not a finite number")
        );
    }
    Ok(())
}

#[test]
fn a_number_that_stands_for_a_missing_value_does_in_every_spelling() -> Checked {
    let reader = y()
        .missing(MissingPolicy::DropRows)
        .missing_tokens(["-999"]);
    let spellings = ["-999", "-999.0", "-9.99e2", "-0999", "\" -999. \""];
    for spelling in spellings {
        // First, where nothing is known of the column, and among numbers; in the target too.
        for text in [
            format!("a,y\n{spelling},1\n2,3\n4,4\n"),
            format!("a,y\n2,3\n{spelling},1\n4,4\n"),
            format!("a,y\n2,3\n1,{spelling}\n4,4\n"),
        ] {
            let table = read(&reader, &text)?;
            assert_eq!(table.dataset().x(), array![[2.], [4.]], "{spelling}");
        }
        let coded = reader.clone().categorical(["a"]);
        let table = read(&coded, &format!("a,y\n2,3\n{spelling},1\n4,4\n"))?;
        assert_eq!(table.codings()[0].levels(), ["2", "4"], "{spelling}");
    }
    assert_eq!(read(&reader, "a,y\n-998,1\n-999.5,2\n")?.n_dropped(), 0);
    Ok(())
}

#[test]
fn texts_known_for_missing_values_are_missing_among_numbers_and_levels_among_texts() -> Checked {
    let known = [
        "#N/A", "#DIV/0!", "NULL", "null", "None", "n/a", "N/A", "-", ".", "<NA>", "\\N", "na",
    ];
    for policy in [MissingPolicy::DropRows, MissingPolicy::MeanImpute] {
        let reader = y().missing(policy);
        for token in known {
            let expected = match policy {
                MissingPolicy::DropRows => array![[2.], [4.]],
                _ => array![[3.], [2.], [4.]],
            };
            // Before the first number, and after it.
            let table = read(&reader, &format!("a,y\n{token},1\n2,3\n4,5\n"))?;
            assert_eq!(table.dataset().x(), expected, "{token}");
            let table = read(&reader, &format!("a,y\n2,3\n{token},1\n4,5\n"))?;
            assert_eq!(table.dataset().x().sum(), expected.sum(), "{token}");
            let table = read(&reader, &format!("a,y\n{token},1\nlow,3\n{token},5\n"))?;
            let mut levels = vec![token, "low"];
            levels.sort_unstable();
            assert_eq!(table.codings()[0].levels(), levels, "{token}");
            assert_eq!(table.n_dropped(), 0, "{token}");
        }
    }
    Ok(())
}

#[test]
fn a_missing_value_that_was_undecided_is_named_where_it_is() {
    let text = "a,b,y\n1,5,1\n2,-,2\n3,NULL,3\n4,NA,4\n5,6,5\n";
    let expected =
        "line 3, column `b`: missing value `-` (3 rows are affected); drop the rows or impute";
    assert_eq!(message(&y(), text), expected);
    let text = "a,b,y\n1,1,1\n2,-,2\n3,NULL,3\n4,NA,4\n5,6,5\n".replace("1,1,1\n", "1,-,1\n");
    let expected =
        "line 2, column `b`: missing value `-` (4 rows are affected); drop the rows or impute";
    assert_eq!(message(&y(), &text), expected);
    let text = "a,b,y\n1,-,1\n2,-,2\n";
    assert_eq!(
        message(&y(), text),
        "column `b` has no value in any of 2 rows"
    );
    // A target and a weight need not wait.
    let text = "a,y\n1,NULL\n2,1\n";
    let expected =
        "line 2, column `y`: missing value `NULL` (1 rows are affected); drop the rows or impute";
    assert_eq!(message(&y(), text), expected);
    // Texts that are no numbers among them are named, and not the tokens before.
    let text = "a,y\n-,1\nlow,2\n3,3\n";
    let expected = "line 3, column `a`: `low` is not a finite number";
    assert_eq!(message(&y(), text), expected);
}

#[test]
fn labels_and_weights_stay_with_their_rows_when_undecided_ones_are_dropped() -> Checked {
    let reader = y()
        .labels("n")
        .weights("w")
        .missing(MissingPolicy::DropRows);
    let text = "n,a,g,w,y\np,-,u,1,1\nq,-,v,2,2\nr,3,v,3,3\ns,4,u,4,4\nt,-,z,5,5\nu,6,u,6,6\n";
    let data = read(&reader, text)?.into_dataset();
    assert_eq!(
        data.labels().map(<[String]>::to_vec),
        Some(["r", "s", "u"].map(String::from).to_vec())
    );
    assert_eq!(data.lines(), Some(&[4, 5, 7][..]));
    assert_eq!(data.y(), array![3., 4., 6.]);
    assert_eq!(data.weights().map(|w| w.to_vec()), Some(vec![3., 4., 6.]));
    assert_eq!(data.x(), array![[3., 1.], [4., 0.], [6., 0.]]);
    Ok(())
}

#[test]
fn values_that_no_option_calls_missing_are_counted_and_a_feature_without_a_name_is_told() -> Checked
{
    let said = |notes: &[ReadNote]| notes.iter().map(ToString::to_string).collect::<Vec<_>>();
    let expected = [
        "Column 1 of the file has no name and is a feature.",
        "1 value `NULL` of `y` taken as missing.",
        "2 values `#N/A` of `a` taken as missing.",
        "1 value `-` of `a` taken as missing.",
    ];
    let text = ",a,g,y\n0,#N/A,-,1\n1,-,u,2\n2,3,u,3\n3,#N/A,v,4\n4,5,v,NULL\n5,6,u,5\n";
    let reader = y().missing(MissingPolicy::DropRows);
    let table = read(&reader, text)?;
    assert_eq!(
        (said(table.notes()), table.n_dropped()),
        (expected.map(String::from).to_vec(), 4)
    );
    let mut chunks = reader.exclude(["g"]).chunks(text.as_bytes(), 10)?;
    assert_eq!(
        chunks.next().transpose()?.map(|data| data.n_samples()),
        Some(2)
    );
    assert_eq!(said(&chunks.notes()), expected);
    let description = y().describe(text.as_bytes(), None)?;
    let (y_first, a_first) = (
        expected[1].to_owned(),
        [expected[2], expected[3]].map(String::from),
    );
    let described = said(&description.notes);
    assert_eq!(described[0], expected[0]);
    assert_eq!(described[1..3], a_first);
    assert_eq!(described[3], y_first);
    assert_eq!(description.columns[1].missing, 3);
    assert_eq!(said(read(&y(), "a,y\n1,2\n2,3\n")?.notes()), [""; 0]);
    Ok(())
}

#[test]
fn names_that_nobody_asks_for_may_be_empty_or_twice_there() -> Checked {
    let text = "x,a,a,,,y\n1,5,p,7,7,2\n2,3,q,7,7,4\n";
    assert_eq!(
        read(&y().features(["x"]), text)?.dataset().x(),
        array![[1.], [2.]]
    );
    assert_eq!(
        read(&y().exclude(["a", ""]), text)?.dataset().x(),
        array![[1.], [2.]]
    );
    assert_eq!(message(&y(), text), "two columns are named `a`");
    assert_eq!(
        message(&y().features(["a"]), text),
        "two columns are named `a`"
    );
    assert_eq!(
        message(&CsvReader::new("a"), text),
        "two columns are named `a`"
    );
    let schema = Schema::new("y", [SchemaColumn::number("x")])?;
    assert_eq!(
        read(&CsvReader::with_schema(schema), text)?.dataset().x(),
        array![[1.], [2.]]
    );
    assert_eq!(y().describe(text.as_bytes(), Some("y"))?.columns.len(), 6);
    Ok(())
}

#[test]
fn texts_in_messages_are_short_and_show_what_cannot_be_seen() {
    let long = "7 ".repeat(200);
    assert_eq!(
        message(&y(), &format!("a,y\n1,1\n{long},1\n")),
        format!(
            "line 3, column `a`: `{}…` is not a finite number",
            "7 ".repeat(30)
        )
    );
    assert_eq!(
        message(&y(), "a,y\n1,1\n\"3\t\u{200b}4\n\x1b[31m\",1\n"),
        r"line 3, column `a`: `3\t\u{200b}4\n\u{1b}[31m` is not a finite number"
    );
}

#[test]
fn nan_is_missing_in_any_case_and_infinity_never_a_number() -> Checked {
    let reader = y().missing(MissingPolicy::DropRows);
    assert_eq!(
        read(&reader, "a,y\nnan,1\nNAN,1\nNaN,2\n1,1\n")?.n_dropped(),
        3
    );
    for text in ["inf", "-Infinity", "1e999"] {
        assert_eq!(
            message(&reader, &format!("a,y\n{text},1\n")),
            format!("line 2, column `a`: `{text}` is not a finite number")
        );
    }
    assert_eq!(
        message(&reader.missing_tokens_only(["NA"]), "a,y\nnan,1\n"),
        "line 2, column `a`: `nan` is not a finite number"
    );
    Ok(())
}

#[test]
fn a_target_or_weight_of_text_is_refused() {
    assert_eq!(
        message(&y(), "a,y\n1,high\n"),
        "line 2: the target `y` is `high`, and a target must be a number: choose another target, or code its classes as 0 and 1"
    );
    assert_eq!(
        message(&y(), "a,y\n1,1\n1,high\n"),
        "line 3, column `y`: `high` is not a finite number"
    );
    assert_eq!(
        message(&y().weights("w"), "a,w,y\n1,much,1\n"),
        "line 2, column `w`: `much` is not a finite number"
    );
}

#[test]
fn a_column_without_any_value_is_refused() {
    for policy in [
        MissingPolicy::Error,
        MissingPolicy::DropRows,
        MissingPolicy::MeanImpute,
    ] {
        assert_eq!(
            message(&y().missing(policy), "a,b,y\n1,NA,1\n1,,2\n"),
            "column `b` has no value in any of 2 rows"
        );
    }
}

#[test]
fn a_category_with_one_level_yields_no_column() -> Checked {
    let table = read(&y(), "a,g,y\n1,u,1\n2,u,2\n")?;
    assert_eq!(table.dataset().feature_names(), ["a"]);
    assert_eq!(table.codings()[0].levels(), ["u"]);
    assert!(matches!(
        read(&y(), "g,y\nu,1\nu,2\n"),
        Err(Error::Empty { .. })
    ));
    assert!(matches!(read(&y(), "y\n1\n"), Err(Error::Empty { .. })));
    Ok(())
}

#[test]
fn unknown_names_come_with_the_nearest_one() {
    let text = "horsepower,mpg\n1,2\n";
    assert_eq!(
        message(&CsvReader::new("MPG"), text),
        "no column named `MPG`: did you mean `mpg`?"
    );
    assert_eq!(
        message(&CsvReader::new("mpg").features(["horse_power"]), text),
        "no column named `horse_power`: did you mean `horsepower`?"
    );
    for reader in [
        CsvReader::new("zzz"),
        CsvReader::new("mpg").exclude(["zzz"]),
        CsvReader::new("mpg").categorical(["zzz"]),
        CsvReader::new("mpg").weights("zzz"),
        CsvReader::new("mpg").labels("zzz"),
    ] {
        assert_eq!(message(&reader, text), "no column named `zzz`");
    }
}

#[test]
fn a_column_has_one_role() {
    let text = "a,b,w,y\n1,2,3,4\n";
    for (reader, name, first, second) in [
        (y().weights("y"), "y", "target", "weights"),
        (y().weights("w").labels("w"), "w", "weights", "labels"),
        (y().features(["a", "y"]), "y", "target", "feature"),
        (
            y().features(["a"]).exclude(["a"]),
            "a",
            "feature",
            "excluded",
        ),
        (y().categorical(["y"]), "y", "target", "categorical"),
        (
            y().features(["a"]).categorical(["b"]),
            "b",
            "excluded",
            "categorical",
        ),
    ] {
        assert_eq!(
            message(&reader, text),
            format!("column `{name}` cannot be both {first} and {second}")
        );
    }
}

#[test]
fn duplicate_names_are_refused_in_header_and_coding() {
    assert_eq!(
        message(&y(), "a, a,y\n1,2,3\n"),
        "two columns are named `a`"
    );
    assert_eq!(
        message(&y(), "g=v,g,y\n1,u,1\n2,v,2\n"),
        "two columns are named `g=v`"
    );
}

#[test]
fn ragged_rows_are_refused_by_line() {
    assert_eq!(
        message(&y(), "a,y\n1,2\n\n1,2,3\n"),
        "line 4: expected 2 fields, found 3"
    );
    assert_eq!(
        message(&y(), "a,y\n1\n"),
        "line 2: expected 2 fields, found 1"
    );
}

#[test]
fn files_without_text_or_rows_are_refused() {
    assert_eq!(message(&y(), ""), "the CSV input is empty");
    assert_eq!(message(&y(), "\u{feff}\n \r\n"), "the CSV input is empty");
    assert_eq!(message(&y(), "a,y\n"), "the CSV input has no data rows");
    assert_eq!(
        message(&y().missing(MissingPolicy::DropRows), "a,y\n1,?\n?,1\n"),
        "the CSV input, once rows with a missing value are dropped, has no data rows"
    );
}

#[test]
fn bytes_that_are_no_text_are_refused_by_line() {
    let error = y().read(&b"a,y\n1,2\n\xff,2\n"[..]);
    assert!(matches!(
        error,
        Err(Error::WrongEncoding {
            line: 3,
            encoding: "UTF-8"
        })
    ));
    let header = y().read(&b"\xe9,y\n1,2\n"[..]);
    assert!(matches!(
        header,
        Err(Error::WrongEncoding {
            line: 1,
            encoding: "UTF-8"
        })
    ));
}

#[test]
fn lines_are_right_after_quoted_line_ends_blank_lines_and_crlf() {
    assert_eq!(
        message(
            &y().labels("n"),
            "n,\"a\",y\r\n\"one\r\ntwo\",1,1\r\n\r\n\n\"x\ny\",\"oo\nps\",1"
        ),
        r"line 6, column `a`: `oo\nps` is not a finite number"
    );
}

#[test]
fn a_quote_that_is_never_closed_is_found_where_it_opens() -> Checked {
    let expected = "line 2, column `y`: the quote that opens here is never closed";
    assert_eq!(message(&y(), "a,y\n1,\"2"), expected);
    assert_eq!(message(&y(), "a,y\n1,\"2\n3,4\n"), expected);
    let text = "a,b,y\n1,\"x\ny\",2\n1,\"z\n\"\"\n3,4,5\n1,1,1";
    let expected = "line 4, column `b`: the quote that opens here is never closed";
    assert_eq!(message(&y(), text), expected);
    assert_eq!(message(&y().exclude(["b"]), text), expected);
    // On a later line than its record, in the header, beyond it, and after lines that are no records.
    let text = "a,b,y\n\"1\n\",\"2,3\n";
    assert_eq!(
        message(&y(), text),
        "line 3, column `b`: the quote that opens here is never closed"
    );
    let text = "a,\"y\n1,2\n3,4\n";
    assert_eq!(
        message(&y(), text),
        "line 1, column `column_2`: the quote that opens here is never closed"
    );
    let text = "a,y\n1,2,\"3\n";
    assert_eq!(
        message(&y(), text),
        "line 2, column `column_3`: the quote that opens here is never closed"
    );
    let text = "it's \"\n# \"\na,y\n\"m,\"kg\"\n1,2\n\"\n";
    let reader = y().skip_rows(1).comment(b'#').skip_rows_after_header(1);
    assert_eq!(
        message(&reader, text),
        "line 6, column `a`: the quote that opens here is never closed"
    );
    // Closed at the end of the file, with and without its line end.
    for end in ["\"", "\"\n", "\" "] {
        assert_eq!(
            read(&y(), &format!("a,y\n1,\"2{end}"))?.dataset().y(),
            array![2.]
        );
    }
    let aligned = y().whitespace();
    assert_eq!(
        message(&aligned, "a y\n1 \"2\n"),
        "line 2, column `y`: the quote that opens here is never closed"
    );
    Ok(())
}

#[test]
fn a_quote_that_swallows_lines_up_to_the_next_is_found() -> Checked {
    let text = "a,b,y\n1,\"x,2\n2,x,3\n3,\"z,4\n4,u,5\n";
    assert_eq!(
        message(&y().exclude(["b"]), text),
        "line 2, column `b`: the quote that opens here ends on line 4 with text after it: remove it, or double it inside quotes"
    );
    // On one line it is as it was, and a field may have many lines.
    let data = read(&y().labels("b"), "a,b,y\n1,\"x\"z,2\n2,\"u\nv\" ,3\n")?.into_dataset();
    assert_eq!(
        data.labels().map(<[String]>::to_vec),
        Some(vec!["xz".to_owned(), "u\nv".to_owned()])
    );
    Ok(())
}

#[test]
fn crlf_without_final_newline_is_read() -> Checked {
    let text = "X1,X2,Y1\r\n0.98,2,15.55\r\n0.62,5,16.64";
    let data = read(&CsvReader::new("Y1"), text)?.into_dataset();
    assert_eq!(data.x(), array![[0.98, 2.], [0.62, 5.]]);
    assert_eq!(data.y(), array![15.55, 16.64]);
    assert_eq!(data.lines(), Some(&[2, 3][..]));
    Ok(())
}

#[test]
fn a_byte_order_mark_and_padding_are_removed() -> Checked {
    let text = "\u{feff}\"Cement\" ,Age ,Strength \r\n540.0 ,28 ,79.99 \r\n";
    let data = read(&CsvReader::new("Strength"), text)?.into_dataset();
    assert_eq!(data.feature_names(), ["Cement", "Age"]);
    assert_eq!(data.y(), array![79.99]);
    Ok(())
}

#[test]
fn semicolons_and_quoted_names_are_read() -> Checked {
    let text = "\"fixed acidity\";\"pH\";\"quality\"\n7.4;3.51;5\n7.8;3.2;6\n";
    let reader = CsvReader::new("quality");
    let comma = reader.clone().delimiter(b',');
    assert_eq!(message(&comma, text), "no column named `quality`");
    for reader in [reader.clone(), reader.delimiter(b';')] {
        assert_eq!(
            read(&reader, text)?.dataset().feature_names(),
            ["fixed acidity", "pH"]
        );
    }
    Ok(())
}

#[test]
fn columns_aligned_by_spaces_are_found_or_refused_and_not_misread() -> Checked {
    let text = "18.0   8   307.0\t\"chevrolet malibu\"\n15.0   8   350.0\t\"buick skylark\"\n";
    let reader = CsvReader::new("column_1").has_header(false);
    let comma = reader.clone().delimiter(b',');
    assert!(matches!(read(&comma, text), Err(Error::Empty { .. })));
    assert_eq!(
        message(&reader.clone().delimiter(b'\t'), text),
        "line 1: the target `column_1` is `18.0   8   307.0`, and a target must be a number: choose another target, or code its classes as 0 and 1"
    );
    // A tab among spaces is clear to nobody.
    assert!(read(&reader, text).is_err());
    let text = text.replace('\t', "  ");
    let data = read(&reader.exclude(["column_4"]), &text)?.into_dataset();
    assert_eq!(data.x(), array![[8., 307.], [8., 350.]]);
    Ok(())
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let error = y().read_path("no/such/file.csv").map_err(|e| e.to_string());
    assert!(error.is_err_and(|text| text.starts_with("no/such/file.csv: ")));
    assert!(matches!(y().read_path("src"), Err(Error::Io { .. })));
}

#[test]
fn a_description_tells_numbers_from_texts_and_from_both() -> Checked {
    // Some blocks: the text among the numbers of `late` is not in the first, nor is the number among the texts of `early`.
    let mut text = "late,early,none,y\n".to_owned();
    for row in 0..100_000 {
        let late = if row == 90_000 {
            "x".to_owned()
        } else {
            row.to_string()
        };
        let early = if row == 80_000 {
            7.to_string()
        } else {
            format!("t{}", row % 3)
        };
        writeln!(text, "{late},{early},NA,{row}")?;
    }
    let description = y().describe(text.as_bytes(), Some("y"))?;
    assert_eq!(description.n_rows, 100_000);
    let texts = |column: usize| match &description.columns[column].content {
        Content::Texts { levels, mixed } => Some((levels.len(), mixed.clone())),
        _ => None,
    };
    assert_eq!(texts(0), Some((100_000, Some(("x".to_owned(), 90_002)))));
    assert_eq!(texts(1), Some((4, Some(("t0".to_owned(), 2)))));
    assert_eq!(description.columns[2].content, Content::Empty);
    assert_eq!(description.columns[2].missing, 100_000);
    assert!(matches!(
        description.columns[3].content,
        Content::Numbers {
            max: 99_999.0,
            correlation: Some(1.0),
            ..
        }
    ));
    assert!(matches!(
        y().describe(text.as_bytes(), Some("late")),
        Err(Error::TextTarget { line: 90_002, .. })
    ));
    Ok(())
}

/// Gives one byte at a time, then fails or ends.
struct Slow(&'static [u8], bool);

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() && self.1 {
            return Err(io::Error::other("unplugged"));
        }
        let n = buffer.len().min(1);
        Read::read(&mut self.0, &mut buffer[..n])
    }
}

#[test]
fn an_error_in_the_middle_of_the_input_is_reported() {
    for bytes in [&b"a"[..], b"a,y\n1,2\n"] {
        let error = y().read(Slow(bytes, true)).map_err(|e| e.to_string());
        assert_eq!(error.err().as_deref(), Some("CSV input: unplugged"));
    }
}

#[test]
fn one_byte_at_a_time_reads_the_same() -> Checked {
    let text = "\u{feff}\"a\",y\r\n1,2\r\n3,\"4\"";
    assert_eq!(y().read(Slow(text.as_bytes(), false))?, read(&y(), text)?);
    Ok(())
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), header: bool) {
        let _ = CsvReader::new("column_1").has_header(header).read(&bytes[..]);
    }

    #[test]
    fn arbitrary_csv_like_text_never_panics(
        text in "[a,y1?\"\r\n. ;-]{0,80}",
        policy in prop::sample::select(vec![MissingPolicy::Error, MissingPolicy::DropRows, MissingPolicy::MeanImpute]),
    ) {
        let _ = y().missing(policy).read(format!("a,y\n{text}").as_bytes());
        let _ = y().missing(policy).delimiter(b';').read(text.as_bytes());
        let _ = CsvReader::new("column_2").has_header(false).missing(policy).read(text.as_bytes());
    }

    #[test]
    fn a_number_is_what_the_standard_library_reads(
        text in "[+-]?([0-9]{1,25}|[0-9]{0,20}\\.[0-9]{0,25})([eE][+-]?[0-9]{1,3})?|[+-]?[0-9.e]{1,6}",
    ) {
        let reader = y().missing_tokens_only(["NA"]);
        let file = format!("a,y\n1,1\n{text},1\n");
        let mut read = reader.read(file.as_bytes());
        // Digits with a leading zero may be a code, unless they are said to be a number.
        if text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let is_code = matches!(read, Err(Error::LeadingZero { .. }));
            prop_assert!(is_code, "{}", text);
            read = reader.column_format("a", NumberFormat::new()).read(file.as_bytes());
        }
        match (text.parse::<f64>(), read) {
            (Ok(value), Ok(table)) => prop_assert_eq!(table.dataset().x()[[1, 0]].to_bits(), value.to_bits()),
            (expected, read) => prop_assert!(
                !expected.is_ok_and(f64::is_finite) && matches!(read, Err(Error::ParseNumber { .. })),
                "{}", text
            ),
        }
    }

    #[test]
    fn numbers_survive_writing_and_reading(
        rows in prop::collection::vec((-1e300..1e300f64, -1e-300..1e-300f64), 1..20),
    ) {
        let text: Vec<String> = rows.iter().map(|(a, y)| format!("{a:e},{y}")).collect();
        let table = CsvReader::new("column_2").has_header(false).read(text.join("\n").as_bytes());
        prop_assert!(table.is_ok());
        if let Ok(table) = table {
            for (row, (a, y)) in rows.iter().enumerate() {
                prop_assert_eq!(table.dataset().x()[[row, 0]], *a);
                prop_assert_eq!(table.dataset().y()[row], *y);
            }
        }
    }
}
