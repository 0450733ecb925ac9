//! From the cells of columns to the design matrix: means, indicators, names.

use std::collections::HashMap;

use ndarray::{Array1, Array2};

use super::date::DateCoding;
use super::levels::place_of;
use super::options::FirstCategory;
use super::plan::Plan;
use super::rows::{Cells, Rows};
use super::schema::{Schema, SchemaColumn};
use super::table::Imputation;
use super::used::{Rule, check_weights};
use crate::data::frame::mean_of;
use crate::data::{Coding, Dataset};
use crate::error::Result;

impl Schema {
    /// Design that all rows of a file show: its levels are sorted, and cells hold their places. If asked for, with
    /// means, and with an indicator for every level of the first `category` if asked for.
    pub(super) fn found(
        plan: &Plan,
        rows: &mut Rows,
        with_means: bool,
        mut category: FirstCategory,
    ) -> Result<Self> {
        let first = plan.n_numbers();
        let width = plan.n_features();
        let features = rows.columns[first..].iter().zip(&plan.columns[first..]);
        let mut columns = Vec::with_capacity(width);
        for (feature, (column, used)) in features.enumerate() {
            let name = used.name.clone();
            let cells = &mut rows.cells.x[feature..];
            if let Rule::Dates(parts) = &used.rule {
                let moments = cells.iter().step_by(width).copied();
                columns.push(SchemaColumn::Date(if parts.is_empty() {
                    DateCoding::since(&name, moments, column.is_timed)
                } else {
                    DateCoding::parts(&name, parts, moments)
                }));
                continue;
            }
            if !column.kind.is_category() {
                let mean = with_means && column.kind.is_number();
                let there = || cells.iter().step_by(width).filter(|cell| !cell.is_nan());
                let mean = mean.then(|| mean_of(there)).flatten();
                columns.push(SchemaColumn::Number { name, mean });
                continue;
            }
            let texts = column.levels.texts();
            let mut occurs = vec![false; texts.len()];
            for cell in cells.iter().step_by(width) {
                occurs[place_of(*cell)] = true;
            }
            let occurring = texts.iter().zip(&occurs).filter(|(_, occurs)| **occurs);
            let coding = Coding::new(name, occurring.map(|(text, _)| text));
            let places: HashMap<&String, usize> = coding.levels().iter().zip(0..).collect();
            for cell in cells.iter_mut().step_by(width) {
                let place = places.get(&texts[place_of(*cell)]);
                *cell = place.map_or(f64::NAN, |place| *place as f64);
            }
            columns.push(SchemaColumn::Category(
                if std::mem::take(&mut category) == FirstCategory::EveryLevel {
                    coding.with_every_level()
                } else {
                    coding
                },
            ));
        }
        let numbers = plan.columns.iter().zip(&rows.columns);
        let formats =
            numbers.filter_map(|(used, column)| Some((used.name.clone(), column.format(used)?)));
        let schema = plan.schema.clone().with_columns(columns)?;
        Ok(schema.with_formats(formats.collect()))
    }

    /// The codings of the categories, parts of dates among them, in the order of the design.
    #[must_use]
    pub fn codings(&self) -> Vec<Coding> {
        let codings = self.columns().iter().flat_map(|column| match column {
            SchemaColumn::Category(coding) => vec![coding.clone()],
            SchemaColumn::Date(coding) => coding.codings().cloned().collect(),
            SchemaColumn::Number { .. } => Vec::new(),
        });
        codings.collect()
    }

    /// The rows as a data set. All weights of a part may be 0.
    pub(super) fn dataset(&self, plan: &Plan, cells: Cells, is_part: bool) -> Result<Dataset> {
        let n = cells.n_rows();
        let y = if plan.has_target {
            Array1::from(cells.y)
        } else {
            Array1::from_elem(n, f64::NAN)
        };
        if let Some(column) = self.weights() {
            check_weights(column, cells.weights.iter(), &cells.lines)?;
        }
        let names = self.feature_names();
        let mut data = Dataset::new(self.design(n, names.len(), cells.x), y)?
            .with_feature_names(names)?
            .with_target_name(self.target())
            .with_lines(cells.lines)?;
        if self.weights().is_some() {
            let weights = Array1::from(cells.weights);
            data = if is_part {
                data.with_weights_of_part(weights)?
            } else {
                data.with_weights(weights)?
            };
        }
        if plan.has_labels() {
            data = data.with_labels(cells.labels)?;
        }
        Ok(data)
    }

    /// The design of `n` rows. Without a category the cells are the design.
    fn design(&self, n: usize, p: usize, mut cells: Vec<f64>) -> Array2<f64> {
        let is_number = |column: &SchemaColumn| matches!(column, SchemaColumn::Number { .. });
        if self.columns().iter().all(is_number) {
            cells.shrink_to_fit();
            return Array2::from_shape_vec((n, p), cells).unwrap_or_default();
        }
        let mut x = Array2::zeros((n, p));
        let rows = cells.chunks_exact(self.columns().len());
        for (mut to, from) in x.rows_mut().into_iter().zip(rows) {
            let mut start = 0;
            for (cell, column) in from.iter().zip(self.columns()) {
                match column {
                    SchemaColumn::Number { .. } => {
                        to[start] = *cell;
                        start += 1;
                    }
                    SchemaColumn::Date(coding) => {
                        let to = to.as_slice_mut().unwrap_or_default();
                        start += coding.encode(*cell, &mut to[start..]);
                    }
                    SchemaColumn::Category(coding) => {
                        if let Some(indicator) = coding.indicator(place_of(*cell)) {
                            to[start + indicator] = 1.0;
                        }
                        start += coding.n_features();
                    }
                }
            }
        }
        x
    }

    /// Puts the means in the place of missing numbers.
    pub(super) fn impute(&self, cells: &mut Cells) -> Vec<Imputation> {
        let width = self.columns().len();
        let mut imputations = Vec::new();
        for (feature, column) in self.columns().iter().enumerate() {
            let SchemaColumn::Number {
                name,
                mean: Some(mean),
            } = column
            else {
                continue;
            };
            let mut rows = Vec::new();
            let cells = cells.x[feature..].iter_mut().step_by(width);
            for (row, cell) in cells.enumerate() {
                if cell.is_nan() {
                    *cell = *mean;
                    rows.push(row);
                }
            }
            if !rows.is_empty() {
                imputations.push(Imputation {
                    column: name.clone(),
                    mean: *mean,
                    rows,
                });
            }
        }
        imputations
    }
}
