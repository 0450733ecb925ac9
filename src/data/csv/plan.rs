//! Which column of the file is what, and what its values must be.

use super::levels::Levels;
use super::options::CsvReader;
use super::policy::MissingPolicy;
use super::roles::{
    CATEGORICAL, EXCLUDED, FEATURE, LABELS, NUMBER, OUTSIDE, Roles, TARGET, WEIGHTS, both,
};
use super::schema::{Schema, SchemaColumn};
use crate::data::Coding;
use crate::error::{Error, Result};

pub(super) const LEVELS: &str = "the levels of a category";
const MEAN: &str = "the mean that stands for a missing value";

/// What the values of a column must be.
#[derive(Debug)]
pub(super) enum Rule {
    Target,
    Weights,
    /// Numbers, or texts of which none is a number: the first value decides.
    Detected,
    /// Texts, also those that look like numbers.
    Coded,
    /// Numbers.
    Number {
        /// What stands for a missing one.
        mean: Option<f64>,
        /// Whether a schema says so, and not only the lack of one.
        known: bool,
    },
    /// Texts of a schema, at their place among the levels.
    Levels(Coding, Levels),
}

/// A used column.
#[derive(Debug)]
pub(super) struct Used {
    /// Its place in the file.
    pub(super) index: usize,
    pub(super) name: String,
    pub(super) rule: Rule,
}

/// The columns that identify the rows.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// Whether rows have labels.
    pub(super) any: bool,
    /// For each field of a record whether it is part of the label: always, or only if it is no number.
    pub(super) parts: Vec<Option<Part>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    /// The only one: any text will do.
    Whole,
    /// One of several.
    Any,
    /// One of several, if it is no number.
    Text,
}

impl Labels {
    fn new(reader: &CsvReader, roles: &Roles<'_>, width: usize) -> Self {
        let part = |column: usize| match roles.of(column) {
            Some(LABELS) => Some(Part::Whole),
            Some(EXCLUDED) if reader.labels_from_unused => Some(Part::Any),
            None if reader.labels_from_unused => Some(Part::Text),
            _ => None,
        };
        let parts: Vec<Option<Part>> = (0..width).map(part).collect();
        Self {
            any: parts.iter().any(Option::is_some),
            parts,
        }
    }
}

/// The columns that are used.
#[derive(Debug)]
pub(super) struct Plan {
    /// Target and weights, as far as they are there, then the features in the order of the design.
    pub(super) columns: Vec<Used>,
    pub(super) target: String,
    pub(super) has_target: bool,
    pub(super) weights: Option<String>,
    pub(super) labels: Labels,
    /// For each field of a record, its place in `columns`.
    pub(super) places: Vec<Option<usize>>,
    /// Whether kinds, levels and means are settled before the first row.
    pub(super) settled: bool,
}

impl Plan {
    /// For a whole file: the file says what a column is, unless the reader does.
    pub(super) fn of_file(reader: &CsvReader, header: &[String]) -> Result<Self> {
        let mut roles = Roles::new(header);
        let target = roles.take(&reader.target, TARGET)?;
        let weights = roles.take_all(reader.weights.as_ref(), WEIGHTS)?.pop();
        roles.take_all(reader.labels.as_ref(), LABELS)?;
        roles.take_all(reader.features.iter().flatten(), FEATURE)?;
        roles.take_all(&reader.exclude, EXCLUDED)?;
        if reader.features.is_none() {
            roles.give_rest(FEATURE);
        }
        let mut coded = vec![false; header.len()];
        for name in &reader.categorical {
            let column = roles.find(name)?;
            match roles.of(column) {
                Some(FEATURE) => coded[column] = true,
                other => return Err(both(name, other.unwrap_or(EXCLUDED), CATEGORICAL)),
            }
        }
        let labels = Labels::new(reader, &roles, header.len());
        let features: Vec<(usize, Rule)> = (0..header.len())
            .filter(|column| roles.of(*column) == Some(FEATURE))
            .map(|column| {
                if coded[column] {
                    (column, Rule::Coded)
                } else {
                    (column, Rule::Detected)
                }
            })
            .collect();
        if features.is_empty() {
            return Err(Error::Empty {
                what: "the set of features",
            });
        }
        let numbers = std::iter::once((target, Rule::Target))
            .chain(weights.map(|column| (column, Rule::Weights)));
        Ok(Self {
            target: reader.target.clone(),
            has_target: true,
            weights: reader.weights.clone(),
            labels,
            ..Self::lay_out(header, numbers.chain(features))
        })
    }

    /// For chunks without a schema: every feature is a number, because levels and means are known only at the end of the file.
    pub(super) fn of_chunks(reader: &CsvReader, header: &[String]) -> Result<Self> {
        let mut plan = Self::of_file(reader, header)?;
        let needs = |column: &Used, what| Error::SchemaRequired {
            column: column.name.clone(),
            what,
        };
        for column in &mut plan.columns {
            match column.rule {
                Rule::Coded => return Err(needs(column, LEVELS)),
                Rule::Detected if reader.missing == MissingPolicy::MeanImpute => {
                    return Err(needs(column, MEAN));
                }
                Rule::Detected => {
                    column.rule = Rule::Number {
                        mean: None,
                        known: false,
                    };
                }
                _ => {}
            }
        }
        plan.settled = true;
        Ok(plan)
    }

    /// The schema's columns, by name; target and weights only if the file has them.
    pub(super) fn of_schema(
        reader: &CsvReader,
        schema: &Schema,
        header: &[String],
    ) -> Result<Self> {
        let mut roles = Roles::new(header);
        let there = |name: &str| {
            header.iter().any(|candidate| candidate == name)
                && !reader.exclude.iter().any(|other| other == name)
        };
        let target = Some(&reader.target).filter(|name| there(name));
        let target = roles.take_all(target, TARGET)?.pop();
        let schema_weights = schema.weights().map(str::to_owned);
        let weights = match &reader.weights {
            Some(name) => Some(name),
            None => schema_weights.as_ref().filter(|name| there(name)),
        };
        let weights_column = roles.take_all(weights, WEIGHTS)?.pop();
        roles.take_all(reader.labels.as_ref(), LABELS)?;
        let mut features = Vec::with_capacity(schema.columns().len());
        for column in schema.columns() {
            let (name, categorical) = (column.name(), &reader.categorical);
            let index = roles.take(name, FEATURE)?;
            let rule = match column {
                SchemaColumn::Number { .. } if categorical.iter().any(|other| other == name) => {
                    return Err(both(name, NUMBER, CATEGORICAL));
                }
                SchemaColumn::Number { mean: None, .. }
                    if reader.missing == MissingPolicy::MeanImpute =>
                {
                    return Err(Error::SchemaRequired {
                        column: name.to_owned(),
                        what: MEAN,
                    });
                }
                SchemaColumn::Number { mean, .. } => Rule::Number {
                    mean: *mean,
                    known: true,
                },
                SchemaColumn::Category(coding) => {
                    Rule::Levels(coding.clone(), Levels::known(coding.levels()))
                }
            };
            features.push((index, rule));
        }
        // What else the reader was told must agree with the schema.
        let excluded = reader.exclude.iter().filter(|name| header.contains(name));
        roles.take_all(excluded, EXCLUDED)?;
        let known = |name: &String| schema.columns().iter().any(|column| column.name() == name);
        for (names, role) in [
            (reader.features.as_deref().unwrap_or_default(), FEATURE),
            (&reader.categorical, CATEGORICAL),
        ] {
            if let Some(name) = names.iter().find(|name| !known(name)) {
                return Err(both(name, OUTSIDE, role));
            }
        }
        if let Some(chosen) = &reader.features
            && let Some(column) = (schema.columns().iter())
                .find(|column| !chosen.iter().any(|name| name == column.name()))
        {
            return Err(both(column.name(), FEATURE, EXCLUDED));
        }
        let labels = Labels::new(reader, &roles, header.len());
        let numbers = (target.map(|column| (column, Rule::Target)).into_iter())
            .chain(weights_column.map(|column| (column, Rule::Weights)));
        Ok(Self {
            target: reader.target.clone(),
            has_target: target.is_some(),
            weights: weights.cloned(),
            labels,
            settled: true,
            ..Self::lay_out(header, numbers.chain(features))
        })
    }

    /// Every column, as a feature; these as texts.
    pub(super) fn of_description(header: &[String], texts: &[String]) -> Self {
        Self::lay_out(
            header,
            header.iter().enumerate().map(|(column, name)| {
                let text = texts.contains(name);
                (column, if text { Rule::Coded } else { Rule::Detected })
            }),
        )
    }

    fn lay_out(header: &[String], columns: impl Iterator<Item = (usize, Rule)>) -> Self {
        let columns: Vec<Used> = columns
            .map(|(index, rule)| Used {
                index,
                name: header[index].clone(),
                rule,
            })
            .collect();
        let mut places = vec![None; header.len()];
        for (place, column) in columns.iter().enumerate() {
            places[column.index] = Some(place);
        }
        Self {
            columns,
            places,
            target: String::new(),
            has_target: false,
            weights: None,
            labels: Labels::default(),
            settled: false,
        }
    }

    /// How many of the columns come before the features.
    pub(super) fn n_numbers(&self) -> usize {
        usize::from(self.has_target) + usize::from(self.weights.is_some())
    }

    /// The number of columns that are features.
    pub(super) fn n_features(&self) -> usize {
        self.columns.len() - self.n_numbers()
    }
}
