//! Backends: the libraries of matrix products and factorisations.

use std::fmt;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::faer;
#[cfg(feature = "lapack")]
use super::lapack;
use crate::samples::Cancellation;

/// The library behind the Gram matrix, Cholesky, QR and SVD. Both give the same results within rounding; the report of
/// a fit names the one that ran.
///
/// # Examples
///
/// ```
/// use elltwo::model::{Estimator, RidgeRegression};
/// use elltwo::solver::Backend;
/// use ndarray::array;
///
/// let (x, y) = (array![[1.0], [2.0], [4.0]], array![3.0, 5.0, 9.0]);
/// let model = RidgeRegression::new().backend(Backend::Faer).fit(x.view(), y.view())?;
/// assert!((model.coefficients()[0] - 2.0_f64).abs() < 1e-14);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[non_exhaustive]
pub enum Backend {
    /// `faer`: Rust, on every platform, no system library.
    #[default]
    Faer,
    /// BLAS and LAPACK through `ndarray-linalg`, with one of the features `openblas-system`, `openblas-static`,
    /// `intel-mkl-system`, `intel-mkl-static`, `netlib-system`, `netlib-static`. QR pivots the triangle of LAPACK's
    /// unpivoted factor. The crate's own threads cut the rows already: set `OPENBLAS_NUM_THREADS=1`.
    #[cfg(feature = "lapack")]
    Lapack,
}

impl Backend {
    /// The name, as the report prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Faer => "faer",
            #[cfg(feature = "lapack")]
            Self::Lapack => "LAPACK",
        }
    }

    /// Rounding that QR of unit-norm columns leaves of a dependent one: errors of the reflections, which add up like a
    /// random walk, and of sums over rows, which for columns of zeros and ones all go the same way. At least twice what
    /// was seen of up to a million rows.
    pub(crate) fn rounding(self, rows: usize, columns: usize) -> f64 {
        let rows_per_rounding = match self {
            Self::Faer => 64.0,
            #[cfg(feature = "lapack")]
            Self::Lapack => 4.0,
        };
        f64::EPSILON * (8.0 * (columns as f64).sqrt() + rows as f64 / rows_per_rounding)
    }

    /// Adds `BᵀB` to the lower triangle of `gram`, and whatever to the upper; `block` holds `rows` rows of `gram`'s
    /// width, one after the other.
    pub(crate) fn add_gram(self, gram: &mut [f64], block: &[f64], rows: usize, width: usize) {
        match self {
            Self::Faer => faer::add_gram(gram, block, rows, width),
            #[cfg(feature = "lapack")]
            Self::Lapack => lapack::add_gram(gram, block, rows, width),
        }
    }

    /// The lower triangle of `X Xᵀ`; the upper one holds whatever, and all of it if faer's product is cancelled.
    pub(crate) fn gram_of_rows(
        self,
        x: &Array2<f64>,
        cancellation: Cancellation<'_>,
    ) -> Array2<f64> {
        match self {
            Self::Faer => faer::gram_of_rows(x, cancellation),
            #[cfg(feature = "lapack")]
            Self::Lapack => x.dot(&x.t()),
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
