//! The plots of the page, and the list of the most influential rows.

use elltwo::Result;
use elltwo::data::StandardScaler;
use elltwo::diagnostics::Residuals;
use elltwo::formula::{Along, Held};
use elltwo::inference::{Effect, Inference};
use elltwo::report::format::short;
use elltwo::report::plot::{
    Plot, PredictionPlots, ResidualPlots, coefficients, cv_curve, effect, learning_curve,
    standardized_coefficients,
};
use maud::Markup;

use super::html::figure;
use super::influence::{self, Influence};
use super::sections::named;
use crate::columns::Columns;
use crate::fit::training::Fit;

/// Small enough that text stays readable when a phone shrinks it.
const SIZE: (u32, u32) = (450, 370);
/// Coefficients that a plot has room for.
pub(super) const MOST_COEFFICIENTS: usize = 100;
/// Effects that a page has room for.
const MOST_EFFECTS: usize = 12;
/// Height of a plot of coefficients beside its lines, and of a line.
const HEIGHT: (u32, u32) = (140, 24);

/// The caption of residuals against predictions.
const LEVEL_CURVE: &str = "The curve should lie near 0. A bend says that the model is not linear enough: try a power \
or the logarithm of a column.";

/// The figures, drawn while the residuals are there.
#[derive(Debug)]
pub(in crate::fit) struct Figures {
    /// Predictions against targets, of the rows of the fit and of those held out.
    pub(super) predictions: Vec<Markup>,
    pub(super) coefficients: Option<Markup>,
    /// Effects of the columns of a formula, and the number of those that are not drawn.
    pub(super) effects: (Vec<Markup>, usize),
    /// Four for a closed form; one for SGD, which has no leverage.
    pub(super) residuals: Vec<Markup>,
    pub(super) influence: Option<Influence>,
    pub(super) validation: Option<Markup>,
    pub(super) learning: Option<Markup>,
}

/// Draws everything that there is.
pub(in crate::fit) fn figures(
    fit: &Fit<'_>,
    inference: Option<&Inference>,
    residuals: Option<&Residuals>,
) -> Result<Figures> {
    let influence = residuals.map(|residuals| influence::find(fit, residuals));
    Ok(Figures {
        predictions: predictions(fit)?,
        coefficients: inference
            .map(|inference| coefficient_plot(fit, inference))
            .transpose()?
            .flatten(),
        effects: inference
            .map(|inference| effects(fit, inference))
            .transpose()?
            .unwrap_or_default(),
        residuals: match residuals {
            Some(residuals) => residual_plots(fit, residuals)?,
            None => raw_residuals(fit)?,
        },
        influence: influence.transpose()?,
        validation: validation(fit)?,
        learning: learning(fit)?,
    })
}

fn drawn(plot: Plot, caption: &str) -> Result<Markup> {
    figure(plot, SIZE, caption)
}

fn prediction_plots(fit: &Fit<'_>) -> Result<PredictionPlots> {
    let predictions = match &fit.predictions {
        Some(predictions) => predictions.clone(),
        None => fit.model.predict(&fit.data.train)?,
    };
    let plots = PredictionPlots::new(fit.data.train.y(), predictions.view())?;
    let plots = plots.target(fit.data.read.target());
    match influence::labels(fit) {
        Some(labels) => plots.labels(labels),
        None => Ok(plots),
    }
}

fn predictions(fit: &Fit<'_>) -> Result<Vec<Markup>> {
    let mut figures = vec![drawn(
        prediction_plots(fit)?.predicted_vs_observed()?,
        "The rows of the fit. A perfect model has every point on the line.",
    )?];
    if let Some(test) = &fit.data.test {
        let predictions = fit.model.predict(test)?;
        let plots = PredictionPlots::new(test.y(), predictions.view())?;
        let plots = plots.target(fit.data.read.target()).label_count(0);
        figures.push(drawn(
            plots.predicted_vs_observed()?.title("Held-out rows"),
            "Rows the fit has not seen. Points that lie further off the line than those of the fit are a sign of \
             overfitting.",
        )?);
    }
    Ok(figures)
}

fn coefficient_plot(fit: &Fit<'_>, inference: &Inference) -> Result<Option<Markup>> {
    let (names, level) = (&fit.data.columns, fit.args.confidence());
    let any = inference
        .estimates()
        .iter()
        .any(|estimate| estimate.standard_error.is_some());
    if names.is_empty() || names.len() > MOST_COEFFICIENTS || !any {
        return Ok(None);
    }
    let (plot, caption) = if fit.data.design.scaler.is_some() {
        (
            coefficients(inference, names, level),
            "A column whose interval does not reach 0 has an effect that the data support.",
        )
    } else {
        let scaler = StandardScaler.fit_weighted(fit.data.train.x(), fit.data.train.weights())?;
        (
            standardized_coefficients(inference, names, level, scaler.scale()),
            "Each coefficient times the standard deviation of its column, so that columns in any unit compare. A \
             column whose interval does not reach 0 has an effect that the data support.",
        )
    };
    let plot = match plot {
        // All but the intercept depend on each other.
        Err(elltwo::Error::Empty { .. }) => return Ok(None),
        plot => plot?,
    };
    let lines = u32::try_from(names.len()).unwrap_or(0);
    let size = (SIZE.0, HEIGHT.0 + HEIGHT.1 * lines.max(3));
    figure(plot, size, caption).map(Some)
}

/// The effects of the first columns of a formula, and how many more there are.
fn effects(fit: &Fit<'_>, inference: &Inference) -> Result<(Vec<Markup>, usize)> {
    let (Columns::Formula(design), Some(frame)) = (&fit.data.read, &fit.data.frame) else {
        return Ok(Default::default());
    };
    let scaler = fit.data.design.scaler.as_ref();
    let effects = inference.effects(design, frame, scaler, fit.args.confidence())?;
    let figures = effects.iter().take(MOST_EFFECTS).map(|of| {
        let rows = match &of.along {
            Along::Numbers(_) => 0,
            Along::Levels(levels) => levels.len() * of.curves.len().min(2),
        };
        let rows = u32::try_from(rows).unwrap_or(0);
        let size = (SIZE.0, SIZE.1.max(HEIGHT.0 + HEIGHT.1 * rows));
        figure(effect(of, fit.data.read.target())?, size, &held(of))
    });
    let left = effects.len().saturating_sub(MOST_EFFECTS);
    Ok((figures.collect::<Result<_>>()?, left))
}

/// Values that the other columns are held at.
fn held(effect: &Effect) -> String {
    let others: Vec<String> = (effect.held.iter())
        .map(|(column, held)| match held {
            Held::Mean(mean) => format!("{column} at {}", short(*mean)),
            Held::Base(level) => format!("{column} at {level}"),
        })
        .collect();
    if others.is_empty() {
        return "No other column takes part.".to_owned();
    }
    format!("Held: {}.", named(&others, String::clone))
}

fn residual_plots(fit: &Fit<'_>, residuals: &Residuals) -> Result<Vec<Markup>> {
    let Some(predictions) = &fit.predictions else {
        return Ok(Vec::new());
    };
    // Without noise or a degree of freedom there is nothing to studentize by.
    let studentized = residuals.studentized_internal();
    if !studentized.iter().any(|r| r.is_finite()) {
        return raw_residuals(fit);
    }
    let plots = ResidualPlots::new(residuals, predictions.view())?.target(fit.data.read.target());
    let plots = match influence::labels(fit) {
        Some(labels) => plots.labels(labels)?,
        None => plots,
    };
    Ok(vec![
        drawn(plots.residuals_vs_fitted()?, LEVEL_CURVE)?,
        drawn(
            plots.normal_qq()?,
            "Points along the line, within the band, say that the errors are normal. Ends that leave it are outliers \
             or heavy tails.",
        )?,
        drawn(
            plots.scale_location()?,
            "The curve should be level. A rising curve says that errors grow with the predictions: classical standard \
             errors are then wrong.",
        )?,
        drawn(
            plots.residuals_vs_leverage()?,
            "Rows to the right have unusual columns; rows beyond a curve of Cook's distance are influential.",
        )?,
    ])
}

fn raw_residuals(fit: &Fit<'_>) -> Result<Vec<Markup>> {
    let plot = prediction_plots(fit)?.residuals_vs_fitted()?;
    Ok(vec![drawn(plot, LEVEL_CURVE)?])
}

/// One penalty is no curve, and 0 has no place on a logarithmic axis.
fn validation(fit: &Fit<'_>) -> Result<Option<Markup>> {
    let Some(cv) = &fit.data.cv else {
        return Ok(None);
    };
    if cv.lambdas.iter().filter(|lambda| **lambda > 0.0).count() < 2 {
        return Ok(None);
    }
    let caption = if cv.folds.is_some() {
        "The mean over the folds, with its standard error; the table counts every row alike. The line marks the \
         penalty of smallest error."
    } else {
        "The mean over rows, each predicted by a fit without it, with its standard error. The line marks the penalty \
         of smallest error."
    };
    drawn(cv_curve(&cv.curve, Some(cv.best_lambda))?, caption).map(Some)
}

fn learning(fit: &Fit<'_>) -> Result<Option<Markup>> {
    let Some(sgd) = fit.report()?.sgd() else {
        return Ok(None);
    };
    let caption = "The objective at the start of each epoch. A curve that still falls at its end needs more epochs; \
    one that rises or jumps needs a smaller step.";
    drawn(learning_curve(&sgd.history)?, caption).map(Some)
}
