//! A column that is used: its place, the rule that its values are held to, the notation of its numbers.

use std::collections::HashMap;

use super::column::Kind;
use super::date::{DateCoding, DatePart};
use crate::error::{Error, Result};
use crate::notation::spelling;
use crate::notation::{NumberFormat, Percent, parse_number};

/// Requirement on the values of a column.
#[derive(Debug)]
pub(super) enum Rule {
    Target,
    Weights,
    /// Numbers, or texts of which none is a number: the first value decides.
    Detected,
    /// Anything, to be described.
    Described,
    /// Texts, also those that look like numbers.
    Coded,
    /// Numbers, because a schema says so.
    Number,
    /// Numbers, for lack of a schema that says otherwise.
    Assumed,
    /// Texts of a schema, each with its place among the levels.
    Levels(HashMap<String, usize>),
    /// Dates, and their parts that are asked for.
    Dates(Vec<DatePart>),
    /// Dates of a schema.
    Moments(DateCoding),
}

/// A used column.
#[derive(Debug)]
pub(super) struct Used {
    /// Its place in the file.
    pub(super) index: usize,
    pub(super) name: String,
    pub(super) rule: Rule,
    /// Notation of its numbers, if it is not plain.
    pub(super) format: Option<NumberFormat>,
    /// The column is said to be numbers in this notation.
    pub(super) declared: bool,
}

/// A number that a text is.
pub(super) struct Found {
    pub(super) value: f64,
    /// Sort of the numbers that it belongs to.
    pub(super) kind: Kind,
    /// It is not spelled as a number.
    pub(super) spelled: bool,
}

impl Used {
    /// The number that a text is in the column's notation.
    pub(super) fn read(&self, text: &str) -> Option<Found> {
        let Some(format) = &self.format else {
            let plain = parse_number(text.as_bytes());
            return plain.or_else(|| spelling::number(text)).map(|value| Found {
                value,
                kind: Kind::Number,
                spelled: plain.is_none(),
            });
        };
        let (value, has_sign) = format.read(text)?;
        let kind = match has_sign {
            true => Kind::Percent,
            false if format.percent == Percent::Required => return None,
            false if format.contains_plain() => Kind::Number,
            false => Kind::Formatted,
        };
        Some(Found {
            value,
            kind,
            spelled: false,
        })
    }

    /// True if a leading zero makes digits a code.
    pub(super) fn may_be_codes(&self) -> bool {
        let open = matches!(self.rule, Rule::Detected | Rule::Described | Rule::Assumed);
        open && !self.declared
    }
}

/// Refuses a weight below 0, by its line.
pub(super) fn check_weights<'a>(
    column: &str,
    weights: impl Iterator<Item = &'a f64>,
    lines: &[u64],
) -> Result<()> {
    let mut found = weights.zip(lines);
    match found.find(|(weight, _)| **weight < 0.0) {
        Some((weight, line)) => Err(Error::NegativeWeightAt {
            line: *line,
            column: column.to_owned(),
            value: *weight,
        }),
        None => Ok(()),
    }
}
