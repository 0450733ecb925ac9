//! The peak memory of a fit beside the bytes of its design: 10⁶ × 100, no copy allowed.
//!
//! ```text
//! cargo bench --bench ridge_memory
//! ```
#![allow(clippy::print_stdout)] // a bench prints what it measured

mod common;

use elltwo::model::{Estimator, RidgeRegression};
use ndarray::{Array1, Array2};

/// What the whole process may take at its peak, relative to the design.
const LIMIT: f64 = 1.1;

/// The largest resident set this process has had, in bytes; Linux keeps it.
fn peak_resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024.0)
}

fn main() {
    let smoke = common::smoke();
    let (n, p) = if smoke {
        (10_000, 100)
    } else {
        (1_000_000, 100)
    };
    let mut state = 1_u64;
    let x = Array2::from_shape_simple_fn((n, p), || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    });
    let y: Array1<f64> = x.column(0).to_owned() + &x.column(p - 1) * 2.0;
    let model = RidgeRegression::new()
        .lambda(1e-6)
        .fit(x.view(), y.view())
        .expect("a fit");
    assert!((model.coefficients()[p - 1] - 2.0).abs() < 1e-3);
    let bytes = (8 * n * p) as f64;
    match peak_resident() {
        Some(peak) => {
            println!(
                "ridge_memory: {n} × {p} f64, design {:.1} MiB, peak resident {:.1} MiB, ratio {:.3}",
                bytes / f64::from(1 << 20),
                peak / f64::from(1 << 20),
                peak / bytes
            );
            assert!(
                smoke || peak <= LIMIT * bytes,
                "the fit took more than {LIMIT} of the design"
            );
        }
        None => println!("ridge_memory: the peak resident set is only known on Linux"),
    }
}
