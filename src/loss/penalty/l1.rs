//! The L1 penalty `λ ‖w‖₁`.

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use crate::check::check_non_negative;
use crate::error::Result;
use crate::scalar::Scalar;

/// The penalty `λ ‖w‖₁ = λ Σ |wⱼ|` beside a *mean* squared error: the lasso (Tibshirani, *Regression shrinkage and
/// selection via the lasso*, 1996). scikit-learn's `Lasso(alpha)`, which halves the mean squared error, has `λ = 2
/// alpha`.
///
/// # Examples
///
/// ```
/// use elltwo::loss::L1;
///
/// let penalty = L1::from_sklearn_lasso_alpha(0.5)?;
/// assert_eq!(penalty.lambda(), 1.0);
/// assert_eq!((penalty.proximal(3.0, 1.0), penalty.proximal(-0.5, 1.0)), (2.0, 0.0));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct L1 {
    lambda: f64,
}

impl L1 {
    /// The penalty with this `λ`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `λ` is finite and at least 0.
    pub fn new(lambda: f64) -> Result<Self> {
        check_non_negative("lambda", lambda)?;
        Ok(Self { lambda })
    }

    /// `λ`.
    #[must_use]
    pub fn lambda(self) -> f64 {
        self.lambda
    }

    /// `λ ‖w‖₁`.
    #[must_use]
    pub fn value<F: Scalar>(self, coefficients: ArrayView1<'_, F>) -> f64 {
        coefficients
            .iter()
            .map(|w| self.lambda * w.wide().abs())
            .sum()
    }

    /// `argmin_v  γ λ |v| + ½ (v − w)²`: the soft threshold `sign(w) max(0, |w| − γλ)`. NaN stays NaN.
    #[must_use]
    pub fn proximal(self, coefficient: f64, step: f64) -> f64 {
        let threshold = step * self.lambda;
        if coefficient.abs() <= threshold {
            0.0
        } else {
            coefficient - threshold.copysign(coefficient)
        }
    }

    /// From the alpha of scikit-learn's `Lasso`, whose objective is half of this one's: `λ = 2 alpha`.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn from_sklearn_lasso_alpha(alpha: f64) -> Result<Self> {
        check_non_negative("alpha", alpha)?;
        Self::new(2.0 * alpha)
    }

    /// To the alpha of scikit-learn's `Lasso`: `λ / 2`.
    #[must_use]
    pub fn sklearn_lasso_alpha(self) -> f64 {
        self.lambda / 2.0
    }
}
