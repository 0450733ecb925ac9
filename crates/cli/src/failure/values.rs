//! Sentences about the meaning of a field: numbers in another notation, dates, codes, names of rows.

use elltwo::Error;
use elltwo::data::NumberFormat;
use elltwo::error::Excerpt;

use super::remedies::Asked;
use crate::args::{listed, options, shell};

/// The library's message with the options that help.
pub(super) fn message(asked: &Asked<'_>, error: &Error) -> Option<String> {
    let file = asked.file();
    let place = |line: &u64, column: &str, value: &str| place(file, *line, column, value);
    Some(match error {
        Error::DisguisedNumber {
            line,
            column,
            value,
            formats,
            may_be_category,
        } => {
            let category = match may_be_category {
                true => format!(" If it is a category: --categorical {}.", listed(column)),
                false => String::new(),
            };
            format!(
                "{} is a number in another notation. {}{category}",
                place(line, column, value),
                readings(formats, column, value)
            )
        }
        Error::NumberFormat {
            line,
            column,
            value,
            format,
        } => {
            let plain = NumberFormat::new().decimal('.');
            format!(
                "{} does not fit the column's number format, {format}. Correct it, or say how this column alone is written ({}).",
                place(line, column, value),
                options(&plain, Some(column))
            )
        }
        Error::MixedUnits {
            line,
            column,
            value,
            first,
        } => format!(
            "{} has another unit than `{}` above it. Write all values in one unit.",
            place(line, column, value),
            Excerpt(first)
        ),
        Error::LeadingZero {
            line,
            column,
            value,
        } => {
            let plain = NumberFormat::new().decimal('.');
            format!(
                "{} has a leading zero. If the column holds codes: --categorical {}; if numbers: {}; if it names the rows: --exclude {}.",
                place(line, column, value),
                listed(column),
                options(&plain, Some(column)),
                listed(column)
            )
        }
        Error::NearlyUnique {
            line,
            column,
            value,
            levels,
            rows,
        } => format!(
            "{file}: column `{}` has {levels} different texts in {rows} rows, `{}` on line {line} the first. If it names the rows, leave it \
             out: --exclude {2}; if it is a category all the same: --categorical {2}.",
            Excerpt(column),
            Excerpt(value),
            listed(column)
        ),
        error => return of_date(asked, error),
    })
}

/// Sentence about a date.
fn of_date(asked: &Asked<'_>, error: &Error) -> Option<String> {
    let file = asked.file();
    let place = |line: &u64, column: &str, value: &str| place(file, *line, column, value);
    Some(match error {
        Error::UndeclaredDate {
            line,
            column,
            value,
            is_readable,
        } => {
            let remedy = match is_readable {
                _ if asked.by_formula() => {
                    "A formula takes no dates: leave the column out of it, or fit by --target and --features, with --date.".to_owned()
                }
                true => format!(
                    "For the time since the first: --date {0}; for parts of it: --date {1}; to leave it out: --exclude {2}.",
                    shell(column),
                    shell(&format!("{column}:year,month,weekday")),
                    listed(column)
                ),
                false => format!(
                    "Written as YYYY-MM-DD or YYYY-MM-DD HH:MM:SS without a time zone, --date {} reads it; to leave it out: --exclude {}.",
                    shell(column),
                    listed(column)
                ),
            };
            format!(
                "{} is a date or a time of day. {remedy}",
                place(line, column, value)
            )
        }
        Error::ParseDate {
            line,
            column,
            value,
            problem,
        } => format!(
            "{} cannot be read as a date: {problem}.",
            place(line, column, value)
        ),
        _ => return None,
    })
}

fn place(file: &str, line: u64, column: &str, value: &str) -> String {
    let (column, value) = (Excerpt(column), Excerpt(value));
    format!("{file}, line {line}, column `{column}`: `{value}`")
}

/// The ways to read a number in another notation, each with what it would be.
pub(crate) fn readings(formats: &[NumberFormat], column: &str, value: &str) -> String {
    if formats.is_empty() {
        return "Write it in decimal digits.".to_owned();
    }
    let reading = |format: &NumberFormat| {
        let number = format
            .parse(value)
            .map_or_else(String::new, |n| n.to_string());
        format!("{number} with {}", options(format, None))
    };
    let found: Vec<String> = formats.iter().map(reading).collect();
    let alone = formats.first().map(|format| options(format, Some(column)));
    let alone = alone.unwrap_or_default();
    let several = if found.len() > 1 { "Say which. " } else { "" };
    format!(
        "It is {}. {several}For this column alone: {alone}.",
        found.join(" or ")
    )
}
