//! The metrics as functions with sample weights: [`weighted::mse(&y, &predicted, &weights)`](mse).
//!
//! Each is [`Metric::evaluate`] with [`Average::Uniform`]; `W = Σ wᵢ`.

use super::{Average, Metric};
use crate::error::Result;
use crate::scalar::{Scalar, TargetDim};
use crate::views::{AsView, AsWeights};

macro_rules! weighted {
    ($($(#[$doc:meta])* $name:ident($($parameter:ident: f64)?): $metric:expr, $value:expr;)*) => {
        $($(#[$doc])*
        ///
        /// # Errors
        ///
        /// As [`Metric::per_target`].
        ///
        /// # Examples
        ///
        /// ```
        /// use elltwo::metrics::weighted;
        /// use ndarray::array;
        ///
        /// let (y, predicted, weights) = (array![1.0, 2.0, 4.0], array![2.0, 2.0, 3.0], array![1.0, 2.0, 1.0]);
        #[doc = concat!(
            "let value: f64 = weighted::", stringify!($name), "(&y, &predicted, &weights",
            $(", 0.5 /* ", stringify!($parameter), " */",)? ")?;"
        )]
        #[doc = concat!("assert!((value - (", stringify!($value), ")).abs() < 1e-15);")]
        /// # Ok::<(), elltwo::Error>(())
        /// ```
        pub fn $name<'a, F: Scalar, D: TargetDim>(
            y_true: impl AsView<'a, Elem = F, Dim = D>,
            y_pred: impl AsView<'a, Elem = F, Dim = D>,
            weights: impl AsWeights<'a, F>,
            $($parameter: f64,)?
        ) -> Result<f64> {
            $metric.evaluate(y_true, y_pred, weights, &Average::Uniform)
        })*
    };
}

weighted! {
    /// Weighted mean squared error `(1/W) Σ wᵢ (yᵢ − ŷᵢ)²`.
    mse(): Metric::MeanSquaredError, 0.5;
    /// Root of the weighted mean squared error `√((1/W) Σ wᵢ (yᵢ − ŷᵢ)²)`.
    rmse(): Metric::RootMeanSquaredError, 0.5_f64.sqrt();
    /// Weighted mean absolute error `(1/W) Σ wᵢ |yᵢ − ŷᵢ|`.
    mae(): Metric::MeanAbsoluteError, 0.5;
    /// Weighted median of `|yᵢ − ŷᵢ|`.
    median_absolute_error(): Metric::MedianAbsoluteError, 0.5;
    /// Largest `|yᵢ − ŷᵢ|` of the rows of positive weight.
    max_error(): Metric::MaxError, 1.0;
    /// Weighted mean absolute percentage error `(1/W) Σ wᵢ |yᵢ − ŷᵢ| / max(|yᵢ|, 2⁻⁵²)`, a fraction.
    mape(): Metric::MeanAbsolutePercentageError, 0.3125;
    /// Weighted coefficient of determination `1 − Σ wᵢ (yᵢ − ŷᵢ)² / Σ wᵢ (yᵢ − ȳ)²`.
    r2(): Metric::R2, 1.0 - 2.0 / 4.75;
    /// Weighted explained variance `1 − Var(y − ŷ) / Var(y)`.
    explained_variance(): Metric::ExplainedVariance, 1.0 - 2.0 / 4.75;
    /// Weighted mean bias `(1/W) Σ wᵢ (ŷᵢ − yᵢ)`: positive where the predictions are too high.
    mean_bias(): Metric::MeanBias, 0.0;
    /// Weighted mean pinball loss of a quantile `0 < q < 1`: `(1/W) Σ wᵢ max(q (yᵢ − ŷᵢ), (q − 1) (yᵢ − ŷᵢ))`.
    pinball(quantile: f64): Metric::Pinball { quantile }, 0.25;
}
