//! [`Estimator`], for which a fit is what its name says, and [`Predictor`], which a fit gives.

use std::fmt;
use std::sync::Arc;

use ndarray::{Array, ArrayView, ArrayView1, ArrayView2, ArrayViewMut, Ix1, Ix2};

use super::LinearModel;
use crate::error::Result;
use crate::metrics;
use crate::samples::{Samples, ToSamples};
use crate::scalar::{Scalar, TargetDim};
use crate::views::{AsView, AsWeights};

/// Something that can be fitted to a design and targets.
///
/// The estimator is its parameter set; fitting does not change it. Arrays are taken as `&x`, `x.view()` or slices of
/// them alike; see [`AsView`].
///
/// | what is at hand | call |
/// |---|---|
/// | arrays | [`fit(&x, &y)`](Self::fit), [`fit_weighted(&x, &y, &weights)`](Self::fit_weighted) |
/// | a [`Dataset`](crate::data::Dataset) | [`fit_dataset(&data)`](Self::fit_dataset): names and weights count |
/// | checked [`Samples`] | [`fit_samples(&samples)`](Self::fit_samples) |
/// | several estimators | [`boxed()`](Self::boxed) makes them a list of [`BoxedEstimator`] |
///
/// # Examples
///
/// ```
/// use elltwo::model::{BoxedEstimator, Estimator, RidgeCv, RidgeRegression};
/// use ndarray::array;
///
/// let estimators: Vec<BoxedEstimator> = vec![
///     RidgeRegression::new().boxed(),
///     RidgeRegression::new().lambda(10.0).boxed(),
///     RidgeCv::new().boxed(),
/// ];
/// let (x, y) = (array![[1.0], [2.0], [3.0]], array![3.0, 5.0, 7.0]);
/// let slopes = estimators.iter().map(|e| Ok(e.fit(&x, &y)?.coefficients()[0]));
/// let slopes = slopes.collect::<elltwo::Result<Vec<f64>>>()?;
/// assert!((slopes[0] - 2.0).abs() < 1e-12 && slopes[1] < 1.0);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub trait Estimator<F: Scalar, D: TargetDim = Ix1> {
    /// Model that fitting gives.
    type Fitted: Predictor<F, D>;

    /// Fits samples, which have been checked.
    ///
    /// # Errors
    ///
    /// [`Error`](crate::Error) for parameters out of range, and for data that the method cannot bear.
    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<Self::Fitted>;

    /// Fits views: what [`fit`](Self::fit) and [`fit_weighted`](Self::fit_weighted) come down to, and what a
    /// `&dyn Estimator`, which has no generic methods, is called by.
    ///
    /// # Errors
    ///
    /// As [`Samples::new`] and [`fit_samples`](Self::fit_samples).
    fn fit_views(
        &self,
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<Self::Fitted> {
        self.fit_samples(&Samples::new(x, y, weights)?)
    }

    /// Fits a design `(n, p)` to targets `(n,)` or `(n, k)`, every row with the weight 1.
    ///
    /// # Errors
    ///
    /// As [`fit_views`](Self::fit_views).
    fn fit<'a>(
        &self,
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
        y: impl AsView<'a, Elem = F, Dim = D>,
    ) -> Result<Self::Fitted>
    where
        Self: Sized,
        F: 'a,
    {
        self.fit_views(x.into_view(), y.into_view(), None)
    }

    /// Fits a design `(n, p)` to targets `(n,)` or `(n, k)` with sample weights `(n,)`, 1 if `None`.
    ///
    /// # Errors
    ///
    /// As [`fit_views`](Self::fit_views).
    fn fit_weighted<'a>(
        &self,
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
        y: impl AsView<'a, Elem = F, Dim = D>,
        weights: impl AsWeights<'a, F>,
    ) -> Result<Self::Fitted>
    where
        Self: Sized,
        F: 'a,
    {
        self.fit_views(x.into_view(), y.into_view(), weights.into_weights())
    }

    /// Fits a [`Dataset`](crate::data::Dataset) with its weights; the model has its names.
    ///
    /// # Errors
    ///
    /// As [`fit_views`](Self::fit_views).
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::prelude::*;
    ///
    /// let text = "weight,age,price\n3.5,2,19\n2.1,1,31\n2.6,5,21\n4.1,7,10\n3.0,3,22\n";
    /// let data = CsvReader::new("price").read(text.as_bytes())?.into_dataset();
    /// let model = RidgeRegression::new().fit_dataset(&data)?;
    /// assert_eq!(model.feature_names(), Some(data.feature_names()));
    /// assert_eq!(model.to_string().lines().next(), Some("  term            price"));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    fn fit_dataset<'a>(&self, data: impl ToSamples<'a, Elem = F, Dim = D>) -> Result<Self::Fitted>
    where
        Self: Sized,
    {
        self.fit_samples(&data.to_samples()?)
    }

    /// The estimator as one of a list of different ones, which all give a [`LinearModel`].
    fn boxed(self) -> BoxedEstimator<F, D>
    where
        Self: Sized + fmt::Debug + Send + Sync + 'static,
        Self::Fitted: Into<LinearModel<F, D>>,
    {
        BoxedEstimator(Arc::new(GivesLinearModel(self)))
    }
}

/// An estimator of any kind that gives a [`LinearModel`], made by [`Estimator::boxed`]: for lists of them.
#[derive(Clone, Debug)]
pub struct BoxedEstimator<F: Scalar = f64, D: TargetDim = Ix1>(Arc<dyn AnyEstimator<F, D>>);

/// Abilities of a boxed estimator.
trait AnyEstimator<F: Scalar, D: TargetDim>:
    Estimator<F, D, Fitted = LinearModel<F, D>> + fmt::Debug + Send + Sync
{
}

impl<F: Scalar, D: TargetDim, E> AnyEstimator<F, D> for E where
    E: Estimator<F, D, Fitted = LinearModel<F, D>> + fmt::Debug + Send + Sync
{
}

impl<F: Scalar, D: TargetDim> Estimator<F, D> for BoxedEstimator<F, D> {
    type Fitted = LinearModel<F, D>;

    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<LinearModel<F, D>> {
        self.0.fit_samples(samples)
    }

    fn fit_views(
        &self,
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<LinearModel<F, D>> {
        self.0.fit_views(x, y, weights)
    }
}

/// An estimator whose fit is taken for its linear model.
#[derive(Debug)]
struct GivesLinearModel<E>(E);

impl<F: Scalar, D: TargetDim, E: Estimator<F, D>> Estimator<F, D> for GivesLinearModel<E>
where
    E::Fitted: Into<LinearModel<F, D>>,
{
    type Fitted = LinearModel<F, D>;

    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<LinearModel<F, D>> {
        self.0.fit_samples(samples).map(Into::into)
    }

    fn fit_views(
        &self,
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<LinearModel<F, D>> {
        self.0.fit_views(x, y, weights).map(Into::into)
    }
}

impl<F: Scalar, D: TargetDim, E: Estimator<F, D> + ?Sized> Estimator<F, D> for Box<E> {
    type Fitted = E::Fitted;

    fn fit_samples(&self, samples: &Samples<'_, F, D>) -> Result<E::Fitted> {
        (**self).fit_samples(samples)
    }

    fn fit_views(
        &self,
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<E::Fitted> {
        (**self).fit_views(x, y, weights)
    }
}

/// Something that predicts targets from a design.
pub trait Predictor<F: Scalar, D: TargetDim = Ix1> {
    /// Number of targets of a row: 1 for [`Ix1`](type@Ix1).
    fn n_targets(&self) -> usize;

    /// Writes the predictions for `x` `(n, p)` to `out` `(n,)` or `(n, k)`, on all threads; nothing is allocated.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch);
    /// [`Error::NonFinite`](crate::Error::NonFinite) for a value of `x`,
    /// [`Error::Overflow`](crate::Error::Overflow) when a prediction is not finite, with `out` then undefined.
    fn predict_into(&self, x: ArrayView2<'_, F>, out: ArrayViewMut<'_, F, D>) -> Result<()>;

    /// The predictions for `x` `(n, p)`, an array or a view of one.
    ///
    /// # Errors
    ///
    /// As [`predict_into`](Self::predict_into).
    fn predict<'a>(&self, x: impl AsView<'a, Elem = F, Dim = Ix2>) -> Result<Array<F, D>>
    where
        Self: Sized,
        F: 'a,
    {
        let x = x.into_view();
        let mut out = Array::zeros(D::shape(x.nrows(), self.n_targets()));
        self.predict_into(x, out.view_mut())?;
        Ok(out)
    }

    /// R² of the predictions for `x` `(n, p)` against `y`, [`metrics::r2`](crate::metrics::r2); of several targets the
    /// mean.
    ///
    /// # Errors
    ///
    /// As [`predict_into`](Self::predict_into) and [`metrics::r2`](crate::metrics::r2).
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::prelude::*;
    /// use ndarray::array;
    ///
    /// let (x, y) = (array![[1.0], [2.0], [3.0]], array![3.0, 5.0, 7.0]);
    /// let model = RidgeRegression::new().fit(&x, &y)?;
    /// assert!(model.score(&x, &y)? > 0.999);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    fn score<'a>(
        &self,
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
        y: impl AsView<'a, Elem = F, Dim = D>,
    ) -> Result<f64>
    where
        Self: Sized,
        F: 'a,
    {
        metrics::r2(y.into_view(), self.predict(x)?.view())
    }
}

impl<F: Scalar, D: TargetDim, P: Predictor<F, D> + ?Sized> Predictor<F, D> for Box<P> {
    fn n_targets(&self) -> usize {
        (**self).n_targets()
    }

    fn predict_into(&self, x: ArrayView2<'_, F>, out: ArrayViewMut<'_, F, D>) -> Result<()> {
        (**self).predict_into(x, out)
    }
}
