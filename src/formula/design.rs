//! [`Design`]: a formula and all that was learnt for it.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::coding::{Basis, Factor};
use super::learnt::Learnt;
use super::stored::Stored;
use super::terms::Parsed;
use super::{DEFAULT_MAX_COLUMNS, Formula};
use crate::data::{NumberFormat, UnseenLevel, check_distinct};
use crate::error::{Error, Result};

/// The columns that a formula makes of any frame, as its training data have it: levels, means, knots and bases are
/// those that were learnt.
///
/// Made by [`Formula::design`] or a [`Learner`](super::Learner). Serialized with the formula's text and a
/// `format_version`; another version, or parts that do not fit, are refused when it is read.
///
/// JSON is exact to the bit with the feature `float_roundtrip` of `serde_json`.
///
/// # Examples
///
/// ```
/// use elltwo::data::Frame;
/// use elltwo::formula::{Design, Formula};
///
/// let frame = Frame::default()
///     .with_numbers("price", [310.0, 290.0, 350.0])?
///     .with_numbers("size", [80.0, 60.0, 100.0])?
///     .with_category("town", ["Ulm", "Bonn", "Ulm"])?;
/// let design = "price ~ scale(size) + town".parse::<Formula>()?.design(&frame)?;
/// let json = serde_json::to_string(&design).map_err(|_| elltwo::Error::Empty { what: "json" })?;
///
/// let design: Design = serde_json::from_str(&json).map_err(|_| elltwo::Error::Empty { what: "json" })?;
/// let new = Frame::default().with_category("town", ["Ulm"])?.with_numbers("size", [120.0])?;
/// assert_eq!(design.matrix(&new)?, ndarray::array![[2.0, 1.0]]);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Design {
    pub(super) formula: Formula,
    pub(super) parsed: Parsed,
    pub(super) learnt: Vec<Learnt>,
    pub(super) weights: Option<String>,
    pub(super) means: Vec<(String, f64)>,
    pub(super) formats: BTreeMap<String, NumberFormat>,
    pub(super) unseen: UnseenLevel,
    /// Targets are not read.
    pub(super) predicts: bool,
    /// For each variable of the formula.
    pub(super) bases: Vec<Basis>,
    pub(super) factors: Vec<Vec<Factor>>,
    pub(super) terms: Vec<Term>,
    names: Vec<String>,
}

/// A term of a [`Design`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Term {
    /// The text of its variables, joined by `:`.
    pub name: String,
    /// Its columns of the design.
    pub columns: Range<usize>,
    /// Its variables, by their places among those of the design.
    pub variables: Vec<usize>,
}

impl Term {
    /// A term of a design that no formula made.
    #[must_use]
    pub fn new(name: impl Into<String>, columns: Range<usize>, variables: Vec<usize>) -> Self {
        Self {
            name: name.into(),
            columns,
            variables,
        }
    }
}

impl Design {
    /// Puts parts together that fit each other; `formula` has no `.`.
    pub(super) fn assemble(parts: Stored, max_columns: usize) -> Result<Self> {
        let (formula, learnt) = (parts.formula, parts.learnt);
        let parsed = formula.terms()?;
        let bases = parsed.variables.iter();
        let bases = bases
            .map(|variable| Basis::new(variable, &parsed, &learnt))
            .collect();
        let mut design = Self {
            formula,
            learnt,
            weights: parts.weights,
            means: parts.means,
            formats: parts.formats,
            unseen: UnseenLevel::default(),
            predicts: false,
            bases,
            factors: Vec::with_capacity(parsed.terms.len()),
            terms: Vec::with_capacity(parsed.terms.len()),
            names: Vec::new(),
            parsed,
        };
        for (term, full) in design.parsed.terms.iter().zip(design.full_codings()) {
            let places = term.iter().zip(full);
            let factors = places.map(|(place, full)| design.factor(*place, full));
            design.factors.push(factors.collect::<Result<_>>()?);
        }
        let mut columns = 0_usize;
        for (term, factors) in design.parsed.terms.iter().zip(&design.factors) {
            let widths = factors.iter().map(|factor| factor.width);
            let end = columns.saturating_add(widths.fold(1, usize::saturating_mul));
            design.terms.push(Term {
                name: design.parsed.name(term),
                columns: columns..end,
                variables: term.clone(),
            });
            columns = end;
        }
        let widest = design.terms.iter().max_by_key(|term| term.columns.len());
        if let Some(term) = widest.filter(|_| columns > max_columns) {
            return Err(Error::TooManyColumns {
                term: term.name.clone(),
                columns: term.columns.len(),
                total: columns,
                limit: max_columns,
            });
        }
        design.names = design
            .factors
            .iter()
            .flat_map(|factors| design.labels(factors))
            .collect();
        check_distinct(&design.names)?;
        Ok(design)
    }

    /// Treatment of a level that training did not have. Default: [`UnseenLevel::Error`]. By [`UnseenLevel::Base`] all
    /// columns of its category are 0: the reference of treatment contrasts, the mean of the levels of others.
    #[must_use]
    pub fn unseen_level(mut self, policy: UnseenLevel) -> Self {
        self.unseen = policy;
        self
    }

    /// The design for rows to be predicted: neither targets nor weights are read, whether they are there or not.
    #[must_use]
    pub fn for_prediction(mut self) -> Self {
        self.weights = None;
        self.predicts = true;
        self
    }

    /// The formula, with columns in the place of `.`.
    #[must_use]
    pub fn formula(&self) -> &Formula {
        &self.formula
    }

    /// True if a model of the design has an intercept. The design itself has no column for it.
    #[must_use]
    pub fn intercept(&self) -> bool {
        self.parsed.intercept
    }

    /// The names of the columns.
    #[must_use]
    pub fn column_names(&self) -> &[String] {
        &self.names
    }

    /// The number of columns.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        self.names.len()
    }

    /// The terms in the order of their columns, the intercept aside.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The targets: columns or their functions.
    #[must_use]
    pub fn target_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.parsed
            .targets
            .iter()
            .map(|target| target.name.as_str())
    }

    /// The column of sample weights, if there is one.
    #[must_use]
    pub fn weights(&self) -> Option<&str> {
        self.weights.as_deref()
    }

    /// The means that stand for missing numbers, by column.
    #[must_use]
    pub fn means(&self) -> &[(String, f64)] {
        &self.means
    }

    /// Notation of the numbers of columns, targets and weights among them, that was not plain in the training data.
    #[must_use]
    pub fn formats(&self) -> &BTreeMap<String, NumberFormat> {
        &self.formats
    }

    /// True if numbers of the rows shape the columns: means, scales, bases or knots, beyond the levels of categories.
    /// Rows held out must then be left out of the learning.
    #[must_use]
    pub fn depends_on_rows(&self) -> bool {
        let shapes = |learnt: &Learnt| {
            matches!(
                learnt,
                Learnt::Standard { .. } | Learnt::Polynomial(_) | Learnt::Knots(_)
            )
        };
        !self.means.is_empty() || self.learnt.iter().any(shapes)
    }

    /// True if predictions need an offset added.
    #[must_use]
    pub fn has_offset(&self) -> bool {
        !self.parsed.offsets.is_empty()
    }

    /// The categories and their levels, in the order of the formula.
    pub fn categories(&self) -> impl Iterator<Item = (&str, &[String])> {
        let variables = self.parsed.variables.iter().zip(&self.bases);
        variables.filter_map(|(variable, basis)| match basis {
            Basis::Levels(levels) => Some((variable.name.as_str(), levels.as_slice())),
            _ => None,
        })
    }
}

impl TryFrom<Stored> for Design {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        let parts = stored.checked()?;
        let columns = DEFAULT_MAX_COLUMNS.max(parts.columns);
        Self::assemble(parts, columns)
    }
}
