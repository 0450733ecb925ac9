//! The order of the rows in an epoch.

use rand::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

/// How the rows are put in a new order for each epoch. The generator is `Xoshiro256PlusPlus` (Blackman & Vigna), seeded for each epoch
/// from the seed and the number of the epoch: the order is the same on every platform, and a fit can resume in the middle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Shuffle {
    /// Every row; the default.
    #[default]
    Rows,
    /// Batches of rows that follow each other, in random order: memory is read in long runs. The last rows, too few for a batch,
    /// stay last. For rows that are in no order themselves.
    Batches,
    /// Not at all.
    None,
}

impl Shuffle {
    /// Puts `rows` into the order of this epoch, which depends on nothing but the rows, the seed and the number. Nothing is allocated
    /// if `order` is as long.
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
            Self::Batches => {
                permute(order.len() / batch_size, &mut rng, |i, j| {
                    if i != j {
                        let (low, high) = (i.min(j) * batch_size, i.max(j) * batch_size);
                        let (before, after) = order.split_at_mut(high);
                        before[low..low + batch_size].swap_with_slice(&mut after[..batch_size]);
                    }
                });
            }
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
