//! Ridge regression in closed form; with `λ = 0`, ordinary least squares.

use ndarray::{ArrayView, ArrayView1, ArrayView2, Axis, Ix2};
use serde::{Deserialize, Serialize};

use super::{Estimator, FitReport, LinearModel, Method, Predictor, RidgeReport};
use crate::check::{check_length, check_non_negative, setters};
use crate::error::{Error, Result};
use crate::linalg::DoubleDouble;
use crate::loss::{Loss, SquaredError, kernel};
use crate::moments::Moments;
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};
use crate::solver::closed_form::{
    ExtendedProblem, ExtendedSolution, Problem, Solution, solve, solve_extended,
};
use crate::solver::{Backend, Precision, Solver, Termination, TrainingResiduals, rounding_shows};

/// Linear regression with an L2 penalty, by its closed form.
///
/// ```text
/// J(w, b) = (1/W) Σᵢ sᵢ (yᵢ − xᵢ·w − b)²  +  λ ‖w‖²        W = Σ sᵢ
/// ```
///
/// | parameter | default | meaning | range |
/// |---|---|---|---|
/// | [`lambda`](Self::lambda) | 0 | penalty; 0 is ordinary least squares | finite, ≥ 0 |
/// | [`lambda_per_target`](Self::lambda_per_target) | none | a penalty for each target | finite, ≥ 0 |
/// | [`fit_intercept`](Self::fit_intercept) | true | fit `b`, which is never penalised | |
/// | [`solver`](Self::solver) | [`Solver::Auto`] | how | with `Extended`, `Auto` or `Qr` |
/// | [`precision`](Self::precision) | [`Precision::Double`] | of the arithmetic | |
///
/// `λ` stands beside the *mean* squared error; scikit-learn's `Ridge(alpha)` is `λ = alpha / W`, see
/// [`L2`](crate::loss::L2). Columns that are constant beside an intercept have coefficient 0; with deficient rank and
/// `λ = 0` the solution is the one of smallest norm, the limit of `λ → 0`, and the report says so. Source: Hoerl &
/// Kennard, *Ridge regression*, 1970.
///
/// # Examples
///
/// ```
/// use elltwo::model::{Estimator, Predictor, RidgeRegression};
/// use ndarray::array;
///
/// let x = array![[1.0, 0.0], [2.0, 1.0], [3.0, 5.0], [4.0, 2.0]];
/// let y = array![3.0, 4.0, 1.0, 7.0];
/// let model = RidgeRegression::new().lambda(0.01).fit(&x, &y)?;
/// assert_eq!(model.predict(&x)?.len(), 4);
///
/// // Several targets: coefficients (p, k), one factorisation.
/// let targets = array![[3.0, 1.0], [4.0, 1.0], [1.0, 0.0], [7.0, 2.0]];
/// let several = RidgeRegression::new().lambda(0.01).fit(&x, &targets)?;
/// assert_eq!(several.coefficients().column(0), model.coefficients());
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RidgeRegression {
    lambda: f64,
    lambda_per_target: Option<Vec<f64>>,
    pub(super) fit_intercept: bool,
    pub(super) solver: Solver,
    #[serde(default)]
    precision: Precision,
    #[serde(default)]
    pub(super) backend: Backend,
}

impl Default for RidgeRegression {
    fn default() -> Self {
        Self {
            lambda: 0.0,
            lambda_per_target: None,
            fit_intercept: true,
            solver: Solver::Auto,
            precision: Precision::Double,
            backend: Backend::default(),
        }
    }
}

impl RidgeRegression {
    /// Ordinary least squares with an intercept.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the penalty `λ` of every target.
    #[must_use]
    pub fn lambda(mut self, lambda: f64) -> Self {
        self.lambda = lambda;
        self.lambda_per_target = None;
        self
    }

    /// Sets a penalty for each target, in their order.
    #[must_use]
    pub fn lambda_per_target(mut self, lambda: impl Into<Vec<f64>>) -> Self {
        self.lambda_per_target = Some(lambda.into());
        self
    }

    setters! {
        /// Fits an intercept, or none.
        fit_intercept: bool;
        /// Sets the solver.
        solver: Solver;
        /// Sets the backend of the matrix products and factorisations.
        backend: Backend;
        /// Sets the precision of the arithmetic.
        precision: Precision;
    }

    /// Checks the parameters, as `fit` does first.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a penalty that is NaN, infinite or negative; [`Error::SolverFailed`] for a
    /// solver other than [`Solver::Auto`] and [`Solver::Qr`] with [`Precision::Extended`].
    pub fn validate(&self) -> Result<()> {
        if self.precision == Precision::Extended
            && !matches!(self.solver, Solver::Auto | Solver::Qr)
        {
            return Err(Error::SolverFailed {
                solver: self.solver.name(),
                reason: "extended precision is reached by refined QR only",
            });
        }
        if self.precision == Precision::Extended && self.backend != Backend::Faer {
            return Err(Error::SolverFailed {
                solver: self.backend.name(),
                reason: "extended precision refines the factors of faer only",
            });
        }
        check_non_negative("lambda", self.lambda)?;
        self.lambda_per_target
            .iter()
            .flatten()
            .try_for_each(|&lambda| check_non_negative("lambda_per_target", lambda))
    }

    /// The penalty of each of `n_targets` targets.
    pub(super) fn penalties(&self, n_targets: usize) -> Result<Vec<f64>> {
        match &self.lambda_per_target {
            Some(lambda) => {
                check_length("length of lambda_per_target", n_targets, lambda.len())?;
                Ok(lambda.clone())
            }
            None => Ok(vec![self.lambda; n_targets]),
        }
    }
}

impl<F: Scalar, D: TargetDim> Estimator<F, D> for RidgeRegression {
    type Fitted = LinearModel<F, D>;

    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<LinearModel<F, D>> {
        self.fit_with_moments(samples, None)
    }

    fn fit_views(
        &self,
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<LinearModel<F, D>> {
        self.validate()?;
        if weights.is_some() {
            return self.fit_samples(&Samples::new(x, y, weights)?);
        }
        let samples = Samples::unread(x, y)?;
        if self.precision == Precision::Extended {
            samples.check_values()?;
        }
        self.fit_with_moments(&samples, None)
    }
}

impl RidgeRegression {
    /// The fit, with the moments of the samples if they are known.
    pub(super) fn fit_with_moments<F: Scalar, D: TargetDim>(
        &self,
        samples: &Samples<'_, F, D>,
        moments: Option<Moments>,
    ) -> Result<LinearModel<F, D>> {
        let solve = |problem: &Problem<'_, F>| Ok((solve(problem, moments)?, None::<()>));
        Ok(self.fit_with(samples, solve)?.0)
    }

    /// The fit by `solve`, which may keep something; extended precision keeps nothing.
    pub(super) fn fit_with<F: Scalar, D: TargetDim, T>(
        &self,
        samples: &Samples<'_, F, D>,
        solve: impl FnOnce(&Problem<'_, F>) -> Result<(Solution, Option<T>)>,
    ) -> Result<(LinearModel<F, D>, Option<T>)> {
        self.validate()?;
        if !self.fit_intercept {
            samples.check_features()?;
        }
        let lambda = self.penalties(samples.n_targets())?;
        let problem = Problem {
            samples: samples.columns(),
            lambda: &lambda,
            fit_intercept: self.fit_intercept,
            solver: self.solver,
            backend: self.backend,
        };
        if self.precision == Precision::Extended {
            let solution = solve_extended(&ExtendedProblem::new(&problem))?;
            return Ok((
                self.model_of(solution, lambda.clone(), &problem.samples)?,
                None,
            ));
        }
        let (solution, kept) = solve(&problem)?;
        let model = LinearModel::rounded(&solution.coefficients, &solution.intercepts)?;
        let mut report = self.report(lambda.clone(), samples.n_features(), solution);
        if report.mse.is_empty() {
            report.mse = training_mse(&problem.samples, &model, self.fit_intercept)?;
        }
        Ok((model.with_report(report)?.named(samples.names()), kept))
    }

    /// Facts of the solution; the mean squared errors are left empty where they need the data.
    pub(super) fn report(
        &self,
        lambda: Vec<f64>,
        n_features: usize,
        solution: Solution,
    ) -> FitReport {
        let weight_sum = solution.weight_sum;
        let mse = solution
            .residual_sums
            .map_or_else(Vec::new, |sums| (sums / weight_sum).to_vec());
        FitReport {
            n_samples: solution.n_samples,
            weight_sum,
            lambda,
            fit_intercept: self.fit_intercept,
            n_features,
            mse,
            objective: 0.0,
            termination: solution.termination,
            method: Method::Ridge(RidgeReport {
                solver: solution.solver,
                backend: self.backend,
                precision: match solution.termination {
                    Termination::Refined { .. } => Precision::Extended,
                    _ => Precision::Double,
                },
                fallbacks: solution.fallbacks,
                rank: solution.rank,
                condition_number: solution.condition_number,
                degrees_of_freedom: solution.degrees_of_freedom,
                kkt_residual: solution.kkt_residual,
            }),
        }
    }

    /// Model of a solution in twice the precision: each coefficient is rounded once. Mean squared errors are those of
    /// the solution before, unless coefficients and predictions are rounded to `f32`.
    pub(super) fn model_of<F: Scalar, D: TargetDim>(
        &self,
        solution: ExtendedSolution,
        lambda: Vec<f64>,
        samples: &Samples<'_, F, Ix2>,
    ) -> Result<LinearModel<F, D>> {
        let coefficients = solution.coefficients.mapv(DoubleDouble::hi);
        let model =
            LinearModel::rounded(&coefficients, &solution.intercepts.mapv(DoubleDouble::hi))?;
        let mut report = self.report(lambda, coefficients.nrows(), solution.facts);
        report.mse = if F::IS_DOUBLE {
            solution.mse.to_vec()
        } else {
            training_mse(samples, &model, self.fit_intercept)?
        };
        Ok(model.with_report(report)?.named(samples.names()))
    }
}

/// Mean squared error of each target by the shared kernel, from the model's own predictions, or from residuals in twice
/// the precision where rounding of those would show.
fn training_mse<F: Scalar>(
    samples: &Samples<'_, F, Ix2>,
    model: &LinearModel<F, Ix2>,
    fit_intercept: bool,
) -> Result<Vec<f64>> {
    let predictions = model.predict(samples.x())?;
    let (y, weights) = (samples.y(), samples.weights());
    let columns = y.axis_iter(Axis(1)).zip(predictions.axis_iter(Axis(1)));
    let of_target = |(target, (y, predictions))| {
        let mse = SquaredError.mean(y, predictions, weights)?;
        let w = model.coefficients().index_axis_move(Axis(1), target);
        let b = model.intercepts()[target];
        if !rounding_shows(samples, w, b, mse) {
            return Ok(mse);
        }
        let accurate = TrainingResiduals::accurate(samples, target, w, b, fit_intercept)?;
        Ok(accurate.sum_of_squares / weights.map_or(y.len() as f64, kernel::total))
    };
    columns.enumerate().map(of_target).collect()
}
