//! [`Description`]: contents of the columns of a file, before anything is decided about them.

use std::io::Read;
use std::path::Path;

use ndarray::{Array1, Axis};
use serde::{Deserialize, Serialize};

use super::column::{Kind, Place};
use super::note::{self, ReadNote};
use super::options::{CsvReader, MissingPolicy};
use super::plan::{Plan, all_named, find};
use super::read::INPUT;
use super::rows::Rows;
use super::stream::Stream;
use crate::data::{Coding, StandardScaler};
use crate::error::{Error, Result};
use crate::notation::is_numeric;
use crate::notation::name::canonical_name;

/// The columns of a file: [`CsvReader::describe`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Description {
    /// Data rows.
    pub n_rows: usize,
    /// In the order of the file.
    pub columns: Vec<ColumnDescription>,
    /// Facts about the file that whoever uses its numbers should know.
    pub notes: Vec<ReadNote>,
}

/// A column of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ColumnDescription {
    /// Its name.
    pub name: String,
    /// Number of missing values.
    pub missing: usize,
    /// Contents of the others.
    pub content: Content,
}

/// Values of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Content {
    /// Every value is missing.
    Empty,
    /// Every value is a number.
    Numbers {
        /// The smallest.
        min: f64,
        /// The largest.
        max: f64,
        /// The mean.
        mean: f64,
        /// The population standard deviation; 0 for a constant.
        standard_deviation: f64,
        /// Pearson's correlation with the target, over the rows that have both; `None` without a target, or where one
        /// of them is constant.
        correlation: Option<f64>,
    },
    /// Texts, sorted as the levels of a [`Coding`].
    Texts {
        /// The distinct ones.
        levels: Vec<String>,
        /// The first text that is no number, and its line, if the column mixes numbers with other text.
        mixed: Option<(String, u64)>,
    },
}

impl CsvReader {
    /// Describes the columns of CSV text: numbers or texts, their range, how many are missing, and the correlation
    /// with a target.
    ///
    /// Separator, header and missing tokens are those of the reader; columns it reads as
    /// [`categorical`](Self::categorical) are texts. Its own target, features, weights, policies and schema do not
    /// matter. All of the text is held in memory.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::WrongEncoding`], [`Error::Empty`], [`Error::NoRows`], [`Error::RaggedRow`],
    /// [`Error::MissingColumn`] for a target that is not there, [`Error::DuplicateColumn`] for one of which there are
    /// two, [`Error::TextTarget`] for one that is not numbers; [`Error::ParseNumber`] for a number that is not finite.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::{Content, CsvReader};
    ///
    /// let text = "mpg,hp,origin\n18,130,usa\n25,?,europe\n27,88,japan\n";
    /// let description = CsvReader::new("mpg").describe(text.as_bytes(), Some("mpg"))?;
    /// assert_eq!((description.n_rows, description.columns[1].missing), (3, 1));
    /// let Content::Numbers { min, max, correlation, .. } = description.columns[1].content else { panic!() };
    /// assert_eq!((min, max), (88.0, 130.0));
    /// assert!((correlation.expect("both vary") + 1.0).abs() < 1e-15);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn describe(&self, mut input: impl Read, target: Option<&str>) -> Result<Description> {
        let target = target.map(canonical_name);
        let target = target.as_deref();
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes).map_err(|source| Error::Io {
            path: INPUT.into(),
            source,
        })?;
        let reader = Self {
            target: target.unwrap_or_default().to_owned(),
            missing: MissingPolicy::Error,
            max_levels: usize::MAX,
            schema: None,
            ..self.clone()
        };
        let rows_of = |texts: &[usize]| {
            let plan = |reader: &Self, header: &[String]| {
                let target = target.map(|name| find(header, name)).transpose()?;
                let coded = reader.categorical.iter();
                let mut coded: Vec<usize> =
                    coded.flat_map(|name| all_named(header, name)).collect();
                coded.extend(texts);
                Plan::of_description(reader, header, &coded, target)
            };
            let mut stream = Stream::open(&reader, &bytes[..], Path::new(INPUT), plan)?;
            while !stream.ended {
                stream.advance();
            }
            match stream.rows.failure.take() {
                Some(Error::ParseNumber {
                    line,
                    column,
                    value,
                }) if target == Some(&column) && !is_numeric(&value) => Err(Error::TextTarget {
                    line,
                    column,
                    value,
                }),
                Some(error) => Err(error),
                None => {
                    stream.rows.finish(&stream.plan, reader.missing);
                    let notes = stream.notes();
                    Ok((stream.plan, stream.rows, notes))
                }
            }
        };
        let (plan, mut rows, notes) = rows_of(&[])?;
        let columns = rows.columns.iter().enumerate();
        let mixed = columns.filter(|(_, column)| column.kind == Kind::Mixed);
        let mixed: Vec<(usize, Option<Place>)> = mixed
            .map(|(at, column)| (at, column.first_text.clone()))
            .collect();
        // The texts of their numbers are gone: those columns are read again as texts.
        if !mixed.is_empty() {
            let texts: Vec<usize> = mixed.iter().map(|(at, _)| *at).collect();
            rows = rows_of(&texts)?.1;
        }
        describe(&plan, &rows, notes, target, &mixed)
    }
}

fn describe(
    plan: &Plan,
    rows: &Rows,
    notes: Vec<ReadNote>,
    target: Option<&str>,
    mixed: &[(usize, Option<Place>)],
) -> Result<Description> {
    if rows.read == 0 {
        return Err(Error::NoRows {
            what: "the CSV input",
        });
    }
    let width = plan.n_features();
    let cells = |feature: usize| rows.cells.x[feature..].iter().step_by(width).copied();
    let of_target = target.and_then(|name| plan.columns.iter().position(|used| used.name == name));
    if let Some(feature) = of_target
        && rows.columns[feature].kind.is_category()
    {
        return Err(Error::TextTarget {
            line: rows.cells.lines.first().copied().unwrap_or_default(),
            column: plan.columns[feature].name.clone(),
            value: (rows.columns[feature].levels.texts().first())
                .map_or_else(String::new, ToString::to_string),
        });
    }
    let columns = plan.columns.iter().zip(&rows.columns).enumerate();
    let columns = columns.map(|(feature, (used, column))| {
        let content = match column.kind {
            _ if column.present == 0 => Content::Empty,
            Kind::Category | Kind::Code => {
                let texts = column.levels.texts().iter().map(ToString::to_string);
                let place = mixed.iter().find(|(at, _)| *at == feature);
                Content::Texts {
                    levels: Coding::new(used.name.as_str(), texts).levels().to_vec(),
                    mixed: place
                        .and_then(|(_, place)| place.as_ref())
                        .map(|place| (place.text.clone(), place.line)),
                }
            }
            _ => {
                let present = cells(feature).filter(|value| !value.is_nan());
                let correlation = match of_target {
                    Some(target) => correlation(cells(feature), cells(target))?,
                    None => None,
                };
                numbers(present.collect(), correlation)?
            }
        };
        Ok(ColumnDescription {
            name: used.name.clone(),
            missing: rows.read - column.present,
            content,
        })
    });
    Ok(Description {
        n_rows: rows.read,
        columns: columns.collect::<Result<_>>()?,
        notes: notes
            .into_iter()
            .chain(note::of_descriptions(plan, rows))
            .collect(),
    })
}

fn numbers(values: Array1<f64>, correlation: Option<f64>) -> Result<Content> {
    let min = values.fold(f64::INFINITY, |a, v| a.min(*v));
    let max = values.fold(f64::NEG_INFINITY, |a, v| a.max(*v));
    let scaler = StandardScaler.fit(values.view().insert_axis(Axis(1)))?;
    Ok(Content::Numbers {
        min,
        max,
        mean: scaler.center()[0],
        standard_deviation: if min == max { 0.0 } else { scaler.scale()[0] },
        correlation,
    })
}

/// Over the rows that have both.
fn correlation(x: impl Iterator<Item = f64>, y: impl Iterator<Item = f64>) -> Result<Option<f64>> {
    let (x, y): (Vec<f64>, Vec<f64>) = x.zip(y).filter(|(x, y)| !x.is_nan() && !y.is_nan()).unzip();
    if x.len() < 2 {
        return Ok(None);
    }
    let varies = |values: &[f64]| values.iter().any(|value| *value != values[0]);
    if !varies(&x) || !varies(&y) {
        return Ok(None);
    }
    // Unit deviations: no square leaves the range.
    let unit = |values: Vec<f64>| -> Result<Array1<f64>> {
        let column = Array1::from(values).insert_axis(Axis(1));
        let scaled = StandardScaler
            .fit(column.view())?
            .transform(column.view())?;
        Ok(scaled.column(0).to_owned())
    };
    let (x, y) = (unit(x)?, unit(y)?);
    let r = x.dot(&y) / (x.dot(&x) * y.dot(&y)).sqrt();
    Ok(Some(r.clamp(-1.0, 1.0)))
}
