//! Residuals that keep their digits where predictions are far larger.

use ndarray::{Array1, ArrayView1, Ix2};

use crate::check::check_range;
use crate::error::Result;
use crate::linalg::accurate_dot;
use crate::loss::{Loss, Reduction, SquaredError};
use crate::samples::Samples;
use crate::scalar::Scalar;

/// Share of a residual that rounding of its prediction may make up: ten digits are left.
const LIMIT: f64 = 1.5e-11;
/// Rows that are looked at for the size of the terms of a prediction: an offset shows in any.
const ROWS: usize = 16;

/// Residuals `y − ŷ` of each row, and `Σ s (y − ŷ)²` by the shared kernel.
#[derive(Debug)]
pub(crate) struct TrainingResiduals {
    pub(crate) raw: Array1<f64>,
    pub(crate) sum_of_squares: f64,
}

/// True if the rounding of predictions `x·w + b` shows in residuals with this mean square.
///
/// Of `f32` the rounded coefficients and predictions are what counts.
pub(crate) fn rounding_shows<F: Scalar>(
    samples: &Samples<'_, F, Ix2>,
    coefficients: ArrayView1<'_, F>,
    intercept: F,
    mean_square: f64,
) -> bool {
    let (x, n) = (samples.x(), samples.n_rows());
    let size = |i: usize| {
        let products = x.row(i * n / ROWS.min(n)).into_iter().zip(coefficients);
        products.fold(intercept.wide().abs(), |sum, (x, w)| {
            sum + (x.wide() * w.wide()).abs()
        })
    };
    let largest = (0..ROWS.min(n)).map(size).fold(0.0, f64::max);
    F::IS_DOUBLE && f64::EPSILON * largest > LIMIT * mean_square.sqrt()
}

impl TrainingResiduals {
    /// Residuals of one of the targets, accumulated in twice the precision and rounded once. What the rounding of an
    /// intercept that was `fitted` adds to all of them is taken off again: they are those of the centred data,
    ///
    /// ```text
    /// r = (y − ȳ) − (x − x̄)·w
    /// ```
    ///
    /// to `ε (|r| + ε |b|)`, however far from zero the data are.
    pub(crate) fn accurate<F: Scalar>(
        samples: &Samples<'_, F, Ix2>,
        target: usize,
        coefficients: ArrayView1<'_, F>,
        intercept: F,
        fitted: bool,
    ) -> Result<Self> {
        let intercept = intercept.wide();
        let bands = samples.map_bands(|_, band| {
            let (x, y) = (band.x(), band.y());
            let residual = |i: usize| {
                let products = x.row(i).into_iter().zip(coefficients);
                let terms = products.map(|(x, w)| (-x.wide(), w.wide()));
                accurate_dot(y[[i, target]].wide(), terms.chain([(-1.0, intercept)]))
            };
            (0..band.n_rows()).map(residual).collect::<Vec<_>>()
        });
        let mut raw = Array1::from(bands.concat());
        let weights = samples.weights().map(|w| w.mapv(Scalar::wide));
        let weights = weights.as_ref().map(|w| w.view());
        if fitted {
            let (sum, total) = match weights {
                Some(w) => (w.dot(&raw), w.sum()),
                None => (raw.sum(), raw.len() as f64),
            };
            let gap = sum / total;
            if gap.abs() <= f64::EPSILON * intercept.abs() {
                raw -= gap;
            }
        }
        check_range("a residual", &raw)?;
        let zeros = Array1::zeros(raw.len());
        let sum_of_squares =
            SquaredError.evaluate(raw.view(), zeros.view(), weights, Reduction::Sum)?;
        Ok(Self {
            sum_of_squares: sum_of_squares.scalar().unwrap_or(f64::NAN),
            raw,
        })
    }
}
