//! The Huber loss.

use serde::{Deserialize, Serialize};

use super::Loss;
use crate::check::check_positive;
use crate::error::Result;

/// Squared near zero, linear beyond `delta` (Huber, *Robust estimation of a location parameter*, 1964).
///
/// ```text
/// ℓ(y, ŷ) = ½ e²              |e| ≤ δ        e = y − ŷ
///           δ (|e| − ½ δ)     otherwise
/// ```
///
/// The ½ is that of the definition and of torch and Keras; as δ → ∞ this is *half* of
/// [`SquaredError`](super::SquaredError).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Huber {
    /// `δ > 0`, in units of the target: where quadratic becomes linear. Default 1.
    pub delta: f64,
}

impl Default for Huber {
    fn default() -> Self {
        Self { delta: 1.0 }
    }
}

impl Loss for Huber {
    #[inline(always)]
    fn value(&self, target: f64, prediction: f64) -> f64 {
        let e = (target - prediction).abs();
        if e <= self.delta {
            0.5 * e * e
        } else {
            self.delta * (e - 0.5 * self.delta)
        }
    }

    #[inline(always)]
    fn derivative(&self, target: f64, prediction: f64) -> f64 {
        (prediction - target).clamp(-self.delta, self.delta)
    }

    fn validate(&self) -> Result<()> {
        check_positive("delta", self.delta)
    }
}
