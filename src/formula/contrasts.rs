//! Contrasts: a category of `k` levels as `k − 1` columns beside an intercept.

use super::functions::{Arguments, level};
use super::polynomial::OrthogonalPolynomials;
use super::problem::Problem;
use super::syntax::{Kind, Node};

/// Coding of a category by `k − 1` columns, as R's `contr.treatment`, `contr.sum`, `contr.helmert`, `contr.poly`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contrast {
    /// An indicator of each level but the reference.
    Treatment,
    /// Indicators of all levels but the last, −1 in that: coefficients are differences from the mean of the levels.
    Sum,
    /// Level `j` with the mean of those before it.
    Helmert,
    /// Orthogonal polynomials of the places 1, 2, …
    Polynomial,
}

impl Contrast {
    /// `sum`, `contr.sum`, `Sum`, `"sum"`, `treatment("level")`: the contrast and the reference.
    pub(super) fn read(node: &Node) -> Result<(Self, Option<String>), Problem> {
        let none: &[_] = &[];
        let (name, arguments) = match &node.kind {
            Kind::Name(name) | Kind::Text(name) => (name, none),
            Kind::Call(name, arguments) => (name, arguments.as_slice()),
            _ => return Err(Self::unknown(node)),
        };
        let lower = name.to_lowercase();
        let contrast = match lower.strip_prefix("contr.").unwrap_or(&lower) {
            "treatment" => Self::Treatment,
            "sum" => Self::Sum,
            "helmert" => Self::Helmert,
            "poly" => Self::Polynomial,
            _ => return Err(Self::unknown(node)),
        };
        let mut arguments = Arguments::new(name, node.at, arguments);
        let reference = match contrast {
            Self::Treatment => arguments.next("reference").map(level).transpose()?,
            _ => None,
        };
        arguments.finish()?;
        Ok((contrast, reference))
    }

    fn unknown(node: &Node) -> Problem {
        let expected = "treatment, sum, helmert or poly; a reference is named as ref = \"level\"";
        Problem::new(node.at, format!("`{node}`"), expected)
    }

    /// The label of column `j` for levels; the reference has none.
    pub(super) fn label(self, text: &str, levels: &[String], j: usize) -> String {
        match self {
            Self::Treatment => format!("{text}={}", levels[j]),
            Self::Sum => format!("{text}[S.{}]", levels[j]),
            Self::Helmert => format!("{text}[H.{}]", levels[j + 1]),
            Self::Polynomial => match j {
                0 => format!("{text}[.L]"),
                1 => format!("{text}[.Q]"),
                2 => format!("{text}[.C]"),
                j => format!("{text}[^{}]", j + 1),
            },
        }
    }
}

/// Columns of a variable in a term.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Coding {
    /// Its numbers.
    Numbers,
    /// An indicator of each level, but that of the reference.
    Indicators(Option<usize>),
    Sum,
    Helmert,
    Polynomial(OrthogonalPolynomials),
}

impl Coding {
    /// Coding of `k` levels by a contrast; `reference` is that of treatment.
    pub(super) fn new(contrast: Contrast, k: usize, reference: usize) -> Self {
        match contrast {
            Contrast::Treatment => Self::Indicators(Some(reference)),
            Contrast::Sum => Self::Sum,
            Contrast::Helmert => Self::Helmert,
            Contrast::Polynomial => {
                let places: Vec<f64> = (1..=k).map(|place| place as f64).collect();
                let degree = k.saturating_sub(1);
                Self::Polynomial(OrthogonalPolynomials::learn(&places, degree))
            }
        }
    }

    /// The row of a level in `k − 1` columns of contrasts.
    pub(super) fn fill(&self, level: usize, out: &mut [f64]) {
        match self {
            Self::Numbers | Self::Indicators(_) => {}
            Self::Sum if level == out.len() => out.fill(-1.0),
            Self::Sum => {
                out.fill(0.0);
                out[level] = 1.0;
            }
            Self::Helmert => {
                for (j, out) in out.iter_mut().enumerate() {
                    *out = match level {
                        level if level <= j => -1.0,
                        level if level == j + 1 => level as f64,
                        _ => 0.0,
                    };
                }
            }
            Self::Polynomial(polynomials) => polynomials.fill((level + 1) as f64, out),
        }
    }
}
