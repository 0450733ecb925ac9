//! Schedules of the step while the fit goes on.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use crate::check::{
    check_count, check_fraction, check_open_unit, check_parameter, check_positive, check_unit,
};
use crate::error::Result;

/// Unit of the time of a [`Schedule`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// Passes over the data; the default.
    #[default]
    Epoch,
    /// Updates, one for each batch: torch's, where the scheduler follows the optimizer.
    Update,
}

/// Time of a fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    /// Updates so far.
    pub(super) update: u64,
    /// Epochs so far.
    pub(super) epoch: usize,
    /// Updates in the whole fit; `None` while streaming.
    pub(super) horizon: Option<u64>,
}

impl Clock {
    /// `t`.
    pub(super) fn ticks(self, now: Now) -> f64 {
        match self {
            Self::Epoch => now.epoch as f64,
            Self::Update => now.update as f64,
        }
    }

    /// `t` and the length, in the same unit.
    pub(super) fn span(self, length: Option<usize>, now: Now) -> (f64, f64) {
        match (length, now.horizon) {
            (Some(length), _) => (self.ticks(now), length as f64),
            (None, Some(horizon)) => (now.update as f64, horizon.max(1) as f64),
            // Streaming is refused before.
            (None, None) => (0.0, 1.0),
        }
    }
}

/// The factor `f(t)` of the initial step: `ηₜ = η₀ f(t)`, `t = 0, 1, 2, …` epochs or updates by the [`Clock`].
///
/// A `length` of `None` is the whole fit, in updates whatever the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Schedule {
    /// Constant in the first half of the fit and then linear to 0, and the coefficients are averaged (see
    /// [`Averaging`](super::Averaging)); constant while streaming, where the end is not known. With
    /// [`Optimizer::Saga`](super::Optimizer::Saga), constant.
    #[default]
    Auto,
    /// `1`.
    Constant,
    /// `(1 + t)^−power`: scikit-learn's `invscaling`.
    InverseScaling {
        /// `power > 0`; ½ suits averaging.
        power: f64,
    },
    /// `1 / (1 + 2 λ η₀ u)` after `u` updates, `λ` that of the L2 penalty: the step of Bottou, *Stochastic gradient
    /// descent tricks*, 2012, which is optimal where `2λ` is the smallest curvature. Constant for `λ = 0`.
    Optimal,
    /// Divided by `factor` whenever the objective has not improved for `patience` epochs; the fit has converged when it
    /// is below `floor`. scikit-learn's `adaptive` has 5 and 5.
    Adaptive {
        /// `factor > 1`.
        factor: f64,
        /// Epochs, at least 1.
        patience: usize,
        /// `0 < floor < 1`.
        floor: f64,
    },
    /// `factor^⌊t / every⌋`.
    Step {
        /// `0 < factor`.
        factor: f64,
        /// At least 1.
        every: usize,
    },
    /// `factorᵗ`.
    Exponential {
        /// `0 < factor`.
        factor: f64,
    },
    /// `floor + (1 − floor) (1 + cos(π t / length)) / 2` (Loshchilov & Hutter, *SGDR*, 2017). Rises again after
    /// `length`.
    Cosine {
        /// Half the period.
        length: Option<usize>,
        /// `0 ≤ floor ≤ 1`.
        floor: f64,
    },
    /// `(1 − t / length)^power`, 0 afterwards.
    Polynomial {
        /// When it reaches 0.
        length: Option<usize>,
        /// `power > 0`; 1 is linear.
        power: f64,
    },
    /// Up from `start` to 1 and down to `end` (Smith & Topin, *Super-convergence*, 2018), as torch does; the momentum,
    /// if given, the other way round.
    OneCycle {
        /// The whole cycle.
        length: Option<usize>,
        /// The part of the cycle that rises, `0 < rise < 1`; 0.3 as a rule.
        rise: f64,
        /// `0 < start ≤ 1`; torch's `1 / div_factor`, 1/25 as a rule.
        start: f64,
        /// `0 < end ≤ 1`; torch's `1 / (div_factor · final_div_factor)`.
        end: f64,
        /// Along straight lines instead of cosines.
        linear: bool,
        /// Down to `start` as symmetrically as up, and then to `end`.
        three_phase: bool,
        /// The lowest and the highest momentum; 0.85 and 0.95 as a rule.
        momentum: Option<(f64, f64)>,
    },
}

impl Schedule {
    /// [`OneCycle`](Self::OneCycle) over the whole fit with torch's defaults.
    #[must_use]
    pub fn one_cycle() -> Self {
        Self::OneCycle {
            length: None,
            rise: 0.3,
            start: 1.0 / 25.0,
            end: 1.0 / 25e4,
            linear: false,
            three_phase: false,
            momentum: Some((0.85, 0.95)),
        }
    }

    /// Refuses parameters out of range.
    pub(crate) fn validate(self) -> Result<()> {
        match self {
            Self::Auto | Self::Constant | Self::Optimal => Ok(()),
            Self::InverseScaling { power } => check_positive("power", power),
            Self::Adaptive {
                factor,
                patience,
                floor,
            } => {
                check_open_unit("floor", floor)?;
                check_count("patience", patience)?;
                let holds = factor > 1.0 && factor.is_finite();
                check_parameter(holds, "factor", factor, "finite and above 1")
            }
            Self::Step { factor, every } => {
                check_count("every", every)?;
                check_positive("factor", factor)
            }
            Self::Exponential { factor } => check_positive("factor", factor),
            Self::Cosine { length, floor } => {
                check_count("length", length.unwrap_or(1))?;
                check_unit("floor", floor)
            }
            Self::Polynomial { length, power } => {
                check_count("length", length.unwrap_or(1))?;
                check_positive("power", power)
            }
            Self::OneCycle {
                length,
                rise,
                start,
                end,
                momentum,
                ..
            } => {
                check_count("length", length.unwrap_or(1))?;
                check_open_unit("rise", rise)?;
                for (name, value) in [("start", start), ("end", end)] {
                    check_positive(name, value)?;
                    check_unit(name, value)?;
                }
                let (low, high) = momentum.unwrap_or_default();
                check_fraction("momentum", low)?;
                check_fraction("momentum", high)
            }
        }
    }

    /// Tells whether it needs to know when the fit ends.
    pub(crate) fn needs_horizon(self) -> bool {
        matches!(
            self,
            Self::Cosine { length: None, .. }
                | Self::Polynomial { length: None, .. }
                | Self::OneCycle { length: None, .. }
        )
    }

    /// `f(t)`. [`Adaptive`](Self::Adaptive) divides at the ends of epochs, not here.
    pub(super) fn factor(self, clock: Clock, now: Now, eta: f64, lambda: f64) -> f64 {
        let t = clock.ticks(now);
        match self {
            Self::Auto => now.horizon.map_or(1.0, |end| {
                (2.0 - 2.0 * now.update as f64 / end as f64).clamp(0.0, 1.0)
            }),
            Self::Constant | Self::Adaptive { .. } => 1.0,
            Self::InverseScaling { power } => (1.0 + t).powf(-power),
            Self::Optimal => 1.0 / (1.0 + 2.0 * lambda * eta * now.update as f64),
            Self::Step { factor, every } => factor.powf((t / every as f64).floor()),
            Self::Exponential { factor } => factor.powf(t),
            Self::Cosine { length, floor } => {
                let (t, length) = clock.span(length, now);
                floor + (1.0 - floor) * (1.0 + (PI * t / length).cos()) / 2.0
            }
            Self::Polynomial { length, power } => {
                let (t, length) = clock.span(length, now);
                (1.0 - t.min(length) / length).powf(power)
            }
            Self::OneCycle {
                length,
                rise,
                start,
                end,
                linear,
                three_phase,
                ..
            } => {
                let (t, length) = clock.span(length, now);
                cycle(
                    t,
                    length,
                    rise,
                    three_phase,
                    linear,
                    [start, 1.0, start, end],
                )
            }
        }
    }

    /// The momentum that goes with the step, if the schedule cycles it.
    pub(super) fn momentum(self, clock: Clock, now: Now) -> Option<f64> {
        let Self::OneCycle {
            length,
            rise,
            linear,
            three_phase,
            momentum: Some((low, high)),
            ..
        } = self
        else {
            return None;
        };
        let (t, length) = clock.span(length, now);
        let corners = [high, low, high, high];
        Some(cycle(t, length, rise, three_phase, linear, corners))
    }
}

/// The one-cycle policy between its corners: start, top, middle (of three phases), end. The last valid time is `length
/// − 1`.
fn cycle(
    t: f64,
    length: f64,
    rise: f64,
    three_phase: bool,
    linear: bool,
    [start, top, middle, end]: [f64; 4],
) -> f64 {
    let first = rise * length - 1.0;
    let second = 2.0 * rise * length - 2.0;
    let last = length - 1.0;
    let t = t.min(last);
    let (from, to, begin, finish) = if t <= first {
        (start, top, 0.0, first)
    } else if three_phase && t <= second {
        (top, middle, first, second)
    } else if three_phase {
        (middle, end, second, last)
    } else {
        (top, end, first, last)
    };
    // A phase shorter than a tick is at its end.
    let part = if finish > begin {
        (t - begin) / (finish - begin)
    } else {
        1.0
    };
    if linear {
        (to - from) * part + from
    } else {
        to + (from - to) / 2.0 * (1.0 + (PI * part).cos())
    }
}
