//! [`Maker`]: blocks of rows of a frame to blocks of the design.

use std::ops::Range;

use super::bound::Bound;
use super::coding::{Basis, Factor};
use super::contrasts::Coding;
use super::design::Design;
use super::learnt::Learnt;
use super::levels::Levels;
use super::slots::Slot;
use super::variable::VariableKind;
use crate::check::are_finite;
use crate::error::{Error, Result};

/// Rows whose variables are evaluated together.
const BLOCK: usize = 128;

/// A design ready to make rows of a frame.
pub(super) struct Maker<'a> {
    design: &'a Design,
    bound: &'a Bound<'a>,
    /// Levels of each variable that is a category and in a term.
    levels: Vec<Option<Levels<'a>>>,
}

/// The values of variables in a block of rows, and what they take to find.
#[derive(Default)]
struct Block {
    variables: Vec<Values>,
    arguments: Vec<f64>,
    work: Vec<f64>,
}

/// The values of a variable.
#[derive(Clone, Default)]
struct Values {
    numbers: Vec<f64>,
    /// Beyond all levels for one that is unseen.
    codes: Vec<usize>,
    known: bool,
}

impl<'a> Maker<'a> {
    pub(super) fn new(design: &'a Design, bound: &'a Bound<'a>) -> Result<Self> {
        let used = design.parsed.used();
        let variables = design.parsed.variables.iter().zip(&design.bases);
        let levels =
            variables
                .zip(used)
                .map(|((variable, basis), used)| match (basis, &variable.kind) {
                    (Basis::Levels(known), _) if used => {
                        Levels::new(design, bound, variable, known).map(Some)
                    }
                    (Basis::Numbers(_), VariableKind::Column(column, _)) if used => {
                        bound.check_number(
                            &design.formula,
                            *column,
                            &variable.name,
                            variable.at,
                        )?;
                        Ok(None)
                    }
                    _ => Ok(None),
                });
        Ok(Self {
            design,
            bound,
            levels: levels.collect::<Result<_>>()?,
        })
    }

    /// Makes rows from `start` on, one after the other in `out`, which is zero.
    pub(super) fn fill(&self, start: usize, out: &mut [f64]) -> Result<()> {
        let width = self.design.n_columns();
        if width == 0 {
            return Ok(());
        }
        let mut block = Block {
            variables: vec![Values::default(); self.design.bases.len()],
            ..Block::default()
        };
        for (place, out) in out.chunks_mut(BLOCK * width).enumerate() {
            let start = start + place * BLOCK;
            let rows = start..start + out.len() / width;
            block
                .variables
                .iter_mut()
                .for_each(|values| values.known = false);
            for (term, factors) in self.design.terms.iter().zip(&self.design.factors) {
                for factor in factors {
                    self.evaluate(factor.variable, rows.clone(), &mut block)?;
                }
                let rows = out.chunks_exact_mut(width);
                let rows = rows.map(|row| &mut row[term.columns.clone()]).enumerate();
                block.product(factors, rows);
            }
        }
        Ok(())
    }

    /// Finds the values of a variable in some rows, unless they are known.
    fn evaluate(&self, place: usize, rows: Range<usize>, block: &mut Block) -> Result<()> {
        let design = self.design;
        let (variable, basis) = (&design.parsed.variables[place], &design.bases[place]);
        let Block {
            variables,
            arguments,
            work,
        } = block;
        let values = &mut variables[place];
        if std::mem::replace(&mut values.known, true) {
            return Ok(());
        }
        if let Some(levels) = &self.levels[place] {
            let of = (design, self.bound, variable);
            return levels.fill(of, rows, arguments, &mut values.codes);
        }
        let slots = &design.parsed.needs.slots;
        let x = match &variable.kind {
            VariableKind::Number(x) => return self.bound.values(x, rows, &mut values.numbers),
            VariableKind::Column(column, _) => {
                let numbers = self.bound.cells().numbers(*column, rows.clone());
                values.numbers.clear();
                values.numbers.extend(numbers);
                return self.check(&values.numbers, 1, &rows);
            }
            VariableKind::Powers { x, .. } => x,
            VariableKind::Polynomial(slot) | VariableKind::Spline(slot) => match &slots[*slot] {
                Slot::Polynomial { x, .. } | Slot::Spline { x, .. } => x,
                _ => return Ok(()),
            },
            VariableKind::Category { .. } | VariableKind::Intervals { .. } => return Ok(()),
        };
        self.bound.values(x, rows.clone(), arguments)?;
        let width = basis.width();
        values.numbers.clear();
        values.numbers.resize(rows.len() * width, 0.0);
        let cells = values.numbers.chunks_exact_mut(width.max(1));
        let cells = arguments.iter().zip(cells);
        match (&variable.kind, basis) {
            (VariableKind::Powers { .. }, _) => cells.for_each(|(x, cells)| {
                let mut power = 1.0;
                for cell in cells {
                    power *= x;
                    *cell = power;
                }
            }),
            (VariableKind::Polynomial(slot), _) => {
                if let Learnt::Polynomial(polynomials) = &design.learnt[*slot] {
                    cells.for_each(|(x, cells)| polynomials.fill(*x, cells));
                }
            }
            (_, Basis::Spline(spline)) => {
                cells.for_each(|(x, cells)| spline.fill(*x, work, cells));
            }
            _ => {}
        }
        self.check(&values.numbers, width, &rows)
    }

    /// Refuses what is no number.
    fn check(&self, values: &[f64], width: usize, rows: &Range<usize>) -> Result<()> {
        if are_finite(values) {
            return Ok(());
        }
        match values.iter().position(|value| !value.is_finite()) {
            None => Ok(()),
            Some(at) => Err(Error::OutsideDomain {
                line: self.bound.line(rows.start + at / width),
                value: values[at],
                rule: "it must be within the range of a number",
            }),
        }
    }
}

impl Block {
    /// Writes the product of some variables into the columns of a term, which are zero.
    fn product<'r>(
        &mut self,
        factors: &[Factor],
        rows: impl Iterator<Item = (usize, &'r mut [f64])>,
    ) {
        let is_number = |factor: &Factor| factor.width == 1 && factor.coding == Coding::Numbers;
        if factors.iter().all(is_number) {
            for (at, row) in rows {
                let numbers = factors.iter();
                let numbers = numbers.map(|factor| self.variables[factor.variable].numbers[at]);
                if let Some(cell) = row.first_mut() {
                    *cell = numbers.product();
                }
            }
            return;
        }
        if let [only] = factors {
            let values = &self.variables[only.variable];
            match &only.coding {
                Coding::Numbers => {
                    let numbers = values.numbers.chunks_exact(only.width.max(1));
                    rows.zip(numbers)
                        .for_each(|((_, row), numbers)| row.copy_from_slice(numbers));
                    return;
                }
                Coding::Indicators(reference) => {
                    for (at, row) in rows {
                        let place = indicator(values.codes[at], *reference);
                        if let Some(cell) = row.get_mut(place) {
                            *cell = 1.0;
                        }
                    }
                    return;
                }
                _ => {}
            }
        }
        for (at, row) in rows {
            if let Some(first) = row.first_mut() {
                *first = 1.0;
                let mut width = 1;
                for factor in factors {
                    let values = &self.variables[factor.variable];
                    multiply(row, &mut width, factor, values, at, &mut self.work);
                }
            }
        }
    }
}

/// The place of the indicator of a level, beyond all for the reference.
fn indicator(code: usize, reference: Option<usize>) -> usize {
    match reference {
        Some(reference) if code == reference => usize::MAX,
        Some(reference) if code > reference && code < usize::MAX => code - 1,
        _ => code,
    }
}

/// Multiplies the first `width` columns by those of a factor; the first of all factors change fastest.
fn multiply(
    out: &mut [f64],
    width: &mut usize,
    factor: &Factor,
    values: &Values,
    row: usize,
    work: &mut Vec<f64>,
) {
    let w = *width;
    *width = w * factor.width;
    let mut by = |numbers: &[f64]| {
        for (j, number) in numbers.iter().enumerate().rev() {
            for i in 0..w {
                out[j * w + i] = out[i] * number;
            }
        }
    };
    match &factor.coding {
        Coding::Numbers => by(&values.numbers[row * factor.width..(row + 1) * factor.width]),
        Coding::Indicators(reference) => {
            let place = indicator(values.codes[row], *reference);
            if place > 0 {
                if place < factor.width {
                    out.copy_within(..w, place * w);
                }
                out[..w].fill(0.0);
            }
        }
        coding => {
            let code = values.codes[row];
            work.clear();
            work.resize(factor.width, 0.0);
            if code <= factor.width {
                coding.fill(code, work);
            }
            by(work);
        }
    }
}
