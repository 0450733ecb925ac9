//! A block of text to rows of numbers.

use super::column::{Counted, Kind};
use super::input::Block;
use super::missing::Missing;
use super::options::{CsvReader, MissingPolicy};
use super::plan::{Part, Plan};
use super::records::{Format, Records, has_zeros};
use super::rows::{Cells, Rows};
use super::value::{is_code, is_rounded};
use crate::error::{Error, Result};
use crate::notation::spelling;
use crate::notation::{is_numeric, parse_number};

/// End of the text of a key, the separator of units of ASCII.
const KEY_END: &str = "\u{1f}";

/// Reader of the records of a file.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    pub(super) reader: &'a CsvReader,
    pub(super) plan: &'a Plan,
    missing: Missing<'a>,
    format: Format,
}

impl<'a> Parser<'a> {
    pub(super) fn new(reader: &'a CsvReader, plan: &'a Plan, format: Format) -> Self {
        Self {
            reader,
            plan,
            missing: Missing::new(reader),
            format,
        }
    }

    /// The rows of a block, up to the first that is wrong; `rows` is empty and knows what the columns were before.
    pub(super) fn parse(&self, block: &Block, rows: &mut Rows) {
        let mut records = Records::new(self.format, &block.bytes, block.line);
        let zeros = has_zeros(&block.bytes);
        let mut row = vec![f64::NAN; self.plan.columns.len()];
        while records.advance() {
            if let Err(error) = self.record(&records, zeros, rows, &mut row) {
                rows.failure = Some(error);
                break;
            }
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

    #[inline]
    fn record(
        &self,
        records: &Records<'_>,
        zeros: bool,
        rows: &mut Rows,
        row: &mut [f64],
    ) -> Result<()> {
        let (line, expected) = (records.line, self.plan.places.len());
        // What is wrong with the record comes before what is wrong with a field of it.
        records.check(&self.plan.header, zeros)?;
        if records.count() != expected {
            return Err(Error::RaggedRow {
                line,
                expected,
                found: records.count(),
            });
        }
        let drops = self.reader.missing == MissingPolicy::DropRows;
        let (mut complete, mut unseen) = (true, None);
        for (field, place) in self.plan.places.iter().enumerate() {
            let Some(place) = *place else { continue };
            match self.cell(records, field, rows, place) {
                Ok(cell) => {
                    row[place] = cell;
                    complete &= !cell.is_nan();
                }
                // The level of a row that is dropped for another value does not matter.
                Err(error @ Error::UnseenLevel { .. }) if drops => unseen = unseen.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        complete &= self.reader.keys.is_empty() || self.has_keys(records)?;
        if let Some(error) = unseen.filter(|_| complete) {
            return Err(error);
        }
        rows.read += 1;
        if complete || !drops {
            self.keep(&mut rows.cells, row, line);
            if self.plan.has_labels() {
                rows.cells.labels.push(self.label(records));
            }
        }
        Ok(())
    }

    /// True if the row has all keys; one that is missing is refused, unless its row is dropped.
    fn has_keys(&self, records: &Records<'_>) -> Result<bool> {
        let keys = self.plan.labels.iter().enumerate();
        let mut missing = keys
            .filter(|(_, part)| matches!(part, Some(Part::Key(_))))
            .map(|(field, _)| (field, records.text(field)))
            .filter(|(_, text)| self.missing.is(text));
        match missing.next() {
            None => Ok(true),
            Some(_) if self.reader.missing == MissingPolicy::DropRows => Ok(false),
            Some((field, text)) => Err(Error::MissingValue {
                line: records.line,
                column: self.plan.header[field].clone(),
                value: text.to_owned(),
                rows: 1,
            }),
        }
    }

    /// The label of the row: the texts of its fields that are part of one.
    fn label(&self, records: &Records<'_>) -> String {
        let parts = self.plan.labels.iter().enumerate();
        if !self.reader.keys.is_empty() {
            let mut texts = vec![""; self.reader.keys.len()];
            for (field, part) in parts {
                if let Some(Part::Key(place)) = part {
                    texts[*place] = records.text(field);
                }
            }
            return texts.iter().flat_map(|text| [text, KEY_END]).collect();
        }
        let texts = parts.filter_map(|(field, part)| {
            let text = records.text(field);
            let left_out = match (*part)? {
                Part::Whole => false,
                Part::Any => self.missing.is(text),
                Part::Text => self.missing.is(text) || is_numeric(text),
                Part::Key(_) => true,
            };
            (!left_out).then_some(text)
        });
        texts.collect::<Vec<_>>().join(", ")
    }

    /// A field as a cell of its column, NaN for a missing value.
    #[inline]
    fn cell(
        &self,
        records: &Records<'_>,
        field: usize,
        rows: &mut Rows,
        place: usize,
    ) -> Result<f64> {
        let column = &mut rows.columns[place];
        if column.kind == Kind::Number
            && let Some(number) = parse_number(records.field(field))
            && !self.missing.is_number(number)
            && !is_code(records.field(field))
        {
            column.present += 1;
            if is_rounded(records.field(field), number) {
                Counted::count(
                    &mut column.rounded,
                    number,
                    records.text(field),
                    records.line,
                );
            }
            return Ok(number);
        }
        let (text, line) = (records.text(field), records.line);
        let inner = spelling::enclosed(text);
        if self.missing.is(text) || inner.is_some_and(|text| self.missing.is(text)) {
            column.miss(text, line);
            return Ok(f64::NAN);
        }
        let undecided = column.kind == Kind::Tokens;
        let used = &self.plan.columns[place];
        let cell = column.cell(used, self.reader.unseen_level, &self.missing, text, line)?;
        if undecided && column.kind.is_number() {
            rows.blank(self.plan, place);
        }
        Ok(cell)
    }
}
