//! The one definition of a quantile that scaling and outlier rules share.

use ndarray::ArrayView1;

use crate::check::check_finite;
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// The `q`-quantile by linear interpolation between order statistics: numpy's default, type 7 of Hyndman & Fan (1996).
///
/// ```text
/// h = (n − 1) q        Q(q) = v₍⌊h⌋₎ + (h − ⌊h⌋) (v₍⌊h⌋₊₁₎ − v₍⌊h⌋₎)
/// ```
///
/// # Errors
///
/// [`Error::Empty`] for no values, [`Error::NonFinite`], [`Error::InvalidParameter`] unless `0 ≤ q ≤ 1`.
///
/// # Examples
///
/// ```
/// use elltwo::data::quantile;
/// use ndarray::array;
///
/// assert_eq!(quantile(array![4.0, 1.0, 2.0, 3.0].view(), 0.25)?, 1.75);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn quantile<F: Scalar>(values: ArrayView1<'_, F>, q: f64) -> Result<f64> {
    check_quantile("q", q)?;
    Ok(of_sorted(&sorted(values)?, q))
}

/// Refuses what is not a probability.
pub(super) fn check_quantile(name: &'static str, q: f64) -> Result<()> {
    if (0.0..=1.0).contains(&q) {
        Ok(())
    } else {
        Err(Error::parameter(name, q, "between 0 and 1"))
    }
}

/// The values in ascending order; at least one, all finite.
pub(super) fn sorted<F: Scalar>(values: ArrayView1<'_, F>) -> Result<Vec<f64>> {
    if values.is_empty() {
        return Err(Error::empty("values"));
    }
    check_finite("values", values)?;
    let mut sorted: Vec<f64> = values.iter().map(|v| v.wide()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    Ok(sorted)
}

/// Quantiles of at least one value, by shares in ascending order: their neighbours are put in place, and no other
/// value.
pub(crate) fn of_values(mut values: Vec<f64>, shares: &[f64]) -> Vec<f64> {
    let mut start = 0;
    for share in shares {
        let below = position(values.len(), *share).0;
        for place in below..values.len().min(below + 2) {
            if place >= start {
                values[start..].select_nth_unstable_by(place - start, f64::total_cmp);
                start = place + 1;
            }
        }
    }
    shares
        .iter()
        .map(|share| of_sorted(&values, *share))
        .collect()
}

/// The place of the value below a quantile of so many, and the share of the one above.
fn position(n: usize, q: f64) -> (usize, f64) {
    let h = (n - 1) as f64 * q;
    // 0 ≤ h ≤ n − 1.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let below = (h.floor() as usize).min(n - 1);
    (below, h - below as f64)
}

/// The quantile of at least one value in ascending order.
pub(crate) fn of_sorted(sorted: &[f64], q: f64) -> f64 {
    let (below, t) = position(sorted.len(), q);
    let above = (below + 1).min(sorted.len() - 1);
    // The weighted form cannot overflow where the difference of two large values can.
    if sorted[below] == sorted[above] {
        sorted[below]
    } else {
        sorted[below] * (1.0 - t) + sorted[above] * t
    }
}
