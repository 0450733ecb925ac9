//! What `faer` computes: pure Rust, no system library.
//!
//! Its products and factorisations run on one thread. Work is cut into panels by its shape, and each panel is a call of its own: the
//! bits do not depend on how many threads share them.

mod cholesky;
mod gram;

use ::faer::{Mat, MatRef};
use ndarray::{Array1, Array2, ArrayView2};

pub(super) use cholesky::Cholesky;
pub(super) use gram::{add_gram, gram_of_rows};

/// Runs `f` on a faer view of the matrix.
pub(super) fn with_view<R>(matrix: ArrayView2<'_, f64>, f: impl FnOnce(MatRef<'_, f64>) -> R) -> R {
    let matrix = matrix.as_standard_layout();
    match matrix.as_slice() {
        Some(slice) => f(MatRef::from_row_major_slice(
            slice,
            matrix.nrows(),
            matrix.ncols(),
        )),
        None => f(Mat::from_fn(matrix.nrows(), matrix.ncols(), |i, j| matrix[[i, j]]).as_ref()),
    }
}

pub(super) fn to_mat(matrix: ArrayView2<'_, f64>) -> Mat<f64> {
    Mat::from_fn(matrix.nrows(), matrix.ncols(), |i, j| matrix[[i, j]])
}

pub(super) fn to_array(matrix: MatRef<'_, f64>) -> Array2<f64> {
    Array2::from_shape_fn((matrix.nrows(), matrix.ncols()), |(i, j)| matrix[(i, j)])
}

/// `U`, singular values, `V`; `None` if the iteration does not converge.
pub(super) fn thin_svd(
    matrix: ArrayView2<'_, f64>,
) -> Option<(Array2<f64>, Array1<f64>, Array2<f64>)> {
    let svd = with_view(matrix, |m| m.thin_svd()).ok()?;
    let singular_values = svd.S().column_vector().iter().copied().collect();
    Some((to_array(svd.U()), singular_values, to_array(svd.V())))
}
