//! Mergeable sufficient statistics of a linear fit: counts, means and centred cross-products of features and targets.
//!
//! Data are taken in cache-sized blocks. Each block is centred by its own mean and scaled by `√s` into a buffer, and
//! one symmetric rank-k update adds it to the cross-products; the shift between the block's mean and the mean so far
//! enters the same update as one more row (Chan, Golub & LeVeque, *Algorithms for computing the sample variance*,
//! 1983). `X` is read from memory once and never copied whole. Means are kept as unevaluated sums of two `f64`, so that
//! data far from zero lose nothing when parts are merged.

mod accumulate;
mod block;
mod bytes;
mod centring;
mod evaluate;
mod extend;
mod folds;
mod grouped;
mod location;
mod record;
mod select;
mod sorted;
mod spread;
mod stored;
mod window;

use ndarray::{Array1, Array2, ArrayView1, Axis, Ix2};

pub(crate) use block::{Centre, for_each_block};
pub(crate) use folds::merge_all_but_each;
pub use grouped::{Detail, Grouped};
pub(crate) use location::Location;
pub use sorted::Sorted;
pub(crate) use spread::Spread;
pub use window::Window;

use crate::check::check_length;
use crate::error::{Error, Result};
use crate::linalg::by_bands;
use crate::parallel;
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};
use crate::views::{AsView, AsWeights};

/// From this width on, adding cross-products is work for several threads, a band of rows each.
const WIDE: usize = 256;
const BAND_ROWS: usize = 32;

/// Counts, weighted means and centred cross-products of `p` features and `k` targets, in `f64`.
///
/// ```text
/// W = Σ sᵢ      z̄ = (1/W) Σ sᵢ zᵢ      C = Σ sᵢ (zᵢ − z̄)(zᵢ − z̄)ᵀ      zᵢ = (xᵢ, yᵢ)
/// ```
///
/// Everything the closed form needs, for every `λ`. Parts of the data can be taken apart and [merged](Self::merge) in
/// any order.
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
        Ok(Self::of(n_features, n_targets))
    }

    /// Moments of no data, perhaps without features.
    pub(crate) fn of(n_features: usize, n_targets: usize) -> Self {
        let width = n_features + n_targets;
        Self {
            n_features,
            n_targets,
            feature_names: None,
            location: Location::new(width),
            cross: Array2::zeros((width, width)),
        }
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
    pub fn from_data<'a, F: Scalar, D: TargetDim>(
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
        y: impl AsView<'a, Elem = F, Dim = D>,
        weights: impl AsWeights<'a, F>,
    ) -> Result<Self> {
        let (x, y) = (x.into_view(), y.into_view());
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
    pub fn update<'a, F: Scalar, D: TargetDim>(
        &mut self,
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
        y: impl AsView<'a, Elem = F, Dim = D>,
        weights: impl AsWeights<'a, F>,
    ) -> Result<()> {
        let (x, y, weights) = (x.into_view(), y.into_view(), weights.into_weights());
        let y = D::as_columns(y);
        check_length("columns of x", self.n_features, x.ncols())?;
        check_length("columns of y", self.n_targets, y.ncols())?;
        check_length("rows of y", x.nrows(), y.nrows())?;
        if x.nrows() == 0 {
            return check_length("length of weights", 0, weights.map_or(0, |w| w.len()));
        }
        // Every row counts without weights, and what is not finite shows in the sums: no need to read X once more.
        let samples = match weights {
            None => Samples::unread(x, y)?,
            Some(_) => match Samples::new(x, y, weights) {
                Err(Error::ZeroWeights) => return Ok(()),
                samples => samples?,
            },
        };
        let mut part = self.empty();
        part.accumulate(samples);
        if !part.is_finite() {
            samples.check_values()?;
        }
        self.merge(&part)
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
        self.absorb_all(std::slice::from_ref(other));
    }

    /// Adds the rows that the others have seen, one after the other; bands of wide matrices on all threads.
    fn absorb_all(&mut self, others: &[Self]) {
        let counted = others.iter().filter(|o| o.location.weight_sum > 0.0);
        let shifted: Vec<_> = counted
            .map(|other| {
                let mut shifts = vec![0.0; other.location.mean.len()];
                self.location
                    .absorb_location(&other.location, |j, shift| shifts[j] = shift);
                (&other.cross, shifts)
            })
            .collect();
        let width = self.cross.ncols();
        let height = if width < WIDE { width } else { BAND_ROWS };
        let bands = self.cross.axis_chunks_iter_mut(Axis(0), height).enumerate();
        parallel::for_each(bands.collect(), |(band, mut rows)| {
            for (cross, shifts) in &shifted {
                for (i, mut row) in (band * height..).zip(rows.rows_mut()) {
                    let lower = row.iter_mut().zip(cross.row(i)).zip(shifts).take(i + 1);
                    lower.for_each(|((to, other), shift)| *to = (*to + other) + shifts[i] * shift);
                }
            }
        });
    }

    /// Adds the rows that `other` has seen.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] if the numbers of features or targets differ, [`Error::NameMismatch`] if both have
    /// names and they differ; [`Error::Overflow`] when a cross-product leaves
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

    /// Means and centred sums of squares alone.
    pub(crate) fn spread(&self) -> Spread {
        Spread {
            location: self.location.clone(),
            scatter: self.cross.diag().to_vec(),
        }
    }

    /// `XᵀSX` of the centred features, `(p, p)`.
    #[must_use]
    pub fn feature_scatter(&self) -> Array2<f64> {
        let p = self.n_features;
        by_bands((p, p), |start, band| {
            for (i, row) in band.chunks_exact_mut(p).enumerate() {
                let lower = row.iter_mut().zip(self.cross.row(start + i));
                lower.take(start + i + 1).for_each(|(to, from)| *to = *from);
            }
            // What lies right of the diagonal, from the rows below.
            for j in start + 1..p {
                let column = band.iter_mut().skip(j).step_by(p);
                let mirrored = column.zip(self.cross.row(j).into_iter().skip(start));
                mirrored.take(j - start).for_each(|(to, from)| *to = *from);
            }
        })
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
