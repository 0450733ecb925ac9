//! A parameter with its error, and intervals.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::check::check_open_unit;
use crate::error::Result;
use crate::statistics::{Reference, student_quantile};

/// A parameter of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Term {
    /// The intercept `b`.
    Intercept,
    /// The coefficient of this column, from 0.
    Feature(usize),
}

/// An estimated parameter: value, standard error, t statistic and two-sided p-value.
///
/// A value that theory leaves undefined is `None`: everything but the value where the parameter is
/// [aliased](Self::aliased) or no degree of freedom is left, and the t statistic of `0 ± 0`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Estimate {
    /// The parameter.
    pub term: Term,
    /// Its value, in units of the target per unit of the feature.
    pub value: f64,
    /// Its standard error, in the same units.
    #[serde(with = "crate::statistics::stored::optional")]
    pub standard_error: Option<f64>,
    /// `value / standard_error`.
    #[serde(with = "crate::statistics::stored::optional")]
    pub t: Option<f64>,
    /// `P(|T| ≥ |t|)` for Student's t with `df` degrees of freedom.
    #[serde(with = "crate::statistics::stored::optional")]
    pub p_value: Option<f64>,
    /// Degrees of freedom of the t statistic.
    #[serde(with = "crate::statistics::stored::scalar")]
    pub df: f64,
    /// True where the data do not determine the parameter: its column is constant beside the intercept, or depends on
    /// others. The value is then a choice, the one of the shortest solution, and has no error.
    pub aliased: bool,
}

impl Estimate {
    pub(super) fn new(
        term: Term,
        value: f64,
        standard_error: Option<f64>,
        df: f64,
        aliased: bool,
    ) -> Self {
        let t = standard_error
            .map(|error| value / error)
            .filter(|t| !t.is_nan());
        Self {
            term,
            value,
            standard_error,
            t,
            p_value: t.map(|t| Reference::StudentT { df }.p_value(t)),
            df,
            aliased,
        }
    }

    /// The confidence interval `value ± t₍₁₊level₎/₂ · standard_error`; `None` where there is no error.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`](crate::Error::InvalidParameter) unless `0 < level < 1`.
    pub fn interval(&self, level: f64) -> Result<Option<Interval>> {
        let factor = quantile(level, self.df)?;
        Ok(self.standard_error.map(|error| Interval {
            lower: self.value - factor * error,
            upper: self.value + factor * error,
        }))
    }
}

/// The two-sided quantile of Student's t for a confidence level.
pub(super) fn quantile(level: f64, df: f64) -> Result<f64> {
    check_open_unit("level", level)?;
    Ok(if df > 0.0 {
        student_quantile(1.0 - level, df)
    } else {
        f64::NAN
    })
}

/// An interval of real numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Interval {
    /// The lower end.
    #[serde(with = "crate::statistics::stored::scalar")]
    pub lower: f64,
    /// The upper end.
    #[serde(with = "crate::statistics::stored::scalar")]
    pub upper: f64,
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}, {}]", self.lower, self.upper)
    }
}
