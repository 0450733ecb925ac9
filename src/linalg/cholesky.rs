//! Cholesky factors, whoever computed them.

use ndarray::{Array1, Array2, ArrayView2};

#[cfg(feature = "lapack")]
use super::lapack;
use super::{Backend, faer};

/// Iterations of the power method for the condition estimate; its start is generic, and a factor of two is all that is asked of it.
const POWER_ITERATIONS: usize = 12;

/// `A = L Lᵀ`.
#[derive(Debug)]
pub(crate) enum Cholesky {
    Faer(faer::Cholesky),
    #[cfg(feature = "lapack")]
    Lapack(lapack::Cholesky),
}

impl Cholesky {
    /// Factors a symmetric matrix from its lower triangle; `None` if it is not numerically positive definite.
    pub(crate) fn new(matrix: ArrayView2<'_, f64>, backend: Backend) -> Option<Self> {
        match backend {
            Backend::Faer => faer::Cholesky::new(matrix).map(Self::Faer),
            #[cfg(feature = "lapack")]
            Backend::Lapack => lapack::Cholesky::new(matrix).map(Self::Lapack),
        }
    }

    /// `A⁻¹ B`.
    pub(crate) fn solve(&self, rhs: ArrayView2<'_, f64>) -> Array2<f64> {
        match self {
            Self::Faer(factor) => factor.solve(rhs),
            #[cfg(feature = "lapack")]
            Self::Lapack(factor) => factor.solve(rhs),
        }
    }

    /// `Lᵀ`.
    pub(crate) fn upper(&self) -> Array2<f64> {
        match self {
            Self::Faer(factor) => factor.upper(),
            #[cfg(feature = "lapack")]
            Self::Lapack(factor) => factor.upper(),
        }
    }

    /// The diagonal of `A⁻¹`.
    pub(crate) fn inverse_diagonal(&self) -> Array1<f64> {
        match self {
            Self::Faer(factor) => factor.inverse_diagonal(),
            #[cfg(feature = "lapack")]
            Self::Lapack(factor) => factor.inverse_diagonal(),
        }
    }

    /// An estimate of the 2-norm condition number, from below and seldom by more than a factor of two, by the power method
    /// on `A` and on `A⁻¹` (Golub & Van Loan, *Matrix Computations*, §7.3).
    pub(crate) fn condition_number(&self) -> f64 {
        let (largest, inverse_largest) = match self {
            Self::Faer(factor) => (
                power(factor.size(), |v| factor.multiply(v)),
                power(factor.size(), |v| factor.solve(v)),
            ),
            #[cfg(feature = "lapack")]
            Self::Lapack(factor) => (
                power(factor.size(), |v| factor.multiply(v)),
                power(factor.size(), |v| factor.solve(v)),
            ),
        };
        (largest * inverse_largest).max(1.0)
    }
}

/// The norm of a symmetric operator, from a start with no special direction, the same in every run.
fn power(n: usize, apply: impl Fn(ArrayView2<'_, f64>) -> Array2<f64>) -> f64 {
    let start = |(i, _)| 1.0 + 0.5 * ((i as f64 + 1.0) * 12.989).sin();
    let norm = |v: &Array2<f64>| v.iter().map(|v| v * v).sum::<f64>().sqrt();
    let mut vector = Array2::from_shape_fn((n, 1), start);
    vector /= norm(&vector);
    let mut largest = 0.0;
    for _ in 0..POWER_ITERATIONS {
        let product = apply(vector.view());
        largest = norm(&product);
        if largest > 0.0 && largest.is_finite() {
            vector = product / largest;
        }
    }
    largest
}
