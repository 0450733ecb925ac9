//! What the fit says about its parameters, itself, and its assumptions.

use elltwo::diagnostics::{
    BreuschPagan as Form, breusch_pagan, durbin_watson, jarque_bera, normality_moments,
    variance_inflation,
};
use elltwo::inference::{Covariance, Estimate, Inference, ParameterCount, SampleWeights};
use elltwo::model::LinearModel;
use elltwo::{Error, Result};
use ndarray::Axis;

use super::document;
use super::outcome::Outcome;
use crate::design::Sample;
use crate::measures::defined;

/// What theory says of this covariance.
pub(super) fn inference(
    model: &LinearModel<f64>,
    sample: &Sample,
    covariance: Covariance<'_>,
) -> Result<Inference> {
    let weights = sample.weights().map(SampleWeights::Analytic);
    Inference::robust(model, sample.x(), sample.y(), weights, covariance)
}

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

/// The same of a descent, of which theory says nothing.
pub(super) fn no_inference(
    model: &LinearModel<f64>,
    fit_intercept: bool,
    columns: &[String],
    confidence: f64,
) -> document::Inference {
    let terms = terms(fit_intercept, columns);
    let intercept = fit_intercept.then(|| model.intercept());
    let unknown = vec![None; terms.len()];
    document::Inference {
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
    }
}

/// The tests of the residuals. Those of weighted rows are taken times the root of the weight; rows of weight 0 do not count.
/// Of a descent there are no residuals but the raw ones, and no tests of weighted rows.
pub(super) fn diagnostics(outcome: &Outcome, sample: &Sample) -> Result<document::Diagnostics> {
    let vif = variance_inflation(sample.x())?;
    let vif = vif.iter().map(|v| v.is_finite().then_some(*v)).collect();
    let press = outcome.press;
    let kept;
    let (e, x) = match sample.weights() {
        None => (outcome.raw.view(), sample.x()),
        Some(weights) => {
            let Some(weighted) = &outcome.weighted else {
                return Ok(untested(press, vif));
            };
            let rows: Vec<usize> = (0..weights.len()).filter(|i| weights[*i] > 0.0).collect();
            kept = (
                weighted.select(Axis(0), &rows),
                sample.x().select(Axis(0), &rows),
            );
            (kept.0.view(), kept.1.view())
        }
    };
    // Without a degree of freedom there is no standardized residual.
    if e.iter().any(|v| !v.is_finite()) {
        return Ok(untested(press, vif));
    }
    let normality = defined(normality_moments(e))?;
    let normal = defined(jarque_bera(e))?;
    let variance = defined(breusch_pagan(e, x, Form::Koenker)).or_else(|error| match error {
        // No column varies, or the squares cannot be told apart.
        Error::SolverFailed { .. } => Ok(None),
        error => Err(error),
    })?;
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
        press,
        vif,
    })
}

/// Residuals that no test can be made of.
fn untested(press: Option<f64>, vif: Vec<Option<f64>>) -> document::Diagnostics {
    document::Diagnostics {
        durbin_watson: None,
        breusch_pagan: document::BreuschPagan::default(),
        jarque_bera: document::JarqueBera::default(),
        press,
        vif,
    }
}
