//! Facts that reading a file brought to light, with remedies in the terms of the command line.

use std::io::{Write, stderr};

use elltwo::data::ReadNote;
use elltwo::report::Note;

use crate::args::shell;
use crate::failure::readings;

/// The library's fact as a note.
pub(crate) fn note(fact: &ReadNote) -> Note {
    let advice = match fact {
        ReadNote::Spellings { .. } => {
            Some("If they mean one level, write them alike in the file.".to_owned())
        }
        ReadNote::Delimiter { .. } => {
            Some("If they are not, say what separates them with --delimiter.".to_owned())
        }
        ReadNote::NumericHeader { .. } => {
            Some("If it is, read the file with --no-header.".to_owned())
        }
        ReadNote::KnownMissing { .. } => {
            Some("If they are none, name those that are with --na-only.".to_owned())
        }
        ReadNote::Unnamed { .. } => {
            Some("If it numbers the rows, leave it out: --exclude ''.".to_owned())
        }
        ReadNote::Disguised {
            column,
            value,
            formats,
            ..
        } => Some(readings(formats, column, value)),
        ReadNote::Dates { column, .. } => Some(format!("As a feature: --date {}.", shell(column))),
        _ => None,
    };
    Note {
        finding: fact.to_string(),
        advice,
    }
}

/// The facts as lines of text before a table.
pub(crate) fn lines(facts: &[ReadNote]) -> String {
    facts
        .iter()
        .map(|fact| format!("{}\n", note(fact)))
        .collect()
}

/// Says them beside the results, where these are rows and have no room for words.
pub(crate) fn say(facts: &[ReadNote]) {
    for fact in facts {
        // Nothing is left to do if stderr is closed.
        let _ = writeln!(stderr(), "note: {}", note(fact));
    }
}
