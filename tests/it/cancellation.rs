//! Fits and analyses that the caller cancels, and those that he does not.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::common::{Uniform, samples};
use elltwo::Error;
use elltwo::model::{CvStrategy, Estimator, RidgeCv, RidgePath, RidgeRegression, SgdRegressor};
use elltwo::solver::{Precision, Solver};
use ndarray::{Array1, Array2};

fn data(n: usize, p: usize) -> (Array2<f64>, Array1<f64>) {
    let mut random = Uniform(7);
    let x = random.matrix(n, p, 10.0);
    let y = x.sum_axis(ndarray::Axis(1)) + random.vector(n, 0.0);
    (x, y)
}

fn is_cancelled<T>(result: Result<T, Error>) -> bool {
    matches!(result, Err(Error::Cancelled))
}

#[test]
fn a_raised_flag_ends_every_fit_and_one_that_is_not_changes_no_bit() {
    let (x, y) = data(60, 4);
    let plain = samples(x.view(), y.view(), None);
    let (lowered, raised) = (AtomicBool::new(false), AtomicBool::new(true));
    let (going, cancelled) = (plain.cancelled_by(&lowered), plain.cancelled_by(&raised));
    for solver in Solver::ALL {
        let ridge = RidgeRegression::new().lambda(0.1).solver(solver);
        assert!(is_cancelled(ridge.fit_samples(&cancelled)), "{solver}");
        let [with, without] =
            [&going, &plain].map(|samples| ridge.fit_samples(samples).expect("a fit"));
        assert_eq!(with, without, "{solver}");
    }
    let extended = RidgeRegression::new().precision(Precision::Extended);
    assert!(is_cancelled(extended.fit_samples(&cancelled)));
    for strategy in [
        CvStrategy::LeaveOneOut,
        CvStrategy::Gcv,
        CvStrategy::KFold {
            k: 5,
            shuffle: Some(1),
        },
    ] {
        let cv = RidgeCv::new().strategy(strategy);
        assert!(is_cancelled(cv.fit_samples(&cancelled)));
        assert_eq!(
            cv.fit_samples(&going).expect("a fit"),
            cv.fit_samples(&plain).expect("a fit")
        );
    }
    assert!(is_cancelled(RidgePath::new().fit(&cancelled)));
    assert!(is_cancelled(SgdRegressor::new().fit_samples(&cancelled)));
}

#[test]
fn a_flag_raised_while_fits_run_on_another_thread_ends_them() {
    let (x, y) = data(2000, 20);
    let flag = AtomicBool::new(false);
    let samples = samples(x.view(), y.view(), None).cancelled_by(&flag);
    std::thread::scope(|scope| {
        let fits = scope.spawn(|| {
            loop {
                match RidgeRegression::new().lambda(0.1).fit_samples(&samples) {
                    Ok(_) => {}
                    Err(error) => return error,
                }
            }
        });
        flag.store(true, Ordering::Relaxed);
        assert!(matches!(fits.join().expect("a thread"), Error::Cancelled));
    });
}

#[test]
fn sgd_ends_before_the_epoch_after_the_flag_was_raised() {
    let (x, y) = data(200, 3);
    let flag = AtomicBool::new(false);
    let samples = samples(x.view(), y.view(), None).cancelled_by(&flag);
    let mut last = 0;
    let result = SgdRegressor::new().fit_observed(&samples, &mut |record| {
        last = record.epoch;
        flag.store(record.epoch == 2, Ordering::Relaxed);
        ControlFlow::Continue(())
    });
    assert!(is_cancelled(result));
    assert_eq!(last, 2);
}

#[test]
fn what_is_asked_of_a_fit_after_the_flag_was_raised_is_cancelled() {
    use elltwo::inference::{Clusters, Covariance};
    let (x, y) = data(300, 3);
    let flag = AtomicBool::new(false);
    let samples = samples(x.view(), y.view(), None).cancelled_by(&flag);
    let fit = RidgeRegression::new().analyse(&samples).expect("a fit");
    fit.residuals().expect("a fit");
    flag.store(true, Ordering::Relaxed);
    assert!(is_cancelled(fit.residuals()));
    assert!(is_cancelled(fit.dfbeta()));
    for covariance in [
        Covariance::Hc0,
        Covariance::Hc3,
        Covariance::Clustered(Clusters::new(&[0, 1, 2].repeat(100))),
        Covariance::NeweyWest {
            lags: 2,
            small_sample: false,
        },
    ] {
        assert!(is_cancelled(fit.inference(covariance)), "{covariance:?}");
    }
}
