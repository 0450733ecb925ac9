//! The errors of predictions.

use elltwo::metrics::{Average, Metric};
use elltwo::report::Table;
use elltwo::report::format::{number, optional};
use elltwo::{Error, Result};
use ndarray::{Array1, ArrayView1};
use serde::Serialize;

/// Measures of the distance of predictions from targets.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Measures {
    pub(crate) mse: f64,
    pub(crate) rmse: f64,
    pub(crate) mae: f64,
    /// Undefined where the target does not vary.
    pub(crate) r2: Option<f64>,
    pub(crate) max_error: f64,
}

impl Measures {
    pub(crate) fn new(
        y: ArrayView1<'_, f64>,
        predictions: ArrayView1<'_, f64>,
        weights: Option<ArrayView1<'_, f64>>,
    ) -> Result<Self> {
        let r2 = varies(y, weights).then_some(Metric::R2);
        let of = |metric: Metric| metric.evaluate(y, predictions, weights, &Average::Uniform);
        Ok(Self {
            mse: of(Metric::MeanSquaredError)?,
            rmse: of(Metric::RootMeanSquaredError)?,
            mae: of(Metric::MeanAbsoluteError)?,
            r2: r2.map(of).transpose()?,
            max_error: of(Metric::MaxError)?,
        })
    }
}

impl Measures {
    /// Measures of residuals `y − ŷ`, whose digits predictions far from zero have lost.
    pub(crate) fn of_residuals(
        y: ArrayView1<'_, f64>,
        residuals: ArrayView1<'_, f64>,
        weights: Option<ArrayView1<'_, f64>>,
    ) -> Result<Self> {
        let measures = Self::new(residuals, Array1::zeros(residuals.len()).view(), weights)?;
        // The share of the variance is one about any origin: one among the targets keeps their digits.
        let origin = y.first().copied().unwrap_or_default();
        let y = &y - origin;
        let of_targets = Self::new(y.view(), (&y - &residuals).view(), weights)?;
        Ok(Self {
            r2: of_targets.r2,
            ..measures
        })
    }
}

/// True if the targets of the rows that count are not all equal.
pub(crate) fn varies(y: ArrayView1<'_, f64>, weights: Option<ArrayView1<'_, f64>>) -> bool {
    let counts = |row: usize| weights.is_none_or(|weights| weights[row] > 0.0);
    let mut counted = (y.iter().enumerate()).filter(|(row, _)| counts(*row));
    let first = counted.next();
    counted.any(|(_, value)| first.is_some_and(|(_, first)| value != first))
}

/// The errors of predictions, a line for each name.
pub(crate) fn table<'a>(lines: impl IntoIterator<Item = (&'a str, &'a Measures)>) -> Table {
    let mut table = Table::new(["errors", "MSE", "RMSE", "MAE", "R²", "max error"]);
    for (name, of) in lines {
        table.row([
            name.to_owned(),
            number(of.mse),
            number(of.rmse),
            number(of.mae),
            optional(of.r2),
            number(of.max_error),
        ]);
    }
    table
}

/// A value that takes more rows than there are is undefined, and not an error.
pub(crate) fn defined<T>(value: Result<T>) -> Result<Option<T>> {
    match value {
        Ok(value) => Ok(Some(value)),
        Err(Error::TooFewSamples { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
