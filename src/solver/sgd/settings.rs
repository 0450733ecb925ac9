//! Settings of an SGD fit.

use serde::{Deserialize, Serialize};

use super::{Averaging, Clock, Conditioning, Optimizer, Schedule, Shuffle};
use crate::check::{
    check_count, check_non_negative, check_open_unit, check_parameter, check_positive,
};
use crate::error::Result;
use crate::loss::{Penalty, RegressionLoss};

/// Objective that is followed while the fit goes on. Both read X once an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Monitor {
    /// The objective of the coefficients the fit would return at the start of the epoch, on all the training rows: one
    /// more prediction for each row, while the row is in the cache. The default.
    #[default]
    Exact,
    /// The mean over the epoch of the loss of each batch just before it was used, and the penalty at the end: free, but
    /// noisy, behind, and above the objective of averaged coefficients.
    Running,
}

/// A bound on the gradient of a batch, in the coordinates of the steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum GradientClip {
    /// Scales the gradient of all targets together down to this Euclidean norm (Pascanu, Mikolov & Bengio, 2013).
    Norm(f64),
    /// Cuts every component at plus and minus this value.
    Value(f64),
}

impl GradientClip {
    /// Refuses a bound that is not positive.
    pub(super) fn validate(self) -> Result<()> {
        match self {
            Self::Norm(bound) => check_positive("clip norm", bound),
            Self::Value(bound) => check_positive("clip value", bound),
        }
    }

    /// The gradient within the bound.
    pub(super) fn apply(self, gradient: &mut [f64]) {
        match self {
            Self::Norm(bound) => {
                let norm = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
                if norm > bound {
                    gradient.iter_mut().for_each(|g| *g *= bound / norm);
                }
            }
            // `clamp` keeps NaN.
            Self::Value(bound) => gradient
                .iter_mut()
                .for_each(|g| *g = g.clamp(-bound, bound)),
        }
    }
}

/// Parameters of [`SgdRegressor`](crate::model::SgdRegressor).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) loss: RegressionLoss,
    pub(crate) penalty: Penalty,
    pub(crate) fit_intercept: bool,
    pub(crate) batch_size: Option<usize>,
    pub(crate) epochs: usize,
    pub(crate) seed: u64,
    pub(crate) shuffle: Shuffle,
    pub(crate) optimizer: Optimizer,
    pub(crate) step_size: Option<f64>,
    pub(crate) schedule: Schedule,
    pub(crate) clock: Clock,
    pub(crate) warm_up: usize,
    pub(crate) averaging: Averaging,
    pub(crate) conditioning: Conditioning,
    pub(crate) clip: Option<GradientClip>,
    pub(crate) tolerance: f64,
    pub(crate) patience: usize,
    pub(crate) validation_fraction: Option<f64>,
    pub(crate) monitor: Monitor,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            loss: RegressionLoss::Squared,
            penalty: Penalty::default(),
            fit_intercept: true,
            batch_size: None,
            epochs: 50,
            seed: 0,
            shuffle: Shuffle::Rows,
            optimizer: Optimizer::Sgd,
            step_size: None,
            schedule: Schedule::Auto,
            clock: Clock::Epoch,
            warm_up: 0,
            averaging: Averaging::Auto,
            conditioning: Conditioning::Auto,
            clip: None,
            tolerance: 1e-6,
            patience: 5,
            validation_fraction: None,
            monitor: Monitor::Exact,
        }
    }
}

/// Beyond this many features [`Conditioning::Auto`] does not whiten.
const WHITEN_UP_TO: usize = 256;

impl Settings {
    /// Refuses parameters out of range, and those that contradict each other.
    pub(crate) fn validate(&self) -> Result<()> {
        self.loss.validate()?;
        check_non_negative("lambda", self.penalty.l2().lambda())?;
        check_count("batch_size", self.batch_size.unwrap_or(1))?;
        check_count("epochs", self.epochs)?;
        check_count("patience", self.patience)?;
        check_non_negative("tolerance", self.tolerance)?;
        self.optimizer.validate()?;
        self.schedule.validate()?;
        if let Some(step_size) = self.step_size {
            check_positive("step_size", step_size)?;
        }
        if let Some(fraction) = self.validation_fraction {
            check_open_unit("validation_fraction", fraction)?;
        }
        self.clip.map_or(Ok(()), GradientClip::validate)?;
        if let Averaging::Polynomial { power } = self.averaging {
            check_non_negative("averaging power", power)?;
        }
        let (saga, l1) = (
            self.optimizer == Optimizer::Saga,
            self.penalty.l1().lambda(),
        );
        let rule = "a loss without a kink for SAGA: squared, Huber, squared epsilon-insensitive";
        check_parameter(
            !saga || self.loss.curvature().is_some(),
            "loss",
            f64::NAN,
            rule,
        )?;
        let rule = "absent with SAGA, which it would lead astray";
        check_parameter(!saga || self.clip.is_none(), "clip", f64::NAN, rule)?;
        let whitens = self.conditioning == Conditioning::Whiten;
        let rule = "0 with whitening: its proximal operator needs separate coordinates";
        check_parameter(!whitens || l1 == 0.0, "L1 lambda", l1, rule)?;
        let rule = "other than Whiten with an optimizer that scales each coordinate itself";
        let adapts = whitens && self.optimizer.is_adaptive();
        check_parameter(!adapts, "conditioning", f64::NAN, rule)
    }

    /// Refuses what has no meaning while streaming.
    pub(crate) fn validate_stream(&self) -> Result<()> {
        self.validate()?;
        let check = |holds, name, rule| check_parameter(holds, name, f64::NAN, rule);
        let remembers = self.optimizer == Optimizer::Saga;
        let rule = "other than SAGA for partial_fit: it remembers every row";
        check(!remembers, "optimizer", rule)?;
        let ends = self.schedule.needs_horizon();
        let adapts = matches!(self.schedule, Schedule::Adaptive { .. });
        let rule = "one that does not depend on the whole fit for partial_fit: give it a length";
        check(!ends && !adapts, "schedule", rule)?;
        let holds_out = self.validation_fraction.is_some();
        check(!holds_out, "validation_fraction", "absent for partial_fit")
    }

    /// The batch size for this many rows.
    pub(crate) fn batch_rows(&self, n_rows: usize) -> usize {
        // Small data need small batches to make enough steps, large ones gain nothing from more noise.
        let automatic = (n_rows / 256).clamp(2, 32);
        self.batch_size.unwrap_or(automatic).min(n_rows).max(1)
    }

    /// The coordinates, `Auto` resolved.
    pub(crate) fn coordinates(&self, n_features: usize) -> Conditioning {
        match self.conditioning {
            Conditioning::Auto
                if self.optimizer == Optimizer::Saga
                    && n_features <= WHITEN_UP_TO
                    && self.penalty.l1().lambda() == 0.0 =>
            {
                Conditioning::Whiten
            }
            Conditioning::Auto => Conditioning::Standardize,
            chosen => chosen,
        }
    }

    /// The average, `Auto` resolved.
    pub(crate) fn average(&self) -> Averaging {
        match self.averaging {
            Averaging::Auto
                if self.schedule == Schedule::Auto && self.optimizer != Optimizer::Saga =>
            {
                Averaging::Polynomial { power: 4.0 }
            }
            Averaging::Auto => Averaging::None,
            chosen => chosen,
        }
    }

    /// The schedule, with that of SAGA resolved.
    pub(crate) fn steps(&self) -> Schedule {
        if self.schedule == Schedule::Auto && self.optimizer == Optimizer::Saga {
            Schedule::Constant
        } else {
            self.schedule
        }
    }
}
