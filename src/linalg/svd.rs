//! The singular value decomposition.

use ndarray::{Array1, Array2, ArrayView2};

#[cfg(feature = "lapack")]
use super::lapack;
use super::{Backend, faer, max_abs};

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
        Self::by(matrix, Backend::Faer)
    }

    /// Decomposition by a backend.
    pub(crate) fn by(matrix: ArrayView2<'_, f64>, backend: Backend) -> Option<Self> {
        let (u, singular_values, v) = match backend {
            Backend::Faer => faer::thin_svd(matrix),
            #[cfg(feature = "lapack")]
            Backend::Lapack => lapack::thin_svd(matrix),
        }?;
        Some(Self {
            u,
            singular_values,
            v,
        })
    }

    /// The inverse of a symmetric matrix in the directions whose singular values are above a share of the largest; zero in
    /// the others.
    pub(crate) fn symmetric_inverse(&self, tolerance: f64) -> Array2<f64> {
        let largest = max_abs(&self.singular_values);
        let mut scaled = self.u.clone();
        for (mut column, &s) in scaled.columns_mut().into_iter().zip(&self.singular_values) {
            if s > tolerance * largest {
                column /= s;
            } else {
                column.fill(0.0);
            }
        }
        scaled.dot(&self.u.t())
    }
}
