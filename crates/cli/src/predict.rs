//! `elltwo predict`.

use std::io::{self, Write};
use std::path::Path;

use elltwo::error::Excerpt;
use elltwo::inference::Intervals;
use elltwo::report::Note;
use elltwo::report::format::short;
use ndarray::Array1;

use crate::args::{IntervalKind, PredictArgs};
use crate::columns::Columns;
use crate::facts;
use crate::failure::{Asked, Command, Failure};
use crate::files::{check_outputs, write_file};
use crate::input::{STDIN, read};
use crate::model_file::ModelFile;
use crate::output::field;
use crate::progress::Progress;

pub(crate) fn run(args: &PredictArgs) -> Result<(), Failure> {
    let output = args.output.as_deref();
    check_outputs(&[&args.model, &args.file], &[("--output", output)])?;
    let file = ModelFile::load(&args.model)?;
    let asked = Asked::of_model(Command::Predict, &args.file, &file, &args.reading);
    let failed = |error: elltwo::Error| Failure::in_file(&asked, &error);
    if args.interval.is_some() && file.prediction_errors.is_none() {
        return Err(Failure::Data(format!(
            "{}: a model of kind {} has no intervals. Fit it with --model ridge.",
            args.model,
            file.kind()
        )));
    }
    let response = match (&file.data, args.response) {
        (Columns::Formula(design), true) => design.response(),
        _ => None,
    };
    let response = response.zip(file.smearing);
    if args.response && response.is_none() {
        return Err(Failure::Data(format!(
            "{}: the target of the model, {}, is not the logarithm of a response. Leave out --response.",
            args.model,
            file.data.target()
        )));
    }
    let read = read(&asked, &args.reading, Progress::new(args.quiet), |input| {
        let apply = |reader| args.reading.apply(reader);
        file.data.read(input, apply, false, args.unseen.into())
    })?;
    let mut notes = facts::of_read(&asked, &read.notes);
    notes.extend(facts::imputed(
        &read.imputed,
        " of the model's training rows",
    ));
    let offset = read.offset;
    let sample = file.design.sample(read.data).map_err(failed)?;
    let mut predictions = file.model.predict(&sample).map_err(failed)?;
    let mut intervals = match (args.interval, &file.prediction_errors) {
        (Some(kind), Some(errors)) => {
            let prediction = errors
                .predict(file.model.linear(), sample.x())
                .map_err(failed)?;
            let intervals = match kind {
                IntervalKind::Confidence => prediction.confidence_intervals(args.confidence),
                IntervalKind::Prediction => prediction.prediction_intervals(args.confidence),
            };
            Some(intervals.map_err(failed)?)
        }
        _ => None,
    };
    if let Some(offset) = &offset {
        predictions += offset;
        if let Some(intervals) = &mut intervals {
            intervals.lower += offset;
            intervals.upper += offset;
        }
    }
    if let Some((response, smearing)) = &response {
        let invert = |values: &Array1<f64>, smearing| {
            response.invert(values.view(), smearing).map_err(failed)
        };
        predictions = invert(&predictions, *smearing)?;
        if let Some(intervals) = &mut intervals {
            // The quantiles of an observation are those of its logarithm; only a mean needs the estimate.
            let factor = match args.interval {
                Some(IntervalKind::Prediction) => 1.0,
                _ => *smearing,
            };
            intervals.lower = invert(&intervals.lower, factor)?;
            intervals.upper = invert(&intervals.upper, factor)?;
        }
        notes.push(facts::remark(format!(
            "Predictions are means of {}, from the model of {} by the smearing estimate {}.",
            Excerpt(response.target()),
            Excerpt(file.data.target()),
            short(*smearing)
        )));
    }
    if !args.quiet {
        notes.extend(facts::undetermined(&file, &sample).map_err(failed)?);
        notes.extend(weights_of(args.interval, file.data.weights()));
        facts::say(&notes);
    }
    let lines = sample.data.lines().unwrap_or_default();
    write_file(output.unwrap_or(Path::new(STDIN)), |out| {
        write(out, lines, &predictions, intervals.as_ref())
    })
}

/// Note on what weights in the training have to do with an interval.
fn weights_of(interval: Option<IntervalKind>, weights: Option<&str>) -> Option<Note> {
    let weights = Excerpt(weights?);
    let meaning = match interval? {
        IntervalKind::Confidence => "that of a mean does not depend on the weight of the row",
        IntervalKind::Prediction => {
            "that of an observation is of one of weight 1; with weight w the noise has 1/w of the variance"
        }
    };
    Some(facts::remark(format!(
        "The model was fitted with the weights `{weights}`, which are not read here: of the intervals, {meaning}."
    )))
}

fn write(
    out: &mut dyn Write,
    lines: &[u64],
    predictions: &Array1<f64>,
    intervals: Option<&Intervals>,
) -> io::Result<()> {
    out.write_all(b"row,line,prediction")?;
    if intervals.is_some() {
        out.write_all(b",lower,upper")?;
    }
    writeln!(out)?;
    for (row, prediction) in predictions.iter().enumerate() {
        let line = lines.get(row).map(u64::to_string).unwrap_or_default();
        write!(out, "{row},{line},{}", field(*prediction))?;
        if let Some(Intervals { lower, upper, .. }) = intervals {
            write!(out, ",{},{}", field(lower[row]), field(upper[row]))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
