//! Rows of a frame to rows of the design.

use std::collections::HashMap;
use std::ops::Range;

use ndarray::{Array1, Array2, ArrayViewMut2, Axis};

use super::bound::Bound;
use super::contrasts::Coding;
use super::design::{Basis, Design, Factor};
use super::learnt::Learnt;
use super::slots::{Slot, Source};
use super::variable::{Variable, VariableKind};
use crate::check::check_length;
use crate::data::{Dataset, Frame, UnseenLevel};
use crate::error::{Error, Result};
use crate::parallel;

/// Rows whose variables are evaluated together.
const BLOCK: usize = 128;
/// Rows that one thread makes at a time.
const BAND: usize = 4096;

/// Source of the level of a row.
#[derive(Debug)]
enum Levels<'a> {
    /// For each level of the frame's column, its place in the design.
    Texts(usize, Vec<Option<usize>>),
    /// Numbers of a column or of arithmetic.
    Values(&'a [f64], Number<'a>),
    /// Texts that numbers are compared with as they print.
    Printed(HashMap<u64, usize>, Number<'a>),
    /// Between edges.
    Intervals(&'a [f64], bool, Number<'a>),
}

#[derive(Clone, Copy, Debug)]
enum Number<'a> {
    Column(usize),
    Of(&'a super::arithmetic::Expression),
}

/// The variables of a block of rows.
#[derive(Default)]
struct Values {
    numbers: Vec<f64>,
    /// Beyond all levels for one that is unseen.
    codes: Vec<usize>,
}

/// A design ready to make rows of a frame.
struct Maker<'a> {
    design: &'a Design,
    bound: Bound<'a>,
    levels: Vec<Option<Levels<'a>>>,
}

impl Design {
    /// The design of all rows, `(n, columns)`, row by row in memory.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] for a column the frame lacks, [`Error::MissingValue`], [`Error::UnseenLevel`],
    /// [`Error::OutsideDomain`]; [`Error::Formula`] for a category where numbers are needed; each with the line, or
    /// without one the number of the row from 1.
    pub fn matrix(&self, frame: &Frame) -> Result<Array2<f64>> {
        let mut out = Array2::zeros((frame.n_rows(), self.n_columns()));
        let maker = Maker::new(self, frame)?;
        let bands = out.axis_chunks_iter_mut(Axis(0), BAND).enumerate();
        let mut bands: Vec<_> = bands
            .map(|(band, out)| (band * BAND, out, Ok(())))
            .collect();
        let items = bands.iter_mut().collect();
        parallel::for_each(
            items,
            |(start, out, result): &mut (usize, ArrayViewMut2<'_, f64>, Result<()>)| {
                *result = maker.fill(*start, out.view_mut());
            },
        );
        bands.into_iter().try_for_each(|(_, _, result)| result)?;
        Ok(out)
    }

    /// Writes the design of some rows into `out`, `(rows, columns)`: a block of more than fits in memory.
    ///
    /// # Errors
    ///
    /// As [`matrix`](Self::matrix); [`Error::ShapeMismatch`].
    pub fn fill(
        &self,
        frame: &Frame,
        rows: Range<usize>,
        mut out: ArrayViewMut2<'_, f64>,
    ) -> Result<()> {
        check_length("rows of out", rows.len(), out.nrows())?;
        check_length("columns of out", self.n_columns(), out.ncols())?;
        check_length(
            "rows of the frame",
            rows.end.max(rows.start),
            rows.end.min(frame.n_rows()),
        )?;
        out.fill(0.0);
        Maker::new(self, frame)?.fill(rows.start, out)
    }

    /// The targets of all rows, `(n, targets)`, without the offset.
    ///
    /// # Errors
    ///
    /// As [`matrix`](Self::matrix); [`Error::TextTarget`].
    pub fn targets(&self, frame: &Frame) -> Result<Array2<f64>> {
        self.numbers(frame, &self.parsed.targets, true)
    }

    /// The offset of all rows, `(n,)`: 0 without one.
    ///
    /// # Errors
    ///
    /// As [`matrix`](Self::matrix).
    pub fn offset(&self, frame: &Frame) -> Result<Array1<f64>> {
        Ok(self
            .numbers(frame, &self.parsed.offsets, false)?
            .sum_axis(Axis(1)))
    }

    fn numbers(
        &self,
        frame: &Frame,
        variables: &[Variable],
        with_targets: bool,
    ) -> Result<Array2<f64>> {
        let bound = Bound::of(self, frame, with_targets)?;
        let mut out = Array2::zeros((frame.n_rows(), variables.len()));
        for (variable, mut out) in variables.iter().zip(out.columns_mut()) {
            for (row, out) in out.iter_mut().enumerate() {
                *out = match &variable.kind {
                    VariableKind::Column(column, _) => bound.row(row).cell(*column),
                    VariableKind::Number(x) => bound.value(x, row)?,
                    _ => f64::NAN,
                };
            }
        }
        Ok(out)
    }

    /// The rows of a frame as a data set to fit: the design, the only target less the offset, weights, labels and lines.
    /// If the frame lacks a column of the target, every target is NaN, which fits and metrics refuse.
    ///
    /// # Errors
    ///
    /// As [`targets`](Self::targets); [`Error::ShapeMismatch`] for several targets or none; [`Error::Empty`] for a
    /// design of the intercept alone; of the weights [`Error::NegativeWeight`], [`Error::ZeroWeights`].
    pub fn dataset(&self, frame: &Frame) -> Result<Dataset> {
        check_length("targets of the formula", 1, self.parsed.targets.len())?;
        if self.n_columns() == 0 {
            return Err(Error::Empty {
                what: "the set of features",
            });
        }
        let y = if self.has_targets(frame) {
            let y = self.targets(frame)?.index_axis_move(Axis(1), 0);
            y - self.offset(frame)?
        } else {
            Array1::from_elem(frame.n_rows(), f64::NAN)
        };
        let mut data =
            Dataset::new(self.matrix(frame)?, y)?.with_feature_names(self.column_names())?;
        if let Some(target) = self.target_names().next() {
            data = data.with_target_name(target);
        }
        if let Some(weights) = self.weights() {
            data = data.with_weights(frame.column(weights)?.to_owned())?;
        }
        if let Some(lines) = frame.lines() {
            data = data.with_lines(lines.to_vec())?;
        }
        if let Some(labels) = frame.labels() {
            data = data.with_labels(labels)?;
        }
        Ok(data)
    }
}

impl<'a> Bound<'a> {
    fn of(design: &'a Design, frame: &'a Frame, with_targets: bool) -> Result<Self> {
        let mut bound = Self::new(
            &design.formula,
            &design.parsed,
            frame,
            &design.means,
            with_targets,
        )?;
        bound.learnt = &design.learnt;
        Ok(bound)
    }
}

impl<'a> Maker<'a> {
    fn new(design: &'a Design, frame: &'a Frame) -> Result<Self> {
        let bound = Bound::of(design, frame, false)?;
        let used = design.parsed.used();
        let variables = design
            .parsed
            .variables
            .iter()
            .zip(&design.bases)
            .enumerate();
        let levels = variables
            .map(|(place, (variable, basis))| match basis {
                Basis::Levels(known) if used[place] => {
                    levels(design, &bound, variable, known).map(Some)
                }
                _ => Ok(None),
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            design,
            bound,
            levels,
        })
    }

    /// Makes rows from `start` on; `out` is zero.
    fn fill(&self, start: usize, mut out: ArrayViewMut2<'_, f64>) -> Result<()> {
        let mut values: Vec<Values> = self
            .design
            .bases
            .iter()
            .map(|_| Values::default())
            .collect();
        let mut work = Vec::new();
        for (block, mut out) in out.axis_chunks_iter_mut(Axis(0), BLOCK).enumerate() {
            let start = start + block * BLOCK;
            let mut wanted = vec![false; values.len()];
            for factor in self.design.factors.iter().flatten() {
                if !std::mem::replace(&mut wanted[factor.variable], true) {
                    let rows = start..start + out.nrows();
                    self.evaluate(
                        factor.variable,
                        rows,
                        &mut values[factor.variable],
                        &mut work,
                    )?;
                }
            }
            for (at, mut row) in out.rows_mut().into_iter().enumerate() {
                let Some(row) = row.as_slice_mut() else {
                    return Err(Error::Empty {
                        what: "a row in standard layout",
                    });
                };
                for (term, factors) in self.design.terms.iter().zip(&self.design.factors) {
                    let out = &mut row[term.columns.clone()];
                    if let Some(first) = out.first_mut() {
                        *first = 1.0;
                        let mut width = 1;
                        for factor in factors {
                            multiply(
                                out,
                                &mut width,
                                factor,
                                &values[factor.variable],
                                at,
                                &mut work,
                            );
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The values of a variable in some rows.
    fn evaluate(
        &self,
        place: usize,
        rows: Range<usize>,
        out: &mut Values,
        work: &mut Vec<f64>,
    ) -> Result<()> {
        let variable = &self.design.parsed.variables[place];
        if let Some(levels) = &self.levels[place] {
            out.codes.clear();
            for row in rows {
                out.codes.push(self.code(levels, row, variable)?);
            }
            return Ok(());
        }
        let basis = &self.design.bases[place];
        let width = basis.width();
        out.numbers.clear();
        out.numbers.resize(rows.len() * width, 0.0);
        let slots = &self.design.parsed.needs.slots;
        let cells = out.numbers.chunks_exact_mut(width.max(1));
        for (row, cells) in rows.zip(cells) {
            match &variable.kind {
                VariableKind::Column(column, _) => cells[0] = self.bound.row(row).cell(*column),
                VariableKind::Number(x) => cells[0] = self.bound.value(x, row)?,
                VariableKind::Powers { x, .. } => {
                    let x = self.bound.value(x, row)?;
                    let mut power = 1.0;
                    for cell in &mut *cells {
                        power *= x;
                        *cell = power;
                    }
                }
                VariableKind::Polynomial(slot) => {
                    if let (Learnt::Polynomial(polynomials), Slot::Polynomial { x, .. }) =
                        (&self.design.learnt[*slot], &slots[*slot])
                    {
                        polynomials.fill(self.bound.value(x, row)?, cells);
                    }
                }
                VariableKind::Spline(slot) => {
                    if let (Basis::Spline(spline), Slot::Spline { x, .. }) = (basis, &slots[*slot])
                    {
                        spline.fill(self.bound.value(x, row)?, work, cells);
                    }
                }
                VariableKind::Category { .. } | VariableKind::Intervals { .. } => {}
            }
            if cells.iter().any(|cell| !cell.is_finite()) {
                return Err(Error::OutsideDomain {
                    line: self.bound.line(row),
                    value: cells
                        .iter()
                        .copied()
                        .find(|cell| !cell.is_finite())
                        .unwrap_or(f64::NAN),
                    rule: "it must be within the range of a number",
                });
            }
        }
        Ok(())
    }

    fn number(&self, number: &Number<'_>, row: usize) -> Result<f64> {
        match number {
            Number::Column(column) => Ok(self.bound.row(row).cell(*column)),
            Number::Of(x) => self.bound.value(x, row),
        }
    }

    /// The place of a row's level.
    fn code(&self, levels: &Levels<'_>, row: usize, variable: &Variable) -> Result<usize> {
        let (found, value) = match levels {
            Levels::Texts(column, places) => {
                let code = self.bound.code(self.bound.row(row).raw(*column));
                (places.get(code).copied().flatten(), f64::NAN)
            }
            Levels::Values(values, number) => {
                let value = self.number(number, row)?;
                let place = values.binary_search_by(|other| {
                    other
                        .partial_cmp(&value)
                        .unwrap_or(std::cmp::Ordering::Less)
                });
                (place.ok(), value)
            }
            Levels::Printed(places, number) => {
                let value = self.number(number, row)?;
                (places.get(&(value + 0.0).to_bits()).copied(), value)
            }
            Levels::Intervals(edges, right, number) => {
                let value = self.number(number, row)?;
                let place = edges.partition_point(|edge| {
                    if *right {
                        *edge < value
                    } else {
                        *edge <= value
                    }
                });
                if place == 0 || place == edges.len() {
                    return Err(Error::OutsideDomain {
                        line: self.bound.line(row),
                        value,
                        rule: "it must be between the edges of cut(); bin() has intervals beyond them",
                    });
                }
                (Some(place - 1), value)
            }
        };
        match found {
            Some(place) => Ok(place),
            None if self.design.unseen == UnseenLevel::Base => Ok(usize::MAX),
            None => Err(self.unseen(levels, row, value, variable)),
        }
    }

    fn unseen(&self, levels: &Levels<'_>, row: usize, value: f64, variable: &Variable) -> Error {
        let level = match levels {
            Levels::Texts(column, _) => {
                let code = self.bound.code(self.bound.row(row).raw(*column));
                let text = self.bound.levels[*column].and_then(|texts| texts.get(code));
                text.cloned().unwrap_or_default()
            }
            _ => value.to_string(),
        };
        let known = self
            .design
            .categories()
            .find(|(name, _)| *name == variable.name);
        Error::UnseenLevel {
            line: self.bound.line(row),
            column: variable.name.clone(),
            level,
            known: known.map_or(0, |(_, levels)| levels.len()),
        }
    }
}

/// The source of the levels of a category.
fn levels<'a>(
    design: &'a Design,
    bound: &Bound<'a>,
    variable: &'a Variable,
    known: &'a [String],
) -> Result<Levels<'a>> {
    let of_column = |column: usize, texts: &'a [String]| {
        let places: HashMap<&str, usize> = known.iter().map(String::as_str).zip(0..).collect();
        let places = texts.iter().map(|text| places.get(text.as_str()).copied());
        Levels::Texts(column, places.collect())
    };
    let (slot, number) = match &variable.kind {
        VariableKind::Column(column, slot) => match bound.levels[*column] {
            Some(texts) => return Ok(of_column(*column, texts)),
            None => (*slot, Number::Column(*column)),
        },
        VariableKind::Category { source, slot, .. } => match source {
            Source::Column(column) => match bound.levels[*column] {
                Some(texts) => return Ok(of_column(*column, texts)),
                None => (*slot, Number::Column(*column)),
            },
            Source::Number(x) => (*slot, Number::Of(x)),
        },
        VariableKind::Intervals {
            x, edges, right, ..
        } => {
            return Ok(Levels::Intervals(edges, *right, Number::Of(x)));
        }
        _ => return Err(Error::Empty { what: "a category" }),
    };
    if let Learnt::Values(values) = &design.learnt[slot] {
        return Ok(Levels::Values(values, number));
    }
    let places = known.iter().zip(0..).filter_map(|(level, place)| {
        let value: f64 = level.parse().ok()?;
        Some(((value + 0.0).to_bits(), place))
    });
    Ok(Levels::Printed(places.collect(), number))
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
            let code = values.codes[row];
            let place = match reference {
                Some(reference) if code == *reference => factor.width,
                Some(reference) if code > *reference => code - 1,
                _ => code,
            };
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
