//! ε-insensitive regression: the loss of support-vector machines, with a linear model.

use serde::{Deserialize, Serialize};

use super::exact::Exact;
use super::{Estimator, LinearModel};
use crate::check::setters;
use crate::error::Result;
use crate::loss::{EpsilonInsensitive, Penalty};
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};

/// Regression of the ε-insensitive loss, exact: residuals within a tube cost nothing.
///
/// ```text
/// J(w, b) = (1/W) Σᵢ sᵢ max(0, |yᵢ − xᵢ·w − b| − ε)  +  penalty(w)
/// ```
///
/// | parameter | default | meaning | range |
/// |---|---|---|---|
/// | [`new`](Self::new) | | half-width `ε` of the tube, in units of the target | finite, ≥ 0 |
/// | [`penalty`](Self::penalty) | none | an L1, L2 or elastic-net [`Penalty`] | |
/// | [`fit_intercept`](Self::fit_intercept) | true | fit `b`, which is never penalised | |
///
/// With an L2 penalty this is linear support-vector regression: scikit-learn's `LinearSVR(C)`, which penalises the
/// intercept too, has `λ = 1 / (2 C W)`. The solver and its report are those of
/// [`QuantileRegression`](super::QuantileRegression). Source: Vapnik, *The Nature of Statistical Learning Theory*,
/// 1995.
///
/// # Examples
///
/// ```
/// use elltwo::model::{EpsilonInsensitiveRegression, Estimator};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0]];
/// let y = array![1.2, 1.9, 3.1, 3.8];
/// let model = EpsilonInsensitiveRegression::new(0.25).fit(&x, &y)?;
/// assert!(model.report().is_some_and(|report| report.objective < 1e-12));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpsilonInsensitiveRegression {
    epsilon: f64,
    penalty: Penalty,
    fit_intercept: bool,
}

impl EpsilonInsensitiveRegression {
    /// Regression with a tube of half-width `epsilon`, an intercept and no penalty.
    #[must_use]
    pub fn new(epsilon: f64) -> Self {
        Self {
            epsilon,
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

impl<F: Scalar, D: TargetDim> Estimator<F, D> for EpsilonInsensitiveRegression {
    type Fitted = LinearModel<F, D>;

    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<LinearModel<F, D>> {
        let loss = EpsilonInsensitive {
            epsilon: self.epsilon,
        };
        let exact = Exact {
            loss: loss.into(),
            penalty: self.penalty,
            fit_intercept: self.fit_intercept,
        };
        exact.fit(samples)
    }
}
