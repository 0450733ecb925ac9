//! The summary of a fit as text.

use elltwo::diagnostics::{FiveNumbers, Residuals};
use elltwo::inference::Inference;
use elltwo::report::format::short;
use elltwo::report::{Summary, five_numbers};

use super::document::Document;
use super::notes::{self, Warning};
use super::tables;
use super::training::Fit;
use crate::failure::plural;
use crate::input::name_of;

/// The library's summary, for a fit that has an inference.
pub(super) fn of<'a>(
    fit: &Fit<'_>,
    inference: Option<&'a Inference>,
    residuals: Option<&Residuals>,
    findings: &[Warning],
) -> elltwo::Result<Option<Summary<'a>>> {
    let Some(inference) = inference else {
        return Ok(None);
    };
    let summary = Summary::new(inference)
        .names(fit.data.columns.iter().map(String::as_str))?
        .target(fit.data.read.target())
        .level(fit.args.confidence())?
        .stars(fit.args.stars)
        .with_notes(findings.iter().map(|finding| finding.note.clone()));
    match residuals {
        Some(residuals) => summary.residuals(residuals).map(Some),
        None => Ok(Some(summary)),
    }
}

/// The summary: rows, coefficients, errors, assumptions, cross-validation.
pub(super) fn text(
    document: &Document,
    fit: &Fit<'_>,
    parameters: Option<&Summary<'_>>,
    residuals: Option<&Residuals>,
    findings: &[Warning],
) -> elltwo::Result<String> {
    let data = &document.data;
    let mut out = format!(
        "{}: {} of {} rows",
        name_of(&data.file),
        data.n_used,
        data.n_rows
    );
    if data.n_test > 0 {
        out += &format!(", {} to train, {} held out", data.n_train, data.n_test);
    }
    out += &format!("\nFormula: {}\n", shortened(&document.formula));
    if let Some(bases) = bases(document, fit) {
        out += &format!("{bases}\n");
    }
    for note in &fit.data.notes {
        out += &format!("{note}\n");
    }
    if let Some(absorbed) = &data.absorbed {
        let (count, alone) = (absorbed.n_groups, absorbed.n_singletons);
        out += &format!(
            "Absorbed: {count} {} of {}, {alone} of one row; R² is within groups.\n",
            plural(count, "intercept", "intercepts"),
            absorbed.column
        );
    }
    if document.model.scaling.is_some() {
        out += "Columns are standardized: a coefficient is that of one standard deviation.\n";
    }
    out.push('\n');
    match parameters {
        Some(summary) => out += &summary.to_string(),
        None => out += &of_loss(document, fit, residuals, findings)?,
    }
    if tables::has_joint_terms(document, fit) {
        out += &format!("\nTerms, type II\n{}", tables::terms(document));
    }
    out += &format!("\n{}", tables::errors(document));
    out += &format!("\n{}", tables::assumptions(document));
    out += &single_numbers(document);
    if let Some(cv) = &document.cv {
        let count = cv.lambdas.len();
        out += &format!(
            "\nErrors on unseen rows ({}, {count} {})\n{}",
            cv.title,
            plural(count, "penalty", "penalties"),
            tables::validation_in_short(cv)
        );
    }
    Ok(out)
}

/// The formula, or its beginning.
pub(super) fn shortened(formula: &str) -> String {
    const SHOWN: usize = 200;
    match formula.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &formula[..end]),
        None => formula.to_owned(),
    }
}

/// The summary of a fit that is not of least squares.
fn of_loss(
    document: &Document,
    fit: &Fit<'_>,
    residuals: Option<&Residuals>,
    findings: &[Warning],
) -> elltwo::Result<String> {
    let raw = fit.raw_residuals(residuals);
    let five = five_numbers(&FiveNumbers::new(raw)?);
    let name = match document.model.kind {
        "sgd" => "SGD".to_owned(),
        _ => format!("Exact minimum of the {} loss", document.model.loss),
    };
    let mut out = format!(
        "{name}: {}\n\n{five}\n{}\n{}",
        document.data.target,
        tables::estimates(document),
        tables::of_loss(document)
    );
    if !document.quantiles.is_empty() {
        out += &format!("\nQuantiles\n{}", tables::quantiles(document));
    }
    let notes = notes::of_fit(fit, None, findings)?;
    if !notes.is_empty() {
        out += "\nNotes\n";
    }
    for warning in notes {
        out += &format!("  - {}\n", warning.note);
    }
    Ok(out)
}

/// The base of each category, from which its coefficients are differences.
pub(super) fn bases(document: &Document, fit: &Fit<'_>) -> Option<String> {
    if fit.args.formula.is_some() || !document.model.fit_intercept {
        return None;
    }
    let levels = document.data.levels.iter();
    let bases: Vec<String> = levels
        .filter_map(|(column, levels)| Some(format!("{column}={}", levels.first()?)))
        .collect();
    (!bases.is_empty()).then(|| {
        let coefficients = "coefficients of other levels are differences from it";
        match bases.len() {
            1 => format!("Base: {}; {coefficients}.", bases[0]),
            _ => format!("Bases: {}; {coefficients}.", bases.join(", ")),
        }
    })
}

/// PRESS, and the largest variance inflation.
fn single_numbers(document: &Document) -> String {
    let diagnostics = &document.diagnostics;
    let inflations = tables::inflations(document);
    let largest = (inflations.iter())
        .filter_map(|of| Some((of.factor?, &of.name)))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let press = diagnostics.press.filter(|press| press.is_finite());
    let left_out = document.left_out.as_ref();
    let lines = [
        press.map(|press| format!("  PRESS {}\n", short(press))),
        left_out.map(|left_out| format!("  rows left out one by one: {left_out}\n")),
        largest
            .map(|(vif, name)| format!("  largest variance inflation {} ({name})\n", short(vif))),
    ];
    let lines = lines.into_iter().flatten().collect::<String>();
    if lines.is_empty() {
        lines
    } else {
        format!("\n{lines}")
    }
}
