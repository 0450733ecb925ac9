//! Facts that the user of numbers should know about their rows, with remedies in the terms of the command line.

use std::fmt::Display;
use std::io::{Write, stderr};

use elltwo::Result;
use elltwo::data::ReadNote;
use elltwo::error::Excerpt;
use elltwo::report::Note;
use elltwo::report::format::short;
use ndarray::ArrayView1;

use crate::args::shell;
use crate::columns::{Columns, Imputed};
use crate::design::Sample;
use crate::failure::{Asked, Trouble, plural, readings};
use crate::measures::varies;
use crate::model_file::ModelFile;

/// Number of levels from which on a category is likely to be none.
const MANY_LEVELS: usize = 100;
/// Rows that are named.
const NAMED_ROWS: usize = 8;

/// A finding with nothing to mend.
pub(crate) fn remark(finding: String) -> Note {
    Note {
        finding,
        advice: None,
    }
}

/// The library's fact as a note.
fn note(asked: &Asked<'_>, fact: &ReadNote) -> Note {
    let advice = match fact {
        ReadNote::Spellings { .. } => {
            Some("If they mean one level, write them alike in the file.".to_owned())
        }
        ReadNote::Delimiter { .. } => {
            Some("If they are not, say what separates them with --delimiter.".to_owned())
        }
        ReadNote::NumericHeader { .. } => asked.advice(Trouble::NumericHeader, ""),
        ReadNote::KnownMissing { .. } => {
            Some("If they are none, name those that are with --na-only.".to_owned())
        }
        ReadNote::Unnamed { .. } => asked.advice(Trouble::Unnamed, ""),
        ReadNote::Rounded { column, .. } => asked.advice(Trouble::Rounded, column),
        ReadNote::Disguised {
            column,
            value,
            formats,
            ..
        } => Some(readings(formats, column, value)),
        ReadNote::Dates { column, .. } => Some(format!(
            "As a feature: `elltwo fit --date {}`.",
            shell(column)
        )),
        _ => None,
    };
    Note {
        finding: fact.to_string(),
        advice,
    }
}

/// Facts that reading the file brought to light.
pub(crate) fn of_read(asked: &Asked<'_>, facts: &[ReadNote]) -> Vec<Note> {
    facts.iter().map(|fact| note(asked, fact)).collect()
}

/// Rows that were left out.
pub(crate) fn dropped(count: usize, all: usize) -> Option<Note> {
    (count > 0).then(|| {
        remark(format!(
            "{count} of {all} rows {} left out for a missing value.",
            plural(count, "was", "were")
        ))
    })
}

/// Values that were imputed; `tail` says by which means, or what follows.
pub(crate) fn imputed(columns: &[Imputed], tail: &str) -> Vec<Note> {
    let note = columns.iter().map(|imputation| {
        let count = imputation.count;
        remark(format!(
            "{count} missing {} of `{}` {} replaced by the mean {}{tail}.",
            plural(count, "value", "values"),
            Excerpt(&imputation.column),
            plural(count, "was", "were"),
            short(imputation.mean)
        ))
    });
    note.collect()
}

/// Rows that count by weights.
pub(crate) fn weighted(name: &str, weights: ArrayView1<'_, f64>) -> Note {
    let zero = weights.iter().filter(|weight| **weight == 0.0).count();
    let name = Excerpt(name);
    remark(match zero {
        0 => format!("Rows count by the weights `{name}`."),
        zero => format!(
            "Rows count by the weights `{name}`: {zero} of {} {} weight 0 and {} not count.",
            weights.len(),
            plural(zero, "has", "have"),
            plural(zero, "does", "do")
        ),
    })
}

/// Categories that make no column, or very many.
pub(crate) fn of_columns(asked: &Asked<'_>, columns: &Columns) -> Vec<Note> {
    let categories = columns.categories();
    let is_schema = matches!(columns, Columns::Schema(_));
    let note = categories.iter().filter_map(|(column, levels)| {
        let name = Excerpt(column);
        if levels.len() < 2 && is_schema {
            let level = levels.first().map_or("", String::as_str);
            return Some(remark(format!(
                "`{name}` is `{}` in every row and is left out: a category of one level explains nothing.",
                Excerpt(level)
            )));
        }
        (levels.len() >= MANY_LEVELS).then(|| Note {
            finding: format!(
                "`{name}` is text of {} kinds, each but the first a column of its own.",
                levels.len()
            ),
            advice: asked.advice(Trouble::ManyColumns, column),
        })
    });
    note.collect()
}

/// Targets that do not vary, whose R² is undefined.
pub(crate) fn constant(
    y: ArrayView1<'_, f64>,
    weights: Option<ArrayView1<'_, f64>>,
    rows: &str,
) -> Option<Note> {
    (!varies(y, weights)).then(|| {
        remark(format!(
            "R² is undefined: the target does not vary in {rows}."
        ))
    })
}

/// Rows whose prediction the data of a model without a penalty do not determine.
pub(crate) fn undetermined(file: &ModelFile, sample: &Sample) -> Result<Option<Note>> {
    let penalised = (file.model.linear().report())
        .is_none_or(|report| report.lambda.iter().any(|lambda| *lambda > 0.0));
    let Some(errors) = file.prediction_errors.as_ref().filter(|_| !penalised) else {
        return Ok(None);
    };
    let advice = "Fit with a penalty, or without the columns that depend on each other.";
    let finding = match errors.undetermined(sample.x())? {
        Some(rows) if rows.is_empty() => return Ok(None),
        Some(rows) => format!(
            "{}: the training data do not determine the prediction. Columns depended on each other there, or were constant, and do not \
             here; the value is that of the smallest coefficients.",
            rows_by_line(&rows, sample.data.lines())
        ),
        None => "The model was fitted to fewer rows than it has columns: the training data do not determine the predictions, which are \
                 those of the smallest coefficients."
            .to_owned(),
    };
    Ok(Some(Note {
        finding,
        advice: Some(advice.to_owned()),
    }))
}

/// Rows by their lines in the file, or their numbers, the first few of them.
pub(crate) fn rows_by_line(rows: &[usize], lines: Option<&[u64]>) -> String {
    let lines = lines.unwrap_or_default();
    let name = |row: &usize| {
        lines
            .get(*row)
            .map_or_else(|| row.to_string(), u64::to_string)
    };
    let named: Vec<String> = rows.iter().take(NAMED_ROWS).map(name).collect();
    let what = match (lines.is_empty(), rows.len()) {
        (true, 1) => "Row",
        (true, _) => "Rows",
        (false, 1) => "The row on line",
        (false, _) => "The rows on lines",
    };
    let more = match rows.len().saturating_sub(NAMED_ROWS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{what} {}{more}", named.join(", "))
}

/// Notes as lines of text before a table.
pub(crate) fn lines(notes: impl IntoIterator<Item = impl Display>) -> String {
    notes.into_iter().map(|note| format!("{note}\n")).collect()
}

/// Says notes beside the results, where these are rows and have no room for words.
pub(crate) fn say(notes: &[Note]) {
    for note in notes {
        // Nothing is left to do if stderr is closed.
        let _ = writeln!(stderr(), "note: {note}");
    }
}
