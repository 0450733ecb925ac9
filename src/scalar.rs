//! The element types ([`Scalar`]: `f32`, `f64`) and target ranks ([`TargetDim`]: one target, several) the library is
//! generic over.

use std::fmt::Debug;

use ndarray::{
    Array, Array1, Array2, ArrayView, ArrayView1, ArrayView2, ArrayViewMut, ArrayViewMut2, Axis,
    CowArray, Dimension, Ix1, Ix2, NdFloat,
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
    /// True for `f64`.
    const IS_DOUBLE: bool;

    /// The nearest value of this type.
    fn of(value: f64) -> Self;

    /// This value, exactly.
    fn wide(self) -> f64 {
        self.into()
    }

    /// These values in `f64`; moved if they are.
    fn wide_array(values: Array1<Self>) -> Array1<f64>;

    /// These values in `f64`: the same memory if they are.
    fn wide_view(values: ArrayView2<'_, Self>) -> CowArray<'_, f64, Ix2>;
}

impl Scalar for f32 {
    const IS_DOUBLE: bool = false;

    #[allow(clippy::cast_possible_truncation)] // rounding to the nearest f32 is the purpose
    fn of(value: f64) -> Self {
        value as f32
    }

    fn wide_array(values: Array1<Self>) -> Array1<f64> {
        values.mapv(Self::wide)
    }

    fn wide_view(values: ArrayView2<'_, Self>) -> CowArray<'_, f64, Ix2> {
        values.mapv(Self::wide).into()
    }
}

impl Scalar for f64 {
    const IS_DOUBLE: bool = true;

    fn of(value: f64) -> Self {
        value
    }

    fn wide_array(values: Array1<Self>) -> Array1<f64> {
        values
    }

    fn wide_view(values: ArrayView2<'_, Self>) -> CowArray<'_, f64, Ix2> {
        values.into()
    }
}

/// The rank of the targets: [`Ix1`](type@Ix1) for one target, [`Ix2`](type@Ix2) (rows × targets) for several.
///
/// Predictions have the rank of the targets, coefficients likewise: `(p,)` for one target, `(p, k)` for several.
pub trait TargetDim:
    Dimension + Copy + Serialize + DeserializeOwned + Debug + sealed::Sealed
{
    /// A value for each target: `T` itself for one target, an array `(k,)` for several.
    type PerTarget<T>;

    /// Values for each target, as the rank has them; for [`Ix1`](type@Ix1) the first.
    fn per_target<T: Copy>(values: ArrayView1<'_, T>) -> Self::PerTarget<T>;

    /// Values for each target as an array `(k,)`.
    fn per_target_array<T>(values: Self::PerTarget<T>) -> Array1<T>;

    /// The targets as `(n, k)`, `k = 1` for one target.
    fn as_columns<F>(values: ArrayView<'_, F, Self>) -> ArrayView2<'_, F>;

    /// The targets as `(n, k)`, to write to.
    fn as_columns_mut<F>(values: ArrayViewMut<'_, F, Self>) -> ArrayViewMut2<'_, F>;

    /// The array of this rank that holds `(n, k)` values; `k` must be 1 for [`Ix1`](type@Ix1), else the further columns
    /// are dropped.
    fn from_columns<F>(values: Array2<F>) -> Array<F, Self>;

    /// The shape of `rows` values for each of `n_targets` targets.
    fn shape(rows: usize, n_targets: usize) -> Self;
}

impl TargetDim for Ix1 {
    type PerTarget<T> = T;

    fn per_target<T: Copy>(values: ArrayView1<'_, T>) -> T {
        values[0]
    }

    fn per_target_array<T>(value: T) -> Array1<T> {
        Array1::from(vec![value])
    }

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
    type PerTarget<T> = Array1<T>;

    fn per_target<T: Copy>(values: ArrayView1<'_, T>) -> Array1<T> {
        values.to_owned()
    }

    fn per_target_array<T>(values: Array1<T>) -> Array1<T> {
        values
    }

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
