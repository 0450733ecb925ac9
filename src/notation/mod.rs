//! Numbers as people and their programs write them: [`NumberFormat`], and texts that can only be one number; and names
//! of columns.

pub(crate) mod name;
pub(crate) mod spelling;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use spelling::plain;

/// Standing of the percent sign in a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Percent {
    /// A value with one is refused.
    #[default]
    Refused,
    /// Every value of a column has one, or none has.
    Allowed,
    /// Every value has one.
    Required,
}

/// Notation of numbers: decimal mark, separator of thousands, percent signs, and texts around them.
///
/// A value is read when all of it fits, and refused otherwise, [`Error::NumberFormat`]; nothing is skipped silently:
///
/// - **Decimal mark.** `.` or `,`. Default: the comma if thousands are separated by a point, else the point.
/// - **Thousands.** Groups must be complete: `1,234,567`, or Indian `12,34,567`, never `1,23` or `0,123`. A number
///   without separators is read too. A space stands for all kinds of them (no-break, narrow, thin), `'` for the
///   typographic one too.
/// - **Percent.** `12.5%` is 0.125, correctly rounded. To read it as 12.5, strip the sign.
/// - **Strip.** Texts that may stand before or after the number: currencies, units. Letters match by case.
/// - **Sign.** `-` or `+` before the number or before what is stripped, `-` also after it; parentheses are a minus:
///   `(1,234.50)` is −1234.5.
///
/// # Examples
///
/// ```
/// use elltwo::data::{CsvReader, NumberFormat};
///
/// let text = "price;size\n1.234,50 €;80,5\n(99,00 €);7\n";
/// let format = NumberFormat::new().thousands('.').decimal(',').strip("€");
/// let table = CsvReader::new("price").delimiter(b';').number_format(format).read(text.as_bytes())?;
/// assert_eq!(table.dataset().y(), ndarray::array![1234.5, -99.0]);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NumberFormat {
    /// The decimal mark, if it is given.
    pub decimal: Option<char>,
    /// The separator of thousands.
    pub thousands: Option<char>,
    /// The percent sign.
    pub percent: Percent,
    /// Texts around the number.
    pub strip: Vec<String>,
}

impl NumberFormat {
    /// Numbers with a decimal point, as programs write them, and parentheses for a minus.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The decimal mark: `.` or `,`.
    #[must_use]
    pub fn decimal(mut self, mark: char) -> Self {
        self.decimal = Some(mark);
        self
    }

    /// The separator of thousands: `,`, `.`, `'`, `_` or a space.
    #[must_use]
    pub fn thousands(mut self, separator: char) -> Self {
        self.thousands = Some(separator);
        self
    }

    /// The percent sign.
    #[must_use]
    pub fn percent(mut self, percent: Percent) -> Self {
        self.percent = percent;
        self
    }

    /// Adds a text that may stand before or after a number.
    #[must_use]
    pub fn strip(mut self, text: impl Into<String>) -> Self {
        let text: String = text.into();
        let text = text.trim().to_owned();
        if !self.strip.contains(&text) {
            self.strip.push(text);
        }
        self
    }

    /// Number that the text spells in this notation; `None` if it does not fit.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::{NumberFormat, Percent};
    ///
    /// let format = NumberFormat::new().decimal(',').thousands(' ').percent(Percent::Allowed);
    /// assert_eq!(format.parse("1 234,5"), Some(1234.5));
    /// assert_eq!(format.parse("−12,7 %"), Some(-0.127));
    /// assert_eq!(format.parse("1.5"), None);
    /// ```
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<f64> {
        let (value, has_sign) = self.read(text)?;
        (has_sign || self.percent != Percent::Required).then_some(value)
    }

    /// The number, and whether it has a percent sign.
    pub(crate) fn read(&self, text: &str) -> Option<(f64, bool)> {
        let plain = plain(text);
        let mut rest = plain.trim();
        let (mut negative, mut signed, mut percent) = (false, false, false);
        let mut left: Vec<&str> = self.strip.iter().map(String::as_str).collect();
        loop {
            if !signed && let Some(inner) = rest.strip_prefix(['-', '+']) {
                negative = rest.starts_with('-');
                (signed, rest) = (true, inner);
            } else if !signed && let Some(inner) = rest.strip_suffix('-') {
                (negative, signed, rest) = (true, true, inner);
            } else if !signed
                && let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')'))
            {
                (negative, signed, rest) = (true, true, inner);
            } else if !percent
                && self.percent != Percent::Refused
                && let Some(inner) = rest.strip_suffix('%')
            {
                (percent, rest) = (true, inner);
            } else if let Some((at, inner)) = without_one(rest, &left) {
                left.remove(at);
                rest = inner;
            } else {
                break;
            }
            rest = rest.trim();
        }
        let digits = self.digits(rest, if percent { -2 } else { 0 })?;
        let value = parse_number(digits.as_bytes())?;
        Some((if negative { -value } else { value }, percent))
    }

    /// The number without signs as Rust writes it, times a power of ten.
    fn digits(&self, text: &str, power: i64) -> Option<String> {
        let mantissa_end = text.find(['e', 'E']).unwrap_or(text.len());
        let (mantissa, exponent) = text.split_at(mantissa_end);
        let exponent = match exponent.get(1..) {
            Some(digits) => {
                let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
                let fits = is_digits(unsigned) && unsigned.len() < 10;
                digits.parse::<i64>().ok().filter(|_| fits)?
            }
            None => 0,
        };
        let (whole, fraction) = match mantissa.split_once(self.decimal_mark()) {
            Some((whole, fraction)) => (whole, fraction),
            None => (mantissa, ""),
        };
        let whole = self.ungrouped(whole)?;
        let digits = |part: &str| part.is_empty() || is_digits(part);
        if !digits(&whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        Some(format!("{whole}.{fraction}e{}", exponent + power))
    }

    /// The digits before the decimal mark, without separators, if their groups are complete.
    fn ungrouped(&self, whole: &str) -> Option<String> {
        let Some(separator) = self.thousands else {
            return Some(whole.to_owned());
        };
        let groups: Vec<&str> = whole.split(|c| is_separator(c, separator)).collect();
        let [first, middle @ .., last] = &groups[..] else {
            return Some(whole.to_owned());
        };
        let of_width = |width| middle.iter().all(|group| group.len() == width);
        let complete = last.len() == 3
            && !first.is_empty()
            && !first.starts_with('0')
            && (first.len() <= 3 && of_width(3) || first.len() <= 2 && of_width(2));
        (groups.len() == 1 || complete).then(|| groups.concat())
    }

    /// The decimal mark.
    pub(crate) fn decimal_mark(&self) -> char {
        let implied = if self.thousands == Some('.') {
            ','
        } else {
            '.'
        };
        self.decimal.unwrap_or(implied)
    }

    /// Agreement with plain notation: a plain number has the value it has there.
    pub(crate) fn contains_plain(&self) -> bool {
        self.decimal_mark() == '.' && self.percent != Percent::Required
    }

    /// Refuses marks that are none.
    pub(crate) fn check(&self) -> Result<()> {
        let refuse = |name, mark: char, requirement| {
            Err(Error::parameter(
                name,
                f64::from(u32::from(mark)),
                requirement,
            ))
        };
        match (self.decimal_mark(), self.thousands) {
            (mark, _) if !matches!(mark, '.' | ',') => {
                refuse("decimal", mark, "the code of a point or a comma")
            }
            (_, Some(mark)) if !matches!(mark, ',' | '.' | '\'' | '_' | ' ') => refuse(
                "thousands",
                mark,
                "the code of a comma, a point, an apostrophe, a low line or a space",
            ),
            (mark, Some(other)) if mark == other => {
                refuse("thousands", mark, "another character than the decimal mark")
            }
            _ => match self.strip.iter().find_map(|text| digit_or_nothing(text)) {
                Some(mark) => refuse("strip", mark, "a text without digits"),
                None => Ok(()),
            },
        }
    }
}

/// In words, as in `decimal comma, without €`.
impl fmt::Display for NumberFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = vec![format!("decimal `{}`", self.decimal_mark())];
        parts.extend(self.thousands.map(|mark| format!("thousands `{mark}`")));
        parts.extend((self.percent != Percent::Refused).then(|| "percent".to_owned()));
        parts.extend(self.strip.iter().map(|text| format!("strip `{text}`")));
        f.write_str(&parts.join(", "))
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A digit in a text that is to be stripped, or a zero for a text of nothing.
fn digit_or_nothing(text: &str) -> Option<char> {
    let digit = text.chars().find(char::is_ascii_digit);
    digit.or_else(|| text.is_empty().then_some('\0'))
}

/// Test of a character that separates thousands.
pub(crate) fn is_separator(character: char, separator: char) -> bool {
    match separator {
        ' ' => matches!(
            character,
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}'
        ),
        '\'' => matches!(character, '\'' | '\u{2019}'),
        mark => character == mark,
    }
}

/// The text without one of these before or after it, and which.
fn without_one<'t>(text: &'t str, left: &[&str]) -> Option<(usize, &'t str)> {
    let cut = |token: &str| {
        text.strip_prefix(token)
            .or_else(|| text.strip_suffix(token))
    };
    left.iter()
        .enumerate()
        .find_map(|(at, token)| Some((at, cut(token)?)))
}

/// Finite number that the text spells, white space around it aside: `3504.`, `.5`, `1e3`, `+1`, but not `inf`, `nan`
/// or `1e999`.
#[inline]
pub(crate) fn parse_number(text: &[u8]) -> Option<f64> {
    let number: f64 = fast_float2::parse(text.trim_ascii()).ok()?;
    number.is_finite().then_some(number)
}

/// Test of a text that was meant as a number, a finite one or not.
pub(crate) fn is_numeric(text: &str) -> bool {
    fast_float2::parse::<f64, _>(text).is_ok()
}
