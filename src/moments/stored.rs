//! Moments as serde sees them: with a format version, and checked when they come back.

use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use super::{Location, Moments};
use crate::check::{check_finite, check_length};
use crate::error::{Error, Result};
use crate::version::{Format, Version};

/// Samples at most: the counts that an `f64` holds exactly.
const MOST_SAMPLES: u64 = 1 << 53;

/// The serialized form.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) format_version: Version<Self>,
    pub(super) n_features: usize,
    pub(super) n_targets: usize,
    pub(super) feature_names: Option<Vec<String>>,
    pub(super) n_samples: usize,
    pub(super) weight_sum: f64,
    pub(super) mean: Vec<f64>,
    pub(super) mean_rest: Vec<f64>,
    /// The lower triangle of the cross-products, row by row.
    pub(super) cross: Vec<f64>,
}

impl Format for Stored {
    const WHAT: &'static str = "stored moments";
    const VERSION: u32 = 1;
}

impl From<Moments> for Stored {
    fn from(moments: Moments) -> Self {
        let cross = moments.cross.rows().into_iter().enumerate();
        Self {
            format_version: Version::CURRENT,
            n_features: moments.n_features,
            n_targets: moments.n_targets,
            n_samples: moments.location.n_samples,
            weight_sum: moments.location.weight_sum,
            mean: moments.location.mean.to_vec(),
            mean_rest: moments.location.rest.to_vec(),
            cross: cross
                .flat_map(|(i, row)| row.iter().take(i + 1).copied().collect::<Vec<_>>())
                .collect(),
            feature_names: moments.feature_names,
        }
    }
}

impl TryFrom<Stored> for Moments {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        let triangle = |width: usize| width.checked_mul(width + 1).map(|twice| twice / 2);
        let width = stored
            .n_features
            .checked_add(stored.n_targets)
            .filter(|&width| triangle(width).is_some());
        let Some(width) = width else {
            return Err(Stored::malformed("the number of features is too large"));
        };
        check_length("stored means", width, stored.mean.len())?;
        check_length("stored means", width, stored.mean_rest.len())?;
        check_length(
            "stored cross-products",
            triangle(width).unwrap_or_default(),
            stored.cross.len(),
        )?;
        let mut moments = Self::new(stored.n_features, stored.n_targets)?;
        if let Some(names) = stored.feature_names {
            moments = moments.with_feature_names(names)?;
        }
        let (mean, rest) = (Array1::from(stored.mean), Array1::from(stored.mean_rest));
        let cross = Array1::from(stored.cross);
        check_finite("mean", mean.view())?;
        check_finite("mean_rest", rest.view())?;
        check_finite("cross", cross.view())?;
        let weight_sum = stored.weight_sum;
        let seen = weight_sum.is_finite()
            && (weight_sum > 0.0) == (stored.n_samples > 0)
            && weight_sum >= 0.0
            && stored.n_samples as u64 <= MOST_SAMPLES;
        let diagonal = (0..width).all(|i| cross[i * (i + 1) / 2 + i] >= 0.0);
        if !seen || !diagonal {
            return Err(Stored::malformed(
                "counts, weights and squares must not be negative, and no count above 2^53",
            ));
        }
        moments.cross = Array2::zeros((width, width));
        for i in 0..width {
            for j in 0..=i {
                moments.cross[[i, j]] = cross[i * (i + 1) / 2 + j];
            }
        }
        moments.location = Location {
            n_samples: stored.n_samples,
            weight_sum,
            mean,
            rest,
        };
        Ok(moments)
    }
}
