//! Factor of a fit, for inference: the triangle of the normal equations, and the rows of the design in its
//! coordinates.

mod scores;
mod variance;

use std::sync::Arc;

use ndarray::{Array2, Axis};

use super::unit_design::UnitDesign;
use super::{
    Context, Decomposition, Gram, HOPELESS_CONDITION, Problem, centre, failure, gram_moments,
    locate,
};
use crate::error::{Error, Result};
use crate::linalg::{
    Cholesky, PivotedCholesky, PivotedQr, divide_rows, placed, placed_columns, solve_upper,
};
use crate::moments::{Location, Moments};
use crate::samples::Cancellation;
use crate::scalar::Scalar;
use crate::solver::{FallbackReason, Solver};

/// Digits that an answer must keep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Care {
    /// Ten digits of a leverage.
    Leverage,
    /// Twelve digits of a covariance.
    Covariance,
}

impl Care {
    /// Condition number up to which the Cholesky factor of the Gram matrix, whose error is `κ² ε`, keeps them.
    fn limit(self) -> f64 {
        match self {
            Self::Leverage => 1e3,
            Self::Covariance => 67.0,
        }
    }
}

/// Factor that a fit leaves.
#[derive(Debug)]
pub(crate) enum Kept {
    Normal(Box<NormalEquations>),
    Orthogonal(Arc<Factor>),
}

impl Kept {
    /// Takes the factor of a system with one penalty; `None` if the method has none that answers more.
    pub(super) fn of<F: Scalar>(
        context: Context<'_, '_, F>,
        decomposition: Option<Decomposition>,
        ridge: f64,
    ) -> Option<Self> {
        let location = context.location.clone();
        match (decomposition, context.gram, context.design) {
            (Some(Decomposition::Cholesky(factor, scale)), Some(gram), _) => {
                let normal = NormalEquations::new(gram, location, factor, scale, ridge);
                Some(Self::Normal(Box::new(normal)))
            }
            (Some(Decomposition::Qr(qr, scale)), _, Some(design)) => {
                let fit_intercept = context.problem.fit_intercept;
                let factor =
                    Factor::from_design(design, location, fit_intercept, (&qr, &scale), ridge);
                Some(Self::Orthogonal(Arc::new(factor)))
            }
            _ => None,
        }
    }
}

/// Normal equations of one target and their Cholesky factor.
#[derive(Debug)]
pub(crate) struct NormalEquations {
    gram: Gram,
    location: Location,
    factor: Cholesky,
    scale: Vec<f64>,
    ridge: f64,
    condition_number: f64,
}

impl NormalEquations {
    fn new(gram: Gram, location: Location, factor: Cholesky, scale: Vec<f64>, ridge: f64) -> Self {
        Self {
            condition_number: factor.condition_number().sqrt(),
            gram,
            location,
            factor,
            scale,
            ridge,
        }
    }

    /// Normal equations of samples, in one pass; `None` with fewer rows than features, or if Cholesky fails.
    pub(crate) fn of<F: Scalar>(problem: &Problem<'_, F>) -> Result<Option<Self>> {
        let samples = &problem.samples;
        if samples.n_rows() < samples.n_features() {
            return Ok(None);
        }
        let moments = gram_moments(problem);
        let cancellation = samples.cancellation();
        cancellation.check()?;
        let location = moments.location().clone();
        let ridge = checked_ridge(problem.lambda[0], &location)?;
        let gram = Gram::new(&moments, problem.fit_intercept).by(problem.backend);
        let factor = (gram.in_range())
            .then(|| gram.factor(ridge, cancellation))
            .flatten();
        cancellation.check()?;
        Ok(factor.map(|(factor, scale)| Self::new(gram, location, factor, scale, ridge)))
    }

    /// True if the conditioning leaves the digits.
    pub(crate) fn has_digits(&self, care: Care) -> bool {
        self.condition_number <= care.limit()
    }

    pub(crate) fn factor(&self) -> Factor {
        let order = (0..self.scale.len()).collect();
        let upper = self.factor.upper();
        let triangles = gram_triangles(&self.gram, self.ridge, upper, order, self.scale.clone());
        Factor::new(
            self.location.clone(),
            self.gram.fit_intercept,
            self.gram.target_scatter[0],
            self.gram.scatter.nrows(),
            self.gram.active.clone(),
            triangles,
            true,
        )
    }
}

/// `RᵀR = D⁻¹ (XᵀSX + WλI) D⁻¹` of the centred design, `D` its column norms, and what follows from it:
///
/// ```text
/// whitened rows   tᵢ = R⁻ᵀ D⁻¹ √sᵢ (xᵢ − x̄)      hᵢᵢ = [sᵢ/W] + ‖tᵢ‖²
/// coefficients    w = G Σ tᵢ √sᵢ yᵢ               G = D⁻¹ R⁻¹, (p, rank)
/// ```
///
/// With deficient rank, `R` is that of the independent columns that pivoting chose, and [`estimable`](Self::estimable)
/// tells which combinations of coefficients do not depend on the choice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Factor {
    pub(crate) location: Location,
    pub(crate) fit_intercept: bool,
    /// `Σ s (y − ȳ)²`, or `Σ s y²` without an intercept.
    pub(crate) total_sum_of_squares: f64,
    n_features: usize,
    /// Columns of the data that vary.
    pub(crate) active: Vec<usize>,
    triangles: Triangles,
    /// `R₁₁`, `(rank, rank)`.
    leading: Array2<f64>,
    /// `R₁₁⁻¹ R₁₂`: the columns beyond the rank as combinations of those before.
    relations: Array2<f64>,
    /// `G`, `(p, rank)`.
    to_coefficients: Array2<f64>,
    /// True if rows may be whitened by `G`.
    well_conditioned: bool,
}

/// `RᵀR = ZᵀZ` for the columns of `Z` with norm 1, in pivoted order.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::solver::closed_form) struct Triangles {
    /// `(rank, q)`, of the λ-augmented design.
    pub(in crate::solver::closed_form) r: Array2<f64>,
    /// `(m, q)`, of the data alone, if there is a penalty.
    pub(in crate::solver::closed_form) data: Option<Array2<f64>>,
    /// The coordinate at each pivoted position.
    pub(in crate::solver::closed_form) order: Vec<usize>,
    /// The norm it had.
    pub(in crate::solver::closed_form) scale: Vec<f64>,
    /// Leads from the active columns to the coordinates, `(active, q)` and orthonormal; `None` where each column is
    /// one.
    pub(in crate::solver::closed_form) lift: Option<Array2<f64>>,
}

impl Factor {
    /// Factor with the digits that are needed, for the one penalty of a problem of one target.
    pub(crate) fn of<F: Scalar>(problem: &Problem<'_, F>, care: Care) -> Result<Self> {
        match NormalEquations::of(problem)? {
            Some(normal) if normal.has_digits(care) => Ok(normal.factor()),
            _ => Self::orthogonal(problem),
        }
    }

    /// Factor of the design by QR, for the one penalty of a problem of one target.
    pub(crate) fn orthogonal<F: Scalar>(problem: &Problem<'_, F>) -> Result<Self> {
        let location = locate(problem);
        let ridge = checked_ridge(problem.lambda[0], &location)?;
        let centre = centre(problem.samples, problem.fit_intercept, &location);
        let design = UnitDesign::new(problem, &location, &centre)?;
        problem.samples.cancellation().check()?;
        let (qr, _, _, scale) = design.factor(ridge, &[]);
        let (factor, fit_intercept) = ((&qr, &*scale), problem.fit_intercept);
        let factor = Self::from_design(design, location, fit_intercept, factor, ridge);
        Ok(factor)
    }

    /// Factor from that of the λ-augmented design and its norms.
    fn from_design(
        design: UnitDesign,
        location: Location,
        fit_intercept: bool,
        (qr, scale): (&PivotedQr, &[f64]),
        ridge: f64,
    ) -> Self {
        let y = design.y.column(0);
        let total = y.dot(&y) * design.y_scale * design.y_scale;
        let triangles = design.triangles(ridge, qr, scale);
        let (p, active) = (design.n_features, design.active);
        Self::new(location, fit_intercept, total, p, active, triangles, false)
    }

    /// Factor of the moments of one target.
    pub(crate) fn from_moments(
        moments: &Moments,
        fit_intercept: bool,
        lambda: f64,
    ) -> Result<Self> {
        let location = moments.location().clone();
        let ridge = checked_ridge(lambda, &location)?;
        let gram = Gram::new(moments, fit_intercept);
        if !gram.in_range() {
            return Err(failure(Solver::Eigen, FallbackReason::OutOfRange));
        }
        let triangles = match gram.factor(ridge, Cancellation::default()) {
            Some((factor, scale)) if factor.condition_number().sqrt() <= HOPELESS_CONDITION => {
                let order = (0..scale.len()).collect();
                gram_triangles(&gram, ridge, factor.upper(), order, scale)
            }
            _ => {
                let scale = gram.scale(ridge);
                let PivotedCholesky { l, order } = gram.pivoted(&scale);
                let scale = order.iter().map(|&j| scale[j]).collect();
                gram_triangles(&gram, ridge, l.reversed_axes(), order, scale)
            }
        };
        let (p, total, active) = (moments.n_features(), gram.target_scatter[0], gram.active);
        let factor = Self::new(location, fit_intercept, total, p, active, triangles, false);
        Ok(factor)
    }

    fn new(
        location: Location,
        fit_intercept: bool,
        total_sum_of_squares: f64,
        n_features: usize,
        active: Vec<usize>,
        triangles: Triangles,
        well_conditioned: bool,
    ) -> Self {
        let rank = triangles.r.nrows();
        let (leading, rest) = triangles.r.view().split_at(Axis(1), rank);
        let mut inverse = solve_upper(leading, Array2::eye(rank).view());
        divide_rows(inverse.view_mut(), &triangles.scale);
        let order = &triangles.order;
        let mut coordinates = placed(order.len(), order, inverse.view());
        if let Some(lift) = &triangles.lift {
            coordinates = lift.dot(&coordinates);
        }
        Self {
            to_coefficients: placed(n_features, &active, coordinates.view()),
            relations: solve_upper(leading, rest),
            leading: leading.to_owned(),
            location,
            fit_intercept,
            total_sum_of_squares,
            n_features,
            active,
            triangles,
            well_conditioned,
        }
    }

    /// Independent columns of the centred, with a penalty augmented, design.
    pub(crate) fn rank(&self) -> usize {
        self.leading.nrows()
    }
}

fn checked_ridge(lambda: f64, location: &Location) -> Result<f64> {
    let ridge = lambda * location.weight_sum;
    if ridge.is_finite() && location.mean.iter().all(|m| m.is_finite()) {
        Ok(ridge)
    } else {
        Err(Error::overflow(
            "a mean of the data, or lambda times the sum of the weights,",
        ))
    }
}

/// The triangles of a Gram matrix; that of the data alone by Cholesky with pivoting, which may be singular.
fn gram_triangles(
    gram: &Gram,
    ridge: f64,
    r: Array2<f64>,
    order: Vec<usize>,
    scale: Vec<f64>,
) -> Triangles {
    let data = (ridge > 0.0).then(|| {
        let augmented = gram.scale(ridge);
        let mut unit = gram.unit(&augmented);
        for (i, scale) in augmented.iter().enumerate() {
            let j = gram.active[i];
            unit[[i, i]] = gram.scatter[[j, j]] / (scale * scale);
        }
        let pivoted = PivotedCholesky::new(unit.view(), 0.0);
        let data = placed_columns(order.len(), &pivoted.order, pivoted.l.view());
        data.select(Axis(1), &order)
    });
    Triangles {
        r,
        data,
        order,
        scale,
        lift: None,
    }
}
