//! Cholesky factors, by whichever backend.

use ndarray::{Array1, Array2, ArrayView2};

#[cfg(feature = "lapack")]
use super::lapack;
use super::{Backend, faer};
use crate::parallel;
use crate::samples::Cancellation;

/// Iterations of the power method for the condition estimate; its start is generic, and a factor of two is all that is
/// asked of it.
const POWER_ITERATIONS: usize = 12;
/// From this size on the two norms of a condition number are worth a thread each.
const SIDE_BY_SIDE: usize = 128;

/// `A = L Lᵀ`.
#[derive(Debug)]
pub(crate) enum Cholesky {
    Faer(faer::Cholesky),
    #[cfg(feature = "lapack")]
    Lapack(lapack::Cholesky),
}

impl Cholesky {
    /// Factors a symmetric matrix from its lower triangle; `None` if it is not numerically positive definite, or if
    /// faer's factorisation is cancelled.
    pub(crate) fn new(
        matrix: Array2<f64>,
        backend: Backend,
        cancellation: Cancellation<'_>,
    ) -> Option<Self> {
        match backend {
            Backend::Faer => faer::Cholesky::new(matrix, cancellation).map(Self::Faer),
            // LAPACK calls a matrix of no row an error.
            #[cfg(feature = "lapack")]
            Backend::Lapack if matrix.is_empty() => {
                faer::Cholesky::new(matrix, cancellation).map(Self::Faer)
            }
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

    /// An estimate of the 2-norm condition number, from below and seldom by more than a factor of two, by the power
    /// method on `A` and on `A⁻¹` (Golub & Van Loan, *Matrix Computations*, §7.3).
    pub(crate) fn condition_number(&self) -> f64 {
        let (largest, inverse_largest) = match self {
            Self::Faer(factor) => both(
                factor.size(),
                |v, rest| factor.multiply(v, rest),
                |v, _| factor.solve_in_place(v),
            ),
            #[cfg(feature = "lapack")]
            Self::Lapack(factor) => both(
                factor.size(),
                |v, rest| factor.multiply(v, rest),
                |v, _| factor.solve_in_place(v),
            ),
        };
        (largest * inverse_largest).max(1.0)
    }
}

/// The norms of an operator and its inverse, side by side where that is worth it.
fn both(
    n: usize,
    apply: impl Fn(&mut [f64], &mut [f64]) + Sync,
    invert: impl Fn(&mut [f64], &mut [f64]) + Sync,
) -> (f64, f64) {
    if n < SIDE_BY_SIDE {
        return (power(n, apply), power(n, invert));
    }
    parallel::join(|| power(n, &apply), || power(n, &invert))
}

/// The norm of a symmetric operator, from a start with no special direction, the same in every run. The operator takes
/// the place of its argument, and has another vector for what it likes.
fn power(n: usize, apply: impl Fn(&mut [f64], &mut [f64])) -> f64 {
    let start = |i| 1.0 + 0.5 * ((i as f64 + 1.0) * 12.989).sin();
    let norm = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>().sqrt();
    let mut vector: Vec<f64> = (0..n).map(start).collect();
    let mut rest = vec![0.0; n];
    let mut largest = norm(&vector);
    for _ in 0..POWER_ITERATIONS {
        if largest > 0.0 && largest.is_finite() {
            vector.iter_mut().for_each(|v| *v /= largest);
        }
        apply(&mut vector, &mut rest);
        largest = norm(&vector);
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::{Backend, Cancellation, Cholesky};
    use ndarray::{Array1, Array2, Axis};

    fn none() -> Cancellation<'static> {
        Cancellation::default()
    }

    /// Rows of an irregular matrix, `(n, p)`.
    fn rows(n: usize, p: usize) -> Array2<f64> {
        Array2::from_shape_fn((n, p), |(i, j)| ((i * p + j) as f64 * 12.9898).sin())
    }

    fn close(a: &Array2<f64>, b: &Array2<f64>) -> bool {
        let scale = b.fold(0.0_f64, |max, v| max.max(v.abs()));
        a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-11 * scale)
    }

    /// Below, at and beyond the sizes at which the work is cut.
    #[test]
    fn a_factor_is_one_whatever_the_number_of_its_blocks() {
        for n in [1, 5, 128, 129, 300] {
            let x = rows(n, n + 40);
            let mut lower = Backend::Faer.gram_of_rows(&x, none());
            let full = x.dot(&x.t()) + Array2::from_diag(&Array1::from_elem(n, 5.0));
            for (i, mut row) in lower.rows_mut().into_iter().enumerate() {
                row[i] += 5.0;
                // What lies right of the diagonal is nobody's business.
                row.iter_mut().skip(i + 1).for_each(|v| *v = f64::NAN);
            }
            let factor =
                Cholesky::new(lower, Backend::Faer, none()).expect("it is positive definite");
            let upper = factor.upper();
            assert!(close(&upper.t().dot(&upper), &full), "{n}: the factor");
            let solution = factor.solve(full.view());
            assert!(close(&solution, &Array2::eye(n)), "{n}: the solution");
            let inverse = factor.solve(Array2::eye(n).view());
            let diagonal = factor.inverse_diagonal().insert_axis(Axis(1));
            let expected = inverse.diag().to_owned().insert_axis(Axis(1));
            assert!(close(&diagonal, &expected), "{n}: the inverse");
            // The estimate is from below, and no more than twice too small.
            let Some((_, values, _)) = crate::linalg::faer::thin_svd(full.view()) else {
                panic!("no singular values")
            };
            let condition = values[0] / values[n - 1];
            let ratio = factor.condition_number() / condition;
            assert!((0.4..1.0 + 1e-9).contains(&ratio), "{n}: {ratio}");
        }
    }

    #[test]
    fn an_indefinite_matrix_has_no_factor() {
        let mut matrix = Array2::eye(200);
        matrix[[150, 150]] = -1.0;
        assert!(Cholesky::new(matrix, Backend::Faer, none()).is_none());
    }
}
