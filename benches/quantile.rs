//! Exact quantile regression beside least squares on the same data.
//!
//! `cargo bench --bench quantile`

#![allow(missing_docs)] // criterion_group! declares an undocumented function

mod common;

use std::hint::black_box;

use common::{regression, rows};
use criterion::{Criterion, criterion_group, criterion_main};
use elltwo::Samples;
use elltwo::model::{Estimator, QuantileRegression, RidgeRegression};

fn quantile(criterion: &mut Criterion) {
    for (n, p) in [(10_000, 20), (1_000_000, 10)] {
        let n = rows(n);
        let data = regression(n, p);
        let samples = Samples::new(data.x(), data.y(), None).expect("samples");
        let mut group = criterion.benchmark_group(format!("quantile/{n}x{p}"));
        group.sample_size(10);
        for tau in [0.5, 0.99] {
            let median = QuantileRegression::new(tau);
            let model = median.fit_samples(&samples).expect("a fit");
            let report = model.report().expect("a report");
            let gap = report.duality_gap().expect("a gap")[0];
            assert!(gap <= 1e-12 * report.objective, "{report}");
            group.bench_function(format!("tau {tau}"), |b| {
                b.iter(|| black_box(median.fit_samples(&samples).expect("a fit")));
            });
        }
        let several = [0.1, 0.25, 0.5, 0.75, 0.9];
        group.bench_function("five quantiles", |b| {
            let fit = QuantileRegression::new(0.5);
            b.iter(|| black_box(fit.fit_quantiles(&samples, &several).expect("fits")));
        });
        group.bench_function("least squares", |b| {
            b.iter(|| black_box(RidgeRegression::new().fit_samples(&samples).expect("a fit")));
        });
        group.finish();
    }
}

criterion_group!(benches, quantile);
criterion_main!(benches);
