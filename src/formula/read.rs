//! Files to the columns that a formula or a design needs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::Formula;
use super::design::Design;
use super::learnt::Learnt;
use super::slots::{Slot, Source};
use crate::data::{CsvReader, Frame, Frames, ReadAs};
use crate::error::{Error, Result};

/// Name of an input without a path in errors.
const INPUT: &str = "CSV input";

/// Reads the columns of several formulas in frames of at most `rows` rows each, so that all are of the same rows.
///
/// # Errors
///
/// As [`Formula::frames`].
pub fn read_frames<R: Read>(
    formulas: &[Formula],
    reader: &CsvReader,
    input: R,
    rows: usize,
) -> Result<Frames<R>> {
    reader.frames_of(input, Path::new(INPUT), rows, BTreeMap::new(), |free| {
        let mut columns: Vec<(String, ReadAs)> = Vec::new();
        for formula in formulas {
            for column in formula.columns(free)? {
                if !columns.contains(&column) {
                    columns.push(column);
                }
            }
        }
        Ok(columns)
    })
}

impl Formula {
    /// Reads the columns of the formula, and the weights of the reader. Missing values are settled among these
    /// columns alone, by the reader's policy; means are put in their place by
    /// [`Learner::impute_means`](super::Learner::impute_means).
    ///
    /// # Errors
    ///
    /// As [`CsvReader::read_frame`].
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::CsvReader;
    /// use elltwo::formula::Formula;
    ///
    /// let formula: Formula = "price ~ log(size)".parse()?;
    /// let frame = formula.read(&CsvReader::columns(), "town,size,price\nUlm,80,310\n,60,290\n".as_bytes())?;
    /// assert_eq!(frame.names().collect::<Vec<_>>(), ["price", "size"]);
    /// assert_eq!(frame.n_rows(), 2);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn read(&self, reader: &CsvReader, input: impl Read) -> Result<Frame> {
        self.frames(reader, input, usize::MAX)?.whole()
    }

    /// Reads the columns of the formula from a file, as [`read`](Self::read).
    ///
    /// # Errors
    ///
    /// [`Error::Io`] with the path, and everything [`read`](Self::read) returns.
    pub fn read_path(&self, reader: &CsvReader, path: impl AsRef<Path>) -> Result<Frame> {
        self.frames_path(reader, path, usize::MAX)?.whole()
    }

    /// Reads the columns of the formula in frames of at most `rows` rows each.
    ///
    /// # Errors
    ///
    /// Of the header here, of the rows as an item: as [`read`](Self::read).
    pub fn frames<R: Read>(&self, reader: &CsvReader, input: R, rows: usize) -> Result<Frames<R>> {
        let plain = BTreeMap::new();
        reader.frames_of(input, Path::new(INPUT), rows, plain, |free| {
            self.columns(free)
        })
    }

    /// Reads the columns of the formula from a file in frames of at most `rows` rows each.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] with the path, and everything [`frames`](Self::frames) returns.
    pub fn frames_path(
        &self,
        reader: &CsvReader,
        path: impl AsRef<Path>,
        rows: usize,
    ) -> Result<Frames<File>> {
        let path = path.as_ref();
        let plain = BTreeMap::new();
        reader.frames_of(open(path)?, path, rows, plain, |free| self.columns(free))
    }

    /// The columns to read, of those without another role.
    fn columns(&self, free: &[String]) -> Result<Vec<(String, ReadAs)>> {
        let formula = self.with_columns(free.iter().map(String::as_str), None)?;
        let terms = formula.terms()?;
        let read = terms.columns_read(true);
        let columns = terms.needs.columns.iter().zip(read);
        let columns = columns.filter(|(_, read)| *read);
        Ok(columns
            .map(|(column, _)| (column.name.clone(), ReadAs::Detected))
            .collect())
    }
}

impl Design {
    /// Reads the columns of the design: numbers as numbers, in the notation that those of the training data had unless
    /// the reader says otherwise, and categories as categories, whatever they look like.
    /// Targets are read if all their columns are there; [`has_targets`](Self::has_targets) tells; weights too.
    ///
    /// # Errors
    ///
    /// As [`CsvReader::read_frame`].
    pub fn read(&self, reader: &CsvReader, input: impl Read) -> Result<Frame> {
        self.frames(reader, input, usize::MAX)?.whole()
    }

    /// Reads the columns of the design in frames of at most `rows` rows each.
    ///
    /// # Errors
    ///
    /// Of the header here, of the rows as an item: as [`read`](Self::read).
    pub fn frames<R: Read>(&self, reader: &CsvReader, input: R, rows: usize) -> Result<Frames<R>> {
        let formats = self.formats.clone();
        reader.frames_of(input, Path::new(INPUT), rows, formats, |free| {
            Ok(self.columns(free))
        })
    }

    fn columns(&self, free: &[String]) -> Vec<(String, ReadAs)> {
        let slots = &self.parsed.needs;
        let targets = self
            .parsed
            .targets
            .iter()
            .flat_map(|target| target.columns(&slots.slots));
        let there = |column: usize| free.contains(&slots.columns[column].name);
        let with_targets = !self.predicts && targets.into_iter().all(there);
        let read = self.parsed.columns_read(with_targets);
        let kind = |place: usize| {
            let known = slots.slots.iter().zip(&self.learnt);
            let is_text = known.into_iter().any(|(slot, learnt)| match slot {
                Slot::Column(column) | Slot::Levels(Source::Column(column), None) => {
                    *column == place && matches!(learnt, Learnt::Levels(_))
                }
                _ => false,
            });
            let is_given = slots.slots.iter().any(|slot| {
                matches!(slot, Slot::Levels(Source::Column(column), Some(_)) if *column == place)
            });
            match (is_text, is_given) {
                (true, _) => ReadAs::Category,
                (false, true) => ReadAs::Detected,
                (false, false) => ReadAs::Numbers,
            }
        };
        let columns = slots
            .columns
            .iter()
            .enumerate()
            .filter(|(place, _)| read[*place]);
        let weights = self
            .weights()
            .filter(|name| free.iter().any(|other| other == name));
        columns
            .map(|(place, column)| (column.name.clone(), kind(place)))
            .chain(weights.map(|name| (name.to_owned(), ReadAs::Weights)))
            .collect()
    }

    /// True if a frame has all columns of the targets.
    #[must_use]
    pub fn has_targets(&self, frame: &Frame) -> bool {
        let slots = &self.parsed.needs;
        let targets = self.parsed.targets.iter();
        let mut columns = targets.flat_map(|target| target.columns(&slots.slots));
        !self.predicts && columns.all(|column| frame.place(&slots.columns[column].name).is_ok())
    }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|source| Error::Io {
        path: path.to_owned(),
        source,
    })
}
