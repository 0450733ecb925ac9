//! The plots of a residual analysis.

use ndarray::ArrayView1;

use super::predictions::{PredictionPlots, evenly, scatter};
use super::scene::{Axis, GREEN, GREY, Plot, SKY, Shape, Stroke, VERMILLION};
use crate::check::{check_finite, check_length, check_open_unit};
use crate::diagnostics::{Residuals, cooks_contour, normal_band, normal_quantiles};
use crate::error::Result;
use crate::linalg::max_abs;
use crate::report::format::percent;

/// Vertices of a contour, and of the band of the Q-Q plot.
const STEPS: usize = 200;

/// The plots of a fit's residuals; the outermost samples are labelled.
///
/// | plot | shows |
/// |---|---|
/// | [`residuals_vs_fitted`](Self::residuals_vs_fitted) | curvature the model misses |
/// | [`normal_qq`](Self::normal_qq) | whether the errors are normal |
/// | [`scale_location`](Self::scale_location) | whether they have one variance |
/// | [`residuals_vs_leverage`](Self::residuals_vs_leverage) | the most influential samples |
/// | [`predicted_vs_observed`](Self::predicted_vs_observed) | the fit as a whole |
///
/// They are those of R's `plot.lm` (Chambers & Hastie, *Statistical Models in S*, 1992). Samples of leverage 1, whose
/// studentized residual is undefined, are left out where it is drawn.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::diagnostics::Residuals;
/// use elltwo::model::{Estimator, Predictor, RidgeRegression};
/// use elltwo::report::plot::ResidualPlots;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 9.0, 6.1];
/// let model = RidgeRegression::new().fit(x.view(), y.view())?;
/// let residuals = Residuals::new(&model, &Samples::new(x.view(), y.view(), None)?)?;
/// let plots = ResidualPlots::new(&residuals, model.predict(x.view())?.view())?
///     .labels(["a", "b", "c", "d", "e", "f"])?
///     .label_count(2);
/// assert!(plots.residuals_vs_leverage()?.svg()?.contains("\ne\n"));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResidualPlots<'a> {
    residuals: &'a Residuals,
    predictions: PredictionPlots,
    level: f64,
}

impl<'a> ResidualPlots<'a> {
    /// Creates the plots from residuals and the predictions `ŷ` `(n,)` that left them.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch), [`Error::NonFinite`](crate::Error::NonFinite).
    pub fn new(residuals: &'a Residuals, fitted: ArrayView1<'_, f64>) -> Result<Self> {
        let raw = residuals.raw();
        check_length("length of fitted", raw.len(), fitted.len())?;
        check_finite("fitted", fitted)?;
        Ok(Self {
            residuals,
            predictions: PredictionPlots::of(&fitted + &raw, fitted, raw.to_owned()),
            level: 0.95,
        })
    }

    /// Sets the labels of the samples, `(n,)`; without, they are called by their row numbers, from 0.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch).
    pub fn labels<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Result<Self> {
        self.predictions = self.predictions.labels(labels)?;
        Ok(self)
    }

    /// Sets the number of samples that each plot labels; 3 unless set.
    #[must_use]
    pub fn label_count(mut self, samples: usize) -> Self {
        self.predictions = self.predictions.label_count(samples);
        self
    }

    /// Sets the probability of the band of the Q-Q plot; 0.95 unless set.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `0 < level < 1`.
    pub fn level(mut self, level: f64) -> Result<Self> {
        check_open_unit("level", level)?;
        self.level = level;
        Ok(self)
    }

    /// Sets the name of the target, with its unit, for the axes.
    #[must_use]
    pub fn target(mut self, name: &str) -> Self {
        self.predictions = self.predictions.target(name);
        self
    }

    /// Residuals `y − ŷ` against predictions `ŷ`, with a LOWESS curve: a curve that bends says that the model is not
    /// linear enough.
    ///
    /// # Errors
    ///
    /// As [`Lowess::smooth`](crate::diagnostics::Lowess::smooth) and [`Plot::svg`].
    pub fn residuals_vs_fitted(&self) -> Result<Plot> {
        self.predictions.residuals_labelled(&self.outermost())
    }

    /// Ordered internally studentized residuals against normal quantiles, with the line of equality and a band that
    /// holds each of them with the probability of [`level`](Self::level), were the errors normal: *pointwise*, by the
    /// distribution of order statistics; see [`normal_band`].
    ///
    /// # Errors
    ///
    /// As [`normal_quantiles`].
    pub fn normal_qq(&self) -> Result<Plot> {
        let quantiles = normal_quantiles(self.residuals.studentized_internal())?;
        let (x, y) = (quantiles.theoretical.view(), quantiles.ordered.view());
        let n = x.len();
        let mut band = Vec::with_capacity(STEPS);
        for position in evenly(n, STEPS) {
            let (low, high) = normal_band(position + 1, n, self.level)?;
            band.push((x[position], low, high));
        }
        let line = vec![(x[0], x[0]), (x[n - 1], x[n - 1])];
        let mut labelled = self.predictions.outermost(y);
        for (position, label) in &mut labelled {
            *label = self.predictions.label(quantiles.rows[*position]);
        }
        let name = format!("pointwise {}% band", percent(self.level));
        let plot = Plot::new(
            "Normal Q-Q",
            Axis::linear("normal quantile"),
            Axis::linear("studentized residual"),
        )
        .layer(Some(&name), Shape::Band(band, SKY))
        .layer(Some("normal"), Shape::Line(line, Stroke::solid(VERMILLION)));
        Ok(scatter(plot, x, y, &labelled))
    }

    /// Root `√|r|` of the internally studentized residuals against `ŷ`, with a LOWESS curve: one that rises says that
    /// the variance does.
    ///
    /// # Errors
    ///
    /// As [`residuals_vs_fitted`](Self::residuals_vs_fitted).
    pub fn scale_location(&self) -> Result<Plot> {
        let plot = Plot::new(
            "Scale-location",
            self.predictions.axis("fitted"),
            Axis::linear("√|studentized residual|"),
        );
        let studentized = self.residuals.studentized_internal();
        let root = studentized.mapv(|r| r.abs().sqrt());
        self.predictions
            .smoothed(plot, root.view(), &self.outermost())
    }

    /// Internally studentized residuals against leverage, with contours of Cook's distance at 0.5 and 1 (Cook &
    /// Weisberg, *Residuals and Influence in Regression*, 1982) and at `4/n`, a common mark (Bollen & Jackman, 1990).
    /// The samples of largest distance are labelled.
    ///
    /// # Errors
    ///
    /// As [`residuals_vs_fitted`](Self::residuals_vs_fitted).
    pub fn residuals_vs_leverage(&self) -> Result<Plot> {
        let leverage = self.residuals.leverage();
        let mut plot = Plot::new(
            "Residuals vs leverage",
            Axis::linear("leverage"),
            Axis::linear("studentized residual"),
        )
        .layer(None, Shape::Level(0.0, Stroke::thin(GREY)));
        let largest = max_abs(leverage).min(1.0);
        for (distance, name, stroke) in [
            (4.0 / leverage.len() as f64, "4/n", Stroke::dashed(GREEN)),
            (0.5, "0.5", Stroke::dashed(VERMILLION)),
            (1.0, "1", Stroke::solid(VERMILLION)),
        ] {
            let mut upper = Vec::with_capacity(STEPS);
            for step in 1..=STEPS {
                let h = (1.1 * largest).min(1.0) * step as f64 / STEPS as f64;
                let df = self.residuals.effective_df();
                upper.push((h, cooks_contour(distance, h, df)?));
            }
            let lower = upper.iter().map(|(h, r)| (*h, -r)).collect();
            let name = format!("Cook's distance {name}");
            plot = plot
                .backdrop(Some(&name), Shape::Line(upper, stroke))
                .backdrop(None, Shape::Line(lower, stroke));
        }
        let (cook, studentized) = (
            self.residuals.cooks_distance(),
            self.residuals.studentized_internal(),
        );
        let labelled = self.predictions.outermost(cook);
        let plot = scatter(plot, leverage, studentized, &labelled);
        // A leverage is not negative.
        Ok(plot.layer(None, Shape::Upright(0.0, Stroke::thin(GREY))))
    }

    /// Predictions `ŷ` against targets `y`, with the line of equality.
    ///
    /// # Errors
    ///
    /// As [`Plot::svg`].
    pub fn predicted_vs_observed(&self) -> Result<Plot> {
        self.predictions.predicted_vs_observed()
    }

    /// The rows of largest studentized residual and their labels.
    fn outermost(&self) -> Vec<(usize, String)> {
        let studentized = self.residuals.studentized_internal();
        self.predictions.outermost(studentized)
    }

    /// Every plot, with a name for its file.
    ///
    /// # Errors
    ///
    /// As the plots.
    pub fn all(&self) -> Result<Vec<(&'static str, Plot)>> {
        Ok(vec![
            ("residuals_vs_fitted", self.residuals_vs_fitted()?),
            ("normal_qq", self.normal_qq()?),
            ("scale_location", self.scale_location()?),
            ("residuals_vs_leverage", self.residuals_vs_leverage()?),
            ("predicted_vs_observed", self.predicted_vs_observed()?),
        ])
    }
}
