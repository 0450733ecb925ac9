//! Influence: the fit without each row, from one fit.

use ndarray::Array1;

use super::residuals::{Residuals, gap};
use crate::check::check_positive;
use crate::error::{Error, Result};

/// Influence of each row, from residuals and leverage alone.
///
/// ```text
/// e₍ᵢ₎  = eᵢ / (1 − hᵢ)                               deleted: the error of the row under the fit without it
/// PRESS = Σ sᵢ e₍ᵢ₎²        predicted R² = 1 − PRESS / TSS
/// DFFITS    = tᵢ √(hᵢ / (1 − hᵢ))
/// COVRATIO  = (σ₍ᵢ₎²/σ²)^df / (1 − hᵢ) = 1 / (((n − df − 1 + tᵢ²)/(n − df))^df (1 − hᵢ))
/// ```
///
/// With a penalty these take `Wλ` as fixed when the row is left out. NaN where the leverage is 1: no other row holds
/// the direction. Source: Belsley, Kuh & Welsch, *Regression Diagnostics*, 1980; Allen, *The relationship between
/// variable selection and data augmentation and a method for prediction*, 1974.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::model::RidgeRegression;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [9.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 6.0];
/// let samples = Samples::new(x.view(), y.view(), None)?;
/// let residuals = RidgeRegression::new().analyse(&samples)?.residuals()?;
///
/// assert_eq!(residuals.most_influential(1), [4]);
/// assert!(residuals.deleted()[4].abs() > residuals.raw()[4].abs());
/// assert!(residuals.press() > residuals.sum_of_squares()); // rows that are not seen are missed by more
/// assert!(residuals.predicted_r2() < 0.5); // R² is 0.94: it hangs on the last row
/// assert!(residuals.dffits()[4].abs() > 2.0);
/// assert!(residuals.covariance_ratio()[4] < 0.5);
/// # Ok::<(), elltwo::Error>(())
/// ```
impl Residuals {
    /// Deleted residuals `e₍ᵢ₎`: the error of each row, left out and predicted.
    #[must_use]
    pub fn deleted(&self) -> Array1<f64> {
        Array1::from_shape_fn(self.raw().len(), |i| self.raw()[i] / self.gap(i))
    }

    /// PRESS, the leave-one-out sum of squares `Σ s e₍ᵢ₎²` of the rows of positive weight.
    #[must_use]
    pub fn press(&self) -> f64 {
        // √s e = z σ, which is zero for a weight of zero.
        let weighted = |i: usize| self.weighted()[i] / self.gap(i);
        (0..self.raw().len()).map(|i| weighted(i).powi(2)).sum()
    }

    /// Predicted R², `1 − PRESS / TSS`: the share of the variance that the model predicts of unseen rows; NaN for a
    /// constant target.
    #[must_use]
    pub fn predicted_r2(&self) -> f64 {
        if self.total_sum_of_squares > 0.0 {
            1.0 - self.press() / self.total_sum_of_squares
        } else {
            f64::NAN
        }
    }

    /// DFFITS: standard errors that the row's own prediction moves by when the row is left out.
    #[must_use]
    pub fn dffits(&self) -> Array1<f64> {
        let t = self.studentized_external();
        let ratio = |i: usize| self.leverage()[i] / self.gap(i);
        Array1::from_shape_fn(t.len(), |i| t[i] * ratio(i).sqrt())
    }

    /// COVRATIO: the determinant of the coefficients' covariance without the row, relative to that with it: below 1 the
    /// row makes them less certain.
    #[must_use]
    pub fn covariance_ratio(&self) -> Array1<f64> {
        let (t, df) = (self.studentized_external(), self.residual_df());
        Array1::from_shape_fn(t.len(), |i| {
            let share = (df - 1.0 + t[i] * t[i]) / df;
            1.0 / (share.powf(self.effective_df()) * self.gap(i))
        })
    }

    /// The rows of largest Cook's distance, largest first, at most so many. A leverage of 1 has no distance, and is
    /// more influential than any that has.
    #[must_use]
    pub fn most_influential(&self, most: usize) -> Vec<usize> {
        let cook = self.cooks_distance();
        let rank = |row: usize| match cook[row] {
            distance if distance.is_nan() => f64::INFINITY,
            distance => distance,
        };
        let mut order: Vec<usize> = (0..cook.len()).collect();
        order.sort_by(|&a, &b| rank(b).total_cmp(&rank(a)));
        order.truncate(most);
        order
    }

    /// `1 − h`, NaN where that is rounding.
    pub(super) fn gap(&self, row: usize) -> f64 {
        gap(self.leverage()[row])
    }
}

/// The internally studentized residual, up to its sign, at which a row of this leverage has this Cook's distance in a
/// fit that used `df`: the contours of a plot of residuals against leverage.
///
/// ```text
/// r = √(D df (1 − h) / h)
/// ```
///
/// Infinite at a leverage of 0. Source: Cook, *Detection of influential observations*, 1977.
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless the distance and `df` are finite and above 0 and the leverage is in `[0, 1]`.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::diagnostics::{Residuals, cooks_contour};
/// use elltwo::model::{Estimator, RidgeRegression};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [9.0]];
/// let y = array![1.1, 1.9, 3.2, 3.9, 6.0];
/// let model = RidgeRegression::new().fit(x.view(), y.view())?;
/// let residuals = Residuals::new(&model, &Samples::new(x.view(), y.view(), None)?)?;
/// let (d, h) = (residuals.cooks_distance()[4], residuals.leverage()[4]);
/// let r = cooks_contour(d, h, residuals.effective_df())?;
/// assert!((r - residuals.studentized_internal()[4].abs()).abs() < 1e-12);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn cooks_contour(distance: f64, leverage: f64, df: f64) -> Result<f64> {
    check_positive("distance", distance)?;
    check_positive("df", df)?;
    if !(0.0..=1.0).contains(&leverage) {
        return Err(Error::parameter("leverage", leverage, "between 0 and 1"));
    }
    Ok((distance * df * (1.0 - leverage) / leverage).sqrt())
}
