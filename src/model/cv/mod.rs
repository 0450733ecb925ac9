//! Ridge regression with its penalty chosen by cross-validation.

mod curve;
mod designs;
mod parts;
mod strategy;

pub use curve::CvCurve;
pub use strategy::{CvStrategy, Selection};

use ndarray::{Array1, ArrayView, ArrayView1, ArrayView2, ArrayViewMut, Ix1, Ix2};
use serde::{Deserialize, Serialize};

use super::path::{check_lambdas, default_lambdas};
use super::{Estimator, LinearModel, Predictor, RidgeRegression};
use crate::check::setters;
use crate::error::{Error, Result};
use crate::moments::Moments;
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};
use crate::solver::closed_form::{LeaveOneOut, Problem, Spectrum, fold_errors};

/// [`RidgeRegression`] with `λ` chosen by its error on unseen rows.
///
/// | parameter | default | meaning | range |
/// |---|---|---|---|
/// | [`lambdas`](Self::lambdas) | as [`RidgePath`](super::RidgePath) | penalties to choose from | finite, ≥ 0 |
/// | [`strategy`](Self::strategy) | [`CvStrategy::LeaveOneOut`] | rows that are unseen | |
/// | [`selection`](Self::selection) | [`Selection::Minimum`] | point of the curve that is taken | |
/// | [`per_target`](Self::per_target) | false | a penalty for each target; else one, by the mean over targets | |
/// | [`fit_intercept`](Self::fit_intercept) | true | fit `b`, which is never penalised | |
///
/// Leave-one-out and generalised cross-validation take one factorisation of the design for all penalties. Folds take
/// one pass over the data: the moments of each are merged with those of the others, never subtracted, and their
/// held-out errors come from moments as well; where that would lose digits a fold is computed from its rows, and the
/// curve says so. The model is refitted on all rows.
///
/// # Examples
///
/// ```
/// use elltwo::data::synthetic;
/// use elltwo::model::{CvStrategy, Estimator, Predictor, RidgeCv};
///
/// let data = synthetic::regression(40, 10).noise(5.0).seed(1).generate()?.dataset;
/// let fit = RidgeCv::new()
///     .lambdas([1e-4, 1e-2, 1.0])
///     .strategy(CvStrategy::KFold { k: 5, shuffle: Some(7) })
///     .fit(data.x(), data.y())?;
/// assert!(fit.curve().mse[[fit.best_index(), 0]] <= fit.curve().mse[[0, 0]]);
/// assert_eq!(fit.predict(data.x())?.len(), 40);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RidgeCv {
    lambdas: Option<Vec<f64>>,
    strategy: CvStrategy,
    selection: Selection,
    per_target: bool,
    fit_intercept: bool,
}

impl Default for RidgeCv {
    fn default() -> Self {
        Self {
            lambdas: None,
            strategy: CvStrategy::default(),
            selection: Selection::default(),
            per_target: false,
            fit_intercept: true,
        }
    }
}

impl RidgeCv {
    /// Leave-one-out over the default grid.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the penalties to choose from.
    #[must_use]
    pub fn lambdas(mut self, lambdas: impl Into<Vec<f64>>) -> Self {
        self.lambdas = Some(lambdas.into());
        self
    }

    setters! {
        /// Sets the strategy: which rows are unseen.
        strategy: CvStrategy;
        /// Sets the rule that takes a penalty from the curve.
        selection: Selection;
        /// Sets a penalty for each target, or one for all.
        per_target: bool;
        /// Fits an intercept, or none.
        fit_intercept: bool;
    }

    /// Checks the parameters that can be checked without data, as `fit` does first.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] for an empty grid; [`Error::InvalidParameter`] for a penalty that is NaN, infinite or negative.
    pub fn validate(&self) -> Result<()> {
        check_lambdas(self.lambdas.as_deref())
    }

    /// The errors on unseen rows, without the refit.
    ///
    /// # Errors
    ///
    /// As [`validate`](Self::validate), and whatever is wrong with the data; [`Error::TooFewSamples`] for fewer rows
    /// than folds, or than two; [`Error::InvalidParameter`] for fewer than two folds or more than groups;
    /// [`Error::ShapeMismatch`] for another number of groups than rows; [`Error::ZeroWeights`] for a fold without
    /// weight.
    pub fn curve<F: Scalar, D: TargetDim>(&self, samples: &Samples<'_, F, D>) -> Result<CvCurve> {
        self.measure(samples.columns()).map(|(curve, _)| curve)
    }

    /// The curve of the targets `(n, k)`, and the moments of all rows where they were computed and have their digits.
    fn measure<F: Scalar>(
        &self,
        samples: Samples<'_, F, Ix2>,
    ) -> Result<(CvCurve, Option<Moments>)> {
        self.validate()?;
        let problem = Problem::least_squares(samples, self.fit_intercept);
        if let Some(folds) = self.strategy.folds(samples.n_rows())? {
            let own = || default_lambdas(&Spectrum::new(&problem)?);
            let lambdas = self.lambdas.clone().map_or_else(own, Ok)?;
            let (errors, moments) = fold_errors(&problem, &folds, &lambdas)?;
            return Ok((CvCurve::of_folds(lambdas, errors), moments));
        }
        let rows = LeaveOneOut::new(&problem)?;
        let own = || default_lambdas(&rows.spectrum);
        let lambdas = self.lambdas.clone().map_or_else(own, Ok)?;
        let weights: Array1<f64> = (0..samples.n_rows())
            .map(|row| samples.weight(row))
            .collect();
        let mut curve = CvCurve::empty(lambdas, samples.n_targets());
        for index in 0..curve.lambdas.len() {
            samples.cancellation().check()?;
            let lambda = curve.lambdas[index];
            let terms = if self.strategy == CvStrategy::Gcv {
                rows.generalised_squared_errors(lambda)?
            } else {
                rows.squared_errors(lambda)?
            };
            curve.set(index, &terms, &weights, weights.sum());
        }
        Ok((curve, rows.moments))
    }
}

impl<F: Scalar, D: TargetDim> Estimator<F, D> for RidgeCv {
    type Fitted = RidgeCvFit<F, D>;

    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<RidgeCvFit<F, D>> {
        let (curve, moments) = self.measure(samples.columns())?;
        self.choose(curve, |ridge| ridge.fit_with_moments(samples, moments))
    }

    fn fit_views(
        &self,
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<RidgeCvFit<F, D>> {
        self.validate()?;
        if weights.is_some() {
            return self.fit_samples(&Samples::new(x, y, weights)?);
        }
        let samples = Samples::unread(x, y)?;
        // The moments of folds tell what is not finite.
        if self.lambdas.is_none() || self.strategy.folds(x.nrows())?.is_none() {
            samples.check_values()?;
        }
        self.fit_samples(&samples)
    }
}

impl RidgeCv {
    /// Takes the penalties from the curve and fits all rows with them.
    fn choose<F: Scalar, D: TargetDim>(
        &self,
        curve: CvCurve,
        refit: impl FnOnce(RidgeRegression) -> Result<LinearModel<F, D>>,
    ) -> Result<RidgeCvFit<F, D>> {
        if !curve.mse.iter().all(|v| v.is_finite()) {
            return Err(Error::overflow(
                "the mean squared error of cross-validation",
            ));
        }
        let n_targets = curve.mse.ncols();
        let best: Vec<usize> = (0..n_targets)
            .map(|t| curve.choose(self.per_target.then_some(t), self.selection))
            .collect();
        let lambda: Vec<f64> = best.iter().map(|&index| curve.lambdas[index]).collect();
        let ridge = RidgeRegression::new()
            .lambda_per_target(lambda)
            .fit_intercept(self.fit_intercept);
        Ok(RidgeCvFit {
            model: refit(ridge)?,
            curve,
            best,
        })
    }
}

/// The model of the chosen penalty, and the curve it was chosen from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct RidgeCvFit<F: Scalar, D: TargetDim = Ix1> {
    model: LinearModel<F, D>,
    curve: CvCurve,
    /// Index of the chosen penalty of each target.
    best: Vec<usize>,
}

impl<F: Scalar, D: TargetDim> RidgeCvFit<F, D> {
    /// The model, fitted on all rows.
    #[must_use]
    pub fn model(&self) -> &LinearModel<F, D> {
        &self.model
    }

    /// The model alone.
    #[must_use]
    pub fn into_model(self) -> LinearModel<F, D> {
        self.model
    }

    /// The errors on unseen rows.
    #[must_use]
    pub fn curve(&self) -> &CvCurve {
        &self.curve
    }

    /// Index of the chosen penalty on the curve: a number for one target, `(k,)` for several.
    #[must_use]
    pub fn best_index(&self) -> D::PerTarget<usize> {
        D::per_target(ArrayView1::from(&self.best))
    }

    /// Coefficients `w` of the model: `(p,)` for one target, `(p, k)` for several.
    #[must_use]
    pub fn coefficients(&self) -> ArrayView<'_, F, D> {
        self.model.coefficients()
    }

    /// Intercept `b` of the model: a number for one target, `(k,)` for several.
    #[must_use]
    pub fn intercept(&self) -> D::PerTarget<F> {
        self.model.intercept()
    }

    /// Names of the features, `(p,)`; `None` of a model fitted to arrays.
    #[must_use]
    pub fn feature_names(&self) -> Option<&[String]> {
        self.model.feature_names()
    }

    /// The chosen penalty, as [`best_lambda`](Self::best_lambda).
    #[must_use]
    pub fn lambda(&self) -> D::PerTarget<f64> {
        self.best_lambda()
    }

    /// The chosen penalty: a number for one target, `(k,)` for several.
    #[must_use]
    pub fn best_lambda(&self) -> D::PerTarget<f64> {
        let lambda: Array1<f64> = self.best.iter().map(|&i| self.curve.lambdas[i]).collect();
        D::per_target(lambda.view())
    }
}

impl<F: Scalar, D: TargetDim> From<RidgeCvFit<F, D>> for LinearModel<F, D> {
    fn from(fit: RidgeCvFit<F, D>) -> Self {
        fit.model
    }
}

impl<F: Scalar, D: TargetDim> Predictor<F, D> for RidgeCvFit<F, D> {
    fn n_targets(&self) -> usize {
        self.model.n_targets()
    }

    fn predict_into(&self, x: ArrayView2<'_, F>, out: ArrayViewMut<'_, F, D>) -> Result<()> {
        self.model.predict_into(x, out)
    }
}
