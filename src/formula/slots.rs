//! [`Needs`]: the columns a formula names, and what must be learnt of them.

use std::collections::HashMap;

use super::arithmetic::Expression;
use super::knots::SplineKind;

/// A column that a formula names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NamedColumn {
    pub(super) name: String,
    /// The byte of the formula that names it first.
    pub(super) at: usize,
    /// Where arithmetic needs numbers of it.
    pub(super) number_at: Option<usize>,
}

/// Something to be learnt.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Slot {
    /// The levels of a column, if it is a category.
    Column(usize),
    /// The levels of `C(x)`, unless it names them.
    Levels(Source, Option<Vec<String>>),
    /// Mean, and standard deviation if it is scaled.
    Standard {
        x: Expression,
        scaled: bool,
    },
    Polynomial {
        x: Expression,
        degree: usize,
    },
    Spline {
        x: Expression,
        kind: SplineKind,
    },
}

/// Values that become a category.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    /// A column, of texts or of numbers.
    Column(usize),
    Number(Expression),
}

/// All columns and slots of a formula, in the order of their appearance.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Needs {
    pub(super) columns: Vec<NamedColumn>,
    pub(super) slots: Vec<Slot>,
    /// The columns by name.
    places: HashMap<String, usize>,
}

impl Needs {
    /// The place of a column, which is added if it is new.
    pub(super) fn column(&mut self, name: &str, at: usize) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        let place = self.columns.len();
        self.places.insert(name.to_owned(), place);
        self.columns.push(NamedColumn {
            name: name.to_owned(),
            at,
            number_at: None,
        });
        place
    }

    /// The place of a column that must hold numbers.
    pub(super) fn number(&mut self, name: &str, at: usize) -> usize {
        let place = self.column(name, at);
        self.columns[place].number_at.get_or_insert(at);
        place
    }

    pub(super) fn add(&mut self, slot: Slot) -> usize {
        self.slots.push(slot);
        self.slots.len() - 1
    }
}
