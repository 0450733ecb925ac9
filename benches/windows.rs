//! Windows that slide over rows, with errors and R² at every position, beside a fresh fit of a tenth of them.
//!
//! `cargo bench --bench windows`

#![allow(missing_docs)] // criterion_group! declares an undocumented function

mod common;

use std::hint::black_box;

use common::{regression, smoke};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use elltwo::Samples;
use elltwo::inference::{Covariance, RollingRegression, Span};
use elltwo::model::RidgeRegression;
use ndarray::s;

/// Rows, columns, and rows of a window.
const SHAPES: [(usize, usize, usize); 2] = [(10_000, 100, 250), (100_000, 3, 250)];

fn windows(criterion: &mut Criterion) {
    for (n, p, rows) in SHAPES {
        let n = if smoke() { 2 * rows } else { n };
        let data = regression(n, p);
        let samples = data.samples().expect("samples");
        let fresh = |end: usize| {
            let (x, y) = (data.x(), data.y());
            let (x, y) = (
                x.slice(s![end - rows..end, ..]),
                y.slice(s![end - rows..end]),
            );
            let samples = Samples::new(x, y, None).expect("samples");
            let fit = RidgeRegression::new().analyse(&samples).expect("a fit");
            fit.inference(Covariance::Classical).expect("inference")
        };
        let rolling = || {
            let rolling = RollingRegression::new(Span::Rows(rows));
            rolling.fit(black_box(&samples), None).expect("fits")
        };
        let (fits, exact) = (rolling(), fresh(n));
        let error = exact
            .feature(0)
            .and_then(|e| e.standard_error)
            .expect("an error");
        let gap = fits[n - 1].standard_errors[1] / error - 1.0;
        assert!(gap.abs() < 1e-10, "{gap:e}");

        let mut group = criterion.benchmark_group(format!("windows/{n}x{p}, {rows} rows"));
        group.sample_size(10);
        group.throughput(Throughput::Elements((n - rows + 1) as u64));
        group.bench_function("rolling", |b| b.iter(rolling));
        group.throughput(Throughput::Elements(((n - rows) / 10) as u64));
        group.bench_function("fresh fits, a tenth", |b| {
            b.iter(|| (rows..n).step_by(10).map(fresh).count());
        });
        group.finish();
    }
}

criterion_group!(benches, windows);
criterion_main!(benches);
