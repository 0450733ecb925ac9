//! The plots of a residual analysis.

use ndarray::{Array1, ArrayView1};

use super::cloud::Cloud;
use super::predictions;
use super::scene::{Axis, GREEN, GREY, Plot, Shape, Stroke, VERMILLION};
use crate::check::{check_finite, check_length, check_open_unit};
use crate::diagnostics::{Residuals, cooks_contour};
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
    pub(super) residuals: &'a Residuals,
    fitted: Array1<f64>,
    pub(super) cloud: Cloud,
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
            cloud: Cloud::default(),
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
        self.cloud = self.cloud.labels(labels, self.fitted.len())?;
        Ok(self)
    }

    /// How many samples each plot labels; 3 unless set.
    #[must_use]
    pub fn label_count(mut self, samples: usize) -> Self {
        self.cloud.label_count = samples;
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
    /// As [`Lowess::smooth`](crate::diagnostics::Lowess::smooth) and [`Plot::svg`].
    pub fn residuals_vs_fitted(&self) -> Result<Plot> {
        let outermost = self.outermost();
        predictions::residuals_vs_fitted(
            &self.cloud,
            self.fitted.view(),
            self.residuals.raw(),
            &outermost,
            &self.target,
        )
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
        let (x, outermost) = (self.fitted.view(), self.outermost());
        self.cloud.smoothed(plot, x, root.view(), &outermost)
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
                upper.push((
                    h,
                    cooks_contour(distance, h, self.residuals.effective_df())?,
                ));
            }
            let lower = upper.iter().map(|(h, r)| (*h, -r)).collect();
            plot = plot
                .backdrop(Some(name), Shape::Line(upper, stroke))
                .backdrop(None, Shape::Line(lower, stroke));
        }
        let outermost = self.cloud.outermost(self.residuals.cooks_distance());
        let plot = self.cloud.points(plot, leverage, studentized, &outermost);
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
        let outermost = self.cloud.outermost(self.residuals.raw());
        let (y, fitted) = (observed.view(), self.fitted.view());
        Ok(predictions::predicted_vs_observed(
            &self.cloud,
            y,
            fitted,
            &outermost,
            &self.target,
        ))
    }

    /// The rows of largest studentized residual.
    fn outermost(&self) -> Vec<usize> {
        self.cloud.outermost(self.residuals.studentized_internal())
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
