//! Where the targets are and how far they spread, for the start and the units of the step.

use super::batch::Source;
use crate::scalar::Scalar;

/// The weighted mean and standard deviation of each target; in units of the largest value, so that squares stay in range.
pub(super) fn location_and_spread<F: Scalar>(
    source: &Source<'_, F>,
    rows: &[u32],
) -> (Vec<f64>, Vec<f64>) {
    let columns = source.y.columns().into_iter().map(|y| {
        let value = |row: &u32| y[*row as usize].wide();
        let reach = rows.iter().map(|row| value(row).abs()).fold(0.0, f64::max);
        if reach == 0.0 {
            return (0.0, 0.0);
        }
        let total: f64 = rows.iter().map(|row| source.weight(*row)).sum();
        let mean = |f: &dyn Fn(f64) -> f64| {
            let terms = rows
                .iter()
                .map(|row| source.weight(*row) * f(value(row) / reach));
            terms.sum::<f64>() / total
        };
        let centre = mean(&|v| v);
        let variance = mean(&|v| (v - centre) * (v - centre));
        (reach * centre, reach * variance.sqrt())
    });
    columns.unzip()
}

/// The median absolute deviation from the median of each target; where it is 0, the standard deviation given.
pub(super) fn median_deviations<F: Scalar>(
    source: &Source<'_, F>,
    rows: &[u32],
    deviations: Vec<f64>,
) -> Vec<f64> {
    let columns = source.y.columns().into_iter().zip(deviations);
    let medians = columns.map(|(y, deviation)| {
        let mut values: Vec<f64> = rows.iter().map(|row| y[*row as usize].wide()).collect();
        let middle = values.len() / 2;
        let centre = *values.select_nth_unstable_by(middle, f64::total_cmp).1;
        values.iter_mut().for_each(|v| *v = (*v - centre).abs());
        let median = *values.select_nth_unstable_by(middle, f64::total_cmp).1;
        if median > 0.0 { median } else { deviation }
    });
    medians.collect()
}
