//! Rows of an objective `Σ max(uᵢ rᵢ, −lᵢ rᵢ)` of `r = y − A v`, or one that is rounded off near zero: data, sums of
//! rows, and penalties alike.

use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut1, Axis};

use crate::error::{Error, Result};
use crate::linalg::{Backend, affine_into, project_rows, square_norms};
use crate::parallel;

/// Rows that one thread works on at a time.
const BAND: usize = 4096;
/// Rows of a block of the Gram matrix: with their width they stay in the second-level cache.
const BLOCK: usize = 128;

/// Rows `aᵢ` of width `k`, targets, and the slopes of the loss above and below zero.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) k: usize,
    a: Vec<f64>,
    pub(super) y: Vec<f64>,
    pub(super) upper: Vec<f64>,
    pub(super) lower: Vec<f64>,
    /// Curves `c`: the loss is `r²/2c` for `−l c ≤ r ≤ u c`, and linear beyond; 0 for a kink.
    pub(super) curve: Vec<f64>,
}

impl Rows {
    pub(super) fn new(k: usize) -> Self {
        Self {
            k,
            ..Self::default()
        }
    }

    pub(super) fn push(&mut self, row: &[f64], y: f64, upper: f64, lower: f64) {
        self.a.extend_from_slice(row);
        self.y.push(y);
        self.upper.push(upper);
        self.lower.push(lower);
        self.curve.push(0.0);
    }

    pub(super) fn append(&mut self, other: Self) {
        self.a.extend(other.a);
        self.y.extend(other.y);
        self.upper.extend(other.upper);
        self.lower.extend(other.lower);
        self.curve.extend(other.curve);
    }

    /// Replaces what a row is.
    pub(super) fn set(&mut self, i: usize, row: &[f64], y: f64, upper: f64, lower: f64) {
        self.a[i * self.k..(i + 1) * self.k].copy_from_slice(row);
        (self.y[i], self.upper[i], self.lower[i]) = (y, upper, lower);
    }

    pub(super) fn len(&self) -> usize {
        self.y.len()
    }

    pub(super) fn row(&self, i: usize) -> &[f64] {
        &self.a[i * self.k..(i + 1) * self.k]
    }

    /// `φᵢ(r)`, the loss of a residual of a row.
    pub(super) fn loss(&self, i: usize, r: f64) -> f64 {
        let (slope, curve) = (self.slope(i, r), self.curve[i]);
        if self.is_inside(i, r) {
            0.5 * slope * r
        } else {
            slope * (r - 0.5 * curve * slope)
        }
    }

    /// `φᵢ′(r)`.
    pub(super) fn slope(&self, i: usize, r: f64) -> f64 {
        match r {
            r if self.is_inside(i, r) => r / self.curve[i],
            r if r > 0.0 => self.upper[i],
            _ => -self.lower[i],
        }
    }

    /// Tells whether the loss of a row is curved at a residual.
    pub(super) fn is_inside(&self, i: usize, r: f64) -> bool {
        let curve = self.curve[i];
        curve > 0.0 && r <= self.upper[i] * curve && -r <= self.lower[i] * curve
    }

    /// `A v`.
    pub(super) fn times(&self, v: &[f64]) -> Result<Vec<f64>> {
        let mut out = vec![0.0; self.len()];
        let a = self.view()?;
        let v = ArrayView2::from_shape((self.k, 1), v).map_err(|_| Error::empty("x (columns)"))?;
        let to = ArrayViewMut1::from(&mut out[..]).insert_axis(Axis(1));
        affine_into(a, v, Array1::zeros(1).view(), to)?;
        Ok(out)
    }

    fn view(&self) -> Result<ArrayView2<'_, f64>> {
        ArrayView2::from_shape((self.len(), self.k), &self.a)
            .map_err(|_| Error::empty("x (columns)"))
    }

    /// `y − A v`.
    pub(super) fn residuals(&self, v: &[f64]) -> Result<Vec<f64>> {
        let mut r = self.times(v)?;
        let pairs = r.iter_mut().zip(&self.y);
        pairs.for_each(|(r, y)| *r = y - *r);
        Ok(r)
    }

    /// `Aᵀ d`.
    pub(super) fn transpose_times(&self, d: &[f64]) -> Vec<f64> {
        let (k, zeros) = (self.k, vec![0.0; self.k]);
        let parts = parallel::map(self.len().div_ceil(BAND), |band| {
            let rows = band * BAND..((band + 1) * BAND).min(self.len());
            let d = &d[rows.clone()];
            let mut sums = vec![0.0; k];
            let a = &self.a[rows.start * k..rows.end * k];
            project_rows(a, k, (&zeros, k), &mut sums, |i, _, _| d[i]);
            sums
        });
        sum_of(parts, k)
    }

    /// `AᵀQA`, its lower triangle, and `AᵀQg`.
    pub(super) fn gram(&self, q: &[f64], g: &[f64]) -> (Array2<f64>, Vec<f64>) {
        let (k, width) = (self.k, self.k + 1);
        let parts = parallel::map(self.len().div_ceil(BAND), |band| {
            let rows = band * BAND..((band + 1) * BAND).min(self.len());
            let mut gram = vec![0.0; width * width];
            let mut block = vec![0.0; BLOCK * width];
            for start in rows.clone().step_by(BLOCK) {
                let end = (start + BLOCK).min(rows.end);
                let block = &mut block[..(end - start) * width];
                let places = block.chunks_exact_mut(width).zip(start..end);
                for (to, i) in places {
                    let root = q[i].sqrt();
                    let values = to.iter_mut().zip(self.row(i));
                    values.for_each(|(to, a)| *to = root * a);
                    to[k] = root * g[i];
                }
                Backend::default().add_gram(&mut gram, block, end - start, width);
            }
            gram
        });
        let gram = sum_of(parts, width * width);
        let matrix = Array2::from_shape_fn((k, k), |(i, j)| gram[i * width + j]);
        (matrix, gram[k * width..k * width + k].to_vec())
    }

    /// `‖aᵢ‖` of each row.
    pub(super) fn norms(&self) -> Vec<f64> {
        let mut norms = vec![0.0; self.len()];
        square_norms(&self.a, &mut norms);
        norms.iter_mut().for_each(|v| *v = v.sqrt());
        norms
    }
}

/// Sums of several vectors of a length, in their order.
pub(super) fn sum_of(parts: Vec<Vec<f64>>, len: usize) -> Vec<f64> {
    parts.into_iter().fold(vec![0.0; len], |mut sum, part| {
        sum.iter_mut()
            .zip(&part)
            .for_each(|(sum, part)| *sum += part);
        sum
    })
}
