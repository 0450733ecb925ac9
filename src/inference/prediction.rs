//! Predictions for new rows, with their errors.

use ndarray::{Array1, Array2, ArrayView1, Axis, Ix2, concatenate};
use serde::{Deserialize, Serialize};

use super::analysis::Inference;
use super::estimate::quantile;
use crate::check::{check_finite, check_length};
use crate::error::Result;
use crate::linalg::affine_into;
use crate::scalar::Scalar;
use crate::views::AsView;

/// Predicted means of new rows and what they are uncertain by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    #[serde(with = "crate::statistics::stored::array")]
    mean: Array1<f64>,
    #[serde(with = "crate::statistics::stored::array")]
    standard_error: Array1<f64>,
    #[serde(with = "crate::statistics::stored::array")]
    observation_error: Array1<f64>,
    #[serde(with = "crate::statistics::stored::scalar")]
    df: f64,
}

/// An interval for each row, `(m,)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Intervals {
    /// The lower ends.
    #[serde(with = "crate::statistics::stored::array")]
    pub lower: Array1<f64>,
    /// The upper ends.
    #[serde(with = "crate::statistics::stored::array")]
    pub upper: Array1<f64>,
}

impl Inference {
    /// Predictions for new rows `x` `(m, p)`, with
    ///
    /// ```text
    /// Var(mean) = (1, x) Cov(b, w) (1, x)ᵀ       Var(observation) = Var(mean) + σ²
    /// ```
    ///
    /// An observation has weight 1. Errors are NaN for a row in whose direction the data say nothing (deficient rank),
    /// and everywhere if no degree of freedom is left. Columns that were constant in the data are taken to stay so.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch), [`Error::NonFinite`](crate::Error::NonFinite);
    /// [`Error::Overflow`](crate::Error::Overflow).
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::Samples;
    /// use elltwo::inference::Inference;
    /// use elltwo::model::{Estimator, RidgeRegression};
    /// use ndarray::array;
    ///
    /// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0]];
    /// let y = array![1.1, 1.9, 3.2, 3.9, 5.1];
    /// let model = RidgeRegression::new().fit(x.view(), y.view())?;
    /// let inference = Inference::new(&model, &Samples::new(x.view(), y.view(), None)?)?;
    /// let prediction = inference.predict(array![[3.0], [10.0]].view())?;
    /// let (mean, one) = (prediction.confidence_intervals(0.95)?, prediction.prediction_intervals(0.95)?);
    /// assert!(one.upper[0] > mean.upper[0]);
    /// assert!(prediction.standard_error()[1] > prediction.standard_error()[0]); // further out, less certain
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn predict<'a, F: Scalar>(
        &self,
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
    ) -> Result<Prediction> {
        let x = x.into_view();
        let offset = usize::from(self.factor.fit_intercept);
        let p = self.estimates().len() - offset;
        check_length("columns of x", p, x.ncols())?;
        check_finite("x", x)?;
        let mut rows = x.mapv(Scalar::wide);
        let coefficients: Array1<f64> =
            self.estimates()[offset..].iter().map(|e| e.value).collect();
        let intercept = self.intercept().map_or(0.0, |e| e.value);
        let mut mean = Array1::zeros(x.nrows());
        affine_into(
            rows.view(),
            coefficients.view().insert_axis(Axis(1)),
            ArrayView1::from(&[intercept]),
            mean.view_mut().insert_axis(Axis(1)),
        )?;
        self.factor.centre_rows(&mut rows);
        let mut variance = Array1::from_elem(x.nrows(), f64::NAN);
        if let Some(root) = &self.score_root {
            let mut scores = self.factor.whiten(rows.view());
            if offset == 1 {
                let share =
                    Array2::from_elem((x.nrows(), 1), self.factor.intercept_share(1.0).sqrt());
                scores = concatenate![Axis(1), share, scores];
            }
            let scores = root.of_rows(scores);
            for ((to, scores), row) in variance.iter_mut().zip(scores.rows()).zip(rows.rows()) {
                if self.factor.estimable(row) {
                    *to = scores.dot(&scores);
                }
            }
        }
        let noise = self.fit().sigma.map(|sigma| sigma * sigma);
        Ok(Prediction::new(mean, &variance, noise, self.df))
    }
}

impl Prediction {
    /// Prediction from means, their variances, and the variance of an observation about its mean.
    pub(super) fn new(
        mean: Array1<f64>,
        variance: &Array1<f64>,
        noise: Option<f64>,
        df: f64,
    ) -> Self {
        let noise = noise.unwrap_or(f64::NAN);
        Self {
            mean,
            standard_error: variance.mapv(f64::sqrt),
            observation_error: variance.mapv(|v| (v + noise).sqrt()),
            df,
        }
    }

    /// Predicted means `ŷ`, `(m,)`.
    #[must_use]
    pub fn mean(&self) -> ArrayView1<'_, f64> {
        self.mean.view()
    }

    /// The standard error of the mean, `(m,)`.
    #[must_use]
    pub fn standard_error(&self) -> ArrayView1<'_, f64> {
        self.standard_error.view()
    }

    /// The standard error of one observation about the predicted mean, `(m,)`.
    #[must_use]
    pub fn observation_error(&self) -> ArrayView1<'_, f64> {
        self.observation_error.view()
    }

    /// Intervals that hold the mean with this probability.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `0 < level < 1`.
    pub fn confidence_intervals(&self, level: f64) -> Result<Intervals> {
        self.intervals(level, &self.standard_error)
    }

    /// Intervals that hold one observation with this probability.
    ///
    /// # Errors
    ///
    /// As [`confidence_intervals`](Self::confidence_intervals).
    pub fn prediction_intervals(&self, level: f64) -> Result<Intervals> {
        self.intervals(level, &self.observation_error)
    }

    fn intervals(&self, level: f64, error: &Array1<f64>) -> Result<Intervals> {
        let half = error * quantile(level, self.df)?;
        Ok(Intervals {
            lower: &self.mean - &half,
            upper: &self.mean + &half,
        })
    }
}
