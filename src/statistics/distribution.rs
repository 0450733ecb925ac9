//! The distributions of test statistics: tails from survival functions, quantiles from tails.
//!
//! `statrs` 0.19 was measured first: its incomplete beta function takes differences of `lnΓ`, which costs six digits at
//! a million degrees of freedom, forms `1 − x`, and stops after 140 terms whether or not it has converged.

use std::f64::consts::FRAC_1_SQRT_2;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::beta::{beta_lower, gamma_upper};

/// The distribution a statistic is compared with.
///
/// # Examples
///
/// ```
/// use elltwo::statistics::Reference;
///
/// assert!((Reference::StudentT { df: 10.0 }.upper_tail(2.228138851986275) - 0.025).abs() < 1e-15);
/// // Far out, where 1 − cdf would be 0.
/// assert!(Reference::Normal.upper_tail(38.0) > 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reference {
    /// The standard normal distribution.
    Normal,
    /// Student's t.
    StudentT {
        /// Degrees of freedom.
        df: f64,
    },
    /// χ².
    ChiSquared {
        /// Degrees of freedom.
        df: f64,
    },
    /// Fisher's F.
    F {
        /// Degrees of freedom of the numerator.
        numerator_df: f64,
        /// Degrees of freedom of the denominator.
        denominator_df: f64,
    },
}

impl Reference {
    pub(crate) fn f(numerator_df: f64, denominator_df: f64) -> Self {
        Self::F {
            numerator_df,
            denominator_df,
        }
    }

    /// True where the degrees of freedom are finite and above 0.
    fn is_defined(&self) -> bool {
        let good = |df: f64| df > 0.0 && df.is_finite();
        match *self {
            Self::Normal => true,
            Self::StudentT { df } | Self::ChiSquared { df } => good(df),
            Self::F {
                numerator_df,
                denominator_df,
            } => good(numerator_df) && good(denominator_df),
        }
    }

    /// `P(T > value)`, with its relative accuracy down to the smallest denormal; NaN for NaN, and where degrees of
    /// freedom are not finite and above 0.
    #[must_use]
    pub fn upper_tail(&self, value: f64) -> f64 {
        if !self.is_defined() {
            return f64::NAN;
        }
        match *self {
            Self::Normal => normal_upper(value),
            Self::StudentT { df } => {
                let half = 0.5 * student_two_sided(value, df);
                if value >= 0.0 { half } else { 1.0 - half }
            }
            Self::ChiSquared { df } => gamma_upper(0.5 * df, 0.5 * value),
            Self::F {
                numerator_df,
                denominator_df,
            } => f_upper(value, numerator_df, denominator_df),
        }
    }

    /// `P(|T| > |value|)` of a symmetric distribution; the upper tail of the others.
    #[must_use]
    pub fn p_value(&self, value: f64) -> f64 {
        if !self.is_defined() {
            return f64::NAN;
        }
        match *self {
            Self::Normal => libm::erfc(value.abs() * FRAC_1_SQRT_2),
            Self::StudentT { df } => student_two_sided(value, df),
            Self::ChiSquared { .. } | Self::F { .. } => self.upper_tail(value),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Normal => f.write_str("N(0, 1)"),
            Self::StudentT { df } => write!(f, "t({df})"),
            Self::ChiSquared { df } => write!(f, "χ²({df})"),
            Self::F {
                numerator_df,
                denominator_df,
            } => write!(f, "F({numerator_df}, {denominator_df})"),
        }
    }
}

/// `P(Z > z)`.
pub(crate) fn normal_upper(z: f64) -> f64 {
    0.5 * libm::erfc(z * FRAC_1_SQRT_2)
}

/// `P(|T| > |t|)`.
fn student_two_sided(t: f64, df: f64) -> f64 {
    let (x, y) = student_shares(t, df);
    beta_lower(0.5 * df, 0.5, x, y)
}

/// `df / (df + t²)` and `t² / (df + t²)`, without overflow.
pub(super) fn student_shares(t: f64, df: f64) -> (f64, f64) {
    let ratio = t / df.sqrt();
    if ratio.abs() <= 1.0 {
        let square = ratio * ratio;
        (1.0 / (1.0 + square), square / (1.0 + square))
    } else {
        let inverse = (1.0 / ratio).powi(2);
        (inverse / (1.0 + inverse), 1.0 / (1.0 + inverse))
    }
}

/// `P(F > f)`.
fn f_upper(f: f64, numerator_df: f64, denominator_df: f64) -> f64 {
    if f <= 0.0 {
        return 1.0;
    }
    let ratio = numerator_df / denominator_df * f;
    let (x, y) = if ratio <= 1.0 {
        (1.0 / (1.0 + ratio), ratio / (1.0 + ratio))
    } else {
        let inverse = 1.0 / ratio;
        (inverse / (1.0 + inverse), 1.0 / (1.0 + inverse))
    };
    beta_lower(0.5 * denominator_df, 0.5 * numerator_df, x, y)
}
