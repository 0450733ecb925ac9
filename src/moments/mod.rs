//! Mergeable sufficient statistics of a linear fit: counts, means and centred cross-products of features and targets.
//!
//! Data are taken in cache-sized blocks. Each block is centred by its own mean and scaled by `√s` into a buffer, and one
//! symmetric rank-k update adds it to the cross-products; the shift between the block's mean and the mean so far enters the
//! same update as one more row (Chan, Golub & LeVeque, *Algorithms for computing the sample variance*, 1983). `X` is read from
//! memory once and never copied whole. Means are kept as unevaluated sums of two `f64`, so that data far from zero lose nothing
//! when parts are merged.

mod block;
mod evaluate;
mod folds;
mod location;
mod select;

use ndarray::{Array1, Array2, ArrayView, ArrayView1, ArrayView2, Axis};

pub(crate) use block::{Centre, for_each_block};
pub(crate) use evaluate::quadratic_residuals;
pub(crate) use folds::merge_all_but_each;
pub(crate) use location::Location;

use crate::error::{Error, Result, check_fit, check_length};
use crate::linalg::add_gram;
use crate::scalar::{Scalar, TargetDim};

/// Counts, weighted means and centred cross-products of `p` features and `k` targets, in `f64`.
///
/// ```text
/// W = Σ sᵢ      z̄ = (1/W) Σ sᵢ zᵢ      C = Σ sᵢ (zᵢ − z̄)(zᵢ − z̄)ᵀ      zᵢ = (xᵢ, yᵢ)
/// ```
///
/// Everything the closed form needs, for every `λ`. Parts of the data can be taken apart and [merged](Self::merge) in any order.
///
/// # Examples
///
/// ```
/// use elltwo::moments::Moments;
/// use ndarray::{array, s};
///
/// let x = array![[1.0, 2.0], [3.0, 5.0], [4.0, 4.0], [7.0, 1.0]];
/// let y = array![1.0, 2.0, 4.0, 3.0];
/// let whole = Moments::from_data(x.view(), y.view(), None)?;
///
/// let mut merged = Moments::from_data(x.slice(s![..1, ..]), y.slice(s![..1]), None)?;
/// merged.merge(&Moments::from_data(x.slice(s![1.., ..]), y.slice(s![1..]), None)?)?;
/// assert_eq!(merged.n_samples(), 4);
/// assert!((merged.feature_scatter() - whole.feature_scatter()).iter().all(|d| d.abs() < 1e-13));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Moments {
    n_features: usize,
    n_targets: usize,
    /// Of features, then targets.
    location: Location,
    /// Lower triangle of the centred cross-products; the upper one is not kept up.
    cross: Array2<f64>,
}

impl Moments {
    /// Moments of no data.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without features or targets.
    pub fn new(n_features: usize, n_targets: usize) -> Result<Self> {
        if n_features == 0 {
            return Err(Error::Empty {
                what: "x (columns)",
            });
        }
        if n_targets == 0 {
            return Err(Error::Empty {
                what: "y (columns)",
            });
        }
        let width = n_features + n_targets;
        Ok(Self {
            n_features,
            n_targets,
            location: Location::new(width),
            cross: Array2::zeros((width, width)),
        })
    }

    /// Moments of a design `(n, p)`, targets `(n,)` or `(n, k)` and optional weights `(n,)`.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    pub fn from_data<F: Scalar, D: TargetDim>(
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<Self> {
        let y = D::as_columns(y);
        let mut moments = Self::new(x.ncols(), y.ncols())?;
        moments.update(x, y, weights)?;
        Ok(moments)
    }

    /// Adds rows, in views of any layout.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::ShapeMismatch`], [`Error::NonFinite`], [`Error::NegativeWeight`], [`Error::ZeroWeights`];
    /// [`Error::Overflow`] when a cross-product leaves the floating-point range. The moments are then as they were.
    pub fn update<F: Scalar, D: TargetDim>(
        &mut self,
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<()> {
        let y = D::as_columns(y);
        check_fit(x, y, weights)?;
        check_length("columns of x", self.n_features, x.ncols())?;
        check_length("columns of y", self.n_targets, y.ncols())?;
        let mut part = Self::new(self.n_features, self.n_targets)?;
        part.accumulate(x, y, weights);
        self.merge(&part)
    }

    /// Adds checked rows; the cross-products may overflow, which [`is_finite`](Self::is_finite) tells.
    pub(crate) fn accumulate<F: Scalar>(
        &mut self,
        x: ArrayView2<'_, F>,
        y: ArrayView2<'_, F>,
        weights: Option<ArrayView1<'_, F>>,
    ) {
        let width = self.n_features + self.n_targets;
        for_each_block(x, y, weights, Centre::Block, |block| {
            if block.weight_sum <= 0.0 {
                return;
            }
            let part = (
                (block.n_positive, block.weight_sum),
                (block.mean, block.mean_rest),
            );
            let spare_row = block.spare_row();
            self.location
                .absorb(part.0, part.1, |j, shift| spare_row[j] = shift);
            if let Some(cross) = self.cross.as_slice_mut() {
                add_gram(cross, block.rows_and_spare(), block.n_rows + 1, width);
            }
        });
    }

    /// Adds the rows that `other` has seen.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] if the numbers of features or targets differ; [`Error::Overflow`] when a cross-product leaves
    /// the floating-point range. The moments are then as they were.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        check_length("features of the moments", self.n_features, other.n_features)?;
        check_length("targets of the moments", self.n_targets, other.n_targets)?;
        if other.location.weight_sum == 0.0 {
            return Ok(());
        }
        let mut merged = self.clone();
        let (mean, rest) = (other.location.mean.to_vec(), other.location.rest.to_vec());
        let mut shifts = vec![0.0; mean.len()];
        let part = (other.location.n_samples, other.location.weight_sum);
        merged
            .location
            .absorb(part, (&mean, &rest), |j, shift| shifts[j] = shift);
        merged.cross += &other.cross;
        for (i, mut row) in merged.cross.rows_mut().into_iter().enumerate() {
            row.iter_mut()
                .zip(&shifts)
                .take(i + 1)
                .for_each(|(to, shift)| *to += shifts[i] * shift);
        }
        if !merged.is_finite() {
            return Err(Error::Overflow {
                what: "a cross-product",
            });
        }
        *self = merged;
        Ok(())
    }

    /// Whether no cross-product overflowed.
    pub(crate) fn is_finite(&self) -> bool {
        self.location.weight_sum.is_finite()
            && self
                .cross
                .rows()
                .into_iter()
                .enumerate()
                .all(|(i, row)| row.iter().take(i + 1).all(|v| v.is_finite()))
    }

    /// `p`.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// `k`.
    #[must_use]
    pub fn n_targets(&self) -> usize {
        self.n_targets
    }

    /// The number of rows of positive weight.
    #[must_use]
    pub fn n_samples(&self) -> usize {
        self.location.n_samples
    }

    /// `W`, the sum of the weights; the number of rows without weights.
    #[must_use]
    pub fn weight_sum(&self) -> f64 {
        self.location.weight_sum
    }

    /// Weighted means of the features, `(p,)`.
    #[must_use]
    pub fn feature_means(&self) -> ArrayView1<'_, f64> {
        self.location
            .mean
            .view()
            .split_at(Axis(0), self.n_features)
            .0
    }

    /// Weighted means of the targets, `(k,)`.
    #[must_use]
    pub fn target_means(&self) -> ArrayView1<'_, f64> {
        self.location
            .mean
            .view()
            .split_at(Axis(0), self.n_features)
            .1
    }

    /// Where the data are.
    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    /// `XᵀSX` of the centred features, `(p, p)`.
    #[must_use]
    pub fn feature_scatter(&self) -> Array2<f64> {
        let p = self.n_features;
        Array2::from_shape_fn((p, p), |(i, j)| self.cross[[i.max(j), i.min(j)]])
    }

    /// `XᵀSY` of the centred features and targets, `(p, k)`.
    #[must_use]
    pub fn cross_scatter(&self) -> Array2<f64> {
        let p = self.n_features;
        Array2::from_shape_fn((p, self.n_targets), |(j, t)| self.cross[[p + t, j]])
    }

    /// The diagonal of `YᵀSY` of the centred targets, `(k,)`: each target's total sum of squares.
    #[must_use]
    pub fn target_scatter(&self) -> Array1<f64> {
        self.cross
            .diag()
            .split_at(Axis(0), self.n_features)
            .1
            .to_owned()
    }
}
