//! A formula's text to tokens, each with its place.

use unicode_normalization::char::is_combining_mark;

use super::problem::Problem;
use crate::notation::name::canonical_name;

/// A word of the language.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    /// Name of a column or a function.
    Name(String),
    /// Between back quotes: always a column.
    Quoted(String),
    /// Between quotes.
    Text(String),
    Symbol(Symbol),
    End,
}

/// Sign that is no name and no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    Plus,
    Minus,
    Times,
    Divide,
    Power,
    Colon,
    In,
    Dot,
    Tilde,
    Open,
    Close,
    Comma,
    Equals,
}

/// The symbols as they are written; the longer of two that begin alike comes first.
const SYMBOLS: [(&str, Symbol); 13] = [
    ("%in%", Symbol::In),
    ("**", Symbol::Power),
    ("+", Symbol::Plus),
    ("-", Symbol::Minus),
    ("*", Symbol::Times),
    ("/", Symbol::Divide),
    ("^", Symbol::Power),
    (":", Symbol::Colon),
    ("~", Symbol::Tilde),
    ("(", Symbol::Open),
    (")", Symbol::Close),
    (",", Symbol::Comma),
    ("=", Symbol::Equals),
];

/// A token and the byte it begins at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) at: usize,
}

impl Token {
    /// The token in a message.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Number(value) => format!("the number {value}"),
            Self::Name(name) | Self::Quoted(name) => format!("the name `{name}`"),
            Self::Text(text) => format!("the text \"{text}\""),
            Self::Symbol(Symbol::Dot) => "`.`".to_owned(),
            Self::Symbol(symbol) => {
                let written = SYMBOLS.iter().rev().find(|(_, other)| other == symbol);
                format!("`{}`", written.map_or("", |(text, _)| text))
            }
            Self::End => "the end".to_owned(),
        }
    }
}

/// All tokens of a text; the last is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, Problem> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, length) = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if first.is_ascii_digit() || starts_fraction(rest) {
            number(rest, at)?
        } else if first == '.' || first.is_alphabetic() {
            let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            let name = &rest[..length];
            let token = if name == "." {
                Token::Symbol(Symbol::Dot)
            } else {
                Token::Name(canonical_name(name))
            };
            (token, length)
        } else if matches!(first, '`' | '"' | '\'') {
            let (content, length) = quoted(rest, first, at)?;
            let token = if first == '`' {
                Token::Quoted(canonical_name(&content))
            } else {
                Token::Text(content)
            };
            (token, length)
        } else {
            let found = SYMBOLS
                .iter()
                .find(|(written, _)| rest.starts_with(written));
            let Some((written, symbol)) = found else {
                let expected = "an operator, a name or a number";
                return Err(Problem::new(at, format!("`{first}`"), expected));
            };
            (Token::Symbol(*symbol), written.len())
        };
        tokens.push(Placed { token, at });
        at += length;
    }
    let token = Token::End;
    tokens.push(Placed { token, at });
    Ok(tokens)
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '.' || c == '_' || is_combining_mark(c)
}

/// `.5`, not `.x`.
fn starts_fraction(text: &str) -> bool {
    text.strip_prefix('.')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The number that a text begins with, and its length.
fn number(text: &str, at: usize) -> Result<(Token, usize), Problem> {
    let bytes = text.as_bytes();
    let digits = |mut place: usize| {
        while bytes.get(place).is_some_and(u8::is_ascii_digit) {
            place += 1;
        }
        place
    };
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') {
        length = digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let signed = matches!(bytes.get(length + 1), Some(b'+' | b'-'));
        let start = length + 1 + usize::from(signed);
        let end = digits(start);
        if end > start {
            length = end;
        }
    }
    let written = &text[..length];
    match written.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Token::Number(value), length)),
        _ => Err(Problem::new(at, format!("`{written}`"), "a finite number")),
    }
}

/// The text between two quotes, and its length with them; a backslash takes the next character as it is.
fn quoted(text: &str, quote: char, at: usize) -> Result<(String, usize), Problem> {
    let mut content = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((place, c)) = characters.next() {
        if c == quote {
            return Ok((content, place + quote.len_utf8()));
        }
        match c {
            '\\' => content.extend(characters.next().map(|(_, c)| c)),
            c => content.push(c),
        }
    }
    let found = format!("{quote} without another");
    let expected = format!("{quote} at the end of the text too");
    Err(Problem::new(at, found, expected))
}

/// A column's name as a formula has it: between back quotes unless it is letters, digits, `.` and `_`.
///
/// # Examples
///
/// ```
/// use elltwo::formula::quoted_name;
///
/// assert_eq!(quoted_name("pH"), "pH");
/// assert_eq!(quoted_name("fixed acidity"), "`fixed acidity`");
/// ```
#[must_use]
pub fn quoted_name(name: &str) -> String {
    let first = name.chars().next();
    let plain = first.is_some_and(char::is_alphabetic) && name.chars().all(is_name);
    if plain {
        return name.to_owned();
    }
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}
