//! The squared error `(y − ŷ)²`: what the estimators minimise, what MSE reports, what residual analysis starts from.
//!
//! It is written here alone, in two forms: of a target and a prediction, which the kernel adds up over arrays, and over
//! moments.

use ndarray::{Array1, Array2, ArrayView, ArrayView1, ArrayView2, ArrayViewMut};
use serde::{Deserialize, Serialize};

use super::{Loss, Reduction, kernel, reduce};
use crate::error::Result;
use crate::scalar::{Scalar, TargetDim};

/// The squared error, the L2 loss.
///
/// ```text
/// ℓ(y, ŷ) = (y − ŷ)²        ∂ℓ/∂ŷ = −2 (y − ŷ)
/// ```
///
/// # Examples
///
/// ```
/// use elltwo::loss::{Loss, SquaredError};
/// use ndarray::array;
///
/// let mse = SquaredError.mean(array![3.0, -0.5, 2.0, 7.0].view(), array![2.5, 0.0, 2.0, 8.0].view(), None)?;
/// assert_eq!(mse, 0.375);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SquaredError;

impl SquaredError {
    /// Replaces the predictions by the residuals `y − ŷ` and returns the reduced loss; nothing is allocated.
    ///
    /// The residuals are not weighted. The value is, to the bit, what [`evaluate`](Loss::evaluate) gives;
    /// [`Reduction::None`] returns the sum.
    ///
    /// # Errors
    ///
    /// As [`evaluate`](Loss::evaluate); the predictions are then unchanged.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::loss::{Reduction, SquaredError};
    /// use ndarray::array;
    ///
    /// let mut values = array![2.5, 0.0, 2.0, 8.0];
    /// let y = array![3.0, -0.5, 2.0, 7.0];
    /// let mse = SquaredError.residual_in_place(y.view(), values.view_mut(), None, Reduction::Mean)?;
    /// assert_eq!((values, mse), (array![0.5, -0.5, 0.0, -1.0], 0.375));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn residual_in_place<F: Scalar, D: TargetDim>(
        self,
        y_true: ArrayView<'_, F, D>,
        mut y_pred: ArrayViewMut<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
        reduction: Reduction,
    ) -> Result<f64> {
        let (value, _) = reduce(&self, &y_true, &y_pred.view(), weights, reduction)?;
        kernel::map(y_true, y_pred.view_mut(), None, |t, p, _| residual(t, p));
        Ok(value)
    }
}

/// `y − ŷ`, the sign that "residual" has everywhere in this crate.
#[inline(always)]
pub(crate) fn residual(target: f64, prediction: f64) -> f64 {
    target - prediction
}

/// Sum of squared errors of each target from centred moments, `yᵀSy − 2wᵀc + wᵀGw`: the same loss as over the rows, up
/// to the rounding of `yᵀSy`.
///
/// `scatter` is `G = XᵀSX`, `(p, p)`; `cross` is `c = XᵀSy`, `(p, k)`; `target_scatter` is `yᵀSy`, `(k,)`.
pub(crate) fn squared_error_of_moments(
    scatter: &Array2<f64>,
    cross: &Array2<f64>,
    target_scatter: &Array1<f64>,
    coefficients: ArrayView2<'_, f64>,
) -> Array1<f64> {
    let product = scatter.dot(&coefficients);
    Array1::from_shape_fn(coefficients.ncols(), |t| {
        let w = coefficients.column(t);
        let explained: f64 = w
            .iter()
            .zip(cross.column(t))
            .zip(product.column(t))
            .map(|((w, c), g)| w * (2.0 * c - g))
            .sum();
        target_scatter[t] - explained
    })
}

impl Loss for SquaredError {
    #[inline(always)]
    fn value(&self, target: f64, prediction: f64) -> f64 {
        let residual = residual(target, prediction);
        residual * residual
    }

    #[inline(always)]
    fn derivative(&self, target: f64, prediction: f64) -> f64 {
        -2.0 * residual(target, prediction)
    }
}
