//! `elltwo fit`.

mod analysis;
mod contents;
mod document;
mod estimate;
mod notes;
mod outcome;
mod report;
mod rows;
mod summary;
mod tables;
mod training;

use elltwo::diagnostics::Residuals;

use crate::args::{FitArgs, ModelKind};
use crate::failure::Failure;
use crate::input::{name_of, read_table};
use crate::output::{print, print_json, write_file};
use crate::progress::Progress;
use outcome::Outcome;
use training::Fit;

/// Fits, writes the files that were asked for, and then prints: a result that was printed is one that is complete.
pub(crate) fn run(args: &FitArgs) -> Result<(), Failure> {
    args.check()?;
    let progress = Progress::new(args.quiet);
    let reader = args.reading.apply(args.columns.reader());
    // Texts for every row, which nothing else needs.
    let reader = reader.labels_from_unused(args.report.is_some());
    let table = read_table(&args.file, &reader, &args.reading, progress)?;
    let failed = |error: elltwo::Error| Failure::in_file(name_of(&args.file), &error);

    let fit = Fit::new(args, table, progress)?;
    // Leverage and errors are those of squared errors at their minimum: a descent has none.
    let closed = args.model == ModelKind::Ridge;
    let shown = args.json || !args.quiet || args.report.is_some();
    let (residuals, inference) = {
        let _bar = progress.spinner("residuals");
        let (model, train) = (fit.model.linear(), &fit.train);
        let residuals = (closed && (shown || args.rows.is_some()))
            .then(|| Residuals::new(model, train.x(), train.y(), train.weights()));
        let inference = (closed && (shown || args.save.is_some()))
            .then(|| analysis::inference(model, train, args.covariance()));
        (
            residuals.transpose().map_err(failed)?,
            inference.transpose().map_err(failed)?,
        )
    };
    if let Some(path) = &args.rows {
        write_file(path, |out| rows::write(out, &fit, residuals.as_ref()))?;
    }
    if let Some(path) = &args.save {
        fit.model_file(inference.as_ref()).save(path)?;
    }
    if !shown {
        return Ok(());
    }
    let parameters = summary::of(&fit, inference.as_ref(), residuals.as_ref()).map_err(failed)?;
    let figures = args.report.as_ref().map(|_| {
        let _bar = progress.spinner("plots");
        report::figures(&fit, inference.as_ref(), residuals.as_ref())
    });
    let figures = figures.transpose().map_err(failed)?;
    // The rest of the residuals is as large as most designs: gone before the tests.
    let outcome = Outcome::new(&fit, residuals);
    let notes = notes::all(&fit, parameters.as_ref()).map_err(failed)?;
    let document = fit
        .document(&outcome, inference.as_ref(), &notes, args.json)
        .map_err(failed)?;
    if let (Some(path), Some(figures)) = (&args.report, figures) {
        let page = report::page(&fit, &document, parameters.as_ref(), &notes, &figures);
        write_file(path, |out| out.write_all(page.as_bytes()))?;
    }
    if args.json {
        return print_json(&document);
    }
    if args.quiet {
        return Ok(());
    }
    let text = summary::text(&document, &fit, parameters.as_ref(), &outcome).map_err(failed)?;
    print(&text)
}
