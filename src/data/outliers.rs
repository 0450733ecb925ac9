//! Values far from the others: found, or pulled in.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::quantile::{check_quantile, of_sorted, sorted};
use crate::check::{check_non_negative, check_positive};
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// The threshold that Iglewicz & Hoaglin (*How to Detect and Handle Outliers*, 1993) recommend for the modified
/// z-score.
pub const DEFAULT_MAD_THRESHOLD: f64 = 3.5;

/// Tukey's factor (*Exploratory Data Analysis*, 1977): fences 1.5 interquartile ranges beyond the quartiles.
pub const TUKEY_FENCE: f64 = 1.5;

/// The third quartile of the standard normal, by which the MAD estimates its standard deviation.
const NORMAL_MAD: f64 = 0.6745;

/// Each column with its values below the `lower` quantile raised to it and those above the `upper` lowered to it.
///
/// Quantiles interpolate linearly ([`quantile`](super::quantile())).
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless `0 ≤ lower ≤ upper ≤ 1`, [`Error::Empty`], [`Error::NonFinite`].
///
/// # Examples
///
/// ```
/// use elltwo::data::winsorize;
/// use ndarray::array;
///
/// let x = array![[0.0], [1.0], [2.0], [3.0], [400.0]];
/// assert_eq!(winsorize(x.view(), 0.25, 0.75)?, array![[1.0], [1.0], [2.0], [3.0], [3.0]]);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn winsorize<F: Scalar>(x: ArrayView2<'_, F>, lower: f64, upper: f64) -> Result<Array2<F>> {
    check_quantile("lower", lower)?;
    check_quantile("upper", upper)?;
    if lower > upper {
        return Err(Error::parameter("lower", lower, "at most upper"));
    }
    if x.is_empty() {
        return Err(Error::empty("x"));
    }
    crate::check::check_finite("x", x)?;
    let mut inside = x.to_owned();
    for mut column in inside.axis_iter_mut(Axis(1)) {
        let values = sorted(column.view())?;
        let least = F::of(of_sorted(&values, lower));
        let greatest = F::of(of_sorted(&values, upper));
        column.mapv_inplace(|v| v.max(least).min(greatest));
    }
    Ok(inside)
}

/// Which values have a modified z-score above `threshold` (usually [`DEFAULT_MAD_THRESHOLD`]).
///
/// ```text
/// 0.6745 · |xᵢ − median| / MAD > threshold        MAD = median of |xᵢ − median|
/// ```
///
/// If more than half of the values are equal, the MAD is 0 and every other value is an outlier.
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless the threshold is finite and positive, [`Error::Empty`], [`Error::NonFinite`].
///
/// # Examples
///
/// ```
/// use elltwo::data::{DEFAULT_MAD_THRESHOLD, mad_outliers};
/// use ndarray::array;
///
/// let mask = mad_outliers(array![9.0, 10.0, 11.0, 10.5, 60.0].view(), DEFAULT_MAD_THRESHOLD)?;
/// assert_eq!(mask, array![false, false, false, false, true]);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn mad_outliers<F: Scalar>(values: ArrayView1<'_, F>, threshold: f64) -> Result<Array1<bool>> {
    check_positive("threshold", threshold)?;
    let median = of_sorted(&sorted(values)?, 0.5);
    let deviations: Array1<f64> = values.iter().map(|v| (v.wide() - median).abs()).collect();
    let mad = of_sorted(&sorted(deviations.view())?, 0.5);
    Ok(deviations.mapv(|d| NORMAL_MAD * d > threshold * mad))
}

/// Which values lie beyond the fences, `k` interquartile ranges (usually [`TUKEY_FENCE`]) outside the quartiles.
///
/// ```text
/// x < Q(¼) − k·IQR   or   x > Q(¾) + k·IQR        IQR = Q(¾) − Q(¼)
/// ```
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless `k` is finite and at least 0, [`Error::Empty`], [`Error::NonFinite`].
///
/// # Examples
///
/// ```
/// use elltwo::data::{TUKEY_FENCE, iqr_outliers};
/// use ndarray::array;
///
/// let mask = iqr_outliers(array![1.0, 2.0, 3.0, 4.0, 9.0].view(), TUKEY_FENCE)?;
/// assert_eq!(mask, array![false, false, false, false, true]);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn iqr_outliers<F: Scalar>(values: ArrayView1<'_, F>, k: f64) -> Result<Array1<bool>> {
    check_non_negative("k", k)?;
    let sorted = sorted(values)?;
    let (q1, q3) = (of_sorted(&sorted, 0.25), of_sorted(&sorted, 0.75));
    let reach = k * (q3 - q1);
    Ok(values.mapv(|v| v.wide() < q1 - reach || v.wide() > q3 + reach))
}
