//! The closed form with all the digits the data hold: pivoted QR in `f64` of the λ-augmented design, its solution
//! refined with residuals in twice the precision.
//!
//! Nothing between the data and the coefficients is rounded to `f64`: columns are scaled by powers of two, centred by
//! means in twice the precision, and multiplied by roots of the weights in it; coefficients are rounded once, at the
//! end. The design is held in twice the precision, about six times the memory of the data in all.

mod shortest;
mod system;
mod units;

use ndarray::{Array1, Array2};

use super::{Problem, Solution, group_by_penalty};
use crate::error::{Error, Result};
use crate::linalg::{DoubleDouble, widened};
use crate::samples::Cancellation;
use crate::scalar::Scalar;
use crate::solver::{Solver, Termination};

use system::ExtendedDesign;

/// A least-squares problem in twice the precision; targets as columns.
#[derive(Debug)]
pub(crate) struct ExtendedProblem<'a> {
    /// `(n, p)`
    pub(crate) x: Array2<DoubleDouble>,
    /// `(n, k)`
    pub(crate) y: Array2<DoubleDouble>,
    pub(crate) weights: Option<Array1<f64>>,
    /// One for each target.
    pub(crate) lambda: &'a [f64],
    pub(crate) fit_intercept: bool,
    /// Relative rounding that the columns of `x` came with: it decides the rank.
    pub(crate) rounding: f64,
    pub(crate) cancellation: Cancellation<'a>,
}

impl<'a> ExtendedProblem<'a> {
    /// Problem in twice the precision, exactly.
    pub(crate) fn new<F: Scalar>(problem: &Problem<'a, F>) -> Self {
        Self {
            x: widened(problem.samples.x()),
            y: widened(problem.samples.y()),
            weights: problem.samples.weights().map(|w| w.mapv(F::wide)),
            lambda: problem.lambda,
            fit_intercept: problem.fit_intercept,
            rounding: F::epsilon().wide(),
            cancellation: problem.samples.cancellation(),
        }
    }
}

/// Its solution.
#[derive(Debug)]
pub(crate) struct ExtendedSolution {
    /// `(p, k)`
    pub(crate) coefficients: Array2<DoubleDouble>,
    /// `(k,)`
    pub(crate) intercepts: Array1<DoubleDouble>,
    /// `(1/W) Σ s r²` of each target.
    pub(crate) mse: Array1<f64>,
    /// Facts of the solution, but for its coefficients; KKT residuals are those before coefficients are rounded.
    pub(crate) facts: Solution,
}

/// The coefficients of the targets that share a penalty, in the design's own units.
struct Coefficients {
    /// `(q, targets)`, of the columns that vary.
    scaled: Array2<DoubleDouble>,
    /// Column `j` was divided by `2^exponents[j]`.
    exponents: Vec<i32>,
    /// Residuals of the samples, `(n, targets)`.
    residuals: Array2<DoubleDouble>,
    steps: usize,
    rank: usize,
    condition_number: f64,
    /// The trace of the hat matrix, but for the intercept.
    degrees_of_freedom: f64,
}

/// Minimises the objective.
pub(crate) fn solve(problem: &ExtendedProblem<'_>) -> Result<ExtendedSolution> {
    let (p, k) = (problem.x.ncols(), problem.y.ncols());
    let design = ExtendedDesign::new(problem)?;
    let mut solution = ExtendedSolution {
        coefficients: Array2::from_elem((p, k), DoubleDouble::ZERO),
        intercepts: Array1::from_elem(k, DoubleDouble::ZERO),
        mse: Array1::zeros(k),
        facts: Solution {
            solver: Solver::Qr,
            kkt_residual: vec![0.0; k],
            ..Solution::new(p, k, design.n_samples(), design.weight_sum)
        },
    };
    let (mut steps, mut degrees_of_freedom) = (0, vec![0.0; k]);
    for (lambda, targets) in group_by_penalty(problem.lambda) {
        problem.cancellation.check()?;
        let part = design.solve(lambda, &targets)?;
        for (column, &target) in targets.iter().enumerate() {
            let scaled = part.scaled.column(column);
            let y_exponent = design.y_exponents[target];
            let mut intercept = design.y_means[target];
            for (slot, &w) in scaled.iter().enumerate() {
                let exponent = y_exponent.saturating_sub(part.exponents[slot]);
                solution.coefficients[[design.active[slot], target]] = w.scaled(exponent);
                let shift = design.exponents[slot].saturating_sub(part.exponents[slot]);
                intercept = intercept - (design.means[slot] * w).scaled(shift);
            }
            solution.intercepts[target] = intercept.scaled(y_exponent);
            let residuals = part.residuals.column(column);
            let squares = residuals.fold(DoubleDouble::ZERO, |sum, &v| sum + v * v);
            let mse = squares / design.scaled_weight_sum;
            solution.mse[target] = mse.scaled(y_exponent).scaled(y_exponent).hi();
            let intercept = f64::from(u8::from(problem.fit_intercept));
            degrees_of_freedom[target] = intercept + part.degrees_of_freedom;
            let left = design.kkt_residual(&part, column, target, lambda);
            solution.facts.kkt_residual[target] = left;
        }
        let facts = &mut solution.facts;
        steps = steps.max(part.steps);
        facts.rank = facts.rank.min(Some(part.rank));
        facts.condition_number = facts.condition_number.max(part.condition_number);
    }
    solution.facts.degrees_of_freedom = Some(degrees_of_freedom);
    solution.facts.termination = Termination::Refined { steps };
    if !(solution.coefficients.iter())
        .chain(&solution.intercepts)
        .all(|v| v.is_finite())
    {
        return Err(Error::overflow("a coefficient"));
    }
    Ok(solution)
}
