//! The absolute error `|y − ŷ|`.

use serde::{Deserialize, Serialize};

use super::Loss;

/// The absolute error, the L1 loss; its minimiser is the median.
///
/// ```text
/// ℓ(y, ŷ) = |y − ŷ|        ∂ℓ/∂ŷ = −sign(y − ŷ), 0 at y = ŷ
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbsoluteError;

impl Loss for AbsoluteError {
    #[inline(always)]
    fn value(&self, target: f64, prediction: f64) -> f64 {
        (target - prediction).abs()
    }

    #[inline(always)]
    fn derivative(&self, target: f64, prediction: f64) -> f64 {
        if prediction == target {
            0.0
        } else {
            (prediction - target).signum()
        }
    }
}
