//! Plot of the effect of a column.

use super::scene::{Axis, BLUE, INTERVAL, PALETTE, Plot, Point, Scale, Shape, Stroke};
use crate::error::{Error, Result};
use crate::formula::Along;
use crate::inference::{Effect, EffectCurve};
use crate::report::format::percent;

/// Distance of the marks of one level, as a share of that of the levels.
const APART: f64 = 0.12;

/// Predicted means along a column, with the confidence band of each curve; of a category, an interval for each level,
/// from the top.
///
/// # Errors
///
/// [`Error::Empty`] if no mean is known.
///
/// # Examples
///
/// ```
/// use elltwo::data::Frame;
/// use elltwo::formula::Formula;
/// use elltwo::inference::Covariance;
/// use elltwo::model::RidgeRegression;
/// use elltwo::report::plot::effect;
///
/// let frame = Frame::default()
///     .with_numbers("y", [1.0, 3.0, 2.0, 5.0, 4.0])?
///     .with_numbers("x", [1.0, 2.0, 3.0, 4.0, 5.0])?;
/// let design = "y ~ x".parse::<Formula>()?.design(&frame)?;
/// let data = design.dataset(&frame)?;
/// let inference = RidgeRegression::new().analyse(&data.samples()?)?.inference(Covariance::Classical)?;
/// let effects = inference.effects(&design, &frame, None, 0.95)?;
/// assert_eq!(effect(&effects[0], "y")?.description(), "Effect of x: predicted y against x");
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn effect(effect: &Effect, target: &str) -> Result<Plot> {
    let known = |curve: &EffectCurve| curve.mean.iter().any(|mean| mean.is_finite());
    if !effect.curves.iter().any(known) {
        return Err(Error::Empty { what: "the effect" });
    }
    let title = match &effect.by {
        None => format!("Effect of {}", effect.column),
        Some(by) => format!("Effect of {} by {by}", effect.column),
    };
    let predicted = Axis::linear(format!("predicted {target}"));
    let plot = match &effect.along {
        Along::Numbers(values) => {
            let plot = Plot::new(&title, Axis::linear(effect.column.as_str()), predicted);
            curves(plot, effect, values)
        }
        Along::Levels(levels) => {
            let names = Axis::new(effect.column.as_str(), Scale::Names(levels.clone()));
            marks(Plot::new(&title, predicted, names), effect)
        }
    };
    let [own, beside] = effect.left_out;
    let left_out = [(own, Some(&effect.column)), (beside, effect.by.as_ref())];
    let left_out = left_out.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = left_out
        .filter_map(|(count, of)| Some(format!("{count} more levels of {}", of?)))
        .collect();
    let note = (!parts.is_empty()).then(|| format!("not shown: {}", parts.join(", ")));
    Ok(plot.note(note))
}

fn interval(effect: &Effect) -> String {
    format!("{}% interval", percent(effect.level))
}

/// The name of a curve.
fn name(effect: &Effect, curve: &EffectCurve) -> Option<String> {
    Some(format!(
        "{} = {}",
        effect.by.as_ref()?,
        curve.level.as_ref()?
    ))
}

fn curves(mut plot: Plot, effect: &Effect, values: &[f64]) -> Plot {
    let single = effect.by.is_none();
    for (curve, colour) in effect.curves.iter().zip(PALETTE) {
        let edges = values.iter().zip(&curve.lower).zip(&curve.upper);
        let edges = edges.map(|((x, low), high)| (*x, *low, *high));
        let edges: Vec<(f64, f64, f64)> = edges.collect();
        let name = single.then(|| interval(effect));
        let mut name = name.as_deref();
        // A polygon for each run of known errors.
        for run in edges.split(|(_, low, high)| !(low.is_finite() && high.is_finite())) {
            if run.len() > 1 {
                plot = plot.layer(name.take(), Shape::Band(run.to_vec(), colour));
            }
        }
    }
    for (curve, colour) in effect.curves.iter().zip(PALETTE) {
        let points: Vec<Point> = values
            .iter()
            .copied()
            .zip(curve.mean.iter().copied())
            .collect();
        let name = name(effect, curve).unwrap_or_else(|| "mean".to_owned());
        plot = plot.layer(Some(&name), Shape::Line(points, Stroke::solid(colour)));
    }
    plot
}

fn marks(mut plot: Plot, effect: &Effect) -> Plot {
    let single = effect.by.is_none();
    let middle = (effect.curves.len() - 1) as f64 / 2.0;
    for ((place, curve), colour) in effect.curves.iter().enumerate().zip(PALETTE) {
        let row = |level: usize| level as f64 + APART * (place as f64 - middle);
        let ends = curve.lower.iter().zip(&curve.upper).enumerate();
        let ends = ends.map(|(level, (low, high))| [(*low, row(level)), (*high, row(level))]);
        let ends = ends
            .filter(|ends| ends.iter().all(|end| end.0.is_finite()))
            .collect();
        let means = curve.mean.iter().enumerate();
        let points = means.map(|(level, mean)| (*mean, row(level)));
        let points = points.filter(|point| point.0.is_finite()).collect();
        let (colour, light) = if single {
            (BLUE, INTERVAL)
        } else {
            (colour, colour)
        };
        let bar = single.then(|| interval(effect));
        let name = name(effect, curve).unwrap_or_else(|| "mean".to_owned());
        plot = plot
            .layer(bar.as_deref(), Shape::Intervals(ends, light))
            .layer(Some(&name), Shape::Points(points, colour));
    }
    plot
}
