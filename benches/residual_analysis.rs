//! Residual analysis of a million rows beside the fit itself: residuals, leverage, studentized residuals and Cook's distance may take three
//! times the fit. Beside them residuals and leverage in plain `ndarray`, and the floor: adding up the numbers of X.
//!
//! `cargo bench --bench residual_analysis`

#![allow(missing_docs)] // criterion_group! declares an undocumented function

mod common;

use std::hint::black_box;

use common::{plain_sum, regression, rows};
use criterion::{Criterion, criterion_group, criterion_main};
use elltwo::diagnostics::Residuals;
use elltwo::inference::Covariance;
use elltwo::model::{Estimator, LinearModel, RidgeRegression};
use faer::linalg::solvers::DenseSolveCore;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

const ROWS: usize = 1_000_000;
const FEATURES: usize = 20;

/// Residuals and leverage as one writes them without a library, from the inverse of the Gram matrix of a centred copy.
fn naive(model: &LinearModel<f64>, x: ArrayView2<'_, f64>, y: ArrayView1<'_, f64>) -> Array2<f64> {
    let n = y.len() as f64;
    let centred = &x - &(x.sum_axis(Axis(0)) / n);
    let gram = centred.t().dot(&centred);
    let p = x.ncols();
    let factor = faer::Mat::from_fn(p, p, |i, j| gram[[i, j]]).llt(faer::Side::Lower);
    let inverse = factor.expect("positive definite").inverse();
    let inverse = Array2::from_shape_fn((p, p), |(i, j)| inverse[(i, j)]);
    let leverage = (&centred.dot(&inverse) * &centred).sum_axis(Axis(1)) + 1.0 / n;
    let residuals = &y - &(x.dot(&model.coefficients()) + model.intercept());
    ndarray::stack![Axis(1), residuals, leverage]
}

fn residual_analysis(criterion: &mut Criterion) {
    let n = rows(ROWS);
    let data = regression(n, FEATURES);
    let (x, y) = (data.x(), data.y());
    let ols = RidgeRegression::new();
    let model = ols.fit(x, y).expect("a fit");
    let samples = data.samples().expect("samples");
    let residuals = Residuals::new(&model, &samples).expect("residuals");
    let rank = (FEATURES + 1) as f64;
    assert!((residuals.leverage().sum() - rank).abs() < 1e-7);
    assert!((residuals.sigma() - 1.0).abs() < 10.0 / (n as f64).sqrt());
    let columns = naive(&model, x, y);
    for (found, exact) in [residuals.raw(), residuals.leverage()]
        .iter()
        .zip(columns.columns())
    {
        assert!(
            found
                .iter()
                .zip(exact)
                .all(|(a, b)| (a - b).abs() <= 1e-9 * b.abs().max(1.0))
        );
    }
    assert!(residuals.cooks_distance().iter().all(|d| d.is_finite()));

    let mut group = criterion.benchmark_group(format!("residual analysis/{n}x{FEATURES}"));
    group.sample_size(10);
    group.bench_function("the fit", |b| {
        b.iter(|| ols.fit(black_box(x), black_box(y)).expect("a fit"));
    });
    group.bench_function("the fit with leverage, studentized, Cook", |b| {
        b.iter(|| {
            let fit = ols.analyse(black_box(&samples)).expect("a fit");
            fit.residuals().expect("residuals")
        });
    });
    group.bench_function("plain ndarray, residuals and leverage", |b| {
        b.iter(|| naive(&model, black_box(x), black_box(y)));
    });
    group.bench_function("floor: a sum", |b| {
        b.iter(|| plain_sum(black_box(x.as_slice().expect("rows"))));
    });
    group.bench_function("the fit with classical inference", |b| {
        b.iter(|| {
            let fit = ols.analyse(black_box(&samples)).expect("a fit");
            fit.inference(Covariance::Classical).expect("inference")
        });
    });
    group.bench_function("the fit with HC3 inference", |b| {
        b.iter(|| {
            let fit = ols.analyse(black_box(&samples)).expect("a fit");
            fit.inference(Covariance::Hc3).expect("inference")
        });
    });
    group.finish();
}

criterion_group!(benches, residual_analysis);
criterion_main!(benches);
