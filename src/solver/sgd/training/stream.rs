//! Training on data that come in pieces, and going back to where a piece began.

use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};

use super::super::batch::Batch;
use super::super::position::Position;
use super::super::settings::Settings;
use super::super::source::Source;
use super::super::survey::Survey;
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
        let survey = super::survey(settings, source, &rows)?;
        let mut training = Self::measured(settings, source, &rows, &survey, start)?;
        if !training.is_settled(&survey) {
            let start = start.map(|(w, b)| (w.to_owned(), b.to_vec()));
            training.unsettled = Some(Box::new(Unsettled { survey, start }));
        }
        Ok(training)
    }

    /// True if coordinates and steps from these rows are good for all that come.
    fn is_settled(&self, survey: &Survey) -> bool {
        survey.n_rows() >= ENOUGH_ROWS && self.frozen().next().is_none()
    }

    /// The columns that have no coordinate, being constant in what was surveyed.
    fn frozen(&self) -> impl Iterator<Item = usize> {
        let scale = self.frame.scale();
        (0..self.n_features()).filter(move |&j| scale[j] == 0.0)
    }

    /// Trains on every row of a piece once; rows that do not fill a batch wait for the next piece. Mean loss of the
    /// batches, NaN without a full one.
    ///
    /// X is read once: it is checked in the batches, and a piece that cannot be used is undone. `order` and `rows` are
    /// buffers, long enough after the first piece of a size.
    ///
    /// A training that began on too little is measured again, with all that was seen, when a piece shows more.
    pub(crate) fn partial_fit<F: Scalar>(
        &mut self,
        source: &mut Source<'_, F>,
        order: &mut Vec<u32>,
        rows: &mut Vec<u32>,
    ) -> Result<f64> {
        source.rows(rows)?;
        let Some(unsettled) = &self.unsettled else {
            return self.train(source, order, rows);
        };
        let (x, location) = (source.samples.x(), self.frame.location());
        let varies = |j: usize| x.column(j).iter().any(|v| v.wide() != location[j]);
        if unsettled.survey.n_rows() >= ENOUGH_ROWS && !self.frozen().any(varies) {
            return self.train(source, order, rows);
        }
        let before = self.clone();
        let trained = self
            .measure_again(source, rows)
            .and_then(|()| self.train(source, order, rows));
        if trained.is_err() {
            *self = before;
        }
        trained
    }

    /// Chooses coordinates and steps anew for these rows and all before, and goes on in them from where it is.
    fn measure_again<F: Scalar>(&mut self, source: &mut Source<'_, F>, rows: &[u32]) -> Result<()> {
        let Some(mut unsettled) = self.unsettled.take() else {
            return Ok(());
        };
        let survey = super::survey(&self.settings, source, rows)?;
        // A column that was constant in many rows and varies now is measured by those from here on.
        if unsettled.survey.n_rows() >= ENOUGH_ROWS {
            unsettled.survey.condense();
        }
        unsettled.survey.merge(survey);
        let start = match self.position.updates {
            0 => unsettled.start.clone(),
            _ => Some(self.unfold(&self.position.theta)),
        };
        let start = start.as_ref().map(|(w, b)| (w.view(), b.as_slice()));
        let mut next = Self::measured(&self.settings, source, rows, &unsettled.survey, start)?;
        let to_next = |theta: &[f64]| {
            let (coefficients, intercepts) = self.unfold(theta);
            next.frame.fold(coefficients.view(), &intercepts)
        };
        let average = match self.position.updates {
            0 => next.position.average.clone(),
            _ => self.position.average.moved(to_next),
        };
        next.batch = self.batch.moved(&self.frame, &next.frame, next.batch_size);
        next.position = Position {
            theta: next.position.theta,
            memory: next.position.memory,
            average,
            ..self.position
        };
        next.plateau = self.plateau;
        if !next.is_settled(&unsettled.survey) {
            next.unsettled = Some(unsettled);
        }
        *self = next;
        Ok(())
    }

    /// Trains on every row of a piece once.
    fn train<F: Scalar>(
        &mut self,
        source: &Source<'_, F>,
        order: &mut Vec<u32>,
        rows: &[u32],
    ) -> Result<f64> {
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

/// Rows that tell deviations of columns, at least.
pub(super) const ENOUGH_ROWS: usize = 8;

/// Survey of a training that began on too little: few rows, or a column that was constant in them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Unsettled {
    survey: Survey,
    /// The model it started from, if any, until the first update.
    start: Option<(Array2<f64>, Vec<f64>)>,
}

impl Unsettled {
    /// Tells whether the parts of one that was read fit together.
    pub(super) fn is_consistent(&self, n_features: usize, n_targets: usize) -> bool {
        let fits = |(w, b): &(Array2<f64>, Vec<f64>)| {
            w.dim() == (n_features, n_targets) && b.len() == n_targets
        };
        self.survey.is_consistent(n_features, n_targets) && self.start.as_ref().is_none_or(fits)
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
