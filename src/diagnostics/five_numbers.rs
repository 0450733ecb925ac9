//! The five-number summary of residuals.

use std::fmt;

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use super::residuals::Residuals;
use crate::data::quantile;
use crate::error::Result;

impl Residuals {
    /// Minimum, quartiles and maximum of the raw residuals, as R's `summary(lm)` prints them.
    ///
    /// # Errors
    ///
    /// None for residuals of a fit.
    pub fn five_numbers(&self) -> Result<FiveNumbers> {
        FiveNumbers::new(self.raw())
    }
}

/// The five-number summary (Tukey, *Exploratory Data Analysis*, 1977; quartiles by linear interpolation).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FiveNumbers {
    /// The smallest value.
    pub min: f64,
    /// The first quartile.
    pub q1: f64,
    /// The median.
    pub median: f64,
    /// The third quartile.
    pub q3: f64,
    /// The largest value.
    pub max: f64,
}

impl FiveNumbers {
    /// Summary of values `(n,)`.
    ///
    /// # Errors
    ///
    /// As [`quantile`]: no value, or one that is NaN or infinite.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::diagnostics::FiveNumbers;
    /// use ndarray::array;
    ///
    /// let five = FiveNumbers::new(array![9.0, 1.0, 3.0, 5.0, 7.0].view())?;
    /// assert_eq!([five.min, five.q1, five.median, five.q3, five.max], [1.0, 3.0, 5.0, 7.0, 9.0]);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn new(values: ArrayView1<'_, f64>) -> Result<Self> {
        let at = |q| quantile(values, q);
        Ok(Self {
            min: at(0.0)?,
            q1: at(0.25)?,
            median: at(0.5)?,
            q3: at(0.75)?,
            max: at(1.0)?,
        })
    }
}

impl fmt::Display for FiveNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titles = ["min", "1Q", "median", "3Q", "max"];
        let values = [self.min, self.q1, self.median, self.q3, self.max];
        writeln!(
            f,
            "{}",
            titles.map(|title| format!("{title:>10}")).join(" ")
        )?;
        f.write_str(&values.map(|value| format!("{value:>10.4}")).join(" "))
    }
}
