//! What a library does here, and the clock.

use std::fmt::Display;
use std::hint::black_box;
use std::time::Instant;

use serde_json::{Value, json};

use crate::data::Data;

/// Fits of one turn, at most.
const MOST: usize = 200;

/// A library under the clock.
pub trait Contender {
    /// Takes the data into the library's own types.
    fn load(&mut self, data: Data) -> Result<(), String>;

    /// One turn.
    fn run(&mut self, request: &Request) -> Result<Outcome, String>;
}

/// What to do in a turn.
#[derive(Debug)]
pub struct Request {
    pub method: String,
    pub lambda: f64,
    pub lambdas: Vec<f64>,
    pub epochs: usize,
    pub path: String,
    /// Fits are repeated until they took so long.
    pub seconds: f64,
}

impl Request {
    pub fn new(message: &Value) -> Result<Self, String> {
        let method = message["run"].as_str().ok_or("neither load nor run")?;
        let lambdas = message["lambdas"].as_array();
        Ok(Self {
            method: method.to_owned(),
            lambda: message["lambda"].as_f64().unwrap_or(0.0),
            lambdas: lambdas
                .into_iter()
                .flatten()
                .filter_map(Value::as_f64)
                .collect(),
            epochs: message["epochs"].as_u64().unwrap_or(1) as usize,
            path: message["path"].as_str().unwrap_or_default().to_owned(),
            seconds: message["seconds"].as_f64().unwrap_or(0.0),
        })
    }

    /// The times of as many calls as fit into the turn, and the result of the last. Results are dropped outside the clock.
    pub fn time<T, E: Display>(
        &self,
        mut fit: impl FnMut() -> Result<T, E>,
    ) -> Result<(Vec<f64>, T), String> {
        let (begin, mut times) = (Instant::now(), Vec::new());
        loop {
            let start = Instant::now();
            let result = black_box(fit());
            times.push(start.elapsed().as_secs_f64());
            let result = result.map_err(|error| error.to_string())?;
            if times.len() == MOST || begin.elapsed().as_secs_f64() >= self.seconds {
                return Ok((times, result));
            }
        }
    }

    pub fn unknown(&self) -> String {
        format!("it has no {}", self.method)
    }
}

/// What a turn gave.
#[derive(Debug)]
pub struct Outcome {
    /// Of each fit.
    pub seconds: Vec<f64>,
    /// `p × targets`, row by row; null without a model.
    pub coefficients: Value,
    pub intercepts: Value,
    /// What else there is to check.
    pub facts: Value,
}

impl Outcome {
    pub fn model(seconds: Vec<f64>, coefficients: Vec<f64>, intercepts: Vec<f64>) -> Self {
        Self {
            seconds,
            coefficients: json!(coefficients),
            intercepts: json!(intercepts),
            facts: Value::Null,
        }
    }

    pub fn with_facts(mut self, facts: Value) -> Self {
        self.facts = facts;
        self
    }
}
