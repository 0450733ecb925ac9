//! The elastic net, both penalties at once.

use serde::{Deserialize, Serialize};

use super::{L1, L2};
use crate::check::check_non_negative;
use crate::error::{Error, Result};

/// The penalty `λ₁ ‖w‖₁ + λ₂ ‖w‖²` beside a *mean* squared error (Zou & Hastie, *Regularization and variable selection
/// via the elastic net*, 2005).
///
/// # Examples
///
/// ```
/// use elltwo::loss::ElasticNet;
///
/// // scikit-learn minimises ½ MSE + α ρ ‖w‖₁ + ½ α (1 − ρ) ‖w‖².
/// let penalty = ElasticNet::from_sklearn(1.0, 0.25)?;
/// assert_eq!((penalty.l1().lambda(), penalty.l2().lambda()), (0.5, 0.75));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ElasticNet {
    l1: L1,
    l2: L2,
}

impl ElasticNet {
    /// The penalty with these `λ₁` and `λ₂`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] unless both are finite and at least 0.
    pub fn new(l1: f64, l2: f64) -> Result<Self> {
        Ok(Self {
            l1: L1::new(l1)?,
            l2: L2::new(l2)?,
        })
    }

    /// From scikit-learn's `ElasticNet(alpha, l1_ratio)`: `λ₁ = 2 α ρ`, `λ₂ = α (1 − ρ)`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a negative or non-finite alpha, or a ratio outside `[0, 1]`.
    pub fn from_sklearn(alpha: f64, l1_ratio: f64) -> Result<Self> {
        check_non_negative("alpha", alpha)?;
        if !(0.0..=1.0).contains(&l1_ratio) {
            return Err(Error::parameter("l1_ratio", l1_ratio, "between 0 and 1"));
        }
        Self::new(2.0 * alpha * l1_ratio, alpha * (1.0 - l1_ratio))
    }

    /// `λ₁ ‖w‖₁`.
    #[must_use]
    pub fn l1(self) -> L1 {
        self.l1
    }

    /// `λ₂ ‖w‖²`.
    #[must_use]
    pub fn l2(self) -> L2 {
        self.l2
    }
}
