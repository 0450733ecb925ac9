//! [`Learner`]: one pass over training data for levels, means, knots and bases.

use std::collections::BTreeMap;

use super::bound::Bound;
use super::design::Design;
use super::learnt::Learnt;
use super::progress::Progress;
use super::slots::{NamedColumn, Slot};
use super::stored::Stored;
use super::terms::Parsed;
use super::{DEFAULT_MAX_COLUMNS, Formula};
use crate::data::{Frame, NumberFormat};
use crate::error::{Error, Result};
use crate::notation::name::canonical_name;
use crate::version::Version;

/// Learns the [`Design`] of a formula from frames, a row at a time: chunks of any size give the same bits.
///
/// Means and standard deviations are weighted and in twice the precision; rows of weight 0 count for the levels alone.
/// `poly`, `ns` and `bs` keep the values they are of, eight bytes a row, and functions of what is learnt itself, as
/// `ns(scale(x), 4)`, their columns, until what is within them is known; everything else is learnt in constant memory.
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
    /// State of each slot, once there was a frame.
    progress: Vec<Option<Progress>>,
    rows: usize,
    formats: BTreeMap<String, NumberFormat>,
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
        let taken = state.terms.columns_of_targets();
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
        let rows = (frame, 0..frame.n_rows());
        let bound = Bound::new(&state.formula, &state.terms, rows, means, training)?;
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
                let progress = progress.get_or_insert_with(|| Progress::new(slot, &bound));
                if let (Some(column), false) = (slot.source(), progress.is_texts()) {
                    // It was numbers before.
                    let NamedColumn { name, at, .. } = &state.terms.needs.columns[column];
                    bound.check_number(&state.formula, column, name, *at)?;
                }
                if training || slot.is_levels() {
                    progress.update(slot, &bound, weight)?;
                }
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
        let names = terms.needs.columns.iter().zip(&read);
        let names = names
            .filter(|(_, read)| **read)
            .map(|(column, _)| &column.name);
        let names = names.chain(&self.weights);
        let format = |name: &String| Some((name.clone(), frame.format(name)?.clone()));
        Ok(State {
            formats: names.filter_map(format).collect(),
            active: slots.iter().map(is_active).collect(),
            progress: slots.iter().map(|_| None).collect(),
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
        let n_columns = state.terms.needs.columns.len();
        let mut learnt = Vec::with_capacity(state.progress.len());
        // What is within a function comes before it.
        for (slot, progress) in state.terms.needs.slots.iter().zip(state.progress) {
            let found = match progress {
                Some(progress) => progress.finish(slot, &learnt, n_columns)?,
                None => Some(Learnt::Nothing),
            };
            learnt.push(found.ok_or_else(|| unlearnable(&state.terms, slot, &text))?);
        }
        let parts = Stored {
            format_version: Version::CURRENT,
            formula: state.formula,
            weights: self.weights,
            columns: 0,
            means: self.means,
            learnt,
            formats: state.formats,
        };
        Design::assemble(parts, self.max_columns)
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
