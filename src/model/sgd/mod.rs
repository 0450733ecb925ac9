//! Linear regression by minibatch stochastic gradient descent.

mod parameters;
mod state;

pub use state::SgdState;

use std::ops::ControlFlow;

use ndarray::{Array1, Array2, ArrayView, ArrayView1, ArrayView2, Ix2};
use serde::{Deserialize, Serialize};

use super::{Estimator, FitReport, LinearModel, Method, Predictor, SgdReport};
use crate::check::check_length;
use crate::error::{Error, Result};
use crate::linalg::affine_into;
use crate::loss::{RegressionLoss, SquaredError, kernel};
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};
use crate::solver::sgd::{EpochRecord, Settings, Solution, Source, run};

/// Linear regression by minibatch SGD: the objective of [`RidgeRegression`](super::RidgeRegression), one batch of rows
/// at a time, and other losses and penalties besides.
///
/// ```text
/// J(w, b) = (1/W) Σᵢ sᵢ ℓ(yᵢ, xᵢ·w + b)  +  λ ‖w‖²        W = Σ sᵢ,  ℓ(y, ŷ) = (y − ŷ)² unless chosen
/// ```
///
/// With its defaults it needs no scaling of the features and no choice of a step: features are standardized as they are
/// read, in the update, and the penalty stays on the original coefficients; the step is `1/L` of an estimate of the
/// smoothness of a batch, constant for half of the epochs and then falling to 0; the coefficients are averaged.
/// [`Optimizer::Saga`](crate::solver::sgd::Optimizer::Saga) converges to the exact solution.
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
/// `fit` refuses what [`RidgeRegression`](super::RidgeRegression) refuses, and gives [`Error::Diverged`] instead of a
/// model that is not finite or whose objective is 10¹⁰ times that of the start; [`Error::TooFewSamples`] for a
/// validation fraction that leaves none.
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
        self.train(samples, true, None, &mut |_| ControlFlow::Continue(()))
    }

    fn fit_views(
        &self,
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<LinearModel<F, D>> {
        self.validate()?;
        if weights.is_some() || self.settings.validation_fraction.is_some() {
            return self.fit_samples(&Samples::new(x, y, weights)?);
        }
        // Where every row is trained on, the first pass over X shows what is not finite.
        let samples = Samples::unread(x, y)?;
        self.train(&samples, false, None, &mut |_| ControlFlow::Continue(()))
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
        self.train(samples, true, None, observer)
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
        self.train(samples, true, Some(start), &mut |_| {
            ControlFlow::Continue(())
        })
    }

    fn train<F: Scalar, D: TargetDim>(
        &self,
        samples: &Samples<'_, F, D>,
        is_checked: bool,
        start: Option<&LinearModel<F, D>>,
        observer: &mut dyn FnMut(&EpochRecord) -> ControlFlow<()>,
    ) -> Result<LinearModel<F, D>> {
        self.validate()?;
        samples.check_features()?;
        let source = Source::new(samples.columns(), is_checked);
        let start = start.map(|model| start_from(model, samples)).transpose()?;
        let start = start.as_ref().map(|(w, b)| (w.view(), b.as_slice()));
        let solution = run(source, &self.settings, start, observer)?;
        self.model(samples.columns(), solution)
    }

    /// The model, rounded to the type of the data, with what it says about all of them.
    fn model<F: Scalar, D: TargetDim>(
        &self,
        samples: Samples<'_, F, Ix2>,
        solution: Solution,
    ) -> Result<LinearModel<F, D>> {
        let coefficients = solution.coefficients.mapv(F::of);
        let intercepts: Array1<F> = solution.intercepts.iter().map(|b| F::of(*b)).collect();
        if !coefficients
            .iter()
            .chain(&intercepts)
            .all(|v| v.is_finite())
        {
            return Err(Error::overflow("a coefficient"));
        }
        let weights = samples.weights();
        let weight_sum = weights.map_or(samples.n_rows() as f64, kernel::total);
        let loss = self.settings.loss;
        let [mse, losses] = mean_losses(samples, loss, &coefficients, &intercepts, weight_sum);
        let penalties = coefficients.columns().into_iter();
        let penalty: f64 = penalties.map(|w| self.settings.penalty.value(w)).sum();
        let objective = losses.iter().sum::<f64>() + penalty;
        if !(objective.is_finite() && mse.iter().all(|mse| mse.is_finite())) {
            return Err(Error::Diverged {
                epoch: solution.epochs,
                step_size: solution
                    .history
                    .last()
                    .map_or(0.0, |record| record.step_size),
            });
        }
        let lambda = self.settings.penalty.l2().lambda();
        let report = FitReport {
            n_samples: solution.n_training + solution.n_validation,
            n_features: samples.n_features(),
            weight_sum,
            lambda: vec![lambda; intercepts.len()],
            fit_intercept: self.settings.fit_intercept,
            mse,
            objective,
            termination: solution.termination,
            method: Method::Sgd(SgdReport::new(&self.settings, solution, losses)),
        };
        Ok(
            LinearModel::fitted(D::from_columns(coefficients), intercepts, report)
                .named(samples.names()),
        )
    }
}

/// Coefficients and intercepts of a model of as many features and targets, to start from.
fn start_from<F: Scalar, D: TargetDim>(
    model: &LinearModel<F, D>,
    samples: &Samples<'_, F, D>,
) -> Result<(Array2<f64>, Vec<f64>)> {
    let (features, targets) = (samples.n_features(), samples.n_targets());
    check_length("features of the start", features, model.n_features())?;
    check_length("targets of the start", targets, model.n_targets())?;
    let coefficients = D::as_columns(model.coefficients()).mapv(Scalar::wide);
    let intercepts = model.intercepts().iter().map(|b| b.wide()).collect();
    Ok((coefficients, intercepts))
}

/// Mean squared error and mean loss of each target, to the bit those of all the predictions at once.
pub(super) fn mean_losses<F: Scalar>(
    samples: Samples<'_, F, Ix2>,
    loss: RegressionLoss,
    coefficients: &Array2<F>,
    intercepts: &Array1<F>,
    weight_sum: f64,
) -> [Vec<f64>; 2] {
    let k = intercepts.len();
    let is_squared = loss == RegressionLoss::Squared;
    let sums = kernel::sum_by_blocks(samples.n_rows(), 2 * k, |start, len, sums| {
        let block = samples.range(start, len);
        let mut predictions = Array2::zeros((len, k));
        affine_into(
            block.x(),
            coefficients.view(),
            intercepts.view(),
            predictions.view_mut(),
        )
        .ok(); // What overflows shows in the sums.
        let (squares, losses) = sums.split_at_mut(k);
        let (y, weights) = (block.y(), block.weights());
        let pairs = y.columns().into_iter().zip(predictions.columns());
        for (target, (y, p)) in pairs.enumerate() {
            squares[target] = kernel::sum(&SquaredError, y, p, weights);
            losses[target] = if is_squared {
                squares[target]
            } else {
                loss.sum(y, p, weights)
            };
        }
    });
    let mean = |sums: &[f64]| sums.iter().map(|sum| sum / weight_sum).collect();
    [mean(&sums[..k]), mean(&sums[k..])]
}
