//! From the columns of a file to those of a design: by a schema, or by a formula.

use std::collections::BTreeMap;
use std::io::Read;

use elltwo::data::{
    CsvReader, Dataset, Frame, Frames, NumberFormat, ReadNote, Schema, SchemaColumn, Table,
    UnseenLevel,
};
use elltwo::formula::{Design, Formula, Learner, Term, quoted_name};
use elltwo::{Error, Result};
use ndarray::Array1;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::args::FitArgs;
use crate::failure::Failure;
use crate::input::read;
use crate::progress::Progress;

/// Rule by which the columns of a file become those of a design.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged, try_from = "Value")]
pub(crate) enum Columns {
    /// Columns as they are, and an indicator of each level of a category but the base.
    Schema(Schema),
    /// The terms of a formula.
    Formula(Box<Design>),
}

/// Only a formula's design has a formula: errors are those of the one or the other.
impl TryFrom<Value> for Columns {
    type Error = serde_json::Error;

    fn try_from(value: Value) -> serde_json::Result<Self> {
        if value.get("formula").is_some() {
            serde_json::from_value(value).map(Self::Formula)
        } else {
            serde_json::from_value(value).map(Self::Schema)
        }
    }
}

/// The rows of a file, as far as they are used.
pub(crate) struct Source {
    pub(crate) rows: Rows,
    pub(crate) n_rows: usize,
    pub(crate) n_dropped: usize,
    pub(crate) notes: Vec<ReadNote>,
}

/// Rows before or after they became those of a design.
pub(crate) enum Rows {
    Table(Box<Table>),
    Frame(Frame),
}

impl Source {
    /// The file of a fit, by its formula if there is one.
    pub(crate) fn of_file(
        args: &FitArgs,
        reader: &CsvReader,
        progress: Progress,
    ) -> std::result::Result<Self, Failure> {
        read(
            &args.asked(),
            &args.reading,
            progress,
            |input| match &args.formula {
                Some(formula) => Self::of_frames(formula.frames(reader, input, usize::MAX)?),
                None => reader.read(input).map(Self::of_table),
            },
        )
    }

    pub(crate) fn of_table(table: Table) -> Self {
        Self {
            n_rows: table.n_rows(),
            n_dropped: table.n_dropped(),
            notes: table.notes().to_vec(),
            rows: Rows::Table(Box::new(table)),
        }
    }

    /// All frames of a file, which are one.
    pub(crate) fn of_frames<R: Read>(mut frames: Frames<R>) -> Result<Self> {
        let frame = frames.next().unwrap_or(Err(Error::NoRows {
            what: "the CSV input",
        }))?;
        let n_dropped = frames.n_dropped();
        Ok(Self {
            n_rows: frame.n_rows() + n_dropped,
            n_dropped,
            notes: frames.notes(),
            rows: Rows::Frame(frame),
        })
    }
}

impl Columns {
    /// The text of the target.
    pub(crate) fn target(&self) -> &str {
        match self {
            Self::Schema(schema) => schema.target(),
            Self::Formula(design) => design.target_names().next().unwrap_or_default(),
        }
    }

    pub(crate) fn weights(&self) -> Option<&str> {
        match self {
            Self::Schema(schema) => schema.weights(),
            Self::Formula(design) => design.weights(),
        }
    }

    /// The names of the columns, before powers of them are taken.
    pub(crate) fn names(&self) -> Vec<String> {
        match self {
            Self::Schema(schema) => schema.feature_names(),
            Self::Formula(design) => design.column_names().to_vec(),
        }
    }

    /// The categories and their levels.
    pub(crate) fn categories(&self) -> Vec<(String, Vec<String>)> {
        match self {
            Self::Schema(schema) => (schema.columns().iter())
                .filter_map(|column| match column {
                    SchemaColumn::Category(coding) => {
                        Some((coding.column().to_owned(), coding.levels().to_vec()))
                    }
                    SchemaColumn::Number { .. } | SchemaColumn::Date(_) => None,
                })
                .collect(),
            Self::Formula(design) => (design.categories())
                .map(|(name, levels)| (name.to_owned(), levels.to_vec()))
                .collect(),
        }
    }

    /// The formula of a model of these columns, or of the powers of the only one.
    pub(crate) fn formula(
        &self,
        degree: Option<usize>,
        fit_intercept: bool,
        coded: &[&str],
    ) -> String {
        let schema = match self {
            Self::Formula(design) => return design.formula().to_string(),
            Self::Schema(schema) => schema,
        };
        let none = if fit_intercept {
            None
        } else {
            Some("0".to_owned())
        };
        let columns = schema.columns().iter().map(|column| {
            let name = quoted_name(column.name());
            match (degree, column) {
                (Some(degree), _) => format!("poly({name}, {degree}, raw = true)"),
                (None, SchemaColumn::Category(_)) if coded.contains(&column.name()) => {
                    format!("C({name})")
                }
                _ => name,
            }
        });
        let terms: Vec<String> = none.into_iter().chain(columns).collect();
        format!("{} ~ {}", quoted_name(schema.target()), terms.join(" + "))
    }

    /// True if there are means to put in the place of missing numbers.
    pub(crate) fn has_means(&self) -> bool {
        match self {
            Self::Schema(schema) => (schema.columns().iter())
                .any(|column| matches!(column, SchemaColumn::Number { mean: Some(_), .. })),
            Self::Formula(design) => !design.means().is_empty(),
        }
    }

    /// The notations of numbers, by column.
    pub(crate) fn formats(&self) -> BTreeMap<String, NumberFormat> {
        match self {
            Self::Schema(schema) => schema.formats().clone(),
            Self::Formula(design) => design.formats().clone(),
        }
    }

    /// The terms of the design of so many columns.
    pub(crate) fn terms(&self, degree: Option<usize>, n_columns: usize) -> Vec<Term> {
        let schema = match self {
            Self::Formula(design) => return design.terms().to_vec(),
            Self::Schema(schema) => schema,
        };
        let mut start = 0;
        let term = |(place, column): (usize, &SchemaColumn)| {
            let width = degree.map_or(column.feature_names().len(), |_| n_columns);
            let columns = start..start + width;
            start += width;
            Term::new(column.name(), columns, vec![place])
        };
        let terms = schema.columns().iter().enumerate().map(term);
        terms.filter(|term| !term.columns.is_empty()).collect()
    }

    /// Reads other rows into these columns. Target and weights are left out unless they are wanted.
    pub(crate) fn read(
        &self,
        input: impl Read,
        apply: impl FnOnce(CsvReader) -> CsvReader,
        with_target: bool,
        unseen: UnseenLevel,
    ) -> Result<New> {
        match self {
            Self::Schema(schema) => {
                let mut reader = apply(CsvReader::with_schema(schema.clone())).unseen_level(unseen);
                if !with_target {
                    let unread = std::iter::once(schema.target()).chain(schema.weights());
                    reader = reader.exclude(unread);
                }
                let table = reader.read(input)?;
                Ok(New {
                    n_rows: table.n_rows(),
                    n_dropped: table.n_dropped(),
                    imputed: imputed_in(&table),
                    notes: table.notes().to_vec(),
                    has_target: table.has_target(),
                    data: table.into_dataset(),
                    offset: None,
                })
            }
            Self::Formula(design) => {
                let mut design = design.as_ref().clone().unseen_level(unseen);
                if !with_target {
                    design = design.for_prediction();
                }
                let reader = apply(CsvReader::columns());
                let source = Source::of_frames(design.frames(&reader, input, usize::MAX)?)?;
                let Rows::Frame(frame) = &source.rows else {
                    return Err(Error::Empty { what: "the frame" });
                };
                Ok(New {
                    n_rows: source.n_rows,
                    n_dropped: source.n_dropped,
                    imputed: imputed(&design, frame)?,
                    notes: source.notes,
                    has_target: design.has_targets(frame),
                    data: design.dataset(frame)?,
                    offset: design
                        .has_offset()
                        .then(|| design.offset(frame))
                        .transpose()?,
                })
            }
        }
    }
}

/// Other rows, in the columns of a model.
pub(crate) struct New {
    pub(crate) data: Dataset,
    /// Offset that a prediction needs added.
    pub(crate) offset: Option<Array1<f64>>,
    pub(crate) n_rows: usize,
    pub(crate) n_dropped: usize,
    pub(crate) imputed: Vec<Imputed>,
    pub(crate) notes: Vec<ReadNote>,
    pub(crate) has_target: bool,
}

/// A column whose missing numbers are replaced by a mean.
pub(crate) struct Imputed {
    pub(crate) column: String,
    pub(crate) mean: f64,
    pub(crate) count: usize,
}

/// Those of a table.
pub(crate) fn imputed_in(table: &Table) -> Vec<Imputed> {
    let columns = table.imputations().iter();
    let imputed = columns.map(|imputation| Imputed {
        column: imputation.column.clone(),
        mean: imputation.mean,
        count: imputation.rows.len(),
    });
    imputed.collect()
}

/// Those of a frame by a design.
pub(crate) fn imputed(design: &Design, frame: &Frame) -> Result<Vec<Imputed>> {
    let mut found = Vec::new();
    for (column, mean) in design.means() {
        let count = frame
            .column(column)?
            .iter()
            .filter(|value| value.is_nan())
            .count();
        if count > 0 {
            found.push(Imputed {
                column: column.clone(),
                mean: *mean,
                count,
            });
        }
    }
    Ok(found)
}

/// The design of a formula, learnt from the rows to train on; from those to test it takes the levels alone.
pub(crate) fn learn(
    formula: &Formula,
    weights: Option<&str>,
    imputes: bool,
    train: &Frame,
    test: Option<&Frame>,
) -> Result<Design> {
    let mut learner = Learner::new(formula);
    if let Some(weights) = weights {
        learner = learner.weights(weights);
    }
    if imputes {
        learner = learner.impute_means(train)?;
    }
    learner.update(train)?;
    if let Some(test) = test {
        learner.update_levels(test)?;
    }
    learner.finish()
}
