//! The step the data allow.

use ndarray::{Array1, ArrayView2};

use super::Optimizer;
use super::batch::{Batch, Rows};
use super::conditioning::{Frame, Whitener};
use super::kernel::product;
use super::settings::Settings;
use super::source::Source;
use crate::loss::L2;
use crate::parallel;
use crate::scalar::Scalar;

/// Rows that are read at a time, and parts of all rows that threads share.
const BLOCK: usize = 256;
const BANDS: usize = 16;
/// Rows from which the largest eigenvalue of the second moments is estimated.
const SAMPLE: usize = 4096;
/// Steps of the power method; its start is generic, and a tenth is all that is asked of it.
const POWER_ITERATIONS: usize = 20;

/// Rows spread evenly over all.
fn spread(rows: &[u32], count: usize) -> Vec<u32> {
    if count >= rows.len() {
        return rows.to_vec();
    }
    (0..count).map(|i| rows[i * rows.len() / count]).collect()
}

/// Calls `f` with the rows in coordinates, block by block.
pub(super) fn for_blocks<F: Scalar>(
    frame: &Frame,
    source: &Source<'_, F>,
    rows: &[u32],
    mut f: impl FnMut(Rows<'_>),
) {
    let mut batch = Batch::new(BLOCK.min(rows.len()), frame, source.samples.n_targets());
    for block in rows.chunks(BLOCK) {
        batch.read(frame, source, block);
        f(batch.rows());
    }
}

/// Turn of a prediction when a batch decides a step: an estimate of the expected smoothness of batches drawn without
/// replacement (Gower et al., *SGD: general analysis and improved rates*, 2019), for a loss of curvature 1.
///
/// ```text
/// L = (n (b − 1)) / (b (n − 1)) · λmax  +  (n − b) / (b (n − 1)) · max sᵢ ‖rowᵢ‖²  +  the penalty's
/// ```
pub(super) fn smoothness<F: Scalar>(
    frame: &Frame,
    whitener: Option<&Whitener>,
    source: &Source<'_, F>,
    rows: &[u32],
    batch_size: usize,
    penalty: L2,
) -> f64 {
    let width = frame.width();
    let largest_of = |rows: &[u32]| {
        let mut largest = 0.0_f64;
        for_blocks(frame, source, rows, |block| {
            let (rows, weights) = (block.values, block.weights);
            let turned = whitener.and_then(|whitener| {
                let rows = ArrayView2::from_shape((weights.len(), width), rows).ok()?;
                Some(rows.dot(&whitener.inverse()).into_raw_vec_and_offset().0)
            });
            let others = turned.as_deref().unwrap_or(rows);
            let pairs = rows.chunks_exact(width).zip(others.chunks_exact(width));
            for ((row, other), weight) in pairs.zip(weights) {
                largest = largest.max(weight * product(row, other));
            }
        });
        largest
    };
    let bands: Vec<&[u32]> = rows.chunks(rows.len().div_ceil(BANDS).max(BLOCK)).collect();
    let largest = parallel::map(bands.len(), |band| largest_of(bands[band]));
    let largest_row = largest.into_iter().fold(0.0, f64::max);
    let top = largest_eigenvalue(frame, whitener, source, &spread(rows, SAMPLE));
    let curvature = if whitener.is_some() {
        1.0
    } else {
        frame.penalty_curvature(penalty)
    };
    let (n, b) = (rows.len() as f64, batch_size as f64);
    if rows.len() == 1 {
        return largest_row + curvature;
    }
    (n * (b - 1.0)) / (b * (n - 1.0)) * top + (n - b) / (b * (n - 1.0)) * largest_row + curvature
}

/// An estimate of the largest eigenvalue of the second moments (times the whitener), a tenth above.
fn largest_eigenvalue<F: Scalar>(
    frame: &Frame,
    whitener: Option<&Whitener>,
    source: &Source<'_, F>,
    rows: &[u32],
) -> f64 {
    let width = frame.width();
    // Generic, the same in every run, without a library function.
    let mut direction = Array1::from_shape_fn(width, |j| 1.0 + ((7 * j + 3) % 11) as f64 / 11.0);
    let mut eigenvalue = 0.0;
    for _ in 0..POWER_ITERATIONS {
        let (mut product, mut total) = (Array1::<f64>::zeros(width), 0.0);
        for_blocks(frame, source, rows, |block| {
            for (row, weight) in block.each().zip(block.weights) {
                total += weight;
                product.scaled_add(weight * row.dot(&direction), &row);
            }
        });
        product /= total;
        if let Some(whitener) = whitener {
            product = whitener.inverse().dot(&product);
        }
        let norm = |v: &Array1<f64>| v.dot(v).sqrt();
        let (before, after) = (norm(&direction), norm(&product));
        if !(after > 0.0 && after.is_finite()) {
            break;
        }
        eigenvalue = after / before;
        direction = product / after;
    }
    1.1 * eigenvalue
}

/// `η₀` and the units of each target it is in: 1, or the spreads of the targets for a step in units of the
/// coefficients.
///
/// `1 / (c L)` for a loss of curvature `c`, a third of it for SAGA; with momentum, such that the steps for a constant
/// gradient are the same.
pub(super) fn initial(
    settings: &Settings,
    smoothness: impl FnOnce() -> f64,
    mut spreads: Vec<f64>,
) -> (f64, Vec<f64>) {
    let n_targets = spreads.len();
    if let Some(step_size) = settings.step_size {
        return (step_size, vec![1.0; n_targets]);
    }
    // A constant target has no unit; anything positive does.
    spreads.iter_mut().for_each(|d| {
        if !(*d > 0.0 && d.is_finite()) {
            *d = 1.0;
        }
    });
    let adaptive = match settings.optimizer {
        Optimizer::RmsProp { momentum, .. } => Some(RMSPROP * (1.0 - momentum)),
        Optimizer::Adam { .. } | Optimizer::AdamW { .. } => Some(ADAM),
        Optimizer::Adagrad { .. } => Some(ADAGRAD),
        _ => None,
    };
    if let Some(eta) = adaptive {
        return (eta, spreads);
    }
    let scale = match settings.optimizer {
        Optimizer::Momentum {
            momentum,
            dampening,
        } => (1.0 - momentum) / (1.0 - dampening),
        Optimizer::Nesterov { momentum } => 1.0 - momentum,
        Optimizer::Saga => 1.0 / 3.0,
        _ => 1.0,
    };
    match settings.loss.curvature() {
        Some(curvature) => (scale / (curvature * smoothness()), vec![1.0; n_targets]),
        // A slope of at most 1 moves a prediction by half a spread.
        None => (0.5 * scale / smoothness(), spreads),
    }
}

/// Spreads of the target a coefficient moves in a step, in the beginning.
const ADAM: f64 = 0.02;
const RMSPROP: f64 = 0.01;
const ADAGRAD: f64 = 0.5;

/// The median absolute deviation from the median of each target; where it is 0, the standard deviation given.
pub(super) fn median_deviations<F: Scalar>(
    source: &Source<'_, F>,
    rows: &[u32],
    deviations: impl Iterator<Item = f64>,
) -> Vec<f64> {
    let y = source.samples.y();
    let columns = y.columns().into_iter().zip(deviations);
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
