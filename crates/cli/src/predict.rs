//! `elltwo predict`.

use std::io::{self, Write};

use elltwo::inference::Intervals;
use ndarray::Array1;

use crate::args::{IntervalKind, PredictArgs};
use crate::facts;
use crate::failure::Failure;
use crate::input::{name_of, read_table};
use crate::model_file::ModelFile;
use crate::output::{field, print, write_file};
use crate::progress::Progress;

pub(crate) fn run(args: &PredictArgs) -> Result<(), Failure> {
    let file = ModelFile::load(&args.model)?;
    let failed = |error: elltwo::Error| Failure::in_file(name_of(&args.file), &error);
    if args.interval.is_some() && file.prediction_errors.is_none() {
        return Err(Failure::Data(format!(
            "{}: a model by SGD has no intervals. Fit it with --model ridge.",
            args.model
        )));
    }
    // Neither is needed, and new data seldom have them.
    let mut unread = vec![file.data.target()];
    unread.extend(file.data.weights());
    let reader = args.reading.apply(file.reader()).exclude(unread);
    let reader = reader.unseen_level(args.unseen.into());
    let table = read_table(
        &args.file,
        &reader,
        &args.reading,
        Progress::new(args.quiet),
    )?;
    if !args.quiet {
        facts::say(table.notes());
    }
    let sample = file.design.sample(table.into_dataset()).map_err(failed)?;
    let predictions = file.model.predict(&sample).map_err(failed)?;
    let intervals = match (args.interval, &file.prediction_errors) {
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
    let lines = sample.data.lines().unwrap_or_default();
    let write_to = |out: &mut dyn Write| write(out, lines, &predictions, intervals.as_ref());
    if let Some(path) = &args.output {
        return write_file(path, write_to);
    }
    let mut text = Vec::new();
    write_to(&mut text).map_err(|error| Failure::io("standard output", &error))?;
    print(&String::from_utf8_lossy(&text))
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
