//! Dense linear algebra in `f64`: the factorisations (from `faer`, or from LAPACK by feature), the symmetric rank-k update, predictions, accurate dot products;
//! and in twice the precision: numbers, and least squares refined with them.
//!
//! Matrices pass as `ndarray` arrays, so that a [`Backend`] can be exchanged without touching a solver.

mod affine;
mod augmented;
mod backend;
mod cholesky;
mod dot;
mod double_double;
mod faer;
mod jacobi;
#[cfg(feature = "lapack")]
mod lapack;
mod minimum_norm;
mod panels;
mod pivoted_cholesky;
mod pivoted_qr;
mod project;
mod svd;
mod triangular;

pub(crate) use affine::affine_into;
pub(crate) use augmented::solve_augmented;
pub use backend::Backend;
pub(crate) use cholesky::Cholesky;
pub(crate) use dot::accurate_dot;
pub(crate) use double_double::{DoubleDouble, exponent, widened};
pub(crate) use faer::multiply_rows;
pub(crate) use jacobi::jacobi;
pub(crate) use minimum_norm::minimum_norm;
pub(crate) use panels::{by_bands, panels};
pub(crate) use pivoted_cholesky::PivotedCholesky;
pub(crate) use pivoted_qr::PivotedQr;
pub(crate) use project::project_rows;
pub(crate) use svd::Svd;
pub(crate) use triangular::{solve_upper, solve_upper_transpose};

/// Largest magnitude, `‖v‖∞`; NaN does not count, and nothing has 0.
pub(crate) fn max_abs<'a>(values: impl IntoIterator<Item = &'a f64>) -> f64 {
    values.into_iter().fold(0.0, |a, v| a.max(v.abs()))
}
