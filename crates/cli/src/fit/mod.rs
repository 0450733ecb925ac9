//! `elltwo fit`.

mod analysis;
mod contents;
mod document;
mod estimate;
mod fitted_rows;
mod learnt;
mod notes;
mod readings;
mod report;
mod summary;
mod tables;
mod training;

use elltwo::diagnostics::Residuals;
use elltwo::inference::Inference;
use elltwo::model::RidgeFit;

use crate::args::FitArgs;
use crate::columns::Source;
use crate::failure::Failure;
use crate::files::{check_outputs, write_file};
use crate::groups;
use crate::output::{print, print_json};
use crate::progress::Progress;
use crate::windows;
use training::{Fit, Prepared};

/// Fits, writes the files that were asked for, and then prints: a result that was printed is one that is complete.
pub(crate) fn run(args: &FitArgs) -> Result<(), Failure> {
    args.check()?;
    if args.groups.has_models() {
        return groups::run(args);
    }
    if args.windows.is_given() {
        return windows::run(args);
    }
    let outputs = [
        ("--rows", args.rows.as_deref()),
        ("--save", args.save.as_deref()),
        ("--report", args.report.as_deref()),
        ("--effects", args.groups.effects.as_deref()),
    ];
    check_outputs(&[&args.file], &outputs)?;
    let progress = Progress::new(args.quiet);
    let reader = args
        .reading
        .apply(args.columns.reader())
        .every_level(args.no_intercept);
    // Texts for every row, which nothing else needs.
    let reader = reader
        .labels_from_unused(args.report.is_some())
        .keys(args.groups.keys());
    let source = Source::of_file(args, &reader, progress)?;
    let failed = |error: elltwo::Error| Failure::in_file(&args.asked(), &error);

    let prepared = Prepared::new(args, source, progress)?;
    let fit = Fit::new(args, &prepared, progress).map_err(failed)?;
    let shown = args.json || !args.quiet || args.report.is_some();
    let (residuals, inference) = {
        let _bar = progress.spinner("residuals");
        let analysis = fit.analysis.as_ref();
        let residuals = analysis.filter(|_| shown || args.rows.is_some());
        let inference = analysis.filter(|_| shown || args.save.is_some());
        let (residuals, inference) = (
            residuals.map(RidgeFit::residuals),
            inference.map(|analysis| analysis.inference(args.covariance(&prepared.clusters))),
        );
        (
            residuals.transpose().map_err(failed)?,
            inference.transpose().map_err(failed)?,
        )
    };
    if let Some(path) = &args.rows {
        write_file(path, |out| {
            fitted_rows::write(out, &fit, residuals.as_ref())
        })?;
    }
    if let Some(path) = &args.groups.effects {
        let effects = fit.effects().map_err(failed)?;
        write_file(path, |out| out.write_all(effects.to_csv().as_bytes()))?;
    }
    if let Some(path) = &args.save {
        fit.model_file(inference.as_ref())
            .map_err(failed)?
            .save(path)?;
    }
    if !shown {
        return Ok(());
    }
    show(&fit, residuals.as_ref(), inference.as_ref(), progress)
}

/// Writes the page, and prints the document or the summary.
fn show(
    fit: &Fit<'_>,
    residuals: Option<&Residuals>,
    inference: Option<&Inference>,
    progress: Progress,
) -> Result<(), Failure> {
    let args = fit.args;
    let failed = |error: elltwo::Error| Failure::in_file(&args.asked(), &error);
    let diagnostics = analysis::diagnostics(fit, residuals).map_err(failed)?;
    let mut findings = notes::of_result(fit, residuals);
    findings.extend(readings::of(fit, &diagnostics, inference));
    let parameters = summary::of(fit, inference, residuals, &findings).map_err(failed)?;
    let figures = args.report.as_ref().map(|_| {
        let _bar = progress.spinner("plots");
        report::figures(fit, inference, residuals)
    });
    let figures = figures.transpose().map_err(failed)?;
    let warnings = notes::all(fit, inference, &findings).map_err(failed)?;
    let document = fit.document(residuals, inference, &warnings, diagnostics, args.json);
    let document = document.map_err(failed)?;
    if let (Some(path), Some(figures)) = (&args.report, figures) {
        let page = report::page(fit, &document, parameters.as_ref(), &warnings, &figures);
        write_file(path, |out| out.write_all(page.as_bytes()))?;
    }
    if args.json {
        return print_json(&document);
    }
    if args.quiet {
        return Ok(());
    }
    let text = summary::text(&document, fit, parameters.as_ref(), residuals, &findings);
    print(&text.map_err(failed)?)
}
