//! Plots of coefficients.

use ndarray::ArrayView1;

use super::scene::{Axis, BLUE, GREY, INTERVAL, Plot, Scale, Shape, Stroke};
use crate::check::check_length;
use crate::error::{Error, Result};
use crate::inference::{Inference, Term};
use crate::report::format::percent;

/// Coefficients of the features with their confidence intervals, a line for each from the top; the intercept is left
/// out. Features on one scale, as by [`StandardScaler`](crate::data::StandardScaler), are comparable. An aliased
/// coefficient has a name and no mark.
///
/// # Errors
///
/// [`Error::ShapeMismatch`] for another number of names; [`Error::InvalidParameter`] unless `0 < level < 1`;
/// [`Error::Empty`] if no coefficient has an interval.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::inference::Inference;
/// use elltwo::model::{Estimator, RidgeRegression};
/// use elltwo::report::plot::coefficients;
/// use ndarray::array;
///
/// let x = array![[1.0, 0.0], [2.0, 1.0], [3.0, 5.0], [4.0, 2.0], [5.0, 3.0]];
/// let y = array![1.1, 3.0, 8.2, 5.9, 8.1];
/// let model = RidgeRegression::new().fit(x.view(), y.view())?;
/// let inference = Inference::new(&model, &Samples::new(x.view(), y.view(), None)?)?;
/// assert!(coefficients(&inference, &["a", "b"], 0.95)?.svg()?.contains("95% interval"));
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn coefficients<S: AsRef<str>>(inference: &Inference, names: &[S], level: f64) -> Result<Plot> {
    effects(inference, names, level, |_| 1.0, "coefficient")
}

/// Coefficients times the standard deviation of their feature, given as `(p,)`, with their confidence intervals: the
/// change of the target when a feature grows by one standard deviation. Features of any scale are comparable so.
///
/// # Errors
///
/// As [`coefficients`]; [`Error::ShapeMismatch`] for another number of standard deviations.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::data::StandardScaler;
/// use elltwo::inference::Inference;
/// use elltwo::model::{Estimator, RidgeRegression};
/// use elltwo::report::plot::standardized_coefficients;
/// use ndarray::array;
///
/// let x = array![[1.0, 0.0], [2.0, 100.0], [3.0, 500.0], [4.0, 200.0], [5.0, 300.0]];
/// let y = array![1.1, 3.0, 8.2, 5.9, 8.1];
/// let model = RidgeRegression::new().fit(x.view(), y.view())?;
/// let inference = Inference::new(&model, &Samples::new(x.view(), y.view(), None)?)?;
/// let scaler = StandardScaler.fit(x.view())?;
/// let plot = standardized_coefficients(&inference, &["a", "b"], 0.95, scaler.scale())?;
/// assert!(plot.svg()?.contains("per standard deviation of the feature"));
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn standardized_coefficients<S: AsRef<str>>(
    inference: &Inference,
    names: &[S],
    level: f64,
    standard_deviations: ArrayView1<'_, f64>,
) -> Result<Plot> {
    check_length(
        "standard deviations",
        names.len(),
        standard_deviations.len(),
    )?;
    let scale = |j: usize| standard_deviations[j];
    let label = "per standard deviation of the feature";
    effects(inference, names, level, scale, label)
}

/// Coefficients and their intervals, each times the scale of its feature.
fn effects<S: AsRef<str>>(
    inference: &Inference,
    names: &[S],
    level: f64,
    scale: impl Fn(usize) -> f64,
    label: &str,
) -> Result<Plot> {
    check_length("feature names", inference.report().n_features, names.len())?;
    let names: Vec<String> = names.iter().map(|name| name.as_ref().to_owned()).collect();
    let (mut points, mut intervals) = (Vec::new(), Vec::new());
    for estimate in inference.estimates() {
        let Term::Feature(j) = estimate.term else {
            continue;
        };
        if let Some(interval) = estimate.interval(level)? {
            let (row, scale) = (j as f64, scale(j));
            points.push((scale * estimate.value, row));
            intervals.push([interval.lower, interval.upper].map(|end| (scale * end, row)));
        }
    }
    if points.is_empty() {
        return Err(Error::empty("coefficients with an interval"));
    }
    let y = Axis::new("", Scale::Names(names));
    let name = format!("{}% interval", percent(level));
    Ok(Plot::new("Coefficients", Axis::linear(label), y)
        .layer(None, Shape::Upright(0.0, Stroke::thin(GREY)))
        .layer(Some(&name), Shape::Intervals(intervals, INTERVAL))
        .layer(Some("estimate"), Shape::Points(points, BLUE)))
}
