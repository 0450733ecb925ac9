//! The one operation of a training: an update by a batch.

use ndarray::{ArrayView1, ArrayViewMut1};

use super::super::batch::Source;
use super::super::kernel::{accumulate, predict};
use super::super::saga::Slopes;
use super::super::step::Step;
use super::super::{Monitor, Shuffle};
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

impl Training {
    /// Reads the rows in this order, with an update for each full batch; what does not fill one waits. `None` if a row is not finite.
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
        // Rows in their order come by themselves.
        let ahead = match self.settings.shuffle {
            Shuffle::Rows => self.batch_size,
            Shuffle::Batches | Shuffle::None => 0,
        };
        let mut order = order;
        while !order.is_empty() {
            let (now, later) = order.split_at(self.batch.room().min(order.len()));
            if !self
                .batch
                .extend(&self.frame, source, now, &later[..ahead.min(later.len())])
            {
                return None;
            }
            if self.batch.is_full() {
                self.update(saga.as_deref_mut(), &mut sums);
            }
            order = later;
        }
        Some(sums)
    }

    /// An update by the rows that are waiting, if there are any.
    pub(in crate::solver::sgd) fn flush(&mut self, saga: Option<&mut Slopes>, sums: &mut Sums) {
        if self.batch.len() > 0 {
            self.prepare();
            self.update(saga, sums);
        }
    }

    /// One step by the rows of the batch.
    fn update(&mut self, mut saga: Option<&mut Slopes>, sums: &mut Sums) {
        let size = self.step_size();
        if let Some(undo) = &mut self.scratch.undo {
            undo.save(&self.position, &self.batch);
        }
        let (settings, position) = (&self.settings, &mut self.position);
        let (loss, width) = (settings.loss, self.frame.width());
        let l2 = settings.penalty.l2();
        let scratch = &mut self.scratch;
        let weights = self.batch.weights();
        let rows = self.batch.rows();
        let len = self.batch.len();
        let predictions = &mut scratch.predictions[..len];
        for target in 0..self.n_targets {
            let y = self.batch.target(target);
            let at = target * width..(target + 1) * width;
            let gradient = &mut scratch.gradient[at.clone()];
            if settings.monitor == Monitor::Exact {
                predict(rows, &scratch.candidate[at.clone()], predictions);
                sums.loss += loss.sum(y, ArrayView1::from(&*predictions), Some(weights));
            }
            predict(rows, &position.theta[at.clone()], predictions);
            if settings.monitor == Monitor::Running {
                sums.loss += loss.sum(y, ArrayView1::from(&*predictions), Some(weights));
            }
            loss.slopes_in_place(y, ArrayViewMut1::from(&mut *predictions), weights);
            if let Some(saga) = saga.as_deref_mut() {
                saga.replace(target, self.batch.indices(), predictions);
            }
            accumulate(rows, predictions, gradient);
            gradient.iter_mut().for_each(|g| *g /= len as f64);
            if let Some(saga) = saga.as_deref_mut() {
                saga.correct(at.clone(), len, gradient);
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
        self.batch.clear();
    }

    /// What the fit would have returned at the start of the pass, in coordinates.
    pub(in crate::solver::sgd) fn candidate_at_start(&self) -> &[f64] {
        &self.scratch.candidate
    }

    /// The mean loss of the rows, summed over targets; the waiting rows must have been used.
    pub(in crate::solver::sgd) fn mean_loss<F: Scalar>(
        &mut self,
        source: &Source<'_, F>,
        rows: &[u32],
        mut slopes: Option<&mut Slopes>,
    ) -> f64 {
        let (width, mut sums) = (self.frame.width(), Sums::default());
        for block in rows.chunks(self.batch_size) {
            self.batch.clear();
            self.batch.extend(&self.frame, source, block, &[]);
            let weights = self.batch.weights();
            sums.weight += weights.iter().sum::<f64>();
            let predictions = &mut self.scratch.predictions[..block.len()];
            let theta = self.position.candidate();
            for (target, theta) in theta.chunks_exact(width).enumerate() {
                let y = self.batch.target(target);
                predict(self.batch.rows(), theta, predictions);
                let loss = self.settings.loss;
                sums.loss += loss.sum(y, ArrayView1::from(&*predictions), Some(weights));
                if let Some(slopes) = slopes.as_deref_mut() {
                    loss.slopes_in_place(y, ArrayViewMut1::from(&mut *predictions), weights);
                    let gradient = &mut self.scratch.gradient[target * width..][..width];
                    accumulate(self.batch.rows(), predictions, gradient);
                    slopes.start(target, self.batch.indices(), predictions, gradient);
                }
            }
        }
        self.batch.clear();
        sums.mean()
    }
}
