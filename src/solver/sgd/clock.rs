//! The time of a fit.

use serde::{Deserialize, Serialize};

/// What the time of a [`Schedule`](super::Schedule) counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// Passes over the data; the default.
    #[default]
    Epoch,
    /// Updates, one for each batch: torch's, where the scheduler follows the optimizer.
    Update,
}

/// When it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    /// Updates so far.
    pub(super) update: u64,
    /// Epochs so far.
    pub(super) epoch: usize,
    /// Updates in the whole fit; `None` while streaming.
    pub(super) horizon: Option<u64>,
}

impl Clock {
    /// `t`.
    pub(super) fn ticks(self, now: Now) -> f64 {
        match self {
            Self::Epoch => now.epoch as f64,
            Self::Update => now.update as f64,
        }
    }

    /// `t` and the length, in the same unit.
    pub(super) fn span(self, length: Option<usize>, now: Now) -> (f64, f64) {
        match (length, now.horizon) {
            (Some(length), _) => (self.ticks(now), length as f64),
            (None, Some(horizon)) => (now.update as f64, horizon.max(1) as f64),
            // Streaming is refused before.
            (None, None) => (0.0, 1.0),
        }
    }
}
