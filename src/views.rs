//! [`AsView`] and [`AsWeights`]: what fits, predictions and metrics take as arrays.

use ndarray::{ArrayBase, ArrayRef, ArrayView, ArrayView1, Data, Dimension, Ix1, ViewRepr};

mod sealed {
    pub trait Sealed {}
    impl<S: ndarray::RawData, D> Sealed for &ndarray::ArrayBase<S, D> {}
    impl<A, D> Sealed for ndarray::ArrayBase<ndarray::ViewRepr<&A>, D, A> {}
    impl<A, D> Sealed for &ndarray::ArrayRef<A, D> {}
    impl<A> Sealed for &Vec<A> {}
    impl<A> Sealed for &[A] {}
    impl<A, const N: usize> Sealed for &[A; N] {}
}

/// Arrays as arguments: `&array`, `&view`, `view`, and of one dimension `&vec`, `&slice` alike.
///
/// # Examples
///
/// ```
/// use elltwo::prelude::*;
/// use ndarray::{array, s};
///
/// let (x, y) = (array![[1.0], [2.0], [3.0]], vec![3.0, 5.0, 7.0]);
/// let model = RidgeRegression::new().fit(&x, &y)?;
/// let same = RidgeRegression::new().fit(x.slice(s![.., ..1]), ndarray::aview1(&y))?;
/// assert_eq!(model, same);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no array that can be looked at",
    label = "an array, borrowed, is needed here",
    note = "borrow it: `&array`; a row of values is `&vec`, a design has two dimensions"
)]
pub trait AsView<'a>: sealed::Sealed {
    /// Type of its elements.
    type Elem: 'a;
    /// Its dimensions.
    type Dim: Dimension;

    /// The array as a view.
    fn into_view(self) -> ArrayView<'a, Self::Elem, Self::Dim>;
}

impl<'a, A: 'a, S: Data<Elem = A>, D: Dimension> AsView<'a> for &'a ArrayBase<S, D> {
    type Elem = A;
    type Dim = D;

    fn into_view(self) -> ArrayView<'a, A, D> {
        self.view()
    }
}

impl<'a, A: 'a, D: Dimension> AsView<'a> for ArrayBase<ViewRepr<&'a A>, D, A> {
    type Elem = A;
    type Dim = D;

    fn into_view(self) -> ArrayView<'a, A, D> {
        self
    }
}

impl<'a, A: 'a, D: Dimension> AsView<'a> for &'a ArrayRef<A, D> {
    type Elem = A;
    type Dim = D;

    fn into_view(self) -> ArrayView<'a, A, D> {
        self.view()
    }
}

impl<'a, A: 'a> AsView<'a> for &'a Vec<A> {
    type Elem = A;
    type Dim = Ix1;

    fn into_view(self) -> ArrayView1<'a, A> {
        self.as_slice().into_view()
    }
}

impl<'a, A: 'a> AsView<'a> for &'a [A] {
    type Elem = A;
    type Dim = Ix1;

    fn into_view(self) -> ArrayView1<'a, A> {
        ArrayView1::from(self)
    }
}

impl<'a, A: 'a, const N: usize> AsView<'a> for &'a [A; N] {
    type Elem = A;
    type Dim = Ix1;

    fn into_view(self) -> ArrayView1<'a, A> {
        self.as_slice().into_view()
    }
}

/// Sample weights as an argument: an array as [`AsView`] has it, `None` for weights of 1, or `Some(view)`.
///
/// # Examples
///
/// ```
/// use elltwo::metrics::Metric;
/// use elltwo::metrics::Average::Uniform;
/// use ndarray::array;
///
/// let (y, predicted, weights) = (array![1.0, 2.0], array![1.0, 4.0], array![3.0, 1.0]);
/// let metric = Metric::MeanSquaredError;
/// assert_eq!(metric.evaluate(&y, &predicted, &weights, &Uniform)?, 1.0);
/// assert_eq!(metric.evaluate(&y, &predicted, Some(weights.view()), &Uniform)?, 1.0);
/// assert_eq!(metric.evaluate(&y, &predicted, None, &Uniform)?, 2.0);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no array of sample weights",
    note = "`&weights`, `Some(weights.view())` or `None`"
)]
pub trait AsWeights<'a, F: 'a> {
    /// The weights as a view; `None` where each is 1.
    fn into_weights(self) -> Option<ArrayView1<'a, F>>;
}

impl<'a, F: 'a, W: AsView<'a, Elem = F, Dim = Ix1>> AsWeights<'a, F> for W {
    fn into_weights(self) -> Option<ArrayView1<'a, F>> {
        Some(self.into_view())
    }
}

impl<'a, F: 'a> AsWeights<'a, F> for Option<ArrayView1<'a, F>> {
    fn into_weights(self) -> Option<ArrayView1<'a, F>> {
        self
    }
}
