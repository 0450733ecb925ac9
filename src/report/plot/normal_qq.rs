//! The normal quantile–quantile plot.

use super::residuals::ResidualPlots;
use super::scene::{Axis, BLUE, Plot, SKY, Shape, Stroke, VERMILLION};
use super::thin;
use crate::diagnostics::{normal_band, normal_quantiles};
use crate::error::Result;
use crate::report::format::percent;

/// Vertices of the band.
const STEPS: usize = 200;

impl ResidualPlots<'_> {
    /// Ordered internally studentized residuals against normal quantiles, with the line of equality and a band that holds each of them
    /// with the probability of [`level`](Self::level), were the errors normal: *pointwise*, by the distribution of order statistics; see
    /// [`normal_band`](crate::diagnostics::normal_band).
    ///
    /// # Errors
    ///
    /// As [`normal_quantiles`].
    pub fn normal_qq(&self) -> Result<Plot> {
        let scatter = normal_quantiles(self.residuals.studentized_internal())?;
        let n = scatter.rows.len();
        let mut band = Vec::with_capacity(STEPS);
        for position in thin::positions(n, STEPS) {
            let (low, high) = normal_band(position + 1, n, self.level)?;
            band.push((scatter.theoretical[position], low, high));
        }
        let ends = (scatter.theoretical[0], scatter.theoretical[n - 1]);
        let line = vec![(ends.0, ends.0), (ends.1, ends.1)];
        let at = |position: usize| (scatter.theoretical[position], scatter.ordered[position]);
        let mut far: Vec<usize> = (0..n).collect();
        far.sort_by(|&a, &b| {
            scatter.ordered[b]
                .abs()
                .total_cmp(&scatter.ordered[a].abs())
        });
        far.truncate(self.cloud.label_count);
        let mut kept = thin::positions(n, thin::POINTS);
        kept.extend(far.iter().filter(|_| n > thin::POINTS));
        let labels = far
            .iter()
            .map(|&i| (at(i).0, at(i).1, self.cloud.label(scatter.rows[i])));
        let name = format!("pointwise {}% band", percent(self.level));
        let plot = Plot::new(
            "Normal Q-Q",
            Axis::linear("normal quantile"),
            Axis::linear("studentized residual"),
        );
        Ok(plot
            .layer(Some(&name), Shape::Band(band, SKY))
            .layer(Some("normal"), Shape::Line(line, Stroke::solid(VERMILLION)))
            .layer(
                None,
                Shape::Points(kept.into_iter().map(at).collect(), BLUE),
            )
            .layer(None, Shape::Labels(labels.collect()))
            .note(thin::note(n)))
    }
}
