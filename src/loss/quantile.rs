//! The quantile loss.

use serde::{Deserialize, Serialize};

use super::Loss;
use crate::check::check_open_unit;
use crate::error::Result;

/// The quantile or pinball loss; its minimiser is the quantile (Koenker & Bassett, *Regression quantiles*, 1978).
///
/// ```text
/// ℓ(y, ŷ) = q (y − ŷ)          y ≥ ŷ
///           (1 − q) (ŷ − y)    otherwise
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuantileLoss {
    /// `0 < q < 1`: the quantile. Default 0.5, where the loss is half the absolute error.
    pub quantile: f64,
}

impl Default for QuantileLoss {
    fn default() -> Self {
        Self { quantile: 0.5 }
    }
}

impl Loss for QuantileLoss {
    #[inline(always)]
    fn value(&self, target: f64, prediction: f64) -> f64 {
        let e = target - prediction;
        if e >= 0.0 {
            self.quantile * e
        } else {
            (self.quantile - 1.0) * e
        }
    }

    #[inline(always)]
    fn derivative(&self, target: f64, prediction: f64) -> f64 {
        if target > prediction {
            -self.quantile
        } else if target < prediction {
            1.0 - self.quantile
        } else {
            0.0
        }
    }

    fn validate(&self) -> Result<()> {
        check_open_unit("quantile", self.quantile)
    }
}
