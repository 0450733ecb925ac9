//! The closed form from moments alone: there are no rows to refine on.

use ndarray::Array2;

use super::{Gram, Problem, Solution, check_condition, failure, intercepts, ridges_of, spectrum};
use crate::error::{Error, Result};
use crate::moments::Moments;
use crate::samples::Samples;
use crate::solver::{Backend, Fallback, FallbackReason, Solver};

/// Minimises the objective of the rows the moments have seen: Cholesky, or, where the Gram matrix is singular or near
/// it, its eigenvalues.
pub(crate) fn solve_moments(
    moments: &Moments,
    lambda: &[f64],
    fit_intercept: bool,
    wanted: Solver,
    backend: Backend,
) -> Result<Solution> {
    if !matches!(wanted, Solver::Auto | Solver::Cholesky | Solver::Eigen) {
        return Err(Error::SolverFailed {
            solver: wanted.name(),
            reason: "it needs the data, and there are only moments",
        });
    }
    let (p, k) = (moments.n_features(), moments.n_targets());
    let location = moments.location();
    if location.weight_sum <= 0.0 {
        return Err(Error::empty("moments"));
    }
    let gram = Gram::new(moments, fit_intercept).by(backend);
    let (x, y) = (Array2::<f64>::zeros((0, p)), Array2::zeros((0, k)));
    let problem = Problem {
        samples: Samples::trusted(x.view(), y.view(), None),
        lambda,
        fit_intercept,
        solver: wanted,
        backend,
    };
    let mut solution = Solution::new(p, k, location.n_samples, location.weight_sum);
    let mut ridges = vec![0.0; k];
    for (ridge, targets) in ridges_of(lambda, location.weight_sum)? {
        let solver = Solver::Cholesky;
        let attempt = (wanted != Solver::Eigen).then(|| {
            if !gram.in_range() {
                return Err(FallbackReason::OutOfRange);
            }
            let part = gram.solve(&problem, location, solver, ridge, &targets)?;
            check_condition(wanted, part.condition_number).map(|()| part)
        });
        let part = match attempt {
            Some(Ok(part)) => part,
            Some(Err(reason)) if wanted == solver => return Err(failure(solver, reason)),
            attempt => {
                let passed_over = attempt.and_then(std::result::Result::err);
                (solution.fallbacks).extend(passed_over.map(|reason| Fallback { solver, reason }));
                spectrum::eigen(&gram, location, fit_intercept, ridge, &targets)?
            }
        };
        solution.absorb(part, &targets, fit_intercept);
        targets.iter().for_each(|&target| ridges[target] = ridge);
    }
    solution.fallbacks.dedup();
    solution.intercepts = intercepts(fit_intercept, location, solution.coefficients.view());
    let sums = moments.residual_sums(solution.coefficients.view(), solution.intercepts.view())?;
    solution.residual_sums = Some(sums);
    solution.check(&gram.gradient(&ridges, solution.coefficients.view()));
    Ok(solution)
}
