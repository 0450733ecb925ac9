//! QR with column pivoting.

use ::faer::dyn_stack::{MemBuffer, MemStack};
use ::faer::linalg::householder;
use ::faer::linalg::solvers::ColPivQr;
use ::faer::linalg::triangular_inverse::invert_upper_triangular;
use ::faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_upper_triangular_in_place,
};
use ::faer::{Conj, Mat, Par};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::Backend;
use super::faer::{to_array, to_mat, with_view};
#[cfg(feature = "lapack")]
use super::lapack;

/// `A P = Q R` by Householder reflections with column pivoting.
#[derive(Debug)]
pub(crate) struct PivotedQr {
    /// Factor of the matrix, or of the triangle of an unpivoted factorisation by LAPACK.
    factor: ColPivQr<f64>,
    /// The original column at each pivoted position.
    order: Vec<usize>,
    /// `Q₁` of that factorisation, thin.
    outer: Option<Array2<f64>>,
}

impl PivotedQr {
    /// Factors a matrix with more rows than columns, or not.
    pub(crate) fn new(matrix: ArrayView2<'_, f64>) -> Self {
        let factor = with_view(matrix, |m| ColPivQr::new(m));
        let order = factor.P().arrays().0.to_vec();
        Self {
            factor,
            order,
            outer: None,
        }
    }

    /// Factors a matrix by a backend; only the leading columns of `Q`, as many as the matrix has, can then be applied.
    pub(crate) fn by(matrix: ArrayView2<'_, f64>, backend: Backend) -> Self {
        match backend {
            Backend::Faer => Self::new(matrix),
            // LAPACK writes beyond a matrix that has no column.
            #[cfg(feature = "lapack")]
            Backend::Lapack if matrix.is_empty() => Self::new(matrix),
            #[cfg(feature = "lapack")]
            Backend::Lapack => match lapack::thin_qr(matrix) {
                Some((q, r)) => Self {
                    outer: Some(q),
                    ..Self::new(r.view())
                },
                None => Self::new(matrix),
            },
        }
    }

    /// The original column at each pivoted position.
    pub(crate) fn order(&self) -> &[usize] {
        &self.order
    }

    /// The diagonal of `R`, descending in magnitude.
    pub(crate) fn diagonal(&self) -> Array1<f64> {
        let r = self.factor.thin_R();
        (0..r.nrows()).map(|i| r[(i, i)]).collect()
    }

    /// Number of pivoted columns of which more is left than the tolerance of the original column.
    pub(crate) fn rank(&self, tolerance: impl Fn(usize) -> f64) -> usize {
        let left = self.diagonal().into_iter().zip(&self.order);
        left.take_while(|(left, j)| left.abs() > tolerance(**j))
            .count()
    }

    /// The first `rank` rows of `R`, columns in pivoted order.
    pub(crate) fn r(&self, rank: usize) -> Array2<f64> {
        let r = self.factor.thin_R();
        Array2::from_shape_fn(
            (rank, r.ncols()),
            |(i, j)| if i <= j { r[(i, j)] } else { 0.0 },
        )
    }

    /// The first `rank` rows of `Qᵀ B`.
    pub(crate) fn q_transpose(&self, rhs: ArrayView2<'_, f64>, rank: usize) -> Array2<f64> {
        let mut rhs = match &self.outer {
            Some(outer) => to_mat(outer.t().dot(&rhs).view()),
            None => to_mat(rhs),
        };
        let (rows, block, columns) = (rhs.nrows(), self.factor.Q_coeff().nrows(), rhs.ncols());
        let scratch =
            householder::apply_block_householder_sequence_transpose_on_the_left_in_place_scratch::<
                f64,
            >(rows, block, columns);
        householder::apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj(
            self.factor.Q_basis(),
            self.factor.Q_coeff(),
            Conj::No,
            rhs.as_mut(),
            Par::Seq,
            MemStack::new(&mut MemBuffer::new(scratch)),
        );
        to_array(rhs.as_ref().get(..rank, ..))
    }

    /// `Q B`, for `B` with as many rows as `A`; those beyond the columns of `A` are zero.
    pub(crate) fn q(&self, rhs: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut rhs = match &self.outer {
            Some(outer) => to_mat(rhs.split_at(Axis(0), outer.ncols()).0),
            None => to_mat(rhs),
        };
        let (rows, block, columns) = (rhs.nrows(), self.factor.Q_coeff().nrows(), rhs.ncols());
        let scratch = householder::apply_block_householder_sequence_on_the_left_in_place_scratch::<
            f64,
        >(rows, block, columns);
        householder::apply_block_householder_sequence_on_the_left_in_place_with_conj(
            self.factor.Q_basis(),
            self.factor.Q_coeff(),
            Conj::No,
            rhs.as_mut(),
            Par::Seq,
            MemStack::new(&mut MemBuffer::new(scratch)),
        );
        let inner = to_array(rhs.as_ref());
        match &self.outer {
            Some(outer) => outer.dot(&inner),
            None => inner,
        }
    }

    /// `‖eᵢᵀ R₁₁⁻¹‖²` for each row of the leading `rank × rank` triangle, in pivoted order.
    pub(crate) fn inverse_row_norms(&self, rank: usize) -> Array1<f64> {
        let r = self.factor.thin_R();
        let mut inverse = Mat::<f64>::zeros(rank, rank);
        invert_upper_triangular(inverse.as_mut(), r.get(..rank, ..rank), Par::Seq);
        let square = |i| inverse.row(i).squared_norm_l2();
        (0..rank).map(square).collect()
    }

    /// `R₁₁⁻¹ B` for the leading `rank × rank` triangle, rows in pivoted order.
    pub(crate) fn solve_upper(&self, rhs: ArrayView2<'_, f64>, rank: usize) -> Array2<f64> {
        let (r, mut rhs) = (self.factor.thin_R().get(..rank, ..rank), to_mat(rhs));
        solve_upper_triangular_in_place(r, rhs.as_mut(), Par::Seq);
        to_array(rhs.as_ref())
    }

    /// `R₁₁⁻ᵀ B` for the leading `rank × rank` triangle, rows in pivoted order.
    pub(crate) fn solve_upper_transpose(
        &self,
        rhs: ArrayView2<'_, f64>,
        rank: usize,
    ) -> Array2<f64> {
        let (r, mut rhs) = (self.factor.thin_R().get(..rank, ..rank), to_mat(rhs));
        solve_lower_triangular_in_place(r.transpose(), rhs.as_mut(), Par::Seq);
        to_array(rhs.as_ref())
    }
}

/// A column of norm 1 of which less than this is left depends on the others.
const DEPENDENT: f64 = 1e-10;

/// Quadratic form `dᵀ (SᵀS)⁻¹ d` of a root `S`, `(r, m)`; `None` if its columns depend on each other.
pub(crate) fn quadratic_form(root: ArrayView2<'_, f64>, d: ArrayView1<'_, f64>) -> Option<f64> {
    let m = root.ncols();
    if root.nrows() < m || m == 0 {
        return None;
    }
    let norms = root.map_axis(Axis(0), |column| column.dot(&column).sqrt());
    if !norms.iter().all(|norm| *norm > 0.0 && norm.is_finite()) {
        return None;
    }
    let unit = &root / &norms;
    let qr = PivotedQr::new(unit.view());
    if qr.diagonal().iter().any(|r| r.abs() <= DEPENDENT) {
        return None;
    }
    let ordered: Array1<f64> = qr.order().iter().map(|&j| d[j] / norms[j]).collect();
    let solved = qr.solve_upper_transpose(ordered.view().insert_axis(Axis(1)), m);
    Some(solved.iter().map(|v| v * v).sum())
}
