//! Training and test rows, and folds: indices only, reproducible from a seed.

use std::ops::Range;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use crate::check::check_open_unit;
use crate::error::{Error, Result};

/// The rows to train on and the rows to test on: together every row once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The rows to fit.
    pub train: Vec<usize>,
    /// The rows to predict.
    pub test: Vec<usize>,
}

/// Shuffles the rows `0..n_samples` and puts the first `⌈test_fraction · n⌉` into the test part, as scikit-learn
/// counts them.
///
/// A seed gives the same rows on every platform: the generator is `Xoshiro256PlusPlus` (Blackman & Vigna) by
/// `seed_from_u64`.
///
/// # Errors
///
/// [`Error::InvalidParameter`] unless `0 < test_fraction < 1`;
/// [`Error::TooFewSamples`] for fewer than two samples, or so few that none is left to train on.
///
/// # Examples
///
/// ```
/// use elltwo::data::train_test_split;
///
/// let split = train_test_split(10, 0.25, 7)?;
/// assert_eq!((split.train.len(), split.test.len()), (7, 3));
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn train_test_split(n_samples: usize, test_fraction: f64, seed: u64) -> Result<Split> {
    check_open_unit("test_fraction", test_fraction)?;
    // The product lies in (0, n]: the cast neither truncates nor changes a sign.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let n_test = (test_fraction * n_samples as f64).ceil() as usize;
    if n_samples < 2 || n_test >= n_samples {
        // ⌈f n⌉ ≤ n − 1 exactly when n ≥ 1 / (1 − f).
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let required = (1.0 / (1.0 - test_fraction)).ceil() as usize;
        return Err(Error::too_few(
            "a split with this test_fraction",
            required.max(2).max(n_samples.saturating_add(1)),
            n_samples,
        ));
    }
    let mut test = shuffled(n_samples, seed);
    let train = test.split_off(n_test);
    Ok(Split { train, test })
}

/// K-fold cross-validation: each row is tested exactly once.
///
/// As in scikit-learn the first `n mod k` folds have one row more, and both parts of a fold are in ascending order.
/// The default is contiguous folds; shuffle data whose rows are sorted.
///
/// # Examples
///
/// ```
/// use elltwo::data::KFold;
///
/// let folds = KFold::new(2).split(5)?;
/// assert_eq!(folds[0].test, [0, 1, 2]);
/// assert_eq!(folds[1].train, [0, 1, 2]);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KFold {
    k: usize,
    seed: Option<u64>,
}

impl KFold {
    /// `k ≥ 2` contiguous folds.
    #[must_use]
    pub fn new(k: usize) -> Self {
        Self { k, seed: None }
    }

    /// Assigns the rows to the folds at random. Default: not.
    #[must_use]
    pub fn shuffle(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The number of folds.
    #[must_use]
    pub fn k(&self) -> usize {
        self.k
    }

    /// The seed of the assignment; `None` for contiguous folds.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// The `k` folds of the rows `0..n_samples`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for `k < 2`, [`Error::TooFewSamples`] for fewer samples than folds.
    pub fn split(&self, n_samples: usize) -> Result<Vec<Split>> {
        let mut fold_of = vec![0; n_samples];
        for (fold, rows) in self.test_rows(n_samples)?.iter().enumerate() {
            rows.iter().for_each(|row| fold_of[row] = fold);
        }
        Ok((0..self.k)
            .map(|fold| {
                let (test, train) = (0..n_samples).partition(|row| fold_of[*row] == fold);
                Split { train, test }
            })
            .collect())
    }

    /// The rows of each fold to test on, in ascending order.
    pub(crate) fn test_rows(&self, n_samples: usize) -> Result<Vec<FoldRows>> {
        if self.k < 2 {
            return Err(Error::parameter("k", self.k as f64, "at least 2"));
        }
        if n_samples < self.k {
            return Err(Error::too_few("k-fold cross-validation", self.k, n_samples));
        }
        let mut start = 0;
        let folds = (0..self.k).map(|fold| {
            let size = n_samples / self.k + usize::from(fold < n_samples % self.k);
            start += size;
            start - size..start
        });
        let Some(seed) = self.seed else {
            return Ok(folds.map(FoldRows::Range).collect());
        };
        let (order, mut fold_of) = (shuffled(n_samples, seed), vec![0; n_samples]);
        for (fold, places) in folds.enumerate() {
            order[places].iter().for_each(|row| fold_of[*row] = fold);
        }
        let mut lists = vec![Vec::with_capacity(n_samples.div_ceil(self.k)); self.k];
        for (row, fold) in fold_of.into_iter().enumerate() {
            lists[fold].push(row);
        }
        Ok(lists.into_iter().map(FoldRows::List).collect())
    }
}

/// Folds of rows: [`KFold`], or splits that were made, such as those of [`GroupKFold`](super::GroupKFold) by groups.
pub trait Folds {
    /// The folds of the rows `0..n_samples`.
    ///
    /// # Errors
    ///
    /// As [`KFold::split`]; [`Error::InvalidParameter`] for a row that is none.
    fn splits(&self, n_samples: usize) -> Result<Vec<Split>>;
}

impl Folds for KFold {
    fn splits(&self, n_samples: usize) -> Result<Vec<Split>> {
        self.split(n_samples)
    }
}

impl Folds for Vec<Split> {
    fn splits(&self, n_samples: usize) -> Result<Vec<Split>> {
        let rows = self
            .iter()
            .flat_map(|split| split.train.iter().chain(&split.test));
        match rows.max() {
            Some(&row) if row >= n_samples => {
                let rule = "below the number of rows";
                Err(Error::parameter("row", row as f64, rule))
            }
            _ => Ok(self.clone()),
        }
    }
}

/// Rows that are tested together.
#[derive(Clone, Debug)]
pub(crate) enum FoldRows {
    /// Rows that follow each other.
    Range(Range<usize>),
    /// Any, in ascending order.
    List(Vec<usize>),
}

impl FoldRows {
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        let (range, list) = match self {
            Self::Range(range) => (range.clone(), &[][..]),
            Self::List(list) => (0..0, &list[..]),
        };
        range.chain(list.iter().copied())
    }
}

/// The rows in random order.
fn shuffled(n_samples: usize, seed: u64) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..n_samples).collect();
    rows.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    rows
}
