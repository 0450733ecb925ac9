//! Training on data that come in pieces, and going back to where a piece began.

use ndarray::ArrayView2;

use super::super::batch::Batch;
use super::super::position::Position;
use super::super::settings::Settings;
use super::super::source::Source;
use super::Training;
use super::update::Sums;
use crate::check::check_finite;
use crate::error::{Error, Result};
use crate::scalar::Scalar;

impl Training {
    /// A training at its beginning: coordinates and steps from a sample, on which it is not yet trained.
    pub(crate) fn start<F: Scalar>(
        settings: &Settings,
        source: &mut Source<'_, F>,
        start: Option<(ArrayView2<'_, f64>, &[f64])>,
    ) -> Result<Self> {
        let mut rows = Vec::new();
        source.rows(&mut rows)?;
        Self::new(settings, source, &rows, start)
    }

    /// Trains on every row of a piece once; rows that do not fill a batch wait for the next piece. Mean loss of the
    /// batches, NaN without a full one.
    ///
    /// X is read once: it is checked in the batches, and a piece that cannot be used is undone. `order` and `rows` are
    /// buffers, long enough after the first piece of a size.
    pub(crate) fn partial_fit<F: Scalar>(
        &mut self,
        source: &Source<'_, F>,
        order: &mut Vec<u32>,
        rows: &mut Vec<u32>,
    ) -> Result<f64> {
        source.rows(rows)?;
        let (shuffle, seed) = (self.settings.shuffle, self.settings.seed);
        let epoch = self.position.epoch;
        shuffle.order(rows, self.batch_size, seed, epoch, order);
        self.begin_piece();
        let Some(sums) = self.pass(source, order, None) else {
            self.undo();
            // Finite rows leave the range in the coordinates of a sample that was much smaller.
            check_finite("x", source.samples.x())?;
            return Err(Error::Diverged {
                epoch: epoch + 1,
                step_size: self.step_size(),
            });
        };
        self.check_progress(sums)?;
        self.position.epoch += 1;
        Ok(sums.mean())
    }

    /// Trains on the rows that wait for their batch to be full.
    pub(crate) fn finish_piece(&mut self) -> Result<()> {
        let mut sums = Sums::default();
        self.begin_piece();
        self.flush(None, &mut sums);
        self.check_progress(sums)
    }

    /// Undoes the piece after which something is not finite.
    fn check_progress(&mut self, sums: Sums) -> Result<()> {
        if sums.loss.is_finite() && self.position.is_finite() {
            return Ok(());
        }
        let (epoch, step_size) = (self.position.epoch + 1, self.position.step_size);
        self.undo();
        Err(Error::Diverged { epoch, step_size })
    }

    /// Notes where the training is, for [`undo`](Self::undo). Allocates only the first time.
    fn begin_piece(&mut self) {
        let undo = self.scratch.undo.get_or_insert_with(|| {
            Box::new(Undo {
                waiting: 0,
                is_saved: false,
                position: self.position.clone(),
                batch: self.batch.clone(),
            })
        });
        undo.waiting = self.batch.len();
        undo.is_saved = false;
    }

    /// Goes back to the beginning of the piece.
    fn undo(&mut self) {
        if let Some(undo) = &self.scratch.undo {
            if undo.is_saved {
                self.position.copy_from(&undo.position);
                self.batch.truncate(0);
                self.batch.append(undo.batch.range(0..undo.waiting));
            }
            self.batch.truncate(undo.waiting);
        }
    }
}

/// Position and waiting rows of a training at the beginning of a piece, kept just before the first update destroys
/// them.
#[derive(Clone, Debug)]
pub(super) struct Undo {
    /// Rows that were waiting.
    waiting: usize,
    is_saved: bool,
    position: Position,
    batch: Batch,
}

impl Undo {
    /// Keeps what was there at the beginning, if this is the first update since.
    pub(super) fn save(&mut self, position: &Position, batch: &Batch) {
        if !self.is_saved {
            self.position.copy_from(position);
            self.batch.truncate(0);
            self.batch.append(batch.range(0..self.waiting));
            self.is_saved = true;
        }
    }
}
