//! The one operation of a training: an update by a batch.

use std::mem;
use std::ops::Range;

use ndarray::{ArrayView1, ArrayViewMut1};

use super::super::Monitor;
use super::super::batch::{Batch, Rows};
use super::super::kernel::{accumulate, predict};
use super::super::source::Source;
use super::super::step::Step;
use super::Training;
use crate::scalar::Scalar;

/// The sums behind the monitored loss of an epoch.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::solver::sgd) struct Sums {
    pub(in crate::solver::sgd) loss: f64,
    pub(in crate::solver::sgd) weight: f64,
}

impl Sums {
    pub(in crate::solver::sgd) fn mean(self) -> f64 {
        self.loss / self.weight
    }
}

/// SAGA's memory: the last slope of each row and target, and the mean of slope times row for each target.
#[derive(Clone, Debug)]
pub(in crate::solver::sgd) struct Slopes {
    n_rows: f64,
    /// By the row of the data; one target after the other.
    last: Vec<f64>,
    stride: usize,
    gradient: Vec<f64>,
    width: usize,
}

impl Slopes {
    /// The slopes of rows that have none yet, and what they add to the gradient.
    fn start(&mut self, target: usize, rows: &[u32], slopes: &[f64], gradient: &[f64]) {
        let known = &mut self.last[target * self.stride..];
        for (&row, &slope) in rows.iter().zip(slopes) {
            known[row as usize] = slope;
        }
        let mean = &mut self.gradient[target * self.width..][..self.width];
        for (mean, g) in mean.iter_mut().zip(gradient) {
            *mean += g / self.n_rows;
        }
    }

    /// Remembers the slopes of a batch, and leaves in their place how much they changed.
    fn replace(&mut self, target: usize, rows: &[u32], slopes: &mut [f64]) {
        let known = &mut self.last[target * self.stride..];
        for (&row, slope) in rows.iter().zip(slopes) {
            let before = mem::replace(&mut known[row as usize], *slope);
            *slope -= before;
        }
    }

    /// Adds the mean gradient to the change of a batch's, and the change to the mean.
    fn correct(&mut self, at: Range<usize>, batch: usize, change: &mut [f64]) {
        let share = batch as f64 / self.n_rows;
        for (mean, change) in self.gradient[at].iter_mut().zip(change) {
            let before = *mean;
            *mean += share * *change;
            *change += before;
        }
    }
}

impl Training {
    /// An empty memory for SAGA, of `n_rows` training rows among `stride` rows of data.
    pub(in crate::solver::sgd) fn slopes(&self, n_rows: usize, stride: usize) -> Slopes {
        Slopes {
            n_rows: n_rows as f64,
            last: vec![0.0; stride * self.n_targets],
            stride,
            gradient: vec![0.0; self.position.theta.len()],
            width: self.frame.width(),
        }
    }

    /// Reads the rows in this order, with an update for each full batch; what does not fill one waits. `None` if a row
    /// is not finite.
    pub(in crate::solver::sgd) fn pass<F: Scalar>(
        &mut self,
        source: &Source<'_, F>,
        order: &[u32],
        mut saga: Option<&mut Slopes>,
    ) -> Option<Sums> {
        self.prepare();
        let candidate = self.position.candidate();
        self.scratch.candidate.copy_from_slice(candidate);
        let mut sums = Sums::default();
        let mut stage = mem::take(&mut self.scratch.stage);
        let finite = stage.as_mut().is_some_and(|stage| {
            stage.for_each(source, order, |pieces| {
                for piece in pieces {
                    self.update_by(piece, saga.as_deref_mut(), &mut sums);
                }
            })
        });
        self.scratch.stage = stage;
        finite.then_some(sums)
    }

    /// Updates by the rows of a piece.
    fn update_by(&mut self, piece: &Batch, mut saga: Option<&mut Slopes>, sums: &mut Sums) {
        let mut start = 0;
        while start < piece.len() {
            let end = piece.len().min(start + self.batch.room());
            let rows = piece.range(start..end);
            if rows.len() == self.batch_size {
                self.update(Some(rows), saga.as_deref_mut(), sums);
            } else {
                self.batch.append(rows);
                if self.batch.room() == 0 {
                    self.update(None, saga.as_deref_mut(), sums);
                }
            }
            start = end;
        }
    }

    /// An update by the rows that are waiting, if there are any.
    pub(in crate::solver::sgd) fn flush(&mut self, saga: Option<&mut Slopes>, sums: &mut Sums) {
        if self.batch.len() > 0 {
            self.prepare();
            self.update(None, saga, sums);
        }
    }

    /// One step by the rows given, or by those that are waiting.
    fn update(&mut self, rows: Option<Rows<'_>>, mut saga: Option<&mut Slopes>, sums: &mut Sums) {
        let size = self.step_size();
        if let Some(undo) = &mut self.scratch.undo {
            undo.save(&self.position, &self.batch);
        }
        let (settings, position) = (&self.settings, &mut self.position);
        let (loss, width) = (settings.loss, self.frame.width());
        let l2 = settings.penalty.l2();
        let scratch = &mut self.scratch;
        let rows = rows.unwrap_or_else(|| self.batch.rows());
        let weights = ArrayView1::from(rows.weights);
        let predictions = &mut scratch.predictions[..rows.len()];
        for target in 0..self.n_targets {
            let y = rows.target(target);
            let at = target * width..(target + 1) * width;
            let gradient = &mut scratch.gradient[at.clone()];
            if settings.monitor == Monitor::Exact {
                predict(rows.values, &scratch.candidate[at.clone()], predictions);
                sums.loss += loss.sum(y, ArrayView1::from(&*predictions), Some(weights));
            }
            predict(rows.values, &position.theta[at.clone()], predictions);
            if settings.monitor == Monitor::Running {
                sums.loss += loss.sum(y, ArrayView1::from(&*predictions), Some(weights));
            }
            loss.slopes_in_place(y, ArrayViewMut1::from(&mut *predictions), weights);
            if let Some(saga) = saga.as_deref_mut() {
                saga.replace(target, rows.indices, predictions);
            }
            accumulate(rows.values, predictions, gradient);
            gradient.iter_mut().for_each(|g| *g /= rows.len() as f64);
            if let Some(saga) = saga.as_deref_mut() {
                saga.correct(at.clone(), rows.len(), gradient);
            }
            self.frame
                .add_penalty_gradient(l2, &position.theta[at], gradient);
        }
        sums.weight += weights.iter().sum::<f64>();
        if let Some(clip) = settings.clip {
            clip.apply(&mut scratch.gradient);
        }
        let momentum = settings
            .steps()
            .momentum(settings.clock, position.now(self.horizon));
        position.updates += 1;
        position.step_size = size;
        let l1 = settings.penalty.l1();
        let slots = settings.optimizer.slots() * width;
        for target in 0..self.n_targets {
            let at = target * width..(target + 1) * width;
            let gradient = match &self.whitener {
                Some(whitener) => {
                    whitener.apply(&scratch.gradient[at.clone()], &mut scratch.direction);
                    &scratch.direction
                }
                None => &scratch.gradient[at.clone()],
            };
            let step = Step {
                optimizer: momentum.map_or(settings.optimizer, |momentum| {
                    settings.optimizer.with_momentum(momentum)
                }),
                size: size * self.units[target],
                count: position.updates,
                l1: (l1.lambda() > 0.0).then_some((l1, self.frame.scale())),
                decays: &scratch.decays,
            };
            let memory = &mut position.memory[target * slots..(target + 1) * slots];
            step.apply(&mut position.theta[at], gradient, memory);
        }
        position.average.add(&position.theta, position.epoch);
        self.batch.truncate(0);
    }

    /// Mean loss of the rows, summed over targets; the slopes of all of them for SAGA.
    pub(in crate::solver::sgd) fn mean_loss<F: Scalar>(
        &mut self,
        source: &Source<'_, F>,
        rows: &[u32],
        mut slopes: Option<&mut Slopes>,
    ) -> f64 {
        let (width, loss, mut sums) = (self.frame.width(), self.settings.loss, Sums::default());
        let scratch = &mut self.scratch;
        let mut stage = mem::take(&mut scratch.stage);
        let theta = self.position.candidate();
        let mut add = |rows: Rows<'_>| {
            let weights = ArrayView1::from(rows.weights);
            sums.weight += weights.iter().sum::<f64>();
            let predictions = &mut scratch.predictions[..rows.len()];
            for (target, theta) in theta.chunks_exact(width).enumerate() {
                let y = rows.target(target);
                predict(rows.values, theta, predictions);
                sums.loss += loss.sum(y, ArrayView1::from(&*predictions), Some(weights));
                if let Some(slopes) = slopes.as_deref_mut() {
                    loss.slopes_in_place(y, ArrayViewMut1::from(&mut *predictions), weights);
                    let gradient = &mut scratch.gradient[target * width..][..width];
                    accumulate(rows.values, predictions, gradient);
                    slopes.start(target, rows.indices, predictions, gradient);
                }
            }
        };
        if let Some(stage) = &mut stage {
            stage.for_each(source, rows, |pieces| {
                for piece in pieces {
                    for start in (0..piece.len()).step_by(self.batch_size) {
                        add(piece.range(start..piece.len().min(start + self.batch_size)));
                    }
                }
            });
        }
        self.scratch.stage = stage;
        sums.mean()
    }
}
