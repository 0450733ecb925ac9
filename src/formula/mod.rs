//! Formulas: from the columns of a [`Frame`] to a design, by the grammar of R.
//!
//! ```text
//! mpg ~ weight * C(origin) + log(horsepower) + poly(model_year, 2)
//! ```
//!
//! | step | type |
//! |---|---|
//! | the text, understood | [`Formula`] |
//! | what training data tell: levels, means, knots, bases | [`Learner`], or [`Formula::design`] at once |
//! | the columns, for these data and others | [`Design`] |
//! | what a term is in the design | [`Term`] |
//!
//! | written | meaning |
//! |---|---|
//! | `a + b`, `a - b` | terms added and removed; `0` or `- 1` removes the intercept |
//! | `a:b`, `a %in% b` | the product |
//! | `a * b`, `(a + b)^2` | `a + b + a:b` |
//! | `a / b` | `a + a:b` |
//! | `.` | all other columns |
//! | `y + z ~`, `cbind(y, z) ~` | several targets |
//! | `I(x^2 / z)`, `log(x + 1)` | arithmetic: `+ - * / ^`, `log log2 log10 log1p exp sqrt abs pow` |
//! | `center(x)`, `scale(x)` | less the mean, and by the standard deviation; also within other functions |
//! | `poly(x, 3)`, `poly(x, 3, raw=true)` | orthogonal polynomials, or powers |
//! | `bs(x, df=5)`, `ns(x, 4)` | B-splines, natural cubic splines |
//! | `cut(x, c(0, 10, 20))`, `bin(x, c(10, 20))` | intervals, between the edges or on both sides of them too |
//! | `C(x, sum)`, `C(g, ref="usa")` | categories: contrasts, the reference, numbers taken for levels |
//! | `offset(x)` | a summand without a coefficient |
//! | `` `name with spaces` `` | a column |
//!
//! Text columns are categories. A category in a term is coded by all its levels or by contrasts as the rule of
//! margins of R has it: by contrasts if what the term is without it is in the formula already. Columns are named
//! `x`, `log(x)`, `poly(x, 2)[1]`, `NAME=LEVEL`, `g[S.LEVEL]`, and joined by `:`.

mod algebra;
mod arithmetic;
mod blocks;
mod bound;
mod cells;
mod coding;
mod contrasts;
mod design;
mod design_rows;
mod dot;
mod functions;
mod knots;
mod learner;
mod learnt;
mod levels;
mod polynomial;
mod problem;
mod profile;
mod progress;
mod read;
mod response;
mod slots;
mod spline;
mod stored;
mod syntax;
mod terms;
mod token;
mod variable;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::data::Frame;
use crate::error::{Error, Result};

pub use design::{Design, Term};
pub use learner::Learner;
pub use profile::{Along, Held};
pub use read::read_frames;
pub use response::Response;
pub use token::quoted_name;

use syntax::{Kind, Node, Sides};
use terms::Parsed;
use token::Symbol;

/// Columns of a design that a formula may make, unless it is told otherwise.
pub const DEFAULT_MAX_COLUMNS: usize = 10_000;
/// Bytes of a formula, at most.
const MAX_LENGTH: usize = 1 << 20;

/// A formula that was understood: targets, terms and the functions in them.
///
/// Parsed from its text, and displayed in one form; two texts that differ by spaces or needless parentheses display
/// alike.
///
/// # Examples
///
/// ```
/// use elltwo::data::Frame;
/// use elltwo::formula::Formula;
///
/// let formula: Formula = "y ~ log(x)*g".parse()?;
/// assert_eq!(formula.to_string(), "y ~ log(x) * g");
/// let frame = Frame::default()
///     .with_numbers("y", [1.0, 2.0, 4.0])?
///     .with_numbers("x", [1.0, 2.0, 3.0])?
///     .with_category("g", ["a", "b", "b"])?;
/// let design = formula.design(&frame)?;
/// assert_eq!(design.column_names(), ["log(x)", "g=b", "log(x):g=b"]);
/// assert_eq!(design.matrix(&frame)?[[1, 2]], 2.0_f64.ln());
///
/// let error = "y ~ log(x".parse::<Formula>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "formula, character 10: expected an operator, `,` or `)`, found the end\n  y ~ log(x\n           ^"
/// );
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Formula {
    sides: Sides,
    /// Remarks on what the text may not mean.
    warnings: Vec<String>,
    intercept: bool,
}

impl FromStr for Formula {
    type Err = Error;

    /// Reads a formula.
    ///
    /// # Errors
    ///
    /// [`Error::Formula`] with the place and what was expected there.
    fn from_str(text: &str) -> Result<Self> {
        if text.len() > MAX_LENGTH {
            return Err(Error::parameter(
                "length of the formula",
                text.len() as f64,
                "at most 1 MiB",
            ));
        }
        let sides = syntax::parse(text).map_err(|problem| problem.of(text))?;
        // A `.` stands for some columns, to read what is around it.
        let kind = Kind::Name(".".to_owned());
        let any = [(Symbol::Plus, Node { kind, at: 0 })];
        let tried = Sides {
            left: sides.left.clone(),
            right: sides.right.with_dots(&any),
        };
        let terms = Parsed::new(&tried).map_err(|problem| problem.of(text))?;
        let mut formula = Self {
            sides,
            warnings: terms.warnings,
            intercept: terms.intercept,
        };
        // From here on places are those of the text that is displayed.
        let displayed = formula.to_string();
        formula.sides = syntax::parse(&displayed).map_err(|problem| problem.of(&displayed))?;
        Ok(formula)
    }
}

impl TryFrom<String> for Formula {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Formula> for String {
    fn from(formula: Formula) -> Self {
        formula.to_string()
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(left) = &self.sides.left {
            write!(f, "{left} ")?;
        }
        write!(f, "~ {}", self.sides.right)
    }
}

impl Formula {
    /// Sentences about what the formula probably does not mean: a term that is there twice, a power that is none.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// True if its model has an intercept.
    #[must_use]
    pub fn has_intercept(&self) -> bool {
        self.intercept
    }

    /// True if it has a target.
    #[must_use]
    pub fn has_target(&self) -> bool {
        self.sides.left.is_some()
    }

    /// The text of its left side.
    #[must_use]
    pub fn target(&self) -> Option<String> {
        self.sides.left.as_ref().map(Node::to_string)
    }

    /// The columns that its left side names.
    #[must_use]
    pub fn target_columns(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.sides
            .left
            .iter()
            .for_each(|left| left.names(&mut names));
        names
    }

    /// The columns that its right side names; those that `.` stands for are not among them.
    #[must_use]
    pub fn term_columns(&self) -> Vec<&str> {
        let mut names = Vec::new();
        self.sides.right.names(&mut names);
        names
    }

    /// True if it is about all columns.
    #[must_use]
    pub fn has_dot(&self) -> bool {
        self.sides.right.has_dot()
    }

    /// Learns the design of a frame that holds all training data; without weights and imputation, which a
    /// [`Learner`] takes.
    ///
    /// # Errors
    ///
    /// As [`Learner::update`] and [`Learner::finish`].
    pub fn design(&self, frame: &Frame) -> Result<Design> {
        let mut learner = Learner::new(self);
        learner.update(frame)?;
        learner.finish()
    }

    fn terms(&self) -> Result<Parsed> {
        Parsed::new(&self.sides).map_err(|problem| problem.of(&self.to_string()))
    }
}
