//! Reading: whole files to a [`Table`], or in [`Chunks`].

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::chunks::Chunks;
use super::note;
use super::options::{CsvReader, MissingPolicy};
use super::plan::Plan;
use super::schema::Schema;
use super::stream::Stream;
use super::table::Table;
use crate::error::{Error, Result};

/// Name of an input without a path in errors.
pub(super) const INPUT: &str = "CSV input";

impl CsvReader {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] with the path, and everything [`read`](Self::read) returns.
    pub fn read_path(&self, path: impl AsRef<Path>) -> Result<Table> {
        let path = path.as_ref();
        self.read_named(open(path)?, path)
    }

    /// Reads CSV text from anywhere; reading is buffered.
    ///
    /// # Errors
    ///
    /// - the input: [`Error::Io`], [`Error::NotCsv`], [`Error::WrongEncoding`], [`Error::Empty`] for no text at all,
    ///   [`Error::NoRows`] for a header only or no row without a missing value, [`Error::RaggedRow`],
    ///   [`Error::UnclosedQuote`], [`Error::StrayQuote`], [`Error::ZeroByte`]; [`Error::Malformed`] for a compression
    ///   or an encoding whose feature is off, [`Error::UnknownName`] for an encoding;
    /// - the columns: [`Error::DuplicateColumn`], [`Error::MissingColumn`], [`Error::ColumnRole`],
    ///   [`Error::AllMissing`], [`Error::TooManyLevels`], [`Error::NearlyUnique`], and [`Error::Empty`] if no feature
    ///   is left;
    /// - the fields: [`Error::ParseNumber`], [`Error::TextTarget`], [`Error::MissingValue`],
    ///   [`Error::DisguisedNumber`], [`Error::MixedUnits`], [`Error::LeadingZero`], [`Error::UndeclaredDate`], and
    ///   where a format or dates are declared [`Error::NumberFormat`], [`Error::ParseDate`]; [`Error::UnseenLevel`] and
    ///   [`Error::SchemaRequired`] (a mean it lacks) with a schema;
    /// - the weights: [`Error::NegativeWeightAt`], [`Error::ZeroWeights`];
    /// - [`Error::InvalidParameter`] for a delimiter or comment that is a quote, a line end or not ASCII, for lines to
    ///   skip after a header that is not there, and for marks of a number format that are none.
    pub fn read(&self, input: impl Read) -> Result<Table> {
        self.read_named(input, Path::new(INPUT))
    }

    /// Reads a file in data sets of at most `rows` rows each, in memory for that many and a few megabytes.
    ///
    /// # Errors
    ///
    /// As [`chunks`](Self::chunks), and [`Error::Io`] with the path.
    pub fn chunks_path(&self, path: impl AsRef<Path>, rows: usize) -> Result<Chunks<File>> {
        let path = path.as_ref();
        self.chunks_named(open(path)?, path, rows)
    }

    /// Reads CSV text from anywhere in data sets of at most `rows` rows each, in memory for that many and a few
    /// megabytes.
    ///
    /// All have the same columns, so nothing may depend on rows that were not read yet: without a
    /// [schema](Self::with_schema) every feature is a number, and missing ones cannot be imputed.
    ///
    /// # Errors
    ///
    /// Here, of the header: as [`read`](Self::read), and [`Error::SchemaRequired`] for a category or a mean that no
    /// schema gives, [`Error::InvalidParameter`] for `rows = 0`.
    ///
    /// As an item, of the rows: as [`read`](Self::read), and [`Error::SchemaRequired`] for a column of text. The rows
    /// of [`Error::MissingValue`] are those of the chunk. A chunk may have weights that are all 0; only if all of the
    /// file are is [`Error::ZeroWeights`] the last item.
    pub fn chunks<R: Read>(&self, input: R, rows: usize) -> Result<Chunks<R>> {
        self.chunks_named(input, Path::new(INPUT), rows)
    }

    fn chunks_named<R: Read>(&self, input: R, path: &Path, rows: usize) -> Result<Chunks<R>> {
        let stream = Stream::open(self, input, path, |reader, header| match &reader.schema {
            Some(schema) => Plan::of_schema(reader, schema, header),
            None => Plan::of_chunks(reader, header),
        })?;
        Chunks::new(stream, rows)
    }

    fn read_named(&self, input: impl Read, path: &Path) -> Result<Table> {
        let mut stream = Stream::open(self, input, path, |reader, header| match &reader.schema {
            Some(schema) => Plan::of_schema(reader, schema, header),
            None => Plan::of_file(reader, header),
        })?;
        while !stream.ended {
            stream.advance();
        }
        if let Some(error) = stream.rows.failure.take() {
            return Err(error);
        }
        stream.rows.finish(&stream.plan, self.missing);
        let mut notes = stream.notes();
        let Stream { plan, mut rows, .. } = stream;
        rows.check_some(&plan)?;
        rows.check_kept()?;
        rows.check_categories(&plan)?;
        rows.check_missing(&plan, self.missing, &rows.cells)?;
        let impute = self.missing == MissingPolicy::MeanImpute;
        let schema = if plan.settled {
            plan.schema.clone()
        } else {
            Schema::found(&plan, &mut rows, impute, self.first_category)?
        };
        let imputations = if impute {
            schema.impute(&mut rows.cells)
        } else {
            Vec::new()
        };
        let codings = schema.codings();
        // The schema was spoken of when it was made.
        if !plan.settled {
            notes.extend(schema.columns().iter().flat_map(note::of_column));
        }
        Ok(Table {
            dataset: schema.dataset(&plan, rows.cells, false)?,
            codings,
            imputations,
            n_rows: rows.read,
            has_target: plan.has_target,
            schema,
            notes,
        })
    }
}

pub(super) fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|source| Error::Io {
        path: path.to_owned(),
        source,
    })
}
