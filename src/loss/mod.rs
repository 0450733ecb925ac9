//! Losses over predictions and targets, and the penalties: the one place where the objective is computed.
//!
//! # The objective
//!
//! ```text
//! J(w, b) = (1/W) Σᵢ sᵢ (yᵢ − xᵢ·w − b)²  +  λ ‖w‖²        sᵢ ≥ 0 sample weights (default 1), W = Σ sᵢ
//! ```
//!
//! There is no ½: the training loss *is* the reported mean squared error. The intercept `b` is never penalised.
//! Dividing by `W` makes a fit invariant to rescaling the weights. With several targets `J` is summed over the columns
//! of `Y`.
//!
//! # One kernel
//!
//! A loss sees *predictions and targets*, never the design. Its [value](Loss::evaluate), the
//! [gradient](Loss::gradient_in_place) with respect to the predictions and, for [`SquaredError`], the
//! [residual](SquaredError::residual_in_place) go through the same loops in the same block order, so the value is the
//! same to the last bit whichever use asked for it and however the arrays are laid out. Sums are accumulated in `f64`,
//! in independent lanes inside a block and compensated across blocks. Nothing is allocated, but for the array that
//! [`Reduction::None`] returns.
//!
//! Libraries differ in what "mean" divides by; [`Reduction`] says it.

mod absolute;
mod choice;
mod epsilon_insensitive;
mod huber;
pub(crate) mod kernel;
mod lines;
mod log_loss;
mod penalty;
mod quantile;
mod smooth_l1;
mod squared;

pub use absolute::AbsoluteError;
pub use choice::RegressionLoss;
pub use epsilon_insensitive::{EpsilonInsensitive, SquaredEpsilonInsensitive};
pub use huber::Huber;
pub(crate) use lines::Lines;
pub use log_loss::LogLoss;
pub use penalty::{ElasticNet, L1, L2, Penalty};
pub use quantile::QuantileLoss;
pub use smooth_l1::SmoothL1;
pub use squared::SquaredError;
pub(crate) use squared::{residual, squared_error_of_moments};

use std::fmt::Debug;

use ndarray::{Array, ArrayView, ArrayView1, ArrayViewMut, Dimension};
use serde::{Deserialize, Serialize};

use crate::check::{check_finite, check_length, check_weights};
use crate::error::{Error, Result};
use crate::scalar::{Scalar, TargetDim};

/// Reduction of the losses of the elements to one number. `wᵢ` is the sample weight of the element's row, 1 by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reduction {
    /// Not at all: an array of `wᵢ ℓᵢ` with the shape of the targets.
    None,
    /// `Σ wᵢ ℓᵢ`.
    Sum,
    /// `Σ wᵢ ℓᵢ / n`, `n` the number of elements: the textbook weighted loss, Keras's default.
    Mean,
    /// `Σ wᵢ ℓᵢ / Σ wᵢ`: scikit-learn's metrics, torch's weighted mean squared error; what the estimators minimise.
    WeightedMean,
}

/// A loss after its [`Reduction`].
#[derive(Clone, Debug, PartialEq)]
pub enum Reduced<F: Scalar, D: Dimension> {
    /// [`Reduction::None`]: a value for each element.
    Elements(Array<F, D>),
    /// Any other reduction: one number.
    Scalar(f64),
}

impl<F: Scalar, D: Dimension> Reduced<F, D> {
    /// The number, or `None` for [`Reduced::Elements`].
    #[must_use]
    pub fn scalar(&self) -> Option<f64> {
        match self {
            Self::Elements(_) => None,
            Self::Scalar(value) => Some(*value),
        }
    }

    /// The array, or `None` for [`Reduced::Scalar`].
    #[must_use]
    pub fn elements(&self) -> Option<ArrayView<'_, F, D>> {
        match self {
            Self::Elements(values) => Some(values.view()),
            Self::Scalar(_) => None,
        }
    }
}

/// A loss `ℓ(y, ŷ)` of one target and one prediction, reduced over arrays of them.
///
/// The implementor gives the two formulas; the loops over arrays are provided and shared.
///
/// # Examples
///
/// ```
/// use elltwo::loss::{Huber, Loss, Reduction, SquaredError};
/// use ndarray::array;
///
/// let (y_true, y_pred) = (array![1.0, 2.0, 3.0], array![1.0, 2.5, 13.0]);
/// let squared = SquaredError.mean(y_true.view(), y_pred.view(), None)?;
/// let huber = Huber { delta: 1.0 }.mean(y_true.view(), y_pred.view(), None)?;
/// assert!((squared - 100.25 / 3.0).abs() < 1e-12); // the outlier dominates
/// assert!((huber - (0.125 + 9.5) / 3.0).abs() < 1e-12); // it counts linearly
///
/// let weights = array![1.0, 1.0, 0.0];
/// let reduced = SquaredError.evaluate(y_true.view(), y_pred.view(), Some(weights.view()), Reduction::WeightedMean)?;
/// assert_eq!(reduced.scalar(), Some(0.125));
/// # Ok::<(), elltwo::Error>(())
/// ```
pub trait Loss: Copy + Debug + Send + Sync {
    /// `ℓ(y, ŷ)`.
    ///
    /// A NaN or infinite argument must give a NaN or infinite value: that is how the reductions, which read the data
    /// once, find it.
    fn value(&self, target: f64, prediction: f64) -> f64;

    /// `∂ℓ/∂ŷ`; at a kink the subgradient that is 0, or the limit from the smooth side.
    fn derivative(&self, target: f64, prediction: f64) -> f64;

    /// Checks the loss's own parameter.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] if it is out of range.
    fn validate(&self) -> Result<()> {
        Ok(())
    }

    /// The loss of predictions against targets, both `(n,)` or `(n, k)`, with weights `(n,)`, in the given reduction.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`], [`Error::Empty`], [`Error::ShapeMismatch`], [`Error::NonFinite`],
    /// [`Error::NegativeWeight`], [`Error::ZeroWeights`]; [`Error::Overflow`] when the result is not finite.
    fn evaluate<F: Scalar, D: TargetDim>(
        &self,
        y_true: ArrayView<'_, F, D>,
        y_pred: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
        reduction: Reduction,
    ) -> Result<Reduced<F, D>> {
        self.validate()?;
        if reduction == Reduction::None {
            check_shapes(&y_true, &y_pred, weights)?;
            check_finite_pair(y_true.view(), y_pred.view())?;
            let mut values = y_pred.to_owned();
            kernel::map(y_true, values.view_mut(), weights, |t, p, w| {
                w * self.value(t, p)
            });
            return if values.iter().all(|v| v.is_finite()) {
                Ok(Reduced::Elements(values))
            } else {
                Err(Error::overflow("the loss"))
            };
        }
        reduce(self, &y_true, &y_pred, weights, reduction).map(|(value, _)| Reduced::Scalar(value))
    }

    /// The loss as one number: [`Reduction::WeightedMean`].
    ///
    /// # Errors
    ///
    /// As [`evaluate`](Self::evaluate).
    fn mean<F: Scalar, D: TargetDim>(
        &self,
        y_true: ArrayView<'_, F, D>,
        y_pred: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<f64> {
        self.validate()?;
        reduce(self, &y_true, &y_pred, weights, Reduction::WeightedMean).map(|(value, _)| value)
    }

    /// Replaces the predictions by the gradient of the reduced loss with respect to them, and returns that loss.
    ///
    /// ```text
    /// ŷᵢ ← wᵢ ℓ′(yᵢ, ŷᵢ) / c        c = 1, n or Σ wᵢ by the reduction
    /// ```
    ///
    /// [`Reduction::None`] has the gradient of [`Reduction::Sum`], of which it is the diagonal, and returns the sum.
    /// The value returned is, to the bit, what [`evaluate`](Self::evaluate) gives. Nothing is allocated. Multiply by
    /// `Xᵀ` for the gradient in the coefficients.
    ///
    /// # Errors
    ///
    /// As [`evaluate`](Self::evaluate); the predictions are then unchanged, unless it is the gradient that overflows.
    fn gradient_in_place<F: Scalar, D: TargetDim>(
        &self,
        y_true: ArrayView<'_, F, D>,
        mut y_pred: ArrayViewMut<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
        reduction: Reduction,
    ) -> Result<f64> {
        self.validate()?;
        let (value, denominator) = reduce(self, &y_true, &y_pred.view(), weights, reduction)?;
        kernel::map(y_true, y_pred.view_mut(), weights, |t, p, w| {
            w * self.derivative(t, p) / denominator
        });
        // A finite loss may have an infinite slope, for one of weight times a label near the largest float.
        check_finite("gradient", y_pred.view())
            .map_err(|_| Error::overflow("the gradient of the loss"))?;
        Ok(value)
    }
}

/// The checked, reduced loss and the denominator of the reduction.
///
/// The elements are read once: only when the result is not finite are they read again, to find out which one it was.
fn reduce<F: Scalar, D: Dimension, L: Loss>(
    loss: &L,
    y_true: &ArrayView<'_, F, D>,
    y_pred: &ArrayView<'_, F, D>,
    weights: Option<ArrayView1<'_, F>>,
    reduction: Reduction,
) -> Result<(f64, f64)> {
    check_shapes(y_true, y_pred, weights)?;
    let denominator = denominator(y_true, weights, reduction);
    let value = kernel::sum(loss, y_true.view(), y_pred.view(), weights) / denominator;
    if value.is_finite() && denominator.is_finite() {
        Ok((value, denominator))
    } else {
        check_finite_pair(y_true.view(), y_pred.view())?;
        Err(Error::overflow("the loss"))
    }
}

/// Refuses predictions and targets that do not pair or hold nothing; and bad weights.
pub(crate) fn check_shapes<F: Scalar, D: Dimension>(
    y_true: &ArrayView<'_, F, D>,
    y_pred: &ArrayView<'_, F, D>,
    weights: Option<ArrayView1<'_, F>>,
) -> Result<()> {
    if y_true.is_empty() {
        return Err(Error::empty("y_true"));
    }
    check_length("rows of y_pred", y_true.shape()[0], y_pred.shape()[0])?;
    check_length("elements of y_pred", y_true.len(), y_pred.len())?;
    check_weights(weights, y_true.shape()[0])
}

/// Refuses NaN and infinity in the targets or the predictions.
pub(crate) fn check_finite_pair<F: Scalar, D: Dimension>(
    y_true: ArrayView<'_, F, D>,
    y_pred: ArrayView<'_, F, D>,
) -> Result<()> {
    check_finite("y_true", y_true)?;
    check_finite("y_pred", y_pred)
}

/// Divisor of a reduction.
fn denominator<F: Scalar, D: Dimension>(
    y_true: &ArrayView<'_, F, D>,
    weights: Option<ArrayView1<'_, F>>,
    reduction: Reduction,
) -> f64 {
    let elements = y_true.len() as f64;
    match (reduction, weights) {
        (Reduction::None | Reduction::Sum, _) => 1.0,
        (Reduction::Mean, _) | (Reduction::WeightedMean, None) => elements,
        (Reduction::WeightedMean, Some(weights)) => {
            kernel::total(weights) * (elements / weights.len() as f64)
        }
    }
}
