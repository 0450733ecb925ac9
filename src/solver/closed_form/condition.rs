//! Condition numbers that the solvers can bear, and the errors of those that cannot.

use crate::error::Error;
use crate::solver::{FallbackReason, Solver};

/// Up to here Cholesky loses about a digit to QR and no more.
pub(super) const CHOLESKY_CONDITION: f64 = 10.0;
/// Up to here a step of refinement gains six digits.
pub(super) const REFINED_CONDITION: f64 = 1e5;
/// Beyond it the factor of the squared system holds no digit, and a solver asked for by name says so.
pub(super) const HOPELESS_CONDITION: f64 = 3e7;

/// Refuses a condition number that this solver cannot bear.
pub(super) fn check_condition(
    solver: Solver,
    condition_number: f64,
) -> std::result::Result<(), FallbackReason> {
    let limit = if solver == Solver::Auto {
        REFINED_CONDITION
    } else {
        HOPELESS_CONDITION
    };
    if condition_number <= limit {
        Ok(())
    } else {
        Err(FallbackReason::IllConditioned { condition_number })
    }
}

/// The error of a solver asked for by name.
pub(super) fn failure(solver: Solver, reason: FallbackReason) -> Error {
    let reason = match reason {
        FallbackReason::IllConditioned { .. } => "the system is too ill-conditioned for it",
        FallbackReason::NotPositiveDefinite => "the matrix is not positive definite",
        FallbackReason::OutOfRange => "squares of the data leave the floating-point range",
        FallbackReason::Underdetermined => "it needs lambda > 0",
        FallbackReason::TooLarge => "its matrix would take gigabytes",
    };
    Error::SolverFailed {
        solver: solver.name(),
        reason,
    }
}
