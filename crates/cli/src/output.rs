//! Results to standard output.

use std::io::{self, Write, stdout};

use serde::Serialize;

use crate::failure::Failure;

/// Writes text to standard output. A reader that has gone away has had enough.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::io("standard output", &error))
        }
        _ => Ok(()),
    }
}

/// Writes one JSON document to standard output.
pub(crate) fn print_json(document: &impl Serialize) -> Result<(), Failure> {
    print(&format!("{}\n", json(document)?))
}

/// A JSON document. Numbers have the digits that give them back; those that are not finite are `null`.
pub(crate) fn json(document: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(document)
        .map_err(|error| Failure::Data(format!("the result cannot be written as JSON: {error}.")))
}

/// A field of a CSV file: the digits that give the number back, empty if it is undefined.
pub(crate) fn field(value: f64) -> String {
    if value.is_finite() {
        format!("{value:?}")
    } else {
        String::new()
    }
}
