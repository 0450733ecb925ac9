//! Curves over penalties, and over the epochs of SGD.

use super::scene::{
    Axis, BLUE, FAINT, GREY, INTERVAL, PALETTE, Plot, Point, Scale, Shape, Stroke, VERMILLION,
};
use crate::check::check_length;
use crate::error::{Error, Result};
use crate::linalg::extent;
use crate::model::{CvCurve, RidgePathFit};
use crate::report::format::significant;
use crate::solver::sgd::EpochRecord;

/// Objectives that span more than this have a logarithmic axis.
const WIDE: f64 = 5.0;
/// A value of an epoch.
type Value = fn(&EpochRecord) -> f64;
/// Lines of a ridge trace with a colour of their own; of more features the others are grey.
const COLOURED: usize = 2 * PALETTE.len();

/// Ridge trace: every coefficient as a function of the penalty, on a logarithmic axis (Hoerl & Kennard, 1970).
///
/// Up to fourteen features have a colour or a dash of their own, those of the largest magnitude; scale the features
/// before the fit, or one in large units will lie on the axis. A penalty of 0 has no place and is left out.
///
/// # Errors
///
/// [`Error::ShapeMismatch`] for another number of names; [`Error::Empty`] if no penalty is above 0.
///
/// # Examples
///
/// ```
/// use elltwo::Samples;
/// use elltwo::model::RidgePath;
/// use elltwo::report::plot::ridge_trace;
/// use ndarray::array;
///
/// let x = array![[1.0, 0.0], [2.0, 1.0], [3.0, 5.0], [4.0, 2.0]];
/// let y = array![3.0, 4.0, 1.0, 7.0];
/// let path = RidgePath::new().fit(&Samples::new(x.view(), y.view(), None)?)?;
/// assert!(ridge_trace(&path, &["a", "b"])?.svg()?.contains("\nb\n"));
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn ridge_trace<S: AsRef<str>>(path: &RidgePathFit, names: &[S]) -> Result<Plot> {
    let coefficients = path.coefficients();
    check_length("feature names", coefficients.nrows(), names.len())?;
    let order = ascending(path.lambdas())?;
    let mut plot = Plot::new(
        "Ridge trace",
        Axis::new("λ", Scale::Log),
        Axis::linear("coefficient"),
    )
    .layer(None, Shape::Level(0.0, Stroke::thin(GREY)))
    .note(without_zero(path.lambdas()));
    let size = |j: usize| coefficients.row(j).fold(0.0_f64, |a, w| a.max(w.abs()));
    let mut features: Vec<usize> = (0..names.len()).collect();
    features.sort_by(|&a, &b| size(b).total_cmp(&size(a)));
    let line = |j: usize| {
        let vertices = order.iter();
        vertices
            .map(|&l| (path.lambdas()[l].log10(), coefficients[[j, l]]))
            .collect()
    };
    let (coloured, others) = features.split_at(features.len().min(COLOURED));
    let faint = Stroke::thin(FAINT);
    for (i, &j) in others.iter().enumerate() {
        plot = plot.layer((i == 0).then_some("others"), Shape::Line(line(j), faint));
    }
    // In the order of the features, so that the legend is that of the data.
    let mut coloured = coloured.to_vec();
    coloured.sort_unstable();
    for (i, &j) in coloured.iter().enumerate() {
        let stroke = Stroke {
            dashed: i >= PALETTE.len(),
            ..Stroke::solid(PALETTE[i % PALETTE.len()])
        };
        plot = plot.layer(Some(names[j].as_ref()), Shape::Line(line(j), stroke));
    }
    Ok(plot)
}

/// Cross-validation curve: the error on unseen rows, averaged over targets, as a function of the penalty, with bars of
/// one standard error; the chosen penalty marked, if given. A penalty of 0 has no place on the logarithmic axis and is
/// left out.
///
/// # Errors
///
/// [`Error::Empty`] if no penalty is above 0.
///
/// # Examples
///
/// ```
/// use elltwo::data::synthetic;
/// use elltwo::model::{Estimator, RidgeCv};
/// use elltwo::report::plot::cv_curve;
///
/// let data = synthetic::regression(40, 3).noise(1.0).seed(1).generate()?.dataset;
/// let fit = RidgeCv::new().lambdas([1e-3, 1e-2, 0.1, 1.0]).fit(data.x(), data.y())?;
/// assert!(cv_curve(fit.curve(), Some(fit.lambda()))?.svg()?.contains("chosen"));
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn cv_curve(curve: &CvCurve, chosen: Option<f64>) -> Result<Plot> {
    let order = ascending(&curve.lambdas)?;
    let at = |i: usize, mse: f64| (curve.lambdas[i].log10(), mse);
    let points: Vec<Point> = order.iter().map(|&i| at(i, curve.mean_mse[i])).collect();
    let errors = order.iter().map(|&i| {
        let (mse, error) = (curve.mean_mse[i], curve.mean_standard_error[i]);
        [at(i, mse - error), at(i, mse + error)]
    });
    let errors = errors.filter(|ends| ends[0].1.is_finite()).collect();
    let plot = Plot::new(
        "Cross-validation",
        Axis::new("λ", Scale::Log),
        Axis::linear("mean squared error on unseen rows"),
    )
    .layer(
        Some("± one standard error"),
        Shape::Intervals(errors, INTERVAL),
    )
    .layer(None, Shape::Line(points.clone(), Stroke::solid(BLUE)))
    .layer(Some("mean"), Shape::Points(points, BLUE))
    .note(without_zero(&curve.lambdas));
    Ok(match chosen.filter(|lambda| *lambda > 0.0) {
        Some(lambda) => {
            let name = format!("chosen λ = {}", significant(lambda, 3));
            let mark = Shape::Upright(lambda.log10(), Stroke::dashed(VERMILLION));
            plot.layer(Some(&name), mark)
        }
        None => plot,
    })
}

/// Learning curve of SGD: the objective after every epoch, and the loss of the validation rows if there are any. The
/// ordinate is logarithmic where values are above 0 and span more than a factor of 5.
///
/// # Errors
///
/// [`Error::Empty`] without records, or if no objective is finite.
///
/// # Examples
///
/// ```
/// use elltwo::data::synthetic;
/// use elltwo::model::{Estimator, SgdRegressor};
/// use elltwo::report::plot::learning_curve;
///
/// let data = synthetic::regression(200, 3).noise(1.0).seed(1).generate()?.dataset;
/// let model = SgdRegressor::new().lambda(1e-3).fit(data.x(), data.y())?;
/// let sgd = model.report().and_then(|report| report.sgd()).expect("an SGD report");
/// assert!(learning_curve(&sgd.history)?.svg()?.contains("objective"));
/// # Ok::<(), elltwo::Error>(())
/// ```
pub fn learning_curve(history: &[EpochRecord]) -> Result<Plot> {
    if history.is_empty() {
        return Err(Error::empty("history"));
    }
    let objective = |r: &EpochRecord| r.objective;
    let validation = |r: &EpochRecord| r.validation.unwrap_or(f64::NAN);
    // NaN is passed over.
    let values = history.iter().flat_map(|r| [objective(r), validation(r)]);
    let (low, high) = extent(values);
    let log = low > 0.0 && high > WIDE * low;
    let validated = history.iter().any(|r| r.validation.is_some());
    let label = if validated {
        "objective, loss"
    } else {
        "objective"
    };
    let ordinate = Axis::new(label, if log { Scale::Log } else { Scale::Linear });
    let mut plot = Plot::new("Learning curve", Axis::linear("epoch"), ordinate);
    let series: [(&str, Value, _); 2] = [
        ("objective", objective, BLUE),
        ("loss of the validation rows", validation, VERMILLION),
    ];
    for (name, value, colour) in series {
        let place = |r: &EpochRecord| {
            let value = value(r);
            (r.epoch as f64, if log { value.log10() } else { value })
        };
        let places = history.iter().map(place);
        let points: Vec<Point> = places.filter(|p| !p.1.is_nan()).collect();
        if points.is_empty() {
            continue;
        }
        let line = Shape::Line(points.clone(), Stroke::solid(colour));
        // One epoch is no line, and very many need no points.
        let sample = match points.len() {
            ..=40 => Shape::Points(points, colour),
            _ => line.clone(),
        };
        plot = plot.layer(None, line).layer(Some(name), sample);
    }
    Ok(plot)
}

/// The positions of the penalties above 0, ascending.
fn ascending(lambdas: &[f64]) -> Result<Vec<usize>> {
    let mut order: Vec<usize> = (0..lambdas.len()).filter(|&i| lambdas[i] > 0.0).collect();
    order.sort_by(|&a, &b| lambdas[a].total_cmp(&lambdas[b]));
    if order.is_empty() {
        return Err(Error::empty("penalties above 0"));
    }
    Ok(order)
}

fn without_zero(lambdas: &[f64]) -> Option<String> {
    let any = lambdas.contains(&0.0);
    any.then(|| "λ = 0 has no place on this axis".to_owned())
}
