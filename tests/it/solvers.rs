//! Every solver on problems whose solution is known by construction, and on weights, several targets and their penalties.

use crate::common::{Uniform, largest_relative, load, relative, samples};
use elltwo::diagnostics::Residuals;
use elltwo::model::{Estimator, LinearModel, RidgeReport};
use elltwo::scalar::{Scalar, TargetDim};
use elltwo::solver::{Solver, Termination};
use ndarray::{Array1, Array2, Axis, Ix1, Ix2, array, concatenate, s};

fn report<D: TargetDim>(model: &LinearModel<f64, D>) -> &RidgeReport {
    let report = model.report().expect("a report");
    report.ridge().expect("of ridge")
}

/// `(rows, columns)` with orthonormal columns, orthogonal to the ones if there is an intercept.
fn orthonormal(random: &mut Uniform, rows: usize, columns: usize, centred: bool) -> Array2<f64> {
    let mut q = random.matrix(rows, columns, 0.0);
    let ones = Array1::from_elem(rows, 1.0 / (rows as f64).sqrt());
    for j in 0..columns {
        // Twice is enough.
        for _ in 0..2 {
            let mut column = q.column(j).to_owned();
            if centred {
                let along = ones.dot(&column);
                column.scaled_add(-along, &ones);
            }
            for i in 0..j {
                let along = q.column(i).dot(&column);
                column.scaled_add(-along, &q.column(i));
            }
            let norm = column.dot(&column).sqrt();
            q.column_mut(j).assign(&(column / norm));
        }
    }
    q
}

/// A design with given singular values, targets, and the ridge solution they were made from.
struct Constructed {
    x: Array2<f64>,
    y: Array1<f64>,
    w: Array1<f64>,
    intercept: f64,
    lambda: f64,
}

/// `w` in the row space, and `y = Xw + b + U diag(α/σ) Vᵀw + e` with `e` orthogonal to `X`: then `Xᵀ(y − b − Xw) = αw`.
fn constructed(seed: u64, n: usize, p: usize, alpha: f64, fit_intercept: bool) -> Constructed {
    let mut random = Uniform(seed);
    let rank = p.min(n - usize::from(fit_intercept));
    let with_noise = orthonormal(&mut random, n, (rank + 1).min(n - 1), fit_intercept);
    let (u, v) = (
        with_noise
            .slice(s![.., ..rank.min(with_noise.ncols())])
            .to_owned(),
        orthonormal(&mut random, p, rank.min(with_noise.ncols()), false),
    );
    let sigma = Array1::from_shape_simple_fn(u.ncols(), || 2.0 + random.next());
    let c = random.vector(u.ncols(), 0.0);
    let w = v.dot(&c);
    let mut x = (&u * &sigma).dot(&v.t());
    let mut y = u.dot(&((&sigma + &(alpha / &sigma)) * &c));
    if with_noise.ncols() > u.ncols() {
        y.scaled_add(3.0, &with_noise.column(u.ncols()));
    }
    let mut intercept = 0.0;
    if fit_intercept {
        let means = random.vector(p, 3.0);
        x += &means;
        intercept = 10.0 - means.dot(&w);
        y += 10.0;
    }
    Constructed {
        x,
        y,
        w,
        intercept,
        lambda: alpha / n as f64,
    }
}

fn check(what: &str, solver: Solver, problem: &Constructed, fit_intercept: bool) {
    let ridge = crate::common::ridge()
        .lambda(problem.lambda)
        .solver(solver)
        .fit_intercept(fit_intercept);
    let model = ridge.fit(problem.x.view(), problem.y.view());
    let model = model.unwrap_or_else(|error| panic!("{what} {solver}: {error}"));
    let off = &model.coefficients() - &problem.w;
    let size = problem.w.dot(&problem.w).sqrt();
    assert!(
        off.dot(&off).sqrt() <= 1e-10 * size,
        "{what} {solver}: {off}"
    );
    assert!(
        (model.intercept() - problem.intercept).abs() <= 1e-9,
        "{what} {solver}"
    );
    model.ensure_converged().expect("convergence");
}

#[test]
fn every_solver_finds_the_solution_a_problem_was_made_from() {
    for (seed, (n, p)) in [
        (40, 5),
        (31, 30),
        (20, 20),
        (12, 40),
        (7, 50),
        (3, 2),
        (2, 1),
    ]
    .into_iter()
    .enumerate()
    {
        for fit_intercept in [true, false] {
            for alpha in [1e-4, 1.0, 1e3] {
                let problem = constructed(100 + seed as u64, n, p, alpha, fit_intercept);
                for solver in Solver::ALL {
                    let what = format!("{n} × {p}, alpha {alpha}, intercept {fit_intercept},");
                    // Without a penalty that counts, more columns than rows leave nothing to factor.
                    let squared = matches!(
                        solver,
                        Solver::Cholesky | Solver::RefinedCholesky | Solver::Eigen | Solver::Dual
                    );
                    if squared && alpha < 1e-2 && (n <= p || solver == Solver::Dual) {
                        continue;
                    }
                    check(&what, solver, &problem, fit_intercept);
                }
            }
        }
    }
}

#[test]
fn a_design_beside_itself_shares_the_coefficients_and_rows_twice_change_nothing() {
    for fit_intercept in [true, false] {
        let one = constructed(7, 30, 4, 0.5, fit_intercept);
        let beside = Constructed {
            x: concatenate![Axis(1), one.x, one.x],
            w: concatenate![Axis(0), one.w, one.w] * 0.5,
            y: one.y.clone(),
            lambda: 2.0 * one.lambda,
            ..one
        };
        // XXᵀ doubles, so that α = nλ must: w₁ = w₂ = w/2 solves (2XᵀX + 2α) (w/2) = Xᵀy.
        let beside = Constructed {
            intercept: beside.intercept,
            ..beside
        };
        let stacked = Constructed {
            x: concatenate![Axis(0), one.x, one.x],
            y: concatenate![Axis(0), one.y, one.y],
            w: one.w.clone(),
            intercept: one.intercept,
            lambda: one.lambda,
        };
        for solver in Solver::ALL {
            check("[X X]", solver, &beside, fit_intercept);
            check("[X; X]", solver, &stacked, fit_intercept);
        }
    }
}

#[test]
fn every_solver_takes_weights_targets_and_their_penalties() {
    let mut random = Uniform(21);
    for fit_intercept in [true, false] {
        let (x, y) = (random.matrix(24, 4, 2.0), random.matrix(24, 3, 5.0));
        let weights = Array1::from_shape_fn(24, |i| (i % 4) as f64);
        // An integer weight is a repeated row.
        let rows: Vec<usize> = (0..24).flat_map(|i| vec![i; i % 4]).collect();
        let (long_x, long_y) = (x.select(Axis(0), &rows), y.select(Axis(0), &rows));
        let lambdas = [0.02, 0.5, 0.02];
        for solver in Solver::ALL {
            let ridge = crate::common::ridge()
                .solver(solver)
                .fit_intercept(fit_intercept);
            let several: LinearModel<f64, Ix2> = (ridge.clone().lambda_per_target(lambdas))
                .fit_weighted(x.view(), y.view(), Some(weights.view()))
                .expect("a fit");
            for (target, lambda) in lambdas.into_iter().enumerate() {
                let single: LinearModel<f64, Ix1> =
                    (crate::common::ridge().solver(Solver::Qr).lambda(lambda))
                        .fit_intercept(fit_intercept)
                        .fit(long_x.view(), long_y.column(target))
                        .expect("a fit");
                let worst =
                    largest_relative(several.coefficients().column(target), single.coefficients());
                assert!(worst <= 1e-11, "{solver}: {worst:.1e}");
                assert!(
                    relative(several.intercepts()[target], single.intercept()) <= 1e-11,
                    "{solver}"
                );
                let (of_all, of_one) = (report(&several), report(&single));
                if let (Some(df), Some(one)) =
                    (&of_all.degrees_of_freedom, &of_one.degrees_of_freedom)
                {
                    assert!(
                        relative(df[target], one[0]) <= 1e-12,
                        "{solver}: {df:?} {one:?}"
                    );
                }
                assert_eq!(of_all.degrees_of_freedom.is_none(), solver == Solver::Lsqr);
            }
        }
    }
}

#[test]
fn degrees_of_freedom_are_the_sum_of_the_leverages() {
    let mut random = Uniform(22);
    let duplicated = |x: Array2<f64>| concatenate![Axis(1), x, x];
    for (what, x, lambda) in [
        ("tall", random.matrix(30, 5, 3.0), 0.1),
        ("tall", random.matrix(30, 5, 3.0), 0.0),
        ("wide", random.matrix(8, 20, 3.0), 0.1),
        ("wide", random.matrix(8, 20, 3.0), 0.0),
        ("duplicated", duplicated(random.matrix(30, 3, 3.0)), 0.0),
        ("duplicated", duplicated(random.matrix(30, 3, 3.0)), 0.3),
    ] {
        let y = random.vector(x.nrows(), 1.0);
        for solver in Solver::ALL {
            for fit_intercept in [true, false] {
                let ridge = crate::common::ridge()
                    .lambda(lambda)
                    .solver(solver)
                    .fit_intercept(fit_intercept);
                let Ok(model) = ridge.fit(x.view(), y.view()) else {
                    // No inverse without a penalty.
                    let squared =
                        [Solver::Cholesky, Solver::RefinedCholesky, Solver::Dual].contains(&solver);
                    assert!(lambda == 0.0 && squared, "{what} {solver}");
                    continue;
                };
                let Some(df) = &report(&model).degrees_of_freedom else {
                    continue;
                };
                let residuals =
                    Residuals::new(&model, &samples(x.view(), y.view(), None)).expect("residuals");
                let leverage = residuals.leverage().sum();
                assert!(
                    (df[0] - leverage).abs() <= 1e-9,
                    "{what} {solver} {lambda}: {df:?} {leverage}"
                );
            }
        }
    }
}

#[test]
fn the_kkt_residual_is_the_gradient_and_near_zero_at_the_minimum() {
    let data = load("diabetes");
    let (x, y) = (data.x(), data.y());
    let size = x.fold(0.0_f64, |a, v| a.max(v.abs())) * y.fold(0.0_f64, |a, v| a.max(v.abs()));
    for solver in Solver::ALL {
        let model = crate::common::ridge()
            .lambda(0.01)
            .solver(solver)
            .fit(x, y)
            .expect("a fit");
        let found = report(&model).kkt_residual[0];
        assert!(found <= 1e-12 * size, "{solver}: {found:.1e}");
    }
    // In single precision the data are what they are, and the check is of the solution before it is rounded.
    let (single, y) = (x.mapv(f32::of), y.mapv(f32::of));
    let model = crate::common::ridge()
        .fit(single.view(), y.view())
        .expect("a fit");
    let ridge = model
        .report()
        .and_then(|report| report.ridge())
        .expect("of ridge");
    assert!(ridge.kkt_residual[0] <= 1e-12 * size);
}

#[test]
fn lsqr_gives_the_shortest_solution_and_says_when_it_has_not_converged() {
    let mut random = Uniform(23);
    let (x, y) = (random.matrix(10, 25, 2.0), random.vector(10, 1.0));
    let fit = |solver, x: &Array2<f64>, y: &Array1<f64>| {
        let model = crate::common::ridge()
            .solver(solver)
            .fit(x.view(), y.view());
        model.expect("a fit")
    };
    let (lsqr, exact) = (fit(Solver::Lsqr, &x, &y), fit(Solver::Svd, &x, &y));
    let off = &lsqr.coefficients() - &exact.coefficients();
    assert!(off.dot(&off).sqrt() <= 1e-11, "{off}");
    let mut twice = concatenate![Axis(1), x.slice(s![.., ..3]), x.slice(s![.., ..3])];
    twice.column_mut(4).mapv_inplace(|v| 2.0 * v);
    let (lsqr, exact) = (fit(Solver::Lsqr, &twice, &y), fit(Solver::Svd, &twice, &y));
    assert!(largest_relative(lsqr.coefficients(), exact.coefficients()) <= 1e-10);
    assert_eq!(report(&lsqr).rank, None);
    assert!(matches!(
        lsqr.report().expect("a report").termination,
        Termination::Converged { .. }
    ));

    // Columns from 1 down to 1e-14, all needed.
    let mut graded = random.matrix(60, 40, 0.0);
    for (j, mut column) in graded.columns_mut().into_iter().enumerate() {
        column *= 10.0_f64.powf(-0.35 * j as f64);
    }
    let y = graded.dot(&Array1::from_shape_fn(40, |j| {
        10.0_f64.powf(0.35 * j as f64)
    }));
    let model = fit(Solver::Lsqr, &graded, &y);
    let termination = model.report().expect("a report").termination;
    assert!(
        matches!(termination, Termination::MaxIterations { .. }),
        "{termination}"
    );
    let error = model.ensure_converged().expect_err("not converged");
    assert!(error.to_string().contains("iterations"), "{error}");
}

#[test]
fn lsqr_refuses_squares_beyond_the_range() {
    let x = array![[1e200, 1.0], [2e200, 3.0], [5e200, 1.0]];
    let y = array![1.0, 2.0, 4.0];
    assert!(
        crate::common::ridge()
            .solver(Solver::Lsqr)
            .fit(x.view(), y.view())
            .is_err()
    );
}

#[test]
fn least_squares_with_fewer_samples_than_features_is_the_shortest_solution_of_qr() {
    let shapes = [(12, 30), (29, 30), (30, 31), (70, 200)];
    for ((n, p), fit_intercept) in shapes.into_iter().flat_map(|s| [(s, true), (s, false)]) {
        for kind in [
            "plain",
            "weights",
            "a constant column",
            "repeated rows",
            "one weight of zero",
            "far from zero",
        ] {
            let mut random = Uniform(n as u64);
            let mean = if kind == "far from zero" { 1e6 } else { 10.0 };
            let mut x = random.matrix(n, p, mean);
            let y = random.matrix(n, 2, mean);
            let mut weights = Array1::from_shape_simple_fn(n, || 1.5 + random.next());
            match kind {
                "plain" => weights.fill(1.0),
                "a constant column" => x.column_mut(3).fill(1e5),
                "repeated rows" => {
                    let first = x.row(0).to_owned();
                    x.row_mut(5).assign(&first);
                }
                "one weight of zero" => weights[2] = 0.0,
                _ => {}
            }
            let fit = |solver| {
                let ridge = crate::common::ridge().solver(solver);
                let ridge = ridge.fit_intercept(fit_intercept);
                let model = ridge.fit_weighted(x.view(), y.view(), Some(weights.view()));
                model.unwrap_or_else(|error| panic!("{n} x {p}, {kind}: {error}"))
            };
            let (auto, qr): (LinearModel<f64, Ix2>, _) = (fit(Solver::Auto), fit(Solver::Qr));
            let case = format!(
                "{n} x {p}, {kind}, intercept {fit_intercept}: {}",
                report(&auto).solver
            );
            let largest = qr.coefficients().fold(0.0_f64, |a, v| a.max(v.abs()));
            let worst =
                (&auto.coefficients() - &qr.coefficients()).fold(0.0_f64, |a, d| a.max(d.abs()));
            let allowed = if kind == "far from zero" { 1e-7 } else { 1e-10 };
            assert!(
                worst <= allowed * largest,
                "{case}: {:.1e}",
                worst / largest
            );
            assert_eq!(report(&auto).rank, report(&qr).rank, "{case}");
            if kind == "repeated rows" {
                assert_eq!(report(&auto).solver, Solver::Qr, "{case}");
            } else if kind != "far from zero"
                && 2 * n < p
                && (fit_intercept || kind != "a constant column")
            {
                assert_eq!(report(&auto).solver, Solver::Dual, "{case}");
            }
        }
    }
}
