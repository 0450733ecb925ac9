//! Numbers as tables print them.
//!
//! ```
//! use elltwo::report::format;
//!
//! assert_eq!([format::number(2.5), format::short(2.5)], ["2.50000", "2.5"]);
//! assert_eq!([format::p_value(0.0), format::statistic(1.0 / 3.0)], ["<2e-16", "0.333"]);
//! assert_eq!(format::optional(None), format::UNDEFINED);
//! ```

/// Printed where theory has no value.
pub const UNDEFINED: &str = "NA";

/// Probabilities below this are printed as such; R's limit, the rounding unit.
const SMALLEST_P: f64 = 2e-16;

/// Six significant digits: fixed where that is readable, else scientific. `NA` for NaN.
#[must_use]
pub fn number(value: f64) -> String {
    significant(value, 6)
}

/// Six significant digits without the zeros at their end, for values that are often whole.
#[must_use]
pub fn short(value: f64) -> String {
    trimmed(&number(value))
}

/// [`number`] of what may be undefined.
#[must_use]
pub fn optional(value: Option<f64>) -> String {
    value.map_or_else(|| UNDEFINED.to_owned(), number)
}

/// A value to as many digits as its standard error supports: to the place of the third digit of the error.
///
/// ```
/// use elltwo::report::format::supported;
///
/// assert_eq!(supported(-17.954_602, 4.676_93), "-17.95");
/// assert_eq!(supported(0.0123, 45.6), "0.01");
/// assert_eq!(supported(1.000_000_012, 3.2e-9), "1.00000001200");
/// ```
#[must_use]
pub fn supported(value: f64, standard_error: f64) -> String {
    if !(standard_error > 0.0 && standard_error.is_finite() && value.is_finite()) {
        return number(value);
    }
    let place = |value: f64| value.abs().log10().floor();
    let digits = if value == 0.0 {
        3.0
    } else {
        (place(value) - place(standard_error) + 3.0).clamp(1.0, 16.0)
    };
    // Between 1 and 16.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    significant(value, digits as usize)
}

/// A statistic such as t: three decimals.
#[must_use]
pub fn statistic(value: f64) -> String {
    if value.is_finite() && value.abs() < 1e5 {
        format!("{value:.3}")
    } else {
        significant(value, 4)
    }
}

/// A probability: three significant digits, and `<2e-16` below.
#[must_use]
pub fn p_value(p: f64) -> String {
    if p < SMALLEST_P {
        format!("<{SMALLEST_P:e}")
    } else {
        significant(p, 3)
    }
}

/// A count, or what takes the place of one: whole numbers as such, else four decimals.
pub(super) fn count(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value}")
    } else {
        format!("{value:.4}")
    }
}

/// A share as a percentage, without the sign.
pub(super) fn percent(share: f64) -> String {
    trimmed(&significant(100.0 * share, 6))
}

/// Without the zeros at the end of a fraction, before an exponent if there is one.
pub(super) fn trimmed(text: &str) -> String {
    let (digits, exponent) = text.split_at(text.find('e').unwrap_or(text.len()));
    if digits.contains('.') {
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        [digits, exponent].concat()
    } else {
        text.to_owned()
    }
}

/// The shortest digits that read back as the same number, for files; `NA` for NaN.
pub(super) fn exact(value: f64) -> String {
    if value.is_nan() {
        UNDEFINED.to_owned()
    } else {
        format!("{value:?}")
    }
}

/// So many significant digits; fixed between 10⁻⁴ and 10⁷.
pub(super) fn significant(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return UNDEFINED.to_owned();
    }
    if value.is_infinite() || value == 0.0 {
        return format!("{value}");
    }
    let scientific = format!("{value:.*e}", digits - 1);
    let exponent = scientific
        .split_once('e')
        .and_then(|(_, exponent)| exponent.parse::<i32>().ok())
        .unwrap_or(0);
    if (-4..7).contains(&exponent) {
        let decimals = i32::try_from(digits).unwrap_or(0) - 1 - exponent;
        return format!("{value:.*}", usize::try_from(decimals).unwrap_or(0));
    }
    scientific
}

#[cfg(test)]
mod tests {
    use super::{count, exact, number, p_value, percent, short, statistic};

    #[test]
    fn numbers_keep_their_significant_digits() {
        for (value, text) in [
            (0.0, "0"),
            (-3_482_258.634_6, "-3482259"),
            (15.061_872_27, "15.0619"),
            (-0.035_819_179, "-0.0358192"),
            (0.000_123_456_789, "0.000123457"),
            (1.234_567_89e-5, "1.23457e-5"),
            (9.999_99e6, "9999990"),
            (9.999_999e6, "1.00000e7"),
            (99_999_999.9, "1.00000e8"),
            (f64::INFINITY, "inf"),
            (f64::NAN, "NA"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(number(0.999_999_9), "1.00000");
    }

    #[test]
    fn short_numbers_lose_the_zeros_of_their_fraction_alone() {
        for (value, text) in [
            (0.0, "0"),
            (79.0, "79"),
            (-2.5, "-2.5"),
            (1_200.0, "1200"),
            (1_234_500.0, "1234500"),
            (1e10, "1e10"),
            (1.5e-7, "1.5e-7"),
            (f64::NAN, "NA"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn small_probabilities_are_bounded_not_zero() {
        for (p, text) in [
            (0.0, "<2e-16"),
            (1e-300, "<2e-16"),
            (3e-16, "3.00e-16"),
            (0.003_556, "0.00356"),
            (0.863_14, "0.863"),
            (1.0, "1.00"),
            (f64::NAN, "NA"),
        ] {
            assert_eq!(p_value(p), text);
        }
    }

    #[test]
    fn statistics_counts_and_exact_numbers_print_plainly() {
        assert_eq!(statistic(-3.910_803), "-3.911");
        assert_eq!(statistic(1.0e12), "1.000e12");
        assert_eq!(statistic(f64::NEG_INFINITY), "-inf");
        assert_eq!(
            [0.95, 0.999, 0.5, 0.1].map(percent),
            ["95", "99.9", "50", "10"]
        );
        assert_eq!((count(9.0), count(8.512_34)), ("9".into(), "8.5123".into()));
        for value in [0.1, -1e-300, 1.0 / 3.0, 1e21] {
            assert_eq!(exact(value).parse(), Ok(value));
        }
    }
}
