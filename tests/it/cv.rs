//! Cross-validation against refits, row by row and fold by fold, and against reference values (`golden/make_cv.py`).
#![allow(clippy::print_stdout)] // the measured errors, shown with --nocapture

use crate::common::{Uniform, largest_relative, load, relative, samples};
use elltwo::Error;
use elltwo::data::{GroupKFold, KFold, StandardScaler};
use elltwo::model::{
    CvCurve, CvStrategy, Estimator, LinearModel, Predictor, RidgeCv, RidgeCvFit, RidgeRegression,
    Selection,
};
use elltwo::moments::Moments;
use elltwo::solver::Solver;
use ndarray::{
    Array1, Array2, Array3, ArrayView1, ArrayView2, Axis, Ix1, Ix2, array, concatenate, s,
};
use serde_json::Value;

/// scikit-learn's scale.
fn alphas() -> Vec<f64> {
    (0..25)
        .map(|i| 10.0_f64.powf(f64::from(i) / 2.0 - 6.0))
        .collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .expect("an array")
        .iter()
        .map(|v| v.as_f64().expect("a number"))
        .collect()
}

fn standardised(x: ArrayView2<'_, f64>) -> Array2<f64> {
    StandardScaler
        .fit(x)
        .and_then(|s| s.transform(x))
        .expect("scaled columns")
}

fn five_fold() -> CvStrategy {
    CvStrategy::KFold {
        k: 5,
        shuffle: None,
    }
}

/// The leave-one-out mean squared error at `α = W λ`, by fitting without each row.
fn brute_loo(
    x: ArrayView2<'_, f64>,
    y: ArrayView1<'_, f64>,
    weights: Option<ArrayView1<'_, f64>>,
    alpha: f64,
    solver: Solver,
) -> f64 {
    let ones = Array1::ones(y.len());
    let weights = weights.unwrap_or(ones.view());
    let mut sum = 0.0;
    for i in 0..y.len() {
        let others: Vec<usize> = (0..y.len()).filter(|j| *j != i).collect();
        let w = weights.select(Axis(0), &others);
        let model = crate::common::ridge()
            .lambda(alpha / w.sum())
            .solver(solver)
            .fit_weighted(
                x.select(Axis(0), &others).view(),
                y.select(Axis(0), &others).view(),
                Some(w.view()),
            )
            .expect("a fit");
        let row = x.slice(s![i..=i, ..]);
        sum += weights[i] * (y[i] - model.predict(row).expect("a prediction")[0]).powi(2);
    }
    sum / weights.sum()
}

fn curve(cv: &RidgeCv, x: ArrayView2<'_, f64>, y: ArrayView1<'_, f64>) -> CvCurve {
    cv.curve(&samples(x, y, None)).expect("a curve")
}

fn lambdas(alphas: &[f64], n: usize) -> Vec<f64> {
    alphas.iter().map(|alpha| alpha / n as f64).collect()
}

#[test]
fn leave_one_out_is_the_refit_without_each_row_over_the_whole_curve() {
    for name in ["diabetes", "auto_mpg", "penguins", "longley"] {
        let dataset = load(name);
        let scaled = standardised(dataset.x());
        for (form, x) in [("raw", dataset.x()), ("standardised", scaled.view())] {
            let cv = RidgeCv::new().lambdas(lambdas(&alphas(), x.nrows()));
            let curve = curve(&cv, x, dataset.y());
            let mut worst = 0.0_f64;
            // Every penalty where that is quick, else every fourth with both ends.
            let step = if x.nrows() > 100 { 4 } else { 1 };
            for (i, alpha) in alphas().into_iter().enumerate().step_by(step) {
                let exact = brute_loo(x, dataset.y(), None, alpha, Solver::Qr);
                worst = worst.max(relative(curve.mse[[i, 0]], exact));
            }
            println!("leave-one-out {name} {form}: {worst:.1e}");
            assert!(worst <= 1e-8, "{name} {form}: {worst:.1e}");
        }
    }
}

#[test]
fn reference_curves_are_met() {
    for name in ["diabetes", "auto_mpg", "penguins"] {
        let path = format!("{}/tests/golden/cv_{name}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("the golden file");
        let golden: Value = serde_json::from_str(&text).expect("it is JSON");
        let dataset = load(name);
        let scaled = standardised(dataset.x());
        let n = dataset.n_samples();
        for (form, x) in [("raw", dataset.x()), ("standardised", scaled.view())] {
            let block = &golden["ridge_cv_loo"][form];
            let cv = RidgeCv::new().lambdas(lambdas(&numbers(&block["alphas"]), n));
            for (key, chosen, strategy) in [
                ("loo_mse", "chosen_alpha", CvStrategy::LeaveOneOut),
                ("gcv_score", "gcv_chosen_alpha", CvStrategy::Gcv),
            ] {
                let fit = cv
                    .clone()
                    .strategy(strategy)
                    .fit(x, dataset.y())
                    .expect("a fit");
                let worst = largest_relative(&fit.curve().mse, &numbers(&block[key]));
                println!("{key} {name} {form}: {worst:.1e}");
                assert!(worst <= 1e-10, "{key} {name} {form}: {worst:.1e}");
                let alpha = block[chosen].as_f64().expect("an alpha");
                assert!(relative(fit.lambda() * n as f64, alpha) <= 1e-12);
            }
        }
        // The reference keeps alpha from fold to fold, the objective keeps lambda: one fit for each size of the training part.
        let folds = &golden["cv5_no_shuffle"];
        for (key, alpha) in [("ols", 0.0), ("ridge_raw_alpha_1", 1.0)] {
            let sizes = numbers(&folds["fold_test_sizes"]);
            let penalties: Vec<f64> = sizes.iter().map(|m| alpha / (n as f64 - m)).collect();
            let cv = RidgeCv::new().lambdas(penalties).strategy(five_fold());
            let found = curve(&cv, dataset.x(), dataset.y());
            let found = found.fold_mse.expect("folds");
            let diagonal: Vec<f64> = (0..5).map(|i| found[[i, i, 0]]).collect();
            let worst = largest_relative(&diagonal, &numbers(&folds[key]["fold_mse"]));
            println!("folds {name} {key}: {worst:.1e}");
            assert!(worst <= 1e-9, "{name} {key}: {worst:.1e}");
        }
    }
}

/// Every fold, penalty and target by fits on the training rows.
fn brute_folds(
    x: ArrayView2<'_, f64>,
    y: ArrayView2<'_, f64>,
    weights: ArrayView1<'_, f64>,
    lambdas: &[f64],
    folds: &[elltwo::data::Split],
    fit_intercept: bool,
) -> Array3<f64> {
    let mut mse = Array3::zeros((folds.len(), lambdas.len(), y.ncols()));
    for (f, fold) in folds.iter().enumerate() {
        for (l, lambda) in lambdas.iter().enumerate() {
            let model: LinearModel<f64, Ix2> = crate::common::ridge()
                .lambda(*lambda)
                .fit_intercept(fit_intercept)
                .solver(Solver::Qr)
                .fit_weighted(
                    x.select(Axis(0), &fold.train).view(),
                    y.select(Axis(0), &fold.train).view(),
                    Some(weights.select(Axis(0), &fold.train).view()),
                )
                .expect("a fit");
            let tested = x.select(Axis(0), &fold.test);
            let w = weights.select(Axis(0), &fold.test);
            let errors = &y.select(Axis(0), &fold.test)
                - &model.predict(tested.view()).expect("predictions");
            for t in 0..y.ncols() {
                let sum: f64 = errors
                    .column(t)
                    .iter()
                    .zip(&w)
                    .map(|(e, w)| w * e * e)
                    .sum();
                mse[[f, l, t]] = sum / w.sum();
            }
        }
    }
    mse
}

#[test]
fn folds_from_moments_are_the_refits_on_the_training_rows() {
    let lambdas = [0.0, 1e-6, 1e-2, 1.0, 1e3];
    for (mean, sd) in [(10.0, 1.0), (1e6, 1.0), (-3.0, 1e-4)] {
        for fit_intercept in [true, false] {
            let mut random = Uniform(5);
            let x = random.matrix(103, 6, 0.0).mapv(|v| mean + sd * v);
            let signal = (&x - mean).dot(&random.matrix(6, 2, 1.0)) / sd;
            let y = &signal + &random.matrix(103, 2, 0.0) + mean;
            let weights = random.vector(103, 1.5);
            for (strategy, folds) in [
                (five_fold(), KFold::new(5).split(103)),
                (
                    CvStrategy::KFold {
                        k: 7,
                        shuffle: Some(3),
                    },
                    KFold::new(7).shuffle(3).split(103),
                ),
            ] {
                let found = RidgeCv::new()
                    .lambdas(lambdas)
                    .fit_intercept(fit_intercept)
                    .strategy(strategy)
                    .curve(&samples(x.view(), y.view(), Some(weights.view())))
                    .expect("a curve");
                // With an intercept, fits of the same rows moved near zero, which is exact: predictions of rows at 10⁶ are
                // themselves rounded to 10⁻¹⁰, and without an intercept there is no better reference.
                let moved = if fit_intercept { mean } else { 0.0 };
                let exact = brute_folds(
                    x.mapv(|v| v - moved).view(),
                    y.mapv(|v| v - moved).view(),
                    weights.view(),
                    &lambdas,
                    &folds.expect("folds"),
                    fit_intercept,
                );
                let mse = found.fold_mse.expect("folds");
                let worst = largest_relative(&mse, &exact);
                println!(
                    "folds, mean {mean}, sd {sd}, intercept {fit_intercept}: {worst:.1e}, {} from rows",
                    found.ill_conditioned_folds.len()
                );
                let limit = if mean == 1e6 && !fit_intercept {
                    1e-8
                } else {
                    1e-10
                };
                assert!(worst <= limit, "{mean} {fit_intercept}: {worst:.1e}");
                // Moments of centred data serve wherever the data are.
                assert!(found.ill_conditioned_folds.is_empty() || !fit_intercept);
                let means = exact.mean_axis(Axis(0)).expect("folds");
                assert!(largest_relative(&found.mse, &means) <= limit);
                let spread = exact.std_axis(Axis(0), 1.0) / (exact.len_of(Axis(0)) as f64).sqrt();
                assert!(largest_relative(&found.standard_error, &spread) <= 1e-7);
            }
        }
    }
}

#[test]
fn ill_conditioned_and_perfect_folds_turn_to_their_rows() {
    let longley = load("longley");
    let lambdas = [1e-6, 1e-3, 1.0, 1e3];
    let cv = RidgeCv::new().lambdas(lambdas).strategy(CvStrategy::KFold {
        k: 4,
        shuffle: None,
    });
    let found = curve(&cv, longley.x(), longley.y());
    let y = longley.y().insert_axis(Axis(1));
    let ones = Array1::ones(16);
    let folds = KFold::new(4).split(16).expect("folds");
    let exact = brute_folds(longley.x(), y, ones.view(), &lambdas, &folds, true);
    let worst = largest_relative(&found.fold_mse.expect("folds"), &exact);
    println!(
        "folds of Longley: {worst:.1e}, {:?} from rows",
        found.ill_conditioned_folds
    );
    assert!(
        worst <= 1e-8 && !found.ill_conditioned_folds.is_empty(),
        "{worst:.1e}"
    );

    let mut random = Uniform(8);
    let x = random.matrix(40, 3, 10.0);
    let y = x.dot(&array![1.0, 2.0, 3.0]) + random.vector(40, 0.0) * 1e-7;
    let found = curve(
        &RidgeCv::new().lambdas([0.0, 1e-12]).strategy(five_fold()),
        x.view(),
        y.view(),
    );
    let folds = KFold::new(5).split(40).expect("folds");
    let columns = y.view().insert_axis(Axis(1));
    let ones = Array1::ones(40);
    let exact = brute_folds(x.view(), columns, ones.view(), &[0.0, 1e-12], &folds, true);
    // The data hold the residuals to no more than eight digits.
    assert!(largest_relative(&found.fold_mse.expect("folds"), &exact) <= 1e-6);
    assert_eq!(found.ill_conditioned_folds, [0, 1, 2, 3, 4]);
}

#[test]
fn weighted_rows_count_as_their_weight() {
    let mut random = Uniform(11);
    let x = random.matrix(30, 4, 10.0);
    let y = random.vector(30, 10.0);
    let mut weights = random.vector(30, 1.2);
    weights[3] = 0.0;
    weights[7] = 1e-8;
    weights[9] = 1e6;
    for alpha in [0.0, 1e-3, 1.0, 100.0] {
        let cv = RidgeCv::new().lambdas([alpha / weights.sum()]);
        let found = cv
            .curve(&samples(x.view(), y.view(), Some(weights.view())))
            .expect("a curve");
        let exact = brute_loo(x.view(), y.view(), Some(weights.view()), alpha, Solver::Qr);
        assert!(
            relative(found.mse[[0, 0]], exact) <= 1e-9,
            "{alpha}: {} {exact}",
            found.mse[[0, 0]]
        );
        // A power of four changes nothing but exponents.
        let scaled = cv
            .curve(&samples(x.view(), y.view(), Some((&weights * 4.0).view())))
            .expect("a curve");
        assert_eq!(scaled.mse, found.mse);
        assert_eq!(scaled.standard_error, found.standard_error);
    }
}

#[test]
fn a_row_that_alone_holds_a_direction_has_its_limit() {
    let mut random = Uniform(21);
    let mut x = random.matrix(25, 4, 10.0);
    // Leverage exactly 1 without a penalty; the other rows have the column constant.
    x.column_mut(3).fill(2.0);
    x[[6, 3]] = 5.0;
    let y = random.vector(25, 10.0);
    for alpha in [0.0, 1e-12, 1e-6, 1.0, 1e6] {
        let found = curve(&RidgeCv::new().lambdas([alpha / 25.0]), x.view(), y.view());
        let exact = brute_loo(x.view(), y.view(), None, alpha, Solver::Qr);
        let worst = relative(found.mse[[0, 0]], exact);
        assert!(worst <= 1e-9, "{alpha}: {worst:.1e}");
    }
    // And nearly 1.
    for tiny in [1e-3, 1e-5] {
        x[[7, 3]] = 2.0 + tiny;
        for alpha in [0.0, 1e-12, 1e-6, 1.0] {
            let found = curve(&RidgeCv::new().lambdas([alpha / 25.0]), x.view(), y.view());
            let exact = brute_loo(x.view(), y.view(), None, alpha, Solver::Qr);
            let worst = relative(found.mse[[0, 0]], exact);
            println!("leverage near 1, {tiny:e}, alpha {alpha:e}: {worst:.1e}");
            assert!(worst <= 1e-8, "{tiny} {alpha}: {worst:.1e}");
        }
    }
}

#[test]
fn wide_constant_and_duplicated_designs_are_cross_validated() {
    let mut random = Uniform(31);
    let tall = random.matrix(20, 3, 10.0);
    let duplicated = concatenate(
        Axis(1),
        &[tall.view(), tall.view(), Array2::ones((20, 1)).view()],
    )
    .expect("columns");
    for (name, x) in [
        ("wide", random.matrix(12, 30, 10.0)),
        ("square", random.matrix(12, 11, 10.0)),
        ("duplicated", duplicated),
        ("constant", Array2::from_elem((9, 2), 3.0)),
    ] {
        let n = x.nrows();
        let y = random.vector(n, 10.0);
        let grid = [0.0, 1e-10, 1e-3, 10.0];
        let found = curve(
            &RidgeCv::new().lambdas(lambdas(&grid, n)),
            x.view(),
            y.view(),
        );
        for (i, alpha) in grid.into_iter().enumerate() {
            let exact = brute_loo(x.view(), y.view(), None, alpha, Solver::Qr);
            let worst = relative(found.mse[[i, 0]], exact);
            println!("leave-one-out {name}, alpha {alpha:e}: {worst:.1e}");
            assert!(worst <= 1e-8, "{name} {alpha}: {worst:.1e}");
        }
        let cv = RidgeCv::new().lambdas(grid).strategy(CvStrategy::KFold {
            k: 3,
            shuffle: None,
        });
        let folds = KFold::new(3).split(n).expect("folds");
        let ones = Array1::ones(n);
        let columns = y.view().insert_axis(Axis(1));
        let exact = brute_folds(x.view(), columns, ones.view(), &grid, &folds, true);
        let found = curve(&cv, x.view(), y.view()).fold_mse.expect("folds");
        let worst = largest_relative(&found, &exact);
        println!("folds {name}: {worst:.1e}");
        assert!(worst <= 1e-8, "{name}: {worst:.1e}");
        for strategy in [CvStrategy::LeaveOneOut, CvStrategy::Gcv, five_fold()] {
            let fit = RidgeCv::new().strategy(strategy).fit(x.view(), y.view());
            assert!(
                fit.expect("the default grid")
                    .curve()
                    .mse
                    .iter()
                    .all(|v| v.is_finite())
            );
        }
    }
}

#[test]
fn each_option_changes_what_is_chosen() {
    let mut random = Uniform(41);
    let x = random.matrix(60, 12, 10.0);
    let noise = random.matrix(60, 2, 0.0);
    let strong = (&x - 10.0).dot(&random.vector(12, 0.0));
    let y = ndarray::stack![
        Axis(1),
        &strong + &(&noise.column(0) * 0.3),
        &strong * 0.05 + noise.column(1)
    ];
    let base = RidgeCv::new().strategy(five_fold());
    let fit = |cv: &RidgeCv| cv.fit(x.view(), y.view()).expect("a fit");

    let common = fit(&base);
    assert_eq!(common.lambda()[0], common.lambda()[1]);
    let own = fit(&base.clone().per_target(true));
    assert!(own.lambda()[0] < own.lambda()[1]);
    for t in 0..2 {
        let alone = base.fit(x.view(), y.column(t)).expect("a fit");
        assert_eq!(alone.best_index(), own.best_index()[t]);
        assert!(relative(alone.lambda(), own.lambda()[t]) <= 1e-12);
        let refit = crate::common::ridge()
            .lambda(alone.lambda())
            .fit(x.view(), y.column(t))
            .expect("a fit");
        assert!(largest_relative(refit.coefficients(), alone.model().coefficients()) <= 1e-12);
    }

    let careful = fit(&base.clone().selection(Selection::OneStandardError));
    let (curve, least, chosen) = (
        careful.curve(),
        common.best_index()[0],
        careful.best_index()[0],
    );
    assert!(careful.lambda()[0] > common.lambda()[0]);
    let limit = curve.mean_mse[least] + curve.mean_standard_error[least];
    assert!(curve.mean_mse[chosen] <= limit && curve.mean_mse[chosen + 1] > limit);

    let grid = RidgeCv::new().lambdas([0.1]);
    let shuffled = |seed| {
        let strategy = CvStrategy::KFold {
            k: 5,
            shuffle: Some(seed),
        };
        fit(&grid.clone().strategy(strategy)).curve().clone()
    };
    assert_eq!(shuffled(1), shuffled(1));
    assert_ne!(shuffled(1), shuffled(2));
    assert_ne!(
        shuffled(1),
        *fit(&grid.clone().strategy(five_fold())).curve()
    );

    let groups: Vec<usize> = (0..60).map(|i| i % 7).collect();
    let grouped = CvStrategy::Grouped {
        groups: groups.clone(),
        k: 7,
    };
    let found = fit(&grid.clone().strategy(grouped)).curve().clone();
    let folds = GroupKFold::new(7).split(&groups).expect("folds");
    for fold in &folds {
        assert!(
            fold.test
                .iter()
                .all(|row| groups[*row] == groups[fold.test[0]])
        );
    }
    let ones = Array1::ones(60);
    let exact = brute_folds(x.view(), y.view(), ones.view(), &[0.1], &folds, true);
    assert!(largest_relative(&found.fold_mse.expect("folds"), &exact) <= 1e-9);

    let through_zero = fit(&grid.clone().fit_intercept(false));
    assert_eq!(through_zero.model().intercepts(), array![0.0, 0.0]);
    assert_ne!(through_zero.curve().mse, fit(&grid).curve().mse);
}

#[test]
fn ties_go_to_the_largest_penalty_and_order_does_not_matter() {
    let mut random = Uniform(51);
    let (x, y) = (random.matrix(20, 3, 10.0), random.vector(20, 10.0));
    let up = RidgeCv::new().lambdas([0.01, 0.1, 1.0]);
    let down = RidgeCv::new().lambdas([1.0, 0.1, 0.01]);
    let (up, down) = (up.fit(x.view(), y.view()), down.fit(x.view(), y.view()));
    assert_eq!(up.expect("a fit").lambda(), down.expect("a fit").lambda());
    let flat = RidgeCv::new()
        .lambdas([1.0, 5.0, 2.0])
        .fit(Array2::ones((5, 1)).view(), y.slice(s![..5]))
        .expect("a fit");
    assert_eq!(flat.lambda(), 5.0);
}

#[test]
#[allow(clippy::cast_possible_truncation)] // rounding to f32 is the purpose
fn single_precision_gives_the_curve_of_its_values() {
    let mut random = Uniform(61);
    let x = random.matrix(40, 3, 10.0).mapv(|v| v as f32);
    let y = random.vector(40, 10.0).mapv(|v| v as f32);
    for strategy in [CvStrategy::LeaveOneOut, five_fold()] {
        let cv = RidgeCv::new().lambdas([0.0, 0.1]).strategy(strategy);
        let narrow = cv.fit(x.view(), y.view()).expect("a fit");
        let (x, y) = (x.mapv(f64::from), y.mapv(f64::from));
        let wide = cv.fit(x.view(), y.view()).expect("a fit");
        assert!(largest_relative(&narrow.curve().mse, &wide.curve().mse) <= 1e-12);
    }
}

#[test]
fn bad_parameters_are_named() {
    let mut random = Uniform(71);
    let (x, y) = (random.matrix(6, 2, 10.0), random.vector(6, 10.0));
    let error = |cv: RidgeCv| cv.fit(x.view(), y.view()).expect_err("an error");
    let base = RidgeCv::new();
    assert!(matches!(
        error(base.clone().lambdas([])),
        Error::Empty { what: "lambdas" }
    ));
    for bad in [f64::NAN, -1.0, f64::INFINITY] {
        assert!(matches!(
            error(base.clone().lambdas([1.0, bad])),
            Error::InvalidParameter {
                name: "lambdas",
                ..
            }
        ));
    }
    let fold = |k| {
        base.clone()
            .strategy(CvStrategy::KFold { k, shuffle: None })
    };
    assert!(matches!(error(fold(7)), Error::TooFewSamples { .. }));
    assert!(matches!(error(fold(1)), Error::InvalidParameter { .. }));
    let grouped = |groups: Vec<usize>, k| base.clone().strategy(CvStrategy::Grouped { groups, k });
    assert!(matches!(
        error(grouped(vec![0, 1], 2)),
        Error::ShapeMismatch {
            expected: 6,
            found: 2,
            ..
        }
    ));
    assert!(matches!(
        error(grouped(vec![0, 0, 0, 1, 1, 1], 3)),
        Error::InvalidParameter { name: "k", .. }
    ));
    let one = base.fit(x.slice(s![..1, ..]), y.slice(s![..1]));
    assert!(matches!(one, Err(Error::TooFewSamples { .. })));
    let weights = array![0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    let empty = fold(2).fit_weighted(x.view(), y.view(), Some(weights.view()));
    assert!(matches!(empty, Err(Error::ZeroWeights)));
}

#[test]
fn parts_alone_choose_as_folds_of_the_data_do() {
    let data = load("diabetes");
    let (x, y) = (data.x(), data.y());
    let folds = KFold::new(5).split(x.nrows()).expect("folds");
    let parts: Vec<Moments> = folds
        .iter()
        .map(|fold| {
            let (x, y) = (x.select(Axis(0), &fold.test), y.select(Axis(0), &fold.test));
            let mut part = Moments::new(x.ncols(), 1).expect("moments");
            part = part
                .with_feature_names(data.feature_names().iter().cloned())
                .expect("names");
            part.update(x.view(), y.view(), None).expect("an update");
            part
        })
        .collect();
    let cv = RidgeCv::new().lambdas([1e-4, 1e-2, 0.1, 1.0]);
    let from_parts: RidgeCvFit<f64> = cv.fit_moments(&parts).expect("a fit");
    let from_data = cv.strategy(five_fold()).fit(x, y).expect("a fit");
    let (found, exact) = (from_parts.curve(), from_data.curve());
    assert!(largest_relative(&found.mse, &exact.mse) <= 1e-10);
    assert_eq!(from_parts.lambda(), from_data.lambda());
    let (found, exact) = (from_parts.model(), from_data.model());
    assert!(largest_relative(found.coefficients(), exact.coefficients()) <= 1e-10);
    // The default grid is that of all rows.
    let default: RidgeCvFit<f64> = RidgeCv::new().fit_moments(&parts).expect("a fit");
    assert_eq!(default.curve().lambdas.len(), 100);

    let one = RidgeCv::new().fit_moments::<Ix1>(&parts[..1]);
    assert!(
        one.expect_err("one part")
            .to_string()
            .contains("at least 2")
    );
    let mut other = Moments::new(x.ncols(), 1).expect("moments");
    other.update(x.view(), y.view(), None).expect("an update");
    let names = (0..x.ncols()).map(|j| format!("other{j}"));
    let other = other.with_feature_names(names).expect("names");
    let mixed = RidgeCv::new().fit_moments::<Ix1>(&[parts[0].clone(), other]);
    assert!(mixed.is_err(), "other names");
}

#[test]
fn a_value_that_is_not_finite_is_named_by_every_strategy() {
    let mut uniform = Uniform(77);
    let (x, y) = (uniform.matrix(60, 3, 4.0), uniform.vector(60, 9.0));
    let shuffled = CvStrategy::KFold {
        k: 4,
        shuffle: Some(2),
    };
    for strategy in [
        CvStrategy::LeaveOneOut,
        CvStrategy::Gcv,
        five_fold(),
        shuffled,
    ] {
        let cv = RidgeCv::new().lambdas([1e-3, 1.0]).strategy(strategy);
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let (mut bad_x, mut bad_y) = (x.clone(), y.clone());
            (bad_x[[41, 1]], bad_y[17]) = (value, value);
            let fit = |x: ArrayView2<'_, f64>, y: ArrayView1<'_, f64>| cv.fit(x, y).map(|_| ());
            let refused = fit(bad_x.view(), y.view());
            assert!(matches!(
                refused,
                Err(Error::NonFinite {
                    what: "x",
                    row: 41,
                    column: 1,
                    ..
                })
            ));
            let refused = fit(x.view(), bad_y.view());
            assert!(matches!(
                refused,
                Err(Error::NonFinite {
                    what: "y",
                    row: 17,
                    ..
                })
            ));
        }
        // The moments that chose the penalty serve the fit: it is the fit of the data.
        let chosen = cv.fit(x.view(), y.view()).expect("a fit");
        let direct = RidgeRegression::new().lambda(chosen.lambda());
        let direct = direct.fit(x.view(), y.view()).expect("a fit");
        let (found, direct) = (chosen.model().coefficients(), direct.coefficients());
        for (a, b) in found.iter().zip(&direct) {
            assert!((a - b).abs() <= 1e-13 * b.abs(), "{a} {b}");
        }
    }
}
