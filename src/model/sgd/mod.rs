//! Linear regression by minibatch stochastic gradient descent.

mod parameters;
mod report;
mod state;

pub use report::SgdReport;
pub use state::SgdState;

use std::ops::ControlFlow;

use ndarray::{Array1, ArrayView1, ArrayView2, ArrayViewMut2};
use serde::{Deserialize, Serialize};

use super::{Estimator, FitReport, LinearModel, Method, Predictor};
use crate::check::check_length;
use crate::error::{Error, Result};
use crate::linalg::affine_into;
use crate::loss::{RegressionLoss, SquaredError, kernel};
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};
use crate::solver::sgd::{EpochRecord, Problem, Settings, Solution, run};

/// Linear regression by minibatch descent: the objective of [`RidgeRegression`](super::RidgeRegression), one batch of rows at a time, and
/// other losses and penalties besides.
///
/// ```text
/// J(w, b) = (1/W) Σᵢ sᵢ ℓ(yᵢ, xᵢ·w + b)  +  λ ‖w‖²        W = Σ sᵢ,  ℓ(y, ŷ) = (y − ŷ)² unless chosen
/// ```
///
/// With its defaults it needs no scaling of the features and no choice of a step: features are standardized as they are read, in
/// the update, and the penalty stays on the original coefficients; the step is `1/L` of an estimate of the smoothness of a batch, constant
/// for half of the epochs and then falling to 0; the coefficients are averaged. [`Optimizer::Saga`](crate::solver::sgd::Optimizer::Saga)
/// converges to the exact solution.
///
/// | parameter | default | meaning | range |
/// |---|---|---|---|
/// | [`lambda`](Self::lambda), [`penalty`](Self::penalty) | 0 | L2, or another [`Penalty`](crate::loss::Penalty) | finite, ≥ 0 |
/// | [`loss`](Self::loss) | squared | a [`RegressionLoss`] | |
/// | [`fit_intercept`](Self::fit_intercept) | true | fit `b`, which is never penalised | |
/// | [`epochs`](Self::epochs) | 50 | passes over the data, at most | ≥ 1 |
/// | [`batch_size`](Self::batch_size) | `n / 256`, between 2 and 32 | rows of a batch; `n` if larger | ≥ 1 |
/// | [`shuffle`](Self::shuffle), [`seed`](Self::seed) | rows, 0 | the order of the rows | |
/// | [`optimizer`](Self::optimizer) | plain SGD | the rule of a step | |
/// | [`step_size`](Self::step_size) | from the data | the initial step `η₀` | finite, > 0 |
/// | [`schedule`](Self::schedule), [`clock`](Self::clock), [`warm_up`](Self::warm_up) | `Auto`, epochs, 0 | how it changes | |
/// | [`averaging`](Self::averaging) | `Auto` | of the coefficients | |
/// | [`conditioning`](Self::conditioning) | `Auto` | the coordinates of the steps | |
/// | [`gradient_clip`](Self::gradient_clip) | none | a bound on the gradient | > 0 |
/// | [`tolerance`](Self::tolerance), [`patience`](Self::patience) | 1e-6, 5 | stop after so many epochs without a relative improvement of that | ≥ 0, ≥ 1 |
/// | [`validation_fraction`](Self::validation_fraction) | none | rows held out; their loss stops, and its best coefficients return | in (0, 1) |
/// | [`monitor`](Self::monitor) | `Exact` | which objective is followed | |
///
/// A row of weight 0 is a removed one. The same seed and data give the same bits, on any number of threads.
///
/// # Errors
///
/// `fit` refuses what [`RidgeRegression`](super::RidgeRegression) refuses, and gives [`Error::Diverged`] instead of a model that is not
/// finite or whose objective is 10¹⁰ times that of the start; [`Error::TooFewSamples`] for a validation fraction that leaves none.
///
/// # Examples
///
/// ```
/// use elltwo::data::synthetic;
/// use elltwo::model::{Estimator, RidgeRegression, SgdRegressor};
///
/// // Columns of very different scale, far from 0.
/// let data = synthetic::regression(2000, 3).feature_mean(10.0).noise(1.0).seed(1).generate()?.dataset;
/// let mut x = data.x().to_owned();
/// x.column_mut(1).mapv_inplace(|v| v * 1e6);
/// let ridge = RidgeRegression::new().lambda(1e-2).fit(x.view(), data.y())?;
/// let sgd = SgdRegressor::new().lambda(1e-2).fit(x.view(), data.y())?;
/// let objective = |model: &elltwo::LinearModel<f64>| model.report().map_or(f64::NAN, |report| report.objective);
/// assert!(objective(&sgd) < objective(&ridge) * 1.001);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SgdRegressor {
    settings: Settings,
}

impl<F: Scalar, D: TargetDim> Estimator<F, D> for SgdRegressor {
    type Fitted = LinearModel<F, D>;

    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<LinearModel<F, D>> {
        self.train(samples, None, &mut |_| ControlFlow::Continue(()))
    }
}

impl SgdRegressor {
    /// [`fit_weighted`](Estimator::fit_weighted) with a look at every epoch, which may stop it:
    /// [`Termination::Stopped`](crate::solver::Termination::Stopped).
    ///
    /// # Errors
    ///
    /// As [`fit_weighted`](Estimator::fit_weighted).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use elltwo::Samples;
    /// use elltwo::data::synthetic;
    /// use elltwo::model::SgdRegressor;
    ///
    /// let data = synthetic::regression(200, 3).noise(0.1).generate()?.dataset;
    /// let samples = Samples::new(data.x(), data.y(), None)?;
    /// let model = SgdRegressor::new().fit_observed(&samples, &mut |record| {
    ///     if record.epoch == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    /// })?;
    /// assert!(model.ensure_converged().is_err());
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn fit_observed<F: Scalar, D: TargetDim>(
        &self,
        samples: &Samples<'_, F, D>,
        observer: &mut dyn FnMut(&EpochRecord) -> ControlFlow<()>,
    ) -> Result<LinearModel<F, D>> {
        self.train(samples, None, observer)
    }

    /// [`fit_weighted`](Estimator::fit_weighted) that starts from the coefficients of a model.
    ///
    /// # Errors
    ///
    /// As [`fit_weighted`](Estimator::fit_weighted); [`Error::ShapeMismatch`] for a model of other features or targets.
    pub fn fit_from<F: Scalar, D: TargetDim>(
        &self,
        start: &LinearModel<F, D>,
        samples: &Samples<'_, F, D>,
    ) -> Result<LinearModel<F, D>> {
        self.train(samples, Some(start), &mut |_| ControlFlow::Continue(()))
    }

    fn train<F: Scalar, D: TargetDim>(
        &self,
        samples: &Samples<'_, F, D>,
        start: Option<&LinearModel<F, D>>,
        observer: &mut dyn FnMut(&EpochRecord) -> ControlFlow<()>,
    ) -> Result<LinearModel<F, D>> {
        self.validate()?;
        if let Some(start) = start {
            check_length(
                "features of the start",
                samples.n_features(),
                start.n_features(),
            )?;
            check_length(
                "targets of the start",
                samples.n_targets(),
                start.n_targets(),
            )?;
        }
        let start = start.map(|model| {
            let coefficients = D::as_columns(model.coefficients()).mapv(Scalar::wide);
            let intercepts: Vec<f64> = model.intercepts().iter().map(|b| b.wide()).collect();
            (coefficients, intercepts)
        });
        let problem = Problem {
            samples: samples.columns(),
            start: start.as_ref().map(|(w, b)| (w.view(), b.as_slice())),
        };
        let solution = run(&problem, &self.settings, observer)?;
        self.model(&problem, solution)
    }

    /// The model, rounded to the type of the data, with what it says about all of them.
    fn model<F: Scalar, D: TargetDim>(
        &self,
        problem: &Problem<'_, F>,
        solution: Solution,
    ) -> Result<LinearModel<F, D>> {
        let coefficients = solution.coefficients.mapv(F::of);
        let intercepts: Array1<F> = solution.intercepts.iter().map(|b| F::of(*b)).collect();
        if !coefficients
            .iter()
            .chain(&intercepts)
            .all(|v| v.is_finite())
        {
            return Err(Error::Overflow {
                what: "a coefficient",
            });
        }
        let diverged = Error::Diverged {
            epoch: solution.epochs,
            step_size: solution
                .history
                .last()
                .map_or(0.0, |record| record.step_size),
        };
        let Some(fit) = Evaluation::new(
            problem,
            self.settings.loss,
            coefficients.view(),
            intercepts.view(),
        ) else {
            return Err(diverged);
        };
        let penalties = coefficients.columns().into_iter();
        let penalty: f64 = penalties.map(|w| self.settings.penalty.value(w)).sum();
        let objective = fit.losses.iter().sum::<f64>() + penalty;
        if !objective.is_finite() {
            return Err(diverged);
        }
        let lambda = self.settings.penalty.l2().lambda();
        let report = FitReport {
            n_samples: solution.n_training + solution.n_validation,
            n_features: problem.samples.x().ncols(),
            weight_sum: fit.weight_sum,
            lambda: vec![lambda; intercepts.len()],
            fit_intercept: self.settings.fit_intercept,
            mse: fit.mse,
            objective,
            termination: solution.termination,
            method: Method::Sgd(SgdReport::new(&self.settings, solution, fit.losses)),
        };
        Ok(LinearModel::fitted(
            D::from_columns(coefficients),
            intercepts,
            report,
        ))
    }
}

/// The errors of a model on the data it was fitted to, of each target.
struct Evaluation {
    weight_sum: f64,
    mse: Vec<f64>,
    losses: Vec<f64>,
}

/// Rows that are predicted at a time.
const BLOCK: usize = 512;

impl Evaluation {
    /// `None` when one leaves the range of numbers.
    fn new<F: Scalar>(
        problem: &Problem<'_, F>,
        loss: RegressionLoss,
        coefficients: ArrayView2<'_, F>,
        intercepts: ArrayView1<'_, F>,
    ) -> Option<Self> {
        use ndarray::{Axis, Slice};

        let weight_sum = problem
            .samples
            .weights()
            .map_or(problem.samples.x().nrows() as f64, kernel::total);
        let n_targets = intercepts.len();
        let (mut mse, mut losses) = (vec![0.0; n_targets], vec![0.0; n_targets]);
        let mut predictions = vec![F::zero(); BLOCK * n_targets];
        for start in (0..problem.samples.x().nrows()).step_by(BLOCK) {
            let slice = Slice::from(start..problem.samples.x().nrows().min(start + BLOCK));
            let x = problem.samples.x().slice_axis_move(Axis(0), slice);
            let y = problem.samples.y().slice_axis_move(Axis(0), slice);
            let weights = problem
                .samples
                .weights()
                .map(|w| w.slice_axis_move(Axis(0), slice));
            let shape = (x.nrows(), n_targets);
            let mut block =
                ArrayViewMut2::from_shape(shape, &mut predictions[..shape.0 * shape.1]).ok()?;
            affine_into(x, coefficients, intercepts, block.view_mut());
            for (target, (y, p)) in y.columns().into_iter().zip(block.columns()).enumerate() {
                mse[target] += kernel::sum(&SquaredError, y, p, weights) / weight_sum;
                losses[target] += loss.sum(y, p, weights) / weight_sum;
            }
        }
        let finite = mse.iter().chain(&losses).all(|v| v.is_finite());
        finite.then_some(Self {
            weight_sum,
            mse,
            losses,
        })
    }
}
