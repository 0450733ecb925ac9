//! Report of an SGD fit.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::loss::{Penalty, RegressionLoss};
use crate::solver::sgd::{Conditioning, EpochRecord, Optimizer, Settings, Solution};

/// Facts of a fit by [`SgdRegressor`](super::SgdRegressor) beside the common ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SgdReport {
    /// The rule of the steps.
    pub optimizer: Optimizer,
    /// The loss that was minimised.
    pub loss: RegressionLoss,
    /// The penalty that was added.
    pub penalty: Penalty,
    /// Mean loss of each target on all the rows given, held-out ones included.
    pub losses: Vec<f64>,
    /// Duality gap of each target, for the absolute, quantile and ε-insensitive loss: an upper bound of what the
    /// objective on the rows trained on is above its minimum. `None` for other losses, and beyond 1024 coordinates.
    #[serde(default)]
    pub duality_gap: Option<Vec<f64>>,
    /// Epochs that ran.
    pub epochs: usize,
    /// Updates that were made.
    pub updates: u64,
    /// Rows of a batch.
    pub batch_size: usize,
    /// `η` of the first update.
    pub step_size: f64,
    /// The coordinates of the steps.
    pub conditioning: Conditioning,
    /// Rows held out for validation.
    pub n_validation: usize,
    /// A record of every epoch.
    pub history: Vec<EpochRecord>,
}

impl SgdReport {
    pub(super) fn new(settings: &Settings, solution: Solution, losses: Vec<f64>) -> Self {
        Self {
            optimizer: settings.optimizer,
            loss: settings.loss,
            penalty: settings.penalty,
            losses,
            duality_gap: solution.duality_gap,
            epochs: solution.epochs,
            updates: solution.updates,
            batch_size: solution.batch_size,
            step_size: solution.step_size,
            conditioning: solution.conditioning,
            n_validation: solution.n_validation,
            history: solution.history,
        }
    }

    /// The report of one target.
    pub(crate) fn target(&self, target: usize) -> Self {
        Self {
            losses: vec![self.losses[target]],
            duality_gap: self.duality_gap.as_ref().map(|gap| vec![gap[target]]),
            ..self.clone()
        }
    }
}

impl fmt::Display for SgdReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "loss               {}", self.loss.name())?;
        if let Some(gaps) = &self.duality_gap {
            let gaps: Vec<String> = gaps.iter().map(|gap| format!("{gap:.1e}")).collect();
            writeln!(f, "duality gap        {}", gaps.join(", "))?;
        }
        writeln!(f, "batch size         {}", self.batch_size)?;
        writeln!(f, "first step         {:.3e}", self.step_size)?;
        write!(f, "updates            {}", self.updates)
    }
}
