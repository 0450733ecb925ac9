//! Metrics of predictions against targets, each a line or two over the losses of [`loss`](crate::loss).
//!
//! [`Metric`] gives one value for each target or an [`Average`] of them, with sample weights; the functions [`mse`],
//! [`rmse`], [`mae`], … are the common unweighted use, those of
//! [`weighted`] take weights. Inputs are `f32` or `f64`, one target `(n,)` or several `(n, k)`; results are `f64`.
//!
//! For every metric a sample weight of 0 is a removed row, an integer weight a repeated row, and the scale of the
//! weights does not matter. Conventions are those of scikit-learn 1.9 wherever it has the metric; where this crate
//! differs, the variant of [`Metric`] says so.

mod average;
mod functions;
mod target;
pub mod weighted;

pub use average::Average;
pub use functions::{
    explained_variance, mae, mape, max_error, mean_bias, median_absolute_error, mse, pinball, r2,
    rmse,
};

use ndarray::Array1;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::loss::{
    AbsoluteError, Loss, QuantileLoss, SquaredError, check_finite_pair, check_shapes,
};
use crate::scalar::{Scalar, TargetDim};
use crate::views::{AsView, AsWeights};
use target::{AbsolutePercentageError, Bias, Target};

/// A number that says how well predictions `ŷ` meet targets `y`; `wᵢ` are sample weights (1 by default), `W = Σ wᵢ`.
///
/// # Examples
///
/// ```
/// use elltwo::metrics::{Average, Metric};
/// use ndarray::array;
///
/// let y_true = array![[0.5, 1.0], [-1.0, 1.0], [7.0, -6.0]];
/// let y_pred = array![[0.0, 2.0], [-1.0, 2.0], [8.0, -5.0]];
/// let per_target = Metric::MeanAbsoluteError.per_target(y_true.view(), y_pred.view(), None)?;
/// assert_eq!(per_target, array![0.5, 1.0]);
/// let average = Average::Weighted(array![0.25, 0.75]);
/// assert_eq!(Metric::MeanAbsoluteError.evaluate(y_true.view(), y_pred.view(), None, &average)?, 0.875);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Metric {
    /// `(1/W) Σ wᵢ (yᵢ − ŷᵢ)²`, in squared units of the target; 0 is perfect.
    MeanSquaredError,
    /// `√((1/W) Σ wᵢ (yᵢ − ŷᵢ)²)`; several targets are averaged after the root.
    RootMeanSquaredError,
    /// `(1/W) Σ wᵢ |yᵢ − ŷᵢ|`.
    MeanAbsoluteError,
    /// The weighted median of `|yᵢ − ŷᵢ|`: the least error with at least half of the weight at or below it, and where
    /// exactly half is, the mean of it and the next ("averaged inverted cdf").
    MedianAbsoluteError,
    /// `max |yᵢ − ŷᵢ|` over the rows of positive weight. scikit-learn has it for one target and without weights.
    MaxError,
    /// `(1/W) Σ wᵢ |yᵢ − ŷᵢ| / max(|yᵢ|, 2⁻⁵²)`: a fraction, not a percentage; enormous where a target is 0.
    MeanAbsolutePercentageError,
    /// `1 − Σ wᵢ (yᵢ − ŷᵢ)² / Σ wᵢ (yᵢ − ȳ)²` with the weighted mean `ȳ`; 1 is perfect, 0 as good as `ȳ`, negative is
    /// worse, without limit.
    ///
    /// For a constant `y` it is 1 if the predictions are perfect and 0 otherwise. It needs two rows of positive weight,
    /// else [`Error::TooFewSamples`]; scikit-learn returns NaN and warns.
    R2,
    /// `1 − Var(y − ŷ) / Var(y)`, weighted: [`R2`](Self::R2) without the penalty for a bias.
    ///
    /// For a constant `y` it is 1 if the residuals are constant and 0 otherwise; so for a single row it is 1.
    ExplainedVariance,
    /// The mean of [`QuantileLoss`]: `(1/W) Σ wᵢ max(q (yᵢ − ŷᵢ), (q − 1) (yᵢ − ŷᵢ))`.
    Pinball {
        /// `0 < q < 1`: the quantile that the predictions aim at.
        quantile: f64,
    },
    /// `(1/W) Σ wᵢ (ŷᵢ − yᵢ)`: positive where the predictions are too high on average. The "mean bias error" of the
    /// field, with its sign, which is the opposite of that of a residual. scikit-learn has none.
    MeanBias,
}

impl Metric {
    /// The metric of each target: one value for `(n,)`, `k` for `(n, k)`.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::ShapeMismatch`], [`Error::NonFinite`], [`Error::NegativeWeight`],
    /// [`Error::ZeroWeights`] for the data; [`Error::InvalidParameter`] for a quantile outside (0, 1);
    /// [`Error::TooFewSamples`] for [`R2`](Self::R2) of one row; [`Error::Overflow`] when the result, or a sum of
    /// squares on the way, leaves the floating-point range.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::metrics::Metric;
    /// use ndarray::array;
    ///
    /// let (y_true, y_pred) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
    /// let weights = array![1.0, 1.0, 1.0, 0.0];
    /// let bias = Metric::MeanBias.per_target(y_true.view(), y_pred.view(), Some(weights.view()))?;
    /// assert_eq!(bias, array![0.0]);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn per_target<'a, F: Scalar, D: TargetDim>(
        self,
        y_true: impl AsView<'a, Elem = F, Dim = D>,
        y_pred: impl AsView<'a, Elem = F, Dim = D>,
        weights: impl AsWeights<'a, F>,
    ) -> Result<Array1<f64>> {
        let (y_true, y_pred) = (y_true.into_view(), y_pred.into_view());
        let weights = weights.into_weights();
        self.validate()?;
        check_shapes(&y_true, &y_pred, weights)?;
        check_finite_pair(y_true.view(), y_pred.view())?;
        Target::all::<D>(y_true, y_pred, weights)
            .map(|column| self.of(&column))
            .collect()
    }

    /// The metric as one number: the average over the targets, of which there may be one.
    ///
    /// # Errors
    ///
    /// As [`per_target`](Self::per_target), and those of the [`Average`].
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::metrics::{Average, Metric};
    /// use ndarray::array;
    ///
    /// let (y_true, y_pred) = (array![3.0, -0.5, 2.0, 7.0], array![2.5, 0.0, 2.0, 8.0]);
    /// let r2 = Metric::R2.evaluate(y_true.view(), y_pred.view(), None, &Average::Uniform)?;
    /// assert!((r2 - 0.948_608_137_044_967_9).abs() < 1e-15);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn evaluate<'a, F: Scalar, D: TargetDim>(
        self,
        y_true: impl AsView<'a, Elem = F, Dim = D>,
        y_pred: impl AsView<'a, Elem = F, Dim = D>,
        weights: impl AsWeights<'a, F>,
        average: &Average,
    ) -> Result<f64> {
        let (y_true, y_pred) = (y_true.into_view(), y_pred.into_view());
        let weights = weights.into_weights();
        let per_target = self.per_target(y_true.view(), y_pred.view(), weights)?;
        let variance_of = || {
            Target::all::<D>(y_true, y_pred, weights)
                .map(|column| column.target_variance())
                .collect()
        };
        average.of(per_target.view(), variance_of)
    }

    /// The metric of one target.
    fn of<F: Scalar>(self, column: &Target<'_, F>) -> Result<f64> {
        match self {
            Self::MeanSquaredError => column.mean(SquaredError),
            Self::RootMeanSquaredError => column.mean(SquaredError).map(f64::sqrt),
            Self::MeanAbsoluteError => column.mean(AbsoluteError),
            Self::MedianAbsoluteError => Ok(column.median(AbsoluteError)),
            Self::MaxError => Ok(column.max(AbsoluteError)),
            Self::MeanAbsolutePercentageError => column.mean(AbsolutePercentageError),
            Self::R2 if column.n_positive() < 2 => {
                Err(Error::too_few("R²", 2, column.n_positive()))
            }
            Self::R2 => column.explained(column.sum(SquaredError)?),
            Self::ExplainedVariance => column.explained(column.residual_spread()?),
            Self::Pinball { quantile } => column.mean(QuantileLoss { quantile }),
            Self::MeanBias => column.mean(Bias),
        }
        .and_then(in_range)
    }

    /// Checks the metric's own parameter.
    fn validate(self) -> Result<()> {
        match self {
            Self::Pinball { quantile } => QuantileLoss { quantile }.validate(),
            _ => Ok(()),
        }
    }
}

/// Refuses a metric beyond the floating-point range.
fn in_range(value: f64) -> Result<f64> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(Error::overflow("the metric"))
    }
}
