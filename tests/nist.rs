//! Correct digits of ordinary least squares on eight of NIST's reference problems (Statistical Reference Datasets, linear
//! regression). Wampler 1–5 and NoInt 1–2 are made from their published definitions, Longley is in `data/`.
//!
//! ```text
//! cargo test --test nist -- --nocapture
//! ```
#![allow(clippy::print_stdout)] // the digits are the result

mod common;

use elltwo::model::{Estimator, RidgeRegression};
use ndarray::{Array1, Array2, array};

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
    let longley = common::load("longley");
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
    let error = common::largest_relative(found, certified);
    if error == 0.0 {
        15.0
    } else {
        (-error.log10()).clamp(0.0, 15.0)
    }
}

#[test]
fn the_automatic_solver_keeps_its_digits_on_the_reference_problems() {
    println!("{:<10} {:<18} {:>6}", "problem", "solver", "digits");
    let default = common::ridge() == RidgeRegression::new();
    for problem in problems() {
        let model = common::ridge()
            .fit_intercept(problem.intercept)
            .fit(problem.x.view(), problem.y.view())
            .expect("a reference problem fits");
        let mut found = model.coefficients().to_vec();
        if problem.intercept {
            found.insert(0, model.intercept());
        }
        let digits = digits(&found, &problem.certified);
        let solver = model
            .report()
            .expect("a report")
            .ridge()
            .expect("a ridge")
            .solver;
        println!("{:<10} {:<18} {digits:>6.1}", problem.name, solver.name());
        // The bars are those of the default; another backend rounds elsewhere, half a digit's worth.
        let required = problem.required - if default { 0.0 } else { 0.5 };
        assert!(
            digits >= required,
            "{}: {digits:.1} digits, {required} required",
            problem.name,
        );
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
