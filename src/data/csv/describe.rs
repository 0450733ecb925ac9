//! What the columns of a file hold, before anything is decided about them.

use std::io::Read;
use std::path::Path;

use ndarray::{Array1, Axis};
use serde::{Deserialize, Serialize};

use super::column::{Kind, Place};
use super::options::CsvReader;
use super::plan::Plan;
use super::policy::MissingPolicy;
use super::read::INPUT;
use super::roles::Roles;
use super::rows::Rows;
use super::stream::Stream;
use crate::data::encode::is_numeric;
use crate::data::{Coding, StandardScaler};
use crate::error::{Error, Result};

/// The columns of a file: [`CsvReader::describe`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Description {
    /// Data rows.
    pub n_rows: usize,
    /// In the order of the file.
    pub columns: Vec<ColumnDescription>,
}

/// A column of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ColumnDescription {
    /// Its name.
    pub name: String,
    /// How many values are missing.
    pub missing: usize,
    /// What the others are.
    pub content: Content,
}

/// What the values of a column are.
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
        /// Pearson's correlation with the target, over the rows that have both; `None` without a target, or where one of them is constant.
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
    /// What the columns of CSV text hold: numbers or texts, their range, how many are missing, and the correlation with a target.
    ///
    /// Separator, header and missing tokens are those of the reader; columns it reads as [`categorical`](Self::categorical) are texts. Its
    /// own target, features, weights, policies and schema do not matter. All of the text is held in memory.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], [`Error::NotUtf8`], [`Error::Empty`], [`Error::NoRows`], [`Error::RaggedRow`], [`Error::DuplicateColumn`];
    /// [`Error::MissingColumn`] for a target that is not there, [`Error::TextTarget`] for one that is not numbers; [`Error::ParseNumber`]
    /// for a number that is not finite.
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
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes).map_err(|source| Error::Io {
            path: INPUT.into(),
            source,
        })?;
        let reader = Self {
            missing: MissingPolicy::Error,
            max_levels: usize::MAX,
            schema: None,
            ..self.clone()
        };
        // A column that mixes numbers with text is met as an error, and read again as text.
        let mut mixed: Vec<(String, Place)> = Vec::new();
        loop {
            let mut texts = reader.categorical.clone();
            texts.extend(mixed.iter().map(|(column, _)| column.clone()));
            let mut stream =
                Stream::open(&reader, bytes.as_slice(), Path::new(INPUT), |_, header| {
                    if let Some(target) = target {
                        Roles::new(header).find(target)?;
                    }
                    Ok(Plan::of_description(header, &texts))
                })?;
            while !stream.ended {
                stream.advance();
            }
            let Stream { plan, mut rows, .. } = stream;
            match rows.failure.take() {
                None => return describe(&plan, &rows, target, &mixed),
                Some(Error::ParseNumber {
                    line,
                    column,
                    value,
                }) if !texts.contains(&column) && !is_numeric(&value) => {
                    if target == Some(column.as_str()) {
                        return Err(Error::TextTarget {
                            line,
                            column,
                            value,
                        });
                    }
                    mixed.push((column, Place { line, text: value }));
                }
                Some(error) => return Err(error),
            }
        }
    }
}

fn describe(
    plan: &Plan,
    rows: &Rows,
    target: Option<&str>,
    mixed: &[(String, Place)],
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
        && rows.columns[feature].kind == Kind::Category
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
            Kind::Category => {
                let texts = column.levels.texts().iter().map(ToString::to_string);
                let place = mixed.iter().find(|(name, _)| *name == used.name);
                Content::Texts {
                    levels: Coding::new(used.name.as_str(), texts).levels().to_vec(),
                    mixed: place.map(|(_, place)| (place.text.clone(), place.line)),
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
