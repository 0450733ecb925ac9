//! Data sets and comparisons the tests share.
#![allow(dead_code)] // each test uses its part

use elltwo::Samples;
use elltwo::data::{CsvReader, Dataset, MissingPolicy};
use elltwo::model::RidgeRegression;
use elltwo::scalar::{Scalar, TargetDim};
use elltwo::solver::Backend;
use ndarray::{Array1, Array2, ArrayView, ArrayView1, ArrayView2};
use serde_json::Value;

/// Least squares by the backend that the environment variable `ELLTWO_TEST_BACKEND` names, `faer` if none: the same tests serve both.
pub(crate) fn ridge() -> RidgeRegression {
    let wanted = std::env::var("ELLTWO_TEST_BACKEND");
    let backend = match wanted.as_deref() {
        Err(_) | Ok("faer") => Backend::Faer,
        #[cfg(feature = "lapack")]
        Ok("lapack") => Backend::Lapack,
        Ok(other) => panic!("no backend `{other}` in this build"),
    };
    RidgeRegression::new().backend(backend)
}

/// A CSV of `data/`, complete cases.
pub(crate) fn load(name: &str) -> Dataset {
    let reader = match name {
        "auto_mpg" => CsvReader::new("mpg")
            .categorical(["origin"])
            .labels("car_name"),
        "diabetes" => CsvReader::new("progression"),
        "penguins" => CsvReader::new("body_mass_g").exclude(["year"]),
        "longley" => CsvReader::new("TOTEMP"),
        "stackloss" => CsvReader::new("stackloss"),
        "engel" => CsvReader::new("foodexp"),
        "wine_quality_red" => CsvReader::new("quality"),
        other => panic!("no data set {other}"),
    };
    let path = format!("{}/data/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    reader
        .missing(MissingPolicy::DropRows)
        .read_path(path)
        .expect("the data set reads")
        .into_dataset()
}

/// Asserts that a number is the expected one, to a relative tolerance.
pub(crate) fn near(what: &str, found: f64, expected: f64, tolerance: f64) {
    let error = relative(found, expected);
    assert!(
        error <= tolerance,
        "{what} is {found}, expected {expected}: {error:.1e}"
    );
}

/// Rows that pass the checks.
pub(crate) fn samples<'a, F: Scalar, D: TargetDim>(
    x: ArrayView2<'a, F>,
    y: ArrayView<'a, F, D>,
    weights: Option<ArrayView1<'a, F>>,
) -> Samples<'a, F, D> {
    Samples::new(x, y, weights).expect("samples")
}

/// A golden file.
pub(crate) fn golden(name: &str) -> Value {
    let path = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("the golden file"))
        .expect("it is JSON")
}

/// A number, printed or as text of more digits.
pub(crate) fn number(value: &Value) -> f64 {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .or(value.as_f64())
        .expect("a number")
}

/// The numbers of a list.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .expect("a list")
        .iter()
        .map(number)
        .collect()
}

/// `|a − b| / |b|`, absolute for `b = 0`.
pub(crate) fn relative(a: f64, b: f64) -> f64 {
    if b == 0.0 {
        a.abs()
    } else {
        ((a - b) / b).abs()
    }
}

/// The largest relative difference.
pub(crate) fn largest_relative<'a>(
    a: impl IntoIterator<Item = &'a f64>,
    b: impl IntoIterator<Item = &'a f64>,
) -> f64 {
    a.into_iter()
        .zip(b)
        .map(|(&a, &b)| relative(a, b))
        .fold(0.0, f64::max)
}

/// A linear congruential generator: data that need no dependency and never change. Uniform in `[-1, 1)`.
pub(crate) struct Uniform(pub(crate) u64);

impl Uniform {
    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    pub(crate) fn matrix(&mut self, rows: usize, columns: usize, mean: f64) -> Array2<f64> {
        Array2::from_shape_simple_fn((rows, columns), || mean + self.next())
    }

    pub(crate) fn vector(&mut self, rows: usize, mean: f64) -> Array1<f64> {
        Array1::from_shape_simple_fn(rows, || mean + self.next())
    }
}
