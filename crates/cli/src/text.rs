//! Numbers and tables as text.

/// A field of a CSV file: the digits that give the number back, empty if it is undefined.
pub(crate) fn field(value: f64) -> String {
    if value.is_finite() {
        format!("{value:?}")
    } else {
        String::new()
    }
}

/// Six significant digits, as `%.6g`; `-` if it is undefined.
pub(crate) fn short(value: f64) -> String {
    let magnitude = value.abs();
    if !value.is_finite() {
        "-".to_owned()
    } else if magnitude == 0.0 {
        "0".to_owned()
    } else if (1e-4..1e7).contains(&magnitude) {
        #[allow(clippy::cast_possible_truncation)] // from -4 to 6
        let digits = magnitude.log10().floor() as i32;
        let decimals = usize::try_from(5 - digits).unwrap_or(0);
        let text = format!("{value:.decimals$}");
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        }
    } else {
        format!("{value:.5e}")
    }
}

/// The same of a value that may be undefined.
pub(crate) fn optional(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), short)
}

/// A p-value: below the smallest that is told apart from 0 as `<2e-16`.
pub(crate) fn p_value(value: Option<f64>) -> String {
    match value {
        Some(p) if p < 2e-16 => "<2e-16".to_owned(),
        Some(p) if p < 1e-4 => format!("{p:.2e}"),
        Some(p) if p.is_finite() => format!("{p:.4}"),
        _ => "-".to_owned(),
    }
}

/// Lines of columns: the first aligned left, the others right.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
        longest.max(header[column].chars().count())
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &[&str]| {
        let mut text = String::from("  ");
        for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width - cell.chars().count());
            if column == 0 {
                text += &format!("{cell}{padding}");
            } else {
                text += &format!("  {padding}{cell}");
            }
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    };
    let mut text = line(header);
    for row in rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        text += &line(&cells);
    }
    text
}
