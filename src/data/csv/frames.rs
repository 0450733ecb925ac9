//! [`Frames`]: the columns of a file as they are, some rows at a time.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use ndarray::Array2;

use super::chunks::Chunks;
use super::column::Kind;
use super::note::ReadNote;
use super::options::CsvReader;
use super::plan::{LEVELS, Plan};
use super::read::{INPUT, open};
use super::rows::Cells;
use super::stream::Stream;
use super::used::{Rule, check_weights};
use crate::data::Frame;
use crate::data::frame::FrameColumn;
use crate::error::{Error, Result};
use crate::notation::NumberFormat;

/// Kind that a column of a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadAs {
    /// Numbers, or texts of which none is a number: as the values are.
    Detected,
    /// Numbers.
    Numbers,
    /// A category, also if its texts look like numbers.
    Category,
    /// Sample weights.
    Weights,
}

/// The rows of a file in [`Frame`]s of a given number of rows: [`CsvReader::frames`].
///
/// Every frame has the same columns; the levels of a category are those up to its last row, in the order of their
/// appearance, so that a place means the same level in each.
pub struct Frames<R: Read> {
    chunks: Chunks<R>,
    levels: Vec<Option<Arc<[String]>>>,
    done: bool,
}

impl CsvReader {
    /// A reader of [`Frame`]s, which have no target.
    #[must_use]
    pub fn columns() -> Self {
        Self::new("")
    }

    /// Reads the columns of a file into a [`Frame`]: those named by [`features`](Self::features), or all that are not
    /// excluded nor labels. Numbers and categories are told apart as in a design. Under
    /// [`MissingPolicy::MeanImpute`](super::MissingPolicy::MeanImpute) missing numbers stay missing in the frame.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), of these columns.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::CsvReader;
    ///
    /// let frame = CsvReader::columns().read_frame("town,price\nBonn,310\nUlm,290\n".as_bytes())?;
    /// assert_eq!(frame.names().collect::<Vec<_>>(), ["town", "price"]);
    /// assert_eq!(frame.column("price")?, ndarray::array![310.0, 290.0]);
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn read_frame(&self, input: impl Read) -> Result<Frame> {
        self.frames(input, usize::MAX)?.whole()
    }

    /// Reads the columns of a file into a [`Frame`], as [`read_frame`](Self::read_frame).
    ///
    /// # Errors
    ///
    /// [`Error::Io`] with the path, and everything [`read_frame`](Self::read_frame) returns.
    pub fn read_frame_path(&self, path: impl AsRef<Path>) -> Result<Frame> {
        self.frames_path(path, usize::MAX)?.whole()
    }

    /// Reads the columns of a file into [`Frame`]s of at most `rows` rows each, in memory for that many and a few
    /// megabytes.
    ///
    /// # Errors
    ///
    /// Of the header here, of the rows as an item: as [`read_frame`](Self::read_frame).
    pub fn frames<R: Read>(&self, input: R, rows: usize) -> Result<Frames<R>> {
        let plain = BTreeMap::new();
        self.frames_of(input, Path::new(INPUT), rows, plain, |free| {
            self.wanted(free)
        })
    }

    /// Reads a file into [`Frame`]s, as [`frames`](Self::frames).
    ///
    /// # Errors
    ///
    /// [`Error::Io`] with the path, and everything [`frames`](Self::frames) returns.
    pub fn frames_path(&self, path: impl AsRef<Path>, rows: usize) -> Result<Frames<File>> {
        let path = path.as_ref();
        let plain = BTreeMap::new();
        self.frames_of(open(path)?, path, rows, plain, |free| self.wanted(free))
    }

    fn wanted(&self, free: &[String]) -> Result<Vec<(String, ReadAs)>> {
        let names = self.features.as_deref().unwrap_or(free);
        if names.is_empty() && self.weights.is_none() {
            return Err(Error::Empty {
                what: "the set of columns",
            });
        }
        let named = names.iter().map(|name| (name.clone(), ReadAs::Detected));
        Ok(named.collect())
    }

    /// Frames of the columns that `choose` takes, in its order, of the names that no option has taken; weights, if
    /// there are any, are the last column. Numbers are in the notation of the reader's options, or in one of `formats`.
    pub(crate) fn frames_of<R: Read>(
        &self,
        input: R,
        path: &Path,
        rows: usize,
        formats: BTreeMap<String, NumberFormat>,
        choose: impl FnOnce(&[String]) -> Result<Vec<(String, ReadAs)>>,
    ) -> Result<Frames<R>> {
        let stream = Stream::open(self, input, path, |reader, header| {
            Plan::of_frame(reader, header, formats, choose)
        })?;
        let levels = vec![None; stream.plan.columns.len()];
        Ok(Frames {
            chunks: Chunks::new(stream, rows)?,
            levels,
            done: false,
        })
    }
}

impl<R: Read> Frames<R> {
    /// The number of rows left out so far because a used value was missing; reading may be ahead of the frames.
    #[must_use]
    pub fn n_dropped(&self) -> usize {
        self.chunks.n_dropped()
    }

    /// Facts about the file, as far as it was read, that whoever uses the numbers should know.
    #[must_use]
    pub fn notes(&self) -> Vec<ReadNote> {
        self.chunks.notes()
    }

    /// The rows left, in one frame.
    pub(crate) fn whole(mut self) -> Result<Frame> {
        self.next().unwrap_or(Err(Error::NoRows { what: INPUT }))
    }

    fn frame(&mut self, cells: Cells) -> Result<Frame> {
        let stream = &self.chunks.stream;
        let mut columns = Vec::with_capacity(self.levels.len());
        let found = stream.plan.columns.iter().zip(&stream.rows.columns);
        for ((used, column), known) in found.zip(&mut self.levels) {
            if column.kind == Kind::Tokens {
                return Err(Error::SchemaRequired {
                    column: used.name.clone(),
                    what: LEVELS,
                });
            }
            if column.kind.is_category() {
                let texts = column.levels.texts();
                if known.as_ref().is_none_or(|known| known.len() < texts.len()) {
                    *known = Some(texts.into());
                }
            }
            columns.push(FrameColumn {
                name: used.name.clone(),
                levels: known.clone(),
                format: column.format(used),
            });
        }
        let shape = (cells.n_rows(), columns.len());
        let weights = stream.plan.columns.iter().enumerate();
        for (place, used) in weights.filter(|(_, used)| matches!(used.rule, Rule::Weights)) {
            let weights = cells.x.iter().skip(place).step_by(shape.1);
            check_weights(&used.name, weights, &cells.lines)?;
        }
        let labels = stream.plan.has_labels().then_some(cells.labels);
        let x = Array2::from_shape_vec(shape, cells.x).unwrap_or_default();
        Frame::new(columns, x, Some(cells.lines), labels)
    }
}

impl<R: Read> Iterator for Frames<R> {
    type Item = Result<Frame>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let cells = self.chunks.advance().transpose();
        let next = cells.map(|cells| cells.and_then(|cells| self.frame(cells)));
        self.done = !matches!(next, Some(Ok(_)));
        next
    }
}

impl<R: Read> std::iter::FusedIterator for Frames<R> {}

impl<R: Read> fmt::Debug for Frames<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frames")
            .field("chunks", &self.chunks)
            .finish_non_exhaustive()
    }
}
