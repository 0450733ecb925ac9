//! A block of text to rows of numbers.

use super::column::Kind;
use super::fields::Cursor;
use super::input::Block;
use super::options::CsvReader;
use super::plain::{Fields, PlainRecords};
use super::plan::{Part, Plan};
use super::policy::{MissingPolicy, Separator};
use super::rows::{Cells, Rows};
use crate::data::encode::parse_number;
use crate::error::{Error, Result};

/// How to read the fields of a file.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    pub(super) reader: &'a CsvReader,
    pub(super) plan: &'a Plan,
    /// Whether a number can be read without looking for the end of its field first.
    direct: bool,
    /// Numbers that stand for a missing value in one of their spellings.
    numeric_tokens: Vec<f64>,
    /// How to read records of nothing but plain numbers, if all of their fields are used.
    all: Option<Fields>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(reader: &'a CsvReader, plan: &'a Plan) -> Self {
        let direct = match reader.separator {
            Separator::Whitespace => true,
            Separator::Byte(byte) => !byte.is_ascii_alphanumeric() && !b"+-.".contains(&byte),
        };
        let tokens = reader.missing_tokens.iter();
        let numeric_tokens: Vec<f64> = tokens.filter_map(|token| parse_number(token)).collect();
        let all = match (reader.separator, plan.places.iter().copied().collect()) {
            (Separator::Byte(separator), Some(places)) if direct && numeric_tokens.is_empty() => {
                Some(Fields { separator, places })
            }
            _ => None,
        };
        Self {
            reader,
            plan,
            direct,
            numeric_tokens,
            all,
        }
    }

    /// The rows of a block, up to the first that is wrong; `rows` is empty and knows what the columns were before.
    pub(super) fn parse(&self, block: &Block, rows: &mut Rows) {
        let mut cursor = Cursor::new(block.bytes(), self.reader.separator, block.line);
        let mut row = vec![f64::NAN; self.plan.columns.len()];
        let mut scratch = Vec::new();
        let numbers = rows
            .columns
            .iter()
            .all(|column| column.kind == Kind::Number);
        let all = self.all.as_ref().filter(|_| numbers);
        let mut plain = all.map(|all| PlainRecords::new(block, all));
        let mut n_plain = 0;
        loop {
            if let Some(plain) = &mut plain {
                while let Some(end) = plain.record(cursor.at, &mut row) {
                    self.keep(&mut rows.cells, &row, cursor.line);
                    cursor.at = end;
                    cursor.line += 1;
                    n_plain += 1;
                }
            }
            if !cursor.next_record() {
                break;
            }
            if let Err(error) = self.record(&mut cursor, rows, &mut row, &mut scratch) {
                rows.failure = Some(error);
                break;
            }
        }
        rows.read += n_plain;
        for column in &mut rows.columns {
            column.present += n_plain;
        }
    }

    /// Adds a row to the cells.
    #[inline]
    fn keep(&self, cells: &mut Cells, row: &[f64], line: u64) {
        let (numbers, features) = row.split_at(self.plan.n_numbers());
        cells.x.extend_from_slice(features);
        let mut numbers = numbers.iter();
        if self.plan.has_target {
            cells.y.extend(numbers.next());
        }
        cells.weights.extend(numbers);
        cells.lines.push(line);
    }

    fn record(
        &self,
        cursor: &mut Cursor<'_>,
        rows: &mut Rows,
        row: &mut [f64],
        scratch: &mut Vec<u8>,
    ) -> Result<()> {
        let (start, line) = (cursor.at, cursor.line);
        let (mut found, mut complete, mut wrong) = (0, true, None);
        let mut label = String::new();
        loop {
            match self.plan.places.get(found).copied().flatten() {
                Some(place) if wrong.is_none() => {
                    match self.cell(cursor, rows, place, line, scratch) {
                        Ok(cell) => {
                            complete &= !cell.is_nan();
                            row[place] = cell;
                        }
                        Err(error) => wrong = Some(error),
                    }
                }
                _ => {
                    let field = cursor.field();
                    if let Some(part) = self.plan.labels.parts.get(found).copied().flatten() {
                        self.label(&mut label, part, field.text(scratch));
                    }
                }
            }
            found += 1;
            if !cursor.next_field() {
                break;
            }
        }
        // What is wrong with the record comes before what is wrong with a field of it.
        if str::from_utf8(cursor.since(start)).is_err() {
            return Err(Error::NotUtf8 { line });
        }
        if found != self.plan.places.len() {
            return Err(Error::RaggedRow {
                line,
                expected: self.plan.places.len(),
                found,
            });
        }
        if let Some(error) = wrong {
            return Err(error);
        }
        rows.read += 1;
        if complete || self.reader.missing != MissingPolicy::DropRows {
            self.keep(&mut rows.cells, row, line);
            if self.plan.labels.any {
                rows.cells.labels.push(label);
            }
        }
        Ok(())
    }

    /// Adds a field to the label of its row.
    fn label(&self, label: &mut String, part: Part, text: &str) {
        let number = || text.parse::<f64>().is_ok();
        let left_out = match part {
            Part::Whole => false,
            Part::Any => self.reader.is_missing(text),
            Part::Text => self.reader.is_missing(text) || number(),
        };
        if !left_out {
            if !label.is_empty() {
                label.push_str(", ");
            }
            label.push_str(text);
        }
    }

    /// The next field as a cell of its column, NaN for a missing value.
    #[inline]
    fn cell(
        &self,
        cursor: &mut Cursor<'_>,
        rows: &mut Rows,
        place: usize,
        line: u64,
        scratch: &mut Vec<u8>,
    ) -> Result<f64> {
        let column = &mut rows.columns[place];
        if self.direct && column.kind == Kind::Number {
            let start = cursor.at;
            if let Some(number) = cursor.number() {
                if !self.numeric_tokens.contains(&number) {
                    column.present += 1;
                    return Ok(number);
                }
                cursor.at = start;
            }
        }
        let text = cursor.field().text(scratch);
        if self.reader.is_missing(text) {
            column.miss(text, line);
            return Ok(f64::NAN);
        }
        column.cell(
            &self.plan.columns[place],
            self.reader.unseen_level,
            text,
            line,
        )
    }
}
