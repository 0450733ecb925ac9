//! Choice of the solver that the data can bear, with the reasons for those passed over.

use super::unit_design::UnitDesign;
use super::{Attempt, Gram, Part, Problem, dual, failure, lsqr, spectrum};
use crate::error::Result;
use crate::moments::Location;
use crate::scalar::Scalar;
use crate::solver::{Fallback, FallbackReason, Solver};

/// A square matrix of more rows would take over two gigabytes.
const LARGEST_SQUARE: usize = 16_384;

/// True where [`Solver::Auto`] leaves matrices alone, those of the samples and those of the features.
pub(super) fn too_large(n: usize, p: usize) -> bool {
    n.min(p) > LARGEST_SQUARE
}

/// State that the attempts share.
pub(super) struct Context<'a, 'd, F: Scalar> {
    pub(super) problem: &'a Problem<'d, F>,
    pub(super) location: &'a Location,
    /// The point the data are centred by, features then targets; zero without an intercept.
    pub(super) centre: Location,
    pub(super) gram: Option<Gram>,
    /// Built when first needed.
    pub(super) design: Option<UnitDesign>,
}

impl<F: Scalar> Context<'_, '_, F> {
    pub(super) fn solve(
        &mut self,
        ridge: f64,
        targets: &[usize],
        fallbacks: &mut Vec<Fallback>,
    ) -> Result<Part> {
        let (n, p) = self.problem.samples.x().dim();
        let mut pass_over = |solver, reason| fallbacks.push(Fallback { solver, reason });
        match self.problem.solver {
            Solver::Auto if too_large(n, p) => {
                let (dual, normal) = (Solver::Dual, Solver::Cholesky);
                pass_over(if n < p { dual } else { normal }, FallbackReason::TooLarge);
                self.lsqr(ridge, targets)
            }
            Solver::Auto if n >= p => match self.normal_equations(Solver::Auto, ridge, targets) {
                Ok(part) => {
                    if part.solver == Solver::RefinedCholesky {
                        let condition_number = part.condition_number;
                        let reason = FallbackReason::IllConditioned { condition_number };
                        pass_over(Solver::Cholesky, reason);
                    }
                    Ok(part)
                }
                Err(reason) => {
                    pass_over(Solver::Cholesky, reason);
                    self.direct(Solver::Qr, ridge, targets)
                }
            },
            Solver::Auto => match self.dual(ridge, targets) {
                Ok(part) => Ok(part),
                Err(reason) => {
                    pass_over(Solver::Dual, reason);
                    self.direct(Solver::Qr, ridge, targets)
                }
            },
            solver @ (Solver::Cholesky | Solver::RefinedCholesky) => self
                .normal_equations(solver, ridge, targets)
                .map_err(|reason| failure(solver, reason)),
            Solver::Eigen => match &self.gram {
                Some(gram) => {
                    let fit_intercept = self.problem.fit_intercept;
                    spectrum::eigen(gram, self.location, fit_intercept, ridge, targets)
                }
                None => Err(failure(Solver::Eigen, FallbackReason::OutOfRange)),
            },
            Solver::Dual => self
                .dual(ridge, targets)
                .map_err(|reason| failure(Solver::Dual, reason)),
            solver @ (Solver::Qr | Solver::Svd) => self.direct(solver, ridge, targets),
            Solver::Lsqr => self.lsqr(ridge, targets),
        }
    }

    fn normal_equations(&self, solver: Solver, ridge: f64, targets: &[usize]) -> Attempt {
        match &self.gram {
            Some(gram) if gram.in_range() => {
                gram.solve(self.problem, &self.centre, solver, ridge, targets)
            }
            _ => Err(FallbackReason::OutOfRange),
        }
    }

    fn dual(&self, ridge: f64, targets: &[usize]) -> Attempt {
        dual::solve(self.problem, self.location, &self.centre, ridge, targets)
    }

    fn lsqr(&self, ridge: f64, targets: &[usize]) -> Result<Part> {
        lsqr::solve(self.problem, &self.centre, ridge, targets)
    }

    fn direct(&mut self, solver: Solver, ridge: f64, targets: &[usize]) -> Result<Part> {
        let design = match self.design.take() {
            Some(design) => design,
            None => UnitDesign::new(self.problem, self.location, &self.centre)?,
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
