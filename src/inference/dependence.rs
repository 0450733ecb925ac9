//! Covariances of scores that depend on their neighbours in time.

use ndarray::{Array2, Axis};

use super::covariance::Rows;
use crate::check::check_parameter;
use crate::error::Result;
use crate::samples::WeightKind;
use crate::scalar::Scalar;

impl<F: Scalar> Rows<'_, F> {
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
