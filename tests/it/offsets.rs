//! Data far from zero, against answers in rational arithmetic.
//!
//! Values that are read are exact, so that of `c + i` nothing is lost before the fit: everything about the centred
//! problem (slopes, their errors, mean squared error, residuals) keeps about `16 − log₁₀ κ` digits, `κ` the condition
//! number of the centred columns, for every `c` at which `c + i` is a number. A prediction `x·w + b` is a difference of
//! numbers of the size `|w| c`, and keeps what that leaves: `ε |w| c`.

use crate::common::{ridge, samples};
use elltwo::Samples;
use elltwo::data::StandardScaler;
use elltwo::inference::{Covariance, Inference, WeightKind};
use elltwo::metrics::{Average, Metric};
use elltwo::model::{Estimator, LinearModel, Predictor, RidgeRegression};
use elltwo::moments::Moments;
use elltwo::solver::{Precision, Solver};
use ndarray::{Array1, Array2, Axis, Slice, concatenate};
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

fn rational(value: f64) -> BigRational {
    BigRational::from_float(value).expect("a finite number")
}

fn float(value: &BigRational) -> f64 {
    value.to_f64().expect("in range")
}

/// The exact fit of data, its parameters with the intercept first if there is one.
struct Exact {
    parameters: Vec<BigRational>,
    /// Squared standard errors without a penalty.
    variances: Vec<BigRational>,
    residuals: Vec<BigRational>,
    mse: BigRational,
}

impl Exact {
    fn new(
        x: &Array2<f64>,
        y: &Array1<f64>,
        weights: Option<&Array1<f64>>,
        lambda: f64,
        intercept: bool,
    ) -> Self {
        let (n, offset) = (y.len(), usize::from(intercept));
        let k = x.ncols() + offset;
        let row = |i: usize| -> Vec<BigRational> {
            let ones = std::iter::repeat_n(BigRational::one(), offset);
            ones.chain(x.row(i).iter().map(|v| rational(*v))).collect()
        };
        let weight = |i: usize| weights.map_or_else(BigRational::one, |w| rational(w[i]));
        let total: BigRational = (0..n).map(weight).sum();
        // [A | b | I], A = ZᵀSZ + WλI.
        let mut system = vec![vec![BigRational::zero(); 2 * k + 1]; k];
        for i in 0..n {
            let (z, s, t) = (row(i), weight(i), rational(y[i]));
            for a in 0..k {
                let scaled = &s * &z[a];
                for b in 0..k {
                    system[a][b] += &scaled * &z[b];
                }
                system[a][k] += scaled * &t;
            }
        }
        for a in 0..k {
            if a >= offset {
                system[a][a] += rational(lambda) * &total;
            }
            system[a][k + 1 + a] = BigRational::one();
        }
        for a in 0..k {
            let pivot = (a..k)
                .find(|&r| !system[r][a].is_zero())
                .expect("full rank");
            system.swap(a, pivot);
            let inverse = system[a][a].recip();
            system[a].iter_mut().for_each(|v| *v *= &inverse);
            let own = system[a].clone();
            for (r, line) in system.iter_mut().enumerate() {
                if r != a {
                    let factor = line[a].clone();
                    line.iter_mut()
                        .zip(&own)
                        .for_each(|(v, o)| *v -= &factor * o);
                }
            }
        }
        let parameters: Vec<_> = system.iter().map(|line| line[k].clone()).collect();
        let residuals: Vec<BigRational> = (0..n)
            .map(|i| {
                let fitted: BigRational = row(i).iter().zip(&parameters).map(|(z, p)| z * p).sum();
                rational(y[i]) - fitted
            })
            .collect();
        let rss: BigRational = residuals
            .iter()
            .enumerate()
            .map(|(i, r)| weight(i) * r * r)
            .sum();
        let df = BigRational::from_integer((n - k).into());
        Self {
            variances: (0..k).map(|a| &system[a][k + 1 + a] * &rss / &df).collect(),
            parameters,
            residuals,
            mse: rss / total,
        }
    }

    fn error(&self, parameter: usize) -> f64 {
        float(&self.variances[parameter]).sqrt()
    }
}

fn assert_near(what: &str, found: f64, exact: &BigRational, tolerance: f64) {
    let difference = float(&(rational(found) - exact)).abs();
    let relative = difference / float(exact).abs();
    assert!(
        relative <= tolerance,
        "{what}: {found:e}, exactly {:e}: {relative:.1e}",
        float(exact)
    );
}

/// `x = c + i` and, if there are several, columns that share its offset and one that does not; noise in eighths.
fn data(n: usize, p: usize, c: f64, target_offset: f64) -> (Array2<f64>, Array1<f64>) {
    let x = Array2::from_shape_fn((n, p), |(i, j)| match j {
        0 => c + i as f64,
        1 => c / 4.0 + ((i * i) % 7) as f64,
        _ => ((i * 5) % 11) as f64 / 8.0,
    });
    let noise = |i: usize| ((i * 7 + i * i) % 13) as f64 / 8.0;
    let y = Array1::from_shape_fn(n, |i| {
        let other: f64 = (1..p).map(|j| 3.0 * (x[[i, j]] - x[[0, j]])).sum();
        target_offset + (2 * i) as f64 / 8.0 + other + noise(i)
    });
    (x, y)
}

const OFFSETS: [f64; 7] = [0.0, 1e6, 1e9, 1e12, 1e14, 1e15, -1e15];

fn weights(n: usize) -> Array1<f64> {
    Array1::from_shape_fn(n, |i| [1.0, 0.25, 3.0, 2.5][i % 4])
}

#[test]
fn every_solver_is_exact_however_far_from_zero_the_data_are() {
    for (n, p) in [(4, 1), (45, 1), (45, 3), (530, 2)] {
        for c in OFFSETS {
            for target_offset in [0.0, 1e15] {
                let (x, y) = data(n, p, c, target_offset);
                let weights = weights(n);
                for weights in [None, Some(&weights)] {
                    for lambda in [0.0, 0.25] {
                        let exact = Exact::new(&x, &y, weights, lambda, true);
                        let data = samples(x.view(), y.view(), weights.map(|w| w.view()));
                        for solver in Solver::ALL {
                            if solver == Solver::Dual && (lambda == 0.0 || n > 100) {
                                continue;
                            }
                            let what = format!(
                                "{n} × {p} at {c:e}, y at {target_offset:e}, {lambda}, {solver}"
                            );
                            check(&what, &data, solver, lambda, &exact);
                        }
                    }
                }
            }
        }
    }
}

fn check(what: &str, data: &Samples<'_, f64>, solver: Solver, lambda: f64, exact: &Exact) {
    let fit = ridge()
        .solver(solver)
        .lambda(lambda)
        .analyse(data)
        .expect("a fit");
    let (model, report) = (fit.model(), fit.model().report().expect("a report"));
    // Iterations and squares of the dual's system end a little earlier.
    let tolerance = if matches!(solver, Solver::Lsqr | Solver::Dual) {
        1e-11
    } else {
        4e-13
    };
    // Ten digits are what a residual sum of squares from moments keeps before residuals are computed, and a residual
    // before it is computed in twice the precision.
    let of_residuals = 1e-10;
    for (j, w) in model.coefficients().iter().enumerate() {
        assert_near(
            &format!("{what}: coefficient {j}"),
            *w,
            &exact.parameters[j + 1],
            tolerance,
        );
    }
    assert_near(
        &format!("{what}: mse"),
        report.mse[0],
        &exact.mse,
        of_residuals,
    );
    assert!(
        report.rank().is_none_or(|rank| rank == data.n_features()),
        "{what}: the rank"
    );

    let residuals = fit.residuals().expect("residuals");
    let rms = float(&exact.mse).sqrt();
    for (found, exact) in residuals.raw().iter().zip(&exact.residuals) {
        let off = float(&(rational(*found) - exact)).abs();
        assert!(
            off <= of_residuals * rms,
            "{what}: residual {found:e}, exactly {}: off by {off:.1e}",
            float(exact)
        );
    }
    let weight_sum = report.weight_sum;
    assert_near(
        &format!("{what}: residual sum of squares"),
        residuals.sum_of_squares() / weight_sum,
        &exact.mse,
        of_residuals,
    );
    if lambda == 0.0 {
        let inference = fit.inference(Covariance::Classical).expect("inference");
        for (parameter, estimate) in inference.estimates().iter().enumerate() {
            let found = estimate.standard_error.expect("determined");
            let off = (found / exact.error(parameter) - 1.0).abs();
            assert!(
                off <= of_residuals,
                "{what}: error of parameter {parameter} {found:e}: off by {off:.1e}"
            );
            assert!(!estimate.aliased, "{what}");
        }
        // Leverage, and errors of predictions, are functions of the centred rows.
        let leverage = residuals.leverage();
        let prediction = inference.predict(data.x()).expect("predictions");
        let kept = inference
            .prediction_errors()
            .predict(model, data.x())
            .expect("predictions");
        let sigma = inference.fit().sigma.expect("degrees of freedom");
        if data.weights().is_none() {
            for i in 0..data.n_rows() {
                let expected = sigma * leverage[i].sqrt();
                for found in [prediction.standard_error()[i], kept.standard_error()[i]] {
                    assert!(
                        (found / expected - 1.0).abs() <= 1e-9,
                        "{what}: row {i}: {found}, {expected}"
                    );
                }
            }
        }
    }
    // A prediction is a difference of numbers as large as its terms.
    let predicted = model.predict(data.x()).expect("predictions");
    for (i, found) in predicted.iter().enumerate() {
        let x = data.x().row(i).to_owned();
        let terms = x
            .iter()
            .zip(model.coefficients())
            .map(|(x, w)| (x * w).abs());
        let size = terms.sum::<f64>() + model.intercept().abs();
        let exact = rational(data.y()[i]) - &exact.residuals[i];
        let off = float(&(rational(*found) - exact)).abs();
        assert!(
            off <= 8.0 * f64::EPSILON * size + tolerance * rms,
            "{what}: prediction {i} off by {off:e}"
        );
    }
}

#[test]
fn moments_in_pieces_are_exact_however_far_from_zero_the_data_are() {
    for c in OFFSETS {
        for target_offset in [0.0, 1e15] {
            let (x, y) = data(300, 3, c, target_offset);
            let weights = weights(300);
            let exact = Exact::new(&x, &y, Some(&weights), 0.0, true);
            for rows in [1, 7, 100, 300] {
                let mut moments = Moments::new(3, 1).expect("moments");
                for start in (0..300).step_by(rows) {
                    let piece = Slice::from(start..(start + rows).min(300));
                    let part = Moments::from_data(
                        x.slice_axis(Axis(0), piece),
                        y.slice_axis(Axis(0), piece),
                        Some(weights.slice_axis(Axis(0), piece)),
                    );
                    moments
                        .merge(&part.expect("a piece"))
                        .expect("the same columns");
                }
                let what = format!("at {c:e}, y at {target_offset:e}, {rows} rows a piece");
                for solver in [Solver::Auto, Solver::Cholesky, Solver::Eigen] {
                    let model: LinearModel<f64> =
                        ridge().solver(solver).fit_moments(&moments).expect("a fit");
                    for (j, w) in model.coefficients().iter().enumerate() {
                        assert_near(
                            &format!("{what}: coefficient {j}"),
                            *w,
                            &exact.parameters[j + 1],
                            1e-12,
                        );
                    }
                    let report = model.report().expect("a report");
                    assert_near(&format!("{what}: mse"), report.mse[0], &exact.mse, 1e-11);
                    assert_near(
                        &what,
                        model.mse_on(&moments).expect("mse"),
                        &exact.mse,
                        1e-11,
                    );
                    let kind = Some(WeightKind::Analytic);
                    let inference =
                        Inference::from_moments(&model, &moments, kind).expect("inference");
                    for (parameter, estimate) in inference.estimates().iter().enumerate() {
                        let found = estimate.standard_error.expect("determined");
                        let off = (found / exact.error(parameter) - 1.0).abs();
                        assert!(
                            off <= 1e-11,
                            "{what}: error of {parameter}: off by {off:.1e}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn extended_precision_is_exact_to_the_last_place_at_an_offset() {
    for c in OFFSETS {
        let (x, y) = data(4, 1, c, 0.0);
        let exact = Exact::new(&x, &y, None, 0.0, true);
        let data = samples(x.view(), y.view(), None);
        let fit = RidgeRegression::new()
            .precision(Precision::Extended)
            .analyse(&data)
            .expect("a fit");
        assert_near(
            "slope",
            fit.model().coefficients()[0],
            &exact.parameters[1],
            f64::EPSILON,
        );
        let report = fit.model().report().expect("a report");
        assert_near("mse", report.mse[0], &exact.mse, f64::EPSILON);
        let inference = fit.inference(Covariance::Classical).expect("inference");
        let found = inference
            .feature(0)
            .and_then(|e| e.standard_error)
            .expect("determined");
        assert!(
            (found / exact.error(1) - 1.0).abs() <= 4e-15,
            "at {c:e}: {found}"
        );
    }
}

#[test]
fn a_column_is_constant_only_if_its_values_are_equal() {
    // Deviations of one unit in the last place, and of four.
    let x = Array2::from_shape_fn((6, 1), |(i, _)| 4e15 + [0.0, 0.5, 1.0, 2.0, 0.5, 1.5][i]);
    let y = Array1::from_vec(vec![0.0, 1.0, 2.0, 4.5, 1.0, 3.0]);
    let exact = Exact::new(&x, &y, None, 0.0, true);
    for solver in Solver::ALL
        .into_iter()
        .filter(|solver| *solver != Solver::Dual)
    {
        let model = ridge()
            .solver(solver)
            .fit(x.view(), y.view())
            .expect("a fit");
        assert_near(
            solver.name(),
            model.coefficients()[0],
            &exact.parameters[1],
            1e-14,
        );
    }
    // Equal values, of which no mean of rounded sums is one: a coefficient of zero, by every solver and for any weights.
    let weights = Array1::from_shape_fn(6, |i| 0.1 + 0.7 * i as f64);
    for value in [0.1, 1e15 / 3.0, -7e-9 / 11.0] {
        let z = Array2::from_elem((6, 1), value);
        let both = concatenate![Axis(1), x, z];
        for solver in Solver::ALL
            .into_iter()
            .filter(|solver| *solver != Solver::Dual)
        {
            for weights in [None, Some(weights.view())] {
                let model = ridge()
                    .solver(solver)
                    .fit_weighted(both.view(), y.view(), weights)
                    .expect("a fit");
                assert_eq!(model.coefficients()[1], 0.0, "{solver}");
                let rank = model.report().expect("a report").rank();
                assert!(rank.is_none_or(|rank| rank == 1), "{solver}: {rank:?}");
            }
        }
    }
}

#[test]
fn a_fit_without_an_intercept_keeps_its_digits_up_to_the_rounding_of_the_coefficient() {
    for c in [0.0, 1e6, 1e9, 1e12] {
        let x = Array2::from_shape_fn((30, 1), |(i, _)| c + (i + 1) as f64);
        let y = Array1::from_shape_fn(30, |i| 0.5 * x[[i, 0]] + [1.0, -0.5, 0.25][i % 3]);
        let exact = Exact::new(&x, &y, None, 0.0, false);
        for solver in Solver::ALL
            .into_iter()
            .filter(|solver| *solver != Solver::Dual)
        {
            let fit = ridge().fit_intercept(false).solver(solver);
            let data = samples(x.view(), y.view(), None);
            let fit = fit.analyse(&data).expect("a fit");
            let w = fit.model().coefficients()[0];
            assert_near(solver.name(), w, &exact.parameters[0], 2e-15);
            // (w ε)² Σ x² is what a rounded coefficient adds to the sum of squares.
            let rounding = (w * 8.0 * f64::EPSILON * (c + 30.0)).powi(2) / float(&exact.mse);
            let mse = fit.model().report().expect("a report").mse[0];
            assert_near(
                &format!("{solver} at {c:e}"),
                mse,
                &exact.mse,
                1e-11 + rounding,
            );
        }
    }
}

#[test]
fn deviations_of_scaler_and_metrics_are_of_the_exact_mean() {
    for (c, step, n) in [
        (1e8, 1e-7, 6),
        (1e15, 0.125, 5),
        (-3e12, 0.5, 40),
        (1e8, 1e-7, 1000),
    ] {
        let x = Array2::from_shape_fn((n, 1), |(i, _)| c + step * (i * i % 17) as f64);
        let weights = Array1::from_shape_fn(n, |i| 1.0 + (i % 3) as f64);
        for weights in [None, Some(weights.view())] {
            let weight = |i: usize| rational(weights.map_or(1.0, |w| w[i]));
            let total: BigRational = (0..n).map(weight).sum();
            let sum: BigRational = (0..n).map(|i| weight(i) * rational(x[[i, 0]])).sum();
            let mean = sum / &total;
            let square = |i: usize| {
                let d = rational(x[[i, 0]]) - &mean;
                weight(i) * &d * &d
            };
            let variance = (0..n).map(square).sum::<BigRational>() / &total;
            let scaler = StandardScaler
                .fit_weighted(x.view(), weights)
                .expect("a scaler");
            let sd = scaler.scale()[0];
            assert_near(&format!("sd at {c:e}"), sd * sd, &variance, 1e-14);
            let moments = Moments::from_data(x.view(), x.column(0), weights).expect("moments");
            let scatter = moments.target_scatter()[0] / moments.weight_sum();
            assert_near(&format!("moments at {c:e}"), scatter, &variance, 1e-13);
            // R² of predicting the first value everywhere is 1 − Σ s (y − y₀)² / Σ s (y − ȳ)².
            let predicted = Array1::from_elem(n, x[[0, 0]]);
            let from_first = |i: usize| {
                let d = rational(x[[i, 0]]) - rational(x[[0, 0]]);
                weight(i) * &d * &d
            };
            let r2 = BigRational::one()
                - (0..n).map(from_first).sum::<BigRational>() / (&variance * &total);
            let found = Metric::R2
                .evaluate(x.column(0), predicted.view(), weights, &Average::Uniform)
                .expect("r2");
            assert!(
                (found - float(&r2)).abs() <= 1e-13 * (1.0 - float(&r2)),
                "{found}"
            );
        }
    }
}
