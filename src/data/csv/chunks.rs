//! [`Chunks`]: a file of any size, some rows at a time.

use std::fmt;
use std::io::Read;

use super::note::ReadNote;
use super::options::MissingPolicy;
use super::rows::Cells;
use super::schema::Schema;
use super::stream::Stream;
use crate::data::Dataset;
use crate::error::{Error, Result};

/// The rows of a file in data sets of a given number of rows: [`CsvReader::chunks`](super::CsvReader::chunks).
///
/// Every data set has the same columns; the last may have fewer rows. Together they are what reading the whole file
/// gives. After an error, which comes once the full chunks before it were handed out, there are no more.
///
/// # Examples
///
/// Least squares in one pass over a file that need not fit in memory:
///
/// ```
/// use elltwo::data::CsvReader;
/// use elltwo::moments::Moments;
///
/// let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/diabetes.csv");
/// let mut moments = Moments::new(10, 1)?;
/// for chunk in CsvReader::new("progression").chunks_path(path, 100)? {
///     let chunk = chunk?;
///     moments.update(chunk.x(), chunk.y(), chunk.weights())?;
/// }
/// assert_eq!(moments.n_samples(), 442);
/// # Ok::<(), elltwo::Error>(())
/// ```
pub struct Chunks<R: Read> {
    pub(super) stream: Stream<R>,
    size: usize,
    /// The rows of the stream that were handed out.
    start: usize,
    /// All rows that were handed out.
    n_samples: usize,
    /// One of their weights is positive.
    weighty: bool,
    done: bool,
}

impl<R: Read> Chunks<R> {
    pub(super) fn new(stream: Stream<R>, size: usize) -> Result<Self> {
        if size == 0 {
            return Err(Error::InvalidParameter {
                name: "rows",
                value: 0.0,
                requirement: "at least 1",
            });
        }
        Ok(Self {
            stream,
            size,
            start: 0,
            n_samples: 0,
            weighty: false,
            done: false,
        })
    }

    /// Columns of every chunk.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.stream.plan.schema
    }

    /// Presence of the target's column in the file; if it has none, each target is NaN.
    #[must_use]
    pub fn has_target(&self) -> bool {
        self.stream.plan.has_target
    }

    /// The number of rows handed out so far.
    #[must_use]
    pub fn n_samples(&self) -> usize {
        self.n_samples
    }

    /// The number of rows left out so far because a used value was missing; reading may be ahead of the chunks.
    #[must_use]
    pub fn n_dropped(&self) -> usize {
        let rows = &self.stream.rows;
        rows.read - (rows.cells.n_rows() - self.start + self.n_samples)
    }

    /// Facts about the file, as far as it was read, that whoever uses the numbers should know.
    #[must_use]
    pub fn notes(&self) -> Vec<ReadNote> {
        self.stream.notes()
    }

    /// The next rows that were read.
    fn hand_out(&mut self, count: usize) -> Result<Cells> {
        let (plan, missing) = (&self.stream.plan, self.stream.reader.missing);
        let cells = (self.stream.rows.cells).take(self.start, self.start + count);
        self.stream.rows.check_missing(plan, missing, &cells)?;
        self.weighty |= cells.weights.iter().any(|weight| *weight > 0.0);
        // Cells that were taken whole leave none behind.
        let left = self.stream.rows.cells.n_rows() > 0;
        self.start = if left { self.start + count } else { 0 };
        self.n_samples += count;
        Ok(cells)
    }

    /// Rows as a data set.
    fn dataset(&self, mut cells: Cells) -> Result<Dataset> {
        let (plan, missing) = (&self.stream.plan, self.stream.reader.missing);
        if missing == MissingPolicy::MeanImpute {
            plan.schema.impute(&mut cells);
        }
        plan.schema.dataset(plan, cells, true)
    }

    /// Cells of the next chunk, if there is one.
    pub(super) fn advance(&mut self) -> Result<Option<Cells>> {
        loop {
            let available = self.stream.rows.cells.n_rows() - self.start;
            if available >= self.size {
                return self.hand_out(self.size).map(Some);
            }
            if let Some(error) = self.stream.rows.failure.take() {
                return Err(error);
            }
            if !self.stream.ended {
                self.stream.rows.cells.forget(self.start);
                self.start = 0;
                self.stream.advance();
                let Stream {
                    rows,
                    plan,
                    reader,
                    ended,
                    ..
                } = &mut self.stream;
                if *ended && !plan.settled {
                    rows.finish(plan, reader.missing);
                    rows.check_categories(plan)?;
                }
                continue;
            }
            if available > 0 {
                return self.hand_out(available).map(Some);
            }
            let plan = &self.stream.plan;
            if self.n_samples == 0 {
                self.stream.rows.check_some(plan)?;
                self.stream.rows.check_kept()?;
            }
            if plan.schema.weights().is_some() && !self.weighty {
                return Err(Error::ZeroWeights);
            }
            return Ok(None);
        }
    }
}

impl<R: Read> Iterator for Chunks<R> {
    type Item = Result<Dataset>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let cells = self.advance().transpose();
        let next = cells.map(|cells| cells.and_then(|cells| self.dataset(cells)));
        self.done = !matches!(next, Some(Ok(_)));
        next
    }
}

impl<R: Read> std::iter::FusedIterator for Chunks<R> {}

impl<R: Read> fmt::Debug for Chunks<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks")
            .field("schema", &self.stream.plan.schema)
            .field("size", &self.size)
            .field("n_samples", &self.n_samples)
            .finish_non_exhaustive()
    }
}
