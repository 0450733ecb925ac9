//! Variables as columns of a term: how categories are coded, and the names of the columns.

use super::contrasts::{Coding, Contrast};
use super::design::Design;
use super::learnt::Learnt;
use super::slots::Slot;
use super::spline::Spline;
use super::terms::Parsed;
use super::variable::{Variable, VariableKind};
use crate::error::{Error, Result};

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

impl Basis {
    /// Coding of a variable, by what was learnt for it.
    pub(super) fn new(variable: &Variable, parsed: &Parsed, learnt: &[Learnt]) -> Self {
        match &variable.kind {
            VariableKind::Column(_, slot) | VariableKind::Category { slot, .. } => match &learnt
                [*slot]
            {
                Learnt::Levels(levels) => Self::Levels(levels.clone()),
                Learnt::Values(values) => Self::Levels(values.iter().map(f64::to_string).collect()),
                _ => Self::Numbers(1),
            },
            VariableKind::Number(_) => Self::Numbers(1),
            VariableKind::Powers { degree, .. } => Self::Numbers(*degree),
            VariableKind::Polynomial(slot) => match &learnt[*slot] {
                Learnt::Polynomial(polynomials) => Self::Numbers(polynomials.degree()),
                _ => Self::Numbers(0),
            },
            VariableKind::Spline(slot) => match (&learnt[*slot], &parsed.needs.slots[*slot]) {
                (Learnt::Knots(knots), Slot::Spline { kind, .. }) => {
                    Self::Spline(Spline::new(kind, knots))
                }
                _ => Self::Numbers(0),
            },
            VariableKind::Intervals { edges, right, .. } => {
                let text = |pair: &[f64]| match (right, pair[0].is_finite(), pair[1].is_finite()) {
                    (true, _, true) => format!("({},{}]", pair[0], pair[1]),
                    (true, _, false) => format!("({},inf)", pair[0]),
                    (false, true, _) => format!("[{},{})", pair[0], pair[1]),
                    (false, false, _) => format!("(-inf,{})", pair[1]),
                };
                Self::Levels(edges.windows(2).map(text).collect())
            }
        }
    }

    pub(super) fn width(&self) -> usize {
        match self {
            Self::Numbers(width) => *width,
            Self::Spline(spline) => spline.width(),
            Self::Levels(_) => 1,
        }
    }
}

impl Design {
    /// For each variable of each term whether it is coded by all its levels: R's rule of margins. A category is coded
    /// by contrasts if the term without it is part of a term before, or nothing; without an intercept, the first of all
    /// is not.
    pub(super) fn full_codings(&self) -> Vec<Vec<bool>> {
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

    pub(super) fn factor(&self, variable: usize, full: bool) -> Result<Factor> {
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
    pub(super) fn labels(&self, factors: &[Factor]) -> Vec<String> {
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
}

/// The first levels, in a sentence.
fn some_of(levels: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown = levels.iter().take(SHOWN).map(String::as_str);
    let more = if levels.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", shown.collect::<Vec<_>>().join(", "))
}
