//! The document `elltwo.fit/1`. Fields may be added, not renamed.

use std::collections::BTreeMap;
use std::fmt;

use elltwo::LinearModel;
use elltwo::data::ReadNote;
use elltwo::report::format::{statistic, supported};
use serde::Serialize;

use super::estimate::{CrossValidation, quantile_of};
use crate::measures::Measures;

#[derive(Debug, Serialize)]
pub(crate) struct Document {
    pub(crate) schema: &'static str,
    pub(crate) formula: String,
    pub(crate) data: Data,
    pub(crate) model: Model,
    /// Tests of the terms of least squares; none with a penalty.
    pub(crate) terms: Vec<Term>,
    pub(crate) fit: Fit,
    pub(crate) train: Train,
    pub(crate) test: Option<Measures>,
    /// Of rows left out one by one, from the leverage of the fit; none where a row has leverage 1, and of a descent.
    pub(crate) left_out: Option<LeftOut>,
    pub(crate) inference: Inference,
    pub(crate) diagnostics: Diagnostics,
    pub(crate) cv: Option<CrossValidation>,
    /// Those of `--quantiles`.
    pub(crate) quantiles: Vec<FanLine>,
}

/// A quantile beside that of the model.
#[derive(Debug, Serialize)]
pub(crate) struct FanLine {
    pub(crate) quantile: f64,
    pub(crate) intercept: f64,
    pub(crate) coefficients: Vec<f64>,
    pub(crate) objective: f64,
    pub(crate) duality_gap: f64,
    pub(crate) is_unique: bool,
}

impl FanLine {
    pub(super) fn of(model: &LinearModel<f64>) -> Option<Self> {
        let report = model.report()?;
        let exact = report.exact()?;
        Some(Self {
            quantile: quantile_of(exact.loss)?,
            intercept: model.intercept(),
            coefficients: model.coefficients().to_vec(),
            objective: report.objective,
            duality_gap: exact.duality_gap[0],
            is_unique: exact.is_unique[0],
        })
    }
}

/// A term of the formula, and its F test against the model without it: of type II, and of type III.
#[derive(Debug, Serialize)]
pub(crate) struct Term {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) df: usize,
    pub(crate) f: Option<f64>,
    pub(crate) p: Option<f64>,
    pub(crate) f_three: Option<f64>,
    pub(crate) p_three: Option<f64>,
    pub(crate) partial_r2: Option<f64>,
    /// None if infinite.
    pub(crate) gvif: Option<f64>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Data {
    pub(crate) file: String,
    pub(crate) n_rows: usize,
    pub(crate) n_used: usize,
    pub(crate) n_dropped_missing: usize,
    pub(crate) n_imputed: usize,
    pub(crate) n_train: usize,
    pub(crate) n_test: usize,
    pub(crate) target: String,
    pub(crate) weights: Option<String>,
    pub(crate) design_columns: Vec<String>,
    pub(crate) levels: BTreeMap<String, Vec<String>>,
    pub(crate) notes: Vec<ReadNote>,
    /// Groups whose effects are absorbed.
    pub(crate) absorbed: Option<Absorbed>,
    /// Columns of clusters.
    pub(crate) clusters: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Absorbed {
    pub(crate) column: String,
    pub(crate) n_groups: usize,
    /// Groups of one row.
    pub(crate) n_singletons: usize,
}

#[derive(Debug, Serialize)]
pub(crate) struct Model {
    pub(crate) kind: &'static str,
    pub(crate) lambda: f64,
    /// 0 if none was fitted.
    pub(crate) intercept: f64,
    pub(crate) coefficients: Vec<f64>,
    pub(crate) fit_intercept: bool,
    pub(crate) loss: &'static str,
    /// The quantile of its loss.
    pub(crate) quantile: Option<f64>,
    pub(crate) degree: Option<usize>,
    /// The mean and the standard deviation of each column, if they were standardized.
    pub(crate) scaling: Option<Scaling>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Scaling {
    pub(crate) mean: Vec<f64>,
    pub(crate) standard_deviation: Vec<f64>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Fit {
    pub(crate) solver: String,
    pub(crate) precision: Option<&'static str>,
    pub(crate) rank: Option<usize>,
    pub(crate) condition_number: Option<f64>,
    pub(crate) degrees_of_freedom: Option<f64>,
    /// Times that the design or its Gram matrix was factored for all that is said here.
    pub(crate) factorizations: u64,
    pub(crate) termination: String,
    pub(crate) epochs: Option<usize>,
    /// Duality gap of a loss with kinks: what the objective is above its minimum, at most.
    pub(crate) duality_gap: Option<f64>,
    /// Of an exact fit: false if other coefficients were seen with the same objective.
    pub(crate) is_unique: Option<bool>,
    pub(crate) warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Train {
    #[serde(flatten)]
    pub(crate) measures: Measures,
    pub(crate) objective: f64,
}

/// Errors of each row by a fit without it.
#[derive(Debug, Serialize)]
pub(crate) struct LeftOut {
    #[serde(flatten)]
    pub(crate) measures: Measures,
    pub(crate) rmse_std_error: f64,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.rmse_std_error;
        write!(
            f,
            "RMSE {} ± {}",
            supported(self.measures.rmse, error),
            supported(error, error)
        )?;
        match self.measures.r2 {
            Some(r2) => write!(f, ", predicted R² {}", statistic(r2)),
            None => Ok(()),
        }
    }
}

/// Arrays follow `terms`. All is undefined of a descent.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Inference {
    pub(crate) terms: Vec<String>,
    pub(crate) estimates: Vec<f64>,
    pub(crate) std_errors: Vec<Option<f64>>,
    pub(crate) t: Vec<Option<f64>>,
    pub(crate) p: Vec<Option<f64>>,
    pub(crate) ci_low: Vec<Option<f64>>,
    pub(crate) ci_high: Vec<Option<f64>>,
    /// True where the data do not determine the parameter.
    pub(crate) aliased: Vec<bool>,
    pub(crate) covariance: Option<String>,
    /// True if the residuals are nothing but rounding.
    pub(crate) essentially_perfect: bool,
    pub(crate) confidence: f64,
    pub(crate) sigma: Option<f64>,
    pub(crate) r2_adjusted: Option<f64>,
    pub(crate) f: Option<f64>,
    pub(crate) f_p: Option<f64>,
    pub(crate) log_likelihood: Option<f64>,
    pub(crate) aic: Option<f64>,
    pub(crate) bic: Option<f64>,
    pub(crate) df_resid: Option<f64>,
    pub(crate) hc0: Vec<Option<f64>>,
    pub(crate) hc1: Vec<Option<f64>>,
    pub(crate) hc2: Vec<Option<f64>>,
    pub(crate) hc3: Vec<Option<f64>>,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct Diagnostics {
    pub(crate) durbin_watson: Option<f64>,
    pub(crate) breusch_pagan: BreuschPagan,
    pub(crate) jarque_bera: JarqueBera,
    pub(crate) press: Option<f64>,
    /// One for each column of the design.
    pub(crate) vif: Vec<Option<f64>>,
}

/// Koenker's form.
#[derive(Debug, Default, Serialize)]
pub(crate) struct BreuschPagan {
    pub(crate) lm: Option<f64>,
    pub(crate) lm_p: Option<f64>,
    pub(crate) f: Option<f64>,
    pub(crate) f_p: Option<f64>,
}

#[derive(Debug, Default, Serialize)]
pub(crate) struct JarqueBera {
    pub(crate) statistic: Option<f64>,
    pub(crate) p: Option<f64>,
    pub(crate) skew: Option<f64>,
    pub(crate) kurtosis: Option<f64>,
}
