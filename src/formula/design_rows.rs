//! Rows of a frame to rows of the design.

use std::ops::Range;

use ndarray::{Array1, Array2, ArrayViewMut2, Axis};

use super::blocks::Maker;
use super::bound::Bound;
use super::design::Design;
use super::variable::{Variable, VariableKind};
use crate::check::check_length;
use crate::data::{Dataset, Frame};
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::parallel;

/// Rows that one thread makes at a time.
const BAND: usize = 4096;

impl Design {
    /// The design of all rows, `(n, columns)`, row by row in memory.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] for a column the frame lacks, [`Error::MissingValue`], [`Error::UnseenLevel`],
    /// [`Error::OutsideDomain`]; [`Error::Formula`] for a category where numbers are needed; each with the line, or
    /// without one the number of the row from 1.
    pub fn matrix(&self, frame: &Frame) -> Result<Array2<f64>> {
        self.rows(&Bound::of(self, frame, false)?)
    }

    fn rows(&self, bound: &Bound<'_>) -> Result<Array2<f64>> {
        let maker = Maker::new(self, bound)?;
        let mut out = Array2::zeros((bound.n_rows(), self.n_columns()));
        let cells = out.as_slice_mut().unwrap_or_default();
        let bands = cells.chunks_mut(BAND * self.n_columns().max(1)).enumerate();
        let mut bands: Vec<_> = bands
            .map(|(band, out)| (band * BAND, out, Ok(())))
            .collect();
        let items = bands.iter_mut().collect();
        parallel::for_each(
            items,
            |(start, out, result): &mut (usize, &mut [f64], Result<()>)| {
                *result = maker.fill(*start, out);
            },
        );
        bands.into_iter().try_for_each(|(_, _, result)| result)?;
        Ok(out)
    }

    /// Writes the design of some rows into `out`, `(rows, columns)`: a block of more than fits in memory.
    ///
    /// # Errors
    ///
    /// As [`matrix`](Self::matrix); [`Error::ShapeMismatch`].
    pub fn fill(
        &self,
        frame: &Frame,
        rows: Range<usize>,
        mut out: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        check_length("rows of out", rows.len(), out.nrows())?;
        check_length("columns of out", self.n_columns(), out.ncols())?;
        check_length(
            "rows of the frame",
            rows.end.max(rows.start),
            rows.end.min(frame.n_rows()),
        )?;
        let bound = Bound::of_rows(self, (frame, rows.clone()), false)?;
        let maker = Maker::new(self, &bound)?;
        out.fill(0.0);
        if let Some(out) = out.as_slice_mut() {
            return maker.fill(rows.start, out);
        }
        let mut rows_of_out = Array2::zeros(out.dim());
        maker.fill(rows.start, rows_of_out.as_slice_mut().unwrap_or_default())?;
        out.assign(&rows_of_out);
        Ok(())
    }

    /// The targets of all rows, `(n, targets)`, without the offset.
    ///
    /// # Errors
    ///
    /// As [`matrix`](Self::matrix); [`Error::TextTarget`].
    pub fn targets(&self, frame: &Frame) -> Result<Array2<f64>> {
        numbers(&Bound::of(self, frame, true)?, &self.parsed.targets)
    }

    /// The offset of all rows, `(n,)`: 0 without one.
    ///
    /// # Errors
    ///
    /// As [`matrix`](Self::matrix).
    pub fn offset(&self, frame: &Frame) -> Result<Array1<f64>> {
        self.offset_of(&Bound::of(self, frame, false)?)
    }

    fn offset_of(&self, bound: &Bound<'_>) -> Result<Array1<f64>> {
        Ok(numbers(bound, &self.parsed.offsets)?.sum_axis(Axis(1)))
    }

    /// The rows of a frame as a data set to fit: the design, the only target less the offset, weights, labels and
    /// lines. If the frame lacks a column of the target, every target is NaN, which fits and metrics refuse; if it
    /// lacks that of the weights, every row counts alike.
    ///
    /// # Errors
    ///
    /// As [`targets`](Self::targets); [`Error::ShapeMismatch`] for several targets or none; of the weights
    /// [`Error::NegativeWeight`], [`Error::ZeroWeights`].
    pub fn dataset(&self, frame: &Frame) -> Result<Dataset> {
        check_length("targets of the formula", 1, self.parsed.targets.len())?;
        let bound = Bound::of(self, frame, self.has_targets(frame))?;
        let y = if self.has_targets(frame) {
            let mut y = numbers(&bound, &self.parsed.targets)?.index_axis_move(Axis(1), 0);
            if self.has_offset() {
                y -= &self.offset_of(&bound)?;
            }
            y
        } else {
            Array1::from_elem(frame.n_rows(), f64::NAN)
        };
        let x = self.rows(&bound)?;
        let mut data = Dataset::of(x, y)?.with_feature_names(self.column_names())?;
        if let Some(target) = self.target_names().next() {
            data = data.with_target_name(target);
        }
        if let Some(weights) = self.weights().filter(|name| frame.place(name).is_ok()) {
            data = data.with_weights(frame.column(weights)?.to_owned())?;
        }
        if let Some(lines) = frame.lines() {
            data = data.with_lines(lines.to_vec())?;
        }
        if let Some(labels) = frame.labels() {
            data = data.with_labels(labels)?;
        }
        Ok(data)
    }
}

impl<'a> Bound<'a> {
    fn of(design: &'a Design, frame: &'a Frame, with_targets: bool) -> Result<Self> {
        Self::of_rows(design, (frame, 0..frame.n_rows()), with_targets)
    }

    fn of_rows(
        design: &'a Design,
        rows: (&'a Frame, Range<usize>),
        with_targets: bool,
    ) -> Result<Self> {
        let (formula, parsed) = (&design.formula, &design.parsed);
        let mut bound = Self::new(formula, parsed, rows, &design.means, with_targets)?;
        bound.learnt = &design.learnt;
        Ok(bound)
    }
}

/// Columns and functions of columns, `(n, variables)`.
fn numbers(bound: &Bound<'_>, variables: &[Variable]) -> Result<Array2<f64>> {
    let rows = 0..bound.n_rows();
    let mut out = Array2::zeros((rows.len(), variables.len()));
    let mut values = Vec::new();
    for (variable, mut out) in variables.iter().zip(out.columns_mut()) {
        match &variable.kind {
            VariableKind::Column(column, _) => {
                let numbers = bound.cells().numbers(*column, rows.clone());
                out.iter_mut().zip(numbers).for_each(|(out, x)| *out = x);
            }
            VariableKind::Number(x) => {
                bound.values(x, rows.clone(), &mut values)?;
                out.iter_mut().zip(&values).for_each(|(out, x)| *out = *x);
            }
            _ => out.fill(f64::NAN),
        }
    }
    Ok(out)
}
