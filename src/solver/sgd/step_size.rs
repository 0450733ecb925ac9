//! The step the data allow.

use ndarray::{Array1, Array2, ArrayView2};

use super::Optimizer;
use super::batch::{Batch, Source};
use super::conditioning::{Frame, Whitener};
use super::settings::Settings;
use crate::linalg::Backend;
use crate::loss::L2;
use crate::scalar::Scalar;

/// Rows that are read at a time.
const BLOCK: usize = 256;
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

/// Calls `f` with the rows in coordinates, block by block, and their weights.
fn for_blocks<F: Scalar>(
    frame: &Frame,
    source: &Source<'_, F>,
    rows: &[u32],
    mut f: impl FnMut(&[f64], &[f64]),
) {
    let mut batch = Batch::new(BLOCK.min(rows.len()), frame, source.y.ncols());
    for block in rows.chunks(BLOCK) {
        batch.clear();
        batch.extend(frame, source, block, &[]);
        let weights = batch.weights();
        f(batch.rows(), weights.as_slice().unwrap_or_default());
    }
}

/// The preconditioner of [`Conditioning::Whiten`](super::Conditioning::Whiten).
pub(super) fn whitener<F: Scalar>(
    frame: &Frame,
    source: &Source<'_, F>,
    rows: &[u32],
    penalty: L2,
) -> Option<Whitener> {
    let width = frame.width();
    let mut moments = vec![0.0; width * width];
    let mut scaled = vec![0.0; BLOCK * width];
    let mut total = 0.0;
    for_blocks(frame, source, rows, |rows, weights| {
        for ((to, from), weight) in scaled
            .chunks_exact_mut(width)
            .zip(rows.chunks_exact(width))
            .zip(weights)
        {
            total += weight;
            let root = weight.sqrt();
            to.iter_mut().zip(from).for_each(|(to, v)| *to = root * v);
        }
        Backend::Faer.add_gram(&mut moments, &scaled[..rows.len()], weights.len(), width);
    });
    // The penalty's own second derivative, halved like that of the squared error.
    let mut penalties = vec![0.0; width];
    frame.add_penalty_gradient(penalty, &vec![1.0; width], &mut penalties);
    let square = Array2::from_shape_fn((width, width), |(i, j)| {
        let moment = moments[i.max(j) * width + i.min(j)] / total;
        if i == j {
            moment + penalties[i] / 2.0
        } else {
            moment
        }
    });
    Whitener::new(square.view())
}

/// How much a prediction can turn when a batch decides a step: an estimate of the expected smoothness of batches drawn without
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
    let mut largest_row = 0.0_f64;
    for_blocks(frame, source, rows, |rows, weights| {
        let Ok(rows) = ArrayView2::from_shape((weights.len(), width), rows) else {
            return;
        };
        let turned = whitener.map(|whitener| rows.dot(&whitener.inverse()));
        for (i, (row, weight)) in rows.rows().into_iter().zip(weights).enumerate() {
            let norm = match &turned {
                Some(turned) => row.dot(&turned.row(i)),
                None => row.dot(&row),
            };
            largest_row = largest_row.max(weight * norm);
        }
    });
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
        for_blocks(frame, source, rows, |rows, weights| {
            for (row, weight) in rows.chunks_exact(width).zip(weights) {
                let row = ndarray::aview1(row);
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

/// `η₀` and the units of each target it is in: 1, or the spreads of the targets for a step in units of the coefficients.
///
/// `1 / (c L)` for a loss of curvature `c`, a third of it for SAGA; with momentum, such that the steps for a constant gradient are the same.
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
