//! Names of columns on the command line, one or a list.

use std::convert::Infallible;
use std::str::FromStr;

use elltwo::data::{DatePart, canonical_name};

/// Names with commas between them. A comma inside brackets belongs to the name, as in `income (USD, thousands)`, and so
/// does one inside quotes, as in `"weight, kg"`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names(pub(crate) Vec<String>);

impl FromStr for Names {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let mut names = vec![String::new()];
        let (mut depth, mut quoted) = (0_usize, false);
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let name = names.last_mut();
            let begins = name.as_ref().is_some_and(|name| name.trim().is_empty());
            match character {
                '"' if quoted && characters.peek() == Some(&'"') => {
                    characters.next();
                    name.into_iter().for_each(|name| name.push('"'));
                }
                '"' if quoted || begins => quoted = !quoted,
                ',' if !quoted && depth == 0 => names.push(String::new()),
                character => {
                    match character {
                        '(' | '[' | '{' if !quoted && closes(characters.clone()) => depth += 1,
                        ')' | ']' | '}' if !quoted => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    name.into_iter().for_each(|name| name.push(character));
                }
            }
        }
        Ok(Self(
            names.iter().map(|name| canonical_name(name)).collect(),
        ))
    }
}

/// True if what follows closes a bracket.
fn closes(mut rest: impl Iterator<Item = char>) -> bool {
    rest.any(|character| matches!(character, ')' | ']' | '}'))
}

/// The name as an element of a list, in the words of a shell.
pub(crate) fn listed(name: &str) -> String {
    let alone = Names::from_str(name).is_ok_and(|names| names.0 == [name]);
    if alone {
        shell(name)
    } else {
        shell(&format!("\"{}\"", name.replace('"', "\"\"")))
    }
}

/// A text as a word of a shell.
pub(crate) fn shell(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-.,:=%+@/".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else if text.contains('\'') && !text.contains(['"', '$', '`', '\\', '!']) {
        format!("\"{text}\"")
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// A column of dates, `NAME` or `NAME:PART,PART`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DateColumn {
    pub(crate) name: String,
    /// None for the time since the first.
    pub(crate) parts: Vec<DatePart>,
}

impl FromStr for DateColumn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let whole = Self {
            name: canonical_name(text),
            parts: Vec::new(),
        };
        let Some((name, list)) = text.rsplit_once(':') else {
            return Ok(whole);
        };
        let parts: Vec<elltwo::Result<DatePart>> = list.split(',').map(str::parse).collect();
        // A name may hold a colon.
        if parts.iter().all(Result::is_err) {
            return Ok(whole);
        }
        let parts: elltwo::Result<Vec<DatePart>> = parts.into_iter().collect();
        Ok(Self {
            name: canonical_name(name),
            parts: parts.map_err(|error| error.to_string())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{DateColumn, Names, listed};

    #[test]
    fn a_list_is_split_at_commas_outside_of_brackets_and_quotes() {
        for (text, expected) in [
            ("a,b", &["a", "b"][..]),
            ("a, b", &["a", "b"]),
            ("income (USD, thousands)", &["income (USD, thousands)"]),
            ("x[1,2],y", &["x[1,2]", "y"]),
            ("\"weight, kg\",y", &["weight, kg", "y"]),
            ("\"a \"\"b\"\", c\"", &["a \"b\", c"]),
            ("5\" disk,b", &["5\" disk", "b"]),
            ("a (b,c", &["a (b", "c"]),
            ("", &[""]),
            ("a=b", &["a=b"]),
        ] {
            assert_eq!(
                text.parse(),
                Ok(Names(expected.iter().map(ToString::to_string).collect())),
                "{text}"
            );
        }
    }

    #[test]
    fn a_name_that_a_message_proposes_is_read_back() {
        for name in [
            "a",
            "weight, kg",
            "income (USD, thousands)",
            "a \"b\", c",
            "it's",
        ] {
            let word = listed(name);
            let word = word.trim_matches(|c| {
                c == '\'' || (c == '"' && !name.contains('"') && !name.contains(','))
            });
            assert_eq!(word.parse(), Ok(Names(vec![name.to_owned()])), "{word}");
        }
        assert_eq!(listed("weight, kg"), "'\"weight, kg\"'");
        assert_eq!(listed("it's"), "\"it's\"");
    }

    #[test]
    fn dates_have_parts_after_the_last_colon() {
        let of = |text: &str| {
            text.parse::<DateColumn>()
                .map(|date| (date.name, date.parts.len()))
        };
        assert_eq!(of("day"), Ok(("day".to_owned(), 0)));
        assert_eq!(of("day:year,month"), Ok(("day".to_owned(), 2)));
        assert_eq!(of("at:start"), Ok(("at:start".to_owned(), 0)));
        assert!(of("day:year,mont").is_err_and(|error| error.contains("minute")));
    }
}
