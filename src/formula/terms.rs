//! [`Parsed`]: targets, variables and terms of a formula.

use super::algebra::Encoder;
use super::problem::Problem;
use super::slots::Needs;
use super::syntax::{Kind, Node, Sides};
use super::token::Symbol;
use super::variable::{Variable, VariableKind};

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
    /// Reads both sides; a `.` must have been replaced.
    pub(super) fn new(sides: &Sides) -> Result<Self, Problem> {
        let mut terms = Self {
            intercept: true,
            ..Self::default()
        };
        if let Some(left) = &sides.left {
            for node in targets(left)? {
                let target = terms.target(node)?;
                terms.targets.push(target);
            }
        }
        let mut encoder = Encoder::new(terms);
        let mut found = encoder.encode(&sides.right)?;
        let mut terms = encoder.terms;
        found.sort_by_key(Vec::len);
        terms.terms = found;
        if terms.terms.is_empty() && !terms.intercept {
            let expected = "a term, or 1 for the intercept alone";
            let found = format!("`{}`, which leaves nothing", sides.right);
            return Err(Problem::new(sides.right.at, found, expected));
        }
        let is_target = |variable: &&Variable| {
            let name = &variable.name;
            terms.targets.iter().any(|target| target.name == *name)
        };
        let used = terms.used();
        let variables = terms.variables.iter().zip(&used);
        let mut used = variables.filter(|(_, used)| **used).map(|(v, _)| v);
        match used.find(is_target) {
            Some(variable) => {
                let found = format!("the target `{}`", variable.name);
                Err(Problem::new(variable.at, found, "a feature"))
            }
            None => Ok(terms),
        }
    }

    pub(super) fn target(&mut self, node: &Node) -> Result<Variable, Problem> {
        let target = Variable::new(node, &mut self.needs)?;
        let learnt = match &target.kind {
            VariableKind::Column(..) => false,
            VariableKind::Number(x) => x.is_learnt(),
            _ => true,
        };
        if learnt {
            let expected = "a target that is a column, or a function of columns that is not learnt";
            return Err(Problem::new(node.at, format!("`{node}`"), expected));
        }
        if self.targets.iter().any(|other| other.name == target.name) {
            let found = format!("the target `{}` again", target.name);
            return Err(Problem::new(node.at, found, "another target"));
        }
        Ok(target)
    }

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

/// The targets: `a`, `a + b`, `cbind(a, b)`.
fn targets(left: &Node) -> Result<Vec<&Node>, Problem> {
    match &left.kind {
        Kind::Chain(operands) => {
            let other = operands
                .iter()
                .find(|(operator, _)| *operator != Symbol::Plus);
            match other {
                Some((_, node)) => {
                    let expected = "targets with `+` between them, or I(…) for arithmetic";
                    Err(Problem::new(node.at, format!("`{left}`"), expected))
                }
                None => Ok(operands.iter().map(|(_, node)| node).collect()),
            }
        }
        Kind::Call(name, arguments) if name == "cbind" && !arguments.is_empty() => {
            Ok(arguments.iter().map(|argument| &argument.value).collect())
        }
        _ => Ok(vec![left]),
    }
}
