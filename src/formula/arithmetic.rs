//! [`Expression`]: numbers, columns, `+ - * / ^` and functions of one number.

use super::functions::{Argument, Arguments, unknown_function};
use super::problem::Problem;
use super::slots::{Needs, Slot};
use super::syntax::{Kind, Node};
use super::token::Symbol;

/// A function of one number, and the rule of its argument.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) apply: fn(f64) -> f64,
    pub(super) rule: &'static str,
}

pub(super) const ANY: &str = "its value must be within the range of a number";

/// The functions of one number.
pub(super) const FUNCTIONS: [Function; 7] = [
    Function {
        name: "log",
        apply: f64::ln,
        rule: "the argument of log must be above 0",
    },
    Function {
        name: "log2",
        apply: f64::log2,
        rule: "the argument of log2 must be above 0",
    },
    Function {
        name: "log10",
        apply: f64::log10,
        rule: "the argument of log10 must be above 0",
    },
    Function {
        name: "log1p",
        apply: f64::ln_1p,
        rule: "the argument of log1p must be above -1",
    },
    Function {
        name: "exp",
        apply: f64::exp,
        rule: ANY,
    },
    Function {
        name: "sqrt",
        apply: f64::sqrt,
        rule: "the argument of sqrt must be at least 0",
    },
    Function {
        name: "abs",
        apply: f64::abs,
        rule: ANY,
    },
];

/// A number for each row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Constant(f64),
    /// A column of numbers, by its place among [`Needs::columns`].
    Column(usize),
    /// A sum or a product, from left to right.
    Chain(Vec<(Symbol, Expression)>),
    Power(Box<Expression>, Box<Expression>),
    Function(&'static Function, Box<Expression>),
    /// Less its centre, by its scale.
    Standard(usize, Box<Expression>),
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Expression {
    /// Reads a node as arithmetic.
    pub(super) fn new(node: &Node, slots: &mut Needs) -> Result<Self, Problem> {
        Ok(match &node.kind {
            Kind::Number(value) => Self::Constant(*value),
            Kind::Name(name) => Self::Column(slots.number(name, node.at)),
            Kind::Dot => return Err(Problem::new(node.at, "`.`", "the name of one column")),
            Kind::Text(_) => return Err(Problem::new(node.at, "a text", "a number or a column")),
            Kind::Power(base, exponent) => Self::Power(
                Box::new(Self::new(base, slots)?),
                Box::new(Self::new(exponent, slots)?),
            ),
            Kind::Chain(operands) => {
                let foreign = operands.iter().find_map(|(operator, node)| match operator {
                    Symbol::Colon => Some(("`:`", node.at)),
                    Symbol::In => Some(("`%in%`", node.at)),
                    _ => None,
                });
                if let Some((found, at)) = foreign {
                    return Err(Problem::new(at, found, "arithmetic: one of + - * / ^"));
                }
                let operands = operands
                    .iter()
                    .map(|(operator, node)| Ok((*operator, Self::new(node, slots)?)));
                Self::Chain(operands.collect::<Result<_, Problem>>()?)
            }
            Kind::Call(name, arguments) => Self::call(node, name, arguments, slots)?,
        })
    }

    fn call(
        node: &Node,
        name: &str,
        arguments: &[Argument],
        slots: &mut Needs,
    ) -> Result<Self, Problem> {
        let mut arguments = Arguments::new(name, node.at, arguments);
        let inner = |arguments: &mut Arguments<'_>, slots: &mut Needs| {
            Self::new(arguments.required("x")?, slots)
        };
        let value = match name {
            "I" => inner(&mut arguments, slots)?,
            "pow" => {
                let base = inner(&mut arguments, slots)?;
                let exponent = Self::new(arguments.required("exponent")?, slots)?;
                Self::Power(Box::new(base), Box::new(exponent))
            }
            "center" | "scale" => {
                let x = inner(&mut arguments, slots)?;
                let scaled = name == "scale";
                let slot = Slot::Standard {
                    x: x.clone(),
                    scaled,
                };
                Self::Standard(slots.add(slot), Box::new(x))
            }
            name => match FUNCTIONS.iter().find(|function| function.name == name) {
                Some(function) => Self::Function(function, Box::new(inner(&mut arguments, slots)?)),
                None => return Err(unknown_function(name, node.at)),
            },
        };
        arguments.finish()?;
        Ok(value)
    }

    /// The columns it reads, each once.
    pub(super) fn columns(&self) -> Vec<usize> {
        let mut columns = Vec::new();
        self.each_column(&mut |column| {
            if !columns.contains(&column) {
                columns.push(column);
            }
        });
        columns
    }

    fn each_column(&self, f: &mut impl FnMut(usize)) {
        match self {
            Self::Constant(_) => {}
            Self::Column(column) => f(*column),
            Self::Chain(operands) => operands.iter().for_each(|(_, part)| part.each_column(f)),
            Self::Power(base, exponent) => {
                base.each_column(f);
                exponent.each_column(f);
            }
            Self::Function(_, x) | Self::Standard(_, x) => x.each_column(f),
        }
    }

    /// True if something of it must be learnt.
    pub(super) fn is_learnt(&self) -> bool {
        match self {
            Self::Constant(_) | Self::Column(_) => false,
            Self::Chain(operands) => operands.iter().any(|(_, part)| part.is_learnt()),
            Self::Power(base, exponent) => base.is_learnt() || exponent.is_learnt(),
            Self::Function(_, x) => x.is_learnt(),
            Self::Standard(..) => true,
        }
    }
}
