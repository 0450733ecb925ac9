"""Makes metrics.json beside this file with scikit-learn 1.9.1: `pip install scikit-learn==1.9.1 && python make_metrics.py`."""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn import metrics as m

assert sklearn.__version__ == "1.9.1"
warnings.simplefilter("error")
rng = np.random.default_rng(11)
METRICS = {
    "MeanSquaredError": m.mean_squared_error,
    "RootMeanSquaredError": m.root_mean_squared_error,
    "MeanAbsoluteError": m.mean_absolute_error,
    "MedianAbsoluteError": m.median_absolute_error,
    "MeanAbsolutePercentageError": m.mean_absolute_percentage_error,
    "R2": m.r2_score,
    "ExplainedVariance": m.explained_variance_score,
    "Pinball": lambda *a, **k: m.mean_pinball_loss(*a, alpha=0.3, **k),
}


def case(name, y_true, y_pred, weights=None, target_weights=None, skip=()):
    y, p = np.asarray(y_true, float), np.asarray(y_pred, float)
    w = None if weights is None else np.asarray(weights, float)
    out = {"name": name, "y_true": y.tolist(), "y_pred": p.tolist(), "weights": weights, "target_weights": target_weights}
    out["per_target"], out["uniform"], out["weighted"], out["variance_weighted"] = {}, {}, {}, {}
    for key, f in METRICS.items():
        if key in skip:
            continue
        out["per_target"][key] = np.atleast_1d(f(y, p, sample_weight=w, multioutput="raw_values")).tolist()
        out["uniform"][key] = float(f(y, p, sample_weight=w))
        if target_weights:
            out["weighted"][key] = float(f(y, p, sample_weight=w, multioutput=target_weights))
        if key in ("R2", "ExplainedVariance"):
            out["variance_weighted"][key] = float(f(y, p, sample_weight=w, multioutput="variance_weighted"))
    if w is None:
        columns = zip(y.reshape(len(y), -1).T, p.reshape(len(y), -1).T)
        out["per_target"]["MaxError"] = [float(m.max_error(a, b)) for a, b in columns]
    return out


n = 25
y1 = np.round(10 + 3 * rng.standard_normal(n), 3)
p1 = np.round(y1 + 0.7 * rng.standard_normal(n), 3)
y2 = np.round(10 + np.array([3, 0.2, 40]) * rng.standard_normal((n, 3)), 3)
p2 = np.round(y2 + np.array([1, 0.3, 9]) * rng.standard_normal((n, 3)), 3)
w = np.round(rng.uniform(0, 2, n), 2)
w[[3, 17]] = 0
cases = [
    case("one target", y1, p1),
    case("one target, weighted", y1, p1, w.tolist()),
    case("several targets", y2, p2, None, [0.5, 2.0, 1.0]),
    case("several targets, weighted", y2, p2, w.tolist(), [0.5, 2.0, 1.0]),
    case("even count", y1[:8], p1[:8]),
    case("constant target, missed", [-2, -2, -2], [-2, -2, -1.5]),
    case("constant target, met", [-2, -2, -2], [-2, -2, -2]),
    case("constant target, constant residual", [4, 4, 4], [5, 5, 5]),
    case("one constant target of two", [[1, 5], [2, 5], [4, 5]], [[1.5, 5], [2, 6], [3, 5]], None, [1.0, 3.0]),
    case("a target of zero", [0, 2, -4], [0.5, 1, -4]),
    case("worse than the mean", [1, 2, 3], [30, -20, 10]),
    case("a single row", [2], [2.7], skip=("R2",)),
    case("weighted median on a tie", [0, 0, 0, 0], [1, 2, 3, 4], [1.0, 2.0, 2.0, 1.0]),
    case("weighted median on a tie at the first", [0, 0, 0, 0], [1, 2, 3, 4], [3.0, 1.0, 1.0, 1.0]),
]
text = json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}, separators=(",", ":"))
pathlib.Path(__file__).with_name("metrics.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
