//! Predictions by layout and element type, beside `x.dot(&w) + b` in plain `ndarray`, and beside the floor: adding up the
//! numbers of X.
//!
//! ```text
//! cargo bench --bench predict -- --quick
//! ```

#![allow(missing_docs, clippy::unwrap_used)] // `criterion_group!` makes an undocumented function; a bench may panic

mod common;

use std::hint::black_box;

use common::{plain_sum, regression, rows};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use elltwo::model::{LinearModel, Predictor};
use elltwo::scalar::Scalar;
use ndarray::{Array1, Array2, ShapeBuilder};

/// `tolerance` is relative to the largest prediction.
fn predict<F: Scalar>(c: &mut Criterion, element: &str, tolerance: f64) {
    for (n, p) in [(2_000, 5), (1_000_000, 10), (100_000, 100), (10_000, 1_000)] {
        let n = rows(n);
        let x = regression(n, p).x().mapv(F::of);
        let mut by_columns = Array2::zeros((n, p).f());
        by_columns.assign(&x);
        let w = Array1::from_shape_fn(p, |j| F::of((j as f64).sin()));
        let b = F::of(0.5);
        let model = LinearModel::from_parts(w.clone(), b).unwrap();
        let mut out = Array1::zeros(n);

        let mut group = c.benchmark_group(format!("predict/{n}x{p} {element}"));
        group.sample_size(10);
        group.throughput(Throughput::Bytes((size_of::<F>() * n * p) as u64));
        for (layout, x) in [("rows", x.view()), ("columns", by_columns.view())] {
            let naive = || x.dot(&w) + b;
            model.predict_into(x, out.view_mut()).unwrap();
            let worst = (&out - &naive()).fold(0.0_f64, |a, d| a.max(d.wide().abs()));
            let largest = out.fold(1.0_f64, |a, v| a.max(v.wide().abs()));
            assert!(worst <= tolerance * largest, "{worst:e}");
            group.bench_function(BenchmarkId::new("predict_into", layout), |b| {
                b.iter(|| model.predict_into(black_box(x), out.view_mut()).unwrap());
            });
            group.bench_function(BenchmarkId::new("predict", layout), |b| {
                b.iter(|| model.predict(black_box(x)).unwrap());
            });
            group.bench_function(BenchmarkId::new("plain ndarray", layout), |b| b.iter(naive));
        }
        group.bench_function("floor: a sum", |b| {
            b.iter(|| plain_sum(black_box(x.as_slice().unwrap())));
        });
        group.finish();
    }
}

fn every_element(c: &mut Criterion) {
    predict::<f64>(c, "f64", 1e-10);
    predict::<f32>(c, "f32", 1e-3);
}

criterion_group!(benches, every_element);
criterion_main!(benches);
