//! Position of a training, and the average of those before, which has less noise.

use serde::{Deserialize, Serialize};

use super::schedule::Now;

/// Average of the coefficients on the way that the fit returns, or the last ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Averaging {
    /// [`Polynomial`](Self::Polynomial) with power 4 beside [`Schedule::Auto`](super::Schedule::Auto), unless by
    /// [`Optimizer::Saga`](super::Optimizer::Saga); none beside a schedule that was chosen.
    #[default]
    Auto,
    /// The last coefficients.
    None,
    /// The mean of the coefficients after each update from the epoch `start` on, counted from 0 (Polyak & Juditsky,
    /// *Acceleration of stochastic approximation by averaging*, 1992; Ruppert, 1988).
    Uniform {
        /// The first epoch that counts.
        start: usize,
    },
    /// A mean that forgets its beginning, the weight of update `t` growing like `t^power`:
    /// `θ̄ₜ = θ̄ₜ₋₁ + (power + 1)/(power + t) (θₜ − θ̄ₜ₋₁)` (Shamir & Zhang, *Stochastic gradient descent for
    /// non-smooth optimization*, 2013).
    Polynomial {
        /// `power ≥ 0`; 0 is the mean of all.
        power: f64,
    },
}

/// The running average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Average {
    kind: Averaging,
    mean: Vec<f64>,
    count: u64,
}

impl Average {
    /// `kind` is resolved: never `Auto`.
    pub(super) fn new(kind: Averaging, theta: &[f64]) -> Self {
        let mean = match kind {
            Averaging::Auto | Averaging::None => Vec::new(),
            Averaging::Uniform { .. } | Averaging::Polynomial { .. } => theta.to_vec(),
        };
        Self {
            kind,
            mean,
            count: 0,
        }
    }

    /// The average in other coordinates.
    pub(super) fn moved(&self, coordinates: impl Fn(&[f64]) -> Vec<f64>) -> Self {
        Self {
            mean: if self.mean.is_empty() {
                Vec::new()
            } else {
                coordinates(&self.mean)
            },
            ..*self
        }
    }

    /// Tells whether an average that was read is of this size.
    pub(super) fn is_consistent(&self, len: usize) -> bool {
        let averages = matches!(
            self.kind,
            Averaging::Uniform { .. } | Averaging::Polynomial { .. }
        );
        self.mean.len() == if averages { len } else { 0 } && (averages || self.count == 0)
    }

    pub(super) fn add(&mut self, theta: &[f64], epoch: usize) {
        let power = match self.kind {
            Averaging::Auto | Averaging::None => return,
            Averaging::Uniform { start } if epoch < start => return,
            Averaging::Uniform { .. } => 0.0,
            Averaging::Polynomial { power } => power,
        };
        self.count += 1;
        let weight = (power + 1.0) / (power + self.count as f64);
        for (mean, t) in self.mean.iter_mut().zip(theta) {
            *mean += weight * (t - *mean);
        }
    }

    /// Becomes another average of the same kind; nothing is allocated.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.mean.copy_from_slice(&other.mean);
        self.count = other.count;
    }

    /// Coordinates the fit would return now.
    pub(super) fn candidate<'a>(&'a self, theta: &'a [f64]) -> &'a [f64] {
        if self.count == 0 { theta } else { &self.mean }
    }
}

/// Coefficients in coordinates, what the optimizer remembers of them, and how far the training has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Position {
    /// One target after the other.
    pub(super) theta: Vec<f64>,
    pub(super) memory: Vec<f64>,
    pub(super) average: Average,
    pub(super) updates: u64,
    pub(super) epoch: usize,
    /// `η` of the last update.
    pub(super) step_size: f64,
}

impl Position {
    pub(super) fn now(&self, horizon: Option<u64>) -> Now {
        Now {
            update: self.updates,
            epoch: self.epoch,
            horizon,
        }
    }

    /// Coordinates the fit would return now.
    pub(super) fn candidate(&self) -> &[f64] {
        self.average.candidate(&self.theta)
    }

    pub(super) fn is_finite(&self) -> bool {
        self.theta.iter().all(|t| t.is_finite())
    }

    /// Becomes another position of the same training; nothing is allocated.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.theta.copy_from_slice(&other.theta);
        self.memory.copy_from_slice(&other.memory);
        self.average.copy_from(&other.average);
        self.updates = other.updates;
        self.epoch = other.epoch;
        self.step_size = other.step_size;
    }
}
