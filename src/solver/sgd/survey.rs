//! The pass over the rows before the first step: means and deviations of features and targets, and the second moments
//! to whiten by.

use ndarray::{Array1, Array2, ArrayView2, Ix2};
use serde::{Deserialize, Serialize};

use super::source::Source;
use crate::error::Result;
use crate::moments::{Moments, Spread};
use crate::samples::Samples;
use crate::scalar::Scalar;

/// Weighted means and centred sums of squares of the columns, features then targets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Survey {
    /// Divisors of the columns: powers of two, 1 unless squares would leave the range.
    units: Vec<f64>,
    spread: Spread,
    /// Centred cross-products of the features, if they were asked for.
    cross: Option<Array2<f64>>,
}

/// Values that are added at a time.
const PIECE_VALUES: usize = 1 << 20;
/// Below this, squares lose digits to underflow.
const SMALLEST: f64 = f64::MIN_POSITIVE / f64::EPSILON;

/// Sums with or without cross-products.
enum Sums {
    Spread(Spread),
    Moments(Moments),
}

impl Sums {
    fn add<F: Scalar>(&mut self, samples: Samples<'_, F, Ix2>) {
        match self {
            Self::Spread(spread) => spread.accumulate(samples),
            Self::Moments(moments) => moments.accumulate(samples),
        }
    }
}

impl Survey {
    /// Reads the rows, in ascending order, once, and once more where squares leave the range. Finite sums are the check
    /// of the values.
    pub(super) fn new<F: Scalar>(
        source: &mut Source<'_, F>,
        rows: &[u32],
        has_cross: bool,
    ) -> Result<Self> {
        let survey = Self::measure(source, rows, has_cross, None)?;
        let is_finite = survey.spread.location.weight_sum.is_finite()
            && survey.spread.scatter.iter().all(|sum| sum.is_finite());
        if !is_finite && !source.is_checked {
            source.samples.check_values()?;
        }
        source.is_checked = true;
        let means = &survey.spread.location.mean;
        // A column of zeros may be one of values so small that their squares are.
        let has_digits = |(sum, mean): (&f64, &f64)| {
            sum.is_finite() && (*sum >= SMALLEST || *sum == 0.0 && mean.abs() > 1e-140)
        };
        let sums = survey.spread.scatter.iter().zip(means);
        let has_digits: Vec<bool> = sums.map(has_digits).collect();
        if has_digits.iter().all(|has| *has) {
            return Ok(survey);
        }
        let (x, y) = (source.samples.x(), source.samples.y());
        let columns = x.columns().into_iter().chain(y.columns());
        let units = columns.zip(has_digits).map(|(column, has_digits)| {
            let values = rows.iter().map(|row| column[*row as usize].wide().abs());
            let largest = values.fold(0.0, f64::max);
            // The exponent alone.
            let power = f64::from_bits(largest.to_bits() & f64::INFINITY.to_bits());
            if largest > 0.0 && !has_digits {
                power.max(f64::MIN_POSITIVE)
            } else {
                1.0
            }
        });
        let units: Vec<f64> = units.collect();
        if units.iter().all(|unit| *unit == 1.0) {
            return Ok(survey);
        }
        Self::measure(source, rows, has_cross, Some(units))
    }

    fn measure<F: Scalar>(
        source: &Source<'_, F>,
        rows: &[u32],
        has_cross: bool,
        units: Option<Vec<f64>>,
    ) -> Result<Self> {
        let samples = source.samples;
        let (x, y) = (samples.x(), samples.y());
        let (p, k) = (x.ncols(), y.ncols());
        let mut sums = if has_cross {
            Sums::Moments(Moments::new(p, k)?)
        } else {
            Sums::Spread(Spread::new(p + k))
        };
        for rows in rows.chunks((PIECE_VALUES / (p + k)).max(512)) {
            samples.cancellation().check()?;
            let (first, n) = (rows[0] as usize, rows.len());
            // Relative ones, so that their scale does not count.
            let relative = |row: &u32| F::of(source.weight(*row));
            let all = samples.weights();
            let weights: Option<Array1<F>> = all.map(|_| rows.iter().map(relative).collect());
            if units.is_none() && rows[n - 1] as usize - first + 1 == n {
                let piece = samples.range(first, n);
                let weights = weights.as_ref().map(|weights| weights.view());
                sums.add(Samples::trusted(piece.x(), piece.y(), weights));
                continue;
            }
            let unit = |column: usize| units.as_ref().map_or(1.0, |units| units[column]);
            let value =
                |of: ArrayView2<'_, F>, i: usize, j: usize| of[[rows[i] as usize, j]].wide();
            let x = Array2::from_shape_fn((n, p), |(i, j)| value(x, i, j) / unit(j));
            let y = Array2::from_shape_fn((n, k), |(i, t)| value(y, i, t) / unit(p + t));
            let weights = weights.map(|weights| weights.mapv(Scalar::wide));
            let weights = weights.as_ref().map(|weights| weights.view());
            sums.add(Samples::trusted(x.view(), y.view(), weights));
        }
        let (spread, cross) = match sums {
            Sums::Spread(spread) => (spread, None),
            Sums::Moments(moments) => (moments.spread(), Some(moments.feature_scatter())),
        };
        Ok(Self {
            units: units.unwrap_or_else(|| vec![1.0; p + k]),
            spread,
            cross,
        })
    }

    /// Takes in the rows that another has seen; one with other divisors takes its place.
    pub(super) fn merge(&mut self, other: Self) {
        if self.units != other.units {
            *self = other;
            return;
        }
        let mut shifts = vec![0.0; self.units.len()];
        (self.spread).absorb(&other.spread, |j, shift| shifts[j] = shift);
        if let (Some(cross), Some(others)) = (&mut self.cross, &other.cross) {
            for ((i, j), value) in cross.indexed_iter_mut() {
                *value += others[[i, j]] + shifts[i] * shifts[j];
            }
        }
    }

    /// Counts all rows seen as one, of their mean weight: those to come tell more.
    pub(super) fn condense(&mut self) {
        let location = &mut self.spread.location;
        let factor = 1.0 / location.n_samples as f64;
        location.n_samples = 1;
        location.weight_sum *= factor;
        self.spread.scatter.iter_mut().for_each(|s| *s *= factor);
        self.cross.iter_mut().for_each(|cross| *cross *= factor);
    }

    /// Rows that were seen.
    pub(super) fn n_rows(&self) -> usize {
        self.spread.location.n_samples
    }

    /// Tells whether the parts of a survey that was read fit together.
    pub(super) fn is_consistent(&self, n_features: usize, n_targets: usize) -> bool {
        let (width, location) = (n_features + n_targets, &self.spread.location);
        let lengths = [
            location.mean.len(),
            location.rest.len(),
            self.spread.scatter.len(),
        ];
        self.units.len() == width
            && lengths == [width; 3]
            && location.weight_sum > 0.0
            && (self.cross.iter()).all(|cross| cross.dim() == (n_features, n_features))
    }

    /// Mean of a column.
    pub(super) fn mean(&self, column: usize) -> f64 {
        self.units[column] * self.spread.location.mean[column]
    }

    /// Standard deviation of a column.
    pub(super) fn deviation(&self, column: usize) -> f64 {
        let variance = self.spread.scatter[column] / self.spread.location.weight_sum;
        self.units[column] * variance.sqrt()
    }

    /// Mean product of two features about their means, both times a factor.
    pub(super) fn covariance(&self, (i, a): (usize, f64), (j, b): (usize, f64)) -> f64 {
        let product = self.cross.as_ref().map_or(0.0, |cross| cross[[i, j]]);
        product / self.spread.location.weight_sum * (self.units[i] * a) * (self.units[j] * b)
    }
}
