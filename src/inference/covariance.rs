//! Covariances of the coefficients: the classical one, and those that do without one variance or without independence.

use std::fmt;

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};
use serde::{Deserialize, Serialize};

use super::weights::WeightKind;
use crate::error::Result;
use crate::linalg::PivotedCholesky;
use crate::scalar::Scalar;
use crate::solver::closed_form::{Factor, Problem};

/// `1 − h` below this is rounding: the sample determines its own fit.
const LEVERAGE_GAP: f64 = 1e-12;

/// How the covariance of the coefficients is estimated.
///
/// With `eᵢ` the residuals and `A = XᵀSX + WλI`, all but the first are sandwiches `A⁻¹ M A⁻¹`, `X` with a column of ones:
///
/// ```text
/// Hc0         M = Σ sᵢ² eᵢ² xᵢxᵢᵀ                                  White, 1980
/// Hc1         the same times n/(n − df)                            Hinkley, 1977
/// Hc2         eᵢ²/(1 − hᵢ) for eᵢ²                                 Horn, Horn & Duncan, 1975
/// Hc3         eᵢ²/(1 − hᵢ)² for eᵢ²                                MacKinnon & White, 1985
/// Clustered   M = c Σ_g u_g u_gᵀ, u_g = Σ_{i∈g} sᵢ eᵢ xᵢ           Liang & Zeger, 1986
///             c = G/(G − 1) · (n − 1)/(n − df), t on G − 1 degrees of freedom
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
    /// Heteroscedasticity-consistent, without correction.
    Hc0,
    /// With the degrees of freedom.
    Hc1,
    /// Unbiased under one variance. Undefined at a leverage of 1.
    Hc2,
    /// Near the jackknife; the one for small samples (Long & Ervin, 2000). Undefined at a leverage of 1.
    Hc3,
    /// Errors that depend on each other within clusters: the cluster of each row, `(n,)`.
    Clustered(&'a [usize]),
    /// Errors that depend on their neighbours; rows are in the order of time, those of weight 0 left out.
    NeweyWest {
        /// How many neighbours.
        lags: usize,
        /// Whether to multiply by `n/(n − df)`.
        small_sample: bool,
    },
}

/// Which [`Covariance`] was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum CovarianceKind {
    /// Independent errors of one variance.
    Classical,
    /// White's.
    Hc0,
    /// With the degrees of freedom.
    Hc1,
    /// With the leverage.
    Hc2,
    /// With the leverage squared.
    Hc3,
    /// By clusters.
    Clustered {
        /// `G`.
        n_clusters: usize,
    },
    /// Heteroscedasticity and autocorrelation.
    NeweyWest {
        /// How many neighbours.
        lags: usize,
        /// Whether it was multiplied by `n/(n − df)`.
        small_sample: bool,
    },
}

impl fmt::Display for CovarianceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Classical => f.write_str("classical"),
            Self::Hc0 => f.write_str("HC0"),
            Self::Hc1 => f.write_str("HC1"),
            Self::Hc2 => f.write_str("HC2"),
            Self::Hc3 => f.write_str("HC3"),
            Self::Clustered { n_clusters } => write!(f, "clustered ({n_clusters} clusters)"),
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
    pub(super) n: f64,
    pub(super) residual_df: f64,
}

/// A root of the covariance of the scores, which one, and degrees of freedom where they are not the residual ones.
pub(super) struct ScoreCovariance {
    /// `None` where it is undefined.
    pub(super) root: Option<Array2<f64>>,
    pub(super) kind: CovarianceKind,
    pub(super) df: Option<f64>,
}

impl ScoreCovariance {
    pub(super) fn classical(factor: &Factor, sigma: Option<f64>) -> Self {
        Self {
            root: sigma.map(|sigma| factor.score_root() * sigma),
            kind: CovarianceKind::Classical,
            df: None,
        }
    }
}

impl<F: Scalar> Rows<'_, F> {
    pub(super) fn weight(&self, row: usize) -> f64 {
        self.problem.samples.weight(row)
    }

    /// The covariance of the scores `(Σ √(sᵢ/W) zᵢ, Σ tᵢ zᵢ)`; `sigma` is for the classical one.
    pub(super) fn covariance(
        &self,
        covariance: Covariance<'_>,
        sigma: Option<f64>,
    ) -> Result<ScoreCovariance> {
        let corrected = self.n / self.residual_df;
        let (mut meat, kind) = match covariance {
            Covariance::Classical => {
                return Ok(ScoreCovariance::classical(self.factor, sigma));
            }
            Covariance::Hc0 => (self.by_rows(|_| 1.0), CovarianceKind::Hc0),
            Covariance::Hc1 => (self.by_rows(|_| corrected), CovarianceKind::Hc1),
            Covariance::Hc2 => (self.by_rows(|gap| 1.0 / gap), CovarianceKind::Hc2),
            Covariance::Hc3 => (self.by_rows(|gap| 1.0 / (gap * gap)), CovarianceKind::Hc3),
            Covariance::Clustered(clusters) => return self.by_clusters(clusters),
            Covariance::NeweyWest { lags, small_sample } => {
                let meat = self.by_lags(lags)?;
                let meat = if small_sample { meat * corrected } else { meat };
                (meat, CovarianceKind::NeweyWest { lags, small_sample })
            }
        };
        if self.residual_df <= 0.0 {
            meat.fill(f64::NAN);
        }
        let (root, df) = (root(&meat), None);
        Ok(ScoreCovariance { root, kind, df })
    }

    /// `Σ factor(1 − hᵢ) uᵢuᵢᵀ`.
    fn by_rows(&self, factor: impl Fn(f64) -> f64) -> Array2<f64> {
        let width = self.factor.score_len();
        let mut meat = Array2::zeros((width, width));
        self.for_each_block(|start, mut scores| {
            for (i, mut row) in scores.rows_mut().into_iter().enumerate() {
                let weight = self.weight(start + i);
                if weight == 0.0 {
                    row.fill(0.0);
                    continue;
                }
                // Of one of the rows that a frequency stands for.
                let (size, copies) = match self.kind {
                    WeightKind::Analytic => (weight.sqrt() * self.residuals[start + i], 1.0),
                    WeightKind::Frequency => (self.residuals[start + i], weight),
                };
                let gap = 1.0 - row.dot(&row) / copies;
                let gap = if gap > LEVERAGE_GAP { gap } else { f64::NAN };
                row *= size * factor(gap).sqrt();
            }
            meat += &scores.t().dot(&scores);
        });
        meat
    }

    /// Calls `f` with blocks of `(√(sᵢ/W), tᵢ)`.
    pub(super) fn for_each_block(&self, mut f: impl FnMut(usize, Array2<f64>)) {
        self.factor.for_each_block(self.problem, |start, whitened| {
            let share = |i: usize| self.factor.intercept_share(self.weight(start + i));
            f(start, with_intercept(self.factor, whitened, share));
        });
    }
}

/// Whitened rows with the root of the intercept's share of the leverage before them.
pub(super) fn with_intercept(
    factor: &Factor,
    whitened: ArrayView2<'_, f64>,
    share: impl Fn(usize) -> f64,
) -> Array2<f64> {
    if !factor.fit_intercept {
        return whitened.to_owned();
    }
    let mut rows = Array2::zeros((whitened.nrows(), whitened.ncols() + 1));
    let (mut first, mut rest) = rows.view_mut().split_at(Axis(1), 1);
    for (i, value) in first.iter_mut().enumerate() {
        *value = share(i).sqrt();
    }
    rest.assign(&whitened);
    rows
}

/// `S` with `SᵀS = meat`, which may be singular; `None` if it is not finite.
pub(super) fn root(meat: &Array2<f64>) -> Option<Array2<f64>> {
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
    let mut root = Array2::zeros((pivoted.l.ncols(), size.len()));
    for (position, &column) in pivoted.order.iter().enumerate() {
        let scaled = &pivoted.l.row(position) * size[column];
        root.column_mut(column).assign(&scaled);
    }
    Some(root)
}
