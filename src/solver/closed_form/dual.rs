//! The dual system `(XSXᵀ + WλI) a = √S y`, `w = XᵀS^{1/2} a`: `n` equations instead of `p`.

use ndarray::{Array2, ArrayView1, ArrayView2};

use super::{Attempt, CHOLESKY_CONDITION, Part, Problem, REFINEMENT_STEPS, check_condition, kept};
use crate::linalg::Cholesky;
use crate::moments::{Centre, for_each_block};
use crate::scalar::Scalar;
use crate::solver::{FallbackReason, Solver, Termination};

/// The coefficients of these targets, for `ridge = Wλ > 0`.
pub(super) fn solve<F: Scalar>(
    problem: &Problem<'_, F>,
    centre: ArrayView1<'_, f64>,
    ridge: f64,
    targets: &[usize],
) -> Attempt {
    if ridge <= 0.0 {
        return Err(FallbackReason::Underdetermined);
    }
    let (n, p) = problem.x.dim();
    // Features as rows: the kernel matrix is the Gram matrix of this layout.
    let mut x = Array2::zeros((p, n));
    let mut y = Array2::zeros((n, targets.len()));
    let mut start = 0;
    for_each_block(
        problem.x,
        problem.y,
        problem.weights,
        Centre::Given(centre),
        |block| {
            let (rows, width) = block.rows();
            for (i, row) in rows.chunks_exact(width).enumerate() {
                x.column_mut(start + i).assign(&ArrayView1::from(&row[..p]));
                y.row_mut(start + i)
                    .assign(&ArrayView1::from(&row[p..]).select(ndarray::Axis(0), targets));
            }
            start += block.n_rows;
        },
    );
    let mut kernel = Array2::<f64>::zeros((n, n));
    if let (Some(kernel), Some(x)) = (kernel.as_slice_mut(), x.as_slice()) {
        problem.backend.add_gram(kernel, x, p, n);
    }
    kernel.diag_mut().map_inplace(|v| *v += ridge);
    if !kernel.iter().all(|v| v.is_finite()) {
        return Err(FallbackReason::OutOfRange);
    }
    let scale: Vec<f64> = kernel.diag().iter().map(|v| v.sqrt()).collect();
    for ((i, j), value) in kernel.indexed_iter_mut() {
        *value = if i == j {
            1.0
        } else {
            *value / (scale[i] * scale[j])
        };
    }
    let factor =
        Cholesky::new(kernel.view(), problem.backend).ok_or(FallbackReason::NotPositiveDefinite)?;
    let condition_number = factor.condition_number().sqrt();
    check_condition(problem.solver, condition_number)?;
    let solve = |rhs: ArrayView2<'_, f64>| {
        let mut rhs = rhs.to_owned();
        rhs.rows_mut()
            .into_iter()
            .zip(&scale)
            .for_each(|(mut row, s)| row /= *s);
        let mut solution = factor.solve(rhs.view());
        solution
            .rows_mut()
            .into_iter()
            .zip(&scale)
            .for_each(|(mut row, s)| row /= *s);
        solution
    };
    let mut dual = solve(y.view());
    let mut coefficients = x.dot(&dual);
    if condition_number > CHOLESKY_CONDITION {
        for _ in 0..REFINEMENT_STEPS {
            let residual = &y - &x.t().dot(&coefficients) - &(&dual * ridge);
            dual += &solve(residual.view());
            coefficients = x.dot(&dual);
        }
    }
    Ok(Part {
        coefficients,
        solver: Solver::Dual,
        rank: Some(p),
        condition_number,
        degrees_of_freedom: Some(kept(ridge, &scale, || factor.inverse_diagonal())),
        termination: Termination::ClosedForm,
    })
}
