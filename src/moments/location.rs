//! Weighted means that keep their digits when parts are merged.

use ndarray::Array1;
use serde::{Deserialize, Serialize};

/// Count, weight and mean of the rows seen; a mean is the unevaluated sum `mean + rest` of two `f64`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Location {
    pub(crate) n_samples: usize,
    pub(crate) weight_sum: f64,
    pub(crate) mean: Array1<f64>,
    pub(crate) rest: Array1<f64>,
}

impl Location {
    /// Of no rows.
    pub(crate) fn new(width: usize) -> Self {
        Self {
            n_samples: 0,
            weight_sum: 0.0,
            mean: Array1::zeros(width),
            rest: Array1::zeros(width),
        }
    }

    /// Takes in the rows that another has seen, with `shift` as in [`absorb`](Self::absorb).
    pub(crate) fn absorb_location(&mut self, other: &Self, shift: impl FnMut(usize, f64)) {
        let means = other.mean.as_slice().zip(other.rest.as_slice());
        let rows = (other.n_samples, other.weight_sum);
        self.absorb(rows, means.unwrap_or_default(), shift);
    }

    /// Takes in rows of this count, weight and mean. Calls `shift` with each column and `√(W₁W₂/W)` times the distance
    /// of the two means: the row whose square the scatter gains (Chan, Golub & LeVeque, 1983).
    pub(crate) fn absorb(
        &mut self,
        (n_samples, weight_sum): (usize, f64),
        (mean, rest): (&[f64], &[f64]),
        mut shift: impl FnMut(usize, f64),
    ) {
        let total = self.weight_sum + weight_sum;
        let share = weight_sum / total;
        let factor = (self.weight_sum * share).sqrt();
        for j in 0..self.mean.len() {
            if self.weight_sum == 0.0 {
                (self.mean[j], self.rest[j]) = quick_two_sum(mean[j], rest[j]);
                shift(j, 0.0);
            } else {
                let distance = (mean[j] - self.mean[j]) + (rest[j] - self.rest[j]);
                let (mean, lost) = two_sum(self.mean[j], share * distance);
                (self.mean[j], self.rest[j]) = quick_two_sum(mean, self.rest[j] + lost);
                shift(j, factor * distance);
            }
        }
        self.n_samples = self.n_samples.saturating_add(n_samples);
        self.weight_sum = total;
    }
}

/// `a + b` as a rounded sum and what it lost (Knuth).
pub(super) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// [`two_sum`] for `|a| ≥ |b|` (Dekker).
pub(super) fn quick_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}
