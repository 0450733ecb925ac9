//! The reductions and the in-place uses of a loss, and an epoch of descent, allocate nothing.

#![allow(clippy::unwrap_used)]

use allocation_counter::measure;
use elltwo::loss::{Huber, Loss, Reduction, SquaredError};
use elltwo::model::{Estimator, LinearModel, Predictor, SgdRegressor};
use elltwo::scalar::{Scalar, TargetDim};
use elltwo::solver::sgd::{Optimizer, Shuffle};
use ndarray::{Array, Array1, Array2, ArrayView, ArrayView1, Axis, ShapeBuilder, Slice};

fn assert_none<F: Scalar, D: TargetDim>(
    y: ArrayView<'_, F, D>,
    p: &mut Array<F, D>,
    weights: Option<ArrayView1<'_, F>>,
) {
    let info = measure(|| {
        SquaredError.mean(y.view(), p.view(), weights).unwrap();
        let huber = Huber { delta: 0.7 };
        huber.mean(y.view(), p.view(), weights).unwrap();
        for reduction in [Reduction::Sum, Reduction::Mean, Reduction::WeightedMean] {
            let scalar = SquaredError.evaluate(y.view(), p.view(), weights, reduction);
            assert!(scalar.unwrap().scalar().is_some());
            SquaredError
                .gradient_in_place(y.view(), p.view_mut(), weights, reduction)
                .unwrap();
            SquaredError
                .residual_in_place(y.view(), p.view_mut(), weights, reduction)
                .unwrap();
        }
    });
    assert_eq!(info.count_total, 0, "{} bytes", info.bytes_total);
}

fn every_layout<F: Scalar>() {
    let n = 1300;
    let value = |i: usize| F::of(10.0 + (i % 17) as f64);
    let y = Array1::from_shape_fn(2 * n, value);
    let w = Array1::from_shape_fn(2 * n, |i| F::of((i % 3) as f64));
    let y2 = Array2::from_shape_fn((n, 3), |(i, j)| value(i + j));
    let y2_f = Array2::from_shape_fn((n, 3).f(), |(i, j)| value(i + j));
    for weights in [
        None,
        Some(w.slice_axis(Axis(0), Slice::from(..n))),
        Some(w.slice_axis(Axis(0), Slice::new(0, None, 2))),
    ] {
        assert_none(
            y.slice_axis(Axis(0), Slice::from(..n)),
            &mut Array1::zeros(n),
            weights,
        );
        assert_none(
            y.slice_axis(Axis(0), Slice::new(0, None, 2)),
            &mut Array1::zeros(n),
            weights,
        );
        assert_none(y2.view(), &mut Array2::zeros((n, 3)), weights);
        assert_none(y2_f.view(), &mut Array2::zeros((n, 3)), weights);
        assert_none(y2_f.view(), &mut Array2::zeros((n, 3).f()), weights);
    }
}

#[test]
fn losses_allocate_nothing_in_f32_and_f64_whatever_the_layout() {
    every_layout::<f64>();
    every_layout::<f32>();
}

#[test]
fn the_counter_counts_the_one_array_of_an_unreduced_loss() {
    let y = Array1::<f64>::ones(100);
    let info = measure(|| {
        SquaredError
            .evaluate(y.view(), y.view(), None, Reduction::None)
            .unwrap();
    });
    assert_eq!((info.count_total, info.bytes_total), (1, 800));
}

#[test]
fn an_epoch_of_descent_allocates_nothing() {
    let x = Array2::from_shape_fn((300, 5), |(i, j)| ((i * (j + 3)) % 17) as f64);
    let y = Array1::from_shape_fn(300, |i| (i % 11) as f64);
    let optimizers = [
        Optimizer::Sgd,
        Optimizer::momentum(0.9),
        Optimizer::adam(),
        Optimizer::Saga,
    ];
    for optimizer in optimizers {
        for shuffle in [Shuffle::Rows, Shuffle::Batches, Shuffle::None] {
            // More epochs, the same number of allocations.
            let count = |epochs: usize| {
                let sgd = SgdRegressor::new().optimizer(optimizer).shuffle(shuffle);
                let sgd = sgd.epochs(epochs).patience(100).validation_fraction(0.2);
                let mut model = None;
                let info = measure(|| model = sgd.fit(x.view(), y.view()).ok());
                assert!(model.is_some());
                info.count_total
            };
            // The first fit of a process sets up what the factorisations share.
            count(1);
            assert_eq!(count(2), count(9), "{}, {shuffle:?}", optimizer.name());
        }
    }
}

#[test]
fn a_further_piece_of_a_stream_allocates_nothing() {
    let x = Array2::from_shape_fn((300, 5), |(i, j)| ((i * (j + 3)) % 17) as f64);
    let y = Array2::from_shape_fn((300, 2), |(i, j)| ((i + j) % 11) as f64);
    let w = Array1::from_shape_fn(300, |i| (i % 3) as f64);
    let sgd = SgdRegressor::new().optimizer(Optimizer::Nesterov { momentum: 0.5 });
    let mut state = sgd.start(x.view(), y.view(), Some(w.view())).unwrap();
    state
        .partial_fit(x.view(), y.view(), Some(w.view()))
        .unwrap();
    let info = measure(|| {
        state
            .partial_fit(x.view(), y.view(), Some(w.view()))
            .unwrap();
    });
    assert_eq!(info.count_total, 0, "{} bytes", info.bytes_total);
}

#[test]
fn predictions_allocate_nothing_whatever_the_layout_and_the_number_of_targets() {
    let predict = || {
        for (n, p) in [(1, 5), (300, 70), (9_000, 60)] {
            let value = |(i, j): (usize, usize)| ((i * (j + 3)) % 17) as f64;
            let by_rows = Array2::from_shape_fn((n, p), value);
            let by_columns = Array2::from_shape_fn((n, p).f(), value);
            let w = Array2::from_shape_fn((p, 2), value);
            let model = LinearModel::from_parts(w, Array1::ones(2)).unwrap();
            let mut out = Array2::zeros((n, 2));
            for x in [by_rows.view(), by_columns.view()] {
                let info = measure(|| model.predict_into(x, out.view_mut()).unwrap());
                assert_eq!(info.count_total, 0, "{n} x {p}: {} bytes", info.bytes_total);
            }
        }
    };
    // A thread from outside hands its work to the pool, which may make room for it.
    #[cfg(feature = "rayon")]
    rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .unwrap()
        .install(predict);
    #[cfg(not(feature = "rayon"))]
    predict();
}
