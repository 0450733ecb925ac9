//! Bounds on a gradient.

use serde::{Deserialize, Serialize};

use crate::check::check_positive;
use crate::error::Result;

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
