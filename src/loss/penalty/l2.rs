//! The L2 penalty `λ ‖w‖²` and what other libraries call it.

use ndarray::{ArrayView1, ArrayViewMut1};
use serde::{Deserialize, Serialize};

use crate::check::{check_non_negative, check_positive};
use crate::error::Result;
use crate::scalar::Scalar;

/// The penalty `λ ‖w‖²` beside a *mean* squared error; the intercept is not part of `w`.
///
/// | library | its parameter for the same solution (`W` the sum of the sample weights, `n` without) |
/// |---|---|
/// | scikit-learn `Ridge(alpha)` | `alpha = W λ` |
/// | scikit-learn `SGDRegressor(alpha)`, `ElasticNet(alpha, l1_ratio=0)` | `alpha = λ` |
/// | glmnet `lambda` (`alpha = 0, standardize = FALSE`) | `λ · sd_n(y)`, the standard deviation with divisor `n` |
/// | torch `weight_decay` on `w` only, with `MSELoss` | `2 λ` |
/// | Keras `L2(l)` with mean squared error | `l = λ` |
///
/// # Examples
///
/// ```
/// use elltwo::loss::L2;
///
/// let penalty = L2::from_sklearn_ridge_alpha(1.0, 442.0)?;
/// assert_eq!(penalty.sklearn_ridge_alpha(442.0)?, 1.0);
/// assert_eq!(penalty.torch_weight_decay(), 2.0 / 442.0);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct L2 {
    lambda: f64,
}

impl L2 {
    /// The penalty with this `λ`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `λ` is finite and at least 0.
    pub fn new(lambda: f64) -> Result<Self> {
        check_non_negative("lambda", lambda)?;
        Ok(Self { lambda })
    }

    /// Penalty without the check, for parameters that are checked later.
    pub(crate) fn unchecked(lambda: f64) -> Self {
        Self { lambda }
    }

    /// `λ`.
    #[must_use]
    pub fn lambda(self) -> f64 {
        self.lambda
    }

    /// `λ ‖w‖²`.
    #[must_use]
    pub fn value<F: Scalar>(self, coefficients: ArrayView1<'_, F>) -> f64 {
        // λ w first: the square of a large coefficient may be beyond the range where its penalty is not.
        coefficients
            .iter()
            .map(|w| self.lambda * w.wide() * w.wide())
            .sum()
    }

    /// Adds the gradient `2 λ w` to `gradient`.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) if the lengths differ.
    pub fn add_gradient<F: Scalar>(
        self,
        coefficients: ArrayView1<'_, F>,
        mut gradient: ArrayViewMut1<'_, F>,
    ) -> Result<()> {
        crate::check::check_length("length of gradient", coefficients.len(), gradient.len())?;
        let factor = F::of(self.slope(1.0));
        gradient.zip_mut_with(&coefficients, |g, w| *g += factor * *w);
        Ok(())
    }

    /// The derivative `2 λ w` in one coefficient.
    pub(crate) fn slope(self, coefficient: f64) -> f64 {
        2.0 * self.lambda * coefficient
    }

    /// `argmin_v  γ λ v² + ½ (v − w)² = w / (1 + 2 γ λ)`, for a step `γ ≥ 0`.
    #[must_use]
    pub fn proximal(self, coefficient: f64, step: f64) -> f64 {
        coefficient / (1.0 + 2.0 * step * self.lambda)
    }

    /// Summand of the penalty on the diagonal of `XᵀSX`: `W λ`.
    pub(crate) fn ridge(self, weight_sum: f64) -> f64 {
        self.lambda * weight_sum
    }

    /// From scikit-learn's `Ridge(alpha)`: `λ = alpha / W`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a negative or non-finite alpha or a weight sum
    /// that is not positive.
    pub fn from_sklearn_ridge_alpha(alpha: f64, weight_sum: f64) -> Result<Self> {
        check_non_negative("alpha", alpha)?;
        check_positive("weight_sum", weight_sum)?;
        Self::new(alpha / weight_sum)
    }

    /// To scikit-learn's `Ridge(alpha)`: `alpha = W λ`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a weight sum that is not positive.
    pub fn sklearn_ridge_alpha(self, weight_sum: f64) -> Result<f64> {
        check_positive("weight_sum", weight_sum)?;
        Ok(self.ridge(weight_sum))
    }

    /// From the alpha of scikit-learn's `SGDRegressor` or of `ElasticNet` with `l1_ratio = 0`: `λ = alpha`.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn from_sklearn_sgd_alpha(alpha: f64) -> Result<Self> {
        Self::new(alpha)
    }

    /// To the alpha of scikit-learn's `SGDRegressor` or of `ElasticNet` with `l1_ratio = 0`: `alpha = λ`.
    #[must_use]
    pub fn sklearn_sgd_alpha(self) -> f64 {
        self.lambda
    }

    /// From glmnet's `lambda` (`alpha = 0, standardize = FALSE`): `λ = lambda / sd_n(y)`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a negative lambda or a standard deviation that
    /// is not positive.
    pub fn from_glmnet_lambda(lambda: f64, sd_y: f64) -> Result<Self> {
        check_non_negative("lambda", lambda)?;
        check_positive("sd_y", sd_y)?;
        Self::new(lambda / sd_y)
    }

    /// To glmnet's `lambda` (`alpha = 0, standardize = FALSE`): `λ · sd_n(y)`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a standard deviation that is not positive.
    pub fn glmnet_lambda(self, sd_y: f64) -> Result<f64> {
        check_positive("sd_y", sd_y)?;
        Ok(self.lambda * sd_y)
    }

    /// From torch's `weight_decay` on the coefficients only, with `MSELoss`: `λ = weight_decay / 2`.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn from_torch_weight_decay(weight_decay: f64) -> Result<Self> {
        check_non_negative("weight_decay", weight_decay)?;
        Self::new(weight_decay / 2.0)
    }

    /// To torch's `weight_decay` on the coefficients only, with `MSELoss`: `2 λ`.
    #[must_use]
    pub fn torch_weight_decay(self) -> f64 {
        2.0 * self.lambda
    }

    /// From Keras's `L2(l)` beside a mean squared error: `λ = l`.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn from_keras_l2(l2: f64) -> Result<Self> {
        Self::new(l2)
    }

    /// To Keras's `L2(l)` beside a mean squared error: `l = λ`.
    #[must_use]
    pub fn keras_l2(self) -> f64 {
        self.lambda
    }
}
