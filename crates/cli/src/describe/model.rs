//! The table of a saved model.

use std::collections::BTreeMap;

use elltwo::data::{NumberFormat, SchemaColumn, TimeUnit};
use elltwo::report::Table;
use elltwo::report::format::{number, optional};
use serde::Serialize;

use crate::args::{DescribeArgs, options};
use crate::columns::Columns;
use crate::failure::Failure;
use crate::model_file::ModelFile;
use crate::output::{print, print_json};

/// The document `elltwo.describe/1` of a model.
#[derive(Debug, Serialize)]
struct ModelDocument<'a> {
    schema: &'static str,
    file: &'a str,
    kind: &'static str,
    target: &'a str,
    formula: Option<String>,
    features: Vec<Feature<'a>>,
    /// Notation of numbers that is not plain.
    formats: BTreeMap<String, NumberFormat>,
    design_columns: &'a [String],
    degree: Option<usize>,
    scaling: Option<Scaling>,
    intercept: f64,
    coefficients: Vec<f64>,
    lambda: Option<f64>,
    n_samples: Option<usize>,
    train_mse: Option<f64>,
    has_intervals: bool,
}

#[derive(Debug, Serialize)]
struct Feature<'a> {
    name: &'a str,
    levels: Option<&'a [String]>,
    /// The date that is 0, and the unit.
    since: Option<(&'a str, TimeUnit)>,
}

#[derive(Debug, Serialize)]
struct Scaling {
    mean: Vec<f64>,
    standard_deviation: Vec<f64>,
}

/// The columns of the file that the model reads; of a formula, its categories and terms.
fn features(columns: &Columns) -> Vec<Feature<'_>> {
    match columns {
        Columns::Schema(schema) => (schema.columns().iter())
            .map(|column| Feature {
                name: column.name(),
                levels: match column {
                    SchemaColumn::Category(coding) => Some(coding.levels()),
                    SchemaColumn::Number { .. } | SchemaColumn::Date(_) => None,
                },
                since: match column {
                    SchemaColumn::Date(coding) => coding.origin(),
                    SchemaColumn::Number { .. } | SchemaColumn::Category(_) => None,
                },
            })
            .collect(),
        Columns::Formula(design) => (design.terms().iter())
            .map(|term| Feature {
                name: &term.name,
                levels: (design.categories())
                    .find(|(name, _)| *name == term.name)
                    .map(|(_, levels)| levels),
                since: None,
            })
            .collect(),
    }
}

pub(super) fn run(args: &DescribeArgs) -> Result<(), Failure> {
    let file = ModelFile::load(&args.file)?;
    let linear = file.model.linear();
    let report = linear.report();
    let document = ModelDocument {
        schema: "elltwo.describe/1",
        file: &args.file,
        kind: file.kind(),
        target: file.data.target(),
        features: features(&file.data),
        formula: match &file.data {
            Columns::Formula(design) => Some(design.formula().to_string()),
            Columns::Schema(_) => None,
        },
        formats: file.data.formats(),
        design_columns: &file.design_columns,
        degree: file.design.degree,
        scaling: file.design.scaler.as_ref().map(|scaler| Scaling {
            mean: scaler.center().to_vec(),
            standard_deviation: scaler.scale().to_vec(),
        }),
        intercept: linear.intercept(),
        coefficients: linear.coefficients().to_vec(),
        lambda: report.map(|report| report.lambda[0]),
        n_samples: report.map(|report| report.n_samples),
        train_mse: report.map(|report| report.mse[0]),
        has_intervals: file.prediction_errors.is_some(),
    };
    if args.json {
        return print_json(&document);
    }
    let mut out = format!(
        "{}, {} for {}, lambda {}, {} rows, training MSE {}\n\n",
        document.file,
        document.kind,
        document.target,
        optional(document.lambda),
        document
            .n_samples
            .map_or_else(|| "-".to_owned(), |n| n.to_string()),
        optional(document.train_mse)
    );
    if let Some(formula) = &document.formula {
        out += &format!("Formula: {formula}\n\n");
    }
    let mut header = vec!["term", "estimate"];
    if document.scaling.is_some() {
        header.extend(["mean", "standard deviation"]);
    }
    let mut table = Table::new(header);
    table.row(["(intercept)", &number(document.intercept)]);
    let named = document.design_columns.iter().zip(&document.coefficients);
    for (j, (name, value)) in named.enumerate() {
        let moments = document.scaling.iter();
        let moments = moments.flat_map(|s| [number(s.mean[j]), number(s.standard_deviation[j])]);
        table.row([name.clone(), number(*value)].into_iter().chain(moments));
    }
    out += &table.to_string();
    for feature in &document.features {
        if let Some(levels) = feature.levels {
            let base = match (&document.formula, levels.first()) {
                (None, Some(base)) => format!("; the base is {base}"),
                _ => String::new(),
            };
            out += &format!("\n{}: levels {}{base}\n", feature.name, levels.join(", "));
        }
    }
    for feature in &document.features {
        if let Some((origin, unit)) = feature.since {
            out += &format!("\n{}: {} since {origin}\n", feature.name, unit.name());
        }
    }
    for (column, format) in &document.formats {
        out += &format!("\n{column}: read with {}\n", options(format, Some(column)));
    }
    print(&out)
}
