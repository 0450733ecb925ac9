//! [`Variable`]: a factor of a term, one column of a design or several.

use super::arithmetic::Expression;
use super::contrasts::Contrast;
use super::functions::{Arguments, level, list};
use super::knots::SplineKind;
use super::problem::Problem;
use super::slots::{Needs, Slot, Source};
use super::syntax::{Argument, Kind, Node};

/// A variable of a formula.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Variable {
    /// Its text in one form; equal texts are one variable.
    pub(super) name: String,
    pub(super) at: usize,
    pub(super) kind: VariableKind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum VariableKind {
    /// A column, of numbers or a category, with its slot.
    Column(usize, usize),
    /// A number for each row.
    Number(Expression),
    /// `x, x², …`
    Powers {
        x: Expression,
        degree: usize,
        text: String,
    },
    /// Orthogonal polynomials of a slot.
    Polynomial(usize),
    /// Splines of a slot.
    Spline(usize),
    /// A category by a contrast.
    Category {
        source: Source,
        slot: usize,
        contrast: Contrast,
        reference: Option<String>,
        /// The text of the source.
        text: String,
    },
    /// A category of intervals.
    Intervals {
        x: Expression,
        edges: Vec<f64>,
        /// Intervals are closed on the right.
        right: bool,
        text: String,
    },
}

impl Variable {
    /// Reads a node as a variable.
    pub(super) fn new(node: &Node, slots: &mut Needs) -> Result<Self, Problem> {
        let kind = match &node.kind {
            Kind::Name(name) => {
                let column = slots.column(name, node.at);
                VariableKind::Column(column, slots.add(Slot::Column(column)))
            }
            Kind::Call(name, arguments) => Self::call(node, name, arguments, slots)?,
            _ => VariableKind::Number(Expression::new(node, slots)?),
        };
        let variable = Self {
            name: node.to_string(),
            at: node.at,
            kind,
        };
        if variable.columns(&slots.slots).is_empty() {
            let expected = "a column in it: a constant is the intercept";
            return Err(Problem::new(node.at, format!("`{node}`"), expected));
        }
        Ok(variable)
    }

    fn call(
        node: &Node,
        name: &str,
        given: &[Argument],
        slots: &mut Needs,
    ) -> Result<VariableKind, Problem> {
        let mut arguments = Arguments::new(name, node.at, given);
        let kind = match name {
            "C" => Self::category(&mut arguments, slots)?,
            "poly" => {
                let x = arguments.required("x")?;
                let degree = Arguments::whole(arguments.required("degree")?, 1)?;
                let raw = arguments.named("raw").map(Arguments::logical);
                if raw.transpose()?.unwrap_or(false) {
                    let text = column_text(x);
                    let x = Expression::new(x, slots)?;
                    VariableKind::Powers { x, degree, text }
                } else {
                    let x = Expression::new(x, slots)?;
                    VariableKind::Polynomial(slots.add(Slot::Polynomial { x, degree }))
                }
            }
            "bs" | "ns" => {
                let x = Expression::new(arguments.required("x")?, slots)?;
                let kind = SplineKind::new(name == "ns", node, &mut arguments)?;
                VariableKind::Spline(slots.add(Slot::Spline { x, kind }))
            }
            "cut" | "bin" => {
                let x = arguments.required("x")?;
                let text = column_text(x);
                let x = Expression::new(x, slots)?;
                let edges = arguments.required("breaks")?;
                let mut numbers = Arguments::ascending(edges)?;
                if name == "bin" {
                    numbers.insert(0, f64::NEG_INFINITY);
                    numbers.push(f64::INFINITY);
                } else if numbers.len() < 2 {
                    let expected = "at least two edges; bin() takes one";
                    return Err(Problem::new(edges.at, format!("`{edges}`"), expected));
                }
                let right = arguments.named("right").map(Arguments::logical);
                VariableKind::Intervals {
                    x,
                    edges: numbers,
                    right: right.transpose()?.unwrap_or(true),
                    text,
                }
            }
            _ => return Ok(VariableKind::Number(Expression::new(node, slots)?)),
        };
        arguments.finish()?;
        Ok(kind)
    }

    /// `C(x, contrast, ref = LEVEL, levels = c(…))`; the contrast may hold the reference itself.
    fn category(arguments: &mut Arguments<'_>, slots: &mut Needs) -> Result<VariableKind, Problem> {
        let x = arguments.required("x")?;
        let source = match &x.kind {
            Kind::Name(name) => Source::Column(slots.column(name, x.at)),
            _ => Source::Number(Expression::new(x, slots)?),
        };
        let contrast = arguments.next("contrast");
        let (contrast, mut reference) = match contrast {
            Some(node) => Contrast::read(node)?,
            None => (Contrast::Treatment, None),
        };
        if let Some(node) = arguments.named("ref") {
            if contrast != Contrast::Treatment {
                let expected = "treatment contrasts, which alone have a reference";
                return Err(Problem::new(node.at, format!("ref = {node}"), expected));
            }
            reference = Some(level(node)?);
        }
        let levels = match arguments.named("levels") {
            Some(node) => {
                let levels = list(node)
                    .into_iter()
                    .map(level)
                    .collect::<Result<Vec<_>, _>>()?;
                let twice =
                    (1..levels.len()).find(|place| levels[..*place].contains(&levels[*place]));
                if let Some(place) = twice {
                    let found = format!("the level {} twice", levels[place]);
                    return Err(Problem::new(node.at, found, "distinct levels"));
                }
                if let Some(reference) = reference.as_ref().filter(|level| !levels.contains(level))
                {
                    let found = format!("the reference {reference}");
                    return Err(Problem::new(node.at, found, "one of the levels"));
                }
                Some(levels)
            }
            None => None,
        };
        Ok(VariableKind::Category {
            slot: slots.add(Slot::Levels(source.clone(), levels)),
            source,
            contrast,
            reference,
            text: column_text(x),
        })
    }

    /// The columns it reads.
    pub(super) fn columns(&self, slots: &[Slot]) -> Vec<usize> {
        match &self.kind {
            VariableKind::Column(column, _) => vec![*column],
            VariableKind::Number(x)
            | VariableKind::Powers { x, .. }
            | VariableKind::Intervals { x, .. } => x.columns(),
            VariableKind::Polynomial(slot)
            | VariableKind::Spline(slot)
            | VariableKind::Category { slot, .. } => slots[*slot].columns(),
        }
    }
}

/// A column's name as it is, or the text of arithmetic.
pub(super) fn column_text(node: &Node) -> String {
    match &node.kind {
        Kind::Name(name) => name.clone(),
        _ => node.to_string(),
    }
}
