//! Mergeable sufficient statistics of a linear fit: counts, means and centred cross-products of features and targets.
//!
//! Data are taken in cache-sized blocks. Each block is centred by its own mean and scaled by `√s` into a buffer, and one
//! symmetric rank-k update adds it to the cross-products; the shift between the block's mean and the mean so far enters the
//! same update as one more row (Chan, Golub & LeVeque, *Algorithms for computing the sample variance*, 1983). `X` is read from
//! memory once and never copied whole. Means are kept as unevaluated sums of two `f64`, so that data far from zero lose nothing
//! when parts are merged.

mod block;
mod bytes;
mod centring;
mod chunks;
mod columns;
mod evaluate;
mod folds;
mod location;
mod select;
mod stored;

use ndarray::{Array1, Array2, ArrayView, ArrayView1, ArrayView2, Axis, Slice};

pub(crate) use block::{Centre, for_each_block};
use chunks::chunk_rows;
pub(crate) use evaluate::quadratic_residuals;
pub(crate) use folds::merge_all_but_each;
pub(crate) use location::Location;

use crate::check::{check_fit, check_length};
use crate::error::{Error, Result};
use crate::linalg::Backend;
use crate::parallel;
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
#[serde(try_from = "stored::Stored", into = "stored::Stored")]
pub struct Moments {
    n_features: usize,
    n_targets: usize,
    /// `None` where the columns have no names.
    feature_names: Option<Vec<String>>,
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
            feature_names: None,
            location: Location::new(width),
            cross: Array2::zeros((width, width)),
        })
    }

    /// Names the features; moments with other names are then refused by [`merge`](Self::merge).
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] unless there is a name for each feature; [`Error::DuplicateColumn`].
    pub fn with_feature_names<S: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = S>,
    ) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        check_length("feature names", self.n_features, names.len())?;
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort_unstable();
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::DuplicateColumn {
                name: pair[0].clone(),
            });
        }
        self.feature_names = Some(names);
        Ok(self)
    }

    /// The features' names, if they were given.
    #[must_use]
    pub fn feature_names(&self) -> Option<&[String]> {
        self.feature_names.as_deref()
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

    /// Adds rows, in views of any layout; no rows, or none of positive weight, add nothing.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`], [`Error::NonFinite`], [`Error::NegativeWeight`];
    /// [`Error::Overflow`] when a cross-product leaves the floating-point range. The moments are then as they were.
    pub fn update<F: Scalar, D: TargetDim>(
        &mut self,
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<()> {
        let y = D::as_columns(y);
        check_length("columns of x", self.n_features, x.ncols())?;
        check_length("columns of y", self.n_targets, y.ncols())?;
        check_length("rows of y", x.nrows(), y.nrows())?;
        if x.nrows() == 0 {
            return check_length("length of weights", 0, weights.map_or(0, |w| w.len()));
        }
        // Every row counts without weights, and what is not finite shows in the sums: no need to read X once more.
        if weights.is_some() {
            match check_fit(x, y, weights) {
                Err(Error::ZeroWeights) => return Ok(()),
                checked => checked?,
            }
        }
        let mut part = self.empty();
        part.accumulate(x, y, weights);
        if !part.is_finite() {
            check_fit(x, y, weights)?;
        }
        self.merge(&part)
    }

    /// Adds checked rows; the cross-products may overflow, which [`is_finite`](Self::is_finite) tells.
    ///
    /// The rows are cut into chunks by their number and width alone; each chunk has moments of its own, which are merged in order:
    /// threads change the speed and not the bits.
    pub(crate) fn accumulate<F: Scalar>(
        &mut self,
        x: ArrayView2<'_, F>,
        y: ArrayView2<'_, F>,
        weights: Option<ArrayView1<'_, F>>,
    ) {
        self.accumulate_by(Backend::default(), x, y, weights);
    }

    /// The same with the products of a backend.
    pub(crate) fn accumulate_by<F: Scalar>(
        &mut self,
        backend: Backend,
        x: ArrayView2<'_, F>,
        y: ArrayView2<'_, F>,
        weights: Option<ArrayView1<'_, F>>,
    ) {
        let chunk = chunk_rows(x.nrows(), self.n_features + self.n_targets);
        if chunk >= x.nrows() {
            return self.accumulate_chunk(backend, x, y, weights);
        }
        let empty = self.empty();
        let parts = parallel::map(x.nrows().div_ceil(chunk), |index| {
            let rows = Slice::from(index * chunk..((index + 1) * chunk).min(x.nrows()));
            let mut part = empty.clone();
            part.accumulate_chunk(
                backend,
                x.slice_axis(Axis(0), rows),
                y.slice_axis(Axis(0), rows),
                weights.as_ref().map(|w| w.slice_axis(Axis(0), rows)),
            );
            part
        });
        let mut parts = parts.into_iter();
        if self.location.weight_sum == 0.0
            && let Some(first) = parts.next()
        {
            *self = first;
        }
        parts.for_each(|part| self.absorb(&part));
    }

    /// Adds the rows of a chunk, block by block.
    fn accumulate_chunk<F: Scalar>(
        &mut self,
        backend: Backend,
        x: ArrayView2<'_, F>,
        y: ArrayView2<'_, F>,
        weights: Option<ArrayView1<'_, F>>,
    ) {
        let width = self.n_features + self.n_targets;
        for_each_block(x, y, weights, Centre::Block, |block| {
            if block.weight_sum <= 0.0 {
                return;
            }
            let rows = (block.n_positive, block.weight_sum);
            let means = (block.mean, block.mean_rest);
            let spare_row = block.spare_row();
            self.location
                .absorb(rows, means, |j, shift| spare_row[j] = shift);
            if let Some(cross) = self.cross.as_slice_mut() {
                backend.add_gram(cross, block.rows_and_spare(), block.n_rows + 1, width);
            }
        });
    }

    /// Moments of no data with the same features and targets.
    fn empty(&self) -> Self {
        let width = self.n_features + self.n_targets;
        Self {
            location: Location::new(width),
            cross: Array2::zeros((width, width)),
            feature_names: self.feature_names.clone(),
            ..*self
        }
    }

    /// Adds the rows that `other` has seen, of the same features and targets; the cross-products may overflow.
    pub(crate) fn absorb(&mut self, other: &Self) {
        if other.location.weight_sum == 0.0 {
            return;
        }
        let (mean, rest) = (other.location.mean.to_vec(), other.location.rest.to_vec());
        let mut shifts = vec![0.0; mean.len()];
        let rows = (other.location.n_samples, other.location.weight_sum);
        self.location
            .absorb(rows, (&mean, &rest), |j, shift| shifts[j] = shift);
        let rows = self.cross.rows_mut().into_iter().zip(other.cross.rows());
        for (i, (mut row, other)) in rows.enumerate() {
            let lower = row.iter_mut().zip(other).zip(&shifts).take(i + 1);
            lower.for_each(|((to, other), shift)| *to = (*to + other) + shifts[i] * shift);
        }
    }

    /// Adds the rows that `other` has seen.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] if the numbers of features or targets differ, [`Error::NameMismatch`] if both have names and they
    /// differ; [`Error::Overflow`] when a cross-product leaves
    /// the floating-point range. The moments are then as they were.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        check_length("features of the moments", self.n_features, other.n_features)?;
        check_length("targets of the moments", self.n_targets, other.n_targets)?;
        if let (Some(expected), Some(found)) = (&self.feature_names, &other.feature_names)
            && let Some(column) = (0..expected.len()).find(|&j| expected[j] != found[j])
        {
            let (expected, found) = (expected[column].clone(), found[column].clone());
            return Err(Error::NameMismatch {
                column,
                expected,
                found,
            });
        }
        let mut merged = self.clone();
        merged.feature_names = merged.feature_names.or_else(|| other.feature_names.clone());
        merged.absorb(other);
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
