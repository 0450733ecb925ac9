//! Checks of everything that parses, for any bytes: the bodies of the fuzz targets, which the tests also run on the
//! stored corpus. A check panics where a promise is broken.

#![allow(dead_code)] // each target uses one of them

use std::time::{Duration, Instant};

use elltwo::data::{
    CsvReader, DatePart, Frame, MissingPolicy, NumberFormat, Percent, Schema, Table, UnseenLevel,
};
use elltwo::formula::{Design, Formula, Learner};
use elltwo::inference::PredictionErrors;
use elltwo::model::{Predictor, SgdState};
use elltwo::moments::Moments;
use elltwo::{Error, LinearModel};
use ndarray::Ix2;

/// Bytes of a long file.
const LONG: usize = 100_000;
/// Bytes of memory that reading takes whatever the input is: blocks, and the decoders of compressed files.
const FLOOR: usize = 4 << 20;
/// Bytes of memory for each of the input, beside the design.
const MEMORY: usize = 50;
/// Bytes of memory for what is known of a column, which shows where it has few rows.
const COLUMN: usize = 2 << 10;
/// Time on the processor that a long file may take.
const TIME: Duration = Duration::from_secs(2);
/// Numbers of one input that are read, each as a file of its own.
const FIELDS: usize = 8;

/// A reader with the options that some bytes describe, of a schema or of a target.
fn reader(options: &[u8], schema: Option<Schema>) -> CsvReader {
    let byte = |i: usize| options.get(i).copied().unwrap_or_default();
    let bit = |i: usize, b: u8| byte(i) >> b & 1 == 1;
    let target = if bit(0, 0) { "y" } else { "column_1" };
    let mut reader = schema.map_or_else(|| CsvReader::new(target), CsvReader::with_schema);
    reader = match byte(0) >> 1 & 7 {
        0 => reader.delimiter(b','),
        1 => reader.delimiter(b';'),
        2 => reader.delimiter(b'\t'),
        3 => reader.whitespace(),
        _ => reader,
    };
    reader = reader.has_header(bit(0, 0) || bit(0, 4));
    reader = reader.missing(match byte(1) & 3 {
        0 => MissingPolicy::DropRows,
        1 => MissingPolicy::MeanImpute,
        _ => MissingPolicy::Error,
    });
    if bit(1, 2) {
        reader = reader.missing_tokens(["-999", "n/a"]);
    }
    if bit(1, 3) {
        reader = reader.missing_tokens_only([""]);
    }
    if bit(1, 4) {
        reader = reader.categorical(["a", "column_2"]);
    }
    if bit(1, 5) {
        reader = reader.exclude(["b", "column_3"]);
    }
    if bit(1, 6) {
        reader = reader.weights("w");
    }
    if bit(1, 7) {
        reader = reader.labels_from_unused(true);
    }
    if bit(2, 0) {
        reader = reader.max_levels(3);
    }
    if bit(2, 1) {
        reader = reader.unseen_level(UnseenLevel::Base);
    }
    if bit(2, 2) {
        reader = reader.comment(b'#');
    }
    reader = match byte(2) >> 3 & 3 {
        1 => reader.skip_rows(1),
        2 => reader.skip_rows_after_header(1),
        _ => reader,
    };
    reader = match byte(2) >> 5 & 3 {
        1 => reader.encoding("utf-16le"),
        2 => reader.encoding("windows-1252"),
        _ => reader,
    };
    let options = byte(2) >> 7 | (byte(0) >> 6) << 1;
    reader = match options {
        1 => reader.number_format(NumberFormat::new().decimal(',').thousands('.')),
        2 => reader.number_format(NumberFormat::new().thousands(',').percent(Percent::Allowed)),
        3 => reader.column_format("a", NumberFormat::new().strip("kg").thousands(' ')),
        4 => reader.date("a"),
        5 => reader.date_parts("a", [DatePart::Year, DatePart::Month, DatePart::Weekday]),
        _ => reader,
    };
    reader
}

/// Checks what a reader promises of a table.
fn holds(table: &Table) {
    let data = table.dataset();
    assert!(data.x().iter().all(|v| v.is_finite()));
    assert_eq!(data.x().dim(), (data.y().len(), data.feature_names().len()));
    assert_eq!(data.y().len() + table.n_dropped(), table.n_rows());
}

/// Reads a file within the memory and the time for its length.
fn read_within_bounds(reader: &CsvReader, text: &[u8]) {
    let (start, mut design) = (on_processor(), 0);
    let memory = allocation_counter::measure(|| {
        // What the levels of categories make is asked for, however long they are.
        design = reader
            .read(text)
            .map_or(0, |table| 8 * table.dataset().x().len());
    });
    let taken = on_processor().saturating_sub(start);
    let parts = u32::try_from(text.len().div_ceil(LONG)).unwrap_or(u32::MAX);
    assert!(
        taken <= TIME * parts.max(1),
        "{} bytes took {taken:?}",
        text.len()
    );
    let limit = FLOOR + MEMORY * text.len() + COLUMN * most_fields(text) + 2 * design;
    let most = usize::try_from(memory.bytes_max).unwrap_or(usize::MAX);
    assert!(
        most <= limit,
        "{} bytes took {most} of memory, {limit} allowed",
        text.len()
    );
}

/// The fields of the line that has the most, whatever separates them.
fn most_fields(text: &[u8]) -> usize {
    let lines = text.split(|byte| matches!(byte, b'\n' | b'\r'));
    let fields = lines.map(|line| {
        line.iter()
            .filter(|byte| b",;\t| \0".contains(byte))
            .count()
    });
    1 + fields.max().unwrap_or(0)
}

/// Time of this thread on the processor, where the system tells it; others that run at the same time do not count.
fn on_processor() -> Duration {
    static BEGIN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    let known = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = known.and_then(|text| text.split(' ').next()?.parse().ok());
    match nanoseconds {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        None => BEGIN.get_or_init(Instant::now).elapsed(),
    }
}

/// The file with what follows its first line again and again, until it is long.
fn lengthened(text: &[u8]) -> Vec<u8> {
    let end = text.iter().position(|byte| *byte == b'\n');
    let (header, rows) = text.split_at(end.map_or(0, |end| end + 1));
    let times = LONG / rows.len().max(1);
    [header, &rows.repeat(times)].concat()
}

/// Reads a file with options: whole, in chunks by the schema of the whole, which give the same rows, and described; now
/// and then also made long, within the bounds of time and memory.
pub(crate) fn csv(data: &[u8]) {
    let (options, text) = data.split_at(data.len().min(4));
    let rows = options.last().map_or(1, |rows| usize::from(*rows).max(1));
    let whole = reader(options, None);
    let is_compressed = [&b"\x1f\x8b"[..], b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"]
        .iter()
        .any(|magic| text.starts_with(magic));
    if !is_compressed {
        read_within_bounds(&whole, text);
        if rows % 16 == 0 {
            read_within_bounds(&whole, &lengthened(text));
        }
    }
    let _ = whole.describe(text, Some("y")).map(|d| d.columns.len());
    let Ok(table) = whole.read(text) else {
        return;
    };
    holds(&table);
    let stored = serde_json::to_string(table.schema()).expect("a schema can be stored");
    let schema: Schema = serde_json::from_str(&stored).expect("a stored schema can be read");
    assert_eq!(&schema, table.schema());
    let again = reader(options, Some(schema));
    let chunks: Result<Vec<_>, _> = again.chunks(text, rows).and_then(Iterator::collect);
    let chunks = chunks.expect("what was read whole can be read in chunks");
    let whole = table.dataset();
    let mut from = 0;
    for chunk in &chunks {
        let to = from + chunk.y().len();
        assert_eq!(chunk.x(), whole.x().slice(ndarray::s![from..to, ..]));
        assert_eq!(chunk.y(), whole.y().slice(ndarray::s![from..to]));
        from = to;
    }
    assert_eq!(from, whole.y().len());
}

/// Reads texts as a column of numbers, beside the standard library.
pub(crate) fn numbers(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let fields = text.split(|c: char| c.is_control() || "\",;\u{feff}".contains(c));
    for field in fields.take(FIELDS) {
        let field = field.trim();
        // A text of its own would begin the file differently.
        let file = format!("y,a\n1,0\n2,{field}\n");
        // Said to be numbers, digits with a leading zero are no codes.
        let table = CsvReader::new("y")
            .delimiter(b',')
            .features(["a"])
            .column_format("a", NumberFormat::new())
            .read(file.as_bytes());
        let plain = field
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
        match (field.parse::<f64>(), table) {
            (Ok(value), Ok(table)) if plain => {
                let read = table.dataset().x()[[1, 0]];
                assert_eq!(read.to_bits(), value.to_bits(), "{field:?}");
            }
            (Ok(value), Err(_)) => assert!(!plain || !value.is_finite(), "{field:?} is refused"),
            (_, Ok(table)) => holds(&table),
            (Err(_), Err(_)) => {}
        }
    }
}

/// Reads a formula, which is then printed, read again, and learnt from a small frame; an error's caret is within the
/// text.
pub(crate) fn formula(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let formula: Formula = match text.parse() {
        Ok(formula) => formula,
        Err(error) => return is_placed(&error),
    };
    let printed = formula.to_string();
    let again: Formula = printed.parse().expect("a printed formula can be read");
    assert_eq!(again, formula, "{text:?} is printed as {printed:?}");
    let numbers = |f: fn(f64) -> f64| (0..12).map(f64::from).map(f);
    let frame = Frame::default()
        .with_numbers("y", numbers(|i| 1.0 + i))
        .and_then(|frame| frame.with_numbers("x", numbers(|i| (i - 5.5) * 0.5)))
        .and_then(|frame| frame.with_numbers("z", numbers(|i| 1.0 + (7.0 * i) % 12.0)))
        .and_then(|frame| {
            frame.with_category("g", "abcabcabcaab".split("").filter(|t| !t.is_empty()))
        })
        .expect("a frame");
    let start = on_processor();
    let mut learner = Learner::new(&formula).max_columns(200);
    let learnt = learner.update(&frame).and_then(|()| learner.finish());
    let made = learnt.and_then(|design| Ok((design.matrix(&frame)?, design)));
    let taken = on_processor().saturating_sub(start);
    assert!(taken <= TIME, "{text:?} took {taken:?}");
    let (matrix, design) = match made {
        Ok(made) => made,
        Err(error) => return is_placed(&error),
    };
    assert_eq!(matrix.dim(), (12, design.column_names().len()));
    assert!(matrix.iter().all(|value| value.is_finite()), "{text:?}");
    let stored = serde_json::to_string(&design).expect("a design can be stored");
    let read: Design = serde_json::from_str(&stored).expect("a stored design can be read");
    assert_eq!(
        read.matrix(&frame).expect("the columns of its frame"),
        matrix
    );
}

/// Checks that an error of a formula points into it.
fn is_placed(error: &Error) {
    let _ = error.to_string();
    if let Error::Formula {
        formula, position, ..
    } = error
    {
        assert!(formula.is_char_boundary(*position), "{error}");
    }
}

/// Reads whatever is stored as JSON.
pub(crate) fn json(data: &[u8]) {
    if let Ok(schema) = serde_json::from_slice::<Schema>(data) {
        let _ = schema.feature_names();
        let _ = CsvReader::with_schema(schema).read(&b"y,a\n1,2\n"[..]);
    }
    if let Ok(model) = serde_json::from_slice::<LinearModel<f64>>(data) {
        let x = ndarray::Array2::zeros((2, model.n_features().min(1000)));
        let _ = model.predict(x.view());
    }
    if let Ok(model) = serde_json::from_slice::<LinearModel<f32, Ix2>>(data) {
        let x = ndarray::Array2::zeros((2, model.n_features().min(1000)));
        let _ = model.predict(x.view());
    }
    let _ = serde_json::from_slice::<PredictionErrors>(data);
    let _ = serde_json::from_slice::<SgdState<f64>>(data);
    if let Ok(moments) = serde_json::from_slice::<Moments>(data) {
        used(&moments);
    }
}

/// Reads bytes as moments, which then can be written, merged and fitted.
pub(crate) fn moments(data: &[u8]) {
    if let Ok(moments) = Moments::from_bytes(data) {
        assert_eq!(
            Moments::from_bytes(&moments.to_bytes()).expect("its own bytes"),
            moments
        );
        used(&moments);
    }
}

fn used(moments: &Moments) {
    let mut twice = moments.clone();
    let _ = twice.merge(moments);
    if moments.n_features() < 50 {
        let ridge = elltwo::model::RidgeRegression::new().lambda(0.1);
        let _ = ridge.fit_moments::<Ix2>(moments);
    }
}

/// Reads a table of plain numbers beside the `csv` crate and the standard library's parser: what both accept is the
/// same to the last bit.
pub(crate) fn differential(data: &[u8]) {
    let lone = |pair: &[u8]| pair[0] == b'\r' && pair[1] != b'\n';
    if data.windows(2).any(lone) || data.last() == Some(&b'\r') {
        // The crate ends a line at any carriage return, ours where the file has no other line ends.
        return;
    }
    let mut reference = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(data);
    let Ok(records) = reference.records().collect::<Result<Vec<_>, _>>() else {
        return;
    };
    let Some((header, rows)) = records.split_first() else {
        return;
    };
    let names: std::collections::BTreeSet<&str> = header.iter().collect();
    let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase()) && !name.is_empty();
    if rows.is_empty() || names.len() != header.len() || !names.iter().all(|n| is_name(n)) {
        return;
    }
    if header.len() < 2 || !names.contains("y") || names.contains("nan") {
        return;
    }
    let is_number = |field: &str| {
        field
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
    };
    let mut cells = Vec::new();
    for row in rows {
        for field in row {
            match field.parse::<f64>() {
                Ok(value) if value.is_finite() && is_number(field) => cells.push(value),
                _ => return,
            }
        }
    }
    // Said to be numbers, digits with a leading zero are no codes.
    let reader = CsvReader::new("y").delimiter(b',');
    let reader = header.iter().fold(reader, |reader, name| {
        reader.column_format(name, NumberFormat::new())
    });
    let table = match reader.read(data) {
        // Of a file that ends inside quotes the crate makes a field.
        Err(Error::UnclosedQuote { .. }) => return,
        table => table,
    };
    let table = table.unwrap_or_else(|error| panic!("plain numbers are refused: {error}"));
    let (data, target) = (
        table.dataset(),
        header.iter().position(|n| n == "y").unwrap_or(0),
    );
    for (i, row) in cells.chunks(header.len()).enumerate() {
        let (mut row, mut j) = (row.to_vec(), 0);
        assert_eq!(row.remove(target).to_bits(), data.y()[i].to_bits());
        for (value, name) in row.iter().zip(header.iter().filter(|n| *n != "y")) {
            assert_eq!(data.feature_names()[j], name);
            assert_eq!(value.to_bits(), data.x()[[i, j]].to_bits());
            j += 1;
        }
    }
    assert_eq!(data.y().len(), rows.len());
}
