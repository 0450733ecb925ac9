//! The epochs of a fit.

use std::ops::ControlFlow;

use ndarray::{Array2, ArrayView2, Ix2, aview1};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::batch::Source;
use super::saga::Slopes;
use super::settings::Settings;
use super::stopping::Progress;
use super::training::Training;
use super::{Conditioning, EpochRecord, Monitor, Optimizer, Schedule};
use crate::error::{Error, Result};
use crate::loss::RegressionLoss;
use crate::samples::Samples;
use crate::scalar::Scalar;
use crate::solver::Termination;

/// What to fit; checked by the caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Problem<'a, F: Scalar> {
    pub(crate) samples: Samples<'a, F, Ix2>,
    /// Coefficients `(p, k)` and intercepts `(k,)` to start from.
    pub(crate) start: Option<(ArrayView2<'a, f64>, &'a [f64])>,
}

/// What a fit found, in the units of the data.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    /// `(p, k)`.
    pub(crate) coefficients: Array2<f64>,
    pub(crate) intercepts: Vec<f64>,
    pub(crate) termination: Termination,
    pub(crate) epochs: usize,
    pub(crate) updates: u64,
    pub(crate) batch_size: usize,
    /// Of the first update.
    pub(crate) step_size: f64,
    pub(crate) conditioning: Conditioning,
    pub(crate) history: Vec<EpochRecord>,
    /// Rows trained on, and held out.
    pub(crate) n_training: usize,
    pub(crate) n_validation: usize,
}

/// An objective this many times the larger of that of the start and that of the best constant is no fit.
const EXPLODED: f64 = 1e10;

impl<'a, F: Scalar> Problem<'a, F> {
    /// The rows of positive weight, held-out ones apart.
    fn rows(&self, settings: &Settings) -> Result<(Vec<u32>, Vec<u32>)> {
        let n = u32::try_from(self.samples.x().nrows()).map_err(|_| Error::InvalidParameter {
            name: "rows of x",
            value: self.samples.x().nrows() as f64,
            requirement: "below 2³²: stream the data by partial_fit",
        })?;
        let counts = |row: &u32| {
            self.samples
                .weights()
                .is_none_or(|w| w[*row as usize] > F::zero())
        };
        let mut rows: Vec<u32> = (0..n).filter(counts).collect();
        let Some(fraction) = settings.validation_fraction else {
            return Ok((rows, Vec::new()));
        };
        let mut order = rows.clone();
        order.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(settings.seed));
        // The product lies in (0, n).
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let held = (fraction * rows.len() as f64).ceil() as usize;
        if held >= rows.len() {
            return Err(Error::TooFewSamples {
                what: "training beside this validation_fraction",
                required: held + 1,
                found: rows.len(),
            });
        }
        order.truncate(held);
        order.sort_unstable();
        rows.retain(|row| order.binary_search(row).is_err());
        Ok((rows, order))
    }

    fn source(&self, rows: &[u32]) -> Source<'a, F> {
        let mean_weight = self.samples.weights().map_or(1.0, |weights| {
            // The largest first, so that the sum stays in range.
            let largest = rows.iter().map(|row| weights[*row as usize].wide());
            let largest = largest.fold(0.0, f64::max);
            let relative = rows
                .iter()
                .map(|row| weights[*row as usize].wide() / largest);
            relative.sum::<f64>() / rows.len() as f64 * largest
        });
        Source {
            x: self.samples.x(),
            y: self.samples.y(),
            weights: self.samples.weights(),
            mean_weight,
            is_checked: true,
        }
    }
}

/// Fits until the data, the patience, the observer or the epochs say so.
pub(crate) fn run<F: Scalar>(
    problem: &Problem<'_, F>,
    settings: &Settings,
    observer: &mut dyn FnMut(&EpochRecord) -> ControlFlow<()>,
) -> Result<Solution> {
    let (rows, held_out) = problem.rows(settings)?;
    let source = problem.source(&rows);
    let mut training = Training::new(settings, &source, &rows, problem.start)?;
    let batch_size = training.batch_size();
    training.horizon = Some(rows.len().div_ceil(batch_size) as u64 * settings.epochs as u64);
    let first_step = training.step_size();
    let mut slopes = (settings.optimizer == Optimizer::Saga)
        .then(|| training.slopes(rows.len(), problem.samples.x().nrows()));
    let start = training.mean_loss(&source, &rows, slopes.as_mut())
        + training.penalty(training.position.candidate());
    let limit = EXPLODED * start.max(null_loss(settings.loss, &source, &rows));

    let mut order = Vec::with_capacity(rows.len());
    let mut history = Vec::with_capacity(settings.epochs);
    let mut best = Vec::with_capacity(training.position.candidate().len());
    let mut progress = Progress::new(settings.tolerance);
    let mut plateau = Progress::new(settings.tolerance);
    let mut termination = Termination::MaxIterations {
        iterations: settings.epochs,
    };
    for epoch in 1..=settings.epochs {
        settings.shuffle.order(
            &rows,
            batch_size,
            settings.seed,
            training.position.epoch,
            &mut order,
        );
        let objective = pass(&mut training, &source, &order, slopes.as_mut());
        let step_size = training.position.step_size;
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
    Ok(Solution {
        coefficients,
        intercepts,
        termination,
        epochs: history.len(),
        updates: training.updates(),
        batch_size,
        step_size: first_step,
        conditioning: settings.coordinates(problem.samples.x().ncols()),
        history,
        n_training: rows.len(),
        n_validation: held_out.len(),
    })
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
    let at = match training.settings.monitor {
        Monitor::Exact => training.candidate_at_start(),
        Monitor::Running => training.position.candidate(),
    };
    let objective = sums.mean() + training.penalty(at);
    (objective.is_finite() && training.position.is_finite()).then_some(objective)
}

/// The mean loss of predicting 0, summed over targets: what any fit should be below.
fn null_loss<F: Scalar>(loss: RegressionLoss, source: &Source<'_, F>, rows: &[u32]) -> f64 {
    let (mut total, mut weight_sum) = (0.0, 0.0);
    for (target, y) in source.y.columns().into_iter().enumerate() {
        for &row in rows {
            let (y, weight) = (y[row as usize].wide(), source.weight(row));
            total += loss.sum(aview1(&[y]), aview1(&[0.0]), Some(aview1(&[weight])));
            if target == 0 {
                weight_sum += weight;
            }
        }
    }
    total / weight_sum
}
