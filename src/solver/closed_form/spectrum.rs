//! One factorisation for every penalty: the singular values of the centred design in its own units.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::design::{Design, NO_CONVERGENCE, ratio};
use super::{
    CHOLESKY_CONDITION, Gram, Part, Problem, centre, failure, gram_moments, intercepts, locate,
};
use crate::error::{Error, Result};
use crate::linalg::{PivotedCholesky, PivotedQr, Svd, jacobi};
use crate::moments::{Location, Moments};
use crate::scalar::Scalar;
use crate::solver::{FallbackReason, Solver};

/// A column of the unit-diagonal Gram matrix is dependent when what is left of its square is below this many roundings.
const GRAM_ROUNDINGS: f64 = 16.0;
/// Scales of columns further apart than this leave the range when squared.
const SCALE_RANGE: f64 = 1e140;

/// `√S (X − 1x̄ᵀ) = U diag(σ) Vᵀ` and the targets in its coordinates.
///
/// The pivoted QR (from data) or Cholesky (from a Gram matrix) factor is computed with columns of unit norm; its triangle, put back
/// in the data's units, goes through one-sided Jacobi. Small singular values keep their digits however unlike the
/// scales of the columns are: the error grows with the condition number of the *unit-norm* columns.
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
    /// How it was computed.
    pub(crate) solver: Solver,
    /// Of the unit-norm columns, without a penalty.
    pub(crate) condition_number: f64,
}

/// `U`, and the targets it was computed with.
pub(super) struct Basis {
    /// `(n, r)`, rows in the order of the data.
    pub(super) u: Array2<f64>,
    /// `√S (y − ȳ) / y_scale`
    pub(super) y: Array2<f64>,
}

impl Spectrum {
    /// From the Gram matrix where its condition costs no more than a digit, else from the data.
    pub(crate) fn new<F: Scalar>(problem: &Problem<'_, F>) -> Result<Self> {
        let moments = gram_moments(problem)?;
        let gram = Gram::new(&moments, problem.fit_intercept);
        let good = gram.in_range()
            && (gram.active.is_empty()
                || gram.factor(0.0).is_some_and(|(factor, _)| {
                    factor.condition_number().sqrt() <= CHOLESKY_CONDITION
                }));
        if good {
            Self::from_gram(&gram, moments.location(), problem.fit_intercept)
        } else {
            Self::from_data(problem)
        }
    }

    /// From the data; the penalties and the solver of the problem are not used.
    pub(crate) fn from_data<F: Scalar>(problem: &Problem<'_, F>) -> Result<Self> {
        Ok(Self::factor(problem, false)?.0)
    }

    /// The same, and the left singular vectors.
    pub(super) fn with_basis<F: Scalar>(problem: &Problem<'_, F>) -> Result<(Self, Basis)> {
        Self::factor(problem, true)
    }

    fn factor<F: Scalar>(problem: &Problem<'_, F>, wants_u: bool) -> Result<(Self, Basis)> {
        let location = locate(problem);
        if !location.weight_sum.is_finite() || !location.mean.iter().all(|m| m.is_finite()) {
            return Err(Error::Overflow {
                what: "a mean of the data, or the sum of the weights,",
            });
        }
        let design = Design::new(problem, &location, centre(problem, &location).view())?;
        let n = design.x.nrows();
        if design.active.is_empty() {
            let y = design.y.clone();
            return Ok((
                Self::without_features(problem, design, location),
                Basis {
                    u: Array2::zeros((n, 0)),
                    y,
                },
            ));
        }
        let largest = |row: ArrayView1<'_, f64>| row.fold(0.0_f64, |a, v| a.max(v.abs()));
        // Descending rows, as Householder reflections of rows of unlike weights need.
        let sizes: Vec<f64> = design.x.rows().into_iter().map(largest).collect();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| sizes[b].total_cmp(&sizes[a]));
        let y = design.y.select(Axis(0), &order);

        let qr = PivotedQr::new(design.x.select(Axis(0), &order).view());
        let rank = design.rank(&qr);
        let r = qr.r(rank);
        let rotated = qr.q_transpose(y.view(), n);
        let (head, tail) = rotated.view().split_at(Axis(0), rank);
        let columns: Vec<usize> = qr.order().iter().map(|&j| design.active[j]).collect();
        let norms: Vec<f64> = qr.order().iter().map(|&j| design.norms[j]).collect();
        let condition_number = condition(r.view().split_at(Axis(1), rank).0)?;
        let (svd, scale) = decompose(r.t(), &norms)?;
        let spectrum = Self {
            v: scatter_rows(svd.u.view(), &columns, design.n_features),
            projections: svd.v.t().dot(&head),
            residual_sums: tail.map_axis(Axis(0), |column| column.dot(&column)),
            singular_values: svd.singular_values,
            scale,
            y_scale: design.y_scale,
            location,
            fit_intercept: problem.fit_intercept,
            solver: Solver::Svd,
            condition_number,
        };
        let mut u = Array2::zeros((0, rank));
        if wants_u {
            let mut padded = Array2::zeros((n, rank));
            padded.view_mut().split_at(Axis(0), rank).0.assign(&svd.v);
            u = scatter_rows(qr.q(padded.view()).view(), &order, n);
        }
        Ok((spectrum, Basis { u, y: design.y }))
    }

    /// No column varies.
    fn without_features<F>(problem: &Problem<'_, F>, design: Design, location: Location) -> Self {
        Self {
            singular_values: Array1::zeros(0),
            v: Array2::zeros((design.n_features, 0)),
            projections: Array2::zeros((0, design.y.ncols())),
            residual_sums: design.y.map_axis(Axis(0), |column| column.dot(&column)),
            scale: 1.0,
            y_scale: design.y_scale,
            location,
            fit_intercept: problem.fit_intercept,
            solver: Solver::Svd,
            condition_number: 1.0,
        }
    }

    /// From moments: the eigenvalues `σ²` of the Gram matrix. `Err` says why the squares cannot serve.
    pub(crate) fn from_moments(moments: &Moments, fit_intercept: bool) -> Result<Self> {
        let gram = Gram::new(moments, fit_intercept);
        Self::from_gram(&gram, moments.location(), fit_intercept)
    }

    fn from_gram(gram: &Gram, location: &Location, fit_intercept: bool) -> Result<Self> {
        if !gram.in_range() {
            return Err(failure(Solver::Eigen, FallbackReason::OutOfRange));
        }
        let active = &gram.active;
        let size = active.len();
        let norms: Vec<f64> = active
            .iter()
            .map(|&j| gram.scatter[[j, j]].sqrt())
            .collect();
        let unit = Array2::from_shape_fn((size, size), |(i, j)| {
            if i == j {
                1.0
            } else {
                gram.scatter[[active[i], active[j]]] / (norms[i] * norms[j])
            }
        });
        let tolerance = GRAM_ROUNDINGS * f64::EPSILON * size as f64;
        let cholesky = PivotedCholesky::new(unit.view(), tolerance);
        let rank = cholesky.l.ncols();
        let columns: Vec<usize> = cholesky.order.iter().map(|&i| active[i]).collect();
        let ordered: Vec<f64> = cholesky.order.iter().map(|&i| norms[i]).collect();
        let largest_y = gram.target_scatter.fold(0.0_f64, |a, v| a.max(v.sqrt()));
        let y_scale = if largest_y > 0.0 { largest_y } else { 1.0 };
        let rhs = Array2::from_shape_fn((size, gram.cross.ncols()), |(i, t)| {
            gram.cross[[active[i], t]] / (norms[i] * y_scale)
        });
        let head = cholesky.solve_lower(rhs.view());
        let (svd, scale) = decompose(cholesky.l.view(), &ordered)?;
        let projections = svd.v.t().dot(&head);
        let residual_sums = Array1::from_shape_fn(projections.ncols(), |t| {
            let c = projections.column(t);
            let total = gram.target_scatter[t] / (y_scale * y_scale);
            (total - c.dot(&c)).max(0.0)
        });
        Ok(Self {
            v: scatter_rows(svd.u.view(), &columns, gram.scatter.nrows()),
            projections,
            residual_sums,
            singular_values: svd.singular_values,
            scale,
            y_scale,
            location: location.clone(),
            fit_intercept,
            solver: Solver::Eigen,
            condition_number: condition(cholesky.l.view().split_at(Axis(0), rank).0)?,
        })
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

    /// `1 / (σ² + α)` up to a common factor, the largest of them 1: what [`shrinkage`](Self::shrinkage) tends to, divided by `α`.
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
        if coefficients.iter().all(|w| w.is_finite()) {
            Ok(coefficients)
        } else {
            Err(Error::Overflow {
                what: "a coefficient",
            })
        }
    }

    /// `b` for these coefficients, `(k,)`.
    pub(crate) fn intercepts(&self, coefficients: ArrayView2<'_, f64>) -> Array1<f64> {
        intercepts(self.fit_intercept, &self.location, coefficients)
    }

    /// The trace of the hat matrix, `[1] + Σ σ² / (σ² + α)`.
    pub(crate) fn degrees_of_freedom(&self, lambda: f64) -> f64 {
        let root = self.root(lambda);
        let kept = self.singular_values.mapv(|s| (s / s.hypot(root)).powi(2));
        f64::from(u8::from(self.fit_intercept)) + kept.sum()
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

/// The fit of these targets by [`Solver::Eigen`], for `ridge = Wλ`.
pub(super) fn eigen(
    gram: &Gram,
    location: &Location,
    fit_intercept: bool,
    ridge: f64,
    targets: &[usize],
) -> Result<Part> {
    let spectrum = Spectrum::from_gram(gram, location, fit_intercept)?;
    let coefficients = spectrum.coefficients(ridge / location.weight_sum)?;
    let condition_number = match gram.factor(ridge) {
        Some((factor, _)) if ridge > 0.0 => factor.condition_number().sqrt(),
        _ => spectrum.condition_number,
    };
    Ok(Part {
        coefficients: coefficients.select(Axis(1), targets),
        solver: Solver::Eigen,
        rank: if ridge > 0.0 {
            gram.active.len()
        } else {
            spectrum.rank()
        },
        condition_number,
    })
}

/// The singular value decomposition of `factor` with its rows multiplied by `norms`, divided by a common scale.
fn decompose(factor: ArrayView2<'_, f64>, norms: &[f64]) -> Result<(Svd, f64)> {
    let scale = norms.iter().fold(0.0_f64, |a, v| a.max(*v));
    let least = norms.iter().fold(f64::INFINITY, |a, v| a.min(*v));
    if scale > SCALE_RANGE * least {
        return Err(Error::Overflow {
            what: "the ratio of the scales of two columns, squared,",
        });
    }
    let scale = if scale > 0.0 { scale } else { 1.0 };
    let mut scaled = factor.to_owned();
    for (mut row, norm) in scaled.rows_mut().into_iter().zip(norms) {
        row *= norm / scale;
    }
    Ok((jacobi(scaled.view()).ok_or(NO_CONVERGENCE)?, scale))
}

/// The condition number of a triangle; 1 of an empty one.
fn condition(triangle: ArrayView2<'_, f64>) -> Result<f64> {
    if triangle.is_empty() {
        return Ok(1.0);
    }
    Ok(ratio(
        &Svd::new(triangle).ok_or(NO_CONVERGENCE)?.singular_values,
    ))
}

/// The rows at these positions of a matrix of `n` rows, zero elsewhere.
fn scatter_rows(rows: ArrayView2<'_, f64>, positions: &[usize], n: usize) -> Array2<f64> {
    let mut scattered = Array2::zeros((n, rows.ncols()));
    for (&position, row) in positions.iter().zip(rows.rows()) {
        scattered.row_mut(position).assign(&row);
    }
    scattered
}
