//! [`DateCoding`]: a column of dates as features.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDateTime, Timelike};
use serde::{Deserialize, Serialize};

use super::moment::{date_time, parse};
use crate::data::Coding;
use crate::error::{Error, Result};

const SECONDS_A_DAY: f64 = 86_400.0;

/// Part of a date that is a column of its own.
///
/// Year, day and minute are numbers. Month, weekday and hour are categories, because their effect is seldom a straight
/// line: levels `1` to `12`, `Mon` to `Sun` and `0` to `23`, those that occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    /// The year.
    Year,
    /// The month, a category.
    Month,
    /// The day of the month.
    Day,
    /// The day of the week, a category.
    Weekday,
    /// The hour of the day, a category.
    Hour,
    /// The minute of the hour.
    Minute,
}

impl DatePart {
    const ALL: [Self; 6] = [
        Self::Year,
        Self::Month,
        Self::Day,
        Self::Weekday,
        Self::Hour,
        Self::Minute,
    ];

    /// The name: `year`, `month`, `day`, `weekday`, `hour` or `minute`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Weekday => "weekday",
            Self::Hour => "hour",
            Self::Minute => "minute",
        }
    }

    pub(super) fn is_of_time(self) -> bool {
        matches!(self, Self::Hour | Self::Minute)
    }

    fn is_category(self) -> bool {
        matches!(self, Self::Month | Self::Weekday | Self::Hour)
    }

    fn number(self, at: NaiveDateTime) -> f64 {
        match self {
            Self::Year => f64::from(at.year()),
            Self::Month => f64::from(at.month()),
            Self::Day => f64::from(at.day()),
            Self::Weekday => f64::from(at.weekday().num_days_from_monday()),
            Self::Hour => f64::from(at.hour()),
            Self::Minute => f64::from(at.minute()),
        }
    }

    fn level(self, at: NaiveDateTime) -> String {
        match self {
            Self::Weekday => at.weekday().to_string(),
            part => part.number(at).to_string(),
        }
    }
}

impl FromStr for DatePart {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = Self::ALL
            .into_iter()
            .find(|part| part.name() == name.trim());
        found.ok_or_else(|| Error::UnknownName {
            what: "part of a date",
            name: name.to_owned(),
            known: Self::ALL.map(Self::name).join(", "),
        })
    }
}

impl fmt::Display for DatePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Unit of a time since the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Days, of dates without times.
    Days,
    /// Seconds, where there are times of day.
    Seconds,
}

impl TimeUnit {
    /// The name: `days` or `seconds`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Seconds => "seconds",
        }
    }
}

/// Column of dates as features: days or seconds since the earliest date of the training data, or parts of the date.
///
/// A time since the first is one feature by the name of the column; it is negative before the first, and a fraction of
/// a day where another file has times. Parts are named `COLUMN.PART`, categories among them `COLUMN.PART=LEVEL`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DateCoding {
    column: String,
    features: DateFeatures,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DateFeatures {
    Since { origin: String, unit: TimeUnit },
    Parts(Vec<PartFeature>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct PartFeature {
    part: DatePart,
    /// The levels of a category.
    coding: Option<Coding>,
}

impl DateCoding {
    /// Days or seconds since the earliest of these moments, in seconds since 1970.
    pub(super) fn since(column: &str, moments: impl Iterator<Item = f64>, timed: bool) -> Self {
        let first = moments.fold(f64::INFINITY, f64::min);
        let at = date_time(if first.is_finite() { first } else { 0.0 });
        let (origin, unit) = if timed {
            (format!("{at:?}"), TimeUnit::Seconds)
        } else {
            (at.date().to_string(), TimeUnit::Days)
        };
        Self {
            column: column.to_owned(),
            features: DateFeatures::Since { origin, unit },
        }
    }

    /// Parts, of which categories have the levels that these moments have.
    pub(super) fn parts(
        column: &str,
        parts: &[DatePart],
        moments: impl Iterator<Item = f64> + Clone,
    ) -> Self {
        let feature = |part: &DatePart| {
            let levels = || moments.clone().map(|moment| part.level(date_time(moment)));
            let coding = || {
                Coding::new(
                    format!("{column}.{part}"),
                    levels().collect::<BTreeSet<_>>(),
                )
            };
            PartFeature {
                part: *part,
                coding: part.is_category().then(coding),
            }
        };
        Self {
            column: column.to_owned(),
            features: DateFeatures::Parts(parts.iter().map(feature).collect()),
        }
    }

    /// Coding of a column of another name.
    pub(super) fn with_column(mut self, column: String) -> Self {
        if let DateFeatures::Parts(parts) = &mut self.features {
            for PartFeature { part, coding } in parts {
                let named = coding.take();
                *coding = named.map(|coding| coding.with_column(format!("{column}.{part}")));
            }
        }
        Self { column, ..self }
    }

    /// The name of the file's column.
    #[must_use]
    pub fn column(&self) -> &str {
        &self.column
    }

    /// The earliest date of the training data, and the unit of the time since; `None` for parts.
    #[must_use]
    pub fn origin(&self) -> Option<(&str, TimeUnit)> {
        match &self.features {
            DateFeatures::Since { origin, unit } => Some((origin, *unit)),
            DateFeatures::Parts(_) => None,
        }
    }

    /// The codings of the parts that are categories.
    pub fn codings(&self) -> impl Iterator<Item = &Coding> {
        let parts = match &self.features {
            DateFeatures::Parts(parts) => &parts[..],
            DateFeatures::Since { .. } => &[],
        };
        parts.iter().filter_map(|part| part.coding.as_ref())
    }

    /// The names of its features.
    #[must_use]
    pub fn feature_names(&self) -> Vec<String> {
        let DateFeatures::Parts(parts) = &self.features else {
            return vec![self.column.clone()];
        };
        let names = parts.iter().flat_map(|feature| match &feature.coding {
            Some(coding) => coding.feature_names(),
            None => vec![format!("{}.{}", self.column, feature.part)],
        });
        names.collect()
    }

    /// Need of a time of day.
    pub(super) fn needs_time(&self) -> bool {
        let DateFeatures::Parts(parts) = &self.features else {
            return false;
        };
        parts.iter().any(|feature| feature.part.is_of_time())
    }

    /// A level of the moment that the training data did not have, and its category.
    pub(super) fn unseen(&self, moment: f64) -> Option<(String, &Coding)> {
        let DateFeatures::Parts(parts) = &self.features else {
            return None;
        };
        let levels = parts.iter().filter_map(|feature| {
            let coding = feature.coding.as_ref()?;
            let level = feature.part.level(date_time(moment));
            (!coding.levels().contains(&level)).then_some((level, coding))
        });
        levels.into_iter().next()
    }

    /// The features of a moment, to the front of zeros; how many they are.
    pub(super) fn encode(&self, moment: f64, to: &mut [f64]) -> usize {
        let parts = match &self.features {
            DateFeatures::Since { origin, unit } => {
                let since = moment - parse(origin).map_or(0.0, |origin| origin.seconds);
                to[0] = match unit {
                    TimeUnit::Days => since / SECONDS_A_DAY,
                    TimeUnit::Seconds => since,
                };
                return 1;
            }
            DateFeatures::Parts(parts) => parts,
        };
        let (at, mut start) = (date_time(moment), 0);
        for feature in parts {
            let Some(coding) = &feature.coding else {
                to[start] = feature.part.number(at);
                start += 1;
                continue;
            };
            let level = feature.part.level(at);
            let place = coding.levels().iter().position(|known| *known == level);
            if let Some(indicator) = place.and_then(|place| place.checked_sub(1)) {
                to[start + indicator] = 1.0;
            }
            start += coding.levels().len().saturating_sub(1);
        }
        start
    }

    /// Soundness of a coding that was stored.
    pub(super) fn is_sound(&self) -> bool {
        match &self.features {
            DateFeatures::Since { origin, .. } => parse(origin).is_ok(),
            DateFeatures::Parts(parts) => parts.iter().all(|feature| {
                feature.coding.is_some() == feature.part.is_category()
                    && feature.coding.iter().all(|coding| {
                        *coding
                            == Coding::new(
                                format!("{}.{}", self.column, feature.part),
                                coding.levels(),
                            )
                    })
            }),
        }
    }
}
