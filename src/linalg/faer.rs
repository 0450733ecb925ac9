//! What `faer` computes: pure Rust, no system library.

use ::faer::linalg::matmul::matmul as product;
use ::faer::linalg::matmul::triangular::{BlockStructure, matmul};
use ::faer::linalg::solvers::{Llt, Solve};
use ::faer::linalg::triangular_inverse::invert_lower_triangular;
use ::faer::reborrow::{Reborrow, ReborrowMut};
use ::faer::{Accum, Mat, MatMut, MatRef, Par, Side};
use ndarray::{Array1, Array2, ArrayView2};

use crate::parallel;

/// Runs `f` on a faer view of the matrix.
pub(super) fn with_view<R>(matrix: ArrayView2<'_, f64>, f: impl FnOnce(MatRef<'_, f64>) -> R) -> R {
    let matrix = matrix.as_standard_layout();
    match matrix.as_slice() {
        Some(slice) => f(MatRef::from_row_major_slice(
            slice,
            matrix.nrows(),
            matrix.ncols(),
        )),
        None => f(Mat::from_fn(matrix.nrows(), matrix.ncols(), |i, j| matrix[[i, j]]).as_ref()),
    }
}

pub(super) fn to_mat(matrix: ArrayView2<'_, f64>) -> Mat<f64> {
    Mat::from_fn(matrix.nrows(), matrix.ncols(), |i, j| matrix[[i, j]])
}

pub(super) fn to_array(matrix: MatRef<'_, f64>) -> Array2<f64> {
    Array2::from_shape_fn((matrix.nrows(), matrix.ncols()), |(i, j)| matrix[(i, j)])
}

/// Adds `BᵀB` to the lower triangle of `gram`; `block` holds `rows` rows of `gram`'s width, one after the other.
pub(super) fn add_gram(gram: &mut [f64], block: &[f64], rows: usize, width: usize) {
    let block = MatRef::from_row_major_slice(block, rows, width);
    matmul(
        MatMut::from_row_major_slice_mut(gram, width, width),
        BlockStructure::TriangularLower,
        Accum::Add,
        block.transpose(),
        BlockStructure::Rectangular,
        block,
        BlockStructure::Rectangular,
        1.0,
        Par::Seq,
    );
}

/// Rows of the result that one thread works on, on average.
const PANEL_ROWS: usize = 192;

/// The lower triangle of `X Xᵀ`, in panels of rows of about the same work.
pub(super) fn gram_of_rows(x: &Array2<f64>) -> Array2<f64> {
    let n = x.nrows();
    let x = x.as_standard_layout();
    let mut gram = Array2::zeros((n, n));
    let (Some(mut left), Some(values)) = (gram.as_slice_mut(), x.as_slice()) else {
        return gram;
    };
    let x = MatRef::from_row_major_slice(values, n, x.ncols());
    let count = n.div_ceil(PANEL_ROWS);
    // The area left of the diagonal grows with the square of the row.
    let bound = |panel: usize| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let row = (n as f64 * (panel as f64 / count as f64).sqrt()).round() as usize;
        row.min(n)
    };
    let mut panels = Vec::with_capacity(count);
    for panel in 0..count {
        let (start, end) = (bound(panel), bound(panel + 1));
        let (rows, rest) = left.split_at_mut((end - start) * n);
        panels.push((start, end, rows));
        left = rest;
    }
    parallel::for_each(panels, |(start, end, rows)| {
        let out = MatMut::from_row_major_slice_mut(rows, end - start, n);
        let (before, diagonal) = out.subcols_mut(0, end).split_at_col_mut(start);
        let own = x.subrows(start, end - start);
        product(
            before,
            Accum::Replace,
            own,
            x.subrows(0, start).transpose(),
            1.0,
            Par::Seq,
        );
        matmul(
            diagonal,
            BlockStructure::TriangularLower,
            Accum::Replace,
            own,
            BlockStructure::Rectangular,
            own.transpose(),
            BlockStructure::Rectangular,
            1.0,
            Par::Seq,
        );
    });
    gram
}

/// `A = L Lᵀ`.
#[derive(Debug)]
pub(crate) struct Cholesky {
    factor: Llt<f64>,
}

impl Cholesky {
    /// Factors a symmetric matrix from its lower triangle; `None` if it is not numerically positive definite.
    pub(super) fn new(matrix: ArrayView2<'_, f64>) -> Option<Self> {
        let factor = with_view(matrix, |m| Llt::new(m, Side::Lower)).ok()?;
        let l = factor.L();
        (0..l.nrows())
            .all(|i| l[(i, i)].is_finite() && l[(i, i)] > 0.0)
            .then_some(Self { factor })
    }

    /// `A⁻¹ B`.
    pub(super) fn solve(&self, rhs: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut rhs = to_mat(rhs);
        self.factor.solve_in_place(rhs.as_mut());
        to_array(rhs.as_ref())
    }

    /// `Lᵀ`.
    pub(super) fn upper(&self) -> Array2<f64> {
        let l = self.factor.L();
        Array2::from_shape_fn(
            (l.nrows(), l.nrows()),
            |(i, j)| {
                if i <= j { l[(j, i)] } else { 0.0 }
            },
        )
    }

    /// The diagonal of `A⁻¹`.
    pub(super) fn inverse_diagonal(&self) -> Array1<f64> {
        let l = self.factor.L();
        let mut inverse = Mat::<f64>::zeros(l.nrows(), l.ncols());
        invert_lower_triangular(inverse.as_mut(), l, Par::Seq);
        let square = |j| inverse.col(j).squared_norm_l2();
        (0..l.ncols()).map(square).collect()
    }

    pub(super) fn size(&self) -> usize {
        self.factor.L().nrows()
    }

    /// `v ← A⁻¹ v`.
    pub(super) fn solve_in_place(&self, v: &mut [f64]) {
        let rows = v.len();
        self.factor
            .solve_in_place(MatMut::from_column_major_slice_mut(v, rows, 1));
    }

    /// `v ← A v`; `rest` is as long.
    pub(super) fn multiply(&self, v: &mut [f64], rest: &mut [f64]) {
        let (l, n) = (self.factor.L(), v.len());
        let mut rest = MatMut::from_column_major_slice_mut(rest, n, 1);
        let mut v = MatMut::from_column_major_slice_mut(v, n, 1);
        let (seq, replace) = (Par::Seq, Accum::Replace);
        product(rest.rb_mut(), replace, l.transpose(), v.rb(), 1.0, seq);
        product(v.rb_mut(), replace, l, rest.rb(), 1.0, seq);
    }
}

/// `U`, singular values, `V`; `None` if the iteration does not converge.
pub(super) fn thin_svd(
    matrix: ArrayView2<'_, f64>,
) -> Option<(Array2<f64>, Array1<f64>, Array2<f64>)> {
    let svd = with_view(matrix, |m| m.thin_svd()).ok()?;
    let singular_values = svd.S().column_vector().iter().copied().collect();
    Some((to_array(svd.U()), singular_values, to_array(svd.V())))
}
