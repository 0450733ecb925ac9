//! The scaled, centred, weighted design in twice the precision, and its solution for one penalty.

use ndarray::{Array2, ArrayView1, Axis};

use super::shortest::shortest;
use super::units::{Column, Weights, norm};
use super::{Coefficients, ExtendedProblem};
use crate::error::{Error, Result};
use crate::linalg::{DoubleDouble, PivotedQr, Svd, exponent, solve_augmented};
use crate::solver::Backend;
use crate::solver::closed_form::unit_design::{descending, rounding_share};

/// The refinement did not converge.
pub(super) const NOT_REFINED: Error = Error::SolverFailed {
    solver: "QR in extended precision",
    reason: "the system is too ill-conditioned for its refinement to converge: double precision may do",
};

/// Samples of positive weight: centred, multiplied by the roots of the weights, in units in which they are of the order
/// of 1.
#[derive(Debug)]
pub(super) struct ExtendedDesign {
    /// `(n, q)`: the columns that vary.
    x: Array2<DoubleDouble>,
    /// `(n, k)`
    y: Array2<DoubleDouble>,
    /// Columns of the data that they are.
    pub(super) active: Vec<usize>,
    /// Column `j` is that of the data divided by `2^exponents[j]`.
    pub(super) exponents: Vec<i32>,
    pub(super) y_exponents: Vec<i32>,
    /// In the units of the columns; zero without an intercept.
    pub(super) means: Vec<DoubleDouble>,
    pub(super) y_means: Vec<DoubleDouble>,
    /// Below this, what is left of each column of norm 1 is rounding.
    tolerance: Vec<f64>,
    pub(super) weight_sum: f64,
    /// Sum of the weights, divided by a power of two.
    pub(super) scaled_weight_sum: DoubleDouble,
}

impl ExtendedDesign {
    pub(super) fn new(problem: &ExtendedProblem<'_>) -> Result<Self> {
        let weights = Weights::new(problem.weights.as_ref(), problem.x.nrows());
        let weight_sum = weights.sum.scaled(weights.exponent).hi();
        if !weight_sum.is_finite() {
            return Err(Error::overflow(
                "a mean of the data, or the sum of the weights,",
            ));
        }
        let n = weights.rows.len();
        let scaled_sum = weights.sum.hi();
        let mut design = Self {
            x: Array2::from_elem((n, problem.x.ncols()), DoubleDouble::ZERO),
            y: Array2::from_elem((n, problem.y.ncols()), DoubleDouble::ZERO),
            active: Vec::new(),
            exponents: Vec::new(),
            y_exponents: Vec::new(),
            means: Vec::new(),
            y_means: Vec::new(),
            tolerance: Vec::new(),
            weight_sum,
            scaled_weight_sum: weights.sum,
        };
        for (j, values) in problem.x.columns().into_iter().enumerate() {
            let column = Column::new(values, &weights, problem.fit_intercept);
            let norm = norm(column.values.view());
            if norm > 0.0 {
                let far = column.mean.hi().abs() * scaled_sum.sqrt() / norm;
                let slot = design.active.len();
                design.x.column_mut(slot).assign(&column.values);
                design.active.push(j);
                design.exponents.push(column.exponent);
                design.means.push(column.mean);
                // The factor that decides is in `f64`.
                let rounding = problem.rounding.max(f64::EPSILON) + problem.rounding * far;
                let factorisation = Backend::Faer.rounding(n, problem.x.ncols());
                (design.tolerance).push(rounding_share(rounding) + factorisation);
            }
        }
        let slots: Vec<usize> = (0..design.active.len()).collect();
        design.x = design.x.select(Axis(1), &slots);
        for (values, mut to) in problem.y.columns().into_iter().zip(design.y.columns_mut()) {
            let column = Column::new(values, &weights, problem.fit_intercept);
            to.assign(&column.values);
            design.y_exponents.push(column.exponent);
            design.y_means.push(column.mean);
        }
        Ok(design)
    }

    pub(super) fn n_samples(&self) -> usize {
        self.x.nrows()
    }

    /// The coefficients of these targets with this penalty.
    pub(super) fn solve(&self, lambda: f64, targets: &[usize]) -> Result<Coefficients> {
        let k = targets.len();
        if self.active.is_empty() {
            return Ok(Coefficients {
                scaled: Array2::from_elem((0, k), DoubleDouble::ZERO),
                exponents: Vec::new(),
                residuals: self.y.select(Axis(1), targets),
                steps: 0,
                rank: 0,
                condition_number: 1.0,
                degrees_of_freedom: 0.0,
            });
        }
        let system = self.augmented(lambda, targets)?;
        let qr = PivotedQr::new(system.matrix.mapv(DoubleDouble::hi).view());
        let rank = self.rank(&qr, &system.norms);
        let (leading, dependent) = qr.order().split_at(rank);
        let mut r = qr.r(rank).select(Axis(1), &(0..rank).collect::<Vec<_>>());
        for (mut column, &j) in r.columns_mut().into_iter().zip(leading) {
            column /= system.norms[j];
        }
        let condition_number = Svd::new(r.view())?.condition_number();

        // Columns that depend on the others are more right-hand sides: their solutions say how.
        let matrix = system.matrix.select(Axis(1), leading);
        let rhs = ndarray::concatenate![
            Axis(1),
            system.rhs,
            system.matrix.select(Axis(1), dependent)
        ];
        let zero = Array2::from_elem((rank, rhs.ncols()), DoubleDouble::ZERO);
        let solved = solve_augmented(matrix.view(), &qr, rhs.view(), zero.view());
        let solved = solved.ok_or(NOT_REFINED)?;
        let (basic, relations) = solved.solution.view().split_at(Axis(1), k);
        let (ordered, more) = if dependent.is_empty() {
            (basic.to_owned(), 0)
        } else {
            let exponents: Vec<i32> = qr.order().iter().map(|&j| system.exponents[j]).collect();
            shortest(basic, relations, &exponents).ok_or(NOT_REFINED)?
        };
        let mut scaled = Array2::from_elem((self.active.len(), k), DoubleDouble::ZERO);
        for (&j, row) in qr.order().iter().zip(ordered.rows()) {
            scaled.row_mut(j).assign(&row);
        }
        let mut residuals = Array2::from_elem((self.n_samples(), k), DoubleDouble::ZERO);
        for (&row, from) in system.order.iter().zip(solved.residuals.rows()) {
            if row < self.n_samples() {
                residuals.row_mut(row).assign(&from.split_at(Axis(0), k).0);
            }
        }
        let penalties = leading.iter().map(|&j| system.penalty[j].powi(2));
        let inverse = qr.inverse_row_norms(rank);
        let lost: f64 = inverse.iter().zip(penalties).map(|(d, p)| d * p).sum();
        Ok(Coefficients {
            scaled,
            exponents: system.exponents,
            degrees_of_freedom: rank as f64 - lost,
            residuals,
            steps: solved.steps.max(more),
            rank,
            condition_number,
        })
    }

    /// The largest element of `XᵀSr/W − λw` in units of the data.
    pub(super) fn kkt_residual(
        &self,
        part: &Coefficients,
        column: usize,
        target: usize,
        lambda: f64,
    ) -> f64 {
        let (y_exponent, residuals) = (self.y_exponents[target], part.residuals.column(column));
        let slots = self.x.columns().into_iter().enumerate();
        let left = slots.map(|(slot, x)| {
            let products = x.iter().zip(residuals);
            let along = products.fold(DoubleDouble::ZERO, |sum, (&x, &r)| sum + x * r);
            let along = (along / self.scaled_weight_sum).scaled(self.exponents[slot] + y_exponent);
            let w = part.scaled[[slot, column]].scaled(y_exponent - part.exponents[slot]);
            (along - w * DoubleDouble::new(lambda)).hi().abs()
        });
        left.fold(0.0, f64::max)
    }

    /// Number of pivoted columns that are more than rounding.
    fn rank(&self, qr: &PivotedQr, norms: &[f64]) -> usize {
        qr.rank(|j| self.tolerance[j] * norms[j])
    }

    /// The λ-augmented system, rows in descending order of their largest element, as QR by rows of very different size
    /// needs them (Cox & Higham, *Stability of Householder QR factorization for weighted least squares problems*,
    /// 1998).
    fn augmented(&self, lambda: f64, targets: &[usize]) -> Result<System> {
        let (n, q) = self.x.dim();
        let ridge = DoubleDouble::new(lambda) * self.scaled_weight_sum;
        if !(lambda * self.scaled_weight_sum.hi()).is_finite() {
            return Err(Error::overflow("lambda times the sum of the weights"));
        }
        let root = ridge.sqrt();
        let penalties = if root.hi() > 0.0 { q } else { 0 };
        // Each column is brought to the order of 1 once more, its penalty included.
        let mut data = self.x.clone();
        let (mut exponents, mut penalty) = (Vec::with_capacity(q), Vec::with_capacity(q));
        let mut norms = Vec::with_capacity(q);
        for (mut column, &from) in data.columns_mut().into_iter().zip(&self.exponents) {
            let norm = norm(column.view());
            let mut more = exponent(norm);
            if penalties > 0 {
                more = more.max(exponent(root.hi()) - from);
            }
            column.mapv_inplace(|v| v.scaled(-more));
            exponents.push(from + more);
            let diagonal = root.scaled(-(from + more));
            let norm = DoubleDouble::new(norm).scaled(-more);
            norms.push(norm.hi().hypot(diagonal.hi()));
            penalty.push(diagonal);
        }
        let size =
            |row: ArrayView1<'_, DoubleDouble>| row.fold(0.0_f64, |a, v| a.max(v.hi().abs()));
        let mut largest: Vec<f64> = data.rows().into_iter().map(size).collect();
        largest.extend(penalty.iter().take(penalties).map(|v| v.hi()));
        let order = descending(&largest);

        let mut matrix = Array2::from_elem((order.len(), q), DoubleDouble::ZERO);
        let mut rhs = Array2::from_elem((order.len(), targets.len()), DoubleDouble::ZERO);
        let rows = matrix.rows_mut().into_iter().zip(rhs.rows_mut());
        for (&from, (mut row, mut rhs)) in order.iter().zip(rows) {
            if from < n {
                row.assign(&data.row(from));
                rhs.assign(&self.y.row(from).select(Axis(0), targets));
            } else {
                row[from - n] = penalty[from - n];
            }
        }
        Ok(System {
            matrix,
            rhs,
            order,
            exponents,
            norms,
            penalty: penalty.iter().map(|v| v.hi()).collect(),
        })
    }
}

/// The λ-augmented design and its right-hand sides.
struct System {
    matrix: Array2<DoubleDouble>,
    rhs: Array2<DoubleDouble>,
    /// Sample that each row is; from `n` on, penalties.
    order: Vec<usize>,
    /// Column `j` is that of the data divided by `2^exponents[j]`.
    exponents: Vec<i32>,
    norms: Vec<f64>,
    /// The penalty's diagonal, in the same units.
    penalty: Vec<f64>,
}
