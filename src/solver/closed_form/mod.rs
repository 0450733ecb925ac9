//! The closed form of ridge regression, `(XᵀSX + WλI) w = XᵀSy`, and which way of computing it the data can bear.
//!
//! The order of preference is the order of cost: Cholesky of the Gram matrix, the same refined on the data's residuals,
//! QR of the design. The condition number that decides is measured on the factor at hand. With fewer samples than
//! features the dual system takes the place of the first two.

mod centring;
mod choice;
mod condition;
mod dual;
mod extended;
mod factor;
mod folds;
mod gradient;
mod gram;
mod leave_one_out;
mod lsqr;
mod orthogonal;
mod project;
mod refinement;
mod solve_moments;
mod spectrum;
mod unit_design;

use std::sync::atomic::{AtomicU64, Ordering};

use ndarray::{Array1, Array2, Ix2};

use super::{Backend, Fallback, FallbackReason, Solver, Termination};
use crate::check::check_range;
use crate::error::{Error, Result};
use crate::linalg::{Cholesky, PivotedQr, max_abs};
use crate::moments::Moments;
use crate::samples::Samples;
use crate::scalar::Scalar;

pub(crate) use extended::{ExtendedProblem, ExtendedSolution, solve as solve_extended};
pub(crate) use factor::{Care, Factor, Kept, NormalEquations};
pub(crate) use folds::{FoldErrors, fold_errors, fold_errors_of_moments, held_out_sums};
pub(crate) use leave_one_out::LeaveOneOut;
pub(crate) use solve_moments::solve_moments;
pub(crate) use spectrum::Spectrum;

use centring::{centre, centred, check_location, gram_moments, intercepts, locate};
use choice::{Context, too_large};
use condition::{
    CHOLESKY_CONDITION, HOPELESS_CONDITION, REFINED_CONDITION, check_condition, failure,
};
use gradient::gradient;
use gram::Gram;
use refinement::refine;
use unit_design::rounding_share;

static FACTORIZATIONS: AtomicU64 = AtomicU64::new(0);

fn count_factorization() {
    FACTORIZATIONS.fetch_add(1, Ordering::Relaxed);
}

/// Number of times that this process has factored a design or its Gram matrix.
///
/// One fit takes one, and so does everything that is asked of [`analyse`](crate::model::RidgeRegression::analyse) after
/// it where the conditioning allows.
pub fn factorizations() -> u64 {
    FACTORIZATIONS.load(Ordering::Relaxed)
}

/// A least-squares problem.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Problem<'a, F: Scalar> {
    pub(crate) samples: Samples<'a, F, Ix2>,
    /// One for each target.
    pub(crate) lambda: &'a [f64],
    pub(crate) fit_intercept: bool,
    pub(crate) solver: Solver,
    pub(crate) backend: Backend,
}

impl<'a, F: Scalar> Problem<'a, F> {
    /// Least squares without a penalty, by whatever the data can bear.
    pub(crate) fn least_squares(samples: Samples<'a, F, Ix2>, fit_intercept: bool) -> Self {
        Self {
            samples,
            lambda: &[0.0],
            fit_intercept,
            solver: Solver::Auto,
            backend: Backend::default(),
        }
    }
}

/// Its solution.
#[derive(Debug)]
pub(crate) struct Solution {
    /// `(p, k)`
    pub(crate) coefficients: Array2<f64>,
    /// `(k,)`
    pub(crate) intercepts: Array1<f64>,
    pub(crate) solver: Solver,
    pub(crate) fallbacks: Vec<Fallback>,
    /// `None` if the solver cannot tell.
    pub(crate) rank: Option<usize>,
    pub(crate) condition_number: f64,
    /// The trace of the hat matrix of each target, the intercept included.
    pub(crate) degrees_of_freedom: Option<Vec<f64>>,
    /// `Σ s r²` of each target from the moments, where that keeps its digits.
    pub(crate) residual_sums: Option<Array1<f64>>,
    /// `‖XᵀSr/W − λw‖∞` of each target.
    pub(crate) kkt_residual: Vec<f64>,
    pub(crate) termination: Termination,
    pub(crate) n_samples: usize,
    pub(crate) weight_sum: f64,
    /// Decomposition of the system, where all targets share one.
    decomposition: Option<Decomposition>,
}

impl Solution {
    /// Nothing solved yet.
    fn new(p: usize, k: usize, n_samples: usize, weight_sum: f64) -> Self {
        Self {
            coefficients: Array2::zeros((p, k)),
            intercepts: Array1::zeros(k),
            solver: Solver::Auto,
            fallbacks: Vec::new(),
            rank: Some(p),
            condition_number: 1.0,
            degrees_of_freedom: Some(vec![0.0; k]),
            residual_sums: None,
            kkt_residual: Vec::new(),
            termination: Termination::ClosedForm,
            n_samples,
            weight_sum,
            decomposition: None,
        }
    }

    /// Takes up what was found for some of the targets.
    fn absorb(&mut self, part: Part, targets: &[usize], fit_intercept: bool) {
        let intercept = f64::from(u8::from(fit_intercept));
        for (column, &target) in part.coefficients.columns().into_iter().zip(targets) {
            self.coefficients.column_mut(target).assign(&column);
        }
        self.degrees_of_freedom = match (self.degrees_of_freedom.take(), part.degrees_of_freedom) {
            (Some(mut all), Some(df)) => {
                targets.iter().for_each(|&t| all[t] = intercept + df);
                Some(all)
            }
            _ => None,
        };
        self.solver = self.solver.max(part.solver);
        self.rank = self.rank.zip(part.rank).map(|(a, b)| a.min(b));
        self.condition_number = self.condition_number.max(part.condition_number);
        self.termination = later(self.termination, part.termination);
        self.decomposition = part
            .decomposition
            .filter(|_| targets.len() == self.intercepts.len());
    }

    /// The self-check, from what is left of the normal equations, `XᵀSr − Wλw`.
    fn check(&mut self, gradient: &Array2<f64>) {
        let columns = gradient.columns().into_iter();
        self.kkt_residual = columns.map(|g| max_abs(g) / self.weight_sum).collect();
    }
}

/// Termination of two groups of targets: the one that was cut short, or that took longer.
fn later(a: Termination, b: Termination) -> Termination {
    let rank = |t| match t {
        Termination::MaxIterations { iterations } => (2, iterations),
        Termination::Converged { iterations } => (1, iterations),
        _ => (0, 0),
    };
    if rank(a) >= rank(b) { a } else { b }
}

/// The coefficients of the targets that share a penalty.
struct Part {
    /// `(p, targets)`
    coefficients: Array2<f64>,
    solver: Solver,
    /// `None` if the solver cannot tell.
    rank: Option<usize>,
    condition_number: f64,
    /// The trace of the hat matrix, but for the intercept.
    degrees_of_freedom: Option<f64>,
    termination: Termination,
    /// `None` from methods whose factors answer nothing else.
    decomposition: Option<Decomposition>,
}

/// Decomposition of the λ-augmented system with columns of unit norm, with the norms they had.
#[derive(Debug)]
enum Decomposition {
    /// Cholesky factor of the Gram matrix.
    Cholesky(Cholesky, Vec<f64>),
    /// QR factor of the design.
    Qr(Box<PivotedQr>, Vec<f64>),
}

impl Part {
    /// No column varies: the intercept is the model, and the coefficients are zero.
    fn without_features(solver: Solver, shape: (usize, usize)) -> Self {
        Self {
            coefficients: Array2::zeros(shape),
            solver,
            rank: Some(0),
            condition_number: 1.0,
            degrees_of_freedom: Some(0.0),
            termination: Termination::ClosedForm,
            decomposition: None,
        }
    }
}

/// `q − ridge · tr (A + ridge I)⁻¹`, the trace of `A (A + ridge I)⁻¹`, from the diagonal of the inverse in units in
/// which the matrix has a diagonal of 1; `scale` holds the roots of the diagonal it had.
fn kept(ridge: f64, scale: &[f64], inverse_diagonal: impl FnOnce() -> Array1<f64>) -> f64 {
    if ridge == 0.0 {
        return scale.len() as f64;
    }
    let root = ridge.sqrt();
    let lost = |(d, s): (&f64, &f64)| 1.0 - d * (root / s).powi(2);
    inverse_diagonal().iter().zip(scale).map(lost).sum()
}

/// Coefficients, or the reason why a solver gave up.
type Attempt = std::result::Result<Part, FallbackReason>;

/// Minimises the objective; moments of the data, if they are known, are not computed again. Data without weights need
/// not have been checked for values that are not finite: the means show them, and X is read once less.
pub(crate) fn solve<F: Scalar>(
    problem: &Problem<'_, F>,
    moments: Option<Moments>,
) -> Result<Solution> {
    Ok(solve_and_keep(problem, moments, |_, _, _| ())?.0)
}

/// Minimises the objective, and keeps what its factor tells of the one penalty.
pub(crate) fn solve_and_factor<F: Scalar>(
    problem: &Problem<'_, F>,
) -> Result<(Solution, Option<Kept>)> {
    solve_and_keep(problem, None, Kept::of)
}

fn solve_and_keep<F: Scalar, T>(
    problem: &Problem<'_, F>,
    moments: Option<Moments>,
    keep: impl FnOnce(Context<'_, '_, F>, Option<Decomposition>, f64) -> T,
) -> Result<(Solution, T)> {
    let (n, p) = problem.samples.x().dim();
    let wants_gram = match problem.solver {
        Solver::Cholesky | Solver::RefinedCholesky | Solver::Eigen => true,
        Solver::Auto => n >= p && !too_large(n, p),
        _ => false,
    };
    let moments = match moments {
        _ if !wants_gram => None,
        Some(moments) => Some(moments),
        None => Some(gram_moments(problem)),
    };
    problem.samples.cancellation().check()?;
    let location = match &moments {
        Some(moments) => moments.location().clone(),
        None => locate(problem),
    };
    problem.samples.cancellation().check()?;
    if let Err(overflow) = check_location(&location) {
        // A value that is not finite, or sums that left the range.
        problem.samples.check_values()?;
        return Err(overflow);
    }
    let gram = |moments| Gram::new(moments, problem.fit_intercept).by(problem.backend);
    let gram = moments.as_ref().map(gram);
    let mut context = Context {
        problem,
        centre: centre(problem.samples, problem.fit_intercept, &location),
        location: &location,
        gram,
        design: None,
    };

    let k = problem.samples.y().ncols();
    let mut solution = Solution::new(p, k, location.n_samples, location.weight_sum);
    let mut ridges = vec![0.0; k];
    for (ridge, targets) in ridges_of(problem.lambda, location.weight_sum)? {
        let part = context.solve(ridge, &targets, &mut solution.fallbacks);
        // A part of samples that were cancelled, or the reason it gave for failing, means nothing.
        problem.samples.cancellation().check()?;
        let part = part?;
        solution.absorb(part, &targets, problem.fit_intercept);
        targets.iter().for_each(|&target| ridges[target] = ridge);
    }
    solution.fallbacks.dedup();
    let coefficients = solution.coefficients.view();
    solution.intercepts = intercepts(problem.fit_intercept, &location, coefficients);
    let values = coefficients.iter().chain(&solution.intercepts);
    check_range("a coefficient", values)?;
    let left = if let (Some(gram), Solver::Cholesky) = (&context.gram, solution.solver) {
        // Of f32 the rounded coefficients and predictions count, and only the rows tell.
        solution.residual_sums = gram.residual_sums(coefficients).filter(|_| F::IS_DOUBLE);
        gram.gradient(&ridges, coefficients)
    } else {
        let (centre, targets) = (&context.centre, (0..k).collect::<Vec<_>>());
        gradient(problem, centre, &ridges, &targets, coefficients)
    };
    problem.samples.cancellation().check()?;
    solution.check(&left);
    let decomposition = solution.decomposition.take();
    let kept = keep(context, decomposition, ridges[0]);
    Ok((solution, kept))
}

/// `Wλ` of each distinct penalty, with its targets in the order of their first appearance.
fn ridges_of(lambda: &[f64], weight_sum: f64) -> Result<Vec<(f64, Vec<usize>)>> {
    let mut groups = group_by_penalty(lambda);
    for (value, _) in &mut groups {
        *value *= weight_sum;
        if !value.is_finite() {
            return Err(Error::overflow("lambda times the sum of the weights"));
        }
    }
    Ok(groups)
}

/// The targets of each distinct penalty, in the order of their first appearance.
fn group_by_penalty(lambda: &[f64]) -> Vec<(f64, Vec<usize>)> {
    let mut groups: Vec<(f64, Vec<usize>)> = Vec::new();
    for (target, &value) in lambda.iter().enumerate() {
        match groups.iter_mut().find(|(l, _)| *l == value) {
            Some((_, targets)) => targets.push(target),
            None => groups.push((value, vec![target])),
        }
    }
    groups
}
