//! Tests of normality of the errors.

use std::f64::consts::{FRAC_PI_3, FRAC_PI_6};

use ndarray::{Array1, ArrayView1};
use serde::{Deserialize, Serialize};

use crate::check::{check_finite, check_parameter, check_rows};
use crate::error::Result;
use crate::linalg::max_abs;
use crate::statistics::{HypothesisTest, Reference, Test, normal_quantile, normal_upper};

/// Skewness and kurtosis of a sample, `m₃/m₂^{3/2}` and `m₄/m₂²`: 0 and 3 for a normal distribution. NaN for a sample
/// that does not vary.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NormalityMoments {
    /// `m₃/m₂^{3/2}`, with central moments of divisor `n`.
    #[serde(with = "crate::statistics::stored::scalar")]
    pub skewness: f64,
    /// `m₄/m₂²`.
    #[serde(with = "crate::statistics::stored::scalar")]
    pub kurtosis: f64,
}

/// The skewness and kurtosis of residuals `(n,)`.
///
/// # Errors
///
/// [`Error::TooFewSamples`](crate::Error::TooFewSamples) of fewer than two;
/// [`Error::NonFinite`](crate::Error::NonFinite).
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::normality_moments;
/// use ndarray::array;
///
/// let moments = normality_moments(array![-1.0, 1.0, -1.0, 1.0].view())?;
/// assert_eq!((moments.skewness, moments.kurtosis), (0.0, 1.0));
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn normality_moments(residuals: ArrayView1<'_, f64>) -> Result<NormalityMoments> {
    check_rows("a test of normality", 2, residuals.len())?;
    check_finite("residuals", residuals)?;
    let largest = max_abs(residuals);
    let scaled = residuals.mapv(|e| if largest > 0.0 { e / largest } else { 0.0 });
    let n = scaled.len() as f64;
    let centred = &scaled - scaled.sum() / n;
    let moment = |power| centred.mapv(|c| c.powi(power)).sum() / n;
    let variance = moment(2);
    Ok(NormalityMoments {
        skewness: moment(3) / variance.powf(1.5),
        kurtosis: moment(4) / (variance * variance),
    })
}

/// The Jarque–Bera test of residuals `(n,)`: `n/6 (S² + (K − 3)²/4)`, asymptotically χ² with two degrees of freedom.
///
/// For hundreds of residuals or more; [`omnibus`] and [`shapiro_wilk`] suit fewer. Source: Jarque & Bera, *A test for
/// normality of observations and regression residuals*, 1987.
///
/// # Errors
///
/// As [`normality_moments`].
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::jarque_bera;
/// use ndarray::Array;
///
/// let skewed = Array::from_shape_fn(200, |i| (i as f64 / 40.0).exp());
/// assert!(jarque_bera(skewed.view())?.p_value < 1e-6);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn jarque_bera(residuals: ArrayView1<'_, f64>) -> Result<HypothesisTest> {
    let NormalityMoments { skewness, kurtosis } = normality_moments(residuals)?;
    let n = residuals.len() as f64;
    let statistic = n / 6.0 * (skewness * skewness + 0.25 * (kurtosis - 3.0).powi(2));
    let reference = Reference::ChiSquared { df: 2.0 };
    Ok(HypothesisTest::new(Test::JarqueBera, statistic, reference))
}

/// The D'Agostino–Pearson omnibus test of at least eight residuals `(n,)`: the sum of the squares of skewness and
/// kurtosis, each transformed to a normal variable; χ² with two degrees of freedom.
///
/// Source: D'Agostino & Pearson, *Tests for departure from normality*, 1973; the transformations are those of
/// D'Agostino, 1970, and of Anscombe & Glynn, 1983.
///
/// # Errors
///
/// [`Error::TooFewSamples`](crate::Error::TooFewSamples) of fewer than eight;
/// [`Error::NonFinite`](crate::Error::NonFinite).
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::omnibus;
/// use ndarray::Array;
///
/// let skewed = Array::from_shape_fn(60, |i| (i as f64 / 12.0).exp());
/// assert!(omnibus(skewed.view())?.p_value < 1e-4);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn omnibus(residuals: ArrayView1<'_, f64>) -> Result<HypothesisTest> {
    check_rows("the omnibus test", 8, residuals.len())?;
    let NormalityMoments { skewness, kurtosis } = normality_moments(residuals)?;
    let n = residuals.len() as f64;

    let y = skewness * ((n + 1.0) * (n + 3.0) / (6.0 * (n - 2.0))).sqrt();
    let beta = 3.0 * (n * n + 27.0 * n - 70.0) * (n + 1.0) * (n + 3.0)
        / ((n - 2.0) * (n + 5.0) * (n + 7.0) * (n + 9.0));
    let w2 = (2.0 * (beta - 1.0)).sqrt() - 1.0;
    let delta = 1.0 / (0.5 * w2.ln()).sqrt();
    let alpha = (2.0 / (w2 - 1.0)).sqrt();
    let z_skewness = delta * (y / alpha).asinh();

    let expected = 3.0 * (n - 1.0) / (n + 1.0);
    let variance = 24.0 * n * (n - 2.0) * (n - 3.0) / ((n + 1.0).powi(2) * (n + 3.0) * (n + 5.0));
    let x = (kurtosis - expected) / variance.sqrt();
    let root_beta = 6.0 * (n * n - 5.0 * n + 2.0) / ((n + 7.0) * (n + 9.0))
        * (6.0 * (n + 3.0) * (n + 5.0) / (n * (n - 2.0) * (n - 3.0))).sqrt();
    let a =
        6.0 + 8.0 / root_beta * (2.0 / root_beta + (1.0 + 4.0 / (root_beta * root_beta)).sqrt());
    let ratio = (1.0 - 2.0 / a) / (1.0 + x * (2.0 / (a - 4.0)).sqrt());
    let z_kurtosis = (1.0 - 2.0 / (9.0 * a) - ratio.cbrt()) / (2.0 / (9.0 * a)).sqrt();

    let statistic = z_skewness * z_skewness + z_kurtosis * z_kurtosis;
    let reference = Reference::ChiSquared { df: 2.0 };
    Ok(HypothesisTest::new(Test::Omnibus, statistic, reference))
}

/// The Shapiro–Wilk test of 3 to 5000 residuals `(n,)`: `W`, the squared correlation of the ordered residuals with what
/// a normal sample would be, 1 at best. Small values speak against normality.
///
/// The p-value is by Royston's transformation of `W` to a normal variable, which the `reference` stands for; the
/// statistic is `W` itself. NaN for residuals that do not vary. Source: Shapiro & Wilk, 1965; Royston, *Remark AS R94:
/// a remark on algorithm AS 181*, 1995.
///
/// # Errors
///
/// [`Error::TooFewSamples`](crate::Error::TooFewSamples) of fewer than three;
/// [`Error::InvalidParameter`](crate::Error::InvalidParameter) of more than 5000;
/// [`Error::NonFinite`](crate::Error::NonFinite).
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::shapiro_wilk;
/// use ndarray::array;
///
/// // The weights of eleven men, Shapiro and Wilk's own example.
/// let weights = array![148.0, 154.0, 158.0, 160.0, 161.0, 162.0, 166.0, 170.0, 182.0, 195.0, 236.0];
/// let test = shapiro_wilk(weights.view())?;
/// assert!((test.statistic - 0.79).abs() < 0.005 && test.p_value < 0.01);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn shapiro_wilk(residuals: ArrayView1<'_, f64>) -> Result<HypothesisTest> {
    let n = residuals.len();
    check_rows("the Shapiro–Wilk test", 3, n)?;
    let rule = "at most 5000 for the Shapiro–Wilk test, whose p-value is not known beyond";
    check_parameter(n <= 5000, "number of residuals", n as f64, rule)?;
    check_finite("residuals", residuals)?;
    let mut sorted = residuals.to_vec();
    sorted.sort_by(f64::total_cmp);
    let range = sorted[n - 1] - sorted[0];
    let weights = royston_weights(n);
    let values = Array1::from_iter(sorted.iter().map(|v| v / range));
    let centred = &values - values.sum() / n as f64;
    let (ssa, ssx) = (weights.dot(&weights), centred.dot(&centred));
    let sax = weights.dot(&centred);
    // 1 − W without cancellation.
    let root = (ssa * ssx).sqrt();
    let rest = (root - sax) * (root + sax) / (ssa * ssx);
    Ok(HypothesisTest {
        p_value: royston_p_value(rest, n),
        ..HypothesisTest::new(Test::ShapiroWilk, 1.0 - rest, Reference::Normal)
    })
}

/// The weights of the order statistics.
fn royston_weights(n: usize) -> Array1<f64> {
    const LAST: [f64; 6] = [0.0, 0.221_157, -0.147_981, -2.071_19, 4.434_685, -2.706_056];
    const BEFORE: [f64; 6] = [
        0.0, 0.042_981, -0.293_762, -1.752_461, 5.682_633, -3.582_633,
    ];
    let half = n / 2;
    let mut lower = vec![0.0; half];
    if n == 3 {
        lower[0] = -0.5_f64.sqrt();
    } else {
        let expected: Vec<f64> = (1..=half)
            .map(|i| normal_quantile((i as f64 - 0.375) / (n as f64 + 0.25)))
            .collect();
        let sum = 2.0 * expected.iter().map(|m| m * m).sum::<f64>();
        let root = 1.0 / (n as f64).sqrt();
        let first = expected[0] / sum.sqrt() - polynomial(&LAST, root);
        let (mut left, mut norm) = (sum - 2.0 * expected[0].powi(2), 1.0 - 2.0 * first * first);
        let mut fixed = 1;
        lower[0] = first;
        if n > 5 {
            let second = expected[1] / sum.sqrt() - polynomial(&BEFORE, root);
            left -= 2.0 * expected[1].powi(2);
            norm -= 2.0 * second * second;
            lower[1] = second;
            fixed = 2;
        }
        let factor = (left / norm).sqrt();
        for i in fixed..half {
            lower[i] = expected[i] / factor;
        }
    }
    Array1::from_shape_fn(n, |i| {
        if i < half {
            lower[i]
        } else if n - 1 - i < half {
            -lower[n - 1 - i]
        } else {
            0.0
        }
    })
}

/// The p-value of `1 − W`.
fn royston_p_value(rest: f64, n: usize) -> f64 {
    const G: [f64; 2] = [-2.273, 0.459];
    const C3: [f64; 4] = [0.544, -0.399_78, 0.025_054, -6.714e-4];
    const C4: [f64; 4] = [1.3822, -0.778_57, 0.062_767, -0.002_032_2];
    const C5: [f64; 4] = [-1.5861, -0.310_82, -0.083_751, 0.003_891_5];
    const C6: [f64; 3] = [-0.4803, -0.082_676, 0.003_030_2];
    if n == 3 {
        let p = ((1.0 - rest).sqrt().asin() - FRAC_PI_3) / FRAC_PI_6;
        return p.clamp(0.0, 1.0);
    }
    let size = n as f64;
    let y = rest.ln();
    let (y, mean, deviation) = if n <= 11 {
        let limit = polynomial(&G, size);
        if y >= limit {
            return 0.0;
        }
        (
            -(limit - y).ln(),
            polynomial(&C3, size),
            polynomial(&C4, size).exp(),
        )
    } else {
        let ln = size.ln();
        (y, polynomial(&C5, ln), polynomial(&C6, ln).exp())
    };
    normal_upper((y - mean) / deviation)
}

/// `Σ cₖ xᵏ`.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}
