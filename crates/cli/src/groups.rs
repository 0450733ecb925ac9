//! `elltwo fit --by`: a model for each group of rows.

use std::cmp::Ordering;

use elltwo::data::Dataset;
use elltwo::inference::{GroupFit, GroupedFit};
use elltwo::model::RidgeRegression;
use elltwo::report::Table;
use elltwo::report::format::{number, statistic};
use serde::Serialize;

use crate::args::{FitArgs, Lambda};
use crate::columns::{Rows, Source, learn};
use crate::facts;
use crate::failure::{Failure, plural};
use crate::files::{check_outputs, write_file};
use crate::input::name_of;
use crate::keys::texts;
use crate::output::{field, print, print_json};
use crate::progress::Progress;

/// Groups that a text lists.
const LISTED: usize = 40;

/// The document `elltwo.groups/1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    design_columns: Vec<String>,
    groups: Vec<Group>,
}

#[derive(Serialize)]
struct Group {
    key: Vec<String>,
    #[serde(flatten)]
    model: Model,
}

/// The model of a group or a window.
#[derive(Serialize)]
pub(crate) struct Model {
    pub(crate) n_rows: usize,
    /// 0 if none was fitted, null without a model.
    intercept: f64,
    coefficients: Vec<f64>,
    /// That of the intercept first.
    std_errors: Vec<f64>,
    pub(crate) r2: Option<f64>,
    pub(crate) reason: Option<String>,
}

impl Model {
    pub(crate) fn new(fit: &GroupFit) -> Self {
        Self {
            n_rows: fit.n_samples,
            intercept: fit.intercept,
            coefficients: fit.coefficients.to_vec(),
            std_errors: fit.standard_errors.to_vec(),
            r2: fit.r2,
            reason: fit.reason.as_ref().map(ToString::to_string),
        }
    }

    /// Estimates, one for each term; none without a model.
    pub(crate) fn estimates(&self, args: &FitArgs) -> impl Iterator<Item = f64> {
        let intercept = (args.fit_intercept() && self.reason.is_none()).then_some(self.intercept);
        intercept
            .into_iter()
            .chain(self.coefficients.iter().copied())
    }

    /// Names of the columns of a file.
    pub(crate) fn header(args: &FitArgs, columns: &[String]) -> impl Iterator<Item = String> {
        let terms = terms(args, columns);
        let errors: Vec<String> = terms
            .iter()
            .map(|term| format!("std_error {term}"))
            .collect();
        let all = std::iter::once("n_rows".to_owned())
            .chain(terms)
            .chain(errors);
        all.chain(["r2".to_owned(), "reason".to_owned()])
    }

    /// The columns of a file, to the last digit.
    pub(crate) fn cells(&self, args: &FitArgs, columns: &[String]) -> Vec<String> {
        let mut cells = vec![self.n_rows.to_string()];
        cells.extend(self.estimates(args).map(field));
        cells.extend(self.std_errors.iter().copied().map(field));
        cells.resize(1 + 2 * terms(args, columns).len(), String::new());
        cells.push(self.r2.map_or_else(String::new, field));
        cells.push(self.reason.clone().unwrap_or_default());
        cells
    }
}

impl Group {
    fn new(key: &str, fit: &GroupFit) -> Self {
        Self {
            key: texts(key).map(str::to_owned).collect(),
            model: Model::new(fit),
        }
    }

    /// Order of keys: by the numbers where both are, and else by the texts.
    fn order(&self, other: &Self) -> Ordering {
        let parts = self.key.iter().zip(&other.key).map(|(a, b)| {
            let numbers = a.parse::<f64>().ok().zip(b.parse::<f64>().ok());
            numbers
                .and_then(|(a, b)| a.partial_cmp(&b))
                .unwrap_or(Ordering::Equal)
                .then_with(|| a.cmp(b))
        });
        parts.fold(Ordering::Equal, Ordering::then)
    }
}

/// Fits each group, writes the file that was asked for, and then prints.
pub(crate) fn run(args: &FitArgs) -> Result<(), Failure> {
    check_outputs(
        &[&args.file],
        &[("--groups", args.groups.groups.as_deref())],
    )?;
    let progress = Progress::new(args.quiet);
    let failed = |error: elltwo::Error| Failure::in_file(&args.asked(), &error);
    let reader = args
        .reading
        .apply(args.columns.reader())
        .every_level(args.no_intercept)
        .keys(args.groups.keys());
    let source = Source::of_file(args, &reader, progress)?;
    let mut notes = facts::of_read(&args.asked(), &source.notes);
    notes.extend(facts::dropped(source.n_dropped, source.n_rows));
    let n_used = source.n_rows - source.n_dropped;
    let data = learnt(args, source.rows).map_err(failed)?;
    let ridge = ridge(args)?;
    let fits = {
        let _bar = progress.spinner("groups");
        let samples = data.samples().map_err(failed)?;
        GroupedFit::new(&ridge, &samples, data.labels().unwrap_or_default()).map_err(failed)?
    };
    let mut groups: Vec<Group> = fits.iter().map(|(key, fit)| Group::new(key, fit)).collect();
    groups.sort_by(Group::order);
    if !args.quiet {
        facts::say(&notes);
    }
    let columns = data.feature_names().to_vec();
    if let Some(path) = &args.groups.groups {
        let table = csv(args, &columns, &groups);
        write_file(path, |out| out.write_all(table.to_csv().as_bytes()))?;
    }
    if args.json {
        return print_json(&Document {
            schema: "elltwo.groups/1",
            design_columns: columns,
            groups,
        });
    }
    if args.quiet {
        return Ok(());
    }
    let count = groups.len();
    let mut out = format!(
        "{}: {n_used} of {} rows in {count} {} by {}\nTarget: {}\n\n{}",
        name_of(&args.file),
        source.n_rows,
        plural(count, "group", "groups"),
        args.groups.keys().join(", "),
        data.target_name(),
        text(args, &columns, &groups)
    );
    if count > LISTED {
        out += &format!(
            "\n{} more groups are not listed: --groups FILE.csv or --json has all.\n",
            count - LISTED
        );
    }
    print(&out)
}

/// The rows of a file as those of the design.
pub(crate) fn learnt(args: &FitArgs, rows: Rows) -> elltwo::Result<Dataset> {
    match (rows, &args.formula) {
        (Rows::Table(table), _) => Ok(table.into_dataset()),
        (Rows::Frame(frame), Some(formula)) => {
            let (weights, imputes) = (args.columns.weights.as_deref(), args.reading.imputes());
            learn(formula, weights, imputes, &frame, None)?.dataset(&frame)
        }
        (Rows::Frame(_), None) => Err(elltwo::Error::Empty {
            what: "the formula",
        }),
    }
}

/// The regression of each group or window.
pub(crate) fn ridge(args: &FitArgs) -> Result<RidgeRegression, Failure> {
    match args.lambda {
        Lambda::Value(lambda) => Ok(RidgeRegression::new()
            .lambda(lambda)
            .fit_intercept(args.fit_intercept())),
        Lambda::Auto => Err(Failure::Usage(
            "Groups and windows need a --lambda that is a number.".to_owned(),
        )),
    }
}

/// Names of the parameters.
pub(crate) fn terms(args: &FitArgs, columns: &[String]) -> Vec<String> {
    let intercept = args.fit_intercept().then(|| "(intercept)".to_owned());
    intercept
        .into_iter()
        .chain(columns.iter().cloned())
        .collect()
}

/// A line for each of the first groups: coefficients and R².
fn text(args: &FitArgs, columns: &[String], groups: &[Group]) -> Table {
    let keys = args.groups.keys();
    let terms = terms(args, columns);
    let header = (keys.iter().map(ToString::to_string))
        .chain(["rows".to_owned()])
        .chain(terms.iter().cloned())
        .chain(["R²".to_owned(), String::new()]);
    let mut table = Table::new(header).last_left();
    for Group { key, model } in groups.iter().take(LISTED) {
        let mut row = key.clone();
        row.push(model.n_rows.to_string());
        row.extend(model.estimates(args).map(number));
        row.resize(keys.len() + 1 + terms.len(), String::new());
        row.push(model.r2.map_or_else(String::new, statistic));
        row.push(model.reason.clone().unwrap_or_default());
        table.row(row);
    }
    table
}

/// A line for each group with all there is, to the last digit.
fn csv(args: &FitArgs, columns: &[String], groups: &[Group]) -> Table {
    let keys = args.groups.keys().into_iter().map(str::to_owned);
    let mut table = Table::new(keys.chain(Model::header(args, columns)));
    for Group { key, model } in groups {
        table.row(key.iter().cloned().chain(model.cells(args, columns)));
    }
    table
}
