//! When a fit is over, and what it says on the way.

use serde::{Deserialize, Serialize};

/// What is known at the end of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EpochRecord {
    /// Which epoch, from 1.
    pub epoch: usize,
    /// `J` by the [`Monitor`](super::Monitor): by default that of the coefficients at the start of the epoch.
    pub objective: f64,
    /// The mean loss of the validation rows with the coefficients at the end of the epoch, if there are any.
    pub validation: Option<f64>,
    /// `η` of the last update.
    pub step_size: f64,
}

/// Counts the epochs without progress.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    tolerance: f64,
    best: f64,
    stale: usize,
}

impl Progress {
    pub(super) fn new(tolerance: f64) -> Self {
        Self {
            tolerance,
            best: f64::INFINITY,
            stale: 0,
        }
    }

    /// Takes the next value; whether it is the lowest so far.
    pub(super) fn observe(&mut self, value: f64) -> bool {
        // The first value is progress whatever the tolerance.
        let enough =
            self.best.is_infinite() || value < self.best - self.tolerance * self.best.abs();
        self.stale = if enough { 0 } else { self.stale + 1 };
        let lowest = value < self.best;
        if lowest {
            self.best = value;
        }
        lowest
    }

    /// Whether this many values in a row were no progress.
    pub(super) fn is_stalled(&self, patience: usize) -> bool {
        self.stale >= patience
    }

    /// Starts to count again.
    pub(super) fn restart(&mut self) {
        self.stale = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn improvements_below_the_tolerance_are_no_progress_however_many() {
        let mut progress = Progress::new(0.1);
        assert!(progress.observe(1.0));
        assert!(progress.observe(0.95) && !progress.is_stalled(2));
        assert!(progress.observe(0.9));
        assert!(progress.is_stalled(2));
        assert!(!progress.observe(0.95));
        assert!(progress.observe(0.1) && !progress.is_stalled(1));
    }
}
