//! The closed form of ridge regression, `(XᵀSX + WλI) w = XᵀSy`, and which way of computing it the data can bear.
//!
//! The order of preference is the order of cost: Cholesky of the Gram matrix, the same refined on the data's residuals, QR of
//! the design. The condition number that decides is measured on the factor at hand. With fewer samples than features the
//! dual system takes the place of the first two.

mod design;
mod dual;
mod extended;
mod factor;
mod folds;
mod from_moments;
mod gram;
mod leave_one_out;
mod spectrum;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::{Fallback, FallbackReason, Solver};
use crate::error::{Error, Result};
use crate::linalg::accurate_dot;
use crate::moments::{Centre, Location, Moments, for_each_block};
use crate::scalar::Scalar;

pub(crate) use extended::{ExtendedProblem, ExtendedSolution, solve as solve_extended};
pub(crate) use factor::{Care, Factor};
pub(crate) use folds::fold_errors;
pub(crate) use from_moments::solve_moments;
pub(crate) use leave_one_out::LeaveOneOut;
pub(crate) use spectrum::Spectrum;

use design::{NO_CONVERGENCE, RANK_ROUNDINGS, ratio};
use gram::Gram;

/// Up to here Cholesky loses about a digit to QR and no more.
const CHOLESKY_CONDITION: f64 = 10.0;
/// Up to here a step of refinement gains six digits.
const REFINED_CONDITION: f64 = 1e5;
/// Beyond it the factor of the squared system holds no digit, and a solver asked for by name says so.
const HOPELESS_CONDITION: f64 = 3e7;
/// Steps of refinement; two reach the limit, the third sees that they did.
const REFINEMENT_STEPS: usize = 3;
/// A centred column is constant when its root mean square is below this many roundings of its mean.
const CONSTANT_ROUNDINGS: f64 = 8.0;

/// A checked least-squares problem; targets as columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Problem<'a, F> {
    pub(crate) x: ArrayView2<'a, F>,
    pub(crate) y: ArrayView2<'a, F>,
    pub(crate) weights: Option<ArrayView1<'a, F>>,
    /// One for each target.
    pub(crate) lambda: &'a [f64],
    pub(crate) fit_intercept: bool,
    pub(crate) solver: Solver,
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
    pub(crate) rank: usize,
    pub(crate) condition_number: f64,
    /// `Σ s r²` of each target from the moments, where that keeps its digits.
    pub(crate) residual_sums: Option<Array1<f64>>,
    pub(crate) n_samples: usize,
    pub(crate) weight_sum: f64,
}

/// The coefficients of the targets that share a penalty.
struct Part {
    /// `(p, targets)`
    coefficients: Array2<f64>,
    solver: Solver,
    rank: usize,
    condition_number: f64,
}

/// What a solver says that cannot go on.
type Attempt = std::result::Result<Part, FallbackReason>;

/// Minimises the objective.
pub(crate) fn solve<F: Scalar>(problem: &Problem<'_, F>) -> Result<Solution> {
    let (n, p) = problem.x.dim();
    let wide = n < p;
    let wants_gram = match problem.solver {
        Solver::Cholesky | Solver::RefinedCholesky | Solver::Eigen => true,
        Solver::Auto => !wide,
        _ => false,
    };
    let moments = if wants_gram {
        Some(gram_moments(problem)?)
    } else {
        None
    };
    let location = match &moments {
        Some(moments) => moments.location().clone(),
        None => locate(problem),
    };
    if !location.weight_sum.is_finite() || !location.mean.iter().all(|m| m.is_finite()) {
        return Err(Error::Overflow {
            what: "a mean of the data, or the sum of the weights,",
        });
    }
    let gram = moments
        .as_ref()
        .map(|moments| Gram::new(moments, problem.fit_intercept));
    let mut context = Context {
        problem,
        centre: centre(problem, &location),
        location: &location,
        gram,
        design: None,
    };

    let mut coefficients = Array2::zeros((p, problem.y.ncols()));
    let (mut solver, mut fallbacks, mut rank, mut condition_number) =
        (Solver::Auto, Vec::new(), p, 1.0_f64);
    for (lambda, targets) in group_by_penalty(problem.lambda) {
        let ridge = lambda * location.weight_sum;
        if !ridge.is_finite() {
            return Err(Error::Overflow {
                what: "lambda times the sum of the weights",
            });
        }
        let part = context.solve(ridge, &targets, &mut fallbacks)?;
        for (column, &target) in targets.iter().enumerate() {
            coefficients
                .column_mut(target)
                .assign(&part.coefficients.column(column));
        }
        solver = solver.max(part.solver);
        rank = rank.min(part.rank);
        condition_number = condition_number.max(part.condition_number);
    }
    fallbacks.dedup();
    let residual_sums = match (&context.gram, solver) {
        (Some(gram), Solver::Cholesky) => gram.residual_sums(coefficients.view()),
        _ => None,
    };
    let intercepts = intercepts(problem.fit_intercept, &location, coefficients.view());
    if !coefficients
        .iter()
        .chain(&intercepts)
        .all(|v| v.is_finite())
    {
        return Err(Error::Overflow {
            what: "a coefficient",
        });
    }
    Ok(Solution {
        coefficients,
        intercepts,
        solver,
        fallbacks,
        rank,
        condition_number,
        residual_sums,
        n_samples: location.n_samples,
        weight_sum: location.weight_sum,
    })
}

/// What the attempts share.
struct Context<'a, 'd, F> {
    problem: &'a Problem<'d, F>,
    location: &'a Location,
    /// The point the data are centred by, features then targets; zero without an intercept.
    centre: Array1<f64>,
    gram: Option<Gram>,
    /// Built when first needed.
    design: Option<design::Design>,
}

impl<F: Scalar> Context<'_, '_, F> {
    fn solve(
        &mut self,
        ridge: f64,
        targets: &[usize],
        fallbacks: &mut Vec<Fallback>,
    ) -> Result<Part> {
        let (n, p) = self.problem.x.dim();
        let mut pass_over = |solver, reason| fallbacks.push(Fallback { solver, reason });
        match self.problem.solver {
            Solver::Auto if n >= p => match self.normal_equations(Solver::Auto, ridge, targets) {
                Ok(part) => {
                    if part.solver == Solver::RefinedCholesky {
                        let condition_number = part.condition_number;
                        pass_over(
                            Solver::Cholesky,
                            FallbackReason::IllConditioned { condition_number },
                        );
                    }
                    Ok(part)
                }
                Err(reason) => {
                    pass_over(Solver::Cholesky, reason);
                    self.direct(Solver::Qr, ridge, targets)
                }
            },
            Solver::Auto if ridge > 0.0 => match self.dual(ridge, targets) {
                Ok(part) => Ok(part),
                Err(reason) => {
                    pass_over(Solver::Dual, reason);
                    self.direct(Solver::Qr, ridge, targets)
                }
            },
            Solver::Auto => {
                pass_over(Solver::Dual, FallbackReason::Underdetermined);
                self.direct(Solver::Qr, ridge, targets)
            }
            solver @ (Solver::Cholesky | Solver::RefinedCholesky) => self
                .normal_equations(solver, ridge, targets)
                .map_err(|reason| failure(solver, reason)),
            Solver::Eigen => match &self.gram {
                Some(gram) => spectrum::eigen(
                    gram,
                    self.location,
                    self.problem.fit_intercept,
                    ridge,
                    targets,
                ),
                None => Err(failure(Solver::Eigen, FallbackReason::OutOfRange)),
            },
            Solver::Dual => self
                .dual(ridge, targets)
                .map_err(|reason| failure(Solver::Dual, reason)),
            solver @ (Solver::Qr | Solver::Svd) => self.direct(solver, ridge, targets),
        }
    }

    fn normal_equations(&self, solver: Solver, ridge: f64, targets: &[usize]) -> Attempt {
        match &self.gram {
            Some(gram) if gram.in_range() => {
                gram.solve(self.problem, self.centre.view(), solver, ridge, targets)
            }
            _ => Err(FallbackReason::OutOfRange),
        }
    }

    fn dual(&self, ridge: f64, targets: &[usize]) -> Attempt {
        dual::solve(self.problem, self.centre.view(), ridge, targets)
    }

    fn direct(&mut self, solver: Solver, ridge: f64, targets: &[usize]) -> Result<Part> {
        let design = match self.design.take() {
            Some(design) => design,
            None => design::Design::new(self.problem, self.location, self.centre.view())?,
        };
        let part = if solver == Solver::Svd {
            design.svd(ridge, targets)
        } else {
            design.qr(ridge, targets)
        };
        self.design = Some(design);
        part
    }
}

/// Refuses a condition number that this solver cannot bear.
fn check_condition(
    solver: Solver,
    condition_number: f64,
) -> std::result::Result<(), FallbackReason> {
    let limit = if solver == Solver::Auto {
        REFINED_CONDITION
    } else {
        HOPELESS_CONDITION
    };
    if condition_number <= limit {
        Ok(())
    } else {
        Err(FallbackReason::IllConditioned { condition_number })
    }
}

/// The error of a solver asked for by name.
fn failure(solver: Solver, reason: FallbackReason) -> Error {
    let reason = match reason {
        FallbackReason::IllConditioned { .. } => "the system is too ill-conditioned for it",
        FallbackReason::NotPositiveDefinite => "the matrix is not positive definite",
        FallbackReason::OutOfRange => "squares of the data leave the floating-point range",
        FallbackReason::Underdetermined => "it needs lambda > 0",
    };
    Error::SolverFailed {
        solver: solver.name(),
        reason,
    }
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

fn gram_moments<F: Scalar>(problem: &Problem<'_, F>) -> Result<Moments> {
    let mut moments = Moments::new(problem.x.ncols(), problem.y.ncols())?;
    moments.accumulate(problem.x, problem.y, problem.weights);
    Ok(moments)
}

/// Means without cross-products.
fn locate<F: Scalar>(problem: &Problem<'_, F>) -> Location {
    let mut location = Location::new(problem.x.ncols() + problem.y.ncols());
    for_each_block(
        problem.x,
        problem.y,
        problem.weights,
        Centre::Block,
        |block| {
            if block.weight_sum > 0.0 {
                location.absorb(
                    (block.n_positive, block.weight_sum),
                    (block.mean, block.mean_rest),
                    |_, _| (),
                );
            }
        },
    );
    location
}

fn centre<F>(problem: &Problem<'_, F>, location: &Location) -> Array1<f64> {
    if problem.fit_intercept {
        location.mean.clone()
    } else {
        Array1::zeros(location.mean.len())
    }
}

/// `b = ȳ − x̄·w`, with products and sums in twice the precision: `x̄` may be far from zero.
fn intercepts(
    fit_intercept: bool,
    location: &Location,
    coefficients: ArrayView2<'_, f64>,
) -> Array1<f64> {
    let (p, k) = coefficients.dim();
    if !fit_intercept {
        return Array1::zeros(k);
    }
    let (x_mean, y_mean) = location.mean.view().split_at(Axis(0), p);
    let (x_rest, y_rest) = location.rest.view().split_at(Axis(0), p);
    Array1::from_shape_fn(k, |target| {
        let w = coefficients.column(target);
        let means = x_mean
            .iter()
            .zip(w)
            .chain(x_rest.iter().zip(w))
            .map(|(m, w)| (-m, *w));
        accurate_dot(
            y_mean[target],
            std::iter::once((1.0, y_rest[target])).chain(means),
        )
    })
}

/// Whether a centred column of this norm is constant but for rounding.
fn is_constant(norm: f64, mean: f64, weight_sum: f64) -> bool {
    norm <= CONSTANT_ROUNDINGS * f64::EPSILON * mean.abs() * weight_sum.sqrt()
}
