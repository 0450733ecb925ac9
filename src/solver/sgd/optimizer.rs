//! The rules that turn a gradient into a step.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::check::{by_name, check_fraction, check_non_negative, check_positive};
use crate::error::{Error, Result};

/// Rule that turns a gradient `g` into a step of size `η`; torch's, to the last rounding.
///
/// A penalty with a kink is applied by its proximal operator after the step, with the step that the rule takes in the
/// long run for a constant gradient: every rule then has the minimum of the objective as its fixed point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Optimizer {
    /// `θ ← θ − η g` (Robbins & Monro, *A stochastic approximation method*, 1951).
    #[default]
    Sgd,
    /// `v ← μ v + (1 − d) g`, `θ ← θ − η v`, with `v = g` in the first step (Polyak, 1964). Keras keeps `η` inside `v`,
    /// which differs as soon as `η` changes.
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
    /// `s ← α s + (1 − α) g²`, `v ← μ v + g / (√s + ε)`, `θ ← θ − η v` (Tieleman & Hinton, 2012); centred, `s − m²`
    /// takes the place of `s`, with `m ← α m + (1 − α) g`.
    RmsProp {
        /// `0 ≤ α < 1`.
        decay: f64,
        /// `ε > 0`, added after the root.
        epsilon: f64,
        /// `0 ≤ μ < 1`; 0 as a rule.
        momentum: f64,
        /// Takes off the mean of the gradient.
        centred: bool,
    },
    /// `m ← β₁ m + (1 − β₁) g`, `s ← β₂ s + (1 − β₂) g²`, `θ ← θ − η m̂ / (√ŝ + ε)`, both means corrected for their
    /// start at 0 (Kingma & Ba, *Adam*, 2015).
    Adam {
        /// `0 ≤ β₁ < 1`.
        beta1: f64,
        /// `0 ≤ β₂ < 1`.
        beta2: f64,
        /// `ε > 0`, added after the root.
        epsilon: f64,
        /// Divides by the largest `s` so far (Reddi, Kale & Kumar, *On the convergence of Adam and beyond*, 2018).
        amsgrad: bool,
    },
    /// `w ← (1 − η ω) w` and then a step of Adam (Loshchilov & Hutter, *Decoupled weight decay regularization*, 2019).
    /// The decay is **not** the ridge penalty: its solution depends on the steps, and no `lambda` gives it. The
    /// intercept does not decay.
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
    /// Variance reduction: the last slope of every row is remembered, and a step goes along the full gradient of those,
    /// corrected by the batch (Defazio, Bach & Lacoste-Julien, *SAGA*, 2014). Converges linearly to the exact solution
    /// with a constant step. It remembers one number a row and target, needs a loss without a kink, and cannot stream.
    Saga,
}

impl fmt::Display for Optimizer {
    /// Writes the [name](Self::name), without parameters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Optimizer {
    type Err = Error;

    /// Reads a [name](Self::name) in letters of any case, for the rule with the parameters it has in
    /// [`all`](Self::all).
    ///
    /// # Errors
    ///
    /// [`Error::UnknownName`], which lists the names.
    ///
    /// # Examples
    ///
    /// ```
    /// use elltwo::solver::sgd::Optimizer;
    ///
    /// assert_eq!("adam".parse::<Optimizer>()?, Optimizer::adam());
    /// let error = "adams".parse::<Optimizer>().unwrap_err().to_string();
    /// assert!(error.starts_with("no optimizer is named `adams`: choose one of sgd, momentum, "), "{error}");
    /// # Ok::<(), elltwo::Error>(())
    /// ```
    fn from_str(text: &str) -> Result<Self> {
        by_name("optimizer", text, &Self::all(), Self::name)
    }
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

    /// Every rule, with its usual parameters: momentum 0.9, weight decay 0.01, else torch's defaults.
    #[must_use]
    pub fn all() -> [Self; 8] {
        [
            Self::Sgd,
            Self::momentum(0.9),
            Self::Nesterov { momentum: 0.9 },
            Self::rms_prop(),
            Self::adam(),
            Self::adam_w(0.01),
            Self::adagrad(),
            Self::Saga,
        ]
    }

    /// Name in reports; [`FromStr`] reads it, with the parameters of [`all`](Self::all).
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
                check_non_negative("weight_decay", weight_decay)
            }
            Self::Adagrad { epsilon } => check_positive("epsilon", epsilon),
        }
    }

    /// Tells whether the rule divides by the size of the gradient, so that its step has the units of the coefficients.
    pub(super) fn is_adaptive(self) -> bool {
        matches!(
            self,
            Self::RmsProp { .. } | Self::Adam { .. } | Self::AdamW { .. } | Self::Adagrad { .. }
        )
    }

    /// The rule with another momentum, for schedules that cycle it; `β₁` for Adam, as torch does.
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

    /// Numbers a coordinate remembers.
    pub(super) fn slots(self) -> usize {
        match self {
            Self::Sgd | Self::Saga => 0,
            Self::Momentum { .. } | Self::Nesterov { .. } | Self::Adagrad { .. } => 1,
            Self::RmsProp { .. } | Self::Adam { .. } | Self::AdamW { .. } => 3,
        }
    }
}
