"""Keeps, of a reference file NAME.json, the cross-validation the tests compare with: python make_cv.py DIRECTORY.

The references were computed with numpy 2.4.6 (hat matrices, refits) and checked against scikit-learn 1.9.1's RidgeCV and
cross_val_score; `alphas` are on scikit-learn's scale, alpha = lambda * n.
"""

import json
import pathlib
import sys

for name in ["diabetes", "auto_mpg", "penguins"]:
    full = json.loads((pathlib.Path(sys.argv[1]) / f"{name}.json").read_text())
    loo, folds = full["ridge_cv_loo"], full["cv5_no_shuffle"]
    kept = {
        "provenance": "numpy 2.4.6 by hat matrix and by refits, checked against scikit-learn 1.9.1",
        "ridge_cv_loo": {
            scaling: {key: loo[scaling][key] for key in ["alphas", "loo_mse", "gcv_score", "chosen_alpha", "gcv_chosen_alpha"]}
            for scaling in ["raw", "standardised"]
        },
        "cv5_no_shuffle": {key: {"fold_mse": folds[key]["fold_mse"]} for key in ["ols", "ridge_raw_alpha_1"]}
        | {"fold_test_sizes": folds["fold_test_sizes"]},
    }
    text = json.dumps(kept, indent=1)
    pathlib.Path(__file__).with_name(f"cv_{name}.json").write_text(text + "\n")
