//! [`Frame`]: named columns of numbers and categories.

use std::collections::HashMap;
use std::sync::Arc;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use super::dataset::{check_distinct, missing_column};
use crate::check::check_length;
use crate::error::{Error, Result};
use crate::notation::NumberFormat;
use crate::notation::name::canonical_name;

/// Named columns of equal length: numbers, of which some may be missing, and categories.
///
/// The door from a file, from arrays, or from values at hand to a design: a [`Formula`](crate::formula::Formula) says
/// which columns of the design are made of it. All cells are one matrix: a number as it is, a category as the place of
/// its level, NaN where the value is missing. A frame read from a file keeps the order of the file in memory, so
/// that a block of rows is read and a block of the design written in one sweep. Names are
/// [canonical](super::canonical_name).
///
/// # Examples
///
/// ```
/// use elltwo::data::Frame;
///
/// let frame = Frame::default()
///     .with_numbers("price", [310.0, 290.0, f64::NAN])?
///     .with_category("town", ["Bonn", "Ulm", "Bonn"])?;
/// assert_eq!(frame.n_rows(), 3);
/// assert_eq!(frame.levels("town"), Some(&["Bonn".to_owned(), "Ulm".to_owned()][..]));
/// assert_eq!(frame.column("town")?, ndarray::array![0.0, 1.0, 0.0]);
/// assert_eq!(frame.without_missing(["price"])?.n_rows(), 2);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    columns: Vec<FrameColumn>,
    cells: Array2<f64>,
    lines: Option<Vec<u64>>,
    labels: Option<Vec<String>>,
}

/// Name and kind of a column of a [`Frame`].
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FrameColumn {
    pub(super) name: String,
    /// The levels of a category, none of a number.
    pub(super) levels: Option<Arc<[String]>>,
    /// Notation of the numbers where they were read, if it is not plain.
    pub(super) format: Option<NumberFormat>,
}

impl Frame {
    /// Columns of numbers `(n, k)` with these names; NaN is a missing value.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for another number of names, [`Error::DuplicateColumn`].
    pub fn from_array<S: Into<String>>(
        names: impl IntoIterator<Item = S>,
        values: Array2<f64>,
    ) -> Result<Self> {
        let columns = names.into_iter().map(|name| FrameColumn {
            name: canonical_name(&name.into()),
            levels: None,
            format: None,
        });
        Self::new(columns.collect(), values, None, None)
    }

    /// The parts; names must be distinct, one for each column.
    pub(super) fn new(
        columns: Vec<FrameColumn>,
        cells: Array2<f64>,
        lines: Option<Vec<u64>>,
        labels: Option<Vec<String>>,
    ) -> Result<Self> {
        check_length("number of column names", cells.ncols(), columns.len())?;
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        check_distinct(&names)?;
        Ok(Self {
            columns,
            cells,
            lines,
            labels,
        })
    }

    /// Adds a column of numbers; NaN is a missing value.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] if it is not as long as the columns before it, [`Error::DuplicateColumn`].
    pub fn with_numbers(
        self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = f64>,
    ) -> Result<Self> {
        self.with(name.into(), values.into_iter().collect(), None)
    }

    /// Adds a category by the text of each row: its levels are the distinct texts in the order of their appearance.
    ///
    /// # Errors
    ///
    /// As [`with_numbers`](Self::with_numbers).
    pub fn with_category<S: AsRef<str>>(
        self,
        name: impl Into<String>,
        texts: impl IntoIterator<Item = S>,
    ) -> Result<Self> {
        let (mut levels, mut places) = (Vec::new(), HashMap::new());
        let cells = texts.into_iter().map(|text| {
            let text = text.as_ref();
            let place = places.get(text).copied().unwrap_or_else(|| {
                places.insert(text.to_owned(), levels.len());
                levels.push(text.to_owned());
                levels.len() - 1
            });
            place as f64
        });
        let cells = cells.collect();
        self.with(name.into(), cells, Some(levels.into()))
    }

    /// Adds a category by the place of each row's level among `levels`; `None` is a missing value.
    ///
    /// # Errors
    ///
    /// As [`with_numbers`](Self::with_numbers); [`Error::DuplicateColumn`] also for a level given twice;
    /// [`Error::InvalidParameter`] for a code that is the place of no level.
    pub fn with_codes<S: Into<String>>(
        self,
        name: impl Into<String>,
        codes: impl IntoIterator<Item = Option<usize>>,
        levels: impl IntoIterator<Item = S>,
    ) -> Result<Self> {
        let levels: Vec<String> = levels.into_iter().map(Into::into).collect();
        check_distinct(&levels)?;
        let cell = |code: Option<usize>| match code {
            None => Ok(f64::NAN),
            Some(code) if code < levels.len() => Ok(code as f64),
            Some(code) => Err(Error::parameter(
                "code",
                code as f64,
                "below the number of levels",
            )),
        };
        let cells = codes.into_iter().map(cell).collect::<Result<_>>()?;
        self.with(name.into(), cells, Some(levels.into()))
    }

    fn with(
        mut self,
        name: String,
        cells: Array1<f64>,
        levels: Option<Arc<[String]>>,
    ) -> Result<Self> {
        let name = canonical_name(&name);
        if self.columns.iter().any(|column| column.name == name) {
            return Err(Error::DuplicateColumn { name });
        }
        if self.columns.is_empty() {
            self.cells = Array2::zeros((cells.len(), 0));
        }
        check_length("length of the column", self.n_rows(), cells.len())?;
        self.cells
            .push_column(cells.view())
            .map_err(|_| Error::overflow("the size of the frame"))?;
        self.columns.push(FrameColumn {
            name,
            levels,
            format: None,
        });
        Ok(self)
    }

    /// The number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.cells.nrows()
    }

    /// The names of the columns.
    #[must_use]
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Cells of a column: numbers, or places of levels; NaN is missing.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] with the nearest name.
    pub fn column(&self, name: &str) -> Result<ArrayView1<'_, f64>> {
        Ok(self.cells.column(self.place(name)?))
    }

    /// The levels of a category; `None` of numbers, and of a column that is not there.
    #[must_use]
    pub fn levels(&self, name: &str) -> Option<&[String]> {
        self.columns[self.place(name).ok()?].levels.as_deref()
    }

    /// Notation that the numbers of a column were read in, if it is not plain.
    pub(crate) fn format(&self, name: &str) -> Option<&NumberFormat> {
        self.columns[self.place(name).ok()?].format.as_ref()
    }

    /// The place of a column.
    pub(crate) fn place(&self, name: &str) -> Result<usize> {
        let name = &canonical_name(name);
        let place = self.columns.iter().position(|column| column.name == *name);
        place.ok_or_else(|| missing_column(name, self.names()))
    }

    /// All cells, `(n, columns)`.
    pub(crate) fn cells(&self) -> ArrayView2<'_, f64> {
        self.cells.view()
    }

    /// The line of the file on which each row begins, if it came from one.
    #[must_use]
    pub fn lines(&self) -> Option<&[u64]> {
        self.lines.as_deref()
    }

    /// The text that identifies each row, if there is any.
    #[must_use]
    pub fn labels(&self) -> Option<&[String]> {
        self.labels.as_deref()
    }

    /// These rows, in this order; levels stay.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for an index of no row.
    pub fn select_rows(&self, rows: &[usize]) -> Result<Self> {
        if let Some(row) = rows.iter().find(|row| **row >= self.n_rows()) {
            let rule = "below the number of rows";
            return Err(Error::parameter("row", *row as f64, rule));
        }
        let pick = |row: &usize| self.lines.as_ref().map(|lines| lines[*row]);
        let label = |row: &usize| self.labels.as_ref().map(|labels| labels[*row].clone());
        Ok(Self {
            columns: self.columns.clone(),
            cells: self.cells.select(Axis(0), rows),
            lines: (self.lines.is_some()).then(|| rows.iter().filter_map(pick).collect()),
            labels: (self.labels.is_some()).then(|| rows.iter().filter_map(label).collect()),
        })
    }

    /// The rows in which no value of these columns is missing.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`].
    pub fn without_missing<S: AsRef<str>>(
        &self,
        names: impl IntoIterator<Item = S>,
    ) -> Result<Self> {
        let places = names
            .into_iter()
            .map(|name| self.place(name.as_ref()))
            .collect::<Result<Vec<_>>>()?;
        let complete = |row: &usize| {
            places
                .iter()
                .all(|place| !self.cells[[*row, *place]].is_nan())
        };
        let rows: Vec<usize> = (0..self.n_rows()).filter(complete).collect();
        self.select_rows(&rows)
    }

    /// The mean of the numbers of a column that are there, unweighted; `None` of a category, and without any.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`].
    pub fn mean(&self, name: &str) -> Result<Option<f64>> {
        let column = self.column(name)?;
        if self.levels(name).is_some() {
            return Ok(None);
        }
        let there = || column.iter().filter(|value| !value.is_nan());
        Ok(mean_of(there))
    }
}

/// Mean of values, if there are any.
pub(super) fn mean_of<'a, I: Iterator<Item = &'a f64>>(values: impl Fn() -> I) -> Option<f64> {
    let count = values().count();
    let n = count as f64;
    // Divided before it is summed, so that it cannot overflow; the second pass removes the rounding of the first.
    let first: f64 = values().map(|value| value / n).sum();
    (count > 0).then(|| first + values().map(|value| (value - first) / n).sum::<f64>())
}
