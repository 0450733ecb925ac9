//! [`Parsed`]: targets, variables and terms of a formula.

use super::slots::Needs;
use super::variable::Variable;

/// A product of variables, by their places in ascending order.
pub(super) type Term = Vec<usize>;

/// A formula whose columns are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parsed {
    pub(super) needs: Needs,
    pub(super) targets: Vec<Variable>,
    /// In the order of their appearance.
    pub(super) variables: Vec<Variable>,
    /// The simpler first, those of one order as they appear; all are distinct and none is empty.
    pub(super) terms: Vec<Term>,
    pub(super) offsets: Vec<Variable>,
    pub(super) intercept: bool,
    pub(super) warnings: Vec<String>,
}

impl Parsed {
    /// For each variable whether a term has it.
    pub(super) fn used(&self) -> Vec<bool> {
        let mut used = vec![false; self.variables.len()];
        self.terms
            .iter()
            .flatten()
            .for_each(|place| used[*place] = true);
        used
    }

    /// For each column of the slots whether it is read: those of variables that were removed are not.
    pub(super) fn columns_read(&self, with_targets: bool) -> Vec<bool> {
        let mut read = vec![false; self.needs.columns.len()];
        let used = self.used();
        let features = self.variables.iter().zip(&used);
        let features = features.filter(|(_, used)| **used).map(|(v, _)| v);
        let targets = self.targets.iter().filter(|_| with_targets);
        for variable in features.chain(&self.offsets).chain(targets) {
            for column in variable.columns(&self.needs.slots) {
                read[column] = true;
            }
        }
        read
    }

    /// The columns of targets and offsets, for which no mean can stand.
    pub(super) fn columns_of_targets(&self) -> Vec<usize> {
        let variables = self.targets.iter().chain(&self.offsets);
        let columns = variables.flat_map(|variable| variable.columns(&self.needs.slots));
        columns.collect()
    }

    /// The text of a term.
    pub(super) fn name(&self, term: &Term) -> String {
        let names = term
            .iter()
            .map(|place| self.variables[*place].name.as_str());
        names.collect::<Vec<_>>().join(":")
    }
}
