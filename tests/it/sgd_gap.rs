//! Losses with kinks: the duality gap, and what is called converged.

use crate::common::{Uniform, samples};
use elltwo::Samples;
use elltwo::loss::{
    AbsoluteError, ElasticNet, EpsilonInsensitive, L1, L2, Loss, Penalty, QuantileLoss,
    RegressionLoss,
};
use elltwo::model::{Estimator, SgdRegressor};
use elltwo::solver::Termination;
use elltwo::solver::sgd::Conditioning;
use ndarray::{Array1, array};

/// `mean loss + penalty` of a line, by the definition.
fn objective_of(
    loss: RegressionLoss,
    penalty: Penalty,
    data: &Samples<'_, f64>,
    w: &Array1<f64>,
    b: f64,
) -> f64 {
    let fitted = data.x().dot(w) + b;
    let mean = match loss {
        RegressionLoss::Absolute => AbsoluteError.mean(data.y(), fitted.view(), data.weights()),
        RegressionLoss::Quantile(l) => l.mean(data.y(), fitted.view(), data.weights()),
        RegressionLoss::EpsilonInsensitive(l) => l.mean(data.y(), fitted.view(), data.weights()),
        _ => unreachable!("a loss with kinks"),
    };
    mean.expect("a loss") + penalty.value(w.view())
}

#[test]
fn the_duality_gap_of_a_loss_with_kinks_bounds_what_is_left_to_the_minimum() {
    // Exactly: a minimum of an absolute or quantile loss goes through as many points as it has parameters.
    let mut uniform = Uniform(77);
    let x = uniform.matrix(41, 1, 3.0);
    let noise = uniform.vector(41, 0.0);
    let y = Array1::from_shape_fn(41, |i| 2.0 * x[[i, 0]] + noise[i].powi(3) * 4.0);
    let weights = Array1::from_shape_fn(41, |i| [1.0, 0.5, 2.0, 0.0][i % 4]);
    let losses = [AbsoluteError.into(), QuantileLoss { quantile: 0.9 }.into()];
    for loss in losses {
        for weights in [None, Some(weights.view())] {
            let data = samples(x.view(), y.view(), weights);
            let of = |w: f64, b: f64| objective_of(loss, Penalty::default(), &data, &array![w], b);
            let mut minimum = f64::INFINITY;
            for (i, j) in (0..41).flat_map(|i| (0..i).map(move |j| (i, j))) {
                let w = (y[i] - y[j]) / (x[[i, 0]] - x[[j, 0]]);
                minimum = minimum.min(of(w, y[i] - w * x[[i, 0]]));
            }
            let mut gaps = Vec::new();
            for epochs in [1, 20, 200, 1000] {
                let sgd = SgdRegressor::new().loss(loss).epochs(epochs);
                let model = sgd.fit_samples(&data).expect("a fit");
                let report = model.report().expect("a report");
                let gap = report
                    .sgd()
                    .and_then(|sgd| sgd.duality_gap.clone())
                    .expect("a gap")[0];
                let left = report.objective - minimum;
                assert!(
                    left <= gap * (1.0 + 1e-9) + 1e-14,
                    "{loss} {epochs}: {left:e} left, gap {gap:e}"
                );
                let converged = matches!(report.termination, Termination::Converged { .. });
                assert_eq!(
                    converged,
                    gap <= 1e-6 * report.objective,
                    "{loss} {epochs}: {gap:e}"
                );
                assert_eq!(model.clone().ensure_converged().is_ok(), converged);
                gaps.push(gap / report.objective);
            }
            assert!(gaps[3] < 0.02, "{loss}: {gaps:?}");
        }
    }
}

#[test]
fn no_fit_is_below_the_bound_that_the_gap_of_another_gives() {
    let mut uniform = Uniform(78);
    let x = uniform.matrix(150, 4, 5.0);
    let noise = uniform.vector(150, 0.0);
    let y = x.dot(&array![1.0, -2.0, 0.0, 0.5]) + &noise.mapv(|e| 3.0 * e * e * e) + 40.0;
    let weights = Array1::from_shape_fn(150, |i| [1.0, 0.5, 2.0][i % 3]);
    let losses: [RegressionLoss; 3] = [
        AbsoluteError.into(),
        QuantileLoss { quantile: 0.25 }.into(),
        EpsilonInsensitive { epsilon: 0.5 }.into(),
    ];
    let penalties: [Penalty; 4] = [
        Penalty::default(),
        L2::new(0.05).expect("a penalty").into(),
        L1::new(0.05).expect("a penalty").into(),
        ElasticNet::new(0.02, 0.02).expect("a penalty").into(),
    ];
    for (loss, penalty) in losses.into_iter().flat_map(|l| penalties.map(|p| (l, p))) {
        for (weights, intercept) in [(None, true), (Some(weights.view()), true), (None, false)] {
            let data = samples(x.view(), y.view(), weights);
            let (mut least, mut bound) = (f64::INFINITY, 0.0_f64);
            for epochs in [1, 10, 200] {
                for conditioning in [Conditioning::Auto, Conditioning::None] {
                    let sgd = SgdRegressor::new()
                        .loss(loss)
                        .penalty(penalty)
                        .fit_intercept(intercept)
                        .conditioning(conditioning)
                        .epochs(epochs);
                    let model = sgd.fit_samples(&data).expect("a fit");
                    let report = model.report().expect("a report");
                    let gap = report
                        .sgd()
                        .and_then(|sgd| sgd.duality_gap.clone())
                        .expect("a gap")[0];
                    let own = objective_of(
                        loss,
                        penalty,
                        &data,
                        &model.coefficients().to_owned(),
                        model.intercept(),
                    );
                    assert!((own - report.objective).abs() <= 1e-12 * own);
                    least = least.min(own);
                    bound = bound.max(own - gap);
                }
            }
            let what = format!("{loss} {penalty:?} {intercept}");
            assert!(
                bound <= least * (1.0 + 1e-12),
                "{what}: {least}, at least {bound}"
            );
            // The bound is tight: what is left of the gap is the descent's.
            let slack = 1.0 - bound / least;
            assert!(slack < 0.02, "{what}: {least}, at least {bound}: {slack}");
        }
    }
}
