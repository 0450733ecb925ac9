//! The state of a fit by descent, and its one operation: an update by a batch.

use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1};
use serde::{Deserialize, Serialize};

use super::averaging::Average;
use super::batch::{Batch, Source};
use super::conditioning::{Frame, Whitener};
use super::kernel::{accumulate, predict};
use super::position::Position;
use super::saga::Slopes;
use super::settings::Settings;
use super::spread::{location_and_spread, median_deviations};
use super::step::Step;
use super::{Conditioning, Monitor, Shuffle, step_size};
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// Everything a fit has until its next update. Serialized, it resumes with the same bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Training {
    pub(super) settings: Settings,
    frame: Frame,
    whitener: Option<Whitener>,
    n_targets: usize,
    pub(super) position: Position,
    batch: Batch,
    batch_size: usize,
    /// `η₀`, and the units of each target it is in.
    eta: f64,
    units: Vec<f64>,
    /// What [`Schedule::Adaptive`](super::Schedule::Adaptive) has left of the step.
    pub(super) plateau: f64,
    pub(super) horizon: Option<u64>,
    #[serde(skip)]
    scratch: Scratch,
}

/// Buffers that hold nothing between updates.
#[derive(Clone, Debug, Default)]
struct Scratch {
    predictions: Vec<f64>,
    candidate: Vec<f64>,
    gradient: Vec<f64>,
    direction: Vec<f64>,
    decays: Vec<f64>,
    undo: Option<Box<Undo>>,
}

/// How a training was at the beginning of a piece.
#[derive(Clone, Debug)]
struct Undo {
    /// How many rows were waiting.
    waiting: usize,
    /// Whether there has been an update, and what was before it is here.
    is_saved: bool,
    position: Position,
    batch: Batch,
}

impl PartialEq for Scratch {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The sums behind the monitored loss of an epoch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) loss: f64,
    pub(super) weight: f64,
}

impl Sums {
    pub(super) fn mean(self) -> f64 {
        self.loss / self.weight
    }
}

impl Training {
    /// Chooses coordinates and steps for the rows, and starts at coefficients `(p, k)` and intercepts, or at the mean.
    pub(super) fn new<F: Scalar>(
        settings: &Settings,
        source: &Source<'_, F>,
        rows: &[u32],
        start: Option<(ArrayView2<'_, f64>, &[f64])>,
    ) -> Result<Self> {
        let (p, n_targets) = (source.x.ncols(), source.y.ncols());
        let l2 = settings.penalty.l2();
        let coordinates = settings.coordinates(p);
        let frame = match coordinates {
            Conditioning::None => Frame::original(p, settings.fit_intercept),
            _ => Frame::standardizing(source, rows, settings.fit_intercept, l2),
        };
        let failed = Error::SolverFailed {
            solver: "SGD",
            reason: "the second moments have no decomposition",
        };
        let whitener = match coordinates {
            Conditioning::Whiten => {
                Some(step_size::whitener(&frame, source, rows, l2).ok_or(failed)?)
            }
            _ => None,
        };
        let batch_size = settings.batch_rows(rows.len());
        let (means, deviations) = location_and_spread(source, rows);
        let mut theta = match start {
            Some((coefficients, intercepts)) => frame.fold(coefficients, intercepts),
            None => vec![0.0; frame.width() * n_targets],
        };
        if let (None, Some(constant), true) =
            (start, frame.constant(), coordinates != Conditioning::None)
        {
            for (theta, mean) in theta.chunks_exact_mut(frame.width()).zip(means) {
                theta[constant] = mean;
            }
        }
        let smoothness =
            || step_size::smoothness(&frame, whitener.as_ref(), source, rows, batch_size, l2);
        // A loss with a kink is chosen where some targets are far off: the spread of the others counts.
        let spreads = match settings.loss.curvature() {
            Some(_) => deviations,
            None => median_deviations(source, rows, deviations),
        };
        let (eta, units) = step_size::initial(settings, smoothness, spreads);
        let mut training = Self {
            position: Position {
                memory: vec![0.0; settings.optimizer.slots() * theta.len()],
                average: Average::new(settings.average(), &theta),
                theta,
                updates: 0,
                epoch: 0,
                step_size: 0.0,
            },
            batch: Batch::new(batch_size, &frame, n_targets),
            settings: settings.clone(),
            frame,
            whitener,
            n_targets,
            batch_size,
            eta,
            units,
            plateau: 1.0,
            horizon: None,
            scratch: Scratch::default(),
        };
        training.prepare();
        Ok(training)
    }

    /// Whether the parts of a training that was read fit together.
    pub(crate) fn is_consistent(&self) -> bool {
        let (width, k) = (self.frame.width(), self.n_targets);
        let (theta, memory) = (&self.position.theta, &self.position.memory);
        k > 0
            && self.batch_size > 0
            && self.frame.is_consistent()
            && self.frame.constant().is_some() == self.settings.fit_intercept
            && width.checked_mul(k) == Some(theta.len())
            && memory.len() == self.settings.optimizer.slots() * theta.len()
            && self.position.average.is_consistent(theta.len())
            && self.batch.is_consistent(self.batch_size, width, k)
            && self.units.len() == k
            && self
                .whitener
                .as_ref()
                .is_none_or(|w| w.is_consistent(width))
            && self.settings.validate_stream().is_ok()
    }

    pub(super) fn batch_size(&self) -> usize {
        self.batch_size
    }

    pub(crate) fn n_features(&self) -> usize {
        self.frame.n_features()
    }

    pub(crate) fn n_targets(&self) -> usize {
        self.n_targets
    }

    pub(crate) fn updates(&self) -> u64 {
        self.position.updates
    }

    /// `η` of the next update.
    pub(crate) fn step_size(&self) -> f64 {
        let lambda = self.settings.penalty.l2().lambda();
        let clock = self.settings.clock;
        let factor =
            self.settings
                .steps()
                .factor(clock, self.position.now(self.horizon), self.eta, lambda);
        let warm_up = self.settings.warm_up as f64;
        let warm = ((self.position.updates + 1) as f64 / warm_up.max(1.0)).min(1.0);
        self.eta * self.plateau * factor * warm
    }

    /// Makes the buffers long enough; allocates only the first time.
    fn prepare(&mut self) {
        let (width, scratch) = (self.frame.width(), &mut self.scratch);
        scratch.predictions.resize(self.batch_size, 0.0);
        scratch.candidate.resize(self.position.theta.len(), 0.0);
        scratch.gradient.resize(self.position.theta.len(), 0.0);
        scratch.direction.resize(width, 0.0);
        scratch.decays.clear();
        let decays = self
            .frame
            .scale()
            .iter()
            .map(|d| f64::from(u8::from(*d > 0.0)));
        scratch.decays.extend(decays);
    }

    /// Notes where the training is, for [`undo`](Self::undo).
    pub(super) fn begin_piece(&mut self) {
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
    pub(super) fn undo(&mut self) {
        if let Some(undo) = &mut self.scratch.undo {
            if undo.is_saved {
                self.position.copy_from(&undo.position);
                self.batch.copy_first(undo.waiting, &undo.batch);
            }
            self.batch.truncate(undo.waiting);
        }
    }

    /// Reads the rows in this order, with an update for each full batch; what does not fill one waits. `None` if a row is not finite.
    pub(super) fn pass<F: Scalar>(
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
    pub(super) fn flush(&mut self, saga: Option<&mut Slopes>, sums: &mut Sums) {
        if self.batch.len() > 0 {
            self.prepare();
            self.update(saga, sums);
        }
    }

    /// One step by the rows of the batch.
    fn update(&mut self, mut saga: Option<&mut Slopes>, sums: &mut Sums) {
        let size = self.step_size();
        if let Some(undo) = &mut self.scratch.undo
            && !undo.is_saved
        {
            undo.position.copy_from(&self.position);
            undo.batch.copy_first(undo.waiting, &self.batch);
            undo.is_saved = true;
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

    /// What the fit would return, in the units of the data.
    pub(crate) fn solution(&self) -> (Array2<f64>, Vec<f64>) {
        self.unfold(self.position.candidate())
    }

    /// What the fit would have returned at the start of the pass, in coordinates.
    pub(super) fn candidate_at_start(&self) -> &[f64] {
        &self.scratch.candidate
    }

    /// The penalty of coordinates, summed over targets.
    pub(super) fn penalty(&self, theta: &[f64]) -> f64 {
        theta
            .chunks_exact(self.frame.width())
            .map(|theta| self.frame.penalty_value(self.settings.penalty, theta))
            .sum()
    }

    /// The mean loss of the rows, summed over targets; the waiting rows must have been used.
    pub(super) fn mean_loss<F: Scalar>(
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

    /// Coefficients `(p, k)` and intercepts in the units of the data, from coordinates.
    pub(super) fn unfold(&self, theta: &[f64]) -> (Array2<f64>, Vec<f64>) {
        let n_features = self.n_features();
        let mut coefficients = Array2::zeros((n_features, self.n_targets));
        let mut column = vec![0.0; n_features];
        let mut intercepts = Vec::with_capacity(self.n_targets);
        for (target, theta) in theta.chunks_exact(self.frame.width()).enumerate() {
            intercepts.push(self.frame.unfold(theta, &mut column));
            coefficients
                .column_mut(target)
                .assign(&ArrayView1::from(&column));
        }
        (coefficients, intercepts)
    }

    /// An empty memory for SAGA.
    pub(super) fn slopes(&self, n_rows: usize, stride: usize) -> Slopes {
        Slopes::new(n_rows, stride, self.n_targets, self.frame.width())
    }
}
