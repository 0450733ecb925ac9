//! Orthogonal polynomials of values, as R's `poly` and `contr.poly`.

use serde::{Deserialize, Serialize};

/// Polynomials `p₁ … p_d` that are orthonormal over the values they were learnt from, and to 1.
///
/// ```text
/// u = x − x̄        p₀ = 1        p_{j+1}(x) = (u − aⱼ) pⱼ(x) − bⱼ p_{j−1}(x)
/// aⱼ = Σ u pⱼ² / nⱼ        bⱼ = nⱼ / n_{j−1}        nⱼ = Σ pⱼ²        column j: pⱼ / √nⱼ
/// ```
///
/// Source: Forsythe, *Generation and use of orthogonal polynomials for data-fitting*, 1957; R's `poly`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct OrthogonalPolynomials {
    center: f64,
    shifts: Vec<f64>,
    /// `n₀ … n_d`.
    norms: Vec<f64>,
}

impl OrthogonalPolynomials {
    /// Polynomials of a degree below the number of distinct values.
    pub(super) fn learn(values: &[f64], degree: usize) -> Self {
        let n = values.len() as f64;
        let first: f64 = values.iter().map(|x| x / n).sum();
        let center = first + values.iter().map(|x| (x - first) / n).sum::<f64>();
        let u: Vec<f64> = values.iter().map(|x| x - center).collect();
        let (mut before, mut current) = (vec![0.0; u.len()], vec![1.0; u.len()]);
        let (mut shifts, mut norms) = (Vec::with_capacity(degree), vec![n]);
        for j in 0..degree {
            let products = u.iter().zip(&current).map(|(u, p)| u * p * p);
            let shift = products.sum::<f64>() / norms[j];
            let ratio = if j == 0 { 0.0 } else { norms[j] / norms[j - 1] };
            for ((u, p), q) in u.iter().zip(&current).zip(&mut before) {
                *q = (u - shift) * p - ratio * *q;
            }
            std::mem::swap(&mut before, &mut current);
            shifts.push(shift);
            norms.push(current.iter().map(|p| p * p).sum());
        }
        Self {
            center,
            shifts,
            norms,
        }
    }

    pub(super) fn degree(&self) -> usize {
        self.shifts.len()
    }

    /// True if parts that were stored fit each other.
    pub(super) fn is_sound(&self) -> bool {
        let norms = self
            .norms
            .iter()
            .all(|norm| *norm > 0.0 && norm.is_finite());
        let shifts = self.shifts.iter().all(|shift| shift.is_finite());
        norms && shifts && self.center.is_finite() && self.norms.len() == self.shifts.len() + 1
    }

    /// The columns of one value.
    pub(super) fn fill(&self, x: f64, out: &mut [f64]) {
        let u = x - self.center;
        let (mut before, mut current) = (0.0, 1.0);
        for (j, (shift, out)) in self.shifts.iter().zip(out).enumerate() {
            let ratio = if j == 0 {
                0.0
            } else {
                self.norms[j] / self.norms[j - 1]
            };
            let next = (u - shift) * current - ratio * before;
            before = current;
            current = next;
            *out = next / self.norms[j + 1].sqrt();
        }
    }
}
