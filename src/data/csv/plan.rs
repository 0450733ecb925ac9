//! Which column of the file is what, and what its values must be.

use std::collections::BTreeMap;
use std::iter::once;

use super::frames::ReadAs;
use super::options::{CsvReader, MissingPolicy};
use super::schema::{Schema, SchemaColumn};
use super::used::{Rule, Used};
use crate::data::dataset::{check_distinct, missing_column};
use crate::error::{Error, Result};
use crate::notation::{NumberFormat, Percent};

pub(super) const LEVELS: &str = "the levels of a category";
const DATES: &str = "the earliest date, or the levels of its parts,";
const MEAN: &str = "the mean that stands for a missing value";

const TARGET: &str = "target";
const WEIGHTS: &str = "weights";
const LABELS: &str = "labels";
const FEATURE: &str = "feature";
const EXCLUDED: &str = "excluded";
const CATEGORICAL: &str = "categorical";
const DATE: &str = "a date";
const FORMATTED: &str = "a number in a given format";
const NUMBER: &str = "a number of the schema";
const OUTSIDE: &str = "outside the schema";

/// The roles given so far to the columns of a header.
struct Roles<'a> {
    header: &'a [String],
    roles: Vec<Option<&'static str>>,
}

impl<'a> Roles<'a> {
    fn new(header: &'a [String]) -> Self {
        Self {
            header,
            roles: vec![None; header.len()],
        }
    }

    /// Gives a column a role, and refuses a second one.
    fn give(&mut self, name: &str, role: &'static str) -> Result<usize> {
        let column = find(self.header, name)?;
        match self.roles[column].replace(role) {
            Some(first) if first != role => Err(both(name, first, role)),
            _ => Ok(column),
        }
    }

    /// Leaves columns of these names unread, all that there are of each.
    fn exclude<'n>(&mut self, names: impl IntoIterator<Item = &'n String>) -> Result<()> {
        for name in names {
            match find(self.header, name) {
                Err(Error::DuplicateColumn { .. }) => {
                    for column in all_named(self.header, name) {
                        self.roles[column] = Some(EXCLUDED);
                    }
                }
                _ => drop(self.give(name, EXCLUDED)?),
            }
        }
        Ok(())
    }

    /// Gives columns a role; the last of them.
    fn give_all<'n>(
        &mut self,
        names: impl IntoIterator<Item = &'n String>,
        role: &'static str,
    ) -> Result<Option<usize>> {
        let mut given = names.into_iter().map(|name| self.give(name, role));
        given.try_fold(None, |_, column| column.map(Some))
    }

    /// True if a column without a role is a key.
    fn is_key(&self, column: usize, reader: &CsvReader) -> bool {
        self.roles[column].is_none() && contains(&reader.keys, &self.header[column])
    }

    /// For each column whether it is part of the label of a row; keys are before all else.
    fn labels(&self, reader: &CsvReader) -> Result<Vec<Option<Part>>> {
        if !reader.keys.is_empty() {
            let mut parts = vec![None; self.header.len()];
            for (place, name) in reader.keys.iter().enumerate() {
                parts[find(self.header, name)?] = Some(Part::Key(place));
            }
            return Ok(parts);
        }
        let roles = self.roles.iter();
        Ok(roles
            .map(|role| match role {
                Some(LABELS) => Some(Part::Whole),
                Some(EXCLUDED) if reader.labels_from_unused => Some(Part::Any),
                None if reader.labels_from_unused => Some(Part::Text),
                _ => None,
            })
            .collect())
    }
}

/// The place of a name in the header. That others share a name which nobody asks for does not matter.
pub(super) fn find(header: &[String], name: &str) -> Result<usize> {
    let mut places = all_named(header, name);
    match (places.next(), places.next()) {
        (Some(place), None) => Ok(place),
        (None, _) => Err(missing_column(name, header.iter().map(String::as_str))),
        (Some(_), Some(_)) => Err(Error::DuplicateColumn {
            name: name.to_owned(),
        }),
    }
}

/// The places of a name in the header.
pub(super) fn all_named(header: &[String], name: &str) -> impl Iterator<Item = usize> {
    let named = header.iter().enumerate();
    named.filter_map(move |(place, other)| (other == name).then_some(place))
}

/// A column with two roles.
fn both(name: &str, first: &'static str, second: &'static str) -> Error {
    Error::ColumnRole {
        name: name.to_owned(),
        first,
        second,
    }
}

fn contains(names: &[String], name: &str) -> bool {
    names.iter().any(|other| other == name)
}

/// Part that a field has in the label of its row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    /// The only one: any text will do.
    Whole,
    /// One of several.
    Any,
    /// One of several, if it is no number.
    Text,
    /// The text of the key of this place, which must be there.
    Key(usize),
}

/// The columns that are used.
#[derive(Debug)]
pub(super) struct Plan {
    /// The names of all columns.
    pub(super) header: Vec<String>,
    /// Target and weights, as far as they are there, then the features in the order of the design.
    pub(super) columns: Vec<Used>,
    pub(super) has_target: bool,
    /// For each field of a record, its part in the label.
    pub(super) labels: Vec<Option<Part>>,
    /// For each field of a record, its place in `columns`.
    pub(super) places: Vec<Option<usize>>,
    /// The design, as far as it is known before the first row.
    pub(super) schema: Schema,
    /// The schema is complete before the first row.
    pub(super) settled: bool,
}

impl Plan {
    /// For a whole file: the file says what a column is, unless the reader does.
    pub(super) fn of_file(reader: &CsvReader, header: &[String]) -> Result<Self> {
        let mut roles = Roles::new(header);
        let target = roles.give(&reader.target, TARGET)?;
        let weights = roles.give_all(&reader.weights, WEIGHTS)?;
        roles.give_all(&reader.labels, LABELS)?;
        roles.give_all(reader.features.iter().flatten(), FEATURE)?;
        roles.exclude(&reader.exclude)?;
        if reader.features.is_none() {
            let free = (0..header.len()).filter(|column| !roles.is_key(*column, reader));
            for column in free.collect::<Vec<_>>() {
                roles.roles[column].get_or_insert(FEATURE);
            }
            let read = header.iter().zip(&roles.roles);
            let read = read.filter(|(_, role)| **role == Some(FEATURE));
            check_distinct(&read.map(|(name, _)| name).collect::<Vec<_>>())?;
        }
        for name in &reader.categorical {
            let role = roles.roles[find(header, name)?].unwrap_or(EXCLUDED);
            if role != FEATURE {
                return Err(both(name, role, CATEGORICAL));
            }
        }
        for name in reader.dates.keys() {
            let role = roles.roles[find(header, name)?].unwrap_or(EXCLUDED);
            if role != FEATURE {
                return Err(both(name, role, DATE));
            }
            if contains(&reader.categorical, name) {
                return Err(both(name, CATEGORICAL, DATE));
            }
        }
        let features = (0..header.len()).filter(|column| roles.roles[*column] == Some(FEATURE));
        let coded = |column: usize| contains(&reader.categorical, &header[column]);
        let rule = |column| {
            if coded(column) {
                Rule::Coded
            } else if let Some(parts) = reader.dates.get(&header[column]) {
                Rule::Dates(parts.clone())
            } else {
                Rule::Detected
            }
        };
        let features: Vec<(usize, Rule)> = features.map(|column| (column, rule(column))).collect();
        if features.is_empty() {
            return Err(Error::Empty {
                what: "the set of features",
            });
        }
        let weights = weights.map(|column| (column, Rule::Weights));
        let columns = once((target, Rule::Target)).chain(weights).chain(features);
        let schema = Schema::unchecked(&reader.target, reader.weights.clone(), Vec::new());
        Self {
            has_target: true,
            labels: roles.labels(reader)?,
            ..Self::new(header, columns, schema)
        }
        .with_formats(reader, header)
    }

    /// For chunks without a schema: every feature is a number, because levels and means are known only at the end of
    /// the file.
    pub(super) fn of_chunks(reader: &CsvReader, header: &[String]) -> Result<Self> {
        let mut plan = Self::of_file(reader, header)?;
        let mut numbers = Vec::new();
        for column in &mut plan.columns {
            let what = match column.rule {
                Rule::Coded => LEVELS,
                Rule::Dates(_) => DATES,
                Rule::Detected if reader.missing == MissingPolicy::MeanImpute => MEAN,
                Rule::Detected => {
                    column.rule = Rule::Assumed;
                    numbers.push(SchemaColumn::number(column.name.as_str()));
                    continue;
                }
                _ => continue,
            };
            let column = column.name.clone();
            return Err(Error::SchemaRequired { column, what });
        }
        let formats = plan
            .columns
            .iter()
            .filter_map(|used| Some((used.name.clone(), used.format.clone()?)));
        let formats = formats.collect();
        plan.schema = plan.schema.with_columns(numbers)?.with_formats(formats);
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
        let there = |name: &str| contains(header, name) && !contains(&reader.exclude, name);
        let target = Some(&reader.target).filter(|name| there(name));
        let target = roles.give_all(target, TARGET)?;
        let of_schema = schema.weights().map(str::to_owned);
        let weights = reader
            .weights
            .clone()
            .or(of_schema.filter(|name| there(name)));
        let weights_column = roles.give_all(&weights, WEIGHTS)?;
        roles.give_all(&reader.labels, LABELS)?;
        let mut features = Vec::with_capacity(schema.columns().len());
        for column in schema.columns() {
            let name = column.name();
            let index = roles.give(name, FEATURE)?;
            let rule = match column {
                SchemaColumn::Number { .. } if contains(&reader.categorical, name) => {
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
                SchemaColumn::Number { .. } => Rule::Number,
                SchemaColumn::Date(_) if contains(&reader.categorical, name) => {
                    return Err(both(name, DATE, CATEGORICAL));
                }
                SchemaColumn::Date(coding) => Rule::Moments(coding.clone()),
                SchemaColumn::Category(coding) => {
                    Rule::Levels(coding.levels().iter().cloned().zip(0..).collect())
                }
            };
            features.push((index, rule));
        }
        // What else the reader was told must agree with the schema.
        let is_date = |name: &&String| {
            let known = schema
                .columns()
                .iter()
                .find(|column| column.name() == **name);
            matches!(known, Some(SchemaColumn::Date(_)))
        };
        if let Some(name) = reader.dates.keys().find(|name| !is_date(name)) {
            return Err(both(name, OUTSIDE, DATE));
        }
        roles.exclude((reader.exclude.iter()).filter(|name| contains(header, name)))?;
        let known: Vec<String> = schema
            .columns()
            .iter()
            .map(|c| c.name().to_owned())
            .collect();
        let chosen = reader.features.as_deref();
        let named = chosen
            .unwrap_or_default()
            .iter()
            .map(|name| (name, FEATURE));
        let coded = reader.categorical.iter().map(|name| (name, CATEGORICAL));
        if let Some((name, role)) = named.chain(coded).find(|(name, _)| !contains(&known, name)) {
            return Err(both(name, OUTSIDE, role));
        }
        let left_out = |name: &&String| chosen.is_some_and(|chosen| !contains(chosen, name));
        if let Some(name) = known.iter().find(left_out) {
            return Err(both(name, FEATURE, EXCLUDED));
        }
        let numbers = (target.map(|column| (column, Rule::Target)).into_iter())
            .chain(weights_column.map(|column| (column, Rule::Weights)));
        let read = Schema::unchecked(&reader.target, weights, Vec::new());
        let read = read
            .with_columns(schema.columns().to_vec())?
            .with_formats(schema.formats().clone());
        Self {
            has_target: target.is_some(),
            labels: roles.labels(reader)?,
            settled: true,
            ..Self::new(header, numbers.chain(features), read)
        }
        .with_formats(reader, header)
    }

    /// For frames: the columns that `choose` takes of those without a role, and the weights after them.
    pub(super) fn of_frame(
        reader: &CsvReader,
        header: &[String],
        formats: BTreeMap<String, NumberFormat>,
        choose: impl FnOnce(&[String]) -> Result<Vec<(String, ReadAs)>>,
    ) -> Result<Self> {
        let mut roles = Roles::new(header);
        let weights = roles.give_all(&reader.weights, WEIGHTS)?;
        roles.give_all(&reader.labels, LABELS)?;
        roles.exclude(&reader.exclude)?;
        let free = (0..header.len()).filter(|column| roles.roles[*column].is_none());
        let free = free.filter(|column| !roles.is_key(*column, reader));
        let free: Vec<String> = free.map(|column| header[column].clone()).collect();
        let mut columns = Vec::new();
        for (name, read_as) in choose(&free)? {
            let rule = match read_as {
                _ if contains(&reader.categorical, &name) => Rule::Coded,
                ReadAs::Detected => Rule::Detected,
                ReadAs::Numbers => Rule::Number,
                ReadAs::Category => Rule::Coded,
                ReadAs::Weights => Rule::Weights,
            };
            columns.push((roles.give(&name, FEATURE)?, rule));
        }
        columns.extend(weights.map(|column| (column, Rule::Weights)));
        let schema = Schema::unchecked("", None, Vec::new()).with_formats(formats);
        Self {
            labels: roles.labels(reader)?,
            ..Self::new(header, columns.into_iter(), schema)
        }
        .with_formats(reader, header)
    }

    /// Every column, as a feature: some as texts, the target as a number.
    pub(super) fn of_description(
        reader: &CsvReader,
        header: &[String],
        texts: &[usize],
        target: Option<usize>,
    ) -> Result<Self> {
        let rule = |column: usize| match column {
            text if texts.contains(&text) => Rule::Coded,
            column if target == Some(column) => Rule::Target,
            _ => Rule::Described,
        };
        let columns = (0..header.len()).map(|column| (column, rule(column)));
        Self::new(header, columns, Schema::unchecked("", None, Vec::new()))
            .with_formats(reader, header)
    }

    /// Gives the columns their notation of numbers: the reader's for the column, the reader's for all, or the schema's.
    fn with_formats(mut self, reader: &CsvReader, header: &[String]) -> Result<Self> {
        for name in reader.column_formats.keys() {
            find(header, name)?;
        }
        let mut formats = reader
            .number_format
            .iter()
            .chain(reader.column_formats.values());
        formats.try_for_each(NumberFormat::check)?;
        for used in &mut self.columns {
            let given = reader.column_formats.get(&used.name);
            let role = match used.rule {
                Rule::Coded | Rule::Levels(_) => CATEGORICAL,
                Rule::Dates(_) | Rule::Moments(_) => DATE,
                _ => {
                    let stored = self.schema.formats().get(&used.name);
                    let format = given.or(reader.number_format.as_ref()).or(stored);
                    used.declared = given.or(stored).is_some();
                    used.format = format.cloned();
                    if let (Some(format), Some(stored)) = (&mut used.format, stored)
                        && stored.percent == Percent::Required
                    {
                        format.percent = Percent::Required;
                    }
                    continue;
                }
            };
            if given.is_some() {
                return Err(both(&used.name, role, FORMATTED));
            }
        }
        Ok(self)
    }

    fn new(
        header: &[String],
        columns: impl Iterator<Item = (usize, Rule)>,
        schema: Schema,
    ) -> Self {
        let named = |(index, rule): (usize, Rule)| Used {
            index,
            name: header[index].clone(),
            rule,
            format: None,
            declared: false,
        };
        let columns: Vec<Used> = columns.map(named).collect();
        let mut places = vec![None; header.len()];
        for (place, column) in columns.iter().enumerate() {
            places[column.index] = Some(place);
        }
        Self {
            header: header.to_vec(),
            columns,
            has_target: false,
            labels: Vec::new(),
            places,
            schema,
            settled: false,
        }
    }

    /// Presence of labels of rows.
    pub(super) fn has_labels(&self) -> bool {
        self.labels.iter().any(Option::is_some)
    }

    /// Number of the columns that come before the features.
    pub(super) fn n_numbers(&self) -> usize {
        usize::from(self.has_target) + usize::from(self.schema.weights().is_some())
    }

    /// The number of columns that are features.
    pub(super) fn n_features(&self) -> usize {
        self.columns.len() - self.n_numbers()
    }
}
