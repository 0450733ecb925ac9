//! The factorisations, by `faer`: pure Rust, no system library.

use ::faer::dyn_stack::{MemBuffer, MemStack};
use ::faer::linalg::householder;
use ::faer::linalg::matmul::triangular::{BlockStructure, matmul};
use ::faer::linalg::solvers::{ColPivQr, Llt, Solve};
use ::faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_upper_triangular_in_place,
};
use ::faer::{Accum, Conj, Mat, MatMut, MatRef, Par, Side};
use ndarray::{Array1, Array2, ArrayView2};

/// Iterations of the power method for the condition estimate; its start is generic, and a factor of two is all that is asked of it.
const POWER_ITERATIONS: usize = 12;

/// Runs `f` on a faer view of the matrix.
fn with_view<R>(matrix: ArrayView2<'_, f64>, f: impl FnOnce(MatRef<'_, f64>) -> R) -> R {
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

fn to_mat(matrix: ArrayView2<'_, f64>) -> Mat<f64> {
    Mat::from_fn(matrix.nrows(), matrix.ncols(), |i, j| matrix[[i, j]])
}

fn to_array(matrix: MatRef<'_, f64>) -> Array2<f64> {
    Array2::from_shape_fn((matrix.nrows(), matrix.ncols()), |(i, j)| matrix[(i, j)])
}

/// Adds `BᵀB` to the lower triangle of `gram`; `block` holds `rows` rows of `gram`'s width, one after the other.
pub(crate) fn add_gram(gram: &mut [f64], block: &[f64], rows: usize, width: usize) {
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

/// `A = L Lᵀ`.
#[derive(Debug)]
pub(crate) struct Cholesky {
    factor: Llt<f64>,
}

impl Cholesky {
    /// Factors a symmetric matrix from its lower triangle; `None` if it is not numerically positive definite.
    pub(crate) fn new(matrix: ArrayView2<'_, f64>) -> Option<Self> {
        let factor = with_view(matrix, |m| Llt::new(m, Side::Lower)).ok()?;
        let l = factor.L();
        (0..l.nrows())
            .all(|i| l[(i, i)].is_finite() && l[(i, i)] > 0.0)
            .then_some(Self { factor })
    }

    /// `A⁻¹ B`.
    pub(crate) fn solve(&self, rhs: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut rhs = to_mat(rhs);
        self.factor.solve_in_place(rhs.as_mut());
        to_array(rhs.as_ref())
    }

    /// `Lᵀ`.
    pub(crate) fn upper(&self) -> Array2<f64> {
        let l = self.factor.L();
        Array2::from_shape_fn(
            (l.nrows(), l.nrows()),
            |(i, j)| {
                if i <= j { l[(j, i)] } else { 0.0 }
            },
        )
    }

    /// An estimate of the 2-norm condition number, from below and seldom by more than a factor of two, by the power method
    /// on `A` and on `A⁻¹` (Golub & Van Loan, *Matrix Computations*, §7.3).
    pub(crate) fn condition_number(&self) -> f64 {
        let l = self.factor.L();
        let n = l.nrows();
        let mut vector = generic_vector(n);
        let mut largest = 0.0;
        for _ in 0..POWER_ITERATIONS {
            let product = l * (l.transpose() * &vector);
            largest = normalize(product, &mut vector);
        }
        let mut vector = generic_vector(n);
        let mut inverse_largest = 0.0;
        for _ in 0..POWER_ITERATIONS {
            let mut solved = vector.clone();
            self.factor.solve_in_place(solved.as_mut());
            inverse_largest = normalize(solved, &mut vector);
        }
        (largest * inverse_largest).max(1.0)
    }
}

/// A unit vector with no special direction, the same in every run.
fn generic_vector(n: usize) -> Mat<f64> {
    let vector = Mat::from_fn(n, 1, |i, _| 1.0 + 0.5 * ((i as f64 + 1.0) * 12.989).sin());
    let norm = vector.norm_l2();
    vector * ::faer::Scale(1.0 / norm)
}

/// Stores the direction of `product` and returns its length.
fn normalize(product: Mat<f64>, vector: &mut Mat<f64>) -> f64 {
    let norm = product.norm_l2();
    if norm > 0.0 && norm.is_finite() {
        *vector = product * ::faer::Scale(1.0 / norm);
    }
    norm
}

/// `A P = Q R` by Householder reflections with column pivoting.
#[derive(Debug)]
pub(crate) struct PivotedQr {
    factor: ColPivQr<f64>,
    /// The original column at each pivoted position.
    order: Vec<usize>,
}

impl PivotedQr {
    pub(crate) fn new(matrix: ArrayView2<'_, f64>) -> Self {
        let factor = with_view(matrix, |m| ColPivQr::new(m));
        let order = factor.P().arrays().0.to_vec();
        Self { factor, order }
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
        let mut rhs = to_mat(rhs);
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

    /// `Q B`, for `B` with as many rows as `A`.
    pub(crate) fn q(&self, rhs: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut rhs = to_mat(rhs);
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
        to_array(rhs.as_ref())
    }

    /// `R₁₁⁻¹ B` for the leading `rank × rank` triangle, rows in pivoted order.
    pub(crate) fn solve_upper(&self, rhs: ArrayView2<'_, f64>, rank: usize) -> Array2<f64> {
        let mut rhs = to_mat(rhs);
        solve_upper_triangular_in_place(
            self.factor.thin_R().get(..rank, ..rank),
            rhs.as_mut(),
            Par::Seq,
        );
        to_array(rhs.as_ref())
    }

    /// `R₁₁⁻ᵀ B` for the leading `rank × rank` triangle, rows in pivoted order.
    pub(crate) fn solve_upper_transpose(
        &self,
        rhs: ArrayView2<'_, f64>,
        rank: usize,
    ) -> Array2<f64> {
        let mut rhs = to_mat(rhs);
        solve_lower_triangular_in_place(
            self.factor.thin_R().get(..rank, ..rank).transpose(),
            rhs.as_mut(),
            Par::Seq,
        );
        to_array(rhs.as_ref())
    }
}

/// `A = U diag(s) Vᵀ`, thin, singular values descending.
#[derive(Debug)]
pub(crate) struct Svd {
    pub(crate) u: Array2<f64>,
    pub(crate) singular_values: Array1<f64>,
    pub(crate) v: Array2<f64>,
}

impl Svd {
    /// `None` if the iteration does not converge.
    pub(crate) fn new(matrix: ArrayView2<'_, f64>) -> Option<Self> {
        let svd = with_view(matrix, |m| m.thin_svd()).ok()?;
        let singular_values = svd.S().column_vector().iter().copied().collect();
        Some(Self {
            u: to_array(svd.U()),
            singular_values,
            v: to_array(svd.V()),
        })
    }
}
