//! Moments per key, a model per key, an absorbed effect and errors by clusters, beside one pass without keys, a plain fit, and the sums of a
//! table of keys in plain Rust.
//!
//! `cargo bench --bench grouped`

#![allow(missing_docs)] // criterion_group! declares an undocumented function

mod common;

use std::collections::HashMap;
use std::hint::black_box;

use common::{generator, regression, rows, smoke};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use elltwo::inference::{ClusterCorrection, Clusters, Covariance, GroupedFit};
use elltwo::model::{Absorbed, Estimator, RidgeRegression};
use elltwo::moments::{Detail, Grouped, Moments};
use ndarray::{ArrayView1, ArrayView2};
use rand::Rng;

/// Keys in no order, each with as many rows on average.
fn keys(n: usize, n_keys: usize) -> Vec<usize> {
    let mut random = generator();
    (0..n).map(|_| random.random_range(0..n_keys)).collect()
}

fn grouped(
    detail: Detail,
    keys: &[usize],
    x: ArrayView2<'_, f64>,
    y: ArrayView1<'_, f64>,
) -> Grouped {
    let mut groups = Grouped::with(detail, x.ncols(), 1).expect("groups");
    groups.update(keys, x, y, None).expect("an update");
    groups
}

fn by_key(criterion: &mut Criterion) {
    let n = rows(20_000_000);
    let n_keys = if smoke() { 100 } else { 1_000_000 };
    let data = regression(n, 3);
    let (x, y) = (data.x(), data.y());
    let keys = keys(n, n_keys);
    let total = grouped(Detail::Full, &keys, x, y).total().expect("moments");
    let whole = Moments::from_data(x, y, None).expect("moments");
    let gap = total.feature_scatter()[[0, 0]] / whole.feature_scatter()[[0, 0]] - 1.0;
    assert!(gap.abs() < 1e-10, "{gap:e}");

    let mut group = criterion.benchmark_group(format!("grouped/{n}x3, {n_keys} keys"));
    group.sample_size(10);
    group.throughput(Throughput::Elements(n as u64));
    group.bench_function("moments per key", |b| {
        b.iter(|| grouped(Detail::Full, black_box(&keys), black_box(x), y));
    });
    group.bench_function("means per key, products within", |b| {
        b.iter(|| grouped(Detail::Means, black_box(&keys), black_box(x), y));
    });
    group.bench_function("a model per key", |b| {
        let samples = data.samples().expect("samples");
        b.iter(|| GroupedFit::new(&RidgeRegression::new(), black_box(&samples), &keys));
    });
    group.bench_function("one pass without keys", |b| {
        b.iter(|| Moments::from_data(black_box(x), black_box(y), None));
    });
    group.bench_function("floor: a count and a sum per key, plain Rust", |b| {
        b.iter(|| {
            let mut sums: HashMap<usize, (usize, f64)> = HashMap::new();
            for (key, y) in black_box(&keys).iter().zip(y) {
                let sum = sums.entry(*key).or_default();
                *sum = (sum.0 + 1, sum.1 + y);
            }
            sums
        });
    });
    group.finish();
}

fn clustered(criterion: &mut Criterion) {
    let n = rows(1_000_000);
    let n_clusters = if smoke() { 50 } else { 10_000 };
    let data = regression(n, 10);
    let samples = data.samples().expect("samples");
    let clusters = keys(n, n_clusters);
    let least_squares = RidgeRegression::new();
    let inference = |correction| {
        let by = Clusters::new(&clusters).correction(correction);
        let fit = least_squares.analyse(black_box(&samples)).expect("a fit");
        fit.inference(Covariance::Clustered(by)).expect("inference")
    };
    let mut group = criterion.benchmark_group(format!("clusters/{n}x10, {n_clusters} clusters"));
    group.sample_size(10);
    group.bench_function("a plain fit", |b| {
        b.iter(|| least_squares.fit_samples(black_box(&samples)));
    });
    group.bench_function("a fit with classical errors", |b| {
        b.iter(|| {
            least_squares
                .analyse(black_box(&samples))
                .map(|fit| fit.inference(Covariance::Classical))
        });
    });
    group.bench_function("a fit with CR1", |b| {
        b.iter(|| inference(ClusterCorrection::Cr1));
    });
    group.bench_function("a fit with CR2", |b| {
        b.iter(|| inference(ClusterCorrection::Cr2));
    });
    group.bench_function("an absorbed effect", |b| {
        b.iter(|| {
            let absorbed = Absorbed::new(black_box(&samples), &clusters).expect("groups");
            let fit = absorbed.analyse(&least_squares).expect("a fit");
            fit.inference(Covariance::Classical)
        });
    });
    group.finish();
}

criterion_group!(benches, by_key, clustered);
criterion_main!(benches);
