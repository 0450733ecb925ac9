//! The spectrum of a Gram matrix: pivoted Cholesky, then Jacobi on the triangle.

use ndarray::{Array1, Array2, Axis};

use super::{Spectrum, condition, decompose};
use crate::error::Result;
use crate::linalg::{divide_rows, placed, solve_upper};
use crate::moments::{Location, Moments};
use crate::samples::Cancellation;
use crate::solver::closed_form::{Gram, Part, failure};
use crate::solver::{FallbackReason, Solver, Termination};

impl Spectrum {
    /// From moments: the eigenvalues `σ²` of the Gram matrix. `Err` says why the squares cannot serve.
    pub(crate) fn from_moments(moments: &Moments, fit_intercept: bool) -> Result<Self> {
        let gram = Gram::new(moments, fit_intercept);
        Self::from_gram(&gram, moments.location(), fit_intercept)
    }

    pub(super) fn from_gram(gram: &Gram, location: &Location, fit_intercept: bool) -> Result<Self> {
        Ok(Self::with_map(gram, location, fit_intercept)?.0)
    }

    /// Spectrum of a Gram matrix and the map from the centred rows to the left singular vectors, `(p, r)`: with the
    /// factor `X D⁻¹ = Q Lᵀ` in columns of unit norm and `L = W Σ Vᵀ` in those of the data, `U = X D⁻¹ L⁻ᵀ V`. As good
    /// as the condition of the unit-norm columns.
    pub(super) fn with_map(
        gram: &Gram,
        location: &Location,
        fit_intercept: bool,
    ) -> Result<(Self, Array2<f64>)> {
        if !gram.in_range() {
            return Err(failure(Solver::Eigen, FallbackReason::OutOfRange));
        }
        let active = &gram.active;
        let size = active.len();
        let norms = gram.scale(0.0);
        let cholesky = gram.pivoted(&norms);
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
        let p = gram.scatter.nrows();
        let (l, _) = cholesky.l.view().split_at(Axis(0), rank);
        let mut map = solve_upper(l.t(), svd.v.view());
        divide_rows(map.view_mut(), &ordered);
        let spectrum = Self {
            v: placed(p, &columns, svd.u.view()),
            projections,
            residual_sums,
            singular_values: svd.singular_values,
            scale,
            y_scale,
            location: location.clone(),
            fit_intercept,
            solver: Solver::Eigen,
            condition_number: condition(l)?,
        };
        Ok((spectrum, placed(p, &columns[..rank], map.view())))
    }
}

/// The fit of these targets by [`Solver::Eigen`], for `ridge = Wλ`.
pub(in crate::solver::closed_form) fn eigen(
    gram: &Gram,
    location: &Location,
    fit_intercept: bool,
    ridge: f64,
    targets: &[usize],
) -> Result<Part> {
    let spectrum = Spectrum::from_gram(gram, location, fit_intercept)?;
    let lambda = ridge / location.weight_sum;
    let coefficients = spectrum.coefficients(lambda)?;
    let condition_number = match gram.factor(ridge, Cancellation::default()) {
        Some((factor, _)) if ridge > 0.0 => factor.condition_number().sqrt(),
        _ => spectrum.condition_number,
    };
    Ok(Part {
        coefficients: coefficients.select(Axis(1), targets),
        solver: Solver::Eigen,
        rank: Some(if ridge > 0.0 {
            gram.active.len()
        } else {
            spectrum.rank()
        }),
        condition_number,
        degrees_of_freedom: Some(spectrum.kept(lambda)),
        termination: Termination::ClosedForm,
        decomposition: None,
    })
}
