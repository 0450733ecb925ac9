//! One column while it is read: number or category, missing or not.

use super::date::DatePart;
use super::levels::Levels;
use super::missing::Missing;
use super::note::ReadNote;
use super::options::UnseenLevel;
use super::used::{Rule, Used};
use super::value::seen;
use crate::error::{Error, Result};
use crate::notation::{NumberFormat, Percent};

/// Sort of the values of a column so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// There was no value yet.
    Unknown,
    /// Every value is a text that stands for a missing one among numbers and is a level among other texts; a cell is
    /// the place of its text, as if it were a level.
    Tokens,
    /// Every value is a number that, written plainly, has its plain value.
    Number,
    /// Every value is a number of a notation in which a plain one may be another.
    Formatted,
    /// Every value is a number with a percent sign.
    Percent,
    /// Every value is a date; a cell is the seconds since 1970.
    Date,
    /// Values are texts; a cell is the place of its text among the levels.
    Category,
    /// Every value is digits of one width, a zero first in some: codes, which are texts.
    Code,
    /// Numbers and other texts, which are only counted.
    Mixed,
}

impl Kind {
    /// A cell is the place of a text among the levels.
    pub(super) fn is_category(self) -> bool {
        matches!(self, Self::Category | Self::Code)
    }

    /// A cell is a number that has a mean.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Formatted | Self::Percent)
    }
}

/// Place of a column's first value of some sort.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) text: String,
}

impl Place {
    pub(super) fn new(text: &str, line: u64) -> Self {
        let text = text.to_owned();
        Self { line, text }
    }
}

/// Numbers that are not what their texts seem to be: the first, and how many there are.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) place: Place,
    pub(super) number: f64,
    pub(super) count: usize,
}

impl Counted {
    /// Counts one more.
    pub(super) fn count(counted: &mut Option<Self>, number: f64, text: &str, line: u64) {
        let first = || Self {
            place: Place::new(text, line),
            number,
            count: 0,
        };
        counted.get_or_insert_with(first).count += 1;
    }

    /// Counts those of later rows.
    fn add(counted: &mut Option<Self>, later: Option<&Self>) {
        match (counted, later) {
            (Some(counted), Some(later)) => counted.count += later.count,
            (none, later) => *none = none.take().or(later.cloned()),
        }
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
    /// The first code with a leading zero.
    pub(super) code: Option<Place>,
    /// It came after numbers.
    pub(super) has_late_code: bool,
    /// One of the dates has a time of day.
    pub(super) is_timed: bool,
    /// Numbers that are not spelled as such.
    pub(super) spelled: Option<Counted>,
    /// Integers of more digits than the number they became.
    pub(super) rounded: Option<Counted>,
}

impl Column {
    /// Before the first row.
    pub(super) fn new(rule: &Rule) -> Self {
        Self {
            kind: match rule {
                Rule::Coded | Rule::Levels(_) => Kind::Category,
                Rule::Dates(_) | Rule::Moments(_) => Kind::Date,
                _ => Kind::Unknown,
            },
            present: 0,
            first_missing: None,
            first_text: None,
            levels: Levels::default(),
            known: Vec::new(),
            code: None,
            has_late_code: false,
            is_timed: false,
            spelled: None,
            rounded: None,
        }
    }

    /// Before the rows that follow those of `self`: nothing counted, but what later rows are held to.
    pub(super) fn next_part(&self) -> Self {
        Self {
            kind: self.kind,
            first_text: self.first_text.clone(),
            code: self.code.clone(),
            ..Self::new(&Rule::Detected)
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
        self.code.clone_from(&later.code);
        self.is_timed |= later.is_timed;
        Counted::add(&mut self.spelled, later.spelled.as_ref());
        Counted::add(&mut self.rounded, later.rounded.as_ref());
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
                None if unseen == UnseenLevel::Base => levels.len(),
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
            Rule::Dates(parts) => {
                let needs_time = parts.iter().copied().any(DatePart::is_of_time);
                return self.moment(used, needs_time, text, line);
            }
            Rule::Moments(coding) => {
                let moment = self.moment(used, coding.needs_time(), text, line)?;
                return seen(coding, moment, unseen, line);
            }
            rule => {
                let may_miss = !matches!(self.kind, Kind::Category | Kind::Mixed);
                if may_miss && missing.is_among_numbers(text) {
                    self.count(text, 1);
                    let decided = self.kind.is_number()
                        || self.kind == Kind::Code
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

    /// Notation of the numbers of these rows, if it is not plain.
    pub(super) fn format(&self, used: &Used) -> Option<NumberFormat> {
        let format = used.format.clone().filter(|_| self.kind.is_number())?;
        Some(format.percent(match self.kind {
            Kind::Percent => Percent::Required,
            _ => Percent::Refused,
        }))
    }

    /// Facts about the values.
    pub(super) fn notes(&self, used: &Used) -> Vec<ReadNote> {
        let column = || used.name.clone();
        let spelled = self.spelled.as_ref();
        let spelled = spelled.map(|counted| ReadNote::Spelled {
            column: column(),
            line: counted.place.line,
            value: counted.place.text.clone(),
            number: counted.number,
            count: counted.count,
        });
        let rounded = self.rounded.as_ref().filter(|_| self.kind.is_number());
        let rounded = rounded.map(|counted| ReadNote::Rounded {
            column: column(),
            line: counted.place.line,
            value: counted.place.text.clone(),
            number: counted.number,
            count: counted.count,
        });
        let code = self.code.as_ref().filter(|_| self.kind == Kind::Code);
        let codes = code.map(|place| ReadNote::Codes {
            column: column(),
            line: place.line,
            value: place.text.clone(),
        });
        spelled.into_iter().chain(rounded).chain(codes).collect()
    }

    /// Takes the column, of which every value is undecided, for one of numbers: all were missing.
    pub(super) fn become_number(&mut self) {
        self.kind = Kind::Number;
        self.present = 0;
        let levels = std::mem::take(&mut self.levels);
        if let Some((text, line)) = levels.iter().next() {
            self.miss(text, line);
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
