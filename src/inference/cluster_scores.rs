//! Sums of scores by cluster: what every covariance, test and bootstrap by clusters is a function of.

use std::collections::HashMap;

use ndarray::{Array1, Array2, Axis};

use super::covariance::Rows;
use crate::linalg::Svd;
use crate::parallel;
use crate::scalar::Scalar;

/// The place of a row that does not count.
const NOWHERE: u32 = u32::MAX;
/// Numbers up to so many times the rows are looked up in a table of their own.
const DENSE: usize = 4;
/// `1 − λ` below this is rounding: the cluster determines the direction alone.
const GAP: f64 = 1e-10;
/// Clusters that a thread takes at a time.
const CLUSTERS_OF_A_PART: usize = 128;

/// Cluster of each row from 0, in the order of their first rows.
pub(super) struct Places {
    places: Vec<u32>,
    pub(super) count: usize,
}

impl Places {
    pub(super) fn new(clusters: &[usize], counts: impl Fn(usize) -> bool) -> Self {
        let largest = clusters.iter().copied().max().unwrap_or_default();
        let mut count = 0_u32;
        let mut next = || {
            count += 1;
            count - 1
        };
        let places = if largest <= DENSE * clusters.len() {
            let mut table = vec![NOWHERE; largest + 1];
            let place = |(row, cluster): (usize, &usize)| {
                if !counts(row) {
                    return NOWHERE;
                }
                let place = &mut table[*cluster];
                if *place == NOWHERE {
                    *place = next();
                }
                *place
            };
            clusters.iter().enumerate().map(place).collect()
        } else {
            let mut table = HashMap::new();
            let place = |(row, cluster): (usize, &usize)| {
                if counts(row) {
                    *table.entry(*cluster).or_insert_with(&mut next)
                } else {
                    NOWHERE
                }
            };
            clusters.iter().enumerate().map(place).collect()
        };
        Self {
            places,
            count: count as usize,
        }
    }
}

/// Sums over the rows of each cluster, whose scores are `tᵢ` and residuals `eᵢ`.
pub(super) struct ClusterScores {
    /// `u_g = Σ √sᵢ eᵢ tᵢ`, `(G, r)`.
    pub(super) sums: Array2<f64>,
    /// Lower triangles of `S_g = Σ tᵢ tᵢᵀ`, whose sum is the identity without a penalty; empty unless asked for.
    scatters: Vec<f64>,
}

impl ClusterScores {
    fn zeros(count: usize, width: usize, with_scatter: bool) -> Self {
        let size = if with_scatter {
            width * (width + 1) / 2
        } else {
            0
        };
        Self {
            sums: Array2::zeros((count, width)),
            scatters: vec![0.0; count * size],
        }
    }

    /// `S_g`, `(r, r)`.
    pub(super) fn scatter(&self, cluster: usize) -> Array2<f64> {
        let width = self.sums.ncols();
        let size = width * (width + 1) / 2;
        let triangle = &self.scatters[cluster * size..(cluster + 1) * size];
        Array2::from_shape_fn((width, width), |(i, j)| {
            let (i, j) = (i.max(j), i.min(j));
            triangle[i * (i + 1) / 2 + j]
        })
    }

    /// Replaces each `u_g` by `(I − S_g)^power u_g`, and gives the matrices: of `I − T_g T_gᵀ`, `T_g` the scores of the
    /// cluster, it is the same power, for `T_gᵀ f(T_g T_gᵀ) = f(T_gᵀ T_g) T_gᵀ`. Eigenvalues that are zero stay so.
    pub(super) fn adjust(&mut self, power: f64) -> Vec<Array2<f64>> {
        let count = self.sums.nrows();
        let parts = parallel::map(count.div_ceil(CLUSTERS_OF_A_PART), |part| {
            let first = part * CLUSTERS_OF_A_PART;
            let clusters = first..count.min(first + CLUSTERS_OF_A_PART);
            clusters.map(|g| self.power(g, power)).collect::<Vec<_>>()
        });
        let powers: Vec<Array2<f64>> = parts.into_iter().flatten().collect();
        for (mut sum, matrix) in self.sums.rows_mut().into_iter().zip(&powers) {
            let adjusted = matrix.dot(&sum);
            sum.assign(&adjusted);
        }
        powers
    }

    fn power(&self, cluster: usize, power: f64) -> Array2<f64> {
        let scatter = self.scatter(cluster);
        let Ok(Svd {
            u, singular_values, ..
        }) = Svd::new(scatter.view())
        else {
            return Array2::from_elem(scatter.dim(), f64::NAN);
        };
        let sizes: Array1<f64> = singular_values.mapv(|value| {
            let gap = 1.0 - value;
            if gap > GAP { gap.powf(power) } else { 0.0 }
        });
        (&u * &sizes).dot(&u.t())
    }
}

impl<F: Scalar> Rows<'_, F> {
    /// Sums of the scores of each cluster, by one pass over the rows; on all threads where clusters are few beside the
    /// rows.
    pub(super) fn cluster_scores(&self, clusters: &Places, with_scatter: bool) -> ClusterScores {
        let width = self.factor.score_len();
        let samples = self.problem.samples;
        let rows = match samples.band_rows() {
            rows if 4 * clusters.count <= rows => rows,
            _ => samples.n_rows(),
        };
        let parts = parallel::map(samples.n_rows().div_ceil(rows), |band| {
            let mut part = ClusterScores::zeros(clusters.count, width, with_scatter);
            let first = band * rows;
            self.factor
                .for_each_block(samples.range(first, rows), |start, scores| {
                    for (i, row) in scores.axis_iter(Axis(0)).enumerate() {
                        let row = (first + start + i, row.to_slice().unwrap_or_default());
                        self.add(clusters.places[row.0], row, &mut part);
                    }
                });
            part
        });
        let mut parts = parts.into_iter();
        let mut whole = parts
            .next()
            .unwrap_or_else(|| ClusterScores::zeros(clusters.count, width, with_scatter));
        for part in parts {
            whole.sums += &part.sums;
            let scatters = whole.scatters.iter_mut().zip(&part.scatters);
            scatters.for_each(|(to, from)| *to += from);
        }
        whole
    }

    fn add(&self, place: u32, (i, row): (usize, &[f64]), to: &mut ClusterScores) {
        let (place, width) = (place as usize, row.len());
        if place == NOWHERE as usize {
            return;
        }
        let size = self.weight(i).sqrt() * self.residuals[i];
        if let Some(sums) = to.sums.as_slice_mut() {
            let sum = sums[place * width..(place + 1) * width].iter_mut();
            sum.zip(row).for_each(|(to, t)| *to += size * t);
        }
        if !to.scatters.is_empty() {
            let size = width * (width + 1) / 2;
            let mut triangle = to.scatters[place * size..(place + 1) * size].iter_mut();
            for (a, t) in row.iter().enumerate() {
                let pairs = row[..=a].iter().zip(&mut triangle);
                pairs.for_each(|(other, to)| *to += t * other);
            }
        }
    }
}
