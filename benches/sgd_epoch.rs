//! An epoch of SGD beside one in plain `ndarray`, and beside a plain sum over the same X: bytes of X a second.
//!
//! ```text
//! cargo bench --bench sgd_epoch -- --quick
//! ```
//!
//! An epoch is one `partial_fit` of a training that has begun: no statistics, no evaluation.

#![allow(missing_docs, clippy::unwrap_used)] // `criterion_group!` makes an undocumented function; a bench may panic

mod common;

use std::hint::black_box;

use common::{generator, plain_sum, rows};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use elltwo::model::{SgdRegressor, SgdState};
use elltwo::solver::sgd::{Monitor, Optimizer, Shuffle};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rand::Rng;

fn data(n: usize, p: usize) -> (Array2<f64>, Array1<f64>) {
    let mut rng = generator();
    let x = Array2::from_shape_simple_fn((n, p), || 10.0 + rng.random::<f64>());
    let y = x.sum_axis(Axis(1)).mapv(|v| v + rng.random::<f64>());
    (x, y)
}

/// An epoch as one writes it without a library: batches of 32, the step given, no scaling.
fn naive(x: ArrayView2<'_, f64>, y: ArrayView1<'_, f64>, w: &mut Array1<f64>, step: f64) {
    let batches = x.axis_chunks_iter(Axis(0), 32);
    for (x, y) in batches.zip(y.axis_chunks_iter(Axis(0), 32)) {
        let residuals = &y - &x.dot(&*w);
        w.scaled_add(2.0 * step / y.len() as f64, &x.t().dot(&residuals));
    }
}

fn sgd_epoch(c: &mut Criterion) {
    for (n, p) in [
        (1_000_000, 10),
        (1_000_000, 50),
        (1_000_000, 100),
        (100_000, 500),
    ] {
        let n = rows(n);
        let (x, y) = data(n, p);
        let mut group = c.benchmark_group(format!("sgd_epoch/{n}x{p}"));
        group.sample_size(10);
        group.throughput(Throughput::Bytes((8 * n * p) as u64));
        group.bench_function("floor: a sum", |b| {
            b.iter(|| plain_sum(black_box(x.as_slice().unwrap())));
        });
        // Half of the largest step that is stable on every row.
        let step = 0.5 / (p as f64 * 121.0);
        let loss = |w: &Array1<f64>| (&y - &x.dot(w)).mapv(|r| r * r).mean().unwrap();
        let mut w = Array1::zeros(p);
        let start = loss(&w);
        naive(x.view(), y.view(), &mut w, step);
        assert!(loss(&w) < 0.1 * start);
        group.bench_function("plain ndarray", |b| {
            b.iter(|| naive(black_box(x.view()), y.view(), &mut w, step));
        });
        let cases = [
            ("sgd", Optimizer::Sgd, 32, Shuffle::None),
            ("sgd", Optimizer::Sgd, 32, Shuffle::Batches),
            ("sgd", Optimizer::Sgd, 32, Shuffle::Rows),
            ("sgd", Optimizer::Sgd, 1, Shuffle::Rows),
            ("sgd", Optimizer::Sgd, 256, Shuffle::None),
            ("adam", Optimizer::adam(), 32, Shuffle::None),
        ];
        for (name, optimizer, batch, shuffle) in cases {
            let sgd = SgdRegressor::new().optimizer(optimizer).batch_size(batch);
            let sgd = sgd.shuffle(shuffle).monitor(Monitor::Running);
            // The first rows decide the coordinates; the epochs are over all.
            let (head, targets) = (x.view().split_at(Axis(0), n.min(10_000)).0, y.view());
            let start = targets.split_at(Axis(0), n.min(10_000)).0;
            let mut state: SgdState<f64> = sgd.start(head, start, None).unwrap();
            let first = state.partial_fit(x.view(), y.view(), None).unwrap();
            let id = BenchmarkId::new(name, format!("batch {batch}, shuffle {shuffle:?}"));
            group.bench_function(id, |b| {
                b.iter(|| state.partial_fit(x.view(), y.view(), None).unwrap());
            });
            let last = state.partial_fit(x.view(), y.view(), None).unwrap();
            assert!(last <= first * 1.01, "{last} after {first}");
        }
        group.finish();
    }
}

criterion_group!(benches, sgd_epoch);
criterion_main!(benches);
