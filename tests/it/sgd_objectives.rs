//! Other losses and penalties: the solutions satisfy the conditions of optimality.

#![allow(clippy::unwrap_used)]

use crate::common::{Uniform, load};
use elltwo::Error;
use elltwo::loss::{
    AbsoluteError, ElasticNet, EpsilonInsensitive, Huber, L1, L2, Penalty, QuantileLoss,
    RegressionLoss, SquaredEpsilonInsensitive,
};
use elltwo::model::{Estimator, LinearModel, Predictor, RidgeRegression, SgdRegressor};
use elltwo::solver::sgd::{Averaging, Conditioning, Optimizer, Schedule};
use ndarray::{Array1, Array2, array};

fn objective(model: &LinearModel<f64>) -> f64 {
    model.report().unwrap().objective
}

/// The gradient of the mean loss in the coefficients, by finite differences of the reported loss: `XᵀSℓ′/n`.
fn data_gradient(model: &LinearModel<f64>, x: &Array2<f64>, y: &Array1<f64>) -> Array1<f64> {
    let residuals = y - &model.predict(x.view()).unwrap();
    x.t().dot(&residuals) * (-2.0 / y.len() as f64)
}

#[test]
fn elastic_nets_satisfy_the_conditions_of_optimality_by_every_optimizer() {
    let mut uniform = Uniform(41);
    let x = uniform.matrix(80, 6, 3.0) * array![1.0, 10.0, 0.1, 1.0, 1.0, 1.0];
    let w = array![1.0, 0.0, 8.0, 0.0, -0.7, 0.0];
    let y = x.dot(&w) + uniform.vector(80, 5.0) * 0.3;
    let (l1, l2) = (0.05, 0.01);
    let steps = [
        (Optimizer::Sgd, None),
        (Optimizer::momentum(0.8), None),
        (
            Optimizer::Momentum {
                momentum: 0.8,
                dampening: 0.4,
            },
            None,
        ),
        (Optimizer::Nesterov { momentum: 0.8 }, None),
        (Optimizer::Saga, None),
        (
            Optimizer::Adam {
                beta1: 0.9,
                beta2: 0.99,
                epsilon: 1e-3,
                amsgrad: true,
            },
            Some(2e-3),
        ),
        (Optimizer::Adagrad { epsilon: 1e-10 }, Some(0.05)),
        (
            Optimizer::RmsProp {
                decay: 0.99,
                epsilon: 1e-1,
                momentum: 0.5,
                centred: false,
            },
            Some(5e-2),
        ),
    ];
    for (optimizer, step) in steps {
        let mut sgd = SgdRegressor::new()
            .penalty(ElasticNet::new(l1, l2).unwrap())
            .optimizer(optimizer)
            .schedule(Schedule::Constant)
            .averaging(Averaging::None)
            .batch_size(80)
            .tolerance(0.0)
            .patience(20_000)
            .epochs(8000);
        if let Some(step) = step {
            sgd = sgd.step_size(step);
        }
        let model = sgd.fit(x.view(), y.view()).unwrap();
        let gradient = data_gradient(&model, &x, &y);
        let (mut zeros, name) = (0, optimizer.name());
        for (w, g) in model.coefficients().iter().zip(&gradient) {
            if *w == 0.0 {
                zeros += 1;
                assert!(g.abs() <= l1 + 1e-6, "{name}: {g}");
            } else {
                let slope = g + 2.0 * l2 * w + l1 * w.signum();
                assert!(slope.abs() <= 1e-5, "{name}: {slope:e}");
            }
        }
        assert!(zeros >= 2, "{name}: {:?}", model.coefficients());
    }
}

#[test]
fn an_elastic_net_without_its_l1_part_is_ridge_and_the_lasso_is_its_other_end() {
    let data = load("diabetes");
    let fit = |penalty: Penalty| {
        let sgd = SgdRegressor::new()
            .penalty(penalty)
            .optimizer(Optimizer::Saga)
            .epochs(200);
        sgd.fit(data.x(), data.y()).unwrap()
    };
    let ridge = RidgeRegression::new()
        .lambda(0.5)
        .fit(data.x(), data.y())
        .unwrap();
    let net = fit(ElasticNet::new(0.0, 0.5).unwrap().into());
    assert!((objective(&net) / objective(&ridge) - 1.0).abs() < 1e-10);
    let (lasso, same) = (
        fit(L1::new(2.0).unwrap().into()),
        fit(ElasticNet::new(2.0, 0.0).unwrap().into()),
    );
    assert_eq!(lasso.coefficients(), same.coefficients());
    let squared = fit(L2::new(0.5).unwrap().into());
    assert_eq!(squared.coefficients(), net.coefficients());
}

/// Mean loss, minimised over one coefficient and the intercept by a fine search around a start.
fn least(loss: RegressionLoss, x: &Array1<f64>, y: &Array1<f64>) -> f64 {
    use elltwo::loss::{Loss, SquaredError};
    let value = |w: f64, b: f64| -> f64 {
        let predictions = x.mapv(|x| w * x + b);
        let (y, p) = (y.view(), predictions.view());
        match loss {
            RegressionLoss::Huber(l) => l.mean(y, p, None),
            RegressionLoss::Absolute => AbsoluteError.mean(y, p, None),
            RegressionLoss::EpsilonInsensitive(l) => l.mean(y, p, None),
            RegressionLoss::SquaredEpsilonInsensitive(l) => l.mean(y, p, None),
            RegressionLoss::Quantile(l) => l.mean(y, p, None),
            _ => SquaredError.mean(y, p, None),
        }
        .unwrap()
    };
    let (mut w, mut b, mut step) = (0.0, 0.0, 4.0);
    let mut best = value(w, b);
    while step > 1e-7 {
        let moves = [
            (1.0, 0.0),
            (-1.0, 0.0),
            (0.0, 1.0),
            (0.0, -1.0),
            (1.0, -1.0),
            (-1.0, 1.0),
            (1.0, 1.0),
            (-1.0, -1.0),
        ];
        let found = moves.map(|(dw, db)| {
            (
                value(w + step * dw, b + step * db),
                w + step * dw,
                b + step * db,
            )
        });
        let lowest = found
            .into_iter()
            .fold((best, w, b), |a, c| if c.0 < a.0 { c } else { a });
        if lowest.0 < best {
            (best, w, b) = lowest;
        } else {
            step /= 2.0;
        }
    }
    best
}

#[test]
fn every_loss_reaches_its_minimum() {
    let mut uniform = Uniform(43);
    let x = uniform.vector(300, 0.0);
    let mut y = &x * 2.0 + uniform.vector(300, 1.0) * 0.5;
    for i in (0..300).step_by(10) {
        y[i] += 20.0;
    }
    let design = x.clone().insert_axis(ndarray::Axis(1));
    let losses: [RegressionLoss; 7] = [
        RegressionLoss::Squared,
        Huber { delta: 0.3 }.into(),
        AbsoluteError.into(),
        EpsilonInsensitive { epsilon: 0.2 }.into(),
        SquaredEpsilonInsensitive { epsilon: 0.2 }.into(),
        QuantileLoss { quantile: 0.25 }.into(),
        QuantileLoss { quantile: 0.8 }.into(),
    ];
    for loss in losses {
        let best = least(loss, &x, &y);
        let sgd = SgdRegressor::new().loss(loss).epochs(100).tolerance(0.0);
        let model = sgd.fit(design.view(), y.view()).unwrap();
        let gap = objective(&model) / best - 1.0;
        assert!((-1e-6..5e-3).contains(&gap), "{}: {gap:e}", loss.name());
        if loss.curvature().is_some() {
            let saga = sgd.optimizer(Optimizer::Saga).epochs(300);
            let gap = objective(&saga.fit(design.view(), y.view()).unwrap()) / best - 1.0;
            assert!(gap.abs() < 1e-6, "{} by SAGA: {gap:e}", loss.name());
        }
    }
}

#[test]
fn the_median_regression_of_a_line_passes_over_the_outliers() {
    let mut uniform = Uniform(44);
    let x = uniform.matrix(400, 2, 5.0);
    let mut y = x.dot(&array![1.0, -3.0]) + 2.0;
    for i in (0..400).step_by(10) {
        y[i] += 1000.0;
    }
    let squared = SgdRegressor::new().fit(x.view(), y.view()).unwrap();
    let absolute = SgdRegressor::new()
        .loss(AbsoluteError)
        .epochs(200)
        .fit(x.view(), y.view())
        .unwrap();
    let error = |model: &LinearModel<f64>| {
        (&model.coefficients() - &array![1.0, -3.0])
            .mapv(f64::abs)
            .sum()
    };
    assert!(
        error(&absolute) < 0.5 && error(&squared) > 2.0 * error(&absolute),
        "{} {}",
        error(&absolute),
        error(&squared)
    );
}

#[test]
fn a_kink_and_variance_reduction_and_l1_and_whitening_are_refused_together() {
    let (x, y) = (array![[1.0], [2.0]], array![1.0, 2.0]);
    let fit = |sgd: SgdRegressor| sgd.fit(x.view(), y.view()).unwrap_err();
    let kink = fit(SgdRegressor::new()
        .optimizer(Optimizer::Saga)
        .loss(AbsoluteError));
    assert!(matches!(kink, Error::InvalidParameter { name: "loss", .. }));
    let penalty = L1::new(1.0).unwrap();
    let whitened = fit(SgdRegressor::new()
        .penalty(penalty)
        .conditioning(Conditioning::Whiten));
    assert!(matches!(
        whitened,
        Error::InvalidParameter {
            name: "L1 lambda",
            ..
        }
    ));
    let delta = fit(SgdRegressor::new().loss(Huber { delta: -1.0 }));
    assert!(matches!(
        delta,
        Error::InvalidParameter { name: "delta", .. }
    ));
    assert!(ElasticNet::from_sklearn(1.0, 1.5).is_err() && L1::new(f64::NAN).is_err());
}

#[test]
fn proximal_operators_minimise_what_they_should() {
    let mut uniform = Uniform(45);
    for _ in 0..200 {
        let (w, step) = (3.0 * uniform.next(), uniform.next().abs());
        let penalty =
            Penalty::from(ElasticNet::new(uniform.next().abs(), uniform.next().abs()).unwrap());
        let value = |v: f64| step * penalty.value(array![v].view()) + 0.5 * (v - w) * (v - w);
        let found = penalty.proximal(w, step);
        for h in [1e-4, -1e-4] {
            assert!(value(found) <= value(found + h), "{w} {step} {penalty:?}");
        }
    }
    assert!(
        Penalty::from(L1::new(1.0).unwrap())
            .proximal(f64::NAN, 1.0)
            .is_nan()
    );
}
