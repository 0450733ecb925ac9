//! [`cross_validate`]: errors on rows that a model has not seen, everything learnt anew in each fold.

use std::fmt;

use ndarray::Axis;
use serde::{Deserialize, Serialize};

use super::{Estimator, Predictor};
use crate::data::{Folds, Split};
use crate::error::Result;
use crate::metrics::{Average, Metric};
use crate::samples::{Samples, ToSamples};
use crate::scalar::{Scalar, TargetDim};

/// Cross-validates an estimator: fits it to the training rows of each fold and measures its predictions of the others.
///
/// Everything that is learnt is learnt in the fold: the scale and the powers of a [`Pipeline`](super::Pipeline), the
/// levels and knots of a [`FormulaRegression`](super::FormulaRegression), the penalty of a
/// [`RidgeCv`](super::RidgeCv). Sample weights count in the fit and in the metric; several targets are averaged.
///
/// # Errors
///
/// Those of the folds, of the fits, and of [`Metric::evaluate`].
///
/// # Examples
///
/// ```
/// use elltwo::prelude::*;
///
/// let data = elltwo::data::synthetic::regression(100, 3).noise(1.0).generate()?.dataset;
/// let pipeline = Pipeline::new(RidgeCv::new()).standardize();
/// let scores = cross_validate(&pipeline, &data, KFold::new(5).shuffle(1), Metric::R2)?;
/// println!("R² {scores}"); // mean ± standard error
/// assert_eq!(scores.scores().len(), 5);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn cross_validate<T, E: HeldOut<T>>(
    estimator: &E,
    data: T,
    folds: impl Folds,
    metric: Metric,
) -> Result<CvScores> {
    estimator.held_out(data, &folds, metric)
}

/// Something that can be fitted to some rows of `T` and measured on others; every [`Estimator`] is.
pub trait HeldOut<T> {
    /// The metric on the rows to test on, of each fold.
    ///
    /// # Errors
    ///
    /// As [`cross_validate`].
    fn held_out(&self, data: T, folds: &dyn Folds, metric: Metric) -> Result<CvScores>;
}

impl<'a, E, T> HeldOut<T> for E
where
    T: ToSamples<'a>,
    E: Estimator<T::Elem, T::Dim>,
{
    fn held_out(&self, data: T, folds: &dyn Folds, metric: Metric) -> Result<CvScores> {
        let samples = data.to_samples()?;
        let splits = folds.splits(samples.n_rows())?;
        CvScores::of(&splits, |split| {
            let score = |samples: &Samples<'_, T::Elem, T::Dim>, model: &E::Fitted| {
                let predicted = model.predict(samples.x())?;
                let uniform = Average::Uniform;
                metric.evaluate(samples.y(), predicted.view(), samples.weights(), &uniform)
            };
            let model = with_rows(&samples, &split.train, |train| self.fit_samples(train))?;
            with_rows(&samples, &split.test, |test| score(test, &model))
        })
    }
}

/// Calls `f` with some of the rows.
fn with_rows<F: Scalar, D: TargetDim, T>(
    samples: &Samples<'_, F, D>,
    rows: &[usize],
    f: impl FnOnce(&Samples<'_, F, D>) -> Result<T>,
) -> Result<T> {
    samples.cancellation().check()?;
    let x = samples.x().select(Axis(0), rows);
    let y = D::from_columns(samples.columns().y().select(Axis(0), rows));
    let weights = samples.weights().map(|w| w.select(Axis(0), rows));
    let weights = weights.as_ref().map(|w| w.view());
    let part = Samples::new(x.view(), y.view(), weights)?;
    f(&part.with_cancellation(samples.cancellation()))
}

/// A metric on the rows of each fold that its model has not seen.
///
/// `Display` prints mean and standard error, `0.874 ± 0.012`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CvScores {
    scores: Vec<f64>,
}

impl CvScores {
    /// Scores of all folds.
    pub(super) fn of(splits: &[Split], score: impl Fn(&Split) -> Result<f64>) -> Result<Self> {
        let scores = splits.iter().map(score).collect::<Result<_>>()?;
        Ok(Self { scores })
    }

    /// The metric of each fold, in their order.
    #[must_use]
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// Mean over the folds; NaN without any.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.scores.iter().sum::<f64>() / self.scores.len() as f64
    }

    /// Standard error of the mean, `s/√k` with the standard deviation `s` of the `k` folds; `None` of fewer than two.
    /// Folds share training rows, so that it is a little too small.
    #[must_use]
    pub fn standard_error(&self) -> Option<f64> {
        let (k, mean) = (self.scores.len() as f64, self.mean());
        let squares: f64 = self.scores.iter().map(|score| (score - mean).powi(2)).sum();
        (k >= 2.0).then(|| (squares / (k - 1.0) / k).sqrt())
    }
}

impl fmt::Display for CvScores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let precision = f.precision().unwrap_or(3);
        write!(f, "{:.precision$}", self.mean())?;
        match self.standard_error() {
            Some(error) => write!(f, " ± {error:.precision$}"),
            None => Ok(()),
        }
    }
}
