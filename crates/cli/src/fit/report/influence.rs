//! Most influential rows, and what identifies them.

use elltwo::Result;
use elltwo::diagnostics::Residuals;
use elltwo::report::Table;
use elltwo::report::format::{UNDEFINED, number, statistic};

use crate::fit::training::Fit;

/// Number of rows that are listed.
const LISTED: usize = 10;
/// Number of characters that are shown of what identifies a row.
const SHOWN: usize = 60;
/// Cook's distance from which a row is worth a look (Cook & Weisberg, 1982).
const LARGE: f64 = 1.0;
/// The level of Bonferroni's rule.
const LEVEL: f64 = 0.05;

/// The list of the most influential rows, and counts over all rows.
#[derive(Debug)]
pub(super) struct Influence {
    pub(super) table: Table,
    /// Number of rows of a large Cook's distance.
    pub(super) n_large: usize,
    pub(super) n_outliers: usize,
}

pub(super) fn find(fit: &Fit<'_>, residuals: &Residuals) -> Result<Influence> {
    let outliers = match residuals.residual_df() {
        df if df > 1.0 => residuals.bonferroni_outliers(LEVEL)?,
        _ => Vec::new(),
    };
    let (data, cook) = (&fit.data.train.data, residuals.cooks_distance());
    let names = data.labels();
    let mut header = Vec::new();
    let columns = &fit.args.columns;
    let excluded: Vec<&str> = columns.excluded().collect();
    let title = match excluded[..] {
        [name] if columns.features.is_none() => name,
        _ => "other columns",
    };
    header.extend(names.map(|_| title));
    let numbers = [
        "row",
        "line",
        "observed",
        "predicted",
        "residual",
        "studentized",
        "leverage",
        "Cook's D",
        "",
    ];
    header.extend(numbers);
    let mut table = Table::new(header).last_left();
    for i in residuals.most_influential(LISTED) {
        let line = data.lines().and_then(|lines| lines.get(i));
        let mut row = Vec::new();
        row.extend(names.map(|names| shown(&names[i])));
        let predicted = fit.predictions.as_ref().map_or(f64::NAN, |p| p[i]);
        let remark = if outliers.iter().any(|outlier| outlier.row == i) {
            "outlier"
        } else if cook[i].is_nan() {
            "leverage 1"
        } else {
            ""
        };
        row.extend([
            row_number(fit, i).to_string(),
            line.map_or_else(|| UNDEFINED.to_owned(), u64::to_string),
            number(fit.data.train.y()[i]),
            number(predicted),
            number(residuals.raw()[i]),
            statistic(residuals.studentized_external()[i]),
            number(residuals.leverage()[i]),
            number(cook[i]),
            remark.to_owned(),
        ]);
        table.row(row);
    }
    Ok(Influence {
        table,
        n_large: cook.iter().filter(|d| **d > LARGE).count(),
        n_outliers: outliers.len(),
    })
}

/// The number of a row of the fit among all the rows that were used, as `--rows` has it.
fn row_number(fit: &Fit<'_>, i: usize) -> usize {
    fit.data.rows.get(i).copied().unwrap_or(i)
}

/// Labels of the rows in plots; none if their numbers will do.
pub(super) fn labels(fit: &Fit<'_>) -> Option<Vec<String>> {
    let numbers = |i: usize| row_number(fit, i).to_string();
    match fit.data.train.data.labels() {
        Some(names) => Some(
            (names.iter().enumerate())
                .map(|(i, name)| {
                    if name.is_empty() {
                        numbers(i)
                    } else {
                        name.clone()
                    }
                })
                .collect(),
        ),
        None if fit.data.rows.is_empty() => None,
        None => Some((0..fit.data.rows.len()).map(numbers).collect()),
    }
}

fn shown(name: &str) -> String {
    match name.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_owned(),
    }
}
