//! Categories as numbers: treatment coding.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::notation::parse_number;

/// The days of the week, in order.
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Treatment coding of a column of categories, made indicator columns, as R's `contr.treatment` and patsy's default.
///
/// ```text
/// column NAME=LEVEL = 1 where the row has LEVEL, else 0        for every level but the first, the base
/// ```
///
/// A coefficient is then the difference from the base level. With an intercept a column for the base would be
/// collinear. Levels are in numerical order if all of them are numbers; false before true if all are truth values
/// (`false`, `no`, `f`, `n`, `off` and their opposites, in any case); from `Mon` to `Sun` if all are such; otherwise in
/// the order of their bytes. Two spellings of a number (`1`, `1.0`) are two levels. A column with a single level is the
/// intercept, and yields no column. [`with_every_level`](Self::with_every_level) codes the base too.
///
/// # Examples
///
/// ```
/// use elltwo::data::Coding;
///
/// let coding = Coding::new("origin", ["10", "9", "10", "2"]);
/// assert_eq!(coding.levels(), ["2", "9", "10"]);
/// assert_eq!(coding.base(), Some("2"));
/// assert_eq!(coding.feature_names(), ["origin=9", "origin=10"]);
/// assert_eq!(coding.encode("10"), Some(vec![0.0, 1.0]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    column: String,
    levels: Vec<String>,
    /// The base has an indicator as the others have.
    #[serde(default)]
    every_level: bool,
}

impl Coding {
    /// The coding of the column `column` with these values: their distinct texts are the levels.
    #[must_use]
    pub fn new<S: Into<String>>(
        column: impl Into<String>,
        values: impl IntoIterator<Item = S>,
    ) -> Self {
        let mut levels: Vec<String> = values.into_iter().map(Into::into).collect();
        let values: [fn(&str) -> Option<f64>; 3] = [
            |level| parse_number(level.as_bytes()),
            |level| truth_value(level).map(|(truth, _)| f64::from(u8::from(truth))),
            |level| {
                WEEKDAYS
                    .iter()
                    .position(|day| *day == level)
                    .map(|day| day as f64)
            },
        ];
        let all = |value: &fn(&str) -> Option<f64>| levels.iter().all(|l| value(l).is_some());
        let value = values.into_iter().find(all);
        levels.sort_by(|a, b| {
            let by_value = match value.map(|value| (value(a), value(b))) {
                Some((Some(a), Some(b))) => a.total_cmp(&b),
                _ => Ordering::Equal,
            };
            by_value.then_with(|| a.cmp(b))
        });
        levels.dedup();
        Self {
            column: column.into(),
            levels,
            every_level: false,
        }
    }

    /// An indicator for every level: means of the levels in a model without an intercept, in which nothing else stands
    /// for the base.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::Coding;
    ///
    /// let coding = Coding::new("sex", ["m", "f"]).with_every_level();
    /// assert_eq!(coding.feature_names(), ["sex=f", "sex=m"]);
    /// assert_eq!(coding.encode("f"), Some(vec![1.0, 0.0]));
    /// assert_eq!(coding.base(), None);
    /// ```
    #[must_use]
    pub fn with_every_level(self) -> Self {
        Self {
            every_level: true,
            ..self
        }
    }

    /// The coding of the same levels by another name.
    pub(super) fn with_column(self, column: String) -> Self {
        Self { column, ..self }
    }

    /// The column that was coded.
    #[must_use]
    pub fn column(&self) -> &str {
        &self.column
    }

    /// The distinct values, the base first, if there is one.
    #[must_use]
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// The level all others are compared with; `None` if every level has an indicator, or there were no values.
    #[must_use]
    pub fn base(&self) -> Option<&str> {
        let first = self.levels.first().filter(|_| !self.every_level);
        first.map(String::as_str)
    }

    /// Number of indicator columns.
    pub(super) fn n_features(&self) -> usize {
        self.levels
            .len()
            .saturating_sub(usize::from(!self.every_level))
    }

    /// The indicator of the level at this place, from 0; `None` for the base, and for a place beyond the levels.
    pub(super) fn indicator(&self, place: usize) -> Option<usize> {
        let indicator = place.checked_sub(usize::from(!self.every_level));
        indicator.filter(|indicator| *indicator < self.n_features())
    }

    /// The names of the indicator columns, `NAME=LEVEL` for every level but the base.
    #[must_use]
    pub fn feature_names(&self) -> Vec<String> {
        self.levels
            .iter()
            .skip(usize::from(!self.every_level))
            .map(|level| format!("{}={level}", self.column))
            .collect()
    }

    /// The indicators of one value: all 0 for the base; `None` for a value that is no level.
    #[must_use]
    pub fn encode(&self, value: &str) -> Option<Vec<f64>> {
        let place = self.levels.iter().position(|level| level == value)?;
        let mut indicators = vec![0.0; self.n_features()];
        if let Some(indicator) = self.indicator(place) {
            indicators[indicator] = 1.0;
        }
        Some(indicators)
    }
}

/// Truth value that the text spells, in letters of any case, and the pair of words that it is one of.
pub(super) fn truth_value(text: &str) -> Option<(bool, usize)> {
    const PAIRS: [[&str; 2]; 5] = [
        ["false", "true"],
        ["no", "yes"],
        ["f", "t"],
        ["n", "y"],
        ["off", "on"],
    ];
    let place = |pair: &[&str; 2]| pair.iter().position(|word| word.eq_ignore_ascii_case(text));
    let mut found = PAIRS.iter().map(place).zip(0..);
    found.find_map(|(truth, pair)| Some((truth? == 1, pair)))
}
