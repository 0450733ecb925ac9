//! Minibatch stochastic gradient descent: `J = mean loss + penalty`, one batch of rows after the other.
//!
//! ```text
//! g = (1/m) Σ_{i in batch} (sᵢ/s̄) ℓ′(yᵢ, ŷᵢ) xᵢ + ∇ penalty        θ ← θ − step(g)
//! ```
//!
//! A batch is gathered into a buffer, standardized as it is read, and used there for predictions, losses and the gradient: X is
//! read once an epoch, whatever its layout and order, and nothing is allocated.

mod averaging;
mod batch;
mod clip;
mod clock;
mod conditioning;
mod kernel;
mod optimizer;
mod position;
mod run;
mod saga;
mod schedule;
mod settings;
mod shuffle;
mod spread;
mod step;
mod step_size;
mod stopping;
mod stream;
mod training;

pub use averaging::Averaging;
pub use clip::GradientClip;
pub use clock::Clock;
pub use conditioning::Conditioning;
pub use optimizer::Optimizer;
pub use schedule::Schedule;
pub use settings::Monitor;
pub use shuffle::Shuffle;
pub use stopping::EpochRecord;

pub(crate) use batch::Source;
pub(crate) use run::{Problem, Solution, run};
pub(crate) use settings::Settings;
pub(crate) use stream::{flush, partial_fit, start};
pub(crate) use training::Training;
