//! Effects: predicted means along one column of a formula, all others held.

use ndarray::{Array1, Array2, Axis, Slice};

use super::analysis::Inference;
use crate::data::{FittedScaler, Frame};
use crate::error::{Error, Result};
use crate::formula::{Along, Design, Held};

/// Predicted means along a column of a formula, with their confidence intervals: [`Inference::effects`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Effect {
    /// Name of the column.
    pub column: String,
    /// Its values.
    pub along: Along,
    /// The category that interacts with it, if there is one: then each of its levels has a curve.
    pub by: Option<String>,
    /// One curve, or one for each level.
    pub curves: Vec<EffectCurve>,
    /// The other columns, and what they are held at.
    pub held: Vec<(String, Held)>,
    /// Levels that are left out: of the column, and of the category that interacts with it.
    pub left_out: [usize; 2],
    /// Probability of the intervals.
    pub level: f64,
}

/// A curve of an [`Effect`]: at each value the mean and the ends of its interval; NaN where the formula has no value,
/// or the data do not determine the mean's error.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EffectCurve {
    /// The level of the category that interacts.
    pub level: Option<String>,
    /// Predicted means, the offset among them.
    pub mean: Array1<f64>,
    /// Lower ends of the intervals of the mean.
    pub lower: Array1<f64>,
    /// Upper ends of the intervals of the mean.
    pub upper: Array1<f64>,
}

impl Inference {
    /// The effect of each column in the terms of a formula: predicted means along it, other numbers held at their
    /// weighted mean and other categories at their base, with confidence intervals of this level from the covariance of
    /// the inference. A column that does not vary has none.
    ///
    /// `frame` has the rows of the fit, and `scaler` what the columns of the design were scaled by, if they were.
    /// Source: Fox, *Effect displays in R for generalised linear models*, 2003.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for a design with other columns than those of the fit; [`Error::MissingColumn`];
    /// [`Error::InvalidParameter`] unless `0 < level < 1`.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::data::{CsvReader, MissingPolicy};
    /// use elltwo::formula::{Along, Formula};
    /// use elltwo::inference::Covariance;
    /// use elltwo::model::RidgeRegression;
    ///
    /// let formula: Formula = "body_mass_g ~ flipper_length_mm * species".parse()?;
    /// let reader = CsvReader::columns().missing(MissingPolicy::DropRows);
    /// let frame = formula.read_path(&reader, concat!(env!("CARGO_MANIFEST_DIR"), "/data/penguins.csv"))?;
    /// let design = formula.design(&frame)?;
    /// let data = design.dataset(&frame)?;
    /// let inference = RidgeRegression::new().analyse(&data.samples()?)?.inference(Covariance::Classical)?;
    ///
    /// let effects = inference.effects(&design, &frame, None, 0.95)?;
    /// assert_eq!((effects[0].column.as_str(), effects[0].curves.len()), ("flipper_length_mm", 3));
    /// assert_eq!(effects[0].by.as_deref(), Some("species"));
    /// assert!(matches!(&effects[0].along, Along::Numbers(mm) if mm[0] == 172.0));
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    pub fn effects(
        &self,
        design: &Design,
        frame: &Frame,
        scaler: Option<&FittedScaler>,
        level: f64,
    ) -> Result<Vec<Effect>> {
        let mut effects = Vec::new();
        for profile in design.profiles(frame)? {
            let (kept, x, offset) = defined(design, &profile.rows)?;
            if kept.is_empty() {
                continue;
            }
            let x = scaler.map_or_else(|| Ok(x.clone()), |scaler| scaler.transform(x.view()))?;
            let prediction = self.predict(x.view())?;
            let intervals = prediction.confidence_intervals(level)?;
            let all = |values: &Array1<f64>| {
                let mut all = Array1::from_elem(profile.rows.n_rows(), f64::NAN);
                for ((row, value), offset) in kept.iter().zip(values).zip(&offset) {
                    all[*row] = value + offset;
                }
                all
            };
            let columns = [
                all(&prediction.mean().to_owned()),
                all(&intervals.lower),
                all(&intervals.upper),
            ];
            let n = profile.along.len();
            let curve = |place: usize, level: Option<&String>| {
                let part = |values: &Array1<f64>| {
                    let rows = Slice::from(place * n..(place + 1) * n);
                    values.slice_axis(Axis(0), rows).to_owned()
                };
                let [mean, lower, upper] = columns.each_ref().map(part);
                EffectCurve {
                    level: level.cloned(),
                    mean,
                    lower,
                    upper,
                }
            };
            effects.push(Effect {
                curves: match &profile.beside {
                    None => vec![curve(0, None)],
                    Some((_, levels)) => (levels.iter().enumerate())
                        .map(|(place, level)| curve(place, Some(level)))
                        .collect(),
                },
                column: profile.column,
                along: profile.along,
                by: profile.beside.map(|(name, _)| name),
                held: profile.held,
                left_out: profile.left_out,
                level,
            });
        }
        Ok(effects)
    }
}

/// The rows in which the formula has a value, their design, and the offset.
fn defined(design: &Design, rows: &Frame) -> Result<(Vec<usize>, Array2<f64>, Array1<f64>)> {
    let mut kept: Vec<usize> = (0..rows.n_rows()).collect();
    loop {
        let part = rows.select_rows(&kept)?;
        let made = design
            .matrix(&part)
            .and_then(|x| Ok((x, design.offset(&part)?)));
        match made {
            Ok((x, offset)) => return Ok((kept, x, offset)),
            // Rows of such a frame are numbered from 1.
            Err(Error::OutsideDomain { line, .. }) if line > 0 && line <= kept.len() as u64 => {
                kept.remove(usize::try_from(line - 1).unwrap_or(0));
            }
            Err(error) => return Err(error),
        }
    }
}
