"""Diagnostics by statsmodels and scipy: python make_diagnostics.py; it reads ../../data."""

import json
import pathlib
import warnings

import numpy as np
import pandas as pd
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import stats
from statsmodels.nonparametric.smoothers_lowess import lowess
from statsmodels.stats import diagnostic, outliers_influence

warnings.simplefilter("ignore")
here = pathlib.Path(__file__).parent
frame = pd.read_csv(here.parent.parent / "data" / "diabetes.csv")
y = frame["progression"].to_numpy(float)
x = frame.drop(columns="progression").to_numpy(float)
design = sm.add_constant(x)
fit = sm.OLS(y, design).fit(method="qr")
e = fit.resid


def pair(values):
    return {"statistic": float(np.squeeze(values[0])), "p": float(np.squeeze(values[1]))}


def multiplier(values):
    return {"lm": values[0], "lm_p": values[1], "f": float(values[2]), "f_p": float(values[3])}


golden = {"provenance": f"statsmodels {statsmodels.__version__}, scipy {scipy.__version__}, numpy {np.__version__}; data/diabetes.csv"}
golden["breusch_godfrey_3"] = multiplier(diagnostic.acorr_breusch_godfrey(fit, nlags=3))
box = diagnostic.acorr_ljungbox(e, lags=[5], model_df=0)
golden["ljung_box_5"] = {"statistic": float(box["lb_stat"].iloc[0]), "p": float(box["lb_pvalue"].iloc[0])}
box = diagnostic.acorr_ljungbox(e, lags=[6], model_df=2)
golden["ljung_box_6_less_2"] = {"statistic": float(box["lb_stat"].iloc[0]), "p": float(box["lb_pvalue"].iloc[0])}
# White's test asks for full rank of the squares: the indicator column is left out.
some = [0, 2, 3, 4]
part = sm.OLS(y, design[:, [0] + [j + 1 for j in some]]).fit(method="qr")
golden["white"] = multiplier(diagnostic.het_white(part.resid, part.model.exog)) | {"columns": some}
order = np.argsort(x[:, 2], kind="stable")
golden["goldfeld_quandt_by_2"] = pair(diagnostic.het_goldfeldquandt(y[order], design[order]))
golden["shapiro_wilk"] = {str(n): pair(stats.shapiro(e[:n])) for n in [3, 4, 5, 6, 11, 12, 50, 442]}
golden["shapiro_wilk_of_exponentials"] = {str(n): pair(stats.shapiro(np.exp(e[:n] / 50))) for n in [7, 40, 442]}
golden["omnibus"] = {str(n): pair(stats.normaltest(e[:n])) for n in [8, 20, 442]}
golden["skew_kurtosis"] = [float(stats.skew(e)), float(stats.kurtosis(e, fisher=False))]
reset = diagnostic.linear_reset(fit, power=4, use_f=True)
golden["reset_4"] = pair((reset.statistic, reset.pvalue))
# statsmodels drops three residuals whatever the design: it is right with three parameters.
golden["harvey_collier_of_2_3"] = pair(diagnostic.linear_harvey_collier(sm.OLS(y, design[:, [0, 3, 4]]).fit(method="qr")))
golden["rainbow"] = pair(diagnostic.linear_rainbow(fit, frac=0.6))
influence = outliers_influence.OLSInfluence(fit)
golden["dfbetas"] = influence.dfbetas[:6].tolist()
golden["covariance_ratio"] = influence.cov_ratio[:20].tolist()
unit = design / np.linalg.norm(design, axis=0)
_, d, vt = np.linalg.svd(unit, full_matrices=False)
phi = (vt.T / d) ** 2
golden["condition_indices"] = (d[0] / d).tolist()
golden["proportions"] = (phi / phi.sum(axis=1, keepdims=True)).T.tolist()
curve = lowess(e, fit.fittedvalues, frac=2 / 3, it=3, delta=0.0, return_sorted=False)
golden["lowess"] = curve.tolist()
curve = lowess(e, fit.fittedvalues, frac=0.3, it=0, delta=2.0, return_sorted=False)
golden["lowess_with_delta"] = curve.tolist()
(here / "diagnostics.json").write_text(json.dumps(golden, indent=1) + "\n")
