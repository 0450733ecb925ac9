//! The closed form from moments alone: there are no rows to refine on.

use ndarray::{Array1, ArrayView2};

use super::{Gram, Problem, REFINED_CONDITION, Solution, failure, intercepts, ridges_of, spectrum};
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
    let nothing = Array1::<f64>::zeros(0);
    let no_rows = |columns| {
        ArrayView2::from_shape((0, columns), nothing.as_slice().unwrap_or(&[]))
            .map_err(|_| Error::empty("x (columns)"))
    };
    let problem = Problem {
        samples: Samples::trusted(no_rows(p)?, no_rows(k)?, None),
        lambda,
        fit_intercept,
        solver: wanted,
        backend,
    };
    let mut solution = Solution::new(p, k, location.n_samples, location.weight_sum);
    let mut ridges = vec![0.0; k];
    for (ridge, targets) in ridges_of(lambda, location.weight_sum)? {
        let attempt = if wanted == Solver::Eigen {
            None
        } else if gram.in_range() {
            let attempt = gram.solve(&problem, location, Solver::Cholesky, ridge, &targets);
            Some(attempt.and_then(|part| {
                let condition_number = part.condition_number;
                if wanted == Solver::Auto && condition_number > REFINED_CONDITION {
                    Err(FallbackReason::IllConditioned { condition_number })
                } else {
                    Ok(part)
                }
            }))
        } else {
            Some(Err(FallbackReason::OutOfRange))
        };
        let part = match attempt {
            Some(Ok(part)) => part,
            Some(Err(reason)) if wanted == Solver::Cholesky => {
                return Err(failure(Solver::Cholesky, reason));
            }
            attempt => {
                let solver = Solver::Cholesky;
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
