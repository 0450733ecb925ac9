//! Means and spreads of columns: moments without the cross-products.

use ndarray::Ix2;
use serde::{Deserialize, Serialize};

use super::block::{Centre, for_each_block};
use super::location::Location;
use crate::samples::Samples;
use crate::scalar::Scalar;

/// Counts, weighted means and centred sums of squares `Σ sᵢ (zᵢ − z̄)²` of columns, features then targets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spread {
    pub(crate) location: Location,
    pub(crate) scatter: Vec<f64>,
}

impl Spread {
    /// The spread of no rows.
    pub(crate) fn new(width: usize) -> Self {
        Self {
            location: Location::new(width),
            scatter: vec![0.0; width],
        }
    }

    /// Adds rows, on all threads; sums may overflow, and are not finite where a value is not.
    pub(crate) fn accumulate<F: Scalar>(&mut self, samples: Samples<'_, F, Ix2>) {
        let width = samples.width();
        let parts = samples.map_bands(|_, band| {
            let mut part = Self::new(width);
            for_each_block(band, Centre::Block, |block| {
                if block.weight_sum > 0.0 {
                    block.locate_in(&mut part.location);
                    block.add_squares(&mut part.scatter);
                }
            });
            part
        });
        parts.iter().for_each(|part| self.absorb(part, |_, _| ()));
    }

    /// Takes in the rows that another has seen, with `shift` as in [`Location::absorb`].
    pub(crate) fn absorb(&mut self, other: &Self, mut shift: impl FnMut(usize, f64)) {
        let (scatter, others) = (&mut self.scatter, &other.scatter);
        self.location
            .absorb_location(&other.location, |j, distance| {
                scatter[j] += others[j] + distance * distance;
                shift(j, distance);
            });
    }
}
