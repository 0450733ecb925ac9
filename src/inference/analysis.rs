//! The analysis of a fit: parameters with their errors, and the fit as a whole.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::covariance::{Covariance, CovarianceKind, Rows, ScoreCovariance};
use super::estimate::{Estimate, Term};
use super::fit::{FitStatistics, Sums};
use super::weights::{SampleWeights, WeightKind};
use crate::error::{Error, Result};
use crate::model::{FitReport, LinearModel, TrainingResiduals, training_residuals};
use crate::samples::Samples;
use crate::scalar::Scalar;
use crate::solver::closed_form::{Care, Factor, Problem};
use crate::solver::{Backend, Solver};
use crate::statistics::{HypothesisTest, Reference, Test};

/// Everything a fit of one target says about its parameters and itself.
///
/// ```text
/// Cov(b, w) = σ² A⁻¹ XᵀSX A⁻¹     A = XᵀSX + WλI, the intercept unpenalised; without a penalty σ² (XᵀSX)⁻¹
/// ```
///
/// The residuals are those of the data, their scale and the covariance come from a QR factor of the design or, when it is
/// well-conditioned, the Cholesky factor of the centred Gram matrix. Source: Seber & Lee, *Linear Regression Analysis*, 2003; for
/// ridge Hoerl & Kennard, 1970; see the [module](crate::inference) for what a penalty does to intervals and tests.
///
/// # Examples
///
/// ```
/// use elltwo::inference::{Covariance, Inference};
/// use elltwo::model::{Estimator, RidgeRegression};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 5.3, 5.8];
/// let model = RidgeRegression::new().fit(x.view(), y.view())?;
/// let inference = Inference::new(&model, x.view(), y.view(), None)?;
///
/// let slope = inference.feature(0).expect("one feature");
/// assert!(slope.p_value.expect("it is defined") < 1e-4);
/// let interval = slope.interval(0.95)?.expect("it is defined");
/// assert!(interval.lower < 1.0 && 1.0 < interval.upper);
/// assert!(inference.fit().r2.expect("y varies") > 0.98);
///
/// let robust = Inference::robust(&model, x.view(), y.view(), None, Covariance::Hc3)?;
/// assert_eq!(robust.feature(0).map(|e| e.value), Some(slope.value));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    estimates: Vec<Estimate>,
    fit: FitStatistics,
    report: FitReport,
    kind: CovarianceKind,
    pub(super) factor: Factor,
    /// Degrees of freedom of the tests.
    pub(super) df: f64,
    /// `S` with `SᵀS` the covariance of the scores; `None` where it is undefined.
    pub(super) score_root: Option<Array2<f64>>,
    /// The same of the parameters.
    pub(super) root: Option<Array2<f64>>,
}

impl Inference {
    /// The classical analysis of `model` on its training data `x` `(n, p)`, `y` `(n,)` and weights.
    ///
    /// # Errors
    ///
    /// [`Error::Unreported`] for a model made from parts, whose penalty is unknown; [`Error::OtherObjective`] for one that minimised
    /// another loss or penalty; whatever is wrong with the data, as in a
    /// fit; [`Error::InvalidParameter`] for frequencies that are not whole; [`Error::Overflow`].
    pub fn new<F: Scalar>(
        model: &LinearModel<F>,
        x: ArrayView2<'_, F>,
        y: ArrayView1<'_, F>,
        weights: Option<SampleWeights<'_, F>>,
    ) -> Result<Self> {
        Self::robust(model, x, y, weights, Covariance::Classical)
    }

    /// The same with another covariance of the parameters: standard errors, tests and confidence intervals follow it. `σ` and the
    /// information criteria do not.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new); [`Error::ShapeMismatch`] for clusters of another length, [`Error::TooFewSamples`] for a single one;
    /// [`Error::InvalidParameter`] for lags that reach beyond the samples, or with frequencies.
    pub fn robust<F: Scalar>(
        model: &LinearModel<F>,
        x: ArrayView2<'_, F>,
        y: ArrayView1<'_, F>,
        weights: Option<SampleWeights<'_, F>>,
        covariance: Covariance<'_>,
    ) -> Result<Self> {
        let report = reported(model)?;
        let samples = Samples::new(x, y, weights.map(SampleWeights::values))?;
        weights.map_or(Ok(()), |weights| weights.check(x.nrows()))?;
        let values = weights.map(SampleWeights::values);
        let TrainingResiduals {
            raw,
            sum_of_squares,
        } = training_residuals(model, x, y, values)?;
        let problem = Problem {
            samples: samples.columns(),
            lambda: &report.lambda,
            fit_intercept: report.fit_intercept,
            solver: Solver::Auto,
            backend: Backend::default(),
        };
        let factor = Factor::from_data(&problem, Care::Covariance)?;
        let kind = weights.map_or(WeightKind::Frequency, SampleWeights::kind);
        let logarithms = |weights: ArrayView1<'_, F>| {
            let positive = weights.iter().filter(|s| **s > F::zero());
            positive.map(|s| s.wide().ln()).sum()
        };
        let (n, ln_weights) = match (kind, values) {
            (WeightKind::Analytic, Some(values)) => {
                (factor.location.n_samples as f64, logarithms(values))
            }
            _ => (factor.location.weight_sum, 0.0),
        };
        let w = model.coefficients().mapv(Scalar::wide);
        let sums = sums(&factor, n, sum_of_squares, Some(ln_weights), report, &w);
        let fit = FitStatistics::new(&sums);
        let rows = Rows {
            factor: &factor,
            problem: &problem,
            residuals: raw.view(),
            kind,
            n,
            residual_df: fit.residual_df,
        };
        let scores = rows.covariance(covariance, fit.sigma)?;
        Ok(Self::assemble(
            factor,
            fit,
            scores,
            report,
            model.intercept().wide(),
            &w,
        ))
    }

    pub(super) fn assemble(
        factor: Factor,
        mut fit: FitStatistics,
        scores: ScoreCovariance,
        report: &FitReport,
        intercept: f64,
        w: &Array1<f64>,
    ) -> Self {
        let df = scores.df.unwrap_or(fit.residual_df);
        let root = scores.root.as_ref().map(|s| s.dot(&factor.to_parameters()));
        let error = |parameter: usize, aliased: bool| {
            let root = root.as_ref().filter(|_| !aliased)?;
            let column = root.column(parameter);
            Some(column.dot(&column).sqrt())
        };
        let mut estimates = Vec::with_capacity(w.len() + 1);
        let offset = usize::from(factor.fit_intercept);
        if factor.fit_intercept {
            let aliased = !factor.intercept_estimable();
            let standard_error = error(0, aliased);
            estimates.push(Estimate::new(
                Term::Intercept,
                intercept,
                standard_error,
                df,
                aliased,
            ));
        }
        let undetermined = factor.aliased();
        for (j, &value) in w.iter().enumerate() {
            let aliased = undetermined.contains(&j);
            let standard_error = error(offset + j, aliased);
            estimates.push(Estimate::new(
                Term::Feature(j),
                value,
                standard_error,
                df,
                aliased,
            ));
        }
        if scores.kind != CovarianceKind::Classical && fit.f_test.is_some() {
            fit.f_test = slopes_test(&factor, scores.root.as_ref(), w.view(), df);
        }
        Self {
            estimates,
            fit,
            report: report.clone(),
            kind: scores.kind,
            factor,
            df,
            score_root: scores.root,
            root,
        }
    }

    /// The parameters, the intercept first if there is one.
    #[must_use]
    pub fn estimates(&self) -> &[Estimate] {
        &self.estimates
    }

    /// The intercept, if one was fitted.
    #[must_use]
    pub fn intercept(&self) -> Option<&Estimate> {
        self.estimates.iter().find(|e| e.term == Term::Intercept)
    }

    /// The coefficient of a feature, from 0; `None` if there is no such feature.
    #[must_use]
    pub fn feature(&self, feature: usize) -> Option<&Estimate> {
        self.estimates
            .get(feature + usize::from(self.fit.fit_intercept))
    }

    /// The fit as a whole.
    #[must_use]
    pub fn fit(&self) -> &FitStatistics {
        &self.fit
    }

    /// How the model was fitted.
    #[must_use]
    pub fn report(&self) -> &FitReport {
        &self.report
    }

    /// Which covariance was used.
    #[must_use]
    pub fn covariance_kind(&self) -> CovarianceKind {
        self.kind
    }

    /// The covariance of the parameters in the order of [`estimates`](Self::estimates), `(k, k)`; NaN in the rows and columns of
    /// aliased ones, and everywhere if no degree of freedom is left.
    #[must_use]
    pub fn covariance(&self) -> Array2<f64> {
        let k = self.estimates.len();
        let Some(root) = &self.root else {
            return Array2::from_elem((k, k), f64::NAN);
        };
        let mut covariance = root.t().dot(root);
        for (j, estimate) in self.estimates.iter().enumerate() {
            if estimate.aliased {
                covariance.row_mut(j).fill(f64::NAN);
                covariance.column_mut(j).fill(f64::NAN);
            }
        }
        covariance
    }
}

pub(super) fn reported<F: Scalar>(model: &LinearModel<F>) -> Result<&FitReport> {
    model
        .report()
        .ok_or(Error::Unreported { what: "inference" })
}

pub(super) fn sums(
    factor: &Factor,
    n: f64,
    residual: f64,
    ln_weights: Option<f64>,
    report: &FitReport,
    w: &Array1<f64>,
) -> Sums {
    let explained = factor.explained(w.view());
    let total = factor.total_sum_of_squares;
    let offset = if factor.fit_intercept {
        factor.location.mean[w.len()].powi(2) * factor.location.weight_sum
    } else {
        0.0
    };
    Sums {
        n,
        model_df: factor.effective_df(),
        residual,
        total,
        explained: explained.dot(&explained),
        uncentred: total + offset,
        ln_weights,
        lambda: report.lambda[0],
        fit_intercept: factor.fit_intercept,
    }
}

/// That every slope is zero, from the scores of the slopes and a root of their covariance.
fn slopes_test(
    factor: &Factor,
    root: Option<&Array2<f64>>,
    w: ArrayView1<'_, f64>,
    df: f64,
) -> Option<HypothesisTest> {
    let slopes = root?
        .view()
        .split_at(Axis(1), usize::from(factor.fit_intercept))
        .1;
    let scores = factor.explained(w);
    let statistic = super::restrictions::quadratic_form(slopes, scores.view())?;
    let numerator_df = factor.rank() as f64;
    let reference = Reference::F {
        numerator_df,
        denominator_df: df,
    };
    Some(HypothesisTest::new(
        Test::OverallF,
        statistic / numerator_df,
        reference,
    ))
}
