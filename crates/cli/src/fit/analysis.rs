//! Analysis of a fit: its parameters, itself, and its assumptions.

use elltwo::diagnostics::{
    BreuschPagan as Form, Residuals, breusch_pagan, durbin_watson, jarque_bera, normality_moments,
    variance_inflation,
};
use elltwo::inference::{Estimate, Inference, ParameterCount, QuantileErrors};
use elltwo::metrics;
use elltwo::model::LinearModel;
use elltwo::{Error, Result};
use ndarray::{Array1, Axis};

use super::document;
use super::training::Fit;
use crate::measures::{Measures, defined};

/// The names of the parameters, the intercept first if there is one.
pub(super) fn terms(fit_intercept: bool, columns: &[String]) -> Vec<String> {
    let intercept = fit_intercept.then(|| "intercept".to_owned());
    intercept
        .into_iter()
        .chain(columns.iter().cloned())
        .collect()
}

/// The block of the document. `robust` are HC0 to HC3, where they were asked for.
pub(super) fn inference_block(
    inference: &Inference,
    robust: &[Inference],
    columns: &[String],
    confidence: f64,
) -> Result<document::Inference> {
    let estimates = inference.estimates();
    let each = |f: fn(&Estimate) -> Option<f64>| estimates.iter().map(f).collect();
    let intervals = estimates
        .iter()
        .map(|estimate| estimate.interval(confidence))
        .collect::<Result<Vec<_>>>()?;
    let errors = |index: usize| {
        let estimates = robust.get(index).map(Inference::estimates);
        let estimates = estimates.unwrap_or_default().iter();
        estimates.map(|estimate| estimate.standard_error).collect()
    };
    let fit = inference.fit();
    let count = ParameterCount::Coefficients;
    Ok(document::Inference {
        terms: terms(fit.fit_intercept, columns),
        estimates: estimates.iter().map(|e| e.value).collect(),
        std_errors: each(|e| e.standard_error),
        t: each(|e| e.t),
        p: each(|e| e.p_value),
        ci_low: intervals.iter().map(|i| i.map(|i| i.lower)).collect(),
        ci_high: intervals.iter().map(|i| i.map(|i| i.upper)).collect(),
        aliased: estimates.iter().map(|e| e.aliased).collect(),
        covariance: Some(inference.covariance_kind().to_string()),
        essentially_perfect: fit.essentially_perfect,
        confidence,
        sigma: fit.sigma,
        r2_adjusted: fit.adjusted_r2,
        f: fit.f_test.map(|test| test.statistic),
        f_p: fit.f_test.map(|test| test.p_value),
        log_likelihood: fit.log_likelihood,
        aic: fit.aic(count),
        bic: fit.bic(count),
        df_resid: Some(fit.residual_df),
        hc0: errors(0),
        hc1: errors(1),
        hc2: errors(2),
        hc3: errors(3),
    })
}

/// Parameters of a fit that is not of least squares, with the errors of its estimates if there are some.
pub(super) fn without_theory(
    model: &LinearModel<f64>,
    estimates: Option<&[Estimate]>,
    fit_intercept: bool,
    columns: &[String],
    confidence: f64,
) -> Result<document::Inference> {
    let terms = terms(fit_intercept, columns);
    let intercept = fit_intercept.then(|| model.intercept());
    let unknown = vec![None; terms.len()];
    let block = document::Inference {
        estimates: intercept
            .into_iter()
            .chain(model.coefficients().iter().copied())
            .collect(),
        std_errors: unknown.clone(),
        t: unknown.clone(),
        p: unknown.clone(),
        ci_low: unknown.clone(),
        ci_high: unknown.clone(),
        aliased: vec![false; terms.len()],
        hc0: unknown.clone(),
        hc1: unknown.clone(),
        hc2: unknown.clone(),
        hc3: unknown,
        confidence,
        terms,
        ..document::Inference::default()
    };
    let Some(estimates) = estimates else {
        return Ok(block);
    };
    let intervals = estimates.iter().map(|e| e.interval(confidence));
    let intervals = intervals.collect::<Result<Vec<_>>>()?;
    Ok(document::Inference {
        std_errors: estimates.iter().map(|e| e.standard_error).collect(),
        t: estimates.iter().map(|e| e.t).collect(),
        p: estimates.iter().map(|e| e.p_value).collect(),
        ci_low: intervals.iter().map(|i| i.map(|i| i.lower)).collect(),
        ci_high: intervals.iter().map(|i| i.map(|i| i.upper)).collect(),
        aliased: estimates.iter().map(|e| e.aliased).collect(),
        covariance: Some(QuantileErrors::default().to_string()),
        df_resid: estimates.first().map(|e| e.df),
        ..block
    })
}

/// Tests of the residuals. Those of weighted rows are taken times the root of the weight; rows of weight 0 do not
/// count. By SGD there are no residuals but the raw ones, and no tests of weighted rows.
pub(super) fn diagnostics(
    fit: &Fit<'_>,
    residuals: Option<&Residuals>,
) -> Result<document::Diagnostics> {
    let sample = &fit.data.train;
    let vif = match &fit.analysis {
        Some(analysis) => analysis.variance_inflation()?,
        None => variance_inflation(sample.x(), sample.weights())?,
    };
    let untested = document::Diagnostics {
        vif: vif.iter().map(|v| v.is_finite().then_some(*v)).collect(),
        press: residuals.map(Residuals::press),
        ..document::Diagnostics::default()
    };
    let kept;
    let (e, x) = match (sample.weights(), residuals) {
        (None, _) => (fit.raw_residuals(residuals), sample.x()),
        (Some(_), None) => return Ok(untested),
        (Some(weights), Some(residuals)) => {
            let rows: Vec<usize> = (0..weights.len()).filter(|i| weights[*i] > 0.0).collect();
            kept = (
                residuals.standardized().select(Axis(0), &rows),
                sample.x().select(Axis(0), &rows),
            );
            (kept.0.view(), kept.1.view())
        }
    };
    // Without a degree of freedom there is no standardized residual.
    if e.iter().any(|v| !v.is_finite()) {
        return Ok(untested);
    }
    let normality = defined(normality_moments(e))?;
    let normal = defined(jarque_bera(e))?;
    let variance = || match (&fit.analysis, &fit.residuals) {
        (Some(analysis), None) if sample.weights().is_none() => {
            analysis.breusch_pagan(Form::Koenker)
        }
        _ => breusch_pagan(e, x, Form::Koenker),
    };
    // Beside absorbed effects it would be another test than beside their indicators.
    let variance = if fit.data.absorbed.is_some() {
        None
    } else {
        defined(variance()).or_else(|error| match error {
            // No column varies, or the squares cannot be told apart.
            Error::SolverFailed { .. } => Ok(None),
            error => Err(error),
        })?
    };
    Ok(document::Diagnostics {
        durbin_watson: defined(durbin_watson(e))?,
        breusch_pagan: document::BreuschPagan {
            lm: variance.map(|test| test.chi_squared.statistic),
            lm_p: variance.map(|test| test.chi_squared.p_value),
            f: variance.map(|test| test.f.statistic),
            f_p: variance.map(|test| test.f.p_value),
        },
        jarque_bera: document::JarqueBera {
            statistic: normal.map(|test| test.statistic),
            p: normal.map(|test| test.p_value),
            skew: normality.map(|moments| moments.skewness),
            kurtosis: normality.map(|moments| moments.kurtosis),
        },
        ..untested
    })
}

/// The errors of each row by a fit without it: `e / (1 − h)`. None where they are undefined, or their squares leave the
/// range, which is no reason to refuse the fit.
pub(super) fn left_out(fit: &Fit<'_>, residuals: Option<&Residuals>) -> Option<document::LeftOut> {
    let (y, weights) = (fit.data.train.y(), fit.data.train.weights());
    let residuals = residuals.filter(|all| all.rows_of_leverage_one().is_empty())?;
    let errors = residuals.raw().to_owned() / residuals.leverage().mapv(|h| 1.0 - h);
    let predictions = &y - &errors;
    let measures = Measures::new(y, predictions.view(), weights).ok()?;
    let squares = errors.mapv(|error| error * error);
    let mean = Array1::from_elem(y.len(), measures.mse);
    let spread = metrics::weighted::mse(&squares, &mean, weights).ok()?;
    let n = match weights {
        Some(weights) => weights.iter().filter(|w| **w > 0.0).count(),
        None => y.len(),
    };
    let rmse_std_error = (spread / n as f64).sqrt() / (2.0 * measures.rmse);
    rmse_std_error.is_finite().then_some(document::LeftOut {
        measures,
        rmse_std_error,
    })
}
