"""Coefficients, errors and F tests of the terms by statsmodels, written to anova.json beside this file.

    pip install statsmodels==0.15.0 patsy==1.0.3 formulaic==1.2.2 pandas==3.1.1 numpy==2.4.6 scipy==1.17.1
    python tests/golden/make_anova.py

A case is the formula as elltwo writes it and as statsmodels does. Categories have sum contrasts, so that type III sums
of squares mean what they say.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels
import statsmodels.formula.api as smf
from statsmodels.stats.anova import anova_lm

HERE = Path(__file__).parent
FILES = {"penguins": "penguins", "auto_mpg": "auto_mpg", "wine": "wine_quality_red"}
CASES = {
    "penguins": [
        "body_mass_g ~ C(species, sum)",
        "body_mass_g ~ C(species, sum) + C(sex, sum)",
        "body_mass_g ~ C(species, sum)*C(sex, sum)",
        "body_mass_g ~ bill_length_mm*C(species, sum)",
        "body_mass_g ~ C(island, sum) + bill_length_mm + bill_depth_mm",
        "log(body_mass_g) ~ log(flipper_length_mm)*C(sex, sum)",
        "body_mass_g ~ C(sex, sum)*bill_length_mm*bill_depth_mm",
        "body_mass_g ~ C(year, sum) + C(sex, sum):flipper_length_mm + flipper_length_mm",
        "bill_length_mm ~ I(body_mass_g/1000) + C(species, sum) + C(year, sum)",
    ],
    "auto_mpg": [
        "mpg ~ weight + horsepower",
        "mpg ~ weight*horsepower",
        "mpg ~ C(origin, sum)*weight",
        "mpg ~ C(origin, sum) + C(cylinders, sum) + acceleration",
        "log(mpg) ~ log(weight) + log(displacement) + C(origin, sum)",
        "mpg ~ (weight + acceleration + C(origin, sum))^2",
        "mpg ~ I(weight/1000) + I((weight/1000)^2) + model_year",
    ],
    "wine": [
        "quality ~ alcohol + sulphates + pH",
        "quality ~ alcohol*pH + sqrt(chlorides)",
        "alcohol ~ C(quality, sum) + density",
        "quality ~ (alcohol + pH + sulphates)^2",
    ],
}


def peer(formula):
    for name in ["log", "sqrt"]:
        formula = formula.replace(f"{name}(", f"np.{name}(")
    left, right = formula.split("~")
    power = right.endswith(")^2") and not right.strip().startswith("I")
    right = right.replace("^2", "**2")
    assert power or "^" not in right
    return f"{left}~{right}".replace(", sum)", ", Sum)")


def main():
    cases = []
    for name, formulas in CASES.items():
        data = pd.read_csv(HERE / f"../../data/{FILES[name]}.csv", na_values=["?"])
        for formula in formulas:
            fit = smf.ols(peer(formula), data.dropna(subset=[c for c in data if c in formula])).fit()
            tables = {}
            for typ in (2, 3):
                table = anova_lm(fit, typ=typ).drop(index=["Residual", "Intercept"], errors="ignore")
                tables[typ] = {
                    "df": [int(v) for v in table["df"]],
                    "sum_of_squares": list(table["sum_sq"]),
                    "f": list(table["F"]),
                    "p": list(table["PR(>F)"]),
                }
            names = list(table.index)
            assert names == list(anova_lm(fit, typ=2).drop(index="Residual").index)
            cases.append({"data": name, "formula": formula, "peer": peer(formula), "n": int(fit.nobs), "terms": names,
                          "columns": list(fit.params.index), "coefficients": list(fit.params), "errors": list(fit.bse),
                          "two": tables[2], "three": tables[3]})
    text = ",\n".join(json.dumps(case) for case in cases)
    made_by = json.dumps(f"make_anova.py, statsmodels {statsmodels.__version__}, numpy {np.__version__}")
    (HERE / "anova.json").write_text(f'{{"made_by":{made_by},\n"cases":[\n{text}\n]}}\n')
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
