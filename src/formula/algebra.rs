//! The two sides of a formula to targets and terms, by the algebra of R's `terms`.

use std::collections::{HashMap, HashSet};

use super::functions::{Arguments, number};
use super::problem::Problem;
use super::syntax::{Kind, Node, Sides};
use super::terms::{Parsed, Term};
use super::token::Symbol;
use super::variable::{Variable, VariableKind};

/// Terms of a product or a power, at most.
const MAX_TERMS: usize = 10_000;

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

    fn target(&mut self, node: &Node) -> Result<Variable, Problem> {
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

struct Encoder {
    terms: Parsed,
    /// The variables by name.
    places: HashMap<String, usize>,
    /// Terms are added, not removed.
    adding: bool,
    /// Products and powers around what is read.
    depth: usize,
}

impl Encoder {
    /// Before the right side, with what the left side has.
    fn new(terms: Parsed) -> Self {
        Self {
            terms,
            places: HashMap::new(),
            adding: true,
            depth: 0,
        }
    }

    /// The terms of a part, each once; its intercept, offsets and variables go to the formula.
    fn encode(&mut self, node: &Node) -> Result<Vec<Term>, Problem> {
        match &node.kind {
            Kind::Number(value) if *value == 0.0 || *value == 1.0 => {
                self.terms.intercept = (*value == 1.0) == self.adding;
                Ok(Vec::new())
            }
            Kind::Number(value) => {
                let expected =
                    "a column, or 0 or 1 for the intercept; a constant factor is I(2 * x)";
                Err(Problem::new(
                    node.at,
                    format!("the number {value}"),
                    expected,
                ))
            }
            Kind::Text(_) => Err(Problem::new(
                node.at,
                format!("{node}"),
                "a column's name without quotes",
            )),
            Kind::Chain(operands) => self.chain(operands),
            Kind::Power(base, exponent) => self.power(base, exponent),
            Kind::Call(name, arguments) if name == "offset" => {
                if self.depth > 0 || !self.adding {
                    return Err(Problem::new(
                        node.at,
                        "offset()",
                        "an offset that is a summand",
                    ));
                }
                let mut arguments = Arguments::new(name, node.at, arguments);
                let inner = arguments.required("x")?;
                arguments.finish()?;
                let offset = self.terms.target(inner)?;
                self.terms.offsets.push(offset);
                Ok(Vec::new())
            }
            Kind::Call(name, _) if name == "cbind" => Err(Problem::new(
                node.at,
                "cbind()",
                "several targets only on the left of `~`",
            )),
            Kind::Name(_) | Kind::Call(..) | Kind::Dot => Ok(vec![vec![self.variable(node)?]]),
        }
    }

    /// The place of a variable, which is added if it is new.
    fn variable(&mut self, node: &Node) -> Result<usize, Problem> {
        let name = node.to_string();
        if let Some(place) = self.places.get(&name) {
            return Ok(*place);
        }
        let place = self.terms.variables.len();
        let variable = Variable::new(node, &mut self.terms.needs)?;
        self.terms.variables.push(variable);
        self.places.insert(name, place);
        Ok(place)
    }

    fn chain(&mut self, operands: &[(Symbol, Node)]) -> Result<Vec<Term>, Problem> {
        let is_sum = operands
            .iter()
            .any(|(operator, _)| *operator == Symbol::Minus)
            || operands
                .iter()
                .all(|(operator, _)| *operator == Symbol::Plus);
        if is_sum {
            return self.sum(operands);
        }
        self.depth += 1;
        let mut operands = operands.iter();
        let mut terms = match operands.next() {
            Some((_, first)) => self.encode(first)?,
            None => Vec::new(),
        };
        for (operator, node) in operands {
            let right = self.encode(node)?;
            terms = match operator {
                Symbol::Times => {
                    let crossed = cross(&terms, &right, node)?;
                    union([terms, right, crossed])
                }
                Symbol::Divide => {
                    let nested = cross(&[all_of(&terms)], &right, node)?;
                    union([terms, nested])
                }
                Symbol::In => cross(&terms, &[all_of(&right)], node)?,
                _ => cross(&terms, &right, node)?,
            };
        }
        self.depth -= 1;
        Ok(terms)
    }

    fn sum(&mut self, operands: &[(Symbol, Node)]) -> Result<Vec<Term>, Problem> {
        // A term, and its place while it is there.
        let (mut terms, mut places) = (Vec::new(), HashMap::new());
        for (operator, node) in operands {
            if *operator == Symbol::Minus {
                self.adding = !self.adding;
                let removed = self.encode(node);
                self.adding = !self.adding;
                for term in removed? {
                    if let Some(place) = places.remove(&term) {
                        terms[place] = None;
                    }
                }
                continue;
            }
            let more = self.encode(node)?;
            if !more.is_empty() && more.iter().all(|term| places.contains_key(term)) {
                let warning = format!("`{node}` is in the formula twice and counts once");
                self.terms.warnings.push(warning);
            }
            for term in more {
                if !places.contains_key(&term) {
                    places.insert(term.clone(), terms.len());
                    terms.push(Some(term));
                }
            }
        }
        Ok(terms.into_iter().flatten().collect())
    }

    fn power(&mut self, base: &Node, exponent: &Node) -> Result<Vec<Term>, Problem> {
        let count = match number(exponent) {
            Some(value) if value.fract() == 0.0 && (1.0..=100.0).contains(&value) => value,
            _ => {
                let expected =
                    "a whole number from 1 to 100 here; the power of a column is I(x^0.5)";
                return Err(Problem::new(exponent.at, format!("`{exponent}`"), expected));
            }
        };
        self.depth += 1;
        let factors = self.encode(base)?;
        self.depth -= 1;
        if let ([term], true) = (factors.as_slice(), count > 1.0)
            && let [only] = term.as_slice()
        {
            let name = &self.terms.variables[*only].name;
            let warning = format!(
                "`{name}^{count}` is `{name}` in a formula; its power is I({name}^{count})"
            );
            self.terms.warnings.push(warning);
        }
        let mut terms = factors.clone();
        let mut step = 1.0;
        while step < count {
            let next = union([cross(&terms, &factors, base)?]);
            if next.len() == terms.len() {
                break;
            }
            terms = next;
            step += 1.0;
        }
        Ok(terms)
    }
}

/// Each of the left with each of the right.
fn cross(left: &[Term], right: &[Term], node: &Node) -> Result<Vec<Term>, Problem> {
    if left.len().saturating_mul(right.len()) > MAX_TERMS {
        let found = format!("a product of {} by {} terms", left.len(), right.len());
        let expected = format!("at most {MAX_TERMS} of them");
        return Err(Problem::new(node.at, found, expected));
    }
    let products = left.iter().flat_map(|l| right.iter().map(|r| merged(l, r)));
    Ok(union([products.collect()]))
}

fn merged(left: &Term, right: &Term) -> Term {
    let mut term: Term = left.iter().chain(right).copied().collect();
    term.sort_unstable();
    term.dedup();
    term
}

/// The product of all variables of some terms.
fn all_of(terms: &[Term]) -> Term {
    terms
        .iter()
        .fold(Term::new(), |all, term| merged(&all, term))
}

/// The distinct terms, in the order of their first appearance.
fn union<const N: usize>(parts: [Vec<Term>; N]) -> Vec<Term> {
    let mut seen = HashSet::new();
    let parts = parts.into_iter().flatten();
    parts.filter(|term| seen.insert(term.clone())).collect()
}
