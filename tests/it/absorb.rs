//! Absorbed effects against a design with an indicator for each group.

use crate::common::{Uniform, samples};
use elltwo::inference::{
    ClusterCorrection, Clusters, Covariance, Inference, Term, WeightKind, WildBootstrap,
};
use elltwo::model::{Absorbed, RidgeFit, RidgeRegression};
use ndarray::{Array1, Array2, Axis, concatenate};

const N: usize = 80;
const GROUPS: usize = 13;

struct Data {
    x: Array2<f64>,
    y: Array1<f64>,
    weights: Array1<f64>,
    /// The last is of one row.
    groups: Vec<usize>,
    /// Each holds groups whole.
    clusters: Vec<usize>,
    other: Vec<usize>,
}

fn data(offset: f64) -> Data {
    let mut random = Uniform(41);
    let groups: Vec<usize> = (0..N)
        .map(|i| {
            if i == 7 {
                GROUPS - 1
            } else {
                (i * i + i / 3) % (GROUPS - 1)
            }
        })
        .collect();
    let mut x = random.matrix(N, 3, offset);
    let mut y = random.vector(N, offset);
    for i in 0..N {
        x[[i, 1]] += (groups[i] * 5 % 7) as f64;
        y[i] += 0.7 * (x[[i, 0]] - offset) - 0.2 * (x[[i, 1]] - offset) + 3.0 * groups[i] as f64;
    }
    Data {
        clusters: groups.iter().map(|group| group / 2).collect(),
        other: (0..N).map(|i| i % 9).collect(),
        weights: Array1::from_shape_fn(N, |i| (1 + i % 4) as f64 / 2.0),
        x,
        y,
        groups,
    }
}

/// The columns, and an indicator for each group.
fn dummies(data: &Data) -> Array2<f64> {
    let indicators = Array2::from_shape_fn((N, GROUPS), |(i, g)| {
        f64::from(u8::from(data.groups[i] == g))
    });
    concatenate![Axis(1), data.x, indicators]
}

fn near(found: f64, exact: f64, tolerance: f64, what: &str) {
    assert!(
        (found - exact).abs() <= tolerance * exact.abs().max(1e-3),
        "{what}: {found} and not {exact}"
    );
}

fn assert_alike(absorbed: &Inference, dummies: &Inference, tolerance: f64) {
    for j in 0..3 {
        let (found, exact) = (
            absorbed.feature(j).expect("one"),
            dummies.feature(j).expect("one"),
        );
        near(found.value, exact.value, tolerance, "coefficient");
        // Of two ways a variance may be negative.
        assert_eq!(
            found.standard_error.is_some(),
            exact.standard_error.is_some()
        );
        let Some((error, exact_error)) = found.standard_error.zip(exact.standard_error) else {
            continue;
        };
        near(error, exact_error, tolerance, "standard error");
        near(found.df, exact.df, tolerance, "degrees of freedom");
        near(
            found.p_value.expect("p"),
            exact.p_value.expect("p"),
            1e3 * tolerance,
            "p",
        );
    }
    let (found, exact) = (absorbed.fit(), dummies.fit());
    assert_eq!(found.residual_df, exact.residual_df);
    near(
        found.sigma.expect("σ"),
        exact.sigma.expect("σ"),
        tolerance,
        "σ",
    );
    near(
        found.log_likelihood.expect("ln L"),
        exact.log_likelihood.expect("ln L"),
        tolerance,
        "ln L",
    );
}

#[test]
fn everything_is_that_of_indicators_for_the_groups() {
    for (offset, weighted, tolerance) in [
        (0.0, false, 1e-11),
        (10.0, true, 1e-11),
        (1e3, false, 1e-10),
    ] {
        let data = data(offset);
        let weights = weighted.then(|| data.weights.view());
        let wide = dummies(&data);
        let (narrow, wide) = (
            samples(data.x.view(), data.y.view(), weights),
            samples(wide.view(), data.y.view(), weights),
        );
        let absorbed = Absorbed::new(&narrow, &data.groups).expect("groups");
        assert_eq!(
            (absorbed.keys().len(), absorbed.n_singletons()),
            (GROUPS, 1)
        );
        let fit = absorbed.analyse(&RidgeRegression::new()).expect("a fit");
        let exact = RidgeRegression::new().fit_intercept(false);
        let exact = exact.analyse(&wide).expect("a fit");
        let cluster = |clusters| Covariance::Clustered(Clusters::new(clusters));
        let nested = Clusters::new(&data.clusters);
        for covariance in [
            Covariance::Classical,
            Covariance::Hc0,
            Covariance::Hc1,
            cluster(&data.clusters),
            cluster(&data.other),
            Covariance::Clustered(nested.correction(ClusterCorrection::Cr0)),
            Covariance::Clustered(nested.correction(ClusterCorrection::Cr2)),
            Covariance::Clustered(nested.correction(ClusterCorrection::Cr3)),
            Covariance::Clustered(nested.and(&data.other)),
        ] {
            let of = |fit: &RidgeFit<'_>| fit.inference(covariance).expect("inference");
            assert_alike(&of(&fit), &of(&exact), tolerance);
        }
        let effects = absorbed.effects(fit.model()).expect("effects");
        for (key, effect) in absorbed.keys().iter().zip(&effects) {
            near(
                *effect,
                exact.model().coefficients()[3 + key],
                tolerance,
                "effect",
            );
        }
        let (found, exact) = (
            fit.residuals().expect("residuals"),
            exact.residuals().expect("residuals"),
        );
        for i in 0..N {
            assert!((found.raw()[i] - exact.raw()[i]).abs() < 1e-10);
            assert!((found.leverage()[i] - exact.leverage()[i]).abs() < 1e-9);
        }
        assert_eq!(found.residual_df(), exact.residual_df());
    }
}

#[test]
fn hc2_and_hc3_are_those_of_indicators_without_the_rows_that_are_alone() {
    let mut data = data(3.0);
    let wide = dummies(&data);
    // Without row 7 there is a group less, and no row of leverage 1.
    let kept: Vec<usize> = (0..N).filter(|i| *i != 7).collect();
    let columns: Vec<usize> = (0..2 + GROUPS).collect();
    let wide = wide.select(Axis(0), &kept).select(Axis(1), &columns);
    let y = data.y.select(Axis(0), &kept);
    let narrow = samples(data.x.view(), data.y.view(), None);
    let absorbed = Absorbed::new(&narrow, &data.groups).expect("groups");
    let fit = absorbed.analyse(&RidgeRegression::new()).expect("a fit");
    let wide = samples(wide.view(), y.view(), None);
    let exact = RidgeRegression::new()
        .fit_intercept(false)
        .analyse(&wide)
        .expect("a fit");
    for covariance in [Covariance::Hc2, Covariance::Hc3, Covariance::Classical] {
        let of = |fit: &RidgeFit<'_>| fit.inference(covariance).expect("inference");
        let (found, exact) = (of(&fit), of(&exact));
        for j in 0..3 {
            let of = |e: &Inference| {
                e.feature(j)
                    .and_then(|e| e.standard_error)
                    .expect("an error")
            };
            near(of(&found), of(&exact), 1e-11, "standard error");
        }
    }
    // A penalty leaves the effects alone.
    data.groups.iter_mut().for_each(|group| *group = 0);
    let absorbed = Absorbed::new(&narrow, &data.groups).expect("groups");
    let ridge = RidgeRegression::new().lambda(0.3);
    let (found, exact) = (
        absorbed.analyse(&ridge).expect("a fit"),
        ridge.analyse(&narrow).expect("a fit"),
    );
    let of = |fit: &RidgeFit<'_>| fit.inference(Covariance::Hc3).expect("inference");
    assert_alike(&of(&found), &of(&exact), 1e-10);
    near(
        absorbed.effects(found.model()).expect("effects")[0],
        exact.model().intercept(),
        1e-11,
        "the intercept",
    );
    let frequencies = Array1::from_shape_fn(N, |i| (i % 3) as f64);
    let counted = samples(data.x.view(), data.y.view(), Some(frequencies.view()));
    let absorbed = Absorbed::new(&counted, &data.groups).expect("groups");
    let of = |fit: RidgeFit<'_>| {
        let fit = fit.weight_kind(WeightKind::Frequency).expect("frequencies");
        fit.inference(Covariance::Hc2).expect("inference")
    };
    let found = of(absorbed.analyse(&RidgeRegression::new()).expect("a fit"));
    assert_alike(
        &found,
        &of(RidgeRegression::new().analyse(&counted).expect("a fit")),
        1e-10,
    );
}

#[test]
fn a_column_that_does_not_vary_within_groups_is_aliased_and_many_groups_of_one_row_leave_nothing() {
    let mut data = data(5.0);
    for i in 0..N {
        data.x[[i, 2]] = 0.1 * data.groups[i] as f64 + 0.3;
    }
    let narrow = samples(data.x.view(), data.y.view(), None);
    let absorbed = Absorbed::new(&narrow, &data.groups).expect("groups");
    let fit = absorbed.analyse(&RidgeRegression::new()).expect("a fit");
    let inference = fit.inference(Covariance::Classical).expect("inference");
    assert!(inference.feature(2).expect("one").aliased);
    assert_eq!(inference.fit().residual_df, (N - GROUPS - 2) as f64);
    assert!(inference.feature(0).expect("one").standard_error.is_some());

    // A million groups of one row, and one of three.
    let n = 1_000_003;
    let x = Array2::from_shape_fn((n, 1), |(i, _)| (i % 1000) as f64 * 1e3);
    let y = Array1::from_shape_fn(n, |i| (i % 7) as f64 + 1e6);
    let keys: Vec<usize> = (0..n).map(|i| i.min(1_000_000)).collect();
    let all = samples(x.view(), y.view(), None);
    let absorbed = Absorbed::new(&all, &keys).expect("groups");
    assert_eq!(absorbed.n_singletons(), 1_000_000);
    let fit = absorbed.analyse(&RidgeRegression::new()).expect("a fit");
    let inference = fit.inference(Covariance::Classical).expect("inference");
    assert_eq!(inference.fit().residual_df, 1.0);
    // 0, 1000 and 2000 against 1 (of 1 000 000 by 7), 2 and 3.
    near(
        inference.feature(0).expect("one").value,
        1e-3,
        1e-12,
        "slope",
    );
}

#[test]
fn clusters_that_cut_a_group_are_refused_where_only_whole_groups_will_do() {
    let data = data(0.0);
    let narrow = samples(data.x.view(), data.y.view(), None);
    let absorbed = Absorbed::new(&narrow, &data.groups).expect("groups");
    let fit = absorbed.analyse(&RidgeRegression::new()).expect("a fit");
    let cut = Clusters::new(&data.other);
    for correction in [ClusterCorrection::Cr2, ClusterCorrection::Cr3] {
        let error = fit
            .inference(Covariance::Clustered(cut.correction(correction)))
            .expect_err("an error");
        assert!(
            error.to_string().contains("hold each absorbed group whole"),
            "{error}"
        );
    }
    assert!(fit.inference(Covariance::Clustered(cut)).is_ok());
    let bootstrap = WildBootstrap::new(20);
    assert!(
        fit.wild_bootstrap(&data.other, Term::Feature(0), &bootstrap)
            .is_err()
    );
    // Of whole groups it is the bootstrap with their indicators.
    let wide = dummies(&data);
    let wide = samples(wide.view(), data.y.view(), None);
    let exact = RidgeRegression::new()
        .fit_intercept(false)
        .analyse(&wide)
        .expect("a fit");
    let of = |fit: &RidgeFit<'_>| {
        fit.wild_bootstrap(&data.clusters, Term::Feature(0), &bootstrap)
            .expect("a test")
    };
    let (found, exact) = (of(&fit), of(&exact));
    for (found, exact) in found.statistics.iter().zip(&exact.statistics) {
        near(*found, *exact, 1e-9, "t");
    }
}
