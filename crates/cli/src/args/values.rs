//! Values of options.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use elltwo::data::{Delimiter, canonical_name};

/// Name of a column.
#[allow(clippy::unnecessary_wraps)] // parsers of options may fail
pub(super) fn name(text: &str) -> Result<String, Infallible> {
    Ok(canonical_name(text))
}

/// Separator of fields.
pub(super) fn delimiter(text: &str) -> Result<Delimiter, String> {
    match (text, text.as_bytes()) {
        ("tab" | "\\t", _) => Ok(Delimiter::Byte(b'\t')),
        ("space", _) => Ok(Delimiter::Whitespace),
        _ => character(text)
            .map(Delimiter::Byte)
            .map_err(|error| format!("{error}, or `tab` or `space`")),
    }
}

/// An ASCII character that has no other part in a CSV file.
pub(super) fn character(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err("must be one ASCII character, not a quote or a line end".to_owned()),
    }
}

/// The penalty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Lambda {
    /// A given penalty.
    Value(f64),
    /// The best by cross-validation.
    Auto,
}

impl FromStr for Lambda {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        non_negative(text)
            .map(Self::Value)
            .map_err(|error| format!("{error}, or `auto`"))
    }
}

/// Kind of cross-validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CvKind {
    /// One at a time.
    LeaveOneOut,
    /// A fold at a time.
    Folds(usize),
}

impl FromStr for CvKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.parse()) {
            ("loo", _) => Ok(Self::LeaveOneOut),
            (_, Ok(k)) if k >= 2 => Ok(Self::Folds(k)),
            _ => Err("must be `loo` or a number of folds of at least 2".to_owned()),
        }
    }
}

impl fmt::Display for CvKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeaveOneOut => f.write_str("leave-one-out"),
            Self::Folds(k) => write!(f, "{k} folds"),
        }
    }
}

/// A finite number that is at least 0.
pub(crate) fn non_negative(text: &str) -> Result<f64, String> {
    number(text, |value| value >= 0.0, "a finite number of at least 0")
}

/// A finite number above 0.
pub(crate) fn positive(text: &str) -> Result<f64, String> {
    number(text, |value| value > 0.0, "a finite number above 0")
}

/// A number strictly between 0 and 1.
pub(crate) fn open_unit(text: &str) -> Result<f64, String> {
    number(
        text,
        |value| value > 0.0 && value < 1.0,
        "a number strictly between 0 and 1",
    )
}

fn number(text: &str, allowed: impl Fn(f64) -> bool, rule: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|value: &f64| value.is_finite() && allowed(*value))
        .ok_or_else(|| format!("must be {rule}"))
}
