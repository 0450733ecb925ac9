//! The names of all functions, and the arguments of a call.

use super::arithmetic::FUNCTIONS;
use super::problem::Problem;
pub(super) use super::syntax::Argument;
use super::syntax::{Kind, Node};
use super::token::Symbol;
use crate::data::nearest;

/// The functions that are not of one number alone.
const OTHERS: [&str; 12] = [
    "I", "C", "pow", "center", "scale", "poly", "bs", "ns", "cut", "bin", "offset", "cbind",
];

/// A function that does not exist, or not where it stands.
pub(super) fn unknown_function(name: &str, at: usize) -> Problem {
    if OTHERS.contains(&name) {
        let found = format!("{name}()");
        return Problem::new(at, found, "a number or a function of one number here");
    }
    if name == "lag" {
        let expected =
            "another function: the rows of a design have no order, so lag the column beforehand";
        return Problem::new(at, "lag()", expected);
    }
    let names = FUNCTIONS.iter().map(|function| function.name).chain(OTHERS);
    let expected = match nearest(name, names.clone()) {
        Some(nearest) => format!("a function: did you mean {nearest}()?"),
        None => format!("one of {}", names.collect::<Vec<_>>().join(", ")),
    };
    Problem::new(at, format!("{name}()"), expected)
}

/// Arguments of a call, taken by name or in order.
pub(super) struct Arguments<'a> {
    function: &'a str,
    at: usize,
    given: &'a [Argument],
    taken: Vec<bool>,
    known: Vec<&'static str>,
}

impl<'a> Arguments<'a> {
    pub(super) fn new(function: &'a str, at: usize, arguments: &'a [Argument]) -> Self {
        Self {
            function,
            at,
            given: arguments,
            taken: vec![false; arguments.len()],
            known: Vec::new(),
        }
    }

    /// The argument of this name, or the next without a name.
    pub(super) fn next(&mut self, name: &'static str) -> Option<&'a Node> {
        self.named(name).or_else(|| {
            let unnamed = |place: &usize| self.given[*place].name.is_none();
            let mut places = 0..self.given.len();
            let place = places.find(|place| !self.taken[*place] && unnamed(place))?;
            self.taken[place] = true;
            Some(&self.given[place].value)
        })
    }

    /// The argument of this name.
    pub(super) fn named(&mut self, name: &'static str) -> Option<&'a Node> {
        self.known.push(name);
        let has_name = |argument: &Argument| argument.name.as_deref() == Some(name);
        let place = self.given.iter().position(has_name)?;
        self.taken[place] = true;
        Some(&self.given[place].value)
    }

    pub(super) fn required(&mut self, name: &'static str) -> Result<&'a Node, Problem> {
        let (function, at) = (self.function, self.at);
        let found = format!("{function}() without `{name}`");
        let expected = format!("{function}({name}, …)");
        let missing = Problem::new(at, found, expected);
        self.next(name).ok_or(missing)
    }

    /// A whole number, at least `least`.
    pub(super) fn whole(node: &Node, least: u32) -> Result<usize, Problem> {
        match number(node) {
            Some(value) if value.fract() == 0.0 && (f64::from(least)..=1000.0).contains(&value) => {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // in 0..=1000
                Ok(value as usize)
            }
            _ => {
                let expected = format!("a whole number from {least} to 1000");
                Err(Problem::new(node.at, format!("`{node}`"), expected))
            }
        }
    }

    pub(super) fn logical(node: &Node) -> Result<bool, Problem> {
        match &node.kind {
            Kind::Name(name) if ["TRUE", "true", "True", "T"].contains(&name.as_str()) => Ok(true),
            Kind::Name(name) if ["FALSE", "false", "False", "F"].contains(&name.as_str()) => {
                Ok(false)
            }
            _ => Err(Problem::new(node.at, format!("`{node}`"), "true or false")),
        }
    }

    /// Numbers in ascending order: one, or several as `c(1, 2)`.
    pub(super) fn ascending(node: &Node) -> Result<Vec<f64>, Problem> {
        let refuse = |node: &Node| {
            Problem::new(
                node.at,
                format!("`{node}`"),
                "numbers in ascending order, as c(1, 2)",
            )
        };
        let values = list(node)
            .into_iter()
            .map(|one| number(one).ok_or_else(|| refuse(one)))
            .collect::<Result<Vec<f64>, _>>()?;
        if values.is_empty() || values.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(refuse(node));
        }
        Ok(values)
    }

    /// Refuses arguments that nobody took.
    pub(super) fn finish(self) -> Result<(), Problem> {
        let Some(place) = self.taken.iter().position(|taken| !taken) else {
            return Ok(());
        };
        let argument = &self.given[place];
        let found = match &argument.name {
            Some(name) => format!("`{name} =`"),
            None => format!("the argument `{}`", argument.value),
        };
        let known = self.known.join(", ");
        let expected = format!("no other arguments of {}() than {known}", self.function);
        Err(Problem::new(argument.value.at, found, expected))
    }
}

/// A number with its sign.
pub(super) fn number(node: &Node) -> Option<f64> {
    match &node.kind {
        Kind::Number(value) => Some(*value),
        Kind::Chain(operands) => match operands.as_slice() {
            [(Symbol::Minus, only)] => number(only).map(|value| -value),
            _ => None,
        },
        _ => None,
    }
}

/// The members of `c(…)`, or the only one.
pub(super) fn list(node: &Node) -> Vec<&Node> {
    match &node.kind {
        Kind::Call(name, arguments) if name == "c" => {
            arguments.iter().map(|argument| &argument.value).collect()
        }
        _ => vec![node],
    }
}

/// A level: a text, or a number as it prints.
pub(super) fn level(node: &Node) -> Result<String, Problem> {
    match &node.kind {
        Kind::Text(text) => Ok(text.clone()),
        _ => number(node).map(|value| value.to_string()).ok_or_else(|| {
            let expected = "a level: a number, or a text in quotes";
            Problem::new(node.at, format!("`{node}`"), expected)
        }),
    }
}
