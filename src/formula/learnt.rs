//! [`Learnt`]: what training data told of a slot.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::arithmetic::Expression;
use super::knots::Knots;
use super::polynomial::OrthogonalPolynomials;
use super::slots::{Slot, Source};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Learnt {
    /// Nothing: a column of numbers, or of a variable that was removed.
    Nothing,
    /// Texts of a category, in the order of its coding.
    Levels(Vec<String>),
    /// Numbers that are a category, ascending.
    Values(Vec<f64>),
    Standard {
        center: f64,
        scale: f64,
    },
    Polynomial(OrthogonalPolynomials),
    Knots(Knots),
}

impl Learnt {
    /// True if it can be of this slot, which stored parts need not be.
    pub(super) fn fits(&self, slot: &Slot) -> bool {
        match (self, slot) {
            (Self::Nothing, Slot::Column(_)) => true,
            (Self::Levels(levels), Slot::Column(_) | Slot::Levels(..)) => {
                let mut sorted: Vec<&String> = levels.iter().collect();
                sorted.sort_unstable();
                !levels.is_empty() && sorted.windows(2).all(|pair| pair[0] != pair[1])
            }
            (Self::Values(values), Slot::Levels(_, None)) => {
                let finite = values.iter().all(|value| value.is_finite());
                finite && !values.is_empty() && values.windows(2).all(|pair| pair[0] < pair[1])
            }
            (Self::Standard { center, scale }, Slot::Standard { .. }) => {
                center.is_finite() && scale.is_finite() && *scale > 0.0
            }
            (Self::Polynomial(polynomials), Slot::Polynomial { degree, .. }) => {
                polynomials.is_sound() && polynomials.degree() == *degree
            }
            (Self::Knots(knots), Slot::Spline { kind, .. }) => kind.accepts(knots),
            _ => false,
        }
    }
}

impl Slot {
    /// The numbers that it is learnt from, if its column holds numbers.
    pub(super) fn numbers(&self) -> Option<Cow<'_, Expression>> {
        match self {
            Self::Levels(Source::Column(column), None) => {
                Some(Cow::Owned(Expression::Column(*column)))
            }
            Self::Levels(Source::Number(x), None)
            | Self::Standard { x, .. }
            | Self::Polynomial { x, .. }
            | Self::Spline { x, .. } => Some(Cow::Borrowed(x)),
            Self::Column(_) | Self::Levels(_, Some(_)) => None,
        }
    }

    /// The column whose levels are learnt if it is a category.
    pub(super) fn source(&self) -> Option<usize> {
        match self {
            Self::Column(column) | Self::Levels(Source::Column(column), None) => Some(*column),
            _ => None,
        }
    }

    /// True if levels are learnt, of which rows that are not for training tell too.
    pub(super) fn is_levels(&self) -> bool {
        matches!(self, Self::Column(_) | Self::Levels(..))
    }

    /// The columns it is learnt from.
    pub(super) fn columns(&self) -> Vec<usize> {
        match self {
            Self::Column(column) | Self::Levels(Source::Column(column), _) => vec![*column],
            Self::Levels(Source::Number(x), _)
            | Self::Standard { x, .. }
            | Self::Polynomial { x, .. }
            | Self::Spline { x, .. } => x.columns(),
        }
    }
}
