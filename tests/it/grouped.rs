//! Moments per key and a model per key against the rows of each group alone.

use std::collections::BTreeSet;

use crate::common::{Uniform, samples};
use elltwo::Error;
use elltwo::inference::{Covariance, GroupedFit, NoModel};
use elltwo::model::{RidgeCv, RidgeRegression};
use elltwo::moments::{Detail, Grouped, Moments, Sorted};
use ndarray::{Array1, Array2, Axis, s};

/// Rows in groups of any size, far from zero or not.
struct Data {
    x: Array2<f64>,
    y: Array1<f64>,
    weights: Array1<f64>,
    keys: Vec<u16>,
}

fn data(n: usize, p: usize, n_groups: u16, offset: f64, seed: u64) -> Data {
    let mut random = Uniform(seed);
    let x = random.matrix(n, p, offset);
    let mut y = random.vector(n, offset);
    let mut keys = Vec::with_capacity(n);
    for i in 0..n {
        // Squares: some groups are large, and some have a row or two.
        let at = f64::midpoint(random.next(), 1.0);
        let key = (0..n_groups).rfind(|k| at * at >= f64::from(*k) / f64::from(n_groups));
        keys.push(key.unwrap_or(0) * 3);
        y[i] += 0.3 * (x[[i, 0]] - offset) + f64::from(keys[i]);
    }
    let weights = Array1::from_shape_fn(n, |i| (i % 4) as f64 / 2.0);
    Data {
        x,
        y,
        weights,
        keys,
    }
}

impl Data {
    fn rows(&self, key: u16) -> Vec<usize> {
        (0..self.keys.len())
            .filter(|i| self.keys[*i] == key)
            .collect()
    }

    fn part(&self, key: u16) -> (Array2<f64>, Array1<f64>, Array1<f64>) {
        let rows = self.rows(key);
        let of = |v: &Array1<f64>| v.select(Axis(0), &rows);
        (
            self.x.select(Axis(0), &rows),
            of(&self.y),
            of(&self.weights),
        )
    }

    fn moments(&self, key: u16) -> Moments {
        let (x, y, weights) = self.part(key);
        Moments::from_data(x.view(), y.view(), Some(weights.view())).expect("moments")
    }
}

fn assert_alike(found: &Moments, whole: &Moments, tolerance: f64) {
    assert_eq!(found.n_samples(), whole.n_samples());
    assert_eq!(found.weight_sum(), whole.weight_sum());
    let pairs = [
        (found.feature_scatter(), whole.feature_scatter()),
        (found.cross_scatter(), whole.cross_scatter()),
    ];
    for (found, whole) in pairs {
        let size = whole.fold(0.0_f64, |m, v| m.max(v.abs()));
        let off = (found - whole).fold(0.0_f64, |m, v| m.max(v.abs()));
        assert!(off <= tolerance * size, "{off:.1e} of {size:.1e}");
    }
    for (found, whole) in found.feature_means().iter().zip(whole.feature_means()) {
        // The rows vary by about 1.
        assert!((found - whole).abs() <= 1e-15 * whole.abs().max(1.0));
    }
}

#[test]
fn every_group_has_the_moments_of_its_rows_far_from_zero_in_any_number_of_columns() {
    for (p, offset) in [(1, 0.0), (3, 1e9), (11, -1e6), (14, 1e9)] {
        let data = data(9000, p, 40, offset, 7);
        let mut groups = Grouped::new(p, 1).expect("groups");
        for (from, to) in [(0, 1), (1, 5000), (5000, 9000)] {
            groups
                .update(
                    &data.keys[from..to],
                    data.x.slice(s![from..to, ..]),
                    data.y.slice(s![from..to]),
                    Some(data.weights.slice(s![from..to])),
                )
                .expect("an update");
        }
        for key in groups.keys() {
            let found = groups.moments(key).expect("moments");
            assert_alike(&found, &data.moments(*key), 1e-12);
        }
        let whole = Moments::from_data(data.x.view(), data.y.view(), Some(data.weights.view()));
        assert_alike(
            &groups.total().expect("total"),
            &whole.expect("moments"),
            1e-12,
        );
    }
}

#[test]
fn the_bits_do_not_depend_on_how_rows_are_cut_nor_on_their_layout() {
    let data = data(20_000, 3, 500, 1e6, 3);
    let mut whole = Grouped::new(3, 1).expect("groups");
    whole
        .update(&data.keys, data.x.view(), data.y.view(), None)
        .expect("an update");
    let mut pieces = Grouped::new(3, 1).expect("groups");
    let by_columns = data.x.t().as_standard_layout().into_owned();
    for start in (0..20_000).step_by(777) {
        let end = (start + 777).min(20_000);
        pieces
            .update(
                &data.keys[start..end],
                by_columns.t().slice(s![start..end, ..]),
                data.y.slice(s![start..end]),
                None,
            )
            .expect("an update");
    }
    assert_eq!(whole, pieces);
    let json = serde_json::to_string(&whole).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Grouped<u16>>(&json).expect("groups"),
        whole
    );
}

#[test]
fn parts_that_are_merged_are_one_pass_with_means_alone_too() {
    let data = data(6000, 4, 90, 1e8, 5);
    for detail in [Detail::Full, Detail::Means] {
        let of = |from: usize, to: usize| {
            let mut groups = Grouped::with(detail, 4, 1).expect("groups");
            groups
                .update(
                    &data.keys[from..to],
                    data.x.slice(s![from..to, ..]),
                    data.y.slice(s![from..to]),
                    Some(data.weights.slice(s![from..to])),
                )
                .expect("an update");
            groups
        };
        let whole = of(0, 6000);
        let mut merged = of(0, 100);
        for (from, to) in [(100, 101), (101, 4000), (4000, 6000)] {
            merged.merge(&of(from, to)).expect("a merge");
        }
        assert_eq!(merged.keys(), whole.keys());
        assert_alike(
            &merged.within().expect("within"),
            &whole.within().expect("within"),
            1e-11,
        );
        assert_eq!(whole.moments_at(0).is_some(), detail == Detail::Full);
        let back: Grouped<u16> =
            serde_json::from_str(&serde_json::to_string(&merged).expect("JSON")).expect("groups");
        assert_eq!(back, merged);
    }
}

#[test]
fn within_groups_is_the_sum_over_groups_whatever_lies_between_them() {
    // Group means 1e7 apart, rows within 1: a difference of sums would keep two digits.
    let mut data = data(4000, 2, 30, 0.0, 11);
    let shifted = |key: u16| 1e7 * f64::from(key);
    for (i, key) in data.keys.iter().enumerate() {
        data.x
            .row_mut(i)
            .iter_mut()
            .for_each(|v| *v += shifted(*key));
    }
    let mut sum = Array2::<f64>::zeros((2, 2));
    let keys: BTreeSet<u16> = data.keys.iter().copied().collect();
    for key in &keys {
        let (x, ..) = data.part(*key);
        // Exactly the distance from a centre of the group: the shift comes off without rounding.
        let near = &x - shifted(*key);
        let centred = &near - &near.mean_axis(Axis(0)).expect("rows");
        sum += &centred.t().dot(&centred);
    }
    for detail in [Detail::Full, Detail::Means] {
        let mut groups = Grouped::with(detail, 2, 1).expect("groups");
        groups
            .update(&data.keys, data.x.view(), data.y.view(), None)
            .expect("an update");
        let found = groups.within().expect("within").feature_scatter();
        let off = (&found - &sum).fold(0.0_f64, |m, v| m.max(v.abs())) / sum[[0, 0]];
        assert!(off <= 1e-12, "{off:.1e}");
    }
}

#[test]
fn sorted_rows_hand_over_the_moments_of_each_group_wherever_they_are_cut() {
    let data = data(3000, 2, 60, 1e8, 13);
    let mut order: Vec<usize> = (0..3000).collect();
    order.sort_by_key(|i| data.keys[*i]);
    let keys: Vec<u16> = order.iter().map(|i| data.keys[*i]).collect();
    let (x, y) = (
        data.x.select(Axis(0), &order),
        data.y.select(Axis(0), &order),
    );
    let weights = data.weights.select(Axis(0), &order);
    let mut found = Vec::new();
    let mut each = |key: &u16, moments: Moments| {
        found.push((*key, moments));
        Ok(())
    };
    let mut groups = Sorted::new(2, 1).expect("groups");
    for (from, to) in [(0, 0), (0, 1), (1, 1500), (1500, 3000)] {
        groups
            .update(
                &keys[from..to],
                x.slice(s![from..to, ..]),
                y.slice(s![from..to]),
                Some(weights.slice(s![from..to])),
                &mut each,
            )
            .expect("an update");
    }
    let error = groups
        .clone()
        .update(
            &[1_u16],
            x.slice(s![..1, ..]),
            y.slice(s![..1]),
            None,
            |_, _| Ok(()),
        )
        .expect_err("an error");
    assert!(matches!(error, Error::Unsorted { row: 0 }), "{error}");
    let error = Sorted::new(2, 1)
        .expect("groups")
        .update(
            &[1_u16, 5, 4],
            x.slice(s![..3, ..]),
            y.slice(s![..3]),
            None,
            |_, _| Ok(()),
        )
        .expect_err("an error");
    assert!(matches!(error, Error::Unsorted { row: 2 }), "{error}");
    groups.finish(&mut each).expect("the last group");
    for (key, moments) in &found {
        assert_alike(moments, &data.moments(*key), 1e-12);
    }
    let distinct: BTreeSet<u16> = data.keys.iter().copied().collect();
    assert!(found.len() > distinct.len() - 5 && found.len() <= distinct.len());
}

#[test]
fn a_model_per_key_is_the_model_of_its_rows() {
    for (weighted, lambda, intercept) in [(false, 0.0, true), (true, 0.0, false), (true, 0.1, true)]
    {
        let data = data(5000, 3, 60, 10.0, 17);
        let weights = weighted.then(|| data.weights.view());
        let ridge = RidgeRegression::new()
            .lambda(lambda)
            .fit_intercept(intercept);
        let all = samples(data.x.view(), data.y.view(), weights);
        let fits = GroupedFit::new(&ridge, &all, &data.keys).expect("fits");
        for (key, fit) in fits.iter() {
            let (x, y, w) = data.part(*key);
            let own = samples(x.view(), y.view(), weighted.then(|| w.view()));
            let alone = ridge.analyse(&own).expect("a fit");
            let alone = alone.inference(Covariance::Classical).expect("inference");
            let rows = if weighted {
                w.iter().filter(|w| **w > 0.0).count()
            } else {
                y.len()
            };
            assert_eq!(fit.n_samples, rows);
            let parameters = 3 + usize::from(intercept);
            if lambda == 0.0 && rows <= parameters {
                let found = rows;
                assert_eq!(fit.reason, Some(NoModel::TooFewRows { found, parameters }));
                assert!(fit.coefficients.is_empty() && fit.intercept.is_nan());
                continue;
            }
            assert_eq!(fit.reason, None, "{key}");
            let near = |a: f64, b: f64| {
                assert!((a - b).abs() <= 1e-10 * b.abs().max(0.1), "{a} and not {b}");
            };
            for (error, estimate) in fit.standard_errors.iter().zip(alone.estimates()) {
                near(*error, estimate.standard_error.expect("an error"));
            }
            for (j, coefficient) in fit.coefficients.iter().enumerate() {
                near(*coefficient, alone.feature(j).expect("a feature").value);
            }
            near(fit.intercept, alone.intercept().map_or(0.0, |e| e.value));
            near(fit.r2.expect("R²"), alone.fit().r2.expect("R²"));
        }
    }
}

#[test]
fn groups_of_which_moments_lose_digits_are_fitted_from_their_rows() {
    let mut random = Uniform(23);
    let (n, mut x) = (400, random.matrix(400, 2, 3.0));
    let mut y = random.vector(n, 0.0);
    let keys: Vec<&str> = (0..n)
        .map(|i| ["collinear", "perfect", "constant", "plain"][i % 4])
        .collect();
    for i in 0..n {
        match keys[i] {
            "collinear" => x[[i, 1]] = x[[i, 0]] + 1e-7 * x[[i, 1]],
            "perfect" => y[i] = 2.0 * x[[i, 0]] - x[[i, 1]] + 1e-9 * y[i],
            "constant" => x[[i, 1]] = 0.1,
            _ => {}
        }
    }
    let all = samples(x.view(), y.view(), None);
    let fits = GroupedFit::new(&RidgeRegression::new(), &all, &keys).expect("fits");
    for key in ["collinear", "perfect", "plain"] {
        let rows: Vec<usize> = (0..n).filter(|i| keys[*i] == key).collect();
        let (x, y) = (x.select(Axis(0), &rows), y.select(Axis(0), &rows));
        let own = samples(x.view(), y.view(), None);
        let alone = RidgeRegression::new().analyse(&own).expect("a fit");
        let alone = alone.inference(Covariance::Classical).expect("inference");
        let fit = fits.get(&key).expect("the group");
        for (error, estimate) in fit.standard_errors.iter().zip(alone.estimates()) {
            let exact = estimate.standard_error.expect("an error");
            assert!(
                (error / exact - 1.0).abs() < 1e-10,
                "{key}: {error} and not {exact}"
            );
        }
    }
    let constant = fits.get(&"constant").expect("the group");
    let expected = NoModel::DeficientRank {
        rank: 1,
        n_features: 2,
    };
    assert_eq!(constant.reason, Some(expected));
    assert_eq!(
        constant.reason.as_ref().map(ToString::to_string).as_deref(),
        Some("1 of 2 columns are independent here")
    );
}

#[test]
fn leaving_out_one_group_at_a_time_takes_the_moments_of_the_groups() {
    let data = data(900, 3, 9, 5.0, 29);
    let mut groups = Grouped::new(3, 1).expect("groups");
    groups
        .update(&data.keys, data.x.view(), data.y.view(), None)
        .expect("an update");
    let parts: Vec<Moments> = (0..groups.len())
        .filter_map(|g| groups.moments_at(g))
        .collect();
    let cv = RidgeCv::new()
        .lambdas([0.01])
        .fit_moments::<ndarray::Ix1>(&parts)
        .expect("a fit");
    let mut total = 0.0;
    for key in groups.keys() {
        let others: Vec<usize> = (0..900).filter(|i| data.keys[*i] != *key).collect();
        let (x, y) = (
            data.x.select(Axis(0), &others),
            data.y.select(Axis(0), &others),
        );
        let own = samples(x.view(), y.view(), None);
        let model =
            elltwo::model::Estimator::fit_samples(&RidgeRegression::new().lambda(0.01), &own)
                .expect("a fit");
        let (x, y, _) = data.part(*key);
        let gap = &y - &elltwo::model::Predictor::predict(&model, x.view()).expect("predictions");
        total += gap.dot(&gap);
    }
    let found = cv.curve().row_mse()[[0, 0]];
    assert!((found / (total / 900.0) - 1.0).abs() < 1e-10, "{found}");
}

#[test]
fn what_groups_refuse_leaves_them_as_they_were() {
    let mut groups = Grouped::new(1, 1).expect("groups");
    let (x, y) = (Array2::from_elem((2, 1), 1.0), Array1::from_elem(2, 2.0));
    groups
        .update(&[1, 2], x.view(), y.view(), None)
        .expect("an update");
    let before = groups.clone();
    let missing = Array2::from_shape_fn((2, 1), |(i, _)| if i == 1 { f64::NAN } else { 0.0 });
    let error = groups
        .update(&[3, 4], missing.view(), y.view(), None)
        .expect_err("an error");
    assert_eq!(
        error.to_string(),
        "x[1, 0] is NaN: every value must be finite"
    );
    assert!(groups.update(&[3], x.view(), y.view(), None).is_err());
    assert_eq!(groups, before);
    // Rows without weight make no group.
    let nothing = Array1::zeros(2);
    groups
        .update(&[8, 9], x.view(), y.view(), Some(nothing.view()))
        .expect("an update");
    assert_eq!(groups, before);
    assert!(groups.merge(&Grouped::new(2, 1).expect("groups")).is_err());
    assert!(
        groups
            .merge(&Grouped::with(Detail::Means, 1, 1).expect("groups"))
            .is_err()
    );
    let json = serde_json::to_string(&groups).expect("JSON");
    for (from, to) in [
        ("\"keys\":[1,2]", "\"keys\":[1,1]"),
        ("\"keys\":[1,2]", "\"keys\":[1]"),
        ("\"n_features\":1", "\"n_features\":99999999"),
    ] {
        let wrong = json.replace(from, to);
        assert_ne!(wrong, json);
        assert!(
            serde_json::from_str::<Grouped<i32>>(&wrong).is_err(),
            "{wrong}"
        );
    }
}
