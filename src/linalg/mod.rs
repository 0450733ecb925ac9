//! Dense linear algebra in `f64`: the factorisations (from `faer`), the symmetric rank-k update, predictions, accurate dot products;
//! and in twice the precision: numbers, and least squares refined with them.
//!
//! Matrices pass as `ndarray` arrays, so that a backend can be exchanged without touching a solver.

mod affine;
mod augmented;
mod dot;
mod double_double;
mod faer;
mod jacobi;
mod minimum_norm;
mod pivoted_cholesky;
mod triangular;

pub(crate) use affine::affine_into;
pub(crate) use augmented::solve_augmented;
pub(crate) use dot::accurate_dot;
pub(crate) use double_double::{DoubleDouble, exponent, widened};
pub(crate) use faer::{Cholesky, PivotedQr, Svd, add_gram};
pub(crate) use jacobi::jacobi;
pub(crate) use minimum_norm::minimum_norm;
pub(crate) use pivoted_cholesky::PivotedCholesky;
pub(crate) use triangular::{solve_upper, solve_upper_transpose};
