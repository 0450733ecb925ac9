//! The grammar: tokens to a tree, by precedence.
//!
//! ```text
//! formula   = [sum] "~" sum
//! sum       = ["+" | "-"] product {("+" | "-") product}
//! product   = nested {("*" | "/") nested}
//! nested    = crossed {"%in%" crossed}
//! crossed   = signed {":" signed}
//! signed    = {"+" | "-"} power
//! power     = primary ["^" signed]
//! primary   = number | text | name | "." | name "(" [argument {"," argument}] ")" | "(" sum ")"
//! argument  = [name "="] sum
//! ```
//!
//! The same tree is read as terms or as arithmetic, by where it stands.

use std::fmt;

use super::problem::Problem;
use super::token::{Placed, Symbol, Token, quoted_name, tokens};

/// Parentheses, signs and powers within each other.
const MAX_DEPTH: usize = 64;

/// A part of a formula and the byte it begins at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) at: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Number(f64),
    Text(String),
    Name(String),
    Dot,
    Call(String, Vec<Argument>),
    /// Operands of one precedence from left to right, each with the operator before it; the first of a sum has a sign,
    /// and the first of others [`Symbol::Plus`]. As long as it may be, it is no deeper than its operands.
    Chain(Vec<(Symbol, Node)>),
    Power(Box<Node>, Box<Node>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Argument {
    pub(super) name: Option<String>,
    pub(super) value: Node,
}

/// Both sides of a formula.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sides {
    pub(super) left: Option<Node>,
    pub(super) right: Node,
}

/// The operators, a precedence a line, the weakest first.
const LEVELS: [&[Symbol]; 4] = [
    &[Symbol::Plus, Symbol::Minus],
    &[Symbol::Times, Symbol::Divide],
    &[Symbol::In],
    &[Symbol::Colon],
];

/// The precedence of signs, of powers, and of what needs no parentheses.
const SIGNED: usize = LEVELS.len();
const PRIMARY: usize = SIGNED + 2;

pub(super) fn parse(text: &str) -> Result<Sides, Problem> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
    };
    let left = if parser.take(Symbol::Tilde) {
        None
    } else {
        let left = parser.chain(0)?;
        if !parser.take(Symbol::Tilde) {
            return parser.refuse("an operator, or `~` and the features");
        }
        Some(left)
    };
    let right = parser.chain(0)?;
    match parser.peek() {
        Token::End => Ok(Sides { left, right }),
        Token::Symbol(Symbol::Tilde) => parser.refuse("only one `~`"),
        _ => parser.refuse("an operator or the end"),
    }
}

struct Parser {
    tokens: Vec<Placed>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn placed(&self) -> &Placed {
        // The last token is the end, and nothing goes beyond it.
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn peek(&self) -> &Token {
        &self.placed().token
    }

    fn at(&self) -> usize {
        self.placed().at
    }

    fn take(&mut self, symbol: Symbol) -> bool {
        let there = *self.peek() == Token::Symbol(symbol);
        self.next += usize::from(there);
        there
    }

    fn refuse<T>(&self, expected: &str) -> Result<T, Problem> {
        Err(Problem::new(self.at(), self.peek().describe(), expected))
    }

    /// One of the operators of a level, if it is next.
    fn operator(&mut self, level: usize) -> Option<Symbol> {
        match self.peek() {
            Token::Symbol(symbol) if LEVELS[level].contains(symbol) => {
                let symbol = *symbol;
                self.next += 1;
                Some(symbol)
            }
            _ => None,
        }
    }

    /// Operands of a level and of those below it.
    fn chain(&mut self, level: usize) -> Result<Node, Problem> {
        if level == SIGNED {
            return self.signed();
        }
        let at = self.at();
        let sign = if level == 0 { self.operator(0) } else { None };
        let mut operands = vec![(sign.unwrap_or(Symbol::Plus), self.chain(level + 1)?)];
        while let Some(operator) = self.operator(level) {
            operands.push((operator, self.chain(level + 1)?));
        }
        match operands.pop() {
            Some((Symbol::Plus, only)) if operands.is_empty() => Ok(only),
            last => {
                operands.extend(last);
                let kind = Kind::Chain(operands);
                Ok(Node { kind, at })
            }
        }
    }

    fn signed(&mut self) -> Result<Node, Problem> {
        let at = self.at();
        let Some(sign) = self.operator(0) else {
            return self.power();
        };
        let operand = self.deeper(Self::signed)?;
        Ok(match sign {
            Symbol::Plus => operand,
            sign => Node {
                kind: Kind::Chain(vec![(sign, operand)]),
                at,
            },
        })
    }

    fn power(&mut self) -> Result<Node, Problem> {
        let base = self.primary()?;
        if !self.take(Symbol::Power) {
            return Ok(base);
        }
        let exponent = self.deeper(Self::signed)?;
        Ok(Node {
            at: base.at,
            kind: Kind::Power(Box::new(base), Box::new(exponent)),
        })
    }

    fn primary(&mut self) -> Result<Node, Problem> {
        let at = self.at();
        let kind = match self.peek().clone() {
            Token::Number(value) => Kind::Number(value),
            Token::Text(text) => Kind::Text(text),
            Token::Quoted(name) => Kind::Name(name),
            Token::Symbol(Symbol::Dot) => Kind::Dot,
            Token::Name(name) => {
                self.next += 1;
                if !self.take(Symbol::Open) {
                    let kind = Kind::Name(name);
                    return Ok(Node { kind, at });
                }
                let arguments = self.deeper(Self::arguments)?;
                let kind = Kind::Call(name, arguments);
                return Ok(Node { kind, at });
            }
            Token::Symbol(Symbol::Open) => {
                self.next += 1;
                let inner = self.deeper(|parser| parser.chain(0))?;
                if !self.take(Symbol::Close) {
                    return self.refuse("an operator or `)`");
                }
                return Ok(inner);
            }
            _ => return self.refuse("a name, a number or `(`"),
        };
        self.next += 1;
        Ok(Node { kind, at })
    }

    fn arguments(&mut self) -> Result<Vec<Argument>, Problem> {
        let mut arguments = Vec::new();
        if self.take(Symbol::Close) {
            return Ok(arguments);
        }
        loop {
            let follows = self.tokens.get(self.next + 1).map(|placed| &placed.token);
            let name = match (self.peek(), follows) {
                (Token::Name(name), Some(Token::Symbol(Symbol::Equals))) => {
                    let name = name.clone();
                    self.next += 2;
                    Some(name)
                }
                _ => None,
            };
            let value = self.chain(0)?;
            arguments.push(Argument { name, value });
            if self.take(Symbol::Close) {
                return Ok(arguments);
            }
            if !self.take(Symbol::Comma) {
                return self.refuse("an operator, `,` or `)`");
            }
        }
    }

    /// A part within another; not too many of them.
    fn deeper<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        if self.depth == MAX_DEPTH {
            let expected = format!("at most {MAX_DEPTH} parentheses and signs within each other");
            return self.refuse(&expected);
        }
        self.depth += 1;
        let parsed = parse(self)?;
        self.depth -= 1;
        Ok(parsed)
    }
}

impl Node {
    fn precedence(&self) -> usize {
        match &self.kind {
            Kind::Chain(operands) => {
                let operator = operands
                    .last()
                    .map_or(Symbol::Plus, |(operator, _)| *operator);
                let level = LEVELS.iter().position(|level| level.contains(&operator));
                level.unwrap_or(PRIMARY)
            }
            Kind::Power(..) => SIGNED + 1,
            Kind::Number(value) if *value < 0.0 => SIGNED,
            _ => PRIMARY,
        }
    }

    /// Writes an operand, in parentheses if it binds less than `precedence`.
    fn write(&self, f: &mut fmt::Formatter<'_>, precedence: usize) -> fmt::Result {
        if self.precedence() < precedence {
            write!(f, "({self})")
        } else {
            write!(f, "{self}")
        }
    }
}

/// The formula's text in one form: two texts that mean the same by their spaces or needless parentheses alone are
/// equal.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Number(value) => write!(f, "{value}"),
            Kind::Text(text) => {
                let text = text.replace('\\', "\\\\").replace('"', "\\\"");
                write!(f, "\"{text}\"")
            }
            Kind::Name(name) => f.write_str(&quoted_name(name)),
            Kind::Dot => f.write_str("."),
            Kind::Call(name, arguments) => {
                write!(f, "{name}(")?;
                for (place, argument) in arguments.iter().enumerate() {
                    f.write_str(if place > 0 { ", " } else { "" })?;
                    if let Some(name) = &argument.name {
                        write!(f, "{name} = ")?;
                    }
                    write!(f, "{}", argument.value)?;
                }
                f.write_str(")")
            }
            Kind::Chain(operands) => {
                let precedence = self.precedence();
                for (place, (operator, operand)) in operands.iter().enumerate() {
                    f.write_str(match (operator, place) {
                        (Symbol::Minus, 0) => "-",
                        (_, 0) => "",
                        (Symbol::Plus, _) => " + ",
                        (Symbol::Minus, _) => " - ",
                        (Symbol::Times, _) => " * ",
                        (Symbol::Divide, _) => "/",
                        (Symbol::In, _) => " %in% ",
                        (_, _) => ":",
                    })?;
                    operand.write(f, precedence + 1)?;
                }
                Ok(())
            }
            Kind::Power(base, exponent) => {
                base.write(f, PRIMARY)?;
                f.write_str("^")?;
                exponent.write(f, SIGNED)
            }
        }
    }
}
