//! [`Profile`]: rows of new data along one column of a formula, all others held.

use super::coding::Basis;
use super::design::Design;
use super::slots::Source;
use super::variable::VariableKind;
use crate::data::Frame;
use crate::error::Result;

/// Numbers along a column, evenly between its least and its greatest.
const NUMBERS: usize = 61;
/// Levels of a category at most, and of one beside it.
const LEVELS: usize = 30;
const BESIDE: usize = 6;

/// Values along a column of which the effect is looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum Along {
    /// Evenly from the least to the greatest of the training rows.
    Numbers(Vec<f64>),
    /// The levels of a category, those that come first.
    Levels(Vec<String>),
}

/// Value that a column is held at.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// The weighted mean.
    Mean(f64),
    /// The base of a category: the reference, or the first level.
    Base(String),
}

/// New rows: for each level of the category beside the column, or once, a row for each value along it.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) column: String,
    pub(crate) along: Along,
    /// A category that interacts with the column, and its levels that come first.
    pub(crate) beside: Option<(String, Vec<String>)>,
    pub(crate) held: Vec<(String, Held)>,
    /// Levels that are left out, of the column and of the category beside it.
    pub(crate) left_out: [usize; 2],
    pub(crate) rows: Frame,
}

/// A column that the formula reads.
struct Dimension {
    place: usize,
    name: String,
    along: Along,
    held: Held,
    /// It is a category of the frame, of these levels; else numbers, taken for levels or not.
    texts: Option<Vec<String>>,
}

impl Design {
    /// The rows along each column of a term that varies, in the order of the formula; `frame` has the training rows.
    pub(crate) fn profiles(&self, frame: &Frame) -> Result<Vec<Profile>> {
        let read = self.parsed.columns_read(false);
        let read = (0..read.len()).filter(|place| read[*place]);
        let dimensions = read.map(|place| self.dimension(frame, place));
        let dimensions = dimensions.collect::<Result<Vec<_>>>()?;
        let variables = self.parsed.terms.iter().flatten();
        let in_terms: Vec<usize> = variables.flat_map(|v| self.columns_of(*v)).collect();
        let looked_at = dimensions
            .iter()
            .filter(|dimension| in_terms.contains(&dimension.place) && dimension.along.len() > 1);
        looked_at
            .map(|dimension| self.profile(dimension, &dimensions))
            .collect()
    }

    fn columns_of(&self, variable: usize) -> Vec<usize> {
        self.parsed.variables[variable].columns(&self.parsed.needs.slots)
    }

    fn dimension(&self, frame: &Frame, place: usize) -> Result<Dimension> {
        let name = self.parsed.needs.columns[place].name.clone();
        let variables = self
            .parsed
            .variables
            .iter()
            .zip(&self.bases)
            .zip(self.parsed.used());
        let mut categories = variables.filter_map(|((variable, basis), used)| {
            let Basis::Levels(levels) = basis else {
                return None;
            };
            let base = match &variable.kind {
                VariableKind::Column(column, _) if *column == place => None,
                VariableKind::Category {
                    source: Source::Column(column),
                    reference,
                    ..
                } if *column == place => reference.clone(),
                _ => return None,
            };
            used.then(|| (levels.clone(), base.or_else(|| levels.first().cloned())))
        });
        if let Some((levels, base)) = categories.next() {
            return Ok(Dimension {
                place,
                texts: frame.levels(&name).map(|_| levels.clone()),
                name,
                along: Along::Levels(levels),
                held: Held::Base(base.unwrap_or_default()),
            });
        }
        let weights = self
            .weights()
            .map(|weights| frame.column(weights))
            .transpose()?;
        let imputed = self.means.iter().find(|(column, _)| *column == name);
        let imputed = imputed.map_or(f64::NAN, |(_, mean)| *mean);
        let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut total, mut mean) = (0.0, 0.0);
        for (row, cell) in frame.column(&name)?.iter().enumerate() {
            let weight = weights.map_or(1.0, |weights| weights[row]);
            let cell = if cell.is_nan() { imputed } else { *cell };
            if weight > 0.0 && cell.is_finite() {
                (least, greatest) = (cell.min(least), cell.max(greatest));
                total += weight;
                mean += weight / total * (cell - mean);
            }
        }
        let last = (NUMBERS - 1) as f64;
        let at = |place: usize| {
            let share = place as f64 / last;
            least * (1.0 - share) + greatest * share
        };
        let varies = least < greatest;
        Ok(Dimension {
            place,
            name,
            along: Along::Numbers((0..NUMBERS).filter(|_| varies).map(at).collect()),
            held: Held::Mean(mean),
            texts: None,
        })
    }

    /// The first category that a term has beside a column.
    fn beside<'a>(&self, column: usize, all: &'a [Dimension]) -> Option<&'a Dimension> {
        let mut terms = self.parsed.terms.iter().filter(|term| term.len() > 1);
        terms.find_map(|term| {
            let reads =
                |place: usize, variable: &usize| self.columns_of(*variable).contains(&place);
            term.iter().find(|variable| reads(column, variable))?;
            all.iter().find(|other| {
                let category = matches!(other.along, Along::Levels(_));
                other.place != column && category && term.iter().any(|v| reads(other.place, v))
            })
        })
    }

    fn profile(&self, of: &Dimension, all: &[Dimension]) -> Result<Profile> {
        let (along, left_out) = of.along.first(LEVELS);
        let beside = self.beside(of.place, all);
        let shown = beside.map(|other| other.along.first(BESIDE));
        let (n, repeats) = (
            along.len(),
            shown.as_ref().map_or(1, |(levels, _)| levels.len()),
        );
        let mut rows = Frame::default();
        let mut held = Vec::new();
        for dimension in all {
            let (values, each) = if dimension.place == of.place {
                (along.clone(), 1)
            } else if let (Some(other), Some((levels, _))) = (beside, &shown)
                && other.place == dimension.place
            {
                (levels.clone(), n)
            } else {
                held.push((dimension.name.clone(), dimension.held.clone()));
                (dimension.held.as_along(), n * repeats)
            };
            let places = (0..n * repeats).map(|row| row / each % values.len());
            rows = dimension.add(rows, &values, places)?;
        }
        Ok(Profile {
            column: of.name.clone(),
            along,
            beside: beside
                .zip(shown.as_ref())
                .map(|(other, (levels, _))| (other.name.clone(), levels.levels().to_vec())),
            held,
            left_out: [left_out, shown.map_or(0, |(_, left_out)| left_out)],
            rows,
        })
    }
}

impl Dimension {
    /// Adds the column to a frame, with one of the values in each row.
    fn add(
        &self,
        rows: Frame,
        values: &Along,
        places: impl Iterator<Item = usize>,
    ) -> Result<Frame> {
        let name = self.name.as_str();
        match (values, &self.texts) {
            (Along::Numbers(numbers), _) => {
                rows.with_numbers(name, places.map(|place| numbers[place]))
            }
            (Along::Levels(levels), Some(known)) => {
                let code = |level: &String| known.iter().position(|other| other == level);
                let codes: Vec<_> = levels.iter().map(code).collect();
                rows.with_codes(name, places.map(|place| codes[place]), known)
            }
            (Along::Levels(levels), None) => {
                let number = |level: &String| level.parse().unwrap_or(f64::NAN);
                let numbers: Vec<f64> = levels.iter().map(number).collect();
                rows.with_numbers(name, places.map(|place| numbers[place]))
            }
        }
    }
}

impl Held {
    fn as_along(&self) -> Along {
        match self {
            Self::Mean(mean) => Along::Numbers(vec![*mean]),
            Self::Base(level) => Along::Levels(vec![level.clone()]),
        }
    }
}

impl Along {
    /// The number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Levels(levels) => levels.len(),
        }
    }

    /// True without values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The levels of a category; none of numbers.
    #[must_use]
    pub fn levels(&self) -> &[String] {
        match self {
            Self::Numbers(_) => &[],
            Self::Levels(levels) => levels,
        }
    }

    /// The levels that come first, and the number of others.
    fn first(&self, count: usize) -> (Self, usize) {
        match self {
            Self::Levels(levels) if levels.len() > count => {
                (Self::Levels(levels[..count].to_vec()), levels.len() - count)
            }
            along => (along.clone(), 0),
        }
    }
}
