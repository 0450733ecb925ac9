//! The rows a fit reads, and their order in an epoch.

use ndarray::Ix2;
use rand::seq::SliceRandom;
use rand::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::samples::Samples;
use crate::scalar::Scalar;

/// Samples to train on, and the divisor of their weights.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a, F: Scalar> {
    pub(crate) samples: Samples<'a, F, Ix2>,
    /// The mean weight of the training rows: inside, weights have mean 1.
    mean_weight: f64,
    /// X is known to be finite.
    pub(super) is_checked: bool,
}

impl<'a, F: Scalar> Source<'a, F> {
    pub(crate) fn new(samples: Samples<'a, F, Ix2>, is_checked: bool) -> Self {
        Self {
            samples,
            mean_weight: 1.0,
            is_checked,
        }
    }

    /// The weight of a row relative to the mean.
    pub(super) fn weight(&self, row: u32) -> f64 {
        self.samples.weight(row as usize) / self.mean_weight
    }

    /// The rows of positive weight, into a buffer.
    pub(super) fn rows(&self, rows: &mut Vec<u32>) -> Result<()> {
        let n = u32::try_from(self.samples.n_rows()).map_err(|_| {
            Error::parameter(
                "rows of x",
                self.samples.n_rows() as f64,
                "below 2³² at a time: stream more by partial_fit",
            )
        })?;
        rows.clear();
        rows.extend((0..n).filter(|row| self.weight(*row) > 0.0));
        Ok(())
    }

    /// The rows of positive weight, held-out ones apart. Weights are relative to the mean of the first from here on.
    pub(super) fn split(
        &mut self,
        validation_fraction: Option<f64>,
        seed: u64,
    ) -> Result<(Vec<u32>, Vec<u32>)> {
        let (mut rows, mut held_out) = (Vec::new(), Vec::new());
        self.rows(&mut rows)?;
        if let Some(fraction) = validation_fraction {
            held_out.clone_from(&rows);
            held_out.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
            // The product lies in (0, n).
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let held = (fraction * rows.len() as f64).ceil() as usize;
            if held >= rows.len() {
                return Err(Error::too_few(
                    "training beside this validation_fraction",
                    held + 1,
                    rows.len(),
                ));
            }
            held_out.truncate(held);
            held_out.sort_unstable();
            rows.retain(|row| held_out.binary_search(row).is_err());
        }
        // The largest first, so that the sum stays in range.
        let weights = || rows.iter().map(|row| self.weight(*row));
        let largest = weights().fold(0.0, f64::max);
        let relative: f64 = weights().map(|weight| weight / largest).sum();
        self.mean_weight = relative / rows.len() as f64 * largest;
        Ok((rows, held_out))
    }
}

/// New order of the rows for each epoch. The generator is `Xoshiro256PlusPlus` (Blackman & Vigna), seeded for each
/// epoch from the seed and the number of the epoch: the order is the same on every platform, and a fit can resume in
/// the middle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Shuffle {
    /// Every row; the default.
    #[default]
    Rows,
    /// Batches of rows that follow each other, in random order: memory is read in long runs. The last rows, too few for
    /// a batch, stay last. For rows that are in no order themselves.
    Batches,
    /// Not at all.
    None,
}

impl Shuffle {
    /// Puts `rows` into the order of this epoch, which depends on nothing but the rows, the seed and the number.
    /// Nothing is allocated if `order` is as long.
    pub(super) fn order(
        self,
        rows: &[u32],
        batch_size: usize,
        seed: u64,
        epoch: usize,
        order: &mut Vec<u32>,
    ) {
        order.clear();
        order.extend_from_slice(rows);
        let stream = (epoch as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ stream);
        match self {
            Self::None => {}
            Self::Rows => permute(order.len(), &mut rng, |i, j| order.swap(i, j)),
            Self::Batches => permute(order.len() / batch_size, &mut rng, |i, j| {
                if i != j {
                    let (low, high) = (i.min(j) * batch_size, i.max(j) * batch_size);
                    let (before, after) = order.split_at_mut(high);
                    before[low..low + batch_size].swap_with_slice(&mut after[..batch_size]);
                }
            }),
        }
    }
}

/// Fisher–Yates by swaps of positions.
fn permute(len: usize, rng: &mut Xoshiro256PlusPlus, mut swap: impl FnMut(usize, usize)) {
    for i in (1..len).rev() {
        // A multiple of 2⁻⁶⁴ times i + 1: off the uniform by less than 2⁻³² for any number of rows.
        let product = u128::from(rng.next_u64()) * (i as u128 + 1);
        let j = usize::try_from(product >> 64).unwrap_or(0);
        swap(i, j);
    }
}
