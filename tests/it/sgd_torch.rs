//! Optimizers step as torch's do, schedules have its values.

use crate::common::{relative, samples};
use elltwo::model::{LinearModel, SgdRegressor};
use elltwo::solver::sgd::{
    Averaging, Clock, Conditioning, EpochRecord, Optimizer, Schedule, Shuffle,
};
use ndarray::{Array1, Array2, array};
use serde_json::Value;
use std::ops::ControlFlow;

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/optimizers.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("it reads")).expect("it is JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().expect("an array").iter();
    values.map(|v| v.as_f64().expect("a number")).collect()
}

fn data(golden: &Value) -> (Array2<f64>, Array1<f64>) {
    let rows: Vec<Vec<f64>> = golden["x"]
        .as_array()
        .expect("rows")
        .iter()
        .map(numbers)
        .collect();
    let x = Array2::from_shape_fn((rows.len(), 3), |(i, j)| rows[i][j]);
    (x, numbers(&golden["y"]).into())
}

fn optimizer(run: &Value) -> Optimizer {
    let hyper = &run["hyper"];
    let get = |name: &str, default: f64| hyper[name].as_f64().unwrap_or(default);
    let flag = |name: &str| hyper[name].as_bool().unwrap_or(false);
    let beta = |i: usize, default: f64| hyper["betas"][i].as_f64().unwrap_or(default);
    match run["optimizer"].as_str().expect("a name") {
        "SGD" if flag("nesterov") => Optimizer::Nesterov {
            momentum: get("momentum", 0.0),
        },
        "SGD" if get("momentum", 0.0) > 0.0 => Optimizer::Momentum {
            momentum: get("momentum", 0.0),
            dampening: get("dampening", 0.0),
        },
        "SGD" => Optimizer::Sgd,
        "RMSprop" => Optimizer::RmsProp {
            decay: get("alpha", 0.99),
            epsilon: get("eps", 1e-8),
            momentum: get("momentum", 0.0),
            centred: flag("centered"),
        },
        "Adam" => Optimizer::Adam {
            beta1: beta(0, 0.9),
            beta2: beta(1, 0.999),
            epsilon: get("eps", 1e-8),
            amsgrad: flag("amsgrad"),
        },
        "AdamW" => Optimizer::AdamW {
            beta1: beta(0, 0.9),
            beta2: beta(1, 0.999),
            epsilon: get("eps", 1e-8),
            weight_decay: get("weight_decay", 0.01),
        },
        other => panic!("no optimizer {other}"),
    }
}

/// The parameters after so many updates: `w` and `b`.
fn trajectory(golden: &Value, run: &Value, batch: usize, updates: usize) -> Vec<f64> {
    let (mut x, y) = data(golden);
    // In these runs the optimizer decays the intercept too: a column of ones does what torch does.
    let ones = run["name"]
        .as_str()
        .is_some_and(|name| name.starts_with("extra"));
    let mut start = array![0.5, 0.25, -0.75];
    if ones {
        x.push_column(Array1::ones(12).view()).expect("it fits");
        start = array![0.5, 0.25, -0.75, 0.0];
    }
    let schedule = match run["gamma"].as_f64() {
        Some(factor) => Schedule::Exponential { factor },
        None => Schedule::Constant,
    };
    // torch's coupled decay is 2 λ; that of AdamW is its own.
    let coupled = match run["optimizer"].as_str() {
        Some("AdamW") => 0.0,
        _ => run["hyper"]["weight_decay"].as_f64().unwrap_or(0.0) / 2.0,
    };
    let sgd = SgdRegressor::new()
        .lambda(run["lambda"].as_f64().expect("a number") + coupled)
        .optimizer(optimizer(run))
        .step_size(run["hyper"]["lr"].as_f64().expect("a number"))
        .schedule(schedule)
        .clock(Clock::Update)
        .conditioning(Conditioning::None)
        .averaging(Averaging::None)
        .shuffle(Shuffle::None)
        .fit_intercept(!ones)
        .batch_size(batch);
    let start = LinearModel::from_parts(start, 0.0).expect("a model");
    let mut state = sgd
        .start_from(&start, x.view(), y.view(), None)
        .expect("a state");
    for update in 0..updates {
        let rows = (0..batch)
            .map(|i| (update * batch + i) % 12)
            .collect::<Vec<_>>();
        let (x, y) = (
            x.select(ndarray::Axis(0), &rows),
            y.select(ndarray::Axis(0), &rows),
        );
        state.partial_fit(x.view(), y.view(), None).expect("a step");
    }
    let model = state.model().expect("a model");
    let mut found = model.coefficients().to_vec();
    if !ones {
        found.push(model.intercept());
    }
    found
}

#[test]
fn every_optimizer_steps_as_torchs_does_on_batches_and_on_all_rows() {
    let golden = golden();
    let steps = numbers(&golden["steps"]);
    let mut compared = 0;
    for run in golden["runs"].as_array().expect("runs") {
        let name = run["name"].as_str().expect("a name");
        for (batch, key) in [(12, "full_batch"), (4, "minibatch_4")] {
            // Where the root of a tiny mean square divides, a rounding error grows about 6000-fold, in one run 16-fold.
            let tolerance = if name.starts_with("rmsprop_alpha0.9") {
                1e-10
            } else {
                1e-13
            };
            for (step, expected) in steps.iter().zip(run[key].as_array().expect("steps")) {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most 30
                let found = trajectory(&golden, run, batch, *step as usize);
                for (found, expected) in found.iter().zip(numbers(expected)) {
                    // An intercept or coefficient that passes 0 is held to its size elsewhere, about 0.1.
                    let error = relative(*found, expected).min((found - expected).abs() / 0.1);
                    assert!(
                        error <= tolerance,
                        "{name}, {key}, step {step}: {found} for {expected}, {error:e}"
                    );
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 1000, "only {compared} numbers");
}

/// The steps a schedule takes, one update an epoch.
fn steps_of(schedule: Schedule, epochs: usize) -> Vec<f64> {
    let (x, y) = (array![[1.0], [2.0], [3.0]], array![1.0, 2.0, 3.5]);
    let mut steps = Vec::new();
    let mut observer = |record: &EpochRecord| {
        steps.push(record.step_size);
        ControlFlow::Continue(())
    };
    SgdRegressor::new()
        .schedule(schedule)
        .step_size(0.1)
        .batch_size(3)
        .epochs(epochs)
        .patience(1000)
        .fit_observed(&samples(x.view(), y.view(), None), &mut observer)
        .expect("a fit");
    steps
}

#[test]
fn schedules_have_torchs_values() {
    let golden = golden();
    let one_cycle = |rise, start, end, linear, three_phase| Schedule::OneCycle {
        length: Some(30),
        rise,
        start,
        end,
        linear,
        three_phase,
        momentum: Some((0.85, 0.95)),
    };
    let cases = [
        (
            "StepLR(step_size=10,gamma=0.1)",
            Schedule::Step {
                factor: 0.1,
                every: 10,
            },
        ),
        (
            "StepLR(step_size=7,gamma=0.5)",
            Schedule::Step {
                factor: 0.5,
                every: 7,
            },
        ),
        (
            "ExponentialLR(gamma=0.95)",
            Schedule::Exponential { factor: 0.95 },
        ),
        (
            "ExponentialLR(gamma=0.5)",
            Schedule::Exponential { factor: 0.5 },
        ),
        (
            "CosineAnnealingLR(T_max=30)",
            Schedule::Cosine {
                length: Some(30),
                floor: 0.0,
            },
        ),
        (
            "CosineAnnealingLR(T_max=10,eta_min=0.001)",
            Schedule::Cosine {
                length: Some(10),
                floor: 0.01,
            },
        ),
        (
            "OneCycleLR(max_lr=0.1,total_steps=30)",
            one_cycle(0.3, 1.0 / 25.0, 1.0 / 25e4, false, false),
        ),
        (
            "OneCycleLR(max_lr=0.1,total_steps=30,linear,pct_start=0.2,div=10,final_div=100)",
            one_cycle(0.2, 0.1, 1e-3, true, false),
        ),
        (
            "OneCycleLR(max_lr=0.1,total_steps=30,three_phase)",
            one_cycle(0.3, 1.0 / 25.0, 1.0 / 25e4, false, true),
        ),
        (
            "PolynomialLR(total_iters=30,power=1)",
            Schedule::Polynomial {
                length: Some(30),
                power: 1.0,
            },
        ),
        (
            "PolynomialLR(total_iters=20,power=2)",
            Schedule::Polynomial {
                length: Some(20),
                power: 2.0,
            },
        ),
    ];
    assert_eq!(
        cases.len(),
        golden["schedules"].as_object().expect("a map").len()
    );
    for (name, schedule) in cases {
        let expected = numbers(&golden["schedules"][name]["step_size"]);
        let found = steps_of(schedule, 30);
        assert_eq!(found.len(), 30, "{name}");
        for (t, (found, expected)) in found.iter().zip(expected).enumerate() {
            // Near its floor a cosine cancels.
            assert!(
                (found - expected).abs() <= 1e-15,
                "{name}, {t}: {found} for {expected}"
            );
        }
    }
}

#[test]
fn a_schedule_without_length_spans_the_whole_fit() {
    let spanning = steps_of(
        Schedule::Cosine {
            length: None,
            floor: 0.0,
        },
        12,
    );
    let given = steps_of(
        Schedule::Cosine {
            length: Some(12),
            floor: 0.0,
        },
        12,
    );
    assert_eq!(spanning, given);
}

#[test]
fn other_schedules_follow_their_formulas() {
    let scaled = steps_of(Schedule::InverseScaling { power: 0.5 }, 4);
    for (t, step) in scaled.iter().enumerate() {
        assert!((step - 0.1 / (1.0 + t as f64).sqrt()).abs() < 1e-16);
    }
    let auto = steps_of(Schedule::Auto, 10);
    assert_eq!(auto[..6], [0.1; 6]);
    assert!((auto[9] - 0.1 * 0.2).abs() < 1e-16, "{auto:?}");
}
