//! The ε-insensitive losses, plain and squared.

use serde::{Deserialize, Serialize};

use super::Loss;
use crate::check::check_non_negative;
use crate::error::Result;

/// The absolute error beyond a tube of half-width `epsilon`, the loss of support-vector regression.
///
/// ```text
/// ℓ(y, ŷ) = max(0, |y − ŷ| − ε)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpsilonInsensitive {
    /// `ε ≥ 0`, in units of the target. Default 0.1, as in scikit-learn.
    pub epsilon: f64,
}

/// The square of [`EpsilonInsensitive`].
///
/// ```text
/// ℓ(y, ŷ) = max(0, |y − ŷ| − ε)²
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SquaredEpsilonInsensitive {
    /// `ε ≥ 0`, in units of the target. Default 0.1, as in scikit-learn.
    pub epsilon: f64,
}

impl Default for EpsilonInsensitive {
    fn default() -> Self {
        Self { epsilon: 0.1 }
    }
}

impl Default for SquaredEpsilonInsensitive {
    fn default() -> Self {
        Self { epsilon: 0.1 }
    }
}

/// Distance of the prediction from the tube; NaN stays NaN, which `max` would make 0.
#[inline(always)]
fn excess(target: f64, prediction: f64, epsilon: f64) -> f64 {
    let excess = (target - prediction).abs() - epsilon;
    if excess < 0.0 { 0.0 } else { excess }
}

impl Loss for EpsilonInsensitive {
    #[inline(always)]
    fn value(&self, target: f64, prediction: f64) -> f64 {
        excess(target, prediction, self.epsilon)
    }

    #[inline(always)]
    fn derivative(&self, target: f64, prediction: f64) -> f64 {
        if excess(target, prediction, self.epsilon) > 0.0 {
            (prediction - target).signum()
        } else {
            0.0
        }
    }

    fn validate(&self) -> Result<()> {
        check_non_negative("epsilon", self.epsilon)
    }
}

impl Loss for SquaredEpsilonInsensitive {
    #[inline(always)]
    fn value(&self, target: f64, prediction: f64) -> f64 {
        let excess = excess(target, prediction, self.epsilon);
        excess * excess
    }

    #[inline(always)]
    fn derivative(&self, target: f64, prediction: f64) -> f64 {
        2.0 * excess(target, prediction, self.epsilon) * (prediction - target).signum()
    }

    fn validate(&self) -> Result<()> {
        check_non_negative("epsilon", self.epsilon)
    }
}
