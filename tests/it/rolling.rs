//! Windows that slide against fresh fits of the same rows.

use crate::common::{Uniform, samples};
use elltwo::Error;
use elltwo::inference::{Covariance, GroupFit, NoModel, RollingRegression, Span};
use elltwo::model::{LinearModel, RidgeRegression};
use elltwo::moments::{Moments, Window};
use ndarray::{Array1, Array2, array, s};

/// The fit of these rows, with these weights.
fn fresh(
    ridge: &RidgeRegression,
    x: &Array2<f64>,
    y: &Array1<f64>,
    weights: Option<&Array1<f64>>,
    (from, to): (usize, usize),
) -> GroupFit {
    let (x, y) = (x.slice(s![from..to, ..]), y.slice(s![from..to]));
    let weights = weights.map(|weights| weights.slice(s![from..to]));
    let keys = vec![0_u8; to - from];
    let fits = elltwo::inference::GroupedFit::new(ridge, &samples(x, y, weights), &keys);
    let fits = fits.expect("fits");
    fits.iter().next().expect("a group").1.clone()
}

fn assert_alike(found: &GroupFit, exact: &GroupFit, tolerance: f64, what: &str) {
    assert_eq!(found.n_samples, exact.n_samples, "{what}");
    assert_eq!(found.reason, exact.reason, "{what}");
    let near = |a: f64, b: f64| {
        let gap = (a - b).abs();
        assert!(
            gap <= tolerance * b.abs().max(0.01),
            "{what}: {a} and not {b}"
        );
    };
    for (a, b) in found.coefficients.iter().zip(&exact.coefficients) {
        near(*a, *b);
    }
    for (a, b) in found.standard_errors.iter().zip(&exact.standard_errors) {
        near(*a, *b);
    }
    if exact.reason.is_none() {
        near(found.intercept, exact.intercept);
        near(found.r2.expect("R²"), exact.r2.expect("R²"));
    }
}

#[test]
fn every_position_is_a_fresh_fit_of_its_rows() {
    let mut random = Uniform(47);
    let n = 300;
    let (x, mut y) = (random.matrix(n, 3, 5.0), random.vector(n, 2.0));
    for i in 0..n {
        y[i] += 0.4 * x[[i, 0]] - 0.1 * x[[i, 2]] * (i as f64 / 100.0);
    }
    let weights = Array1::from_shape_fn(n, |i| (1 + i % 3) as f64);
    let mut time = 0.0;
    let times = Array1::from_shape_fn(n, |i| {
        time += if i % 50 == 0 {
            9.0
        } else {
            (i % 4) as f64 / 2.0
        };
        time
    });
    for (weighted, ridge) in [
        (false, RidgeRegression::new()),
        (true, RidgeRegression::new().fit_intercept(false)),
        (true, RidgeRegression::new().lambda(0.05)),
    ] {
        let own = weighted.then_some(&weights);
        let all = samples(x.view(), y.view(), own.map(|weights| weights.view()));
        let of = |span| {
            let rolling = RollingRegression::new(span).ridge(ridge.clone());
            rolling.fit(&all, Some(times.view())).expect("fits")
        };
        for (i, found) in of(Span::Rows(25)).iter().enumerate() {
            if i < 24 {
                let reason = NoModel::Incomplete {
                    found: i + 1,
                    wanted: 25,
                };
                assert_eq!(found.reason, Some(reason));
            } else {
                let exact = fresh(&ridge, &x, &y, own, (i - 24, i + 1));
                assert_alike(found, &exact, 1e-10, "the last 25 rows");
            }
        }
        for (i, found) in of(Span::Time(12.0)).iter().enumerate() {
            let start = (0..=i)
                .find(|j| times[i] - times[*j] < 12.0)
                .expect("itself");
            let exact = fresh(&ridge, &x, &y, own, (start, i + 1));
            assert_alike(found, &exact, 1e-10, "the last 12 units of time");
        }
        for (i, found) in of(Span::Expanding).iter().enumerate().step_by(7) {
            let exact = fresh(&ridge, &x, &y, own, (0, i + 1));
            assert_alike(found, &exact, 1e-10, "all rows so far");
        }
        for (i, found) in of(Span::Decay(0.97)).iter().enumerate().step_by(7) {
            let faded = Array1::from_shape_fn(i + 1, |j| {
                0.97_f64.powf((i - j) as f64) * own.map_or(1.0, |weights| weights[j])
            });
            let exact = fresh(&ridge, &x, &y, Some(&faded), (0, i + 1));
            assert_alike(found, &exact, 1e-9, "rows that fade");
        }
    }
}

#[test]
fn a_window_of_which_moments_lose_digits_is_fitted_from_its_rows() {
    let mut random = Uniform(53);
    let n = 120;
    let mut x = random.matrix(n, 2, 1e6);
    let mut y = random.vector(n, 0.0);
    for i in 0..n {
        if i > 50 {
            x[[i, 1]] = x[[i, 0]] + 1e-5 * (x[[i, 1]] - 1e6);
        }
        y[i] = (x[[i, 0]] - 1e6) + 1e-8 * y[i];
    }
    let all = samples(x.view(), y.view(), None);
    let fits = RollingRegression::new(Span::Rows(30))
        .fit(&all, None)
        .expect("fits");
    for i in [40, 60, 80, 119] {
        let own = samples(x.slice(s![i - 29..=i, ..]), y.slice(s![i - 29..=i]), None);
        let alone = RidgeRegression::new().analyse(&own).expect("a fit");
        let alone = alone.inference(Covariance::Classical).expect("inference");
        for (found, exact) in fits[i].standard_errors.iter().zip(alone.estimates()) {
            let exact = exact.standard_error.expect("an error");
            assert!(
                (found / exact - 1.0).abs() < 1e-12,
                "{i}: {found} and not {exact}"
            );
        }
    }
}

#[test]
fn a_million_slides_far_from_zero_leave_no_trace() {
    let mut random = Uniform(59);
    let (slides, rows, offset) = (1_000_000, 100, 1e8);
    let mut last = Vec::new();
    let mut window = Window::new(1, 1).expect("a window");
    for i in 0..slides + rows {
        let x = offset + random.next();
        let y = 0.5 * (x - offset) + offset + random.next();
        window
            .push(array![x].view(), array![y].view(), 1.0)
            .expect("a row");
        if i >= rows {
            assert!(window.pop());
        }
        if i >= slides {
            last.push((x, y));
        }
    }
    assert_eq!(window.len(), rows);
    let x = Array2::from_shape_fn((rows, 1), |(i, _)| last[i].0);
    let y = Array1::from_shape_fn(rows, |i| last[i].1);
    let ridge = RidgeRegression::new();
    let fit =
        |moments: &Moments| -> LinearModel<f64> { ridge.fit_moments(moments).expect("a fit") };
    let found = fit(&window.moments().expect("moments"));
    let exact = fit(&Moments::from_data(x.view(), y.view(), None).expect("moments"));
    let gap = found.coefficients()[0] / exact.coefficients()[0] - 1.0;
    assert!(gap.abs() < 1e-12, "{gap:.1e}");
    assert!((found.intercept() / exact.intercept() - 1.0).abs() < 1e-12);
}

#[test]
fn windows_grow_shrink_and_empty_in_any_order() {
    let mut random = Uniform(61);
    let mut window = Window::new(2, 1).expect("a window");
    let mut rows: Vec<(f64, f64, f64, f64)> = Vec::new();
    for step in 0..3000 {
        // Long runs of the one and the other.
        let grows = random.next() > if step / 200 % 2 == 0 { -0.4 } else { 0.4 };
        if grows {
            let (a, b, y) = (random.next(), random.next(), random.next());
            let weight = f64::from(u8::from(step % 5 > 0));
            window
                .push(array![a, b].view(), array![y].view(), weight)
                .expect("a row");
            rows.push((a, b, y, weight));
        } else if rows.is_empty() {
            assert!(!window.pop());
        } else {
            assert!(window.pop());
            rows.remove(0);
        }
        assert_eq!(window.len(), rows.len());
        if step % 17 == 0 && rows.iter().any(|row| row.3 > 0.0) {
            let x =
                Array2::from_shape_fn(
                    (rows.len(), 2),
                    |(i, j)| if j == 0 { rows[i].0 } else { rows[i].1 },
                );
            let y = Array1::from_shape_fn(rows.len(), |i| rows[i].2);
            let weights = Array1::from_shape_fn(rows.len(), |i| rows[i].3);
            let exact =
                Moments::from_data(x.view(), y.view(), Some(weights.view())).expect("moments");
            let found = window.moments().expect("moments");
            assert_eq!(found.n_samples(), exact.n_samples());
            let off = found.feature_scatter() - exact.feature_scatter();
            assert!(off.iter().all(|d| d.abs() < 1e-12));
            assert!(
                (found.cross_scatter() - exact.cross_scatter())
                    .iter()
                    .all(|d| d.abs() < 1e-12)
            );
        }
    }
}

#[test]
fn what_windows_refuse() {
    let (x, y) = (array![[1.0], [2.0], [3.0]], array![1.0, 2.0, 4.0]);
    let all = samples(x.view(), y.view(), None);
    let of = |span, times: Option<Array1<f64>>| {
        let times = times.as_ref().map(|times| times.view());
        RollingRegression::new(span).fit(&all, times).map(drop)
    };
    assert!(of(Span::Rows(0), None).is_err());
    assert!(of(Span::Decay(1.0), None).is_err());
    assert!(of(Span::Decay(0.0), None).is_err());
    assert!(matches!(
        of(Span::Time(1.0), None),
        Err(Error::Empty { what: "times" })
    ));
    assert!(of(Span::Time(0.0), Some(array![1.0, 2.0, 3.0])).is_err());
    assert!(of(Span::Time(1.0), Some(array![1.0, 2.0])).is_err());
    let unsorted = of(Span::Time(1.0), Some(array![1.0, 0.5, 3.0]));
    assert!(matches!(unsorted, Err(Error::Unsorted { row: 1 })));
    let mut window = Window::new(1, 1).expect("a window");
    assert!(
        window
            .push(array![f64::NAN].view(), array![1.0].view(), 1.0)
            .is_err()
    );
    assert!(
        window
            .push(array![1.0].view(), array![1.0].view(), -1.0)
            .is_err()
    );
    assert!(window.is_empty() && !window.pop());
    assert_eq!(window.moments().expect("moments").n_samples(), 0);
}
