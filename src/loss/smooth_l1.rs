//! The smooth L1 loss.

use serde::{Deserialize, Serialize};

use super::{Huber, Loss};
use crate::check::check_positive;
use crate::error::Result;

/// The absolute error, rounded off near zero: torch's `SmoothL1Loss`, which is the Huber loss divided by its threshold.
///
/// ```text
/// ℓ(y, ŷ) = ½ e² / β       |e| < β        e = y − ŷ
///           |e| − ½ β      otherwise
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SmoothL1 {
    /// `β > 0`, in units of the target: where quadratic becomes linear. Default 1.
    pub beta: f64,
}

impl Default for SmoothL1 {
    fn default() -> Self {
        Self { beta: 1.0 }
    }
}

impl SmoothL1 {
    #[inline(always)]
    fn huber(self) -> Huber {
        Huber { delta: self.beta }
    }
}

impl Loss for SmoothL1 {
    #[inline(always)]
    fn value(&self, target: f64, prediction: f64) -> f64 {
        self.huber().value(target, prediction) / self.beta
    }

    #[inline(always)]
    fn derivative(&self, target: f64, prediction: f64) -> f64 {
        self.huber().derivative(target, prediction) / self.beta
    }

    fn validate(&self) -> Result<()> {
        check_positive("beta", self.beta)
    }
}
