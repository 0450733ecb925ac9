//! The element types ([`Scalar`]: `f32`, `f64`) and target ranks ([`TargetDim`]: one target, several) the library is generic over.

use std::fmt::Debug;

use ndarray::{
    Array, Array2, ArrayView, ArrayView2, ArrayViewMut, ArrayViewMut2, Axis, Dimension, Ix1, Ix2,
    NdFloat,
};
use serde::{Serialize, de::DeserializeOwned};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
    impl Sealed for ndarray::Ix1 {}
    impl Sealed for ndarray::Ix2 {}
}

/// An element type of arrays: `f32` or `f64`.
///
/// Arrays keep their element type; sums, factorisations and the numbers that leave the library as scalars are `f64`.
pub trait Scalar: NdFloat + Into<f64> + Serialize + DeserializeOwned + sealed::Sealed {
    /// The nearest value of this type.
    fn of(value: f64) -> Self;

    /// This value, exactly.
    fn wide(self) -> f64 {
        self.into()
    }
}

impl Scalar for f32 {
    #[allow(clippy::cast_possible_truncation)] // rounding to the nearest f32 is the purpose
    fn of(value: f64) -> Self {
        value as f32
    }
}

impl Scalar for f64 {
    fn of(value: f64) -> Self {
        value
    }
}

/// The rank of the targets: [`Ix1`](type@Ix1) for one target, [`Ix2`](type@Ix2) (rows × targets) for several.
///
/// Predictions have the rank of the targets, coefficients likewise: `(p,)` for one target, `(p, k)` for several.
pub trait TargetDim: Dimension + Serialize + DeserializeOwned + Debug + sealed::Sealed {
    /// The targets as `(n, k)`, `k = 1` for one target.
    fn as_columns<F>(values: ArrayView<'_, F, Self>) -> ArrayView2<'_, F>;

    /// The same for writing.
    fn as_columns_mut<F>(values: ArrayViewMut<'_, F, Self>) -> ArrayViewMut2<'_, F>;

    /// The array of this rank that holds `(n, k)` values; `k` must be 1 for [`Ix1`](type@Ix1), else the further columns are dropped.
    fn from_columns<F>(values: Array2<F>) -> Array<F, Self>;

    /// The shape of `rows` values for each of `n_targets` targets.
    fn shape(rows: usize, n_targets: usize) -> Self;
}

impl TargetDim for Ix1 {
    fn as_columns<F>(values: ArrayView<'_, F, Self>) -> ArrayView2<'_, F> {
        values.insert_axis(Axis(1))
    }

    fn as_columns_mut<F>(values: ArrayViewMut<'_, F, Self>) -> ArrayViewMut2<'_, F> {
        values.insert_axis(Axis(1))
    }

    fn from_columns<F>(values: Array2<F>) -> Array<F, Self> {
        values.index_axis_move(Axis(1), 0)
    }

    fn shape(rows: usize, _n_targets: usize) -> Self {
        Ix1(rows)
    }
}

impl TargetDim for Ix2 {
    fn as_columns<F>(values: ArrayView<'_, F, Self>) -> ArrayView2<'_, F> {
        values
    }

    fn as_columns_mut<F>(values: ArrayViewMut<'_, F, Self>) -> ArrayViewMut2<'_, F> {
        values
    }

    fn from_columns<F>(values: Array2<F>) -> Array<F, Self> {
        values
    }

    fn shape(rows: usize, n_targets: usize) -> Self {
        Ix2(rows, n_targets)
    }
}
