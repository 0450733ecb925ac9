//! Normal equations: Cholesky of the Gram matrix with unit diagonal, refined on the residuals of the data when need be.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::{
    Attempt, CHOLESKY_CONDITION, Decomposition, Part, Problem, check_condition,
    count_factorization, gradient, kept, refine,
};
use crate::linalg::{Cholesky, PivotedCholesky, by_bands, divide_rows, placed};
use crate::loss::squared_error_of_moments;
use crate::moments::{Location, Moments};
use crate::samples::Cancellation;
use crate::scalar::Scalar;
use crate::solver::{Backend, FallbackReason, Solver, Termination};

/// Sums of squares within these bounds neither overflow nor lose digits to underflow.
pub(super) const RANGE: std::ops::RangeInclusive<f64> = 1e-280..=1e280;
/// A column of the unit-diagonal matrix is dependent when what is left of its square is below this many roundings.
const ROUNDINGS: f64 = 16.0;
/// Below this share of the total, a residual sum of squares from the moments has lost half its digits.
const RESIDUAL_SHARE: f64 = 1e-4;

/// The normal equations, centred or not.
#[derive(Debug)]
pub(crate) struct Gram {
    /// `XᵀSX`, `(p, p)`
    pub(super) scatter: Array2<f64>,
    /// `XᵀSY`, `(p, k)`
    pub(super) cross: Array2<f64>,
    /// `Σ s y²` of each target
    pub(super) target_scatter: Array1<f64>,
    /// Columns that vary; the others have no coefficient.
    pub(super) active: Vec<usize>,
    in_range: bool,
    pub(super) fit_intercept: bool,
    backend: Backend,
}

impl Gram {
    /// Normal equations of moments; without an intercept they are moved back to the origin.
    pub(crate) fn new(moments: &Moments, fit_intercept: bool) -> Self {
        let mut scatter = moments.feature_scatter();
        let mut cross = moments.cross_scatter();
        let mut target_scatter = moments.target_scatter();
        let (x_mean, y_mean) = (moments.feature_means(), moments.target_means());
        let weight = moments.weight_sum();
        let varies = |&j: &usize| !fit_intercept || scatter[[j, j]] != 0.0;
        let active: Vec<usize> = (0..x_mean.len()).filter(varies).collect();
        if !fit_intercept {
            for ((i, j), value) in scatter.indexed_iter_mut() {
                *value += weight * x_mean[i] * x_mean[j];
            }
            for ((i, target), value) in cross.indexed_iter_mut() {
                *value += weight * x_mean[i] * y_mean[target];
            }
            target_scatter.zip_mut_with(&y_mean, |value, mean| *value += weight * mean * mean);
        }
        let mut values = scatter.iter().chain(&cross).chain(&target_scatter);
        let in_range = active.iter().all(|&j| RANGE.contains(&scatter[[j, j]]))
            && values.all(|v| v.is_finite());
        Self {
            scatter,
            cross,
            target_scatter,
            active,
            in_range,
            fit_intercept,
            backend: Backend::default(),
        }
    }

    /// Normal equations factored by another backend.
    pub(super) fn by(self, backend: Backend) -> Self {
        Self { backend, ..self }
    }

    /// True if the sums of squares can be trusted.
    pub(crate) fn in_range(&self) -> bool {
        self.in_range
    }

    /// The coefficients of these targets, for `ridge = Wλ`.
    pub(super) fn solve<F: Scalar>(
        &self,
        problem: &Problem<'_, F>,
        centre: &Location,
        solver: Solver,
        ridge: f64,
        targets: &[usize],
    ) -> Attempt {
        let p = self.scatter.nrows();
        if self.active.is_empty() {
            let shape = (p, targets.len());
            return Ok(Part::without_features(Solver::Cholesky, shape));
        }
        let size = self.active.len();
        let (factor, scale) = self
            .factor(ridge, problem.samples.cancellation())
            .ok_or(FallbackReason::NotPositiveDefinite)?;
        let condition_number = factor.condition_number().sqrt();
        check_condition(solver, condition_number)?;
        let step = |gradient: ArrayView2<'_, f64>| {
            let mut step = Array2::from_shape_fn((size, targets.len()), |(i, t)| {
                gradient[[self.active[i], t]] / scale[i]
            });
            step = factor.solve(step.view());
            divide_rows(step.view_mut(), &scale);
            step
        };
        let rhs = Array2::from_shape_fn((p, targets.len()), |(j, t)| self.cross[[j, targets[t]]]);
        let mut coefficients = placed(p, &self.active, step(rhs.view()).view());

        let refined = solver == Solver::RefinedCholesky
            || solver == Solver::Auto && condition_number > CHOLESKY_CONDITION;
        if refined {
            let ridges = vec![ridge; targets.len()];
            let correction = |coefficients: &Array2<f64>| {
                let gradient = gradient(problem, centre, &ridges, targets, coefficients.view());
                let step = step(gradient.view());
                let size = self.relative_size(step.view(), coefficients.view(), &scale);
                (step, size)
            };
            refine(&mut coefficients, correction, |coefficients, step| {
                for (&j, row) in self.active.iter().zip(step.rows()) {
                    let mut to = coefficients.row_mut(j);
                    to += &row;
                }
            });
        }
        let solver = if refined {
            Solver::RefinedCholesky
        } else {
            Solver::Cholesky
        };
        Ok(Part {
            coefficients,
            solver,
            rank: Some(size),
            condition_number,
            degrees_of_freedom: Some(kept(ridge, &scale, || factor.inverse_diagonal())),
            termination: Termination::ClosedForm,
            decomposition: Some(Decomposition::Cholesky(factor, scale)),
        })
    }

    /// The norms of the active columns, augmented by the penalty.
    pub(super) fn scale(&self, ridge: f64) -> Vec<f64> {
        let norm = |&j: &usize| (self.scatter[[j, j]] + ridge).sqrt();
        self.active.iter().map(norm).collect()
    }

    /// The penalised Gram matrix of the active columns, divided by their norms: its diagonal is 1.
    pub(super) fn unit(&self, scale: &[f64]) -> Array2<f64> {
        let (active, size) = (&self.active, self.active.len());
        by_bands((size, size), |start, band| {
            for (i, row) in (start..).zip(band.chunks_exact_mut(size)) {
                let from = self.scatter.row(active[i]);
                let own = scale[i];
                let values = row.iter_mut().zip(active).zip(scale);
                values.for_each(|((to, &j), scale)| *to = from[j] / (own * scale));
                row[i] = 1.0;
            }
        })
    }

    /// Cholesky of the penalised Gram matrix of the active columns with unit diagonal, and the scales that made it so.
    pub(super) fn factor(
        &self,
        ridge: f64,
        cancellation: Cancellation<'_>,
    ) -> Option<(Cholesky, Vec<f64>)> {
        let scale = self.scale(ridge);
        let unit = self.unit(&scale);
        count_factorization();
        Some((Cholesky::new(unit, self.backend, cancellation)?, scale))
    }

    /// Cholesky with pivoting of the penalised Gram matrix of the active columns with unit diagonal, down to rounding.
    pub(super) fn pivoted(&self, scale: &[f64]) -> PivotedCholesky {
        let tolerance = ROUNDINGS * f64::EPSILON * scale.len() as f64;
        PivotedCholesky::new(self.unit(scale).view(), tolerance)
    }

    /// True if the condition number of the unit-norm columns, without a penalty, is no more than the limit.
    pub(super) fn condition_is_below(&self, limit: f64, cancellation: Cancellation<'_>) -> bool {
        let factor = || self.factor(0.0, cancellation);
        self.active.is_empty()
            || factor().is_some_and(|(factor, _)| factor.condition_number().sqrt() <= limit)
    }

    /// The largest, over targets, of the step's length relative to the solution's, both in the unit-norm columns.
    fn relative_size(
        &self,
        step: ArrayView2<'_, f64>,
        coefficients: ArrayView2<'_, f64>,
        scale: &[f64],
    ) -> f64 {
        let active = coefficients.select(Axis(0), &self.active);
        let norm = |column: ArrayView1<'_, f64>| {
            let scaled = scale.iter().zip(column).map(|(s, v)| (s * v).abs());
            scaled.fold(0.0, f64::max)
        };
        let columns = step.columns().into_iter().zip(active.columns());
        let sizes = columns.map(|(step, coefficients)| match norm(step) {
            0.0 => 0.0,
            moved => moved / norm(coefficients),
        });
        sizes.fold(0.0, f64::max)
    }

    /// `XᵀS(y − Xw) − Wλw` for each target and its `ridge = Wλ`, `(p, k)`.
    pub(super) fn gradient(
        &self,
        ridges: &[f64],
        coefficients: ArrayView2<'_, f64>,
    ) -> Array2<f64> {
        let mut gradient = &self.cross - &self.scatter.dot(&coefficients);
        let columns = gradient.columns_mut().into_iter();
        for ((mut gradient, w), ridge) in columns.zip(coefficients.columns()).zip(ridges) {
            gradient.scaled_add(-ridge, &w);
        }
        gradient
    }

    /// `Σ s r²` of each target, `yᵀy − 2wᵀc + wᵀGw`; `None` when cancellation would show.
    pub(crate) fn residual_sums(&self, coefficients: ArrayView2<'_, f64>) -> Option<Array1<f64>> {
        let total = &self.target_scatter;
        let sums = squared_error_of_moments(&self.scatter, &self.cross, total, coefficients);
        let keeps = |(sum, total): (&f64, &f64)| *sum >= RESIDUAL_SHARE * total;
        sums.iter().zip(total).all(keeps).then_some(sums)
    }
}
