//! The wild cluster bootstrap: a test of one parameter with few clusters, from sums by cluster, without refitting.

use ndarray::Array1;
use rand::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::cluster_scores::Places;
use super::covariance::Rows;
use super::{Clusters, Covariance, Term};
use crate::check::{check_count, check_length, check_parameter, check_rows};
use crate::error::{Error, Result};
use crate::model::RidgeFit;
use crate::scalar::Scalar;
use crate::solver::closed_form::Care;

/// Statistics that differ by less than this share are tied.
const TIED: f64 = 1e-9;

/// Multipliers of the residuals of a cluster: of mean 0 and variance 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Multipliers {
    /// ±1 with equal chances.
    #[default]
    Rademacher,
    /// ±√½, ±1 and ±√(3/2) with equal chances, for fewer than about ten clusters (Webb, 2013).
    Webb,
}

/// Wild cluster bootstrap of a t statistic, with the null hypothesis imposed.
///
/// ```text
/// y* = ŷ₀ + v_g e₀     ŷ₀, e₀ of least squares under β = β₀     t* = (β* − β₀) / se*, CR1 of the fit to y*
/// p = share of |t*| > |t|
/// ```
///
/// A sample costs a few products per cluster: scores of the residuals are summed by cluster once, and of a new sample
/// only their multipliers differ. With Rademacher multipliers and `2ᴳ ≤ draws` every pattern of signs is taken once
/// instead. Source: Cameron, Gelbach & Miller, *Bootstrap-based improvements for inference with clustered errors*,
/// 2008; Roodman, MacKinnon, Nielsen & Webb, *Fast and wild*, 2019.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::inference::{Term, WildBootstrap};
/// use elltwo::model::RidgeRegression;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [9.0], [8.0], [4.0]];
/// let y = array![1.1, 1.9, 3.4, 3.9, 5.3, 5.8, 7.4, 8.7, 8.1, 4.3];
/// let fit = RidgeRegression::new().analyse(&Samples::new(x.view(), y.view(), None)?)?;
/// let test = fit.wild_bootstrap(&[0, 0, 1, 1, 2, 2, 3, 3, 4, 4], Term::Feature(0), &WildBootstrap::new(999))?;
/// // All 32 patterns of signs; the two that leave every residual as it is, or turn all, tie with the data.
/// assert_eq!(test.statistics.len(), 32);
/// assert!(test.p_value < 0.1);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WildBootstrap {
    draws: usize,
    seed: u64,
    multipliers: Multipliers,
    null: f64,
}

/// Result of a [`WildBootstrap`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BootstrapTest {
    /// t statistic of the data, by CR1.
    pub statistic: f64,
    /// Share of the samples whose statistic is further from 0; ties are not.
    pub p_value: f64,
    /// Statistics of the samples, in the order of the draws.
    pub statistics: Vec<f64>,
}

impl WildBootstrap {
    /// So many draws of Rademacher multipliers, with the seed 0, of the null hypothesis that the parameter is 0.
    #[must_use]
    pub fn new(draws: usize) -> Self {
        Self {
            draws,
            seed: 0,
            multipliers: Multipliers::default(),
            null: 0.0,
        }
    }

    /// Sets the seed.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Sets the distribution of the multipliers.
    #[must_use]
    pub fn multipliers(self, multipliers: Multipliers) -> Self {
        Self {
            multipliers,
            ..self
        }
    }

    /// Sets the value of the parameter under the null hypothesis.
    #[must_use]
    pub fn null(self, value: f64) -> Self {
        Self {
            null: value,
            ..self
        }
    }

    /// Multipliers of each draw: one for each cluster, in the order of their first rows.
    pub fn samples(&self, n_clusters: usize) -> impl Iterator<Item = Array1<f64>> + use<> {
        let patterns = u32::try_from(n_clusters).ok();
        let patterns = patterns.and_then(|bits| 1_usize.checked_shl(bits));
        let every = patterns.filter(|patterns| {
            self.multipliers == Multipliers::Rademacher && *patterns <= self.draws
        });
        let mut random = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let multipliers = self.multipliers;
        (0..every.unwrap_or(self.draws)).map(move |draw| {
            let multiplier = |cluster: usize| match (every, multipliers) {
                (Some(_), _) => sign(draw >> cluster & 1 == 0),
                (None, Multipliers::Rademacher) => sign(random.next_u64() >> 63 == 0),
                (None, Multipliers::Webb) => {
                    // The remainder of 64 bits by 6 is even to 1e-18.
                    let choice = random.next_u64() % 6;
                    sign(choice.is_multiple_of(2))
                        * [0.5_f64, 1.0, 1.5][(choice / 2) as usize].sqrt()
                }
            };
            (0..n_clusters).map(multiplier).collect()
        })
    }
}

fn sign(positive: bool) -> f64 {
    if positive { 1.0 } else { -1.0 }
}

impl<F: Scalar> RidgeFit<'_, F> {
    /// Test of one parameter by the wild cluster bootstrap; `clusters` has the cluster of each row, `(n,)`.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`]; [`Error::TooFewSamples`] for a single cluster; [`Error::InvalidParameter`] without
    /// draws, with a penalty, for a parameter that there is not or that the data do not determine, and for clusters
    /// that cut a group of absorbed effects; [`Error::Overflow`].
    pub fn wild_bootstrap(
        &self,
        clusters: &[usize],
        term: Term,
        bootstrap: &WildBootstrap,
    ) -> Result<BootstrapTest> {
        check_count("draws", bootstrap.draws)?;
        let rule = "0 for the bootstrap, whose samples are least squares";
        check_parameter(
            self.is_unpenalised(),
            "lambda",
            self.report().lambda[0],
            rule,
        )?;
        check_length(
            "length of clusters",
            self.samples().n_rows(),
            clusters.len(),
        )?;
        let inference = self.inference(Covariance::Clustered(Clusters::new(clusters)))?;
        let offset = usize::from(inference.fit().fit_intercept);
        let place = match term {
            Term::Intercept => (offset == 1).then_some(0),
            Term::Feature(feature) => Some(feature + offset),
        };
        let estimate = place.and_then(|place| Some((place, inference.estimates().get(place)?)));
        let (place, estimate) =
            estimate
                .filter(|(_, estimate)| !estimate.aliased)
                .ok_or(Error::parameter(
                    "term",
                    f64::NAN,
                    "a parameter that the data determine",
                ))?;
        let factor = self.factor(Care::Covariance)?;
        let residuals = self.training_residuals()?;
        let problem = self.problem();
        let fit = inference.fit();
        let rows = Rows {
            factor,
            problem: &problem,
            residuals: residuals.raw.view(),
            kind: self.kind(),
            effects: self.effects(),
            n: fit.n_observations,
            residual_df: fit.residual_df,
        };
        rows.check_nested(clusters)?;
        let places = Places::new(clusters, |row| rows.weight(row) > 0.0);
        check_rows("a covariance by clusters (of clusters)", 2, places.count)?;
        let mut scores = rows.cluster_scores(&places, true);
        self.samples().cancellation().check()?;
        let direction = factor.to_parameters().column(place).to_owned();
        // Residuals under the null hypothesis are those of the fit and a multiple of `t·q`.
        let shift = (estimate.value - bootstrap.null) / direction.dot(&direction);
        let along: Vec<Array1<f64>> = (0..places.count)
            .map(|cluster| scores.scatter(cluster).dot(&direction))
            .collect();
        for (mut sum, along) in scores.sums.rows_mut().into_iter().zip(&along) {
            sum.scaled_add(shift, along);
        }
        let own = scores.sums.dot(&direction);
        let count = places.count as f64;
        let correction = count / (count - 1.0) * ((rows.n - 1.0) / rows.residual_df);
        let statistic_of = |multipliers: &Array1<f64>| {
            // What the coefficients gain, in the coordinates of the scores.
            let gain = scores.sums.t().dot(multipliers);
            let squares = multipliers.iter().zip(&own).zip(&along);
            let squares = squares.map(|((v, own), along)| (v * own - along.dot(&gain)).powi(2));
            direction.dot(&gain) / (correction * squares.sum::<f64>()).sqrt()
        };
        let statistics: Vec<f64> = bootstrap
            .samples(places.count)
            .map(|multipliers| statistic_of(&multipliers))
            .collect();
        let statistic =
            (estimate.value - bootstrap.null) / estimate.standard_error.unwrap_or(f64::NAN);
        let beyond = statistics.iter();
        let beyond = beyond
            .filter(|t| t.abs() > statistic.abs() * (1.0 + TIED))
            .count();
        Ok(BootstrapTest {
            statistic,
            p_value: beyond as f64 / statistics.len() as f64,
            statistics,
        })
    }
}
