//! Statistics of the fit as a whole: R², σ, F, likelihood and information criteria.

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use crate::statistics::{HypothesisTest, Reference, Test};

/// A residual sum of squares below this share of `Σ s y²` is rounding.
const PERFECT: f64 = 1e-28;
/// Below this share of the total, what the model explains is not taken as a difference.
const SMALL_SHARE: f64 = 1e-3;

/// Parameters that an information criterion counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ParameterCount {
    /// Slopes and intercept, as statsmodels does.
    Coefficients,
    /// The variance of the noise as well: R's `AIC` and `BIC`. AIC is then larger by 2, BIC by `ln n`.
    CoefficientsAndVariance,
}

/// Statistics of the fit as a whole; an undefined one is `None`.
///
/// ```text
/// σ² = RSS / (n − df)       R² = 1 − RSS/TSS       adjusted R² = 1 − (RSS/(n − df)) / (TSS/(n − 1))
/// F  = ((TSS − RSS)/slopes) / σ²                   ln L = −(n/2) (ln(2π RSS/n) + 1) [+ ½ Σ ln sᵢ]
/// ```
///
/// With absorbed effects the sums are within groups, `df` counts the groups and their number takes the place of the
/// intercept's 1. Without an intercept `TSS = Σ s y²` is not centred and `n` takes the place of `n − 1`, as in R and
/// statsmodels. `df` is the trace of the hat matrix, intercept included: the rank without a penalty. `½ Σ ln s` is for
/// analytic weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FitStatistics {
    /// Number of observations `n`: rows of positive weight, or the sum of the frequencies.
    pub n_observations: f64,
    /// Effective degrees of freedom `df` that the fit used.
    pub effective_df: f64,
    /// Residual degrees of freedom `n − df`.
    pub residual_df: f64,
    /// Residual sum of squares `RSS = Σ s (y − ŷ)²`.
    pub residual_sum_of_squares: f64,
    /// Total sum of squares `TSS = Σ s (y − ȳ)²`; `Σ s y²` without an intercept.
    pub total_sum_of_squares: f64,
    /// Residual standard deviation `σ`, in units of the target; `None` when no degree of freedom is left.
    #[serde(with = "crate::statistics::stored::optional")]
    pub sigma: Option<f64>,
    /// R², the share of the variance that the model explains; `None` for a constant target.
    #[serde(with = "crate::statistics::stored::optional")]
    pub r2: Option<f64>,
    /// R² adjusted for degrees of freedom.
    #[serde(with = "crate::statistics::stored::optional")]
    pub adjusted_r2: Option<f64>,
    /// F test that every slope is zero, with the covariance in use; `None` with a penalty or without slopes.
    pub f_test: Option<HypothesisTest>,
    /// Log-likelihood `ln L` at its maximum; infinite for a perfect fit; `None` from moments of analytic weights, which
    /// do not hold `Σ ln s`.
    #[serde(with = "crate::statistics::stored::optional")]
    pub log_likelihood: Option<f64>,
    /// True where the residuals are nothing but rounding; every statistic that divides by `σ` is then unreliable.
    pub essentially_perfect: bool,
    /// The penalty `λ` of the fit.
    pub lambda: f64,
    /// True for a model with an intercept.
    pub fit_intercept: bool,
    /// Degrees of freedom among the effective ones that [absorbed](crate::model::Absorbed) effects took: their number.
    #[serde(default)]
    pub absorbed_df: f64,
}

/// The sums that the statistics are made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sums {
    pub(super) n: f64,
    pub(super) effective_df: f64,
    /// Those of them that are absorbed effects.
    pub(super) absorbed: f64,
    pub(super) residual: f64,
    pub(super) total: f64,
    /// `Σ s (ŷ − ȳ)²`
    pub(super) explained: f64,
    /// `Σ s y²`
    pub(super) uncentred: f64,
    /// `Σ ln s`; `None` where it is not known.
    pub(super) ln_weights: Option<f64>,
    pub(super) lambda: f64,
    pub(super) fit_intercept: bool,
}

impl FitStatistics {
    pub(super) fn new(sums: &Sums) -> Self {
        let (rss, tss, n) = (sums.residual, sums.total, sums.n);
        let residual_df = n - sums.effective_df;
        let has_df = residual_df > 1e-9 * n;
        let intercept = f64::from(u8::from(sums.fit_intercept));
        let variance = has_df.then(|| rss / residual_df);
        let means = intercept + sums.absorbed;
        let slopes = sums.effective_df - means;
        let difference = tss - rss;
        let explained = if difference > SMALL_SHARE * tss {
            difference
        } else {
            sums.explained
        };
        let f = match variance {
            Some(variance) if sums.lambda == 0.0 && slopes > 0.5 => {
                let f = explained / slopes / variance;
                let reference = Reference::f(slopes, residual_df);
                (!f.is_nan()).then(|| HypothesisTest::new(Test::OverallF, f, reference))
            }
            _ => None,
        };
        let varies = tss > 0.0;
        Self {
            n_observations: n,
            effective_df: sums.effective_df,
            residual_df,
            residual_sum_of_squares: rss,
            total_sum_of_squares: tss,
            sigma: variance.map(f64::sqrt),
            r2: varies.then(|| 1.0 - rss / tss),
            adjusted_r2: variance
                .filter(|_| varies && n > means)
                .map(|variance| 1.0 - variance / (tss / (n - means))),
            f_test: f,
            log_likelihood: sums
                .ln_weights
                .map(|ln_weights| 0.5 * (ln_weights - n * ((TAU * rss / n).ln() + 1.0))),
            essentially_perfect: rss <= PERFECT * sums.uncentred,
            lambda: sums.lambda,
            fit_intercept: sums.fit_intercept,
            absorbed_df: sums.absorbed,
        }
    }

    fn parameters(&self, count: ParameterCount) -> f64 {
        match count {
            ParameterCount::Coefficients => self.effective_df,
            ParameterCount::CoefficientsAndVariance => self.effective_df + 1.0,
        }
    }

    /// Akaike's criterion, `−2 ln L + 2k` (Akaike, 1974).
    #[must_use]
    pub fn aic(&self, count: ParameterCount) -> Option<f64> {
        self.log_likelihood
            .map(|ln| -2.0 * ln + 2.0 * self.parameters(count))
    }

    /// Akaike's criterion corrected for small samples, `AIC + 2k(k + 1)/(n − k − 1)` (Hurvich & Tsai, 1989, who count
    /// the variance); `None` unless `n > k + 1`.
    #[must_use]
    pub fn aicc(&self, count: ParameterCount) -> Option<f64> {
        let k = self.parameters(count);
        let left = self.n_observations - k - 1.0;
        let correction = (left > 0.0).then(|| 2.0 * k * (k + 1.0) / left)?;
        self.aic(count).map(|aic| aic + correction)
    }

    /// Schwarz's criterion, `−2 ln L + k ln n` (Schwarz, 1978).
    #[must_use]
    pub fn bic(&self, count: ParameterCount) -> Option<f64> {
        self.log_likelihood
            .map(|ln| -2.0 * ln + self.parameters(count) * self.n_observations.ln())
    }
}
