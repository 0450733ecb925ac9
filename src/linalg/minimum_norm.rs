//! The shortest solution of an underdetermined system.

use ndarray::{Array2, ArrayView2, Axis};

use super::{PivotedQr, max_abs};

/// `argmin ‖w‖² subject to B w = c`, for `B` `(r, p)` of full row rank and `c` `(r, k)`: `w = Q R⁻ᵀ c` from `Bᵀ = Q R`
/// (Golub & Van Loan, *Matrix Computations*, §5.6.2).
///
/// Rows are brought to unit length first, so equations of very different scale keep their digits.
pub(crate) fn minimum_norm(
    equations: ArrayView2<'_, f64>,
    rhs: ArrayView2<'_, f64>,
) -> Array2<f64> {
    let (rank, p) = equations.dim();
    let (mut equations, mut rhs) = (equations.to_owned(), rhs.to_owned());
    for (mut row, mut c) in equations.rows_mut().into_iter().zip(rhs.rows_mut()) {
        let largest = max_abs(&row);
        if largest > 0.0 {
            row /= largest;
            let norm = row.dot(&row).sqrt();
            row /= norm;
            c /= largest;
            c /= norm;
        }
    }
    let qr = PivotedQr::new(equations.t());
    let ordered = rhs.select(Axis(0), qr.order());
    let inner = qr.solve_upper_transpose(ordered.view(), rank);
    let mut padded = Array2::zeros((p, rhs.ncols()));
    padded.view_mut().split_at(Axis(0), rank).0.assign(&inner);
    qr.q(padded.view())
}
