"""Keeps, of a reference file NAME.json, the parts the tests compare with: python make_exact.py DIRECTORY.

The references were computed in exact rational arithmetic from the decimal text of the CSV (integer Gram matrix, 80-digit
solve, mpmath 1.4.1) and are printed with 25 digits.
"""

import json
import pathlib
import sys

for name in ["diabetes", "auto_mpg", "penguins"]:
    full = json.loads((pathlib.Path(sys.argv[1]) / f"{name}.json").read_text())
    exact = full["exact"]
    ols = full["ols"]
    library = ["names", "params", "std_err", "t", "p", "ci95_low", "ci95_high", "r2_adj", "f", "f_pvalue", "aic", "bic", "log_likelihood"]
    library += ["breusch_pagan_koenker", "breusch_pagan_original", "jarque_bera", "omnibus", "extremes"]
    kept = {
        "provenance": "exact rational arithmetic from the decimal text of the CSV, 25 digits; mpmath 1.4.1",
        "target": full["target"],
        "design_columns": full["design_columns"],
        "n_used": full["n_used"],
        "exact": {key: exact[key] for key in ["ols", "ridge_raw", "ridge_standardised", "sgd_optimum_standardised", "influence"]},
        "library_provenance": "statsmodels 0.15.0 (QR), numpy 2.4.6, scipy 1.17.1",
        "library": {key: ols[key] for key in library} | {"dffits": ols["first_20"]["dffits"]},
    }
    text = json.dumps(kept, indent=1)
    pathlib.Path(__file__).with_name(f"{name}.json").write_text(text + "\n")
