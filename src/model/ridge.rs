//! Ridge regression in closed form; with `λ = 0`, ordinary least squares.

use ndarray::{Array1, ArrayView, ArrayView2, Axis, Ix2};
use serde::{Deserialize, Serialize};

use super::extended::rounded;
use super::{Estimator, FitReport, LinearModel, Method, Predictor, RidgeReport};
use crate::check::{check_length, check_non_negative};
use crate::error::{Error, Result};
use crate::loss::{L2, SquaredError, kernel};
use crate::moments::Moments;
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};
use crate::solver::closed_form::{ExtendedProblem, Problem, Solution, solve, solve_extended};
use crate::solver::{Backend, Precision, Solver};

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
/// [`L2`]. Columns that are constant beside an intercept have coefficient 0; with deficient rank and
/// `λ = 0` the solution is the one of smallest norm, the limit of `λ → 0`, and the report says so. Source: Hoerl & Kennard, *Ridge
/// regression*, 1970.
///
/// # Examples
///
/// ```
/// use elltwo::model::{Estimator, Predictor, RidgeRegression};
/// use ndarray::array;
///
/// let x = array![[1.0, 0.0], [2.0, 1.0], [3.0, 5.0], [4.0, 2.0]];
/// let y = array![3.0, 4.0, 1.0, 7.0];
/// let model = RidgeRegression::new().lambda(0.01).fit(x.view(), y.view())?;
/// assert_eq!(model.predict(x.view())?.len(), 4);
///
/// // Several targets: coefficients (p, k), one factorisation.
/// let targets = array![[3.0, 1.0], [4.0, 1.0], [1.0, 0.0], [7.0, 2.0]];
/// let several = RidgeRegression::new().lambda(0.01).fit(x.view(), targets.view())?;
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

    /// The penalty `λ` of every target.
    #[must_use]
    pub fn lambda(mut self, lambda: f64) -> Self {
        self.lambda = lambda;
        self.lambda_per_target = None;
        self
    }

    /// A penalty for each target, in their order.
    #[must_use]
    pub fn lambda_per_target(mut self, lambda: impl Into<Vec<f64>>) -> Self {
        self.lambda_per_target = Some(lambda.into());
        self
    }

    /// Whether to fit an intercept.
    #[must_use]
    pub fn fit_intercept(mut self, fit_intercept: bool) -> Self {
        self.fit_intercept = fit_intercept;
        self
    }

    /// How to compute the solution.
    #[must_use]
    pub fn solver(mut self, solver: Solver) -> Self {
        self.solver = solver;
        self
    }

    /// Who computes the matrix products and factorisations.
    #[must_use]
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = backend;
        self
    }

    /// The precision of the arithmetic.
    #[must_use]
    pub fn precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    /// Checks the parameters, as `fit` does first.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a penalty that is NaN, infinite or negative; [`Error::SolverFailed`] for a solver other than
    /// [`Solver::Auto`] and [`Solver::Qr`] with [`Precision::Extended`].
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

    fn fit(&self, x: ArrayView2<'_, F>, y: ArrayView<'_, F, D>) -> Result<LinearModel<F, D>> {
        self.validate()?;
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
        self.validate()?;
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
            return rounded(solution, &lambda, self.fit_intercept);
        }
        let solution = solve(&problem, moments)?;
        let coefficients = solution.coefficients.mapv(F::of);
        let intercepts = solution.intercepts.mapv(F::of);
        if !coefficients
            .iter()
            .chain(&intercepts)
            .all(|v| v.is_finite())
        {
            return Err(Error::Overflow {
                what: "a coefficient",
            });
        }
        let mut report = report(
            &lambda,
            self.fit_intercept,
            samples.n_features(),
            self.backend,
            solution,
        );
        let model = LinearModel::from_parts(coefficients.clone(), intercepts.clone())?;
        if report.mse.is_empty() {
            report.mse = training_mse(&problem, &model, report.weight_sum)?;
        }
        report.objective = objective(&report, coefficients.view())?;
        Ok(LinearModel::fitted(
            D::from_columns(coefficients),
            intercepts,
            report,
        ))
    }
}

/// The facts of the solution; the mean squared errors are left empty where they need the data.
pub(super) fn report(
    lambda: &[f64],
    fit_intercept: bool,
    n_features: usize,
    backend: Backend,
    solution: Solution,
) -> FitReport {
    let weight_sum = solution.weight_sum;
    let mse = solution
        .residual_sums
        .map_or_else(Vec::new, |sums| (sums / weight_sum).to_vec());
    FitReport {
        n_samples: solution.n_samples,
        weight_sum,
        lambda: lambda.to_vec(),
        fit_intercept,
        n_features,
        mse,
        objective: 0.0,
        termination: solution.termination,
        method: Method::Ridge(RidgeReport {
            solver: solution.solver,
            backend,
            precision: Precision::Double,
            fallbacks: solution.fallbacks,
            rank: solution.rank,
            condition_number: solution.condition_number,
            degrees_of_freedom: solution.degrees_of_freedom,
            kkt_residual: solution.kkt_residual,
        }),
    }
}

/// The mean squared error of each target by the shared kernel, from the model's own predictions.
fn training_mse<F: Scalar>(
    problem: &Problem<'_, F>,
    model: &LinearModel<F, Ix2>,
    weight_sum: f64,
) -> Result<Vec<f64>> {
    let predictions = model.predict(problem.samples.x())?;
    let targets = problem.samples.y();
    let columns = targets
        .axis_iter(Axis(1))
        .zip(predictions.axis_iter(Axis(1)));
    let mse = columns.map(|(y, predictions)| {
        kernel::sum(&SquaredError, y, predictions, problem.samples.weights()) / weight_sum
    });
    let mse: Vec<f64> = mse.collect();
    if mse.iter().all(|v| v.is_finite()) {
        Ok(mse)
    } else {
        Err(Error::Overflow {
            what: "the mean squared error",
        })
    }
}

/// `J`, from its two terms.
pub(super) fn objective<F: Scalar>(
    report: &FitReport,
    coefficients: ArrayView2<'_, F>,
) -> Result<f64> {
    let penalties = report.lambda.iter().zip(coefficients.columns());
    let penalties: Array1<f64> = penalties
        .map(|(&lambda, w)| Ok(L2::new(lambda)?.value(w)))
        .collect::<Result<_>>()?;
    let objective = report.mse.iter().sum::<f64>() + penalties.sum();
    if objective.is_finite() {
        Ok(objective)
    } else {
        Err(Error::Overflow {
            what: "the objective",
        })
    }
}
