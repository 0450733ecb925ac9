//! [`Dataset`]: a design matrix, a target and what belongs to their rows and columns.

mod select;

use std::collections::HashSet;

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut2, Ix1};
use serde::{Deserialize, Serialize};

use crate::check::{check_length, check_weights};
use crate::error::{Error, Result};
use crate::samples::{Samples, ToSamples};
use crate::scalar::Scalar;

/// `n` samples of `p` named features and one target, perhaps with a weight, a label and a source line for each sample.
///
/// The shapes agree by construction: there is at least one row, and one column unless a formula asked for none, and the
/// names are distinct.
/// Values may be NaN or infinite; every fit refuses them.
///
/// # Examples
///
/// ```
/// use elltwo::data::Dataset;
/// use ndarray::array;
///
/// let data = Dataset::new(array![[1.0, 10.0], [2.0, 20.0], [3.0, 31.0]], array![1.0, 2.0, 3.0])?
///     .with_feature_names(["age", "dose"])?
///     .with_target_name("response");
/// let young = data.select_rows(&[0, 1])?.select_features(&["dose"])?;
/// assert_eq!(young.x(), array![[10.0], [20.0]]);
/// assert_eq!(young.feature_names(), ["dose"]);
/// # Ok::<(), elltwo::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", try_from = "Unchecked<F>")]
pub struct Dataset<F: Scalar = f64> {
    x: Array2<F>,
    y: Array1<F>,
    weights: Option<Array1<F>>,
    feature_names: Vec<String>,
    target_name: String,
    labels: Option<Vec<String>>,
    lines: Option<Vec<u64>>,
}

/// The rows with their weights, checked: every value must be finite.
impl<'a, F: Scalar> TryFrom<&'a Dataset<F>> for Samples<'a, F> {
    type Error = Error;

    fn try_from(data: &'a Dataset<F>) -> Result<Self> {
        data.samples()
    }
}

impl<'a, F: Scalar> ToSamples<'a> for &'a Dataset<F> {
    type Elem = F;
    type Dim = Ix1;

    fn to_samples(self) -> Result<Samples<'a, F>> {
        self.samples()
    }
}

impl<F: Scalar> Dataset<F> {
    /// The design `x`, shape `(n, p)`, and the target `y`, shape `(n,)`; features are named `x0, x1, …`, the target
    /// `y`.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] if `x` has no row or no column, [`Error::ShapeMismatch`] if `y` has another length.
    pub fn new(x: Array2<F>, y: Array1<F>) -> Result<Self> {
        if x.nrows() > 0 && x.ncols() == 0 {
            return Err(Error::empty("x (columns)"));
        }
        Self::of(x, y)
    }

    /// A data set that may have no features.
    pub(crate) fn of(x: Array2<F>, y: Array1<F>) -> Result<Self> {
        if x.nrows() == 0 {
            return Err(Error::empty("x (rows)"));
        }
        check_length("length of y", x.nrows(), y.len())?;
        let feature_names = (0..x.ncols()).map(|j| format!("x{j}")).collect();
        Ok(Self {
            x,
            y,
            weights: None,
            feature_names,
            target_name: "y".to_owned(),
            labels: None,
            lines: None,
        })
    }

    /// The rows with their weights and names as checked [`Samples`], to be fitted and analysed.
    ///
    /// # Errors
    ///
    /// [`Error::NonFinite`] with row and column.
    pub fn samples(&self) -> Result<Samples<'_, F>> {
        let targets = std::slice::from_ref(&self.target_name);
        let samples = match self.n_features() {
            0 => Samples::without_features(self.y(), self.weights()),
            _ => Samples::new(self.x(), self.y(), self.weights()),
        };
        samples?.with_names(&self.feature_names, targets)
    }

    /// A weight for each sample, shape `(n,)`.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`], [`Error::NonFinite`], [`Error::NegativeWeight`], [`Error::ZeroWeights`].
    pub fn with_weights(mut self, weights: Array1<F>) -> Result<Self> {
        check_weights(Some(weights.view()), self.n_samples())?;
        self.weights = Some(weights);
        Ok(self)
    }

    /// Weights of some rows of more: all of them may be 0.
    pub(super) fn with_weights_of_part(mut self, weights: Array1<F>) -> Result<Self> {
        match check_weights(Some(weights.view()), self.n_samples()) {
            Ok(()) | Err(Error::ZeroWeights) => self.weights = Some(weights),
            Err(error) => return Err(error),
        }
        Ok(self)
    }

    /// A name for each column of `x`.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for another number of names, [`Error::DuplicateColumn`] for one given twice.
    pub fn with_feature_names<S: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = S>,
    ) -> Result<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        check_length("number of feature names", self.n_features(), names.len())?;
        check_distinct(&names)?;
        self.feature_names = names;
        Ok(self)
    }

    /// The name of the target.
    #[must_use]
    pub fn with_target_name(mut self, name: impl Into<String>) -> Self {
        self.target_name = name.into();
        self
    }

    /// A text that identifies each row, for reports; labels need not be distinct.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for another number of labels.
    pub fn with_labels<S: Into<String>>(
        mut self,
        labels: impl IntoIterator<Item = S>,
    ) -> Result<Self> {
        let labels: Vec<String> = labels.into_iter().map(Into::into).collect();
        check_length("number of labels", self.n_samples(), labels.len())?;
        self.labels = Some(labels);
        Ok(self)
    }

    /// The line of the file, from 1, on which each row begins.
    ///
    /// # Errors
    ///
    /// [`Error::ShapeMismatch`] for another number of lines.
    pub fn with_lines(mut self, lines: Vec<u64>) -> Result<Self> {
        check_length("number of lines", self.n_samples(), lines.len())?;
        self.lines = Some(lines);
        Ok(self)
    }

    /// The design, `(n, p)`.
    #[must_use]
    pub fn x(&self) -> ArrayView2<'_, F> {
        self.x.view()
    }

    pub(super) fn x_mut(&mut self) -> ArrayViewMut2<'_, F> {
        self.x.view_mut()
    }

    /// The target, `(n,)`.
    #[must_use]
    pub fn y(&self) -> ArrayView1<'_, F> {
        self.y.view()
    }

    /// The sample weights, `(n,)`, if there are any.
    #[must_use]
    pub fn weights(&self) -> Option<ArrayView1<'_, F>> {
        self.weights.as_ref().map(|w| w.view())
    }

    /// The names of the columns of `x`.
    #[must_use]
    pub fn feature_names(&self) -> &[String] {
        &self.feature_names
    }

    /// The name of the target.
    #[must_use]
    pub fn target_name(&self) -> &str {
        &self.target_name
    }

    /// The text that identifies each row, if there is any.
    #[must_use]
    pub fn labels(&self) -> Option<&[String]> {
        self.labels.as_deref()
    }

    /// The line on which each row begins, if the data came from a file.
    #[must_use]
    pub fn lines(&self) -> Option<&[u64]> {
        self.lines.as_deref()
    }

    /// The number of rows.
    #[must_use]
    pub fn n_samples(&self) -> usize {
        self.x.nrows()
    }

    /// The number of columns of `x`.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.x.ncols()
    }
}

/// Serialized form, before it has been through the constructors.
#[derive(Deserialize)]
#[serde(bound = "")]
struct Unchecked<F: Scalar> {
    x: Array2<F>,
    y: Array1<F>,
    weights: Option<Array1<F>>,
    feature_names: Vec<String>,
    target_name: String,
    labels: Option<Vec<String>>,
    lines: Option<Vec<u64>>,
}

impl<F: Scalar> TryFrom<Unchecked<F>> for Dataset<F> {
    type Error = Error;

    fn try_from(parts: Unchecked<F>) -> Result<Self> {
        let mut data = Self::of(parts.x, parts.y)?
            .with_feature_names(parts.feature_names)?
            .with_target_name(parts.target_name);
        if let Some(weights) = parts.weights {
            data = data.with_weights(weights)?;
        }
        if let Some(labels) = parts.labels {
            data = data.with_labels(labels)?;
        }
        if let Some(lines) = parts.lines {
            data = data.with_lines(lines)?;
        }
        Ok(data)
    }
}

/// Error for a name that is none of the candidates, with the nearest of them.
pub(crate) fn missing_column<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Error {
    Error::MissingColumn {
        name: name.to_owned(),
        nearest: nearest(name, candidates).map(str::to_owned),
    }
}

/// The candidate nearest to a name by edits, if at most a third of its letters differ.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let limit = (wanted.chars().count() / 3).max(1);
    candidates
        .map(|other| (strsim::osa_distance(&wanted, &other.to_lowercase()), other))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= limit)
        .map(|(_, other)| other)
}

/// Refuses a name given twice.
pub(crate) fn check_distinct<S: AsRef<str>>(names: &[S]) -> Result<()> {
    let mut seen = HashSet::with_capacity(names.len());
    match names
        .iter()
        .map(AsRef::as_ref)
        .find(|name| !seen.insert(*name))
    {
        Some(name) => Err(Error::DuplicateColumn {
            name: name.to_owned(),
        }),
        None => Ok(()),
    }
}
