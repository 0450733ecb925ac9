//! The same bits on any number of threads.
#![cfg(feature = "rayon")]

use crate::common::Uniform;
use elltwo::model::{Estimator, LinearModel, Predictor, SgdRegressor};
use elltwo::moments::Moments;
use elltwo::scalar::Scalar;
use elltwo::solver::Solver;
use ndarray::{Array, Array2, ArrayView2, ShapeBuilder, s};

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

/// Every layout and every pool gives the bits of the definition: eight sums, of every eighth product each, added in pairs.
fn predictions_of<F: Scalar>(n: usize, p: usize) {
    let mut uniform = Uniform(31);
    let x = uniform.matrix(n, p, 10.0).mapv(F::of);
    let w = uniform.matrix(p, 2, 0.0).mapv(F::of);
    let b = uniform.vector(2, 10.0).mapv(F::of);
    let defined = Array2::from_shape_fn((n, 2), |(i, t)| {
        let mut lanes = [0.0; 8];
        for j in 0..p {
            lanes[j % 8] += x[[i, j]].wide() * w[[j, t]].wide();
        }
        let [l0, l1, l2, l3, l4, l5, l6, l7] = lanes;
        F::of(((l0 + l4) + (l2 + l6)) + ((l1 + l5) + (l3 + l7)) + b[t].wide())
    });
    let model = LinearModel::from_parts(w, b).expect("a model");
    let mut by_columns = Array2::zeros((n, p).f());
    by_columns.assign(&x);
    let mut apart = Array::from_elem((2 * n, 3 * p), F::one());
    apart.slice_mut(s![..;-2, ..;3]).assign(&x);
    let mut wider = Array::from_elem((n, p + 3), F::one());
    wider.slice_mut(s![.., 1..=p]).assign(&x);
    let views: [ArrayView2<'_, F>; 4] = [
        x.view(),
        by_columns.view(),
        apart.slice(s![..;-2, ..;3]),
        wider.slice(s![.., 1..=p]),
    ];
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("a pool").install(|| {
            for (layout, view) in views.iter().enumerate() {
                let found = model.predict(*view).expect("predictions");
                assert_eq!(
                    found, defined,
                    "{n} x {p}, layout {layout}, {threads} threads"
                );
            }
        });
    }
}

#[test]
fn predictions_have_the_same_bits_in_every_layout_on_any_number_of_threads() {
    let shapes = [
        (1, 1),
        (3, 2),
        (65, 5),
        (70, 70),
        (5_000, 10),
        (2_049, 33),
        (60_000, 10),
        (300, 1_030),
    ];
    for (n, p) in shapes {
        predictions_of::<f64>(n, p);
        predictions_of::<f32>(n, p);
    }
}
