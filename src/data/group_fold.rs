//! Folds that keep the rows of a group together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Split;
use crate::error::{Error, Result};

/// K-fold cross-validation in which all rows of a group fall into the same fold.
///
/// Groups, the largest first (then by label), go to the fold that has the fewest rows, as in scikit-learn's
/// `GroupKFold`. With as many folds as groups each fold is one group.
///
/// # Examples
///
/// ```
/// use elltwo::data::GroupKFold;
///
/// let folds = GroupKFold::new(2).split(&[7, 7, 3, 7, 3])?;
/// assert_eq!(folds[0].test, [0, 1, 3]);
/// assert_eq!(folds[1].test, [2, 4]);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupKFold {
    k: usize,
}

impl GroupKFold {
    /// `k ≥ 2` folds.
    #[must_use]
    pub fn new(k: usize) -> Self {
        Self { k }
    }

    /// The folds of rows of these groups.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for `k < 2` or more folds than groups.
    pub fn split(&self, groups: &[usize]) -> Result<Vec<Split>> {
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        for group in groups {
            *sizes.entry(*group).or_default() += 1;
        }
        if self.k < 2 || self.k > sizes.len() {
            return Err(Error::parameter(
                "k",
                self.k as f64,
                "at least 2 and at most the number of groups",
            ));
        }
        let mut by_size: Vec<(usize, usize)> = sizes.into_iter().collect();
        // The sort is stable: equal sizes stay in order of their labels.
        by_size.sort_by_key(|&(_, size)| std::cmp::Reverse(size));
        let mut rows_of = vec![0; self.k];
        let mut fold_of = BTreeMap::new();
        for (group, size) in by_size {
            let lightest = (0..self.k).fold(0, |a, b| if rows_of[b] < rows_of[a] { b } else { a });
            rows_of[lightest] += size;
            fold_of.insert(group, lightest);
        }
        Ok((0..self.k)
            .map(|fold| {
                let (test, train) =
                    (0..groups.len()).partition(|&row| fold_of[&groups[row]] == fold);
                Split { train, test }
            })
            .collect())
    }
}
