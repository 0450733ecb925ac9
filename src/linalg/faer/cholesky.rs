//! `A = L Lᵀ` in the place of `A`.

use ::faer::dyn_stack::{MemBuffer, MemStack};
use ::faer::linalg::cholesky::llt::factor::{
    LltRegularization, cholesky_in_place, cholesky_in_place_scratch,
};
use ::faer::linalg::matmul::matmul as product;
use ::faer::linalg::matmul::triangular::{BlockStructure, matmul};
use ::faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_upper_triangular_in_place,
};
use ::faer::reborrow::{Reborrow, ReborrowMut};
use ::faer::{Accum, Mat, MatMut, MatRef, Par, Spec};
use ndarray::{Array1, Array2, ArrayView2};

use super::{to_array, to_mat};
use crate::parallel;
use crate::samples::Cancellation;

/// Columns that are factored at a time.
const BLOCK: usize = 128;
/// Rows below them that one thread works on.
const BAND: usize = 128;
/// Columns of the inverse that one thread works on.
const INVERSE_COLUMNS: usize = 64;

/// `A = L Lᵀ`.
#[derive(Debug)]
pub(crate) struct Cholesky {
    /// The rows of `L`, one after the other. Right of the diagonal there are zeros within its blocks, and whatever
    /// beyond.
    l: Vec<f64>,
    n: usize,
}

impl Cholesky {
    /// Factors a symmetric matrix from its lower triangle; `None` if it is not numerically positive definite,
    /// or if it is cancelled.
    ///
    /// Column blocks from left to right: what the columns before them explain is taken off, the square on the diagonal
    /// is factored, and the rows below follow from it, in bands.
    pub(in crate::linalg) fn new(
        matrix: Array2<f64>,
        cancellation: Cancellation<'_>,
    ) -> Option<Self> {
        let n = matrix.nrows();
        let mut l: Vec<f64> = if matrix.is_standard_layout() {
            let (mut values, start) = matrix.into_raw_vec_and_offset();
            values.drain(..start.unwrap_or(0));
            values.truncate(n * n);
            values
        } else {
            matrix.iter().copied().collect()
        };
        for start in (0..n).step_by(BLOCK) {
            if cancellation.is_raised() {
                return None;
            }
            let end = (start + BLOCK).min(n);
            let (above, below) = l.split_at_mut(end * n);
            let own = &mut above[start * n..];
            factor_square(own, start, n)?;
            let own = MatRef::from_row_major_slice(own, end - start, n);
            let (before, square) = own.subcols(0, end).split_at_col(start);
            parallel::for_each(below.chunks_mut(BAND * n).collect(), |band| {
                let rows = MatMut::from_row_major_slice_mut(band, band.len() / n, n);
                let (band_before, mut band) = rows.subcols_mut(0, end).split_at_col_mut(start);
                product(
                    band.rb_mut(),
                    Accum::Add,
                    band_before.rb(),
                    before.transpose(),
                    -1.0,
                    Par::Seq,
                );
                solve_lower_triangular_in_place(square, band.transpose_mut(), Par::Seq);
            });
        }
        (0..n)
            .all(|i| l[i * n + i].is_finite() && l[i * n + i] > 0.0)
            .then_some(Self { l, n })
    }

    fn l(&self) -> MatRef<'_, f64> {
        MatRef::from_row_major_slice(&self.l, self.n, self.n)
    }

    /// `A⁻¹ B`.
    pub(in crate::linalg) fn solve(&self, rhs: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut rhs = to_mat(rhs);
        self.solve_mat(rhs.as_mut());
        to_array(rhs.as_ref())
    }

    fn solve_mat(&self, mut rhs: MatMut<'_, f64>) {
        solve_lower_triangular_in_place(self.l(), rhs.rb_mut(), Par::Seq);
        solve_upper_triangular_in_place(self.l().transpose(), rhs, Par::Seq);
    }

    /// `Lᵀ`.
    pub(in crate::linalg) fn upper(&self) -> Array2<f64> {
        let l = self.l();
        Array2::from_shape_fn(
            (self.n, self.n),
            |(i, j)| {
                if i <= j { l[(j, i)] } else { 0.0 }
            },
        )
    }

    /// The diagonal of `A⁻¹`: the squares of the columns of `L⁻¹`.
    pub(in crate::linalg) fn inverse_diagonal(&self) -> Array1<f64> {
        let n = self.n;
        let columns = parallel::map(n.div_ceil(INVERSE_COLUMNS), |panel| {
            let start = panel * INVERSE_COLUMNS;
            let width = INVERSE_COLUMNS.min(n - start);
            // Above the first of them the columns are zero.
            let mut inverse = Mat::<f64>::zeros(n - start, width);
            (0..width).for_each(|j| inverse[(j, j)] = 1.0);
            let l = self.l().submatrix(start, start, n - start, n - start);
            solve_lower_triangular_in_place(l, inverse.as_mut(), Par::Seq);
            let squares = (0..width).map(|j| inverse.col(j).squared_norm_l2());
            squares.collect::<Vec<_>>()
        });
        columns.into_iter().flatten().collect()
    }

    pub(in crate::linalg) fn size(&self) -> usize {
        self.n
    }

    /// `v ← A⁻¹ v`.
    pub(in crate::linalg) fn solve_in_place(&self, v: &mut [f64]) {
        self.solve_mat(MatMut::from_column_major_slice_mut(v, self.n, 1));
    }

    /// `v ← A v`; `rest` is as long.
    pub(in crate::linalg) fn multiply(&self, v: &mut [f64], rest: &mut [f64]) {
        let (l, n) = (self.l(), self.n);
        let mut rest = MatMut::from_column_major_slice_mut(rest, n, 1);
        let mut v = MatMut::from_column_major_slice_mut(v, n, 1);
        rest.fill(0.0);
        let blocks = || {
            (0..n)
                .step_by(BLOCK)
                .map(|start| (start, (start + BLOCK).min(n)))
        };
        for (start, end) in blocks() {
            let rows = l.submatrix(start, 0, end - start, end);
            product(
                rest.rb_mut().subrows_mut(0, end),
                Accum::Add,
                rows.transpose(),
                v.rb().subrows(start, end - start),
                1.0,
                Par::Seq,
            );
        }
        for (start, end) in blocks() {
            let rows = l.submatrix(start, 0, end - start, end);
            product(
                v.rb_mut().subrows_mut(start, end - start),
                Accum::Replace,
                rows,
                rest.rb().subrows(0, end),
                1.0,
                Par::Seq,
            );
        }
    }
}

/// Factors the square on the diagonal of these rows, which begin at row and column `start`, after those before it.
fn factor_square(rows: &mut [f64], start: usize, n: usize) -> Option<()> {
    let height = rows.len() / n;
    let rows = MatMut::from_row_major_slice_mut(rows, height, n);
    let (before, mut square) = rows.subcols_mut(0, start + height).split_at_col_mut(start);
    matmul(
        square.rb_mut(),
        BlockStructure::TriangularLower,
        Accum::Add,
        before.rb(),
        BlockStructure::Rectangular,
        before.rb().transpose(),
        BlockStructure::Rectangular,
        -1.0,
        Par::Seq,
    );
    let mut l = Mat::<f64>::zeros(height, height);
    l.copy_from_triangular_lower(square.rb());
    let mut memory = MemBuffer::new(cholesky_in_place_scratch::<f64>(
        height,
        Par::Seq,
        Spec::default(),
    ));
    cholesky_in_place(
        l.as_mut(),
        LltRegularization::default(),
        Par::Seq,
        MemStack::new(&mut memory),
        Spec::default(),
    )
    .ok()?;
    square.copy_from_triangular_lower(l.as_ref());
    for i in 0..height {
        (i + 1..height).for_each(|j| square[(i, j)] = 0.0);
    }
    Some(())
}
