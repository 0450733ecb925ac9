//! Correct digits of ordinary least squares on eight of NIST's reference problems (Statistical Reference Datasets, linear
//! regression). Wampler 1–5 and NoInt 1–2 are made from their published definitions, Longley is in `data/`.
//!
//! ```text
//! cargo test --test it nist:: -- --nocapture
//! ```
#![allow(clippy::print_stdout)] // the digits are the result

use crate::common::samples;
use elltwo::inference::Inference;
use elltwo::model::{Estimator, RidgeRegression};
use elltwo::solver::Precision;
use ndarray::{Array1, Array2, array};
use num_rational::BigRational;
use num_traits::{FromPrimitive, One, ToPrimitive, Zero};

struct Problem {
    name: &'static str,
    x: Array2<f64>,
    y: Array1<f64>,
    intercept: bool,
    /// Certified coefficients, the intercept first if there is one.
    certified: Vec<f64>,
    /// The digits that every change must keep.
    required: f64,
}

/// The disturbance of Wampler 3, 4 and 5: `δ`, `100 δ` and `10 000 δ`.
const DELTA: [f64; 21] = [
    759.0, -2048.0, 2048.0, -2048.0, 2523.0, -2048.0, 2048.0, -2048.0, 1838.0, -2048.0, 2048.0,
    -2048.0, 1838.0, -2048.0, 2048.0, -2048.0, 2523.0, -2048.0, 2048.0, -2048.0, 759.0,
];

/// `x = 0 … 20` and its powers to the fifth; `y = Σ (x/scale)^k + factor · δ`.
fn wampler(name: &'static str, scale: i32, factor: f64, required: f64) -> Problem {
    let power = |x: usize, k: usize| (x as f64).powi(i32::try_from(k).unwrap_or(0));
    let divisor = |k: usize| f64::from(scale).powi(i32::try_from(k).unwrap_or(0));
    let published = |x: usize| {
        // Over the common denominator all terms are integers: y is the published decimal, rounded once.
        let numerator: f64 = (0..6).map(|k| power(x, k) * divisor(5 - k)).sum();
        numerator / divisor(5) + factor * DELTA[x]
    };
    Problem {
        name,
        x: Array2::from_shape_fn((21, 5), |(i, j)| power(i, j + 1)),
        y: Array1::from_shape_fn(21, published),
        intercept: true,
        certified: (0..6).map(|k| 1.0 / divisor(k)).collect(),
        required,
    }
}

fn problems() -> Vec<Problem> {
    let longley = crate::common::load("longley");
    vec![
        Problem {
            name: "NoInt1",
            x: Array2::from_shape_fn((11, 1), |(i, _)| 60.0 + i as f64),
            y: Array1::from_shape_fn(11, |i| 130.0 + i as f64),
            intercept: false,
            certified: vec![2.074_380_165_289_26],
            required: 14.0,
        },
        Problem {
            name: "NoInt2",
            x: array![[4.0], [5.0], [6.0]],
            y: array![3.0, 4.0, 4.0],
            intercept: false,
            certified: vec![0.727_272_727_272_727],
            required: 14.0,
        },
        Problem {
            name: "Longley",
            x: longley.x().to_owned(),
            y: longley.y().to_owned(),
            intercept: true,
            // The certified values, recomputed in exact arithmetic and rounded to f64.
            certified: vec![
                -3_482_258.634_595_818,
                15.061_872_271_373_295,
                -0.035_819_179_292_591_02,
                -2.020_229_803_816_825,
                -1.033_226_867_173_592,
                -0.051_104_105_653_580_715,
                1_829.151_464_613_551_8,
            ],
            required: 13.0,
        },
        wampler("Wampler1", 1, 0.0, 9.5),
        wampler("Wampler2", 10, 0.0, 13.0),
        wampler("Wampler3", 1, 1.0, 9.8),
        wampler("Wampler4", 1, 100.0, 8.0),
        wampler("Wampler5", 1, 10_000.0, 5.5),
    ]
}

/// `−log₁₀` of the largest relative error of a coefficient; 15 for all that a certified value holds.
fn digits(found: &[f64], certified: &[f64]) -> f64 {
    let error = crate::common::largest_relative(found, certified);
    if error == 0.0 {
        15.0
    } else {
        (-error.log10()).clamp(0.0, 15.0)
    }
}

/// The digits of a fit, and the solver that ran.
fn measured(ridge: RidgeRegression, problem: &Problem) -> (f64, &'static str) {
    let model = ridge
        .fit_intercept(problem.intercept)
        .fit(problem.x.view(), problem.y.view())
        .expect("a reference problem fits");
    let mut found = model.coefficients().to_vec();
    if problem.intercept {
        found.insert(0, model.intercept());
    }
    let report = model.report().and_then(|report| report.ridge());
    let solver = report.expect("of ridge").solver.name();
    (digits(&found, &problem.certified), solver)
}

#[test]
fn the_reference_problems_keep_their_digits() {
    println!(
        "{:<10} {:<18} {:>6} {:>9}",
        "problem", "solver", "double", "extended"
    );
    let default = crate::common::ridge() == RidgeRegression::new();
    for problem in problems() {
        let (double, solver) = measured(crate::common::ridge(), &problem);
        let ridge = RidgeRegression::new().precision(Precision::Extended);
        let (extended, _) = measured(ridge, &problem);
        let name = problem.name;
        println!("{name:<10} {solver:<18} {double:>6.1} {extended:>9.1}");
        // The bars are those of the default; another backend rounds elsewhere, half a digit's worth.
        let required = problem.required - if default { 0.0 } else { 0.5 };
        assert!(
            double >= required,
            "{name}: {double:.1} digits, {required} required"
        );
        assert!(extended >= 13.0, "{name}, extended: {extended:.1} digits");
    }
}

/// Standard errors, residual standard deviation, `R²` and `F`, all exact but for the last rounding.
struct Exact {
    errors: Vec<f64>,
    sigma: f64,
    r2: f64,
    f: f64,
}

/// By the normal equations in rational arithmetic.
fn exact(problem: &Problem) -> Exact {
    let rational = |v: f64| BigRational::from_f64(v).expect("a finite number");
    let n = problem.y.len();
    let rows: Vec<Vec<BigRational>> = (0..n)
        .map(|i| {
            let ones = problem.intercept.then(BigRational::one);
            let values = problem.x.row(i).to_vec();
            ones.into_iter()
                .chain(values.into_iter().map(rational))
                .collect()
        })
        .collect();
    let y: Vec<BigRational> = problem.y.iter().map(|v| rational(*v)).collect();
    let k = rows[0].len();
    // [XᵀX | I | Xᵀy], brought to [I | (XᵀX)⁻¹ | β].
    let mut table: Vec<Vec<BigRational>> = (0..k)
        .map(|i| {
            let products = (0..k).map(|j| rows.iter().map(|row| &row[i] * &row[j]).sum());
            let unit = (0..k).map(|j| {
                if i == j {
                    BigRational::one()
                } else {
                    BigRational::zero()
                }
            });
            let target = rows.iter().zip(&y).map(|(row, y)| &row[i] * y).sum();
            products.chain(unit).chain([target]).collect()
        })
        .collect();
    for i in 0..k {
        let pivot = table[i][i].clone();
        table[i].iter_mut().for_each(|v| *v /= &pivot);
        let own = table[i].clone();
        for other in (0..k).filter(|&other| other != i) {
            let factor = table[other][i].clone();
            for (v, own) in table[other].iter_mut().zip(&own) {
                *v -= &factor * own;
            }
        }
    }
    let count = |v: usize| BigRational::from_usize(v).expect("a count");
    let square = |v: BigRational| &v * &v;
    let residual: BigRational = rows
        .iter()
        .zip(&y)
        .map(|(row, y)| {
            let fitted: BigRational = row
                .iter()
                .zip(&table)
                .map(|(x, line)| x * &line[2 * k])
                .sum();
            square(y - fitted)
        })
        .sum();
    let mean = if problem.intercept {
        y.iter().sum::<BigRational>() / count(n)
    } else {
        BigRational::zero()
    };
    let total: BigRational = y.iter().map(|y| square(y - &mean)).sum();
    let variance = &residual / count(n - k);
    let number = |v: BigRational| v.to_f64().expect("in range");
    // What the last place of `y` leaves of a polynomial that fits exactly is zero, as certified.
    let size = problem.y.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
    let variance = if number(variance.clone()).sqrt() <= 4.0 * f64::EPSILON * size {
        BigRational::zero()
    } else {
        variance
    };
    let slopes = count(k - usize::from(problem.intercept));
    let f = if variance.is_zero() {
        f64::INFINITY
    } else {
        number((&total - &residual) / slopes / &variance)
    };
    Exact {
        errors: (0..k)
            .map(|i| number(&table[i][k + i] * &variance).sqrt())
            .collect(),
        sigma: number(variance).sqrt(),
        r2: 1.0 - number(residual / total),
        f,
    }
}

#[test]
fn errors_have_the_digits_of_the_coefficients_less_two() {
    println!(
        "{:<10} {:<10} {:>7} {:>6} {:>6} {:>6}",
        "problem", "precision", "errors", "sigma", "R²", "F"
    );
    for problem in problems() {
        let exact = exact(&problem);
        for precision in [Precision::Double, Precision::Extended] {
            let model = RidgeRegression::new()
                .fit_intercept(problem.intercept)
                .precision(precision)
                .fit(problem.x.view(), problem.y.view())
                .expect("a reference problem fits");
            let inference =
                Inference::new(&model, &samples(problem.x.view(), problem.y.view(), None))
                    .expect("inference");
            let errors: Vec<f64> = inference
                .estimates()
                .iter()
                .filter_map(|e| e.standard_error)
                .collect();
            let fit = inference.fit();
            let f = fit.f_test.expect("slopes").statistic;
            // A perfect fit has infinite F, or one that is as large as rounding leaves it.
            let f = if exact.f.is_finite() || f < 1e20 {
                digits(&[f], &[exact.f])
            } else {
                15.0
            };
            let found = [
                digits(&errors, &exact.errors),
                digits(&[fit.sigma.expect("sigma")], &[exact.sigma]),
                digits(&[fit.r2.expect("r2")], &[exact.r2]),
                f,
            ];
            println!(
                "{:<10} {:<10} {:>7.1} {:>6.1} {:>6.1} {:>6.1}",
                problem.name,
                precision.name(),
                found[0],
                found[1],
                found[2],
                found[3]
            );
            let coefficients = if precision == Precision::Extended {
                15.0
            } else {
                problem.required
            };
            for digits in found {
                assert!(
                    digits >= coefficients - 2.0,
                    "{} {precision}: {found:?}",
                    problem.name
                );
            }
        }
    }
}

#[test]
fn wamplers_third_problem_is_the_published_one() {
    let problem = wampler("Wampler3", 1, 1.0, 0.0);
    assert_eq!(problem.y[0], 760.0);
    assert_eq!(problem.y[1], -2042.0);
    assert_eq!(problem.y[20], 3_369_180.0);
    assert_eq!(wampler("Wampler2", 10, 0.0, 0.0).y[1], 1.11111);
}
