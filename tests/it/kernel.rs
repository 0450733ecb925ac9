//! The squared-error kernel: one value whatever the use and the layout, and an error that does not grow with the length.

#![allow(clippy::unwrap_used)]

use crate::common::{Uniform, relative, samples};
use elltwo::Error;
use elltwo::diagnostics::Residuals;
use elltwo::loss::{Loss, Reduction, SquaredError};
use elltwo::metrics::Metric;
use elltwo::model::{Estimator, LinearModel, Predictor, RidgeCv, RidgeRegression, SgdRegressor};
use elltwo::scalar::Scalar;
use elltwo::solver::{Precision, Solver};
use ndarray::{Array1, Array2, ArrayView1, Axis, ShapeBuilder, Slice};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

const LENGTHS: [usize; 14] = [1, 2, 7, 15, 16, 17, 31, 33, 511, 512, 513, 1023, 1025, 5000];

fn data(n: usize) -> (Array1<f64>, Array1<f64>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(n as u64);
    let y = Array1::from_shape_fn(n, |_| 10.0 + rng.random::<f64>());
    let p = y.mapv(|v| v + rng.random::<f64>() - 0.5);
    (y, p)
}

/// An exact sum of `m · 2^e`: a fixed-point number of 32-bit digits, carried once at the end.
struct Exact(Vec<u64>);

impl Exact {
    const LOWEST: i32 = -1100;

    fn new() -> Self {
        Self(vec![0; 72])
    }

    fn add(&mut self, m: u64, e: i32) {
        let position = usize::try_from(e - Self::LOWEST).unwrap();
        let shifted = u128::from(m) << (position % 32);
        for k in 0..3 {
            let digit = (shifted >> (32 * k)) & 0xffff_ffff;
            self.0[position / 32 + k] += u64::try_from(digit).unwrap();
        }
    }

    fn value(mut self) -> f64 {
        let mut carry = 0;
        for digit in &mut self.0 {
            *digit += carry;
            carry = *digit >> 32;
            *digit &= 0xffff_ffff;
        }
        let digits = self.0.iter().enumerate().rev();
        let leading = digits.skip_while(|(_, d)| **d == 0).take(4);
        leading
            .map(|(k, d)| *d as f64 * 2f64.powi(32 * i32::try_from(k).unwrap() + Self::LOWEST))
            .sum()
    }
}

#[test]
fn every_use_and_every_layout_gives_the_same_bits() {
    for n in LENGTHS {
        let (y, p) = data(n);
        let expected = SquaredError.mean(y.view(), p.view(), None).unwrap();
        let same = |y: ArrayView1<'_, f64>, p: ArrayView1<'_, f64>| {
            for reduction in [Reduction::Mean, Reduction::WeightedMean] {
                let scalar = SquaredError.evaluate(y, p, None, reduction).unwrap();
                assert_eq!(scalar.scalar(), Some(expected), "n = {n}");
            }
            let ones = Array1::ones(n);
            let weighted = SquaredError.mean(y, p, Some(ones.view())).unwrap();
            assert_eq!(weighted, expected, "n = {n}");
            let mut out = p.to_owned();
            let value = SquaredError.residual_in_place(y, out.view_mut(), None, Reduction::Mean);
            assert_eq!((value.unwrap(), out), (expected, &y - &p));
            let mut out = p.to_owned();
            let value = SquaredError.gradient_in_place(y, out.view_mut(), None, Reduction::Sum);
            let sum = SquaredError.evaluate(y, p, None, Reduction::Sum).unwrap();
            assert_eq!(
                (Some(value.unwrap()), out),
                (sum.scalar(), -2.0 * (&y - &p))
            );
        };
        same(y.view(), p.view());
        let mut wide = Array2::zeros((n, 3));
        wide.column_mut(1).assign(&y);
        same(wide.column(1), p.view());
        let reversed: Array1<f64> = p.iter().rev().copied().collect();
        same(
            wide.column(1),
            reversed.slice_axis(Axis(0), Slice::new(0, None, -1)),
        );
        same(
            y.view(),
            reversed.slice_axis(Axis(0), Slice::new(0, None, -1)),
        );
    }
}

#[test]
fn the_order_of_a_matrix_in_memory_does_not_matter() {
    for n in LENGTHS {
        let (y, p) = data(3 * n);
        let shape = (n, 3);
        let y = Array2::from_shape_vec(shape, y.to_vec()).unwrap();
        let p = Array2::from_shape_vec(shape, p.to_vec()).unwrap();
        let mut y_f = Array2::zeros(shape.f());
        y_f.assign(&y);
        let mut p_f = Array2::zeros(shape.f());
        p_f.assign(&p);
        let w = Array1::from_shape_fn(n, |i| 0.5 + i as f64);
        for weights in [None, Some(w.view())] {
            let expected = SquaredError.mean(y.view(), p.view(), weights).unwrap();
            let mut gradients = Vec::new();
            for (y, p) in [(&y, &p), (&y_f, &p), (&y, &p_f), (&y_f, &p_f)] {
                let found = SquaredError.mean(y.view(), p.view(), weights).unwrap();
                assert_eq!(found, expected, "n = {n}");
                let mut out = p.clone();
                SquaredError
                    .gradient_in_place(y.view(), out.view_mut(), weights, Reduction::Mean)
                    .unwrap();
                gradients.push(out);
            }
            assert!(gradients.iter().all(|g| *g == gradients[0]), "n = {n}");
        }
    }
}

#[test]
fn a_zero_weight_is_a_removed_row_and_nothing_at_all_is_an_error() {
    for n in LENGTHS {
        let (y, mut p) = data(n + 1);
        p[n] = 1e100;
        let mut w = Array1::ones(n + 1);
        w[n] = 0.0;
        let found = SquaredError
            .mean(y.view(), p.view(), Some(w.view()))
            .unwrap();
        let rows = Slice::from(..n);
        assert_eq!(
            found,
            SquaredError
                .mean(
                    y.slice_axis(Axis(0), rows),
                    p.slice_axis(Axis(0), rows),
                    None
                )
                .unwrap()
        );
    }
    let empty = Array1::<f64>::zeros(0);
    let error = SquaredError.mean(empty.view(), empty.view(), None);
    assert!(matches!(error, Err(Error::Empty { .. })));
}

#[test]
fn lengths_around_blocks_and_lanes_sum_exactly() {
    for n in LENGTHS {
        let y = Array1::from_shape_fn(n, |i| i as f64);
        let zeros = Array1::zeros(n);
        let sum = SquaredError.evaluate(y.view(), zeros.view(), None, Reduction::Sum);
        let exact: u64 = (0..n as u64).map(|i| i * i).sum();
        assert_eq!(sum.unwrap().scalar(), Some(exact as f64), "n = {n}");
    }
}

#[test]
fn ten_million_equal_terms_sum_to_1e_14() {
    let n = 10_000_000;
    let (y, p) = (Array1::from_elem(n, 0.1), Array1::zeros(n));
    let mse = SquaredError.mean(y.view(), p.view(), None).unwrap();
    assert!((mse / (0.1 * 0.1) - 1.0).abs() <= 1e-14, "{mse:e}");
    let y = y.mapv(|_| 0.1_f32);
    let single = SquaredError
        .mean(y.view(), p.mapv(|_| 0.0_f32).view(), None)
        .unwrap();
    assert!((single / mse - 1.0).abs() <= 1e-7, "{single:e}");
}

#[test]
fn ten_million_wildly_different_terms_sum_to_1e_14() {
    let n = 10_000_000;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
    let mut exact = Exact::new();
    // 26-bit integers times powers of two: every square is a double. Residuals from 1e-150 to 1e150.
    let y = Array1::from_shape_fn(n, |_| {
        let (m, e) = (
            rng.random_range(1_u32 << 25..1 << 26),
            rng.random_range(-523..473),
        );
        exact.add(u64::from(m).pow(2), 2 * e);
        f64::from(m) * 2f64.powi(e)
    });
    let zeros = Array1::zeros(n);
    let sum = SquaredError.evaluate(y.view(), zeros.view(), None, Reduction::Sum);
    let ratio = sum.unwrap().scalar().unwrap() / exact.value();
    assert!((ratio - 1.0).abs() <= 1e-14, "{ratio}");
}

#[test]
fn f32_data_give_the_f64_answer_to_1e_7() {
    let (y, p) = data(100_000);
    let (y, p) = (
        y.mapv(|v| v.to_string().parse::<f32>().unwrap()),
        p.mapv(|v| v.to_string().parse::<f32>().unwrap()),
    );
    let single = SquaredError.mean(y.view(), p.view(), None).unwrap();
    let (y, p) = (y.mapv(f64::from), p.mapv(f64::from));
    let double = SquaredError.mean(y.view(), p.view(), None).unwrap();
    assert!((single / double - 1.0).abs() <= 1e-7);
}

/// Every estimator by every solver reports the error that the metrics find in its predictions and residual analysis in its residuals: to
/// the bit where all come from arrays, to 1e-12 where the report comes from moments.
#[test]
fn training_evaluation_and_residual_analysis_agree_for_every_estimator() {
    fn check<F: Scalar>(mean: f64) {
        let (n, mut uniform) = (3000, Uniform(47));
        let x = uniform.matrix(n, 4, 10.0).mapv(F::of);
        let noise = uniform.vector(n, 0.0);
        let wide = x.mapv(Scalar::wide);
        let y = (wide.sum_axis(Axis(1)) + noise + mean).mapv(F::of);
        let w = Array1::from_shape_fn(n, |i| F::of([1.0, 0.3, 2.0, 0.0][i % 4]));
        for weights in [None, Some(w.view())] {
            let samples = samples(x.view(), y.view(), weights);
            let mut models: Vec<(String, LinearModel<F>)> = Solver::ALL
                .into_iter()
                .filter(|solver| *solver != Solver::Dual)
                .map(|solver| {
                    let ridge = RidgeRegression::new().lambda(1e-3).solver(solver);
                    (solver.to_string(), ridge.fit_samples(&samples).unwrap())
                })
                .collect();
            let dual = RidgeRegression::new().lambda(1e-3).solver(Solver::Dual);
            models.push(("dual".to_owned(), dual.fit_samples(&samples).unwrap()));
            let cv = RidgeCv::new().lambdas([1e-3, 0.1]).fit_samples(&samples);
            models.push(("cv".to_owned(), cv.unwrap().into_model()));
            let extended = RidgeRegression::new().precision(Precision::Extended);
            models.push((
                "extended".to_owned(),
                extended.fit_samples(&samples).unwrap(),
            ));
            let sgd = SgdRegressor::new().epochs(3);
            models.push(("sgd".to_owned(), sgd.fit_samples(&samples).unwrap()));
            for (name, model) in models {
                let report = model.report().unwrap();
                let predictions = model.predict(x.view()).unwrap();
                let mse = Metric::MeanSquaredError;
                let found = mse
                    .per_target(y.view(), predictions.view(), weights)
                    .unwrap()[0];
                let residuals = Residuals::new(&model, &samples).unwrap();
                let (analysed, sum) = (residuals.sum_of_squares(), Reduction::Sum);
                let sum = SquaredError.evaluate(y.view(), predictions.view(), weights, sum);
                let sum = sum.unwrap().scalar().unwrap();
                let extended = name == "extended";
                let from_moments = report.ridge().is_some_and(|r| r.solver == Solver::Cholesky);
                if F::of(1.0 + 1e-9) == F::of(1.0) && extended {
                    // Residual analysis is then in twice the precision, of unrounded predictions.
                    assert_eq!(report.mse[0], found, "{name}");
                } else if extended || (from_moments && F::of(1.0 + 1e-9) != F::of(1.0)) {
                    assert!(relative(report.mse[0], found) <= 1e-12, "{name}");
                    assert!(relative(analysed, sum) <= 1e-12, "{name}");
                } else {
                    assert_eq!(report.mse[0], found, "{name}");
                    assert_eq!(analysed, sum, "{name}");
                }
            }
        }
    }
    check::<f64>(0.0);
    check::<f64>(1e3);
    check::<f32>(1e7);
}
