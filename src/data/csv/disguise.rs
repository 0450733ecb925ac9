//! Numbers in disguise: texts that are numbers in another notation, told from texts that are categories.

use super::column::{Column, Kind};
use super::moment;
use super::used::{Rule, Used};
use crate::error::Error;
use crate::notation::spelling::plain;
use crate::notation::{NumberFormat, Percent, is_separator, parse_number};

/// Signs and abbreviations of currencies that are no three capital letters.
const CURRENCIES: [&str; 17] = [
    "R$", "US$", "A$", "C$", "HK$", "NT$", "S$", "NZ$", "kr", "kr.", "zł", "Kč", "Ft", "lei", "Rs",
    "Rs.", "Fr.",
];
/// Codes of ISO 4217, of the currencies that are traded most.
const CODES: [&str; 44] = [
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
    "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "KZT", "MAD", "MXN",
    "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RUB", "SAR", "SEK",
    "SGD", "THB", "TRY", "USD", "ZAR",
];
/// Units and multiples that are units whatever stands beside them.
const UNITS: [&str; 82] = [
    "%", "‰", "°", "°C", "°F", "kg", "g", "mg", "µg", "ug", "t", "lb", "lbs", "oz", "km", "m",
    "cm", "mm", "µm", "nm", "mi", "ft", "in", "yd", "m2", "m²", "m3", "m³", "km2", "km²", "cm2",
    "cm²", "cm3", "cm³", "ft2", "ft²", "sqft", "ha", "l", "L", "ml", "mL", "cl", "s", "sec", "ms",
    "h", "hr", "hrs", "min", "mins", "km/h", "kmh", "mph", "m/s", "rpm", "hp", "bhp", "kW", "kWh",
    "W", "MW", "V", "mV", "A", "mA", "Hz", "kHz", "MHz", "GHz", "KB", "kB", "MB", "GB", "TB", "k",
    "K", "M", "B", "bn", "mn", "pts",
];
/// Marks inside numbers.
const MARKS: [char; 5] = [',', '.', ' ', '\'', '_'];
/// Distinct texts from which on a category can be nearly unique.
const FEW: usize = 20;

/// A text that is a number in another notation.
#[derive(Clone, Debug, PartialEq)]
struct Guess {
    /// The notations in which it is one, the likelier first.
    formats: Vec<NumberFormat>,
    /// Text after the number that is no sign of a currency or of percent.
    unit: Option<String>,
    /// A space is before it.
    is_spaced: bool,
}

impl Guess {
    /// Certainty without a look at other values: no unit, or a known one.
    fn is_firm(&self) -> bool {
        let unit = self.unit.as_deref();
        unit.is_none_or(|unit| UNITS.contains(&unit))
    }
}

/// A number in another notation.
fn guess(text: &str) -> Option<Guess> {
    let plain = plain(text);
    let text = plain.trim();
    if is_other(text) {
        return Some(Guess {
            formats: Vec::new(),
            unit: None,
            is_spaced: false,
        });
    }
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let start = start - usize::from(text[..start].ends_with(['.', ',']));
    let (before, rest) = text.split_at(start);
    let (digits, after) = rest.split_at(number_end(rest));
    let is_spaced = after.starts_with(char::is_whitespace);
    let negative = before.contains('(');
    if negative != after.contains(')') {
        return None;
    }
    let is_sign = |c: char| matches!(c, '-' | '+' | '(' | ')') || c.is_whitespace();
    let before = before.trim_matches(is_sign);
    let after = after.trim_matches(is_sign);
    let (after, percent) = match after.strip_suffix('%') {
        Some(rest) => (rest.trim(), Percent::Allowed),
        None => (after, Percent::Refused),
    };
    if !before.is_empty() && !is_currency(before) {
        return None;
    }
    let unit = (!after.is_empty() && !is_currency(after)).then(|| after.to_owned());
    if let Some(unit) = &unit {
        let is_word = unit.starts_with(|c: char| c.is_alphabetic() || matches!(c, '°' | '‰' | '/'))
            && !unit.contains(|c: char| c.is_ascii_digit());
        if !is_word && !UNITS.contains(&unit.as_str()) {
            return None;
        }
    }
    let around = [before, after]
        .into_iter()
        .filter(|around| !around.is_empty());
    let base = around.fold(NumberFormat::new().percent(percent), NumberFormat::strip);
    let separators = MARKS.into_iter();
    let mut formats: Vec<NumberFormat> = separators
        .filter(|mark| digits.contains(|c| is_separator(c, *mark)))
        .map(|mark| base.clone().thousands(mark))
        .flat_map(|format| [format.clone(), other_mark(format)])
        .chain([other_mark(base.clone()), base.clone()])
        .filter(|format| is_needed(format, digits) && format.read(text).is_some())
        .collect();
    for format in &mut formats {
        // Said, where the other mark is there too; and where nothing around the number is what an option names:
        // parentheses, or a minus after it.
        let implied = format.thousands == Some('.') && digits.contains(',');
        if implied || *format == NumberFormat::new() {
            format.decimal = Some(format.decimal_mark());
        }
    }
    (!formats.is_empty()).then_some(Guess {
        formats,
        unit,
        is_spaced,
    })
}

/// Test of a number that no notation here reads: a fraction, hexadecimal digits, a power of ten written out.
fn is_other(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if let Some(hexadecimal) = unsigned.strip_prefix("0x").or(unsigned.strip_prefix("0X")) {
        return !hexadecimal.is_empty() && hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if let Some((above, below)) = unsigned.split_once('/') {
        let (whole, above) = above.rsplit_once(' ').unwrap_or(("0", above));
        return digits(whole) && digits(above) && digits(below);
    }
    if let Some(whole) = unsigned.strip_suffix(['¼', '½', '¾', '⅓', '⅔', '⅛']) {
        return whole.is_empty() || digits(whole.trim_end());
    }
    let power = unsigned
        .split_once(['×', 'x', '*', '·'])
        .map(|(factor, power)| {
            let power = power.trim_start().strip_prefix("10");
            (
                factor.trim_end(),
                power.is_some_and(|power| power.starts_with(['^', '*']) || !power.is_ascii()),
            )
        });
    power.is_some_and(|(factor, is_power)| is_power && parse_number(factor.as_bytes()).is_some())
}

/// The format with the decimal mark that is not implied.
fn other_mark(format: NumberFormat) -> NumberFormat {
    let other = if format.decimal_mark() == '.' {
        ','
    } else {
        '.'
    };
    format.decimal(other)
}

/// Use of every option that the format has for a number.
fn is_needed(format: &NumberFormat, digits: &str) -> bool {
    let marked = format.decimal.is_none_or(|mark| digits.contains(mark));
    marked && format.check().is_ok()
}

/// The length of a number in any notation at the start of the text.
fn number_end(text: &str) -> usize {
    let is_mark = |c: char| MARKS.iter().any(|mark| is_separator(c, *mark));
    let run = text.find(|c: char| !c.is_ascii_digit() && !is_mark(c));
    let run = text[..run.unwrap_or(text.len())].trim_end_matches(|c| is_mark(c) && c != '.');
    let mut end = run.len();
    let rest = &text[end..];
    if let Some(power) = rest.strip_prefix(['e', 'E']) {
        let digits = power.strip_prefix(['-', '+']).unwrap_or(power);
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        if count > 0 {
            end += rest.len() - digits.len() + count;
        }
    }
    end
}

fn is_currency(text: &str) -> bool {
    let mut characters = text.chars();
    let is_sign = |c: char| {
        matches!(
            c,
            '$' | '¢' | '£' | '¤' | '¥' | '฿' | '\u{20a0}'..='\u{20cf}' | '￥' | '＄'
        )
    };
    let one = characters.next().is_some_and(is_sign) && characters.next().is_none();
    one || CURRENCIES.contains(&text) || CODES.contains(&text)
}

/// Error that a text which is no number of the column's notation is, if it is one in another.
pub(super) fn error(used: &Used, text: &str, line: u64) -> Option<Error> {
    let guess = guess(text).filter(Guess::is_firm)?;
    Some(disguised(used, text, line, guess.formats))
}

fn disguised(used: &Used, text: &str, line: u64, formats: Vec<NumberFormat>) -> Error {
    Error::DisguisedNumber {
        line,
        column: used.name.clone(),
        value: text.to_owned(),
        formats,
        may_be_category: matches!(used.rule, Rule::Detected | Rule::Described),
    }
}

/// Error that the texts of a category are, if they are numbers in disguise or dates. Levels that were declared are what
/// they were declared to be.
pub(super) fn check(used: &Used, column: &Column) -> Option<Error> {
    if !matches!(used.rule, Rule::Detected | Rule::Described) || !column.kind.is_category() {
        return None;
    }
    let levels: Vec<(&str, u64)> = column.levels.iter().collect();
    let name = || used.name.clone();
    let numbers = (column.kind == Kind::Category).then(|| numbers_among(used, &levels));
    if let Some(error) = numbers.flatten() {
        return Some(error);
    }
    let dates = levels.iter().filter(|(text, _)| moment::is_moment(text));
    if let Some((text, line)) = dates.clone().next()
        && 2 * dates.count() >= levels.len()
    {
        return Some(Error::UndeclaredDate {
            line: *line,
            column: name(),
            value: (*text).to_owned(),
            is_readable: moment::parse(text).is_ok(),
        });
    }
    None
}

/// Error that a category is of which most rows have a level of their own: names of the rows.
pub(super) fn check_unique(used: &Used, column: &Column) -> Option<Error> {
    let levels = column.levels.texts().len();
    let is_open = matches!(used.rule, Rule::Detected) && column.kind.is_category();
    if !is_open || levels < FEW || 2 * levels <= column.present {
        return None;
    }
    let (text, line) = column.levels.iter().next()?;
    Some(match &column.code {
        Some(place) => Error::LeadingZero {
            line: place.line,
            column: used.name.clone(),
            value: place.text.clone(),
        },
        None => Error::NearlyUnique {
            line,
            column: used.name.clone(),
            value: text.to_owned(),
            levels,
            rows: column.present,
        },
    })
}

/// A level that is a number in another notation.
type Level<'a> = (&'a str, u64, Guess);

/// Numbers among the texts of a category: one whose notation leaves no doubt, or a unit that most share.
fn numbers_among(used: &Used, levels: &[(&str, u64)]) -> Option<Error> {
    let guesses = levels
        .iter()
        .filter_map(|(text, line)| Some((*text, *line, guess(text)?)));
    let (plain, united): (Vec<Level<'_>>, Vec<Level<'_>>) =
        guesses.partition(|(_, _, guess)| guess.unit.is_none());
    if !plain.is_empty() {
        return Some(disguised_all(used, &plain));
    }
    let (text, _, first) = united.first()?;
    // `2WD`, `4WD` and `AWD` are a category; `12 months`, `24 months` and `none` are not.
    let is_loose = !first.is_firm() && !first.is_spaced;
    if 2 * united.len() < levels.len() || (is_loose && united.len() < levels.len()) {
        return None;
    }
    let Some(other) = united.iter().find(|(_, _, other)| other.unit != first.unit) else {
        return Some(disguised_all(used, &united));
    };
    let known = united.iter().all(|(_, _, guess)| guess.is_firm());
    known.then(|| Error::MixedUnits {
        line: other.1,
        column: used.name.clone(),
        value: other.0.to_owned(),
        first: (*text).to_owned(),
    })
}

/// Error of several such levels, with the notations that read the most of them.
fn disguised_all(used: &Used, levels: &[Level<'_>]) -> Error {
    let mut formats: Vec<&NumberFormat> = Vec::new();
    for format in levels.iter().flat_map(|(_, _, guess)| &guess.formats) {
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    let fits = |format: &NumberFormat| {
        let read = levels
            .iter()
            .filter(|(text, _, _)| format.read(text).is_some());
        read.count()
    };
    let most = formats.iter().map(|format| fits(format)).max();
    formats.retain(|format| Some(fits(format)) == most);
    let reads =
        |(text, _, _): &&Level<'_>| formats.iter().all(|format| format.read(text).is_some());
    let (text, line) = match levels.iter().find(reads).or(levels.first()) {
        Some((text, line, _)) => (*text, *line),
        None => ("", 0),
    };
    disguised(used, text, line, formats.into_iter().cloned().collect())
}
