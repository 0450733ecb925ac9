//! The summary of a fit as text.

use super::document::{Document, Inference};
use crate::measures::Measures;
use crate::text::{optional, p_value, short, table};

/// Everything a reader looks at first.
/// `quantiles` are the smallest residual, the quartiles and the largest.
pub(super) fn text(document: &Document, quantiles: [elltwo::Result<f64>; 5]) -> String {
    let mut out = head(document);
    out += "\nCoefficients";
    if document.model.scaling.is_some() {
        out += " (of standardized columns)";
    }
    out.push('\n');
    out += &coefficients(&document.inference);
    if document.model.lambda > 0.0 && document.inference.sigma.is_some() {
        out += "  Errors are those of the penalized estimate and do not account for its bias.\n";
    }
    out.push('\n');
    out += &quality(document);
    out += "\nResiduals\n";
    let header = ["", "min", "1Q", "median", "3Q", "max"];
    let mut row = vec![String::new()];
    row.extend(quantiles.map(|value| optional(value.ok())));
    out += &table(&header, &[row]);
    out += &tests(document);
    if let Some(cv) = &document.cv {
        out += &format!("\nErrors on unseen rows ({})\n", cv.title);
        let rows: Vec<Vec<String>> = (cv.lambdas.iter().zip(&cv.mse))
            .map(|(lambda, mse)| {
                let best = if *lambda == cv.best_lambda { "*" } else { "" };
                vec![short(*lambda), short(*mse), best.to_owned()]
            })
            .collect();
        out += &table(&["lambda", "MSE", ""], &rows);
    }
    for warning in &document.fit.warnings {
        out += &format!("\nWarning: {warning}\n");
    }
    out
}

fn head(document: &Document) -> String {
    let (data, model, fit) = (&document.data, &document.model, &document.fit);
    let mut facts = vec![
        (
            "data",
            format!("{}, {} of {} rows", data.file, data.n_used, data.n_rows),
        ),
        ("target", data.target.clone()),
    ];
    if data.n_test > 0 {
        let split = format!("{} rows to train, {} to test", data.n_train, data.n_test);
        facts.push(("split", split));
    }
    let penalty = match model.lambda {
        0.0 => "no penalty".to_owned(),
        lambda => format!("lambda = {}", short(lambda)),
    };
    let kind = match model.kind {
        "ridge" if model.lambda == 0.0 => "least squares".to_owned(),
        "ridge" => format!("ridge regression, {penalty}"),
        _ => format!("{} loss by descent, {penalty}", model.loss),
    };
    facts.push(("model", kind));
    facts.push(("solver", format!("{} ({})", fit.solver, fit.termination)));
    if let Some(rank) = fit.rank {
        facts.push((
            "rank",
            format!("{rank} of {} columns", data.design_columns.len()),
        ));
    }
    if let Some(condition) = fit.condition_number {
        facts.push(("condition", short(condition)));
    }
    facts
        .iter()
        .map(|(name, value)| format!("{name:<10} {value}\n"))
        .collect()
}

/// The table of the parameters.
pub(crate) fn coefficients(inference: &Inference) -> String {
    let percent = short(inference.confidence * 100.0);
    let interval = format!("{percent}% interval");
    let known = inference.std_errors.iter().any(Option::is_some);
    let rows: Vec<Vec<String>> = (0..inference.terms.len())
        .map(|i| {
            let mut row = vec![inference.terms[i].clone(), short(inference.estimates[i])];
            if known {
                row.push(optional(inference.std_errors[i]));
                row.push(inference.t[i].map_or_else(|| "-".to_owned(), |t| format!("{t:.3}")));
                row.push(p_value(inference.p[i]));
                row.push(match (inference.ci_low[i], inference.ci_high[i]) {
                    (Some(low), Some(high)) => format!("{} .. {}", short(low), short(high)),
                    _ => "-".to_owned(),
                });
            }
            row
        })
        .collect();
    let error = match inference.covariance.as_deref() {
        None | Some("classical") => "error".to_owned(),
        Some(kind) => format!("{kind} error"),
    };
    let header = ["", "estimate", &error, "t", "p", &interval];
    table(&header[..if known { 6 } else { 2 }], &rows)
}

fn quality(document: &Document) -> String {
    let mut rows = vec![measures("train", &document.train.measures)];
    rows.extend(document.test.as_ref().map(|test| measures("test", test)));
    let mut out = table(&["", "MSE", "RMSE", "MAE", "R²", "max error"], &rows);
    let inference = &document.inference;
    if let Some(sigma) = inference.sigma {
        let df = optional(inference.df_resid);
        out += &format!(
            "  residual standard error {} on {df} degrees of freedom",
            short(sigma)
        );
        out += &format!(", adjusted R² {}\n", optional(inference.r2_adjusted));
    }
    if let Some(f) = inference.f {
        out += &format!("  F {}, p {}\n", short(f), p_value(inference.f_p));
    }
    if let (Some(aic), Some(bic)) = (inference.aic, inference.bic) {
        let likelihood = optional(inference.log_likelihood);
        out += &format!(
            "  AIC {}, BIC {}, log-likelihood {likelihood}\n",
            short(aic),
            short(bic)
        );
    }
    out
}

/// A line of errors.
pub(crate) fn measures(name: &str, of: &Measures) -> Vec<String> {
    vec![
        name.to_owned(),
        short(of.mse),
        short(of.rmse),
        short(of.mae),
        optional(of.r2),
        short(of.max_error),
    ]
}

fn tests(document: &Document) -> String {
    let diagnostics = &document.diagnostics;
    let (variance, normal) = (&diagnostics.breusch_pagan, &diagnostics.jarque_bera);
    let row = |name: &str, statistic, p: String| vec![name.to_owned(), optional(statistic), p];
    let mut rows = vec![
        row(
            "Durbin–Watson (2: not autocorrelated)",
            diagnostics.durbin_watson,
            String::new(),
        ),
        row(
            "Breusch–Pagan (Koenker)",
            variance.lm,
            p_value(variance.lm_p),
        ),
        row("Jarque–Bera", normal.statistic, p_value(normal.p)),
    ];
    if diagnostics.press.is_some() {
        rows.push(row("PRESS", diagnostics.press, String::new()));
    }
    let vif = diagnostics.vif.iter().zip(&document.data.design_columns);
    let largest = vif
        .filter_map(|(vif, name)| Some(((*vif)?, name)))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((vif, name)) = largest {
        let title = format!("largest variance inflation ({name})");
        rows.push(row(&title, Some(vif), String::new()));
    }
    table(&["", "", "p"], &rows)
}
