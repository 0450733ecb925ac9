//! From the columns of a file to those of a model: powers, and a common scale.

use elltwo::data::{Dataset, FittedScaler, PolynomialFeatures, StandardScaler};
use elltwo::model::{Absorbed, LinearModel, PolynomialModel, Predictor};
use elltwo::{Result, Samples};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use serde::{Deserialize, Serialize};

/// Recipe of a model's design from its features.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Design {
    /// The degree of the powers of the only feature.
    pub(crate) degree: Option<usize>,
    /// Centres and divisors of the columns.
    pub(crate) scaler: Option<FittedScaler>,
}

impl Design {
    /// The names of the columns.
    pub(crate) fn names(&self, features: &[String]) -> Result<Vec<String>> {
        match self.degree {
            Some(degree) => PolynomialFeatures::new(degree).feature_names(features),
            None => Ok(features.to_vec()),
        }
    }

    /// Measures the scale of the columns of rows to train on. Without an intercept nothing is centred.
    pub(crate) fn standardize(
        &mut self,
        features: ArrayView2<'_, f64>,
        weights: Option<ArrayView1<'_, f64>>,
        fit_intercept: bool,
    ) -> Result<()> {
        self.scaler = None;
        let columns = self.columns(features)?;
        let columns = columns.as_ref().map_or(features, |columns| columns.view());
        let scaler = StandardScaler.fit_weighted(columns, weights)?;
        self.scaler = Some(if fit_intercept {
            scaler
        } else {
            scaler.without_center()
        });
        Ok(())
    }

    /// Features as columns of the model; none where they are these themselves.
    pub(crate) fn columns(&self, features: ArrayView2<'_, f64>) -> Result<Option<Array2<f64>>> {
        let powers = match self.degree {
            Some(degree) => Some(PolynomialFeatures::new(degree).transform(features)?),
            None => None,
        };
        Ok(match (&self.scaler, powers) {
            (None, powers) => powers,
            (Some(scaler), None) => Some(scaler.transform(features)?),
            (Some(scaler), Some(mut powers)) => {
                scaler.transform_in_place(powers.view_mut())?;
                Some(powers)
            }
        })
    }

    /// The rows of a file as rows of the model.
    pub(crate) fn sample(&self, data: Dataset) -> Result<Sample> {
        let design = self.columns(data.x())?;
        Ok(Sample { data, design })
    }
}

/// Rows of a file, and of the design if that is another.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) data: Dataset,
    design: Option<Array2<f64>>,
}

impl Sample {
    pub(crate) fn x(&self) -> ArrayView2<'_, f64> {
        self.design
            .as_ref()
            .map_or_else(|| self.data.x(), |x| x.view())
    }

    /// The rows about the means of their groups, with these names of the columns.
    pub(crate) fn about(self, groups: &Absorbed, names: &[String]) -> Result<Self> {
        let rows = groups.samples()?;
        let mut data = Dataset::new(rows.x().to_owned(), rows.y().to_owned())?
            .with_feature_names(names)?
            .with_target_name(self.data.target_name());
        if let Some(weights) = rows.weights() {
            data = data.with_weights(weights.to_owned())?;
        }
        if let Some(lines) = self.data.lines() {
            data = data.with_lines(lines.to_vec())?;
        }
        Ok(Self { data, design: None })
    }

    /// The rows, checked.
    pub(crate) fn samples(&self) -> Result<Samples<'_, f64>> {
        match self.x().ncols() {
            0 => Samples::without_features(self.y(), self.weights()),
            _ => Samples::new(self.x(), self.y(), self.weights()),
        }
    }

    pub(crate) fn y(&self) -> ArrayView1<'_, f64> {
        self.data.y()
    }

    pub(crate) fn weights(&self) -> Option<ArrayView1<'_, f64>> {
        self.data.weights()
    }
}

/// A fitted model.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fitted {
    /// Linear model of the columns of the design.
    Linear(LinearModel<f64>),
    /// Model of the powers of the feature, which it forms itself, in more digits than the design has.
    Polynomial(PolynomialModel<f64>),
}

impl Fitted {
    /// The model of the columns of the design.
    pub(crate) fn linear(&self) -> &LinearModel<f64> {
        match self {
            Self::Linear(model) => model,
            Self::Polynomial(model) => model.linear(),
        }
    }

    pub(crate) fn predict(&self, sample: &Sample) -> Result<Array1<f64>> {
        match self {
            Self::Linear(model) => model.predict(sample.x()),
            Self::Polynomial(model) => model.predict(sample.data.x()),
        }
    }
}
