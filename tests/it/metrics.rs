//! The metrics against scikit-learn 1.9.1 (`golden/make_metrics.py`), their edge cases, and what weights mean.

#![allow(clippy::unwrap_used)]

use elltwo::Error;
use elltwo::metrics::{self, Average, Metric};
use ndarray::{Array1, Array2, ArrayView1, Axis, array, concatenate};
use proptest::prelude::*;
use serde_json::Value;

const ALL: [Metric; 10] = [
    Metric::MeanSquaredError,
    Metric::RootMeanSquaredError,
    Metric::MeanAbsoluteError,
    Metric::MedianAbsoluteError,
    Metric::MaxError,
    Metric::MeanAbsolutePercentageError,
    Metric::R2,
    Metric::ExplainedVariance,
    Metric::Pinball { quantile: 0.3 },
    Metric::MeanBias,
];

fn name(metric: Metric) -> String {
    let text = format!("{metric:?}");
    text.split(' ').next().unwrap().to_owned()
}

fn flat(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().flat_map(flat).collect(),
        other => other.as_f64().into_iter().collect(),
    }
}

fn close(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap();
    let error = (found - expected).abs();
    assert!(
        error <= 1e-14 * expected.abs().max(1.0),
        "{what}: {found}, expected {expected}"
    );
}

#[test]
fn every_metric_weight_and_average_gives_scikit_learn_s_number() {
    let golden: Value = serde_json::from_str(include_str!("../golden/metrics.json")).unwrap();
    for case in golden["cases"].as_array().unwrap() {
        let rows = case["y_true"].as_array().unwrap().len();
        let matrix = |key: &str| {
            let values = flat(&case[key]);
            Array2::from_shape_vec((rows, values.len() / rows), values).unwrap()
        };
        let (y, p) = (matrix("y_true"), matrix("y_pred"));
        let w = Array1::from(flat(&case["weights"]));
        let weights = (!w.is_empty()).then(|| w.view());
        for metric in ALL {
            let key = name(metric);
            let what = format!("{} {key}", case["name"]);
            if let Some(expected) = case["per_target"][&key].as_array() {
                let found = metric.per_target(y.view(), p.view(), weights).unwrap();
                found
                    .iter()
                    .zip(expected)
                    .for_each(|(f, e)| close(*f, e, &what));
                if y.ncols() == 1 {
                    let (y, p) = (y.column(0), p.column(0));
                    assert_eq!(metric.per_target(y, p, weights).unwrap(), found, "{what}");
                }
            }
            let own = Average::Weighted(Array1::from(flat(&case["target_weights"])));
            let averages = [
                ("uniform", Average::Uniform),
                ("variance_weighted", Average::VarianceWeighted),
                ("weighted", own),
            ];
            for (group, average) in averages {
                let expected = &case[group][&key];
                if !expected.is_null() {
                    let found = metric
                        .evaluate(y.view(), p.view(), weights, &average)
                        .unwrap();
                    close(found, expected, &format!("{what} {group}"));
                }
            }
        }
    }
}

#[test]
fn r2_of_one_row_is_too_few_samples_and_zero_weights_do_not_count_as_rows() {
    let one = Metric::R2.per_target(array![2.0].view(), array![2.7].view(), None);
    assert!(matches!(
        one,
        Err(Error::TooFewSamples {
            required: 2,
            found: 1,
            ..
        })
    ));
    let (y, p, w) = (array![2.0, 3.0], array![2.7, 3.0], array![0.0, 5.0]);
    let one = Metric::R2.per_target(y.view(), p.view(), Some(w.view()));
    assert!(matches!(
        one,
        Err(Error::TooFewSamples {
            required: 2,
            found: 1,
            ..
        })
    ));
}

#[test]
fn r2_keeps_its_digits_far_from_zero_and_for_a_constant_that_has_no_exact_mean() {
    let y = Array1::from_shape_fn(1000, |i| f64::from(u16::try_from(i % 10).unwrap()));
    let p = y.mapv(|v| v + 0.5);
    let near = metrics::r2(y.view(), p.view()).unwrap();
    let far = metrics::r2((&y + 1e9).view(), (&p + 1e9).view()).unwrap();
    assert!((near - far).abs() <= 4e-16, "{near} {far}");
    let far = metrics::explained_variance((&y + 1e9).view(), (&p + 1e9).view()).unwrap();
    assert_eq!(far, 1.0);
    let constant = Array1::from_elem(3, 0.1);
    let missed = array![0.1, 0.1, 0.2];
    assert_eq!(metrics::r2(constant.view(), missed.view()).unwrap(), 0.0);
    assert_eq!(metrics::r2(constant.view(), constant.view()).unwrap(), 1.0);
}

#[test]
fn what_leaves_the_range_or_is_out_of_range_is_an_error() {
    let (y, p) = (array![1e200, -1e200], array![-1e200, 1e200]);
    for metric in [
        Metric::MeanSquaredError,
        Metric::R2,
        Metric::ExplainedVariance,
    ] {
        let error = metric.per_target(y.view(), p.view(), None);
        assert!(matches!(error, Err(Error::Overflow { .. })), "{metric:?}");
    }
    let tiny = metrics::r2(array![1e-200, 2e-200].view(), array![1e-200, 3e-200].view());
    assert!(matches!(tiny, Err(Error::Overflow { .. })));
    for quantile in [0.0, 1.0, -0.5, f64::NAN] {
        let error = metrics::pinball(y.view(), p.view(), quantile);
        assert!(matches!(error, Err(Error::InvalidParameter { .. })));
    }
    let (y, p) = (
        array![[1.0, 2.0], [3.0, 5.0]],
        array![[1.0, 2.5], [3.0, 4.0]],
    );
    for bad in [
        array![1.0],
        array![1.0, -1.0],
        array![0.0, 0.0],
        array![1.0, f64::NAN],
    ] {
        let average = Average::Weighted(bad);
        assert!(
            Metric::R2
                .evaluate(y.view(), p.view(), None, &average)
                .is_err()
        );
    }
    for metric in ALL {
        let error = metric.per_target(array![f64::NAN, 1.0].view(), array![1.0, 1.0].view(), None);
        assert!(
            matches!(error, Err(Error::NonFinite { row: 0, .. })),
            "{metric:?}"
        );
    }
}

fn all(y: &Array1<f64>, p: &Array1<f64>, w: Option<ArrayView1<'_, f64>>) -> Vec<f64> {
    let value = |m: Metric| m.per_target(y.view(), p.view(), w).unwrap()[0];
    ALL.into_iter().map(value).collect()
}

fn same(a: &[f64], b: &[f64]) -> Result<(), TestCaseError> {
    for ((a, b), metric) in a.iter().zip(b).zip(ALL) {
        prop_assert!(
            (a - b).abs() <= 1e-12 * (1.0 + a.abs()),
            "{metric:?}: {a} {b}"
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn weights_are_counts_of_rows_and_neither_scale_nor_order_matters(
        rows in proptest::collection::vec((5.0..15.0_f64, -2.0..2.0_f64, 0_u8..4), 3..40),
        scale in 0.01..100.0_f64,
    ) {
        prop_assume!(rows.iter().filter(|r| r.2 > 0).count() >= 2);
        let y: Array1<f64> = rows.iter().map(|r| r.0).collect();
        let p: Array1<f64> = rows.iter().map(|r| r.0 + r.1).collect();
        let w: Array1<f64> = rows.iter().map(|r| f64::from(r.2)).collect();
        let expected = all(&y, &p, Some(w.view()));

        let repeated: Vec<usize> = rows.iter().enumerate()
            .flat_map(|(i, r)| std::iter::repeat_n(i, usize::from(r.2))).collect();
        let (y_rep, p_rep) = (y.select(Axis(0), &repeated), p.select(Axis(0), &repeated));
        same(&all(&y_rep, &p_rep, None), &expected)?;
        same(&all(&y, &p, Some((&w * scale).view())), &expected)?;

        let back: Vec<usize> = (0..rows.len()).rev().collect();
        let select = |a: &Array1<f64>| a.select(Axis(0), &back);
        same(&all(&select(&y), &select(&p), Some(select(&w).view())), &expected)?;

        let more = |a: &Array1<f64>, v: f64| concatenate![Axis(0), array![v], *a];
        same(&all(&more(&y, 1e6), &more(&p, -1e6), Some(more(&w, 0.0).view())), &expected)?;
    }
}
