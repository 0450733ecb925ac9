//! The rules that turn a gradient into a step.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, check_positive};
use crate::loss::L1;

/// How a gradient `g` becomes a step of size `η`. All rules are torch's, to the last rounding.
///
/// A penalty with a kink is applied by its proximal operator after the step, with the step that the rule takes in the long run
/// for a constant gradient: every rule then has the minimum of the objective as its fixed point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Optimizer {
    /// `θ ← θ − η g` (Robbins & Monro, *A stochastic approximation method*, 1951).
    #[default]
    Sgd,
    /// `v ← μ v + (1 − d) g`, `θ ← θ − η v`, with `v = g` in the first step (Polyak, 1964). Keras keeps `η` inside `v`, which differs
    /// as soon as `η` changes.
    Momentum {
        /// `0 ≤ μ < 1`.
        momentum: f64,
        /// `0 ≤ d < 1`; 0 as a rule.
        dampening: f64,
    },
    /// `v ← μ v + g`, `θ ← θ − η (g + μ v)` (Nesterov, 1983, as Sutskever et al., 2013).
    Nesterov {
        /// `0 ≤ μ < 1`.
        momentum: f64,
    },
    /// `s ← α s + (1 − α) g²`, `v ← μ v + g / (√s + ε)`, `θ ← θ − η v` (Tieleman & Hinton, 2012); centred, `s − m²` takes the place of
    /// `s`, with `m ← α m + (1 − α) g`.
    RmsProp {
        /// `0 ≤ α < 1`.
        decay: f64,
        /// `ε > 0`, added after the root.
        epsilon: f64,
        /// `0 ≤ μ < 1`; 0 as a rule.
        momentum: f64,
        /// Whether the mean of the gradient is taken off.
        centred: bool,
    },
    /// `m ← β₁ m + (1 − β₁) g`, `s ← β₂ s + (1 − β₂) g²`, `θ ← θ − η m̂ / (√ŝ + ε)`, both means corrected for their start at 0
    /// (Kingma & Ba, *Adam*, 2015).
    Adam {
        /// `0 ≤ β₁ < 1`.
        beta1: f64,
        /// `0 ≤ β₂ < 1`.
        beta2: f64,
        /// `ε > 0`, added after the root.
        epsilon: f64,
        /// Whether the largest `s` so far divides (Reddi, Kale & Kumar, *On the convergence of Adam and beyond*, 2018).
        amsgrad: bool,
    },
    /// `w ← (1 − η ω) w` and then a step of Adam (Loshchilov & Hutter, *Decoupled weight decay regularization*, 2019). The decay is
    /// **not** the ridge penalty: its solution depends on the steps, and no `lambda` gives it. The intercept does not decay.
    AdamW {
        /// `0 ≤ β₁ < 1`.
        beta1: f64,
        /// `0 ≤ β₂ < 1`.
        beta2: f64,
        /// `ε > 0`, added after the root.
        epsilon: f64,
        /// `ω ≥ 0`.
        weight_decay: f64,
    },
    /// `s ← s + g²`, `θ ← θ − η g / (√s + ε)` (Duchi, Hazan & Singer, *Adaptive subgradient methods*, 2011).
    Adagrad {
        /// `ε > 0`, added after the root.
        epsilon: f64,
    },
    /// Variance reduction: the last slope of every row is remembered, and a step goes along the full gradient of those, corrected by
    /// the batch (Defazio, Bach & Lacoste-Julien, *SAGA*, 2014). Converges linearly to the exact solution with a constant step. It
    /// remembers one number a row and target, needs a loss without a kink, and cannot stream.
    Saga,
}

impl Optimizer {
    /// [`Momentum`](Self::Momentum) without dampening.
    #[must_use]
    pub fn momentum(momentum: f64) -> Self {
        Self::Momentum {
            momentum,
            dampening: 0.0,
        }
    }

    /// [`RmsProp`](Self::RmsProp) with torch's defaults: `α = 0.99`, `ε = 1e-8`, no momentum, not centred.
    #[must_use]
    pub fn rms_prop() -> Self {
        Self::RmsProp {
            decay: 0.99,
            epsilon: 1e-8,
            momentum: 0.0,
            centred: false,
        }
    }

    /// [`Adam`](Self::Adam) with torch's defaults: `β₁ = 0.9`, `β₂ = 0.999`, `ε = 1e-8`.
    #[must_use]
    pub fn adam() -> Self {
        Self::Adam {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            amsgrad: false,
        }
    }

    /// [`AdamW`](Self::AdamW) with the defaults of [`adam`](Self::adam).
    #[must_use]
    pub fn adam_w(weight_decay: f64) -> Self {
        Self::AdamW {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay,
        }
    }

    /// [`Adagrad`](Self::Adagrad) with torch's default `ε = 1e-10`.
    #[must_use]
    pub fn adagrad() -> Self {
        Self::Adagrad { epsilon: 1e-10 }
    }

    /// The name, as the report prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sgd => "SGD",
            Self::Momentum { .. } => "momentum",
            Self::Nesterov { .. } => "Nesterov",
            Self::RmsProp { .. } => "RMSprop",
            Self::Adam { .. } => "Adam",
            Self::AdamW { .. } => "AdamW",
            Self::Adagrad { .. } => "Adagrad",
            Self::Saga => "SAGA",
        }
    }

    /// Refuses parameters out of range.
    pub(crate) fn validate(self) -> Result<()> {
        match self {
            Self::Sgd | Self::Saga => Ok(()),
            Self::Momentum {
                momentum,
                dampening,
            } => {
                check_fraction("momentum", momentum)?;
                check_fraction("dampening", dampening)
            }
            Self::Nesterov { momentum } => check_fraction("momentum", momentum),
            Self::RmsProp {
                decay,
                epsilon,
                momentum,
                ..
            } => {
                check_fraction("decay", decay)?;
                check_fraction("momentum", momentum)?;
                check_positive("epsilon", epsilon)
            }
            Self::Adam {
                beta1,
                beta2,
                epsilon,
                ..
            } => {
                check_fraction("beta1", beta1)?;
                check_fraction("beta2", beta2)?;
                check_positive("epsilon", epsilon)
            }
            Self::AdamW {
                beta1,
                beta2,
                epsilon,
                weight_decay,
            } => {
                check_fraction("beta1", beta1)?;
                check_fraction("beta2", beta2)?;
                check_positive("epsilon", epsilon)?;
                crate::error::check_non_negative("weight_decay", weight_decay)
            }
            Self::Adagrad { epsilon } => check_positive("epsilon", epsilon),
        }
    }

    /// Whether the rule divides by the size of the gradient, so that its step has the units of the coefficients.
    pub(super) fn is_adaptive(self) -> bool {
        matches!(
            self,
            Self::RmsProp { .. } | Self::Adam { .. } | Self::AdamW { .. } | Self::Adagrad { .. }
        )
    }

    /// The same with another momentum, for schedules that cycle it; `β₁` for Adam, as torch does.
    pub(super) fn with_momentum(mut self, value: f64) -> Self {
        match &mut self {
            Self::Momentum { momentum, .. }
            | Self::Nesterov { momentum }
            | Self::RmsProp { momentum, .. } => *momentum = value,
            Self::Adam { beta1, .. } | Self::AdamW { beta1, .. } => *beta1 = value,
            Self::Sgd | Self::Adagrad { .. } | Self::Saga => {}
        }
        self
    }

    /// How many numbers a coordinate remembers.
    pub(super) fn slots(self) -> usize {
        match self {
            Self::Sgd | Self::Saga => 0,
            Self::Momentum { .. } | Self::Nesterov { .. } | Self::Adagrad { .. } => 1,
            Self::RmsProp { .. } | Self::Adam { .. } | Self::AdamW { .. } => 3,
        }
    }
}

/// Refuses a parameter outside `[0, 1)`.
pub(super) fn check_fraction(name: &'static str, value: f64) -> Result<()> {
    if (0.0..1.0).contains(&value) {
        Ok(())
    } else {
        Err(Error::InvalidParameter {
            name,
            value,
            requirement: "at least 0 and below 1",
        })
    }
}

/// One step of one target.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub(super) optimizer: Optimizer,
    /// `η`.
    pub(super) size: f64,
    /// Which update this is, from 1.
    pub(super) count: u64,
    /// The penalty with a kink, and what the coefficient of each coordinate is multiplied by in it; 0 for the intercept.
    pub(super) l1: Option<(L1, &'a [f64])>,
    /// 0 for the intercept: it does not decay.
    pub(super) decays: &'a [f64],
}

impl Step<'_> {
    /// Moves `theta` along `gradient`; `memory` is [`Optimizer::slots`] times as long.
    pub(super) fn apply(&self, theta: &mut [f64], gradient: &[f64], memory: &mut [f64]) {
        let (eta, first) = (self.size, self.count == 1);
        let (one, rest) = memory.split_at_mut(theta.len().min(memory.len()));
        let (two, three) = rest.split_at_mut(theta.len().min(rest.len()));
        match self.optimizer {
            Optimizer::Sgd | Optimizer::Saga => {
                for (t, g) in theta.iter_mut().zip(gradient) {
                    *t -= eta * g;
                }
                self.proximal(theta, |_| eta);
            }
            Optimizer::Momentum {
                momentum,
                dampening,
            } => {
                for ((t, g), v) in theta.iter_mut().zip(gradient).zip(one) {
                    *v = if first {
                        *g
                    } else {
                        momentum * *v + (1.0 - dampening) * g
                    };
                    *t -= eta * *v;
                }
                self.proximal(theta, |_| eta * (1.0 - dampening) / (1.0 - momentum));
            }
            Optimizer::Nesterov { momentum } => {
                for ((t, g), v) in theta.iter_mut().zip(gradient).zip(one) {
                    *v = if first { *g } else { momentum * *v + g };
                    *t -= eta * (g + momentum * *v);
                }
                self.proximal(theta, |_| eta / (1.0 - momentum));
            }
            Optimizer::RmsProp {
                decay,
                epsilon,
                momentum,
                centred,
            } => {
                let coordinates = theta.iter_mut().zip(gradient).zip(&mut *one);
                for (((t, g), s), (m, v)) in coordinates.zip(three.iter_mut().zip(&mut *two)) {
                    *s = decay * *s + (1.0 - decay) * g * g;
                    if centred {
                        *m += (1.0 - decay) * (g - *m);
                    }
                    let root = root(*s, *m) + epsilon;
                    *v = momentum * *v + g / root;
                    *t -= eta * *v;
                }
                let (one, three) = (&*one, &*three);
                self.proximal(theta, |j| {
                    eta / (1.0 - momentum) / (root(one[j], three[j]) + epsilon)
                });
            }
            Optimizer::Adam {
                beta1,
                beta2,
                epsilon,
                amsgrad,
            } => {
                let largest = amsgrad.then_some(&mut *three);
                self.adam(
                    (beta1, beta2, epsilon),
                    theta,
                    gradient,
                    (one, two),
                    largest,
                );
            }
            Optimizer::AdamW {
                beta1,
                beta2,
                epsilon,
                weight_decay,
            } => {
                for (t, decays) in theta.iter_mut().zip(self.decays) {
                    *t *= 1.0 - eta * weight_decay * decays;
                }
                self.adam((beta1, beta2, epsilon), theta, gradient, (one, two), None);
            }
            Optimizer::Adagrad { epsilon } => {
                for ((t, g), s) in theta.iter_mut().zip(gradient).zip(&mut *one) {
                    *s += g * g;
                    *t -= eta * g / (s.sqrt() + epsilon);
                }
                let one = &*one;
                self.proximal(theta, |j| eta / (one[j].sqrt() + epsilon));
            }
        }
    }

    fn adam(
        &self,
        (beta1, beta2, epsilon): (f64, f64, f64),
        theta: &mut [f64],
        gradient: &[f64],
        (mean, square): (&mut [f64], &mut [f64]),
        mut largest: Option<&mut [f64]>,
    ) {
        // Beyond 2³¹ steps both powers are 0.
        let power = i32::try_from(self.count).unwrap_or(i32::MAX);
        let (bias1, bias2) = (1.0 - beta1.powi(power), 1.0 - beta2.powi(power));
        let (size, root_bias) = (self.size / bias1, bias2.sqrt());
        for (j, (t, g)) in theta.iter_mut().zip(gradient).enumerate() {
            mean[j] += (1.0 - beta1) * (g - mean[j]);
            square[j] = beta2 * square[j] + (1.0 - beta2) * g * g;
            let divisor = match &mut largest {
                Some(largest) => {
                    largest[j] = largest[j].max(square[j]);
                    largest[j]
                }
                None => square[j],
            };
            *t -= size * (mean[j] / (divisor.sqrt() / root_bias + epsilon));
        }
        let divisor = largest.as_deref().unwrap_or(square);
        self.proximal(theta, |j| {
            self.size / (divisor[j].sqrt() / root_bias + epsilon)
        });
    }

    /// The proximal operator of the penalty with a kink, coordinate by coordinate.
    fn proximal(&self, theta: &mut [f64], step: impl Fn(usize) -> f64) {
        let Some((l1, scale)) = self.l1 else { return };
        for (j, (t, scale)) in theta.iter_mut().zip(scale).enumerate() {
            // λ |w| = λ scale |θ|.
            *t = l1.proximal(*t, step(j) * scale);
        }
    }
}

/// `√(s − m²)`, rounding below 0 aside.
fn root(square: f64, mean: f64) -> f64 {
    let variance = square - mean * mean;
    if variance < 0.0 { 0.0 } else { variance.sqrt() }
}
