//! [`Schema`]: meaning of the columns of a design, so that other files are read into the same columns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::date::DateCoding;
use crate::data::Coding;
use crate::data::dataset::check_distinct;
use crate::error::{Error, Result};
use crate::notation::NumberFormat;
use crate::notation::name::canonical_name;
use crate::version::{Format, Version};

/// The columns of a file that make up a design matrix: their names, kinds, levels and means, in the order of the
/// design.
///
/// A fit knows its features by position; the schema of its training data ([`Table::schema`](super::Table::schema)) is
/// what reads new data into the same positions ([`CsvReader::with_schema`](super::CsvReader::with_schema)). Keep it
/// beside the model. It also tells a reader in chunks what it cannot know before the end of the file: the levels of
/// categories, and means.
///
/// Names are [canonical](crate::data::canonical_name). Serialized with a `format_version`; another version, or parts
/// that do not fit, are refused when it is read.
///
/// JSON is exact to the bit with the feature `float_roundtrip` of `serde_json`.
///
/// # Examples
///
/// ```
/// use elltwo::data::{CsvReader, Schema};
///
/// let training = CsvReader::new("price").read("size,town,price\n80,Ulm,310\n65,Bonn,290\n".as_bytes())?;
/// let json = serde_json::to_string(training.schema()).map_err(|_| elltwo::Error::Empty { what: "json" })?;
///
/// // Another day: other order, another column, no target.
/// let schema: Schema = serde_json::from_str(&json).map_err(|_| elltwo::Error::Empty { what: "json" })?;
/// let new = CsvReader::with_schema(schema).read("id,town,size\n7,Ulm,70\n".as_bytes())?;
/// assert_eq!(new.dataset().feature_names(), ["size", "town=Ulm"]);
/// assert_eq!(new.dataset().x(), ndarray::array![[70.0, 1.0]]);
/// assert!(!new.has_target());
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Schema {
    target: String,
    weights: Option<String>,
    columns: Vec<SchemaColumn>,
    formats: BTreeMap<String, NumberFormat>,
}

/// A column of the file that is a feature, or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemaColumn {
    /// Numbers: one feature.
    Number {
        /// The column's name.
        name: String,
        /// Value that [`MissingPolicy::MeanImpute`](super::MissingPolicy::MeanImpute) puts in the place of a missing
        /// one.
        mean: Option<f64>,
    },
    /// Texts: an indicator for each level but the base.
    Category(Coding),
    /// Dates: a time since the first, or parts.
    Date(DateCoding),
}

impl SchemaColumn {
    /// A column of numbers, without a mean.
    #[must_use]
    pub fn number(name: impl Into<String>) -> Self {
        let name = name.into();
        Self::Number { name, mean: None }
    }

    /// A category with these levels; they are sorted, and the first is the base.
    #[must_use]
    pub fn category<S: Into<String>>(
        name: impl Into<String>,
        levels: impl IntoIterator<Item = S>,
    ) -> Self {
        Self::Category(Coding::new(name, levels))
    }

    /// The name of the file's column.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Number { name, .. } => name,
            Self::Category(coding) => coding.column(),
            Self::Date(coding) => coding.column(),
        }
    }

    /// The column by its canonical name.
    fn canonical(self) -> Self {
        let name = canonical_name(self.name());
        match self {
            Self::Number { mean, .. } => Self::Number { name, mean },
            Self::Category(coding) => Self::Category(coding.with_column(name)),
            Self::Date(coding) => Self::Date(coding.with_column(name)),
        }
    }

    /// The names of its features.
    #[must_use]
    pub fn feature_names(&self) -> Vec<String> {
        match self {
            Self::Number { name, .. } => vec![name.clone()],
            Self::Category(coding) => coding.feature_names(),
            Self::Date(coding) => coding.feature_names(),
        }
    }
}

impl Schema {
    /// The schema of a design with these columns, in this order, and this target; without weights.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateColumn`] for a name given twice, of a column or of a feature; [`Error::Empty`] if there is
    /// no feature; [`Error::NonFinite`] for a mean that is not finite.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::{Schema, SchemaColumn};
    ///
    /// let columns = [SchemaColumn::number("hp"), SchemaColumn::category("origin", ["usa", "japan"])];
    /// let schema = Schema::new("mpg", columns)?;
    /// assert_eq!(schema.feature_names(), ["hp", "origin=usa"]);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn new(
        target: impl Into<String>,
        columns: impl IntoIterator<Item = SchemaColumn>,
    ) -> Result<Self> {
        Self {
            target: target.into(),
            weights: None,
            columns: columns.into_iter().collect(),
            formats: BTreeMap::new(),
        }
        .checked()
    }

    /// Adds a column of sample weights.
    ///
    /// # Errors
    ///
    /// [`Error::DuplicateColumn`] if a column has this name.
    pub fn with_weights(mut self, name: impl Into<String>) -> Result<Self> {
        self.weights = Some(name.into());
        self.checked()
    }

    /// The name of the target's column.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The name of the weights' column, if there is one.
    #[must_use]
    pub fn weights(&self) -> Option<&str> {
        self.weights.as_deref()
    }

    /// Notation of the numbers of columns, target and weights among them, that is not plain.
    #[must_use]
    pub fn formats(&self) -> &BTreeMap<String, NumberFormat> {
        &self.formats
    }

    pub(super) fn with_formats(self, formats: BTreeMap<String, NumberFormat>) -> Self {
        Self { formats, ..self }
    }

    /// The columns that are features, in the order of the design.
    #[must_use]
    pub fn columns(&self) -> &[SchemaColumn] {
        &self.columns
    }

    /// The names of the features, in the order of the design.
    #[must_use]
    pub fn feature_names(&self) -> Vec<String> {
        self.columns
            .iter()
            .flat_map(SchemaColumn::feature_names)
            .collect()
    }

    pub(super) fn unchecked(
        target: &str,
        weights: Option<String>,
        columns: Vec<SchemaColumn>,
    ) -> Self {
        Self {
            target: target.to_owned(),
            weights,
            columns,
            formats: BTreeMap::new(),
        }
    }

    /// These columns in the place of others.
    pub(super) fn with_columns(self, columns: Vec<SchemaColumn>) -> Result<Self> {
        Self { columns, ..self }.checked()
    }

    fn checked(self) -> Result<Self> {
        let formats = self.formats.into_iter();
        let schema = Self {
            target: canonical_name(&self.target),
            weights: self.weights.as_deref().map(canonical_name),
            columns: (self.columns.into_iter())
                .map(SchemaColumn::canonical)
                .collect(),
            formats: formats
                .map(|(name, format)| (canonical_name(&name), format))
                .collect(),
        };
        schema.check().map(|()| schema)
    }

    fn check(&self) -> Result<()> {
        let names = self.columns.iter().map(SchemaColumn::name);
        let names: Vec<&str> = std::iter::once(self.target.as_str())
            .chain(self.weights.as_deref())
            .chain(names)
            .collect();
        check_distinct(&names)?;
        let features = self.feature_names();
        if features.is_empty() {
            return Err(Error::Empty {
                what: "the set of features (a category with a single level yields none)",
            });
        }
        check_distinct(&features)?;
        for (row, column) in self.columns.iter().enumerate() {
            match column {
                SchemaColumn::Number {
                    mean: Some(value), ..
                } if !value.is_finite() => {
                    return Err(Error::NonFinite {
                        what: "the means of the schema",
                        row,
                        column: 0,
                        value: *value,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The serialized form.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    format_version: Version<Self>,
    target: String,
    weights: Option<String>,
    columns: Vec<SchemaColumn>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    formats: BTreeMap<String, NumberFormat>,
}

impl Format for Stored {
    const WHAT: &'static str = "stored schema";
    const VERSION: u32 = 1;
}

impl From<Schema> for Stored {
    fn from(schema: Schema) -> Self {
        Self {
            format_version: Version::CURRENT,
            target: schema.target,
            weights: schema.weights,
            columns: schema.columns,
            formats: schema.formats,
        }
    }
}

impl TryFrom<Stored> for Schema {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        let sorted = stored.columns.iter().all(|column| match column {
            SchemaColumn::Number { .. } => true,
            SchemaColumn::Date(coding) => coding.is_sound(),
            SchemaColumn::Category(coding) => {
                coding.levels() == Coding::new(coding.column(), coding.levels()).levels()
            }
        });
        if !sorted {
            return Err(Stored::malformed(
                "levels must be sorted and distinct, and dates of ISO 8601",
            ));
        }
        Self {
            target: stored.target,
            weights: stored.weights,
            columns: stored.columns,
            formats: stored.formats,
        }
        .checked()
    }
}
