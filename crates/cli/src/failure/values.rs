//! Sentences about the meaning of a field: numbers in another notation, dates, codes, names of rows.

use elltwo::Error;
use elltwo::data::NumberFormat;
use elltwo::error::Excerpt;

use super::asked::Asked;
use super::remedies::Trouble;
use crate::args::options;

/// The library's message with the options that help.
pub(super) fn message(asked: &Asked<'_>, error: &Error) -> Option<String> {
    let file = asked.file();
    let place = |line: &u64, column: &str, value: &str| place(file, *line, column, value);
    let remedies = |trouble, column: &str| asked.remedies(trouble, column);
    Some(match error {
        Error::DisguisedNumber {
            line,
            column,
            value,
            formats,
            may_be_category,
        } => {
            let category = match may_be_category {
                true => remedies(Trouble::MaybeCategory, column),
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
        } => format!(
            "{} does not fit the column's number format, {format}.{}",
            place(line, column, value),
            remedies(Trouble::OtherFormat, column)
        ),
        Error::MixedUnits {
            line,
            column,
            value,
            first,
        } => format!(
            "{} has another unit than `{}` above it.{}",
            place(line, column, value),
            Excerpt(first),
            remedies(Trouble::Units, column)
        ),
        Error::LeadingZero {
            line,
            column,
            value,
        } => format!(
            "{} has a leading zero.{}",
            place(line, column, value),
            remedies(Trouble::LeadingZero, column)
        ),
        Error::NearlyUnique {
            line,
            column,
            value,
            levels,
            rows,
        } => format!(
            "{file}: column `{}` has {levels} different texts in {rows} rows, `{}` on line {line} the first.{}",
            Excerpt(column),
            Excerpt(value),
            remedies(Trouble::NearlyUnique, column)
        ),
        Error::UndeclaredDate {
            line,
            column,
            value,
            is_readable,
        } => {
            let trouble = match is_readable {
                true => Trouble::Date,
                false => Trouble::OddDate,
            };
            format!(
                "{} is a date or a time of day.{}",
                place(line, column, value),
                remedies(trouble, column)
            )
        }
        Error::ParseDate {
            line,
            column,
            value,
            problem,
        } => format!(
            "{} cannot be read as a date: {problem}.{}",
            place(line, column, value),
            remedies(Trouble::NoDate, column)
        ),
        _ => return None,
    })
}

/// A value and its place.
pub(super) fn place(file: &str, line: u64, column: &str, value: &str) -> String {
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
