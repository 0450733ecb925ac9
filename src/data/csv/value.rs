//! Meaning of a text in a column of which something is known: a number, a date, a code, or the level of a category.

use super::column::{Column, Counted, Kind, Place};
use super::date::DateCoding;
use super::disguise;
use super::moment;
use super::options::UnseenLevel;
use super::plan::LEVELS;
use super::used::{Found, Rule, Used};
use crate::error::{Error, Result};
use crate::notation::spelling::plain;
use crate::notation::{is_numeric, parse_number};

/// Digits that every number keeps.
const MAX_DIGITS: usize = 15;
/// 2⁵³, below which a number is every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Column {
    /// The number that a text is, or `None` for the text of a category.
    pub(super) fn number(&mut self, used: &Used, text: &str, line: u64) -> Result<Option<f64>> {
        let described = matches!(used.rule, Rule::Described);
        let found = used.read(text);
        let is_code = used.may_be_codes() && is_code(plain(text).as_bytes());
        match (self.kind, found) {
            (Kind::Mixed, found) => Ok(Some(found.map_or(f64::NAN, |found| found.value))),
            (_, Some(_)) if is_code => self.code(used, text, line),
            (Kind::Code, Some(_)) => {
                let digits = plain(text);
                let width = self.code.as_ref().map(|code| plain(&code.text).len());
                if is_digits(&digits) && width == Some(digits.len()) {
                    return Ok(None);
                }
                self.no_code(used, text, line)
            }
            (Kind::Unknown | Kind::Tokens, Some(found)) => {
                if self.kind == Kind::Tokens {
                    self.become_number();
                }
                self.kind = found.kind;
                self.first_text = Some(Place::new(text, line));
                Ok(Some(self.spelled(found, text, line)))
            }
            (kind, Some(found)) if kind == found.kind => Ok(Some(self.spelled(found, text, line))),
            // A text among numbers, a number among texts, or a percent sign on some of the values.
            (Kind::Category, Some(found)) if described => {
                self.kind = Kind::Mixed;
                Ok(Some(found.value))
            }
            (Kind::Category, Some(_)) => Err(match &self.first_text {
                Some(place) => refused(used, &place.text, place.line),
                None => refused(used, text, line),
            }),
            // `inf`, `nan` and `1e999` were meant as numbers.
            (_, None) if is_numeric(text) && parse_number(text.as_bytes()).is_none() => {
                Err(refused(used, text, line))
            }
            (kind, found) if kind.is_number() && described => {
                self.kind = Kind::Mixed;
                self.first_text = Some(Place::new(text, line));
                Ok(Some(found.map_or(f64::NAN, |found| found.value)))
            }
            (_, Some(_)) => Err(Error::MixedUnits {
                line,
                column: used.name.clone(),
                value: text.to_owned(),
                first: self
                    .first_text
                    .take()
                    .map_or_else(String::new, |first| first.text),
            }),
            (kind, None) if kind.is_number() => Err(refused(used, text, line)),
            // A plain number that is none in the column's notation is no category either.
            (_, None) if used.declared || parse_number(text.as_bytes()).is_some() => {
                Err(refused(used, text, line))
            }
            (Kind::Category, None) => Ok(None),
            (_, None) => self.first_of_category(used, text, line).map(|()| None),
        }
    }

    /// A number that fits the others.
    fn spelled(&mut self, found: Found, text: &str, line: u64) -> f64 {
        if found.spelled {
            Counted::count(&mut self.spelled, found.value, text, line);
        } else if is_rounded(text.as_bytes(), found.value) {
            Counted::count(&mut self.rounded, found.value, text, line);
        }
        found.value
    }

    /// Digits with a leading zero: `None` for the text of a category, as of [`number`](Self::number).
    fn code(&mut self, used: &Used, text: &str, line: u64) -> Result<Option<f64>> {
        let place = Place::new(text, line);
        match self.kind {
            // Beside letters, digits are a name too.
            Kind::Category => Ok(None),
            Kind::Code => {
                let width = self.code.as_ref().map(|code| plain(&code.text).len());
                if width == Some(plain(text).len()) {
                    return Ok(None);
                }
                self.no_code(used, text, line)
            }
            Kind::Unknown if !matches!(used.rule, Rule::Assumed) => {
                self.kind = Kind::Code;
                self.code = Some(place);
                Ok(None)
            }
            _ => {
                self.code = Some(place);
                self.has_late_code = !matches!(used.rule, Rule::Assumed);
                self.no_code(used, text, line)
            }
        }
    }

    /// Leading zeros in some of the values, and others that are no digits of their width: codes or numbers?
    fn no_code(&mut self, used: &Used, text: &str, line: u64) -> Result<Option<f64>> {
        if matches!(used.rule, Rule::Described) {
            self.kind = Kind::Mixed;
            self.first_text.clone_from(&self.code);
            return Ok(Some(used.read(text).map_or(f64::NAN, |found| found.value)));
        }
        let (line, value) = match self.code.clone() {
            Some(code) => (code.line, code.text),
            None => (line, text.to_owned()),
        };
        Err(Error::LeadingZero {
            line,
            column: used.name.clone(),
            value,
        })
    }

    /// The first text that is no number, before any that is.
    fn first_of_category(&mut self, used: &Used, text: &str, line: u64) -> Result<()> {
        let (column, value) = (used.name.clone(), text.to_owned());
        let disguised = || disguise::error(used, text, line);
        Err(match &used.rule {
            Rule::Detected | Rule::Described => {
                self.kind = Kind::Category;
                self.first_text = Some(Place::new(text, line));
                return Ok(());
            }
            Rule::Target => disguised().unwrap_or(Error::TextTarget {
                line,
                column,
                value,
            }),
            Rule::Assumed if moment::is_moment(text) => Error::UndeclaredDate {
                line,
                column,
                is_readable: moment::parse(text).is_ok(),
                value,
            },
            Rule::Assumed => disguised().unwrap_or(Error::SchemaRequired {
                column,
                what: LEVELS,
            }),
            _ => refused(used, text, line),
        })
    }

    /// The seconds of a date since 1970.
    pub(super) fn moment(
        &mut self,
        used: &Used,
        needs_time: bool,
        text: &str,
        line: u64,
    ) -> Result<f64> {
        let moment = match moment::parse(text) {
            Ok(moment) if needs_time && !moment.has_time => Err("it has no time of day"),
            other => other,
        };
        let moment = moment.map_err(|problem| Error::ParseDate {
            line,
            column: used.name.clone(),
            value: text.to_owned(),
            problem,
        })?;
        self.is_timed |= moment.has_time;
        self.present += 1;
        Ok(moment.seconds)
    }
}

/// The date, if the categories among its parts have levels for it.
pub(super) fn seen(
    coding: &DateCoding,
    moment: f64,
    unseen: UnseenLevel,
    line: u64,
) -> Result<f64> {
    match coding.unseen(moment) {
        Some((level, part)) if unseen == UnseenLevel::Error => Err(Error::UnseenLevel {
            line,
            column: part.column().to_owned(),
            level,
            known: part.levels().len(),
        }),
        _ => Ok(moment),
    }
}

/// Error that a text is in a column of numbers.
fn refused(used: &Used, text: &str, line: u64) -> Error {
    let (column, value) = (used.name.clone(), text.to_owned());
    match &used.format {
        Some(format) if value.contains(|c: char| c.is_numeric()) => Error::NumberFormat {
            line,
            column,
            value,
            format: format.clone(),
        },
        _ => disguise::error(used, text, line).unwrap_or(Error::ParseNumber {
            line,
            column,
            value,
        }),
    }
}

/// Test of digits that begin with a zero and are no number of one digit.
#[inline]
pub(super) fn is_code(text: &[u8]) -> bool {
    text.len() > 1 && text[0] == b'0' && text.iter().all(u8::is_ascii_digit)
}

/// Test of an integer beyond 2⁵³ that the number nearest to it is not: another integer may have become the same number.
#[inline]
pub(super) fn is_rounded(text: &[u8], number: f64) -> bool {
    text.len() > MAX_DIGITS && number.abs() >= EXACT && differs(text, number)
}

#[cold]
fn differs(text: &[u8], number: f64) -> bool {
    let text = str::from_utf8(text).unwrap_or_default().trim();
    let digits = text.trim_start_matches(['+', '-']);
    let integer = digits.trim_end_matches('0').strip_suffix('.');
    let digits = integer.unwrap_or(digits).trim_start_matches('0');
    is_digits(digits) && format!("{:.0}", number.abs()) != digits
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
