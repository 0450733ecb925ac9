//! Powers and products of features.

use ndarray::{Array2, Axis, Ix2};
use serde::{Deserialize, Serialize};

use super::Dataset;
use crate::check::check_finite;
use crate::error::{Error, Result};
use crate::scalar::Scalar;
use crate::views::AsView;

/// All monomials of the features up to a degree, without the constant (the model's intercept is that).
///
/// ```text
/// degree 2 of (a, b):                      a, b, a², a b, b²
/// degree 2 of (a, b), interactions only:   a, b, a b
/// ```
///
/// The order is scikit-learn's: by degree, then by the position of the first, second, … factor.
/// `p` features yield `C(p + d, d) − 1` columns.
///
/// # Examples
///
/// ```
/// use elltwo::data::PolynomialFeatures;
/// use ndarray::array;
///
/// let square = PolynomialFeatures::new(2);
/// assert_eq!(square.transform(array![[2.0, 3.0]].view())?, array![[2.0, 3.0, 4.0, 6.0, 9.0]]);
/// assert_eq!(square.feature_names(&["a", "b"])?, ["a", "b", "a^2", "a b", "b^2"]);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolynomialFeatures {
    degree: usize,
    interaction_only: bool,
}

/// A monomial: the features it multiplies, in ascending order, with repetition.
type Term = Vec<usize>;

/// A longer list of factors, over all terms, than any regression has columns for.
const MAX_FACTORS: f64 = 1e8;

impl PolynomialFeatures {
    /// All monomials up to this degree, at least 1.
    #[must_use]
    pub fn new(degree: usize) -> Self {
        Self {
            degree,
            interaction_only: false,
        }
    }

    /// Only products of distinct features. Default: powers as well.
    #[must_use]
    pub fn interaction_only(mut self, yes: bool) -> Self {
        self.interaction_only = yes;
        self
    }

    /// The degree.
    #[must_use]
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// The columns of the monomials for each row of `x`.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::NonFinite`]; [`Error::InvalidParameter`] for degree 0 or more terms than fit in
    /// memory; [`Error::Overflow`] for a product beyond the element type.
    pub fn transform<'a, F: Scalar>(
        &self,
        x: impl AsView<'a, Elem = F, Dim = Ix2>,
    ) -> Result<Array2<F>> {
        let x = x.into_view();
        if x.is_empty() {
            return Err(Error::empty("x"));
        }
        check_finite("x", x)?;
        let terms = self.terms(x.ncols())?;
        let size = (terms.len().checked_mul(x.nrows()))
            .filter(|size| size.saturating_mul(size_of::<F>()) <= isize::MAX.unsigned_abs());
        let mut expanded = Vec::new();
        if size.is_none_or(|size| expanded.try_reserve_exact(size).is_err()) {
            return Err(self.too_many());
        }
        for row in x.axis_iter(Axis(0)) {
            for term in &terms {
                let product = term.iter().fold(F::one(), |product, j| product * row[*j]);
                if !product.is_finite() {
                    return Err(Error::overflow("a product of features"));
                }
                expanded.push(product);
            }
        }
        // The vector was filled row by row with exactly this many values.
        Array2::from_shape_vec((x.nrows(), terms.len()), expanded).map_err(|_| self.too_many())
    }

    /// The names of the columns: `a`, `a^2`, `a b`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidParameter`] for degree 0 or too many terms.
    pub fn feature_names<S: AsRef<str>>(&self, names: &[S]) -> Result<Vec<String>> {
        Ok(self
            .terms(names.len())?
            .iter()
            .map(|term| {
                term.chunk_by(|a, b| a == b)
                    .map(|factor| match factor.len() {
                        1 => names[factor[0]].as_ref().to_owned(),
                        power => format!("{}^{power}", names[factor[0]].as_ref()),
                    })
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect())
    }

    /// The data set with its features expanded; everything else stays.
    ///
    /// # Errors
    ///
    /// As [`transform`](Self::transform); [`Error::DuplicateColumn`] if a feature is already named as a product is.
    pub fn expand<F: Scalar>(&self, data: &Dataset<F>) -> Result<Dataset<F>> {
        let x = self.transform(data.x())?;
        data.with_design(x, self.feature_names(data.feature_names())?)
    }

    /// The monomials in order.
    fn terms(&self, n_features: usize) -> Result<Vec<Term>> {
        check_degree(self.degree)?;
        self.check_size(n_features)?;
        let mut terms: Vec<Term> = (0..n_features).map(|j| vec![j]).collect();
        let mut start = 0;
        for _ in 1..self.degree {
            // Each term of one degree less, times each feature not before its last.
            let end = terms.len();
            for t in start..end {
                let last = terms[t].last().copied().unwrap_or(0);
                for j in last + usize::from(self.interaction_only)..n_features {
                    let mut term = terms[t].clone();
                    term.push(j);
                    terms.push(term);
                }
            }
            if terms.len() == end {
                break;
            }
            start = end;
        }
        Ok(terms)
    }

    /// Refuses a list of terms that would not fit in memory, before it is built.
    fn check_size(&self, n_features: usize) -> Result<()> {
        // C(p + k − 1, k) monomials have degree k, C(p, k) of them without powers: each from the one before.
        let p = n_features as f64;
        let (mut of_degree, mut factors) = (1.0, 0.0);
        for k in 1..=self.degree {
            let k = k as f64;
            of_degree *= if self.interaction_only {
                p - k + 1.0
            } else {
                p + k - 1.0
            } / k;
            factors += k * of_degree;
            if factors > MAX_FACTORS {
                return Err(self.too_many());
            }
            if of_degree == 0.0 {
                break;
            }
        }
        Ok(())
    }

    fn too_many(&self) -> Error {
        Error::parameter(
            "degree",
            self.degree as f64,
            "so small that the terms fit in memory",
        )
    }
}

fn check_degree(degree: usize) -> Result<()> {
    if degree == 0 {
        return Err(Error::parameter("degree", 0.0, "at least 1"));
    }
    Ok(())
}
