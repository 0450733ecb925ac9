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
    // Copied value by value: a view of no columns, split off a matrix stored by columns, may lie behind its end.
    let mut solution = Array2::from_shape_fn(rhs.dim(), |index| rhs[index]);
    let (rows, columns) = solution.dim();
    if let Some(values) = solution.as_slice_mut() {
        solve(MatMut::from_row_major_slice_mut(values, rows, columns));
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::{solve_upper, solve_upper_transpose};
    use ndarray::{Array2, Axis, array};

    #[test]
    fn both_undo_the_product() {
        let r = array![[2.0, -1.0, 4.0], [0.0, 0.5, 1.0], [0.0, 0.0, -3.0]];
        let x = array![[1.0, 2.0], [-3.0, 0.5], [2.0, 1.0]];
        let near = |found: Array2<f64>| (found - &x).iter().all(|d| d.abs() <= 4.0 * f64::EPSILON);
        assert!(near(solve_upper(r.view(), r.dot(&x).view())));
        assert!(near(solve_upper_transpose(r.view(), r.t().dot(&x).view())));
        // Of a matrix stored by columns, nothing to solve for is nothing.
        let by_columns = Array2::<f64>::eye(3).reversed_axes();
        let none = by_columns.view().split_at(Axis(1), 3).1;
        assert_eq!(solve_upper(by_columns.view(), none).dim(), (3, 0));
    }
}
