//! What to do about missing values and unseen levels, and what separates fields.

use serde::{Deserialize, Serialize};

/// What to do with a row in which a used value is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MissingPolicy {
    /// Refuse the file: [`Error::MissingValue`](crate::Error::MissingValue).
    #[default]
    Error,
    /// Leave the row out. Values of columns that are not used do not matter.
    DropRows,
    /// Put the mean of the column's other values in its place; with a [`Schema`](super::Schema), the mean it holds. A mean cannot
    /// stand for a target, a weight or a category: these are still [`Error::MissingValue`](crate::Error::MissingValue).
    MeanImpute,
}

/// What to do with a text that is no level of its category in the [`Schema`](super::Schema).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnseenLevel {
    /// Refuse it: [`Error::UnseenLevel`](crate::Error::UnseenLevel).
    #[default]
    Error,
    /// Take it for the base level: all indicators are 0, and the category adds nothing to a prediction.
    Base,
}

/// What stands between two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Separator {
    /// This byte, each time.
    Byte(u8),
    /// Spaces and tabs, however many.
    Whitespace,
}
