//! One step of an optimizer.

use super::Optimizer;
use crate::loss::L1;

/// One step of one target.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub(super) optimizer: Optimizer,
    /// `η`.
    pub(super) size: f64,
    /// Which update this is, from 1.
    pub(super) count: u64,
    /// The penalty with a kink, and what the coefficient of each coordinate is multiplied by in it; 0 for the
    /// intercept.
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
