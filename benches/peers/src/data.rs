//! The data as they lie in files: little-endian `f64`, row by row.

use std::fs::File;
use std::io::Read;

use serde_json::Value;

/// A regression problem.
#[derive(Debug)]
pub struct Data {
    /// `n × p`, row by row.
    pub x: Vec<f64>,
    /// `n × targets`, row by row.
    pub y: Vec<f64>,
    pub n: usize,
    pub p: usize,
    pub targets: usize,
}

impl Data {
    pub fn read(load: &Value) -> Result<Self, String> {
        let size = |name: &str| load[name].as_u64().ok_or(format!("no {name}"));
        let (n, p, targets) = (
            size("n")? as usize,
            size("p")? as usize,
            size("targets")? as usize,
        );
        let read = |name: &str, length: usize| {
            let path = load[name].as_str().ok_or(format!("no {name}"))?;
            numbers(path, length).map_err(|error| format!("{path}: {error}"))
        };
        Ok(Self {
            x: read("x", n * p)?,
            y: read("y", n * targets)?,
            n,
            p,
            targets,
        })
    }

    /// For libraries of one target.
    pub fn one_target(&self) -> Result<(), String> {
        match self.targets {
            1 => Ok(()),
            _ => Err("one target only".to_owned()),
        }
    }
}

/// In pieces, so that the bytes are never there a second time.
fn numbers(path: &str, length: usize) -> std::io::Result<Vec<f64>> {
    let mut file = File::open(path)?;
    let mut numbers = Vec::with_capacity(length);
    let mut bytes = vec![0; 1 << 20];
    while numbers.len() < length {
        let piece = &mut bytes[..(8 * (length - numbers.len())).min(1 << 20)];
        file.read_exact(piece)?;
        let (chunks, _) = piece.as_chunks::<8>();
        numbers.extend(chunks.iter().map(|chunk| f64::from_le_bytes(*chunk)));
    }
    Ok(numbers)
}
