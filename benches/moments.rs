//! Moments of rows as they come, beside the Gram matrix of a centred copy in plain `ndarray`, the bare Gram matrix, and a plain
//! sum over the same bytes; merging and bytes.
//!
//! `cargo bench --bench moments`

#![allow(missing_docs)] // criterion_group! declares an undocumented function

mod common;

use std::hint::black_box;

use common::{plain_sum, regression, rows};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use elltwo::moments::Moments;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis, ShapeBuilder};

/// `XᵀX` of a centred copy.
fn naive(x: ArrayView2<'_, f64>) -> Array2<f64> {
    let means = x.sum_axis(Axis(0)) / x.nrows() as f64;
    let centred = &x - &means;
    centred.t().dot(&centred)
}

fn moments_of(x: ArrayView2<'_, f64>, y: ArrayView1<'_, f64>) -> Moments {
    Moments::from_data(x, y, None).expect("moments")
}

fn moments(criterion: &mut Criterion) {
    for (n, p) in [(100_000, 10), (20_000, 100)] {
        let n = rows(n);
        let data = regression(n, p);
        let (x, y) = (data.x(), data.y());
        let mut by_columns = Array2::zeros((n, p).f());
        by_columns.assign(&x);
        let (found, exact) = (moments_of(x, y).feature_scatter(), naive(x));
        let worst = (&found - &exact).fold(0.0_f64, |a, d| a.max(d.abs()));
        assert!(worst <= 1e-9 * exact[[0, 0]], "{worst:e}");

        let mut group = criterion.benchmark_group(format!("moments/{n}x{p}"));
        group.sample_size(10);
        group.throughput(Throughput::Bytes((n * (p + 1) * 8) as u64));
        group.bench_function("update", |b| {
            b.iter(|| moments_of(black_box(x), black_box(y)));
        });
        group.bench_function("update, columns in memory order", |b| {
            b.iter(|| moments_of(black_box(by_columns.view()), black_box(y)));
        });
        group.bench_function("plain ndarray, a centred copy", |b| {
            b.iter(|| naive(black_box(x)));
        });
        group.bench_function("floor: XᵀX", |b| {
            b.iter(|| black_box(x.t().dot(&black_box(x))));
        });
        group.bench_function("floor: a sum", |b| {
            let (x, y) = (x.as_slice().expect("rows"), y.as_slice().expect("targets"));
            b.iter(|| plain_sum(black_box(x)) + plain_sum(black_box(y)));
        });
        group.finish();

        let (head, tail) = x.split_at(Axis(0), n / 2);
        let (y_head, y_tail) = y.split_at(Axis(0), n / 2);
        let (first, second) = (moments_of(head, y_head), moments_of(tail, y_tail));
        let mut group = criterion.benchmark_group(format!("moments/merge {p} features"));
        group.bench_function("merge", |b| {
            b.iter(|| {
                let mut merged = first.clone();
                merged.merge(black_box(&second)).expect("a merge");
                merged
            });
        });
        group.bench_function("to bytes and back", |b| {
            b.iter(|| Moments::from_bytes(&black_box(&first).to_bytes()).expect("moments"));
        });
        group.bench_function("floor: one pass over the rows of a part", |b| {
            b.iter(|| moments_of(black_box(tail), black_box(y_tail)));
        });
        group.finish();
    }
}

criterion_group!(benches, moments);
criterion_main!(benches);
