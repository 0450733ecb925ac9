//! Every solver on tall, square and wide designs, beside the normal equations written out in plain `ndarray` and the bare Gram
//! matrix; with a LAPACK feature by both backends.
//!
//! `cargo bench --bench ridge_solvers`, or
//! `OPENBLAS_NUM_THREADS=1 cargo bench --bench ridge_solvers --features openblas-system`

#![allow(missing_docs)] // criterion_group! declares an undocumented function

mod common;

use std::hint::black_box;

use common::{regression, rows};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use elltwo::model::{Estimator, RidgeRegression};
use elltwo::solver::{Backend, Solver};
use faer::linalg::solvers::Solve;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

const LAMBDA: f64 = 1e-3;

/// What one writes without a library: centre a copy, multiply, factor.
fn naive(x: ArrayView2<'_, f64>, y: ArrayView1<'_, f64>) -> Array1<f64> {
    let n = x.nrows() as f64;
    let centred = &x - &(x.sum_axis(Axis(0)) / n);
    let mut gram = centred.t().dot(&centred);
    gram.diag_mut().map_inplace(|v| *v += n * LAMBDA);
    let rhs = centred.t().dot(&(&y - y.sum() / n));
    let p = x.ncols();
    let matrix = faer::Mat::from_fn(p, p, |i, j| gram[[i, j]]);
    let factor = matrix.llt(faer::Side::Lower).expect("positive definite");
    let solution = factor.solve(faer::Mat::from_fn(p, 1, |i, _| rhs[i]));
    Array1::from_shape_fn(p, |i| solution[(i, 0)])
}

/// `(n, p)`, and the solvers that suit the shape.
fn shapes() -> Vec<(usize, usize, Vec<Solver>)> {
    let tall = vec![
        Solver::Auto,
        Solver::Cholesky,
        Solver::RefinedCholesky,
        Solver::Eigen,
        Solver::Qr,
        Solver::Svd,
        Solver::Lsqr,
    ];
    let mut square = tall.clone();
    square.push(Solver::Dual);
    let wide = vec![
        Solver::Auto,
        Solver::Dual,
        Solver::Qr,
        Solver::Svd,
        Solver::Lsqr,
    ];
    vec![
        (2_000, 5, tall.clone()),
        (10_000, 100, tall.clone()),
        (100_000, 10, tall),
        (300, 300, square),
        (100, 2_000, wide),
    ]
}

fn backends() -> Vec<Backend> {
    vec![
        Backend::Faer,
        #[cfg(feature = "lapack")]
        Backend::Lapack,
    ]
}

fn ridge(criterion: &mut Criterion) {
    for (n, p, solvers) in shapes() {
        let n = rows(n);
        let data = regression(n, p);
        let (x, y): (Array2<f64>, Array1<f64>) = (data.x().to_owned(), data.y().to_owned());
        let reference = naive(x.view(), y.view());
        let mut group = criterion.benchmark_group(format!("ridge/{n}x{p}"));
        group.sample_size(10);
        for (backend, solver) in backends()
            .into_iter()
            .flat_map(|b| solvers.iter().map(move |s| (b, *s)))
        {
            let estimator = RidgeRegression::new()
                .lambda(LAMBDA)
                .solver(solver)
                .backend(backend);
            let model = estimator.fit(x.view(), y.view()).expect("a fit");
            let worst = (&model.coefficients() - &reference)
                .iter()
                .fold(0.0_f64, |a, d| a.max(d.abs()));
            assert!(
                worst <= 1e-7,
                "{solver} is {worst:.1e} from the naive solution"
            );
            group.bench_function(BenchmarkId::new(backend.name(), solver), |b| {
                b.iter(|| {
                    estimator
                        .fit(black_box(x.view()), black_box(y.view()))
                        .expect("a fit")
                });
            });
        }
        group.bench_function("plain ndarray", |b| {
            b.iter(|| naive(black_box(x.view()), black_box(y.view())));
        });
        group.bench_function("floor: XᵀX", |b| {
            b.iter(|| black_box(x.t().dot(&black_box(x.view()))));
        });
        group.finish();
    }
}

criterion_group!(benches, ridge);
criterion_main!(benches);
