//! The loops every loss shares: a blocked, compensated, layout-independent sum, and an in-place map.
//!
//! Elements are taken in logical order in blocks of [`BLOCK`]. In a block, [`LANES`] independent accumulators hide the
//! latency of addition and bound the rounding error to `BLOCK/LANES + log₂ LANES` roundings; block sums are added with
//! Neumaier's compensation, so the error does not grow with the length. A strided view is gathered into a stack buffer
//! and goes through the same block function: the value does not depend on the layout. The lanes are fixed in the
//! source, so the instruction set chosen at run time changes the speed and not the bits.

use ndarray::{ArrayView, ArrayView1, ArrayViewMut, Dimension};
use pulp::{Arch, Simd, WithSimd};

use super::Loss;
use crate::parallel;
use crate::scalar::Scalar;

/// Elements in a block.
const BLOCK: usize = 512;
/// Rows that one thread sums at a time.
const BAND: usize = 32 * BLOCK;
/// Independent accumulators in a block.
const LANES: usize = 16;

/// `Σ wᵢ ℓ(yᵢ, ŷᵢ)` in `f64`; the shapes agree, the weight of an element is that of its row.
pub(crate) fn sum<F: Scalar, L: Loss, D: Dimension>(
    loss: &L,
    y_true: ArrayView<'_, F, D>,
    y_pred: ArrayView<'_, F, D>,
    weights: Option<ArrayView1<'_, F>>,
) -> f64 {
    let width = row_width(&y_true);
    match (
        y_true.as_slice(),
        y_pred.as_slice(),
        weights.as_ref().map(|w| w.as_slice()),
    ) {
        (Some(t), Some(p), None) => Arch::new().dispatch(SliceSum {
            loss,
            t,
            p,
            w: None,
        }),
        (Some(t), Some(p), Some(Some(w))) if width == 1 => Arch::new().dispatch(SliceSum {
            loss,
            t,
            p,
            w: Some(w),
        }),
        _ => gathered_sum(loss, y_true, y_pred, weights, width),
    }
}

/// Sums over rows that are made block by block, on all threads: `f` is given the first row of a block, its length and
/// room for its sums, each by [`sum`]. They are added as those of [`sum`] over all rows at once, to the same bits.
pub(crate) fn sum_by_blocks(
    n_rows: usize,
    n_sums: usize,
    f: impl Fn(usize, usize, &mut [f64]) + Send + Sync,
) -> Vec<f64> {
    let bands = parallel::map(n_rows.div_ceil(BAND), |band| {
        let end = n_rows.min((band + 1) * BAND);
        let starts = (band * BAND..end).step_by(BLOCK);
        let mut sums = vec![0.0; starts.len() * n_sums];
        for (start, sums) in starts.zip(sums.chunks_exact_mut(n_sums)) {
            f(start, BLOCK.min(end - start), sums);
        }
        sums
    });
    let mut totals: Vec<_> = (0..n_sums).map(|_| Compensated::default()).collect();
    for sums in bands.iter().flat_map(|band| band.chunks_exact(n_sums)) {
        let pairs = totals.iter_mut().zip(sums);
        pairs.for_each(|(total, sum)| total.add(*sum));
    }
    totals.into_iter().map(Compensated::value).collect()
}

/// `Σ vᵢ` in `f64`, by the same blocks.
pub(crate) fn total<F: Scalar>(values: ArrayView1<'_, F>) -> f64 {
    /// The loss whose value is the prediction.
    #[derive(Clone, Copy, Debug)]
    struct Prediction;
    impl Loss for Prediction {
        #[inline(always)]
        fn value(&self, _target: f64, prediction: f64) -> f64 {
            prediction
        }
        fn derivative(&self, _target: f64, _prediction: f64) -> f64 {
            1.0
        }
    }
    sum(&Prediction, values, values, None)
}

/// `ŷᵢ ← f(yᵢ, ŷᵢ, wᵢ)` element by element, any layout.
pub(crate) fn map<F: Scalar, D: Dimension>(
    y_true: ArrayView<'_, F, D>,
    mut y_pred: ArrayViewMut<'_, F, D>,
    weights: Option<ArrayView1<'_, F>>,
    f: impl Fn(f64, f64, f64) -> f64,
) {
    let width = row_width(&y_true);
    let same_order = y_true.strides() == y_pred.strides();
    match (weights, y_true.as_slice(), y_pred.as_slice_mut()) {
        (None, Some(t), Some(p)) => Arch::new().dispatch(SliceMap { f, t, p, w: None }),
        (Some(weights), Some(t), Some(p)) if width == 1 && weights.as_slice().is_some() => {
            let w = weights.as_slice();
            Arch::new().dispatch(SliceMap { f, t, p, w });
        }
        (None, ..) if same_order => y_pred.zip_mut_with(&y_true, |p, &t| apply(&f, t, p, 1.0)),
        (weights, ..) => {
            let pairs = y_pred.iter_mut().zip(y_true.iter());
            pairs.enumerate().for_each(|(i, (p, &t))| {
                apply(&f, t, p, weights.map_or(1.0, |w| w[i / width].wide()));
            });
        }
    }
}

/// `p ← f(t, p, w)`, rounded once.
#[inline(always)]
fn apply<F: Scalar>(f: &impl Fn(f64, f64, f64) -> f64, t: F, p: &mut F, w: f64) {
    *p = F::of(f(t.wide(), p.wide(), w));
}

/// An in-place map over contiguous elements, compiled for each instruction set.
struct SliceMap<'a, F, M> {
    f: M,
    t: &'a [F],
    p: &'a mut [F],
    w: Option<&'a [F]>,
}

impl<F: Scalar, M: Fn(f64, f64, f64) -> f64> WithSimd for SliceMap<'_, F, M> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { f, t, p, w } = self;
        let pairs = p.iter_mut().zip(t);
        match w {
            None => pairs.for_each(|(p, &t)| apply(&f, t, p, 1.0)),
            Some(w) => pairs
                .zip(w)
                .for_each(|((p, &t), w)| apply(&f, t, p, w.wide())),
        }
    }
}

/// Elements that share a row, and so a weight.
fn row_width<F, D: Dimension>(values: &ArrayView<'_, F, D>) -> usize {
    values.shape().iter().skip(1).product()
}

/// A sum over contiguous elements, compiled for each instruction set.
struct SliceSum<'a, F, L> {
    loss: &'a L,
    t: &'a [F],
    p: &'a [F],
    w: Option<&'a [F]>,
}

impl<F: Scalar, L: Loss> WithSimd for SliceSum<'_, F, L> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Self { loss, t, p, w } = self;
        let mut total = Compensated::default();
        // Two loops for each block, which the compiler vectorises, where it would not vectorise one.
        let mut values = [0.0; BLOCK];
        let blocks = t.chunks(BLOCK).zip(p.chunks(BLOCK));
        for (index, (t, p)) in blocks.enumerate() {
            let values = &mut values[..t.len()];
            let pairs = t.iter().zip(p);
            let to = values.iter_mut().zip(pairs);
            match w {
                None => to.for_each(|(to, (t, p))| *to = loss.value(t.wide(), p.wide())),
                Some(w) => to.zip(&w[index * BLOCK..]).for_each(|((to, (t, p)), w)| {
                    *to = w.wide() * loss.value(t.wide(), p.wide());
                }),
            }
            total.add(block_sum(simd, values));
        }
        total.value()
    }
}

/// The sum of one block.
#[inline(always)]
fn block_sum<S: Simd>(simd: S, values: &[f64]) -> f64 {
    let (groups, rest) = values.as_chunks::<LANES>();
    let vectors = S::as_simd_f64s(groups.as_flattened()).0;
    // As many of these as make up the lanes; the others stay zero.
    let mut sums = [simd.splat_f64s(0.0); LANES];
    for group in vectors.chunks_exact(LANES / S::F64_LANES) {
        let pairs = sums.iter_mut().zip(group);
        pairs.for_each(|(sum, v)| *sum = simd.add_f64s(*sum, *v));
    }
    let mut lanes = [0.0; LANES];
    let to = S::as_mut_simd_f64s(&mut lanes).0.iter_mut();
    to.zip(sums).for_each(|(to, sum)| *to = sum);
    lanes.iter_mut().zip(rest).for_each(|(lane, v)| *lane += v);
    fold(lanes)
}

/// Adds the lanes as a balanced tree.
#[inline(always)]
fn fold(mut lanes: [f64; LANES]) -> f64 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}

/// The sum over elements that are not contiguous, block by block through the stack.
fn gathered_sum<F: Scalar, L: Loss, D: Dimension>(
    loss: &L,
    y_true: ArrayView<'_, F, D>,
    y_pred: ArrayView<'_, F, D>,
    weights: Option<ArrayView1<'_, F>>,
    width: usize,
) -> f64 {
    let (mut t, mut p, mut w) = ([F::zero(); BLOCK], [F::zero(); BLOCK], [F::zero(); BLOCK]);
    let (mut t_iter, mut p_iter) = (y_true.iter(), y_pred.iter());
    let mut total = Compensated::default();
    let mut start = 0;
    while start < y_true.len() {
        let len = BLOCK.min(y_true.len() - start);
        t.iter_mut()
            .zip(t_iter.by_ref().take(len))
            .for_each(|(to, from)| *to = *from);
        p.iter_mut()
            .zip(p_iter.by_ref().take(len))
            .for_each(|(to, from)| *to = *from);
        if let Some(weights) = weights {
            (0..len).for_each(|i| w[i] = weights[(start + i) / width]);
        }
        let w = weights.map(|_| &w[..len]);
        total.add(Arch::new().dispatch(SliceSum {
            loss,
            t: &t[..len],
            p: &p[..len],
            w,
        }));
        start += len;
    }
    total.value()
}

/// Neumaier's compensated sum.
#[derive(Default)]
struct Compensated {
    sum: f64,
    lost: f64,
}

impl Compensated {
    #[inline(always)]
    fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        self.lost += if self.sum.abs() >= term.abs() {
            (self.sum - sum) + term
        } else {
            (term - sum) + self.sum
        };
        self.sum = sum;
    }

    /// The sum; infinite when it left the range, never NaN for finite terms of one sign.
    #[inline(always)]
    fn value(self) -> f64 {
        if self.lost.is_finite() {
            self.sum + self.lost
        } else {
            self.sum
        }
    }
}
