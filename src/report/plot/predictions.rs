//! The plots of predictions, and the scatters with labels that they share with those of residuals.

use ndarray::{Array1, ArrayView1};

use super::scene::{Axis, BLUE, GREY, Plot, Shape, Stroke, VERMILLION};
use crate::check::{check_finite, check_length};
use crate::diagnostics::{Lowess, prediction_residuals};
use crate::error::Result;
use crate::linalg::extent;

/// Points that are drawn at most, but for labelled ones, so that a plot stays a picture.
pub(super) const POINTS: usize = 4000;

/// The plots of any model's predictions, on rows of its training or on rows held out. The samples of largest residual
/// are labelled. Of a fit by least squares there are more: [`ResidualPlots`](super::ResidualPlots).
///
/// # Examples
///
/// ```
/// use elltwo::report::plot::PredictionPlots;
/// use ndarray::array;
///
/// let (observed, predicted) = (array![1.0, 2.0, 3.0, 9.0], array![1.1, 1.9, 3.2, 4.0]);
/// let plots = PredictionPlots::new(observed.view(), predicted.view())?
///     .labels(["a", "b", "c", "d"])?
///     .target("dose");
/// assert!(plots.predicted_vs_observed()?.svg()?.contains("predicted dose"));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PredictionPlots {
    observed: Array1<f64>,
    predicted: Array1<f64>,
    residuals: Array1<f64>,
    labels: Option<Vec<String>>,
    label_count: usize,
    target: String,
}

impl PredictionPlots {
    /// Creates the plots from targets `y` `(n,)` and predictions `ŷ` `(n,)`.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch), [`Error::NonFinite`](crate::Error::NonFinite),
    /// [`Error::Empty`](crate::Error::Empty).
    pub fn new(observed: ArrayView1<'_, f64>, predicted: ArrayView1<'_, f64>) -> Result<Self> {
        check_length("length of predicted", observed.len(), predicted.len())?;
        check_finite("observed", observed)?;
        check_finite("predicted", predicted)?;
        let residuals = prediction_residuals(observed, predicted)?;
        Ok(Self::of(observed.to_owned(), predicted, residuals))
    }

    /// Creates the plots from checked targets, predictions and residuals.
    pub(super) fn of(
        observed: Array1<f64>,
        predicted: ArrayView1<'_, f64>,
        residuals: Array1<f64>,
    ) -> Self {
        Self {
            observed,
            predicted: predicted.to_owned(),
            residuals,
            labels: None,
            label_count: 3,
            target: String::new(),
        }
    }

    /// Sets the labels of the samples, `(n,)`; without, they are called by their row numbers, from 0.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch).
    pub fn labels<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Result<Self> {
        let labels: Vec<String> = labels.into_iter().map(Into::into).collect();
        check_length("labels", self.observed.len(), labels.len())?;
        self.labels = Some(labels);
        Ok(self)
    }

    /// Sets the number of samples that each plot labels; 3 unless set.
    #[must_use]
    pub fn label_count(mut self, samples: usize) -> Self {
        self.label_count = samples;
        self
    }

    /// Sets the name of the target, with its unit, for the axes.
    #[must_use]
    pub fn target(mut self, name: &str) -> Self {
        self.target = format!(" {name}");
        self
    }

    /// Predictions `ŷ` against targets `y`, with the line of equality.
    ///
    /// # Errors
    ///
    /// None: the data were checked when they were given.
    pub fn predicted_vs_observed(&self) -> Result<Plot> {
        let (y, fitted) = (self.observed.view(), self.predicted.view());
        let (low, high) = extent(y.iter().chain(&fitted).copied());
        let line = Shape::Line(vec![(low, low), (high, high)], Stroke::solid(VERMILLION));
        let plot = Plot::new(
            "Predicted vs observed",
            self.axis("observed"),
            self.axis("predicted"),
        );
        let labelled = self.outermost(self.residuals.view());
        Ok(scatter(
            plot.layer(Some("equality"), line),
            y,
            fitted,
            &labelled,
        ))
    }

    /// Residuals `y − ŷ` against predictions `ŷ`, with a LOWESS curve: a curve that bends says that the model is not
    /// linear enough.
    ///
    /// # Errors
    ///
    /// As [`Lowess::smooth`].
    pub fn residuals_vs_fitted(&self) -> Result<Plot> {
        self.residuals_labelled(&self.outermost(self.residuals.view()))
    }

    pub(super) fn residuals_labelled(&self, labelled: &[(usize, String)]) -> Result<Plot> {
        let plot = Plot::new(
            "Residuals vs fitted",
            self.axis("fitted"),
            self.axis("residual"),
        );
        let plot = plot.layer(None, Shape::Level(0.0, Stroke::thin(GREY)));
        self.smoothed(plot, self.residuals.view(), labelled)
    }

    /// A linear axis in units of the target.
    pub(super) fn axis(&self, label: &str) -> Axis {
        Axis::linear(format!("{label}{}", self.target))
    }

    pub(super) fn label(&self, row: usize) -> String {
        match &self.labels {
            Some(labels) => labels[row].clone(),
            None => row.to_string(),
        }
    }

    /// The positions of largest magnitude and the labels of their rows, as many as are labelled, undefined values left
    /// out.
    pub(super) fn outermost(&self, values: ArrayView1<'_, f64>) -> Vec<(usize, String)> {
        let mut rows: Vec<usize> = (0..values.len())
            .filter(|&row| !values[row].is_nan())
            .collect();
        rows.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
        rows.truncate(self.label_count);
        rows.into_iter().map(|row| (row, self.label(row))).collect()
    }

    /// Adds a scatter against the predictions with a LOWESS curve through all of it.
    pub(super) fn smoothed(
        &self,
        plot: Plot,
        y: ArrayView1<'_, f64>,
        labelled: &[(usize, String)],
    ) -> Result<Plot> {
        let x = self.predicted.view();
        let curve = Lowess::new().curve(x, y)?;
        let plot = scatter(plot, x, y, labelled);
        if curve.is_empty() {
            return Ok(plot);
        }
        let line = Shape::Line(curve, Stroke::solid(VERMILLION));
        Ok(plot.layer(Some("LOWESS"), line))
    }
}

/// Adds points, a share of very many, and labels for some, which are drawn in any case.
pub(super) fn scatter(
    plot: Plot,
    x: ArrayView1<'_, f64>,
    y: ArrayView1<'_, f64>,
    labelled: &[(usize, String)],
) -> Plot {
    let n = x.len();
    let labelled = labelled.iter().filter(|(row, _)| y[*row].is_finite());
    let mut rows = evenly(n, POINTS);
    rows.extend(labelled.clone().map(|(row, _)| *row).filter(|_| n > POINTS));
    let points = rows.into_iter().map(|row| (x[row], y[row]));
    let points = points.filter(|(_, y)| y.is_finite()).collect();
    let labels = labelled.map(|(row, label)| ((x[*row], y[*row]), label.clone()));
    plot.layer(None, Shape::Points(points, BLUE))
        .layer(None, Shape::Labels(labels.collect()))
        .note((n > POINTS).then(|| format!("{POINTS} of {n} points are drawn, evenly chosen")))
}

/// Evenly spaced positions among `n`, the first and last included, at most `most` of them.
pub(super) fn evenly(n: usize, most: usize) -> Vec<usize> {
    if n <= most {
        return (0..n).collect();
    }
    (0..most).map(|i| i * (n - 1) / (most - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::evenly;

    #[test]
    fn few_are_all_kept_and_of_many_the_ends_stay() {
        assert_eq!(evenly(3, 10), [0, 1, 2]);
        assert_eq!(evenly(0, 10), [0; 0]);
        let some = evenly(1_000_000, 10);
        assert_eq!((some.len(), some[0], some[9]), (10, 0, 999_999));
    }
}
