//! Names to columns, each with one role.

use crate::data::nearest::nearest;
use crate::error::{Error, Result};

pub(super) const TARGET: &str = "target";
pub(super) const WEIGHTS: &str = "weights";
pub(super) const LABELS: &str = "labels";
pub(super) const FEATURE: &str = "feature";
pub(super) const EXCLUDED: &str = "excluded";
pub(super) const CATEGORICAL: &str = "categorical";
pub(super) const NUMBER: &str = "a number of the schema";
pub(super) const OUTSIDE: &str = "outside the schema";

/// The roles given so far to the columns of a header.
pub(super) struct Roles<'a> {
    header: &'a [String],
    roles: Vec<Option<&'static str>>,
}

impl<'a> Roles<'a> {
    pub(super) fn new(header: &'a [String]) -> Self {
        Self {
            header,
            roles: vec![None; header.len()],
        }
    }

    /// The role of a column, if it has one.
    pub(super) fn of(&self, column: usize) -> Option<&'static str> {
        self.roles[column]
    }

    /// Gives the columns that have no role this one.
    pub(super) fn give_rest(&mut self, role: &'static str) {
        for given in self.roles.iter_mut().filter(|given| given.is_none()) {
            *given = Some(role);
        }
    }

    /// The place of a name in the header.
    pub(super) fn find(&self, name: &str) -> Result<usize> {
        let mut names = self.header.iter();
        names
            .position(|candidate| candidate == name)
            .ok_or_else(|| Error::MissingColumn {
                name: name.to_owned(),
                nearest: nearest(name, self.header.iter().map(String::as_str)),
            })
    }

    /// Gives a column a role, and refuses a second one.
    pub(super) fn take(&mut self, name: &str, role: &'static str) -> Result<usize> {
        let column = self.find(name)?;
        match self.roles[column].replace(role) {
            Some(first) if first != role => Err(both(name, first, role)),
            _ => Ok(column),
        }
    }

    /// The same for several names.
    pub(super) fn take_all<'n>(
        &mut self,
        names: impl IntoIterator<Item = &'n String>,
        role: &'static str,
    ) -> Result<Vec<usize>> {
        names
            .into_iter()
            .map(|name| self.take(name, role))
            .collect()
    }
}

/// A column with two roles.
pub(super) fn both(name: &str, first: &'static str, second: &'static str) -> Error {
    Error::ColumnRole {
        name: name.to_owned(),
        first,
        second,
    }
}
