//! Texts that stand for a missing value.

use super::options::CsvReader;
use crate::notation::parse_number;

/// Texts that stand for a missing value among numbers, in letters of any case, and are a level among other texts.
const AMONG_NUMBERS: [&str; 31] = [
    "#N/A",
    "#N/A N/A",
    "#NA",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "NULL",
    "(null)",
    "\\N",
    "None",
    "nil",
    "n/a",
    "n.a.",
    "na",
    "nan",
    "<NA>",
    "NaT",
    "-nan",
    "-nan(ind)",
    "1.#QNAN",
    "-1.#IND",
    "-",
    "--",
    "–",
    "—",
    ".",
    "..",
    "...",
];

/// The texts that stand for a missing value in a file.
#[derive(Debug)]
pub(super) struct Missing<'a> {
    texts: &'a [String],
    /// The numbers among them, which match in any spelling.
    numbers: Vec<f64>,
    /// Those of columns of numbers count too.
    among_numbers: bool,
}

impl<'a> Missing<'a> {
    pub(super) fn new(reader: &'a CsvReader) -> Self {
        let texts = &reader.missing_tokens;
        let numbers = texts.iter();
        Self {
            texts,
            numbers: numbers
                .filter_map(|text| parse_number(text.as_bytes()))
                .collect(),
            among_numbers: !reader.only_missing_tokens,
        }
    }

    /// Test of a number.
    #[inline]
    pub(super) fn is_number(&self, number: f64) -> bool {
        self.numbers.contains(&number)
    }

    /// Test of a trimmed text, in whatever column it is.
    pub(super) fn is(&self, text: &str) -> bool {
        let same = |token: &String| {
            token == text || (token.eq_ignore_ascii_case("nan") && text.eq_ignore_ascii_case("nan"))
        };
        self.texts.iter().any(same)
            || (!self.numbers.is_empty()
                && parse_number(text.as_bytes()).is_some_and(|number| self.is_number(number)))
    }

    /// Test of a trimmed text in a column of numbers.
    pub(super) fn is_among_numbers(&self, text: &str) -> bool {
        self.among_numbers
            && AMONG_NUMBERS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(text))
    }
}
