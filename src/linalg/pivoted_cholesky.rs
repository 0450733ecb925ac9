//! Cholesky with diagonal pivoting, for symmetric matrices that may be singular.

use ndarray::{Array2, ArrayView2};

/// `Pᵀ A P ≈ L Lᵀ` with `L` `(n, rank)`, rows in pivoted order.
#[derive(Debug)]
pub(crate) struct PivotedCholesky {
    pub(crate) l: Array2<f64>,
    /// The original index at each pivoted position.
    pub(crate) order: Vec<usize>,
}

impl PivotedCholesky {
    /// Stops where what is left of the diagonal is no more than `tolerance` (Higham, *Accuracy and Stability of
    /// Numerical Algorithms*, §10.3).
    pub(crate) fn new(matrix: ArrayView2<'_, f64>, tolerance: f64) -> Self {
        let n = matrix.nrows();
        let mut left = matrix.diag().to_owned();
        let mut order: Vec<usize> = (0..n).collect();
        let mut columns: Vec<Vec<f64>> = Vec::new();
        while columns.len() < n {
            let step = columns.len();
            let pivot = (step..n).fold(step, |best, i| {
                if left[order[i]] > left[order[best]] {
                    i
                } else {
                    best
                }
            });
            if left[order[pivot]].is_nan() || left[order[pivot]] <= tolerance {
                break;
            }
            order.swap(step, pivot);
            let chosen = order[step];
            let root = left[chosen].sqrt();
            // Indexed by the original row.
            let mut column = vec![0.0; n];
            column[chosen] = root;
            for &i in &order[step + 1..] {
                let known: f64 = columns.iter().map(|c| c[i] * c[chosen]).sum();
                column[i] = (matrix[[i, chosen]] - known) / root;
                left[i] -= column[i] * column[i];
            }
            columns.push(column);
        }
        let l = Array2::from_shape_fn((n, columns.len()), |(i, j)| columns[j][order[i]]);
        Self { l, order }
    }

    /// `L₁₁⁻¹ B` for the leading triangle; `B` in the original order.
    pub(crate) fn solve_lower(&self, rhs: ArrayView2<'_, f64>) -> Array2<f64> {
        let rank = self.l.ncols();
        let mut solution = Array2::zeros((rank, rhs.ncols()));
        for t in 0..rhs.ncols() {
            for i in 0..rank {
                let known: f64 = (0..i).map(|j| self.l[[i, j]] * solution[[j, t]]).sum();
                solution[[i, t]] = (rhs[[self.order[i], t]] - known) / self.l[[i, i]];
            }
        }
        solution
    }
}
