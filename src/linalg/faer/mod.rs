//! Factorisations and products by `faer`: pure Rust, no system library.
//!
//! Its products and factorisations run on one thread. Work is cut into panels by its shape, and each panel is a call of
//! its own: the bits do not depend on how many threads share them.

mod cholesky;
mod rank_k;

use ::faer::linalg::matmul::matmul;
use ::faer::{Accum, Mat, MatMut, MatRef, Par};
use ndarray::{Array1, Array2, ArrayView2};

pub(super) use cholesky::Cholesky;
pub(super) use rank_k::{add_gram, gram_of_rows};

/// Runs `f` on a faer view of the matrix.
pub(super) fn with_view<R>(matrix: ArrayView2<'_, f64>, f: impl FnOnce(MatRef<'_, f64>) -> R) -> R {
    let matrix = matrix.as_standard_layout();
    match matrix.as_slice() {
        Some(slice) => f(MatRef::from_row_major_slice(
            slice,
            matrix.nrows(),
            matrix.ncols(),
        )),
        None => f(to_mat(matrix.view()).as_ref()),
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

/// Writes the product of rows of `k` values, `stride` apart, and a matrix `(k, m)` to rows `out_stride` apart.
pub(crate) fn multiply_rows(
    (rows, n, stride): (&[f64], usize, usize),
    matrix: ArrayView2<'_, f64>,
    (out, out_stride): (&mut [f64], usize),
) {
    let (k, m) = matrix.dim();
    let rows = MatRef::from_row_major_slice_with_stride(rows, n, k, stride);
    // faer 0.24.4's `from_row_major_slice_with_stride_mut` takes the strides for each other and writes beyond the
    // slice.
    let out =
        MatMut::from_column_major_slice_with_stride_mut(out, m, n, out_stride).transpose_mut();
    with_view(matrix, |matrix| {
        matmul(out, Accum::Replace, rows, matrix, 1.0, Par::Seq);
    });
}
