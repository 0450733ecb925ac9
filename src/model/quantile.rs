//! Quantile regression, and least absolute deviations.

use serde::{Deserialize, Serialize};

use super::exact::Exact;
use super::{Estimator, LinearModel};
use crate::check::setters;
use crate::error::Result;
use crate::loss::{Loss, Penalty, QuantileLoss, RegressionLoss};
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};

/// Quantile regression, exact: conditional medians and other quantiles of the target.
///
/// ```text
/// J(w, b) = (1/W) Σᵢ sᵢ ρ(yᵢ − xᵢ·w − b)  +  penalty(w)        ρ(r) = τ r  for r ≥ 0,  (τ − 1) r  otherwise
/// ```
///
/// | parameter | default | meaning | range |
/// |---|---|---|---|
/// | [`new`](Self::new) | | the quantile `τ` | in (0, 1) |
/// | [`penalty`](Self::penalty) | none | an L1, L2 or elastic-net [`Penalty`] | |
/// | [`fit_intercept`](Self::fit_intercept) | true | fit `b`, which is never penalised | |
///
/// Without an L2 penalty the solution is a vertex: as many rows as there are coefficients are fitted exactly, and the
/// [duality gap](super::ExactReport::duality_gap) is rounding. Where other coefficients have the same objective, as the
/// median of an even number of values does, [`is_unique`](super::ExactReport::is_unique) says so. Columns that depend
/// on others have the shortest coefficients. A row of weight 0 is a removed one.
///
/// By the Frisch–Newton interior point on weighted Gram matrices, finished by pivots of the simplex method; of very
/// many rows, most are taken together (Koenker & Bassett, *Regression quantiles*, 1978; Portnoy & Koenker, *The
/// Gaussian hare and the Laplacian tortoise*, 1997).
///
/// # Examples
///
/// ```
/// use elltwo::model::{Estimator, QuantileRegression};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0]];
/// let y = array![1.0, 2.0, 3.0, 4.0, 100.0];
/// let median = QuantileRegression::new(0.5).fit(x.view(), y.view())?;
/// assert!((median.coefficients()[0] - 1.0_f64).abs() < 1e-12 && median.intercept().abs() < 1e-12);
///
/// let report = median.report().and_then(|report| report.exact()).expect("an exact fit");
/// assert!(report.duality_gap[0] < 1e-12 && report.is_unique[0]);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuantileRegression {
    quantile: f64,
    penalty: Penalty,
    fit_intercept: bool,
}

impl QuantileRegression {
    /// Regression of the `quantile`, with an intercept and without a penalty.
    #[must_use]
    pub fn new(quantile: f64) -> Self {
        Self {
            quantile,
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

    /// Checks the quantile, as `fit` does first.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless it is in (0, 1).
    pub fn validate(&self) -> Result<()> {
        self.loss().validate()
    }

    fn loss(&self) -> QuantileLoss {
        QuantileLoss {
            quantile: self.quantile,
        }
    }

    fn exact(&self) -> Exact {
        Exact {
            loss: self.loss().into(),
            penalty: self.penalty,
            fit_intercept: self.fit_intercept,
        }
    }

    /// Models of several quantiles, in their order; each starts from the solution of the one below it.
    ///
    /// # Errors
    ///
    /// As [`fit_samples`](Estimator::fit_samples), for each of the quantiles.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::Samples;
    /// use elltwo::model::QuantileRegression;
    /// use ndarray::array;
    ///
    /// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
    /// let y = array![1.0, 2.5, 2.0, 5.0, 3.0, 8.0];
    /// let samples = Samples::new(x.view(), y.view(), None)?;
    /// let fan = QuantileRegression::new(0.5).fit_quantiles(&samples, &[0.1, 0.5, 0.9])?;
    /// assert!(fan[0].coefficients()[0] < fan[2].coefficients()[0]);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn fit_quantiles<F: Scalar, D: TargetDim>(
        &self,
        samples: &Samples<'_, F, D>,
        quantiles: &[f64],
    ) -> Result<Vec<LinearModel<F, D>>> {
        let mut order: Vec<usize> = (0..quantiles.len()).collect();
        order.sort_by(|&i, &j| quantiles[i].total_cmp(&quantiles[j]));
        let loss = |&i: &usize| {
            let quantile = quantiles[i];
            RegressionLoss::from(QuantileLoss { quantile })
        };
        let losses: Vec<RegressionLoss> = order.iter().map(loss).collect();
        let models = self.exact().fit_each(samples, &losses)?;
        let mut placed: Vec<_> = order.into_iter().zip(models).collect();
        placed.sort_by_key(|(place, _)| *place);
        Ok(placed.into_iter().map(|(_, model)| model).collect())
    }
}

impl<F: Scalar, D: TargetDim> Estimator<F, D> for QuantileRegression {
    type Fitted = LinearModel<F, D>;

    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<LinearModel<F, D>> {
        self.exact().fit(samples)
    }
}

/// Least absolute deviations, exact: the objective of the conditional median on the scale of the mean absolute error.
///
/// ```text
/// J(w, b) = (1/W) Σᵢ sᵢ |yᵢ − xᵢ·w − b|  +  penalty(w)
/// ```
///
/// Without a penalty the coefficients are those of [`QuantileRegression`] with `τ = ½`, whose loss is half of this one;
/// parameters and solver are the same.
///
/// # Examples
///
/// ```
/// use elltwo::model::{Estimator, LeastAbsoluteDeviations};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0]];
/// let model = LeastAbsoluteDeviations::new().fit(x.view(), array![2.0, 4.0, 6.0, 80.0].view())?;
/// assert_eq!(model.report().map(|report| report.objective), Some(18.0));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeastAbsoluteDeviations {
    penalty: Penalty,
    fit_intercept: bool,
}

impl Default for LeastAbsoluteDeviations {
    fn default() -> Self {
        Self {
            penalty: Penalty::default(),
            fit_intercept: true,
        }
    }
}

impl LeastAbsoluteDeviations {
    /// With an intercept and without a penalty.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the penalty: an L1, L2 or elastic-net penalty beside the *mean* absolute error.
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

impl<F: Scalar, D: TargetDim> Estimator<F, D> for LeastAbsoluteDeviations {
    type Fitted = LinearModel<F, D>;

    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<LinearModel<F, D>> {
        let exact = Exact {
            loss: RegressionLoss::Absolute,
            penalty: self.penalty,
            fit_intercept: self.fit_intercept,
        };
        exact.fit(samples)
    }
}
