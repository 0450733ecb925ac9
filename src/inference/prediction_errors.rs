//! Prediction errors of a fit, without its data.

use ndarray::{Array1, Array2, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use super::analysis::Inference;
use super::prediction::Prediction;
use crate::check::{check_finite, check_length};
use crate::error::{Error, Result};
use crate::model::{LinearModel, Predictor};
use crate::scalar::Scalar;
use crate::version::{Format, Version};

/// A direction is outside the rows of the design when this share of it is.
const NOT_ESTIMABLE: f64 = 1e-8;

/// The errors of predictions of a fit, in `p² + O(p)` numbers that can be kept beside the model.
///
/// ```text
/// Var(mean at x) = ‖e₀ + E (x − x̄)‖²        Var(observation) = Var(mean) + σ²
/// ```
///
/// Errors are those that [`Inference::predict`] gives while the data are there, to `16 − log₁₀ κ` digits for the
/// condition number `κ` of the fit. Serialized with a `format_version`; another version, or parts that do not fit, are
/// refused when it is read.
///
/// JSON is exact to the bit with the feature `float_roundtrip` of `serde_json`.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::inference::{Inference, PredictionErrors};
/// use elltwo::model::{Estimator, RidgeRegression};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 5.1];
/// let model = RidgeRegression::new().fit(x.view(), y.view())?;
/// let inference = Inference::new(&model, &Samples::new(x.view(), y.view(), None)?)?;
///
/// let json = serde_json::to_string(&inference.prediction_errors()).expect("numbers");
/// let errors: PredictionErrors = serde_json::from_str(&json).expect("as written");
/// let (kept, fresh) = (errors.predict(&model, x.view())?, inference.predict(x.view())?);
/// assert!((&kept.standard_error() - &fresh.standard_error()).iter().all(|d| d.abs() < 1e-14));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct PredictionErrors {
    /// `x̄`, zero without an intercept, `(p,)`.
    centre: Array1<f64>,
    /// `e₀`, `(m,)`, and `E`, `(m, p)`; `None` if no degree of freedom is left, or for fewer samples than features
    /// without a penalty.
    errors: Option<(Array1<f64>, Array2<f64>)>,
    /// Directions of length 1 of `(x − x̄) / scale`, in which the data say nothing: `(d, p)`.
    relations: Array2<f64>,
    /// The norms of the columns, `(p,)`; zero for one that was constant.
    scale: Array1<f64>,
    /// `σ²`.
    noise: Option<f64>,
    /// Degrees of freedom of the intervals.
    df: f64,
}

impl Inference {
    /// Prediction errors, to be kept beside the model.
    #[must_use]
    pub fn prediction_errors(&self) -> PredictionErrors {
        let factor = &self.factor;
        let offset = usize::from(factor.fit_intercept);
        let p = self.estimates().len() - offset;
        let centre = if factor.fit_intercept {
            factor.feature_means().to_owned()
        } else {
            Array1::zeros(p)
        };
        let relations = factor.relations();
        let root = self.score_root.as_ref().filter(|_| relations.is_some());
        let errors = root.map(|root| {
            let root = root.to_matrix(factor.score_len());
            let (first, slopes) = root.view().split_at(Axis(1), offset);
            let level = first.sum_axis(Axis(1)) * factor.intercept_share(1.0).sqrt();
            let slopes = slopes.dot(&factor.whitening().t());
            // Rows will be centred by means as they are rounded.
            let rest = if offset == 1 {
                slopes.dot(&factor.feature_rests())
            } else {
                Array1::zeros(level.len())
            };
            (level - rest, slopes)
        });
        let (relations, scale) =
            relations.unwrap_or_else(|| (Array2::zeros((0, p)), Array1::zeros(p)));
        PredictionErrors {
            centre,
            errors,
            relations,
            scale,
            noise: self.fit().sigma.map(|sigma| sigma * sigma),
            df: self.df,
        }
    }
}

impl PredictionErrors {
    /// Predictions of the model that this belongs to for new rows `x` `(m, p)`, with their errors.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`], [`Error::NonFinite`]; [`Error::Overflow`].
    pub fn predict<F: Scalar>(
        &self,
        model: &LinearModel<F>,
        x: ArrayView2<'_, F>,
    ) -> Result<Prediction> {
        let p = self.centre.len();
        check_length("features of the model", p, model.n_features())?;
        let mean = model.predict(x)?.mapv(Scalar::wide);
        let rows = x.mapv(Scalar::wide) - &self.centre;
        let mut variance = Array1::from_elem(rows.nrows(), f64::NAN);
        if let Some((level, slopes)) = &self.errors {
            let scores = rows.dot(&slopes.t()) + level;
            let outside = self.outside(rows);
            for ((to, scores), outside) in variance.iter_mut().zip(scores.rows()).zip(outside) {
                if !outside {
                    *to = scores.dot(&scores);
                }
            }
        }
        Ok(Prediction::new(mean, &variance, self.noise, self.df))
    }

    /// Rows of `x` `(m, p)`, from 0, whose prediction the data do not determine, because columns depended on each other
    /// or were constant there, and do not or are not here: other coefficients that fit the data as well give another
    /// prediction. A penalty chooses among them all the same. `None` for fewer samples than features, where it is not
    /// known of which rows it is true.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`].
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::Samples;
    /// use elltwo::model::RidgeRegression;
    /// use elltwo::inference::Covariance;
    /// use ndarray::array;
    ///
    /// // In the data the second column is twice the first.
    /// let x = array![[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, 8.0]];
    /// let y = array![1.1, 1.9, 3.2, 3.9];
    /// let samples = Samples::new(x.view(), y.view(), None)?;
    /// let inference = RidgeRegression::new().analyse(&samples)?.inference(Covariance::Classical)?;
    /// let new = array![[5.0, 10.0], [5.0, 9.0]];
    /// assert_eq!(inference.prediction_errors().undetermined(new.view())?, Some(vec![1]));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn undetermined<F: Scalar>(&self, x: ArrayView2<'_, F>) -> Result<Option<Vec<usize>>> {
        check_length("columns of x", self.centre.len(), x.ncols())?;
        let is_known = self.errors.is_some()
            || self.relations.nrows() > 0
            || self.scale.iter().any(|scale| *scale > 0.0);
        if !is_known {
            return Ok(None);
        }
        let rows = x.mapv(Scalar::wide) - &self.centre;
        let leaves = |row: usize| {
            let columns = rows.row(row).into_iter().zip(&self.centre).zip(&self.scale);
            columns.into_iter().any(|((gap, centre), scale)| {
                *scale == 0.0 && gap.abs() > NOT_ESTIMABLE * centre.abs()
            })
        };
        let leaves: Vec<bool> = (0..rows.nrows()).map(leaves).collect();
        let outside = self.outside(rows).into_iter().zip(leaves).enumerate();
        let found = outside.filter(|(_, (outside, leaves))| *outside || *leaves);
        Ok(Some(found.map(|(row, _)| row).collect()))
    }

    /// For each row less the centre, whether it has a share in a direction in which the data say nothing.
    fn outside(&self, rows: Array2<f64>) -> Vec<bool> {
        let inverse = self.scale.mapv(|s| if s > 0.0 { s.recip() } else { 0.0 });
        let scaled = rows * inverse;
        let shares = scaled.dot(&self.relations.t());
        let each = shares.rows().into_iter().zip(scaled.rows());
        let outside = each.map(|(shares, row)| {
            let limit = NOT_ESTIMABLE * row.dot(&row).sqrt();
            // A share that is not a number is none that is small.
            !shares.iter().all(|share| share.abs() <= limit)
        });
        outside.collect()
    }
}

/// The serialized form.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename = "PredictionErrors")]
struct Stored {
    format_version: Version<Self>,
    centre: Array1<f64>,
    errors: Option<(Array1<f64>, Array2<f64>)>,
    relations: Array2<f64>,
    scale: Array1<f64>,
    noise: Option<f64>,
    df: f64,
}

impl Format for Stored {
    const WHAT: &'static str = "stored prediction errors";
    const VERSION: u32 = 1;
}

impl From<PredictionErrors> for Stored {
    fn from(errors: PredictionErrors) -> Self {
        Self {
            format_version: Version::CURRENT,
            centre: errors.centre,
            errors: errors.errors,
            relations: errors.relations,
            scale: errors.scale,
            noise: errors.noise,
            df: errors.df,
        }
    }
}

impl TryFrom<Stored> for PredictionErrors {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        let p = stored.centre.len();
        check_length("scale of the prediction errors", p, stored.scale.len())?;
        check_length(
            "relations of the prediction errors",
            p,
            stored.relations.ncols(),
        )?;
        check_finite("centre of the prediction errors", stored.centre.view())?;
        check_finite("scale of the prediction errors", stored.scale.view())?;
        check_finite(
            "relations of the prediction errors",
            stored.relations.view(),
        )?;
        if let Some((level, slopes)) = &stored.errors {
            check_length("columns of the prediction errors", p, slopes.ncols())?;
            check_length("rows of the prediction errors", level.len(), slopes.nrows())?;
            check_finite("level of the prediction errors", level.view())?;
            check_finite("slopes of the prediction errors", slopes.view())?;
        }
        if !stored.df.is_finite() || stored.noise.is_some_and(|v| !v.is_finite() || v < 0.0) {
            return Err(Stored::malformed(
                "degrees of freedom or variance out of range",
            ));
        }
        Ok(Self {
            centre: stored.centre,
            errors: stored.errors,
            relations: stored.relations,
            scale: stored.scale,
            noise: stored.noise,
            df: stored.df,
        })
    }
}
