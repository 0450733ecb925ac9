//! The epochs of a fit.

use std::ops::ControlFlow;

use ndarray::{Array2, ArrayView2, arr0};
use serde::{Deserialize, Serialize};

use super::certificate::Gap;
use super::settings::Settings;
use super::source::Source;
use super::training::{Slopes, Training};
use super::{Conditioning, Monitor, Optimizer, Schedule};
use crate::error::{Error, Result};
use crate::loss::{RegressionLoss, kernel};
use crate::scalar::Scalar;
use crate::solver::Termination;

/// Record of an epoch, made at its end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EpochRecord {
    /// Number of the epoch, from 1.
    pub epoch: usize,
    /// `J` by the [`Monitor`](super::Monitor): by default that of the coefficients at the start of the epoch.
    pub objective: f64,
    /// Mean loss of the validation rows with the coefficients at the end of the epoch, if there are any.
    pub validation: Option<f64>,
    /// `η` of the last update.
    pub step_size: f64,
}

/// Result of a fit, in the units of the data.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    /// `(p, k)`.
    pub(crate) coefficients: Array2<f64>,
    pub(crate) intercepts: Vec<f64>,
    pub(crate) termination: Termination,
    /// Duality gap of each target, for a loss with a kink.
    pub(crate) duality_gap: Option<Vec<f64>>,
    pub(crate) epochs: usize,
    pub(crate) updates: u64,
    pub(crate) batch_size: usize,
    /// `η` of the first update.
    pub(crate) step_size: f64,
    pub(crate) conditioning: Conditioning,
    pub(crate) history: Vec<EpochRecord>,
    /// Rows trained on, and held out.
    pub(crate) n_training: usize,
    pub(crate) n_validation: usize,
}

/// An objective this many times the larger of that of the start and that of the best constant is no fit.
const EXPLODED: f64 = 1e10;

/// Fits until the data, the patience, the observer or the epochs say so.
pub(crate) fn run<F: Scalar>(
    mut source: Source<'_, F>,
    settings: &Settings,
    start: Option<(ArrayView2<'_, f64>, &[f64])>,
    observer: &mut dyn FnMut(&EpochRecord) -> ControlFlow<()>,
) -> Result<Solution> {
    let (rows, held_out) = source.split(settings.validation_fraction, settings.seed)?;
    let mut training = Training::new(settings, &mut source, &rows, start)?;
    let batch_size = training.batch_size();
    training.horizon = Some(rows.len().div_ceil(batch_size) as u64 * settings.epochs as u64);
    let first_step = training.step_size();
    let mut slopes = (settings.optimizer == Optimizer::Saga)
        .then(|| training.slopes(rows.len(), source.samples.n_rows()));
    let mut limit = EXPLODED * null_loss(settings.loss, &source);
    if slopes.is_some() || settings.monitor == Monitor::Running {
        let start = training.mean_loss(&source, &rows, slopes.as_mut());
        limit = limit.max(EXPLODED * (start + training.penalty(false)));
    }

    let mut order = Vec::with_capacity(rows.len());
    let mut history = Vec::with_capacity(settings.epochs);
    let mut best = Vec::with_capacity(training.position.candidate().len());
    let mut progress = Progress::new(settings.tolerance);
    let mut plateau = Progress::new(settings.tolerance);
    let mut termination = Termination::MaxIterations {
        iterations: settings.epochs,
    };
    for epoch in 1..=settings.epochs {
        source.samples.cancellation().check()?;
        let (seed, number) = (settings.seed, training.position.epoch);
        (settings.shuffle).order(&rows, batch_size, seed, number, &mut order);
        let objective = pass(&mut training, &source, &order, slopes.as_mut());
        let step_size = training.position.step_size;
        if let (1, Monitor::Exact, Some(start)) = (epoch, settings.monitor, objective) {
            limit = limit.max(EXPLODED * start);
        }
        let Some(objective) = objective.filter(|objective| *objective <= limit) else {
            return Err(Error::Diverged { epoch, step_size });
        };
        training.position.epoch = epoch;
        let validation =
            (!held_out.is_empty()).then(|| training.mean_loss(&source, &held_out, None));
        let record = EpochRecord {
            epoch,
            objective,
            validation,
            step_size,
        };
        history.push(record);
        let lowest = progress.observe(validation.unwrap_or(objective));
        if validation.is_some() && lowest {
            best.clear();
            best.extend_from_slice(training.position.candidate());
        }
        // While the step of the default schedule is constant, its noise hides the progress that comes when it falls.
        if settings.steps() == Schedule::Auto && 2 * epoch <= settings.epochs {
            progress.restart();
        }
        let iterations = epoch;
        if let Schedule::Adaptive {
            factor,
            patience,
            floor,
        } = settings.schedule
        {
            plateau.observe(validation.unwrap_or(objective));
            if plateau.is_stalled(patience) {
                training.plateau /= factor;
                plateau.restart();
            }
            if training.plateau < floor {
                termination = Termination::Converged { iterations };
                break;
            }
        } else if progress.is_stalled(settings.patience) {
            termination = Termination::Converged { iterations };
            break;
        }
        if observer(&record).is_break() {
            termination = Termination::Stopped { iterations };
            break;
        }
    }
    let theta = if best.is_empty() {
        training.position.candidate()
    } else {
        &best
    };
    let (coefficients, intercepts) = training.unfold(theta);
    let gaps = training.gaps(&source, &rows, theta);
    Ok(Solution {
        coefficients,
        intercepts,
        termination: certified(termination, gaps.as_deref(), settings),
        duality_gap: gaps.map(|gaps| gaps.iter().map(|gap| gap.gap).collect()),
        epochs: history.len(),
        updates: training.updates(),
        batch_size,
        step_size: first_step,
        conditioning: settings.coordinates(source.samples.n_features()),
        history,
        n_training: rows.len(),
        n_validation: held_out.len(),
    })
}

/// Termination of a fit: with a loss that has kinks converged only if the gap shows it, and then also where the epochs
/// ended.
fn certified(termination: Termination, gaps: Option<&[Gap]>, settings: &Settings) -> Termination {
    if settings.loss.lines().is_none() {
        return termination;
    }
    let small = |g: &Gap| g.gap <= settings.tolerance * g.objective;
    let shown = gaps.is_some_and(|gaps| gaps.iter().all(small));
    match termination {
        Termination::Converged { iterations } if !shown => Termination::Stalled { iterations },
        Termination::MaxIterations { iterations } if shown => Termination::Converged { iterations },
        termination => termination,
    }
}

/// One epoch, and the objective that is followed; `None` if something is not finite.
fn pass<F: Scalar>(
    training: &mut Training,
    source: &Source<'_, F>,
    order: &[u32],
    mut slopes: Option<&mut Slopes>,
) -> Option<f64> {
    let mut sums = training.pass(source, order, slopes.as_deref_mut())?;
    training.flush(slopes, &mut sums);
    let objective = sums.mean() + training.penalty(training.settings.monitor == Monitor::Exact);
    (objective.is_finite() && training.position.is_finite()).then_some(objective)
}

/// Mean loss of predicting 0, summed over targets: what any fit should be below.
fn null_loss<F: Scalar>(loss: RegressionLoss, source: &Source<'_, F>) -> f64 {
    let (n, zero) = (source.samples.n_rows(), arr0(F::zero()));
    let weight_sum = source.samples.weights().map_or(n as f64, kernel::total);
    let y = source.samples.y();
    let targets = y.columns().into_iter();
    let losses =
        targets.filter_map(|y| Some(loss.sum(y, zero.broadcast(n)?, source.samples.weights())));
    losses.sum::<f64>() / weight_sum
}

/// Counts the epochs without progress.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    tolerance: f64,
    best: f64,
    stale: usize,
}

impl Progress {
    pub(super) fn new(tolerance: f64) -> Self {
        Self {
            tolerance,
            best: f64::INFINITY,
            stale: 0,
        }
    }

    /// Takes the next value; true if it is the lowest so far.
    pub(super) fn observe(&mut self, value: f64) -> bool {
        // The first value is progress whatever the tolerance.
        let enough =
            self.best.is_infinite() || value < self.best - self.tolerance * self.best.abs();
        self.stale = if enough { 0 } else { self.stale + 1 };
        let lowest = value < self.best;
        if lowest {
            self.best = value;
        }
        lowest
    }

    /// Tells whether this many values in a row were no progress.
    pub(super) fn is_stalled(&self, patience: usize) -> bool {
        self.stale >= patience
    }

    /// Starts to count again.
    pub(super) fn restart(&mut self) {
        self.stale = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn improvements_below_the_tolerance_are_no_progress_however_many() {
        let mut progress = Progress::new(0.1);
        assert!(progress.observe(1.0));
        assert!(progress.observe(0.95) && !progress.is_stalled(2));
        assert!(progress.observe(0.9));
        assert!(progress.is_stalled(2));
        assert!(!progress.observe(0.95));
        assert!(progress.observe(0.1) && !progress.is_stalled(1));
    }
}
