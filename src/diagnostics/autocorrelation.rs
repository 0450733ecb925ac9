//! Tests of autocorrelation: residuals of neighbouring rows that resemble each other.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, concatenate};

use super::auxiliary::{Auxiliary, LagrangeMultiplier, widened};
use crate::check::{check_finite, check_length, check_parameter, check_rows};
use crate::error::{Error, Result};
use crate::scalar::Scalar;
use crate::statistics::{HypothesisTest, Reference, Test};

/// The Durbin–Watson statistic of residuals `(n,)` in the order of time, between 0 and 4:
///
/// ```text
/// d = Σ (eᵢ − eᵢ₋₁)² / Σ eᵢ²        about 2 (1 − ρ₁)
/// ```
///
/// Near 2 without autocorrelation, below with positive, above with negative. NaN for residuals that are all zero. Its
/// distribution depends on the design; [`breusch_godfrey`] has a p-value. Source: Durbin & Watson, *Testing for serial
/// correlation in least squares regression*, 1950.
///
/// # Errors
///
/// [`Error::TooFewSamples`] of fewer than two; [`Error::NonFinite`].
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::durbin_watson;
/// use ndarray::array;
///
/// assert_eq!(durbin_watson(array![1.0, -1.0, 1.0, -1.0].view())?, 3.0);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn durbin_watson(residuals: ArrayView1<'_, f64>) -> Result<f64> {
    check_rows("the Durbin–Watson statistic", 2, residuals.len())?;
    check_finite("residuals", residuals)?;
    let pairs = residuals.iter().zip(residuals.iter().skip(1));
    let steps: f64 = pairs.map(|(a, b)| (b - a).powi(2)).sum();
    Ok(steps / residuals.dot(&residuals))
}

/// The Breusch–Godfrey test for autocorrelation up to `lags`, of residuals `(n,)` in the order of time and the design
/// `(n, p)` they came from, a fit with an intercept.
///
/// The residuals are regressed on the design and their own lags, those before the first taken as zero: `n R²` is χ²
/// with `lags` degrees of freedom; the F form compares with the regression on the design alone. Source: Breusch,
/// *Testing for autocorrelation in dynamic linear models*, 1978; Godfrey, 1978.
///
/// # Errors
///
/// [`Error::InvalidParameter`] for no lags; [`Error::TooFewSamples`], [`Error::ShapeMismatch`], [`Error::NonFinite`].
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::breusch_godfrey;
/// use ndarray::Array;
///
/// let x = Array::from_shape_fn((60, 1), |(i, _)| ((i * 37) % 60) as f64);
/// let waves = Array::from_shape_fn(60, |i| (i as f64 * 0.3).sin());
/// let test = breusch_godfrey(waves.view(), x.view(), 2)?;
/// assert!(test.chi_squared.p_value < 1e-6);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn breusch_godfrey<F: Scalar>(
    residuals: ArrayView1<'_, f64>,
    x: ArrayView2<'_, F>,
    lags: usize,
) -> Result<LagrangeMultiplier> {
    let n = residuals.len();
    check_length("rows of x", n, x.nrows())?;
    check_lags(lags, n)?;
    check_finite("x", x)?;
    check_finite("residuals", residuals)?;
    let x = widened(x);
    let lagged = Array2::from_shape_fn((n, lags), |(i, lag)| {
        i.checked_sub(lag + 1).map_or(0.0, |i| residuals[i])
    });
    let both =
        concatenate(Axis(1), &[x.view(), lagged.view()]).map_err(|_| Error::empty("x (rows)"))?;
    let whole =
        Auxiliary::fit(both.view(), residuals, true)?.with_residual_df("Breusch–Godfrey")?;
    let alone = Auxiliary::fit(x.view(), residuals, true)?;
    let test = Test::BreuschGodfrey;
    let mut result = whole.multiplier(test);
    let (df, statistic) = (lags as f64, result.chi_squared.statistic);
    result.chi_squared = HypothesisTest::new(test, statistic, Reference::ChiSquared { df });
    result.f = whole.against(test, alone.residual, alone.df);
    Ok(result)
}

/// The Ljung–Box test that the first `lags` autocorrelations of residuals `(n,)` are zero:
///
/// ```text
/// Q = n (n + 2) Σₗ ρₗ² / (n − l)      χ² with lags − fitted degrees of freedom
/// ```
///
/// `fitted` counts autoregressive parameters of the model the residuals came from, 0 for a regression. NaN for
/// residuals that do not vary. Source: Ljung & Box, *On a measure of lack of fit in time series models*, 1978.
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless `fitted < lags < n`; [`Error::NonFinite`].
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::ljung_box;
/// use ndarray::Array;
///
/// let waves = Array::from_shape_fn(60, |i| (i as f64 * 0.3).sin());
/// assert!(ljung_box(waves.view(), 5, 0)?.p_value < 1e-6);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn ljung_box(
    residuals: ArrayView1<'_, f64>,
    lags: usize,
    fitted: usize,
) -> Result<HypothesisTest> {
    let n = residuals.len();
    check_lags(lags, n)?;
    let rule = "below the number of lags";
    check_parameter(fitted < lags, "fitted", fitted as f64, rule)?;
    check_finite("residuals", residuals)?;
    let centred = &residuals - residuals.mean().unwrap_or(0.0);
    let total = centred.dot(&centred);
    let n_rows = n as f64;
    let term = |lag: usize| {
        let later = centred.view().split_at(Axis(0), lag).1;
        let earlier = centred.view().split_at(Axis(0), n - lag).0;
        let correlation = later.dot(&earlier) / total;
        correlation * correlation / (n_rows - lag as f64)
    };
    let sum: f64 = (1..=lags).map(term).sum();
    let df = (lags - fitted) as f64;
    let statistic = n_rows * (n_rows + 2.0) * sum;
    let reference = Reference::ChiSquared { df };
    Ok(HypothesisTest::new(Test::LjungBox, statistic, reference))
}

fn check_lags(lags: usize, n: usize) -> Result<()> {
    let rule = "at least 1 and below the number of residuals";
    check_parameter(lags > 0 && lags < n, "lags", lags as f64, rule)
}
