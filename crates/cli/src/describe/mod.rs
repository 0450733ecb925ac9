//! `elltwo describe`: a saved model's table, or the columns of a data file.

mod model;

use std::io::{BufReader, Read};

use elltwo::data::{ColumnDescription, Content, CsvReader, Delimiter, ReadNote};
use elltwo::error::Excerpt;
use elltwo::report::Table;
use elltwo::report::format::short;
use serde::Serialize;

use crate::args::DescribeArgs;
use crate::facts;
use crate::failure::{Failure, plural};
use crate::input::{delimiter_hint, name_of, open, other_delimiter};
use crate::output::{print, print_json};
use crate::progress::Progress;

/// Number of levels that the table names.
const LEVELS_SHOWN: usize = 4;

pub(crate) fn run(args: &DescribeArgs) -> Result<(), Failure> {
    let name = name_of(&args.file);
    let asked = args.asked();
    let failed = |error: elltwo::Error| Failure::in_file(&asked, &error);
    let mut input = BufReader::new(open(&args.file, Progress::new(args.quiet))?);
    let mut first = [0];
    let count = input
        .read(&mut first)
        .map_err(|error| Failure::io(name, &error))?;
    // No header begins so, and every model does.
    if first[..count] == *b"{" {
        drop(input);
        if args.target.is_some() || args.format.is_given() {
            return Err(Failure::Usage(format!(
                "{name} is a model: --target and the options of reading are about CSV files."
            )));
        }
        return model::run(args);
    }
    let input = first[..count].chain(input);
    let reader = args.format.apply(CsvReader::new(""));
    let description = reader
        .describe(input, args.target.as_deref())
        .map_err(failed)?;
    let columns: Vec<Column> = description.columns.into_iter().map(Column::from).collect();
    if args.json {
        print_json(&DataDocument {
            schema: "elltwo.describe/1",
            file: &args.file,
            n_rows: description.n_rows,
            target: args.target.as_deref(),
            columns,
            notes: description.notes,
        })
    } else {
        print(&data_text(
            args,
            description.n_rows,
            &columns,
            &description.notes,
        ))
    }
}

/// The document `elltwo.describe/1` of a data file.
#[derive(Debug, Serialize)]
struct DataDocument<'a> {
    schema: &'static str,
    file: &'a str,
    n_rows: usize,
    target: Option<&'a str>,
    columns: Vec<Column>,
    notes: Vec<ReadNote>,
}

#[derive(Debug, Serialize)]
struct Column {
    name: String,
    /// `number`, `text`, `mixed` or `empty`.
    #[serde(rename = "type")]
    kind: &'static str,
    missing: usize,
    min: Option<f64>,
    max: Option<f64>,
    mean: Option<f64>,
    standard_deviation: Option<f64>,
    correlation: Option<f64>,
    levels: Option<Vec<String>>,
    /// A text among numbers, and its line.
    text_among_numbers: Option<(String, u64)>,
}

impl From<ColumnDescription> for Column {
    fn from(column: ColumnDescription) -> Self {
        let mut found = Self {
            name: column.name,
            kind: "empty",
            missing: column.missing,
            min: None,
            max: None,
            mean: None,
            standard_deviation: None,
            correlation: None,
            levels: None,
            text_among_numbers: None,
        };
        match column.content {
            Content::Numbers {
                min,
                max,
                mean,
                standard_deviation,
                correlation,
            } => {
                found.kind = "number";
                found.min = Some(min);
                found.max = Some(max);
                found.mean = Some(mean);
                found.standard_deviation = Some(standard_deviation);
                found.correlation = correlation;
            }
            Content::Texts { levels, mixed } => {
                found.kind = if mixed.is_some() { "mixed" } else { "text" };
                found.levels = Some(levels);
                found.text_among_numbers = mixed;
            }
            _ => {}
        }
        found
    }
}

fn data_text(args: &DescribeArgs, n_rows: usize, columns: &[Column], notes: &[ReadNote]) -> String {
    let head = format!(
        "{}, {n_rows} {}, {} {}\n{}\n",
        name_of(&args.file),
        plural(n_rows, "row", "rows"),
        columns.len(),
        plural(columns.len(), "column", "columns"),
        facts::lines(facts::of_read(&args.asked(), notes))
    );
    let header = [
        "column",
        "type",
        "missing",
        "min",
        "mean",
        "max",
        "standard deviation",
        "correlation",
    ];
    let shown = if args.target.is_some() { 8 } else { 7 };
    let mut table = Table::new(header.into_iter().take(shown));
    for column in columns {
        let values = [
            column.min,
            column.mean,
            column.max,
            column.standard_deviation,
            column.correlation,
        ];
        let row = [
            Excerpt(&column.name).to_string(),
            column.kind.to_owned(),
            column.missing.to_string(),
        ];
        let values = values.map(|value| value.map(short).unwrap_or_default());
        table.row(row.into_iter().chain(values));
    }
    let mut out = format!("{head}{table}");
    for column in columns {
        let Some(levels) = &column.levels else {
            continue;
        };
        let named = levels.iter().take(LEVELS_SHOWN);
        let named: Vec<String> = named.map(|level| Excerpt(level).to_string()).collect();
        let more = if levels.len() > LEVELS_SHOWN {
            ", …"
        } else {
            ""
        };
        out += &format!(
            "\n{}: {} distinct: {}{more}",
            Excerpt(&column.name),
            levels.len(),
            named.join(", ")
        );
        if let Some((text, line)) = &column.text_among_numbers {
            out += &format!(
                "\n  `{}` on line {line} is no number, others are: correct it, or name it with --na",
                Excerpt(text)
            );
        }
    }
    if columns.iter().any(|column| column.levels.is_some()) {
        out.push('\n');
    }
    // The header as it was read, which may have been compressed.
    if let Some(used) = args.format.delimiter {
        let separator = match used {
            Delimiter::Byte(byte) => char::from(byte),
            Delimiter::Whitespace => ' ',
        };
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let header = names.join(&separator.to_string());
        if let Some(hint) = other_delimiter(header.as_bytes(), used) {
            out += &format!("\n{}\n", delimiter_hint(hint));
        }
    }
    out
}
