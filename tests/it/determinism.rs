//! The same bits on any number of threads.
#![cfg(feature = "rayon")]

use crate::common::Uniform;
use elltwo::model::{Estimator, LinearModel, SgdRegressor};
use elltwo::moments::Moments;
use elltwo::solver::Solver;

#[test]
fn moments_and_fits_have_the_same_bits_on_any_number_of_threads() {
    let mut uniform = Uniform(21);
    let (x, y) = (
        uniform.matrix(60_000, 12, 1e3),
        uniform.matrix(60_000, 2, 1e3),
    );
    let weights = uniform.vector(60_000, 2.0);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        pool.install(|| {
            let moments =
                Moments::from_data(x.view(), y.view(), Some(weights.view())).expect("moments");
            let estimator = crate::common::ridge().lambda(0.01);
            let model = estimator
                .fit_weighted(x.view(), y.view(), Some(weights.view()))
                .expect("a fit");
            (moments, model)
        })
    };
    let one: (Moments, LinearModel<f64, ndarray::Ix2>) = on(1);
    for threads in [2, 3, 8] {
        assert_eq!(on(threads), one, "{threads} threads");
    }
}

/// Wide enough for factors in blocks, passes in bands and products in panels.
#[test]
fn wide_fits_have_the_same_bits_on_any_number_of_threads() {
    let mut uniform = Uniform(23);
    let cases = [
        (3000, 300, Solver::RefinedCholesky),
        (600, 1500, Solver::Dual),
        (900, 300, Solver::Lsqr),
    ];
    for (n, p, solver) in cases {
        let (x, y) = (uniform.matrix(n, p, 10.0), uniform.vector(n, 10.0));
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("a pool");
            let estimator = crate::common::ridge().lambda(0.01).solver(solver);
            pool.install(|| estimator.fit(x.view(), y.view()).expect("a fit"))
        };
        let one: LinearModel<f64> = on(1);
        for threads in [2, 5] {
            assert_eq!(on(threads), one, "{solver}, {threads} threads");
        }
    }
}

#[test]
fn descent_has_the_same_bits_on_any_number_of_threads() {
    let mut uniform = Uniform(22);
    // Enough rows to be read ahead of the batches.
    let (x, y) = (uniform.matrix(9000, 6, 10.0), uniform.vector(9000, 10.0));
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        pool.install(|| {
            let optimizer = elltwo::solver::sgd::Optimizer::Saga;
            let sgd = SgdRegressor::new().lambda(0.01).epochs(5);
            let fits = [sgd.clone(), sgd.optimizer(optimizer)];
            fits.map(|sgd| sgd.fit(x.view(), y.view()).expect("a fit"))
        })
    };
    let one = on(1);
    for threads in [2, 5] {
        assert_eq!(on(threads), one, "{threads} threads");
    }
}
