//! A cloud of points, a share of very many, with labels for some of them.

use ndarray::{ArrayView1, Axis as Along};

use super::scene::{BLUE, Plot, Shape, Stroke, VERMILLION};
use super::thin;
use crate::check::check_length;
use crate::diagnostics::Lowess;
use crate::error::Result;

/// How the samples of a plot are named, and how many are.
#[derive(Clone, Debug)]
pub(super) struct Cloud {
    labels: Option<Vec<String>>,
    pub(super) label_count: usize,
}

impl Default for Cloud {
    fn default() -> Self {
        Self {
            labels: None,
            label_count: 3,
        }
    }
}

impl Cloud {
    /// With a label for each of `n` samples.
    pub(super) fn labels<S: Into<String>>(
        self,
        labels: impl IntoIterator<Item = S>,
        n: usize,
    ) -> Result<Self> {
        let labels: Vec<String> = labels.into_iter().map(Into::into).collect();
        check_length("labels", n, labels.len())?;
        Ok(Self {
            labels: Some(labels),
            ..self
        })
    }

    pub(super) fn label(&self, row: usize) -> String {
        match &self.labels {
            Some(labels) => labels[row].clone(),
            None => row.to_string(),
        }
    }

    /// The rows of largest magnitude, as many as have a label, undefined ones left out.
    pub(super) fn outermost(&self, values: ArrayView1<'_, f64>) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..values.len())
            .filter(|&row| !values[row].is_nan())
            .collect();
        rows.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
        rows.truncate(self.label_count);
        rows
    }

    /// The points, a share of very many, and the labels of some rows, which are drawn in any case.
    pub(super) fn points(
        &self,
        plot: Plot,
        x: ArrayView1<'_, f64>,
        y: ArrayView1<'_, f64>,
        labelled: &[usize],
    ) -> Plot {
        let mut rows = thin::positions(x.len(), thin::POINTS);
        rows.extend(labelled.iter().filter(|_| x.len() > thin::POINTS));
        let at = |row: usize| (x[row], y[row]);
        let points = rows
            .into_iter()
            .map(at)
            .filter(|p| p.1.is_finite())
            .collect();
        let labels = labelled.iter().filter(|row| y[**row].is_finite());
        let labels = labels.map(|&row| (x[row], y[row], self.label(row)));
        plot.layer(None, Shape::Points(points, BLUE))
            .layer(None, Shape::Labels(labels.collect()))
            .note(thin::note(x.len()))
    }

    /// The same with a LOWESS curve of all the points.
    pub(super) fn smoothed(
        &self,
        plot: Plot,
        x: ArrayView1<'_, f64>,
        y: ArrayView1<'_, f64>,
        labelled: &[usize],
    ) -> Result<Plot> {
        let plot = self.points(plot, x, y, labelled);
        let defined = |row: &usize| y[*row].is_finite();
        let rows: Vec<usize> = (0..x.len()).filter(defined).collect();
        let (x, y) = (x.select(Along(0), &rows), y.select(Along(0), &rows));
        if rows.len() < 3 {
            return Ok(plot);
        }
        let curve = Lowess::new().smooth(x.view(), y.view())?;
        let curve = thin::curve(x.iter().copied().zip(curve).collect());
        Ok(plot.layer(
            Some("LOWESS"),
            Shape::Line(curve, Stroke::solid(VERMILLION)),
        ))
    }
}
