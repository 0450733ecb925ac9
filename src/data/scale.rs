//! Columns to a common scale, and coefficients back in original units.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, Ix2};
use serde::{Deserialize, Serialize};

use super::quantile::{of_sorted, sorted};
use crate::check::{check_finite, check_length, check_weights};
use crate::error::{Error, Result};
use crate::scalar::Scalar;
use crate::views::{AsView, AsWeights};

/// Centres each column at its mean and divides by its population standard deviation.
///
/// ```text
/// m = (1/W) Σᵢ sᵢ xᵢ        s² = (1/W) Σᵢ sᵢ (xᵢ − m)²        z = (x − m) / s
/// ```
///
/// `W = Σᵢ sᵢ`, all weights 1 without any. Means take two passes in `f64`: a column around 10⁹ keeps its digits.
/// A column whose values are all equal has scale 1.
///
/// # Examples
///
/// A fit on scaled columns, in the units of the original ones:
///
/// ```
/// use elltwo::data::StandardScaler;
/// use ndarray::array;
///
/// let x = array![[1.0, 5.0], [3.0, 5.0]];
/// let scaler = StandardScaler.fit(x.view())?;
/// assert_eq!(scaler.transform(x.view())?, array![[-1.0, 0.0], [1.0, 0.0]]);
/// // y = 2 z₀ + 10 is y = 2 x₀ + 6.
/// let (coefficients, intercept) = scaler.unscale(array![2.0, 0.0].view(), 10.0)?;
/// assert_eq!((coefficients, intercept), (array![2.0, 0.0], 6.0));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandardScaler;

/// Centres each column at its median and divides by its interquartile range.
///
/// ```text
/// z = (x − Q(½)) / (Q(¾) − Q(¼))
/// ```
///
/// Quantiles interpolate linearly ([`quantile`](super::quantile())). An interquartile range of 0 becomes scale 1.
///
/// # Examples
///
/// ```
/// use elltwo::data::RobustScaler;
/// use ndarray::array;
///
/// let scaler = RobustScaler.fit(array![[1.0], [2.0], [3.0], [4.0], [1000.0]].view())?;
/// assert_eq!((scaler.center()[0], scaler.scale()[0]), (3.0, 2.0));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RobustScaler;

/// A centre and a scale for each column: `z = (x − center) / scale`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedScaler {
    center: Array1<f64>,
    scale: Array1<f64>,
}

impl StandardScaler {
    /// Measures the columns of `x`, shape `(n, p)`.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::NonFinite`], [`Error::Overflow`] if a mean or a deviation is beyond `f64`.
    pub fn fit<'a, F: Scalar>(
        self,
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
    ) -> Result<FittedScaler> {
        let x = x.into_view();
        self.fit_weighted(x, None)
    }

    /// Measures the columns of `x`, shape `(n, p)`, with a weight for each row.
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit), and [`Error::ShapeMismatch`], [`Error::NegativeWeight`], [`Error::ZeroWeights`] for the
    /// weights.
    pub fn fit_weighted<'a, F: Scalar>(
        self,
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
        weights: impl AsWeights<'a, F>,
    ) -> Result<FittedScaler> {
        let (x, weights) = (x.into_view(), weights.into_weights());
        check_weights(weights, x.nrows())?;
        let weights: Vec<f64> = match weights {
            Some(weights) => {
                // The largest is 1: sums of weights cannot overflow.
                let largest = weights.iter().fold(0.0, |m: f64, w| m.max(w.wide()));
                weights.iter().map(|w| w.wide() / largest).collect()
            }
            None => vec![1.0; x.nrows()],
        };
        FittedScaler::measure(x, |column| mean_and_sd(column, &weights))
    }
}

impl RobustScaler {
    /// Measures the columns of `x`, shape `(n, p)`.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::NonFinite`], [`Error::Overflow`] if an interquartile range is beyond `f64`.
    pub fn fit<'a, F: Scalar>(
        self,
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
    ) -> Result<FittedScaler> {
        let x = x.into_view();
        FittedScaler::measure(x, |column| {
            let values = sorted(column)?;
            let range = of_sorted(&values, 0.75) - of_sorted(&values, 0.25);
            let scale = if range == 0.0 { 1.0 } else { range };
            Ok((of_sorted(&values, 0.5), scale))
        })
    }
}

impl FittedScaler {
    /// Applies `measure` to every column.
    fn measure<F: Scalar>(
        x: ArrayView2<'_, F>,
        measure: impl Fn(ArrayView1<'_, F>) -> Result<(f64, f64)>,
    ) -> Result<Self> {
        if x.is_empty() {
            return Err(Error::empty("x"));
        }
        check_finite("x", x)?;
        let mut center = Array1::zeros(x.ncols());
        let mut scale = Array1::zeros(x.ncols());
        for (j, column) in x.axis_iter(Axis(1)).enumerate() {
            (center[j], scale[j]) = measure(column)?;
            if !center[j].is_finite() || !scale[j].is_finite() {
                return Err(Error::overflow("the centre or the scale of a column"));
            }
        }
        Ok(Self { center, scale })
    }

    /// Keeps the scale, and subtracts nothing: for a model without an intercept, whose zero is that of the columns.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::StandardScaler;
    /// use ndarray::array;
    ///
    /// let scaler = StandardScaler.fit(array![[1.0], [3.0]].view())?.without_center();
    /// assert_eq!(scaler.transform(array![[0.0], [3.0]].view())?, array![[0.0], [3.0]]);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn without_center(mut self) -> Self {
        self.center.fill(0.0);
        self
    }

    /// Centre that is subtracted from each column, in its units.
    #[must_use]
    pub fn center(&self) -> ArrayView1<'_, f64> {
        self.center.view()
    }

    /// Scale that each column is divided by, in its units; never 0.
    #[must_use]
    pub fn scale(&self) -> ArrayView1<'_, f64> {
        self.scale.view()
    }

    /// `(x − center) / scale` in a new array.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for another number of columns.
    pub fn transform<'a, F: Scalar>(
        &self,
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
    ) -> Result<Array2<F>> {
        let x = x.into_view();
        let mut scaled = x.to_owned();
        self.transform_in_place(scaled.view_mut())?;
        Ok(scaled)
    }

    /// `(x − center) / scale` in place.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for another number of columns.
    pub fn transform_in_place<F: Scalar>(&self, x: ArrayViewMut2<'_, F>) -> Result<()> {
        self.apply(x, |value, center, scale| (value - center) / scale)
    }

    /// `z · scale + center` in a new array.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for another number of columns.
    pub fn inverse_transform<'a, F: Scalar>(
        &self,
        z: impl AsView<'a, Elem = F, Dim = Ix2>,
    ) -> Result<Array2<F>> {
        let z = z.into_view();
        let mut original = z.to_owned();
        self.apply(original.view_mut(), |value, center, scale| {
            value * scale + center
        })?;
        Ok(original)
    }

    fn apply<F: Scalar>(
        &self,
        mut x: ArrayViewMut2<'_, F>,
        f: impl Fn(f64, f64, f64) -> f64,
    ) -> Result<()> {
        check_length("columns of x", self.center.len(), x.ncols())?;
        for mut row in x.rows_mut() {
            for ((value, center), scale) in row.iter_mut().zip(&self.center).zip(&self.scale) {
                *value = F::of(f(value.wide(), *center, *scale));
            }
        }
        Ok(())
    }

    /// The coefficients and the intercept for original columns, from those of a fit on scaled columns.
    ///
    /// ```text
    /// wⱼ = vⱼ / scaleⱼ        b = a − Σⱼ wⱼ centerⱼ
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for another number of coefficients.
    pub fn unscale<F: Scalar>(
        &self,
        coefficients: ArrayView1<'_, F>,
        intercept: F,
    ) -> Result<(Array1<F>, F)> {
        check_length(
            "length of coefficients",
            self.scale.len(),
            coefficients.len(),
        )?;
        let shift: f64 = coefficients
            .iter()
            .zip(&self.center)
            .zip(&self.scale)
            .map(|((v, center), scale)| v.wide() / scale * center)
            .sum();
        let original = coefficients
            .iter()
            .zip(&self.scale)
            .map(|(v, scale)| F::of(v.wide() / scale))
            .collect();
        Ok((original, F::of(intercept.wide() - shift)))
    }
}

/// The weighted mean and population standard deviation of a column; 1 for the latter if all values of positive weight
/// are equal.
fn mean_and_sd<F: Scalar>(column: ArrayView1<'_, F>, weights: &[f64]) -> Result<(f64, f64)> {
    let pairs = || {
        column
            .iter()
            .map(|value| value.wide())
            .zip(weights.iter().copied())
            .filter(|(_, weight)| *weight > 0.0)
    };
    let Some((first, _)) = pairs().next() else {
        return Err(Error::ZeroWeights);
    };
    if pairs().all(|(value, _)| value == first) {
        return Ok((first, 1.0));
    }
    let total: f64 = weights.iter().sum();
    let rough = pairs().map(|(v, w)| w * (v / total)).sum::<f64>();
    let mean = rough + pairs().map(|(v, w)| w * (v - rough)).sum::<f64>() / total;
    // In units of the largest deviation no square over- or underflows.
    let largest = pairs().fold(0.0, |m: f64, (v, _)| m.max((v - mean).abs()));
    let square = pairs()
        .map(|(v, w)| w * ((v - mean) / largest).powi(2))
        .sum::<f64>();
    // The mean is rounded, which shows in the deviations of data far from zero.
    let drift = pairs()
        .map(|(v, w)| w * ((v - mean) / largest))
        .sum::<f64>()
        / total;
    Ok((mean, largest * (square / total - drift * drift).sqrt()))
}
