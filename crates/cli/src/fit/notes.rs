//! Notes for the user of a fit, in plain words: what was found, and what to try.

use elltwo::data::Dataset;
use elltwo::diagnostics::Residuals;
use elltwo::formula::Formula;
use elltwo::inference::Covariance;
use elltwo::report::format::short;
use elltwo::report::{Note, Summary, fit_notes};

use super::estimate::CrossValidation;
use super::training::Fit;
use crate::args::FitArgs;
use crate::columns::{Columns, Imputed};
use crate::facts;

/// Notes on the data, then the library's on the fit.
pub(super) fn all(
    fit: &Fit<'_>,
    parameters: Option<&Summary<'_>>,
    residuals: Option<&Residuals>,
) -> elltwo::Result<Vec<Note>> {
    let mut notes = fit.data.notes.clone();
    notes.extend(of_fit(fit, parameters, residuals)?);
    Ok(notes)
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

/// Notes on the fit, and on its inference where there is one.
pub(super) fn of_fit(
    fit: &Fit<'_>,
    parameters: Option<&Summary<'_>>,
    residuals: Option<&Residuals>,
) -> elltwo::Result<Vec<Note>> {
    if let Some(summary) = parameters {
        return Ok(summary.notes());
    }
    let mut notes = fit_notes(fit.report()?);
    notes.extend(of_result(fit, residuals));
    Ok(notes)
}

/// Notes on rows that stand alone, on the errors on unseen rows, and on the penalty they chose.
pub(super) fn of_result(fit: &Fit<'_>, residuals: Option<&Residuals>) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(residuals.and_then(|residuals| standing_alone(fit, residuals)));
    if let Some(test) = &fit.data.test {
        notes.extend(facts::constant(
            test.y(),
            test.weights(),
            "the held-out rows",
        ));
    }
    if let Some(cv) = &fit.data.cv {
        notes.extend(of_folds(cv));
        notes.extend(at_an_end(cv, fit.args.lambdas.is_some()));
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
