//! Notes for the user of a fit, in plain words: what was found, and what to try.

use elltwo::data::{Imputation, SchemaColumn};
use elltwo::report::format::short;
use elltwo::report::{Note, Summary, fit_notes};

use super::training::Fit;
use crate::facts;
use crate::failure::plural;

/// Number of levels from which on a category is likely to be none.
const MANY_LEVELS: usize = 100;

/// Notes on the data, then the library's on the fit.
pub(super) fn all(fit: &Fit<'_>, parameters: Option<&Summary<'_>>) -> elltwo::Result<Vec<Note>> {
    let mut notes = of_data(fit);
    notes.extend(of_fit(fit, parameters)?);
    Ok(notes)
}

/// Notes on what was read, rows that were left out, values that were imputed, and texts that make many columns.
pub(super) fn of_data(fit: &Fit<'_>) -> Vec<Note> {
    let mut notes: Vec<Note> = fit.data.facts.iter().map(facts::note).collect();
    if fit.data.n_dropped > 0 {
        notes.push(Note {
            finding: format!(
                "{} of {} rows {} left out for a missing value.",
                fit.data.n_dropped,
                fit.data.n_rows,
                plural(fit.data.n_dropped, "was", "were")
            ),
            advice: None,
        });
    }
    for Imputation {
        column,
        mean,
        count,
    } in &fit.data.imputed
    {
        notes.push(Note {
            finding: format!(
                "{count} missing {} of `{column}` {} replaced by the mean {}: standard errors do not account for it.",
                plural(*count, "value", "values"),
                plural(*count, "was", "were"),
                short(*mean)
            ),
            advice: None,
        });
    }
    for column in fit.data.schema.columns() {
        let SchemaColumn::Category(coding) = column else {
            continue;
        };
        let levels = coding.levels().len();
        if levels >= MANY_LEVELS {
            notes.push(Note {
                finding: format!(
                    "`{}` is text of {levels} kinds, each but the first a column of its own.",
                    coding.column()
                ),
                advice: Some(format!(
                    "If it names the rows, or is a date, leave it out: --exclude {}.",
                    coding.column()
                )),
            });
        }
    }
    notes
}

/// Notes on the fit, and on its inference where there is one.
pub(super) fn of_fit(fit: &Fit<'_>, parameters: Option<&Summary<'_>>) -> elltwo::Result<Vec<Note>> {
    match parameters {
        Some(summary) => Ok(summary.notes()),
        None => Ok(fit_notes(fit.report()?)),
    }
}
