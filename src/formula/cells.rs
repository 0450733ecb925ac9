//! Values of arithmetic in rows.

use std::ops::Range;

use ndarray::{ArrayView1, ArrayView2, Axis, Slice};

use super::arithmetic::{ANY, Expression};
use super::learnt::Learnt;
use super::token::Symbol;
use crate::check::are_finite;
use crate::error::{Error, Result};

/// Rows of the columns of a formula, wherever they are kept, and what was learnt of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cells<'a> {
    pub(super) rows: ArrayView2<'a, f64>,
    /// For each of [`Needs::columns`] its place in a row.
    pub(super) places: &'a [usize],
    /// For each the value that stands for a missing one, NaN for none.
    pub(super) means: &'a [f64],
    pub(super) learnt: &'a [Learnt],
}

impl<'a> Cells<'a> {
    /// Cells of a column as they are, in some rows.
    pub(super) fn raw(&self, column: usize, rows: Range<usize>) -> ArrayView1<'a, f64> {
        let column = self.rows.index_axis_move(Axis(1), self.places[column]);
        column.slice_axis_move(Axis(0), Slice::from(rows))
    }

    /// Numbers of a column in some rows, with means in the place of missing ones.
    pub(super) fn numbers(
        &self,
        column: usize,
        rows: Range<usize>,
    ) -> impl ExactSizeIterator<Item = f64> + use<'a> {
        let mean = self.means[column];
        let cells = self.raw(column, rows).into_iter();
        cells.map(move |cell| if cell.is_nan() { mean } else { *cell })
    }
}

/// A part that has no value in some row.
#[derive(Debug, PartialEq)]
struct Undefined {
    /// The value of the argument.
    value: f64,
    rule: &'static str,
}

impl Expression {
    /// The values in some rows, which must be numbers; `line` tells where a row is.
    pub(super) fn values(
        &self,
        cells: &Cells<'_>,
        rows: Range<usize>,
        line: impl Fn(usize) -> u64,
        out: &mut Vec<f64>,
    ) -> Result<()> {
        out.clear();
        out.resize(rows.len(), 0.0);
        self.fill(cells, rows.clone(), out);
        if are_finite(out) {
            return Ok(());
        }
        let first = out.iter().position(|value| !value.is_finite());
        let Some(first) = first else { return Ok(()) };
        let row = rows.start + first;
        let undefined = self.undefined(cells, row);
        Err(Error::OutsideDomain {
            line: line(row),
            value: undefined.value,
            rule: undefined.rule,
        })
    }

    /// The values in some rows; not finite where there is none.
    fn fill(&self, cells: &Cells<'_>, rows: Range<usize>, out: &mut [f64]) {
        match self {
            Self::Constant(value) => out.fill(*value),
            Self::Column(column) => {
                let numbers = cells.numbers(*column, rows);
                out.iter_mut()
                    .zip(numbers)
                    .for_each(|(value, x)| *value = x);
            }
            Self::Chain(operands) => {
                let mut other = vec![0.0; out.len()];
                for (place, (operator, operand)) in operands.iter().enumerate() {
                    if place == 0 {
                        operand.fill(cells, rows.clone(), out);
                        if *operator == Symbol::Minus {
                            out.iter_mut().for_each(|value| *value = -*value);
                        }
                        continue;
                    }
                    operand.fill(cells, rows.clone(), &mut other);
                    let pairs = out.iter_mut().zip(&other);
                    match operator {
                        Symbol::Plus => pairs.for_each(|(value, other)| *value += other),
                        Symbol::Minus => pairs.for_each(|(value, other)| *value -= other),
                        Symbol::Times => pairs.for_each(|(value, other)| *value *= other),
                        _ => pairs.for_each(|(value, other)| *value /= other),
                    }
                }
            }
            Self::Power(base, exponent) => {
                let mut exponents = vec![0.0; out.len()];
                base.fill(cells, rows.clone(), out);
                exponent.fill(cells, rows, &mut exponents);
                let pairs = out.iter_mut().zip(exponents);
                pairs.for_each(|(value, exponent)| *value = power(*value, exponent));
            }
            Self::Function(function, x) => {
                x.fill(cells, rows, out);
                out.iter_mut()
                    .for_each(|value| *value = (function.apply)(*value));
            }
            Self::Standard(slot, x) => {
                x.fill(cells, rows, out);
                if let Some(Learnt::Standard { center, scale }) = cells.learnt.get(*slot) {
                    out.iter_mut()
                        .for_each(|value| *value = (*value - center) / scale);
                } else {
                    out.fill(f64::NAN);
                }
            }
        }
    }

    /// The value in a row.
    fn at(&self, cells: &Cells<'_>, row: usize) -> f64 {
        let mut value = [0.0];
        self.fill(cells, row..row + 1, &mut value);
        value[0]
    }

    /// The part that is not finite in this row although what it is made of is.
    fn undefined(&self, cells: &Cells<'_>, row: usize) -> Undefined {
        let whole = Undefined {
            value: self.at(cells, row),
            rule: ANY,
        };
        let of = |parts: &[&Self]| {
            let mut parts = parts.iter();
            let part = parts.find(|part| !part.at(cells, row).is_finite());
            part.map(|part| part.undefined(cells, row))
        };
        match self {
            Self::Constant(_) | Self::Column(_) => whole,
            Self::Function(function, x) => of(&[x]).unwrap_or(Undefined {
                value: x.at(cells, row),
                rule: function.rule,
            }),
            Self::Standard(_, x) => of(&[x]).unwrap_or(whole),
            Self::Power(base, exponent) => of(&[base, exponent]).unwrap_or(Undefined {
                value: base.at(cells, row),
                rule: "its power must be a number",
            }),
            Self::Chain(operands) => {
                let parts: Vec<&Self> = operands.iter().map(|(_, part)| part).collect();
                let zero = operands.iter().any(|(operator, part)| {
                    *operator == Symbol::Divide && part.at(cells, row) == 0.0
                });
                of(&parts).unwrap_or(if zero {
                    Undefined {
                        value: 0.0,
                        rule: "a divisor must not be 0",
                    }
                } else {
                    whole
                })
            }
        }
    }
}

/// `base^exponent`; a square is a product.
fn power(base: f64, exponent: f64) -> f64 {
    if exponent == 2.0 {
        base * base
    } else {
        base.powf(exponent)
    }
}
