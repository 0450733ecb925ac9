//! The design itself, centred and weighted, with columns of unit norm and augmented by the penalty: `[√S X; √(Wλ) I]`.

use ndarray::{Array2, ArrayView1, Axis};

use super::{Problem, REFINED_CONDITION, centred};
use crate::error::{Error, Result};
use crate::linalg::{PivotedQr, divide_rows, max_abs, placed};
use crate::moments::Location;
use crate::scalar::Scalar;
use crate::solver::Backend;

/// A unit-norm column is dependent when what is left of it is below this many roundings of its uncentred values, and
/// those of the factorisation.
const RANK_ROUNDINGS: f64 = 8.0;

/// Share of a unit-norm column that counts as rounding, for data of this `rounding` relative to its norm.
///
/// Values that are read are exact: columns that the normal equations tell apart are not called dependent by any solver,
/// however far from zero they were before they were centred.
pub(super) fn rounding_share(rounding: f64) -> f64 {
    (RANK_ROUNDINGS * rounding).min(1.0 / REFINED_CONDITION)
}

/// The centred, weighted design and targets.
#[derive(Debug)]
pub(super) struct UnitDesign {
    /// `(n, q)`: the columns that vary, each of norm 1.
    pub(super) x: Array2<f64>,
    /// `(n, k)`, divided by `y_scale`.
    pub(super) y: Array2<f64>,
    pub(super) y_scale: f64,
    /// The norms the columns had.
    pub(super) norms: Vec<f64>,
    /// Columns of the data that they are.
    pub(super) active: Vec<usize>,
    /// Below this, what is left of each column is rounding.
    pub(super) tolerance: Vec<f64>,
    pub(super) n_features: usize,
    pub(super) backend: Backend,
    /// With fewer samples than features: the factor whose `Q` leads from the coordinates of `x` to the active columns.
    lift: Option<PivotedQr>,
}

impl UnitDesign {
    /// Copies the data, centred and weighted, to columns of unit norm.
    pub(super) fn new<F: Scalar>(
        problem: &Problem<'_, F>,
        location: &Location,
        centre: &Location,
    ) -> Result<Self> {
        let (n, p) = problem.samples.x().dim();
        let (x, mut y) = centred(problem, centre);
        let largest_y = max_abs(&y);
        let y_scale = if largest_y > 0.0 { largest_y } else { 1.0 };
        y /= y_scale;

        let root_weight = location.weight_sum.sqrt();
        let norms: Vec<f64> = x.columns().into_iter().map(norm).collect();
        if !norms.iter().all(|norm| norm.is_finite()) || !y_scale.is_finite() {
            return Err(Error::overflow("the norm of a column"));
        }
        let active: Vec<usize> = (0..p).filter(|&j| norms[j] > 0.0).collect();
        // How far from zero the columns were before they were centred: what their rounding is relative to.
        let centred = f64::from(u8::from(problem.fit_intercept));
        let distance = |&j: &usize| centred * location.mean[j].abs() * root_weight;
        let far: Vec<f64> = active.iter().map(distance).collect();
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
            backend: problem.backend,
            lift: None,
        };
        let epsilon = F::epsilon().wide();
        Ok(if n < design.active.len() {
            design.reduced(&far, epsilon)
        } else {
            design.scaled(&far, epsilon)
        })
    }

    /// Brings the columns to norm 1.
    fn scaled(mut self, far: &[f64], epsilon: f64) -> Self {
        let rounding = self.backend.rounding(self.x.nrows(), self.x.ncols());
        divide_rows(self.x.view_mut().reversed_axes(), &self.norms);
        let relative =
            |(far, norm): (&f64, &f64)| rounding_share(epsilon * (1.0 + far / norm)) + rounding;
        self.tolerance = far.iter().zip(&self.norms).map(relative).collect();
        self
    }

    /// With fewer samples than features, the same problem in `n` coordinates: `X = RᵀQᵀ` and `w = Qv` with `‖w‖ = ‖v‖`,
    /// so that the penalty, and the shortest solution, stay what they are.
    fn reduced(mut self, far: &[f64], epsilon: f64) -> Self {
        let n = self.x.nrows();
        let (largest, far) = (max_abs(&self.norms), max_abs(far));
        self.x /= largest;
        let qr = PivotedQr::by(self.x.t(), self.backend);
        // Coordinates beyond the rank are rounding: that of rows that repeat each other, or of the centring.
        let rounding = self.backend.rounding(self.x.ncols(), n);
        let tolerance = rounding_share(epsilon * (1.0 + far / largest)) + rounding;
        let mut x = placed(n, qr.order(), qr.r(qr.rank(|_| tolerance)).t());
        self.norms = x.columns().into_iter().map(norm).collect();
        divide_rows(x.view_mut().reversed_axes(), &self.norms);
        self.tolerance = self.norms.iter().map(|norm| tolerance / norm).collect();
        self.norms.iter_mut().for_each(|norm| *norm *= largest);
        self.x = x;
        self.lift = Some(qr);
        self
    }

    /// Number of pivoted columns that are more than rounding.
    pub(super) fn rank(&self, qr: &PivotedQr) -> usize {
        qr.rank(|j| self.tolerance[j])
    }

    /// The λ-augmented design with columns of unit norm, its right-hand sides, and the norms its columns had.
    ///
    /// Rows are in descending order of their largest element: with column pivoting, Householder QR is then accurate row
    /// by row, whatever the weights and the penalty (Cox & Higham, *Stability of Householder QR factorization for
    /// weighted least squares problems*, 1998).
    pub(super) fn augmented(
        &self,
        ridge: f64,
        targets: &[usize],
    ) -> (Array2<f64>, Array2<f64>, Vec<f64>) {
        let (n, q) = self.x.dim();
        let root = ridge.sqrt();
        let scale: Vec<f64> = self.norms.iter().map(|norm| norm.hypot(root)).collect();
        let penalties = if ridge > 0.0 { q } else { 0 };
        let data = self.rescaled(&scale);
        let mut largest: Vec<f64> = data.rows().into_iter().map(max_abs).collect();
        largest.extend(scale[..penalties].iter().map(|scale| root / scale));
        let order = descending(&largest);

        let mut matrix = Array2::zeros((order.len(), q));
        let mut rhs = Array2::zeros((order.len(), targets.len()));
        let rows = matrix.rows_mut().into_iter().zip(rhs.rows_mut());
        for (&from, (mut row, mut rhs)) in order.iter().zip(rows) {
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
    pub(super) fn rescaled(&self, scale: &[f64]) -> Array2<f64> {
        let mut data = self.x.clone();
        let norms = self.norms.iter().zip(scale);
        for (mut column, (norm, scale)) in data.columns_mut().into_iter().zip(norms) {
            column *= norm / scale;
        }
        data
    }

    /// An orthonormal basis of the active columns' space, `(active, q)`, if the design is in its coordinates.
    pub(super) fn lift(&self) -> Option<Array2<f64>> {
        self.lift.as_ref().map(|qr| {
            let mut unit = Array2::zeros((self.active.len(), self.x.ncols()));
            unit.diag_mut().fill(1.0);
            qr.q(unit.view())
        })
    }

    /// Rows of the design's columns `(q, m)` as rows of all features `(p, m)`: lifted from the coordinates, zero where
    /// no column varies.
    pub(super) fn in_place(&self, rows: Array2<f64>) -> Array2<f64> {
        let rows = match &self.lift {
            None => rows,
            Some(qr) => {
                let mut coordinates = Array2::zeros((self.active.len(), rows.ncols()));
                let mut leading = coordinates.view_mut().split_at(Axis(0), rows.nrows()).0;
                leading.assign(&rows);
                qr.q(coordinates.view())
            }
        };
        placed(self.n_features, &self.active, rows.view())
    }
}

/// Rows in descending order of their largest element, as Householder reflections of rows of unlike weights need.
pub(super) fn descending(largest: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..largest.len()).collect();
    order.sort_by(|&a, &b| largest[b].total_cmp(&largest[a]));
    order
}

/// The Euclidean norm, without overflow or underflow on the way.
pub(super) fn norm(values: ArrayView1<'_, f64>) -> f64 {
    let largest = max_abs(values);
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    let squares = values.fold(0.0, |a, v| a + (v / largest) * (v / largest));
    largest * squares.sqrt()
}
