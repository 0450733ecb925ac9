//! [`Stored`]: the serialized form of a design.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Formula;
use super::design::Design;
use super::learnt::Learnt;
use crate::data::NumberFormat;
use crate::error::Result;
use crate::version::{Format, Version};

/// Columns that a stored design may have: no file needs more, and a hostile one could ask for all memory.
const MAX_COLUMNS: usize = 1 << 20;

/// The formula's text, from which all else but what was learnt follows.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) format_version: Version<Self>,
    pub(super) formula: Formula,
    pub(super) weights: Option<String>,
    /// Number of columns, to be refused before they are made.
    pub(super) columns: usize,
    pub(super) means: Vec<(String, f64)>,
    pub(super) learnt: Vec<Learnt>,
    /// Version 1 has none.
    #[serde(default)]
    pub(super) formats: BTreeMap<String, NumberFormat>,
}

impl Format for Stored {
    const WHAT: &'static str = "stored design";
    const VERSION: u32 = 2;
    const OLDEST: u32 = 1;
}

impl From<Design> for Stored {
    fn from(design: Design) -> Self {
        Self {
            format_version: Version::CURRENT,
            columns: design.n_columns(),
            formula: design.formula,
            weights: design.weights,
            means: design.means,
            learnt: design.learnt,
            formats: design.formats,
        }
    }
}

impl Stored {
    /// The parts, once they fit each other.
    pub(super) fn checked(self) -> Result<Self> {
        if self.formula.has_dot() {
            return Err(Self::malformed("its formula must name its columns"));
        }
        self.formats.values().try_for_each(NumberFormat::check)?;
        if self.columns > MAX_COLUMNS {
            return Err(Self::malformed("it has too many columns"));
        }
        if self.means.iter().any(|(_, mean)| !mean.is_finite()) {
            return Err(Self::malformed("a mean must be finite"));
        }
        let terms = self.formula.terms()?;
        let slots = &terms.needs.slots;
        let read = terms.columns_read(true);
        let fits = |(learnt, slot): (&Learnt, &super::slots::Slot)| {
            let unread = slot.columns().iter().any(|column| !read[*column]);
            learnt.fits(slot) || (unread && *learnt == Learnt::Nothing)
        };
        if self.learnt.len() != slots.len() || !self.learnt.iter().zip(slots).all(fits) {
            return Err(Self::malformed("what was learnt must fit its formula"));
        }
        Ok(self)
    }
}
