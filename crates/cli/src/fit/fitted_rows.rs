//! A line for each row that was fitted.

use std::io::{self, Write};

use elltwo::diagnostics::Residuals;

use super::training::Fit;
use crate::output::field;

/// Writes the rows, numbered from 0 in the order of the file. Undefined values are empty; for SGD, all that rest on
/// leverage.
pub(super) fn write(
    out: &mut dyn Write,
    fit: &Fit<'_>,
    residuals: Option<&Residuals>,
) -> io::Result<()> {
    writeln!(
        out,
        "row,y,prediction,residual,leverage,studentized_internal,studentized_external,cooks_distance,dffits,line"
    )?;
    let dffits = residuals.map(Residuals::dffits);
    let influence = [
        residuals.map(Residuals::leverage),
        residuals.map(Residuals::studentized_internal),
        residuals.map(Residuals::studentized_external),
        residuals.map(Residuals::cooks_distance),
        dffits.as_ref().map(|dffits| dffits.view()),
    ];
    let raw = match (&fit.residuals, residuals) {
        (Some(own), _) => Some(own.view()),
        (None, residuals) => residuals.map(Residuals::raw),
    };
    let predictions = fit
        .predictions
        .as_ref()
        .map(|predictions| predictions.view());
    let lines = fit.data.train.data.lines().unwrap_or_default();
    for (i, y) in fit.data.train.y().iter().enumerate() {
        let row = fit.data.rows.get(i).copied().unwrap_or(i);
        write!(out, "{row},{}", field(*y))?;
        for values in [&predictions, &raw] {
            write!(
                out,
                ",{}",
                values.map_or_else(String::new, |values| field(values[i]))
            )?;
        }
        for values in &influence {
            let value = values.map_or(f64::NAN, |values| values[i]);
            write!(out, ",{}", field(value))?;
        }
        match lines.get(i) {
            Some(line) => writeln!(out, ",{line}")?,
            None => writeln!(out, ",")?,
        }
    }
    Ok(())
}
