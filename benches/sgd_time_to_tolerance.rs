//! The time of a whole fit until the objective is within a tolerance of the minimum, beside the closed form and one reading of X.
//!
//! ```text
//! cargo bench --bench sgd_time_to_tolerance -- --quick
//! ```

#![allow(missing_docs, clippy::unwrap_used)] // `criterion_group!` makes an undocumented function; a bench may panic

mod common;

use std::hint::black_box;
use std::ops::ControlFlow;

use common::{plain_sum, regression, rows};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use elltwo::LinearModel;
use elltwo::model::{Estimator, RidgeRegression, SgdRegressor};
use elltwo::solver::sgd::Optimizer;

fn objective(model: &LinearModel<f64>) -> f64 {
    model.report().unwrap().objective
}

fn time_to_tolerance(c: &mut Criterion) {
    for (n, p) in [(100_000, 20), (20_000, 200)] {
        // Fewer would take more epochs.
        let n = rows(n).max(100 * p);
        let data = regression(n, p);
        let ridge = RidgeRegression::new().lambda(1e-4);
        let best = objective(&ridge.fit(data.x(), data.y()).unwrap());
        let mut group = c.benchmark_group(format!("time_to_tolerance/{n}x{p}"));
        group.sample_size(10);
        group.bench_function("floor: a sum", |b| {
            b.iter(|| plain_sum(black_box(data.x().as_slice().unwrap())));
        });
        group.bench_function("closed form", |b| {
            b.iter(|| ridge.fit(data.x(), data.y()).unwrap());
        });
        for (optimizer, tolerance) in [
            (Optimizer::Sgd, 1e-3),
            (Optimizer::adam(), 1e-3),
            (Optimizer::Saga, 1e-8),
        ] {
            let sgd = SgdRegressor::new().lambda(1e-4).optimizer(optimizer);
            let fit = || {
                sgd.fit_observed(&data.samples().unwrap(), &mut |record| {
                    let reached = record.objective <= best * (1.0 + tolerance);
                    if reached {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                })
            };
            assert!(objective(&fit().unwrap()) <= best * (1.0 + tolerance));
            let id = BenchmarkId::new(optimizer.name(), format!("{tolerance:e}"));
            group.bench_function(id, |b| b.iter(|| fit().unwrap()));
        }
        group.finish();
    }
}

criterion_group!(benches, time_to_tolerance);
criterion_main!(benches);
