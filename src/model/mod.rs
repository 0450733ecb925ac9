//! Estimators and what they fit: the two traits, [`RidgeRegression`], [`SgdRegressor`] and the [`LinearModel`] they
//! return; [`RidgePath`] for every penalty, [`RidgeCv`] for the best; [`PolynomialRegression`] and its
//! [`PolynomialModel`].

mod cv;
mod fit_moments;
mod linear_model;
mod path;
mod polynomial;
mod polynomial_model;
mod report;
mod ridge;
mod ridge_fit;
mod sgd;

pub use cv::{CvCurve, CvStrategy, RidgeCv, RidgeCvFit, Selection};
pub use linear_model::LinearModel;
pub use path::{RidgePath, RidgePathFit};
pub use polynomial::PolynomialRegression;
pub use polynomial_model::PolynomialModel;
pub use report::{FitReport, Method, RidgeReport};
pub use ridge::RidgeRegression;
pub use ridge_fit::RidgeFit;
pub(crate) use ridge_fit::{check_objective, check_whole};
pub use sgd::{SgdRegressor, SgdReport, SgdState};

use ndarray::{Array, ArrayView, ArrayView1, ArrayView2, ArrayViewMut, Ix1};

use crate::error::Result;
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};

/// Something that can be fitted to a design and targets.
///
/// The estimator is its parameter set; fitting does not change it. The trait is object safe, so estimators can be
/// compared in a loop.
///
/// # Examples
///
/// ```
/// use elltwo::model::{Estimator, LinearModel, RidgeRegression};
/// use ndarray::array;
///
/// let estimators: Vec<Box<dyn Estimator<f64, Fitted = LinearModel<f64>>>> =
///     vec![Box::new(RidgeRegression::new()), Box::new(RidgeRegression::new().lambda(10.0))];
/// let (x, y) = (array![[1.0], [2.0], [3.0]], array![3.0, 5.0, 7.0]);
/// let slopes = estimators.iter().map(|e| Ok(e.fit(x.view(), y.view())?.coefficients()[0]));
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

    /// Fits a design `(n, p)` to targets `(n,)` or `(n, k)` with sample weights `(n,)`, 1 if `None`.
    ///
    /// # Errors
    ///
    /// As [`Samples::new`] and [`fit_samples`](Self::fit_samples).
    fn fit_weighted(
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
    /// As [`fit_weighted`](Self::fit_weighted).
    fn fit(&self, x: ArrayView2<'_, F>, y: ArrayView<'_, F, D>) -> Result<Self::Fitted> {
        self.fit_weighted(x, y, None)
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

    /// The predictions for `x`.
    ///
    /// # Errors
    ///
    /// As [`predict_into`](Self::predict_into).
    fn predict(&self, x: ArrayView2<'_, F>) -> Result<Array<F, D>> {
        let mut out = Array::zeros(D::shape(x.nrows(), self.n_targets()));
        self.predict_into(x, out.view_mut())?;
        Ok(out)
    }
}
