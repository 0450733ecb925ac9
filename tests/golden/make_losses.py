"""Makes losses.json and gradients.json, the numbers tests/loss_oracle.rs compares with.

    python make_losses.py FULL_LOSSES.json FULL_GRADIENTS.json

Provenance: torch 2.15.0, keras 3.15.1 (tensorflow 2.21.0), scikit-learn 1.9.1; `exact` is rational arithmetic on the stored
binary inputs, rounded once. The full files hold every call of the three libraries; this keeps the cases whose inputs are
finite and whose results this crate can express. The epsilon-insensitive losses are computed here in rational arithmetic, and
the log loss by scikit-learn's HalfBinomialLoss.
"""

import json
import pathlib
import sys
from fractions import Fraction

import numpy as np
from sklearn._loss.loss import HalfBinomialLoss

HERE = pathlib.Path(__file__).parent
BAD = {"negative_weight", "all_zero_weights", "weights_sum_to_zero", "nan_weight", "overflow_1e160", "shape_mismatch"}


def numbers(tree):
    return [v for t in tree for v in numbers(t)] if isinstance(tree, list) else [tree]


def value(entry):
    return entry.get("value") if isinstance(entry, dict) and "error" not in entry else None


def subset(case):
    weights = case.get("weights")
    flat = numbers(case["y_true"]) + numbers(case["y_pred"]) + numbers(weights or [])
    if not flat or case["id"] in BAD or any(isinstance(v, str) for v in flat):
        return None
    if weights and isinstance(weights[0], list):
        return None
    out = {k: case[k] for k in ("id", "dtype", "y_true", "y_pred")} | {"weights": weights, "calls": []}
    exact = case.get("exact_rational_rounded_to_f64", {})
    out["exact"] = {k: v for k, v in exact.items() if isinstance(v, (int, float))}

    def add(library, loss, reduction, weighted, entry):
        v = value(entry)
        if v is not None and not any(isinstance(x, str) for x in numbers([v])):
            out["calls"].append([library, loss, reduction, weighted, v])

    torch = case["torch"]
    for loss, reductions in torch.items():
        if not loss.startswith("weighted"):
            for r in ("none", "sum", "mean"):
                add("torch", loss, r, False, reductions[r])
    for loss, reductions in torch.get("weighted_expanded_to_input_shape", torch.get("weighted", {})).items():
        for r in ("none", "sum", "mean"):
            # The weighted Huber mean of torch divides by n, the others by the sum of the weights.
            name = r if r != "mean" or "huber" in loss else "weighted_mean"
            add("torch", loss, name, True, reductions.get(r))
    keras = case["keras"].get("as_column", case["keras"]["as_given"])
    for group, weighted in (("unweighted", False), ("sample_weight", True)):
        if case["dtype"] != "float64" or case["id"] == "underflow_1e-160":
            continue  # TensorFlow flushes subnormals to 0
        for loss, reductions in keras.get(group, {}).items():
            if isinstance(reductions, dict):
                add("keras", loss, "mean", weighted, reductions.get("sum_over_batch_size"))
                add("keras", loss, "weighted_mean", weighted, reductions.get("mean_with_sample_weight"))
        for loss, entry in case["sklearn"].get(group, {}).items():
            if loss.split("(")[0] in ("mean_squared_error", "mean_absolute_error", "mean_pinball_loss"):
                add("sklearn", loss, "weighted_mean", weighted, entry.get("uniform_average", entry))
    return out


def epsilon_insensitive():
    errors = [-2.0, -0.75, -0.25, -0.125, 0.0, 0.125, 0.25, 0.375, 3.0, 1e8]
    rows = []
    for eps in (0.0, 0.1, 0.25, 1.0):
        excess = [max(Fraction(0), abs(Fraction(e)) - Fraction(eps)) for e in errors]
        rows.append({"epsilon": eps, "plain": [float(x) for x in excess], "squared": [float(x * x) for x in excess]})
    return {"errors": errors, "rows": rows}


def log_loss():
    logits = [-700.0, -30.0, -2.5, -1e-9, 0.0, 0.3, 4.0, 40.0, 700.0]
    out = {"logits": logits, "rows": []}
    for label in (0.0, 0.25, 1.0):
        y, z = np.full(len(logits), label), np.array(logits)
        loss, gradient = HalfBinomialLoss().loss_gradient(y, z)
        out["rows"].append({"label": label, "loss": loss.tolist(), "gradient": gradient.tolist()})
    return out


def main():
    full, gradients = (json.loads(pathlib.Path(p).read_text()) for p in sys.argv[1:3])
    versions = {"torch": "2.15.0", "keras": "3.15.1", "tensorflow": "2.21.0", "scikit-learn": "1.9.1"}
    cases = [c for c in (subset(c) for c in full["cases"] if "y_true" in c) if c]
    lcg = next(c for c in full["cases"] if c["id"] == "lcg_1e6_f32_weighted")
    large = {"exact": lcg["exact_rational_rounded_to_f64"], "check": lcg["check"]}
    out = {"versions": versions, "cases": cases, "lcg_1e6": large}
    out |= {"epsilon_insensitive": epsilon_insensitive(), "log_loss": log_loss()}
    (HERE / "losses.json").write_text(json.dumps(out, indent=None, separators=(",", ":")).replace('{"id"', '\n{"id"') + "\n")
    kinks = gradients["prediction_gradients_at_kinks"]
    keep = {k: v for k, v in kinks["d_loss_d_pred"].items() if k.startswith("torch")}
    out = {"versions": versions, "design": gradients["design"], "gradients": gradients["gradients"]}
    out["kinks"] = {"y_true": kinks["y_true"], "y_pred": kinks["y_pred"], "torch": keep}
    (HERE / "gradients.json").write_text(json.dumps(out, separators=(",", ":")).replace('{"point"', '\n{"point"') + "\n")


main()
