//! A linear model from a solution in twice the precision.

use ndarray::{Array1, Array2};

use super::ridge::objective;
use super::{FitReport, LinearModel, Method, RidgeReport};
use crate::error::{Error, Result};
use crate::linalg::DoubleDouble;
use crate::scalar::{Scalar, TargetDim};
use crate::solver::closed_form::ExtendedSolution;
use crate::solver::{Backend, Precision, Solver, Termination};

/// Rounds each coefficient once; the mean squared errors are those of the solution before.
pub(super) fn rounded<F: Scalar, D: TargetDim>(
    solution: ExtendedSolution,
    lambda: &[f64],
    fit_intercept: bool,
) -> Result<LinearModel<F, D>> {
    let coefficients: Array2<F> = solution.coefficients.mapv(|w| F::of(w.hi()));
    let intercepts: Array1<F> = solution.intercepts.mapv(|b: DoubleDouble| F::of(b.hi()));
    if !coefficients
        .iter()
        .chain(&intercepts)
        .all(|v| v.is_finite())
    {
        return Err(Error::Overflow {
            what: "a coefficient",
        });
    }
    let mut report = FitReport {
        n_samples: solution.n_samples,
        weight_sum: solution.weight_sum,
        lambda: lambda.to_vec(),
        fit_intercept,
        n_features: coefficients.nrows(),
        mse: solution.mse.to_vec(),
        objective: 0.0,
        termination: Termination::Refined {
            steps: solution.steps,
        },
        method: Method::Ridge(RidgeReport {
            solver: Solver::Qr,
            backend: Backend::Faer,
            precision: Precision::Extended,
            fallbacks: Vec::new(),
            rank: Some(solution.rank),
            condition_number: solution.condition_number,
            degrees_of_freedom: Some(solution.degrees_of_freedom),
            kkt_residual: solution.kkt_residual,
        }),
    };
    report.objective = objective(&report, coefficients.view())?;
    Ok(LinearModel::fitted(
        D::from_columns(coefficients),
        intercepts,
        report,
    ))
}
