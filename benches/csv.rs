//! Reading numbers from a CSV file beside the plain `csv` crate with `str::parse`, and beside the floor: reading the bytes.
//!
//! ```text
//! cargo bench --bench csv -- --quick
//! ```

#![allow(missing_docs, clippy::unwrap_used)] // `criterion_group!` makes an undocumented function; a bench may panic

mod common;

use std::fmt::Write;
use std::fs;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use elltwo::data::CsvReader;
use ndarray::Array2;
use rand::Rng;

const FEATURES: usize = 9;

/// `rows` rows of nine features and a target, with this many decimals, or all digits.
fn text(rows: usize, decimals: Option<usize>) -> String {
    let mut rng = common::generator();
    let mut text = "x1,x2,x3,x4,x5,x6,x7,x8,x9,y\n".to_owned();
    for _ in 0..rows {
        for column in 0..=FEATURES {
            let end = if column == FEATURES { '\n' } else { ',' };
            let value = 10.0 + rng.random::<f64>();
            match decimals {
                Some(decimals) => write!(text, "{value:.decimals$}{end}").unwrap(),
                None => write!(text, "{value}{end}").unwrap(),
            }
        }
    }
    text
}

/// The features, by the `csv` crate and the standard library alone.
fn plain(path: &Path) -> Array2<f64> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let (mut record, mut cells) = (csv::StringRecord::new(), Vec::new());
    while reader.read_record(&mut record).unwrap() {
        let features = record.iter().take(FEATURES);
        cells.extend(features.map(|field| field.parse::<f64>().unwrap()));
    }
    Array2::from_shape_vec((cells.len() / FEATURES, FEATURES), cells).unwrap()
}

fn read(c: &mut Criterion) {
    let rows = common::rows(200_000);
    for (name, decimals) in [("all digits", None), ("three decimals", Some(3))] {
        let text = text(rows, decimals);
        let path = std::env::temp_dir().join(format!("elltwo-bench-{}.csv", std::process::id()));
        fs::write(&path, &text).unwrap();
        let reader = CsvReader::new("y");
        assert_eq!(reader.read_path(&path).unwrap().dataset().x(), plain(&path));

        let mut group = c.benchmark_group(format!("csv/{name}"));
        group.sample_size(10);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("elltwo", rows), |b| {
            b.iter(|| reader.read_path(&path).unwrap());
        });
        group.bench_function(BenchmarkId::new("elltwo in chunks", rows), |b| {
            b.iter(|| reader.chunks_path(&path, 10_000).unwrap().flatten().count());
        });
        group.bench_function(BenchmarkId::new("csv crate and parse", rows), |b| {
            b.iter(|| plain(&path));
        });
        group.bench_function(BenchmarkId::new("floor: the bytes", rows), |b| {
            b.iter(|| fs::read(&path).unwrap());
        });
        group.finish();
        fs::remove_file(&path).unwrap();
    }
}

criterion_group!(benches, read);
criterion_main!(benches);
