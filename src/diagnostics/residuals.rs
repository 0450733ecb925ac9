//! Residuals in their several scalings, leverage, and Cook's distance.

use ndarray::{Array1, ArrayView1, Ix1, Zip};
use pulp::Arch;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::loss::{Reduction, SquaredError};
use crate::model::{LinearModel, RidgeFit};
use crate::parallel;
use crate::samples::ToSamples;
use crate::scalar::Scalar;
use crate::solver::closed_form::Care;

/// `1 − h` below this is rounding: the sample determines its own fit.
const LEVERAGE_GAP: f64 = 1e-12;

/// The residuals of a model of one target on the data it was fitted to.
///
/// ```text
/// eᵢ   = yᵢ − ŷᵢ                                    raw
/// hᵢ   leverage, the diagonal of the hat matrix     df = Σ hᵢ, the rank without a penalty
/// σ²   = Σ sᵢ eᵢ² / (n − df)
/// zᵢ   = √sᵢ eᵢ / σ                                 standardized
/// rᵢ   = zᵢ / √(1 − hᵢ)                             internally studentized
/// tᵢ   = √sᵢ eᵢ / (σ₍ᵢ₎ √(1 − hᵢ))                  externally: σ₍ᵢ₎² = (Σ s e² − sᵢ eᵢ²/(1 − hᵢ)) / (n − df − 1)
/// Dᵢ   = rᵢ² hᵢ / ((1 − hᵢ) df)                     Cook's distance
/// ```
///
/// `n` counts the samples of positive weight. The intercept's share is in `h` and `df`. A value that theory leaves
/// undefined is NaN: studentized residuals and Cook's distance where the leverage is 1, everything that divides by `σ`
/// when no degree of freedom is left or the fit is perfect. Source: Belsley, Kuh & Welsch, *Regression Diagnostics*,
/// 1980; Cook, *Detection of influential observations*, 1977.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::model::RidgeRegression;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 9.0, 6.1];
/// let samples = Samples::new(x.view(), y.view(), None)?;
/// let residuals = RidgeRegression::new().analyse(&samples)?.residuals()?;
/// assert!((residuals.leverage().sum() - 2.0).abs() < 1e-12); // slope and intercept
/// assert_eq!(residuals.outliers(3.0)?[0].row, 4);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Residuals {
    raw: Array1<f64>,
    /// `√s e`; `None` without weights.
    weighted: Option<Array1<f64>>,
    #[serde(with = "crate::statistics::stored::array")]
    standardized: Array1<f64>,
    #[serde(with = "crate::statistics::stored::array")]
    studentized_internal: Array1<f64>,
    #[serde(with = "crate::statistics::stored::array")]
    studentized_external: Array1<f64>,
    leverage: Array1<f64>,
    #[serde(with = "crate::statistics::stored::array")]
    cooks_distance: Array1<f64>,
    #[serde(with = "crate::statistics::stored::scalar")]
    sigma: f64,
    effective_df: f64,
    residual_df: f64,
    sum_of_squares: f64,
    pub(super) total_sum_of_squares: f64,
}

impl<F: Scalar> RidgeFit<'_, F> {
    /// Residuals in their scalings, leverage and Cook's distance, by one pass over the rows.
    ///
    /// # Errors
    ///
    /// [`Error::Overflow`](crate::Error::Overflow).
    pub fn residuals(&self) -> Result<Residuals> {
        let factor = self.factor(Care::Leverage)?;
        let (samples, found) = (self.samples().columns(), self.training_residuals()?);
        let effective_df = factor.effective_df() + self.absorbed_df();
        let residual_df = factor.location.n_samples as f64 - effective_df;
        let zeros = || Array1::zeros(samples.n_rows());
        let mut residuals = Residuals {
            weighted: samples.weights().map(|weights| {
                let weighted = |e: &f64, s: &F| s.wide().sqrt() * e;
                Zip::from(&found.raw).and(weights).map_collect(weighted)
            }),
            raw: found.raw.clone(),
            standardized: zeros(),
            studentized_internal: zeros(),
            studentized_external: zeros(),
            cooks_distance: zeros(),
            leverage: zeros(),
            sigma: root(found.sum_of_squares / residual_df, residual_df),
            effective_df,
            residual_df,
            sum_of_squares: found.sum_of_squares,
            total_sum_of_squares: factor.total_sum_of_squares,
        };
        residuals.fill(|start, leverage| {
            factor.leverage_into(samples.range(start, leverage.len()), leverage);
            if let Some(effects) = self.effects() {
                let shares = (start..).map(|row| effects.share(row));
                leverage
                    .iter_mut()
                    .zip(shares)
                    .for_each(|(h, share)| *h = (*h + share).min(1.0));
            }
        });
        samples.cancellation().check()?;
        Ok(residuals)
    }
}

/// Rows that a thread takes at a time.
const CHUNK_ROWS: usize = 16_384;

impl Residuals {
    /// Fills in leverage, which `leverage` writes for rows from a first one on, and what follows from it; on all
    /// threads.
    fn fill(&mut self, leverage: impl Fn(usize, &mut [f64]) + Send + Sync) {
        let (sigma, effective_df, df) = (self.sigma, self.effective_df, self.residual_df - 1.0);
        let sum_of_squares = self.sum_of_squares;
        let weighted = self.weighted.as_ref().unwrap_or(&self.raw);
        let scalings = [
            &mut self.leverage,
            &mut self.standardized,
            &mut self.studentized_internal,
            &mut self.studentized_external,
            &mut self.cooks_distance,
        ];
        let mut chunks: Vec<Vec<&mut [f64]>> = Vec::new();
        for values in scalings {
            let parts = values.as_slice_mut().unwrap_or_default();
            for (i, part) in parts.chunks_mut(CHUNK_ROWS).enumerate() {
                chunks.resize_with(chunks.len().max(i + 1), Vec::new);
                chunks[i].push(part);
            }
        }
        let weighted = weighted.as_slice().unwrap_or_default().chunks(CHUNK_ROWS);
        let chunks = chunks.into_iter().zip(weighted).enumerate().collect();
        parallel::for_each(chunks, |(chunk, (mut scalings, e))| {
            let [h, z, r, t, d] = &mut scalings[..] else {
                return;
            };
            leverage(chunk * CHUNK_ROWS, h);
            let n = e.len();
            let (h, z, r, t, d) = (&h[..n], &mut z[..n], &mut r[..n], &mut t[..n], &mut d[..n]);
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    for i in 0..n {
                        let gap = gap(h[i]);
                        let root_gap = gap.sqrt();
                        let left = sum_of_squares - (e[i] / root_gap).powi(2);
                        z[i] = ratio(e[i], sigma);
                        r[i] = z[i] / root_gap;
                        t[i] = ratio(e[i], root(left / df, df)) / root_gap;
                        d[i] = r[i].powi(2) * h[i] / (gap * effective_df);
                    }
                },
            );
        });
    }

    /// Residuals of a model, loaded or fitted elsewhere, on the samples it was fitted to; [`RidgeFit::residuals`] has
    /// the factor already.
    ///
    /// # Errors
    ///
    /// As [`RidgeFit::from_model`] and [`RidgeFit::residuals`].
    pub fn new<'a, F: Scalar>(
        model: &LinearModel<F>,
        data: impl ToSamples<'a, Elem = F, Dim = Ix1>,
    ) -> Result<Self> {
        RidgeFit::from_model(model, data)?.residuals()
    }

    /// Raw residuals `y − ŷ`, in units of the target.
    #[must_use]
    pub fn raw(&self) -> ArrayView1<'_, f64> {
        self.raw.view()
    }

    /// Standardized residuals, divided by `σ`.
    #[must_use]
    pub fn standardized(&self) -> ArrayView1<'_, f64> {
        self.standardized.view()
    }

    /// Internally studentized residuals, divided by their own standard deviation `σ √(1 − h)`.
    #[must_use]
    pub fn studentized_internal(&self) -> ArrayView1<'_, f64> {
        self.studentized_internal.view()
    }

    /// Externally studentized residuals, with `σ` estimated without the sample: Student's t with one degree of freedom
    /// less than the fit.
    #[must_use]
    pub fn studentized_external(&self) -> ArrayView1<'_, f64> {
        self.studentized_external.view()
    }

    /// Rows of leverage 1, from 0: the fit passes through each, whatever its target is. HC2, HC3 and all that leaves
    /// such a row out are undefined.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::Samples;
    /// use elltwo::model::RidgeRegression;
    /// use ndarray::array;
    ///
    /// // The second column is of one row alone.
    /// let x = array![[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [4.0, 1.0], [5.0, 0.0]];
    /// let y = array![1.0, 2.1, 2.9, 9.0, 5.2];
    /// let samples = Samples::new(x.view(), y.view(), None)?;
    /// let residuals = RidgeRegression::new().analyse(&samples)?.residuals()?;
    /// assert_eq!(residuals.rows_of_leverage_one(), [3]);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn rows_of_leverage_one(&self) -> Vec<usize> {
        let rows = self.leverage.iter().enumerate();
        let full = rows.filter(|(_, leverage)| gap(**leverage).is_nan());
        full.map(|(row, _)| row).collect()
    }

    /// Leverage, the diagonal of the hat matrix, in `[0, 1]`.
    #[must_use]
    pub fn leverage(&self) -> ArrayView1<'_, f64> {
        self.leverage.view()
    }

    /// Cook's distance: how far the fit moves without the sample.
    #[must_use]
    pub fn cooks_distance(&self) -> ArrayView1<'_, f64> {
        self.cooks_distance.view()
    }

    /// Residual standard deviation `σ`, in units of the target.
    #[must_use]
    pub fn sigma(&self) -> f64 {
        self.sigma
    }

    /// Effective degrees of freedom `df` that the fit used: the trace of the hat matrix.
    #[must_use]
    pub fn effective_df(&self) -> f64 {
        self.effective_df
    }

    /// Residual degrees of freedom `n − df`.
    #[must_use]
    pub fn residual_df(&self) -> f64 {
        self.residual_df
    }

    /// Weighted residuals `√s e`.
    pub(super) fn weighted(&self) -> ArrayView1<'_, f64> {
        self.weighted.as_ref().unwrap_or(&self.raw).view()
    }

    /// Residual standard deviation without each row, `σ₍ᵢ₎`.
    #[must_use]
    pub fn sigma_without(&self) -> Array1<f64> {
        let df = self.residual_df - 1.0;
        Zip::from(self.weighted())
            .and(&self.leverage)
            .map_collect(|e, &h| root((self.sum_of_squares - e * e / gap(h)) / df, df))
    }

    /// Residual sum of squares `Σ s e²`.
    #[must_use]
    pub fn sum_of_squares(&self) -> f64 {
        self.sum_of_squares
    }
}

/// `1 − h`, undefined where the sample determines its own fit.
#[inline(always)]
pub(super) fn gap(leverage: f64) -> f64 {
    let gap = 1.0 - leverage;
    if gap > LEVERAGE_GAP { gap } else { f64::NAN }
}

/// Residuals `y − ŷ` `(n,)` of any model's predictions, by the squared-error kernel.
///
/// # Errors
///
/// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch), [`Error::NonFinite`](crate::Error::NonFinite),
/// [`Error::Empty`](crate::Error::Empty).
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::prediction_residuals;
/// use ndarray::array;
///
/// let (observed, predicted) = (array![1.0, 2.0], array![1.5, 1.0]);
/// assert_eq!(prediction_residuals(observed.view(), predicted.view())?, array![-0.5, 1.0]);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn prediction_residuals(
    observed: ArrayView1<'_, f64>,
    predicted: ArrayView1<'_, f64>,
) -> Result<Array1<f64>> {
    let mut residuals = predicted.to_owned();
    SquaredError.residual_in_place(observed, residuals.view_mut(), None, Reduction::Sum)?;
    Ok(residuals)
}

/// The square root, undefined without degrees of freedom.
#[inline(always)]
fn root(value: f64, df: f64) -> f64 {
    if df > 0.5 {
        (if value < 0.0 { 0.0 } else { value }).sqrt()
    } else {
        f64::NAN
    }
}

/// `a / b`, undefined at `b = 0`.
#[inline(always)]
pub(super) fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { f64::NAN }
}
