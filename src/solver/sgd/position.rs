//! Where a training is: all that an update moves.

use serde::{Deserialize, Serialize};

use super::averaging::Average;
use super::clock::Now;

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

    /// What the fit would return, in coordinates.
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
