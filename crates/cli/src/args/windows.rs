//! Options of windows that slide over the rows.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::groups::OF_ONE_MODEL;
use super::names::ModelKind;
use super::values::{self, Lambda};

/// Windows over rows in the order of the file.
#[derive(Args, Clone, Debug)]
pub(crate) struct WindowArgs {
    /// A model at every row, of the last N rows, itself among them
    #[arg(long, value_name = "N", help_heading = "Windows", allow_negative_numbers = true,
          conflicts_with_all = ["rolling_time", "expanding", "decay", "by", "absorb", "cluster"],
          conflicts_with_all = OF_ONE_MODEL)]
    pub(crate) rolling: Option<NonZeroUsize>,
    /// A model at every row, of the rows of the last stretch of time by a column: of dates with a width of w, d, h, min
    /// or s, as date=90d, or of numbers, as t=2.5. Rows must be in the order of time
    #[arg(long, value_name = "COLUMN=WIDTH", help_heading = "Windows",
          conflicts_with_all = ["formula", "rolling", "expanding", "decay", "by", "absorb", "cluster"],
          conflicts_with_all = OF_ONE_MODEL)]
    pub(crate) rolling_time: Option<Stretch>,
    /// A model at every row, of all rows so far
    #[arg(long, help_heading = "Windows",
          conflicts_with_all = ["rolling", "rolling_time", "decay", "by", "absorb", "cluster"],
          conflicts_with_all = OF_ONE_MODEL)]
    pub(crate) expanding: bool,
    /// A model at every row, of all rows so far with the weight F^age, the age in rows
    #[arg(long, value_name = "F", value_parser = values::open_unit, help_heading = "Windows",
          allow_negative_numbers = true, conflicts_with_all = ["rolling", "rolling_time", "expanding", "by", "absorb", "cluster"],
          conflicts_with_all = OF_ONE_MODEL)]
    pub(crate) decay: Option<f64>,
    /// Write a CSV line for each row: rows of its window, coefficients, standard errors and R², or the reason why there
    /// is no model
    #[arg(long, value_name = "FILE.csv", help_heading = "Windows")]
    pub(crate) windows: Option<PathBuf>,
}

impl WindowArgs {
    /// Tells whether there is a model at every row.
    pub(crate) fn is_given(&self) -> bool {
        self.rolling.is_some()
            || self.rolling_time.is_some()
            || self.expanding
            || self.decay.is_some()
    }

    /// What does not go together.
    pub(super) fn refused(&self, model: ModelKind, lambda: Lambda) -> Option<&'static str> {
        match (self.is_given(), model, lambda) {
            (true, model, _) if model != ModelKind::Ridge => Some("Windows need --model ridge."),
            (true, _, Lambda::Auto) => Some("Windows need a --lambda that is a number."),
            (false, ..) if self.windows.is_some() => {
                Some("--windows needs --rolling, --rolling-time, --expanding or --decay.")
            }
            _ => None,
        }
    }
}

/// A stretch of time by a column, in seconds of a column of dates.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stretch {
    pub(crate) column: String,
    pub(crate) width: f64,
    pub(crate) of_dates: bool,
}

impl FromStr for Stretch {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rule =
            || "must be COLUMN=WIDTH, as `date=90d` (w, d, h, min or s) or `t=2.5`".to_owned();
        let (column, width) = text.rsplit_once('=').ok_or_else(rule)?;
        let end = width
            .trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .len();
        let (number, unit) = width.split_at(end);
        let seconds = match unit {
            "" => None,
            "s" => Some(1.0),
            "min" => Some(60.0),
            "h" => Some(3600.0),
            "d" => Some(86_400.0),
            "w" => Some(604_800.0),
            _ => return Err(rule()),
        };
        let number = values::positive(number).map_err(|_| rule())?;
        Ok(Self {
            column: column.to_owned(),
            width: number * seconds.unwrap_or(1.0),
            of_dates: seconds.is_some(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Stretch;

    #[test]
    fn a_stretch_has_a_column_and_a_width_with_a_unit_or_without() {
        let of = |text: &str| {
            text.parse::<Stretch>()
                .map(|s| (s.column, s.width, s.of_dates))
        };
        assert_eq!(of("date=90d"), Ok(("date".to_owned(), 7_776_000.0, true)));
        assert_eq!(of("a=b=1.5h"), Ok(("a=b".to_owned(), 5400.0, true)));
        assert_eq!(of("t=2.5"), Ok(("t".to_owned(), 2.5, false)));
        for wrong in ["date", "date=", "date=d", "date=-1d", "date=3y", "date=0"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
