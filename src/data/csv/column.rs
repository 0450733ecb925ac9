//! One column while it is read: number or category, missing or not.

use std::collections::HashMap;

use crate::data::Coding;
use crate::data::encode::parse_number;
use crate::error::{Error, Result};

/// What the values of a column are.
enum Kind {
    /// No value has been seen that would tell.
    Unknown,
    /// Every value is a number.
    Number,
    /// Values are texts, kept once each; a cell is the index of its text.
    Category(HashMap<String, usize>),
}

/// Where a column's first value of some sort was.
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) text: String,
}

/// A used column.
pub(super) struct Column {
    /// Its place in the file.
    pub(super) index: usize,
    pub(super) name: String,
    kind: Kind,
    /// Whether numbers may be categories, or must be numbers.
    coded: bool,
    numeric: bool,
    /// One for each kept row: the number, the index of the category's text, or NaN for missing.
    pub(super) cells: Vec<f64>,
    /// The first missing value of the file.
    pub(super) first_missing: Option<Place>,
    /// The first category, to name if a number follows.
    first_text: Option<Place>,
}

impl Column {
    /// A column that must hold numbers.
    pub(super) fn number(index: usize, name: &str) -> Self {
        Self::new(index, name, Kind::Number, false, true)
    }

    /// A feature: coded if asked for, otherwise what its values say.
    pub(super) fn feature(index: usize, name: &str, coded: bool) -> Self {
        let kind = if coded {
            Kind::Category(HashMap::new())
        } else {
            Kind::Unknown
        };
        Self::new(index, name, kind, coded, false)
    }

    fn new(index: usize, name: &str, kind: Kind, coded: bool, numeric: bool) -> Self {
        Self {
            index,
            name: name.to_owned(),
            kind,
            coded,
            numeric,
            cells: Vec::new(),
            first_missing: None,
            first_text: None,
        }
    }

    /// The cell of a value that is there.
    pub(super) fn cell(&mut self, text: &str, line: u64) -> Result<f64> {
        let number = parse_number(text);
        let unparsable = |place_line: u64, value: &str| Error::ParseNumber {
            line: place_line,
            column: self.name.clone(),
            value: value.to_owned(),
        };
        match (&mut self.kind, number) {
            (Kind::Number, Some(number)) => Ok(number),
            (Kind::Unknown, Some(number)) => {
                self.kind = Kind::Number;
                Ok(number)
            }
            (Kind::Number, None) => Err(unparsable(line, text)),
            // `inf`, `nan` and `1e999` were meant as numbers.
            (Kind::Unknown | Kind::Category(_), None)
                if !self.coded && text.parse::<f64>().is_ok() =>
            {
                Err(unparsable(line, text))
            }
            (Kind::Category(_), Some(_)) if !self.coded => Err(match &self.first_text {
                Some(place) => unparsable(place.line, &place.text),
                None => unparsable(line, text),
            }),
            (Kind::Unknown, None) => {
                self.first_text = Some(Place {
                    line,
                    text: text.to_owned(),
                });
                self.kind = Kind::Category(HashMap::from([(text.to_owned(), 0)]));
                Ok(0.0)
            }
            (Kind::Category(levels), _) => {
                let next = levels.len();
                let index = match levels.get(text) {
                    Some(index) => *index,
                    None => *levels.entry(text.to_owned()).or_insert(next),
                };
                Ok(index as f64)
            }
        }
    }

    /// Notes a missing value.
    pub(super) fn miss(&mut self, text: &str, line: u64) {
        if self.first_missing.is_none() {
            self.first_missing = Some(Place {
                line,
                text: text.to_owned(),
            });
        }
    }

    /// Whether a mean can stand for a missing value.
    pub(super) fn imputable(&self) -> bool {
        !self.numeric && matches!(self.kind, Kind::Number)
    }

    /// The coding over the kept rows and the text of each cell; `None` for a column of numbers.
    pub(super) fn coding(&self) -> Option<(Coding, Vec<&str>)> {
        let Kind::Category(levels) = &self.kind else {
            return None;
        };
        let mut texts = vec![""; levels.len()];
        for (text, index) in levels {
            texts[*index] = text;
        }
        let mut occurs = vec![false; levels.len()];
        for cell in &self.cells {
            occurs[index_of(*cell)] = true;
        }
        let occurring = texts
            .iter()
            .zip(&occurs)
            .filter(|(_, occurs)| **occurs)
            .map(|(text, _)| *text);
        Some((Coding::new(self.name.as_str(), occurring), texts))
    }
}

/// The index a category's cell holds.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // written from a usize below 2^53
pub(super) fn index_of(cell: f64) -> usize {
    cell as usize
}
