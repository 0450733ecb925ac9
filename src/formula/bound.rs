//! [`Bound`]: a formula's columns found in a frame, and checked.

use std::ops::Range;

use ndarray::{Axis, Slice};

use super::Formula;
use super::arithmetic::Expression;
use super::cells::Cells;
use super::learnt::Learnt;
use super::terms::Parsed;
use crate::check::are_finite_in_parallel;
use crate::data::Frame;
use crate::error::{Error, Result};

/// Columns of a frame, for those of the formula that are read.
#[derive(Debug)]
pub(super) struct Bound<'a> {
    frame: &'a Frame,
    places: Vec<usize>,
    /// The levels of categories.
    pub(super) levels: Vec<Option<&'a [String]>>,
    means: Vec<f64>,
    pub(super) learnt: &'a [Learnt],
}

impl<'a> Bound<'a> {
    /// Finds the columns of the features, and of the targets if they are wanted, and refuses values missing in `rows`.
    pub(super) fn new(
        formula: &Formula,
        terms: &Parsed,
        (frame, rows): (&'a Frame, Range<usize>),
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
        let of_targets = terms.columns_of_targets();
        let read = terms.columns_read(with_targets);
        let cells = frame
            .cells()
            .slice_axis_move(Axis(0), Slice::from(rows.clone()));
        let whole = (cells.as_slice_memory_order()).is_some_and(are_finite_in_parallel);
        for (place, column) in columns.iter().enumerate().filter(|(place, _)| read[*place]) {
            let name = column.name.as_str();
            bound.places[place] = frame.place(name)?;
            bound.levels[place] = frame.levels(name);
            if let Some(at) = column.number_at {
                bound.check_number(formula, place, name, at)?;
            }
            if bound.levels[place].is_some() && of_targets.contains(&place) {
                bound.check_text_target(place, name)?;
            }
            let mean = means.iter().find(|(other, _)| other == name);
            if let Some((_, mean)) = mean.filter(|_| !of_targets.contains(&place)) {
                bound.means[place] = *mean;
            } else if !whole {
                bound.check_missing(place, name, rows.clone())?;
            }
        }
        Ok(bound)
    }

    /// Refuses a category where the formula needs numbers.
    pub(super) fn check_number(
        &self,
        formula: &Formula,
        column: usize,
        name: &str,
        at: usize,
    ) -> Result<()> {
        match self.levels[column] {
            None => Ok(()),
            Some(levels) => Err(Error::Formula {
                formula: formula.to_string(),
                position: at,
                found: format!("the category `{name}` ({} levels)", levels.len()),
                expected: "a column of numbers".to_owned(),
            }),
        }
    }

    /// Refuses a category with a value.
    fn check_text_target(&self, column: usize, name: &str) -> Result<()> {
        let codes = self.codes(column, 0..self.n_rows());
        let levels = self.levels[column].unwrap_or_default();
        for (row, code) in codes.enumerate() {
            if let Some(level) = levels.get(code) {
                return Err(Error::TextTarget {
                    line: self.line(row),
                    column: name.to_owned(),
                    value: level.clone(),
                });
            }
        }
        Ok(())
    }

    fn check_missing(&self, column: usize, name: &str, rows: Range<usize>) -> Result<()> {
        let start = rows.start;
        let cells = self.cells().raw(column, rows);
        let Some(first) = cells.iter().position(|cell| cell.is_nan()) else {
            return Ok(());
        };
        Err(Error::MissingValue {
            line: self.line(start + first),
            column: name.to_owned(),
            value: "NaN".to_owned(),
            rows: cells.iter().filter(|cell| cell.is_nan()).count(),
        })
    }

    pub(super) fn n_rows(&self) -> usize {
        self.frame.n_rows()
    }

    /// The line of a row; without a file its number, from 1.
    pub(super) fn line(&self, row: usize) -> u64 {
        match self.frame.lines() {
            Some(lines) => lines[row],
            None => row as u64 + 1,
        }
    }

    pub(super) fn cells(&self) -> Cells<'_> {
        Cells {
            rows: self.frame.cells(),
            places: &self.places,
            means: &self.means,
            learnt: self.learnt,
        }
    }

    /// The places of a category's levels in some rows; beyond all levels where it is missing.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub(super) fn codes(
        &self,
        column: usize,
        rows: Range<usize>,
    ) -> impl ExactSizeIterator<Item = usize> {
        let cells = self.cells().raw(column, rows);
        cells.into_iter().map(|cell| {
            if cell.is_nan() {
                usize::MAX
            } else {
                *cell as usize
            }
        })
    }

    /// The values of arithmetic in some rows.
    pub(super) fn values(
        &self,
        x: &Expression,
        rows: Range<usize>,
        out: &mut Vec<f64>,
    ) -> Result<()> {
        x.values(&self.cells(), rows, |row| self.line(row), out)
    }
}
