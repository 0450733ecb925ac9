//! SGD, minibatch stochastic gradient descent: `J = mean loss + penalty`, one batch of rows after the other.
//!
//! ```text
//! g = (1/m) Σ_{i in batch} (sᵢ/s̄) ℓ′(yᵢ, ŷᵢ) xᵢ + ∇ penalty        θ ← θ − step(g)
//! ```
//!
//! A batch is gathered into a buffer, standardized as it is read, and used there for predictions, losses and the
//! gradient: X is read once an epoch, whatever its layout and order, and nothing is allocated.

mod batch;
mod certificate;
mod conditioning;
mod kernel;
mod optimizer;
mod position;
mod run;
mod schedule;
mod settings;
mod source;
mod step;
mod step_size;
mod survey;
mod training;

pub use conditioning::Conditioning;
pub use optimizer::Optimizer;
pub use position::Averaging;
pub use run::EpochRecord;
pub use schedule::{Clock, Schedule};
pub use settings::{GradientClip, Monitor};
pub use source::Shuffle;

pub(crate) use run::{Solution, run};
pub(crate) use settings::Settings;
pub(crate) use source::Source;
pub(crate) use training::Training;
