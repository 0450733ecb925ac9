//! Columns of the data in units of their own: divided by a power of two, centred, multiplied by the roots of the
//! weights.

use ndarray::{Array1, ArrayView1, Axis};

use crate::linalg::{DoubleDouble, exponent, max_abs};

/// The weights of the samples that count, divided by a power of two.
pub(super) struct Weights {
    /// Their rows.
    pub(super) rows: Vec<usize>,
    values: Vec<DoubleDouble>,
    roots: Vec<DoubleDouble>,
    pub(super) sum: DoubleDouble,
    pub(super) exponent: i32,
}

impl Weights {
    pub(super) fn new(weights: Option<&Array1<f64>>, n: usize) -> Self {
        let weight = |row: usize| weights.map_or(1.0, |w| w[row]);
        let rows: Vec<usize> = (0..n).filter(|&row| weight(row) > 0.0).collect();
        let largest = weights.map_or(1.0, max_abs);
        let exponent = weights.map_or(0, |_| exponent(largest));
        let scaled = |&row: &usize| DoubleDouble::new(weight(row)).scaled(-exponent);
        let weights: Vec<_> = rows.iter().map(scaled).collect();
        Self {
            roots: weights.iter().map(|s| s.sqrt()).collect(),
            sum: weights.iter().fold(DoubleDouble::ZERO, |sum, &s| sum + s),
            rows,
            values: weights,
            exponent,
        }
    }

    /// The weighted mean, from the first value on: exact for a constant.
    fn mean(&self, values: &Array1<DoubleDouble>) -> DoubleDouble {
        let base = values[0];
        let sum = (self.values.iter())
            .zip(values)
            .fold(DoubleDouble::ZERO, |sum, (&s, &v)| sum + s * (v - base));
        base + sum / self.sum
    }
}

/// A column in its own units.
pub(super) struct Column {
    pub(super) values: Array1<DoubleDouble>,
    /// They are those of the data divided by `2^exponent`.
    pub(super) exponent: i32,
    /// Mean that was subtracted, in the same units.
    pub(super) mean: DoubleDouble,
}

impl Column {
    /// Scales, centres, scales what is left, and weights.
    pub(super) fn new(
        values: ArrayView1<'_, DoubleDouble>,
        weights: &Weights,
        fit_intercept: bool,
    ) -> Self {
        let mut values = values.select(Axis(0), &weights.rows);
        let mut exponent = rescale(&mut values);
        let mut mean = DoubleDouble::ZERO;
        if fit_intercept {
            mean = weights.mean(&values);
            values.mapv_inplace(|v| v - mean);
            let rest = rescale(&mut values);
            exponent += rest;
            mean = mean.scaled(-rest);
        }
        for (v, root) in values.iter_mut().zip(&weights.roots) {
            *v = *v * *root;
        }
        Self {
            values,
            exponent,
            mean,
        }
    }
}

/// The Euclidean norm of values of the order of 1.
pub(super) fn norm(values: ArrayView1<'_, DoubleDouble>) -> f64 {
    values.fold(0.0, |sum, v| sum + v.hi() * v.hi()).sqrt()
}

/// Divides by the power of two that brings the largest below 1, and returns its exponent.
fn rescale(values: &mut Array1<DoubleDouble>) -> i32 {
    let largest = values.iter().fold(0.0_f64, |a, v| a.max(v.hi().abs()));
    if largest == 0.0 {
        return 0;
    }
    let exponent = exponent(largest);
    values.mapv_inplace(|v| v.scaled(-exponent));
    exponent
}
