//! Solvers: functions from views and parameters to coefficients. They know no model, no name, no file.

pub(crate) mod closed_form;

use std::fmt;

use serde::{Deserialize, Serialize};

/// How the closed form is computed.
///
/// Every solver works on centred columns (with an intercept) of unit norm and gives the same solution where its accuracy
/// reaches; `κ` is the condition number of those columns, the penalty included.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[non_exhaustive]
pub enum Solver {
    /// The fastest of the others whose measured conditioning leaves the digits. The report names it.
    #[default]
    Auto,
    /// Normal equations by Cholesky; relative error `~ κ² ε`. One pass over the data.
    Cholesky,
    /// Eigenvalues of the Gram matrix, from its pivoted Cholesky factor by one-sided Jacobi; relative error `~ κ² ε`, but a deficient
    /// rank is seen. One factorisation serves every `λ`: it is what ridge paths and fits of [`Moments`](crate::moments::Moments)
    /// fall back on. `Auto` never takes it where the data are at hand.
    Eigen,
    /// [`Cholesky`](Self::Cholesky), then steps of iterative refinement on the residuals of the data: the corrected semi-normal
    /// equations (Björck, *Stability analysis of the method of seminormal equations*, 1987). Error near that of QR.
    RefinedCholesky,
    /// The kernel system of `n` equations, `(XXᵀ + WλI) a = y, w = Xᵀa`, refined: cheaper when there are fewer samples than
    /// features; with more it is dearer and loses digits, `a` being of the order of `y/λ`. Needs `λ > 0`.
    Dual,
    /// Householder QR with column pivoting of the λ-augmented design, one step of refinement; error `~ κ ε`. Copies the design.
    Qr,
    /// Singular value decomposition of the λ-augmented design, one step of refinement. Copies the design.
    Svd,
}

impl Solver {
    /// The name, as the report prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Cholesky => "Cholesky",
            Self::Eigen => "eigen",
            Self::RefinedCholesky => "refined Cholesky",
            Self::Dual => "dual",
            Self::Qr => "pivoted QR",
            Self::Svd => "SVD",
        }
    }
}

impl fmt::Display for Solver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A cheaper solver that [`Solver::Auto`] passed over, and why.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fallback {
    /// The solver passed over.
    pub solver: Solver,
    /// What was measured.
    pub reason: FallbackReason,
}

/// Why a solver was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FallbackReason {
    /// Its condition number would cost too many digits.
    IllConditioned {
        /// Estimated, of the unit-norm columns.
        condition_number: f64,
    },
    /// Its matrix is not numerically positive definite.
    NotPositiveDefinite,
    /// Sums of squares of the data leave the floating-point range.
    OutOfRange,
    /// There is no penalty and the samples are fewer than the features.
    Underdetermined,
}

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not {}: ", self.solver)?;
        match self.reason {
            FallbackReason::IllConditioned { condition_number } => {
                write!(f, "condition number {condition_number:.1e}")
            }
            FallbackReason::NotPositiveDefinite => {
                f.write_str("the normal matrix is not positive definite")
            }
            FallbackReason::OutOfRange => {
                f.write_str("squares of the data leave the floating-point range")
            }
            FallbackReason::Underdetermined => {
                f.write_str("fewer samples than features and no penalty")
            }
        }
    }
}

/// How a fit stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Termination {
    /// The solution was computed directly; there was nothing to converge.
    ClosedForm,
}

impl fmt::Display for Termination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedForm => f.write_str("closed form"),
        }
    }
}
