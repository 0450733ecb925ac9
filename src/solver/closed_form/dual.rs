//! The dual system `(XSXᵀ + WλI) a = √S y`, `w = XᵀS^{1/2} a`: `n` equations instead of `p`.

use ndarray::{Array2, ArrayView1, ArrayView2};

use super::gram::NEGLIGIBLE_STEP;
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
    let mut x = Array2::zeros((n, p));
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
                x.row_mut(start + i).assign(&ArrayView1::from(&row[..p]));
                y.row_mut(start + i)
                    .assign(&ArrayView1::from(&row[p..]).select(ndarray::Axis(0), targets));
            }
            start += block.n_rows;
        },
    );
    let mut kernel = problem.backend.gram_of_rows(&x);
    kernel.diag_mut().map_inplace(|v| *v += ridge);
    let scale: Vec<f64> = kernel.diag().iter().map(|v| v.sqrt()).collect();
    // The largest product is one on the diagonal.
    if !scale.iter().all(|v| v.is_finite()) {
        return Err(FallbackReason::OutOfRange);
    }
    for (i, mut row) in kernel.rows_mut().into_iter().enumerate() {
        let lower = row.iter_mut().zip(&scale).take(i);
        lower.for_each(|(value, s)| *value /= scale[i] * s);
        row[i] = 1.0;
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
    if condition_number > CHOLESKY_CONDITION {
        let largest = |values: &Array2<f64>| values.fold(0.0_f64, |a, v| a.max(v.abs()));
        for _ in 0..REFINEMENT_STEPS {
            let residual = &y - &predictions(&x, &combination(&x, &dual)) - &(&dual * ridge);
            let step = solve(residual.view());
            let is_negligible = largest(&step) <= NEGLIGIBLE_STEP * largest(&dual);
            dual += &step;
            if is_negligible {
                break;
            }
        }
    }
    let coefficients = combination(&x, &dual).reversed_axes();
    Ok(Part {
        coefficients,
        solver: Solver::Dual,
        rank: Some(p),
        condition_number,
        degrees_of_freedom: Some(kept(ridge, &scale, || factor.inverse_diagonal())),
        termination: Termination::ClosedForm,
    })
}

/// `(Xᵀa)ᵀ`, a row for each column of `a`: the inner loops run along the rows of X.
fn combination(x: &Array2<f64>, a: &Array2<f64>) -> Array2<f64> {
    let mut sums = Array2::zeros((a.ncols(), x.ncols()));
    for (x, a) in x.rows().into_iter().zip(a.rows()) {
        for (mut sum, a) in sums.rows_mut().into_iter().zip(a) {
            sum.scaled_add(*a, &x);
        }
    }
    sums
}

/// `X w`, of a row `w` for each target.
fn predictions(x: &Array2<f64>, w: &Array2<f64>) -> Array2<f64> {
    Array2::from_shape_fn((x.nrows(), w.nrows()), |(i, t)| x.row(i).dot(&w.row(t)))
}
