//! The analysis of a fit: parameters with their errors, and the fit as a whole.

use std::sync::Arc;

use ndarray::{Array1, Array2, ArrayView1, Axis, Ix1};

use super::covariance::{Covariance, CovarianceKind, Root, Rows, ScoreCovariance};
use super::estimate::{Estimate, Term};
use super::fit::{FitStatistics, Sums};
use crate::error::Result;
use crate::linalg::quadratic_form;
use crate::model::{FitReport, LinearModel, RidgeFit};
use crate::samples::{ToSamples, WeightKind};
use crate::scalar::Scalar;
use crate::solver::closed_form::{Care, Factor};
use crate::statistics::{HypothesisTest, Reference, Test};

/// Everything a fit of one target says about its parameters and itself.
///
/// ```text
/// Cov(b, w) = σ² A⁻¹ XᵀSX A⁻¹     A = XᵀSX + WλI, the intercept unpenalised; without a penalty σ² (XᵀSX)⁻¹
/// ```
///
/// The residuals are those of the data, their scale and the covariance come from a QR factor of the design or, when it
/// is well-conditioned, the Cholesky factor of the centred Gram matrix. Source: Seber & Lee, *Linear Regression
/// Analysis*, 2003; for ridge Hoerl & Kennard, 1970; see the [module](crate::inference) for what a penalty does to
/// intervals and tests.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::inference::Covariance;
/// use elltwo::model::RidgeRegression;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 5.3, 5.8];
/// let fit = RidgeRegression::new().analyse(&Samples::new(x.view(), y.view(), None)?)?;
/// let inference = fit.inference(Covariance::Classical)?;
///
/// let slope = inference.feature(0).expect("one feature");
/// assert!(slope.p_value.expect("it is defined") < 1e-4);
/// let interval = slope.interval(0.95)?.expect("it is defined");
/// assert!(interval.lower < 1.0 && 1.0 < interval.upper);
/// assert!(inference.fit().r2.expect("y varies") > 0.98);
///
/// let robust = fit.inference(Covariance::Hc3)?;
/// assert_eq!(robust.feature(0).map(|e| e.value), Some(slope.value));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    estimates: Vec<Estimate>,
    feature_names: Option<Vec<String>>,
    target_name: Option<String>,
    fit: FitStatistics,
    report: FitReport,
    kind: CovarianceKind,
    pub(super) factor: Arc<Factor>,
    /// Degrees of freedom of the tests.
    pub(super) df: f64,
    /// Root of the covariance of the scores; `None` where it is undefined.
    pub(super) score_root: Option<Root>,
    /// `S` with `SᵀS` the covariance of the parameters; `None` where it is undefined.
    pub(super) root: Option<Array2<f64>>,
    /// Root of what an indefinite covariance of the parameters has less.
    less: Option<Array2<f64>>,
}

impl Inference {
    /// Classical analysis of a model on the rows it was fitted to. Ask [`RidgeFit`] for another covariance, for
    /// frequencies, or for more than one thing.
    ///
    /// # Errors
    ///
    /// As [`RidgeFit::from_model`] and [`RidgeFit::inference`].
    pub fn new<'a, F: Scalar>(
        model: &LinearModel<F>,
        data: impl ToSamples<'a, Elem = F, Dim = Ix1>,
    ) -> Result<Self> {
        RidgeFit::from_model(model, data)?.inference(Covariance::Classical)
    }
}

impl<F: Scalar> RidgeFit<'_, F> {
    /// Standard errors, tests and intervals of the parameters and statistics of the fit. They follow the covariance;
    /// `σ` and the information criteria do not.
    ///
    /// # Errors
    ///
    /// [`Error::Overflow`](crate::Error::Overflow); [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for clusters
    /// of another length, [`Error::TooFewSamples`](crate::Error::TooFewSamples) for a single one;
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for lags that reach beyond the samples, or with
    /// frequencies.
    pub fn inference(&self, covariance: Covariance<'_>) -> Result<Inference> {
        let [inference] = self.inferences([covariance])?;
        Ok(inference)
    }

    /// Analyses under HC0, HC1, HC2 and HC3, in this order, by one pass over the rows.
    ///
    /// # Errors
    ///
    /// [`Error::Overflow`](crate::Error::Overflow).
    pub fn heteroscedastic(&self) -> Result<[Inference; 4]> {
        self.inferences([
            Covariance::Hc0,
            Covariance::Hc1,
            Covariance::Hc2,
            Covariance::Hc3,
        ])
    }

    fn inferences<const N: usize>(&self, of: [Covariance<'_>; N]) -> Result<[Inference; N]> {
        let factor = self.factor(Care::Covariance)?;
        let residuals = self.training_residuals()?;
        let (n, ln_weights) = match (self.kind(), self.samples().weights()) {
            (WeightKind::Analytic, Some(weights)) => {
                let positive = weights.iter().filter(|s| **s > F::zero());
                let logarithms = positive.map(|s| s.wide().ln()).sum();
                (factor.location.n_samples as f64, logarithms)
            }
            _ => (factor.location.weight_sum, 0.0),
        };
        let (model, report) = (self.model(), self.report());
        let w = model.coefficients().mapv(Scalar::wide);
        let rss = residuals.sum_of_squares;
        let absorbed = self.absorbed_df();
        let fit = sums(factor, n, rss, Some(ln_weights), report, &w, absorbed);
        let fit = FitStatistics::new(&fit);
        let rows = Rows {
            factor,
            problem: &self.problem(),
            residuals: residuals.raw.view(),
            kind: self.kind(),
            effects: self.effects(),
            n,
            residual_df: fit.residual_df,
        };
        let scores = rows.covariances(of, fit.sigma)?;
        let intercept = model.intercept().wide();
        Ok(scores.map(|scores| {
            Inference::assemble(Arc::clone(factor), fit, scores, report, intercept, &w)
                .named_as(model)
        }))
    }
}

impl Inference {
    pub(super) fn assemble(
        factor: Arc<Factor>,
        mut fit: FitStatistics,
        scores: ScoreCovariance,
        report: &FitReport,
        intercept: f64,
        w: &Array1<f64>,
    ) -> Self {
        let df = scores.df.unwrap_or(fit.residual_df);
        let root = (scores.root.as_ref()).map(|root| root.times(&factor.to_parameters()));
        let less = (scores.less.as_ref()).map(|root| root.times(&factor.to_parameters()));
        let errors = root.as_ref().map(|root| {
            let mut squares = Array1::<f64>::zeros(root.ncols());
            for row in root.rows() {
                squares.zip_mut_with(&row, |sum, v| *sum += v * v);
            }
            for row in less.iter().flat_map(|less| less.rows()) {
                squares.zip_mut_with(&row, |sum, v| *sum -= v * v);
            }
            squares.mapv(f64::sqrt)
        });
        let error = |parameter: usize, aliased: bool| {
            let errors = errors.as_ref().filter(|_| !aliased)?;
            let negative = less.is_some() && errors[parameter].is_nan();
            (!negative).then_some(errors[parameter])
        };
        let mut estimates = Vec::with_capacity(w.len() + 1);
        let mut add = |term, value, aliased| {
            let place = estimates.len();
            let standard_error = error(place, aliased);
            let df = scores.dfs.as_ref().map_or(df, |dfs| dfs[place]);
            estimates.push(Estimate::new(term, value, standard_error, df, aliased));
        };
        if factor.fit_intercept {
            add(Term::Intercept, intercept, !factor.intercept_estimable());
        }
        let undetermined = factor.aliased();
        for (j, &value) in w.iter().enumerate() {
            add(Term::Feature(j), value, undetermined.contains(&j));
        }
        if scores.kind != CovarianceKind::Classical && fit.f_test.is_some() {
            fit.f_test = slopes_test(&factor, scores.root.as_ref(), w.view(), df);
        }
        Self {
            estimates,
            feature_names: None,
            target_name: None,
            fit,
            report: report.clone(),
            kind: scores.kind,
            factor,
            df,
            score_root: scores.root,
            root,
            less,
        }
    }

    /// The analysis with the names of its model.
    pub(super) fn named_as<F: Scalar>(self, model: &LinearModel<F>) -> Self {
        Self {
            feature_names: model.feature_names().map(<[String]>::to_vec),
            target_name: model
                .target_names()
                .and_then(|names| names.first().cloned()),
            ..self
        }
    }

    /// Names of the features, `(p,)`; `None` where the model has none.
    #[must_use]
    pub fn feature_names(&self) -> Option<&[String]> {
        self.feature_names.as_deref()
    }

    /// Name of the target; `None` where the model has none.
    #[must_use]
    pub fn target_name(&self) -> Option<&str> {
        self.target_name.as_deref()
    }

    /// The coefficient of the feature of this name; `None` if there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::prelude::*;
    ///
    /// let text = "weight,age,price\n3.5,2,19\n2.1,1,31\n2.6,5,21\n4.1,7,10\n3.0,3,22\n";
    /// let data = CsvReader::new("price").read(text.as_bytes())?.into_dataset();
    /// let inference = RidgeRegression::new().analyse(&data)?.inference(Covariance::Classical)?;
    /// let age = inference.named("age").expect("it is a column");
    /// assert!(age.value < 0.0 && age.standard_error.is_some_and(|error| error < 1.0));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Estimate> {
        let names = self.feature_names.as_deref()?;
        self.feature(names.iter().position(|other| other == name)?)
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

    /// Report of how the model was fitted.
    #[must_use]
    pub fn report(&self) -> &FitReport {
        &self.report
    }

    /// Covariance that was used.
    #[must_use]
    pub fn covariance_kind(&self) -> CovarianceKind {
        self.kind
    }

    /// The covariance of the parameters in the order of [`estimates`](Self::estimates), `(k, k)`; NaN in the rows and
    /// columns of aliased ones, and everywhere if no degree of freedom is left. Of two ways of clusters it may be
    /// indefinite.
    #[must_use]
    pub fn covariance(&self) -> Array2<f64> {
        let k = self.estimates.len();
        let Some(root) = &self.root else {
            return Array2::from_elem((k, k), f64::NAN);
        };
        let mut covariance = root.t().dot(root);
        if let Some(less) = &self.less {
            covariance -= &less.t().dot(less);
        }
        for (j, estimate) in self.estimates.iter().enumerate() {
            if estimate.aliased {
                covariance.row_mut(j).fill(f64::NAN);
                covariance.column_mut(j).fill(f64::NAN);
            }
        }
        covariance
    }
}

pub(super) fn sums(
    factor: &Factor,
    n: f64,
    residual: f64,
    ln_weights: Option<f64>,
    report: &FitReport,
    w: &Array1<f64>,
    absorbed: f64,
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
        effective_df: factor.effective_df() + absorbed,
        absorbed,
        residual,
        total,
        explained: explained.dot(&explained),
        uncentred: total + offset,
        ln_weights,
        lambda: report.lambda[0],
        fit_intercept: factor.fit_intercept,
    }
}

/// Test that every slope is zero, from the scores of the slopes and a root of their covariance.
fn slopes_test(
    factor: &Factor,
    root: Option<&Root>,
    w: ArrayView1<'_, f64>,
    df: f64,
) -> Option<HypothesisTest> {
    let root = root?.to_matrix(factor.score_len());
    let offset = usize::from(factor.fit_intercept);
    let slopes = root.view().split_at(Axis(1), offset).1;
    let scores = factor.explained(w);
    let rank = factor.rank() as f64;
    let f = quadratic_form(slopes, scores.view())? / rank;
    let reference = Reference::f(rank, df);
    Some(HypothesisTest::new(Test::OverallF, f, reference))
}
