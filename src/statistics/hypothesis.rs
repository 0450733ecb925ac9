//! A test of a hypothesis: its statistic, what it is compared with, the p-value, and what the null hypothesis is.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Reference;

/// The tests of this library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Test {
    /// All slopes are zero.
    OverallF,
    /// Linear restrictions on the parameters.
    Wald,
    /// A model against a larger one that contains it.
    NestedModels,
    /// Chow.
    Chow,
    /// Breusch–Godfrey.
    BreuschGodfrey,
    /// Ljung–Box.
    LjungBox,
    /// Breusch–Pagan, the original form.
    BreuschPagan,
    /// Breusch–Pagan in Koenker's form.
    Koenker,
    /// White.
    White,
    /// Goldfeld–Quandt.
    GoldfeldQuandt,
    /// Jarque–Bera.
    JarqueBera,
    /// D'Agostino–Pearson.
    Omnibus,
    /// Shapiro–Wilk.
    ShapiroWilk,
    /// Ramsey's RESET.
    Reset,
    /// Harvey–Collier.
    HarveyCollier,
    /// Rainbow.
    Rainbow,
}

impl Test {
    /// The name, as tables print it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OverallF => "overall F",
            Self::Wald => "Wald",
            Self::NestedModels => "nested models",
            Self::Chow => "Chow",
            Self::BreuschGodfrey => "Breusch–Godfrey",
            Self::LjungBox => "Ljung–Box",
            Self::BreuschPagan => "Breusch–Pagan",
            Self::Koenker => "Breusch–Pagan (Koenker)",
            Self::White => "White",
            Self::GoldfeldQuandt => "Goldfeld–Quandt",
            Self::JarqueBera => "Jarque–Bera",
            Self::Omnibus => "D'Agostino–Pearson omnibus",
            Self::ShapiroWilk => "Shapiro–Wilk",
            Self::Reset => "Ramsey RESET",
            Self::HarveyCollier => "Harvey–Collier",
            Self::Rainbow => "rainbow",
        }
    }

    /// Null hypothesis: the assumption that holds until the data speak against it.
    #[must_use]
    pub fn null_hypothesis(self) -> &'static str {
        match self {
            Self::OverallF => "every slope is zero",
            Self::Wald => "the restrictions hold",
            Self::NestedModels => "the smaller model suffices",
            Self::Chow => "one model holds in every group",
            Self::BreuschGodfrey | Self::LjungBox => "the errors are not autocorrelated",
            Self::BreuschPagan | Self::Koenker | Self::White | Self::GoldfeldQuandt => {
                "the errors have one variance"
            }
            Self::JarqueBera | Self::Omnibus | Self::ShapiroWilk => {
                "the errors are normally distributed"
            }
            Self::Reset | Self::HarveyCollier | Self::Rainbow => "the model is linear",
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The result of a test.
///
/// `Display` prints one line. Where theory has no answer, as for residuals that are all zero, statistic and p-value are
/// NaN.
///
/// # Examples
///
/// ```
/// use elltwo::statistics::{HypothesisTest, Reference, Test};
///
/// let test = HypothesisTest::new(Test::JarqueBera, 5.99, Reference::ChiSquared { df: 2.0 });
/// assert!((test.p_value - 0.05).abs() < 1e-4);
/// assert_eq!(test.null_hypothesis(), "the errors are normally distributed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HypothesisTest {
    /// The test.
    pub test: Test,
    /// Its statistic.
    #[serde(with = "crate::statistics::stored::scalar")]
    pub statistic: f64,
    /// The distribution of the statistic under the null hypothesis, exact or asymptotic.
    pub reference: Reference,
    /// The probability, under the null hypothesis, of a statistic as far out or further.
    #[serde(with = "crate::statistics::stored::scalar")]
    pub p_value: f64,
}

impl HypothesisTest {
    /// Compares a statistic with its distribution: both tails of a symmetric one, the upper tail of the others.
    #[must_use]
    pub fn new(test: Test, statistic: f64, reference: Reference) -> Self {
        Self {
            test,
            statistic,
            reference,
            p_value: reference.p_value(statistic),
        }
    }

    /// Compares a statistic with the upper tail alone, for one-sided tests.
    #[must_use]
    pub fn upper(test: Test, statistic: f64, reference: Reference) -> Self {
        Self {
            p_value: reference.upper_tail(statistic),
            ..Self::new(test, statistic, reference)
        }
    }

    /// Null hypothesis: the assumption that holds until the data speak against it.
    #[must_use]
    pub fn null_hypothesis(&self) -> &'static str {
        self.test.null_hypothesis()
    }
}

impl fmt::Display for HypothesisTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {:.4} on {}, p = {:.4e}; null hypothesis: {}",
            self.test,
            self.statistic,
            self.reference,
            self.p_value,
            self.null_hypothesis()
        )
    }
}
