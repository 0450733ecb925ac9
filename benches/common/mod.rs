//! What benches share: seeded data, the floor of reading memory, and small sizes where nothing is measured.
#![allow(dead_code, unreachable_pub)] // every bench takes what it needs

use elltwo::data::{Dataset, synthetic};
use elltwo::scalar::Scalar;
use ndarray::Array1;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The most rows where nothing is measured.
const SMOKE: usize = 2_000;

/// Whether `cargo test --benches` only wants to know that everything runs; `cargo bench` says so itself.
pub fn smoke() -> bool {
    !std::env::args().any(|argument| argument == "--bench")
}

/// So many rows, or a few.
pub fn rows(n: usize) -> usize {
    if smoke() { n.min(SMOKE) } else { n }
}

/// The generator of every bench.
pub fn generator() -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(7)
}

/// A linear problem: features around 10, noise of unit deviation.
pub fn regression(n: usize, p: usize) -> Dataset {
    let recipe = synthetic::regression(n, p);
    let recipe = recipe.feature_mean(10.0).noise(1.0).seed(1);
    recipe.generate().expect("data").dataset
}

/// Targets around 10, and predictions that miss by up to a half.
pub fn predictions<F: Scalar>(n: usize) -> (Array1<F>, Array1<F>) {
    let mut rng = generator();
    let y = Array1::from_shape_simple_fn(n, || F::of(10.0 + rng.random::<f64>()));
    let p = y.mapv(|v| v + F::of(rng.random::<f64>() - 0.5));
    (y, p)
}

/// The floor: every number read and added, vectorised.
pub fn plain_sum<F: Scalar>(values: &[F]) -> F {
    let mut lanes = [F::zero(); 32];
    let (chunks, rest) = values.as_chunks::<32>();
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(l, v)| *l += *v);
    }
    lanes.iter().chain(rest).fold(F::zero(), |a, &b| a + b)
}
