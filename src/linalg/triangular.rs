//! Systems with an upper triangle that is an array.

use ndarray::{Array2, ArrayView2};

/// `R⁻¹ B`.
pub(crate) fn solve_upper(r: ArrayView2<'_, f64>, rhs: ArrayView2<'_, f64>) -> Array2<f64> {
    let mut solution = rhs.to_owned();
    for i in (0..r.nrows()).rev() {
        for j in i + 1..r.nrows() {
            let known = solution.row(j).to_owned();
            solution.row_mut(i).scaled_add(-r[[i, j]], &known);
        }
        let pivot = r[[i, i]];
        solution.row_mut(i).mapv_inplace(|v| v / pivot);
    }
    solution
}

/// `R⁻ᵀ B`.
pub(crate) fn solve_upper_transpose(
    r: ArrayView2<'_, f64>,
    rhs: ArrayView2<'_, f64>,
) -> Array2<f64> {
    let mut solution = rhs.to_owned();
    for i in 0..r.nrows() {
        for j in 0..i {
            let known = solution.row(j).to_owned();
            solution.row_mut(i).scaled_add(-r[[j, i]], &known);
        }
        let pivot = r[[i, i]];
        solution.row_mut(i).mapv_inplace(|v| v / pivot);
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
