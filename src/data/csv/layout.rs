//! From the cells of columns to the design matrix: means, indicators, names.

use ndarray::{Array1, Array2};

use super::column::{Kind, place_of};
use super::plan::{Plan, Rule};
use super::rows::{Cells, Rows};
use super::schema::{Schema, SchemaColumn};
use super::table::Imputation;
use crate::data::{Coding, Dataset};
use crate::error::Result;

/// Where the columns of features go in the design.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) schema: Schema,
    names: Vec<String>,
    /// For each column of features that is a category, the place among its levels of each of its texts.
    places: Vec<Option<Vec<Option<usize>>>>,
}

impl Layout {
    /// What the plan settles before any row is read; a column of numbers that no schema knows stays one.
    pub(super) fn settled(plan: &Plan) -> Result<Self> {
        let features = &plan.columns[plan.n_numbers()..];
        let columns = features.iter().map(|column| match &column.rule {
            Rule::Levels(coding, _) => SchemaColumn::Category(coding.clone()),
            Rule::Number { mean, .. } => SchemaColumn::Number {
                name: column.name.clone(),
                mean: *mean,
            },
            _ => SchemaColumn::number(column.name.as_str()),
        });
        let places = features.iter().map(|column| match &column.rule {
            Rule::Levels(coding, _) => Some((0..coding.levels().len()).map(Some).collect()),
            _ => None,
        });
        Self::new(plan, columns.collect(), places.collect())
    }

    /// What all rows of the file say; `means` of columns of numbers are kept for the schema.
    pub(super) fn found(plan: &Plan, rows: &Rows, means: &[Option<f64>]) -> Result<Self> {
        let first = plan.n_numbers();
        let width = plan.n_features();
        let mut columns = Vec::with_capacity(width);
        let mut places = Vec::with_capacity(width);
        for (feature, (column, used)) in rows
            .columns
            .iter()
            .zip(&plan.columns)
            .skip(first)
            .enumerate()
        {
            if column.kind != Kind::Category {
                columns.push(SchemaColumn::Number {
                    name: used.name.clone(),
                    mean: means[feature],
                });
                places.push(None);
                continue;
            }
            let texts = column.levels.texts();
            let mut occurs = vec![false; texts.len()];
            for cell in rows.cells.x[feature..].iter().step_by(width) {
                occurs[place_of(*cell)] = true;
            }
            let occurring = texts.iter().zip(&occurs).filter(|(_, occurs)| **occurs);
            let coding = Coding::new(used.name.as_str(), occurring.map(|(text, _)| text));
            let place = |text| coding.levels().iter().position(|level| level == text);
            places.push(Some(texts.iter().map(place).collect()));
            columns.push(SchemaColumn::Category(coding));
        }
        Self::new(plan, columns, places)
    }

    fn new(
        plan: &Plan,
        columns: Vec<SchemaColumn>,
        places: Vec<Option<Vec<Option<usize>>>>,
    ) -> Result<Self> {
        let mut schema = Schema::new(plan.target.as_str(), columns)?;
        if let Some(weights) = &plan.weights {
            schema = schema.with_weights(weights.as_str())?;
        }
        Ok(Self {
            names: schema.feature_names(),
            schema,
            places,
        })
    }

    /// The codings of the categories, in the order of the design.
    pub(super) fn codings(&self) -> Vec<Coding> {
        let columns = self.schema.columns().iter();
        columns
            .filter_map(|column| match column {
                SchemaColumn::Category(coding) => Some(coding.clone()),
                SchemaColumn::Number { .. } => None,
            })
            .collect()
    }

    /// The rows as a data set. All weights of a part may be 0.
    pub(super) fn dataset(&self, plan: &Plan, cells: Cells, is_part: bool) -> Result<Dataset> {
        let n = cells.n_rows();
        let y = if plan.has_target {
            Array1::from(cells.y)
        } else {
            Array1::from_elem(n, f64::NAN)
        };
        let mut data = Dataset::new(self.design(n, cells.x), y)?
            .with_feature_names(self.names.iter().map(String::as_str))?
            .with_target_name(plan.target.as_str())
            .with_lines(cells.lines)?;
        if plan.weights.is_some() {
            let weights = Array1::from(cells.weights);
            data = if is_part {
                data.with_weights_of_part(weights)?
            } else {
                data.with_weights(weights)?
            };
        }
        if plan.labels.any {
            data = data.with_labels(cells.labels)?;
        }
        Ok(data)
    }

    /// The design of `n` rows. Without a category the cells are the design.
    fn design(&self, n: usize, mut cells: Vec<f64>) -> Array2<f64> {
        if self.places.iter().all(Option::is_none) {
            cells.shrink_to_fit();
            return Array2::from_shape_vec((n, self.names.len()), cells).unwrap_or_default();
        }
        let mut x = Array2::zeros((n, self.names.len()));
        let rows = cells.chunks_exact(self.places.len());
        for (mut to, from) in x.rows_mut().into_iter().zip(rows) {
            let mut start = 0;
            for ((cell, places), column) in from.iter().zip(&self.places).zip(self.schema.columns())
            {
                if let (Some(places), SchemaColumn::Category(coding)) = (places, column) {
                    if let Some(place @ 1..) = places[place_of(*cell)] {
                        to[start + place - 1] = 1.0;
                    }
                    start += coding.levels().len().saturating_sub(1);
                } else {
                    to[start] = *cell;
                    start += 1;
                }
            }
        }
        x
    }

    /// Puts the means of the schema in the place of missing numbers.
    pub(super) fn impute(&self, cells: &mut Cells) -> Vec<Imputation> {
        let width = self.places.len();
        let mut imputations = Vec::new();
        for (feature, column) in self.schema.columns().iter().enumerate() {
            let SchemaColumn::Number {
                name,
                mean: Some(mean),
            } = column
            else {
                continue;
            };
            let mut count = 0;
            for cell in cells.x[feature..].iter_mut().step_by(width) {
                if cell.is_nan() {
                    *cell = *mean;
                    count += 1;
                }
            }
            if count > 0 {
                imputations.push(Imputation {
                    column: name.clone(),
                    mean: *mean,
                    count,
                });
            }
        }
        imputations
    }
}

/// The mean of the values of a column that are there: every `width`-th cell.
pub(super) fn mean(cells: &[f64], width: usize) -> f64 {
    let values = || cells.iter().step_by(width).filter(|cell| !cell.is_nan());
    let n = values().count() as f64;
    // Divided before it is summed, so that it cannot overflow; the second pass removes the rounding of the first.
    let first: f64 = values().map(|value| value / n).sum();
    first + values().map(|value| (value - first) / n).sum::<f64>()
}
