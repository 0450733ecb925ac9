//! Covariances of scores that depend on each other within clusters, in one way or two.

use std::collections::HashMap;
use std::fmt;

use ndarray::{Array1, Array2, Axis};
use serde::{Deserialize, Serialize};

use super::cluster_scores::{ClusterScores, Places};
use super::covariance::{CovarianceKind, Root, Rows, ScoreCovariance, mirror, root};
use crate::check::{check_length, check_parameter, check_rows};
use crate::error::Result;
use crate::linalg::{Backend, Svd};
use crate::scalar::Scalar;

/// Share by which a root may miss its matrix before that counts as indefinite.
const INDEFINITE: f64 = 1e-9;

/// Cluster of each row, in one way or two, and a correction for few clusters.
///
/// ```text
/// V = A⁻¹ (c Σ_g u_g u_gᵀ) A⁻¹     u_g = X_gᵀ S_g A_g e_g
/// CR0   A_g = I                    c = 1
/// CR1   A_g = I                    c = G/(G − 1) · (n − 1)/(n − df)
/// CR2   A_g = (I − H_gg)^(−1/2)    c = 1     unbiased under independent errors of one variance (per weight)
/// CR3   A_g = (I − H_gg)⁻¹         c = 1     Σ (β − β₍g₎)(β − β₍g₎)ᵀ, β₍g₎ without the cluster: the jackknife
/// ```
///
/// `H_gg` is the cluster's block of the hat matrix, of rows times the roots of their weights. A direction that a
/// cluster alone determines has no residual, and adds nothing (the Moore–Penrose inverse). Tests are t on `G − 1`
/// degrees of freedom, those of CR2 on Satterthwaite's, `(Σλ)²/Σλ²` of the eigenvalues of the variance estimator under
/// independent errors, for each parameter. Two ways: `V = V₁ + V₂ − V₁₂`, clusters of `V₁₂` being the pairs, each with
/// its own correction, and the smaller `G − 1`. The difference may have negative eigenvalues, which [`CovarianceKind`]
/// then says: a parameter whose variance is negative has no error, and predictions and tests of several parameters
/// replace the eigenvalues by 0.
///
/// CR1 is that of Stata, statsmodels and `sandwich::vcovCL`, and CR1S of clubSandwich, whose CR1 has `c = G/(G − 1)`;
/// CR2 and CR3 are clubSandwich's. Sources: Liang & Zeger, 1986; Bell & McCaffrey, *Bias reduction in standard errors
/// for linear regression with multi-stage samples*, 2002; Pustejovsky & Tipton, 2018; Cameron, Gelbach & Miller, 2011.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::inference::{ClusterCorrection, Clusters, Covariance};
/// use elltwo::model::RidgeRegression;
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [9.0]];
/// let y = array![1.1, 1.9, 3.4, 3.9, 5.3, 5.8, 7.4, 8.7];
/// let firms = [0, 0, 1, 1, 2, 2, 3, 3];
/// let fit = RidgeRegression::new().analyse(&Samples::new(x.view(), y.view(), None)?)?;
/// let clusters = Clusters::new(&firms).correction(ClusterCorrection::Cr2);
/// let slope = fit.inference(Covariance::Clustered(clusters))?.feature(0).copied().expect("one feature");
/// assert!(slope.standard_error.expect("defined") > 0.0 && slope.df < 3.0);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clusters<'a> {
    first: &'a [usize],
    second: Option<&'a [usize]>,
    correction: ClusterCorrection,
}

/// Correction of a covariance by clusters for few of them; [`Clusters`] has the formulas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ClusterCorrection {
    /// None.
    Cr0,
    /// A factor for the number of clusters and the degrees of freedom.
    #[default]
    Cr1,
    /// Residuals corrected by the inverse root of their covariance.
    Cr2,
    /// Residuals corrected by the inverse of their covariance: the jackknife.
    Cr3,
}

impl fmt::Display for ClusterCorrection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cr0 => "CR0",
            Self::Cr1 => "CR1",
            Self::Cr2 => "CR2",
            Self::Cr3 => "CR3",
        })
    }
}

impl<'a> Clusters<'a> {
    /// Cluster of each row, any numbers `(n,)`, with [`ClusterCorrection::Cr1`].
    #[must_use]
    pub fn new(clusters: &'a [usize]) -> Self {
        Self {
            first: clusters,
            second: None,
            correction: ClusterCorrection::default(),
        }
    }

    /// Clusters of another way too, `(n,)`: rows that share one of the two may depend on each other.
    #[must_use]
    pub fn and(self, clusters: &'a [usize]) -> Self {
        Self {
            second: Some(clusters),
            ..self
        }
    }

    /// Sets the correction for few clusters.
    #[must_use]
    pub fn correction(self, correction: ClusterCorrection) -> Self {
        Self { correction, ..self }
    }
}

/// Covariance of the scores by one way of clustering.
struct OneWay {
    meat: Array2<f64>,
    n_clusters: usize,
    dfs: Option<Array1<f64>>,
}

impl<F: Scalar> Rows<'_, F> {
    pub(super) fn by_clusters(&self, clusters: Clusters<'_>) -> Result<ScoreCovariance> {
        let correction = clusters.correction;
        let first = self.one_way(clusters.first, correction)?;
        let (second, mut meat) = match clusters.second {
            None => (None, first.meat),
            Some(ids) => {
                check_length("length of clusters", clusters.first.len(), ids.len())?;
                let second = self.one_way(ids, correction)?;
                let mut pairs = HashMap::new();
                let both = clusters.first.iter().zip(ids).map(|pair| {
                    let next = pairs.len();
                    *pairs.entry(pair).or_insert(next)
                });
                let both = self.one_way(&both.collect::<Vec<_>>(), correction)?;
                let meat = first.meat + second.meat - both.meat;
                (Some(second.n_clusters), meat)
            }
        };
        if self.residual_df <= 0.0 {
            meat.fill(f64::NAN);
        }
        let fewest = second.map_or(first.n_clusters, |second| second.min(first.n_clusters));
        let (mut root, mut less) = (root(&meat), None);
        if second.is_some()
            && let Some(Root::Matrix(found)) = &root
            && is_missed(&meat, found)
        {
            (root, less) = parts(&meat).unzip();
        }
        Ok(ScoreCovariance {
            kind: CovarianceKind::Clustered {
                n_clusters: first.n_clusters,
                second,
                correction,
                indefinite: less.is_some(),
            },
            root,
            less,
            df: Some(fewest as f64 - 1.0),
            dfs: first.dfs.filter(|_| second.is_none()),
        })
    }

    fn one_way(&self, clusters: &[usize], correction: ClusterCorrection) -> Result<OneWay> {
        check_length("length of clusters", self.residuals.len(), clusters.len())?;
        let places = Places::new(clusters, |row| self.weight(row) > 0.0);
        let n_clusters = places.count;
        check_rows("a covariance by clusters (of clusters)", 2, n_clusters)?;
        let adjusts = matches!(correction, ClusterCorrection::Cr2 | ClusterCorrection::Cr3);
        if adjusts {
            self.check_nested(clusters)?;
        }
        let mut scores = self.cluster_scores(&places, adjusts);
        self.problem.samples.cancellation().check()?;
        let dfs = match correction {
            ClusterCorrection::Cr0 | ClusterCorrection::Cr1 => None,
            ClusterCorrection::Cr2 => {
                let roots = scores.adjust(-0.5);
                Some(self.satterthwaite(&scores, &roots))
            }
            ClusterCorrection::Cr3 => {
                scores.adjust(-1.0);
                None
            }
        };
        let width = scores.sums.ncols();
        let mut meat = Array2::zeros((width, width));
        if let (Some(to), Some(rows)) = (meat.as_slice_mut(), scores.sums.as_slice())
            && width > 0
        {
            Backend::default().add_gram(to, rows, n_clusters, width);
        }
        mirror(&mut meat);
        if correction == ClusterCorrection::Cr1 {
            let clusters = n_clusters as f64;
            meat *= clusters / (clusters - 1.0) * ((self.n - 1.0) / self.residual_df);
        }
        Ok(OneWay {
            meat,
            n_clusters,
            dfs,
        })
    }

    /// Refuses clusters that cut a group whose effect is absorbed: the cluster's block of the hat matrix is then no
    /// function of its scores.
    pub(super) fn check_nested(&self, clusters: &[usize]) -> Result<()> {
        let nested = self
            .effects
            .is_none_or(|effects| effects.are_within(clusters));
        let rule = "clusters that hold each absorbed group whole, for CR2, CR3 and the bootstrap";
        check_parameter(nested, "clusters", clusters.len() as f64, rule)
    }

    /// Degrees of freedom of the CR2 variance of each parameter, `q` its row of the way from scores to parameters:
    ///
    /// ```text
    /// v_g = (I − S_g)^(−1/2) q    a_g = S_g v_g    (Σ_g π_gg)² / Σ_gh π_gh²    π_gh = [g = h] v_gᵀ a_g − a_gᵀ a_h
    /// ```
    ///
    /// `π_gh` are the covariances of the terms that the estimator squares, under independent errors of one variance;
    /// with a penalty nearly.
    fn satterthwaite(&self, scores: &ClusterScores, roots: &[Array2<f64>]) -> Array1<f64> {
        let to_parameters = self.factor.to_parameters();
        let (r, k) = to_parameters.dim();
        let mut traces = Array1::<f64>::zeros(k);
        let mut squares = Array1::<f64>::zeros(k);
        let mut products = vec![Array2::<f64>::zeros((r, r)); k];
        for (cluster, root) in roots.iter().enumerate() {
            let v = root.dot(&to_parameters);
            let a = scores.scatter(cluster).dot(&v);
            for j in 0..k {
                let (v, a) = (v.column(j), a.column(j));
                let own = v.dot(&a);
                let length = a.dot(&a);
                traces[j] += own - length;
                squares[j] += (own - length).powi(2) - length * length;
                let column = a.insert_axis(Axis(1));
                products[j] += &column.dot(&column.t());
            }
        }
        let all = products
            .iter()
            .map(|product| product.iter().map(|v| v * v).sum::<f64>());
        let all: Array1<f64> = all.collect();
        &traces * &traces / (squares + all)
    }
}

/// True if `SᵀS` is not the matrix.
fn is_missed(meat: &Array2<f64>, root: &Array2<f64>) -> bool {
    let made = root.t().dot(root);
    let size = |i: usize, j: usize| (meat[[i, i]].abs() * meat[[j, j]].abs()).sqrt();
    let mut places = meat.indexed_iter();
    places.any(|((i, j), value)| (made[[i, j]] - value).abs() > INDEFINITE * size(i, j))
}

/// Roots of the two parts of a symmetric matrix, of its positive and of its negative eigenvalues. Of a matrix that is
/// moved to be positive the singular values are the eigenvalues.
fn parts(meat: &Array2<f64>) -> Option<(Root, Root)> {
    let shift: f64 = meat.iter().map(|v| v * v).sum::<f64>().sqrt();
    let mut moved = meat.clone();
    moved.diag_mut().mapv_inplace(|v| v + shift);
    let Svd {
        u, singular_values, ..
    } = Svd::new(moved.view()).ok()?;
    let part = |sign: f64| {
        let sizes = singular_values.mapv(|value| (sign * (value - shift)).max(0.0).sqrt());
        Root::Matrix((&u * &sizes).reversed_axes())
    };
    Some((part(1.0), part(-1.0)))
}
