//! The squared-error kernel beside what `ndarray` alone gives and beside the floor: adding up the same bytes.
//!
//! ```text
//! cargo bench --bench loss -- --quick
//! ```

#![allow(missing_docs, clippy::unwrap_used)] // `criterion_group!` makes an undocumented function; a bench may panic

mod common;

use std::hint::black_box;

use common::{plain_sum, predictions, rows};
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
    measurement::WallTime,
};
use elltwo::loss::{Loss, Reduction, SquaredError};
use elltwo::scalar::Scalar;
use num_traits::FromPrimitive;

fn bench_type<F: Scalar + FromPrimitive>(c: &mut Criterion, name: &str) {
    let mut group: BenchmarkGroup<'_, WallTime> = c.benchmark_group(format!("mse/{name}"));
    for full in [10_000, 1_000_000, 10_000_000] {
        let n = rows(full);
        let (y, p) = predictions::<F>(n);
        let naive = || (&y - &p).mapv(|e| e * e).mean().unwrap();
        let kernel = || SquaredError.mean(y.view(), p.view(), None).unwrap();
        let expected: f64 = y
            .iter()
            .zip(&p)
            .map(|(a, b)| (a.wide() - b.wide()).powi(2))
            .sum::<f64>()
            / n as f64;
        assert!((kernel() / expected - 1.0).abs() < 1e-10);
        assert!((naive().wide() / expected - 1.0).abs() < 1e-2);

        group.throughput(Throughput::Bytes((2 * n * size_of::<F>()) as u64));
        group.bench_function(BenchmarkId::new("elltwo", full), |b| b.iter(kernel));
        group.bench_function(BenchmarkId::new("plain ndarray", full), |b| b.iter(naive));
        group.bench_function(BenchmarkId::new("floor: a sum", full), |b| {
            let (y, p) = (y.as_slice().unwrap(), p.as_slice().unwrap());
            b.iter(|| plain_sum(black_box(y)) + plain_sum(black_box(p)));
        });
        let mut scratch = p.clone();
        group.bench_function(BenchmarkId::new("elltwo gradient in place", full), |b| {
            b.iter(|| {
                SquaredError.gradient_in_place(y.view(), scratch.view_mut(), None, Reduction::Mean)
            });
        });
    }
    group.finish();
}

fn loss(c: &mut Criterion) {
    bench_type::<f64>(c, "f64");
    bench_type::<f32>(c, "f32");
}

criterion_group!(benches, loss);
criterion_main!(benches);
