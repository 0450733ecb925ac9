//! [`Design`]: a formula and all that was learnt for it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::contrasts::{Coding, Contrast};
use super::learnt::Learnt;
use super::slots::Slot;
use super::spline::Spline;
use super::stored::Stored;
use super::terms::Parsed;
use super::variable::{Variable, VariableKind};
use super::{DEFAULT_MAX_COLUMNS, Formula};
use crate::data::{UnseenLevel, check_distinct};
use crate::error::{Error, Result};

/// The columns that a formula makes of any frame, as its training data have it: levels, means, knots and bases are
/// those that were learnt.
///
/// Made by [`Formula::design`] or a [`Learner`](super::Learner). Serialized with the formula's text and a
/// `format_version`; another version, or parts that do not fit, are refused when it is read.
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

/// Levels of polynomial contrasts, at most: beyond, the last columns have no digits.
const MAX_POLYNOMIAL_LEVELS: usize = 50;

/// A variable, ready to be evaluated.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Basis {
    /// As many numbers a row.
    Numbers(usize),
    Spline(Spline),
    /// A category of so many levels.
    Levels(Vec<String>),
}

/// A variable of a term and its columns there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Factor {
    pub(super) variable: usize,
    pub(super) coding: Coding,
    pub(super) width: usize,
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
    pub(super) fn assemble(
        formula: Formula,
        learnt: Vec<Learnt>,
        weights: Option<String>,
        means: Vec<(String, f64)>,
        max_columns: usize,
    ) -> Result<Self> {
        let parsed = formula.terms()?;
        let bases = parsed.variables.iter();
        let bases = bases
            .map(|variable| basis(variable, &parsed, &learnt))
            .collect();
        let mut design = Self {
            formula,
            learnt,
            weights,
            means,
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

    /// For each variable of each term whether it is coded by all its levels: R's rule of margins. A category is coded by
    /// contrasts if the term without it is part of a term before, or nothing; without an intercept, the first of all is
    /// not.
    fn full_codings(&self) -> Vec<Vec<bool>> {
        let terms = &self.parsed.terms;
        let is_category = |place: &usize| matches!(self.bases[*place], Basis::Levels(_));
        let mut full = Vec::with_capacity(terms.len());
        let mut intercept = self.parsed.intercept;
        for (at, term) in terms.iter().enumerate() {
            let codings = term.iter().map(|place| {
                if !is_category(place) {
                    return false;
                }
                if !intercept {
                    intercept = true;
                    return true;
                }
                let rest = || term.iter().filter(|other| *other != place);
                let within = |before: &Vec<usize>| rest().all(|other| before.contains(other));
                rest().next().is_some() && !terms[..at].iter().any(within)
            });
            full.push(codings.collect());
        }
        full
    }

    fn factor(&self, variable: usize, full: bool) -> Result<Factor> {
        let levels = match &self.bases[variable] {
            Basis::Levels(levels) => levels,
            basis => {
                return Ok(Factor {
                    variable,
                    coding: Coding::Numbers,
                    width: basis.width(),
                });
            }
        };
        let k = levels.len();
        let (contrast, reference) = match &self.parsed.variables[variable].kind {
            VariableKind::Category {
                contrast,
                reference,
                ..
            } => (*contrast, reference.as_ref()),
            _ => (Contrast::Treatment, None),
        };
        let reference = match reference {
            Some(level) => levels
                .iter()
                .position(|other| other == level)
                .ok_or_else(|| Error::Formula {
                    formula: self.formula.to_string(),
                    position: self.parsed.variables[variable].at,
                    found: format!("the reference `{level}`"),
                    expected: format!("a level: one of {}", some_of(levels)),
                })?,
            None => 0,
        };
        if contrast == Contrast::Polynomial && k > MAX_POLYNOMIAL_LEVELS && !full {
            return Err(Error::Formula {
                formula: self.formula.to_string(),
                position: self.parsed.variables[variable].at,
                found: format!("{k} levels"),
                expected: format!("at most {MAX_POLYNOMIAL_LEVELS} for polynomial contrasts"),
            });
        }
        let (coding, width) = if full {
            (Coding::Indicators(None), k)
        } else {
            (Coding::new(contrast, k, reference), k.saturating_sub(1))
        };
        Ok(Factor {
            variable,
            coding,
            width,
        })
    }

    /// The names of the columns of a term: the first variable's change fastest.
    fn labels(&self, factors: &[Factor]) -> Vec<String> {
        let mut names = vec![String::new()];
        for factor in factors {
            let own: Vec<String> = (0..factor.width).map(|j| self.label(factor, j)).collect();
            let joined = own.iter().flat_map(|own| {
                names.iter().map(move |name| {
                    if name.is_empty() {
                        own.clone()
                    } else {
                        format!("{name}:{own}")
                    }
                })
            });
            names = joined.collect();
        }
        names
    }

    fn label(&self, factor: &Factor, j: usize) -> String {
        let variable = &self.parsed.variables[factor.variable];
        let levels = match &self.bases[factor.variable] {
            Basis::Levels(levels) => levels.as_slice(),
            _ => &[],
        };
        let text = match &variable.kind {
            VariableKind::Column(column, _) => &self.parsed.needs.columns[*column].name,
            VariableKind::Category { text, .. }
            | VariableKind::Intervals { text, .. }
            | VariableKind::Powers { text, .. } => text,
            _ => &variable.name,
        };
        match (&factor.coding, &variable.kind) {
            (Coding::Numbers, VariableKind::Powers { .. }) if j > 0 => format!("{text}^{}", j + 1),
            (Coding::Numbers, VariableKind::Polynomial(_) | VariableKind::Spline(_)) => {
                format!("{text}[{}]", j + 1)
            }
            (Coding::Numbers, _) => text.clone(),
            (Coding::Indicators(reference), _) => {
                let level = j + usize::from(reference.is_some_and(|reference| j >= reference));
                format!("{text}={}", levels[level])
            }
            (_, VariableKind::Category { contrast, .. }) => contrast.label(text, levels, j),
            _ => text.clone(),
        }
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

impl Basis {
    pub(super) fn width(&self) -> usize {
        match self {
            Self::Numbers(width) => *width,
            Self::Spline(spline) => spline.width(),
            Self::Levels(_) => 1,
        }
    }
}

fn basis(variable: &Variable, parsed: &Parsed, learnt: &[Learnt]) -> Basis {
    match &variable.kind {
        VariableKind::Column(_, slot) | VariableKind::Category { slot, .. } => match &learnt[*slot]
        {
            Learnt::Levels(levels) => Basis::Levels(levels.clone()),
            Learnt::Values(values) => Basis::Levels(values.iter().map(f64::to_string).collect()),
            _ => Basis::Numbers(1),
        },
        VariableKind::Number(_) => Basis::Numbers(1),
        VariableKind::Powers { degree, .. } => Basis::Numbers(*degree),
        VariableKind::Polynomial(slot) => match &learnt[*slot] {
            Learnt::Polynomial(polynomials) => Basis::Numbers(polynomials.degree()),
            _ => Basis::Numbers(0),
        },
        VariableKind::Spline(slot) => match (&learnt[*slot], &parsed.needs.slots[*slot]) {
            (Learnt::Knots(knots), Slot::Spline { kind, .. }) => {
                Basis::Spline(Spline::new(kind, knots))
            }
            _ => Basis::Numbers(0),
        },
        VariableKind::Intervals { edges, right, .. } => {
            let text = |pair: &[f64]| match (right, pair[0].is_finite(), pair[1].is_finite()) {
                (true, _, true) => format!("({},{}]", pair[0], pair[1]),
                (true, _, false) => format!("({},inf)", pair[0]),
                (false, true, _) => format!("[{},{})", pair[0], pair[1]),
                (false, false, _) => format!("(-inf,{})", pair[1]),
            };
            Basis::Levels(edges.windows(2).map(text).collect())
        }
    }
}

/// The first levels, in a sentence.
fn some_of(levels: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown = levels.iter().take(SHOWN).map(String::as_str);
    let more = if levels.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", shown.collect::<Vec<_>>().join(", "))
}

impl TryFrom<Stored> for Design {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        let parts = stored.checked()?;
        let (learnt, weights, means) = (parts.learnt, parts.weights, parts.means);
        Self::assemble(
            parts.formula,
            learnt,
            weights,
            means,
            DEFAULT_MAX_COLUMNS.max(parts.columns),
        )
    }
}
