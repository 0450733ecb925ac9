//! What makes the numbers of a summary doubtful, in plain words.

use super::format::{UNDEFINED, number, significant};
use crate::inference::{Inference, Term};

/// Above this collinearity is strong (Belsley, Kuh & Welsch, *Regression Diagnostics*, 1980, §3.3).
const STRONG_COLLINEARITY: f64 = 30.0;
/// Above this a solution in double precision is short of digits.
const FEW_DIGITS: f64 = 1e8;
/// Aliased coefficients that are named.
const NAMED: usize = 8;

/// A sentence for each thing, most serious first.
pub(super) fn of(inference: &Inference, name: impl Fn(Term) -> String) -> Vec<String> {
    let (fit, report) = (inference.fit(), inference.report());
    let mut notes = Vec::new();
    let aliased: Vec<String> = inference
        .estimates()
        .iter()
        .filter(|estimate| estimate.aliased)
        .map(|estimate| name(estimate.term))
        .collect();
    if !aliased.is_empty() {
        let mut named = aliased.iter().take(NAMED).cloned().collect::<Vec<_>>();
        if aliased.len() > NAMED {
            named.push(format!("{} more", aliased.len() - NAMED));
        }
        notes.push(format!(
            "Not determined by the data ({UNDEFINED}): {}. Columns are constant or depend on each other; the values are those of the \
             solution of smallest norm.",
            named.join(", ")
        ));
    }
    if fit.essentially_perfect {
        notes.push(
            "Essentially perfect fit: the residuals are rounding, and all that divides by σ is unreliable.".to_owned(),
        );
    }
    if fit.sigma.is_none() {
        notes.push(
            "No degree of freedom is left: errors, tests and intervals are undefined.".to_owned(),
        );
    }
    if fit.r2.is_none() {
        notes.push("The target does not vary: R² is undefined.".to_owned());
    }
    if report.termination.ensure_converged().is_err() {
        notes.push("The fit had not converged when it stopped.".to_owned());
    }
    if report.sgd().is_some() {
        notes.push(
            "Fitted by descent: errors are those of the minimum, which the coefficients approach."
                .to_owned(),
        );
    }
    let condition = report.ridge().map_or(0.0, |ridge| ridge.condition_number);
    if condition > FEW_DIGITS {
        notes.push(format!(
            "The condition number {} (centred columns of unit norm) leaves few correct digits.",
            significant(condition, 3)
        ));
    } else if condition > STRONG_COLLINEARITY {
        notes.push(format!(
            "The condition number {} (centred columns of unit norm) is above 30: collinear features have large errors.",
            significant(condition, 3)
        ));
    }
    if fit.lambda > 0.0 {
        notes.push(format!(
            "λ = {}: errors are those of the ridge estimator and ignore its bias; intervals are about shrunken coefficients, and the overall \
             F test is withheld.",
            number(fit.lambda)
        ));
    }
    notes
}
