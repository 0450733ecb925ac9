//! The dual system `(XSXᵀ + WλI) a = √S y`, `w = XᵀS^{1/2} a`: `n` equations instead of `p`.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, Ix2};

use super::{
    Attempt, CHOLESKY_CONDITION, Part, Problem, centred, check_condition, count_factorization,
    kept, refine,
};
use crate::linalg::Cholesky;
use crate::samples::Samples;
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
    let p = problem.samples.x().ncols();
    let (x, y) = centred(problem, centre);
    let y = y.select(Axis(1), targets);
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
    count_factorization();
    let factor =
        Cholesky::new(kernel, problem.backend).ok_or(FallbackReason::NotPositiveDefinite)?;
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
        let correction = |dual: &Array2<f64>| {
            let residual = residual(&x, &y, &combination(&x, dual)) - &(dual * ridge);
            let step = solve(residual.view());
            let size = largest(&step) / largest(dual);
            (step, size)
        };
        refine(&mut dual, correction, |dual, step| *dual += &step);
    }
    let coefficients = combination(&x, &dual).reversed_axes();
    Ok(Part {
        coefficients,
        solver: Solver::Dual,
        rank: Some(p),
        condition_number,
        degrees_of_freedom: Some(kept(ridge, &scale, || factor.inverse_diagonal())),
        termination: Termination::ClosedForm,
        decomposition: None,
    })
}

/// `(Xᵀa)ᵀ`, a row for each column of `a`: the inner loops run along the rows of X.
fn combination(x: &Array2<f64>, a: &Array2<f64>) -> Array2<f64> {
    let parts = bands(x, a).map_bands(|_, band| {
        let mut sums = Array2::<f64>::zeros((a.ncols(), x.ncols()));
        for (x, a) in band.x().rows().into_iter().zip(band.y().rows()) {
            for (mut sum, a) in sums.rows_mut().into_iter().zip(a) {
                sum.scaled_add(*a, &x);
            }
        }
        sums
    });
    let mut total = Array2::zeros((a.ncols(), x.ncols()));
    parts.iter().for_each(|part| total += part);
    total
}

/// `y − X w`, of a row `w` for each target.
fn residual(x: &Array2<f64>, y: &Array2<f64>, w: &Array2<f64>) -> Array2<f64> {
    let parts = bands(x, y).map_bands(|_, band| {
        let (x, y) = (band.x(), band.y());
        let rows = x.rows().into_iter().zip(y.rows());
        let of_row = |(x, y): (ArrayView1<'_, f64>, ArrayView1<'_, f64>)| {
            let targets = y.iter().zip(w.rows());
            targets.map(|(y, w)| y - x.dot(&w)).collect::<Vec<_>>()
        };
        rows.flat_map(of_row).collect::<Vec<_>>()
    });
    let values: Vec<f64> = parts.into_iter().flatten().collect();
    Array2::from_shape_vec(y.dim(), values).unwrap_or_default()
}

/// The rows of both, to be shared among threads.
fn bands<'a>(x: &'a Array2<f64>, y: &'a Array2<f64>) -> Samples<'a, f64, Ix2> {
    Samples::trusted(x.view(), y.view(), None)
}
