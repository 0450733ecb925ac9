//! Covariances of scores that depend on each other: within clusters, or on their neighbours in time.

use std::collections::HashMap;

use ndarray::{Array1, Array2, Axis};

use super::covariance::{CovarianceKind, Rows, ScoreCovariance, root};
use crate::check::{check_length, check_parameter, check_rows};
use crate::error::Result;
use crate::samples::WeightKind;
use crate::scalar::Scalar;

impl<F: Scalar> Rows<'_, F> {
    pub(super) fn by_clusters(&self, clusters: &[usize]) -> Result<ScoreCovariance> {
        check_length("length of clusters", self.residuals.len(), clusters.len())?;
        let mut slots: HashMap<usize, usize> = HashMap::new();
        let mut sums: Vec<Array1<f64>> = Vec::new();
        let width = self.factor.score_len();
        self.factor
            .for_each_block(self.problem.samples, |start, scores| {
                for (i, row) in scores.rows().into_iter().enumerate() {
                    let weight = self.weight(start + i);
                    if weight > 0.0 {
                        let slot = *slots.entry(clusters[start + i]).or_insert(sums.len());
                        if slot == sums.len() {
                            sums.push(Array1::zeros(width));
                        }
                        sums[slot].scaled_add(weight.sqrt() * self.residuals[start + i], &row);
                    }
                }
            });
        self.problem.samples.cancellation().check()?;
        let found = sums.len();
        check_rows("a covariance by clusters (of clusters)", 2, found)?;
        let clusters = found as f64;
        let correction = clusters / (clusters - 1.0) * ((self.n - 1.0) / self.residual_df);
        let mut meat = Array2::zeros((width, width));
        for sum in &sums {
            let column = sum.view().insert_axis(Axis(1));
            meat += &(column.dot(&column.t()) * correction);
        }
        if self.residual_df <= 0.0 {
            meat.fill(f64::NAN);
        }
        Ok(ScoreCovariance {
            root: root(&meat),
            kind: CovarianceKind::Clustered { n_clusters: found },
            df: Some(clusters - 1.0),
        })
    }

    pub(super) fn by_lags(&self, lags: usize) -> Result<Array2<f64>> {
        let weighted = self.problem.samples.weights().is_some();
        let ordered = self.kind == WeightKind::Analytic || !weighted;
        let rule = "used without frequencies, whose repeated rows have no order in time";
        check_parameter(ordered, "lags", lags as f64, rule)?;
        let kept: Vec<usize> = (0..self.residuals.len())
            .filter(|&row| self.weight(row) > 0.0)
            .collect();
        let rule = "below the number of samples";
        check_parameter(lags < kept.len(), "lags", lags as f64, rule)?;
        let width = self.factor.score_len();
        let mut scores = Array2::zeros((self.residuals.len(), width));
        self.factor
            .for_each_block(self.problem.samples, |start, block| {
                for (i, row) in block.rows().into_iter().enumerate() {
                    let size = self.weight(start + i).sqrt() * self.residuals[start + i];
                    scores.row_mut(start + i).assign(&(&row * size));
                }
            });
        self.problem.samples.cancellation().check()?;
        let scores = scores.select(Axis(0), &kept);
        let mut meat = scores.t().dot(&scores);
        for lag in 1..=lags {
            let later = scores.view().split_at(Axis(0), lag).1;
            let earlier = scores.view().split_at(Axis(0), kept.len() - lag).0;
            let weight = 1.0 - lag as f64 / (lags as f64 + 1.0);
            let gamma = later.t().dot(&earlier) * weight;
            meat += &gamma;
            meat += &gamma.t();
        }
        Ok(meat)
    }
}
