//! One column while it is read: number or category, missing or not.

use std::collections::HashMap;

use super::missing::Missing;
use super::options::UnseenLevel;
use super::plan::{LEVELS, Rule, Used};
use crate::data::encode::{is_numeric, parse_number};
use crate::error::{Error, Result};

/// Sort of the values of a column so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// There was no value yet.
    Unknown,
    /// Every value is a text that stands for a missing one among numbers and is a level among other texts; a cell is
    /// the place of its text, as if it were a level.
    Tokens,
    /// Every value is a number.
    Number,
    /// Values are texts; a cell is the place of its text among the levels.
    Category,
    /// Numbers and other texts, which are only counted.
    Mixed,
}

/// Place of a column's first value of some sort.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) text: String,
}

impl Place {
    fn new(text: &str, line: u64) -> Self {
        let text = text.to_owned();
        Self { line, text }
    }
}

/// State of a column after some rows.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) kind: Kind,
    /// Number of values that were there, dropped rows included.
    pub(super) present: usize,
    /// The first missing value.
    pub(super) first_missing: Option<Place>,
    /// The first text that is no number, to name if the column has numbers.
    pub(super) first_text: Option<Place>,
    /// The texts of these rows; none for a column whose levels are known.
    pub(super) levels: Levels,
    /// Texts that stand for a missing value if this is a column of numbers, and their counts.
    pub(super) known: Vec<(String, usize)>,
}

impl Column {
    /// Before the first row.
    pub(super) fn new(rule: &Rule) -> Self {
        Self {
            kind: match rule {
                Rule::Coded | Rule::Levels(_) => Kind::Category,
                _ => Kind::Unknown,
            },
            present: 0,
            first_missing: None,
            first_text: None,
            levels: Levels::default(),
            known: Vec::new(),
        }
    }

    /// Before the rows that follow those of `self`: nothing counted, but what later rows are held to.
    pub(super) fn next_part(&self) -> Self {
        Self {
            kind: self.kind,
            present: 0,
            first_missing: None,
            first_text: self.first_text.clone(),
            levels: Levels::default(),
            known: Vec::new(),
        }
    }

    /// Adds what later rows, read from [`next_part`](Self::next_part), have; where each of their levels went.
    pub(super) fn absorb(&mut self, later: &Self) -> Vec<usize> {
        self.kind = later.kind;
        self.present += later.present;
        if self.first_missing.is_none() {
            self.first_missing.clone_from(&later.first_missing);
        }
        self.first_text.clone_from(&later.first_text);
        for (text, count) in &later.known {
            self.count(text, *count);
        }
        self.levels.merge(&later.levels)
    }

    /// The cell of a value that is there.
    pub(super) fn cell(
        &mut self,
        used: &Used,
        unseen: UnseenLevel,
        missing: &Missing<'_>,
        text: &str,
        line: u64,
    ) -> Result<f64> {
        let place = match &used.rule {
            Rule::Levels(levels) => match levels.get(text) {
                Some(place) => *place,
                None if unseen == UnseenLevel::Base => 0,
                None => {
                    return Err(Error::UnseenLevel {
                        line,
                        column: used.name.clone(),
                        level: text.to_owned(),
                        known: levels.len(),
                    });
                }
            },
            Rule::Coded => self.levels.insert(text, line),
            rule => {
                let may_miss = !matches!(self.kind, Kind::Category | Kind::Mixed);
                if may_miss && missing.is_among_numbers(text) {
                    self.count(text, 1);
                    let decided = self.kind == Kind::Number
                        || !matches!(rule, Rule::Detected | Rule::Described);
                    if decided {
                        self.miss(text, line);
                        return Ok(f64::NAN);
                    }
                    self.kind = Kind::Tokens;
                    self.levels.insert(text, line)
                } else if let Some(place) = self.levels.place(text) {
                    place
                } else if let Some(number) = self.number(used, text, line)? {
                    self.present += 1;
                    return Ok(number);
                } else {
                    debug_assert!(matches!(rule, Rule::Detected | Rule::Described));
                    self.levels.insert(text, line)
                }
            }
        };
        self.present += 1;
        Ok(place as f64)
    }

    /// The number that a text is, or `None` for the text of a category.
    fn number(&mut self, used: &Used, text: &str, line: u64) -> Result<Option<f64>> {
        let unparsable = |line: u64, value: &str| Error::ParseNumber {
            line,
            column: used.name.clone(),
            value: value.to_owned(),
        };
        let described = matches!(used.rule, Rule::Described);
        match (self.kind, parse_number(text.as_bytes())) {
            (Kind::Unknown | Kind::Tokens | Kind::Number, Some(number)) => {
                if self.kind == Kind::Tokens {
                    self.become_number();
                }
                self.kind = Kind::Number;
                Ok(Some(number))
            }
            (Kind::Category, Some(number)) if described => {
                self.kind = Kind::Mixed;
                Ok(Some(number))
            }
            (Kind::Category, Some(_)) => Err(match &self.first_text {
                Some(place) => unparsable(place.line, &place.text),
                None => unparsable(line, text),
            }),
            (Kind::Mixed, number) => Ok(Some(number.unwrap_or(f64::NAN))),
            // `inf`, `nan` and `1e999` were meant as numbers.
            (_, None) if is_numeric(text) => Err(unparsable(line, text)),
            (Kind::Number, None) if described => {
                self.kind = Kind::Mixed;
                self.first_text = Some(Place::new(text, line));
                Ok(Some(f64::NAN))
            }
            (Kind::Number, None) => Err(unparsable(line, text)),
            (Kind::Category, None) => Ok(None),
            (Kind::Unknown | Kind::Tokens, None) => match &used.rule {
                Rule::Detected | Rule::Described => {
                    self.kind = Kind::Category;
                    self.first_text = Some(Place::new(text, line));
                    Ok(None)
                }
                Rule::Target => Err(Error::TextTarget {
                    line,
                    column: used.name.clone(),
                    value: text.to_owned(),
                }),
                Rule::Assumed => Err(Error::SchemaRequired {
                    column: used.name.clone(),
                    what: LEVELS,
                }),
                _ => Err(unparsable(line, text)),
            },
        }
    }

    /// Takes the column, of which every value is undecided, for one of numbers: all were missing.
    pub(super) fn become_number(&mut self) {
        self.kind = Kind::Number;
        self.present = 0;
        let levels = std::mem::take(&mut self.levels);
        if let (Some(text), Some(line)) = (levels.texts.first(), levels.lines.first()) {
            self.miss(text, *line);
        }
    }

    /// Counts a text that stands for a missing value among numbers.
    fn count(&mut self, text: &str, count: usize) {
        match self.known.iter_mut().find(|(known, _)| known == text) {
            Some((_, sum)) => *sum += count,
            None => self.known.push((text.to_owned(), count)),
        }
    }

    /// Notes a missing value.
    pub(super) fn miss(&mut self, text: &str, line: u64) {
        let first = self.first_missing.as_ref();
        if first.is_none_or(|first| line < first.line) {
            self.first_missing = Some(Place::new(text, line));
        }
    }
}

/// Texts in the order of their appearance, each with the line it was first on.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels {
    texts: Vec<String>,
    lines: Vec<u64>,
    places: HashMap<String, usize>,
}

impl Levels {
    fn place(&self, text: &str) -> Option<usize> {
        self.places.get(text).copied()
    }

    /// The place of the text, a new one if it is new.
    fn insert(&mut self, text: &str, line: u64) -> usize {
        if let Some(place) = self.place(text) {
            return place;
        }
        let place = self.texts.len();
        self.texts.push(text.to_owned());
        self.lines.push(line);
        self.places.insert(text.to_owned(), place);
        place
    }

    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }

    /// The line on which the text after the first `count` appears.
    pub(super) fn line_beyond(&self, count: usize) -> Option<u64> {
        self.lines.get(count).copied()
    }

    /// Adds the texts of a later part in their order; where each went.
    fn merge(&mut self, later: &Self) -> Vec<usize> {
        later
            .texts
            .iter()
            .zip(&later.lines)
            .map(|(text, line)| self.insert(text, *line))
            .collect()
    }
}

/// The place a category's cell holds.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // written from a usize below 2^53
pub(super) fn place_of(cell: f64) -> usize {
    cell as usize
}
