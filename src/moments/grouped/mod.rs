//! Moments per key: of every group of rows, in one pass.

mod records;
mod rows;
mod stored;

use std::collections::HashMap;
use std::hash::Hash;

use ndarray::{Array2, ArrayView, ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};

use super::Moments;
use crate::check::check_length;
use crate::error::{Error, Result};
use crate::parallel;
use crate::samples::Samples;
use crate::scalar::{Scalar, TargetDim};

use records::Records;
use rows::{CHUNK_ROWS, Chunk};

/// Keys that are looked up together.
const LOOKED_UP: usize = 1 << 13;
/// A key without a group.
const NOWHERE: u32 = u32::MAX;

/// Sums that are kept of each group, of `w = p + k` columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Detail {
    /// Means and cross-products, `8 (2 + 2w + w(w + 1)/2)` bytes a group: everything that [`Moments`] tell of each.
    Full,
    /// Means alone, `16 (1 + w)` bytes a group, and the cross-products within groups of all of them together.
    Means,
}

/// Groups of rows with their moments, by a key of any type: one pass over rows in any order.
///
/// ```text
/// n_g   W_g = Σ sᵢ   z̄_g   C_g = Σ_{i∈g} sᵢ (zᵢ − z̄_g)(zᵢ − z̄_g)ᵀ       zᵢ = (xᵢ, yᵢ)
/// ```
///
/// A row moves the mean of its group and adds `s W/(W + s) d dᵀ`, `d` its distance from the mean before (Welford, 1962;
/// West, 1979). Means are differences from the first row of the group, so that data far from zero keep their digits.
/// Nothing is subtracted, and the bits depend on the order of each group's rows alone, not on threads, nor on how the
/// rows are cut into calls.
///
/// Groups are in packed records: a million keys of three features and a target take 160 MB with [`Detail::Full`], 80 MB
/// with [`Detail::Means`], and the table of the keys beside. Rows that come sorted by key need only the group at hand:
/// [`Sorted`](super::Sorted).
///
/// # Examples
///
/// ```
/// use elltwo::moments::Grouped;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [10.0], [3.0], [12.0]];
/// let y = array![2.0, 4.0, 7.0, 6.0, 8.0];
/// let mut groups = Grouped::new(1, 1)?;
/// groups.update(&["north", "north", "south", "north", "south"], x.view(), y.view(), None)?;
/// assert_eq!(groups.keys(), ["north", "south"]);
/// let north = groups.moments(&"north").expect("it has rows");
/// assert_eq!((north.n_samples(), north.feature_means()[0]), (3, 2.0));
/// // Within groups: as if each had a mean of its own.
/// assert_eq!(groups.within()?.feature_scatter(), array![[4.0]]);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(
    try_from = "stored::Stored<K>",
    into = "stored::Stored<K>",
    bound(
        serialize = "K: Clone + Serialize",
        deserialize = "K: Eq + Hash + Clone + Deserialize<'de>"
    )
)]
pub struct Grouped<K = usize> {
    n_features: usize,
    n_targets: usize,
    /// In the order of their first rows.
    keys: Vec<K>,
    places: HashMap<K, u32>,
    records: Records,
    /// Lower triangle of the cross-products within all groups; of [`Detail::Means`] alone.
    within: Option<Array2<f64>>,
}

impl<K: PartialEq> PartialEq for Grouped<K> {
    fn eq(&self, other: &Self) -> bool {
        (self.n_features, self.n_targets) == (other.n_features, other.n_targets)
            && self.keys == other.keys
            && self.records == other.records
            && self.within == other.within
    }
}

impl<K: Eq + Hash + Clone> Grouped<K> {
    /// No groups yet, of which everything will be kept.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without features or targets.
    pub fn new(n_features: usize, n_targets: usize) -> Result<Self> {
        Self::with(Detail::Full, n_features, n_targets)
    }

    /// No groups yet, of which so much will be kept.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with(detail: Detail, n_features: usize, n_targets: usize) -> Result<Self> {
        // It refuses what moments refuse.
        Moments::new(n_features, n_targets)?;
        let width = n_features + n_targets;
        Ok(Self {
            n_features,
            n_targets,
            keys: Vec::new(),
            places: HashMap::new(),
            records: Records::new(width, detail),
            within: (detail == Detail::Means).then(|| Array2::zeros((width, width))),
        })
    }

    /// Adds rows `x` `(n, p)`, `y` `(n,)` or `(n, k)`, with the key of each, `(n,)`, and weights `(n,)`. Rows of weight
    /// 0 make no group.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`]; [`Error::NonFinite`] with row and column; [`Error::NegativeWeight`];
    /// [`Error::InvalidParameter`] beyond 2³² groups. The groups are then as they were. Sums that leave the
    /// floating-point range show where the moments are asked for.
    pub fn update<F: Scalar, D: TargetDim>(
        &mut self,
        keys: &[K],
        x: ArrayView2<'_, F>,
        y: ArrayView<'_, F, D>,
        weights: Option<ArrayView1<'_, F>>,
    ) -> Result<()>
    where
        K: Send + Sync,
    {
        let y = D::as_columns(y);
        check_length("columns of x", self.n_features, x.ncols())?;
        check_length("columns of y", self.n_targets, y.ncols())?;
        check_length("length of the keys", x.nrows(), keys.len())?;
        if keys.is_empty() {
            return Ok(());
        }
        let samples = match Samples::new(x, y, weights) {
            Err(Error::ZeroWeights) => return Ok(()),
            samples => samples?,
        };
        let known = self.keys.len();
        for (keys, start) in keys.chunks(CHUNK_ROWS).zip((0..).step_by(CHUNK_ROWS)) {
            let rows = samples.range(start, keys.len());
            if let Err(error) = self.find(keys, |row| rows.weight(row)).map(|places| {
                let chunk = Chunk::new(rows, &places);
                chunk.add_to(&mut self.records, self.within.as_mut());
            }) {
                self.forget(known);
                return Err(error);
            }
        }
        Ok(())
    }

    /// The group of each row that counts; new keys get one.
    fn find(&mut self, keys: &[K], weight: impl Fn(usize) -> f64 + Sync) -> Result<Vec<u32>>
    where
        K: Send + Sync,
    {
        let known = &self.places;
        let parts = parallel::map(keys.len().div_ceil(LOOKED_UP), |part| {
            let first = part * LOOKED_UP;
            let keys = &keys[first..keys.len().min(first + LOOKED_UP)];
            let mut before: Option<(&K, u32)> = None;
            let place = |key| match before {
                // Rows of a group often follow each other.
                Some((last, place)) if last == key => place,
                _ => {
                    let place = known.get(key).copied().unwrap_or(NOWHERE);
                    before = Some((key, place));
                    place
                }
            };
            keys.iter().map(place).collect::<Vec<u32>>()
        });
        let mut places = parts.concat();
        for (row, place) in places.iter_mut().enumerate() {
            if *place == NOWHERE && weight(row) > 0.0 {
                *place = self.place_of(&keys[row])?;
            }
        }
        Ok(places)
    }

    /// The group of a key, a new one if there is none.
    fn place_of(&mut self, key: &K) -> Result<u32> {
        if let Some(place) = self.places.get(key) {
            return Ok(*place);
        }
        let count = self.keys.len();
        let place = u32::try_from(count).ok().filter(|place| *place != NOWHERE);
        let place = place.ok_or(Error::parameter("keys", count as f64, "fewer than 2^32"))?;
        self.keys.push(key.clone());
        self.places.insert(key.clone(), place);
        self.records.push();
        Ok(place)
    }

    /// Adds the rows that `other` has seen, key by key; those that only it has come after the others.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for other numbers of features or targets, [`Error::InvalidParameter`] for another
    /// [`Detail`], and beyond 2³² groups.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::moments::Grouped;
    /// use ndarray::array;
    ///
    /// let mut monday = Grouped::new(1, 1)?;
    /// monday.update(&["a", "b"], array![[1.0], [2.0]].view(), array![1.0, 3.0].view(), None)?;
    /// let mut tuesday = Grouped::new(1, 1)?;
    /// tuesday.update(&["b", "c"], array![[4.0], [5.0]].view(), array![5.0, 0.0].view(), None)?;
    /// monday.merge(&tuesday)?;
    /// assert_eq!(monday.keys(), ["a", "b", "c"]);
    /// assert_eq!(monday.moments(&"b").expect("b").feature_means()[0], 3.0);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        check_length("features of the groups", self.n_features, other.n_features)?;
        check_length("targets of the groups", self.n_targets, other.n_targets)?;
        let found = other.records.numbers_of_a_group();
        let expected = self.records.numbers_of_a_group();
        check_length("numbers kept of a group", expected, found)?;
        let mut shifts = Vec::new();
        for (key, from) in other.keys.iter().zip(0..) {
            let place = self.place_of(key)?;
            self.records
                .absorb(place, &other.records, from, &mut shifts);
            if let Some(within) = &mut self.within {
                for (i, mut row) in within.rows_mut().into_iter().enumerate() {
                    let lower = row.iter_mut().zip(&shifts).take(i + 1);
                    lower.for_each(|(to, shift)| *to += shifts[i] * shift);
                }
            }
        }
        if let (Some(within), Some(other)) = (&mut self.within, &other.within) {
            *within += other;
        }
        Ok(())
    }

    /// Takes back groups that were begun.
    fn forget(&mut self, known: usize) {
        for key in self.keys.drain(known..) {
            self.places.remove(&key);
        }
        self.records.truncate(known);
    }

    /// Keys, in the order of the first row of each.
    #[must_use]
    pub fn keys(&self) -> &[K] {
        &self.keys
    }

    /// Number of groups.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// True without any group.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
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

    /// State that is kept of a group.
    #[must_use]
    pub fn detail(&self) -> Detail {
        self.records.detail()
    }

    /// Number of rows of positive weight of a group, from 0 in the order of [`keys`](Self::keys).
    ///
    /// # Panics
    ///
    /// If there is no such group.
    #[must_use]
    pub fn n_samples(&self, group: usize) -> usize {
        self.records.count(group)
    }

    /// Place of the group of a key.
    pub(crate) fn place(&self, key: &K) -> Option<u32> {
        self.places.get(key).copied()
    }

    /// Sum of the weights of a group.
    pub(crate) fn weight_sum(&self, place: u32) -> f64 {
        self.records.weight_sum(place as usize)
    }

    /// Takes the means of a group from a row of features and targets.
    pub(crate) fn centre(&self, place: u32, row: &mut [f64]) {
        let (base, mean) = self.records.means(place as usize);
        for (v, (base, mean)) in row.iter_mut().zip(base.iter().zip(mean)) {
            *v = (*v - base) - mean;
        }
    }

    /// A linear function of the means of features and targets of a group: of the first row, and of what they are about
    /// it.
    pub(crate) fn mean_of(&self, group: usize, f: impl Fn(&[f64]) -> f64) -> f64 {
        let (base, mean) = self.records.means(group);
        f(base) + f(mean)
    }

    /// Number of groups of a single row.
    #[must_use]
    pub fn n_singletons(&self) -> usize {
        (0..self.len())
            .filter(|group| self.records.count(*group) == 1)
            .count()
    }

    /// Moments of a group; `None` if there is none of this key, or with [`Detail::Means`].
    #[must_use]
    pub fn moments(&self, key: &K) -> Option<Moments> {
        let place = *self.places.get(key)?;
        self.moments_at(place as usize)
    }

    /// Moments of a group, from 0 in the order of [`keys`](Self::keys); `None` if there is no such group, or with
    /// [`Detail::Means`].
    #[must_use]
    pub fn moments_at(&self, group: usize) -> Option<Moments> {
        let mut moments = Moments::new(self.n_features, self.n_targets).ok()?;
        let filled = group < self.len() && self.records.write(group, &mut moments);
        filled.then_some(moments)
    }

    /// Moments of all rows about the means of their groups, `C = Σ_g C_g`, as if each group had an intercept of its
    /// own; their means are those of all rows. [`n_samples`](Moments::n_samples) counts all rows, whose groups take a
    /// degree of freedom each.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without rows; [`Error::Overflow`].
    pub fn within(&self) -> Result<Moments> {
        self.gathered(|_, _| ())
    }

    /// Moments of all rows.
    ///
    /// # Errors
    ///
    /// As [`within`](Self::within).
    pub fn total(&self) -> Result<Moments> {
        self.gathered(|cross, shifts| {
            for (i, mut row) in cross.rows_mut().into_iter().enumerate() {
                let lower = row.iter_mut().zip(shifts).take(i + 1);
                lower.for_each(|(to, shift)| *to += shifts[i] * shift);
            }
        })
    }

    /// The sum over groups; `shifted` gets what the scatter of all rows gains by the distance of a mean from those
    /// before.
    fn gathered(&self, shifted: impl Fn(&mut Array2<f64>, &[f64])) -> Result<Moments> {
        if self.is_empty() {
            return Err(Error::empty("the set of groups"));
        }
        let mut moments = Moments::new(self.n_features, self.n_targets)?;
        if let Some(within) = &self.within {
            moments.cross.assign(within);
        }
        let mut shifts = vec![0.0; self.n_features + self.n_targets];
        for group in 0..self.len() {
            self.records.add_to(group, &mut moments, &mut shifts);
            shifted(&mut moments.cross, &shifts);
        }
        if moments.is_finite() {
            Ok(moments)
        } else {
            Err(Error::overflow("a cross-product"))
        }
    }
}
