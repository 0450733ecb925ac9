//! [`Progress`]: what is kept of a slot while it is learnt.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use ndarray::Array2;

use super::bound::Bound;
use super::cells::Cells;
use super::learnt::Learnt;
use super::polynomial::OrthogonalPolynomials;
use super::slots::Slot;
use crate::data::Coding;
use crate::error::Result;
use crate::linalg::DoubleDouble;

/// Rows whose values are found together.
const BLOCK: usize = 1024;

#[derive(Debug)]
pub(super) enum Progress {
    /// Nothing is learnt.
    Nothing,
    Texts(BTreeSet<String>),
    /// By their bits, to be compared.
    Numbers(HashSet<u64>),
    Sums {
        count: usize,
        weight: DoubleDouble,
        sum: DoubleDouble,
        squares: DoubleDouble,
    },
    Values(Vec<f64>),
    /// Rows of a function of what is learnt itself, which comes first.
    Rows(Rows),
}

/// Rows of some columns.
#[derive(Debug)]
pub(super) struct Rows {
    columns: Vec<usize>,
    cells: Vec<f64>,
    weights: Vec<f64>,
    lines: Vec<u64>,
}

impl Progress {
    /// Before the first row of a frame.
    pub(super) fn new(slot: &Slot, bound: &Bound<'_>) -> Self {
        if slot
            .source()
            .is_some_and(|column| bound.levels[column].is_some())
        {
            return Self::Texts(BTreeSet::new());
        }
        match slot.numbers() {
            Some(x) if x.is_learnt() => Self::Rows(Rows {
                columns: x.columns(),
                cells: Vec::new(),
                weights: Vec::new(),
                lines: Vec::new(),
            }),
            _ => Self::of(slot),
        }
    }

    /// Before the first number.
    fn of(slot: &Slot) -> Self {
        match slot {
            Slot::Column(_) | Slot::Levels(_, Some(_)) => Self::Nothing,
            Slot::Levels(_, None) => Self::Numbers(HashSet::new()),
            Slot::Standard { .. } => Self::Sums {
                count: 0,
                weight: DoubleDouble::ZERO,
                sum: DoubleDouble::ZERO,
                squares: DoubleDouble::ZERO,
            },
            Slot::Polynomial { .. } | Slot::Spline { .. } => Self::Values(Vec::new()),
        }
    }

    pub(super) fn is_texts(&self) -> bool {
        matches!(self, Self::Texts(_))
    }

    /// Learns from all rows of a frame; those of weight 0 count for levels alone.
    pub(super) fn update(
        &mut self,
        slot: &Slot,
        bound: &Bound<'_>,
        weight: impl Fn(usize) -> f64,
    ) -> Result<()> {
        match (&mut *self, slot.source()) {
            (Self::Texts(texts), Some(column)) => {
                add_texts(texts, bound, column);
                return Ok(());
            }
            (Self::Rows(rows), _) => {
                rows.add(bound, slot.is_levels(), weight);
                return Ok(());
            }
            _ => {}
        }
        let Some(x) = slot.numbers() else {
            return Ok(());
        };
        let mut values = Vec::with_capacity(BLOCK);
        for rows in blocks(bound.n_rows()) {
            let start = rows.start;
            bound.values(&x, rows, &mut values)?;
            self.add(&values, |row| weight(start + row));
        }
        Ok(())
    }

    /// Learns from numbers.
    fn add(&mut self, values: &[f64], weight: impl Fn(usize) -> f64) {
        let weighted = values.iter().enumerate();
        let weighted = weighted.map(|(row, value)| (weight(row), *value));
        match self {
            Self::Numbers(numbers) => {
                let mut last = None;
                for value in values {
                    // Zero has one sign.
                    let bits = (value + 0.0).to_bits();
                    if last != Some(bits) {
                        numbers.insert(bits);
                        last = Some(bits);
                    }
                }
            }
            Self::Sums {
                count,
                weight: total,
                sum,
                squares,
            } => {
                for (s, x) in weighted.filter(|(s, _)| *s > 0.0) {
                    let (s, x) = (DoubleDouble::new(s), DoubleDouble::new(x));
                    *count += 1;
                    *total += s;
                    *sum += s * x;
                    *squares += s * x * x;
                }
            }
            Self::Values(kept) => {
                kept.extend(weighted.filter(|(s, _)| *s > 0.0).map(|(_, x)| x));
            }
            Self::Nothing | Self::Texts(_) | Self::Rows(_) => {}
        }
    }

    /// State that was learnt of a slot, after those before it; `None` if the values do not allow it.
    pub(super) fn finish(
        self,
        slot: &Slot,
        before: &[Learnt],
        n_columns: usize,
    ) -> Result<Option<Learnt>> {
        Ok(match self {
            Self::Rows(rows) => rows.progress(slot, before, n_columns)?.learnt(slot),
            progress => progress.learnt(slot),
        })
    }

    fn learnt(self, slot: &Slot) -> Option<Learnt> {
        match (self, slot) {
            (_, Slot::Levels(_, Some(levels))) => Some(Learnt::Levels(levels.clone())),
            (Self::Texts(texts), _) => {
                Some(Learnt::Levels(Coding::new("", texts).levels().to_vec()))
            }
            (Self::Numbers(numbers), _) => {
                let mut values: Vec<f64> = numbers.into_iter().map(f64::from_bits).collect();
                values.sort_unstable_by(f64::total_cmp);
                Some(Learnt::Values(values))
            }
            (
                Self::Sums {
                    count,
                    weight,
                    sum,
                    squares,
                },
                Slot::Standard { scaled, .. },
            ) => {
                let mean = sum / weight;
                let center = mean.hi();
                let scale = if *scaled {
                    let variance = (squares / weight - mean * mean).hi();
                    let n = count as f64;
                    // Times n/(n − 1): R's for weights of 1, and unchanged if all weights are scaled.
                    (variance * n / (n - 1.0)).sqrt()
                } else {
                    1.0
                };
                let sound = center.is_finite() && scale.is_finite() && scale > 0.0;
                sound.then_some(Learnt::Standard { center, scale })
            }
            (Self::Values(values), Slot::Polynomial { degree, .. }) => {
                let mut distinct = HashSet::new();
                let more = |x: &f64| {
                    distinct.insert((x + 0.0).to_bits());
                    distinct.len() > *degree
                };
                if !values.iter().any(more) {
                    return None;
                }
                let polynomials = OrthogonalPolynomials::learn(&values, *degree);
                let sound = polynomials.is_sound();
                sound.then_some(Learnt::Polynomial(polynomials))
            }
            (Self::Values(values), Slot::Spline { kind, .. }) => {
                kind.learn(values).map(Learnt::Knots)
            }
            _ => Some(Learnt::Nothing),
        }
    }
}

impl Rows {
    fn add(&mut self, bound: &Bound<'_>, all: bool, weight: impl Fn(usize) -> f64) {
        let cells = bound.cells();
        let columns = self.columns.iter();
        let mut columns: Vec<_> = columns
            .map(|column| cells.numbers(*column, 0..bound.n_rows()))
            .collect();
        for row in 0..bound.n_rows() {
            let s = weight(row);
            let numbers = columns.iter_mut().filter_map(Iterator::next);
            if all || s > 0.0 {
                self.cells.extend(numbers);
                self.weights.push(s);
                self.lines.push(bound.line(row));
            } else {
                numbers.for_each(drop);
            }
        }
    }

    /// Learns from all rows that were kept.
    fn progress(self, slot: &Slot, before: &[Learnt], n_columns: usize) -> Result<Progress> {
        let mut progress = Progress::of(slot);
        let (n, k) = (self.weights.len(), self.columns.len());
        let mut places = vec![0; n_columns];
        for (place, column) in self.columns.iter().enumerate() {
            places[*column] = place;
        }
        let kept = Array2::from_shape_vec((n, k), self.cells).unwrap_or_default();
        let cells = Cells {
            rows: kept.view(),
            places: &places,
            means: &vec![f64::NAN; n_columns],
            learnt: before,
        };
        let mut values = Vec::with_capacity(BLOCK);
        for rows in blocks(n) {
            let start = rows.start;
            if let Some(x) = slot.numbers() {
                x.values(&cells, rows, |row| self.lines[row], &mut values)?;
                progress.add(&values, |row| self.weights[start + row]);
            }
        }
        Ok(progress)
    }
}

fn blocks(n: usize) -> impl Iterator<Item = Range<usize>> {
    let starts = (0..n).step_by(BLOCK);
    starts.map(move |start| start..n.min(start + BLOCK))
}

/// The levels of a column that some row has.
fn add_texts(texts: &mut BTreeSet<String>, bound: &Bound<'_>, column: usize) {
    let levels = bound.levels[column].unwrap_or_default();
    let mut seen = vec![false; levels.len()];
    for code in bound.codes(column, 0..bound.n_rows()) {
        if let Some(seen) = seen.get_mut(code) {
            *seen = true;
        }
    }
    let new = levels.iter().zip(seen).filter(|(_, seen)| *seen);
    for (level, _) in new {
        if !texts.contains(level) {
            texts.insert(level.clone());
        }
    }
}
