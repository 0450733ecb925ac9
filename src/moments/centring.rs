//! The loops over a block of rows: its mean, and the rows relative to it.
//!
//! Rows are short where there are few columns. Several of them are then taken as one long row, with the mean repeated,
//! so that the loops have something to vectorise. The sums are fixed in the source: the instruction set chosen at run
//! time changes the speed and not the bits.

use pulp::{Arch, Simd, WithSimd};

/// Values that are worked on as one row, at least, where rows may be joined.
const JOINED: usize = 128;

/// A mean, and what rounding left of it.
#[derive(Debug)]
pub(super) struct Centring {
    width: usize,
    pub(super) mean: Vec<f64>,
    /// What is subtracted after the mean.
    pub(super) more: Vec<f64>,
    /// The weighted mean of what is left after centring.
    pub(super) rest: Vec<f64>,
    /// The mean and what more is subtracted, for each of the joined rows, and sums over them.
    point: Vec<f64>,
    more_point: Vec<f64>,
    sums: Vec<f64>,
}

impl Centring {
    pub(super) fn new(width: usize) -> Self {
        let joined = width * JOINED.div_ceil(width);
        Self {
            width,
            mean: vec![0.0; width],
            more: vec![0.0; width],
            rest: vec![0.0; width],
            point: vec![0.0; joined],
            more_point: vec![0.0; joined],
            sums: vec![0.0; joined],
        }
    }

    /// The weighted mean of the rows, good enough to centre by. It is taken from the first row that counts, so that it
    /// is right to the last place however far the data are from zero.
    pub(super) fn locate(&mut self, values: &[f64], weights: Option<&[f64]>, weight_sum: f64) {
        let first = weights.map_or(Some(0), |w| w.iter().position(|s| *s > 0.0));
        let Some(base) = first.and_then(|row| values.chunks_exact(self.width).nth(row)) else {
            return self.mean.fill(0.0);
        };
        self.mean.copy_from_slice(base);
        let len = self.join(weights);
        Arch::new().dispatch(Sum {
            values,
            weights,
            total: weight_sum,
            point: &self.point[..len],
            sums: &mut self.sums[..len],
        });
        self.fold(len);
        let mean = self.mean.iter_mut().zip(&self.sums);
        mean.for_each(|(mean, sum)| *mean += sum);
    }

    /// The rows relative to the mean, times the roots of their weights, and the mean of what is left.
    pub(super) fn shift(&mut self, values: &mut [f64], weights: Option<&[f64]>, weight_sum: f64) {
        let len = self.join(weights);
        Arch::new().dispatch(Shift {
            values,
            weights,
            point: &self.point[..len],
            more: &self.more_point[..len],
            sums: &mut self.sums[..len],
        });
        self.fold(len);
        let rest = self.rest.iter_mut().zip(&self.sums);
        // Without weight there is no mean, and no row that counts.
        rest.for_each(|(rest, sum)| {
            *rest = if weight_sum > 0.0 {
                sum / weight_sum
            } else {
                0.0
            }
        });
    }

    /// How long a joined row is: each row has a weight of its own, or none has. The mean is repeated, and the sums are
    /// zero.
    fn join(&mut self, weights: Option<&[f64]>) -> usize {
        let len = weights.map_or(self.point.len(), |_| self.width);
        let parts = [
            (&mut self.point, &self.mean),
            (&mut self.more_point, &self.more),
        ];
        for (point, part) in parts {
            let points = point[..len].chunks_exact_mut(self.width);
            points.for_each(|point| point.copy_from_slice(part));
        }
        self.sums[..len].fill(0.0);
        len
    }

    /// Adds the sums of the joined rows to the first.
    fn fold(&mut self, len: usize) {
        let (first, others) = self.sums[..len].split_at_mut(self.width);
        for other in others.chunks_exact(self.width) {
            first.iter_mut().zip(other).for_each(|(to, sum)| *to += sum);
        }
    }
}

/// `sums ← Σ sᵢ/W (zᵢ − point)`, `W` the total.
struct Sum<'a> {
    values: &'a [f64],
    weights: Option<&'a [f64]>,
    total: f64,
    point: &'a [f64],
    sums: &'a mut [f64],
}

impl WithSimd for Sum<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let rows = self.values.chunks(self.point.len());
        // A share, not a sum divided at the end: sums of large values would leave the range.
        let mut add = |row: &[f64], share: f64| {
            for ((sum, v), c) in self.sums.iter_mut().zip(row).zip(self.point) {
                *sum += share * (v - c);
            }
        };
        match self.weights {
            None => rows.for_each(|row| add(row, 1.0 / self.total)),
            Some(weights) => rows
                .zip(weights)
                .for_each(|(row, s)| add(row, s / self.total)),
        }
    }
}

/// `zᵢ ← √sᵢ ((zᵢ − point) − more)`, `sums ← Σ sᵢ ((zᵢ − point) − more)`.
struct Shift<'a> {
    values: &'a mut [f64],
    weights: Option<&'a [f64]>,
    point: &'a [f64],
    more: &'a [f64],
    sums: &'a mut [f64],
}

impl WithSimd for Shift<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let rows = self.values.chunks_mut(self.point.len());
        match self.weights {
            None => rows.for_each(|row| {
                let point = self.point.iter().zip(self.more);
                for ((v, (c, more)), sum) in row.iter_mut().zip(point).zip(&mut *self.sums) {
                    *v = (*v - c) - more;
                    *sum += *v;
                }
            }),
            Some(weights) => rows.zip(weights).for_each(|(row, s)| {
                let root = s.sqrt();
                let point = self.point.iter().zip(self.more);
                for ((v, (c, more)), sum) in row.iter_mut().zip(point).zip(&mut *self.sums) {
                    let difference = (*v - c) - more;
                    *v = root * difference;
                    *sum += s * difference;
                }
            }),
        }
    }
}
