//! Factorisations and products by BLAS and LAPACK, through `ndarray-linalg`.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis, aview_mut1, aview1};
use ndarray_linalg::{CholeskyInto as _, Diag, JobSvd, QR, SVDDC, SolveTriangular, UPLO};

/// Adds `BᵀB` to `gram`; `block` holds `rows` rows of `gram`'s width, one after the other.
pub(super) fn add_gram(gram: &mut [f64], block: &[f64], rows: usize, width: usize) {
    let gram = ArrayViewMut2::from_shape((width, width), gram);
    let block = ArrayView2::from_shape((rows, width), block);
    if let (Ok(mut gram), Ok(block)) = (gram, block) {
        general_mat_mul(1.0, &block.t(), &block, 1.0, &mut gram);
    }
}

/// `A = L Lᵀ`.
#[derive(Debug)]
pub(crate) struct Cholesky {
    l: Array2<f64>,
}

impl Cholesky {
    /// `None` if the matrix is not numerically positive definite.
    pub(super) fn new(matrix: Array2<f64>) -> Option<Self> {
        let l = matrix.cholesky_into(UPLO::Lower).ok()?;
        l.diag()
            .iter()
            .all(|d| d.is_finite() && *d > 0.0)
            .then_some(Self { l })
    }

    pub(super) fn size(&self) -> usize {
        self.l.nrows()
    }

    /// `v ← A⁻¹ v`.
    pub(super) fn solve_in_place(&self, v: &mut [f64]) {
        let solution = self.solve(aview1(v).insert_axis(Axis(1)));
        v.iter_mut().zip(&solution).for_each(|(v, s)| *v = *s);
    }

    /// `v ← A v`; `rest` is as long.
    pub(super) fn multiply(&self, v: &mut [f64], rest: &mut [f64]) {
        let mut rest = aview_mut1(rest);
        rest.assign(&self.l.t().dot(&aview1(v)));
        aview_mut1(v).assign(&self.l.dot(&rest));
    }

    /// `A⁻¹ B`.
    pub(super) fn solve(&self, rhs: ArrayView2<'_, f64>) -> Array2<f64> {
        triangular(self.l.t(), UPLO::Upper, self.solve_lower(rhs))
    }

    /// `Lᵀ`.
    pub(super) fn upper(&self) -> Array2<f64> {
        self.l.t().to_owned()
    }

    /// `L⁻¹ B`.
    fn solve_lower(&self, rhs: ArrayView2<'_, f64>) -> Array2<f64> {
        triangular(self.l.view(), UPLO::Lower, rhs.to_owned())
    }

    /// The diagonal of `A⁻¹`.
    pub(super) fn inverse_diagonal(&self) -> Array1<f64> {
        let inverse = self.solve_lower(Array2::eye(self.size()).view());
        inverse.map_axis(Axis(0), |column| column.dot(&column))
    }
}

/// `T⁻¹ B` for a triangle without a zero on its diagonal.
fn triangular(triangle: ArrayView2<'_, f64>, uplo: UPLO, rhs: Array2<f64>) -> Array2<f64> {
    let nan = Array2::from_elem(rhs.dim(), f64::NAN);
    triangle
        .solve_triangular(uplo, Diag::NonUnit, &rhs)
        .unwrap_or(nan)
}

/// Thin `Q` and `R`; `None` if LAPACK refuses the matrix.
pub(super) fn thin_qr(matrix: ArrayView2<'_, f64>) -> Option<(Array2<f64>, Array2<f64>)> {
    matrix.qr().ok()
}

/// `U`, singular values, `V`; `None` if the iteration does not converge.
pub(super) fn thin_svd(
    matrix: ArrayView2<'_, f64>,
) -> Option<(Array2<f64>, Array1<f64>, Array2<f64>)> {
    let (u, singular_values, vt) = matrix.svddc(JobSvd::Some).ok()?;
    Some((u?, singular_values, vt?.reversed_axes()))
}
