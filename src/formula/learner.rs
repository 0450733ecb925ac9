//! [`Learner`]: one pass over training data for levels, means, knots and bases.

use std::collections::{BTreeSet, HashSet};

use crate::data::{Coding, Frame};
use crate::error::{Error, Result};
use crate::linalg::DoubleDouble;
use crate::notation::name::canonical_name;

use super::arithmetic::Expression;
use super::bound::Bound;
use super::design::Design;
use super::learnt::Learnt;
use super::polynomial::OrthogonalPolynomials;
use super::slots::{Slot, Source};
use super::terms::Parsed;
use super::{DEFAULT_MAX_COLUMNS, Formula};

/// Learns the [`Design`] of a formula from frames, a row at a time: chunks of any size give the same bits.
///
/// Means and standard deviations are weighted and in twice the precision; rows of weight 0 count for the levels alone.
/// `poly`, `ns` and `bs` at quantiles keep the values of their own column, eight bytes a row; everything else is
/// learnt in constant memory.
///
/// # Examples
///
/// ```
/// use elltwo::data::CsvReader;
/// use elltwo::formula::{Formula, Learner};
///
/// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/penguins.csv");
/// let formula: Formula = "body_mass_g ~ species * center(flipper_length_mm)".parse()?;
/// let reader = CsvReader::columns().missing(elltwo::data::MissingPolicy::DropRows);
/// let mut learner = Learner::new(&formula);
/// for chunk in formula.frames_path(&reader, path, 100)? {
///     learner.update(&chunk?)?;
/// }
/// let design = learner.finish()?;
/// assert_eq!(design.column_names()[1], "species=Gentoo");
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Debug)]
pub struct Learner {
    formula: Formula,
    weights: Option<String>,
    max_columns: usize,
    means: Vec<(String, f64)>,
    state: Option<State>,
}

/// The formula with the columns of the first frame, and what was seen so far.
#[derive(Debug)]
struct State {
    formula: Formula,
    terms: Parsed,
    active: Vec<bool>,
    progress: Vec<Progress>,
    rows: usize,
}

/// What is kept of a slot.
#[derive(Debug)]
enum Progress {
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
}

impl Learner {
    /// Before the first row.
    #[must_use]
    pub fn new(formula: &Formula) -> Self {
        Self {
            formula: formula.clone(),
            weights: None,
            max_columns: DEFAULT_MAX_COLUMNS,
            means: Vec::new(),
            state: None,
        }
    }

    /// The column of sample weights. Default: none.
    #[must_use]
    pub fn weights(mut self, name: impl Into<String>) -> Self {
        self.weights = Some(canonical_name(&name.into()));
        self
    }

    /// Limit of the columns of the design, beyond which it is refused. Default: [`DEFAULT_MAX_COLUMNS`].
    #[must_use]
    pub fn max_columns(mut self, limit: usize) -> Self {
        self.max_columns = limit;
        self
    }

    /// Puts the means of the frame's numbers in the place of missing ones, here and in new data. A mean cannot stand
    /// for a target, an offset, a weight or a category: these are still [`Error::MissingValue`].
    ///
    /// # Errors
    ///
    /// [`Error::AllMissing`] for a column without numbers.
    pub fn impute_means(mut self, frame: &Frame) -> Result<Self> {
        let state = self.begin(frame)?;
        let targets = state.terms.targets.iter().chain(&state.terms.offsets);
        let slots = &state.terms.needs.slots;
        let taken: Vec<usize> = targets.flat_map(|target| target.columns(slots)).collect();
        let read = state.terms.columns_read(true);
        for (place, column) in state.terms.needs.columns.iter().enumerate() {
            let name = column.name.as_str();
            if !read[place] || taken.contains(&place) || frame.levels(name).is_some() {
                continue;
            }
            let Some(mean) = frame.mean(name)? else {
                return Err(Error::AllMissing {
                    column: name.to_owned(),
                    rows: frame.n_rows(),
                });
            };
            self.means.push((name.to_owned(), mean));
        }
        Ok(self)
    }

    /// Learns from more rows.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`]; [`Error::Formula`] for a category where the formula needs numbers;
    /// [`Error::TextTarget`]; [`Error::MissingValue`]; [`Error::OutsideDomain`]; of the weights
    /// [`Error::NegativeWeight`].
    pub fn update(&mut self, frame: &Frame) -> Result<()> {
        self.look(frame, true)
    }

    /// Learns the levels of categories alone, of rows that are not for training.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    pub fn update_levels(&mut self, frame: &Frame) -> Result<()> {
        self.look(frame, false)
    }

    fn look(&mut self, frame: &Frame, training: bool) -> Result<()> {
        if self.state.is_none() {
            self.state = Some(self.begin(frame)?);
        }
        let Some(state) = &mut self.state else {
            return Ok(());
        };
        let means = self.means.as_slice();
        let bound = Bound::new(&state.formula, &state.terms, frame, means, training)?;
        let weights = match self.weights.as_deref().filter(|_| training) {
            Some(name) => Some(frame.column(name)?),
            None => None,
        };
        if let Some(weights) = weights {
            let wrong = weights
                .iter()
                .position(|weight| *weight < 0.0 || !weight.is_finite());
            if let Some(row) = wrong {
                let value = weights[row];
                return Err(Error::NegativeWeight {
                    row: state.rows + row,
                    value,
                });
            }
        }
        let slots = state.terms.needs.slots.iter().zip(&mut state.progress);
        for ((slot, progress), active) in slots.zip(&state.active) {
            if *active {
                let weight = |row: usize| match weights {
                    Some(weights) => weights[row],
                    None => f64::from(u8::from(training)),
                };
                progress.update(slot, frame, &bound, weight)?;
            }
        }
        state.rows += frame.n_rows();
        Ok(())
    }

    fn begin(&self, frame: &Frame) -> Result<State> {
        let formula = self
            .formula
            .with_columns(frame.names(), self.weights.as_deref())?;
        let terms = formula.terms()?;
        let read = terms.columns_read(true);
        let slots = &terms.needs.slots;
        let is_active = |slot: &Slot| slot.columns().iter().all(|column| read[*column]);
        Ok(State {
            active: slots.iter().map(is_active).collect(),
            progress: slots.iter().map(|_| Progress::Nothing).collect(),
            formula,
            terms,
            rows: 0,
        })
    }

    /// The design.
    ///
    /// # Errors
    ///
    /// [`Error::NoRows`] if there was none; [`Error::Formula`] for a reference that is no level, or too few
    /// distinct values for a polynomial or a spline; [`Error::TooManyColumns`]; [`Error::DuplicateColumn`].
    pub fn finish(self) -> Result<Design> {
        let Some(state) = self.state.filter(|state| state.rows > 0) else {
            return Err(Error::NoRows { what: "the frame" });
        };
        let text = state.formula.to_string();
        let mut learnt = Vec::with_capacity(state.progress.len());
        for (slot, progress) in state.terms.needs.slots.iter().zip(state.progress) {
            let found = progress.finish(slot);
            learnt.push(found.ok_or_else(|| unlearnable(&state.terms, slot, &text))?);
        }
        Design::assemble(
            state.formula,
            learnt,
            self.weights,
            self.means,
            self.max_columns,
        )
    }
}

/// The error for a slot whose values are too few.
fn unlearnable(terms: &Parsed, slot: &Slot, formula: &str) -> Error {
    let at = slot
        .columns()
        .first()
        .map_or(0, |column| terms.needs.columns[*column].at);
    let (found, expected) = match slot {
        Slot::Polynomial { degree, .. } => (
            "values that are equal".to_owned(),
            format!("more than {degree} distinct values for a polynomial of degree {degree}"),
        ),
        Slot::Spline { .. } => (
            "values within no interval".to_owned(),
            "distinct values, and knots between them".to_owned(),
        ),
        _ => (
            "values that are all equal or too large".to_owned(),
            "values with a finite standard deviation above 0".to_owned(),
        ),
    };
    Error::Formula {
        formula: formula.to_owned(),
        position: at,
        found,
        expected,
    }
}

impl Progress {
    fn update(
        &mut self,
        slot: &Slot,
        frame: &Frame,
        bound: &Bound<'_>,
        weight: impl Fn(usize) -> f64,
    ) -> Result<()> {
        match slot {
            Slot::Column(column) | Slot::Levels(Source::Column(column), None)
                if bound.levels[*column].is_some() =>
            {
                let levels = bound.levels[*column].unwrap_or_default();
                let mut seen = vec![false; levels.len()];
                for cell in frame.cells().column(bound.places[*column]) {
                    if let Some(seen) = seen.get_mut(bound.code(*cell)) {
                        *seen = true;
                    }
                }
                if !matches!(self, Self::Texts(_)) {
                    *self = Self::Texts(BTreeSet::new());
                }
                if let Self::Texts(texts) = self {
                    let seen = levels.iter().zip(&seen).filter(|(_, seen)| **seen);
                    for (level, _) in seen {
                        if !texts.contains(level) {
                            texts.insert(level.clone());
                        }
                    }
                }
                Ok(())
            }
            Slot::Column(_) | Slot::Levels(_, Some(_)) => Ok(()),
            Slot::Levels(Source::Column(column), None) => {
                self.numbers(bound, &Expression::Column(*column), frame)
            }
            Slot::Levels(Source::Number(x), None) => self.numbers(bound, x, frame),
            Slot::Standard { x, .. } => {
                if !matches!(self, Self::Sums { .. }) {
                    *self = Self::Sums {
                        count: 0,
                        weight: DoubleDouble::ZERO,
                        sum: DoubleDouble::ZERO,
                        squares: DoubleDouble::ZERO,
                    };
                }
                if let Self::Sums {
                    count,
                    weight: total,
                    sum,
                    squares,
                } = self
                {
                    for row in 0..frame.n_rows() {
                        let s = weight(row);
                        if s > 0.0 {
                            let s = DoubleDouble::new(s);
                            let x = DoubleDouble::new(bound.value(x, row)?);
                            *count += 1;
                            *total += s;
                            *sum += s * x;
                            *squares += s * x * x;
                        }
                    }
                }
                Ok(())
            }
            Slot::Polynomial { x, .. } | Slot::Spline { x, .. } => {
                if !matches!(self, Self::Values(_)) {
                    *self = Self::Values(Vec::with_capacity(frame.n_rows()));
                }
                if let Self::Values(values) = self {
                    for row in 0..frame.n_rows() {
                        if weight(row) > 0.0 {
                            values.push(bound.value(x, row)?);
                        }
                    }
                }
                Ok(())
            }
        }
    }

    fn numbers(&mut self, bound: &Bound<'_>, x: &Expression, frame: &Frame) -> Result<()> {
        if !matches!(self, Self::Numbers(_)) {
            *self = Self::Numbers(HashSet::new());
        }
        if let Self::Numbers(numbers) = self {
            let mut last = None;
            for row in 0..frame.n_rows() {
                // Zero has one sign.
                let bits = (bound.value(x, row)? + 0.0).to_bits();
                if last != Some(bits) {
                    numbers.insert(bits);
                    last = Some(bits);
                }
            }
        }
        Ok(())
    }

    /// What was learnt; `None` if the values do not allow it.
    fn finish(self, slot: &Slot) -> Option<Learnt> {
        Some(match (self, slot) {
            (_, Slot::Levels(_, Some(levels))) => Learnt::Levels(levels.clone()),
            (Self::Texts(texts), _) => Learnt::Levels(Coding::new("", texts).levels().to_vec()),
            (Self::Numbers(numbers), _) => {
                let mut values: Vec<f64> = numbers.into_iter().map(f64::from_bits).collect();
                values.sort_unstable_by(f64::total_cmp);
                Learnt::Values(values)
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
                return sound.then_some(Learnt::Standard { center, scale });
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
                return polynomials
                    .is_sound()
                    .then_some(Learnt::Polynomial(polynomials));
            }
            (Self::Values(values), Slot::Spline { kind, .. }) => {
                return kind.learn(values).map(Learnt::Knots);
            }
            _ => Learnt::Nothing,
        })
    }
}
