//! Texts that can only be one number, though no parser reads them: typographic minus signs, digits of other scripts,
//! invisible characters, and what spreadsheets and Python put around a number.

use std::borrow::Cow;

use super::parse_number;

/// Names that Python's libraries print around a number.
const CALLS: [&str; 6] = ["Decimal", "array", "Array", "float", "int", "tensor"];

/// The text with ASCII digits and signs, and nothing around the number.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let text = match enclosed(text) {
        Some(inner) => inner,
        None => text,
    };
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    text.chars()
        .filter(|c| !is_invisible(*c))
        .map(ascii)
        .collect::<String>()
        .into()
}

/// The number that a text can only be, if it is not spelled as one.
pub(crate) fn number(text: &str) -> Option<f64> {
    match plain(text) {
        Cow::Borrowed(same) if same.len() == text.len() => None,
        plain => parse_number(plain.trim().as_bytes()),
    }
}

/// The text inside Excel's `="…"`, or inside a call, `np.float64(…)`.
pub(crate) fn enclosed(text: &str) -> Option<&str> {
    if let Some(formula) = text.strip_prefix('=') {
        let formula = formula.trim();
        let quoted = formula.strip_prefix('"').and_then(|f| f.strip_suffix('"'));
        return Some(quoted.unwrap_or(formula).trim());
    }
    let (name, rest) = text.strip_suffix(')')?.split_once('(')?;
    let short = name.rsplit_once('.').map_or(name, |(_, short)| short);
    let of_numpy = ["float", "int", "uint", "longdouble", "double"];
    let is_typed = short != name
        && (of_numpy.iter()).any(|kind| {
            let bits = short.strip_prefix(kind);
            bits.is_some_and(|bits| bits.bytes().all(|byte| byte.is_ascii_digit()))
        });
    let inner = rest.trim().trim_matches(['\'', '"']);
    (is_typed || CALLS.contains(&short)).then_some(inner)
}

/// The ASCII character that a digit or a sign stands for.
fn ascii(character: char) -> char {
    let code = u32::from(character);
    let of_block = [0x660, 0x6f0, 0x966, 0x9e6, 0xff10].into_iter();
    let digit = of_block.filter_map(|zero| code.checked_sub(zero).filter(|digit| *digit < 10));
    if let Some(digit) = digit
        .into_iter()
        .find_map(|digit| char::from_digit(digit, 10))
    {
        return digit;
    }
    match character {
        // Minus, en dash, hyphens, small and full-width ones.
        '\u{2212}' | '\u{2013}' | '\u{2010}' | '\u{2011}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\u{ff0b}' => '+',
        '\u{ff0e}' | '\u{66b}' => '.',
        '\u{ff0c}' => ',',
        '\u{ff05}' | '\u{66a}' => '%',
        '\u{ff08}' => '(',
        '\u{ff09}' => ')',
        other => other,
    }
}

/// Characters without width, which mark directions or forbid breaks.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{66c}')
}
