//! A line for each row that was fitted.

use std::io::{self, Write};

use elltwo::diagnostics::Residuals;
use ndarray::ArrayView1;

use crate::design::Sample;
use crate::text::field;

/// Writes the rows, numbered from 0 in the order of the file. Undefined values are empty; of a descent, all that rest on leverage.
pub(crate) fn write(
    out: &mut dyn Write,
    rows: &[usize],
    sample: &Sample,
    predictions: ArrayView1<'_, f64>,
    residuals: &Residuals,
    leave_one_out: bool,
) -> io::Result<()> {
    writeln!(
        out,
        "row,y,prediction,residual,leverage,studentized_internal,studentized_external,cooks_distance,dffits,line"
    )?;
    let dffits = residuals.dffits();
    let influence = [
        residuals.leverage(),
        residuals.studentized_internal(),
        residuals.studentized_external(),
        residuals.cooks_distance(),
        dffits.view(),
    ];
    let lines = sample.data.lines().unwrap_or_default();
    for (i, y) in sample.y().iter().enumerate() {
        let row = rows.get(i).copied().unwrap_or(i);
        write!(
            out,
            "{row},{},{},{}",
            field(*y),
            field(predictions[i]),
            field(residuals.raw()[i])
        )?;
        for values in &influence {
            let value = if leave_one_out { values[i] } else { f64::NAN };
            write!(out, ",{}", field(value))?;
        }
        match lines.get(i) {
            Some(line) => writeln!(out, ",{line}")?,
            None => writeln!(out, ",")?,
        }
    }
    Ok(())
}
