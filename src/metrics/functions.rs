//! The metrics as functions: unweighted, several targets averaged uniformly.
//!
//! Each is [`Metric::evaluate`] with no weights and [`Average::Uniform`]; [`weighted`](super::weighted) has them with
//! weights.

use super::{Average, Metric};
use crate::error::Result;
use crate::scalar::{Scalar, TargetDim};
use crate::views::AsView;

/// The mean squared error `(1/n) Σ (yᵢ − ŷᵢ)²`.
///
/// # Errors
///
/// As [`Metric::per_target`].
///
/// # Examples
///
/// ```
/// use elltwo::metrics::mse;
/// use ndarray::array;
///
/// let (y_true, y_pred) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert_eq!(mse(&y_true, &y_pred)?, 0.375);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn mse<'a, F: Scalar, D: TargetDim>(
    y_true: impl AsView<'a, Elem = F, Dim = D>,
    y_pred: impl AsView<'a, Elem = F, Dim = D>,
) -> Result<f64> {
    Metric::MeanSquaredError.evaluate(y_true, y_pred, None, &Average::Uniform)
}

/// The root of the mean squared error `√((1/n) Σ (yᵢ − ŷᵢ)²)`.
///
/// # Errors
///
/// As [`Metric::per_target`].
///
/// # Examples
///
/// ```
/// use elltwo::metrics::rmse;
/// use ndarray::array;
///
/// let (y_true, y_pred) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert_eq!(rmse(&y_true, &y_pred)?, 0.375_f64.sqrt());
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn rmse<'a, F: Scalar, D: TargetDim>(
    y_true: impl AsView<'a, Elem = F, Dim = D>,
    y_pred: impl AsView<'a, Elem = F, Dim = D>,
) -> Result<f64> {
    Metric::RootMeanSquaredError.evaluate(y_true, y_pred, None, &Average::Uniform)
}

/// The mean absolute error `(1/n) Σ |yᵢ − ŷᵢ|`.
///
/// # Errors
///
/// As [`Metric::per_target`].
///
/// # Examples
///
/// ```
/// use elltwo::metrics::mae;
/// use ndarray::array;
///
/// let (y_true, y_pred) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert_eq!(mae(&y_true, &y_pred)?, 0.5);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn mae<'a, F: Scalar, D: TargetDim>(
    y_true: impl AsView<'a, Elem = F, Dim = D>,
    y_pred: impl AsView<'a, Elem = F, Dim = D>,
) -> Result<f64> {
    Metric::MeanAbsoluteError.evaluate(y_true, y_pred, None, &Average::Uniform)
}

/// The median of `|yᵢ − ŷᵢ|`.
///
/// # Errors
///
/// As [`Metric::per_target`].
///
/// # Examples
///
/// ```
/// use elltwo::metrics::median_absolute_error;
/// use ndarray::array;
///
/// let (y_true, y_pred) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert_eq!(median_absolute_error(&y_true, &y_pred)?, 0.5);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn median_absolute_error<'a, F: Scalar, D: TargetDim>(
    y_true: impl AsView<'a, Elem = F, Dim = D>,
    y_pred: impl AsView<'a, Elem = F, Dim = D>,
) -> Result<f64> {
    Metric::MedianAbsoluteError.evaluate(y_true, y_pred, None, &Average::Uniform)
}

/// The largest `|yᵢ − ŷᵢ|`.
///
/// # Errors
///
/// As [`Metric::per_target`].
///
/// # Examples
///
/// ```
/// use elltwo::metrics::max_error;
/// use ndarray::array;
///
/// let (y_true, y_pred) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert_eq!(max_error(&y_true, &y_pred)?, 1.0);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn max_error<'a, F: Scalar, D: TargetDim>(
    y_true: impl AsView<'a, Elem = F, Dim = D>,
    y_pred: impl AsView<'a, Elem = F, Dim = D>,
) -> Result<f64> {
    Metric::MaxError.evaluate(y_true, y_pred, None, &Average::Uniform)
}

/// The mean absolute percentage error `(1/n) Σ |yᵢ − ŷᵢ| / max(|yᵢ|, 2⁻⁵²)`, a fraction.
///
/// # Errors
///
/// As [`Metric::per_target`].
///
/// # Examples
///
/// ```
/// use elltwo::metrics::mape;
/// use ndarray::array;
///
/// let (y_true, y_pred) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert!((mape(&y_true, &y_pred)? - 0.327_380_952_380_952_4).abs() < 1e-15);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn mape<'a, F: Scalar, D: TargetDim>(
    y_true: impl AsView<'a, Elem = F, Dim = D>,
    y_pred: impl AsView<'a, Elem = F, Dim = D>,
) -> Result<f64> {
    Metric::MeanAbsolutePercentageError.evaluate(y_true, y_pred, None, &Average::Uniform)
}

/// The coefficient of determination `1 − Σ (yᵢ − ŷᵢ)² / Σ (yᵢ − ȳ)²`.
///
/// # Errors
///
/// As [`Metric::per_target`].
///
/// # Examples
///
/// ```
/// use elltwo::metrics::r2;
/// use ndarray::array;
///
/// let (y_true, y_pred) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert!((r2(&y_true, &y_pred)? - 0.948_608_137_044_967_9).abs() < 1e-15);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn r2<'a, F: Scalar, D: TargetDim>(
    y_true: impl AsView<'a, Elem = F, Dim = D>,
    y_pred: impl AsView<'a, Elem = F, Dim = D>,
) -> Result<f64> {
    Metric::R2.evaluate(y_true, y_pred, None, &Average::Uniform)
}

/// The explained variance `1 − Var(y − ŷ) / Var(y)`.
///
/// # Errors
///
/// As [`Metric::per_target`].
///
/// # Examples
///
/// ```
/// use elltwo::metrics::explained_variance;
/// use ndarray::array;
///
/// let (y_true, y_pred) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert!((explained_variance(&y_true, &y_pred)? - 0.957_173_447_537_473_2).abs() < 1e-15);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn explained_variance<'a, F: Scalar, D: TargetDim>(
    y_true: impl AsView<'a, Elem = F, Dim = D>,
    y_pred: impl AsView<'a, Elem = F, Dim = D>,
) -> Result<f64> {
    Metric::ExplainedVariance.evaluate(y_true, y_pred, None, &Average::Uniform)
}

/// The mean bias `(1/n) Σ (ŷᵢ − yᵢ)`: positive where the predictions are too high.
///
/// # Errors
///
/// As [`Metric::per_target`].
///
/// # Examples
///
/// ```
/// use elltwo::metrics::mean_bias;
/// use ndarray::array;
///
/// let (y_true, y_pred) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert_eq!(mean_bias(&y_true, &y_pred)?, 0.25);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn mean_bias<'a, F: Scalar, D: TargetDim>(
    y_true: impl AsView<'a, Elem = F, Dim = D>,
    y_pred: impl AsView<'a, Elem = F, Dim = D>,
) -> Result<f64> {
    Metric::MeanBias.evaluate(y_true, y_pred, None, &Average::Uniform)
}

/// The mean pinball loss `(1/n) Σ max(q (yᵢ − ŷᵢ), (q − 1) (yᵢ − ŷᵢ))` of a quantile `0 < q < 1`.
///
/// # Errors
///
/// As [`Metric::per_target`].
///
/// # Examples
///
/// ```
/// use elltwo::metrics::pinball;
/// use ndarray::array;
///
/// let (y_true, y_pred) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
/// assert_eq!(pinball(&y_true, &y_pred, 0.5)?, 0.25);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn pinball<'a, F: Scalar, D: TargetDim>(
    y_true: impl AsView<'a, Elem = F, Dim = D>,
    y_pred: impl AsView<'a, Elem = F, Dim = D>,
    quantile: f64,
) -> Result<f64> {
    Metric::Pinball { quantile }.evaluate(y_true, y_pred, None, &Average::Uniform)
}
