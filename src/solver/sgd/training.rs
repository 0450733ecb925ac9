//! The state of a fit by descent, and its one operation: an update by a batch.

use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1};
use serde::{Deserialize, Serialize};

use super::averaging::Average;
use super::batch::{Batch, Source};
use super::conditioning::{Frame, Whitener};
use super::kernel::{accumulate, predict};
use super::optimizer::Step;
use super::saga::Slopes;
use super::schedule::Now;
use super::settings::{GradientClip, Settings};
use super::{Conditioning, Monitor, step_size};
use crate::error::{Error, Result};
use crate::scalar::Scalar;

/// Coefficients in coordinates, what the optimizer remembers, and where the fit is. Serialized, it resumes with the same bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Training {
    pub(super) settings: Settings,
    frame: Frame,
    whitener: Option<Whitener>,
    n_targets: usize,
    /// One target after the other.
    theta: Vec<f64>,
    memory: Vec<f64>,
    average: Average,
    pub(super) batch: Batch,
    batch_size: usize,
    /// `η₀`, and the units of each target it is in.
    eta: f64,
    units: Vec<f64>,
    /// What [`Schedule::Adaptive`](super::Schedule::Adaptive) has left of the step.
    pub(super) plateau: f64,
    pub(super) horizon: Option<u64>,
    updates: u64,
    last_step: f64,
    pub(super) epoch: usize,
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
            memory: vec![0.0; settings.optimizer.slots() * theta.len()],
            average: Average::new(settings.average(), &theta),
            batch: Batch::new(batch_size, &frame, n_targets),
            settings: settings.clone(),
            frame,
            whitener,
            n_targets,
            theta,
            batch_size,
            eta,
            units,
            plateau: 1.0,
            horizon: None,
            updates: 0,
            last_step: 0.0,
            epoch: 0,
            scratch: Scratch::default(),
        };
        training.prepare();
        Ok(training)
    }

    /// Whether the parts of a training that was read fit together.
    pub(crate) fn is_consistent(&self) -> bool {
        let (width, k) = (self.frame.width(), self.n_targets);
        k > 0
            && self.batch_size > 0
            && self.frame.is_consistent()
            && self.frame.constant().is_some() == self.settings.fit_intercept
            && width.checked_mul(k) == Some(self.theta.len())
            && self.memory.len() == self.settings.optimizer.slots() * self.theta.len()
            && self.average.is_consistent(self.theta.len())
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
        self.updates
    }

    /// `η` of the next update.
    pub(crate) fn step_size(&self) -> f64 {
        let lambda = self.settings.penalty.l2().lambda();
        let clock = self.settings.clock;
        let factor = self
            .settings
            .steps()
            .factor(clock, self.now(), self.eta, lambda);
        let warm_up = self.settings.warm_up as f64;
        let warm = ((self.updates + 1) as f64 / warm_up.max(1.0)).min(1.0);
        self.eta * self.plateau * factor * warm
    }

    fn now(&self) -> Now {
        Now {
            update: self.updates,
            epoch: self.epoch,
            horizon: self.horizon,
        }
    }

    /// Makes the buffers long enough; allocates only the first time.
    fn prepare(&mut self) {
        let (width, scratch) = (self.frame.width(), &mut self.scratch);
        scratch.predictions.resize(self.batch_size, 0.0);
        scratch.candidate.resize(self.theta.len(), 0.0);
        scratch.gradient.resize(self.theta.len(), 0.0);
        scratch.direction.resize(width, 0.0);
        scratch.decays.clear();
        let decays = self
            .frame
            .scale()
            .iter()
            .map(|d| f64::from(u8::from(*d > 0.0)));
        scratch.decays.extend(decays);
    }

    /// Reads the rows in this order, with an update for each full batch; what does not fill one waits.
    pub(super) fn pass<F: Scalar>(
        &mut self,
        source: &Source<'_, F>,
        order: &[u32],
        mut saga: Option<&mut Slopes>,
    ) -> Sums {
        self.prepare();
        let candidate = self.average.candidate(&self.theta);
        self.scratch.candidate.copy_from_slice(candidate);
        let mut sums = Sums::default();
        let mut order = order;
        while !order.is_empty() {
            let (now, later) = order.split_at(self.batch.room().min(order.len()));
            self.batch.extend(&self.frame, source, now);
            if self.batch.is_full() {
                self.update(saga.as_deref_mut(), &mut sums);
            }
            order = later;
        }
        sums
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
        let settings = &self.settings;
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
            predict(rows, &self.theta[at.clone()], predictions);
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
                .add_penalty_gradient(l2, &self.theta[at], gradient);
        }
        sums.weight += weights.iter().sum::<f64>();
        if let Some(clip) = settings.clip {
            shorten(clip, &mut scratch.gradient);
        }
        let momentum = settings.steps().momentum(
            settings.clock,
            Now {
                update: self.updates,
                epoch: self.epoch,
                horizon: self.horizon,
            },
        );
        self.updates += 1;
        self.last_step = size;
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
                count: self.updates,
                l1: (l1.lambda() > 0.0).then_some((l1, self.frame.scale())),
                decays: &scratch.decays,
            };
            let memory = &mut self.memory[target * slots..(target + 1) * slots];
            step.apply(&mut self.theta[at], gradient, memory);
        }
        self.average.add(&self.theta, self.epoch);
        self.batch.clear();
    }

    /// What the fit would return, in coordinates.
    pub(super) fn candidate(&self) -> &[f64] {
        self.average.candidate(&self.theta)
    }

    /// The same in the units of the data.
    pub(crate) fn solution(&self) -> (Array2<f64>, Vec<f64>) {
        self.unfold(self.candidate())
    }

    /// The same as at the start of the pass.
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
            self.batch.extend(&self.frame, source, block);
            let weights = self.batch.weights();
            sums.weight += weights.iter().sum::<f64>();
            let predictions = &mut self.scratch.predictions[..block.len()];
            let theta = self.average.candidate(&self.theta);
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

    /// `η` of the last update.
    pub(super) fn last_step_size(&self) -> f64 {
        self.last_step
    }

    pub(super) fn is_finite(&self) -> bool {
        self.theta.iter().all(|t| t.is_finite())
    }
}

/// The gradient within its bound.
fn shorten(clip: GradientClip, gradient: &mut [f64]) {
    match clip {
        GradientClip::Norm(bound) => {
            let norm = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
            if norm > bound {
                gradient.iter_mut().for_each(|g| *g *= bound / norm);
            }
        }
        // `clamp` keeps NaN.
        GradientClip::Value(bound) => gradient
            .iter_mut()
            .for_each(|g| *g = g.clamp(-bound, bound)),
    }
}

/// The weighted mean and standard deviation of each target; in units of the largest value, so that squares stay in range.
fn location_and_spread<F: Scalar>(source: &Source<'_, F>, rows: &[u32]) -> (Vec<f64>, Vec<f64>) {
    let columns = source.y.columns().into_iter().map(|y| {
        let value = |row: &u32| y[*row as usize].wide();
        let reach = rows.iter().map(|row| value(row).abs()).fold(0.0, f64::max);
        if reach == 0.0 {
            return (0.0, 0.0);
        }
        let total: f64 = rows.iter().map(|row| source.weight(*row)).sum();
        let mean = |f: &dyn Fn(f64) -> f64| {
            let terms = rows
                .iter()
                .map(|row| source.weight(*row) * f(value(row) / reach));
            terms.sum::<f64>() / total
        };
        let centre = mean(&|v| v);
        let variance = mean(&|v| (v - centre) * (v - centre));
        (reach * centre, reach * variance.sqrt())
    });
    columns.unzip()
}

/// The median absolute deviation from the median of each target; where it is 0, the standard deviation given.
fn median_deviations<F: Scalar>(
    source: &Source<'_, F>,
    rows: &[u32],
    deviations: Vec<f64>,
) -> Vec<f64> {
    let columns = source.y.columns().into_iter().zip(deviations);
    let medians = columns.map(|(y, deviation)| {
        let mut values: Vec<f64> = rows.iter().map(|row| y[*row as usize].wide()).collect();
        let middle = values.len() / 2;
        let centre = *values.select_nth_unstable_by(middle, f64::total_cmp).1;
        values.iter_mut().for_each(|v| *v = (*v - centre).abs());
        let median = *values.select_nth_unstable_by(middle, f64::total_cmp).1;
        if median > 0.0 { median } else { deviation }
    });
    medians.collect()
}
