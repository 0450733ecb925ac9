//! Extended precision against published definitions and exact rational arithmetic.

use crate::common::{Uniform, largest_relative, load, relative};
use elltwo::Error;
use elltwo::model::{
    Estimator, LinearModel, PolynomialModel, PolynomialRegression, Predictor, RidgeRegression,
};
use elltwo::solver::{Precision, Solver, Termination};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, Ix2, array, concatenate, stack};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};

fn extended() -> RidgeRegression {
    RidgeRegression::new().precision(Precision::Extended)
}

fn rational(value: f64) -> BigRational {
    BigRational::from_float(value).expect("a finite number")
}

/// The solution of `A X = B` by Gaussian elimination without rounding.
fn exact_solve(
    mut a: Vec<Vec<BigRational>>,
    mut b: Vec<Vec<BigRational>>,
) -> Vec<Vec<BigRational>> {
    let n = a.len();
    for pivot in 0..n {
        let row = (pivot..n)
            .find(|&row| !a[row][pivot].is_zero())
            .expect("a regular matrix");
        a.swap(pivot, row);
        b.swap(pivot, row);
        let (pivot_a, pivot_b) = (a[pivot].clone(), b[pivot].clone());
        for row in (0..n).filter(|&row| row != pivot) {
            let factor = &a[row][pivot] / &pivot_a[pivot];
            for (to, from) in a[row].iter_mut().zip(&pivot_a) {
                *to -= &factor * from;
            }
            for (to, from) in b[row].iter_mut().zip(&pivot_b) {
                *to -= &factor * from;
            }
        }
    }
    for (i, row) in b.iter_mut().enumerate() {
        row.iter_mut().for_each(|value| *value /= &a[i][i]);
    }
    b
}

fn rounded(values: &[Vec<BigRational>]) -> Array2<f64> {
    Array2::from_shape_fn((values.len(), values[0].len()), |(i, t)| {
        values[i][t].to_f64().expect("a number")
    })
}

/// The exact minimiser of the objective: the coefficients and, as the last row, the intercept if there is one.
fn exact_ridge(
    x: &[Vec<BigRational>],
    y: ArrayView2<'_, f64>,
    weights: Option<ArrayView1<'_, f64>>,
    lambda: f64,
    fit_intercept: bool,
) -> Vec<Vec<BigRational>> {
    let p = x[0].len();
    let size = p + usize::from(fit_intercept);
    let zero = || BigRational::zero();
    let mut gram = vec![vec![zero(); size]; size];
    let mut rhs = vec![vec![zero(); y.ncols()]; size];
    let mut total = zero();
    for (i, row) in x.iter().enumerate() {
        let s = rational(weights.map_or(1.0, |w| w[i]));
        let mut row = row.clone();
        row.resize(size, BigRational::from_integer(BigInt::from(1)));
        for a in 0..size {
            for b in 0..size {
                gram[a][b] += &s * &row[a] * &row[b];
            }
            for t in 0..y.ncols() {
                rhs[a][t] += &s * &row[a] * rational(y[[i, t]]);
            }
        }
        total += s;
    }
    for (j, row) in gram.iter_mut().enumerate().take(p) {
        row[j] += rational(lambda) * &total;
    }
    exact_solve(gram, rhs)
}

fn rows(x: ArrayView2<'_, f64>) -> Vec<Vec<BigRational>> {
    x.rows()
        .into_iter()
        .map(|row| row.iter().map(|&v| rational(v)).collect())
        .collect()
}

/// Coefficients and intercepts below one another, as [`exact_ridge`] gives them.
fn stacked(model: &LinearModel<f64, Ix2>, fit_intercept: bool) -> Array2<f64> {
    let intercepts = model.intercepts().insert_axis(Axis(0));
    if fit_intercept {
        concatenate![Axis(0), model.coefficients(), intercepts]
    } else {
        model.coefficients().to_owned()
    }
}

/// Wampler's five problems: a polynomial of degree 5 on 0, 1, …, 20, and its disturbance. Source: NIST StRD, linear regression.
fn wampler() -> [(Array1<f64>, [f64; 6]); 5] {
    const DELTA: [f64; 21] = [
        759.0, -2048.0, 2048.0, -2048.0, 2523.0, -2048.0, 2048.0, -2048.0, 1838.0, -2048.0, 2048.0,
        -2048.0, 1838.0, -2048.0, 2048.0, -2048.0, 2523.0, -2048.0, 2048.0, -2048.0, 759.0,
    ];
    let x = Array1::from_iter((0..21).map(f64::from));
    let ones = x.mapv(|x| (0..6).map(|k| x.powi(k)).sum::<f64>());
    // Decimals of five places, exactly as published: a sum of integers divided once.
    let tenths = x.mapv(|x| {
        (0..6)
            .map(|k| x.powi(k) * 10.0_f64.powi(5 - k))
            .sum::<f64>()
            / 1e5
    });
    let delta = Array1::from_iter(DELTA);
    let falling = [1.0, 0.1, 0.01, 0.001, 0.0001, 0.00001];
    [
        (ones.clone(), [1.0; 6]),
        (tenths, falling),
        (&ones + &delta, [1.0; 6]),
        (&ones + &(&delta * 100.0), [1.0; 6]),
        (&ones + &(&delta * 10_000.0), [1.0; 6]),
    ]
}

fn column(values: &Array1<f64>) -> Array2<f64> {
    values.clone().insert_axis(Axis(1))
}

#[test]
fn wampler_keeps_thirteen_digits_as_a_design_and_as_a_polynomial() {
    let x = Array1::from_iter((0..21).map(f64::from));
    let powers = stack![
        Axis(1),
        x,
        x.mapv(|x| x.powi(2)),
        x.mapv(|x| x.powi(3)),
        x.mapv(|x| x.powi(4)),
        x.mapv(|x| x.powi(5))
    ];
    for (number, (y, exact)) in wampler().iter().enumerate() {
        let check = |what: &str, intercept: f64, coefficients: ArrayView1<'_, f64>| {
            let found = std::iter::once(&intercept).chain(coefficients);
            let error = largest_relative(found, exact);
            assert!(error < 1e-13, "Wampler{} {what}: {error:.1e}", number + 1);
        };
        let model = extended().fit(powers.view(), y.view()).expect("a fit");
        check("design", model.intercept(), model.coefficients());
        let polynomial = PolynomialRegression::new(5);
        let model = polynomial.fit(column(&x).view(), y.view()).expect("a fit");
        check("polynomial", model.intercept(), model.coefficients());
        let values = model.predict(column(&x).view()).expect("predictions");
        let expected = x.mapv(|x| exact.iter().rev().fold(0.0, |value, a| value * x + a));
        assert!(largest_relative(&values, &expected) < 1e-13);
    }
}

#[test]
fn the_reported_error_of_wampler_is_exact() {
    // NIST StRD: residual standard deviation 2360.14502379268, 236014.502379268, 23601450.2379268 on 15 degrees of freedom.
    let x = column(&Array1::from_iter((0..21).map(f64::from)));
    let problems = wampler();
    for (y, deviation) in [
        (&problems[2].0, 2_360.145_023_792_68),
        (&problems[3].0, 236_014.502_379_268),
        (&problems[4].0, 23_601_450.237_926_8),
    ] {
        let model = PolynomialRegression::new(5)
            .fit(x.view(), y.view())
            .expect("a fit");
        let report = model.report().expect("a report");
        let found = (report.mse[0] * 21.0 / 15.0).sqrt();
        assert!(relative(found, deviation) < 2e-15, "{found}");
        assert_eq!(report.objective, report.mse[0]);
    }
}

#[test]
fn noint_is_exact_to_the_last_digit() {
    // NIST StRD: 2.07438016528926 and 0.727272727272727, which are 251/121 and 8/11.
    let x1 = column(&Array1::from_iter((60..71).map(f64::from)));
    let y1 = Array1::from_iter((130..141).map(f64::from));
    let (x2, y2) = (array![[4.0], [5.0], [6.0]], array![3.0, 4.0, 4.0]);
    for (x, y, exact) in [(x1, y1, 251.0 / 121.0), (x2, y2, 8.0 / 11.0)] {
        let fit = extended().fit_intercept(false);
        let model = fit.fit(x.view(), y.view()).expect("a fit");
        assert_eq!(model.coefficients()[0], exact);
        assert_eq!(model.intercept(), 0.0);
    }
}

#[test]
fn longley_is_exact_to_fourteen_digits() {
    // NIST StRD, recomputed in exact arithmetic.
    let exact: [f64; 7] = [
        -3_482_258.634_595_818_4,
        15.061_872_271_373_295,
        -0.035_819_179_292_591_014,
        -2.020_229_803_816_825,
        -1.033_226_867_173_592,
        -0.051_104_105_653_580_714,
        1_829.151_464_613_551_8,
    ];
    let longley = load("longley");
    let model = extended().fit(longley.x(), longley.y()).expect("a fit");
    let found = std::iter::once(model.intercept()).chain(model.coefficients().to_vec());
    let found: Vec<f64> = found.collect();
    let error = largest_relative(&found, &exact);
    assert!(error < 1e-14, "{error:.1e}");
    let double = RidgeRegression::new()
        .fit(longley.x(), longley.y())
        .expect("a fit");
    assert_ne!(double.coefficients(), model.coefficients());
}

#[test]
fn a_polynomial_of_degree_ten_far_from_zero_keeps_thirteen_digits() {
    // As NIST's Filip: 82 points in [−9, −3], degree 10; the reference is computed without rounding.
    let mut uniform = Uniform(3);
    let x = Array1::from_shape_simple_fn(82, || -6.0 + 2.9 * uniform.next());
    let y = x.mapv(|x| 0.85 + 0.05 * (x + 6.0).tanh() + 0.003 * uniform.next());
    let powers: Vec<Vec<BigRational>> = x
        .iter()
        .map(|&x| (1..=10).map(|k| rational(x).pow(k)).collect())
        .collect();
    for (lambda, weights) in [
        (0.0, None),
        (0.0, Some(uniform.vector(82, 2.0))),
        (1e-6, None),
    ] {
        let weights = weights.as_ref().map(|w| w.view());
        let exact = exact_ridge(&powers, column(&y).view(), weights, lambda, true);
        let model: PolynomialModel<f64> = PolynomialRegression::new(10)
            .lambda(lambda)
            .fit_weighted(column(&x).view(), y.view(), weights)
            .expect("a fit");
        let mut found = model.coefficients().to_vec();
        found.push(model.intercept());
        let error = largest_relative(&found, &rounded(&exact));
        assert!(error < 1e-15, "λ = {lambda}: {error:.1e}");

        let predictions = model.predict(column(&x).view()).expect("predictions");
        for (powers, found) in powers.iter().zip(&predictions) {
            let terms = powers.iter().zip(&exact).map(|(x, w)| x * &w[0]);
            let value = terms.sum::<BigRational>() + &exact[10][0];
            let error = relative(*found, value.to_f64().expect("a number"));
            assert!(error < 1e-15, "λ = {lambda}: prediction {error:.1e}");
        }
    }
}

#[test]
fn ridge_of_uncentred_data_is_the_exact_minimiser() {
    let mut uniform = Uniform(7);
    for (mean, n, p) in [(1e6, 12, 3), (10.0, 9, 4), (1e6, 3, 5)] {
        let x = uniform.matrix(n, p, mean);
        let y = uniform.matrix(n, 2, mean);
        let weights = uniform.vector(n, 1.5);
        for weights in [None, Some(weights.view())] {
            for fit_intercept in [true, false] {
                for lambda in [0.0, 1e-9, 0.3, 1e12, 1e200] {
                    if n < p && lambda == 0.0 {
                        continue;
                    }
                    let exact =
                        exact_ridge(&rows(x.view()), y.view(), weights, lambda, fit_intercept);
                    let model = extended()
                        .lambda(lambda)
                        .fit_intercept(fit_intercept)
                        .fit_weighted(x.view(), y.view(), weights)
                        .expect("a fit");
                    let error = largest_relative(&stacked(&model, fit_intercept), &rounded(&exact));
                    assert!(
                        error < 1e-15,
                        "mean {mean}, {n} × {p}, λ {lambda}, intercept {fit_intercept}: {error:.1e}"
                    );
                }
            }
        }
    }
}

#[test]
fn each_target_has_its_own_penalty() {
    let mut uniform = Uniform(11);
    let (x, y) = (uniform.matrix(10, 3, 100.0), uniform.matrix(10, 3, -50.0));
    let lambda = [0.0, 2.0, 0.0];
    let together = extended().lambda_per_target(lambda);
    let together = together.fit(x.view(), y.view()).expect("a fit");
    for (target, lambda) in lambda.into_iter().enumerate() {
        let alone = extended().lambda(lambda);
        let alone = alone.fit(x.view(), y.column(target)).expect("a fit");
        assert_eq!(together.coefficients().column(target), alone.coefficients());
        assert_eq!(together.intercepts()[target], alone.intercept());
        let (all, one) = (together.report(), alone.report());
        assert_eq!(
            all.expect("a report").mse[target],
            one.expect("a report").mse[0]
        );
    }
}

#[test]
fn dependent_columns_have_the_shortest_solution() {
    // Columns a, 2a, b, a constant and zero: the shortest solution gives a and 2a shares of 1 and 2 fifths.
    let mut uniform = Uniform(5);
    let base = uniform.matrix(12, 2, 1e6);
    let y = uniform.vector(12, 10.0);
    let exact = exact_ridge(&rows(base.view()), column(&y).view(), None, 0.0, true);
    let exact = rounded(&exact);
    let (a, b) = (base.column(0), base.column(1));
    let (doubled, constant) = (&a * 2.0, Array1::from_elem(12, 0.1));
    let x = stack![Axis(1), doubled, b, a, constant, Array1::zeros(12)];
    let model = extended().fit(x.view(), y.view()).expect("a fit");
    let (wa, wb) = (exact[[0, 0]], exact[[1, 0]]);
    let expected = [0.4 * wa, wb, 0.2 * wa, 0.0, 0.0];
    assert!(largest_relative(model.coefficients(), &expected) < 1e-15);
    assert!(relative(model.intercept(), exact[[2, 0]]) < 1e-15);
    let report = model.report().expect("a report");
    assert_eq!((report.rank(), report.is_rank_deficient()), (Some(2), true));
}

#[test]
fn fewer_samples_than_features_have_the_shortest_solution() {
    let mut uniform = Uniform(13);
    let (x, y) = (uniform.matrix(4, 9, 10.0), uniform.matrix(4, 1, 10.0));
    // w = Xᵀ (X Xᵀ)⁻¹ y
    let design = rows(x.view());
    let kernel = design.iter().map(|a| {
        let dot = |b: &Vec<BigRational>| a.iter().zip(b).map(|(a, b)| a * b).sum();
        design.iter().map(dot).collect()
    });
    let rhs = y.rows().into_iter().map(|y| vec![rational(y[0])]);
    let dual = exact_solve(kernel.collect(), rhs.collect());
    let exact = (0..9).map(|j| {
        let terms = design.iter().zip(&dual).map(|(x, a)| &x[j] * &a[0]);
        vec![terms.sum::<BigRational>()]
    });
    let exact = rounded(&exact.collect::<Vec<_>>());
    let fit = extended().fit_intercept(false);
    let model = fit.fit(x.view(), y.column(0)).expect("a fit");
    assert!(largest_relative(model.coefficients(), &exact) < 1e-15);
    assert!(model.report().expect("a report").mse[0] < 1e-50);
}

#[test]
fn columns_of_any_scale_and_penalties_of_any_size_are_in_range() {
    let mut uniform = Uniform(17);
    let base = uniform.matrix(15, 3, 2.0);
    let y = uniform.vector(15, 1.0);
    let scale = array![2.0_f64.powi(-500), 1.0, 2.0_f64.powi(500)];
    let plain = extended().fit(base.view(), y.view()).expect("a fit");
    let scaled = extended().fit((&base * &scale).view(), y.view());
    let scaled = scaled.expect("a fit");
    assert_eq!(&scaled.coefficients() * &scale, plain.coefficients());
    assert_eq!(scaled.intercept(), plain.intercept());
    let tiny = extended().lambda(1e-300).fit(base.view(), y.view());
    assert_eq!(tiny.expect("a fit").coefficients(), plain.coefficients());
    let huge = extended().lambda(1e300).fit(base.view(), y.view());
    let huge = huge.expect("a fit");
    assert!(
        huge.coefficients()
            .iter()
            .all(|w| *w != 0.0 && w.abs() < 1e-299)
    );
    let error = extended().lambda(f64::MAX).fit(base.view(), y.view());
    assert!(matches!(error, Err(Error::Overflow { .. })));
}

#[test]
fn weights_mean_repeated_and_removed_rows() {
    let mut uniform = Uniform(19);
    let (x, y) = (uniform.matrix(8, 2, 1e5), uniform.vector(8, 3.0));
    let weights = array![1.0, 2.0, 0.0, 1.0, 3.0, 1.0, 0.0, 1.0];
    let repeated: Vec<usize> = [0, 1, 1, 3, 4, 4, 4, 5, 7].into();
    let fit = extended().lambda(0.1);
    let weighted = fit
        .fit_weighted(x.view(), y.view(), Some(weights.view()))
        .expect("a fit");
    let rows = fit
        .fit(
            x.select(Axis(0), &repeated).view(),
            y.select(Axis(0), &repeated).view(),
        )
        .expect("a fit");
    assert_eq!(weighted.coefficients(), rows.coefficients());
    assert_eq!(weighted.intercept(), rows.intercept());
    assert_eq!(weighted.report().expect("a report").n_samples, 6);
}

#[test]
#[allow(clippy::cast_possible_truncation)] // rounding to f32 is the subject
fn single_precision_data_are_widened_exactly() {
    let mut uniform = Uniform(23);
    let x = uniform.matrix(20, 3, 1000.0).mapv(|v| v as f32);
    let y = uniform.vector(20, 1000.0).mapv(|v| v as f32);
    let narrow = extended().fit(x.view(), y.view()).expect("a fit");
    let wide = extended().fit(x.mapv(f64::from).view(), y.mapv(f64::from).view());
    let wide = wide.expect("a fit");
    assert_eq!(
        narrow.coefficients(),
        wide.coefficients().mapv(|w| w as f32)
    );
    assert_eq!(narrow.intercept(), wide.intercept() as f32);
}

#[test]
fn precision_changes_the_result_and_the_report_says_so() {
    let mut uniform = Uniform(29);
    let (x, y) = (uniform.matrix(30, 4, 1e4), uniform.vector(30, 1.0));
    let double = RidgeRegression::new()
        .fit(x.view(), y.view())
        .expect("a fit");
    let model = extended().fit(x.view(), y.view()).expect("a fit");
    assert_ne!(double.coefficients(), model.coefficients());
    assert!(largest_relative(double.coefficients(), model.coefficients()) < 1e-8);
    let report = model.report().expect("a report");
    assert_eq!(
        report.ridge().expect("a ridge").precision,
        Precision::Extended
    );
    assert!(matches!(
        report.termination,
        Termination::Refined { steps: 1..10 }
    ));
    assert!(report.to_string().contains("precision          extended"));
    let back: RidgeRegression =
        serde_json::from_str(&serde_json::to_string(&extended()).expect("JSON"))
            .expect("parameters");
    assert_eq!(back, extended());
    let error = extended().solver(Solver::Svd).fit(x.view(), y.view());
    assert!(matches!(
        error,
        Err(Error::SolverFailed { solver: "SVD", .. })
    ));
}

#[test]
fn a_constant_target_and_a_constant_design_are_models() {
    let mut uniform = Uniform(31);
    let x = uniform.matrix(7, 2, 5.0);
    let flat = extended().fit(x.view(), Array1::from_elem(7, 0.1).view());
    let flat = flat.expect("a fit");
    assert_eq!(
        (flat.coefficients(), flat.intercept()),
        (array![0.0, 0.0].view(), 0.1)
    );
    let y = uniform.vector(7, 3.0);
    let mean = extended().fit(Array2::from_elem((7, 2), 0.3).view(), y.view());
    let mean = mean.expect("a fit");
    assert_eq!(mean.report().expect("a report").rank(), Some(0));
    assert!(relative(mean.intercept(), y.sum() / 7.0) < 1e-15);
}

#[test]
fn a_polynomial_of_fewer_points_than_powers_is_the_shortest_of_its_coefficients() {
    let (x, y) = (array![[1.0], [2.0]], array![1.0, 3.0]);
    let model: PolynomialModel<f64> = PolynomialRegression::new(3)
        .fit(x.view(), y.view())
        .expect("a fit");
    // w₁ + 3 w₂ + 7 w₃ = 2 at its shortest: w = 2 (1, 3, 7) / 59.
    let expected = array![2.0 / 59.0, 6.0 / 59.0, 14.0 / 59.0];
    assert!(largest_relative(model.coefficients(), &expected) < 1e-15);
    let error = PolynomialRegression::new(0).fit(x.view(), y.view());
    assert!(matches!(
        error,
        Err(Error::InvalidParameter { name: "degree", .. })
    ));
}

#[test]
fn polynomials_predict_what_they_fit_in_either_precision_and_survive_json() {
    let mut uniform = Uniform(37);
    let x = uniform.matrix(40, 1, 1000.0);
    let y = stack![
        Axis(1),
        x.column(0).mapv(|x| (x - 1000.0).powi(3)),
        x.column(0).mapv(f64::sqrt)
    ];
    let model = PolynomialRegression::new(4)
        .fit(x.view(), y.view())
        .expect("a fit");
    let predictions = model.predict(x.view()).expect("predictions");
    for (found, y) in predictions.iter().zip(&y) {
        assert!((found - y).abs() < 1e-12, "{found} {y}");
    }
    let back: PolynomialModel<f64, Ix2> =
        serde_json::from_str(&serde_json::to_string(&model).expect("JSON")).expect("a model");
    assert_eq!(back, model);
    let double = PolynomialRegression::new(2).precision(Precision::Double);
    let double: PolynomialModel<f64, Ix2> = double.fit(x.view(), y.view()).expect("a fit");
    assert_eq!(
        (
            double.degree(),
            double
                .report()
                .expect("a report")
                .ridge()
                .expect("a ridge")
                .precision
        ),
        (2, Precision::Double)
    );
}
