//! Training on data that come in pieces.

use ndarray::ArrayView2;

use super::batch::Source;
use super::settings::Settings;
use super::training::{Sums, Training};
use crate::check::check_finite;
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// A training at its beginning: coordinates and steps from a sample, on which it is not yet trained.
pub(crate) fn start<F: Scalar>(
    settings: &Settings,
    source: &Source<'_, F>,
    start: Option<(ArrayView2<'_, f64>, &[f64])>,
) -> Result<Training> {
    let n = length(source.x.nrows())?;
    let rows: Vec<u32> = (0..n).filter(|row| source.weight(*row) > 0.0).collect();
    Training::new(settings, source, &rows, start)
}

/// Trains on every row of a piece once; rows that do not fill a batch wait for the next piece. The mean loss of the batches.
///
/// X is read once: it is checked in the batches, and a piece that cannot be used is undone. `order` is a buffer, long enough after
/// the first piece of a size.
pub(crate) fn partial_fit<F: Scalar>(
    training: &mut Training,
    source: &Source<'_, F>,
    order: &mut Vec<u32>,
    rows: &mut Vec<u32>,
) -> Result<f64> {
    let n = length(source.x.nrows())?;
    rows.clear();
    rows.extend((0..n).filter(|row| source.weight(*row) > 0.0));
    let (shuffle, seed) = (training.settings.shuffle, training.settings.seed);
    let (batch_size, epoch) = (training.batch_size(), training.position.epoch);
    shuffle.order(rows, batch_size, seed, epoch, order);
    training.begin_piece();
    let Some(sums) = training.pass(source, order, None) else {
        training.undo();
        // Finite rows leave the range in the coordinates of a sample that was much smaller.
        check_finite("x", source.x)?;
        return Err(Error::Diverged {
            epoch: epoch + 1,
            step_size: training.step_size(),
        });
    };
    check_progress(training, sums)?;
    training.position.epoch += 1;
    // Without a full batch there is no loss yet.
    Ok(sums.mean())
}

/// Trains on the rows that wait for their batch to be full.
pub(crate) fn flush(training: &mut Training) -> Result<()> {
    let mut sums = Sums::default();
    training.begin_piece();
    training.flush(None, &mut sums);
    check_progress(training, sums)
}

/// Undoes the piece after which something is not finite.
fn check_progress(training: &mut Training, sums: Sums) -> Result<()> {
    if sums.loss.is_finite() && training.position.is_finite() {
        return Ok(());
    }
    let (epoch, step_size) = (training.position.epoch + 1, training.position.step_size);
    training.undo();
    Err(Error::Diverged { epoch, step_size })
}

fn length(n: usize) -> Result<u32> {
    u32::try_from(n).map_err(|_| Error::InvalidParameter {
        name: "rows of x",
        value: n as f64,
        requirement: "below 2³² in one piece",
    })
}
