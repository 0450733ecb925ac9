//! `elltwo evaluate`.

use elltwo::data::ReadNote;
use elltwo::error::Excerpt;
use elltwo::report::Note;
use serde::Serialize;

use crate::args::EvaluateArgs;
use crate::facts;
use crate::failure::{Asked, Command, Failure};
use crate::input::{name_of, read};
use crate::measures::{self, Measures};
use crate::model_file::ModelFile;
use crate::output::{print, print_json};
use crate::progress::Progress;

/// The document `elltwo.evaluate/1`.
#[derive(Debug, Serialize)]
struct Document<'a> {
    schema: &'static str,
    data: Data<'a>,
    model: Model<'a>,
    metrics: Measures,
    /// The notes of the data in words, and others.
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Data<'a> {
    file: &'a str,
    n_rows: usize,
    n_used: usize,
    n_dropped_missing: usize,
    n_imputed: usize,
    target: &'a str,
    notes: Vec<ReadNote>,
}

#[derive(Debug, Serialize)]
struct Model<'a> {
    file: &'a str,
    kind: &'static str,
}

pub(crate) fn run(args: &EvaluateArgs) -> Result<(), Failure> {
    let file = ModelFile::load(&args.model)?;
    let asked = Asked::of_model(Command::Evaluate, &args.file, &file, &args.reading);
    let failed = |error: elltwo::Error| Failure::in_file(&asked, &error);
    let read = read(&asked, &args.reading, Progress::new(args.quiet), |input| {
        let apply = |reader| args.reading.apply(reader);
        file.data.read(input, apply, true, args.unseen.into())
    })?;
    if !read.has_target {
        return Err(Failure::Data(format!(
            "{}: no column named `{}`, the target of the model. `elltwo predict` does without.",
            name_of(&args.file),
            file.data.target()
        )));
    }
    let (n_rows, n_dropped) = (read.n_rows, read.n_dropped);
    let n_imputed = read.imputed.iter().map(|imputed| imputed.count).sum();
    let notes = read.notes;
    let mut warnings = facts::of_read(&asked, &notes);
    warnings.extend(facts::imputed(
        &read.imputed,
        " of the model's training rows",
    ));
    let sample = file.design.sample(read.data).map_err(failed)?;
    let predictions = file.model.predict(&sample).map_err(failed)?;
    let metrics =
        Measures::new(sample.y(), predictions.view(), sample.weights()).map_err(failed)?;
    warnings.extend(match (file.data.weights(), sample.weights()) {
        (Some(name), Some(weights)) => Some(facts::weighted(name, weights)),
        (Some(name), None) => Some(facts::remark(format!(
            "The model was fitted with the weights `{}`, which this file does not have: every row counts alike.",
            Excerpt(name)
        ))),
        (None, _) => None,
    });
    warnings.extend(facts::constant(sample.y(), sample.weights(), "these rows"));
    warnings.extend(facts::undetermined(&file, &sample).map_err(failed)?);
    let document = Document {
        schema: "elltwo.evaluate/1",
        data: Data {
            file: &args.file,
            n_rows,
            n_used: sample.y().len(),
            n_dropped_missing: n_dropped,
            n_imputed,
            target: file.data.target(),
            notes,
        },
        model: Model {
            file: &args.model,
            kind: file.kind(),
        },
        metrics,
        warnings: warnings.iter().map(Note::to_string).collect(),
    };
    if args.json {
        print_json(&document)
    } else if args.quiet {
        Ok(())
    } else {
        print(&text(&document))
    }
}

fn text(document: &Document<'_>) -> String {
    let data = &document.data;
    let head = format!(
        "{} on {}: {} of {} rows, target {}\n{}\n",
        document.model.file,
        name_of(data.file),
        data.n_used,
        data.n_rows,
        data.target,
        facts::lines(&document.warnings)
    );
    head + &measures::table([(data.target, &document.metrics)]).to_string()
}
