//! The plots of a residual analysis.

use ndarray::{Array1, ArrayView1, Axis as Along};

use super::scene::{Axis, BLUE, GREEN, GREY, Plot, Shape, Stroke, VERMILLION};
use super::thin;
use crate::check::{check_finite, check_length, check_open_unit};
use crate::diagnostics::{Lowess, Residuals, cooks_contour};
use crate::error::Result;

/// Cook's distances with a contour, as in R.
const CONTOURS: [f64; 2] = [0.5, 1.0];
/// Vertices of a contour.
const STEPS: usize = 200;

/// The plots of a fit's residuals; the outermost samples are labelled.
///
/// | plot | shows |
/// |---|---|
/// | [`residuals_vs_fitted`](Self::residuals_vs_fitted) | curvature the model misses |
/// | [`normal_qq`](Self::normal_qq) | whether the errors are normal |
/// | [`scale_location`](Self::scale_location) | whether they have one variance |
/// | [`residuals_vs_leverage`](Self::residuals_vs_leverage) | which samples move the fit |
/// | [`predicted_vs_observed`](Self::predicted_vs_observed) | the fit as a whole |
///
/// They are those of R's `plot.lm` (Chambers & Hastie, *Statistical Models in S*, 1992). Samples whose studentized residual is undefined, their
/// leverage being 1, are left out where it is drawn.
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::Residuals;
/// use elltwo::model::{Estimator, Predictor, RidgeRegression};
/// use elltwo::report::plot::ResidualPlots;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 9.0, 6.1];
/// let model = RidgeRegression::new().fit(x.view(), y.view())?;
/// let residuals = Residuals::new(&model, x.view(), y.view(), None)?;
/// let plots = ResidualPlots::new(&residuals, model.predict(x.view())?.view())?
///     .labels(["a", "b", "c", "d", "e", "f"])?
///     .label_count(2);
/// assert!(plots.residuals_vs_leverage()?.svg()?.contains("\ne\n"));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResidualPlots<'a> {
    pub(super) residuals: &'a Residuals,
    fitted: Array1<f64>,
    labels: Option<Vec<String>>,
    pub(super) label_count: usize,
    pub(super) level: f64,
    target: String,
}

impl<'a> ResidualPlots<'a> {
    /// Of residuals and the predictions `ŷ` `(n,)` that left them.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch), [`Error::NonFinite`](crate::Error::NonFinite).
    pub fn new(residuals: &'a Residuals, fitted: ArrayView1<'_, f64>) -> Result<Self> {
        check_length("length of fitted", residuals.raw().len(), fitted.len())?;
        check_finite("fitted", fitted)?;
        Ok(Self {
            residuals,
            fitted: fitted.to_owned(),
            labels: None,
            label_count: 3,
            level: 0.95,
            target: String::new(),
        })
    }

    /// The labels of the samples, `(n,)`; their row numbers, from 0, without.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch).
    pub fn labels<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Result<Self> {
        let labels: Vec<String> = labels.into_iter().map(Into::into).collect();
        check_length("labels", self.fitted.len(), labels.len())?;
        self.labels = Some(labels);
        Ok(self)
    }

    /// How many samples each plot labels; 3 unless set.
    #[must_use]
    pub fn label_count(mut self, samples: usize) -> Self {
        self.label_count = samples;
        self
    }

    /// The probability of the band of the Q-Q plot; 0.95 unless set.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `0 < level < 1`.
    pub fn level(mut self, level: f64) -> Result<Self> {
        check_open_unit("level", level)?;
        self.level = level;
        Ok(self)
    }

    /// The name of the target, with its unit, for the axes.
    #[must_use]
    pub fn target(mut self, name: &str) -> Self {
        self.target = format!(" {name}");
        self
    }

    /// `y − ŷ` against `ŷ`, with a LOWESS curve: a curve that bends says that the model is not linear enough.
    ///
    /// # Errors
    ///
    /// As [`Lowess::smooth`] and [`Plot::svg`].
    pub fn residuals_vs_fitted(&self) -> Result<Plot> {
        let plot = Plot::new(
            "Residuals vs fitted",
            Axis::linear(&format!("fitted{}", self.target)),
            Axis::linear(&format!("residual{}", self.target)),
        );
        let plot = plot.layer(None, Shape::Level(0.0, Stroke::thin(GREY)));
        self.scatter(plot, self.fitted.view(), self.residuals.raw())
    }

    /// `√|r|` of the internally studentized residuals against `ŷ`, with a LOWESS curve: one that rises says that the variance does.
    ///
    /// # Errors
    ///
    /// As [`residuals_vs_fitted`](Self::residuals_vs_fitted).
    pub fn scale_location(&self) -> Result<Plot> {
        let plot = Plot::new(
            "Scale-location",
            Axis::linear(&format!("fitted{}", self.target)),
            Axis::linear("√|studentized residual|"),
        );
        let root = self
            .residuals
            .studentized_internal()
            .mapv(|r| r.abs().sqrt());
        self.scatter(plot, self.fitted.view(), root.view())
    }

    /// Internally studentized residuals against leverage, with contours of Cook's distance at 0.5 and 1 (Cook & Weisberg, *Residuals and
    /// Influence in Regression*, 1982) and at `4/n`, a common mark (Bollen & Jackman, 1990). The samples of largest distance are labelled.
    ///
    /// # Errors
    ///
    /// As [`residuals_vs_fitted`](Self::residuals_vs_fitted).
    pub fn residuals_vs_leverage(&self) -> Result<Plot> {
        let leverage = self.residuals.leverage();
        let studentized = self.residuals.studentized_internal();
        let mut plot = Plot::new(
            "Residuals vs leverage",
            Axis::linear("leverage"),
            Axis::linear("studentized residual"),
        )
        .layer(None, Shape::Level(0.0, Stroke::thin(GREY)));
        let largest = leverage.fold(0.0_f64, |a, h| a.max(*h)).min(1.0);
        let mark = 4.0 / leverage.len() as f64;
        let styles = [
            (mark, "Cook's distance 4/n", Stroke::dashed(GREEN)),
            (
                CONTOURS[0],
                "Cook's distance 0.5",
                Stroke::dashed(VERMILLION),
            ),
            (CONTOURS[1], "Cook's distance 1", Stroke::solid(VERMILLION)),
        ];
        for (distance, name, stroke) in styles {
            let mut upper = Vec::with_capacity(STEPS);
            for step in 1..=STEPS {
                let h = (1.1 * largest).min(1.0) * step as f64 / STEPS as f64;
                upper.push((h, cooks_contour(distance, h, self.residuals.model_df())?));
            }
            let lower = upper.iter().map(|(h, r)| (*h, -r)).collect();
            plot = plot
                .backdrop(Some(name), Shape::Line(upper, stroke))
                .backdrop(None, Shape::Line(lower, stroke));
        }
        let outermost = self.outermost(self.residuals.cooks_distance());
        let plot = self.points(plot, leverage, studentized, &outermost);
        // A leverage is not negative.
        Ok(plot.layer(None, Shape::Upright(0.0, Stroke::thin(GREY))))
    }

    /// `ŷ` against `y`, with the line of equality.
    ///
    /// # Errors
    ///
    /// As [`Plot::svg`].
    pub fn predicted_vs_observed(&self) -> Result<Plot> {
        let observed = &self.fitted + &self.residuals.raw();
        let both = observed.iter().chain(&self.fitted);
        let (low, high) = both.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| {
            (low.min(*v), high.max(*v))
        });
        let plot = Plot::new(
            "Predicted vs observed",
            Axis::linear(&format!("observed{}", self.target)),
            Axis::linear(&format!("predicted{}", self.target)),
        );
        let line = Shape::Line(vec![(low, low), (high, high)], Stroke::solid(VERMILLION));
        let outermost = self.outermost(self.residuals.raw());
        let plot = plot.layer(Some("equality"), line);
        Ok(self.points(plot, observed.view(), self.fitted.view(), &outermost))
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

    pub(super) fn label(&self, row: usize) -> String {
        match &self.labels {
            Some(labels) => labels[row].clone(),
            None => row.to_string(),
        }
    }

    /// The rows of largest magnitude, undefined ones left out.
    fn outermost(&self, values: ArrayView1<'_, f64>) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..values.len())
            .filter(|&row| !values[row].is_nan())
            .collect();
        rows.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
        rows.truncate(self.label_count);
        rows
    }

    fn scatter(&self, plot: Plot, x: ArrayView1<'_, f64>, y: ArrayView1<'_, f64>) -> Result<Plot> {
        let outermost = self.outermost(self.residuals.studentized_internal());
        let plot = self.points(plot, x, y, &outermost);
        let defined = |row: &usize| y[*row].is_finite();
        let rows: Vec<usize> = (0..x.len()).filter(defined).collect();
        let (x, y) = (x.select(Along(0), &rows), y.select(Along(0), &rows));
        if rows.len() < 3 {
            return Ok(plot);
        }
        let curve = Lowess::new().smooth(x.view(), y.view())?;
        let curve = thin::curve(x.iter().copied().zip(curve).collect());
        Ok(plot.layer(
            Some("LOWESS"),
            Shape::Line(curve, Stroke::solid(VERMILLION)),
        ))
    }

    /// The points, a share of very many, and the labels of some rows, which are drawn in any case.
    fn points(
        &self,
        plot: Plot,
        x: ArrayView1<'_, f64>,
        y: ArrayView1<'_, f64>,
        labelled: &[usize],
    ) -> Plot {
        let mut rows = thin::positions(x.len(), thin::POINTS);
        rows.extend(labelled.iter().filter(|_| x.len() > thin::POINTS));
        let at = |row: usize| (x[row], y[row]);
        let points = rows
            .into_iter()
            .map(at)
            .filter(|p| p.1.is_finite())
            .collect();
        let labels = labelled.iter().filter(|row| y[**row].is_finite());
        let labels = labels.map(|&row| (x[row], y[row], self.label(row)));
        plot.layer(None, Shape::Points(points, BLUE))
            .layer(None, Shape::Labels(labels.collect()))
            .note(thin::note(x.len()))
    }
}
