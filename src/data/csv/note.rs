//! [`ReadNote`]: facts about a file that its reader found and acted on.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::delimiter::Delimiter;
use crate::data::Coding;
use crate::data::encode::{parse_number, truth_value};
use crate::error::Excerpt;

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
    /// Levels of a category that spell one number, or one word in letters of another case; each is a level of its own.
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
        /// How many are.
        numbers: usize,
        /// How many names there are.
        columns: usize,
        /// The first that is.
        first: String,
    },
    /// A feature that has no name, as the numbers of the rows often do.
    Unnamed {
        /// Its place in the file, from 1.
        place: usize,
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
        }
    }
}

/// Facts about the levels of a category.
pub(super) fn of_levels(coding: &Coding, notes: &mut Vec<ReadNote>) {
    let column = || coding.column().to_owned();
    if let [zero, one] = coding.levels()
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
            None => level.to_lowercase(),
        };
        alike.entry(meaning).or_default().push(level.clone());
    }
    let several = alike.into_values().filter(|levels| levels.len() > 1);
    notes.extend(several.map(|levels| ReadNote::Spellings {
        column: column(),
        levels,
    }));
}
