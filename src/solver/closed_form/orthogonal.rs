//! Orthogonal factorisations of the λ-augmented design: for what the normal equations cannot bear, and for deficient
//! rank.

use ndarray::{Array2, ArrayView2, Axis};

use super::{
    Decomposition, Part, count_factorization, factor::Triangles, kept, unit_design::UnitDesign,
};
use crate::error::Result;
use crate::linalg::{
    PivotedQr, Svd, divide_rows, max_abs, minimum_norm, placed, placed_columns, ratio,
};
use crate::solver::{Solver, Termination};

impl UnitDesign {
    /// QR with column pivoting of the λ-augmented design; the design, its right-hand sides and the norms of its
    /// columns.
    pub(super) fn factor(
        &self,
        ridge: f64,
        targets: &[usize],
    ) -> (PivotedQr, Array2<f64>, Array2<f64>, Vec<f64>) {
        let (matrix, rhs, scale) = self.augmented(ridge, targets);
        count_factorization();
        let qr = PivotedQr::by(matrix.view(), self.backend);
        (qr, matrix, rhs, scale)
    }

    /// Coefficients by QR with column pivoting.
    pub(super) fn qr(&self, ridge: f64, targets: &[usize]) -> Result<Part> {
        if self.x.ncols() == 0 {
            let shape = (self.n_features, targets.len());
            return Ok(Part::without_features(Solver::Qr, shape));
        }
        let (qr, matrix, rhs, scale) = self.factor(ridge, targets);
        let rank = self.rank(&qr);
        let r = qr.r(rank);
        let leading = r.view().split_at(Axis(1), rank).0;
        let condition_number = Svd::new(leading)?.condition_number();
        let scaled = if rank == scale.len() {
            let solve = |rhs: ArrayView2<'_, f64>| {
                let ordered = qr.solve_upper(qr.q_transpose(rhs, rank).view(), rank);
                placed(rank, qr.order(), ordered.view())
            };
            let mut solution = refined(&matrix, &rhs, solve);
            divide_rows(solution.view_mut(), &scale);
            solution
        } else {
            // Columns in their own order and their own units: the shortest solution is that of the original
            // coefficients.
            let mut equations = Array2::zeros((rank, scale.len()));
            for (i, &j) in qr.order().iter().enumerate() {
                equations.column_mut(j).assign(&(&r.column(i) * scale[j]));
            }
            minimum_norm(equations.view(), qr.q_transpose(rhs.view(), rank).view())
        };
        let df = if rank == scale.len() {
            let order: Vec<f64> = qr.order().iter().map(|&j| scale[j]).collect();
            kept(ridge, &order, || qr.inverse_row_norms(rank))
        } else {
            rank as f64
        };
        Ok(Part {
            coefficients: self.in_place(scaled) * self.y_scale,
            solver: Solver::Qr,
            rank: Some(self.full_rank(ridge, rank)),
            condition_number,
            degrees_of_freedom: Some(df),
            termination: Termination::ClosedForm,
            decomposition: Some(Decomposition::Qr(Box::new(qr), scale)),
        })
    }

    /// Coefficients by singular value decomposition.
    pub(super) fn svd(&self, ridge: f64, targets: &[usize]) -> Result<Part> {
        if self.x.ncols() == 0 {
            let shape = (self.n_features, targets.len());
            return Ok(Part::without_features(Solver::Svd, shape));
        }
        let (matrix, rhs, scale) = self.augmented(ridge, targets);
        count_factorization();
        let svd = Svd::by(matrix.view(), self.backend)?;
        let singular = &svd.singular_values;
        let tolerance = max_abs(&self.tolerance) * singular[0];
        let rank = singular.iter().filter(|s| **s > tolerance).count();
        let singular = singular.view().split_at(Axis(0), rank).0;
        let u = svd.u.view().split_at(Axis(1), rank).0;
        let v = svd.v.view().split_at(Axis(1), rank).0;
        let project = |rhs: ArrayView2<'_, f64>| {
            let mut projected = u.t().dot(&rhs);
            divide_rows(projected.view_mut(), singular);
            projected
        };
        let scaled = if rank == scale.len() {
            let mut solution = refined(&matrix, &rhs, |rhs| v.dot(&project(rhs)));
            divide_rows(solution.view_mut(), &scale);
            solution
        } else {
            let of = |(i, j): (usize, usize)| v[[j, i]] * scale[j];
            let equations = Array2::from_shape_fn((rank, scale.len()), of);
            minimum_norm(equations.view(), project(rhs.view()).view())
        };
        let df = if rank == scale.len() {
            let inverse_diagonal = || {
                let inverse = singular.mapv(|s| s.powi(-2));
                v.map(|v| v * v).dot(&inverse)
            };
            kept(ridge, &scale, inverse_diagonal)
        } else {
            rank as f64
        };
        Ok(Part {
            coefficients: self.in_place(scaled) * self.y_scale,
            solver: Solver::Svd,
            rank: Some(self.full_rank(ridge, rank)),
            condition_number: ratio(singular),
            degrees_of_freedom: Some(df),
            termination: Termination::ClosedForm,
            decomposition: None,
        })
    }

    /// Triangle of the λ-augmented design from its factor, that of the data in the same units if there is a penalty,
    /// and the norms.
    pub(super) fn triangles(&self, ridge: f64, qr: &PivotedQr, scale: &[f64]) -> Triangles {
        let order = qr.order();
        let data = (ridge > 0.0).then(|| {
            let data = self.rescaled(scale);
            let qr = PivotedQr::by(data.view(), self.backend);
            let r = qr.r(data.nrows().min(data.ncols()));
            placed_columns(r.ncols(), qr.order(), r.t()).select(Axis(1), order)
        });
        Triangles {
            r: qr.r(self.rank(qr)),
            data,
            order: order.to_vec(),
            scale: order.iter().map(|&j| scale[j]).collect(),
            lift: self.lift(),
        }
    }

    /// The rank of the system in all its columns: a penalty that counts makes those full that the samples do not reach.
    fn full_rank(&self, ridge: f64, rank: usize) -> usize {
        if ridge > 0.0 && rank == self.x.ncols() {
            self.active.len()
        } else {
            rank
        }
    }
}

/// A least-squares solution and one step of refinement with the same factor.
fn refined(
    matrix: &Array2<f64>,
    rhs: &Array2<f64>,
    solve: impl Fn(ArrayView2<'_, f64>) -> Array2<f64>,
) -> Array2<f64> {
    let first = solve(rhs.view());
    let residual = rhs - &matrix.dot(&first);
    let step = solve(residual.view());
    first + step
}
