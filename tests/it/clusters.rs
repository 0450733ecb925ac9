//! Covariances by clusters against explicit hat matrices in 40 digits; the wild bootstrap against refitting; the Chow test.

use crate::common::{golden, number, numbers, ridge, samples};
use elltwo::inference::{
    ClusterCorrection, Clusters, Covariance, CovarianceKind, Inference, Multipliers, Term,
    WeightKind, WildBootstrap, chow_test,
};
use elltwo::model::{Estimator, Predictor, RidgeRegression};
use elltwo::moments::Grouped;
use ndarray::{Array1, Array2, Axis, s};
use serde_json::Value;

const N: usize = 44;
const KINDS: [(&str, ClusterCorrection); 4] = [
    ("cr0", ClusterCorrection::Cr0),
    ("cr1", ClusterCorrection::Cr1),
    ("cr2", ClusterCorrection::Cr2),
    ("cr3", ClusterCorrection::Cr3),
];

fn first() -> Vec<usize> {
    (0..N).map(|i| (i * 5 + i / 7) % 9).collect()
}

fn second() -> Vec<usize> {
    (0..N).map(|i| (i * i + i / 2) % 7).collect()
}

/// The data of `tests/golden/make_clusters.py`.
fn data(determined: bool) -> (Array2<f64>, Array1<f64>) {
    let (first, second) = (first(), second());
    let x = Array2::from_shape_fn((N, 3), |(i, j)| match j {
        0 => (i * 37 % 23) as f64 / 4.0,
        1 => (i * 17 % 19) as f64 - 9.0,
        _ if determined => f64::from(u8::from(first[i] == 2)),
        _ => (100 + first[i] * first[i] % 11 + i % 3) as f64,
    });
    let y = Array1::from_shape_fn(N, |i| {
        let noise = (i * 31 % 11) as f64 / 8.0 + (first[i] * 5 % 9) as f64 - second[i] as f64;
        3.0 + x[[i, 0]] / 2.0 - x[[i, 1]] / 4.0 + noise
    });
    (x, y)
}

fn errors(inference: &Inference) -> Vec<f64> {
    let estimates = inference.estimates().iter();
    estimates
        .map(|e| e.standard_error.unwrap_or(f64::NAN))
        .collect()
}

fn near(found: f64, exact: f64, tolerance: f64, what: &str) {
    assert!(
        (found - exact).abs() <= tolerance * exact.abs(),
        "{what}: {found} and not {exact}"
    );
}

#[test]
fn cr0_to_cr3_are_those_of_explicit_hat_matrices_one_way_and_two() {
    let golden = golden("clusters");
    let weights = Array1::from_shape_fn(N, |i| (1 + i % 5) as f64 / 2.0);
    let (first, second) = (first(), second());
    for (case, determined, weighted) in [
        ("plain", false, false),
        ("weighted", false, true),
        ("determined", true, false),
    ] {
        let (x, y) = data(determined);
        let samples = samples(x.view(), y.view(), weighted.then(|| weights.view()));
        let fit = ridge().analyse(&samples).expect("a fit");
        for (name, correction) in KINDS {
            let exact = &golden[case][name];
            let clusters = Clusters::new(&first).correction(correction);
            let one_way = fit
                .inference(Covariance::Clustered(clusters))
                .expect("inference");
            for (found, exact) in errors(&one_way).iter().zip(numbers(&exact["one_way"])) {
                near(*found, exact, 1e-10, name);
            }
            let covariance = one_way.covariance();
            near(
                covariance[[1, 1]].sqrt(),
                number(&exact["one_way"][1]),
                1e-10,
                "covariance",
            );
            if let Some(df) = exact.get("df") {
                for (estimate, exact) in one_way.estimates().iter().zip(numbers(df)) {
                    near(estimate.df, exact, 1e-10, "degrees of freedom");
                }
            } else {
                assert!(
                    one_way
                        .estimates()
                        .iter()
                        .all(|estimate| estimate.df == 6.0)
                );
            }
            let two_way = fit
                .inference(Covariance::Clustered(clusters.and(&second)))
                .expect("inference");
            let list = exact["two_way"].as_array().expect("a list");
            for ((j, found), exact) in errors(&two_way).iter().enumerate().zip(list) {
                match exact {
                    Value::Null => assert!(found.is_nan(), "{case} {name}"),
                    exact => {
                        near(*found, number(exact), 1e-10, name);
                        near(
                            two_way.covariance()[[j, j]].sqrt(),
                            number(exact),
                            1e-10,
                            name,
                        );
                    }
                }
            }
            let kind = CovarianceKind::Clustered {
                n_clusters: 7,
                second: Some(6),
                correction,
                indefinite: exact["indefinite"] == true,
            };
            assert_eq!(two_way.covariance_kind(), kind);
            assert!(
                two_way
                    .estimates()
                    .iter()
                    .all(|estimate| estimate.df == 5.0)
            );
        }
    }
}

#[test]
fn clusters_of_one_row_are_hc_and_cr3_is_the_jackknife() {
    let (x, y) = data(false);
    let all = samples(x.view(), y.view(), None);
    let fit = ridge().analyse(&all).expect("a fit");
    // Any numbers will do, also beyond the number of rows.
    let rows: Vec<usize> = (0..N).map(|i| i * 1_000_003).collect();
    for (correction, hc) in [
        (ClusterCorrection::Cr0, Covariance::Hc0),
        (ClusterCorrection::Cr2, Covariance::Hc2),
        (ClusterCorrection::Cr3, Covariance::Hc3),
    ] {
        let clusters = Covariance::Clustered(Clusters::new(&rows).correction(correction));
        let clustered = fit.inference(clusters).expect("inference");
        let hc = fit.inference(hc).expect("inference");
        for (found, exact) in errors(&clustered).iter().zip(errors(&hc)) {
            near(*found, exact, 1e-11, "HC");
        }
    }
    let first = first();
    let mut squares = [0.0; 3];
    for cluster in 0..9 {
        let others: Vec<usize> = (0..N).filter(|i| first[*i] != cluster).collect();
        let model = RidgeRegression::new()
            .fit(
                x.select(Axis(0), &others).view(),
                y.select(Axis(0), &others).view(),
            )
            .expect("a fit");
        let gap = &fit.model().coefficients() - &model.coefficients();
        squares
            .iter_mut()
            .zip(gap)
            .for_each(|(sum, d)| *sum += d * d);
    }
    let clusters = Clusters::new(&first).correction(ClusterCorrection::Cr3);
    let jackknife = fit
        .inference(Covariance::Clustered(clusters))
        .expect("inference");
    for (found, exact) in errors(&jackknife)[1..].iter().zip(squares) {
        near(*found, exact.sqrt(), 1e-11, "the jackknife");
    }
}

#[test]
fn frequencies_are_repeated_rows_under_every_correction() {
    let (x, y) = data(false);
    let counts = Array1::from_shape_fn(N, |i| (i % 3) as f64);
    let rows: Vec<usize> = (0..N).flat_map(|i| std::iter::repeat_n(i, i % 3)).collect();
    let (repeated_x, repeated_y) = (x.select(Axis(0), &rows), y.select(Axis(0), &rows));
    let first = first();
    let repeated: Vec<usize> = rows.iter().map(|i| first[*i]).collect();
    let weighted = samples(x.view(), y.view(), Some(counts.view()));
    let plain = samples(repeated_x.view(), repeated_y.view(), None);
    let weighted = ridge()
        .analyse(&weighted)
        .and_then(|fit| fit.weight_kind(WeightKind::Frequency));
    let (weighted, plain) = (
        weighted.expect("a fit"),
        ridge().analyse(&plain).expect("a fit"),
    );
    for (name, correction) in KINDS {
        let of = |clusters| Covariance::Clustered(Clusters::new(clusters).correction(correction));
        let found = weighted.inference(of(&first)).expect("inference");
        let exact = plain.inference(of(&repeated)).expect("inference");
        for (found, exact) in errors(&found).iter().zip(errors(&exact)) {
            near(*found, exact, 1e-9, name);
        }
    }
}

#[test]
fn the_wild_bootstrap_is_refitting_seed_by_seed() {
    let (x, y) = data(false);
    let weights = Array1::from_shape_fn(N, |i| (1 + i % 5) as f64 / 2.0);
    let first = first();
    let mut order: Vec<usize> = Vec::new();
    for cluster in &first {
        if !order.contains(cluster) {
            order.push(*cluster);
        }
    }
    for (weighted, intercept, multipliers, null, draws) in [
        (false, true, Multipliers::Rademacher, 0.0, 99),
        (true, true, Multipliers::Webb, 0.3, 60),
        (false, false, Multipliers::Webb, -0.1, 60),
        (false, true, Multipliers::Rademacher, 0.4, 600),
    ] {
        let weights = weighted.then(|| weights.view());
        let least_squares = RidgeRegression::new().fit_intercept(intercept);
        let all = samples(x.view(), y.view(), weights);
        let bootstrap = WildBootstrap::new(draws)
            .seed(5)
            .multipliers(multipliers)
            .null(null);
        let fit = least_squares.analyse(&all).expect("a fit");
        let test = fit
            .wild_bootstrap(&first, Term::Feature(1), &bootstrap)
            .expect("a test");
        // All patterns of seven clusters, where there are no more than draws.
        assert_eq!(
            test.statistics.len(),
            if draws == 600 { 128 } else { draws }
        );
        let rest = ndarray::concatenate![Axis(1), x.slice(s![.., ..1]), x.slice(s![.., 2..])];
        let moved = &y - &(&x.column(1) * null);
        let restricted = samples(rest.view(), moved.view(), weights);
        let restricted = least_squares.fit_samples(&restricted).expect("a fit");
        let predicted = restricted.predict(rest.view()).expect("predictions") + &x.column(1) * null;
        let residuals = &y - &predicted;
        let statistic = |y: &Array1<f64>| {
            let fit = least_squares
                .analyse(&samples(x.view(), y.view(), weights))
                .map(|fit| {
                    let clusters = Covariance::Clustered(Clusters::new(&first));
                    let slope = *fit
                        .inference(clusters)
                        .expect("inference")
                        .feature(1)
                        .expect("one");
                    (slope.value - null) / slope.standard_error.expect("an error")
                });
            fit.expect("a fit")
        };
        near(test.statistic, statistic(&y), 1e-10, "the statistic");
        let mut beyond = 0;
        for (found, v) in test.statistics.iter().zip(bootstrap.samples(7)).step_by(7) {
            let of = |i: usize| {
                v[order
                    .iter()
                    .position(|c| *c == first[i])
                    .expect("it is there")]
            };
            let sample = Array1::from_shape_fn(N, |i| predicted[i] + of(i) * residuals[i]);
            let exact = statistic(&sample);
            assert!(
                (found - exact).abs() <= 1e-9 * exact.abs().max(1.0),
                "{found} and not {exact}"
            );
            beyond += usize::from(exact.abs() > test.statistic.abs());
        }
        let share = beyond as f64 / test.statistics.len().div_ceil(7) as f64;
        assert!(
            (share - test.p_value).abs() < 0.2,
            "{share} and {}",
            test.p_value
        );
    }
    let all = samples(x.view(), y.view(), None);
    let penalised = RidgeRegression::new()
        .lambda(1.0)
        .analyse(&all)
        .expect("a fit");
    let refused = penalised.wild_bootstrap(&first, Term::Feature(0), &WildBootstrap::new(9));
    assert!(refused.is_err());
    let fit = RidgeRegression::new().analyse(&all).expect("a fit");
    assert!(
        fit.wild_bootstrap(&first, Term::Feature(3), &WildBootstrap::new(9))
            .is_err()
    );
    assert!(
        fit.wild_bootstrap(&first, Term::Feature(0), &WildBootstrap::new(0))
            .is_err()
    );
}

#[test]
fn chow_compares_one_model_with_a_model_for_each_group() {
    let (x, y) = data(false);
    let groups: Vec<usize> = (0..N).map(|i| i % 3).collect();
    let mut grouped = Grouped::new(3, 1).expect("groups");
    grouped
        .update(&groups, x.view(), y.view(), None)
        .expect("an update");
    let found = chow_test(&grouped, true).expect("a test");
    // Every column times every indicator, and the indicators.
    let wide = Array2::from_shape_fn((N, 11), |(i, j)| {
        let (group, column) = if j < 9 { (j / 3, j % 3) } else { (j - 8, 3) };
        let value = if column < 3 { x[[i, column]] } else { 1.0 };
        if groups[i] == group { value } else { 0.0 }
    });
    let large = Inference::new(
        &RidgeRegression::new()
            .fit(wide.view(), y.view())
            .expect("a fit"),
        &samples(wide.view(), y.view(), None),
    );
    let small = Inference::new(
        &RidgeRegression::new()
            .fit(x.view(), y.view())
            .expect("a fit"),
        &samples(x.view(), y.view(), None),
    );
    let exact = large
        .expect("inference")
        .compare(&small.expect("inference"))
        .expect("a test");
    near(found.statistic, exact.statistic, 1e-10, "F");
    near(found.p_value, exact.p_value, 1e-9, "p");
    assert_eq!(found.null_hypothesis(), "one model holds in every group");
    let mut few = Grouped::new(3, 1).expect("groups");
    few.update(&[0; N], x.view(), y.view(), None)
        .expect("an update");
    assert!(chow_test(&few, true).is_err());
    few.update(&[1, 1, 1], x.slice(s![..3, ..]), y.slice(s![..3]), None)
        .expect("an update");
    let error = chow_test(&few, true).expect_err("an error");
    assert_eq!(
        error.to_string(),
        "the Chow test needs at least 5 samples, found 3"
    );
}
