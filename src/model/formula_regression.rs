//! [`FormulaRegression`]: a formula and an estimator, from the columns of a frame to predictions.

use ndarray::{Array1, Ix1};
use serde::{Deserialize, Serialize};

use super::cross_validation::{CvScores, HeldOut};
use super::{Estimator, LinearModel, Predictor};
use crate::check::check_parameter;
use crate::data::{Folds, Frame};
use crate::error::Result;
use crate::formula::{Design, Formula, Learner};
use crate::metrics::{Average, Metric};

/// An estimator of the terms of a formula.
///
/// Levels, means, knots and bases are learnt from the rows that are fitted; a model predicts from the columns of a
/// frame. [`cross_validate`](super::cross_validate) learns them anew in each fold, levels aside, which all rows tell.
///
/// # Examples
///
/// ```
/// use elltwo::data::Frame;
/// use elltwo::model::FormulaRegression;
/// use elltwo::prelude::*;
///
/// let text = "price,size,town\n310,100,Ulm\n250,80,Ulm\n420,105,Bonn\n350,82,Bonn\n275,90,Ulm\n505,130,Bonn\n";
/// let frame = CsvReader::columns().read_frame(text.as_bytes())?;
/// let regression = FormulaRegression::new(&"price ~ size + town".parse()?, RidgeRegression::new());
/// let model = regression.fit(&frame)?;
/// assert_eq!(model.linear().feature_names(), Some(&["size".to_owned(), "town=Ulm".to_owned()][..]));
///
/// let new = Frame::default().with_numbers("size", [120.0])?.with_category("town", ["Bonn"])?;
/// assert!((400.0..500.0).contains(&model.predict(&new)?[0]));
/// let scores = cross_validate(&regression, &frame, KFold::new(3), Metric::MeanAbsoluteError)?;
/// assert!(scores.mean() < 60.0);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormulaRegression<E> {
    formula: Formula,
    estimator: E,
    weights: Option<String>,
}

impl<E: Estimator<f64, Ix1>> FormulaRegression<E>
where
    E::Fitted: Into<LinearModel<f64>>,
{
    /// The terms of a formula with one target. The estimator's intercept must be the formula's.
    #[must_use]
    pub fn new(formula: &Formula, estimator: E) -> Self {
        Self {
            formula: formula.clone(),
            estimator,
            weights: None,
        }
    }

    /// The column of sample weights. Default: none.
    #[must_use]
    pub fn weights(mut self, name: impl Into<String>) -> Self {
        self.weights = Some(name.into());
        self
    }

    /// Fits the rows of a frame.
    ///
    /// # Errors
    ///
    /// As [`Formula::design`], [`Design::dataset`] and [`Estimator::fit_samples`];
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) where formula and estimator differ about the
    /// intercept.
    pub fn fit(&self, frame: &Frame) -> Result<FormulaModel> {
        self.fit_knowing(frame, None)
    }

    /// Fits a frame, with the levels of another too.
    fn fit_knowing(&self, frame: &Frame, other: Option<&Frame>) -> Result<FormulaModel> {
        let mut learner = Learner::new(&self.formula);
        if let Some(name) = &self.weights {
            learner = learner.weights(name);
        }
        learner.update(frame)?;
        if let Some(other) = other {
            learner.update_levels(other)?;
        }
        let design = learner.finish()?;
        let data = design.dataset(frame)?;
        let model: LinearModel<f64> = self.estimator.fit_samples(&data.samples()?)?.into();
        if let Some(report) = model.report() {
            let (agree, value) = (
                report.fit_intercept == design.intercept(),
                f64::from(u8::from(report.fit_intercept)),
            );
            let rule = "1 where the formula has an intercept, and 0 beside its `0 +`";
            check_parameter(agree, "fit_intercept", value, rule)?;
        }
        Ok(FormulaModel { design, model })
    }
}

impl<E: Estimator<f64, Ix1>> HeldOut<&Frame> for FormulaRegression<E>
where
    E::Fitted: Into<LinearModel<f64>>,
{
    fn held_out(&self, frame: &Frame, folds: &dyn Folds, metric: Metric) -> Result<CvScores> {
        CvScores::of(&folds.splits(frame.n_rows())?, |split| {
            let test = frame.select_rows(&split.test)?;
            let model = self.fit_knowing(&frame.select_rows(&split.train)?, Some(&test))?;
            let data = model.design.dataset(&test)?;
            let predicted = model.model.predict(data.x())?;
            let uniform = Average::Uniform;
            metric.evaluate(data.y(), &predicted, data.weights(), &uniform)
        })
    }
}

/// A fitted [`FormulaRegression`]: what its terms learnt, and their coefficients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormulaModel {
    design: Design,
    model: LinearModel<f64>,
}

impl FormulaModel {
    /// Terms and what they learnt.
    #[must_use]
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// Linear model of the design's columns.
    #[must_use]
    pub fn linear(&self) -> &LinearModel<f64> {
        &self.model
    }

    /// Predictions of the target as the formula has it, so of `log(y)` the logarithm; offsets are added.
    ///
    /// # Errors
    ///
    /// As [`Design::matrix`] and [`Predictor::predict_into`].
    pub fn predict(&self, frame: &Frame) -> Result<Array1<f64>> {
        let predicted = self.model.predict(&self.design.matrix(frame)?)?;
        if self.design.has_offset() {
            return Ok(predicted + self.design.offset(frame)?);
        }
        Ok(predicted)
    }
}
