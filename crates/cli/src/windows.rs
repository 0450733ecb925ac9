//! `elltwo fit --rolling`, `--rolling-time`, `--expanding`, `--decay`: a model at every row.

use elltwo::data::{Dataset, ReadNote, SchemaColumn, Table as Read, TimeUnit};
use elltwo::inference::{GroupFit, RollingRegression, Span};
use elltwo::report::Table;
use elltwo::report::format::{number, statistic};
use ndarray::Array1;
use serde::Serialize;

use crate::args::{FitArgs, Stretch};
use crate::columns::{Rows, Source};
use crate::facts;
use crate::failure::Failure;
use crate::files::{check_outputs, write_file};
use crate::groups::{Model, learnt, ridge, terms};
use crate::input::name_of;
use crate::output::{print, print_json};
use crate::progress::Progress;

/// Positions that a text lists, the last of all.
const LISTED: usize = 20;
/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// The document `elltwo.windows/1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    design_columns: Vec<String>,
    windows: Vec<Position>,
}

#[derive(Serialize)]
struct Position {
    /// From 0, of the rows that were used.
    row: usize,
    /// Line of the file.
    line: Option<u64>,
    #[serde(flatten)]
    model: Model,
}

/// Fits at each row, writes the file that was asked for, and then prints.
pub(crate) fn run(args: &FitArgs) -> Result<(), Failure> {
    let output = args.windows.windows.as_deref();
    check_outputs(&[&args.file], &[("--windows", output)])?;
    let progress = Progress::new(args.quiet);
    let failed = |error: elltwo::Error| Failure::in_file(&args.asked(), &error);
    let mut reader = args
        .reading
        .apply(args.columns.reader())
        .every_level(args.no_intercept);
    let stretch = args.windows.rolling_time.as_ref();
    if let Some(stretch) = stretch {
        let named = args.columns.chosen();
        if let Some(named) = named.filter(|names| !names.contains(&stretch.column.as_str())) {
            reader = reader.features(named.into_iter().chain([stretch.column.as_str()]));
        }
        if stretch.of_dates {
            reader = reader.date(stretch.column.as_str());
        }
    }
    let source = Source::of_file(args, &reader, progress)?;
    // Since when a column counts matters where it is a feature.
    let is_time = |note: &&ReadNote| match note {
        ReadNote::TimeSince { column, .. } => {
            stretch.is_some_and(|stretch| stretch.column == *column)
        }
        _ => false,
    };
    let said = source.notes.iter().filter(|note| !is_time(note));
    let mut notes = facts::of_read(&args.asked(), &said.cloned().collect::<Vec<_>>());
    notes.extend(facts::dropped(source.n_dropped, source.n_rows));
    let (n_rows, n_dropped) = (source.n_rows, source.n_dropped);
    let (data, times) = match (stretch, source.rows) {
        (Some(stretch), Rows::Table(table)) => timed(args, stretch, *table).map_err(failed)?,
        (_, rows) => (learnt(args, rows).map_err(failed)?, None),
    };
    let span = match (&args.windows.rolling, &times, args.windows.decay) {
        (Some(rows), ..) => Span::Rows(rows.get()),
        (_, Some(times), _) => Span::Time(times.width),
        (_, _, Some(decay)) => Span::Decay(decay),
        _ => Span::Expanding,
    };
    let fits = {
        let _bar = progress.spinner("windows");
        let samples = data.samples().map_err(failed)?;
        let times = times.as_ref().map(|times| times.values.view());
        let rolling = RollingRegression::new(span).ridge(ridge(args)?);
        rolling.fit(&samples, times).map_err(failed)?
    };
    if !args.quiet {
        facts::say(&notes);
    }
    let columns = data.feature_names().to_vec();
    let lines = data.lines().unwrap_or_default();
    if let Some(path) = output {
        let table = csv(args, &columns, &fits, lines);
        write_file(path, |out| out.write_all(table.to_csv().as_bytes()))?;
    }
    if args.json {
        let position = |(row, fit)| Position {
            row,
            line: lines.get(row).copied(),
            model: Model::new(fit),
        };
        return print_json(&Document {
            schema: "elltwo.windows/1",
            design_columns: columns,
            windows: fits.iter().enumerate().map(position).collect(),
        });
    }
    if args.quiet {
        return Ok(());
    }
    let n_used = n_rows - n_dropped;
    let shown = fits.len().min(LISTED);
    print(&format!(
        "{}: {n_used} of {n_rows} rows\nTarget: {}\n\n{}\nThe last {shown} of {} windows; --windows FILE.csv or --json \
         has all, with standard errors.\n",
        name_of(&args.file),
        data.target_name(),
        text(args, &columns, &fits),
        fits.len()
    ))
}

/// Times of the rows, and the width of a window in their unit.
struct Times {
    values: Array1<f64>,
    width: f64,
}

/// The rows without the column of time, unless it is a feature by name; the times, and the width in their unit.
fn timed(
    args: &FitArgs,
    stretch: &Stretch,
    table: Read,
) -> elltwo::Result<(Dataset, Option<Times>)> {
    let dates = table
        .schema()
        .columns()
        .iter()
        .find_map(|column| match column {
            SchemaColumn::Date(coding) if column.name() == stretch.column => coding.origin(),
            _ => None,
        });
    let width = match dates {
        Some((_, TimeUnit::Days)) => stretch.width / DAY,
        _ => stretch.width,
    };
    let data = table.into_dataset();
    let names = data.feature_names();
    let place = names.iter().position(|name| *name == stretch.column);
    let Some(place) = place else {
        return Err(elltwo::Error::Empty {
            what: "the column of times",
        });
    };
    let times = data.x().column(place).to_owned();
    let is_feature = args.columns.chosen();
    let is_feature = is_feature.is_some_and(|names| names.contains(&stretch.column.as_str()));
    let data = if is_feature {
        data
    } else {
        let others: Vec<String> = names
            .iter()
            .filter(|name| **name != stretch.column)
            .cloned()
            .collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        data.select_features(&others)?
    };
    Ok((
        data,
        Some(Times {
            values: times,
            width,
        }),
    ))
}

/// A line for each of the last positions: coefficients and R².
fn text(args: &FitArgs, columns: &[String], fits: &[GroupFit]) -> Table {
    let terms = terms(args, columns);
    let header = ["row".to_owned(), "rows".to_owned()].into_iter();
    let header = header.chain(terms.iter().cloned());
    let mut table = Table::new(header.chain(["R²".to_owned(), String::new()])).last_left();
    for (row, fit) in fits
        .iter()
        .enumerate()
        .skip(fits.len().saturating_sub(LISTED))
    {
        let model = Model::new(fit);
        let mut cells = vec![row.to_string(), model.n_rows.to_string()];
        cells.extend(model.estimates(args).map(number));
        cells.resize(2 + terms.len(), String::new());
        cells.push(model.r2.map_or_else(String::new, statistic));
        cells.push(model.reason.unwrap_or_default());
        table.row(cells);
    }
    table
}

/// A line for each position with all there is, to the last digit.
fn csv(args: &FitArgs, columns: &[String], fits: &[GroupFit], lines: &[u64]) -> Table {
    let header = ["row".to_owned(), "line".to_owned()].into_iter();
    let mut table = Table::new(header.chain(Model::header(args, columns)));
    for (row, fit) in fits.iter().enumerate() {
        let line = lines.get(row).map(u64::to_string).unwrap_or_default();
        let cells = [row.to_string(), line].into_iter();
        table.row(cells.chain(Model::new(fit).cells(args, columns)));
    }
    table
}
