"""Writes the data of a size once: `x.f64` and `y.f64`, row by row, and for CSV the same numbers as text.

Columns have means around 10 and a standard deviation of 1, to rounding: libraries that scale columns before they penalise then have the
same objective as those that do not. Half of the targets' variance is noise.
"""

import json
import sys
from pathlib import Path

import numpy as np

SEED = 7
PIECE = 1 << 16


def regression(folder: Path, n: int, p: int, targets: int) -> None:
    rng = np.random.Generator(np.random.PCG64(SEED))
    x = rng.standard_normal((n, p))
    x -= x.mean(axis=0)
    x /= x.std(axis=0)
    coefficients = rng.standard_normal((p, targets)) / np.sqrt(p)
    y = x @ coefficients + rng.standard_normal((n, targets)) + 3.0
    x += 10.0 + rng.random(p)
    x.tofile(folder / "x.f64")
    y.tofile(folder / "y.f64")
    sizes = {"n": n, "p": p, "targets": targets, "variance": float(y.var(axis=0).sum())}
    (folder / "data.json").write_text(json.dumps(sizes))


def table(folder: Path, n: int, p: int, decimals: int | None) -> None:
    """`p` columns, the last of them the target; `decimals=None` writes every digit that the number has."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    sums = np.zeros(p)
    with open(folder / "table.csv", "w") as file:
        file.write(",".join([*(f"x{column}" for column in range(1, p)), "y"]) + "\n")
        for start in range(0, n, PIECE):
            rows = 10.0 + rng.standard_normal((min(PIECE, n - start), p))
            if decimals is not None:
                rows = rows.round(decimals)
                text = ["".join(f"{v:.{decimals}f}," for v in row)[:-1] for row in rows.tolist()]
            else:
                text = [repr(row)[1:-1].replace(" ", "") for row in rows.tolist()]
            file.write("\n".join(text) + "\n")
            sums += rows.sum(axis=0)
    (folder / "data.json").write_text(json.dumps({"rows": n, "sums": sums.tolist()}))


if __name__ == "__main__":
    kind, where, *numbers = sys.argv[1:]
    sizes = [None if number == "all" else int(number) for number in numbers]
    {"regression": regression, "table": table}[kind](Path(where), *sizes)
