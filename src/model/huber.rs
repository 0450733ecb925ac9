//! Huber regression of a given width.

use serde::{Deserialize, Serialize};

use super::exact::Exact;
use super::{Estimator, LinearModel};
use crate::check::setters;
use crate::error::Result;
use crate::loss::{Huber, Penalty};
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};

/// Regression of the Huber loss with a given `δ`, exact: least squares that a few gross errors do not carry away.
///
/// ```text
/// J(w, b) = (1/W) Σᵢ sᵢ ℓ(yᵢ − xᵢ·w − b)  +  penalty(w)        ℓ(r) = ½ r²  for |r| ≤ δ,  δ (|r| − ½ δ)  beyond
/// ```
///
/// | parameter | default | meaning | range |
/// |---|---|---|---|
/// | [`new`](Self::new) | | `δ`, in units of the target: residuals up to it are no outliers | finite, > 0 |
/// | [`penalty`](Self::penalty) | none | an L1, L2 or elastic-net [`Penalty`] | |
/// | [`fit_intercept`](Self::fit_intercept) | true | fit `b`, which is never penalised | |
///
/// `δ` is not relative to a scale estimated from the data, as that of scikit-learn's `HuberRegressor` is; 1.345 times
/// the standard deviation of the errors has 95 % of the efficiency of least squares under normal errors. Outlying
/// *features* are not guarded against. As `δ → ∞` the coefficients are those of least squares, and the objective half
/// of its own.
///
/// By the interior point of [`QuantileRegression`](super::QuantileRegression) and Newton's steps, with the duality gap
/// in the report. Source: Huber, *Robust regression: asymptotics, conjectures and Monte Carlo*, 1973.
///
/// # Examples
///
/// ```
/// use elltwo::model::{Estimator, HuberRegression};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
/// let y = array![1.1, 1.9, 3.0, 4.1, 4.9, 60.0];
/// let model = HuberRegression::new(0.5).fit(&x, &y)?;
/// assert!((model.coefficients()[0] - 1.1_f64).abs() < 0.2);
/// assert!(model.report().and_then(|report| report.duality_gap()).is_some_and(|gap| gap[0] < 1e-12));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HuberRegression {
    delta: f64,
    penalty: Penalty,
    fit_intercept: bool,
}

impl HuberRegression {
    /// Regression with this `δ`, an intercept and no penalty.
    #[must_use]
    pub fn new(delta: f64) -> Self {
        Self {
            delta,
            penalty: Penalty::default(),
            fit_intercept: true,
        }
    }

    /// Sets the penalty: an L1, L2 or elastic-net penalty beside the *mean* loss.
    #[must_use]
    pub fn penalty(mut self, penalty: impl Into<Penalty>) -> Self {
        self.penalty = penalty.into();
        self
    }

    setters! {
        /// Fits an intercept, or none.
        fit_intercept: bool;
    }
}

impl<F: Scalar, D: TargetDim> Estimator<F, D> for HuberRegression {
    type Fitted = LinearModel<F, D>;

    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<LinearModel<F, D>> {
        let loss = Huber { delta: self.delta };
        let exact = Exact {
            loss: loss.into(),
            penalty: self.penalty,
            fit_intercept: self.fit_intercept,
        };
        exact.fit(samples)
    }
}
