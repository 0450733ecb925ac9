//! Findings of the tests of the residuals, in words.

use elltwo::report::Note;
use elltwo::report::format::{p_value, short};

use crate::fit::document::Document;
use crate::fit::training::Fit;

/// Below this a test speaks against its assumption.
const SMALL_P: f64 = 0.05;
/// Between these Durbin and Watson's statistic is no cause for concern.
const INDEPENDENT: std::ops::RangeInclusive<f64> = 1.5..=2.5;
/// Variance inflation from here on is strong (Marquardt, *Technometrics*, 1970).
pub(super) const STRONG_INFLATION: f64 = 10.0;

/// A note for each assumption that the data speak against.
pub(super) fn of(fit: &Fit<'_>, document: &Document) -> Vec<Note> {
    let (diagnostics, inference) = (&document.diagnostics, &document.inference);
    // Residuals that are rounding, or that no degree of freedom is left to, say nothing.
    if inference.essentially_perfect
        || (inference.covariance.is_some() && inference.sigma.is_none())
    {
        return Vec::new();
    }
    let mut notes = Vec::new();
    if let Some(p) = small(diagnostics.breusch_pagan.lm_p) {
        let logarithm =
            "If the spread grows with the predictions, fit the logarithm of the target.";
        let (remark, advice) = match inference.covariance.as_deref() {
            Some("classical") => (
                "the coefficients stand, but their classical standard errors, tests and intervals do not",
                format!("Robust standard errors: --robust hc3. {logarithm}"),
            ),
            Some(_) => (
                "the coefficients stand, and so do their robust standard errors",
                logarithm.to_owned(),
            ),
            None => ("the coefficients stand", logarithm.to_owned()),
        };
        notes.push(Note {
            finding: format!(
                "The spread of the residuals changes with the columns (Breusch–Pagan, p {p}): {remark}."
            ),
            advice: Some(advice),
        });
    }
    if let Some(p) = small(diagnostics.jarque_bera.p) {
        notes.push(Note {
            finding: format!(
                "The residuals are not normal (Jarque–Bera, p {p}): intervals of single predictions are unreliable. \
                 Those of the coefficients are little affected if there are many rows."
            ),
            advice: (document.model.kind == "ridge").then(|| {
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
    notes
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
