//! Findings of the tests of the residuals, in words.

use elltwo::report::Note;
use elltwo::report::format::{p_value, short};

use super::document::Diagnostics;
use super::notes::Warning;
use super::training::Fit;
use crate::args::{ModelKind, shell};
use elltwo::inference::{CovarianceKind, Inference};

/// Characters of terms that advice repeats.
const LONG: usize = 160;
/// Below this a test speaks against its assumption.
const SMALL_P: f64 = 0.05;
/// Between these Durbin and Watson's statistic is no cause for concern.
const INDEPENDENT: std::ops::RangeInclusive<f64> = 1.5..=2.5;
/// Variance inflation from here on is strong (Marquardt, *Technometrics*, 1970).
pub(super) const STRONG_INFLATION: f64 = 10.0;

/// A note for each assumption that the data speak against.
pub(super) fn of(
    fit: &Fit<'_>,
    diagnostics: &Diagnostics,
    inference: Option<&Inference>,
) -> Vec<Warning> {
    // Residuals that are rounding, or that no degree of freedom is left to, say nothing.
    let says_nothing = |of: &Inference| of.fit().essentially_perfect || of.fit().sigma.is_none();
    if inference.is_some_and(says_nothing) {
        return Vec::new();
    }
    let mut notes = Vec::new();
    if let Some(p) = small(diagnostics.breusch_pagan.lm_p) {
        let logarithm = logarithm(fit);
        let (remark, advice) = match inference.map(Inference::covariance_kind) {
            Some(CovarianceKind::Classical) => (
                "the coefficients stand, but their classical standard errors, tests and intervals do not",
                Some(format!(
                    "Robust standard errors: --robust hc3. {}",
                    logarithm.unwrap_or_default()
                )),
            ),
            Some(_) => (
                "the coefficients stand, and so do their robust standard errors",
                logarithm,
            ),
            None => ("the coefficients stand", logarithm),
        };
        notes.push(Note {
            finding: format!(
                "The spread of the residuals changes with the columns (Breusch–Pagan, p {p}): {remark}."
            ),
            advice: advice.map(|advice| advice.trim_end().to_owned()),
        });
    }
    if let Some(p) = small(diagnostics.jarque_bera.p) {
        notes.push(Note {
            finding: format!(
                "The residuals are not normal (Jarque–Bera, p {p}): intervals of single predictions are unreliable. \
                 Those of the coefficients are little affected if there are many rows."
            ),
            advice: (fit.args.model() == ModelKind::Ridge).then(|| {
                "Look at the ends of the Q-Q plot and at the influential rows. A loss that is less sensitive to \
                 outliers: --model sgd --loss huber:D, D the size of a typical residual."
                    .to_owned()
            }),
        });
    }
    let watson = diagnostics.durbin_watson;
    if let Some(value) = watson.filter(|value| !INDEPENDENT.contains(value)) {
        notes.push(Note {
            finding: format!(
                "Residuals of neighbouring rows are correlated (Durbin–Watson {}; 2 if independent): if the order of \
                 the file means something, such as time, standard errors are unreliable.",
                short(value)
            ),
            advice: Some(
                "Add a column for what the order stands for: a trend, a season, the place. If the file is sorted by a \
                 column, do nothing."
                    .to_owned(),
            ),
        });
    }
    if !notes.is_empty() && fit.data.train.y().len() > 5000 {
        notes.push(Note {
            finding: "With so many rows, tests detect deviations that are too small to matter: the plots show how \
            large they are."
                .to_owned(),
            advice: None,
        });
    }
    let placed = notes.into_iter();
    placed.map(|note| Warning::new(note, "Residuals")).collect()
}

/// The formula of the same model of the logarithm of the target; none of a target that has none, or is one.
fn logarithm(fit: &Fit<'_>) -> Option<String> {
    let args = fit.args;
    let positive = fit.data.train.y().iter().all(|y| *y > 0.0);
    let is_one = (args.formula.as_ref())
        .is_some_and(|formula| (formula.target()).is_none_or(|target| target.starts_with("log")));
    if !positive || is_one {
        return None;
    }
    let coded: Vec<&str> = args.columns.coded().collect();
    let formula = (fit.data.read).formula(fit.data.design.degree, args.fit_intercept(), &coded);
    let (target, terms) = formula.split_once(" ~ ")?;
    let terms = if terms.chars().count() > LONG {
        "…"
    } else {
        terms
    };
    let word = shell(&format!("log({target}) ~ {terms}"));
    Some(format!(
        "If the spread grows with the predictions, fit the logarithm of the target: --formula {word}."
    ))
}

/// A small p-value, as text with its sign.
fn small(p: Option<f64>) -> Option<String> {
    let p = p.filter(|p| *p < SMALL_P)?;
    let text = p_value(p);
    Some(if text.starts_with('<') {
        text
    } else {
        format!("= {text}")
    })
}
