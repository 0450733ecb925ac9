//! Cross-validation of 25 penalties, beside refits written out one by one, and beside the floor: one bare Gram matrix.
//!
//! `cargo bench --bench ridge_cv`

#![allow(missing_docs)] // criterion_group! declares an undocumented function

mod common;

use std::hint::black_box;

use common::{regression, rows};
use criterion::{Criterion, criterion_group, criterion_main};
use elltwo::Samples;
use elltwo::data::KFold;
use elltwo::metrics;
use elltwo::model::{CvStrategy, Estimator, Predictor, RidgeCv, RidgeRegression};
use ndarray::{ArrayView1, ArrayView2, Axis};

fn lambdas() -> Vec<f64> {
    (0..25)
        .map(|i| 10.0_f64.powf(f64::from(i) / 3.0 - 6.0))
        .collect()
}

/// The mean over 5 folds of each penalty's error, a fit for every fold and penalty.
fn refits(x: ArrayView2<'_, f64>, y: ArrayView1<'_, f64>) -> Vec<f64> {
    let folds = KFold::new(5).split(y.len()).expect("folds");
    let mut mse = vec![0.0; lambdas().len()];
    for fold in &folds {
        let (train_x, train_y) = (
            x.select(Axis(0), &fold.train),
            y.select(Axis(0), &fold.train),
        );
        let (test_x, test_y) = (x.select(Axis(0), &fold.test), y.select(Axis(0), &fold.test));
        for (lambda, mse) in lambdas().into_iter().zip(&mut mse) {
            let ridge = RidgeRegression::new().lambda(lambda);
            let model = ridge.fit(train_x.view(), train_y.view()).expect("a fit");
            let predictions = model.predict(test_x.view()).expect("predictions");
            *mse += metrics::mse(test_y.view(), predictions.view()).expect("mse") / 5.0;
        }
    }
    mse
}

fn ridge_cv(criterion: &mut Criterion) {
    for (n, p) in [(1_000, 10), (20_000, 50)] {
        let n = rows(n);
        let data = regression(n, p);
        let (x, y) = (data.x(), data.y());
        let five = CvStrategy::KFold {
            k: 5,
            shuffle: None,
        };
        let folds = RidgeCv::new().lambdas(lambdas()).strategy(five);
        let rows = RidgeCv::new().lambdas(lambdas());
        let curve = folds
            .curve(&Samples::new(x, y, None).expect("samples"))
            .expect("a curve");
        assert!(curve.ill_conditioned_folds.is_empty());
        for (found, exact) in curve.mean_mse.iter().zip(refits(x, y)) {
            assert!((found / exact - 1.0).abs() <= 1e-9, "{found}, {exact}");
        }
        let mut group = criterion.benchmark_group(format!("ridge_cv/{n}x{p}"));
        group.sample_size(10);
        group.bench_function("5 folds from moments", |b| {
            b.iter(|| {
                folds
                    .curve(&Samples::new(black_box(x), black_box(y), None).expect("samples"))
                    .expect("a curve")
            });
        });
        group.bench_function("5 folds by refits", |b| {
            b.iter(|| refits(black_box(x), black_box(y)));
        });
        group.bench_function("leave-one-out", |b| {
            b.iter(|| {
                rows.curve(&Samples::new(black_box(x), black_box(y), None).expect("samples"))
                    .expect("a curve")
            });
        });
        group.bench_function("floor: XᵀX", |b| {
            b.iter(|| black_box(x.t().dot(&black_box(x))));
        });
        group.finish();
    }
}

criterion_group!(benches, ridge_cv);
criterion_main!(benches);
