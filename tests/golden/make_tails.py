"""Tail probabilities by mpmath 1.3 or later, 40 digits: python make_tails.py."""

import json
import pathlib

import mpmath as mp

mp.mp.dps = 60


def text(value):
    return mp.nstr(value, 25)


def beta_lower(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True)


def student(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    return beta_lower(df / 2, mp.mpf(1) / 2, df / (df + t * t))


def chi_squared(x, df):
    return mp.gammainc(mp.mpf(df) / 2, mp.mpf(x) / 2, mp.inf, regularized=True)


def fisher(f, d1, d2):
    f, d1, d2 = mp.mpf(f), mp.mpf(d1), mp.mpf(d2)
    return beta_lower(d2 / 2, d1 / 2, d2 / (d2 + d1 * f))


def row(f, *arguments):
    return [repr(float(a)) for a in arguments] + [text(f(*arguments))]


golden = {
    "provenance": f"mpmath {mp.__version__}, 60 digits; each row: arguments, then the probability",
    "student_two_sided": [row(student, t, df) for df in [0.5, 1, 2, 3.5, 10, 100, 431, 5000] for t in [1e-8, 0.1, 1, 2.5, 8, 40, 300]]
    + [row(student, t, df) for t, df in [(37.0, 1e6), (37.66, 1e6), (300, 300), (1e107, 3), (1e154, 2), (2e161, 2), (1e30, 10.5), (2, 1e6), (0.5, 1e5)]],
    "chi_squared": [row(chi_squared, x, df) for df in [1, 2, 3, 8, 45, 500] for x in [1e-3, 0.5, 2, 10, 60, 400, 1200, 1450]]
    + [row(chi_squared, x, df) for x, df in [(1480, 1), (1486, 2), (1e5, 1e5), (1.01e6, 1e6)]],
    "f": [row(fisher, f, d1, d2) for d1, d2 in [(1, 5), (2, 40), (8, 383), (10, 431), (3, 1e5), (20, 999979), (0.7, 2.3)] for f in [1e-3, 0.3, 1, 3, 30, 100]]
    + [row(fisher, f, d1, d2) for f, d1, d2 in [(1e100, 3, 6), (5e107, 3, 6), (1500, 1, 1e6), (1418, 1, 1e6)]],
    "normal": [[repr(z), text(mp.erfc(mp.mpf(z) / mp.sqrt(2)) / 2)] for z in [-3.0, 0.0, 0.5, 1.959963984540054, 5.0, 12.0, 25.0, 37.0, 38.4]],
}
pathlib.Path(__file__).with_name("tails.json").write_text(json.dumps(golden, indent=1) + "\n")
