//! Strategies of cross-validation: the unseen rows, and the penalty chosen from their errors.

use serde::{Deserialize, Serialize};

use crate::check::check_length;
use crate::data::{FoldRows, GroupKFold, KFold};
use crate::error::Result;

/// Strategy of cross-validation: rows that are predicted by a model of others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum CvStrategy {
    /// Leave-one-out: each row by a model of all the others, exactly, from one factorisation: `eᵢ = rᵢ/(1 − hᵢ)`. As in
    /// scikit-learn, and as the identity has it, the penalty beside the *sum* of squares, `α = W λ` of all rows, is
    /// kept when a row is left out.
    #[default]
    LeaveOneOut,
    /// Generalised cross-validation, leave-one-out with every leverage at its mean: `mean r² / (1 − tr H / n)²`.
    /// Invariant to rotations of the rows (Golub, Heath & Wahba, 1979).
    Gcv,
    /// K-fold: each of `k` folds by a model of the others, as [`KFold`] makes them. `λ` is kept beside the *mean*
    /// squared error of the training rows, as the objective has it; scikit-learn keeps `alpha = λ · n_train`.
    KFold {
        /// The number of folds, at least 2.
        k: usize,
        /// A seed to assign the rows at random; `None` for contiguous folds.
        shuffle: Option<u64>,
    },
    /// K-fold with all rows of a group in the same fold, as [`GroupKFold`] makes them.
    Grouped {
        /// The group of each row, `(n,)`.
        groups: Vec<usize>,
        /// The number of folds, at least 2 and at most the number of groups, which leaves out one group at a time.
        k: usize,
    },
}

impl CvStrategy {
    /// The rows of each fold to test on; `None` without folds.
    pub(super) fn folds(&self, n_samples: usize) -> Result<Option<Vec<FoldRows>>> {
        let folds = match self {
            Self::LeaveOneOut | Self::Gcv => return Ok(None),
            Self::KFold { k, shuffle: None } => KFold::new(*k).test_rows(n_samples)?,
            Self::KFold {
                k,
                shuffle: Some(seed),
            } => KFold::new(*k).shuffle(*seed).test_rows(n_samples)?,
            Self::Grouped { groups, k } => {
                check_length("length of groups", n_samples, groups.len())?;
                let splits = GroupKFold::new(*k).split(groups)?;
                let tests = splits.into_iter().map(|split| split.test);
                tests.map(FoldRows::List).collect()
            }
        };
        Ok(Some(folds))
    }
}

/// Rule that takes a penalty from the curve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Selection {
    /// Penalty of the smallest error; the largest of them if there are several.
    #[default]
    Minimum,
    /// Largest penalty whose error is within one standard error of the smallest (Breiman, Friedman, Olshen & Stone,
    /// *Classification and Regression Trees*, §3.4.3).
    OneStandardError,
}
