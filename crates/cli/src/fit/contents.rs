//! From a fit to its document.

use elltwo::diagnostics::Residuals;
use elltwo::formula::quoted_name;
use elltwo::inference::{Inference, SumOfSquares, TermTest};
use elltwo::model::Method;
use elltwo::solver::factorizations;

use super::analysis;
use super::document::{self, Document, Scaling};
use super::estimate::quantile_of;
use super::notes::Warning;
use super::training::Fit;
use crate::args::ModelKind;
use crate::measures::Measures;

impl Fit<'_> {
    /// The document; `complete` for all the robust errors.
    pub(super) fn document(
        &self,
        residuals: Option<&Residuals>,
        inference: Option<&Inference>,
        warnings: &[Warning],
        diagnostics: document::Diagnostics,
        complete: bool,
    ) -> elltwo::Result<Document> {
        let args = self.args;
        let (linear, report) = (self.model.linear(), self.report()?);
        let (ridge, sgd) = (report.ridge(), report.sgd());
        let absorbed = self.data.absorbed.as_ref();
        let absorbed = absorbed.map_or(0.0, |(groups, _)| groups.keys().len() as f64);
        let test = self.data.test.as_ref().map(|test| {
            let predictions = self.model.predict(test)?;
            Measures::new(test.y(), predictions.view(), test.weights())
        });
        let block = match inference {
            Some(inference) => {
                let robust = match &self.analysis {
                    Some(analysis) if complete => analysis.heteroscedastic()?.to_vec(),
                    _ => Vec::new(),
                };
                let columns = &self.data.columns;
                analysis::inference_block(inference, &robust, columns, args.confidence())?
            }
            None => analysis::without_theory(
                linear,
                self.estimates.as_deref(),
                report.fit_intercept,
                &self.data.columns,
                args.confidence(),
            )?,
        };
        let terms = match inference {
            Some(inference) if inference.fit().lambda == 0.0 => self.terms(inference)?,
            _ => Vec::new(),
        };
        let mut document = Document {
            schema: "elltwo.fit/1",
            formula: self.formula(report.fit_intercept),
            terms,
            data: self.data(),
            model: document::Model {
                kind: match args.model() {
                    ModelKind::Ridge => "ridge",
                    ModelKind::Sgd => "sgd",
                    ModelKind::Exact => "exact",
                },
                lambda: report.lambda[0],
                intercept: linear.intercept(),
                coefficients: linear.coefficients().to_vec(),
                fit_intercept: report.fit_intercept,
                loss: report.loss().name(),
                quantile: quantile_of(report.loss()),
                degree: self.data.design.degree,
                scaling: self.data.design.scaler.as_ref().map(|scaler| Scaling {
                    mean: scaler.center().to_vec(),
                    standard_deviation: scaler.scale().to_vec(),
                }),
            },
            fit: document::Fit {
                solver: match &report.method {
                    Method::Ridge(ridge) => ridge.solver.to_string(),
                    Method::Sgd(sgd) => sgd.optimizer.name().to_owned(),
                    Method::Exact(exact) => exact.solver.clone(),
                    _ => String::new(),
                },
                precision: ridge.map(|ridge| ridge.precision.name()),
                rank: report.rank(),
                condition_number: ridge.map(|ridge| ridge.condition_number),
                degrees_of_freedom: ridge
                    .and_then(|ridge| Some(ridge.degrees_of_freedom.as_ref()?[0] + absorbed)),
                factorizations: 0,
                termination: report.termination.to_string(),
                epochs: sgd.map(|sgd| sgd.epochs),
                duality_gap: report.duality_gap().map(|gap| gap[0]),
                is_unique: report.exact().map(|exact| exact.is_unique[0]),
                warnings: (warnings.iter())
                    .map(|warning| warning.note.to_string())
                    .collect(),
            },
            train: document::Train {
                measures: self.measures(residuals)?,
                objective: report.objective,
            },
            test: test.transpose()?,
            left_out: analysis::left_out(self, residuals),
            inference: block,
            diagnostics,
            cv: self.data.cv.clone(),
            quantiles: self
                .quantiles
                .iter()
                .filter_map(document::FanLine::of)
                .collect(),
        };
        document.fit.factorizations = factorizations();
        Ok(document)
    }

    /// The formula, with an absorbed effect behind a bar.
    fn formula(&self, fit_intercept: bool) -> String {
        let absorb = self.args.groups.absorb.as_deref();
        let formula = self.data.read.formula(
            self.data.design.degree,
            fit_intercept || absorb.is_some(),
            &self.args.columns.coded().collect::<Vec<_>>(),
        );
        match absorb {
            Some(name) => format!("{formula} | {}", quoted_name(name)),
            None => formula,
        }
    }

    /// Tests of the terms, of type II.
    fn terms(&self, inference: &Inference) -> elltwo::Result<Vec<document::Term>> {
        let terms = (self.data.read).terms(self.data.design.degree, self.data.columns.len());
        let tests = inference.anova(&terms, SumOfSquares::TypeTwo)?;
        let three = inference.anova(&terms, SumOfSquares::TypeThree)?;
        let term = |(test, three): (TermTest, TermTest)| document::Term {
            columns: self.data.columns[test.columns.clone()].to_vec(),
            name: test.name,
            df: test.df,
            f: test.f_test.map(|test| test.statistic),
            p: test.f_test.map(|test| test.p_value),
            f_three: three.f_test.map(|test| test.statistic),
            p_three: three.f_test.map(|test| test.p_value),
            partial_r2: test.partial_r2,
            gvif: test.gvif.is_finite().then_some(test.gvif),
        };
        Ok(tests.into_iter().zip(three).map(term).collect())
    }

    fn data(&self) -> document::Data {
        let prepared = self.data;
        document::Data {
            file: self.args.file.clone(),
            n_rows: prepared.n_rows,
            n_used: prepared.n_used,
            n_dropped_missing: prepared.n_dropped,
            n_imputed: prepared.n_imputed,
            n_train: prepared.train.y().len(),
            n_test: prepared.test.as_ref().map_or(0, |test| test.y().len()),
            target: prepared.read.target().to_owned(),
            weights: prepared.read.weights().map(str::to_owned),
            design_columns: prepared.columns.clone(),
            levels: prepared.read.categories().into_iter().collect(),
            notes: prepared.facts.clone(),
            absorbed: prepared
                .absorbed
                .as_ref()
                .map(|(groups, _)| document::Absorbed {
                    column: self.args.groups.absorb.clone().unwrap_or_default(),
                    n_groups: groups.keys().len(),
                    n_singletons: groups.n_singletons(),
                }),
            clusters: self.args.groups.clusters().map(str::to_owned).collect(),
        }
    }
}
