//! Predictions beside `x.dot(&w) + b` in plain `ndarray`, and beside the floor: adding up the numbers of X.
//!
//! ```text
//! cargo bench --bench predict -- --quick
//! ```

#![allow(missing_docs, clippy::unwrap_used)] // `criterion_group!` makes an undocumented function; a bench may panic

mod common;

use std::hint::black_box;

use common::{plain_sum, regression, rows};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use elltwo::model::{Estimator, Predictor, RidgeRegression};
use ndarray::Array1;

fn predict(c: &mut Criterion) {
    for (n, p) in [(2_000, 5), (1_000_000, 10), (100_000, 100), (10_000, 1_000)] {
        let n = rows(n);
        let data = regression(n, p);
        let (x, y) = (data.x(), data.y());
        let model = RidgeRegression::new().lambda(1e-3).fit(x, y).unwrap();
        let (w, b) = (model.coefficients(), model.intercept());
        let naive = || x.dot(&w) + b;
        let mut out = Array1::zeros(n);
        model.predict_into(x, out.view_mut()).unwrap();
        let worst = (&out - &naive()).fold(0.0_f64, |a, d| a.max(d.abs()));
        assert!(
            worst <= 1e-10 * out.fold(1.0_f64, |a, v| a.max(v.abs())),
            "{worst:e}"
        );

        let mut group = c.benchmark_group(format!("predict/{n}x{p}"));
        group.sample_size(10);
        group.throughput(Throughput::Bytes((8 * n * p) as u64));
        group.bench_function(BenchmarkId::new("elltwo", "predict_into"), |b| {
            b.iter(|| model.predict_into(black_box(x), out.view_mut()).unwrap());
        });
        group.bench_function(BenchmarkId::new("elltwo", "predict"), |b| {
            b.iter(|| model.predict(black_box(x)).unwrap());
        });
        group.bench_function("plain ndarray", |b| b.iter(naive));
        group.bench_function("floor: a sum", |b| {
            b.iter(|| plain_sum(black_box(x.as_slice().unwrap())));
        });
        group.finish();
    }
}

criterion_group!(benches, predict);
criterion_main!(benches);
