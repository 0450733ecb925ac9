//! One-sided Jacobi: a singular value decomposition that respects the scales of the rows.

use ndarray::{Array1, Array2, ArrayView2};

use super::Svd;
use super::svd::NO_CONVERGENCE;
use crate::error::Result;

/// Beyond this many columns the rotations cost too much, and the ordinary decomposition takes over.
const LARGEST: usize = 256;
/// Sweeps over all pairs; six to ten are the rule.
const SWEEPS: usize = 60;

/// `A = U diag(s) Wᵀ` of a matrix with no more columns than rows, singular values descending and positive.
///
/// Where `A = D B` with a diagonal `D` of any range, the relative error of every singular value is of the order of
/// `κ(B) ε` and not of `κ(A) ε` (Demmel & Veselić, *Jacobi's method is more accurate than QR*, 1992). `None` if the
/// iteration does not converge.
pub(crate) fn jacobi(matrix: ArrayView2<'_, f64>) -> Result<Svd> {
    let (rows, size) = matrix.dim();
    if size > LARGEST {
        return Svd::new(matrix);
    }
    // Each column of A, and below it the column of W that made it.
    let mut columns: Vec<Vec<f64>> = (0..size)
        .map(|j| {
            let rotation = (0..size).map(|i| f64::from(u8::from(i == j)));
            matrix.column(j).iter().copied().chain(rotation).collect()
        })
        .collect();
    let tolerance = f64::EPSILON * (rows as f64).sqrt();
    let converged = (0..SWEEPS).any(|_| !sweep(&mut columns, rows, tolerance));
    if !converged {
        return Err(NO_CONVERGENCE);
    }
    columns.sort_by(|a, b| dot(&b[..rows], &b[..rows]).total_cmp(&dot(&a[..rows], &a[..rows])));
    let singular_values: Array1<f64> = columns
        .iter()
        .map(|c| dot(&c[..rows], &c[..rows]).sqrt())
        .collect();
    let u = Array2::from_shape_fn((rows, size), |(i, j)| columns[j][i] / singular_values[j]);
    let v = Array2::from_shape_fn((size, size), |(i, j)| columns[j][rows + i]);
    let finite = u.iter().all(|v| v.is_finite()).then_some(Svd {
        u,
        singular_values,
        v,
    });
    finite.ok_or(NO_CONVERGENCE)
}

/// Makes each pair of columns orthogonal in turn; true if any was not.
fn sweep(columns: &mut [Vec<f64>], rows: usize, tolerance: f64) -> bool {
    let mut rotated = false;
    for right in 1..columns.len() {
        let (before, after) = columns.split_at_mut(right);
        let b = &mut after[0];
        for a in before {
            let (alpha, beta) = (dot(&a[..rows], &a[..rows]), dot(&b[..rows], &b[..rows]));
            let gamma = dot(&a[..rows], &b[..rows]);
            if gamma.abs() <= tolerance * alpha.sqrt() * beta.sqrt() {
                continue;
            }
            rotated = true;
            let zeta = (beta - alpha) / (2.0 * gamma);
            let tangent = zeta.signum() / (zeta.abs() + 1.0_f64.hypot(zeta));
            let cosine = 1.0_f64.hypot(tangent).recip();
            let sine = cosine * tangent;
            for (a, b) in a.iter_mut().zip(b.iter_mut()) {
                (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
            }
        }
    }
    rotated
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (a, a_rest) = a.as_chunks::<4>();
    let (b, b_rest) = b.as_chunks::<4>();
    for (a, b) in a.iter().zip(b) {
        for lane in 0..4 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::jacobi;

    #[test]
    fn tiny_singular_values_of_graded_rows_keep_their_digits() {
        // diag(1e8, 1, 1e-8) times a well-conditioned matrix: the determinant is known.
        let a = array![[2e8, 1e8, 1e8], [1.0, 3.0, 1.0], [1e-8, 1e-8, 4e-8]];
        let svd = jacobi(a.view()).expect("it converges");
        let product: f64 = svd.singular_values.product();
        assert!((product / 17.0 - 1.0).abs() < 1e-13, "{product}");
    }

    #[test]
    fn the_factors_give_the_matrix_back() {
        let a = array![[1.0, 2.0], [3.0, -4.0], [0.5, 6.0]];
        let svd = jacobi(a.view()).expect("it converges");
        let again = (&svd.u * &svd.singular_values).dot(&svd.v.t());
        assert!((again - a).iter().all(|d| d.abs() < 1e-14));
    }
}
