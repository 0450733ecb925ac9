//! The singular value decomposition.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

#[cfg(feature = "lapack")]
use super::lapack;
use super::{Backend, faer, max_abs};
use crate::error::{Error, Result};

/// The iteration for the singular values stopped short.
pub(super) const NO_CONVERGENCE: Error = Error::SolverFailed {
    solver: "SVD",
    reason: "the iteration did not converge",
};

/// The first of descending singular values over the last; 1 of none.
pub(crate) fn ratio(singular_values: ArrayView1<'_, f64>) -> f64 {
    match (singular_values.first(), singular_values.last()) {
        (Some(first), Some(last)) => first / last,
        _ => 1.0,
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
    /// Decomposition by faer.
    pub(crate) fn new(matrix: ArrayView2<'_, f64>) -> Result<Self> {
        Self::by(matrix, Backend::Faer)
    }

    /// Decomposition by a backend.
    pub(crate) fn by(matrix: ArrayView2<'_, f64>, backend: Backend) -> Result<Self> {
        let found = match backend {
            Backend::Faer => faer::thin_svd(matrix),
            #[cfg(feature = "lapack")]
            Backend::Lapack => lapack::thin_svd(matrix),
        };
        let (u, singular_values, v) = found.ok_or(NO_CONVERGENCE)?;
        Ok(Self {
            u,
            singular_values,
            v,
        })
    }

    /// The largest singular value over the smallest; 1 of an empty matrix.
    pub(crate) fn condition_number(&self) -> f64 {
        ratio(self.singular_values.view())
    }

    /// The inverse of a symmetric matrix in the directions whose singular values are above a share of the largest; zero
    /// in the others.
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
