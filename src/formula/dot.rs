//! The `.` of a formula: all columns that are not in a target.

use super::Formula;
use super::syntax::{Kind, Node, Sides};
use super::token::Symbol;
use crate::error::{Error, Result};

impl Formula {
    /// The formula with these columns in the place of `.`, as far as they are neither in a target nor the weights.
    pub(crate) fn with_columns<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
        weights: Option<&str>,
    ) -> Result<Self> {
        if !self.has_dot() {
            return Ok(self.clone());
        }
        let taken = self.target_columns();
        let others = names.filter(|name| Some(*name) != weights && !taken.contains(name));
        let operands: Vec<(Symbol, Node)> = others
            .map(|name| {
                let kind = Kind::Name(name.to_owned());
                (Symbol::Plus, Node { kind, at: 0 })
            })
            .collect();
        let expanded = Self {
            sides: Sides {
                left: self.sides.left.clone(),
                right: self.sides.right.with_dots(&operands),
            },
            warnings: self.warnings.clone(),
            intercept: self.intercept,
        };
        if operands.is_empty() {
            return Err(Error::Formula {
                formula: self.to_string(),
                position: self.to_string().find('.').unwrap_or(0),
                found: "`.`, and no other column".to_owned(),
                expected: "a column beside the target".to_owned(),
            });
        }
        expanded.to_string().parse()
    }
}

impl Node {
    pub(super) fn has_dot(&self) -> bool {
        match &self.kind {
            Kind::Dot => true,
            Kind::Chain(operands) => operands.iter().any(|(_, operand)| operand.has_dot()),
            Kind::Power(base, exponent) => base.has_dot() || exponent.has_dot(),
            Kind::Call(..) | Kind::Number(_) | Kind::Text(_) | Kind::Name(_) => false,
        }
    }

    /// All names in it.
    pub(super) fn names<'a>(&'a self, names: &mut Vec<&'a str>) {
        match &self.kind {
            Kind::Name(name) => names.push(name),
            Kind::Chain(operands) => operands.iter().for_each(|(_, node)| node.names(names)),
            Kind::Power(base, exponent) => {
                base.names(names);
                exponent.names(names);
            }
            Kind::Call(_, arguments) => arguments.iter().for_each(|a| a.value.names(names)),
            Kind::Number(_) | Kind::Text(_) | Kind::Dot => {}
        }
    }

    pub(super) fn with_dots(&self, columns: &[(Symbol, Node)]) -> Self {
        let kind = match &self.kind {
            Kind::Dot => match columns {
                [(_, only)] => only.kind.clone(),
                columns => Kind::Chain(columns.to_vec()),
            },
            Kind::Chain(operands) => {
                let operands = operands.iter();
                Kind::Chain(
                    operands
                        .map(|(operator, node)| (*operator, node.with_dots(columns)))
                        .collect(),
                )
            }
            Kind::Power(base, exponent) => Kind::Power(
                Box::new(base.with_dots(columns)),
                Box::new(exponent.with_dots(columns)),
            ),
            other => other.clone(),
        };
        Self { kind, at: self.at }
    }
}
