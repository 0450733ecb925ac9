//! Binary cross-entropy on logits, for evaluating classifiers.

use serde::{Deserialize, Serialize};

use super::Loss;

/// Binary cross-entropy, the target a label in `[0, 1]` and the prediction a *logit* `z` (torch's `BCEWithLogitsLoss`).
///
/// ```text
/// ℓ(y, z) = max(z, 0) − z y + ln(1 + e^−|z|)  =  −y ln σ(z) − (1 − y) ln(1 − σ(z))
/// ∂ℓ/∂z  = σ(z) − y                                σ(z) = 1 / (1 + e^−z)
/// ```
///
/// The form on the left does not overflow and keeps its digits for every `z`. An evaluation loss: no estimator here
/// trains on it. A label outside `[0, 1]` is not refused; the loss is then no longer a likelihood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLoss;

impl Loss for LogLoss {
    #[inline(always)]
    fn value(&self, label: f64, logit: f64) -> f64 {
        logit.max(0.0) - logit * label + (-logit.abs()).exp().ln_1p()
    }

    #[inline(always)]
    fn derivative(&self, label: f64, logit: f64) -> f64 {
        let e = (-logit.abs()).exp();
        let sigmoid = if logit >= 0.0 {
            1.0 / (1.0 + e)
        } else {
            e / (1.0 + e)
        };
        sigmoid - label
    }
}
