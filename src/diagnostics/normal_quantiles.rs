//! Ordered residuals beside the quantiles a normal sample would have, and the band it would stay in.

use ndarray::{Array1, ArrayView1};
use serde::{Deserialize, Serialize};

use crate::check::{check_open_unit, check_parameter};
use crate::error::{Error, Result};
use crate::statistics::{beta_quantile_logit, normal_quantile};

/// A normal quantile–quantile scatter; every array is `(m,)`, ascending.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NormalQuantiles {
    /// `Φ⁻¹(pᵢ)`.
    pub theoretical: Array1<f64>,
    /// The values in ascending order.
    pub ordered: Array1<f64>,
    /// The row each value came from.
    pub rows: Vec<usize>,
}

/// Values `(n,)` in ascending order beside normal quantiles at the plotting positions
///
/// ```text
/// pᵢ = (i − a) / (n + 1 − 2a)       a = 3/8 up to ten values, ½ for more
/// ```
///
/// which are those of R's `qqnorm`. NaN is left out: residuals studentized by nothing have no place. Source: Blom,
/// *Statistical Estimates and Transformed Beta-Variables*, 1958.
///
/// # Errors
///
/// [`Error::Empty`] if nothing is left; [`Error::NonFinite`] for an infinite value.
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::normal_quantiles;
/// use ndarray::array;
///
/// let scatter = normal_quantiles(array![0.3, -1.2, 2.0].view())?;
/// assert_eq!(scatter.rows, [1, 0, 2]);
/// assert_eq!(scatter.theoretical[1], 0.0); // the median
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn normal_quantiles(values: ArrayView1<'_, f64>) -> Result<NormalQuantiles> {
    let mut rows: Vec<usize> = (0..values.len())
        .filter(|&row| !values[row].is_nan())
        .collect();
    if let Some(&row) = rows.iter().find(|&&row| values[row].is_infinite()) {
        return Err(Error::NonFinite {
            what: "values",
            row,
            column: 0,
            value: values[row],
        });
    }
    if rows.is_empty() {
        return Err(Error::empty("values"));
    }
    rows.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let n = rows.len() as f64;
    let offset = if rows.len() <= 10 { 0.375 } else { 0.5 };
    Ok(NormalQuantiles {
        theoretical: Array1::from_shape_fn(rows.len(), |i| {
            normal_quantile((i as f64 + 1.0 - offset) / (n + 1.0 - 2.0 * offset))
        }),
        ordered: rows.iter().map(|&row| values[row]).collect(),
        rows,
    })
}

/// The ends between which the value of `rank` (from 1) among `n` independent standard normal ones, ordered, lies with
/// probability `level`.
///
/// ```text
/// Φ⁻¹ of the (1 ∓ level)/2 quantiles of the beta distribution with parameters rank and n + 1 − rank
/// ```
///
/// The distribution of an order statistic is exact; the band is *pointwise*: of many values a share of `1 − level` lies
/// outside, though all are normal. Studentized residuals are correlated by the fit, little if `n` is large beside the
/// parameters. Source: David & Nagaraja, *Order Statistics*, 2003, §2.1.
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless `1 ≤ rank ≤ n` and `0 < level < 1`.
///
/// # Examples
///
/// ```
/// use elltwo::diagnostics::normal_band;
///
/// let (lower, upper) = normal_band(1, 1, 0.95)?; // one value: the distribution itself
/// assert!((upper - 1.959963984540054).abs() < 1e-12 && (lower + upper).abs() < 1e-12);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn normal_band(rank: usize, n: usize, level: f64) -> Result<(f64, f64)> {
    check_open_unit("level", level)?;
    let rule = "between 1 and the number of values";
    check_parameter((1..=n).contains(&rank), "rank", rank as f64, rule)?;
    let (a, b) = (rank as f64, (n + 1 - rank) as f64);
    let tail = 0.5 * (1.0 - level);
    // The upper end is the lower end of the order statistic as far from the other side.
    Ok((normal_of_beta(tail, a, b), -normal_of_beta(tail, b, a)))
}

/// `Φ⁻¹` of a quantile of the beta distribution, from whichever end is nearer.
fn normal_of_beta(p: f64, a: f64, b: f64) -> f64 {
    let logit = beta_quantile_logit(p, a, b);
    let nearer = 1.0 / (1.0 + logit.abs().exp());
    if logit <= 0.0 {
        normal_quantile(nearer)
    } else {
        -normal_quantile(nearer)
    }
}
