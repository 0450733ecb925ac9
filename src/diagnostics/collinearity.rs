//! Collinearity: features that depend on each other.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use crate::check::check_rows;
use crate::error::Result;
use crate::linalg::{PivotedQr, Svd, max_abs, placed_columns};
use crate::model::RidgeFit;
use crate::samples::Samples;
use crate::scalar::Scalar;
use crate::solver::closed_form::{Care, Factor, Problem};

/// The variance inflation factor of each feature of a design `(n, p)`, beside an intercept: by how much the others
/// multiply the variance of its coefficient.
///
/// ```text
/// VIFⱼ = 1 / (1 − Rⱼ²)        Rⱼ² of feature j regressed on the others, with the weights of the fit
/// ```
///
/// 1 for a feature that is orthogonal to the others; infinite for one that depends on them; NaN for a constant one.
/// From one factorisation. Source: Marquardt, *Generalized inverses, ridge regression, biased linear estimation*, 1970.
///
/// # Errors
///
/// Whatever is wrong with the data, as in a fit.
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::variance_inflation;
/// use ndarray::array;
///
/// let x = array![[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]];
/// assert!(variance_inflation(x.view(), None)?.iter().all(|v| (v - 1.0).abs() < 1e-15));
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn variance_inflation<F: Scalar>(
    x: ArrayView2<'_, F>,
    weights: Option<ArrayView1<'_, F>>,
) -> Result<Array1<f64>> {
    let y = Array1::zeros(x.nrows());
    let samples = Samples::new(x, y.view(), weights)?;
    let problem = Problem::least_squares(samples.columns(), true);
    Ok(inflation(&Factor::of(&problem, Care::Covariance)?))
}

fn inflation(factor: &Factor) -> Array1<f64> {
    let mut factors = factor.variance_inflation();
    for j in factor.aliased() {
        let constant = !factor.active.contains(&j);
        factors[j] = if constant { f64::NAN } else { f64::INFINITY };
    }
    factors
}

impl<F: Scalar> RidgeFit<'_, F> {
    /// [`variance_inflation`] of the features with the weights of the samples, from the factor of the fit if it is one
    /// of least squares with an intercept.
    ///
    /// # Errors
    ///
    /// [`Error::Overflow`](crate::Error::Overflow).
    pub fn variance_inflation(&self) -> Result<Array1<f64>> {
        if self.is_unpenalised() && self.report().fit_intercept {
            return Ok(inflation(self.factor(Care::Covariance)?));
        }
        variance_inflation(self.samples().x(), self.samples().weights())
    }

    /// [`condition_indices`] of the design with the weights of the samples, from the factor of the fit if it is one of
    /// least squares of full rank.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewSamples`](crate::Error::TooFewSamples) unless there are as many rows as parameters;
    /// [`Error::Overflow`](crate::Error::Overflow).
    pub fn condition_indices(&self) -> Result<ConditionIndices> {
        let triangle = if self.is_unpenalised() {
            self.factor(Care::Covariance)?.uncentred_triangle()
        } else {
            None
        };
        if let Some(triangle) = triangle {
            return ConditionIndices::of(triangle);
        }
        let (x, weights) = (self.samples().x(), self.samples().weights());
        condition_indices(x, weights, self.report().fit_intercept)
    }
}

/// Belsley's collinearity diagnostics of a design `(n, p)`: condition indices, and for each the share of every
/// parameter's variance that it accounts for.
///
/// ```text
/// ηₖ = d₁/dₖ       πₖⱼ = (vⱼₖ²/dₖ²) / Σₗ (vⱼₗ²/dₗ²)       √S [1 X] with columns of norm 1 = U diag(d) Vᵀ, not centred
/// ```
///
/// An index above 30 with two shares above one half names features that depend on each other. Source: Belsley, Kuh &
/// Welsch, *Regression Diagnostics*, 1980, chapter 3.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConditionIndices {
    /// `η`, ascending from 1, `(k,)`.
    #[serde(with = "crate::statistics::stored::array")]
    pub indices: Array1<f64>,
    /// `π`, a row for each index and a column for each parameter, the intercept first if there is one, `(k, k)`.
    /// Columns sum to 1.
    #[serde(with = "crate::statistics::stored::array")]
    pub proportions: Array2<f64>,
}

/// The condition indices of a design `(n, p)` of rows with these weights, with an intercept or without.
///
/// # Errors
///
/// Whatever is wrong with the data, as in a fit; [`Error::TooFewSamples`](crate::Error::TooFewSamples) unless there are
/// as many rows as parameters.
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::condition_indices;
/// use ndarray::array;
///
/// let x = array![[1.0, 1.001], [2.0, 2.0], [3.0, 2.999], [5.0, 5.0]];
/// let diagnosis = condition_indices(x.view(), None, true)?;
/// assert!(diagnosis.indices[2] > 1000.0);
/// assert!(diagnosis.proportions[[2, 1]] > 0.99 && diagnosis.proportions[[2, 2]] > 0.99);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn condition_indices<F: Scalar>(
    x: ArrayView2<'_, F>,
    weights: Option<ArrayView1<'_, F>>,
    fit_intercept: bool,
) -> Result<ConditionIndices> {
    let (n, p) = x.dim();
    let y = Array1::zeros(n);
    let samples = Samples::new(x, y.view(), weights)?;
    let offset = usize::from(fit_intercept);
    let k = p + offset;
    check_rows("condition indices", k, n)?;
    let mut unit = Array2::ones((n, k));
    let mut features = unit.view_mut().split_at(Axis(1), offset).1;
    features.assign(&x.mapv(Scalar::wide));
    for (i, mut row) in unit.rows_mut().into_iter().enumerate() {
        row *= samples.weight(i).sqrt();
    }
    // A triangle of the columns in the order of the parameters.
    unit_columns(&mut unit);
    let qr = PivotedQr::new(unit.view());
    ConditionIndices::of(placed_columns(k, qr.order(), qr.r(k).t()))
}

/// Scales columns to norm 1, those of zeros apart.
fn unit_columns(matrix: &mut Array2<f64>) {
    for mut column in matrix.columns_mut() {
        let largest = max_abs(&column);
        if largest > 0.0 {
            column /= largest;
            let norm = column.dot(&column).sqrt();
            column /= norm;
        }
    }
}

impl ConditionIndices {
    /// Diagnostics of a matrix whose products of columns are those of the design's.
    fn of(mut triangle: Array2<f64>) -> Result<Self> {
        unit_columns(&mut triangle);
        let k = triangle.ncols();
        let svd = Svd::new(triangle.view())?;
        let values = &svd.singular_values;
        // Relative to the smallest singular value, which may be zero.
        let last = values[k - 1].max(f64::MIN_POSITIVE);
        let mut proportions = Array2::zeros((k, k));
        for parameter in 0..k {
            let share = |l: usize| (svd.v[[parameter, l]] * (last / values[l].max(last))).powi(2);
            let shares = Array1::from_shape_fn(k, share);
            proportions
                .column_mut(parameter)
                .assign(&(&shares / shares.sum()));
        }
        Ok(Self {
            indices: values.mapv(|d| values[0] / d),
            proportions,
        })
    }
}
