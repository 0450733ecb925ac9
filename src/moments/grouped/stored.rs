//! Groups as serde sees them: with a format version, and checked when they come back.

use std::hash::Hash;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::super::record::triangle;
use super::records::Records;
use super::{Detail, Grouped};
use crate::check::{check_finite, check_length};
use crate::error::{Error, Result};
use crate::version::{Format, Version};

/// The serialized form.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Stored<K> {
    format_version: Version<Groups>,
    detail: Detail,
    n_features: usize,
    n_targets: usize,
    keys: Vec<K>,
    records: Vec<f64>,
    /// The lower triangle of the cross-products within groups, row by row; of means alone.
    within: Option<Vec<f64>>,
}

/// What is stored, whatever its keys.
struct Groups;

impl Format for Groups {
    const WHAT: &'static str = "stored groups";
    const VERSION: u32 = 1;
}

impl<K: Clone> From<Grouped<K>> for Stored<K> {
    fn from(groups: Grouped<K>) -> Self {
        let lower = |within: Array2<f64>| {
            let rows = within.rows().into_iter().enumerate();
            rows.flat_map(|(i, row)| row.iter().take(i + 1).copied().collect::<Vec<_>>())
                .collect()
        };
        Self {
            format_version: Version::CURRENT,
            detail: groups.records.detail(),
            n_features: groups.n_features,
            n_targets: groups.n_targets,
            keys: groups.keys,
            records: groups.records.values().to_vec(),
            within: groups.within.map(lower),
        }
    }
}

impl<K: Eq + Hash + Clone> TryFrom<Stored<K>> for Grouped<K> {
    type Error = Error;

    fn try_from(stored: Stored<K>) -> Result<Self> {
        let width = stored.n_features.saturating_add(stored.n_targets);
        // A square of it, which is made room for, must have been stored: no width without its numbers.
        let most = stored.records.len() + stored.within.as_ref().map_or(0, Vec::len);
        if width > most.max(2) {
            return Err(Groups::malformed("the number of features is too large"));
        }
        let mut groups = Self::with(stored.detail, stored.n_features, stored.n_targets)?;
        groups.records = Records::from_values(width, stored.detail, stored.records).ok_or(
            Groups::malformed("a record is cut short, or holds what no rows give"),
        )?;
        let size = groups.records.numbers_of_a_group();
        let n_groups = groups.records.values().len() / size;
        check_length("stored keys", n_groups, stored.keys.len())?;
        for (key, place) in stored.keys.iter().zip(0..) {
            if groups.places.insert(key.clone(), place).is_some() {
                return Err(Groups::malformed("a key is there twice"));
            }
        }
        groups.keys = stored.keys;
        if let Some(within) = &mut groups.within {
            let lower = stored.within.unwrap_or_default();
            check_length("stored cross-products", triangle(width), lower.len())?;
            check_finite("within", ndarray::ArrayView1::from(&lower))?;
            let mut lower = lower.into_iter();
            for i in 0..width {
                for (to, value) in within.row_mut(i).iter_mut().take(i + 1).zip(&mut lower) {
                    *to = value;
                }
            }
        }
        Ok(groups)
    }
}
