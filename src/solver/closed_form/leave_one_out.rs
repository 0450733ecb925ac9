//! Leave-one-out and generalised cross-validation of every penalty, from one factorisation.

use ndarray::{Array1, Array2, ArrayView1, Axis};

use super::spectrum::Basis;
use super::{Problem, Spectrum};
use crate::check::{check_range, check_rows};
use crate::error::Result;
use crate::moments::Moments;
use crate::scalar::Scalar;

/// Below this, `1 − h` of a row at `λ = 0` is computed from its projection on the complement, not by subtraction.
const LEVERAGE_GAP: f64 = 1e-2;
/// A projection this many roundings long is zero: no other row holds the direction.
const GAP_ROUNDINGS: f64 = 64.0;

/// The errors of each row under a model fitted without it,
///
/// ```text
/// eᵢ = rᵢ / (1 − hᵢ)        r = (I − H) y        α = W λ kept as it is
/// ```
///
/// (Allen, *PRESS*, 1974). With `Z = [1, U]` and `gⱼ = α/(σⱼ² + α)` both parts are sums without cancellation,
///
/// ```text
/// rᵢ = zᵢ·y + Σⱼ uᵢⱼ gⱼ (Uᵀy)ⱼ        1 − hᵢ = ‖zᵢ‖² + Σⱼ uᵢⱼ² gⱼ        zᵢ = (I − ZZᵀ) eᵢ
/// ```
///
/// and where `zᵢ = 0` — a leverage of 1 without the penalty — `α` divides out: the ratio then has its limit, the
/// minimum-norm fit of the other rows, at `λ = 0`.
#[derive(Debug)]
pub(crate) struct LeaveOneOut {
    pub(crate) spectrum: Spectrum,
    /// `(n, r)`
    u: Array2<f64>,
    /// `zᵢ·y`, `(n, k)`
    residuals: Array2<f64>,
    /// `‖zᵢ‖²`, 0 where no other row holds the direction.
    gaps: Array1<f64>,
    /// Dimensions of the complement of `[1, U]`.
    complement: usize,
    /// Moments of the data, if they have their digits.
    pub(crate) moments: Option<Moments>,
}

impl LeaveOneOut {
    /// Factors the design of at least two rows of positive weight.
    pub(crate) fn new<F: Scalar>(problem: &Problem<'_, F>) -> Result<Self> {
        let (spectrum, Basis { u, y }, moments) = Spectrum::with_basis(problem)?;
        let n_samples = spectrum.location.n_samples;
        check_rows("leave-one-out cross-validation", 2, n_samples)?;
        let n = u.nrows();
        let total = spectrum.location.weight_sum;
        let intercept = Array1::from_shape_fn(n, |i| {
            if spectrum.fit_intercept {
                (problem.samples.weight(i) / total).sqrt()
            } else {
                0.0
            }
        });
        // Twice is enough (Kahan; Parlett, The Symmetric Eigenvalue Problem, §6-9).
        let project = |values: &mut Array2<f64>| {
            for _ in 0..2 {
                let along = u.t().dot(&*values);
                *values -= &u.dot(&along);
                for mut column in values.columns_mut() {
                    let along = intercept.dot(&column);
                    column.scaled_add(-along, &intercept);
                }
            }
        };
        let mut residuals = y.clone();
        project(&mut residuals);
        let used = spectrum.rank() + usize::from(spectrum.fit_intercept);
        let complement = n_samples.saturating_sub(used);
        let mut gaps = Array1::from_shape_fn(n, |i| {
            let row = u.row(i);
            1.0 - intercept[i] * intercept[i] - row.dot(&row)
        });
        let negligible = GAP_ROUNDINGS * f64::EPSILON * spectrum.condition_number;
        for i in 0..n {
            if complement == 0 {
                gaps[i] = 0.0;
            } else if gaps[i] < LEVERAGE_GAP {
                let mut unit = Array2::zeros((n, 1));
                unit[[i, 0]] = 1.0;
                project(&mut unit);
                let z = unit.column(0);
                gaps[i] = z.dot(&z);
                residuals.row_mut(i).assign(&y.t().dot(&z));
                if gaps[i].sqrt() <= negligible {
                    gaps[i] = 0.0;
                }
            }
        }
        if complement == 0 {
            residuals.fill(0.0);
        }
        Ok(Self {
            spectrum,
            u,
            residuals,
            gaps,
            complement,
            moments,
        })
    }

    /// `sᵢ eᵢ²` of each row and target, `(n, k)`, each row predicted without it.
    ///
    /// # Errors
    ///
    /// [`Error::Overflow`](crate::Error::Overflow).
    pub(crate) fn squared_errors(&self, lambda: f64) -> Result<Array2<f64>> {
        let shrinkage = self.spectrum.shrinkage(lambda);
        let relative = self.spectrum.relative_shrinkage(lambda);
        let mut errors = &self.residuals + &self.along(&self.shrunk(&shrinkage));
        for (i, mut errors) in errors.rows_mut().into_iter().enumerate() {
            let u = self.u.row(i);
            if self.gaps[i] > 0.0 {
                errors /= self.gaps[i] + weighted_square(u, &shrinkage);
                continue;
            }
            let share = weighted_square(u, &relative);
            if share > 0.0 {
                errors.assign(&(u.dot(&self.shrunk(&relative)) / share));
            } else {
                errors.fill(0.0);
            }
        }
        self.in_units(errors)
    }

    /// `sᵢ rᵢ² / (1 − tr H / n)²` of each row and target, `(n, k)`: all rows with the mean leverage (Golub, Heath &
    /// Wahba, *Generalized cross-validation as a method for choosing a good ridge parameter*, 1979).
    ///
    /// # Errors
    ///
    /// [`Error::Overflow`](crate::Error::Overflow).
    pub(crate) fn generalised_squared_errors(&self, lambda: f64) -> Result<Array2<f64>> {
        let n = self.spectrum.location.n_samples as f64;
        let shrinkage = if self.complement == 0 {
            self.spectrum.relative_shrinkage(lambda)
        } else {
            self.spectrum.shrinkage(lambda)
        };
        let left = (self.complement as f64 + shrinkage.sum()) / n;
        let residuals = &self.residuals + &self.along(&self.shrunk(&shrinkage));
        self.in_units(residuals / left)
    }

    /// `g ∘ Uᵀy`, `(r, k)`.
    fn shrunk(&self, shrinkage: &Array1<f64>) -> Array2<f64> {
        let weights = shrinkage.view().insert_axis(Axis(1));
        &self.spectrum.projections * &weights
    }

    /// `U` times a vector for each target.
    fn along(&self, vectors: &Array2<f64>) -> Array2<f64> {
        let mut products = Array2::zeros(self.residuals.raw_dim());
        for (mut product, vector) in products.columns_mut().into_iter().zip(vectors.columns()) {
            product.assign(&self.u.dot(&vector));
        }
        products
    }

    /// Squares, in units of the squared targets.
    fn in_units(&self, mut errors: Array2<f64>) -> Result<Array2<f64>> {
        errors.mapv_inplace(|e| (e * self.spectrum.y_scale).powi(2));
        check_range("a squared error", &errors)?;
        Ok(errors)
    }
}

/// `Σ uⱼ² gⱼ`, in sums that do not wait for each other.
fn weighted_square(u: ArrayView1<'_, f64>, g: &Array1<f64>) -> f64 {
    const SUMS: usize = 8;
    let (Some(u), Some(g)) = (u.as_slice(), g.as_slice()) else {
        return u.iter().zip(g).map(|(u, g)| u * u * g).sum();
    };
    let ((u, u_rest), (g, g_rest)) = (u.as_chunks::<SUMS>(), g.as_chunks::<SUMS>());
    let mut sums = [0.0; SUMS];
    for (u, g) in u.iter().zip(g) {
        for i in 0..SUMS {
            sums[i] += u[i] * u[i] * g[i];
        }
    }
    let rest: f64 = u_rest.iter().zip(g_rest).map(|(u, g)| u * u * g).sum();
    sums.iter().sum::<f64>() + rest
}
