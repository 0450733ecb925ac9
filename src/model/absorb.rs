//! One absorbed effect: an intercept for each group, without a column for each.

use std::hash::Hash;

use ndarray::{Array1, Array2, ArrayView1};

use super::{LinearModel, RidgeFit, RidgeRegression};
use crate::check::check_length;
use crate::error::Result;
use crate::moments::{Detail, Grouped};
use crate::samples::Samples;
use crate::scalar::Scalar;

/// Rows about the means of their groups: a fit to them has an intercept for each group.
///
/// ```text
/// yᵢ = α_g + xᵢ·w + noise        (x̃ᵢ, ỹᵢ) = (xᵢ, yᵢ) − weighted means of the group        α_g = ȳ_g − x̄_g·w
/// ```
///
/// Coefficients, residuals, σ, leverage and every covariance are those of a design with an indicator for each group
/// (Frisch & Waugh, 1933; Lovell, 1963), for any number of groups in one pass and a copy of the rows: each group takes
/// a degree of freedom, R² is within groups, and a penalty leaves the intercepts alone. A group of one row is explained
/// by its intercept: it is counted, and tells nothing more.
///
/// Of HC2, HC3, CR2 and CR3 a row that is alone in its group adds nothing. CR2, CR3 and the wild bootstrap need
/// clusters that hold every group whole. The tests of the assumptions and of the specification are of the rows about
/// their means.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::inference::Covariance;
/// use elltwo::model::{Absorbed, RidgeRegression};
/// use ndarray::array;
///
/// let x = array![[1.0], [2.0], [4.0], [1.0], [3.0], [6.0], [9.0]];
/// let y = array![11.1, 12.0, 13.8, -3.9, -2.1, 1.0, 5.0];
/// let firms = ["a", "a", "a", "b", "b", "b", "c"];
/// let absorbed = Absorbed::new(&Samples::new(x.view(), y.view(), None)?, &firms)?;
/// assert_eq!((absorbed.keys().len(), absorbed.n_singletons()), (3, 1));
///
/// let fit = absorbed.analyse(&RidgeRegression::new())?;
/// let inference = fit.inference(Covariance::Classical)?;
/// assert_eq!(inference.fit().residual_df, 3.0); // 7 rows, 3 groups, 1 slope
/// let effects = absorbed.effects(fit.model())?;
/// assert!((effects[0] - effects[1] - 15.0).abs() < 0.1);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Absorbed<K = usize> {
    groups: Grouped<K>,
    x: Array2<f64>,
    y: Array1<f64>,
    weights: Option<Array1<f64>>,
    effects: Effects,
}

/// Group of each row, and its share of the group's weight.
#[derive(Clone, Debug)]
pub(crate) struct Effects {
    /// `u32::MAX` for a row of weight 0.
    places: Vec<u32>,
    shares: Vec<f64>,
    pub(crate) count: usize,
}

impl Effects {
    /// Share of the intercept of its group in the leverage of a row.
    pub(crate) fn share(&self, row: usize) -> f64 {
        self.shares[row]
    }

    /// True if no group has rows in two of the clusters.
    pub(crate) fn are_within(&self, clusters: &[usize]) -> bool {
        let mut seen = vec![None; self.count];
        self.places.iter().zip(clusters).all(|(place, cluster)| {
            let known = seen.get_mut(*place as usize);
            known.is_none_or(|known| *known.get_or_insert(*cluster) == *cluster)
        })
    }
}

impl<K: Eq + Hash + Clone + Send + Sync> Absorbed<K> {
    /// Takes the means of its group, of key `groups[i]`, from each row.
    ///
    /// # Errors
    ///
    /// As [`Grouped::update`].
    pub fn new<F: Scalar>(samples: &Samples<'_, F>, groups: &[K]) -> Result<Self> {
        let p = samples.n_features();
        let mut means = Grouped::with(Detail::Means, p, 1)?;
        means.update(groups, samples.x(), samples.y(), samples.weights())?;
        let n = samples.n_rows();
        let (mut x, mut y) = (Array2::zeros((n, p)), Array1::zeros(n));
        let mut effects = Effects {
            places: Vec::with_capacity(n),
            shares: Vec::with_capacity(n),
            count: means.len(),
        };
        let (samples_x, samples_y) = (samples.x(), samples.y());
        let mut row = vec![0.0; p + 1];
        for (i, key) in groups.iter().enumerate() {
            let weight = samples.weight(i);
            let place = means.place(key).filter(|_| weight > 0.0);
            effects.places.push(place.unwrap_or(u32::MAX));
            effects
                .shares
                .push(place.map_or(0.0, |place| weight / means.weight_sum(place)));
            let Some(place) = place else {
                continue;
            };
            let values = samples_x.row(i).into_iter().chain([&samples_y[i]]);
            row.iter_mut()
                .zip(values)
                .for_each(|(to, v)| *to = v.wide());
            means.centre(place, &mut row);
            let (features, target) = row.split_at(p);
            x.row_mut(i)
                .iter_mut()
                .zip(features)
                .for_each(|(to, v)| *to = *v);
            y[i] = target[0];
        }
        Ok(Self {
            groups: means,
            x,
            y,
            weights: samples.weights().map(|weights| weights.mapv(F::wide)),
            effects,
        })
    }

    /// The rows about the means of their groups, weights as they were.
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`](crate::Error::NonFinite) where a difference left the floating-point range.
    pub fn samples(&self) -> Result<Samples<'_, f64>> {
        let weights = self.weights.as_ref().map(|weights| weights.view());
        Samples::new(self.x.view(), self.y.view(), weights)
    }

    /// Fits the rows, with an intercept for each group and no other.
    ///
    /// # Errors
    ///
    /// As [`RidgeRegression::analyse`].
    pub fn analyse(&self, ridge: &RidgeRegression) -> Result<RidgeFit<'_, f64>> {
        let fit = ridge
            .clone()
            .fit_intercept(false)
            .analyse(&self.samples()?)?;
        Ok(fit.with_effects(&self.effects))
    }

    /// Keys of the groups, in the order of their first rows.
    #[must_use]
    pub fn keys(&self) -> &[K] {
        self.groups.keys()
    }

    /// Number of rows of positive weight of each group, in the order of [`keys`](Self::keys).
    #[must_use]
    pub fn sizes(&self) -> Vec<usize> {
        (0..self.groups.len())
            .map(|group| self.groups.n_samples(group))
            .collect()
    }

    /// Number of groups of one row.
    #[must_use]
    pub fn n_singletons(&self) -> usize {
        self.groups.n_singletons()
    }

    /// The effects `α_g = ȳ_g − x̄_g·w` under a model of these rows, in the order of [`keys`](Self::keys).
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`](crate::Error::ShapeMismatch) for a model of other features.
    pub fn effects(&self, model: &LinearModel<f64>) -> Result<Array1<f64>> {
        let w: ArrayView1<'_, f64> = model.coefficients();
        check_length("features of the model", self.x.ncols(), w.len())?;
        let residual = |group: usize| {
            self.groups.mean_of(group, |mean| {
                mean[w.len()] - w.dot(&ArrayView1::from(&mean[..w.len()]))
            })
        };
        Ok((0..self.groups.len()).map(residual).collect())
    }
}
