//! LSQR on the design as it lies in memory: neither a Gram matrix nor a copy, for `n` and `p` both large.

use ndarray::{Array1, Array2};

use super::gram::RANGE;
use super::project::{Projection, project};
use super::{Part, Problem, failure, unit_design::norm};
use crate::error::Result;
use crate::linalg::max_abs;
use crate::loss;
use crate::moments::{Centre, Location, for_each_block};
use crate::scalar::Scalar;
use crate::solver::{FallbackReason, Solver, Termination};

/// Size of the gradient `‖Aᵀr‖`, or of the residual `‖r‖`, relative to that at zero, at which a target is solved.
const TOLERANCE: f64 = 1e-15;
/// Solves of what the first one left: rounding in the recurrences costs digits that the residual itself still has.
const RESTARTS: usize = 2;

/// The operator `A = [√S (X − x̄); √(Wλ) I] D` with columns of norm 1.
struct Operator<'a, 'd, F: Scalar> {
    problem: &'a Problem<'d, F>,
    centre: &'a Location,
    targets: &'a [usize],
    root: f64,
    /// The diagonal of `D`; 0 for columns that do not vary.
    unit: Array1<f64>,
}

impl<F: Scalar> Operator<'_, '_, F> {
    /// `Σ s (x − x̄)²` of each column.
    fn squares(&self) -> Array1<f64> {
        let p = self.problem.samples.x().ncols();
        let bands = self.problem.samples.map_bands(|_, band| {
            let mut squares = Array1::<f64>::zeros(p);
            for_each_block(band, Centre::Given(self.centre), |block| {
                let (rows, width) = block.rows();
                for row in rows.chunks_exact(width) {
                    squares.iter_mut().zip(row).for_each(|(to, x)| *to += x * x);
                }
            });
            squares
        });
        bands.iter().fold(Array1::zeros(p), |sum, band| sum + band)
    }

    /// `u ← A v − α u` and `Aᵀu` for each target, in one pass.
    fn advance(
        &self,
        v: &Array2<f64>,
        alpha: &[f64],
        u: &mut Array2<f64>,
        u_penalty: &mut Array2<f64>,
    ) -> Array2<f64> {
        let direction = v * &self.unit;
        let next = |i, target: usize, _: &[f64], image| image - alpha[target] * u[[target, i]];
        let projection = project(self.problem, self.centre, &direction, next);
        let mut product = projection.sums;
        *u = projection.values;
        for t in 0..v.nrows() {
            for j in 0..v.ncols() {
                u_penalty[[t, j]] = self.root * direction[[t, j]] - alpha[t] * u_penalty[[t, j]];
                product[[t, j]] += self.root * u_penalty[[t, j]];
            }
        }
        product * &self.unit
    }

    /// `b − A w` of the data's rows and of the penalty's, and its image under `Aᵀ`, for coefficients `(targets, p)` in
    /// units of the data.
    fn residual(&self, w: &Array2<f64>) -> (Array2<f64>, Array2<f64>, Array2<f64>) {
        let residual =
            |_, target: usize, y: &[f64], fitted| loss::residual(y[self.targets[target]], fitted);
        let Projection { values, mut sums } = project(self.problem, self.centre, w, residual);
        let penalty = w * -self.root;
        sums.scaled_add(self.root, &penalty);
        (values, penalty, sums * &self.unit)
    }
}

/// The coefficients of these targets, for `ridge = Wλ`, by LSQR (Paige & Saunders, *LSQR: an algorithm for sparse
/// linear equations and sparse least squares*, 1982).
pub(super) fn solve<F: Scalar>(
    problem: &Problem<'_, F>,
    centre: &Location,
    ridge: f64,
    targets: &[usize],
) -> Result<Part> {
    let (n, p) = problem.samples.x().dim();
    let mut operator = Operator {
        problem,
        centre,
        targets,
        root: ridge.sqrt(),
        unit: Array1::zeros(p),
    };
    let squares = operator.squares();
    let active: Vec<usize> = (0..p).filter(|&j| squares[j] > 0.0).collect();
    if !active.iter().all(|&j| RANGE.contains(&squares[j])) {
        return Err(failure(Solver::Lsqr, FallbackReason::OutOfRange));
    }
    // The shortest solution is that of columns in their own units: only a penalty lets each have its own.
    let largest = max_abs(&squares);
    for j in active {
        let square = if ridge > 0.0 {
            squares[j] + ridge
        } else {
            largest
        };
        operator.unit[j] = 1.0 / square.sqrt();
    }
    let mut coefficients = Array2::zeros((targets.len(), p));
    let limit = 4 * n.min(p) + 100;
    let (mut iterations, mut converged, mut condition_number) = (0, false, 1.0_f64);
    let mut gradients = None;
    for _ in 0..=RESTARTS {
        let run = run(&operator, &coefficients, &mut gradients, limit);
        coefficients += &run.step;
        iterations += run.iterations;
        converged = run.converged;
        condition_number = condition_number.max(run.condition_number);
    }
    let termination = if converged {
        Termination::Converged { iterations }
    } else {
        Termination::MaxIterations { iterations }
    };
    Ok(Part {
        coefficients: coefficients.reversed_axes(),
        solver: Solver::Lsqr,
        rank: None,
        condition_number,
        degrees_of_freedom: None,
        termination,
        decomposition: None,
    })
}

/// Result of one run of the recurrences.
struct Run {
    /// The change of the coefficients, `(targets, p)`.
    step: Array2<f64>,
    iterations: usize,
    converged: bool,
    condition_number: f64,
}

/// The scalars of one target's recurrence.
#[derive(Clone, Default)]
struct Recurrence {
    alpha: f64,
    phi_bar: f64,
    rho_bar: f64,
    rhs: f64,
    operator_norm: f64,
    inverse_norm: f64,
    done: bool,
}

/// Runs the recurrences of all targets side by side, from the residual of `start`; `gradients` holds `‖Aᵀr‖` of each
/// target at zero, once it is known.
fn run<F: Scalar>(
    operator: &Operator<'_, '_, F>,
    start: &Array2<f64>,
    gradients: &mut Option<Vec<f64>>,
    limit: usize,
) -> Run {
    let (k, p) = start.dim();
    let (mut u, mut u_penalty, mut v) = operator.residual(start);
    let mut states = vec![Recurrence::default(); k];
    for (t, state) in states.iter_mut().enumerate() {
        let beta = norm(u.row(t)).hypot(norm(u_penalty.row(t)));
        divide(&mut u, t, beta);
        divide(&mut u_penalty, t, beta);
        divide(&mut v, t, beta);
        state.alpha = norm(v.row(t));
        divide(&mut v, t, state.alpha);
        (state.phi_bar, state.rho_bar, state.rhs) = (beta, state.alpha, beta);
    }
    let gradients =
        gradients.get_or_insert_with(|| states.iter().map(|s| s.alpha * s.phi_bar).collect());
    for (state, gradient) in states.iter_mut().zip(&*gradients) {
        state.done = state.alpha * state.phi_bar <= TOLERANCE * gradient;
    }
    let mut direction = v.clone();
    let mut step = Array2::<f64>::zeros((k, p));
    let mut iterations = 0;
    let cancellation = operator.problem.samples.cancellation();
    while iterations < limit && !cancellation.is_raised() && states.iter().any(|state| !state.done)
    {
        iterations += 1;
        let alpha: Vec<f64> = states.iter().map(|state| state.alpha).collect();
        let product = operator.advance(&v, &alpha, &mut u, &mut u_penalty);
        for (t, state) in states.iter_mut().enumerate() {
            if state.done {
                continue;
            }
            let beta = norm(u.row(t)).hypot(norm(u_penalty.row(t)));
            divide(&mut u, t, beta);
            divide(&mut u_penalty, t, beta);
            for j in 0..p {
                let image = if beta > 0.0 {
                    product[[t, j]] / beta
                } else {
                    0.0
                };
                v[[t, j]] = image - beta * v[[t, j]];
            }
            state.alpha = norm(v.row(t));
            divide(&mut v, t, state.alpha);
            let rho = state.rho_bar.hypot(beta);
            let (cosine, sine) = (state.rho_bar / rho, beta / rho);
            state.rho_bar = -cosine * state.alpha;
            let phi = cosine * state.phi_bar;
            state.phi_bar *= sine;
            state.operator_norm = state.operator_norm.hypot(alpha[t]).hypot(beta);
            let (along, back) = (phi / rho, sine * state.alpha / rho);
            for j in 0..p {
                let d = direction[[t, j]];
                state.inverse_norm += (d / rho) * (d / rho);
                step[[t, j]] += along * d;
                direction[[t, j]] = v[[t, j]] - back * d;
            }
            let gradient = state.alpha * cosine.abs() * state.phi_bar;
            state.done = gradient <= TOLERANCE * gradients[t]
                || state.phi_bar <= TOLERANCE * state.rhs
                || rho == 0.0;
            if state.done {
                // What it leaves behind stays zero while the others go on.
                state.alpha = 0.0;
                v.row_mut(t).fill(0.0);
            }
        }
    }
    let conditions = states
        .iter()
        .map(|s| s.operator_norm * s.inverse_norm.sqrt());
    step *= &operator.unit;
    Run {
        step,
        iterations,
        converged: states.iter().all(|state| state.done),
        condition_number: conditions.fold(1.0, f64::max),
    }
}

/// Divides a row, unless by zero.
fn divide(matrix: &mut Array2<f64>, row: usize, divisor: f64) {
    if divisor > 0.0 {
        matrix.row_mut(row).mapv_inplace(|v| v / divisor);
    }
}
