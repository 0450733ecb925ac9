//! Metrics beside the same written out in plain `ndarray`, and beside the floor: adding up the same bytes.
//!
//! ```text
//! cargo bench --bench metrics -- --quick
//! ```

#![allow(missing_docs, clippy::unwrap_used)] // `criterion_group!` makes an undocumented function; a bench may panic

mod common;

use std::hint::black_box;

use common::{plain_sum, predictions, rows};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use elltwo::metrics;
use ndarray::{Array1, ArrayView1};

type Metric = fn(ArrayView1<'_, f64>, ArrayView1<'_, f64>) -> f64;

fn naive_mse(y: ArrayView1<'_, f64>, p: ArrayView1<'_, f64>) -> f64 {
    (&y - &p).mapv(|e| e * e).mean().unwrap()
}

fn naive_mae(y: ArrayView1<'_, f64>, p: ArrayView1<'_, f64>) -> f64 {
    (&y - &p).mapv(f64::abs).mean().unwrap()
}

fn naive_r2(y: ArrayView1<'_, f64>, p: ArrayView1<'_, f64>) -> f64 {
    let mean = y.mean().unwrap();
    1.0 - (&y - &p).mapv(|e| e * e).sum() / y.mapv(|v| (v - mean).powi(2)).sum()
}

fn naive_median(y: ArrayView1<'_, f64>, p: ArrayView1<'_, f64>) -> f64 {
    let mut errors = (&y - &p).mapv(f64::abs).to_vec();
    errors.sort_by(f64::total_cmp);
    f64::midpoint(errors[(errors.len() - 1) / 2], errors[errors.len() / 2])
}

fn bench(c: &mut Criterion) {
    let n = rows(1_000_000);
    let (y, p): (Array1<f64>, Array1<f64>) = predictions(n);
    let (y, p) = (y.view(), p.view());
    let cases: [(&str, Metric, Metric); 4] = [
        ("mse", |y, p| metrics::mse(y, p).unwrap(), naive_mse),
        ("mae", |y, p| metrics::mae(y, p).unwrap(), naive_mae),
        ("r2", |y, p| metrics::r2(y, p).unwrap(), naive_r2),
        (
            "median absolute error",
            |y, p| metrics::median_absolute_error(y, p).unwrap(),
            naive_median,
        ),
    ];
    for (name, metric, naive) in cases {
        let (found, expected) = (metric(y, p), naive(y, p));
        assert!(
            (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
            "{name}: {found}, {expected}"
        );
        let mut group = c.benchmark_group(format!("metrics/{name}"));
        group.sample_size(10);
        group.throughput(Throughput::Bytes((16 * n) as u64));
        group.bench_function(BenchmarkId::new("elltwo", n), |b| {
            b.iter(|| metric(black_box(y), black_box(p)));
        });
        group.bench_function(BenchmarkId::new("plain ndarray", n), |b| {
            b.iter(|| naive(black_box(y), black_box(p)));
        });
        group.bench_function(BenchmarkId::new("floor: a sum", n), |b| {
            b.iter(|| {
                plain_sum(black_box(y.as_slice().unwrap()))
                    + plain_sum(black_box(p.as_slice().unwrap()))
            });
        });
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
