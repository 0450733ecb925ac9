//! Systems with an upper triangle that is an array.

use ::faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_upper_triangular_in_place,
};
use ::faer::{MatMut, Par};
use ndarray::{Array2, ArrayView2};

use super::faer::with_view;

/// `R⁻¹ B`.
pub(crate) fn solve_upper(r: ArrayView2<'_, f64>, rhs: ArrayView2<'_, f64>) -> Array2<f64> {
    in_place(rhs, |rhs| {
        with_view(r, |r| solve_upper_triangular_in_place(r, rhs, Par::Seq));
    })
}

/// `R⁻ᵀ B`.
pub(crate) fn solve_upper_transpose(
    r: ArrayView2<'_, f64>,
    rhs: ArrayView2<'_, f64>,
) -> Array2<f64> {
    in_place(rhs, |rhs| {
        with_view(r, |r| {
            solve_lower_triangular_in_place(r.transpose(), rhs, Par::Seq);
        });
    })
}

fn in_place(rhs: ArrayView2<'_, f64>, solve: impl FnOnce(MatMut<'_, f64>)) -> Array2<f64> {
    let mut solution = rhs.as_standard_layout().into_owned();
    let (rows, columns) = solution.dim();
    if let Some(values) = solution.as_slice_mut() {
        solve(MatMut::from_row_major_slice_mut(values, rows, columns));
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::{solve_upper, solve_upper_transpose};
    use ndarray::array;

    #[test]
    fn both_undo_the_product() {
        let r = array![[2.0, -1.0, 4.0], [0.0, 0.5, 1.0], [0.0, 0.0, -3.0]];
        let x = array![[1.0, 2.0], [-3.0, 0.5], [2.0, 1.0]];
        assert_eq!(solve_upper(r.view(), r.dot(&x).view()), x);
        assert_eq!(solve_upper_transpose(r.view(), r.t().dot(&x).view()), x);
    }
}
