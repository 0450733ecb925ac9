//! Distributions of test statistics against golden tails, and the band of normal order statistics.

use elltwo::diagnostics::{normal_band, normal_quantiles};
use elltwo::statistics::Reference;
use ndarray::{Array1, array};

fn golden() -> serde_json::Value {
    serde_json::from_str(include_str!("../golden/tails.json")).expect("it is JSON")
}

fn numbers(row: &serde_json::Value) -> Vec<f64> {
    let values = row.as_array().expect("a row").iter();
    values
        .map(|v| v.as_str().and_then(|t| t.parse().ok()).expect("a number"))
        .collect()
}

/// Relative error, in units of the smallest denormal where the value is one.
fn error(found: f64, exact: f64) -> f64 {
    (found - exact).abs() / exact.abs().max(2e-308)
}

#[test]
fn tails_keep_their_digits_to_the_smallest_denormal() {
    let golden = golden();
    let mut denormals = 0;
    for row in golden["student_two_sided"].as_array().expect("rows") {
        let [t, df, exact] = numbers(row)[..] else {
            panic!("{row}")
        };
        let found = Reference::StudentT { df }.p_value(t);
        denormals += usize::from(exact > 0.0 && exact < 1e-307);
        assert!(
            error(found, exact) <= 1e-12,
            "t({df}) at {t}: {found:e}, exactly {exact:e}"
        );
        assert!(error(Reference::StudentT { df }.upper_tail(t), exact / 2.0) <= 1e-12);
    }
    for row in golden["chi_squared"].as_array().expect("rows") {
        let [x, df, exact] = numbers(row)[..] else {
            panic!("{row}")
        };
        let found = Reference::ChiSquared { df }.upper_tail(x);
        denormals += usize::from(exact > 0.0 && exact < 1e-307);
        assert!(
            error(found, exact) <= 1e-12,
            "χ²({df}) at {x}: {found:e}, exactly {exact:e}"
        );
    }
    for row in golden["f"].as_array().expect("rows") {
        let [x, numerator_df, denominator_df, exact] = numbers(row)[..] else {
            panic!("{row}")
        };
        let found = Reference::F {
            numerator_df,
            denominator_df,
        }
        .upper_tail(x);
        denormals += usize::from(exact > 0.0 && exact < 1e-307);
        assert!(
            error(found, exact) <= 1e-12,
            "F({numerator_df}, {denominator_df}) at {x}: {found:e}, exactly {exact:e}"
        );
    }
    for row in golden["normal"].as_array().expect("rows") {
        let [z, exact] = numbers(row)[..] else {
            panic!("{row}")
        };
        let found = Reference::Normal.upper_tail(z);
        denormals += usize::from(exact > 0.0 && exact < 1e-307);
        assert!(
            error(found, exact) <= 1e-12,
            "N at {z}: {found:e}, exactly {exact:e}"
        );
    }
    assert!(denormals >= 4, "{denormals}");
}

#[test]
fn the_ends_of_the_line_are_exact() {
    let all = [
        Reference::Normal,
        Reference::StudentT { df: 3.0 },
        Reference::ChiSquared { df: 3.0 },
        Reference::F {
            numerator_df: 2.0,
            denominator_df: 3.0,
        },
    ];
    for reference in all {
        assert_eq!(reference.upper_tail(f64::INFINITY), 0.0, "{reference}");
        assert!(reference.upper_tail(f64::NAN).is_nan(), "{reference}");
        assert!(reference.p_value(f64::NAN).is_nan(), "{reference}");
    }
    for df in [0.0, -1.0, -1e300, f64::NAN, f64::INFINITY] {
        assert!(Reference::StudentT { df }.p_value(1.0).is_nan(), "{df}");
        assert!(
            Reference::ChiSquared { df }.upper_tail(1.0).is_nan(),
            "{df}"
        );
    }
    assert_eq!(all[2].upper_tail(0.0), 1.0);
    assert_eq!(all[3].upper_tail(0.0), 1.0);
    assert_eq!(all[1].p_value(0.0), 1.0);
}

#[test]
fn the_band_holds_an_order_statistic_with_its_probability() {
    // P(at least k of n uniforms are below u), by the binomial sum.
    let at_least = |k: usize, n: usize, u: f64| -> f64 {
        let mut term = (1.0 - u).powi(i32::try_from(n).expect("small"));
        let mut below = 0.0;
        for j in 0..k {
            below += term;
            term *= (n - j) as f64 / (j + 1) as f64 * u / (1.0 - u);
        }
        1.0 - below
    };
    for (rank, n, level) in [(1, 5, 0.9), (3, 5, 0.95), (5, 5, 0.95), (7, 40, 0.99)] {
        let (lower, upper) = normal_band(rank, n, level).expect("a band");
        let inside = at_least(rank, n, 1.0 - Reference::Normal.upper_tail(upper))
            - at_least(rank, n, 1.0 - Reference::Normal.upper_tail(lower));
        assert!((inside - level).abs() < 1e-11, "{rank} of {n}: {inside}");
    }
    assert!(normal_band(0, 5, 0.9).is_err() && normal_band(6, 5, 0.9).is_err());
    assert!(normal_band(1, 5, 1.0).is_err() && normal_band(1, 5, f64::NAN).is_err());
}

#[test]
fn the_band_is_symmetric_and_narrow_in_the_middle_of_many_values() {
    let n = 1_000_000;
    let (lower, upper) = normal_band(1, n, 0.95).expect("a band");
    let (below, above) = normal_band(n, n, 0.95).expect("a band");
    assert!((lower + above).abs() < 1e-12 && (upper + below).abs() < 1e-12);
    assert!(lower < -4.5 && lower.is_finite());
    let (a, b) = normal_band(n / 2, n, 0.95).expect("a band");
    assert!(b - a < 0.006);
}

#[test]
fn values_without_a_place_are_left_out_and_infinite_ones_refused() {
    let scatter = normal_quantiles(array![f64::NAN, 2.0, 1.0].view()).expect("two are left");
    assert_eq!(scatter.rows, [2, 1]);
    assert_eq!(scatter.theoretical[0], -scatter.theoretical[1]);
    assert!(normal_quantiles(array![f64::NAN].view()).is_err());
    assert!(normal_quantiles(array![1.0, f64::INFINITY].view()).is_err());
    assert!(normal_quantiles(Array1::zeros(0).view()).is_err());
}
