//! [`ReadNote`]: facts about a file that its reader found and acted on.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::data::Coding;
use crate::data::encode::{parse_number, truth_value};

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
}

impl fmt::Display for ReadNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Indicator { column, zero, one } => {
                write!(f, "`{column}` is 1 for `{one}` and 0 for `{zero}`.")
            }
            Self::Spellings { column, levels } => {
                let quoted: Vec<String> = levels.iter().map(|level| format!("`{level}`")).collect();
                let levels = quoted.join(", ");
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
