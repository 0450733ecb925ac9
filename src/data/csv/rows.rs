//! Rows that were read: their numbers, and what is known of their columns.

use super::column::{Column, Kind};
use super::disguise;
use super::levels::place_of;
use super::note::ReadNote;
use super::options::MissingPolicy;
use super::plan::Plan;
use super::used::Rule;
use crate::error::{Error, Result};

/// The numbers of the rows that are kept.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// Features, row by row: the number, the place of the category's level, or NaN for missing.
    pub(super) x: Vec<f64>,
    /// Empty if there is no target.
    pub(super) y: Vec<f64>,
    /// Empty if there are no weights.
    pub(super) weights: Vec<f64>,
    /// The line each row begins on.
    pub(super) lines: Vec<u64>,
    /// Empty if there are no labels.
    pub(super) labels: Vec<String>,
}

impl Cells {
    pub(super) fn n_rows(&self) -> usize {
        self.lines.len()
    }

    /// The cells of a feature, one of so many.
    fn feature_mut(&mut self, feature: usize, width: usize) -> impl Iterator<Item = &mut f64> {
        let cells = self.x.get_mut(feature..).unwrap_or_default();
        cells.iter_mut().step_by(width)
    }

    /// Keeps the rows that miss nothing.
    fn retain_complete(&mut self) {
        let n = self.n_rows();
        let width = self.x.len() / n.max(1);
        let complete = |row: usize| {
            let cells = &self.x[row * width..(row + 1) * width];
            cells.iter().all(|cell| !cell.is_nan())
        };
        let kept: Vec<usize> = (0..n).filter(|row| complete(*row)).collect();
        for (to, from) in kept.iter().enumerate() {
            self.x
                .copy_within(from * width..(from + 1) * width, to * width);
            self.lines[to] = self.lines[*from];
            for numbers in [&mut self.y, &mut self.weights] {
                if let Some(number) = numbers.get(*from).copied() {
                    numbers[to] = number;
                }
            }
            if !self.labels.is_empty() {
                self.labels.swap(to, *from);
            }
        }
        self.x.truncate(kept.len() * width);
        self.lines.truncate(kept.len());
        self.y.truncate(kept.len());
        self.weights.truncate(kept.len());
        self.labels.truncate(kept.len());
    }

    fn append(&mut self, later: &mut Self) {
        self.x.extend_from_slice(&later.x);
        self.y.extend_from_slice(&later.y);
        self.weights.extend_from_slice(&later.weights);
        self.lines.extend_from_slice(&later.lines);
        self.labels.append(&mut later.labels);
    }

    fn clear(&mut self) {
        self.x.clear();
        self.y.clear();
        self.weights.clear();
        self.lines.clear();
        self.labels.clear();
    }

    /// Takes the rows from `start` to `end` out, as far as they are not numbers, and copies those; if it is all of
    /// them, takes them.
    pub(super) fn take(&mut self, start: usize, end: usize) -> Self {
        if start == 0 && end == self.n_rows() {
            return std::mem::take(self);
        }
        let part = |values: &[f64], width: usize| {
            let bounds = start * width..end * width;
            values.get(bounds).unwrap_or_default().to_vec()
        };
        let width = self.x.len() / self.n_rows().max(1);
        Self {
            x: part(&self.x, width),
            y: part(&self.y, 1),
            weights: part(&self.weights, 1),
            lines: self.lines[start..end].to_vec(),
            labels: (self.labels.get_mut(start..end).unwrap_or_default())
                .iter_mut()
                .map(std::mem::take)
                .collect(),
        }
    }

    /// Forgets the first rows.
    pub(super) fn forget(&mut self, count: usize) {
        let width = self.x.len() / self.n_rows().max(1);
        self.x.drain(..count * width);
        self.y.drain(..count.min(self.y.len()));
        self.weights.drain(..count.min(self.weights.len()));
        self.labels.drain(..count.min(self.labels.len()));
        self.lines.drain(..count);
    }
}

/// Rows read one after the other, of a block or of all blocks up to some place.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// In the order of the plan.
    pub(super) columns: Vec<Column>,
    pub(super) cells: Cells,
    /// Number of rows that were read, dropped ones included.
    pub(super) read: usize,
    /// Rows were kept whose missing values were not known for such yet.
    undecided: bool,
    /// Error that ended the reading.
    pub(super) failure: Option<Error>,
}

impl Rows {
    /// No rows yet.
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            columns: plan.columns.iter().map(|c| Column::new(&c.rule)).collect(),
            ..Self::default()
        }
    }

    /// Columns before the rows that follow those of `self`.
    pub(super) fn next_part(&self) -> Vec<Column> {
        self.columns.iter().map(Column::next_part).collect()
    }

    /// No rows yet, of these columns; keeps the room for them.
    pub(super) fn restart(&mut self, columns: &[Column]) {
        self.columns.clear();
        self.columns.extend_from_slice(columns);
        self.cells.clear();
        self.read = 0;
        self.undecided = false;
        self.failure = None;
    }

    /// Sorts of the columns, as far as they are known.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        self.columns.iter().map(|column| column.kind).collect()
    }

    /// Takes columns for codes in which the first part met a code among numbers; whether there are any.
    pub(super) fn take_codes(&mut self, first: &Self) -> bool {
        let mut taken = false;
        for (column, found) in self.columns.iter_mut().zip(&first.columns) {
            if found.has_late_code && column.code.is_none() {
                column.kind = Kind::Code;
                column.code.clone_from(&found.code);
                taken = true;
            }
        }
        taken
    }

    /// Adds the rows of the next part, and its failure, which it loses.
    pub(super) fn append(&mut self, plan: &Plan, max_levels: usize, later: &mut Self) {
        let first = plan.n_numbers();
        let width = plan.n_features();
        let mut beyond: Option<(u64, usize)> = None;
        for (at, (column, part)) in self.columns.iter_mut().zip(&later.columns).enumerate() {
            if column.kind == Kind::Tokens && part.kind.is_number() {
                column.become_number();
                self.cells
                    .feature_mut(at - first, width)
                    .for_each(|cell| *cell = f64::NAN);
                self.undecided = true;
            }
            let places = column.absorb(part);
            if let Some(line) = column.levels.line_beyond(max_levels) {
                beyond = Some(beyond.unwrap_or((line, at)).min((line, at)));
            }
            // From the order of appearance in the part to that in all of them.
            let moved = places.iter().enumerate().any(|(from, to)| from != *to);
            if (column.kind.is_category() || column.kind == Kind::Tokens) && moved {
                for cell in later.cells.feature_mut(at - first, width) {
                    if !cell.is_nan() {
                        *cell = places[place_of(*cell)] as f64;
                    }
                }
            }
        }
        self.cells.append(&mut later.cells);
        self.read += later.read;
        self.undecided |= later.undecided;
        self.failure = match beyond {
            // It was met before the part's own failure, which ended the part.
            Some((line, at)) => {
                let used = &plan.columns[at];
                let disguised = disguise::check(used, &self.columns[at]);
                Some(disguised.unwrap_or_else(|| Error::TooManyLevels {
                    column: used.name.clone(),
                    limit: max_levels,
                    line,
                }))
            }
            None => later.failure.take(),
        };
    }

    /// Makes the cells of a column, which are places of texts that turned out to stand for missing values, missing.
    pub(super) fn blank(&mut self, plan: &Plan, place: usize) {
        let feature = place - plan.n_numbers();
        let cells = self.cells.feature_mut(feature, plan.n_features());
        cells.for_each(|cell| *cell = f64::NAN);
        self.undecided = true;
    }

    /// Ends the reading: what is still undecided is missing, and rows are dropped for it, if they are to be.
    pub(super) fn finish(&mut self, plan: &Plan, policy: MissingPolicy) {
        for place in 0..self.columns.len() {
            if self.columns[place].kind == Kind::Tokens {
                self.columns[place].become_number();
                self.blank(plan, place);
            }
        }
        if self.undecided && policy == MissingPolicy::DropRows {
            self.cells.retain_complete();
        }
    }

    /// Facts about the columns as far as they were read: features without a name, values that are missing although no
    /// option says so, numbers that are not spelled as such, codes.
    pub(super) fn notes(&self, plan: &Plan) -> Vec<ReadNote> {
        let features = &plan.columns[plan.n_numbers()..];
        let unnamed = features.iter().filter(|used| used.name.is_empty());
        let unnamed = unnamed.map(|used| ReadNote::Unnamed {
            place: used.index + 1,
        });
        let columns = self.columns.iter().zip(&plan.columns);
        let numbers =
            columns.filter(|(column, _)| column.kind.is_number() || column.kind == Kind::Code);
        let known = numbers.flat_map(|(column, used)| {
            column
                .known
                .iter()
                .map(|(text, count)| ReadNote::KnownMissing {
                    column: used.name.clone(),
                    text: text.clone(),
                    count: *count,
                })
        });
        let columns = self.columns.iter().zip(&plan.columns);
        let values = columns.flat_map(|(column, used)| column.notes(used));
        unnamed.chain(known).chain(values).collect()
    }

    /// Refuses a file without rows, or a column without values.
    pub(super) fn check_some(&self, plan: &Plan) -> Result<()> {
        if self.read == 0 {
            return Err(Error::NoRows {
                what: "the CSV input",
            });
        }
        let known = |rule: &Rule| matches!(rule, Rule::Number | Rule::Levels(_) | Rule::Moments(_));
        let mut columns = self.columns.iter().zip(&plan.columns);
        match columns.find(|(column, used)| column.present == 0 && !known(&used.rule)) {
            Some((_, used)) => Err(Error::AllMissing {
                column: used.name.clone(),
                rows: self.read,
            }),
            None => Ok(()),
        }
    }

    /// Refuses categories that are numbers in disguise, dates, or names of the rows.
    pub(super) fn check_categories(&self, plan: &Plan) -> Result<()> {
        let mut columns = plan.columns.iter().zip(&self.columns);
        let refused = columns.find_map(|(used, column)| {
            disguise::check(used, column).or_else(|| disguise::check_unique(used, column))
        });
        refused.map_or(Ok(()), Err)
    }

    /// Refuses to keep no row.
    pub(super) fn check_kept(&self) -> Result<()> {
        if self.cells.lines.is_empty() {
            return Err(Error::NoRows {
                what: "the CSV input, once rows with a missing value are dropped,",
            });
        }
        Ok(())
    }

    /// Refuses missing values in these rows that the policy does not settle.
    pub(super) fn check_missing(
        &self,
        plan: &Plan,
        policy: MissingPolicy,
        cells: &Cells,
    ) -> Result<()> {
        let first = plan.n_numbers();
        let refused: Vec<usize> = (0..self.columns.len())
            .filter(|at| self.columns[*at].first_missing.is_some())
            .filter(|at| match policy {
                MissingPolicy::DropRows => false,
                MissingPolicy::Error => true,
                MissingPolicy::MeanImpute => {
                    let kind = self.columns[*at].kind;
                    let imputed = *at >= first && !kind.is_category() && kind != Kind::Date;
                    !imputed
                }
            })
            .collect();
        let place_at = |at: &usize| {
            let place = self.columns[*at].first_missing.as_ref();
            place.map(|place| (place.line, plan.columns[*at].index, place, *at))
        };
        let earliest = refused.iter().filter_map(place_at);
        let Some((line, _, place, at)) = earliest.min_by_key(|found| (found.0, found.1)) else {
            return Ok(());
        };
        let width = plan.n_features();
        let affected = |row: &usize| {
            refused.iter().any(|at| {
                let cell = match at.checked_sub(first) {
                    Some(feature) => cells.x[row * width + feature],
                    None if *at == 0 && plan.has_target => cells.y[*row],
                    None => cells.weights[*row],
                };
                cell.is_nan()
            })
        };
        match (0..cells.n_rows()).filter(affected).count() {
            // Further on than these rows.
            0 => Ok(()),
            rows => Err(Error::MissingValue {
                line,
                column: plan.columns[at].name.clone(),
                value: place.text.clone(),
                rows,
            }),
        }
    }
}
