//! Quantile regression against exact minima: every vertex in rational arithmetic for few rows, HiGHS for more.

use elltwo::Samples;
use elltwo::inference::QuantileErrors;
use elltwo::loss::{ElasticNet, EpsilonInsensitive, Huber, L1, L2, Loss, QuantileLoss, Reduction};
use elltwo::model::{
    EpsilonInsensitiveRegression, Estimator, FitReport, HuberRegression, LeastAbsoluteDeviations,
    LinearModel, Predictor, QuantileRegression, RidgeRegression, SgdRegressor,
};
use elltwo::scalar::Scalar;
use ndarray::{Array1, Array2, Axis, concatenate};
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use proptest::prelude::*;

use crate::common::{golden, load, number};

type Q = BigRational;

fn rational(value: f64) -> Q {
    BigRational::from_float(value).expect("finite")
}

fn wide(value: &Q) -> f64 {
    num_traits::ToPrimitive::to_f64(value).expect("in range")
}

/// Takes a multiple of one row from another.
fn subtract(a: &mut [Vec<Q>], row: usize, from: usize, factor: &Q) {
    let from = a[from].clone();
    a[row]
        .iter_mut()
        .zip(&from)
        .for_each(|(to, v)| *to -= factor * v);
}

/// Solution of a square system; none if it is singular.
fn solve(mut a: Vec<Vec<Q>>, mut b: Vec<Q>) -> Option<Vec<Q>> {
    let k = b.len();
    for c in 0..k {
        let pivot = (c..k).find(|&i| !a[i][c].is_zero())?;
        a.swap(c, pivot);
        b.swap(c, pivot);
        for i in (0..k).filter(|i| *i != c) {
            let factor = &a[i][c] / &a[c][c];
            subtract(&mut a, i, c, &factor);
            let change = &factor * &b[c];
            b[i] -= change;
        }
    }
    Some((0..k).map(|i| &b[i] / &a[i][i]).collect())
}

/// The columns that do not depend on those before.
fn independent(a: &[Vec<Q>]) -> Vec<usize> {
    let mut left: Vec<Vec<Q>> = a.to_vec();
    let mut found = Vec::new();
    for c in 0..a[0].len() {
        let Some(pivot) = (found.len()..left.len()).find(|&i| !left[i][c].is_zero()) else {
            continue;
        };
        let row = found.len();
        left.swap(row, pivot);
        for i in row + 1..left.len() {
            let factor = &left[i][c] / &left[row][c];
            subtract(&mut left, i, row, &factor);
        }
        found.push(c);
    }
    found
}

/// The least objective over all vertices: the exact solution of the linear program.
fn exact_minimum(a: &[Vec<Q>], y: &[Q], slopes: &[(Q, Q)]) -> Q {
    let columns = independent(a);
    let a: Vec<Vec<Q>> = a
        .iter()
        .map(|row| columns.iter().map(|&j| row[j].clone()).collect())
        .collect();
    let (n, k) = (a.len(), columns.len());
    let objective = |v: &[Q]| -> Q {
        let loss = |i: usize| {
            let prediction: Q = a[i].iter().zip(v).map(|(a, v)| a * v).sum();
            let r = &y[i] - prediction;
            let (upper, lower) = &slopes[i];
            if r.is_positive() {
                upper * r
            } else {
                -(lower * r)
            }
        };
        (0..n).map(loss).sum()
    };
    let mut least: Option<Q> = None;
    let mut subset: Vec<usize> = (0..k).collect();
    loop {
        let rows = subset.iter().map(|&i| a[i].clone()).collect();
        if let Some(v) = solve(rows, subset.iter().map(|&i| y[i].clone()).collect()) {
            let value = objective(&v);
            if least.as_ref().is_none_or(|least| value < *least) {
                least = Some(value);
            }
        }
        let Some(at) = (0..k).rev().find(|&at| subset[at] < n - k + at) else {
            return least.expect("some rows are independent");
        };
        subset[at] += 1;
        for next in at + 1..k {
            subset[next] = subset[next - 1] + 1;
        }
    }
}

/// The mean loss and penalty of a fit, and of the exact minimum.
fn compare(
    (x, y, s): (&Array2<f64>, &Array1<f64>, &Array1<f64>),
    (tau, l1, intercept): (f64, f64, bool),
) -> (LinearModel<f64>, f64) {
    let model = QuantileRegression::new(tau)
        .penalty(L1::new(l1).expect("a penalty"))
        .fit_intercept(intercept)
        .fit_weighted(x.view(), y.view(), Some(s.view()))
        .expect("a fit");
    let total = s.sum();
    let (one, tau) = (rational(1.0), rational(tau));
    let counted = (0..x.nrows()).filter(|&i| s[i] > 0.0);
    let mut rows: Vec<(Vec<Q>, Q, (Q, Q))> = counted
        .map(|i| {
            let mut row: Vec<Q> = x.row(i).iter().map(|v| rational(*v)).collect();
            row.extend(intercept.then(|| one.clone()));
            let weight = rational(s[i]);
            (
                row,
                rational(y[i]),
                (&tau * &weight, (&one - &tau) * &weight),
            )
        })
        .collect();
    if l1 > 0.0 {
        let width = rows[0].0.len();
        let slope = rational(l1) * rational(total);
        for j in 0..x.ncols() {
            let mut row = vec![Q::zero(); width];
            row[j] = one.clone();
            rows.push((row, Q::zero(), (slope.clone(), slope.clone())));
        }
    }
    let mut parts = (Vec::new(), Vec::new(), Vec::new());
    for (row, y, slopes) in rows {
        parts.0.push(row);
        parts.1.push(y);
        parts.2.push(slopes);
    }
    let exact = wide(&(exact_minimum(&parts.0, &parts.1, &parts.2) / rational(total)));
    (model, exact)
}

#[track_caller]
fn check(model: &LinearModel<f64>, exact: f64, size: f64) {
    let report = model.report().expect("a report");
    let (found, gap) = (
        report.objective,
        report.exact().expect("exact").duality_gap[0],
    );
    assert!(
        (found - exact).abs() <= 1e-12 * exact + 1e-14 * size,
        "{found} {exact}: {report}"
    );
    assert!(
        gap <= 1e-12 * exact + 1e-13 * size,
        "{gap:e} of {exact}: {report}"
    );
    assert!(report.termination.ensure_converged().is_ok(), "{report}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Small whole numbers: ties, repeated rows, collinear and constant columns, fewer rows than columns, weights of zero.
    #[test]
    fn the_objective_is_that_of_the_exact_linear_program(
        (n, p) in (2_usize..=11, 1_usize..=3),
        values in proptest::collection::vec(-4_i32..=4, 11 * 4),
        weights in proptest::collection::vec(0_u8..=3, 11),
        tau in proptest::sample::select(vec![0.01, 0.1, 0.25, 0.5, 0.75, 0.99]),
        l1 in proptest::sample::select(vec![0.0, 0.0, 0.25]),
        intercept in any::<bool>(),
    ) {
        let x = Array2::from_shape_fn((n, p), |(i, j)| f64::from(values[i * 4 + j]));
        let y = Array1::from_shape_fn(n, |i| f64::from(values[i * 4 + 3]));
        let mut s = Array1::from_shape_fn(n, |i| f64::from(weights[i]));
        s[0] = 1.0;
        if intercept || x.rows().into_iter().zip(&s).any(|(row, s)| *s > 0.0 && row.iter().any(|v| *v != 0.0)) {
            let (model, exact) = compare((&x, &y, &s), (tau, l1, intercept));
            check(&model, exact, 4.0);
        }
    }
}

/// Whole numbers in `[−span, span]`, as `make_quantiles.py` draws them.
fn drawn(seed: u64, count: usize, span: u64) -> Vec<f64> {
    let mut state = seed;
    let next = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % (2 * span + 1)) as f64 - span as f64
    };
    (0..count).map(next).collect()
}

#[test]
fn the_objective_is_that_of_highs() {
    for case in golden("quantiles").as_array().expect("cases") {
        let whole = |name: &str| case[name].as_u64().expect("a whole number");
        let count = |name: &str| usize::try_from(whole(name)).expect("a count");
        let (n, p, span) = (count("n"), count("p"), whole("span"));
        let all = Array2::from_shape_vec((n, p + 1), drawn(whole("seed"), n * (p + 1), span))
            .expect("shape");
        let x = all.slice(ndarray::s![.., ..p]).to_owned();
        let y = &all.column(p) * 3.0 + x.column(0);
        let weights = Array1::from_shape_fn(n, |i| (i % 4) as f64);
        let model = QuantileRegression::new(number(&case["tau"]))
            .penalty(L1::new(number(&case["l1"])).expect("a penalty"))
            .fit_weighted(x.view(), y.view(), Some(weights.view()))
            .expect("a fit");
        check(&model, number(&case["objective"]), 0.0);
    }
}

#[test]
fn stack_loss_and_engel_have_their_published_coefficients() {
    // Koenker, quantreg 5.94: `rq(stack.loss ~ ., tau)`, `rq(foodexp ~ income, tau)`.
    let stackloss = [
        (0.25, [-36.0, 0.5, 1.0, 0.0]),
        (
            0.5,
            [
                -39.689_855_072_463_77,
                0.831_884_057_971_014_5,
                0.573_913_043_478_260_9,
                -0.060_869_565_217_391_3,
            ],
        ),
    ];
    let data = load("stackloss");
    for (tau, [b, air, water, acid]) in stackloss {
        let model = QuantileRegression::new(tau)
            .fit(data.x(), data.y())
            .expect("a fit");
        let expected = [air, water, acid];
        for (found, expected) in model.coefficients().iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{tau}: {model:?}");
        }
        assert!((model.intercept() - b).abs() < 1e-10, "{model:?}");
    }
    let data = load("engel");
    let quantiles = [0.9, 0.1, 0.5];
    let samples = Samples::new(data.x(), data.y(), None).expect("samples");
    let fan = QuantileRegression::new(0.5)
        .fit_quantiles(&samples, &quantiles)
        .expect("fits");
    let expected = [
        (67.350_872_080_129_75, 0.686_299_480_371_905_4),
        (110.141_574_204_948_4, 0.401_765_759_303_480_5),
        (81.482_247_416_936_22, 0.560_180_551_209_419_6),
    ];
    for (model, (b, w)) in fan.iter().zip(expected) {
        assert!(
            (model.intercept() - b).abs() < 1e-9 && (model.coefficients()[0] - w).abs() < 1e-12,
            "{model:?}"
        );
    }
}

#[test]
fn a_minimum_that_is_not_unique_is_reported() {
    let x = Array2::<f64>::zeros((4, 1));
    let fit = |y: [f64; 4], tau| {
        let model = QuantileRegression::new(tau)
            .fit(x.view(), Array1::from(y.to_vec()).view())
            .expect("a fit");
        (
            model.intercept(),
            model
                .report()
                .and_then(|r| r.exact())
                .expect("exact")
                .is_unique[0],
        )
    };
    let (median, unique) = fit([1.0, 2.0, 3.0, 4.0], 0.5);
    assert!((2.0..=3.0).contains(&median) && !unique);
    assert_eq!(fit([1.0, 2.0, 2.0, 4.0], 0.5), (2.0, true));
    assert_eq!(fit([1.0, 2.0, 3.0, 4.0], 0.4), (2.0, true));
    assert_eq!(fit([7.0; 4], 0.9), (7.0, true));
}

#[test]
fn many_rows_have_the_minimum_that_the_duality_gap_proves() {
    let (n, p) = (60_000, 3);
    let noise = drawn(5, n * (p + 2), 1_000_000);
    let x = Array2::from_shape_fn((n, p), |(i, j)| 10.0 + noise[i * (p + 2) + j] * 1e-6);
    let y = Array1::from_shape_fn(n, |i| {
        let e = noise[i * (p + 2) + p] * 1e-6;
        x.row(i).sum()
            + e * e * e * (1.0 + x[[i, 0]] - 9.0)
            + 0.1 * noise[i * (p + 2) + p + 1] * 1e-6
    });
    let weights = Array1::from_shape_fn(n, |i| (i % 3) as f64);
    let samples = Samples::new(x.view(), y.view(), Some(weights.view())).expect("samples");
    let fan = QuantileRegression::new(0.5)
        .fit_quantiles(&samples, &[0.01, 0.5, 0.9])
        .expect("fits");
    for (model, tau) in fan.iter().zip([0.01, 0.5, 0.9]) {
        let report = model.report().expect("a report");
        let gap = report.exact().expect("exact").duality_gap[0];
        assert!(
            gap <= 1e-13 * report.objective,
            "{tau}: {gap:e} of {report}"
        );
        let alone = QuantileRegression::new(tau)
            .fit_samples(&samples)
            .expect("a fit");
        let difference = alone.report().expect("a report").objective - report.objective;
        assert!(
            difference.abs() <= 1e-13 * report.objective,
            "{tau}: {difference:e}"
        );
        let below = (&y - &model.predict(x.view()).expect("predictions"))
            .mapv(|r| f64::from(u8::from(r < 0.0)));
        let share = (&below * &weights).sum() / weights.sum();
        assert!((share - tau).abs() < 1e-3, "{share}");
    }
    let narrow = x.mapv(f32::of);
    let model = QuantileRegression::new(0.5).fit_weighted(
        narrow.view(),
        y.mapv(f32::of).view(),
        Some(weights.mapv(f32::of).view()),
    );
    let model = model.expect("a fit");
    assert!((model.coefficients()[1] - f32::of(fan[1].coefficients()[1])).abs() < 1e-4);
}

#[test]
fn collinear_columns_have_the_shortest_coefficients_and_few_rows_are_interpolated() {
    let data = load("stackloss");
    let twice = concatenate![
        Axis(1),
        data.x(),
        data.x().slice(ndarray::s![.., ..1]),
        Array2::ones((21, 1))
    ];
    let model = QuantileRegression::new(0.5)
        .fit(twice.view(), data.y())
        .expect("a fit");
    let plain = QuantileRegression::new(0.5)
        .fit(data.x(), data.y())
        .expect("a fit");
    let w = model.coefficients();
    assert!(
        (w[0] - w[3]).abs() < 1e-12 && (w[0] + w[3] - plain.coefficients()[0]).abs() < 1e-12,
        "{model:?}"
    );
    assert_eq!(
        (w[4], model.report().and_then(FitReport::rank)),
        (0.0, Some(3))
    );
    assert!((model.intercept() - plain.intercept()).abs() < 1e-10);
    for n in [1, 3, 4] {
        let rows = ndarray::s![..n, ..];
        let (x, y) = (
            data.x().slice_move(rows),
            data.y().slice_move(ndarray::s![..n]),
        );
        let report = QuantileRegression::new(0.3)
            .fit(x, y)
            .expect("a fit")
            .report()
            .expect("a report")
            .clone();
        assert!(
            report.objective < 1e-12 && report.termination.ensure_converged().is_ok(),
            "{n}: {report}"
        );
    }
}

#[test]
fn a_penalty_is_minimised_to_its_duality_gap_and_sgd_agrees() {
    let data = load("diabetes");
    let scaled =
        (&data.x() - &data.x().mean_axis(Axis(0)).expect("rows")) / data.x().std_axis(Axis(0), 0.0);
    for tau in [0.1, 0.5] {
        let fits: [LinearModel<f64>; 3] = [
            QuantileRegression::new(tau)
                .penalty(L2::new(0.01).expect("valid"))
                .fit(scaled.view(), data.y())
                .expect("a fit"),
            QuantileRegression::new(tau)
                .penalty(ElasticNet::new(0.5, 0.01).expect("valid"))
                .fit(scaled.view(), data.y())
                .expect("a fit"),
            QuantileRegression::new(tau)
                .penalty(L1::new(1.0).expect("valid"))
                .fit(scaled.view(), data.y())
                .expect("a fit"),
        ];
        for model in &fits {
            let report = model.report().expect("a report");
            let exact = report.exact().expect("exact");
            assert!(exact.duality_gap[0] <= 1e-12 * report.objective, "{report}");
            let loss = QuantileLoss { quantile: tau };
            let mean = loss.evaluate(
                data.y(),
                model.predict(scaled.view()).expect("predictions").view(),
                None,
                Reduction::WeightedMean,
            );
            let mean = mean.expect("a loss").scalar().expect("a number");
            let objective = mean + exact.penalty.value(model.coefficients());
            assert!((report.objective - objective).abs() <= 1e-13 * objective);
            let sgd = SgdRegressor::new()
                .loss(loss)
                .penalty(exact.penalty)
                .epochs(400)
                .fit(scaled.view(), data.y())
                .expect("a fit");
            let sgd = sgd.report().expect("a report").objective;
            assert!(
                sgd >= objective * (1.0 - 1e-12) && sgd <= objective * 1.01,
                "{sgd} {objective}"
            );
        }
        assert!(
            fits[2].coefficients().iter().filter(|w| **w == 0.0).count() >= 2,
            "{:?}",
            fits[2]
        );
    }
}

#[test]
fn least_absolute_deviations_are_the_median_and_targets_are_fitted_one_by_one() {
    let data = load("engel");
    let lad = LeastAbsoluteDeviations::new()
        .fit(data.x(), data.y())
        .expect("a fit");
    let median = QuantileRegression::new(0.5)
        .fit(data.x(), data.y())
        .expect("a fit");
    assert_eq!(lad.coefficients(), median.coefficients());
    let objectives = [&lad, &median].map(|m| m.report().expect("a report").objective);
    assert!((objectives[0] - 2.0 * objectives[1]).abs() < 1e-12 * objectives[0]);
    let two = ndarray::stack![Axis(1), data.y(), &data.y() * -2.0];
    let both = QuantileRegression::new(0.5)
        .fit(data.x(), two.view())
        .expect("a fit");
    assert_eq!(
        both.target(0).expect("a target").coefficients(),
        median.coefficients()
    );
    assert!((both.coefficients()[[0, 1]] + 2.0 * median.coefficients()[0]).abs() < 1e-12);
    let text = serde_json::to_string(&both).expect("it is written");
    assert_eq!(
        serde_json::from_str::<LinearModel<f64, ndarray::Ix2>>(&text).expect("it is read"),
        both
    );
}

#[test]
fn standard_errors_are_those_of_quantreg() {
    // R, quantreg 5.94: `summary(rq(…), se = "iid")` and `"ker"`.
    let check = |name: &str, tau: f64, errors: QuantileErrors, expected: &[f64]| {
        let data = load(name);
        let samples = Samples::new(data.x(), data.y(), None).expect("samples");
        let model = QuantileRegression::new(tau)
            .fit_samples(&samples)
            .expect("a fit");
        let found = errors.estimates(&model, &samples).expect("estimates");
        for (estimate, expected) in found.iter().zip(expected) {
            let error = estimate.standard_error.expect("it is defined");
            assert!(
                (error - expected).abs() <= 1e-9 * expected,
                "{name} {tau} {errors}: {error} {expected}"
            );
            assert_eq!(estimate.df, (samples.n_rows() - found.len()) as f64);
        }
    };
    let (iid, kernel) = (QuantileErrors::Iid, QuantileErrors::Kernel);
    // Those of stack loss with one density depend on the order of residuals of equal size: they are left out.
    check(
        "stackloss",
        0.25,
        kernel,
        &[
            23.641_828_323_159_626,
            0.378_800_219_820_844_3,
            0.814_533_414_390_243,
            0.328_362_375_635_555_2,
        ],
    );
    check(
        "stackloss",
        0.5,
        kernel,
        &[
            14.059_736_430_164_15,
            0.243_502_747_605_751_83,
            0.578_943_305_021_290_2,
            0.181_421_698_395_240_3,
        ],
    );
    check(
        "engel",
        0.1,
        iid,
        &[17.863_830_908_836_25, 0.016_083_058_021_566_246],
    );
    check(
        "engel",
        0.5,
        iid,
        &[13.239_079_718_080_43, 0.011_919_329_529_295_215],
    );
    check(
        "engel",
        0.9,
        iid,
        &[20.567_398_191_620_917, 0.018_517_117_641_595_793],
    );
    check(
        "engel",
        0.1,
        kernel,
        &[29.296_543_396_599_777, 0.039_896_880_197_313_09],
    );
    check(
        "engel",
        0.9,
        kernel,
        &[22.569_195_103_630_204, 0.027_960_232_828_696_488],
    );

    let data = load("engel");
    let samples = Samples::new(data.x(), data.y(), None).expect("samples");
    let shrunk = LeastAbsoluteDeviations::new()
        .penalty(L2::new(1.0).expect("valid"))
        .fit_samples(&samples)
        .expect("a fit");
    let refused = kernel
        .estimates(&shrunk, &samples)
        .expect_err("refused")
        .to_string();
    assert_eq!(
        refused,
        "penalty = 1: must be 0, by an exact fit, for the errors of a quantile"
    );
    let sgd = SgdRegressor::new()
        .epochs(1)
        .fit_samples(&samples)
        .expect("a fit");
    assert!(
        kernel
            .estimates(&sgd, &samples)
            .expect_err("refused")
            .to_string()
            .starts_with("quantile = ")
    );
}

#[test]
fn a_tube_is_minimised_exactly_and_without_width_is_the_absolute_loss() {
    let data = load("diabetes");
    for epsilon in [1.0, 40.0] {
        for penalty in [0.0, 0.01] {
            let penalty = L2::new(penalty).expect("valid");
            let fit = EpsilonInsensitiveRegression::new(epsilon).penalty(penalty);
            let report = fit
                .fit(data.x(), data.y())
                .expect("a fit")
                .report()
                .expect("a report")
                .clone();
            let gap = report.duality_gap().expect("a gap")[0];
            assert!(gap <= 1e-12 * report.objective, "{report}");
            let loss = EpsilonInsensitive { epsilon };
            let sgd = SgdRegressor::new()
                .loss(loss)
                .penalty(penalty)
                .epochs(300)
                .fit(data.x(), data.y());
            let sgd = sgd.expect("a fit").report().expect("a report").objective;
            let exact = report.objective;
            assert!(
                sgd >= exact * (1.0 - 1e-12) && sgd < exact * 1.02,
                "{sgd} {exact}"
            );
        }
    }
    let none = EpsilonInsensitiveRegression::new(0.0)
        .fit(data.x(), data.y())
        .expect("a fit");
    let lad = LeastAbsoluteDeviations::new()
        .fit(data.x(), data.y())
        .expect("a fit");
    assert_eq!(none.coefficients(), lad.coefficients());
    // Every row is inside the tube: many solutions cost nothing.
    let wide = EpsilonInsensitiveRegression::new(1e4)
        .fit(data.x(), data.y())
        .expect("a fit");
    assert!(wide.report().is_some_and(|report| report.objective < 1e-11));
}

#[test]
fn huber_regression_meets_the_condition_of_its_minimum() {
    let data = load("stackloss");
    let weights = Array1::from_shape_fn(21, |i| (i % 3) as f64);
    for (delta, lambda, weights) in [
        (2.0, 0.0, None),
        (0.5, 0.0, Some(weights.view())),
        (5.0, 0.3, Some(weights.view())),
        (1e-3, 0.0, None),
    ] {
        let penalty = L2::new(lambda).expect("valid");
        let huber = HuberRegression::new(delta).penalty(penalty);
        let samples = Samples::new(data.x(), data.y(), weights).expect("samples");
        let model = huber.fit_samples(&samples).expect("a fit");
        let report = model.report().expect("a report");
        assert!(
            report.duality_gap().expect("a gap")[0] <= 1e-13 * report.objective,
            "{report}"
        );
        // Σ s clip(r) x less the penalty's share, relative to the size of its terms.
        let r = &data.y() - &model.predict(data.x()).expect("predictions");
        let ones = Array1::ones(21);
        let s = weights.unwrap_or(ones.view());
        let slopes = r.mapv(|r| r.clamp(-delta, delta)) * s;
        let size = slopes.mapv(f64::abs).sum();
        assert!(
            slopes.sum().abs() <= 1e-12 * size,
            "{delta}: {}",
            slopes.sum() / size
        );
        for (column, w) in data.x().columns().into_iter().zip(model.coefficients()) {
            let left = column.dot(&slopes) - 2.0 * lambda * s.sum() * w;
            let terms = column.mapv(f64::abs).dot(&slopes.mapv(f64::abs));
            assert!(left.abs() <= 1e-12 * terms, "{delta}: {}", left / terms);
        }
        // SGD is far off where the loss is all but a kink.
        let sgd = SgdRegressor::new()
            .loss(Huber { delta })
            .penalty(penalty)
            .epochs(2000);
        let sgd = sgd.fit_samples(&samples).expect("a fit");
        let sgd = sgd.report().expect("a report").objective;
        assert!(
            sgd >= report.objective * (1.0 - 1e-12)
                && (delta < 0.1 || sgd <= report.objective * 1.05),
            "{sgd} {report}"
        );
    }
    let wide = HuberRegression::new(1e6)
        .fit(data.x(), data.y())
        .expect("a fit");
    let squares = RidgeRegression::new()
        .fit(data.x(), data.y())
        .expect("a fit");
    for (a, b) in wide.coefficients().iter().zip(squares.coefficients()) {
        assert!((a - b).abs() <= 1e-11, "{a} {b}");
    }
    let refused = HuberRegression::new(0.0).fit(data.x(), data.y());
    let refused = refused.expect_err("refused").to_string();
    assert!(refused.starts_with("delta = 0"), "{refused}");
}

#[test]
fn a_quantile_out_of_range_is_refused() {
    let (x, y) = (ndarray::array![[1.0], [2.0]], ndarray::array![1.0, 2.0]);
    for tau in [0.0, 1.0, -0.5, f64::NAN] {
        let error = QuantileRegression::new(tau)
            .fit(x.view(), y.view())
            .expect_err("refused");
        assert!(error.to_string().starts_with("quantile = "), "{error}");
    }
}
