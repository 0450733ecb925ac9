//! The analysis of a fit from moments alone, without the rows.

use ndarray::Axis;

use std::sync::Arc;

use super::analysis::{Inference, sums};
use super::covariance::ScoreCovariance;
use super::fit::FitStatistics;
use crate::check::{check_length, check_parameter};
use crate::error::{Error, Result};
use crate::model::{LinearModel, check_objective, check_whole};
use crate::moments::Moments;
use crate::samples::WeightKind;
use crate::solver::closed_form::Factor;

impl Inference {
    /// The classical analysis from moments alone, for a model fitted to them by
    /// [`fit_moments`](crate::model::RidgeRegression::fit_moments) or to the rows they have seen. `weights` says what
    /// the weights of the rows meant; `None` that there were none.
    ///
    /// The residual sum of squares is a difference of sums: `1 − R² = 10⁻ᵏ` leaves about `15 − k` digits of it, and a
    /// condition number `κ` about `16 − 2 log₁₀ κ` of the errors. Analytic weights leave the log-likelihood unknown.
    ///
    /// # Errors
    ///
    /// [`Error::Unreported`] for a model made from parts; [`Error::OtherObjective`] for another loss or penalty;
    /// [`Error::ShapeMismatch`] for other numbers of features, or more than one target; [`Error::Empty`] of no rows;
    /// [`Error::InvalidParameter`] if the sum of the weights is not whole, or not the number of rows where they are
    /// said to be frequencies or absent; [`Error::SolverFailed`], [`Error::Overflow`].
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::inference::Inference;
    /// use elltwo::model::{LinearModel, RidgeRegression};
    /// use elltwo::moments::Moments;
    /// use ndarray::array;
    ///
    /// let x = array![[1.0], [2.0], [3.0], [4.0]];
    /// let moments = Moments::from_data(x.view(), array![1.1, 1.9, 3.2, 3.9].view(), None)?;
    /// let model: LinearModel<f64> = RidgeRegression::new().fit_moments(&moments)?;
    /// let inference = Inference::from_moments(&model, &moments, None)?;
    /// assert_eq!(inference.fit().residual_df, 2.0);
    /// assert!(inference.feature(0).and_then(|e| e.p_value).expect("defined") < 0.01);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn from_moments(
        model: &LinearModel<f64>,
        moments: &Moments,
        weights: Option<WeightKind>,
    ) -> Result<Self> {
        let report = model
            .report()
            .ok_or(Error::Unreported { what: "inference" })?;
        check_objective(report)?;
        check_length("targets of the moments", 1, moments.n_targets())?;
        if moments.weight_sum() <= 0.0 {
            return Err(Error::empty("moments"));
        }
        let total = moments.weight_sum();
        let (n, ln_weights) = match weights {
            Some(WeightKind::Analytic) => (moments.n_samples() as f64, None),
            Some(WeightKind::Frequency) => (total, Some(0.0)),
            None => (moments.n_samples() as f64, Some(0.0)),
        };
        let rule = "the number of rows where there are no weights";
        match weights {
            Some(WeightKind::Analytic) => {}
            Some(WeightKind::Frequency) => check_whole(total)?,
            None => check_parameter(total == n, "sum of weights", total, rule)?,
        }
        let w = model.coefficients().to_owned();
        let intercept = model.intercept();
        let columns = w.view().insert_axis(Axis(1));
        let residual = moments.residual_sums(columns, model.intercepts())?[0];
        let factor = Factor::from_moments(moments, report.fit_intercept, report.lambda[0])?;
        let fit = FitStatistics::new(&sums(&factor, n, residual, ln_weights, report, &w, 0.0));
        let scores = ScoreCovariance::classical(&factor, fit.sigma);
        let factor = Arc::new(factor);
        Ok(Self::assemble(factor, fit, scores, report, intercept, &w).named_as(model))
    }
}
