//! Both backends give the same fit within rounding, whatever the solver.
#![cfg(feature = "lapack")]

use crate::common::{Uniform, largest_relative, load, relative};
use elltwo::model::{Estimator, LinearModel, RidgeRegression};
use elltwo::solver::{Backend, Precision, Solver};
use ndarray::{Array1, ArrayView1, ArrayView2, Axis, concatenate};

fn both(
    ridge: &RidgeRegression,
    x: ArrayView2<'_, f64>,
    y: ArrayView1<'_, f64>,
) -> [LinearModel<f64>; 2] {
    [Backend::Faer, Backend::Lapack].map(|backend| {
        let model = ridge.clone().backend(backend).fit(x, y).expect("a fit");
        let report = model
            .report()
            .and_then(|report| report.ridge())
            .expect("of ridge");
        assert_eq!(report.backend, backend);
        model
    })
}

fn assert_alike(what: &str, [faer, lapack]: &[LinearModel<f64>; 2]) {
    let worst = largest_relative(lapack.coefficients(), faer.coefficients());
    assert!(worst <= 1e-9, "{what}: {worst:.1e}");
    assert!(
        relative(lapack.intercept(), faer.intercept()) <= 1e-9,
        "{what}"
    );
    let [a, b] =
        [faer, lapack].map(|model| model.report().and_then(|r| r.ridge()).expect("of ridge"));
    assert_eq!((a.solver, a.rank), (b.solver, b.rank), "{what}");
    assert!(
        relative(a.condition_number, b.condition_number) <= 1e-3,
        "{what}"
    );
    let df = a.degrees_of_freedom.iter().zip(&b.degrees_of_freedom);
    assert!(
        df.flat_map(|(a, b)| a.iter().zip(b))
            .all(|(a, b)| relative(*a, *b) <= 1e-9),
        "{what}"
    );
}

#[test]
fn both_backends_agree_on_the_data_sets() {
    for name in ["diabetes", "auto_mpg", "penguins", "longley"] {
        let data = load(name);
        for solver in [
            Solver::Auto,
            Solver::RefinedCholesky,
            Solver::Qr,
            Solver::Svd,
        ] {
            for lambda in [0.0, 1e-2] {
                let ridge = RidgeRegression::new().lambda(lambda).solver(solver);
                assert_alike(
                    &format!("{name} {solver} {lambda}"),
                    &both(&ridge, data.x(), data.y()),
                );
            }
        }
    }
}

#[test]
fn both_backends_agree_on_wide_and_deficient_designs() {
    let mut random = Uniform(31);
    let (wide, tall) = (random.matrix(9, 30, 5.0), random.matrix(40, 3, 5.0));
    let duplicated = concatenate![Axis(1), tall, tall];
    for (what, x) in [("wide", wide), ("duplicated", duplicated)] {
        let y: Array1<f64> = random.vector(x.nrows(), 3.0);
        for (solver, lambda) in [
            (Solver::Auto, 0.0),
            (Solver::Qr, 0.0),
            (Solver::Svd, 0.0),
            (Solver::Dual, 0.1),
            (Solver::Cholesky, 0.1),
        ] {
            let ridge = RidgeRegression::new().lambda(lambda).solver(solver);
            assert_alike(
                &format!("{what} {solver}"),
                &both(&ridge, x.view(), y.view()),
            );
        }
    }
}

#[test]
fn extended_precision_is_refused() {
    let (x, y) = (Uniform(1).matrix(9, 2, 1.0), Uniform(2).vector(9, 1.0));
    let ridge = RidgeRegression::new()
        .backend(Backend::Lapack)
        .precision(Precision::Extended);
    let error = ridge.fit(x.view(), y.view()).expect_err("refused");
    assert!(error.to_string().contains("faer only"), "{error}");
}
