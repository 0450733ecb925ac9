//! [`Samples`]: a design, its targets and their weights, checked once and borrowed from there on.

use std::sync::atomic::{AtomicBool, Ordering};

use ndarray::{ArrayBase, ArrayView, ArrayView1, ArrayView2, Axis, Ix1, Ix2, Slice, ViewRepr};

use serde::{Deserialize, Serialize};

use crate::check::{are_finite_in_parallel, check_finite, check_length, check_weights};
use crate::error::{Error, Result};
use crate::parallel;
use crate::scalar::{Scalar, TargetDim};
use crate::views::{AsView, AsWeights};

/// Values of a band, at least: the work of some ten microseconds.
const BAND_VALUES: usize = 1 << 17;
/// Bands at most: enough for balance, few enough that what is added up at the end takes no time to speak of.
const MAX_BANDS: usize = 16;

/// Meaning of sample weights: they give the same coefficients either way, but not the same errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WeightKind {
    /// Relative weights: the variance of a row's noise is `σ²/s`, and `n` counts the rows of positive weight. R's
    /// `lm(weights)`, statsmodels' `WLS`.
    #[default]
    Analytic,
    /// Frequencies: the row was seen `s` times, `s` is a whole number and `n = Σ s`.
    Frequency,
}

/// Rows to fit or to analyse: a design `(n, p)`, targets `(n,)` or `(n, k)`, and weights `(n,)`, 1 without them.
///
/// Views of the caller's arrays, checked where they are made: the shapes agree, there is a row and a column, every
/// value is finite, and the weights are at least 0 and not all 0. Everything that takes samples relies on it and checks
/// no more.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::model::{Estimator, RidgeRegression};
/// use ndarray::array;
///
/// let (x, y) = (array![[1.0_f64], [2.0], [3.0]], array![3.0, 5.0, 7.0]);
/// let weights = array![1.0, 1.0, 2.0];
/// let samples = Samples::new(&x, &y, &weights)?;
/// let model = RidgeRegression::new().fit_samples(&samples)?;
/// assert!((model.coefficients()[0] - 2.0).abs() < 1e-12);
///
/// let missing = array![[1.0], [f64::NAN], [3.0]];
/// let refused = Samples::new(&missing, &y, None).unwrap_err();
/// assert_eq!(refused.to_string(), "x[1, 0] is NaN: every value must be finite");
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Samples<'a, F: Scalar, D: TargetDim = Ix1> {
    x: View<'a, F, Ix2>,
    y: View<'a, F, D>,
    weights: Option<View<'a, F, Ix1>>,
    names: Option<Names<'a>>,
    cancellation: Cancellation<'a>,
}

/// Names of the columns of samples, which their models take over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a> {
    pub(crate) features: &'a [String],
    pub(crate) targets: &'a [String],
}

/// Flag of the caller that ends long work on the samples once it is raised.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cancellation<'a>(Option<&'a AtomicBool>);

impl Cancellation<'_> {
    pub(crate) fn is_raised(self) -> bool {
        self.0.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    pub(crate) fn check(self) -> Result<()> {
        if self.is_raised() {
            return Err(Error::Cancelled);
        }
        Ok(())
    }
}

/// An [`ArrayView`] whose element type is not a projection, so that samples may be passed on for a shorter time.
type View<'a, F, D> = ArrayBase<ViewRepr<&'a F>, D, F>;

impl<'a, F: Scalar, D: TargetDim> Samples<'a, F, D> {
    /// Checks a design `(n, p)`, targets `(n,)` or `(n, k)` and weights `(n,)`.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without rows, columns or targets; [`Error::ShapeMismatch`]; [`Error::NonFinite`] with row and
    /// column; [`Error::NegativeWeight`], [`Error::ZeroWeights`].
    pub fn new(
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
        y: impl AsView<'a, Elem = F, Dim = D>,
        weights: impl AsWeights<'a, F>,
    ) -> Result<Self> {
        Self::unread(x.into_view(), y.into_view())?.with_checked(weights.into_weights())
    }

    /// Rows without features, for a model of the intercept alone: targets `(n,)` or `(n, k)` and weights `(n,)`.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::Samples;
    /// use elltwo::inference::Covariance;
    /// use elltwo::model::RidgeRegression;
    /// use ndarray::array;
    ///
    /// let y = array![1.0, 2.0, 6.0];
    /// let fit = RidgeRegression::new().analyse(&Samples::without_features(&y, None)?)?;
    /// assert_eq!(fit.model().intercept(), 3.0);
    /// assert_eq!(fit.inference(Covariance::Classical)?.fit().r2, Some(0.0));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn without_features(
        y: impl AsView<'a, Elem = F, Dim = D>,
        weights: impl AsWeights<'a, F>,
    ) -> Result<Self> {
        let y = y.into_view();
        let x = ArrayView2::from_shape((y.shape()[0], 0), &[]);
        let x = x.map_err(|_| Error::overflow("the number of rows"))?;
        Self::shaped(x, y)?.with_checked(weights.into_weights())
    }

    fn with_checked(self, weights: Option<ArrayView1<'a, F>>) -> Result<Self> {
        self.check_values()?;
        check_weights(weights, self.x.nrows())?;
        Ok(Self { weights, ..self })
    }

    /// Checks the shapes alone of rows of weight 1: for passes that see in their sums whether a value is not finite,
    /// and then call [`check_values`](Self::check_values). X is read once less.
    pub(crate) fn unread(x: ArrayView2<'a, F>, y: ArrayView<'a, F, D>) -> Result<Self> {
        let samples = Self::shaped(x, y)?;
        samples.check_features()?;
        Ok(samples)
    }

    /// Refuses rows without features, for methods that are about these.
    pub(crate) fn check_features(&self) -> Result<()> {
        if self.x.ncols() == 0 {
            return Err(Error::empty("x (columns)"));
        }
        Ok(())
    }

    fn shaped(x: ArrayView2<'a, F>, y: ArrayView<'a, F, D>) -> Result<Self> {
        if x.nrows() == 0 {
            return Err(Error::empty("x (rows)"));
        }
        check_length("rows of y", x.nrows(), y.shape()[0])?;
        if y.is_empty() {
            return Err(Error::empty("y (columns)"));
        }
        Ok(Self::trusted(x, y, None))
    }

    /// Samples that have been checked, or were made here.
    pub(crate) fn trusted(
        x: ArrayView2<'a, F>,
        y: ArrayView<'a, F, D>,
        weights: Option<ArrayView1<'a, F>>,
    ) -> Self {
        Self {
            x,
            y,
            weights,
            names: None,
            cancellation: Cancellation::default(),
        }
    }

    /// Samples whose columns have names, `(p,)` and `(k,)`: models fitted to them have them too.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for other numbers of names.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::prelude::*;
    /// use ndarray::array;
    ///
    /// let (x, y) = (array![[1.0], [2.0], [4.0]], array![3.0, 5.0, 9.0]);
    /// let (features, targets) = (["dose".to_owned()], ["response".to_owned()]);
    /// let samples = Samples::new(&x, &y, None)?.with_names(&features, &targets)?;
    /// let model = RidgeRegression::new().fit_samples(&samples)?;
    /// assert_eq!(model.feature_names(), Some(&features[..]));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn with_names(self, features: &'a [String], targets: &'a [String]) -> Result<Self> {
        check_length("feature names", self.n_features(), features.len())?;
        check_length("target names", self.n_targets(), targets.len())?;
        let names = Some(Names { features, targets });
        Ok(Self { names, ..self })
    }

    pub(crate) fn names(&self) -> Option<Names<'a>> {
        self.names
    }

    /// Samples whose fits and analyses end with [`Error::Cancelled`] once another thread raises the flag: for a user
    /// who interrupts, or a deadline.
    ///
    /// The flag is looked at before each block of rows, each block of a Cholesky factorisation or a product, each
    /// iteration and each epoch; a QR, a singular value decomposition or a solution in extended precision that has
    /// begun is finished.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::atomic::{AtomicBool, Ordering};
    ///
    /// use elltwo::model::{Estimator, RidgeRegression};
    /// use elltwo::{Error, Samples};
    /// use ndarray::array;
    ///
    /// let (x, y) = (array![[1.0], [2.0], [4.0]], array![3.0, 5.0, 9.0]);
    /// let interrupted = AtomicBool::new(false);
    /// let samples = Samples::new(x.view(), y.view(), None)?.cancelled_by(&interrupted);
    /// assert!(RidgeRegression::new().fit_samples(&samples).is_ok());
    ///
    /// interrupted.store(true, Ordering::Relaxed);
    /// assert!(matches!(RidgeRegression::new().fit_samples(&samples), Err(Error::Cancelled)));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    #[must_use]
    pub fn cancelled_by(self, flag: &'a AtomicBool) -> Self {
        self.with_cancellation(Cancellation(Some(flag)))
    }

    pub(crate) fn with_cancellation(self, cancellation: Cancellation<'a>) -> Self {
        Self {
            cancellation,
            ..self
        }
    }

    pub(crate) fn cancellation(&self) -> Cancellation<'a> {
        self.cancellation
    }

    /// Names the first value of the design or the targets that is not finite.
    pub(crate) fn check_values(&self) -> Result<()> {
        match self.x.as_slice_memory_order() {
            Some(values) if are_finite_in_parallel(values) => {}
            _ => check_finite("x", self.x)?,
        }
        check_finite("y", D::as_columns(self.y))
    }

    /// The design, `(n, p)`.
    #[must_use]
    pub fn x(&self) -> ArrayView2<'a, F> {
        self.x
    }

    /// The targets, `(n,)` or `(n, k)`.
    #[must_use]
    pub fn y(&self) -> ArrayView<'a, F, D> {
        self.y
    }

    /// The weights, `(n,)`; `None` where each is 1.
    #[must_use]
    pub fn weights(&self) -> Option<ArrayView1<'a, F>> {
        self.weights
    }

    /// Number of rows `n`, those of weight 0 included.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.x.nrows()
    }

    /// Number of features `p`.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.x.ncols()
    }

    /// Number of targets `k`.
    #[must_use]
    pub fn n_targets(&self) -> usize {
        self.columns().y.ncols()
    }

    /// The weight of a row.
    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row].wide())
    }

    /// The samples with their targets as columns, `(n, k)`.
    pub(crate) fn columns(&self) -> Samples<'a, F, Ix2> {
        Samples {
            names: self.names,
            ..Samples::trusted(self.x, D::as_columns(self.y), self.weights)
        }
        .with_cancellation(self.cancellation)
    }
}

impl<F: Scalar> Samples<'_, F, Ix2> {
    /// The rows from `start` on, `count` of them or as many as there are.
    pub(crate) fn range(&self, start: usize, count: usize) -> Self {
        let rows = Slice::from(start..(start + count).min(self.n_rows()));
        Self {
            x: self.x.slice_axis_move(Axis(0), rows),
            y: self.y.slice_axis_move(Axis(0), rows),
            weights: self.weights.map(|w| w.slice_axis_move(Axis(0), rows)),
            names: self.names,
            cancellation: self.cancellation,
        }
    }

    /// Rows of a band, from the shape alone: a part for one thread, in passes that read each row once.
    pub(crate) fn band_rows(&self) -> usize {
        let values = self.n_rows().saturating_mul(self.width());
        let bands = (values / BAND_VALUES).clamp(1, MAX_BANDS);
        self.n_rows().div_ceil(bands).max(1)
    }

    /// Maps each band of the rows, given the index of its first one, in order, on all threads.
    pub(crate) fn map_bands<T: Send>(&self, f: impl Fn(usize, Self) -> T + Send + Sync) -> Vec<T> {
        let rows = self.band_rows();
        parallel::map(self.n_rows().div_ceil(rows), |band| {
            f(band * rows, self.range(band * rows, rows))
        })
    }

    /// Values in a row, features and targets.
    pub(crate) fn width(&self) -> usize {
        self.x.ncols() + self.y.ncols()
    }
}

/// Rows as an argument: [`Samples`], a [`Dataset`](crate::data::Dataset) with its weights and names, or arrays as
/// `(&x, &y)` and `(&x, &y, &weights)`.
///
/// # Examples
///
/// ```
/// use elltwo::prelude::*;
/// use ndarray::array;
///
/// let (x, y) = (array![[1.0], [2.0], [3.0], [4.0]], array![3.1, 4.9, 7.2, 8.8]);
/// let fit = RidgeRegression::new().analyse((&x, &y))?;
/// assert!(fit.residuals()?.leverage().sum() > 1.9);
///
/// let data = Dataset::new(x, y)?.with_feature_names(["dose"])?;
/// assert_eq!(RidgeRegression::new().fit_dataset(&data)?.feature_names(), Some(data.feature_names()));
/// # Ok::<(), elltwo::Error>(())
/// ```
pub trait ToSamples<'a> {
    /// Type of the values.
    type Elem: Scalar;
    /// Rank of the targets.
    type Dim: TargetDim;

    /// The rows as checked samples.
    ///
    /// # Errors
    ///
    /// As [`Samples::new`].
    fn to_samples(self) -> Result<Samples<'a, Self::Elem, Self::Dim>>;
}

impl<'a, F: Scalar, D: TargetDim> ToSamples<'a> for &Samples<'a, F, D> {
    type Elem = F;
    type Dim = D;

    fn to_samples(self) -> Result<Samples<'a, F, D>> {
        Ok(*self)
    }
}

impl<'a, X, Y> ToSamples<'a> for (X, Y)
where
    X: AsView<'a, Elem: Scalar, Dim = Ix2>,
    Y: AsView<'a, Elem = X::Elem, Dim: TargetDim>,
{
    type Elem = X::Elem;
    type Dim = Y::Dim;

    fn to_samples(self) -> Result<Samples<'a, X::Elem, Y::Dim>> {
        Samples::new(self.0, self.1, None)
    }
}

impl<'a, X, Y, W> ToSamples<'a> for (X, Y, W)
where
    X: AsView<'a, Elem: Scalar, Dim = Ix2>,
    Y: AsView<'a, Elem = X::Elem, Dim: TargetDim>,
    W: AsWeights<'a, X::Elem>,
{
    type Elem = X::Elem;
    type Dim = Y::Dim;

    fn to_samples(self) -> Result<Samples<'a, X::Elem, Y::Dim>> {
        Samples::new(self.0, self.1, self.2)
    }
}
