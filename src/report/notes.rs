//! Notes on what makes the numbers of a summary doubtful, in plain words.

use std::fmt;

use super::format::{UNDEFINED, number, significant};
use crate::inference::{Inference, Term};
use crate::model::FitReport;

/// Above this collinearity is strong (Belsley, Kuh & Welsch, *Regression Diagnostics*, 1980, §3.3).
const STRONG_COLLINEARITY: f64 = 30.0;
/// Above this a solution in double precision is short of digits.
const FEW_DIGITS: f64 = 1e8;
/// Aliased coefficients that are named.
const NAMED: usize = 8;

/// Something that a reader of a fit should know: what it means, and what to try. `Display` joins them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Finding and what it means, in whole sentences.
    pub finding: String,
    /// Advice on what to try, in whole sentences; none where there is nothing to mend.
    pub advice: Option<String>,
}

impl Note {
    fn new(finding: impl Into<String>, advice: &str) -> Self {
        Self {
            finding: finding.into(),
            advice: Some(advice.to_owned()),
        }
    }

    fn remark(finding: impl Into<String>) -> Self {
        Self {
            finding: finding.into(),
            advice: None,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.finding)?;
        self.advice
            .iter()
            .try_for_each(|advice| write!(f, " {advice}"))
    }
}

/// Notes of a fit against itself, for models of which there is no inference: that it had not converged, that its
/// columns nearly depend on each other. [`Summary::notes`](crate::report::Summary::notes) has these among its own.
///
/// # Examples
///
/// ```
/// use elltwo::model::{Estimator, SgdRegressor};
/// use elltwo::report::fit_notes;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0]];
/// let model = SgdRegressor::new().epochs(1).fit(x.view(), array![1.1, 1.9, 3.2, 3.9].view())?;
/// let report = model.report().expect("a fit has a report");
/// assert!(fit_notes(report)[0].finding.starts_with("The fit had not converged"));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[must_use]
pub fn fit_notes(report: &FitReport) -> Vec<Note> {
    let mut notes = Vec::new();
    if report.termination.ensure_converged().is_err() {
        notes.push(Note::new(
            "The fit had not converged when it stopped: the coefficients are near those of the minimum and not the \
             same.",
            "Allow more epochs or iterations, or choose another solver or optimizer.",
        ));
        if let Some(gaps) = report.duality_gap() {
            notes.push(Note::remark(format!(
                "By the duality gap the objective is at most {} above its minimum, of {}.",
                significant(gaps.iter().sum(), 2),
                significant(report.objective, 3)
            )));
        }
    }
    if report
        .exact()
        .is_some_and(|exact| exact.is_unique.contains(&false))
    {
        notes.push(Note::remark(
            "The minimum is not unique: other coefficients have the same objective, as any number between the two in the \
             middle is a median of four.",
        ));
    }
    let penalty = if report.lambda.iter().any(|lambda| *lambda > 0.0) {
        "raise the penalty"
    } else {
        "add a penalty"
    };
    let condition = report.ridge().map_or(0.0, |ridge| ridge.condition_number);
    let large = |what: &str| {
        let condition = significant(condition, 3);
        format!("The condition number {condition} (centred columns of unit norm) {what}")
    };
    if condition > FEW_DIGITS {
        notes.push(Note::new(
            large("leaves few correct digits."),
            &format!("Fit in extended precision, leave out columns, or {penalty}."),
        ));
    } else if condition > STRONG_COLLINEARITY {
        notes.push(Note::new(
            large("is above 30: collinear features have large errors."),
            &format!("Look at the variance inflation, leave out columns, or {penalty}."),
        ));
    }
    notes
}

/// All notes of an analysis, most serious first.
pub(super) fn of(inference: &Inference, name: impl Fn(Term) -> String) -> Vec<Note> {
    let (fit, report) = (inference.fit(), inference.report());
    let mut notes = Vec::new();
    let aliased: Vec<String> = inference
        .estimates()
        .iter()
        .filter(|estimate| estimate.aliased)
        .map(|estimate| name(estimate.term))
        .collect();
    let (n, p) = (report.n_samples, report.n_features);
    let too_few_rows = fit.sigma.is_none() && p >= n;
    if too_few_rows {
        notes.push(Note::new(
            format!(
                "There are {p} columns for {n} rows, which fit any target. No degree of freedom is left: errors, tests and intervals \
                 are undefined."
            ),
            "Use more rows or fewer columns, or add a penalty.",
        ));
    }
    if !aliased.is_empty() {
        let mut named = aliased.iter().take(NAMED).cloned().collect::<Vec<_>>();
        if aliased.len() > NAMED {
            named.push(format!("{} more", aliased.len() - NAMED));
        }
        let finding = format!(
            "Not determined by the data ({UNDEFINED}): {}. Columns are constant or depend on each other; the values \
             are those of the solution of smallest norm.",
            named.join(", ")
        );
        notes.push(Note::new(finding, "Leave out columns, or add a penalty."));
    }
    // Nothing explains a target that does not vary, and as many columns as rows explain any.
    if fit.essentially_perfect && fit.r2.is_some() && fit.sigma.is_some() {
        notes.push(Note::new(
            "Essentially perfect fit: the residuals are rounding, and all that divides by σ is unreliable.",
            "Look for a feature that is a copy of the target.",
        ));
    }
    if fit.sigma.is_none() && !too_few_rows {
        notes.push(Note::new(
            "No degree of freedom is left: errors, tests and intervals are undefined.",
            "Use more rows or fewer columns.",
        ));
    }
    if fit.r2.is_none() {
        notes.push(Note::new(
            "The target does not vary: R² is undefined.",
            "Look at the column of the target: there is nothing to explain in it.",
        ));
    }
    notes.extend(fit_notes(report));
    if report.sgd().is_some() {
        notes.push(Note::remark(
            "Fitted by SGD: errors are those of the minimum, which the coefficients approach.",
        ));
    }
    if fit.lambda > 0.0 {
        notes.push(Note::remark(format!(
            "λ = {}: errors are those of the ridge estimator and ignore its bias; intervals are about shrunken \
             coefficients, and the overall F test is withheld.",
            number(fit.lambda)
        )));
    }
    notes
}
