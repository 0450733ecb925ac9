//! Reading in chunks gives what reading whole gives, some rows at a time.

use std::fmt::Write;
use std::io::{self, Read};

use elltwo::data::{CsvReader, Dataset, MissingPolicy, Schema, SchemaColumn};
use elltwo::{Error, Result};
use ndarray::{Axis, concatenate};
use proptest::prelude::*;

type Checked = std::result::Result<(), Box<dyn std::error::Error>>;

fn y() -> CsvReader {
    CsvReader::new("y")
}

fn chunks(reader: &CsvReader, text: &str, rows: usize) -> Result<Vec<Dataset>> {
    reader.chunks(text.as_bytes(), rows)?.collect()
}

/// The chunks, one below the other.
fn joined(parts: &[Dataset]) -> Result<Dataset> {
    let x: Vec<_> = parts.iter().map(Dataset::x).collect();
    let targets: Vec<_> = parts.iter().map(Dataset::y).collect();
    let x = concatenate(Axis(0), &x).map_err(|_| Error::Empty { what: "x" })?;
    let targets = concatenate(Axis(0), &targets).map_err(|_| Error::Empty { what: "y" })?;
    let lines = parts
        .iter()
        .flat_map(|part| part.lines().unwrap_or_default());
    let mut data = Dataset::new(x, targets)?
        .with_feature_names(parts[0].feature_names())?
        .with_target_name(parts[0].target_name())
        .with_lines(lines.copied().collect())?;
    if parts[0].labels().is_some() {
        let labels = parts
            .iter()
            .flat_map(|part| part.labels().unwrap_or_default());
        data = data.with_labels(labels.map(String::as_str))?;
    }
    if parts[0].weights().is_some() {
        let weights: Vec<_> = parts.iter().filter_map(Dataset::weights).collect();
        let weights =
            concatenate(Axis(0), &weights).map_err(|_| Error::Empty { what: "weights" })?;
        data = data.with_weights(weights)?;
    }
    Ok(data)
}

#[test]
fn chunks_of_any_size_are_the_whole_in_pieces() -> Checked {
    let text = "\u{feff}n,a,w,y\r\n\"one\r\ntwo\",1,0,10\r\n\r\n\"x\ny\",NA,1,20\nz,3,2,30\n\"\"\"q\"\"\",4,0,\n5,5,1,50\n6,-6e-3,1,60";
    let reader = y()
        .labels("n")
        .weights("w")
        .missing(MissingPolicy::DropRows);
    let whole = reader.read(text.as_bytes())?;
    assert_eq!((whole.n_rows(), whole.n_dropped()), (6, 2));
    for rows in 1..8 {
        let parts = chunks(&reader, text, rows)?;
        let sizes: Vec<usize> = parts.iter().map(Dataset::n_samples).collect();
        assert!(
            sizes[..sizes.len() - 1].iter().all(|n| *n == rows),
            "{sizes:?}"
        );
        assert_eq!(&joined(&parts)?, whole.dataset(), "{rows} rows");
    }
    Ok(())
}

#[test]
fn categories_and_means_come_from_the_schema_of_a_sample() -> Checked {
    let reader = y().categorical(["g"]).missing(MissingPolicy::MeanImpute);
    let whole = reader.read("g,a,y\n2,1,1\n10,,2\n2,5,3\n9,6,4\n".as_bytes())?;
    let again = CsvReader::with_schema(whole.schema().clone()).missing(MissingPolicy::MeanImpute);
    let parts = chunks(&again, "g,a,y\n2,1,1\n10,,2\n2,5,3\n9,6,4\n", 3)?;
    assert_eq!(&joined(&parts)?, whole.dataset());
    assert_eq!(parts[1].feature_names(), ["g=9", "g=10", "a"]);
    assert_eq!(parts[0].x()[[1, 2]], 4.0);
    Ok(())
}

#[test]
fn what_only_the_end_of_the_file_tells_needs_a_schema() {
    for (reader, text, what) in [
        (
            y(),
            "a,g,y\n1,u,2\n",
            "column `g`: the levels of a category",
        ),
        (
            y().categorical(["g"]),
            "a,g,y\n1,1,2\n",
            "column `g`: the levels of a category",
        ),
        (
            y().missing(MissingPolicy::MeanImpute),
            "a,y\n1,2\n",
            "column `a`: the mean that stands for a missing value",
        ),
        (
            CsvReader::with_schema(
                Schema::new("y", [SchemaColumn::number("a")]).expect("a schema"),
            )
            .missing(MissingPolicy::MeanImpute),
            "a,y\n1,2\n",
            "column `a`: the mean that stands for a missing value",
        ),
    ] {
        let error = chunks(&reader, text, 2).expect_err(what);
        assert!(matches!(error, Error::SchemaRequired { .. }), "{error}");
        assert!(error.to_string().starts_with(what), "{error}");
    }
}

#[test]
fn text_after_numbers_is_a_mistake_in_chunks_too() {
    let error = chunks(&y(), "a,y\n1,1\n2,1\noops,1\n", 1).expect_err("oops");
    assert_eq!(
        error.to_string(),
        "line 4, column `a`: `oops` is not a finite number"
    );
}

#[test]
fn full_chunks_before_an_error_are_handed_out_and_nothing_after_it() -> Checked {
    let mut read = y().chunks("a,y\n1,1\n2,2\n3,3\n4\n5,5\n6,6\n".as_bytes(), 2)?;
    assert_eq!(
        read.next().transpose()?.map(|data| data.n_samples()),
        Some(2)
    );
    assert!(matches!(
        read.next(),
        Some(Err(Error::RaggedRow { line: 5, .. }))
    ));
    assert!(read.next().is_none());
    assert_eq!(read.n_samples(), 2);
    Ok(())
}

#[test]
fn a_missing_value_is_refused_by_the_chunk_that_has_it() -> Checked {
    let mut read = y().chunks("a,y\n1,1\n2,2\n3,?\n,4\nNA,5\n".as_bytes(), 2)?;
    assert!(read.next().is_some_and(|chunk| chunk.is_ok()));
    let error = read.next().and_then(Result::err).ok_or("an error")?;
    assert_eq!(
        error.to_string(),
        "line 4, column `y`: missing value `?` (2 rows are affected); drop the rows or impute"
    );
    Ok(())
}

#[test]
fn files_without_rows_are_refused_in_chunks_too() {
    let drop = y().missing(MissingPolicy::DropRows);
    for (text, message) in [
        ("a,y\n", "the CSV input has no data rows"),
        (
            "a,y\n?,1\n1,?\n",
            "the CSV input, once rows with a missing value are dropped, has no data rows",
        ),
        (
            "a,y\n?,1\n?,2\n",
            "column `a` has no value in any of 2 rows",
        ),
    ] {
        assert_eq!(chunks(&drop, text, 5).expect_err(text).to_string(), message);
    }
    assert!(matches!(chunks(&y(), "", 1), Err(Error::Empty { .. })));
    assert!(matches!(
        chunks(&y(), "a,y\n1,2\n", 0),
        Err(Error::InvalidParameter { name: "rows", .. })
    ));
}

#[test]
fn weights_may_be_zero_in_a_chunk_but_not_in_all_of_them() -> Checked {
    let reader = y().weights("w");
    assert_eq!(chunks(&reader, "a,w,y\n1,0,1\n2,0,2\n3,1,3\n", 2)?.len(), 2);
    assert!(matches!(
        chunks(&reader, "a,w,y\n1,0,1\n2,0,2\n", 1),
        Err(Error::ZeroWeights)
    ));
    assert!(matches!(
        chunks(&reader, "a,w,y\n1,1,1\n2,1,2\n3,-1,3\n", 2),
        Err(Error::NegativeWeightAt {
            line: 4,
            value: -1.0,
            ..
        })
    ));
    Ok(())
}

/// Many rows made as they are read; counts the bytes.
struct Endless<'a> {
    row: &'a [u8],
    at: usize,
    read: &'a mut usize,
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        for byte in buffer.iter_mut() {
            *byte = self.row[self.at];
            self.at = (self.at + 1) % self.row.len();
        }
        *self.read += buffer.len();
        Ok(buffer.len())
    }
}

#[test]
fn an_input_without_end_is_read_no_further_than_needed() -> Checked {
    let mut read = 0;
    let input = Endless {
        row: b"1.5,-2\n",
        at: 0,
        read: &mut read,
    };
    let reader = CsvReader::new("column_2").has_header(false);
    let first: Vec<Dataset> = reader.chunks(input, 1000)?.take(3).collect::<Result<_>>()?;
    assert_eq!(joined(&first)?.x().sum(), 4500.0);
    assert!(read < 16 << 20, "{read} bytes");
    Ok(())
}

/// Rows in more blocks than one, so that threads and their order matter.
fn long(rows: usize, quoted: bool) -> String {
    let mut text = String::from("a,note,g,y\n");
    for i in 0..rows {
        let note = if quoted && i % 7 == 0 {
            "\"one,\n\"\"two\"\"\""
        } else {
            "plain text"
        };
        let a = if i % 11 == 0 {
            "NA".to_owned()
        } else {
            format!("{}", (i as f64).sqrt())
        };
        writeln!(text, "{a},{note},level {},{i}", (i * i) % 13).expect("a string takes it");
    }
    text
}

#[test]
fn many_blocks_are_put_together_in_order() -> Checked {
    for quoted in [false, true] {
        let text = long(40_000, quoted);
        assert!(text.len() > 4 * (256 << 10));
        let reader = y().labels("note").missing(MissingPolicy::DropRows);
        let whole = reader.read(text.as_bytes())?;
        let data = whole.dataset();
        assert_eq!(data.n_samples(), 40_000 - 40_000_usize.div_ceil(11));
        for (row, target) in data.y().iter().enumerate() {
            assert_eq!(data.x()[[row, 0]], target.sqrt());
        }
        let again = CsvReader::with_schema(whole.schema().clone())
            .labels("note")
            .missing(MissingPolicy::DropRows);
        assert_eq!(&joined(&chunks(&again, &text, 7919)?)?, data);
    }
    Ok(())
}

#[test]
fn a_mistake_is_found_on_its_line_in_any_block() {
    for row in [10, 20_000, 39_000] {
        let text = long(40_000, true);
        let broken = text.replacen(&format!(",{row}\n"), &format!(",{row}x\n"), 1);
        let line = 1 + text[..text.find(&format!(",{row}\n")).expect("the row")]
            .matches('\n')
            .count() as u64;
        let error = y()
            .labels("note")
            .read(broken.as_bytes())
            .expect_err("a mistake");
        assert!(
            matches!(&error, Error::ParseNumber { line: l, value, .. } if *l == line && *value == format!("{row}x")),
            "{error}, not line {line}"
        );
    }
}

proptest! {
    #[test]
    fn any_text_reads_in_chunks_as_it_reads_whole(
        text in "([0-9.e-]{1,3}|\"[0-9\n]{0,2}\"|NA|)(,([0-9]{1,2}|\"[0-9]\"|\\?))(\r?\n([0-9]{1,3}|\"[0-9\n]{0,2}\"|NA)(,([0-9]{1,2}|\"[0-9]\"|\\?))){0,8}",
        rows in 1_usize..5,
    ) {
        let schema = Schema::new("column_2", [SchemaColumn::number("column_1")]).expect("a schema");
        let reader = CsvReader::with_schema(schema).has_header(false).missing(MissingPolicy::DropRows);
        let whole = reader.read(text.as_bytes());
        let parts = chunks(&reader, &text, rows);
        match (whole, parts) {
            (Ok(whole), Ok(parts)) => prop_assert_eq!(&joined(&parts).ok(), &Some(whole.into_dataset())),
            (Err(whole), Err(parts)) => prop_assert_eq!(whole.to_string(), parts.to_string()),
            (whole, parts) => prop_assert!(false, "{whole:?} whole, {parts:?} in chunks"),
        }
    }
}
