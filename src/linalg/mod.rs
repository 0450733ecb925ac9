//! Dense linear algebra in `f64`: the factorisations (from `faer`, or from LAPACK by feature), the symmetric rank-k
//! update, predictions, accurate dot products; and in twice the precision: numbers, and least squares refined with
//! them.
//!
//! Matrices pass as `ndarray` arrays, so that a [`Backend`] can be exchanged without touching a solver.

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
mod row_products;
mod svd;
mod triangular;

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

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
pub(crate) use pivoted_qr::{PivotedQr, quadratic_form};
pub(crate) use row_products::{affine_into, project_rows, square_norms};
pub(crate) use svd::{Svd, ratio};
pub(crate) use triangular::{solve_upper, solve_upper_transpose};

/// Matrix of `n` rows, zero but for `rows`, which stand at `places`.
pub(crate) fn placed<'a>(
    n: usize,
    places: impl IntoIterator<Item = &'a usize>,
    rows: ArrayView2<'_, f64>,
) -> Array2<f64> {
    let mut placed = Array2::zeros((n, rows.ncols()));
    for (&place, row) in places.into_iter().zip(rows.rows()) {
        placed.row_mut(place).assign(&row);
    }
    placed
}

/// Matrix of `n` columns, zero but for `columns`, the rows of a transposed view, which stand at `places`.
pub(crate) fn placed_columns<'a>(
    n: usize,
    places: impl IntoIterator<Item = &'a usize>,
    columns: ArrayView2<'_, f64>,
) -> Array2<f64> {
    let rows = placed(n, places, columns);
    rows.t().as_standard_layout().into_owned()
}

/// Divides each row by its own number; columns are the rows of a transposed view.
pub(crate) fn divide_rows<'a>(
    mut matrix: ArrayViewMut2<'_, f64>,
    by: impl IntoIterator<Item = &'a f64>,
) {
    let rows = matrix.rows_mut().into_iter().zip(by);
    rows.for_each(|(mut row, by)| row /= *by);
}

/// Least and largest of values; NaN does not count, and nothing has infinities the wrong way round.
pub(crate) fn extent(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    let widen = |(low, high): (f64, f64), v: f64| (low.min(v), high.max(v));
    values.into_iter().fold(none, widen)
}

/// Largest magnitude, `‖v‖∞`; NaN does not count, and nothing has 0.
pub(crate) fn max_abs<'a>(values: impl IntoIterator<Item = &'a f64>) -> f64 {
    values.into_iter().fold(0.0, |a, v| a.max(v.abs()))
}
