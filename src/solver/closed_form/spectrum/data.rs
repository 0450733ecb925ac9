//! The spectrum of the design itself: pivoted QR, then Jacobi on the triangle.

use ndarray::{Array1, Array2, Axis};

use super::{Basis, Spectrum, condition, decompose};
use crate::error::Result;
use crate::linalg::{PivotedQr, max_abs, placed};
use crate::moments::Location;
use crate::scalar::Scalar;
use crate::solver::Solver;
use crate::solver::closed_form::unit_design::{UnitDesign, descending};
use crate::solver::closed_form::{Problem, centre, check_location, count_factorization, locate};

impl Spectrum {
    /// From the data; the penalties and the solver of the problem are not used.
    pub(crate) fn from_data<F: Scalar>(problem: &Problem<'_, F>) -> Result<Self> {
        Ok(Self::factor(problem, false)?.0)
    }

    /// With the left singular vectors, if they are wanted.
    pub(super) fn factor<F: Scalar>(
        problem: &Problem<'_, F>,
        wants_u: bool,
    ) -> Result<(Self, Basis)> {
        let location = locate(problem);
        check_location(&location)?;
        let centre = centre(problem.samples, problem.fit_intercept, &location);
        let design = UnitDesign::new(problem, &location, &centre)?;
        problem.samples.cancellation().check()?;
        let n = design.x.nrows();
        if design.active.is_empty() {
            let (u, y) = (Array2::zeros((n, 0)), design.y.clone());
            let spectrum = Self::without_features(problem.fit_intercept, design, location);
            return Ok((spectrum, Basis { u, y }));
        }
        let order = descending(&design.x.rows().into_iter().map(max_abs).collect::<Vec<_>>());
        let y = design.y.select(Axis(0), &order);

        count_factorization();
        let qr = PivotedQr::new(design.x.select(Axis(0), &order).view());
        let rank = design.rank(&qr);
        let r = qr.r(rank);
        let rotated = qr.q_transpose(y.view(), n);
        let (head, tail) = rotated.view().split_at(Axis(0), rank);
        let norms: Vec<f64> = qr.order().iter().map(|&j| design.norms[j]).collect();
        let condition_number = condition(r.view().split_at(Axis(1), rank).0)?;
        let (svd, scale) = decompose(r.t(), &norms)?;
        let spectrum = Self {
            v: design.in_place(placed(design.x.ncols(), qr.order(), svd.u.view())),
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
            u = placed(n, &order, qr.q(padded.view()).view());
        }
        Ok((spectrum, Basis { u, y: design.y }))
    }

    /// No column varies.
    fn without_features(fit_intercept: bool, design: UnitDesign, location: Location) -> Self {
        Self {
            singular_values: Array1::zeros(0),
            v: Array2::zeros((design.n_features, 0)),
            projections: Array2::zeros((0, design.y.ncols())),
            residual_sums: design.y.map_axis(Axis(0), |column| column.dot(&column)),
            scale: 1.0,
            y_scale: design.y_scale,
            location,
            fit_intercept,
            solver: Solver::Svd,
            condition_number: 1.0,
        }
    }
}
