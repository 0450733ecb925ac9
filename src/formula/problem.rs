//! [`Problem`]: something wrong at a place of a formula, before the formula is at hand.

use crate::error::Error;

/// Finding at a byte of the formula that does not fit, and what was expected there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Problem {
    pub(super) at: usize,
    found: String,
    expected: String,
}

impl Problem {
    pub(super) fn new(at: usize, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            at,
            found: found.into(),
            expected: expected.into(),
        }
    }

    /// The error, with the formula.
    pub(super) fn of(self, formula: &str) -> Error {
        Error::Formula {
            formula: formula.to_owned(),
            position: self.at,
            found: self.found,
            expected: self.expected,
        }
    }
}
