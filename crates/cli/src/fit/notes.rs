//! Notes for the user of a fit, in plain words: what was found, and what to try.

use elltwo::data::Dataset;
use elltwo::diagnostics::Residuals;
use elltwo::formula::Formula;
use elltwo::inference::{Covariance, Inference};
use elltwo::report::format::short;
use elltwo::report::{Note, Summary, fit_notes};

use super::estimate::CrossValidation;
use super::training::Fit;
use crate::args::FitArgs;
use crate::columns::{Columns, Imputed};
use crate::facts;

/// A note, and the part of the page that shows more.
#[derive(Clone, Debug)]
pub(super) struct Warning {
    pub(super) note: Note,
    /// The title of the part.
    pub(super) part: &'static str,
}

impl Warning {
    pub(super) fn new(note: Note, part: &'static str) -> Self {
        Self { note, part }
    }
}

/// Everything that a reader should know, worst first: of the fit, of its assumptions, of the data.
pub(super) fn all(
    fit: &Fit<'_>,
    inference: Option<&Inference>,
    findings: &[Warning],
) -> elltwo::Result<Vec<Warning>> {
    let mut warnings = of_fit(fit, inference, findings)?;
    let data = fit.data.notes.iter().cloned();
    warnings.extend(data.map(|note| Warning::new(note, "Data")));
    Ok(warnings)
}

/// Notes on values that were imputed, weights, columns that categories make, and the formula.
pub(super) fn of_data(
    args: &FitArgs,
    read: &Columns,
    data: &Dataset,
    imputed: &[Imputed],
    is_split: bool,
) -> Vec<Note> {
    let rows = if is_split {
        " of the training rows"
    } else {
        ""
    };
    let means = format!("{rows}: standard errors do not account for it");
    let mut notes = facts::imputed(imputed, &means);
    if let (Some(name), Some(weights)) = (read.weights(), data.weights()) {
        notes.push(facts::weighted(name, weights));
    }
    notes.extend(facts::of_columns(&args.asked(), read));
    let warnings = args.formula.iter().flat_map(Formula::warnings);
    notes.extend(warnings.map(|warning| facts::remark(format!("{warning}."))));
    notes
}

/// The library's notes on the fit, those of its inference where there is one, and the findings.
pub(super) fn of_fit(
    fit: &Fit<'_>,
    inference: Option<&Inference>,
    findings: &[Warning],
) -> elltwo::Result<Vec<Warning>> {
    let of_solver = fit_notes(fit.report()?);
    let notes = match inference {
        Some(inference) => Summary::new(inference)
            .names(fit.data.columns.iter().map(String::as_str))?
            .notes(),
        None => of_solver.clone(),
    };
    let placed = notes.into_iter().map(|note| {
        let part = match (inference, of_solver.contains(&note)) {
            (Some(_), true) => "Collinearity",
            (Some(_), false) => "Coefficients",
            (None, _) => "Fit",
        };
        Warning::new(note, part)
    });
    Ok(placed.chain(findings.iter().cloned()).collect())
}

/// Notes on rows that stand alone, on the errors on unseen rows, and on the penalty they chose.
pub(super) fn of_result(fit: &Fit<'_>, residuals: Option<&Residuals>) -> Vec<Warning> {
    let mut notes = Vec::new();
    let alone = residuals.and_then(|residuals| standing_alone(fit, residuals));
    notes.extend(alone.map(|note| Warning::new(note, "Influential rows")));
    if let Some(test) = &fit.data.test {
        let constant = facts::constant(test.y(), test.weights(), "the held-out rows");
        notes.extend(constant.into_iter().map(|note| Warning::new(note, "Fit")));
    }
    if let Some(cv) = &fit.data.cv {
        let unseen = of_folds(cv).into_iter();
        let unseen = unseen.chain(at_an_end(cv, fit.args.lambdas.is_some()));
        notes.extend(unseen.map(|note| Warning::new(note, "Cross-validation")));
    }
    notes
}

/// Rows of leverage 1, unless every row is one, which says no more than that no degree of freedom is left.
fn standing_alone(fit: &Fit<'_>, residuals: &Residuals) -> Option<Note> {
    let rows = residuals.rows_of_leverage_one();
    // A row that is alone in its group is counted where the groups are.
    let absorbed = fit.data.absorbed.is_some();
    if absorbed || rows.is_empty() || rows.len() == residuals.leverage().len() {
        return None;
    }
    let several = rows.len() > 1;
    let (have, each) = if several {
        ("have", "each")
    } else {
        ("has", "it")
    };
    let undefined = matches!(fit.args.covariance(&[]), Covariance::Hc2 | Covariance::Hc3);
    Some(Note {
        finding: format!(
            "{} {have} leverage 1: the fit passes through {each}, whatever its target is. Standard errors by HC2 and HC3, and all that \
             leaves such a row out, are undefined (NA).",
            facts::rows_by_line(&rows, fit.data.train.data.lines())
        ),
        advice: Some(if undefined {
            "Take --robust hc1, or leave out the column that this row alone decides.".to_owned()
        } else {
            "Look for a column that this row alone decides.".to_owned()
        }),
    })
}

/// Rows of the folds, and what was learnt from them.
fn of_folds(cv: &CrossValidation) -> Vec<Note> {
    let mut notes = Vec::new();
    if cv.folds.is_some() && !cv.shuffled {
        notes.push(Note {
            finding: "Folds are runs of rows in the order of the file.".to_owned(),
            advice: Some(
                "If the rows are sorted, have them assigned at random: --seed 1.".to_owned(),
            ),
        });
    }
    if cv.learnt_by_fold == Some(false) {
        notes.push(Note {
            finding: "Leave-one-out took scales and means from all rows, the one left out among them: to learn them for each would take \
                      long."
                .to_owned(),
            advice: Some("--cv 10 learns them within each fold.".to_owned()),
        });
    }
    notes
}

/// The best penalty is the first or the last of those tried.
fn at_an_end(cv: &CrossValidation, given: bool) -> Option<Note> {
    let best = cv.best_lambda;
    let (least, most) = (cv.lambdas.iter()).fold((f64::INFINITY, 0.0_f64), |(a, b), lambda| {
        (a.min(*lambda), b.max(*lambda))
    });
    if least == most {
        return None;
    }
    let (end, beyond) = match best {
        best if best == most => ("largest", "larger"),
        // Below 0 there is nothing to try.
        best if best == least && best > 0.0 => ("smallest", "smaller"),
        _ => return None,
    };
    let note = match (given, end) {
        (true, _) => Note {
            finding: format!(
                "The best λ, {}, is the {end} of those tried: the least error may lie beyond.",
                short(best)
            ),
            advice: Some(format!("Try {beyond} ones too: --lambdas.")),
        },
        (false, "largest") => facts::remark(format!(
            "The best λ, {}, is the largest of the grid, where nearly all is shrunk: the features tell little of unseen rows.",
            short(best)
        )),
        (false, _) => facts::remark(format!(
            "The best λ, {}, is the smallest of the grid, where nothing is shrunk: no penalty is as good.",
            short(best)
        )),
    };
    Some(note)
}
