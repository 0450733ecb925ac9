//! Failures, in a sentence or two with the remedy, and the exit code.

mod asked;
#[cfg(test)]
mod offered;
mod remedies;
mod values;

pub(crate) use asked::{Asked, Command};
pub(crate) use remedies::Trouble;
pub(crate) use values::readings;

use std::io;

use elltwo::Error;
use elltwo::error::Excerpt;

use values::place;

/// Why the command stops.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line contradicts itself: exit code 2.
    Usage(String),
    /// The data or the fit: exit code 1.
    Data(String),
}

impl Failure {
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Usage(message) | Self::Data(message) => message,
        }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Data(_) => 1,
        }
    }

    /// An error met while the file was read or analysed.
    pub(crate) fn in_file(asked: &Asked<'_>, error: &Error) -> Self {
        if let Error::ColumnRole {
            name,
            first,
            second,
        } = error
        {
            let name = Excerpt(name);
            let message = format!(
                "column `{name}` cannot be both {first} and {second}: take it out of one of the options"
            );
            return Self::Usage(message);
        }
        if let Error::InvalidParameter { name, .. } = error {
            let message = match *name {
                "thousands" => {
                    "--thousands and --decimal are one character: give another --decimal"
                }
                "comment" => "--comment and --delimiter are one character: give another --comment",
                "skip_rows_after_header" => {
                    "--skip-rows-after-header and --no-header contradict each other: --skip-rows leaves out lines"
                }
                _ => return Self::Data(in_file(asked, error)),
            };
            return Self::Usage(message.to_owned());
        }
        Self::Data(in_file(asked, error))
    }

    /// A file that cannot be opened, read or written.
    pub(crate) fn io(file: &str, error: &io::Error) -> Self {
        Self::Data(io_message(file, error))
    }
}

/// The library's message in the terms of the command line.
fn in_file(asked: &Asked<'_>, error: &Error) -> String {
    let file = asked.file();
    match error {
        Error::Io { source, .. } => io_message(file, source),
        Error::Empty {
            what: "the CSV input",
        } => format!("{file} is empty: a header and data rows are needed."),
        Error::Empty {
            what: "the set of features",
        } => {
            let choice = if asked.fits() && !asked.by_formula() {
                "--features, --exclude and --delimiter"
            } else {
                "--delimiter"
            };
            format!("{file}: no column is left to be a feature; see {choice}.")
        }
        Error::NoRows { what } => {
            let which = what.strip_prefix("the CSV input").unwrap_or_default();
            format!("{file}{which} has no data rows.")
        }
        Error::MissingColumn { name, nearest } => {
            let needed = match asked.command {
                Command::Predict | Command::Evaluate => ", which the model needs",
                Command::Fit | Command::Compare | Command::Describe => "",
            };
            let hint = nearest.as_ref().map_or_else(
                || "`elltwo describe` lists the columns.".to_owned(),
                |nearest| format!("Did you mean `{}`?", Excerpt(nearest)),
            );
            format!(
                "{file}: no column named `{}`{needed}. {hint}",
                Excerpt(name)
            )
        }
        Error::TooManyColumns {
            term,
            columns,
            total,
            limit,
        } => format!(
            "{file}: the design would have {total} columns, {columns} of them for the term `{}`, and may have {limit}. Leave the term out, or \
             code the category by fewer levels.",
            Excerpt(term)
        ),
        error => in_text(file, error)
            .or_else(|| in_column(asked, error))
            .or_else(|| values::message(asked, error))
            .unwrap_or_else(|| in_fit(asked, error)),
    }
}

/// Sentence about the bytes of a file and its records.
fn in_text(file: &str, error: &Error) -> Option<String> {
    let message = match error {
        Error::WrongEncoding { line, encoding } => format!(
            "{file}, line {line}: the text is not {encoding}. Is it a CSV file? If its encoding is another one, as that of Excel's files often \
             is, name it: --encoding windows-1252."
        ),
        Error::NotCsv { found, remedy } => format!("{file} is {found}: {remedy}."),
        Error::UnknownName {
            what: "encoding",
            name,
            known,
        } => {
            let name = Excerpt(name);
            format!("{file}: no encoding is named `{name}`. --encoding takes {known}.")
        }
        Error::Malformed {
            what: "the CSV input",
            problem,
        } => format!("{file}: {problem}."),
        Error::RaggedRow {
            line,
            expected,
            found,
        } => {
            let later = if *expected == 1 {
                " If the header comes later, leave out the lines before it with --skip-rows."
            } else {
                ""
            };
            format!(
                "{file}, line {line}: {found} fields where the header has {expected}. Check the quotes of this line, and --delimiter.{later}"
            )
        }
        Error::ZeroByte { line, column } => {
            let column = Excerpt(column);
            format!(
                "{file}, line {line}, column `{column}`: a byte is zero, which no text has. The file is damaged, or no CSV file; if it is \
                 text otherwise, take such bytes out: tr -d '\\000' < FILE | elltwo … -"
            )
        }
        Error::UnclosedQuote { line, column } => {
            let column = Excerpt(column);
            format!(
                "{file}, line {line}, column `{column}`: the quote that opens here is never closed. Close it, remove it, or double it if it is \
                 inside quotes."
            )
        }
        Error::StrayQuote { line, column, end } => {
            let column = Excerpt(column);
            format!(
                "{file}, line {line}, column `{column}`: the quote that opens here ends on line {end} with text after it. Remove it, or double \
                 it if it is inside quotes."
            )
        }
        _ => return None,
    };
    Some(message)
}

/// Sentence about a column or a field of it.
fn in_column(asked: &Asked<'_>, error: &Error) -> Option<String> {
    let file = asked.file();
    let place = |line: &u64, column: &str, value: &str| place(file, *line, column, value);
    let message = match error {
        Error::MissingValue {
            line,
            column,
            value,
            rows,
        } => {
            let limits = if asked.imputes {
                " A mean stands for features that are numbers, not for a target, a weight or a category."
            } else {
                ""
            };
            format!(
                "{file}, line {line}, column `{}`: the value is missing (`{}`); {rows} {} affected.{limits}{}",
                Excerpt(column),
                Excerpt(value),
                plural(*rows, "row is", "rows are"),
                asked.remedies(Trouble::Missing, column)
            )
        }
        Error::ParseNumber {
            line,
            column,
            value,
        } => {
            let trouble = match value.parse::<f64>() {
                Ok(_) => Trouble::NotFinite,
                Err(_) => Trouble::Text,
            };
            format!(
                "{} is not a finite number.{}",
                place(line, column, value),
                asked.remedies(trouble, column)
            )
        }
        Error::NegativeWeightAt {
            line,
            column,
            value,
        } => format!(
            "{} is below 0, and weights must be at least 0.{}",
            place(line, column, &value.to_string()),
            asked.remedies(Trouble::Negative, column)
        ),
        Error::AllMissing { column, rows } => format!(
            "{file}: column `{}` has no value in any of {rows} rows.{}",
            Excerpt(column),
            asked.remedies(Trouble::AllMissing, column)
        ),
        Error::TextTarget {
            line,
            column,
            value,
        } => format!(
            "{file}, line {line}: the target `{}` is `{}`, and a target must be a number.{}",
            Excerpt(column),
            Excerpt(value),
            asked.remedies(Trouble::Text, column)
        ),
        Error::TooManyLevels {
            column,
            limit,
            line,
        } => format!(
            "{file}: column `{}` has more than {limit} levels, the next on line {line}.{}",
            Excerpt(column),
            asked.remedies(Trouble::ManyLevels, column)
        ),
        Error::UnseenLevel {
            line,
            column,
            level,
            known,
        } => format!(
            "{} is none of the {known} levels the model was trained with.{}",
            place(line, column, level),
            asked.remedies(Trouble::Unseen, column)
        ),
        Error::SchemaRequired { column, .. } => format!(
            "{file}, column `{}`: the model holds no mean to put in the place of a missing value.{}",
            Excerpt(column),
            asked.remedies(Trouble::NoMean, column)
        ),
        Error::DuplicateColumn { name } => format!(
            "{file}: two columns are named `{}`.{}",
            Excerpt(name),
            asked.remedies(Trouble::Twice, name)
        ),
        _ => return None,
    };
    Some(message)
}

/// Sentence about a fit.
fn in_fit(asked: &Asked<'_>, error: &Error) -> String {
    let file = asked.file();
    match error {
        Error::SolverFailed { solver, reason } => format!(
            "{file}: the solver {solver} failed: {reason}.{}",
            asked.remedies(Trouble::Solver, "")
        ),
        Error::Diverged { epoch, step_size } => format!(
            "{file}: SGD diverged in epoch {epoch} with step size {step_size:e}.{}",
            asked.remedies(Trouble::Diverged, "")
        ),
        Error::TooManyColumns {
            term,
            columns,
            total,
            limit,
        } => format!(
            "{file}: the design would have {total} columns, {columns} of them for the term `{}`, and may have {limit}.{}",
            Excerpt(term),
            asked.remedies(Trouble::WideDesign, "")
        ),
        // A caret ends it.
        Error::Formula { .. } => format!("{file}: {error}"),
        error => format!("{file}: {error}."),
    }
}

fn io_message(file: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("{file}: there is no such file."),
        io::ErrorKind::IsADirectory => {
            format!("{file} is a directory: name a file in it.")
        }
        io::ErrorKind::PermissionDenied => format!("{file}: permission denied."),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            format!("{file}: the compressed data are damaged or end too early ({error}).")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("{file}: no room is left. Make some, or write elsewhere.")
        }
        io::ErrorKind::BrokenPipe => format!("{file}: whoever read it has gone away."),
        _ => format!("{file}: {error}."),
    }
}

/// The form of a word for a count.
pub(crate) fn plural<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}
