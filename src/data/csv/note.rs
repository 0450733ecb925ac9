//! [`ReadNote`]: facts about a file that its reader found and acted on.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::date::TimeUnit;
use super::delimiter::Delimiter;
use super::disguise;
use super::plan::Plan;
use super::rows::Rows;
use super::schema::SchemaColumn;
use crate::data::Coding;
use crate::data::encode::truth_value;
use crate::error::{Error, Excerpt};
use crate::notation::NumberFormat;
use crate::notation::name::canonical_name;
use crate::notation::parse_number;

/// Fact that reading a file brought to light, and that whoever uses the numbers should know.
///
/// Printed, it is a sentence or two without a remedy. `Table::notes` has those of a file.
///
/// # Examples
///
/// ```
/// use elltwo::data::{CsvReader, ReadNote};
///
/// let table = CsvReader::new("bill").read("bill,smoker\n10,No\n14,Yes\n12,No\n".as_bytes())?;
/// let ReadNote::Indicator { column, zero, one } = &table.notes()[0] else { panic!() };
/// assert_eq!((column.as_str(), zero.as_str(), one.as_str()), ("smoker", "No", "Yes"));
/// assert_eq!(table.notes()[0].to_string(), "`smoker` is 1 for `Yes` and 0 for `No`.");
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReadNote {
    /// A category of two truth values is one indicator.
    Indicator {
        /// The column.
        column: String,
        /// The text that is 0, the base level.
        zero: String,
        /// The text that is 1.
        one: String,
    },
    /// Levels of a category that spell one number, or one word in letters of another case or other characters of
    /// Unicode; each is a level of its own.
    Spellings {
        /// The column.
        column: String,
        /// The levels.
        levels: Vec<String>,
    },
    /// Values of a column of numbers that were taken as missing, although no option says so, because their text
    /// commonly stands for one: `#N/A`, `NULL`, `-`, …
    KnownMissing {
        /// The column.
        column: String,
        /// The text.
        text: String,
        /// Number of values.
        count: usize,
    },
    /// Separator of fields that was found in the first lines and is not the comma.
    Delimiter {
        /// The separator.
        delimiter: Delimiter,
    },
    /// Encoding of the text that was found and is not UTF-8.
    Encoding {
        /// Its name.
        encoding: String,
    },
    /// Most names in the header are numbers: it may be a row.
    NumericHeader {
        /// Line of the header, from 1.
        line: u64,
        /// Number of those that are.
        numbers: usize,
        /// Number of names.
        columns: usize,
        /// The first that is.
        first: String,
    },
    /// A feature that has no name, as the numbers of the rows often do.
    Unnamed {
        /// Its place in the file, from 1.
        place: usize,
    },
    /// Texts that can only be one number were read as such: a typographic minus, `="1"`, `np.float64(1)`.
    Spelled {
        /// The column.
        column: String,
        /// Line of the first, from 1.
        line: u64,
        /// The first.
        value: String,
        /// The number it was read as.
        number: f64,
        /// Count of such values in the column.
        count: usize,
    },
    /// Integers of more digits than a number has were read as the nearest number, so that different ones may have
    /// become equal.
    Rounded {
        /// The column.
        column: String,
        /// Line of the first, from 1.
        line: u64,
        /// The first.
        value: String,
        /// The number it was read as.
        number: f64,
        /// Count of such values in the column.
        count: usize,
    },
    /// Digits of one width, some with a leading zero, were taken for codes, which are a category.
    Codes {
        /// The column.
        column: String,
        /// Line of the first with a leading zero, from 1.
        line: u64,
        /// That value.
        value: String,
    },
    /// Dates are a time since the earliest.
    TimeSince {
        /// The column.
        column: String,
        /// The earliest.
        origin: String,
        /// The unit of the time.
        unit: TimeUnit,
    },
    /// A column that was only looked at is numbers in another notation.
    Disguised {
        /// The column.
        column: String,
        /// Line of the first, from 1.
        line: u64,
        /// The first.
        value: String,
        /// The notations in which it is a number.
        formats: Vec<NumberFormat>,
    },
    /// A column that was only looked at is dates.
    Dates {
        /// The column.
        column: String,
        /// Line of the first, from 1.
        line: u64,
        /// The first.
        value: String,
    },
}

impl fmt::Display for ReadNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Indicator { column, zero, one } => {
                let (column, zero, one) = (Excerpt(column), Excerpt(zero), Excerpt(one));
                write!(f, "`{column}` is 1 for `{one}` and 0 for `{zero}`.")
            }
            Self::KnownMissing {
                column,
                text,
                count,
            } => {
                let values = if *count == 1 { "value" } else { "values" };
                let (column, text) = (Excerpt(column), Excerpt(text));
                write!(
                    f,
                    "{count} {values} `{text}` of `{column}` taken as missing."
                )
            }
            Self::Delimiter { delimiter } => {
                let delimiter = match delimiter {
                    Delimiter::Byte(byte) => {
                        format!("`{}`", Excerpt(&char::from(*byte).to_string()))
                    }
                    Delimiter::Whitespace => "white space".to_owned(),
                };
                write!(
                    f,
                    "Fields are separated by {delimiter}, as the first lines show."
                )
            }
            Self::Encoding { encoding } => write!(f, "The text is in {encoding}."),
            Self::NumericHeader {
                line,
                numbers,
                columns,
                first,
            } => {
                let first = Excerpt(first);
                write!(
                    f,
                    "{numbers} of {columns} names in the header, line {line}, are numbers, as `{first}` is: it may be \
                     a row of data, which is not used."
                )
            }
            Self::Unnamed { place } => {
                write!(
                    f,
                    "Column {place} of the file has no name and is a feature."
                )
            }
            Self::Spellings { column, levels } => {
                let quoted = levels.iter().map(|level| format!("`{}`", Excerpt(level)));
                let levels = quoted.collect::<Vec<_>>().join(", ");
                let column = Excerpt(column);
                write!(
                    f,
                    "`{column}` has {levels}: spelled differently, each is a level of its own."
                )
            }
            values => values.fmt_values(f),
        }
    }
}

impl ReadNote {
    /// The sentence of a fact about the values of a column.
    fn fmt_values(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spelled {
                column,
                line,
                value,
                number,
                count,
            } => write!(
                f,
                "`{}`: `{}` on line {line} was read as {number}; {count} {} spelled like that.",
                Excerpt(column),
                Excerpt(value),
                if *count == 1 {
                    "value is"
                } else {
                    "values are"
                }
            ),
            Self::Rounded {
                column,
                line,
                value,
                number,
                count,
            } => write!(
                f,
                "`{}`: `{}` on line {line} has more digits than a number and was read as {number:.0}; {count} {} read so, and \
                 different ones may have become equal.",
                Excerpt(column),
                Excerpt(value),
                if *count == 1 {
                    "value was"
                } else {
                    "values were"
                }
            ),
            Self::Codes {
                column,
                line,
                value,
            } => write!(
                f,
                "`{}` is a category of codes, because `{}` on line {line} has a leading zero.",
                Excerpt(column),
                Excerpt(value)
            ),
            Self::TimeSince {
                column,
                origin,
                unit,
            } => {
                let unit = unit.name();
                write!(f, "`{}` is the {unit} since {origin}.", Excerpt(column))
            }
            Self::Disguised {
                column,
                line,
                value,
                ..
            } => write!(
                f,
                "`{}` is numbers in another notation: `{}` on line {line}.",
                Excerpt(column),
                Excerpt(value)
            ),
            Self::Dates {
                column,
                line,
                value,
            } => write!(
                f,
                "`{}` is dates or times: `{}` on line {line}.",
                Excerpt(column),
                Excerpt(value)
            ),
            _ => Ok(()),
        }
    }
}

/// Facts about the columns of a schema that was found in a file.
pub(super) fn of_column(found: &SchemaColumn) -> Vec<ReadNote> {
    let mut notes = Vec::new();
    match found {
        SchemaColumn::Category(coding) => of_levels(coding, &mut notes),
        SchemaColumn::Date(coding) => {
            let since = coding.origin().map(|(origin, unit)| ReadNote::TimeSince {
                column: coding.column().to_owned(),
                origin: origin.to_owned(),
                unit,
            });
            notes.extend(since);
        }
        SchemaColumn::Number { .. } => {}
    }
    notes
}

/// Facts about columns that were only looked at, and would be refused as they are.
pub(super) fn of_descriptions(plan: &Plan, rows: &Rows) -> Vec<ReadNote> {
    let columns = plan.columns.iter().zip(&rows.columns);
    let refused = columns.filter_map(|(used, column)| disguise::check(used, column));
    let note = |error: Error| match error {
        Error::DisguisedNumber {
            line,
            column,
            value,
            formats,
            ..
        } => Some(ReadNote::Disguised {
            column,
            line,
            value,
            formats,
        }),
        Error::UndeclaredDate {
            line,
            column,
            value,
            ..
        } => Some(ReadNote::Dates {
            column,
            line,
            value,
        }),
        _ => None,
    };
    refused.filter_map(note).collect()
}

/// Facts about the levels of a category.
fn of_levels(coding: &Coding, notes: &mut Vec<ReadNote>) {
    let column = || coding.column().to_owned();
    if let [zero, one] = coding.levels()
        && coding.base().is_some()
        && let (Some((zero_is, pair)), Some((one_is, other))) =
            (truth_value(zero), truth_value(one))
        && (zero_is, one_is) == (false, true)
        && pair == other
    {
        notes.push(ReadNote::Indicator {
            column: column(),
            zero: zero.clone(),
            one: one.clone(),
        });
    }
    let mut alike: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for level in coding.levels() {
        let meaning = match parse_number(level.as_bytes()) {
            Some(number) => (number + 0.0).to_string(),
            None => canonical_name(&level.to_lowercase()),
        };
        alike.entry(meaning).or_default().push(level.clone());
    }
    let several = alike.into_values().filter(|levels| levels.len() > 1);
    notes.extend(several.map(|levels| ReadNote::Spellings {
        column: column(),
        levels,
    }));
}
