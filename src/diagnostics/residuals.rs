//! Residuals in their several scalings, leverage, and Cook's distance.

use ndarray::{Array1, ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::{LinearModel, TrainingResiduals, training_residuals};
use crate::samples::Samples;
use crate::scalar::Scalar;
use crate::solver::closed_form::{Care, Factor, Problem};
use crate::solver::{Backend, Solver};

/// `1 − h` below this is rounding: the sample determines its own fit.
pub(super) const LEVERAGE_GAP: f64 = 1e-12;

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
/// `n` counts the samples of positive weight. The intercept's share is in `h` and `df`. A value that theory leaves undefined
/// is NaN: studentized residuals and Cook's distance where the leverage is 1, everything that divides by `σ` when no degree of
/// freedom is left or the fit is perfect. Source: Belsley, Kuh & Welsch, *Regression Diagnostics*, 1980; Cook, *Detection of
/// influential observations*, 1977.
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::Residuals;
/// use elltwo::model::{Estimator, RidgeRegression};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 9.0, 6.1];
/// let model = RidgeRegression::new().fit(x.view(), y.view())?;
/// let residuals = Residuals::new(&model, x.view(), y.view(), None)?;
/// assert!((residuals.leverage().sum() - 2.0).abs() < 1e-12); // slope and intercept
/// assert_eq!(residuals.outliers(3.0)?[0].row, 4);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Residuals {
    raw: Array1<f64>,
    weighted: Array1<f64>,
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
    model_df: f64,
    residual_df: f64,
    sum_of_squares: f64,
    pub(super) total_sum_of_squares: f64,
}

impl Residuals {
    /// Analyses the residuals of `model` on its training data `x` `(n, p)`, `y` `(n,)` and weights `(n,)`.
    ///
    /// # Errors
    ///
    /// [`Error::Unreported`] for a model made from parts, whose penalty is unknown; [`Error::OtherObjective`] for one that minimised
    /// another loss or penalty; whatever is wrong with the data, as in a
    /// fit; [`Error::Overflow`].
    pub fn new<F: Scalar>(
        model: &LinearModel<F>,
        x: ArrayView2<'_, F>,
        y: ArrayView1<'_, F>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<Self> {
        let report = model.report().ok_or(Error::Unreported {
            what: "residual analysis",
        })?;
        let samples = Samples::new(x, y, weights)?;
        let TrainingResiduals {
            raw,
            sum_of_squares,
        } = training_residuals(model, x, y, weights)?;
        let problem = Problem {
            samples: samples.columns(),
            lambda: &report.lambda,
            fit_intercept: report.fit_intercept,
            solver: Solver::Auto,
            backend: Backend::default(),
        };
        let factor = Factor::from_data(&problem, Care::Leverage)?;
        let leverage = factor.leverage(&problem);
        let weight = |row: usize| weights.map_or(1.0, |w| w[row].wide());
        let n = (0..raw.len()).filter(|&row| weight(row) > 0.0).count() as f64;
        let mut model_df = leverage.sum();
        if report.lambda[0] == 0.0 {
            // Without a penalty the trace is the rank.
            model_df = model_df.round();
        }
        let residual_df = n - model_df;
        let sigma = root(sum_of_squares / residual_df, residual_df);

        let weighted = Array1::from_shape_fn(raw.len(), |i| weight(i).sqrt() * raw[i]);
        let gap = leverage.mapv(|h| {
            if 1.0 - h > LEVERAGE_GAP {
                1.0 - h
            } else {
                f64::NAN
            }
        });
        let standardized = weighted.mapv(|e| ratio(e, sigma));
        let sigma_without = |scaled: f64| {
            let df = residual_df - 1.0;
            root((sum_of_squares - scaled * scaled) / df, df)
        };
        let studentized_internal =
            Array1::from_shape_fn(raw.len(), |i| standardized[i] / gap[i].sqrt());
        let studentized_external = Array1::from_shape_fn(raw.len(), |i| {
            ratio(weighted[i], sigma_without(weighted[i] / gap[i].sqrt())) / gap[i].sqrt()
        });
        let cooks_distance = Array1::from_shape_fn(raw.len(), |i| {
            studentized_internal[i].powi(2) * leverage[i] / (gap[i] * model_df)
        });
        Ok(Self {
            raw,
            weighted,
            standardized,
            studentized_internal,
            studentized_external,
            leverage,
            cooks_distance,
            sigma,
            model_df,
            residual_df,
            sum_of_squares,
            total_sum_of_squares: factor.total_sum_of_squares,
        })
    }

    /// `y − ŷ`, in units of the target.
    #[must_use]
    pub fn raw(&self) -> ArrayView1<'_, f64> {
        self.raw.view()
    }

    /// Divided by `σ`.
    #[must_use]
    pub fn standardized(&self) -> ArrayView1<'_, f64> {
        self.standardized.view()
    }

    /// Divided by their own standard deviation, `σ √(1 − h)`.
    #[must_use]
    pub fn studentized_internal(&self) -> ArrayView1<'_, f64> {
        self.studentized_internal.view()
    }

    /// The same with `σ` estimated without the sample: Student's t with one degree of freedom less than the fit.
    #[must_use]
    pub fn studentized_external(&self) -> ArrayView1<'_, f64> {
        self.studentized_external.view()
    }

    /// The diagonal of the hat matrix, in `[0, 1]`.
    #[must_use]
    pub fn leverage(&self) -> ArrayView1<'_, f64> {
        self.leverage.view()
    }

    /// How far the fit moves without the sample.
    #[must_use]
    pub fn cooks_distance(&self) -> ArrayView1<'_, f64> {
        self.cooks_distance.view()
    }

    /// The residual standard deviation `σ`, in units of the target.
    #[must_use]
    pub fn sigma(&self) -> f64 {
        self.sigma
    }

    /// `df`, the trace of the hat matrix: what the fit used.
    #[must_use]
    pub fn model_df(&self) -> f64 {
        self.model_df
    }

    /// `n − df`: what is left.
    #[must_use]
    pub fn residual_df(&self) -> f64 {
        self.residual_df
    }

    /// `√s e`.
    pub(super) fn weighted(&self) -> ArrayView1<'_, f64> {
        self.weighted.view()
    }

    /// `σ₍ᵢ₎`, the residual standard deviation without each row.
    #[must_use]
    pub fn sigma_without(&self) -> Array1<f64> {
        let df = self.residual_df - 1.0;
        Array1::from_shape_fn(self.raw.len(), |i| {
            let gap = 1.0 - self.leverage[i];
            if gap > LEVERAGE_GAP {
                root(
                    (self.sum_of_squares - self.weighted[i].powi(2) / gap) / df,
                    df,
                )
            } else {
                f64::NAN
            }
        })
    }

    /// `Σ s e²`.
    #[must_use]
    pub fn sum_of_squares(&self) -> f64 {
        self.sum_of_squares
    }
}

/// The square root, undefined without degrees of freedom.
fn root(value: f64, df: f64) -> f64 {
    if df > 0.5 {
        value.max(0.0).sqrt()
    } else {
        f64::NAN
    }
}

/// `a / b`, undefined at `b = 0`.
pub(super) fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { f64::NAN }
}
