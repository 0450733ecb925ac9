//! The dual system `(XSXᵀ + WλI) a = √S y`, `w = XᵀS^{1/2} a`: `n` equations instead of `p`.
//!
//! Without a penalty `w` is the shortest of the coefficients that fit the data. The rows of centred data add up to
//! zero, so that their products are singular in the direction `u` of the roots of the weights. Neither `y` nor `w` has
//! a part there: `XSXᵀ + τuuᵀ` is regular, and gives the same `w` for every `τ > 0`.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, Ix2};

use super::{
    Attempt, CHOLESKY_CONDITION, Part, Problem, centred, check_condition, count_factorization,
    kept, refine, rounding_share,
};
use crate::linalg::{Cholesky, divide_rows, max_abs};
use crate::loss;
use crate::moments::Location;
use crate::samples::Samples;
use crate::scalar::Scalar;
use crate::solver::{FallbackReason, Solver, Termination};

/// A condition number times the rounding of the data: beyond it, rows may depend on each other.
const DEPENDENT: f64 = 0.1;

/// The coefficients of these targets, for `ridge = Wλ`; without a penalty, of rows that clearly do not depend on each
/// other.
pub(super) fn solve<F: Scalar>(
    problem: &Problem<'_, F>,
    location: &Location,
    centre: &Location,
    ridge: f64,
    targets: &[usize],
) -> Attempt {
    let p = problem.samples.x().ncols();
    let count = location.n_samples - usize::from(problem.fit_intercept);
    if ridge == 0.0 && (count == 0 || count > p) {
        return Err(FallbackReason::Underdetermined);
    }
    let cancellation = problem.samples.cancellation();
    let (x, y) = centred(problem, centre);
    let y = y.select(Axis(1), targets);
    let mut far = 0.0;
    if ridge == 0.0 && problem.fit_intercept {
        far = distance(&x, location);
    }
    let mut kernel = problem.backend.gram_of_rows(&x, cancellation);
    let (rank, rounding) = if ridge > 0.0 {
        kernel.diag_mut().map_inplace(|v| *v += ridge);
        (p, 0.0)
    } else {
        (count, complete(problem, location, far, &mut kernel))
    };
    let scale: Vec<f64> = kernel.diag().iter().map(|v| v.sqrt()).collect();
    // The largest product is one on the diagonal.
    if !scale.iter().all(|v| v.is_finite()) {
        return Err(FallbackReason::OutOfRange);
    }
    if scale.contains(&0.0) {
        return Err(FallbackReason::NotPositiveDefinite);
    }
    for (i, mut row) in kernel.rows_mut().into_iter().enumerate() {
        let lower = row.iter_mut().zip(&scale).take(i);
        lower.for_each(|(value, s)| *value /= scale[i] * s);
        row[i] = 1.0;
    }
    count_factorization();
    let factor = Cholesky::new(kernel, problem.backend, cancellation)
        .ok_or(FallbackReason::NotPositiveDefinite)?;
    let condition_number = factor.condition_number().sqrt();
    check_condition(problem.solver, condition_number)?;
    if ridge == 0.0 && condition_number * rounding > DEPENDENT {
        return Err(FallbackReason::IllConditioned { condition_number });
    }
    let solve = |rhs: ArrayView2<'_, f64>| {
        let mut rhs = rhs.to_owned();
        divide_rows(rhs.view_mut(), &scale);
        let mut solution = factor.solve(rhs.view());
        divide_rows(solution.view_mut(), &scale);
        solution
    };
    let mut dual = solve(y.view());
    if condition_number > CHOLESKY_CONDITION {
        let correction = |dual: &Array2<f64>| {
            let residual = residual(&x, &y, &combination(&x, dual)) - &(dual * ridge);
            let step = solve(residual.view());
            let size = max_abs(&step) / max_abs(dual);
            (step, size)
        };
        refine(&mut dual, correction, |dual, step| *dual += &step);
    }
    let coefficients = combination(&x, &dual).reversed_axes();
    Ok(Part {
        coefficients,
        solver: Solver::Dual,
        rank: Some(rank),
        condition_number,
        degrees_of_freedom: Some(if ridge > 0.0 {
            kept(ridge, &scale, || factor.inverse_diagonal())
        } else {
            rank as f64
        }),
        termination: Termination::ClosedForm,
        decomposition: None,
    })
}

/// Makes the products of rows that do not depend on each other regular, and returns the rounding of the rows, relative
/// to their length; `far` is their distance from zero, as [`distance`] gives it.
fn complete<F: Scalar>(
    problem: &Problem<'_, F>,
    location: &Location,
    far: f64,
    kernel: &mut Array2<f64>,
) -> f64 {
    let (n, p) = problem.samples.x().dim();
    let share = |i| problem.samples.weight(i) / location.weight_sum;
    let roots: Vec<f64> = (0..n).map(|i| share(i).sqrt()).collect();
    let tau = kernel.diag().sum() / location.n_samples as f64;
    let epsilon = F::epsilon().wide();
    let mut rounding = 0.0;
    for (i, &u) in roots.iter().enumerate() {
        if u == 0.0 {
            // A row that does not count is an equation of its own.
            kernel[[i, i]] = tau;
            continue;
        }
        let distance = u * far / kernel[[i, i]].sqrt();
        rounding = f64::max(rounding, rounding_share(epsilon * (1.0 + distance)));
        if problem.fit_intercept {
            let lower = kernel.row_mut(i).into_iter().zip(&roots[..=i]);
            lower.for_each(|(v, root)| *v += tau * u * root);
        }
    }
    rounding + problem.backend.rounding(p, n)
}

/// The distance of the columns that vary from zero before they were centred, in the units of a row that has all the
/// weight.
fn distance(x: &Array2<f64>, location: &Location) -> f64 {
    let columns = x.columns().into_iter().zip(&location.mean);
    let varying = columns.filter(|(column, _)| column.iter().any(|v| *v != 0.0));
    let square: f64 = varying.map(|(_, mean)| mean * mean).sum();
    (square * location.weight_sum).sqrt()
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
            targets
                .map(|(y, w)| loss::residual(*y, x.dot(&w)))
                .collect::<Vec<_>>()
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
