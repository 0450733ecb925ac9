//! [`Bound`]: a formula's columns found in a frame, and checked.

use ndarray::Axis;

use crate::data::Frame;
use crate::error::{Error, Result};

use super::Formula;
use super::arithmetic::{Expression, Row};
use super::learnt::Learnt;
use super::terms::Parsed;

/// Columns of a frame, for those of the formula that are read.
#[derive(Debug)]
pub(super) struct Bound<'a> {
    frame: &'a Frame,
    pub(super) places: Vec<usize>,
    /// The levels of categories.
    pub(super) levels: Vec<Option<&'a [String]>>,
    means: Vec<f64>,
    pub(super) learnt: &'a [Learnt],
}

impl<'a> Bound<'a> {
    /// Finds the columns of the features, and of the targets if they are wanted, and refuses missing values.
    pub(super) fn new(
        formula: &Formula,
        terms: &Parsed,
        frame: &'a Frame,
        means: &[(String, f64)],
        with_targets: bool,
    ) -> Result<Self> {
        let columns = &terms.needs.columns;
        let mut bound = Self {
            frame,
            places: vec![0; columns.len()],
            levels: vec![None; columns.len()],
            means: vec![f64::NAN; columns.len()],
            learnt: &[],
        };
        let targets = terms.targets.iter().chain(&terms.offsets);
        let of_targets: Vec<usize> = targets
            .flat_map(|target| target.columns(&terms.needs.slots))
            .collect();
        let read = terms.columns_read(with_targets);
        for (place, column) in columns.iter().enumerate().filter(|(place, _)| read[*place]) {
            let name = column.name.as_str();
            bound.places[place] = frame.place(name)?;
            bound.levels[place] = frame.levels(name);
            let present = || {
                frame
                    .cells()
                    .column(bound.places[place])
                    .iter()
                    .any(|cell| !cell.is_nan())
            };
            if let (Some(levels), Some(at)) = (bound.levels[place], column.number_at) {
                return Err(Error::Formula {
                    formula: formula.to_string(),
                    position: at,
                    found: format!("the category `{name}` ({} levels)", levels.len()),
                    expected: "a column of numbers".to_owned(),
                });
            }
            if bound.levels[place].is_some() && of_targets.contains(&place) && present() {
                return Err(bound.text_target(place, name));
            }
            let mean = means.iter().find(|(other, _)| other == name);
            if let Some((_, mean)) = mean.filter(|_| !of_targets.contains(&place)) {
                bound.means[place] = *mean;
            } else {
                bound.check_missing(place, name)?;
            }
        }
        Ok(bound)
    }

    fn text_target(&self, column: usize, name: &str) -> Error {
        let cells = self.frame.cells();
        let mut cells = cells.column(self.places[column]).into_iter().enumerate();
        let first = cells.find(|(_, cell)| !cell.is_nan());
        let level = first.and_then(|(_, cell)| self.levels[column]?.get(self.code(*cell)));
        Error::TextTarget {
            line: self.line(first.map_or(0, |(row, _)| row)),
            column: name.to_owned(),
            value: level.cloned().unwrap_or_default(),
        }
    }

    fn check_missing(&self, column: usize, name: &str) -> Result<()> {
        let cells = self.frame.cells();
        let cells = cells.column(self.places[column]);
        let Some(first) = cells.iter().position(|cell| cell.is_nan()) else {
            return Ok(());
        };
        Err(Error::MissingValue {
            line: self.line(first),
            column: name.to_owned(),
            value: "NaN".to_owned(),
            rows: cells.iter().filter(|cell| cell.is_nan()).count(),
        })
    }

    /// The line of a row; without a file its number, from 1.
    pub(super) fn line(&self, row: usize) -> u64 {
        match self.frame.lines() {
            Some(lines) => lines[row],
            None => row as u64 + 1,
        }
    }

    pub(super) fn row(&self, row: usize) -> Row<'_> {
        Row {
            cells: self.frame.cells().index_axis_move(Axis(0), row),
            places: &self.places,
            means: &self.means,
            learnt: self.learnt,
        }
    }

    /// The place of a category's level; beyond all levels where it is missing.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::unused_self
    )]
    pub(super) fn code(&self, cell: f64) -> usize {
        if cell.is_nan() {
            usize::MAX
        } else {
            cell as usize
        }
    }

    /// The value of arithmetic in a row.
    pub(super) fn value(&self, x: &Expression, row: usize) -> Result<f64> {
        let cells = self.row(row);
        let value = x.value(&cells);
        if value.is_finite() {
            return Ok(value);
        }
        let undefined = x.undefined(&cells);
        Err(Error::OutsideDomain {
            line: self.line(row),
            value: undefined.value,
            rule: undefined.rule,
        })
    }
}
