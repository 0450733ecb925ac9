//! A model in a file: what it was trained on, how its design is made, its parameters and their errors.

use std::fs;
use std::path::Path;

use elltwo::inference::PredictionErrors;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::columns::Columns;
use crate::design::{Design, Fitted};
use crate::failure::Failure;
use crate::files::write_file;
use crate::output::json;

/// Name of the format, in the file.
const FORMAT: &str = "elltwo.model";
/// The version written, and the only one read.
const FORMAT_VERSION: u64 = 1;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ModelFile {
    format: String,
    format_version: u64,
    /// The version of the command that wrote it.
    written_by: String,
    pub(crate) data: Columns,
    pub(crate) design_columns: Vec<String>,
    pub(crate) design: Design,
    pub(crate) model: Fitted,
    /// None for a model that is not of least squares or ridge.
    pub(crate) prediction_errors: Option<PredictionErrors>,
    /// The factor from medians to means of a target behind a logarithm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) smearing: Option<f64>,
}

impl ModelFile {
    pub(crate) fn new(
        data: Columns,
        design_columns: Vec<String>,
        design: Design,
        model: Fitted,
        prediction_errors: Option<PredictionErrors>,
        smearing: Option<f64>,
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION,
            written_by: env!("CARGO_PKG_VERSION").to_owned(),
            data,
            design_columns,
            design,
            model,
            prediction_errors,
            smearing,
        }
    }

    /// Writes the file, once it is known that it can be read.
    pub(crate) fn save(&self, path: &Path) -> Result<(), Failure> {
        let text = json(self)?;
        let name = path.display().to_string();
        parse(&name, &text).map_err(|failure| {
            Failure::Data(format!(
                "{name}: this model cannot be saved, for it could not be read again ({}).",
                failure.message().trim_end_matches('.')
            ))
        })?;
        write_file(path, |out| writeln!(out, "{text}"))
    }

    pub(crate) fn load(path: &str) -> Result<Self, Failure> {
        let bytes = fs::read(path).map_err(|error| Failure::io(path, &error))?;
        let text = String::from_utf8(bytes).map_err(|_| not_a_model(path))?;
        parse(path, &text)
    }

    /// `ridge`, `sgd` or `exact`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.model.linear().report() {
            Some(report) if report.sgd().is_some() => "sgd",
            Some(report) if report.exact().is_some() => "exact",
            _ => "ridge",
        }
    }
}

fn parse(path: &str, text: &str) -> Result<ModelFile, Failure> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        if error.is_eof() && text.trim_start().starts_with('{') {
            Failure::Data(format!(
                "{path} ends too early: the file was cut. Save the model again."
            ))
        } else {
            not_a_model(path)
        }
    })?;
    if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(not_a_model(path));
    }
    let version = value.get("format_version").and_then(Value::as_u64);
    if version != Some(FORMAT_VERSION) {
        let found = version.map_or_else(|| "none".to_owned(), |version| version.to_string());
        return Err(Failure::Data(format!(
            "{path} has format version {found}, and this elltwo reads version {FORMAT_VERSION}. Fit and save the model with this version."
        )));
    }
    let damaged = |problem: &str| {
        Failure::Data(format!(
            "{path} is a damaged model file: {problem}. Save the model again."
        ))
    };
    let file: ModelFile =
        serde_json::from_value(value).map_err(|error| damaged(&error.to_string()))?;
    let p = file.design_columns.len();
    let expected = file.design.names(&file.data.names());
    if !expected.is_ok_and(|names| names == file.design_columns) {
        return Err(damaged("its columns are not those of its data"));
    }
    let scaled = file.design.scaler.as_ref();
    let scaled = scaled.is_none_or(|scaler| {
        scaler.center().len() == p
            && scaler.scale().len() == p
            && scaler.center().iter().all(|v| v.is_finite())
            && scaler.scale().iter().all(|v| v.is_finite() && *v > 0.0)
    });
    let smeared = file.smearing.is_none_or(|s| s.is_finite() && s > 0.0);
    if !scaled || !smeared || file.model.linear().n_features() != p {
        return Err(damaged("its parts do not fit each other"));
    }
    Ok(file)
}

fn not_a_model(path: &str) -> Failure {
    Failure::Data(format!(
        "{path} is not a model file: `elltwo fit --save MODEL.json` writes one."
    ))
}
