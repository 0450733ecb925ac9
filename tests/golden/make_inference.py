"""Robust covariances, weights, predictions and restrictions by statsmodels; ridge errors by mpmath in 50 digits.

python make_inference.py, with statsmodels 0.15 and mpmath; it reads ../../data.
"""

import json
import pathlib

import mpmath as mp
import numpy as np
import pandas as pd
import statsmodels
import statsmodels.api as sm
from statsmodels.stats.sandwich_covariance import cov_hac

here = pathlib.Path(__file__).parent
frame = pd.read_csv(here.parent.parent / "data" / "diabetes.csv")
y = frame["progression"].to_numpy(float)
x = frame.drop(columns="progression").to_numpy(float)
design = sm.add_constant(x)
fit = sm.OLS(y, design).fit(method="qr")


def table(result):
    interval = result.conf_int(0.1)
    return {
        "params": result.params.tolist(),
        "std_err": result.bse.tolist(),
        "t": result.tvalues.tolist(),
        "p": result.pvalues.tolist(),
        "ci90_low": interval[:, 0].tolist(),
        "ci90_high": interval[:, 1].tolist(),
        "f": float(np.squeeze(result.fvalue)),
        "f_pvalue": float(np.squeeze(result.f_pvalue)),
    }


def whole(result):
    return table(result) | {
        "r2": result.rsquared,
        "r2_adj": result.rsquared_adj,
        "sigma": float(np.sqrt(result.scale)),
        "log_likelihood": result.llf,
        "aic": result.aic,
        "bic": result.bic,
        "df_resid": result.df_resid,
    }


clusters = x[:, 0].astype(int) // 5
golden = {
    "provenance": f"statsmodels {statsmodels.__version__}, numpy {np.__version__}, mpmath {mp.__version__}; data/diabetes.csv, parameters: intercept, then columns",
    "clusters": clusters.tolist(),
    "clustered": table(fit.get_robustcov_results("cluster", groups=clusters, use_t=True)),
    "newey_west_5": table(fit.get_robustcov_results("HAC", maxlags=5, use_t=True)),
    "newey_west_5_small_sample": table(fit.get_robustcov_results("HAC", maxlags=5, use_correction=True, use_t=True)),
    "hc3": table(fit.get_robustcov_results("HC3", use_t=True)),
}

# Analytic weights: the body mass index.
weights = x[:, 2]
weighted = sm.WLS(y, design, weights=weights).fit(method="qr")
golden["weighted_by_bmi"] = whole(weighted)
for kind in ["HC0", "HC1", "HC2", "HC3"]:
    golden[f"weighted_by_bmi_{kind.lower()}"] = weighted.get_robustcov_results(kind).bse.tolist()
golden["weighted_by_bmi_clustered"] = weighted.get_robustcov_results("cluster", groups=clusters, use_t=True).bse.tolist()

# Without an intercept.
golden["no_intercept"] = whole(sm.OLS(y, x).fit(method="qr"))

new = np.vstack([x[:3] * 1.1, x.mean(axis=0), x[7] + 10])
frame = fit.get_prediction(sm.add_constant(new, has_constant="add")).summary_frame(alpha=0.05)
golden["prediction"] = {"x": new.tolist()} | {name: frame[name].tolist() for name in frame.columns}

restrictions = np.zeros((3, 11))
restrictions[0, 1] = 1
restrictions[1, [5, 6]] = [1, 1]
restrictions[2, [0, 3]] = [0.01, 1]
values = np.array([0.1, -0.3, 2.0])
wald = fit.f_test((restrictions, values))
hc1 = fit.get_robustcov_results("HC1", use_t=True).f_test((restrictions, values))
smaller = sm.OLS(y, design[:, [0, 2, 3, 4]]).fit(method="qr")
f, p, df = fit.compare_f_test(smaller)
golden["wald"] = {
    "restrictions": restrictions.tolist(),
    "values": values.tolist(),
    "f": float(wald.fvalue),
    "p": float(wald.pvalue),
    "hc1_f": float(hc1.fvalue),
    "hc1_p": float(hc1.pvalue),
    "columns_of_smaller": [1, 2, 3],
    "nested_f": float(f),
    "nested_p": float(p),
}

# Ridge: A = XᵀX + alpha I of the centred design, everything in 50 digits.
mp.mp.dps = 50
n, k = x.shape
X = mp.matrix(x.tolist())
means = [mp.fsum(X[i, j] for i in range(n)) / n for j in range(k)]
C = mp.matrix(n, k)
for i in range(n):
    for j in range(k):
        C[i, j] = X[i, j] - means[j]
Y = mp.matrix(y.tolist())
y_mean = mp.fsum(Y) / n
G = C.T * C
for alpha in [1.0, 100.0]:
    inverse = mp.inverse(G + alpha * mp.eye(k))
    w = inverse * (C.T * (Y - y_mean * mp.ones(n, 1)))
    residuals = Y - y_mean * mp.ones(n, 1) - C * w
    df = 1 + sum((inverse * G)[j, j] for j in range(k))
    variance = mp.fsum(r * r for r in residuals) / (n - df)
    covariance = inverse * G * inverse * variance
    m = mp.matrix(means)
    errors = [mp.sqrt(variance / n + (m.T * covariance * m)[0])] + [mp.sqrt(covariance[j, j]) for j in range(k)]
    golden[f"ridge_{alpha:g}"] = {
        "df": mp.nstr(df, 25),
        "sigma": mp.nstr(mp.sqrt(variance), 25),
        "std_err": [mp.nstr(e, 25) for e in errors],
        "covariance_row_3": [mp.nstr(covariance[2, j], 25) for j in range(k)],
    }
(here / "inference.json").write_text(json.dumps(golden, indent=1) + "\n")
