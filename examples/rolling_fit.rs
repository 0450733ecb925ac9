//! A model at every row of a sequence, of the rows in a window that ends there: a slope that changes, followed in four ways.
//!
//! ```text
//! cargo run --release --example rolling_fit
//! ```
#![allow(clippy::print_stdout)] // an example shows its results

use elltwo::Samples;
use elltwo::inference::{RollingRegression, Span};
use elltwo::model::{Estimator, RidgeRegression};
use ndarray::{Array1, Array2, s};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The slope is 1 and then 3; noise of a half either way, by a multiplicative generator.
    let (n, mut state) = (600, 1_u32);
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1 << 24) - 0.5
    };
    let x = Array2::from_shape_simple_fn((n, 1), || 10.0 * noise());
    let slope = |i: usize| if i < n / 2 { 1.0 } else { 3.0 };
    let y = Array1::from_shape_fn(n, |i| slope(i) * x[[i, 0]] + noise());
    // Rows come at uneven times.
    let times: Array1<f64> = (0..n).map(|i| i as f64 + 0.3 * (i % 3) as f64).collect();
    let samples = Samples::new(x.view(), y.view(), None)?;

    let spans = [
        ("the last 50 rows", Span::Rows(50)),
        ("the last 30 units of time", Span::Time(30.0)),
        ("all rows so far", Span::Expanding),
        ("all rows, fading by 0.95", Span::Decay(0.95)),
    ];
    println!("slope at row          100     290     320     400     599");
    for (name, span) in spans {
        let fits = RollingRegression::new(span).fit(&samples, Some(times.view()))?;
        print!("{name:<26}");
        for row in [100, 290, 320, 400, 599] {
            print!(" {:>7.3}", fits[row].coefficients[0]);
        }
        println!();
        let end = fits[n - 1].coefficients[0];
        match span {
            Span::Expanding => assert!((end - 2.0).abs() < 0.3),
            _ => assert!((end - 3.0).abs() < 0.1),
        }
    }

    // A window is the fit of its rows.
    let fits = RollingRegression::new(Span::Rows(50)).fit(&samples, None)?;
    let own = RidgeRegression::new().fit(x.slice(s![271..321, ..]), y.slice(s![271..321]))?;
    assert!((fits[320].coefficients[0] - own.coefficients()[0]).abs() < 1e-12);
    Ok(())
}
