//! The squared-error kernel beside what `ndarray` alone gives and beside the floor: adding up the same bytes.
//!
//! ```text
//! cargo bench --bench loss -- --quick
//! ```

#![allow(missing_docs, clippy::unwrap_used)] // `criterion_group!` makes an undocumented function; a bench may panic

use std::hint::black_box;

use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
    measurement::WallTime,
};
use elltwo::loss::{Loss, Reduction, SquaredError};
use elltwo::scalar::Scalar;
use ndarray::Array1;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Targets around 10 and predictions that miss by up to a half.
fn data<F: Scalar>(n: usize) -> (Array1<F>, Array1<F>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
    let y = Array1::from_shape_fn(n, |_| F::of(10.0 + rng.random::<f64>()));
    let p = y.mapv(|v| v + F::of(rng.random::<f64>() - 0.5));
    (y, p)
}

/// The floor: every byte of both arrays read, one addition for each element, vectorised.
fn plain_sum<F: Scalar>(y: &[F], p: &[F]) -> F {
    let mut lanes = [F::zero(); 32];
    for slice in [y, p] {
        for chunk in slice.as_chunks::<32>().0 {
            lanes.iter_mut().zip(chunk).for_each(|(l, v)| *l += *v);
        }
    }
    lanes.iter().fold(F::zero(), |a, &b| a + b)
}

fn bench_type<F: Scalar>(c: &mut Criterion, name: &str) {
    let mut group: BenchmarkGroup<'_, WallTime> = c.benchmark_group(format!("mse/{name}"));
    for n in [10_000, 1_000_000, 10_000_000] {
        let (y, p) = data::<F>(n);
        let naive = || (&y - &p).mapv(|e| e * e).sum() / F::of(n as f64);
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
        group.bench_function(BenchmarkId::new("elltwo", n), |b| b.iter(kernel));
        group.bench_function(BenchmarkId::new("ndarray", n), |b| b.iter(naive));
        group.bench_function(BenchmarkId::new("plain sum", n), |b| {
            b.iter(|| plain_sum(black_box(y.as_slice().unwrap()), p.as_slice().unwrap()));
        });
        let mut scratch = p.clone();
        group.bench_function(BenchmarkId::new("elltwo gradient in place", n), |b| {
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
