//! Regressions over windows: coefficients, errors and R² at every position of a sequence of rows.

use ndarray::{ArrayView1, Axis, Slice};

use super::covariance::Covariance;
use super::groups::Found;
use super::{GroupFit, NoModel};
use crate::check::{check_count, check_finite, check_fraction, check_length, check_positive};
use crate::error::{Error, Result};
use crate::model::RidgeRegression;
use crate::moments::{Moments, Window};
use crate::parallel;
use crate::samples::{Samples, WeightKind};
use crate::scalar::Scalar;

/// Positions whose models are fitted together.
const BATCH: usize = 128;

/// Rows that the model of a position is fitted to.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Span {
    /// The last so many rows, that of the position among them; before there are as many there is no model.
    Rows(usize),
    /// The rows of the last stretch of time, `t − width < tᵢ ≤ t`, as far as they come before.
    Time(f64),
    /// All rows so far.
    Expanding,
    /// All rows so far, those of age `a` rows with the weight `decayᵃ`, between 0 and 1.
    Decay(f64),
}

/// A ridge or least-squares model at every position of a sequence, of the rows in a window that ends there.
///
/// Windows slide by merging moments, never by subtracting, so that the model after a million slides is as good as a
/// fresh one; see
/// [`Window`]. Where moments would lose digits, in a window that is ill-conditioned or almost perfectly explained, the
/// model of [`Span::Rows`] and [`Span::Time`] is fitted from the rows; of the other two it has the digits of
/// [`Inference::from_moments`](super::Inference::from_moments).
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::inference::{RollingRegression, Span};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
/// let y = array![1.0, 2.0, 3.1, 8.0, 10.1, 11.8];
/// let samples = Samples::new(x.view(), y.view(), None)?;
/// let fits = RollingRegression::new(Span::Rows(3)).fit(&samples, None)?;
/// assert_eq!(fits.len(), 6);
/// assert!(fits[1].reason.is_some());
/// assert!((fits[2].coefficients[0] - 1.05).abs() < 1e-12);
/// assert!((fits[5].coefficients[0] - 1.9).abs() < 1e-12);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RollingRegression {
    span: Span,
    ridge: RidgeRegression,
}

impl RollingRegression {
    /// Least squares with an intercept over such windows.
    #[must_use]
    pub fn new(span: Span) -> Self {
        Self {
            span,
            ridge: RidgeRegression::new(),
        }
    }

    /// Sets the regression of each window.
    #[must_use]
    pub fn ridge(self, ridge: RidgeRegression) -> Self {
        Self { ridge, ..self }
    }

    /// The model of each position, `n` of them; `times`, `(n,)` and ascending, are those of the rows for
    /// [`Span::Time`].
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a span or a penalty out of range; [`Error::Empty`] without times where they are
    /// needed,
    /// [`Error::ShapeMismatch`], [`Error::NonFinite`] and [`Error::Unsorted`] for those that will not do;
    /// [`Error::Overflow`].
    pub fn fit<F: Scalar>(
        &self,
        samples: &Samples<'_, F>,
        times: Option<ArrayView1<'_, f64>>,
    ) -> Result<Vec<GroupFit>> {
        self.ridge.validate()?;
        let n = samples.n_rows();
        let times = match (self.span, times) {
            (Span::Time(width), Some(times)) => {
                check_positive("width", width)?;
                check_length("length of times", n, times.len())?;
                check_finite("times", times)?;
                if let Some(row) = (1..n).find(|&row| times[row] < times[row - 1]) {
                    return Err(Error::Unsorted { row });
                }
                times.to_vec()
            }
            (Span::Time(_), None) => return Err(Error::empty("times")),
            _ => Vec::new(),
        };
        match self.span {
            Span::Rows(rows) => check_count("rows", rows)?,
            Span::Decay(decay) => {
                check_fraction("decay", decay)?;
                check_positive("decay", decay)?;
            }
            Span::Time(_) | Span::Expanding => {}
        }
        let slides = matches!(self.span, Span::Rows(_) | Span::Time(_));
        let mut window = Window::new(samples.n_features(), 1)?;
        let mut all = Moments::new(samples.n_features(), 1)?;
        let mut start = 0;
        let mut fits = Vec::with_capacity(n);
        for first in (0..n).step_by(BATCH) {
            let mut batch = Vec::with_capacity(BATCH);
            for row in first..n.min(first + BATCH) {
                if slides {
                    let y = samples.y().slice_axis_move(Axis(0), Slice::from(row..=row));
                    window.push(samples.x().row(row), y, samples.weight(row))?;
                    while start < row && self.is_past(start, row, &times) {
                        window.pop();
                        start += 1;
                    }
                    batch.push((start..row + 1, window.moments()?));
                } else {
                    if let Span::Decay(decay) = self.span {
                        all.decay(decay)?;
                    }
                    let row = samples.columns().range(row, 1);
                    all.update(row.x(), row.y(), row.weights())?;
                    batch.push((0..all.n_samples(), all.clone()));
                }
            }
            let models = parallel::map(batch.len(), |at| {
                let (rows, moments) = &batch[at];
                self.model(samples, rows.clone(), moments, slides)
            });
            fits.extend(models);
        }
        Ok(fits)
    }

    /// Whether a row has left the window that ends at another.
    fn is_past(&self, row: usize, end: usize, times: &[f64]) -> bool {
        match self.span {
            Span::Rows(rows) => end - row >= rows,
            Span::Time(width) => times[end] - times[row] >= width,
            Span::Expanding | Span::Decay(_) => false,
        }
    }

    fn model<F: Scalar>(
        &self,
        samples: &Samples<'_, F>,
        rows: std::ops::Range<usize>,
        moments: &Moments,
        has_rows: bool,
    ) -> GroupFit {
        if let Span::Rows(wanted) = self.span
            && rows.len() < wanted
        {
            let found = rows.len();
            return GroupFit::nothing(found, NoModel::Incomplete { found, wanted });
        }
        let weighted = samples.weights().is_some() || matches!(self.span, Span::Decay(_));
        let kind = weighted.then_some(WeightKind::Analytic);
        let found = Found::of(&self.ridge, moments, kind);
        if found.precise || !has_rows {
            return found.fit;
        }
        let rows = Slice::from(rows);
        let weights = samples.weights();
        let inference = Samples::new(
            samples.x().slice_axis_move(Axis(0), rows),
            samples.y().slice_axis_move(Axis(0), rows),
            weights.map(|weights| weights.slice_axis_move(Axis(0), rows)),
        )
        .and_then(|samples| {
            self.ridge
                .analyse(&samples)?
                .inference(Covariance::Classical)
        });
        GroupFit::of(inference, moments.n_samples())
    }
}
