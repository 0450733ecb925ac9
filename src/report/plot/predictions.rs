//! The plots of predictions.

use ndarray::{Array1, ArrayView1};

use super::cloud::Cloud;
use super::scene::{Axis, GREY, Plot, Shape, Stroke, VERMILLION};
use crate::check::{check_finite, check_length};
use crate::error::Result;
use crate::loss::{Reduction, SquaredError};

/// The plots of a model's predictions, whichever the model, on any rows: those of its training, or rows held out. The samples of largest
/// residual are labelled. Of squared errors at their minimum there are more: [`ResidualPlots`](super::ResidualPlots).
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
    /// `y − ŷ`.
    residuals: Array1<f64>,
    cloud: Cloud,
    target: String,
}

impl PredictionPlots {
    /// Of targets `y` `(n,)` and predictions `ŷ` `(n,)`.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch), [`Error::NonFinite`](crate::Error::NonFinite),
    /// [`Error::Empty`](crate::Error::Empty).
    pub fn new(observed: ArrayView1<'_, f64>, predicted: ArrayView1<'_, f64>) -> Result<Self> {
        check_length("length of predicted", observed.len(), predicted.len())?;
        check_finite("observed", observed)?;
        check_finite("predicted", predicted)?;
        let mut residuals = predicted.to_owned();
        SquaredError.residual_in_place(observed, residuals.view_mut(), None, Reduction::Sum)?;
        Ok(Self {
            observed: observed.to_owned(),
            predicted: predicted.to_owned(),
            residuals,
            cloud: Cloud::default(),
            target: String::new(),
        })
    }

    /// The labels of the samples, `(n,)`; their row numbers, from 0, without.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch).
    pub fn labels<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Result<Self> {
        self.cloud = self.cloud.labels(labels, self.observed.len())?;
        Ok(self)
    }

    /// How many samples each plot labels; 3 unless set.
    #[must_use]
    pub fn label_count(mut self, samples: usize) -> Self {
        self.cloud.label_count = samples;
        self
    }

    /// The name of the target, with its unit, for the axes.
    #[must_use]
    pub fn target(mut self, name: &str) -> Self {
        self.target = format!(" {name}");
        self
    }

    /// `ŷ` against `y`, with the line of equality.
    ///
    /// # Errors
    ///
    /// None: what is wrong with the data was refused before.
    pub fn predicted_vs_observed(&self) -> Result<Plot> {
        let (y, fitted) = (self.observed.view(), self.predicted.view());
        let outermost = self.cloud.outermost(self.residuals.view());
        Ok(predicted_vs_observed(
            &self.cloud,
            y,
            fitted,
            &outermost,
            &self.target,
        ))
    }

    /// `y − ŷ` against `ŷ`, with a LOWESS curve: a curve that bends says that the model is not linear enough.
    ///
    /// # Errors
    ///
    /// As [`Lowess::smooth`](crate::diagnostics::Lowess::smooth).
    pub fn residuals_vs_fitted(&self) -> Result<Plot> {
        let (fitted, residuals) = (self.predicted.view(), self.residuals.view());
        let outermost = self.cloud.outermost(residuals);
        residuals_vs_fitted(&self.cloud, fitted, residuals, &outermost, &self.target)
    }
}

pub(super) fn predicted_vs_observed(
    cloud: &Cloud,
    observed: ArrayView1<'_, f64>,
    predicted: ArrayView1<'_, f64>,
    labelled: &[usize],
    target: &str,
) -> Plot {
    let both = observed.iter().chain(&predicted);
    let (low, high) = both.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
        (low.min(*v), high.max(*v))
    });
    let plot = Plot::new(
        "Predicted vs observed",
        Axis::linear(&format!("observed{target}")),
        Axis::linear(&format!("predicted{target}")),
    );
    let line = Shape::Line(vec![(low, low), (high, high)], Stroke::solid(VERMILLION));
    let plot = plot.layer(Some("equality"), line);
    cloud.points(plot, observed, predicted, labelled)
}

pub(super) fn residuals_vs_fitted(
    cloud: &Cloud,
    fitted: ArrayView1<'_, f64>,
    residuals: ArrayView1<'_, f64>,
    labelled: &[usize],
    target: &str,
) -> Result<Plot> {
    let plot = Plot::new(
        "Residuals vs fitted",
        Axis::linear(&format!("fitted{target}")),
        Axis::linear(&format!("residual{target}")),
    );
    let plot = plot.layer(None, Shape::Level(0.0, Stroke::thin(GREY)));
    cloud.smoothed(plot, fitted, residuals, labelled)
}
