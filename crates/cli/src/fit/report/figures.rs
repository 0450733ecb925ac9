//! The plots of the page, and the list of the rows that matter.

use elltwo::Result;
use elltwo::data::StandardScaler;
use elltwo::diagnostics::Residuals;
use elltwo::inference::Inference;
use elltwo::report::plot::{
    Plot, PredictionPlots, ResidualPlots, coefficients, cv_curve, learning_curve,
    standardized_coefficients,
};

use super::html::figure;
use super::influence::{self, Influence};
use crate::fit::training::Fit;

/// Small enough that text stays readable when a phone shrinks it.
const SIZE: (u32, u32) = (450, 370);
/// Coefficients that a plot has room for.
pub(super) const MOST_COEFFICIENTS: usize = 100;
/// Height of a plot of coefficients beside its lines, and of a line.
const HEIGHT: (u32, u32) = (140, 24);

/// Drawn while the residuals are there.
#[derive(Debug)]
pub(in crate::fit) struct Figures {
    /// Predictions against what was observed, of the rows of the fit and of those held out.
    pub(super) predictions: String,
    pub(super) coefficients: Option<String>,
    /// Four of a closed form; one of a descent, of which there is no leverage.
    pub(super) residuals: String,
    pub(super) influence: Option<Influence>,
    pub(super) validation: Option<String>,
    pub(super) learning: Option<String>,
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
            .map(|inference| effects(fit, inference))
            .transpose()?
            .flatten(),
        residuals: match residuals {
            Some(residuals) => residual_plots(fit, residuals)?,
            None => raw_residuals(fit)?,
        },
        influence: influence.transpose()?,
        validation: validation(fit)?,
        learning: learning(fit)?,
    })
}

fn drawn(plot: Plot, caption: &str) -> Result<String> {
    Ok(figure(&plot.size(SIZE.0, SIZE.1)?.html()?, caption))
}

fn prediction_plots(fit: &Fit<'_>) -> Result<PredictionPlots> {
    let predictions = match &fit.predictions {
        Some(predictions) => predictions.clone(),
        None => fit.model.predict(&fit.data.train)?,
    };
    let plots = PredictionPlots::new(fit.data.train.y(), predictions.view())?;
    let plots = plots.target(fit.data.schema.target());
    match influence::labels(fit) {
        Some(labels) => plots.labels(labels),
        None => Ok(plots),
    }
}

fn predictions(fit: &Fit<'_>) -> Result<String> {
    let mut out = drawn(
        prediction_plots(fit)?.predicted_vs_observed()?,
        "The rows of the fit. A perfect model has every point on the line.",
    )?;
    if let Some(test) = &fit.data.test {
        let predictions = fit.model.predict(test)?;
        let plots = PredictionPlots::new(test.y(), predictions.view())?;
        let plots = plots.target(fit.data.schema.target()).label_count(0);
        let plot = plots.predicted_vs_observed()?.title("Held-out rows");
        out += &drawn(
            plot,
            "Rows the fit has not seen: points that lie further off than those of the fit say that it learnt its rows by heart.",
        )?;
    }
    Ok(out)
}

fn effects(fit: &Fit<'_>, inference: &Inference) -> Result<Option<String>> {
    let (names, level) = (&fit.data.columns, fit.args.confidence());
    let any = inference
        .estimates()
        .iter()
        .any(|estimate| estimate.standard_error.is_some());
    if names.len() > MOST_COEFFICIENTS || !any {
        return Ok(None);
    }
    let (plot, caption) = if fit.data.design.scaler.is_some() {
        (
            coefficients(inference, names, level),
            "An interval that does not reach 0 belongs to a column that the data speak for.",
        )
    } else {
        let scaler = StandardScaler.fit_weighted(fit.data.train.x(), fit.data.train.weights())?;
        (
            standardized_coefficients(inference, names, level, scaler.scale()),
            "Each coefficient times the standard deviation of its column, so that columns in any unit compare. An interval that does not \
             reach 0 belongs to a column that the data speak for.",
        )
    };
    let plot = match plot {
        // All but the intercept depend on each other.
        Err(elltwo::Error::Empty { .. }) => return Ok(None),
        plot => plot?,
    };
    let lines = u32::try_from(names.len()).unwrap_or(0);
    let plot = plot.size(SIZE.0, HEIGHT.0 + HEIGHT.1 * lines.max(3))?;
    Ok(Some(figure(&plot.html()?, caption)))
}

fn residual_plots(fit: &Fit<'_>, residuals: &Residuals) -> Result<String> {
    let Some(predictions) = &fit.predictions else {
        return Ok(String::new());
    };
    // Without noise or a degree of freedom there is nothing to studentize by.
    let studentized = residuals.studentized_internal();
    if !studentized.iter().any(|r| r.is_finite()) {
        return raw_residuals(fit);
    }
    let plots = ResidualPlots::new(residuals, predictions.view())?.target(fit.data.schema.target());
    let plots = match influence::labels(fit) {
        Some(labels) => plots.labels(labels)?,
        None => plots,
    };
    let drawn = [
        drawn(
            plots.residuals_vs_fitted()?,
            "The curve should lie near 0. One that bends says that the model is not linear enough: try a power or the logarithm of a column.",
        )?,
        drawn(
            plots.normal_qq()?,
            "Points along the line, within the band, say that the errors are normal. Ends that leave it are outliers or heavy tails.",
        )?,
        drawn(
            plots.scale_location()?,
            "The curve should be level. One that rises says that large predictions miss by more: classical standard errors are then wrong.",
        )?,
        drawn(
            plots.residuals_vs_leverage()?,
            "Rows to the right have unusual columns, rows beyond a dashed curve of Cook's distance move the fit by themselves.",
        )?,
    ];
    Ok(drawn.concat())
}

fn raw_residuals(fit: &Fit<'_>) -> Result<String> {
    drawn(
        prediction_plots(fit)?.residuals_vs_fitted()?,
        "The curve should lie near 0. One that bends says that the model is not linear enough: try a power or the logarithm of a column.",
    )
}

/// One penalty is no curve, and 0 has no place on a logarithmic axis.
fn validation(fit: &Fit<'_>) -> Result<Option<String>> {
    let Some(cv) = &fit.data.cv else {
        return Ok(None);
    };
    if cv.lambdas.iter().filter(|lambda| **lambda > 0.0).count() < 2 {
        return Ok(None);
    }
    let caption = if cv.folds.is_some() {
        "The mean over the folds, with its standard error; the table counts every row alike. The line is at the penalty of smallest error."
    } else {
        "The mean over rows, each predicted by a fit without it, with its standard error. The line is at the penalty of smallest error."
    };
    drawn(cv_curve(&cv.curve, Some(cv.best_lambda))?, caption).map(Some)
}

fn learning(fit: &Fit<'_>) -> Result<Option<String>> {
    let Some(sgd) = fit.report()?.sgd() else {
        return Ok(None);
    };
    let caption = "The objective at the start of each epoch. A curve that still falls at its end wants more epochs; one that rises or jumps wants \
                   a smaller step.";
    drawn(learning_curve(&sgd.history)?, caption).map(Some)
}
