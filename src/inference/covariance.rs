//! Covariances of the coefficients: the classical one, and those that do without one variance or without independence.

use std::collections::BTreeSet;
use std::fmt;

use ndarray::{Array1, Array2, ArrayView1};
use serde::{Deserialize, Serialize};

use super::clusters::{ClusterCorrection, Clusters};
use crate::error::{Error, Result};
use crate::linalg::{PivotedCholesky, placed_columns};
use crate::model::Effects;
use crate::parallel;
use crate::samples::WeightKind;
use crate::scalar::Scalar;
use crate::solver::closed_form::{Factor, Problem};

/// `1 − h` below this is rounding: the sample determines its own fit.
const LEVERAGE_GAP: f64 = 1e-12;

/// Covariance estimator of the coefficients.
///
/// With `eᵢ` the residuals and `A = XᵀSX + WλI`, all but the first are sandwiches `A⁻¹ M A⁻¹`, `X` with a column of
/// ones:
///
/// ```text
/// Hc0         M = Σ sᵢ² eᵢ² xᵢxᵢᵀ                                  White, 1980
/// Hc1         M of Hc0 times n/(n − df)                            Hinkley, 1977
/// Hc2         eᵢ²/(1 − hᵢ) for eᵢ²                                 Horn, Horn & Duncan, 1975
/// Hc3         eᵢ²/(1 − hᵢ)² for eᵢ²                                MacKinnon & White, 1985
/// Clustered   M = c Σ_g u_g u_gᵀ, u_g = Σ_{i∈g} sᵢ eᵢ xᵢ           Liang & Zeger, 1986
///             with the correction of [`Clusters`]
/// NeweyWest   M = Γ₀ + Σ_{l≤lags} (1 − l/(lags + 1)) (Γₗ + Γₗᵀ)    Newey & West, 1987
///             Γₗ = Σ uᵢ uᵢ₋ₗᵀ, times n/(n − df) with `small_sample`
/// ```
///
/// A frequency counts as so many rows. Values are those of statsmodels' `cov_type` of the same name with `use_t=True`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Covariance<'a> {
    /// `σ² A⁻¹ XᵀSX A⁻¹`: independent errors of one variance (per weight).
    Classical,
    /// HC0, heteroscedasticity-consistent, without correction.
    Hc0,
    /// HC0 corrected for the degrees of freedom.
    Hc1,
    /// HC2, unbiased under one variance. Undefined at a leverage of 1.
    Hc2,
    /// HC3, near the jackknife; the one for small samples (Long & Ervin, 2000). Undefined at a leverage of 1.
    Hc3,
    /// Errors that depend on each other within clusters.
    Clustered(Clusters<'a>),
    /// Errors that depend on their neighbours; rows are in the order of time, those of weight 0 left out.
    NeweyWest {
        /// Number of neighbours on either side.
        lags: usize,
        /// Correction by `n/(n − df)`.
        small_sample: bool,
    },
}

/// [`Covariance`] that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum CovarianceKind {
    /// Independent errors of one variance.
    Classical,
    /// White's HC0.
    Hc0,
    /// HC1, corrected for the degrees of freedom.
    Hc1,
    /// HC2, corrected by the leverage.
    Hc2,
    /// HC3, corrected by the leverage squared.
    Hc3,
    /// Errors that depend on each other within clusters.
    Clustered {
        /// Number of clusters `G`.
        n_clusters: usize,
        /// Number of clusters of the other way, of errors that depend on each other in two ways.
        #[serde(default)]
        second: Option<usize>,
        /// Correction for few clusters.
        #[serde(default)]
        correction: ClusterCorrection,
        /// True of two ways whose difference has negative eigenvalues: a variance of a combination may be undefined.
        #[serde(default)]
        indefinite: bool,
    },
    /// Newey and West's, for heteroscedasticity and autocorrelation.
    NeweyWest {
        /// Number of neighbours on either side.
        lags: usize,
        /// Correction by `n/(n − df)`.
        small_sample: bool,
    },
}

impl Covariance<'_> {
    /// Power of `1 − hᵢ` that a squared residual is divided by, where the covariance is a sum over rows.
    fn gap_power(self) -> Option<u8> {
        match self {
            Self::Hc0 | Self::Hc1 => Some(0),
            Self::Hc2 => Some(1),
            Self::Hc3 => Some(2),
            _ => None,
        }
    }
}

impl fmt::Display for CovarianceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Classical => f.write_str("classical"),
            Self::Hc0 => f.write_str("HC0"),
            Self::Hc1 => f.write_str("HC1"),
            Self::Hc2 => f.write_str("HC2"),
            Self::Hc3 => f.write_str("HC3"),
            Self::Clustered {
                n_clusters,
                second,
                correction,
                indefinite,
            } => {
                f.write_str("clustered ")?;
                if *correction != ClusterCorrection::Cr1 {
                    write!(f, "{correction} ")?;
                }
                match second {
                    None => write!(f, "({n_clusters} clusters"),
                    Some(second) => write!(f, "({n_clusters} and {second} clusters"),
                }?;
                f.write_str(if *indefinite { ", indefinite)" } else { ")" })
            }
            Self::NeweyWest { lags, .. } => write!(f, "Newey–West ({lags} lags)"),
        }
    }
}

/// The rows a sandwich is made of.
pub(super) struct Rows<'a, F: Scalar> {
    pub(super) factor: &'a Factor,
    pub(super) problem: &'a Problem<'a, F>,
    /// `y − ŷ`
    pub(super) residuals: ArrayView1<'a, f64>,
    pub(super) kind: WeightKind,
    /// Groups about whose means the rows are.
    pub(super) effects: Option<&'a Effects>,
    pub(super) n: f64,
    pub(super) residual_df: f64,
}

/// Root of a covariance `V`: `S` with `SᵀS = V`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Root {
    /// This multiple of the identity.
    Scalar(f64),
    Matrix(Array2<f64>),
}

impl Root {
    /// `S B`.
    pub(super) fn times(&self, matrix: &Array2<f64>) -> Array2<f64> {
        match self {
            Self::Scalar(scale) => matrix * *scale,
            Self::Matrix(root) => root.dot(matrix),
        }
    }

    /// `A Sᵀ`, for rows `A`.
    pub(super) fn of_rows(&self, rows: Array2<f64>) -> Array2<f64> {
        match self {
            Self::Scalar(scale) => rows * *scale,
            Self::Matrix(root) => rows.dot(&root.t()),
        }
    }

    /// `S`, of `n` columns.
    pub(super) fn to_matrix(&self, n: usize) -> Array2<f64> {
        match self {
            Self::Scalar(scale) => Array2::eye(n) * *scale,
            Self::Matrix(root) => root.clone(),
        }
    }
}

/// Covariance of the scores, and degrees of freedom where they are not the residual ones.
pub(super) struct ScoreCovariance {
    /// `None` where it is undefined.
    pub(super) root: Option<Root>,
    /// Root of what an indefinite covariance has less.
    pub(super) less: Option<Root>,
    pub(super) kind: CovarianceKind,
    pub(super) df: Option<f64>,
    /// Degrees of freedom of each parameter, where they differ.
    pub(super) dfs: Option<Array1<f64>>,
}

impl ScoreCovariance {
    pub(super) fn classical(factor: &Factor, sigma: Option<f64>) -> Self {
        let root = sigma.map(|sigma| match factor.score_root() {
            None => Root::Scalar(sigma),
            Some(root) => Root::Matrix(root * sigma),
        });
        Self {
            root,
            less: None,
            kind: CovarianceKind::Classical,
            df: None,
            dfs: None,
        }
    }
}

/// Rows that a thread takes at a time.
const CHUNK_ROWS: usize = 16_384;

impl<F: Scalar> Rows<'_, F> {
    pub(super) fn weight(&self, row: usize) -> f64 {
        self.problem.samples.weight(row)
    }

    /// Covariances of the scores `(Σ √(sᵢ/W) zᵢ, Σ tᵢ zᵢ)`; `sigma` is for the classical one. Those that are sums over
    /// rows take one pass for all.
    pub(super) fn covariances<const N: usize>(
        &self,
        of: [Covariance<'_>; N],
        sigma: Option<f64>,
    ) -> Result<[ScoreCovariance; N]> {
        let powers: BTreeSet<u8> = of.iter().filter_map(|c| c.gap_power()).collect();
        let powers: Vec<u8> = powers.into_iter().collect();
        let meats = if powers.is_empty() {
            Vec::new()
        } else {
            self.by_rows(&powers)
        };
        self.problem.samples.cancellation().check()?;
        let meat = |power: u8| {
            let index = powers.iter().position(|p| *p == power);
            index.map_or_else(|| Array2::zeros((0, 0)), |index| meats[index].clone())
        };
        let corrected = self.n / self.residual_df;
        let mut found = Vec::with_capacity(N);
        for covariance in of {
            let (mut meat, kind) = match covariance {
                Covariance::Classical => {
                    found.push(ScoreCovariance::classical(self.factor, sigma));
                    continue;
                }
                Covariance::Clustered(clusters) => {
                    found.push(self.by_clusters(clusters)?);
                    continue;
                }
                Covariance::Hc0 => (meat(0), CovarianceKind::Hc0),
                Covariance::Hc1 => (meat(0) * corrected, CovarianceKind::Hc1),
                Covariance::Hc2 => (meat(1), CovarianceKind::Hc2),
                Covariance::Hc3 => (meat(2), CovarianceKind::Hc3),
                Covariance::NeweyWest { lags, small_sample } => {
                    let meat = self.by_lags(lags)?;
                    let meat = if small_sample { meat * corrected } else { meat };
                    (meat, CovarianceKind::NeweyWest { lags, small_sample })
                }
            };
            if self.residual_df <= 0.0 {
                meat.fill(f64::NAN);
            }
            found.push(ScoreCovariance {
                root: root(&meat),
                less: None,
                kind,
                df: None,
                dfs: None,
            });
        }
        found
            .try_into()
            .map_err(|_| Error::overflow("a covariance"))
    }

    /// `Σ (1 − hᵢ)^(−power) uᵢuᵢᵀ` for each of the powers, which ascend. One pass, on all threads.
    fn by_rows(&self, powers: &[u8]) -> Vec<Array2<f64>> {
        let (width, backend) = (self.factor.score_len(), self.problem.backend);
        let zeros = || vec![Array2::<f64>::zeros((width, width)); powers.len()];
        if width == 0 {
            return zeros();
        }
        let n = self.problem.samples.n_rows();
        let parts = parallel::map(n.div_ceil(CHUNK_ROWS), |chunk| {
            let mut meats = zeros();
            let first = chunk * CHUNK_ROWS;
            let samples = self.problem.samples.range(first, CHUNK_ROWS);
            self.factor.for_each_block(samples, |start, mut scores| {
                let start = first + start;
                let mut gaps = Vec::with_capacity(scores.nrows());
                for (i, mut row) in scores.rows_mut().into_iter().enumerate() {
                    let weight = self.weight(start + i);
                    // Size of one of the rows that a frequency stands for.
                    let (size, copies) = match self.kind {
                        WeightKind::Analytic => (weight.sqrt() * self.residuals[start + i], 1.0),
                        WeightKind::Frequency => (self.residuals[start + i], weight),
                    };
                    let own = self.effects.map_or(0.0, |effects| effects.share(start + i));
                    let gap = 1.0 - (own + row.dot(&row)) / copies;
                    // Alone in its group, a row has no residual.
                    if weight == 0.0 || 1.0 - own / copies <= LEVERAGE_GAP {
                        row.fill(0.0);
                        gaps.push(1.0);
                        continue;
                    }
                    gaps.push(if gap > LEVERAGE_GAP { gap } else { f64::NAN });
                    row *= size;
                }
                let mut applied = 0;
                for (meat, &power) in meats.iter_mut().zip(powers) {
                    for _ in applied..power {
                        for (mut row, gap) in scores.rows_mut().into_iter().zip(&gaps) {
                            row /= gap.sqrt();
                        }
                    }
                    applied = power;
                    if let (Some(meat), Some(rows)) = (meat.as_slice_mut(), scores.as_slice()) {
                        backend.add_gram(meat, rows, gaps.len(), width);
                    }
                }
            });
            meats
        });
        let mut meats = zeros();
        for (meat, part) in parts.iter().flat_map(|part| (0..).zip(part)) {
            meats[meat] += part;
        }
        meats.iter_mut().for_each(mirror);
        meats
    }
}

/// Completes a symmetric matrix from its lower triangle.
pub(super) fn mirror(matrix: &mut Array2<f64>) {
    for i in 0..matrix.nrows() {
        for j in i + 1..matrix.ncols() {
            matrix[[i, j]] = matrix[[j, i]];
        }
    }
}

/// Root of a covariance, which may be singular; `None` if it is not finite.
pub(super) fn root(meat: &Array2<f64>) -> Option<Root> {
    if !meat.iter().all(|v| v.is_finite()) {
        return None;
    }
    let size = meat.diag().mapv(|v| v.max(0.0).sqrt());
    let unit = Array2::from_shape_fn(meat.dim(), |(i, j)| {
        let scale = size[i] * size[j];
        if scale > 0.0 {
            meat[[i, j]] / scale
        } else {
            0.0
        }
    });
    let tolerance = f64::EPSILON * size.len() as f64;
    let pivoted = PivotedCholesky::new(unit.view(), tolerance);
    let root = placed_columns(size.len(), &pivoted.order, pivoted.l.view());
    Some(Root::Matrix(root * &size))
}
