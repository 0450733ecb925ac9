//! A model per group: one row of coefficients, errors and R² for each key.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;

use ndarray::{Array1, Axis};

use super::covariance::Covariance;
use super::{Inference, Term};
use crate::error::{Error, Result};
use crate::model::{LinearModel, RidgeRegression};
use crate::moments::{Grouped, Moments};
use crate::parallel;
use crate::samples::{Samples, WeightKind};
use crate::scalar::Scalar;

/// Condition number up to which moments give twelve digits of a covariance.
const MOMENTS_CONDITION: f64 = 67.0;
/// Share of the total that a residual sum of squares must have for a difference of sums to leave eleven digits of it.
const RESIDUAL_SHARE: f64 = 1e-4;
/// Groups that a thread takes at a time.
const GROUPS_OF_A_PART: usize = 256;

/// A model for each group of rows, in the order of the first row of each group.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::inference::GroupedFit;
/// use elltwo::model::RidgeRegression;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [1.0], [2.0], [4.0], [5.0]];
/// let y = array![2.1, 3.9, 6.0, 1.0, 0.5, -0.9, 9.0];
/// let towns = ["Bonn", "Bonn", "Bonn", "Ulm", "Ulm", "Ulm", "Kiel"];
/// let samples = Samples::new(x.view(), y.view(), None)?;
/// let fits = GroupedFit::new(&RidgeRegression::new(), &samples, &towns)?;
///
/// let (town, bonn) = fits.iter().next().expect("the first group");
/// assert_eq!((*town, bonn.n_samples), ("Bonn", 3));
/// assert!((bonn.coefficients[0] - 1.95).abs() < 1e-12);
/// let kiel = fits.get(&"Kiel").expect("it has a row");
/// let reason = kiel.reason.as_ref().map(ToString::to_string);
/// assert_eq!(reason.as_deref(), Some("1 row, and 2 parameters with errors need 3"));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GroupedFit<K = usize> {
    keys: Vec<K>,
    fits: Vec<GroupFit>,
}

/// The model of one group, or of a window.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GroupFit {
    /// Rows of positive weight.
    pub n_samples: usize,
    /// Intercept; 0 without one, NaN where there is no model.
    pub intercept: f64,
    /// Coefficients, `(p,)`; empty where there is no model.
    pub coefficients: Array1<f64>,
    /// Standard errors, `(k,)`, that of the intercept first if there is one; empty where there is no model.
    pub standard_errors: Array1<f64>,
    /// R², about zero without an intercept, as [`FitStatistics`](super::FitStatistics) has it; `None` where the target
    /// does not vary.
    pub r2: Option<f64>,
    /// Why there is no model.
    pub reason: Option<NoModel>,
}

/// Reason why a group has no model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoModel {
    /// Fewer rows than parameters with errors need.
    TooFewRows {
        /// Number of rows.
        found: usize,
        /// Number of parameters.
        parameters: usize,
    },
    /// A window that is not full yet.
    Incomplete {
        /// Number of rows.
        found: usize,
        /// Number of rows that it is to have.
        wanted: usize,
    },
    /// Columns that do not vary in the group, or depend on others there.
    DeficientRank {
        /// Independent columns.
        rank: usize,
        /// Columns.
        n_features: usize,
    },
    /// The fit failed.
    Failed {
        /// Message of the error.
        message: String,
    },
}

impl fmt::Display for NoModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewRows { found, parameters } => {
                let rows = if *found == 1 { "row" } else { "rows" };
                let (needed, parameters) = match parameters {
                    1 => (2, "1 parameter with its error needs".to_owned()),
                    count => (count + 1, format!("{count} parameters with errors need")),
                };
                write!(f, "{found} {rows}, and {parameters} {needed}")
            }
            Self::Incomplete { found, wanted } => {
                write!(f, "{found} of the {wanted} rows of a window")
            }
            Self::DeficientRank { rank, n_features } => {
                write!(f, "{rank} of {n_features} columns are independent here")
            }
            Self::Failed { message } => f.write_str(message),
        }
    }
}

impl<K: Eq + Hash + Clone + Send + Sync> GroupedFit<K> {
    /// Fits each group by one pass over the rows; `keys` has the key of each, `(n,)`. A group that is ill-conditioned
    /// or almost perfectly explained, of which moments would lose digits, is fitted from its rows, as by
    /// [`analyse`](RidgeRegression::analyse).
    ///
    /// # Errors
    ///
    /// As [`Grouped::update`]; [`Error::InvalidParameter`] for a penalty out of range.
    pub fn new<F: Scalar>(
        ridge: &RidgeRegression,
        samples: &Samples<'_, F>,
        keys: &[K],
    ) -> Result<Self> {
        let mut groups = Grouped::new(samples.n_features(), 1)?;
        groups.update(keys, samples.x(), samples.y(), samples.weights())?;
        let kind = samples.weights().map(|_| WeightKind::Analytic);
        let mut fits = Self::of(ridge, &groups, kind)?;
        // From their rows: those of which moments cannot be trusted.
        let doubtful = fits.iter().enumerate().filter(|(_, found)| !found.precise);
        let doubtful: HashMap<&K, usize> =
            doubtful.map(|(at, _)| (&groups.keys()[at], at)).collect();
        let mut rows: HashMap<usize, Vec<usize>> = HashMap::new();
        if !doubtful.is_empty() {
            for (row, key) in keys.iter().enumerate() {
                if let Some(at) = doubtful.get(key).filter(|_| samples.weight(row) > 0.0) {
                    rows.entry(*at).or_default().push(row);
                }
            }
        }
        let rows: Vec<(usize, Vec<usize>)> = rows.into_iter().collect();
        let refitted = parallel::map(rows.len(), |at| {
            let rows = &rows[at].1;
            let (x, y) = (
                samples.x().select(Axis(0), rows),
                samples.y().select(Axis(0), rows),
            );
            let weights = samples
                .weights()
                .map(|weights| weights.select(Axis(0), rows));
            let weights = weights.as_ref().map(|weights| weights.view());
            Samples::new(x.view(), y.view(), weights)
                .and_then(|samples| ridge.analyse(&samples)?.inference(Covariance::Classical))
        });
        for ((at, rows), inference) in rows.iter().zip(refitted) {
            fits[*at].fit = GroupFit::of(inference, rows.len());
        }
        Ok(Self {
            keys: groups.keys().to_vec(),
            fits: fits.into_iter().map(|found| found.fit).collect(),
        })
    }

    /// Fits each group from its moments, the rows gone. `weights` says what the weights of the rows meant, `None` that
    /// there were none. Digits are those of [`Inference::from_moments`].
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for a penalty out of range, and for groups that have
    /// [means alone](crate::moments::Detail::Means); [`Error::ShapeMismatch`] for more than one target.
    pub fn from_moments(
        ridge: &RidgeRegression,
        groups: &Grouped<K>,
        weights: Option<WeightKind>,
    ) -> Result<Self> {
        let fits = Self::of(ridge, groups, weights)?;
        Ok(Self {
            keys: groups.keys().to_vec(),
            fits: fits.into_iter().map(|found| found.fit).collect(),
        })
    }

    fn of(
        ridge: &RidgeRegression,
        groups: &Grouped<K>,
        weights: Option<WeightKind>,
    ) -> Result<Vec<Found>> {
        ridge.validate()?;
        crate::check::check_length("targets of the groups", 1, groups.n_targets())?;
        if groups.detail() != crate::moments::Detail::Full {
            let rule = "Detail::Full, for a model of each group";
            return Err(Error::parameter("detail", 0.0, rule));
        }
        let parts = parallel::map(groups.len().div_ceil(GROUPS_OF_A_PART), |part| {
            let first = part * GROUPS_OF_A_PART;
            let last = groups.len().min(first + GROUPS_OF_A_PART);
            let moments = (first..last).filter_map(|group| groups.moments_at(group));
            moments
                .map(|moments| Found::of(ridge, &moments, weights))
                .collect::<Vec<_>>()
        });
        Ok(parts.into_iter().flatten().collect())
    }

    /// Keys and models, in the order of the first row of each group.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&K, &GroupFit)> {
        self.keys.iter().zip(&self.fits)
    }

    /// The model of a group; `None` if there is no such group. It is looked for from the first on.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&GroupFit> {
        let place = self.keys.iter().position(|other| other == key)?;
        self.fits.get(place)
    }

    /// Number of groups.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// True without any group.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

/// A model from moments, and whether they gave it all its digits.
pub(super) struct Found {
    pub(super) fit: GroupFit,
    pub(super) precise: bool,
}

impl Found {
    pub(super) fn of(
        ridge: &RidgeRegression,
        moments: &Moments,
        weights: Option<WeightKind>,
    ) -> Self {
        let n = moments.n_samples();
        // Fewer rows than parameters are no matter of digits.
        let inference = || {
            let model: LinearModel<f64> = ridge.fit_moments(moments)?;
            Inference::from_moments(&model, moments, weights)
        };
        let inference = inference();
        let precise = inference.as_ref().is_ok_and(|inference| {
            let (report, fit) = (inference.report(), inference.fit());
            let ridge = report.ridge();
            ridge.is_some_and(|ridge| ridge.condition_number <= MOMENTS_CONDITION)
                && !report.is_rank_deficient()
                && fit.residual_sum_of_squares >= RESIDUAL_SHARE * fit.total_sum_of_squares
        });
        let fit = GroupFit::of(inference, n);
        let few = matches!(fit.reason, Some(NoModel::TooFewRows { .. }));
        Self {
            precise: precise || few,
            fit,
        }
    }
}

impl GroupFit {
    /// No model of so many rows.
    pub(super) fn nothing(n_samples: usize, reason: NoModel) -> Self {
        Self {
            n_samples,
            intercept: f64::NAN,
            coefficients: Array1::zeros(0),
            standard_errors: Array1::zeros(0),
            r2: None,
            reason: Some(reason),
        }
    }

    pub(super) fn of(inference: Result<Inference>, n_samples: usize) -> Self {
        let nothing = |reason| Self::nothing(n_samples, reason);
        let inference = match inference {
            Ok(inference) => inference,
            Err(error) => {
                return nothing(NoModel::Failed {
                    message: error.to_string(),
                });
            }
        };
        let (report, fit, estimates) = (inference.report(), inference.fit(), inference.estimates());
        if fit.sigma.is_none() || (fit.lambda == 0.0 && n_samples <= estimates.len()) {
            return nothing(NoModel::TooFewRows {
                found: n_samples,
                parameters: estimates.len(),
            });
        }
        if fit.lambda == 0.0 && report.is_rank_deficient() {
            return nothing(NoModel::DeficientRank {
                rank: report.rank().unwrap_or_default(),
                n_features: report.n_features,
            });
        }
        let slopes = estimates.iter().filter(|e| e.term != Term::Intercept);
        Self {
            n_samples,
            intercept: inference.intercept().map_or(0.0, |estimate| estimate.value),
            coefficients: slopes.map(|estimate| estimate.value).collect(),
            standard_errors: (estimates.iter())
                .map(|estimate| estimate.standard_error.unwrap_or(f64::NAN))
                .collect(),
            r2: fit.r2,
            reason: None,
        }
    }
}
