//! Going back to where a piece of a stream began.

use super::super::batch::Batch;
use super::super::position::Position;
use super::Training;

/// How a training was at the beginning of a piece. What an update destroys is kept just before the first one.
#[derive(Clone, Debug)]
pub(super) struct Undo {
    /// How many rows were waiting.
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
            self.batch.copy_first(self.waiting, batch);
            self.is_saved = true;
        }
    }
}

impl Training {
    /// Notes where the training is, for [`undo`](Self::undo). Allocates only the first time.
    pub(in crate::solver::sgd) fn begin_piece(&mut self) {
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
    pub(in crate::solver::sgd) fn undo(&mut self) {
        if let Some(undo) = &self.scratch.undo {
            if undo.is_saved {
                self.position.copy_from(&undo.position);
                self.batch.copy_first(undo.waiting, &undo.batch);
            }
            self.batch.truncate(undo.waiting);
        }
    }
}
