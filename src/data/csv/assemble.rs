//! Rows to columns, columns to a design matrix.

use std::io::Read;

use ndarray::{Array1, Array2};

use super::column::{Column, index_of};
use super::options::{CsvReader, MissingPolicy};
use super::records::{Records, Row};
use super::roles::Roles;
use super::table::{Imputation, Table};
use crate::data::{Coding, Dataset};
use crate::error::{Error, Result};

/// Reads all rows and builds the data set.
pub(super) fn assemble<R: Read>(
    reader: &CsvReader,
    roles: &Roles,
    records: Records<R>,
) -> Result<Table> {
    let mut rows = Rows::new(roles, records.header());
    rows.read(reader, roles, records)?;
    rows.check(reader.missing)?;
    rows.finish(roles)
}

/// The used columns: target, weights if any, then the features.
struct Rows {
    columns: Vec<Column>,
    labels: Vec<String>,
    lines: Vec<u64>,
    /// For each column, how many values were there in all rows of the file.
    present: Vec<usize>,
    /// How many rows the file has.
    read: usize,
}

impl Rows {
    fn new(roles: &Roles, header: &[String]) -> Self {
        let numbers = std::iter::once(roles.target).chain(roles.weights);
        let columns: Vec<Column> = numbers
            .map(|index| Column::number(index, &header[index]))
            .chain(
                roles
                    .features
                    .iter()
                    .map(|&(index, coded)| Column::feature(index, &header[index], coded)),
            )
            .collect();
        Self {
            present: vec![0; columns.len()],
            columns,
            labels: Vec::new(),
            lines: Vec::new(),
            read: 0,
        }
    }

    /// Reads every row; those with a missing value are kept, with NaN, unless the policy drops them.
    fn read<R: Read>(
        &mut self,
        reader: &CsvReader,
        roles: &Roles,
        mut records: Records<R>,
    ) -> Result<()> {
        let mut row = Row::default();
        let mut cells = vec![0.0; self.columns.len()];
        while records.next_row(&mut row)? {
            self.read += 1;
            let mut complete = true;
            for ((column, cell), present) in self
                .columns
                .iter_mut()
                .zip(&mut cells)
                .zip(&mut self.present)
            {
                let text = row.field(column.index);
                if reader.is_missing(text) {
                    column.miss(text, row.line);
                    *cell = f64::NAN;
                    complete = false;
                } else {
                    *cell = column.cell(text, row.line)?;
                    *present += 1;
                }
            }
            if complete || reader.missing != MissingPolicy::DropRows {
                for (column, cell) in self.columns.iter_mut().zip(&cells) {
                    column.cells.push(*cell);
                }
                self.lines.push(row.line);
                if let Some(label) = roles.labels {
                    self.labels.push(row.field(label).to_owned());
                }
            }
        }
        Ok(())
    }

    /// Refuses a file without rows, a column without values, and missing values the policy does not settle.
    fn check(&self, policy: MissingPolicy) -> Result<()> {
        if self.read == 0 {
            return Err(Error::NoRows {
                what: "the CSV input",
            });
        }
        if let Some((column, _)) = self
            .columns
            .iter()
            .zip(&self.present)
            .find(|(_, n)| **n == 0)
        {
            return Err(Error::AllMissing {
                column: column.name.clone(),
                rows: self.read,
            });
        }
        if self.lines.is_empty() {
            return Err(Error::NoRows {
                what: "the CSV input, once rows with a missing value are dropped,",
            });
        }
        let refused: Vec<&Column> = match policy {
            MissingPolicy::DropRows => return Ok(()),
            MissingPolicy::Error => self.columns.iter().collect(),
            MissingPolicy::MeanImpute => self.columns.iter().filter(|c| !c.imputable()).collect(),
        };
        let first = refused
            .iter()
            .filter_map(|column| column.first_missing.as_ref().map(|place| (place, column)))
            .min_by_key(|(place, column)| (place.line, column.index));
        match first {
            None => Ok(()),
            Some((place, column)) => Err(Error::MissingValue {
                line: place.line,
                column: column.name.clone(),
                value: place.text.clone(),
                rows: (0..self.lines.len())
                    .filter(|row| refused.iter().any(|column| column.cells[*row].is_nan()))
                    .count(),
            }),
        }
    }

    /// Imputes, codes, and lays the columns side by side.
    fn finish(mut self, roles: &Roles) -> Result<Table> {
        let imputations: Vec<Imputation> = self.columns.iter_mut().filter_map(impute).collect();
        let first_feature = 1 + usize::from(roles.weights.is_some());
        let features = self.columns.split_off(first_feature);
        let codings: Vec<Option<(Coding, Vec<&str>)>> =
            features.iter().map(Column::coding).collect();
        let names: Vec<String> = features
            .iter()
            .zip(&codings)
            .flat_map(|(column, coding)| match coding {
                Some((coding, _)) => coding.feature_names(),
                None => vec![column.name.clone()],
            })
            .collect();
        if names.is_empty() {
            return Err(Error::Empty {
                what: "the set of features (a category with a single level yields none)",
            });
        }
        let mut x = Array2::zeros((self.lines.len(), names.len()));
        let mut start = 0;
        for (column, coding) in features.iter().zip(&codings) {
            match coding {
                None => {
                    x.column_mut(start)
                        .iter_mut()
                        .zip(&column.cells)
                        .for_each(|(x, cell)| *x = *cell);
                    start += 1;
                }
                Some((coding, texts)) => {
                    // From the order of appearance to the order of the levels.
                    let places: Vec<Option<usize>> = texts
                        .iter()
                        .map(|text| coding.levels().iter().position(|level| level == text))
                        .collect();
                    for (row, cell) in column.cells.iter().enumerate() {
                        if let Some(place) = places[index_of(*cell)].filter(|place| *place > 0) {
                            x[[row, start + place - 1]] = 1.0;
                        }
                    }
                    start += coding.levels().len() - 1;
                }
            }
        }
        let codings = codings.into_iter().flatten().map(|(c, _)| c).collect();
        let mut numbers = self.columns.into_iter();
        let (y, target_name) = numbers
            .next()
            .map(|column| (Array1::from(column.cells), column.name))
            .unwrap_or_default();
        let mut dataset = Dataset::new(x, y)?
            .with_feature_names(names)?
            .with_target_name(target_name)
            .with_lines(self.lines)?;
        if let Some(column) = numbers.next() {
            dataset = dataset.with_weights(Array1::from(column.cells))?;
        }
        if roles.labels.is_some() {
            dataset = dataset.with_labels(self.labels)?;
        }
        Ok(Table {
            dataset,
            codings,
            imputations,
            n_rows: self.read,
        })
    }
}

/// Puts the mean of the values that are there in the place of those that are not.
fn impute(column: &mut Column) -> Option<Imputation> {
    let count = column.cells.iter().filter(|cell| cell.is_nan()).count();
    if count == 0 {
        return None;
    }
    let n = (column.cells.len() - count) as f64;
    let values = || column.cells.iter().filter(|cell| !cell.is_nan());
    // Divided before it is summed, so that it cannot overflow; the second pass removes the rounding of the first.
    let first: f64 = values().map(|value| value / n).sum();
    let mean = first + values().map(|value| (value - first) / n).sum::<f64>();
    for cell in column.cells.iter_mut().filter(|cell| cell.is_nan()) {
        *cell = mean;
    }
    Some(Imputation {
        column: column.name.clone(),
        mean,
        count,
    })
}
