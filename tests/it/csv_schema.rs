//! A schema reads other files into the columns of the first; and the forms of files that are read directly.

use elltwo::data::{CsvReader, MissingPolicy, Schema, SchemaColumn, UnseenLevel};
use elltwo::{Error, Result};
use ndarray::array;
use std::fmt::Write;

type Checked = std::result::Result<(), Box<dyn std::error::Error>>;

const TRAINING: &str = "w,town,size,y\n1,Ulm,80.1,3\n2,Bonn,,4\n1,Kiel,0.2,5\n";

fn schema() -> Result<Schema> {
    let reader = CsvReader::new("y")
        .weights("w")
        .missing(MissingPolicy::MeanImpute);
    Ok(reader.read(TRAINING.as_bytes())?.schema().clone())
}

fn message(reader: &CsvReader, text: &str) -> String {
    match reader.read(text.as_bytes()) {
        Ok(table) => format!("accepted: {table:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_schema_survives_json_bit_for_bit() -> Checked {
    let schema = schema()?;
    let json = serde_json::to_string(&schema)?;
    assert!(json.starts_with("{\"format_version\":1,"), "{json}");
    assert_eq!(serde_json::from_str::<Schema>(&json)?, schema);
    let mean = f64::midpoint(80.1, 0.2);
    let columns = [
        SchemaColumn::category("town", ["Bonn", "Kiel", "Ulm"]),
        SchemaColumn::Number {
            name: "size".to_owned(),
            mean: Some(mean),
        },
    ];
    assert_eq!(schema, Schema::new("y", columns)?.with_weights("w")?);
    Ok(())
}

#[test]
fn stored_schemas_are_checked() -> Checked {
    let json = serde_json::to_string(&schema()?)?;
    for (from, to, message) in [
        (
            "\"format_version\":1",
            "\"format_version\":7",
            "stored schema has format version 7: this library reads version 1",
        ),
        (
            "\"Bonn\",\"Kiel\"",
            "\"Kiel\",\"Bonn\"",
            "stored schema cannot be read: levels must be sorted and distinct",
        ),
        (
            "\"Kiel\"",
            "\"Bonn\"",
            "stored schema cannot be read: levels must be sorted and distinct",
        ),
        (
            "\"name\":\"size\"",
            "\"name\":\"town\"",
            "two columns are named `town`",
        ),
        (
            "\"target\":\"y\"",
            "\"target\":\"size\"",
            "two columns are named `size`",
        ),
    ] {
        assert!(json.contains(from), "{json}");
        let error = serde_json::from_str::<Schema>(&json.replacen(from, to, 1)).expect_err(to);
        assert!(error.to_string().contains(message), "{error}");
    }
    assert!(matches!(Schema::new("y", []), Err(Error::Empty { .. })));
    let nan = SchemaColumn::Number {
        name: "a".to_owned(),
        mean: Some(f64::NAN),
    };
    assert!(matches!(
        Schema::new("y", [nan]),
        Err(Error::NonFinite { .. })
    ));
    Ok(())
}

#[test]
fn the_training_file_reads_the_same_by_its_schema() -> Checked {
    let reader = CsvReader::new("y")
        .weights("w")
        .missing(MissingPolicy::MeanImpute);
    let first = reader.read(TRAINING.as_bytes())?;
    let again = CsvReader::with_schema(first.schema().clone()).missing(MissingPolicy::MeanImpute);
    assert_eq!(again.read(TRAINING.as_bytes())?, first);
    Ok(())
}

#[test]
fn columns_are_found_by_name_and_others_ignored() -> Checked {
    let text = "comment,size,more,town\nhello,7,oops,Kiel\nthere,,1,Bonn\n";
    let reader = CsvReader::with_schema(schema()?)
        .missing(MissingPolicy::MeanImpute)
        .labels("comment");
    let table = reader.read(text.as_bytes())?;
    let data = table.dataset();
    assert_eq!(data.feature_names(), ["town=Kiel", "town=Ulm", "size"]);
    assert_eq!(
        data.x(),
        array![[1.0, 0.0, 7.0], [0.0, 0.0, f64::midpoint(80.1, 0.2)]]
    );
    assert_eq!(table.n_imputed(), 1);
    assert!(!table.has_target() && data.y().iter().all(|y| y.is_nan()) && data.weights().is_none());
    assert_eq!(
        data.labels().map(|labels| labels[1].as_str()),
        Some("there")
    );
    Ok(())
}

#[test]
fn an_absent_feature_is_named_with_the_nearest() -> Checked {
    assert_eq!(
        message(&CsvReader::with_schema(schema()?), "town,sise\nUlm,1\n"),
        "no column named `size`: did you mean `sise`?"
    );
    Ok(())
}

#[test]
fn an_unseen_level_is_refused_or_taken_for_the_base() -> Checked {
    let text = "town,size\nUlm,1\nRom,2\n";
    let reader = CsvReader::with_schema(schema()?);
    assert_eq!(
        message(&reader, text),
        "line 3, column `town`: `Rom` is none of the schema's 3 levels; correct it, or read unseen levels as the base level"
    );
    let table = reader
        .unseen_level(UnseenLevel::Base)
        .read(text.as_bytes())?;
    assert_eq!(
        table.dataset().x(),
        array![[0.0, 1.0, 1.0], [0.0, 0.0, 2.0]]
    );
    Ok(())
}

#[test]
fn a_target_may_be_there_and_left_unread() -> Checked {
    let text = "y,size,town\n3,1,Ulm\n?,1,Ulm\n";
    let reader = CsvReader::with_schema(schema()?);
    assert_eq!(
        message(&reader, text),
        "line 3, column `y`: missing value `?` (1 rows are affected); drop the rows or impute"
    );
    let table = reader.exclude(["y"]).read(text.as_bytes())?;
    assert!(!table.has_target());
    assert_eq!(table.dataset().n_samples(), 2);
    Ok(())
}

#[test]
fn a_schema_knows_numbers_whatever_the_file_looks_like() -> Checked {
    let reader = CsvReader::with_schema(schema()?);
    assert_eq!(
        message(&reader, "size,town\nbig,Ulm\n"),
        "line 2, column `size`: `big` is not a finite number"
    );
    // A category of numbers stays one, and levels the file lacks have their column.
    let codes = Schema::new("y", [SchemaColumn::category("g", ["1", "2", "10"])])?;
    let table = CsvReader::with_schema(codes).read("g\n10\n".as_bytes())?;
    assert_eq!(table.dataset().x(), array![[0.0, 1.0]]);
    Ok(())
}

#[test]
fn what_the_reader_is_told_must_agree_with_the_schema() -> Checked {
    let text = "town,size,y\nUlm,1,2\n";
    let reader = || schema().map(CsvReader::with_schema);
    for (reader, message_wanted) in [
        (
            reader()?.exclude(["size"]),
            "column `size` cannot be both feature and excluded",
        ),
        (
            reader()?.features(["size"]),
            "column `town` cannot be both feature and excluded",
        ),
        (
            reader()?.features(["town", "size", "x"]),
            "column `x` cannot be both outside the schema and feature",
        ),
        (
            reader()?.categorical(["size"]),
            "column `size` cannot be both a number of the schema and categorical",
        ),
        (
            reader()?.categorical(["x"]),
            "column `x` cannot be both outside the schema and categorical",
        ),
        (
            reader()?.labels("town"),
            "column `town` cannot be both labels and feature",
        ),
        (
            reader()?.weights("v"),
            "no column named `v`: did you mean `y`?",
        ),
    ] {
        assert_eq!(message(&reader, text), message_wanted);
    }
    assert!(
        reader()?
            .features(["size", "town"])
            .read(text.as_bytes())
            .is_ok()
    );
    Ok(())
}

#[test]
fn too_many_levels_are_refused_where_they_begin() -> Checked {
    let mut text = String::from("id,y\n");
    for i in 0..1001 {
        writeln!(text, "u{i},1\nu0,2").expect("a string takes it");
    }
    assert_eq!(
        message(&CsvReader::new("y"), &text),
        "column `id` has more than 1000 levels, the next on line 2002: exclude it, read it as labels, or raise max_levels"
    );
    let table = CsvReader::new("y").max_levels(1001).read(text.as_bytes())?;
    assert_eq!(table.dataset().n_features(), 1000);
    Ok(())
}

#[test]
fn columns_aligned_by_white_space_are_read() -> Checked {
    let text = " 18.0   8\t307.0 \"chevrolet  malibu\"\r\n\n15.0   8   ?\t\"buick \"\"320\"\"\" \n\t17 4 1e2 x";
    let reader = CsvReader::new("column_1")
        .has_header(false)
        .whitespace()
        .labels("column_4")
        .missing(MissingPolicy::DropRows);
    let table = reader.read(text.as_bytes())?;
    assert_eq!(table.dataset().x(), array![[8.0, 307.0], [4.0, 100.0]]);
    assert_eq!(table.dataset().y(), array![18.0, 17.0]);
    assert_eq!(
        table.dataset().labels().map(|l| l[0].clone()),
        Some("chevrolet  malibu".to_owned())
    );
    assert_eq!(table.dataset().lines(), Some(&[1, 4][..]));
    assert_eq!(
        message(&reader, "1 2 3 4\n1 2 3\n"),
        "line 2: expected 4 fields, found 3"
    );
    Ok(())
}

#[test]
fn a_delimiter_that_numbers_contain_separates_them() -> Checked {
    let table = CsvReader::new("y")
        .delimiter(b'e')
        .read("ae y \n1e5\n-2e7\n".as_bytes())?;
    assert_eq!(
        (table.dataset().x(), table.dataset().y()),
        (array![[1.0], [-2.0]].view(), array![5.0, 7.0].view())
    );
    let table = CsvReader::new("y")
        .delimiter(b'-')
        .read("a-y\n1-5\n2-7\n".as_bytes())?;
    assert_eq!(table.dataset().y(), array![5.0, 7.0]);
    Ok(())
}

#[test]
fn a_number_that_stands_for_missing_is_no_number() -> Checked {
    let reader = CsvReader::new("y")
        .missing_tokens(["-999"])
        .missing(MissingPolicy::DropRows);
    let table = reader.read("a,y\n1,1\n-999,2\n-999.0,3\n".as_bytes())?;
    assert_eq!(table.dataset().x(), array![[1.0]]);
    Ok(())
}

#[cfg(feature = "gzip")]
#[test]
fn a_compressed_file_reads_as_its_text() -> Checked {
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    let pack = |text: &str| -> std::io::Result<Vec<u8>> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes())?;
        encoder.finish()
    };
    let reader = CsvReader::new("y");
    let plain = reader.read("a,y\n1,2\n3,4\n".as_bytes())?;
    // Two members, end to end, and a byte order mark inside.
    let packed = [pack("\u{feff}a,y\n1,")?, pack("2\n3,4\n")?].concat();
    assert_eq!(reader.read(&packed[..])?, plain);
    let cut = reader.read(&packed[..packed.len() - 9]);
    assert!(matches!(cut, Err(Error::Io { .. })), "{cut:?}");
    Ok(())
}

#[test]
fn a_level_of_a_row_that_is_dropped_does_not_matter() -> Checked {
    let reader = CsvReader::with_schema(schema()?).missing(MissingPolicy::DropRows);
    // The value that is missing may come before or after the level.
    for text in [
        "town,size,y\nUlm,1,1\nRom,,2\n",
        "size,town,y\n1,Ulm,1\n?,Rom,2\n",
        "size,town,y\n1,Ulm,1\n1,Rom,NA\n",
    ] {
        let table = reader.read(text.as_bytes())?;
        assert_eq!((table.n_rows(), table.n_dropped()), (2, 1), "{text}");
        let chunks = reader.chunks(text.as_bytes(), 1)?;
        assert_eq!(chunks.collect::<Result<Vec<_>>>()?.len(), 1, "{text}");
    }
    let kept = "size,town,y\n1,Ulm,1\n1,Rom,2\n";
    assert!(message(&reader, kept).contains("line 3, column `town`: `Rom` is none"));
    let refuses = CsvReader::with_schema(schema()?);
    assert!(message(&refuses, "size,town,y\n?,Rom,2\n").contains("`Rom`"));
    let parts = CsvReader::new("y").date_parts("day", [elltwo::data::DatePart::Weekday]);
    let training = parts.read("day,y\n2024-02-27,1\n2024-03-04,2\n".as_bytes())?;
    let reader = CsvReader::with_schema(training.schema().clone());
    let reader = reader.missing(MissingPolicy::DropRows);
    let text = "day,y\n2024-02-28,\n2024-02-27,1\n";
    assert_eq!(reader.read(text.as_bytes())?.n_dropped(), 1);
    Ok(())
}

#[test]
fn names_that_differ_by_composition_or_invisible_characters_are_one() -> Checked {
    let (composed, taken_apart) = ("caf\u{e9}", "cafe\u{301}");
    for (header, asked) in [
        (composed, taken_apart),
        (taken_apart, composed),
        ("net\u{a0}in\u{200b}come", "net income"),
        ("net income", "net\u{202f}income\u{feff}"),
        ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
    ] {
        let text = format!("{header},w,town,y\n1,1,Ulm,2\n2,1,Bonn,4\n3,2,Ulm,7\n");
        let reader = CsvReader::new("y").features([asked, "town"]);
        let table = reader.read(text.as_bytes())?;
        assert_eq!(table.dataset().x().column(0).to_vec(), [1.0, 2.0, 3.0]);
        for reader in [
            CsvReader::new(asked).weights("w"),
            CsvReader::new("y").weights(asked),
            CsvReader::new("y").labels(asked),
            CsvReader::new("y").exclude([asked]),
            CsvReader::new("y").categorical([asked]),
            CsvReader::new("y").column_format(asked, elltwo::data::NumberFormat::new()),
        ] {
            reader.read(text.as_bytes())?;
        }
        let description = CsvReader::new("").describe(text.as_bytes(), Some(asked))?;
        assert_eq!(description.columns.len(), 4);
        // A schema that was written by hand, and one that was stored.
        let columns = [
            SchemaColumn::number(asked),
            SchemaColumn::category("town", ["Ulm", "Bonn"]),
        ];
        let written = Schema::new("y", columns)?;
        assert_eq!(written, *table.schema());
        let data = CsvReader::with_schema(written).read(text.as_bytes())?;
        assert_eq!(data.dataset().x(), table.dataset().x());
    }
    let dates = CsvReader::new("y").date(taken_apart);
    let table = dates.read(format!("{composed},y\n2024-02-28,1\n2024-03-01,2\n").as_bytes())?;
    assert_eq!(table.dataset().x(), array![[0.0], [2.0]]);
    // Two headers that become one are two columns of one name.
    let text = format!("{composed},{taken_apart},y\n1,2,3\n2,3,5\n");
    let error = CsvReader::new("y").read(text.as_bytes());
    assert!(matches!(error, Err(Error::DuplicateColumn { name }) if name == composed));
    Ok(())
}
