//! Orthogonal factorisations of the design itself, `[√S X; √(Wλ) I]` with columns of unit norm: for what the normal equations
//! cannot bear, and for deficient rank.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::factor::Triangles;
use super::{Part, Problem, is_constant};
use crate::error::{Error, Result};
use crate::linalg::{PivotedQr, Svd, minimum_norm};
use crate::moments::{Centre, Location, for_each_block};
use crate::scalar::Scalar;
use crate::solver::Solver;

/// A unit-norm column is dependent when what is left of it is below this many roundings of its uncentred values.
pub(super) const RANK_ROUNDINGS: f64 = 8.0;

/// The centred, weighted design and targets.
#[derive(Debug)]
pub(super) struct Design {
    /// `(n, q)`: the columns that vary, each of norm 1.
    pub(super) x: Array2<f64>,
    /// `(n, k)`, divided by `y_scale`.
    pub(super) y: Array2<f64>,
    pub(super) y_scale: f64,
    /// The norms the columns had.
    pub(super) norms: Vec<f64>,
    /// Which columns of the data they are.
    pub(super) active: Vec<usize>,
    /// Below this, what is left of each column is rounding.
    tolerance: Vec<f64>,
    pub(super) n_features: usize,
    /// With fewer samples than features: the factor whose `Q` leads from the coordinates of `x` to the active columns.
    lift: Option<PivotedQr>,
}

impl Design {
    /// Copies the data, centred and weighted, to columns of unit norm.
    pub(super) fn new<F: Scalar>(
        problem: &Problem<'_, F>,
        location: &Location,
        centre: ArrayView1<'_, f64>,
    ) -> Result<Self> {
        let (n, p) = problem.x.dim();
        let mut x = Array2::zeros((n, p));
        let mut y = Array2::zeros((n, problem.y.ncols()));
        let mut start = 0;
        for_each_block(
            problem.x,
            problem.y,
            problem.weights,
            Centre::Given(centre),
            |block| {
                let (rows, width) = block.rows();
                for (i, row) in rows.chunks_exact(width).enumerate() {
                    let (from_x, from_y) = row.split_at(p);
                    x.row_mut(start + i).assign(&ArrayView1::from(from_x));
                    y.row_mut(start + i).assign(&ArrayView1::from(from_y));
                }
                start += block.n_rows;
            },
        );
        let largest_y = y.fold(0.0_f64, |a, v| a.max(v.abs()));
        let y_scale = if largest_y > 0.0 { largest_y } else { 1.0 };
        y /= y_scale;

        let root_weight = location.weight_sum.sqrt();
        let norms: Vec<f64> = x.columns().into_iter().map(norm).collect();
        if !norms.iter().all(|norm| norm.is_finite()) || !y_scale.is_finite() {
            return Err(Error::Overflow {
                what: "the norm of a column",
            });
        }
        let varies = |j: &usize| {
            let mean = location.mean[*j];
            let constant =
                problem.fit_intercept && is_constant(norms[*j], mean, location.weight_sum);
            norms[*j] > 0.0 && !constant
        };
        let active: Vec<usize> = (0..p).filter(varies).collect();
        // How far from zero the columns were before they were centred: what their rounding is relative to.
        let far = active.iter().map(|&j| {
            let distance = if problem.fit_intercept {
                location.mean[j].abs()
            } else {
                0.0
            };
            distance * root_weight
        });
        let far: Vec<f64> = far.collect();
        let x = x.select(Axis(1), &active);
        let norms = active.iter().map(|&j| norms[j]).collect();
        let design = Self {
            x,
            y,
            y_scale,
            norms,
            active,
            tolerance: Vec::new(),
            n_features: p,
            lift: None,
        };
        let tolerance = RANK_ROUNDINGS * F::epsilon().wide();
        Ok(if n < design.active.len() {
            design.reduced(&far, tolerance)
        } else {
            design.scaled(&far, tolerance)
        })
    }

    /// Brings the columns to norm 1.
    fn scaled(mut self, far: &[f64], tolerance: f64) -> Self {
        let columns = self.x.columns_mut().into_iter();
        columns
            .zip(&self.norms)
            .for_each(|(mut column, norm)| column /= *norm);
        let relative = far
            .iter()
            .zip(&self.norms)
            .map(|(far, norm)| tolerance * (1.0 + far / norm));
        self.tolerance = relative.collect();
        self
    }

    /// With fewer samples than features, the same problem in `n` coordinates: `X = RᵀQᵀ` and `w = Qv` with `‖w‖ = ‖v‖`, so that
    /// the penalty, and the shortest solution, stay what they are.
    fn reduced(mut self, far: &[f64], tolerance: f64) -> Self {
        let n = self.x.nrows();
        let largest = self.norms.iter().fold(0.0_f64, |a, v| a.max(*v));
        let far = far.iter().fold(0.0_f64, |a, v| a.max(*v));
        self.x /= largest;
        let qr = PivotedQr::new(self.x.t());
        // Coordinates beyond the rank are rounding: that of rows that repeat each other, or of the centring.
        let tolerance = tolerance * (1.0 + far / largest);
        let rank = qr
            .diagonal()
            .iter()
            .take_while(|d| d.abs() > tolerance)
            .count();
        let r = qr.r(rank);
        let mut x = Array2::zeros((n, rank));
        for (i, &row) in qr.order().iter().enumerate() {
            x.row_mut(row).assign(&r.column(i));
        }
        self.norms = x.columns().into_iter().map(norm).collect();
        x.columns_mut()
            .into_iter()
            .zip(&self.norms)
            .for_each(|(mut column, norm)| column /= *norm);
        self.tolerance = self.norms.iter().map(|norm| tolerance / norm).collect();
        self.norms.iter_mut().for_each(|norm| *norm *= largest);
        self.x = x;
        self.lift = Some(qr);
        self
    }

    /// By QR with column pivoting.
    pub(super) fn qr(&self, ridge: f64, targets: &[usize]) -> Result<Part> {
        if self.x.ncols() == 0 {
            return Ok(self.without_features(Solver::Qr, targets));
        }
        let (matrix, rhs, scale) = self.augmented(ridge, targets);
        let qr = PivotedQr::new(matrix.view());
        let rank = self.rank(&qr);
        let r = qr.r(rank);
        let leading = r.view().split_at(Axis(1), rank).0;
        let singular = Svd::new(leading).ok_or(NO_CONVERGENCE)?.singular_values;
        let scaled = if rank == scale.len() {
            let solve = |rhs: ArrayView2<'_, f64>| {
                let ordered = qr.solve_upper(qr.q_transpose(rhs, rank).view(), rank);
                let mut solution = Array2::zeros(ordered.dim());
                qr.order()
                    .iter()
                    .zip(ordered.rows())
                    .for_each(|(&j, row)| solution.row_mut(j).assign(&row));
                solution
            };
            unscale(&refined(&matrix, &rhs, solve), &scale)
        } else {
            // Columns in their own order and their own units: the shortest solution is that of the original coefficients.
            let mut equations = Array2::zeros((rank, scale.len()));
            for (i, &j) in qr.order().iter().enumerate() {
                equations.column_mut(j).assign(&(&r.column(i) * scale[j]));
            }
            minimum_norm(equations.view(), qr.q_transpose(rhs.view(), rank).view())
        };
        let rank = self.full_rank(ridge, rank);
        Ok(self.part(Solver::Qr, &scaled, rank, ratio(&singular)))
    }

    /// By singular value decomposition.
    pub(super) fn svd(&self, ridge: f64, targets: &[usize]) -> Result<Part> {
        if self.x.ncols() == 0 {
            return Ok(self.without_features(Solver::Svd, targets));
        }
        let (matrix, rhs, scale) = self.augmented(ridge, targets);
        let svd = Svd::new(matrix.view()).ok_or(NO_CONVERGENCE)?;
        let tolerance =
            self.tolerance.iter().fold(0.0_f64, |a, v| a.max(*v)) * svd.singular_values[0];
        let rank = svd
            .singular_values
            .iter()
            .filter(|s| **s > tolerance)
            .count();
        let singular = svd.singular_values.view().split_at(Axis(0), rank).0;
        let u = svd.u.view().split_at(Axis(1), rank).0;
        let v = svd.v.view().split_at(Axis(1), rank).0;
        let project = |rhs: ArrayView2<'_, f64>| {
            let mut projected = u.t().dot(&rhs);
            projected
                .rows_mut()
                .into_iter()
                .zip(singular)
                .for_each(|(mut row, s)| row /= *s);
            projected
        };
        let scaled = if rank == scale.len() {
            unscale(&refined(&matrix, &rhs, |rhs| v.dot(&project(rhs))), &scale)
        } else {
            let equations =
                Array2::from_shape_fn((rank, scale.len()), |(i, j)| v[[j, i]] * scale[j]);
            minimum_norm(equations.view(), project(rhs.view()).view())
        };
        let rank = self.full_rank(ridge, rank);
        Ok(self.part(Solver::Svd, &scaled, rank, ratio(&singular.to_owned())))
    }

    /// The triangle of the λ-augmented design, that of the data in the same units if there is a penalty, and the norms.
    pub(super) fn triangles(&self, ridge: f64) -> Triangles {
        let (matrix, _, scale) = self.augmented(ridge, &[]);
        let triangle = |matrix: ArrayView2<'_, f64>| {
            let qr = PivotedQr::new(matrix);
            let r = qr.r(matrix.nrows().min(matrix.ncols()));
            (qr, r)
        };
        let (qr, _) = triangle(matrix.view());
        let rank = self.rank(&qr);
        let order = qr.order();
        let data = (ridge > 0.0).then(|| {
            let (data, r) = triangle(self.rescaled(&scale).view());
            let mut columns = Array2::zeros(r.dim());
            for (i, &j) in data.order().iter().enumerate() {
                columns.column_mut(j).assign(&r.column(i));
            }
            columns.select(Axis(1), order)
        });
        Triangles {
            r: qr.r(rank),
            data,
            order: order.to_vec(),
            scale: order.iter().map(|&j| scale[j]).collect(),
            lift: self.lift(),
        }
    }

    /// An orthonormal basis of the active columns' space, `(active, q)`, if the design is in its coordinates.
    fn lift(&self) -> Option<Array2<f64>> {
        self.lift.as_ref().map(|qr| {
            let mut unit = Array2::zeros((self.active.len(), self.x.ncols()));
            unit.diag_mut().fill(1.0);
            qr.q(unit.view())
        })
    }

    /// How many pivoted columns are more than rounding.
    pub(super) fn rank(&self, qr: &PivotedQr) -> usize {
        let diagonal = qr.diagonal();
        let dependent = |i: &usize| diagonal[*i].abs() <= self.tolerance[qr.order()[*i]];
        (0..diagonal.len())
            .find(dependent)
            .unwrap_or(diagonal.len())
    }

    /// The λ-augmented design with columns of unit norm, its right-hand sides, and the norms its columns had.
    ///
    /// Rows are in descending order of their largest element: with column pivoting, Householder QR is then accurate row by row,
    /// whatever the weights and the penalty (Cox & Higham, *Stability of Householder QR factorization for weighted least squares
    /// problems*, 1998).
    fn augmented(&self, ridge: f64, targets: &[usize]) -> (Array2<f64>, Array2<f64>, Vec<f64>) {
        let (n, q) = self.x.dim();
        let root = ridge.sqrt();
        let scale: Vec<f64> = self.norms.iter().map(|norm| norm.hypot(root)).collect();
        let penalties = if ridge > 0.0 { q } else { 0 };
        let data = self.rescaled(&scale);
        let mut largest: Vec<f64> = data
            .rows()
            .into_iter()
            .map(|row| row.fold(0.0_f64, |a, v| a.max(v.abs())))
            .collect();
        largest.extend(scale[..penalties].iter().map(|scale| root / scale));
        let mut order: Vec<usize> = (0..n + penalties).collect();
        order.sort_by(|&a, &b| largest[b].total_cmp(&largest[a]));

        let mut matrix = Array2::zeros((order.len(), q));
        let mut rhs = Array2::zeros((order.len(), targets.len()));
        for (&from, (mut row, mut rhs)) in order
            .iter()
            .zip(matrix.rows_mut().into_iter().zip(rhs.rows_mut()))
        {
            if from < n {
                row.assign(&data.row(from));
                rhs.assign(&self.y.row(from).select(Axis(0), targets));
            } else {
                row[from - n] = largest[from];
            }
        }
        (matrix, rhs, scale)
    }

    /// The design in units in which the λ-augmented one has columns of norm 1.
    fn rescaled(&self, scale: &[f64]) -> Array2<f64> {
        let mut data = self.x.clone();
        let factors = self
            .norms
            .iter()
            .zip(scale)
            .map(|(norm, scale)| norm / scale);
        data.columns_mut()
            .into_iter()
            .zip(factors)
            .for_each(|(mut column, factor)| column *= factor);
        data
    }

    /// The rank of the system in all its columns: a penalty that counts makes those full that the samples do not reach.
    fn full_rank(&self, ridge: f64, rank: usize) -> usize {
        if ridge > 0.0 && rank == self.x.ncols() {
            self.active.len()
        } else {
            rank
        }
    }

    /// Puts the coefficients of the design's columns in their places.
    fn part(
        &self,
        solver: Solver,
        solution: &Array2<f64>,
        rank: usize,
        condition_number: f64,
    ) -> Part {
        let lifted = self.lift.as_ref().map(|qr| {
            let mut coordinates = Array2::zeros((self.active.len(), solution.ncols()));
            coordinates
                .view_mut()
                .split_at(Axis(0), solution.nrows())
                .0
                .assign(solution);
            qr.q(coordinates.view())
        });
        let active = lifted.as_ref().unwrap_or(solution);
        let mut coefficients = Array2::zeros((self.n_features, active.ncols()));
        for (&j, row) in self.active.iter().zip(active.rows()) {
            coefficients.row_mut(j).assign(&(&row * self.y_scale));
        }
        Part {
            coefficients,
            solver,
            rank,
            condition_number,
        }
    }

    /// No column varies: the intercept is the model.
    fn without_features(&self, solver: Solver, targets: &[usize]) -> Part {
        let coefficients = Array2::zeros((self.n_features, targets.len()));
        Part {
            coefficients,
            solver,
            rank: 0,
            condition_number: 1.0,
        }
    }
}

/// The iteration for the singular values stopped short.
pub(super) const NO_CONVERGENCE: Error = Error::SolverFailed {
    solver: "SVD",
    reason: "the iteration did not converge",
};

/// The Euclidean norm, without overflow or underflow on the way.
fn norm(values: ArrayView1<'_, f64>) -> f64 {
    let largest = values.fold(0.0_f64, |a, v| a.max(v.abs()));
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    largest
        * values
            .fold(0.0, |a, v| a + (v / largest) * (v / largest))
            .sqrt()
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

/// Coefficients of the unit-norm columns in the units of the data.
fn unscale(coefficients: &Array2<f64>, scale: &[f64]) -> Array2<f64> {
    let mut unscaled = coefficients.clone();
    unscaled
        .rows_mut()
        .into_iter()
        .zip(scale)
        .for_each(|(mut row, scale)| row /= *scale);
    unscaled
}

/// The largest singular value over the smallest.
pub(super) fn ratio(singular_values: &Array1<f64>) -> f64 {
    match (singular_values.first(), singular_values.last()) {
        (Some(first), Some(last)) => first / last,
        _ => 1.0,
    }
}
