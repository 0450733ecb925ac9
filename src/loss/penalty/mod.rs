//! The penalties on the coefficients: their values, gradients and proximal operators.

mod elastic_net;
mod l1;
mod l2;

pub use elastic_net::ElasticNet;
pub use l1::L1;
pub use l2::L2;

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

use crate::scalar::Scalar;

/// Penalty beside the mean loss: a function of the coefficients; the intercept is not part of them.
///
/// # Examples
///
/// ```
/// use elltwo::loss::{L1, Penalty};
/// use ndarray::array;
///
/// let penalty = Penalty::from(L1::new(0.5)?);
/// assert_eq!(penalty.value(array![3.0, -1.0].view()), 2.0);
/// assert_eq!(penalty.proximal(3.0, 2.0), 2.0); // argmin of 2 · 0.5 |v| + ½ (v − 3)²
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Penalty {
    /// `λ ‖w‖²`: ridge.
    L2(L2),
    /// `λ ‖w‖₁`: the lasso.
    L1(L1),
    /// `λ₁ ‖w‖₁ + λ₂ ‖w‖²`.
    ElasticNet(ElasticNet),
}

impl Default for Penalty {
    /// None: [`L2`] with `λ = 0`.
    fn default() -> Self {
        Self::L2(L2::default())
    }
}

impl From<L2> for Penalty {
    fn from(penalty: L2) -> Self {
        Self::L2(penalty)
    }
}

impl From<L1> for Penalty {
    fn from(penalty: L1) -> Self {
        Self::L1(penalty)
    }
}

impl From<ElasticNet> for Penalty {
    fn from(penalty: ElasticNet) -> Self {
        Self::ElasticNet(penalty)
    }
}

impl Penalty {
    /// The smooth part, `λ₂ ‖w‖²`.
    #[must_use]
    pub fn l2(self) -> L2 {
        match self {
            Self::L2(penalty) => penalty,
            Self::L1(_) => L2::default(),
            Self::ElasticNet(penalty) => penalty.l2(),
        }
    }

    /// The part with the kink, `λ₁ ‖w‖₁`.
    #[must_use]
    pub fn l1(self) -> L1 {
        match self {
            Self::L2(_) => L1::default(),
            Self::L1(penalty) => penalty,
            Self::ElasticNet(penalty) => penalty.l1(),
        }
    }

    /// Its value at the coefficients.
    #[must_use]
    pub fn value<F: Scalar>(self, coefficients: ArrayView1<'_, F>) -> f64 {
        self.l1().value(coefficients) + self.l2().value(coefficients)
    }

    /// The proximal operator of one coefficient, `argmin_v  γ h(v) + ½ (v − w)²`, `h` the penalty and `γ ≥ 0` the step:
    /// the soft threshold of [`L1::proximal`], then the shrinkage of [`L2::proximal`] (Parikh & Boyd, *Proximal
    /// algorithms*, 2014, §6.5).
    #[must_use]
    pub fn proximal(self, coefficient: f64, step: f64) -> f64 {
        self.l2()
            .proximal(self.l1().proximal(coefficient, step), step)
    }
}
