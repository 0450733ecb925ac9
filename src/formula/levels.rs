//! Levels of a category in the rows of a frame, as places among those of the design.

use std::collections::HashMap;
use std::ops::Range;

use super::bound::Bound;
use super::design::Design;
use super::learnt::Learnt;
use super::slots::Source;
use super::variable::{Variable, VariableKind};
use crate::data::UnseenLevel;
use crate::error::{Error, Result};

/// Place of a level that the design does not have.
const NONE: usize = usize::MAX;

/// Source of the level of a row.
#[derive(Debug)]
pub(super) enum Levels<'a> {
    /// For each level of a category of the frame its place.
    Texts(usize, Vec<usize>),
    /// Numbers, by their value or by how they print.
    Numbers(Source, Numbers<'a>),
}

#[derive(Debug)]
pub(super) enum Numbers<'a> {
    /// Levels, ascending.
    Values(&'a [f64]),
    /// Texts that look like numbers.
    Printed(HashMap<u64, usize>),
    /// Edges of intervals, which are closed on the right or on the left.
    Intervals(&'a [f64], bool),
}

impl<'a> Levels<'a> {
    /// Levels of a variable.
    pub(super) fn new(
        design: &'a Design,
        bound: &Bound<'a>,
        variable: &'a Variable,
        known: &[String],
    ) -> Result<Self> {
        let (slot, source) = match &variable.kind {
            VariableKind::Column(column, slot) => (*slot, Source::Column(*column)),
            VariableKind::Category { source, slot, .. } => (*slot, source.clone()),
            VariableKind::Intervals {
                x, edges, right, ..
            } => {
                let source = Source::Number(x.clone());
                return Ok(Self::Numbers(source, Numbers::Intervals(edges, *right)));
            }
            _ => return Err(Error::Empty { what: "a category" }),
        };
        if let Source::Column(column) = source
            && let Some(texts) = bound.levels[column]
        {
            let places: HashMap<&str, usize> = known.iter().map(String::as_str).zip(0..).collect();
            let place = |text: &String| places.get(text.as_str()).copied().unwrap_or(NONE);
            return Ok(Self::Texts(column, texts.iter().map(place).collect()));
        }
        let numbers = match &design.learnt[slot] {
            Learnt::Values(values) => Numbers::Values(values),
            _ => Numbers::Printed(
                known
                    .iter()
                    .zip(0..)
                    .filter_map(|(level, place)| Some((bits(level.parse().ok()?), place)))
                    .collect(),
            ),
        };
        Ok(Self::Numbers(source, numbers))
    }

    /// The places of the levels in some rows, beyond all for one that is unseen; `values` is for numbers.
    pub(super) fn fill(
        &self,
        (design, bound, variable): (&Design, &Bound<'_>, &Variable),
        rows: Range<usize>,
        values: &mut Vec<f64>,
        out: &mut Vec<usize>,
    ) -> Result<()> {
        out.clear();
        match self {
            Self::Texts(column, places) => {
                let codes = bound.codes(*column, rows.clone());
                out.extend(codes.map(|code| places.get(code).copied().unwrap_or(NONE)));
            }
            Self::Numbers(source, numbers) => {
                match source {
                    Source::Number(x) => bound.values(x, rows.clone(), values)?,
                    Source::Column(column) => {
                        values.clear();
                        values.extend(bound.cells().numbers(*column, rows.clone()));
                    }
                }
                out.extend(values.iter().map(|value| numbers.place(*value)));
            }
        }
        let Some(at) = out.iter().position(|place| *place == NONE) else {
            return Ok(());
        };
        let (line, value) = (bound.line(rows.start + at), values.get(at).copied());
        if let (Self::Numbers(_, Numbers::Intervals(..)), Some(value)) = (self, value) {
            return Err(Error::OutsideDomain {
                line,
                value,
                rule: "it must be between the edges of cut(); bin() has intervals beyond them",
            });
        }
        if design.unseen == UnseenLevel::Base {
            return Ok(());
        }
        let level = match self {
            Self::Texts(column, _) => {
                let code = bound.codes(*column, rows).nth(at);
                let texts = bound.levels[*column].unwrap_or_default();
                code.and_then(|code| texts.get(code))
                    .cloned()
                    .unwrap_or_default()
            }
            Self::Numbers(..) => value.unwrap_or(f64::NAN).to_string(),
        };
        let known = design.categories().find(|(name, _)| *name == variable.name);
        Err(Error::UnseenLevel {
            line,
            column: variable.name.clone(),
            level,
            known: known.map_or(0, |(_, levels)| levels.len()),
        })
    }
}

impl Numbers<'_> {
    fn place(&self, value: f64) -> usize {
        let place = match self {
            Self::Values(values) => {
                let place = values.partition_point(|other| *other < value);
                values
                    .get(place)
                    .filter(|other| **other == value)
                    .map(|_| place)
            }
            Self::Printed(places) => places.get(&bits(value)).copied(),
            Self::Intervals(edges, right) => {
                let below = |edge: &f64| *edge < value || (!right && *edge == value);
                let place = edges.partition_point(below);
                (place < edges.len())
                    .then(|| place.checked_sub(1))
                    .flatten()
            }
        };
        place.unwrap_or(NONE)
    }
}

/// The bits of a number, to be compared; zero has one sign.
fn bits(value: f64) -> u64 {
    (value + 0.0).to_bits()
}
