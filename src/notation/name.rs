//! Names of columns in the one form in which they are compared.

use unicode_normalization::UnicodeNormalization;

/// A column's name in the form in which readers, schemas, formulas and frames compare names: Unicode's NFC, without
/// white space around it nor characters that cannot be seen, and with a plain space for one of another kind.
///
/// The letter é of two characters, as files from a Mac have it, is then that of one, and a no-break space is a space.
/// Two columns of which the names become equal have the same name.
///
/// # Examples
///
/// ```
/// use elltwo::data::canonical_name;
///
/// assert_eq!(canonical_name("cafe\u{301}"), "caf\u{e9}");
/// assert_eq!(canonical_name("\u{feff}net\u{a0}income "), "net income");
/// ```
#[must_use]
pub fn canonical_name(name: &str) -> String {
    if name.is_ascii() {
        return name.trim().to_owned();
    }
    let seen = name.chars().filter(|c| !is_hidden(*c)).nfc();
    let seen: String = seen.map(plain_space).collect();
    // Inside a word these two join or part its letters.
    let around = |c: char| c.is_whitespace() || matches!(c, '\u{200c}' | '\u{200d}');
    seen.trim_matches(around).to_owned()
}

/// Characters that cannot be seen, wherever they are.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

fn plain_space(c: char) -> char {
    if c.is_whitespace() && !c.is_ascii() {
        ' '
    } else {
        c
    }
}
