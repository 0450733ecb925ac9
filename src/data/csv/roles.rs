//! Which column of the file is what.

use super::options::CsvReader;
use crate::data::nearest::nearest;
use crate::error::{Error, Result};

/// The positions of the columns that are used.
pub(super) struct Roles {
    pub(super) target: usize,
    pub(super) weights: Option<usize>,
    pub(super) labels: Option<usize>,
    /// In file order, with whether the column is to be coded.
    pub(super) features: Vec<(usize, bool)>,
}

const TARGET: &str = "target";
const WEIGHTS: &str = "weights";
const LABELS: &str = "labels";
const FEATURE: &str = "feature";
const EXCLUDED: &str = "excluded";
const CATEGORICAL: &str = "categorical";

impl Roles {
    /// Finds every name the reader was given, and refuses a column with two roles.
    pub(super) fn assign(reader: &CsvReader, header: &[String]) -> Result<Self> {
        let find = |name: &String| {
            header
                .iter()
                .position(|candidate| candidate == name)
                .ok_or_else(|| Error::MissingColumn {
                    name: name.clone(),
                    nearest: nearest(name, header.iter().map(String::as_str)),
                })
        };
        let mut roles: Vec<Option<&'static str>> = vec![None; header.len()];
        let mut take = |name: &String, role: &'static str| -> Result<usize> {
            let column = find(name)?;
            match roles[column] {
                Some(first) if first != role => Err(Error::ColumnRole {
                    name: name.clone(),
                    first,
                    second: role,
                }),
                _ => {
                    roles[column] = Some(role);
                    Ok(column)
                }
            }
        };
        let target = take(&reader.target, TARGET)?;
        let weights = match &reader.weights {
            Some(name) => Some(take(name, WEIGHTS)?),
            None => None,
        };
        let labels = match &reader.labels {
            Some(name) => Some(take(name, LABELS)?),
            None => None,
        };
        for name in reader.features.iter().flatten() {
            take(name, FEATURE)?;
        }
        for name in &reader.exclude {
            take(name, EXCLUDED)?;
        }
        if reader.features.is_none() {
            for role in roles.iter_mut().filter(|role| role.is_none()) {
                *role = Some(FEATURE);
            }
        }
        let mut coded = vec![false; header.len()];
        for name in &reader.categorical {
            let column = find(name)?;
            match roles[column] {
                Some(FEATURE) => coded[column] = true,
                other => {
                    return Err(Error::ColumnRole {
                        name: name.clone(),
                        first: other.unwrap_or(EXCLUDED),
                        second: CATEGORICAL,
                    });
                }
            }
        }
        let features: Vec<(usize, bool)> = (0..header.len())
            .filter(|column| roles[*column] == Some(FEATURE))
            .map(|column| (column, coded[column]))
            .collect();
        if features.is_empty() {
            return Err(Error::Empty {
                what: "the set of features",
            });
        }
        Ok(Self {
            target,
            weights,
            labels,
            features,
        })
    }
}
