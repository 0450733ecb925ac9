//! [`Excerpt`]: text of the user's in a message.

use std::fmt::{self, Write};

use unicode_width::UnicodeWidthChar;

/// Characters of a text that a message repeats.
const LENGTH: usize = 60;

/// Text in a message: at most 60 characters, then `…`; control characters and those that cannot be seen by their code;
/// `""` for none.
///
/// # Examples
///
/// ```
/// use elltwo::error::Excerpt;
///
/// assert_eq!(Excerpt("3\t\u{0}\n").to_string(), r"3\t\u{0}\n");
/// assert_eq!(Excerpt("").to_string(), "\"\"");
/// assert_eq!(Excerpt(&"7".repeat(100)).to_string(), format!("{}…", "7".repeat(60)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excerpt<'a>(pub &'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("\"\"");
        }
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(LENGTH) {
            if is_hidden(character) {
                write!(f, "{}", character.escape_default())?;
            } else {
                f.write_char(character)?;
            }
        }
        match characters.next() {
            Some(_) => f.write_char('…'),
            None => Ok(()),
        }
    }
}

/// The number, from 1, of the character at a byte.
pub(super) fn character(text: &str, position: usize) -> usize {
    let before = text.char_indices().take_while(|(at, _)| *at < position);
    before.count() + 1
}

/// The part of a text around a byte, on one line, and a caret under the character there.
pub(super) fn caret(text: &str, position: usize) -> String {
    let place = character(text, position) - 1;
    let start = place.saturating_sub(LENGTH);
    let visible = |c: char| if is_hidden(c) { ' ' } else { c };
    let shown = text.chars().skip(start).take(2 * LENGTH).map(visible);
    let shown: Vec<char> = shown.collect();
    let cut = if start > 0 { "…" } else { "" };
    let before = shown.iter().take(place - start);
    let width: usize = before.map(|c| c.width().unwrap_or(1)).sum();
    let width = width + cut.chars().count();
    let more = text.chars().nth(start + 2 * LENGTH).map_or("", |_| "…");
    let shown: String = shown.into_iter().collect();
    format!("  {cut}{shown}{more}\n  {:width$}^", "")
}

/// Test of a character that a terminal obeys or does not show: controls, soft hyphens, zero width, direction of text.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}
