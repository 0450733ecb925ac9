//! Data whose answer is known.

use ndarray::{Array1, Array2, ArrayViewMut2, Axis};
use ndarray_rand::RandomExt;
use ndarray_rand::rand_distr::StandardNormal;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::Dataset;
use crate::check::check_non_negative;
use crate::error::{Error, Result};

/// A recipe for regression data with `n` samples and `p` features: `y = X w + b + noise`.
///
/// Without further choices the features are independent standard normal, all of them matter, there is no noise and no
/// intercept. A recipe gives the same data each time: the generator is `Xoshiro256PlusPlus` by `seed_from_u64`.
///
/// # Examples
///
/// ```
/// use elltwo::data::synthetic;
///
/// let made = synthetic::regression(200, 4).noise(0.1).condition_number(1e3).intercept(7.0).seed(3).generate()?;
/// let residual = &made.dataset.y() - &made.dataset.x().dot(&made.coefficients) - made.intercept;
/// assert!(residual.iter().all(|r| r.abs() < 0.6));
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Regression {
    n_samples: usize,
    n_features: usize,
    n_informative: Option<usize>,
    noise: f64,
    condition_number: Option<f64>,
    outlier_fraction: f64,
    outlier_magnitude: f64,
    intercept: f64,
    feature_mean: f64,
    seed: u64,
}

/// Generated data and the truth behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Synthetic {
    /// The data.
    pub dataset: Dataset,
    /// The true coefficients `w`, shape `(p,)`.
    pub coefficients: Array1<f64>,
    /// The true intercept `b`.
    pub intercept: f64,
    /// The rows whose target was shifted, in ascending order.
    pub outliers: Vec<usize>,
}

/// Regression data with this many samples and features.
#[must_use]
pub fn regression(n_samples: usize, n_features: usize) -> Regression {
    Regression {
        n_samples,
        n_features,
        n_informative: None,
        noise: 0.0,
        condition_number: None,
        outlier_fraction: 0.0,
        outlier_magnitude: 0.0,
        intercept: 0.0,
        feature_mean: 0.0,
        seed: 0,
    }
}

impl Regression {
    /// Number of coefficients, at random places, that are not 0. Default: all.
    #[must_use]
    pub fn n_informative(mut self, n: usize) -> Self {
        self.n_informative = Some(n);
        self
    }

    /// The standard deviation of the normal noise, in units of the target. Default 0.
    #[must_use]
    pub fn noise(mut self, sd: f64) -> Self {
        self.noise = sd;
        self
    }

    /// The condition number κ ≥ 1 of the centred design: `X = √n U diag(s) Vᵀ` with random orthonormal `U ⊥ 1` and
    /// `V`, and singular values spaced evenly in the logarithm from 1 to 1/κ. Needs `n > p`. Default: independent
    /// normal columns.
    #[must_use]
    pub fn condition_number(mut self, condition: f64) -> Self {
        self.condition_number = Some(condition);
        self
    }

    /// Moves the target of this fraction of the rows (rounded) by `magnitude`, up or down at random. Default: none.
    #[must_use]
    pub fn outliers(mut self, fraction: f64, magnitude: f64) -> Self {
        self.outlier_fraction = fraction;
        self.outlier_magnitude = magnitude;
        self
    }

    /// The true intercept. Default 0.
    #[must_use]
    pub fn intercept(mut self, intercept: f64) -> Self {
        self.intercept = intercept;
        self
    }

    /// Added to every feature: uncentred data, as real data are. Default 0.
    #[must_use]
    pub fn feature_mean(mut self, mean: f64) -> Self {
        self.feature_mean = mean;
        self
    }

    /// The seed. Default 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Draws the data.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] for no sample or no feature; [`Error::TooFewSamples`] if a condition number is asked for with
    /// `n ≤ p`; [`Error::InvalidParameter`] unless `noise` and `outlier magnitude` are finite and at least 0, `0 ≤
    /// fraction ≤ 1`, `1 ≤ κ ≤ 10¹²`, `n_informative ≤ p`, and intercept and feature mean are finite.
    pub fn generate(&self) -> Result<Synthetic> {
        self.validate()?;
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let (n, p) = (self.n_samples, self.n_features);
        let mut x = match self.condition_number {
            Some(condition) => conditioned(n, p, condition, &mut rng),
            None => normal(n, p, &mut rng),
        };
        x += self.feature_mean;

        let mut coefficients = Array1::random_using(p, StandardNormal, &mut rng);
        let mut order: Vec<usize> = (0..p).collect();
        order.shuffle(&mut rng);
        for j in &order[self.n_informative.unwrap_or(p)..] {
            coefficients[*j] = 0.0;
        }
        let noise: Array1<f64> = Array1::random_using(n, StandardNormal, &mut rng);
        let mut y = x.dot(&coefficients) + self.intercept;
        y.scaled_add(self.noise, &noise);

        let mut rows: Vec<usize> = (0..n).collect();
        rows.shuffle(&mut rng);
        // 0 ≤ fraction · n ≤ n.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        rows.truncate((self.outlier_fraction * n as f64).round() as usize);
        rows.sort_unstable();
        for row in &rows {
            let up: bool = rng.random();
            y[*row] += if up { 1.0 } else { -1.0 } * self.outlier_magnitude;
        }
        Ok(Synthetic {
            dataset: Dataset::new(x, y)?,
            coefficients,
            intercept: self.intercept,
            outliers: rows,
        })
    }

    fn validate(&self) -> Result<()> {
        if self.n_samples == 0 || self.n_features == 0 {
            return Err(Error::empty("the synthetic design"));
        }
        check_non_negative("noise", self.noise)?;
        check_non_negative("outlier magnitude", self.outlier_magnitude)?;
        require(
            "outlier fraction",
            self.outlier_fraction,
            "between 0 and 1",
            (0.0..=1.0).contains(&self.outlier_fraction),
        )?;
        require(
            "intercept",
            self.intercept,
            "finite",
            self.intercept.is_finite(),
        )?;
        require(
            "feature_mean",
            self.feature_mean,
            "finite",
            self.feature_mean.is_finite(),
        )?;
        let informative = self.n_informative.unwrap_or(self.n_features);
        require(
            "n_informative",
            informative as f64,
            "at most the number of features",
            informative <= self.n_features,
        )?;
        if let Some(condition) = self.condition_number {
            // Beyond 10¹² the rounding of X itself would decide the smallest singular value.
            require(
                "condition_number",
                condition,
                "between 1 and 1e12, and 1 for a single feature",
                (1.0..=1e12).contains(&condition) && (self.n_features > 1 || condition == 1.0),
            )?;
            if self.n_samples <= self.n_features {
                return Err(Error::too_few(
                    "a design with this condition_number",
                    self.n_features + 1,
                    self.n_samples,
                ));
            }
        }
        Ok(())
    }
}

fn require(name: &'static str, value: f64, requirement: &'static str, holds: bool) -> Result<()> {
    if holds {
        return Ok(());
    }
    Err(Error::parameter(name, value, requirement))
}

fn normal(rows: usize, columns: usize, rng: &mut Xoshiro256PlusPlus) -> Array2<f64> {
    Array2::random_using((rows, columns), StandardNormal, rng)
}

/// `√n U diag(s) Vᵀ` with `U` orthogonal to the constant column.
fn conditioned(n: usize, p: usize, condition: f64, rng: &mut Xoshiro256PlusPlus) -> Array2<f64> {
    // The constant column comes first, so that Gram–Schmidt makes the others orthogonal to it.
    let mut u = normal(n, p + 1, rng);
    u.column_mut(0).fill(1.0);
    orthonormalize(u.view_mut());
    let (_, mut u) = u.view_mut().split_at(Axis(1), 1);
    let mut v = normal(p, p, rng);
    orthonormalize(v.view_mut());
    for (j, mut column) in u.columns_mut().into_iter().enumerate() {
        let exponent = j as f64 / (p - 1).max(1) as f64;
        column *= (n as f64).sqrt() * condition.powf(-exponent);
    }
    u.dot(&v.t())
}

/// Gram–Schmidt, each column twice ("twice is enough": Kahan & Parlett).
fn orthonormalize(mut columns: ArrayViewMut2<'_, f64>) {
    for j in 0..columns.ncols() {
        let (done, mut rest) = columns.view_mut().split_at(Axis(1), j);
        let mut column = rest.column_mut(0);
        for _ in 0..2 {
            for q in done.columns() {
                let projection = q.dot(&column);
                column.scaled_add(-projection, &q);
            }
        }
        let norm = column.dot(&column).sqrt();
        column /= norm;
    }
}
