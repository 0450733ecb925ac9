//! What a sample weight means: an integer weight is a repeated row, a zero weight a removed one, and only ratios matter.

use crate::common::{Uniform, largest_relative, samples};
use elltwo::diagnostics::Residuals;
use elltwo::model::{Estimator, LinearModel};
use elltwo::solver::Solver;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

const SOLVERS: [Solver; 6] = [
    Solver::Auto,
    Solver::Cholesky,
    Solver::RefinedCholesky,
    Solver::Qr,
    Solver::Svd,
    Solver::Dual,
];

/// 60 rows, 4 features around 10⁴: centring must work for the answers to agree.
fn data() -> (Array2<f64>, Array1<f64>) {
    let mut uniform = Uniform(11);
    let x = uniform.matrix(60, 4, 1e4);
    let noise = uniform.vector(60, 0.0);
    let y = x.dot(&ndarray::array![1.0, -2.0, 0.5, 3.0]) + noise + 1e4;
    (x, y)
}

fn fit(
    solver: Solver,
    lambda: f64,
    x: ArrayView2<'_, f64>,
    y: ArrayView1<'_, f64>,
    weights: Option<ArrayView1<'_, f64>>,
) -> Option<LinearModel<f64>> {
    if solver == Solver::Dual && lambda == 0.0 {
        return None;
    }
    Some(
        crate::common::ridge()
            .lambda(lambda)
            .solver(solver)
            .fit_weighted(x, y, weights)
            .expect("a fit"),
    )
}

fn agree(a: &LinearModel<f64>, b: &LinearModel<f64>) {
    let error = largest_relative(a.coefficients().iter(), b.coefficients().iter());
    assert!(
        error <= 1e-9,
        "coefficients {} and {} differ by {error:.1e}",
        a.coefficients(),
        b.coefficients()
    );
    assert!((a.intercept() - b.intercept()).abs() <= 1e-9 * b.intercept().abs());
    let (a, b) = (a.report().expect("a report"), b.report().expect("a report"));
    assert!((a.objective - b.objective).abs() <= 1e-9 * b.objective);
}

fn for_each_case(check: impl Fn(Solver, f64)) {
    for solver in SOLVERS {
        for lambda in [0.0, 0.01, 10.0] {
            check(solver, lambda);
        }
    }
}

#[test]
fn an_integer_weight_is_a_repeated_row() {
    let (x, y) = data();
    let weights = Array1::from_shape_fn(60, |i| (i % 4) as f64);
    let repeated: Vec<usize> = (0..60)
        .flat_map(|i| std::iter::repeat_n(i, i % 4))
        .collect();
    let (x_repeated, y_repeated) = (x.select(Axis(0), &repeated), y.select(Axis(0), &repeated));
    for_each_case(|solver, lambda| {
        let weighted = fit(solver, lambda, x.view(), y.view(), Some(weights.view()));
        let repeated = fit(solver, lambda, x_repeated.view(), y_repeated.view(), None);
        if let (Some(a), Some(b)) = (weighted, repeated) {
            agree(&a, &b);
        }
    });
}

#[test]
fn a_zero_weight_is_a_removed_row() {
    let (mut x, mut y) = data();
    let kept: Vec<usize> = (0..60).filter(|i| i % 5 != 0).collect();
    let (x_kept, y_kept) = (x.select(Axis(0), &kept), y.select(Axis(0), &kept));
    // What is removed is nonsense: any trace of it would show.
    for i in (0..60).step_by(5) {
        x.row_mut(i).fill(-1e9);
        y[i] = 1e12;
    }
    let weights = Array1::from_shape_fn(60, |i| if i % 5 == 0 { 0.0 } else { 1.0 });
    for_each_case(|solver, lambda| {
        let weighted = fit(solver, lambda, x.view(), y.view(), Some(weights.view()));
        let removed = fit(solver, lambda, x_kept.view(), y_kept.view(), None);
        if let (Some(a), Some(b)) = (weighted, removed) {
            agree(&a, &b);
            let a = Residuals::new(&a, &samples(x.view(), y.view(), Some(weights.view())))
                .expect("residuals");
            let b = Residuals::new(&b, &samples(x_kept.view(), y_kept.view(), None))
                .expect("residuals");
            for (column, removed) in [
                (a.leverage(), b.leverage()),
                (a.standardized(), b.standardized()),
            ] {
                let column = column.select(Axis(0), &kept);
                assert!(
                    (&column - &removed).iter().all(|d| d.abs() <= 1e-7),
                    "{solver} {lambda}"
                );
            }
        }
    });
}

#[test]
fn scaling_the_weights_changes_nothing() {
    let (x, y) = data();
    let weights = Array1::from_shape_fn(60, |i| 0.25 + (i % 7) as f64);
    let scaled = &weights * 1e-6;
    for_each_case(|solver, lambda| {
        let once = fit(solver, lambda, x.view(), y.view(), Some(weights.view()));
        let again = fit(solver, lambda, x.view(), y.view(), Some(scaled.view()));
        if let (Some(a), Some(b)) = (once, again) {
            agree(&a, &b);
        }
    });
}

#[test]
fn weights_change_the_fit() {
    let (x, y) = data();
    let weights = Array1::from_shape_fn(60, |i| if i < 30 { 10.0 } else { 1.0 });
    for_each_case(|solver, lambda| {
        let plain = fit(solver, lambda, x.view(), y.view(), None);
        let weighted = fit(solver, lambda, x.view(), y.view(), Some(weights.view()));
        if let (Some(a), Some(b)) = (plain, weighted) {
            assert!(largest_relative(a.coefficients().iter(), b.coefficients().iter()) > 1e-3);
        }
    });
}
