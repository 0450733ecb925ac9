//! The state of an SGD fit.

mod stream;
mod update;

use ndarray::{Array2, ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};

use super::batch::{Batch, Stage};
use super::certificate::Gap;
use super::conditioning::{Frame, Whitener};
use super::position::{Average, Position};
use super::settings::Settings;
use super::source::Source;
use super::survey::Survey;
use super::{Conditioning, certificate, step_size};
use crate::error::Result;
use crate::scalar::Scalar;

use stream::{ENOUGH_ROWS, Undo, Unsettled};
pub(super) use update::Slopes;

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
    /// Share of the step that [`Schedule::Adaptive`](super::Schedule::Adaptive) has left.
    pub(super) plateau: f64,
    pub(super) horizon: Option<u64>,
    /// While a stream has not shown enough to measure it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unsettled: Option<Box<Unsettled>>,
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
    stage: Option<Stage>,
    undo: Option<Box<Undo>>,
}

impl PartialEq for Scratch {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Training {
    /// Chooses coordinates and steps for the rows, and starts at coefficients `(p, k)` and intercepts, or at the mean.
    pub(super) fn new<F: Scalar>(
        settings: &Settings,
        source: &mut Source<'_, F>,
        rows: &[u32],
        start: Option<(ArrayView2<'_, f64>, &[f64])>,
    ) -> Result<Self> {
        let survey = survey(settings, source, rows)?;
        Self::measured(settings, source, rows, &survey, start)
    }

    /// Begins a training for rows that have been surveyed, perhaps with others before.
    fn measured<F: Scalar>(
        settings: &Settings,
        source: &Source<'_, F>,
        rows: &[u32],
        survey: &Survey,
        start: Option<(ArrayView2<'_, f64>, &[f64])>,
    ) -> Result<Self> {
        let (p, n_targets) = (source.samples.n_features(), source.samples.n_targets());
        let l2 = settings.penalty.l2();
        let coordinates = settings.coordinates(p);
        let frame = match coordinates {
            Conditioning::None => Frame::original(p, settings.fit_intercept),
            _ => Frame::standardizing(survey, p, settings.fit_intercept, l2),
        };
        let whitener = match coordinates {
            Conditioning::Whiten => Some(Whitener::new(&frame, survey, l2)?),
            _ => None,
        };
        let batch_size = settings.batch_rows(survey.n_rows());
        let mut theta = match start {
            Some((coefficients, intercepts)) => frame.fold(coefficients, intercepts),
            None => vec![0.0; frame.width() * n_targets],
        };
        if let (None, Some(constant), true) =
            (start, frame.constant(), coordinates != Conditioning::None)
        {
            let theta = theta.iter_mut().skip(constant).step_by(frame.width());
            theta
                .enumerate()
                .for_each(|(target, theta)| *theta = survey.mean(p + target));
        }
        let smoothness = || {
            let batch_size = batch_size.min(rows.len());
            let seen =
                step_size::smoothness(&frame, whitener.as_ref(), source, rows, batch_size, l2);
            // A few of the rows that were surveyed do not show how long rows are.
            if rows.len() < survey.n_rows().min(ENOUGH_ROWS) {
                seen.max(2.0 * frame.mean_square(survey))
            } else {
                seen
            }
        };
        let deviations = (p..p + n_targets).map(|column| survey.deviation(column));
        // A loss with a kink is chosen where some targets are far off: the spread of the others counts.
        let spreads = match settings.loss.curvature() {
            Some(_) => deviations.collect(),
            None => step_size::median_deviations(source, rows, deviations),
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
            unsettled: None,
            scratch: Scratch::default(),
        };
        training.prepare();
        Ok(training)
    }

    /// Tells whether the parts of a training that was read fit together.
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
            && (self.whitener.iter()).all(|w| w.is_consistent(width))
            && (self.unsettled.iter()).all(|u| u.is_consistent(self.n_features(), k))
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
        let (settings, now) = (&self.settings, self.position.now(self.horizon));
        let lambda = settings.penalty.l2().lambda();
        let factor = (settings.steps()).factor(settings.clock, now, self.eta, lambda);
        let warm_up = settings.warm_up as f64;
        let warm = ((self.position.updates + 1) as f64 / warm_up.max(1.0)).min(1.0);
        self.eta * self.plateau * factor * warm
    }

    /// Makes the buffers long enough; allocates only the first time.
    fn prepare(&mut self) {
        let (width, scratch) = (self.frame.width(), &mut self.scratch);
        scratch.predictions.resize(self.batch_size, 0.0);
        let (frame, batch_size, n_targets) = (&self.frame, self.batch_size, self.n_targets);
        scratch
            .stage
            .get_or_insert_with(|| Stage::new(frame, batch_size, n_targets));
        scratch.candidate.resize(self.position.theta.len(), 0.0);
        scratch.gradient.resize(self.position.theta.len(), 0.0);
        scratch.direction.resize(width, 0.0);
        scratch.decays.clear();
        let decay = |d: &f64| f64::from(u8::from(*d > 0.0));
        scratch.decays.extend(self.frame.scale().iter().map(decay));
    }

    /// Coefficients and intercepts the fit would return, in the units of the data.
    pub(crate) fn solution(&self) -> (Array2<f64>, Vec<f64>) {
        self.unfold(self.position.candidate())
    }

    /// The penalty of what the fit would return now, or at the start of the pass; summed over targets.
    pub(super) fn penalty(&mut self, at_start: bool) -> f64 {
        let (frame, penalty) = (&self.frame, self.settings.penalty);
        let theta = if at_start {
            &self.scratch.candidate
        } else {
            self.position.candidate()
        };
        let direction = &mut self.scratch.direction;
        let targets = theta.chunks_exact(frame.width());
        targets
            .map(|theta| frame.penalty_value(penalty, theta, direction))
            .sum()
    }

    /// The duality gap of each target at these coordinates, where the loss has a kink.
    pub(super) fn gaps<F: Scalar>(
        &self,
        source: &Source<'_, F>,
        rows: &[u32],
        theta: &[f64],
    ) -> Option<Vec<Gap>> {
        let targets = theta.chunks_exact(self.frame.width()).enumerate();
        targets
            .map(|(target, theta)| {
                certificate::gap(&self.frame, source, rows, &self.settings, target, theta)
            })
            .collect()
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
}

/// The pass over the rows before the first step.
fn survey<F: Scalar>(
    settings: &Settings,
    source: &mut Source<'_, F>,
    rows: &[u32],
) -> Result<Survey> {
    let coordinates = settings.coordinates(source.samples.n_features());
    Survey::new(source, rows, coordinates == Conditioning::Whiten)
}
