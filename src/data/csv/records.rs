//! Rows of text from bytes: byte order mark, UTF-8, line numbers, the same number of fields in each.

use std::io::{Chain, Cursor, Read};
use std::path::PathBuf;

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};

use crate::data::dataset::check_distinct;
use crate::error::{Error, Result};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The input without its byte order mark, and with one line end more.
type Input<R> = Chain<Chain<Cursor<Vec<u8>>, R>, &'static [u8]>;

/// The rows of a file, one at a time.
pub(super) struct Records<R> {
    reader: Reader<Input<R>>,
    path: PathBuf,
    header: Vec<String>,
    record: ByteRecord,
    /// Whether `record` is a row that has not been handed out: the first, of a file without header.
    pending: Option<u64>,
}

impl<R: Read> Records<R> {
    /// Reads the header, or the first row to count the columns.
    pub(super) fn new(
        mut input: R,
        delimiter: u8,
        has_header: bool,
        path: PathBuf,
    ) -> Result<Self> {
        // The csv crate skips a byte order mark only if the first read returns all of it.
        let mut start = Vec::with_capacity(BYTE_ORDER_MARK.len());
        let read = input
            .by_ref()
            .take(BYTE_ORDER_MARK.len() as u64)
            .read_to_end(&mut start);
        if let Err(source) = read {
            return Err(Error::Io { path, source });
        }
        if start == BYTE_ORDER_MARK {
            start.clear();
        }
        // Every row ends in LF: the CR of a CRLF is white space to trim, and the last row's LF is appended. A row's line is
        // then known from the line after it; the csv crate's own number counts from before blank lines.
        let input = Cursor::new(start).chain(input).chain(&b"\n"[..]);
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .from_reader(input);
        let mut records = Self {
            reader,
            path,
            header: Vec::new(),
            record: ByteRecord::new(),
            pending: None,
        };
        let Some(line) = records.advance()? else {
            return Err(Error::Empty {
                what: "the CSV input",
            });
        };
        if has_header {
            records.header = fields(&records.record, line)?.map(str::to_owned).collect();
            check_distinct(&records.header)?;
        } else {
            records.header = (1..=records.record.len())
                .map(|number| format!("column_{number}"))
                .collect();
            records.pending = Some(line);
        }
        Ok(records)
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The next row: its line and its trimmed fields, as many as the header has.
    pub(super) fn next_row(&mut self, row: &mut Row) -> Result<bool> {
        let line = match self.pending.take() {
            Some(line) => line,
            None => match self.advance()? {
                Some(line) => line,
                None => return Ok(false),
            },
        };
        let found = self.record.len();
        if found != self.header.len() {
            return Err(Error::RaggedRow {
                line,
                expected: self.header.len(),
                found,
            });
        }
        row.line = line;
        row.text.clear();
        row.ends.clear();
        for field in fields(&self.record, line)? {
            row.text.push_str(field);
            row.ends.push(row.text.len());
        }
        Ok(true)
    }

    /// Reads the next record that is not a blank line; the line it begins on.
    fn advance(&mut self) -> Result<Option<u64>> {
        loop {
            match self.reader.read_byte_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) => return Err(self.failed(error)),
            }
            let blank = self.record.len() == 1 && self.record[0].trim_ascii().is_empty();
            if !blank {
                let inside = self
                    .record
                    .iter()
                    .flatten()
                    .filter(|b| **b == b'\n')
                    .count() as u64;
                let before = self.record.position().map_or(1, csv::Position::line);
                // A quote that is never closed swallows the appended line end; `before` is then right.
                let line = (self.reader.position().line().saturating_sub(1 + inside)).max(before);
                return Ok(Some(line));
            }
        }
    }

    /// The csv crate's reason as ours. Of byte records of any length, only reading can fail.
    fn failed(&self, error: csv::Error) -> Error {
        let source = match error.into_kind() {
            csv::ErrorKind::Io(source) => source,
            other => std::io::Error::other(csv_text(&other)),
        };
        Error::Io {
            path: self.path.clone(),
            source,
        }
    }
}

/// The text of an error kind that has no `Display`.
fn csv_text(kind: &csv::ErrorKind) -> String {
    format!("{kind:?}")
}

/// One row of trimmed fields, reused from row to row.
#[derive(Default)]
pub(super) struct Row {
    /// The line it begins on, from 1.
    pub(super) line: u64,
    text: String,
    ends: Vec<usize>,
}

impl Row {
    /// The field in this column.
    pub(super) fn field(&self, column: usize) -> &str {
        let start = if column == 0 {
            0
        } else {
            self.ends[column - 1]
        };
        &self.text[start..self.ends[column]]
    }
}

/// The trimmed fields of a record.
fn fields(record: &ByteRecord, line: u64) -> Result<impl Iterator<Item = &str>> {
    // Field by field: a multibyte character cut by a delimiter is no text either.
    if record.iter().any(|field| str::from_utf8(field).is_err()) {
        return Err(Error::NotUtf8 { line });
    }
    Ok(record
        .iter()
        .map(|field| str::from_utf8(field).unwrap_or_default().trim()))
}
