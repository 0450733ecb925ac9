//! Data in pieces: the same bits as in one piece, and after saving and reading the state.

#![allow(clippy::unwrap_used)]

use crate::common::{Uniform, load, samples};
use elltwo::Error;
use elltwo::model::{Estimator, LinearModel, RidgeRegression, SgdRegressor, SgdState};
use elltwo::solver::sgd::{Averaging, Conditioning, Optimizer, Schedule, Shuffle};
use ndarray::{Array1, Array2, Ix2, array, s};

fn data() -> (Array2<f64>, Array1<f64>, Array1<f64>) {
    let mut uniform = Uniform(31);
    let weights = Array1::from_shape_fn(500, |i| [0.5, 1.5, 0.0, 2.0][i % 4]);
    (
        uniform.matrix(500, 4, 10.0),
        uniform.vector(500, 10.0),
        weights,
    )
}

/// One pass in pieces of these sizes, and the rows left over.
fn in_pieces(sgd: &SgdRegressor, sizes: &[usize], save: bool) -> LinearModel<f64> {
    let (x, y, w) = data();
    let mut state = sgd.start(x.view(), y.view(), Some(w.view())).unwrap();
    let mut start = 0;
    for size in sizes.iter().cycle() {
        let end = (start + size).min(500);
        let rows = s![start..end];
        state
            .partial_fit(
                x.slice(s![start..end, ..]),
                y.slice(rows),
                Some(w.slice(rows)),
            )
            .unwrap();
        if save {
            let text = serde_json::to_string(&state).unwrap();
            let read: SgdState<f64> = serde_json::from_str(&text).unwrap();
            assert_eq!(read, state);
            state = read;
        }
        start = end;
        if start == 500 {
            break;
        }
    }
    state.flush().unwrap();
    state.model().unwrap()
}

fn every_kind() -> Vec<SgdRegressor> {
    let optimizers = [
        Optimizer::Sgd,
        Optimizer::Nesterov { momentum: 0.9 },
        Optimizer::rms_prop(),
        Optimizer::adam(),
        Optimizer::adagrad(),
    ];
    let every = optimizers.map(|optimizer| {
        SgdRegressor::new()
            .lambda(1e-3)
            .optimizer(optimizer)
            .shuffle(Shuffle::None)
            .batch_size(16)
    });
    let mut every = every.to_vec();
    let polynomial = Averaging::Polynomial { power: 2.0 };
    every.push(
        every[0]
            .clone()
            .averaging(polynomial)
            .schedule(Schedule::Optimal),
    );
    every
}

#[test]
fn pieces_of_any_size_give_the_bits_of_one_pass_also_through_a_saved_state() {
    for sgd in every_kind() {
        let whole = in_pieces(&sgd, &[500], false);
        for sizes in [&[100][..], &[7, 33, 1], &[499]] {
            assert_eq!(in_pieces(&sgd, sizes, false), whole, "{sizes:?}");
        }
        assert_eq!(in_pieces(&sgd, &[50, 3], true), whole);
    }
}

#[test]
fn one_pass_in_pieces_is_one_epoch_of_fit_bit_for_bit() {
    let (x, y, _) = data();
    let sgd = SgdRegressor::new()
        .lambda(1e-3)
        .shuffle(Shuffle::None)
        .schedule(Schedule::Constant)
        .epochs(1);
    for sgd in [
        sgd.clone(),
        sgd.averaging(Averaging::Polynomial { power: 4.0 }),
    ] {
        let model = sgd.fit(x.view(), y.view()).unwrap();
        let mut state: SgdState<f64> = sgd.start(x.view(), y.view(), None).unwrap();
        for start in (0..500).step_by(90) {
            let rows = s![start..(start + 90).min(500)];
            state
                .partial_fit(
                    x.slice(s![start..(start + 90).min(500), ..]),
                    y.slice(rows),
                    None,
                )
                .unwrap();
        }
        state.flush().unwrap();
        let streamed = state.model().unwrap();
        assert_eq!(streamed.coefficients(), model.coefficients());
        assert_eq!(streamed.intercept(), model.intercept());
        assert!(streamed.report().is_none());
    }
}

#[test]
fn a_shuffled_training_resumes_in_the_middle_with_the_same_bits() {
    let (x, y, _) = data();
    let mut uniform = Uniform(5);
    let y = ndarray::stack![ndarray::Axis(1), y, uniform.vector(500, 1.0)];
    let sgd = SgdRegressor::new().optimizer(Optimizer::adam()).seed(9);
    let mut straight: SgdState<f64, Ix2> = sgd.start(x.view(), y.view(), None).unwrap();
    for _ in 0..6 {
        straight.partial_fit(x.view(), y.view(), None).unwrap();
    }
    let mut state: SgdState<f64, Ix2> = sgd.start(x.view(), y.view(), None).unwrap();
    for _ in 0..3 {
        state.partial_fit(x.view(), y.view(), None).unwrap();
    }
    let text = serde_json::to_string(&state).unwrap();
    let mut resumed: SgdState<f64, Ix2> = serde_json::from_str(&text).unwrap();
    for _ in 0..3 {
        resumed.partial_fit(x.view(), y.view(), None).unwrap();
    }
    assert_eq!(resumed.model().unwrap(), straight.model().unwrap());
    assert_eq!(resumed.updates(), straight.updates());
}

#[test]
fn a_stream_approaches_the_ridge_solution() {
    let data = load("wine_quality_red");
    let ridge = RidgeRegression::new()
        .lambda(1e-2)
        .fit(data.x(), data.y())
        .unwrap();
    // The first rows decide the coordinates.
    let sgd = SgdRegressor::new().lambda(1e-2);
    let (x, y) = (data.x(), data.y());
    let mut state = sgd
        .start(x.slice(s![..400, ..]), y.slice(s![..400]), None)
        .unwrap();
    for _ in 0..20 {
        for start in (0..1599).step_by(400) {
            let end = (start + 400).min(1599);
            state
                .partial_fit(x.slice(s![start..end, ..]), y.slice(s![start..end]), None)
                .unwrap();
        }
    }
    let model: LinearModel<f64> = state.model().unwrap();
    let refit = |model: &LinearModel<f64>| {
        // The objective of a model without a report: where a fit that starts from it begins.
        let sgd = SgdRegressor::new().lambda(1e-2).epochs(1);
        let fit = sgd.fit_from(model, &samples(x, y, None)).unwrap();
        fit.report().unwrap().sgd().unwrap().history[0].objective
    };
    assert!(
        refit(&model) / refit(&ridge) < 1.005,
        "{}",
        refit(&model) / refit(&ridge)
    );
}

#[test]
fn what_needs_all_the_data_cannot_stream() {
    let (x, y, _) = data();
    let start = |sgd: SgdRegressor| sgd.start(x.view(), y.view(), None).err();
    let adaptive = Schedule::Adaptive {
        factor: 5.0,
        patience: 5,
        floor: 1e-6,
    };
    for sgd in [
        SgdRegressor::new().optimizer(Optimizer::Saga),
        SgdRegressor::new().validation_fraction(0.1),
        SgdRegressor::new().schedule(Schedule::Cosine {
            length: None,
            floor: 0.0,
        }),
        SgdRegressor::new().schedule(adaptive),
    ] {
        assert!(matches!(start(sgd), Some(Error::InvalidParameter { .. })));
    }
    let sgd = SgdRegressor::new();
    let mut state = sgd.start(x.view(), y.view(), None).unwrap();
    let narrow = state.partial_fit(x.slice(s![.., ..3]), y.view(), None);
    assert!(matches!(narrow, Err(Error::ShapeMismatch { .. })));
    let mut infinite = y.clone();
    infinite[3] = f64::INFINITY;
    let refused = state.partial_fit(x.view(), infinite.view(), None);
    assert!(matches!(refused, Err(Error::NonFinite { row: 3, .. })));
    let exploding = sgd.step_size(1e10).start(x.view(), y.view(), None);
    let mut exploding = exploding.unwrap();
    let outcome =
        (0..50).try_for_each(|_| exploding.partial_fit(x.view(), y.view(), None).map(|_| ()));
    assert!(matches!(outcome, Err(Error::Diverged { .. })));
}

#[test]
fn a_piece_that_is_refused_leaves_the_state_as_it_was() {
    let (x, y, _) = data();
    for sgd in every_kind() {
        for batch_size in [1, 7, 64, 400] {
            let mut state = sgd
                .clone()
                .batch_size(batch_size)
                .start(x.view(), y.view(), None)
                .unwrap();
            state.partial_fit(x.view(), y.view(), None).unwrap();
            let before = state.clone();
            // In the first batch, in the middle, in rows that only wait.
            for row in [0, 250, 499] {
                for value in [f64::NAN, f64::INFINITY] {
                    let mut bad = x.clone();
                    bad[[row, 2]] = value;
                    let refused = state.partial_fit(bad.view(), y.view(), None).unwrap_err();
                    assert!(
                        matches!(refused, Error::NonFinite { row: r, column: 2, .. } if r == row)
                    );
                    assert!(state == before, "batch {batch_size}, row {row}");
                    let text = serde_json::to_string(&state).unwrap();
                    assert!(serde_json::from_str::<SgdState<f64>>(&text).unwrap() == before);
                }
            }
            // Finite, but beyond the range in the coordinates of the sample.
            let mut far = x.clone();
            far[[250, 2]] = f64::MAX;
            let refused = state.partial_fit(far.view(), y.view(), None).unwrap_err();
            assert!(
                matches!(refused, Error::Diverged { epoch: 2, .. }),
                "{refused}"
            );
            assert!(state == before);
            let mut twin = before.clone();
            state.partial_fit(x.view(), y.view(), None).unwrap();
            twin.partial_fit(x.view(), y.view(), None).unwrap();
            assert!(state == twin);
        }
    }
}

#[test]
fn without_weights_pieces_give_the_bits_of_one_pass() {
    let (x, y, _) = data();
    for sgd in every_kind() {
        let pass = |size: usize| {
            let mut state = sgd
                .clone()
                .shuffle(Shuffle::None)
                .start(x.view(), y.view(), None)
                .unwrap();
            for start in (0..500).step_by(size) {
                let rows = start..(start + size).min(500);
                let piece = x.slice(s![rows.clone(), ..]);
                state.partial_fit(piece, y.slice(s![rows]), None).unwrap();
            }
            state.flush().unwrap();
            state.model().unwrap()
        };
        let whole: LinearModel<f64> = pass(500);
        for size in [1, 13, 100] {
            assert_eq!(pass(size).coefficients(), whole.coefficients(), "{size}");
        }
    }
}

#[test]
fn a_stored_state_that_does_not_fit_together_is_refused() {
    let (x, y, _) = data();
    let state: SgdState<f64> = SgdRegressor::new().start(x.view(), y.view(), None).unwrap();
    let text = serde_json::to_string(&state).unwrap();
    let read = |text: &str| serde_json::from_str::<SgdState<f64>>(text).map_err(|e| e.to_string());
    assert!(read(&text).is_ok());
    let newer = text.replacen("\"format_version\":1", "\"format_version\":2", 1);
    assert!(read(&newer).unwrap_err().contains("format version 2"));
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    for part in [
        "/training/position/theta",
        "/training/position/memory",
        "/training/units",
    ] {
        let mut broken = value.clone();
        broken
            .pointer_mut(part)
            .unwrap()
            .as_array_mut()
            .unwrap()
            .push(1.0.into());
        assert!(
            read(&broken.to_string())
                .unwrap_err()
                .contains("do not fit"),
            "{part}"
        );
    }
    value["training"]["batch_size"] = 0.into();
    assert!(read(&value.to_string()).unwrap_err().contains("do not fit"));
}

/// `y = 3 x₀ − 0.002 x₁ + 5` in pieces; the second column may be constant.
fn piece(k: usize, n: usize, constant: bool) -> (Array2<f64>, Array1<f64>) {
    let x = Array2::from_shape_fn((n, 2), |(i, j)| match (j, constant) {
        (0, _) => ((i * 3 + k) % 13) as f64 / 2.0,
        (_, true) => 700.0,
        _ => ((i * 7 + 3 * k) % 9) as f64 * 500.0,
    });
    let y = Array1::from_shape_fn(n, |i| 3.0 * x[[i, 0]] - 0.002 * x[[i, 1]] + 5.0);
    (x, y)
}

#[test]
fn a_stream_begun_on_too_little_is_measured_again() {
    // Rows of the sample, of each piece, and pieces in which the second column is constant.
    let beginnings = [
        (8, 8, 3),
        (1, 8, 0),
        (2, 8, 0),
        (1, 1, 40),
        (8, 1, 20),
        (3, 2, 0),
        (40, 8, 0),
    ];
    let kinds = [
        SgdRegressor::new(),
        SgdRegressor::new().optimizer(Optimizer::adagrad()),
        SgdRegressor::new().conditioning(Conditioning::Whiten),
    ];
    for sgd in kinds {
        for (first, rows, constant) in beginnings {
            let what = format!("{first} rows, pieces of {rows}, constant in {constant}: {sgd:?}");
            let (x, y) = piece(0, first, constant > 0);
            let mut state: SgdState<f64> = sgd.start(x.view(), y.view(), None).expect("a start");
            for k in 0..6000 / rows {
                let (x, y) = piece(k, rows, k < constant);
                let trained = state.partial_fit(x.view(), y.view(), None);
                assert!(trained.is_ok(), "{what}, piece {k}: {trained:?}");
                if k == 2 {
                    let json = serde_json::to_string(&state).expect("JSON");
                    assert_eq!(
                        serde_json::from_str::<SgdState<f64>>(&json).expect("a state"),
                        state
                    );
                }
            }
            state.flush().expect("the last rows");
            let model: LinearModel<f64> = state.model().expect("a model");
            let (w, b) = (model.coefficients(), model.intercept());
            assert!((w[0] - 3.0).abs() < 1e-3, "{what}: {w} {b}");
            assert!((w[1] + 0.002).abs() < 1e-6, "{what}: {w} {b}");
            assert!((b - 5.0).abs() < 5e-3, "{what}: {w} {b}");
        }
    }
}

#[test]
fn a_piece_that_is_refused_leaves_a_state_that_measures_as_it_was() {
    let (x, y) = piece(0, 8, true);
    let mut state: SgdState<f64> = SgdRegressor::new()
        .start(x.view(), y.view(), None)
        .expect("a start");
    state
        .partial_fit(x.view(), y.view(), None)
        .expect("a piece");
    let before = state.clone();
    let (mut x, y) = piece(1, 8, false);
    x[[3, 1]] = f64::NAN;
    assert!(state.partial_fit(x.view(), y.view(), None).is_err());
    assert_eq!(state, before);
    // A start from a model keeps the coefficient of a column that is constant at first.
    let model = LinearModel::from_parts(array![3.0, -0.002], 5.0).expect("a model");
    let (x, y) = piece(0, 8, true);
    let mut state = SgdRegressor::new()
        .start_from(&model, x.view(), y.view(), None)
        .expect("a start");
    let (x, y) = piece(1, 8, false);
    state
        .partial_fit(x.view(), y.view(), None)
        .expect("a piece");
    let found: LinearModel<f64> = state.model().expect("a model");
    assert!(
        (&found.coefficients() - &model.coefficients())
            .iter()
            .all(|d| d.abs() < 1e-12)
    );
}
