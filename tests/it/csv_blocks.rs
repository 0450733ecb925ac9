//! Files of many blocks whose records are nearly all plain numbers: the others among them are read as they would be alone.

use std::fmt::Write;
use std::io::{Cursor, Error as IoError, Read};

use elltwo::Error;
use elltwo::data::{CsvReader, Dataset, MissingPolicy, NumberFormat};
use proptest::prelude::*;

type Checked = Result<(), Box<dyn std::error::Error>>;

/// Rows that fill some dozens of blocks: more than are under way at a time.
const ROWS: usize = 150_000;

/// The cells of a row, as written.
fn cells(row: usize) -> [String; 3] {
    let number = (row as f64 * 0.618_033_988_749_894_9).fract() * 20.0 - 5.0;
    [
        number.to_string(),
        format!("{:.3}", number * 100.0),
        (row * 7_919 % 100_003).to_string(),
    ]
}

/// Three columns; `write` may put a row differently.
fn file(mut write: impl FnMut(usize, &[String; 3], &mut String) -> bool) -> String {
    let mut text = "a,b,y\n".to_owned();
    for row in 0..ROWS {
        let cells = cells(row);
        if !write(row, &cells, &mut text) {
            writeln!(text, "{}", cells.join(",")).unwrap_or_default();
        }
    }
    text
}

fn number(text: &str) -> f64 {
    text.trim().parse().unwrap_or(f64::NAN)
}

/// Whether these are the rows of [`cells`], to the bit.
fn holds_all(data: &Dataset, row_of: impl Fn(usize) -> usize) -> bool {
    (0..data.n_samples()).all(|at| {
        let [a, b, y] = cells(row_of(at)).map(|text| number(&text).to_bits());
        let found = [data.x()[[at, 0]], data.x()[[at, 1]], data.y()[at]];
        found.map(f64::to_bits) == [a, b, y]
    })
}

#[test]
fn every_way_to_write_a_row_among_plain_ones_is_read() -> Checked {
    let text = file(|row, [a, b, y], text| {
        let line = match row % 1_000 {
            17 => format!("\"{a}\",{b},{y}\n"),
            118 => format!("{a},{b},{y}\r\n"),
            219 => format!("\n \n{a},{b},{y}\n"),
            320 => format!(" {a} ,\t{b},{y} \n"),
            421 => format!("{a}e0,{b}E-0,+{y}\n"),
            522 => format!("{a},{b},{y}.0\n"),
            623 => format!("{a},{b}0000000000000000000000,{y}\n"),
            724 => format!("{a},\"{b}\",\"{y}\"\r\n"),
            _ => return false,
        };
        text.push_str(&line);
        true
    });
    let table = CsvReader::new("y").read(text.as_bytes())?;
    assert_eq!(table.dataset().n_samples(), ROWS);
    assert!(holds_all(table.dataset(), |at| at));
    // Blank lines count.
    let lines = table.dataset().lines().unwrap_or_default();
    let blank = (0..ROWS).scan(0, |blank, row| {
        *blank += 2 * u64::from(row % 1_000 == 219);
        Some(row as u64 + 2 + *blank)
    });
    assert!(lines.iter().copied().eq(blank));
    Ok(())
}

#[test]
fn a_column_that_is_missing_for_many_blocks_is_one_of_numbers_all_the_same() -> Checked {
    let begins = ROWS * 2 / 3;
    let text = file(|row, [a, _, y], text| {
        if row < begins {
            writeln!(text, "{a},NA,{y}").unwrap_or_default();
        }
        row < begins
    });
    let reader = CsvReader::new("y").missing(MissingPolicy::DropRows);
    let table = reader.read(text.as_bytes())?;
    assert_eq!(table.dataset().n_samples(), ROWS - begins);
    assert!(holds_all(table.dataset(), |at| at + begins));
    Ok(())
}

#[test]
fn a_mistake_after_many_blocks_is_found_on_its_line() {
    let at = ROWS - 1_000;
    let read = |bad: &str| {
        let text = file(|row, [a, b, y], text| {
            if row == at {
                text.push_str(&bad.replace('A', a).replace('B', b).replace('Y', y));
            }
            row == at
        });
        CsvReader::new("y").read(text.as_bytes())
    };
    let expected = at as u64 + 2;
    assert!(
        matches!(read("A,B,Y,1\n"), Err(Error::RaggedRow { line, found: 4, .. }) if line == expected)
    );
    assert!(
        matches!(read("A,B\n"), Err(Error::RaggedRow { line, found: 2, .. }) if line == expected)
    );
    for bad in [
        "A,B,Y.5.\n",
        "A,1e999,Y\n",
        "A,BxB,Y\n",
        "--1,B,Y\n",
        "A,B,-x\n",
    ] {
        let found = read(bad);
        assert!(
            matches!(&found, Err(Error::ParseNumber { line, .. }) if *line == expected),
            "{bad}: {found:?}"
        );
    }
    assert!(
        matches!(read("A,,Y\n"), Err(Error::MissingValue { line, rows: 1, .. }) if line == expected)
    );
}

/// An input that fails after its bytes.
struct Broken(Cursor<Vec<u8>>);

impl Read for Broken {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, IoError> {
        match self.0.read(buffer)? {
            0 => Err(IoError::other("unplugged")),
            read => Ok(read),
        }
    }
}

#[test]
fn rows_that_were_whole_come_before_the_failure_of_the_input() -> Checked {
    let text = file(|_, _, _| false);
    let mut rows = 0;
    let mut failed = false;
    for chunk in CsvReader::new("y").chunks(Broken(Cursor::new(text.into_bytes())), 1_000)? {
        match chunk {
            Ok(chunk) => {
                assert!(!failed && holds_all(&chunk, |at| rows + at));
                rows += chunk.n_samples();
            }
            Err(error) => {
                assert!(matches!(error, Error::Io { .. }), "{error}");
                failed = true;
            }
        }
    }
    assert!(failed);
    // What stands in the block that could not be filled is lost, and a chunk that is not full.
    assert!(rows > ROWS * 9 / 10, "{rows}");
    Ok(())
}

#[test]
fn the_number_of_threads_does_not_show() -> Checked {
    let text = file(|row, [a, b, y], text| {
        if row % 5_000 == 4_321 {
            writeln!(text, "\"{a}\",{b},{y}").unwrap_or_default();
        }
        row % 5_000 == 4_321
    });
    let reader = CsvReader::new("y");
    let whole = reader.read(text.as_bytes())?;
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()?;
        assert_eq!(pool.install(|| reader.read(text.as_bytes()))?, whole);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// The second column decides; the plain path and the other take turns.
    #[test]
    fn a_record_is_read_the_same_whatever_stands_around_it(
        fields in proptest::collection::vec("-?[0-9]{1,18}(\\.[0-9]{0,17})?(e-?[0-9])?| ?[0-9]{1,3}\\.?[0-9]{0,3}\r?", 1..20),
        separator in "[,;|\t]",
    ) {
        let lines = fields.iter().map(|field| format!("{field}{separator}1.5\n"));
        let text = format!("x{separator}y\n{}", lines.collect::<String>());
        // Digits with a leading zero are codes unless the column is said to be numbers.
        let numbers = NumberFormat::new();
        let reader = CsvReader::new("y").delimiter(separator.as_bytes()[0]).column_format("x", numbers);
        let table = reader.read(text.as_bytes());
        let table = table.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let expected: Vec<u64> = fields.iter().map(|field| number(field).to_bits()).collect();
        let found: Vec<u64> = table.dataset().x().iter().map(|value| value.to_bits()).collect();
        prop_assert_eq!(found, expected);
    }
}
