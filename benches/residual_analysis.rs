//! Residual analysis of a million rows beside the fit itself: residuals, leverage, studentized residuals and Cook's distance may take three
//! times the fit.
//!
//! `cargo bench --bench residual_analysis`

#![allow(missing_docs)] // criterion_group! declares an undocumented function

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use elltwo::data::synthetic;
use elltwo::diagnostics::Residuals;
use elltwo::inference::{Covariance, Inference};
use elltwo::model::{Estimator, RidgeRegression};

const ROWS: usize = 1_000_000;
const FEATURES: usize = 20;

fn residual_analysis(criterion: &mut Criterion) {
    let data = synthetic::regression(ROWS, FEATURES)
        .feature_mean(10.0)
        .noise(1.0)
        .seed(1)
        .generate()
        .expect("data")
        .dataset;
    let (x, y) = (data.x(), data.y());
    let ols = RidgeRegression::new();
    let model = ols.fit(x, y).expect("a fit");
    let residuals = Residuals::new(&model, x, y, None).expect("residuals");
    let rank = (FEATURES + 1) as f64;
    assert!((residuals.leverage().sum() - rank).abs() < 1e-7);
    assert!((residuals.sigma() - 1.0).abs() < 0.01);
    assert!(residuals.cooks_distance().iter().all(|d| d.is_finite()));

    let mut group = criterion.benchmark_group(format!("residual analysis/{ROWS}x{FEATURES}"));
    group.sample_size(10);
    group.bench_function("the fit", |b| {
        b.iter(|| ols.fit(black_box(x), black_box(y)).expect("a fit"));
    });
    group.bench_function("leverage, studentized, Cook", |b| {
        b.iter(|| Residuals::new(&model, black_box(x), black_box(y), None).expect("residuals"));
    });
    group.bench_function("classical inference", |b| {
        b.iter(|| Inference::new(&model, black_box(x), black_box(y), None).expect("inference"));
    });
    group.bench_function("HC3 inference", |b| {
        let analyse =
            || Inference::robust(&model, black_box(x), black_box(y), None, Covariance::Hc3);
        b.iter(|| analyse().expect("inference"));
    });
    group.finish();
}

criterion_group!(benches, residual_analysis);
criterion_main!(benches);
