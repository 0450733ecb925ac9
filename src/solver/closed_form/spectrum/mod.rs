//! One factorisation for every penalty: the singular values of the centred design in its own units.

mod data;
mod eigen;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};

pub(super) use eigen::eigen;

use super::{CHOLESKY_CONDITION, Gram, Problem, centre, gram_moments, intercepts};
use crate::check::check_range;
use crate::error::{Error, Result};
use crate::linalg::{Svd, jacobi, max_abs};
use crate::moments::{Centre, Location, Moments, for_each_block};
use crate::scalar::Scalar;
use crate::solver::Solver;

/// Scales of columns further apart than this leave the range when squared.
const SCALE_RANGE: f64 = 1e140;

/// `√S (X − 1x̄ᵀ) = U diag(σ) Vᵀ` and the targets in its coordinates.
///
/// The pivoted QR (from data) or Cholesky (from a Gram matrix) factor is computed with columns of unit norm; its
/// triangle, put back in the data's units, goes through one-sided Jacobi. Small singular values keep their digits
/// however unlike the scales of the columns are: the error grows with the condition number of the *unit-norm* columns.
#[derive(Debug)]
pub(crate) struct Spectrum {
    /// `σ / scale`, descending, positive.
    singular_values: Array1<f64>,
    /// `(p, r)`
    v: Array2<f64>,
    /// `Uᵀ √S y / y_scale`, `(r, k)`
    pub(super) projections: Array2<f64>,
    /// `‖(I − UUᵀ) √S y / y_scale‖²`, `(k,)`
    residual_sums: Array1<f64>,
    scale: f64,
    pub(super) y_scale: f64,
    pub(super) location: Location,
    pub(super) fit_intercept: bool,
    /// Solver that computed it.
    pub(crate) solver: Solver,
    /// Condition number of the unit-norm columns, without a penalty.
    pub(crate) condition_number: f64,
}

/// `U`, and the targets it was computed with.
pub(super) struct Basis {
    /// `(n, r)`, rows in the order of the data.
    pub(super) u: Array2<f64>,
    /// `√S (y − ȳ) / y_scale`
    pub(super) y: Array2<f64>,
}

impl Basis {
    /// The centred rows through a map `(p, r)`.
    fn by<F: Scalar>(
        problem: &Problem<'_, F>,
        spectrum: &Spectrum,
        map: ArrayView2<'_, f64>,
    ) -> Self {
        let (n, p) = problem.samples.x().dim();
        let mut u = Array2::zeros((n, map.ncols()));
        let mut y = Array2::zeros((n, problem.samples.y().ncols()));
        let centre = centre(problem.samples, problem.fit_intercept, &spectrum.location);
        let mut start = 0;
        let given = Centre::Given(&centre);
        for_each_block(problem.samples, given, |block| {
            let (rows, width) = block.rows();
            let to = Slice::from(start..start + block.n_rows);
            start += block.n_rows;
            if let Ok(rows) = ArrayView2::from_shape((block.n_rows, width), rows) {
                let (x, targets) = rows.split_at(Axis(1), p);
                general_mat_mul(1.0, &x, &map, 0.0, &mut u.slice_axis_mut(Axis(0), to));
                y.slice_axis_mut(Axis(0), to).assign(&targets);
            }
        });
        y /= spectrum.y_scale;
        Self { u, y }
    }
}

/// The moments and the Gram matrix, if the condition of its unit-norm columns costs no more than a digit.
fn well_conditioned<F: Scalar>(problem: &Problem<'_, F>) -> Result<Option<(Moments, Gram)>> {
    let moments = gram_moments(problem);
    let cancellation = problem.samples.cancellation();
    cancellation.check()?;
    let gram = Gram::new(&moments, problem.fit_intercept);
    let is_good = gram.in_range() && gram.condition_is_below(CHOLESKY_CONDITION, cancellation);
    cancellation.check()?;
    Ok(is_good.then_some((moments, gram)))
}

impl Spectrum {
    /// From the Gram matrix where its condition costs no more than a digit, else from the data.
    pub(crate) fn new<F: Scalar>(problem: &Problem<'_, F>) -> Result<Self> {
        match well_conditioned(problem)? {
            Some((moments, gram)) => {
                Self::from_gram(&gram, moments.location(), problem.fit_intercept)
            }
            None => Self::from_data(problem),
        }
    }

    /// Spectrum and left singular vectors; with the moments, if they were used.
    pub(super) fn with_basis<F: Scalar>(
        problem: &Problem<'_, F>,
    ) -> Result<(Self, Basis, Option<Moments>)> {
        if problem.samples.x().nrows() > problem.samples.x().ncols()
            && let Some((moments, gram)) = well_conditioned(problem)?
        {
            let (spectrum, map) = Self::with_map(&gram, moments.location(), problem.fit_intercept)?;
            let basis = Basis::by(problem, &spectrum, map.view());
            problem.samples.cancellation().check()?;
            return Ok((spectrum, basis, Some(moments)));
        }
        let (spectrum, basis) = Self::factor(problem, true)?;
        Ok((spectrum, basis, None))
    }

    /// Independent columns.
    pub(crate) fn rank(&self) -> usize {
        self.singular_values.len()
    }

    /// The largest and the smallest `σ²/W`: the scale of `λ`. `None` if no column varies.
    pub(crate) fn penalty_range(&self) -> Option<(f64, f64)> {
        let square = |s: &f64| (s * self.scale).powi(2) / self.location.weight_sum;
        let (first, last) = (self.singular_values.first()?, self.singular_values.last()?);
        Some((square(first), square(last)))
    }

    /// `√(Wλ) / scale`, which neither overflows nor underflows before the answer does.
    fn root(&self, lambda: f64) -> f64 {
        lambda.sqrt() * (self.location.weight_sum.sqrt() / self.scale)
    }

    /// `α / (σ² + α)` of each singular value, `α = Wλ`: the share of a direction that the penalty takes away.
    pub(super) fn shrinkage(&self, lambda: f64) -> Array1<f64> {
        let root = self.root(lambda);
        self.singular_values
            .mapv(|s| (root / s.hypot(root)).powi(2))
    }

    /// `1 / (σ² + α)` up to a common factor, the largest of them 1: what [`shrinkage`](Self::shrinkage) tends to,
    /// divided by `α`.
    pub(super) fn relative_shrinkage(&self, lambda: f64) -> Array1<f64> {
        let root = self.root(lambda);
        let least = self.singular_values.last().map_or(1.0, |s| s.hypot(root));
        self.singular_values
            .mapv(|s| (least / s.hypot(root)).powi(2))
    }

    /// `w = V diag(σ / (σ² + α)) Uᵀ √S y`, `(p, k)`.
    ///
    /// # Errors
    ///
    /// [`Error::Overflow`].
    pub(crate) fn coefficients(&self, lambda: f64) -> Result<Array2<f64>> {
        let root = self.root(lambda);
        let mut filtered = self.projections.clone();
        for (mut row, s) in filtered.rows_mut().into_iter().zip(&self.singular_values) {
            let length = s.hypot(root);
            row.mapv_inplace(|c| c * (s / length) / length);
        }
        let coefficients = self.v.dot(&filtered) * (self.y_scale / self.scale);
        check_range("a coefficient", &coefficients)?;
        Ok(coefficients)
    }

    /// `b` for these coefficients, `(k,)`.
    pub(crate) fn intercepts(&self, coefficients: ArrayView2<'_, f64>) -> Array1<f64> {
        intercepts(self.fit_intercept, &self.location, coefficients)
    }

    /// The trace of the hat matrix, `[1] + Σ σ² / (σ² + α)`.
    pub(crate) fn degrees_of_freedom(&self, lambda: f64) -> f64 {
        f64::from(u8::from(self.fit_intercept)) + self.kept(lambda)
    }

    /// Trace of the hat matrix without the intercept.
    fn kept(&self, lambda: f64) -> f64 {
        let root = self.root(lambda);
        (self.singular_values.iter())
            .map(|s| (s / s.hypot(root)).powi(2))
            .sum()
    }

    /// `Σ s r² / W` of each target, `(k,)`.
    pub(crate) fn mse(&self, lambda: f64) -> Array1<f64> {
        let shrinkage = self.shrinkage(lambda);
        Array1::from_shape_fn(self.residual_sums.len(), |t| {
            let c = self.projections.column(t);
            let taken: f64 = c.iter().zip(&shrinkage).map(|(c, g)| (c * g).powi(2)).sum();
            let sum = self.residual_sums[t] + taken;
            sum / self.location.weight_sum * self.y_scale * self.y_scale
        })
    }
}

/// The singular value decomposition of `factor` with its rows multiplied by `norms`, divided by a common scale.
fn decompose(factor: ArrayView2<'_, f64>, norms: &[f64]) -> Result<(Svd, f64)> {
    let scale = max_abs(norms);
    let least = norms.iter().fold(f64::INFINITY, |a, v| a.min(*v));
    if scale > SCALE_RANGE * least {
        return Err(Error::overflow(
            "the ratio of the scales of two columns, squared,",
        ));
    }
    let scale = if scale > 0.0 { scale } else { 1.0 };
    let mut scaled = factor.to_owned();
    for (mut row, norm) in scaled.rows_mut().into_iter().zip(norms) {
        row *= norm / scale;
    }
    Ok((jacobi(scaled.view())?, scale))
}

/// The condition number of a triangle; 1 of an empty one.
fn condition(triangle: ArrayView2<'_, f64>) -> Result<f64> {
    if triangle.is_empty() {
        return Ok(1.0);
    }
    Ok(Svd::new(triangle)?.condition_number())
}
