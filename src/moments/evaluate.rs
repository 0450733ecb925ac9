//! Quality of coefficients on the rows that moments have seen, without the rows.

use ndarray::{Array1, ArrayView1, ArrayView2, Axis};

use super::Moments;
use crate::check::{check_finite, check_length};
use crate::error::{Error, Result};
use crate::linalg::accurate_dot;
use crate::loss::squared_error_of_moments;

impl Moments {
    /// `Σ sᵢ (yᵢ − xᵢ·w − b)²` of each target, `(k,)`, for coefficients `(p, k)` and intercepts `(k,)`:
    ///
    /// ```text
    /// RSS = [yᵀSy − 2wᵀc + wᵀGw] + W (ȳ − x̄·w − b)²        of the centred cross-products
    /// ```
    ///
    /// The rows may be others than those the coefficients were fitted on. A distance of the mean target from the mean
    /// prediction that is below the rounding of the intercept counts as that, and as zero: far from zero it would be
    /// more than the residuals. The bracket cancels: its error is a few roundings of the
    /// total sum of squares, so that `1 − R² = 10⁻ᵏ` leaves about `15 − k` digits. A sum that rounding made negative is
    /// returned as 0.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`], [`Error::NonFinite`]; [`Error::Overflow`].
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::moments::Moments;
    /// use ndarray::array;
    ///
    /// let x = array![[1.0], [2.0], [4.0]];
    /// let y = array![1.0, 3.0, 4.0];
    /// let moments = Moments::from_data(x.view(), y.view(), None)?;
    /// let sums = moments.residual_sums(array![[1.0]].view(), array![0.5].view())?;
    /// assert!((sums[0] - 0.75).abs() < 1e-14);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn residual_sums(
        &self,
        coefficients: ArrayView2<'_, f64>,
        intercepts: ArrayView1<'_, f64>,
    ) -> Result<Array1<f64>> {
        check_length(
            "rows of coefficients",
            self.n_features,
            coefficients.nrows(),
        )?;
        check_length(
            "columns of coefficients",
            self.n_targets,
            coefficients.ncols(),
        )?;
        check_length("intercepts", self.n_targets, intercepts.len())?;
        check_finite("coefficients", coefficients)?;
        check_finite("intercepts", intercepts)?;
        let (x_mean, y_mean) = self.location.mean.view().split_at(Axis(0), self.n_features);
        let (x_rest, y_rest) = self.location.rest.view().split_at(Axis(0), self.n_features);
        let gaps = Array1::from_shape_fn(self.n_targets, |t| {
            let w = coefficients.column(t);
            let products = x_mean.iter().chain(x_rest).zip(w.iter().chain(w));
            let others = [(1.0, y_rest[t]), (-1.0, intercepts[t])];
            let gap = accurate_dot(
                y_mean[t],
                others.into_iter().chain(products.map(|(m, w)| (-m, *w))),
            );
            if gap.abs() <= f64::EPSILON * intercepts[t].abs() {
                0.0
            } else {
                gap
            }
        });
        self.residual_sums_with_gaps(coefficients, gaps.view())
    }

    /// The same for given differences between mean target and mean prediction.
    pub(crate) fn residual_sums_with_gaps(
        &self,
        coefficients: ArrayView2<'_, f64>,
        gaps: ArrayView1<'_, f64>,
    ) -> Result<Array1<f64>> {
        let mut sums = squared_error_of_moments(
            &self.feature_scatter(),
            &self.cross_scatter(),
            &self.target_scatter(),
            coefficients,
        );
        sums.zip_mut_with(&gaps, |sum, gap| {
            *sum = sum.max(0.0) + self.location.weight_sum * gap * gap;
        });
        if sums.iter().all(|v| v.is_finite()) {
            Ok(sums)
        } else {
            Err(Error::Overflow {
                what: "a residual sum of squares",
            })
        }
    }
}
