"""Makes quantiles.json beside this file: minima of quantile losses by HiGHS, as linear programs.

pip install scipy==1.17.1 numpy && python make_quantiles.py, in the folder of the repository. Data are made of whole numbers
by a generator that the test repeats.
"""

import json
import pathlib

import numpy as np
import scipy
from scipy.optimize import linprog

assert scipy.__version__ == "1.17.1"


def values(seed, count, span):
    """Whole numbers in [-span, span], by a linear congruential generator."""
    state, out = seed, []
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append((state >> 33) % (2 * span + 1) - span)
    return np.array(out, float)


def minimum(x, y, tau, weights, l1):
    """min sum w rho(y - x w - b) + l1 sum |w|, x without its column of ones."""
    x, y, weights = x[weights > 0], y[weights > 0], weights[weights > 0]
    n, p = x.shape
    a = np.hstack([x, -x, np.ones((n, 1)), -np.ones((n, 1)), np.eye(n), -np.eye(n)])
    c = np.concatenate([np.full(2 * p, l1), [0, 0], tau * weights, (1 - tau) * weights])
    found = linprog(c, A_eq=a, b_eq=y, bounds=(0, None), method="highs-ds")
    assert found.status == 0, found
    return found.fun


cases = []
for n, p, span in [(30, 2, 5), (200, 3, 20), (500, 5, 1000), (1000, 8, 100)]:
    for tau in (0.01, 0.25, 0.5, 0.9, 0.99):
        for l1 in (0.0, 0.25 * n):
            seed = n * 1000 + round(tau * 100)
            drawn = values(seed, n * (p + 1), span).reshape(n, p + 1)
            x, y = drawn[:, :p], drawn[:, p] * 3 + drawn[:, 0]
            weights = np.arange(n) % 4.0
            total = weights.sum()
            cases.append({"seed": seed, "n": n, "p": p, "span": span, "tau": tau, "l1": l1 / total,
                          "objective": minimum(x, y, tau, weights, l1) / total})
path = pathlib.Path(__file__).with_name("quantiles.json")
path.write_text(json.dumps(cases, indent=1) + "\n")
print(len(cases), "cases")
