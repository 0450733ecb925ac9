//! Solvers: functions from views and parameters to coefficients. They know no model, no name, no file.

pub(crate) mod closed_form;
pub(crate) mod quantile;
mod residuals;
pub mod sgd;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::check::by_name;
use crate::error::{Error, Result};

pub use crate::linalg::Backend;
pub use closed_form::factorizations;
pub(crate) use residuals::{TrainingResiduals, rounding_shows};

/// Solver of the closed form.
///
/// Every solver works on centred columns (with an intercept) of unit norm and gives the same solution where its
/// accuracy reaches; `κ` is the condition number of those columns, the penalty included.
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
    /// Eigenvalues of the Gram matrix, from its pivoted Cholesky factor by one-sided Jacobi; relative error `~ κ² ε`,
    /// but a deficient rank is seen. One factorisation serves every `λ`: it is what ridge paths and fits of
    /// [`Moments`](crate::moments::Moments) fall back on. `Auto` never takes it where the data are at hand.
    Eigen,
    /// [`Cholesky`](Self::Cholesky), then steps of iterative refinement on the residuals of the data: the corrected
    /// semi-normal equations (Björck, *Stability analysis of the method of seminormal equations*, 1987). Error near
    /// that of QR.
    RefinedCholesky,
    /// The kernel system of `n` equations, `(XXᵀ + WλI) a = y, w = Xᵀa`, refined: cheaper when there are fewer samples
    /// than features; with more it is dearer and loses digits, `a` being of the order of `y/λ`. `λ = 0` needs no more
    /// samples than features, none of them dependent, and gives the shortest solution.
    Dual,
    /// Householder QR with column pivoting of the λ-augmented design, one step of refinement; error `~ κ ε`. Copies the
    /// design.
    Qr,
    /// Singular value decomposition of the λ-augmented design, one step of refinement. Copies the design.
    Svd,
    /// LSQR on the data as they lie, restarted on its own residual: neither a Gram matrix nor a copy of the design, for
    /// `n` and `p` both in the tens of thousands (Paige & Saunders, *LSQR: an algorithm for sparse linear equations and
    /// sparse least squares*, 1982). One pass over the data an iteration; many iterations where `κ` is large, and the
    /// report's [`Termination`] says whether they sufficed. It cannot see the rank: without a penalty columns keep
    /// their own scales, so that the solution is the shortest one, and columns of unlike scales converge slowly.
    Lsqr,
}

impl Solver {
    /// Every solver.
    pub const ALL: [Self; 8] = [
        Self::Auto,
        Self::Cholesky,
        Self::Eigen,
        Self::RefinedCholesky,
        Self::Dual,
        Self::Qr,
        Self::Svd,
        Self::Lsqr,
    ];

    /// Name in reports; [`FromStr`] reads it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Cholesky => "Cholesky",
            Self::Eigen => "eigen",
            Self::RefinedCholesky => "refined Cholesky",
            Self::Dual => "dual",
            Self::Qr => "QR",
            Self::Svd => "SVD",
            Self::Lsqr => "LSQR",
        }
    }
}

impl fmt::Display for Solver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Solver {
    type Err = Error;

    /// Reads a [name](Self::name) in letters of any case, with spaces or hyphens: `"refined-cholesky"`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownName`], which lists the names.
    fn from_str(text: &str) -> Result<Self> {
        by_name("solver", text, &Self::ALL, Self::name)
    }
}

/// The precision of the arithmetic.
///
/// # Examples
///
/// ```
/// use elltwo::model::{Estimator, RidgeRegression};
/// use elltwo::solver::Precision;
/// use ndarray::{Array1, Array2, Axis, array};
///
/// // y = 1 + x + x² + x³ + x⁴ + x⁵ exactly: Wampler's first problem.
/// let t = Array1::from_iter((0..21).map(f64::from));
/// let x = Array2::from_shape_fn((21, 5), |(i, j)| t[i].powi(j as i32 + 1));
/// let y = x.sum_axis(Axis(1)) + 1.0;
/// let model = RidgeRegression::new().precision(Precision::Extended).fit(x.view(), y.view())?;
/// assert_eq!(model.coefficients(), array![1.0, 1.0, 1.0, 1.0, 1.0]);
/// assert_eq!(model.intercept(), 1.0);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[non_exhaustive]
pub enum Precision {
    /// `f64` throughout, sums where it matters in more.
    #[default]
    Double,
    /// All the digits the data hold: pivoted QR in `f64`, its solution and residual refined with defects in
    /// double-double arithmetic (31 digits) until they have the digits of that, and then rounded once (Björck,
    /// *Iterative refinement of linear least squares solutions I*, 1967). A few passes over the data, which are held in
    /// that precision: about six times their memory. The rank is decided as in `Double`. Columns of unit norm whose
    /// condition number is beyond about `10¹³` and that still are not dependent may be refused with
    /// [`Error::SolverFailed`].
    Extended,
}

impl Precision {
    /// Name in reports; [`FromStr`] reads it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Double => "double",
            Self::Extended => "extended",
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Precision {
    type Err = Error;

    /// Reads `"double"` or `"extended"`, in letters of any case.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownName`].
    fn from_str(text: &str) -> Result<Self> {
        by_name(
            "precision",
            text,
            &[Self::Double, Self::Extended],
            Self::name,
        )
    }
}

/// A cheaper solver that [`Solver::Auto`] passed over, and why.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fallback {
    /// The solver passed over.
    pub solver: Solver,
    /// Measurement that decided.
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
    /// There is no penalty, and the samples outnumber the features, or none is left beside the intercept.
    Underdetermined,
    /// Its matrix would take gigabytes.
    TooLarge,
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
                f.write_str("no penalty, and samples that the features do not reproduce")
            }
            FallbackReason::TooLarge => f.write_str("its matrix would take gigabytes"),
        }
    }
}

/// End of a fit: converged, computed directly, or stopped before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Termination {
    /// The solution was computed directly; there was nothing to converge.
    ClosedForm,
    /// The solution was computed directly and refined until further steps changed nothing.
    Refined {
        /// Steps of refinement.
        steps: usize,
    },
    /// The iteration met its tolerance.
    Converged {
        /// Iterations.
        iterations: usize,
    },
    /// The iteration was stopped before it met its tolerance.
    MaxIterations {
        /// Iterations.
        iterations: usize,
    },
    /// The iteration made no more progress, and no duality gap below its tolerance shows that it is at the minimum.
    Stalled {
        /// Iterations.
        iterations: usize,
    },
    /// The caller's observer stopped the iteration.
    Stopped {
        /// Iterations.
        iterations: usize,
    },
}

impl Termination {
    /// The fit is what it set out to be, unless an iteration was stopped before it met its tolerance, by its limit or
    /// by the caller.
    ///
    /// # Errors
    ///
    /// [`Error::NotConverged`].
    pub fn ensure_converged(self) -> Result<()> {
        match self {
            Self::MaxIterations { iterations }
            | Self::Stalled { iterations }
            | Self::Stopped { iterations } => Err(Error::NotConverged { iterations }),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Termination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedForm => f.write_str("closed form"),
            Self::Refined { steps: 1 } => f.write_str("closed form, 1 step of refinement"),
            Self::Refined { steps } => write!(f, "closed form, {steps} steps of refinement"),
            Self::Converged { iterations } => write!(f, "converged in {iterations} iterations"),
            Self::MaxIterations { iterations } => {
                write!(f, "not converged after {iterations} iterations")
            }
            Self::Stalled { iterations } => {
                write!(f, "stalled after {iterations} iterations")
            }
            Self::Stopped { iterations } => {
                write!(f, "stopped by the caller after {iterations} iterations")
            }
        }
    }
}
