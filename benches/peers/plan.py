"""What is compared: sizes, tasks, and who takes part in each."""

from dataclasses import dataclass, field

LAMBDA = 0.01
EPOCHS = 5
LAMBDAS = [10.0 ** (k / 4 - 4) for k in range(25)]


@dataclass(frozen=True)
class Size:
    n: int
    p: int
    targets: int = 1
    # Decimals of a CSV file, or "all"; none for a regression.
    decimals: str = ""

    @property
    def name(self):
        extra = f"x{self.targets}" if self.targets > 1 else ""
        extra += f"-{self.decimals}" if self.decimals else ""
        return f"{self.n}x{self.p}{extra}"

    @property
    def title(self):
        count = f"{self.n:,}".replace(",", " ")
        title = f"{count} × {self.p}"
        if self.targets > 1:
            title += f", {self.targets} targets"
        if self.decimals:
            title += ", all digits" if self.decimals == "all" else f", {self.decimals} decimals"
        return title


@dataclass(frozen=True)
class Contender:
    # How the table calls it.
    name: str
    # The process: "rust" and "python" have workers for several libraries.
    language: str
    library: str
    method: str
    # An exact minimiser is held to the least objective.
    exact: bool = True


@dataclass(frozen=True)
class Task:
    name: str
    title: str
    # The others are measured against the first.
    contenders: tuple
    request: dict = field(default_factory=dict)
    # What a fit's time is divided by.
    divisor: int = 1
    unit: str = "a fit"
    objective: bool = True


def rust(library, method, name=None, **rest):
    return Contender(name or library, "rust", library, method, **rest)


def python(library, method, name, **rest):
    return Contender(name, "python", library, method, **rest)


FLOOR = python("numpy", "floor", "numpy `A.T @ A`", exact=False)

RIDGE = Task(
    "ridge",
    "Ridge with an intercept, λ = 0.01",
    (
        rust("elltwo", "ridge"),
        FLOOR,
        python("sklearn", "ridge", 'scikit-learn `Ridge(solver="cholesky")`'),
        rust("anofox", "ridge", "anofox-regression, Cholesky"),
        rust("smartcore", "ridge", "smartcore, Cholesky"),
    ),
    {"lambda": LAMBDA},
)
OLS = Task(
    "ols",
    "Least squares with an intercept",
    (
        rust("elltwo", "ols"),
        FLOOR,
        python("sklearn", "ols", "scikit-learn `LinearRegression`"),
        rust("linfa", "ols", "linfa-linear, QR"),
        rust("anofox", "ols", "anofox-regression, Cholesky"),
        rust("smartcore", "ols", "smartcore, QR"),
        rust("linregress", "ols", "linregress, without statistics"),
    ),
    {"lambda": 0.0},
)
INFERENCE = Task(
    "inference",
    "Least squares with standard errors, t, p and intervals",
    (
        rust("elltwo", "ols with inference"),
        python("statsmodels", "ols with inference", "statsmodels `OLS`"),
        rust("anofox", "ols with inference", "anofox-regression"),
        rust("linregress", "ols with inference", "linregress"),
    ),
    {"lambda": 0.0},
)
LEAVE_ONE_OUT = Task(
    "loo",
    "λ by leave-one-out, 25 candidates, and the fit",
    (
        rust("elltwo", "leave-one-out", "elltwo `RidgeCv`"),
        python("sklearn", "leave-one-out", "scikit-learn `RidgeCV`"),
    ),
    {"lambdas": LAMBDAS},
    objective=False,
)
FOLDS = Task(
    "folds",
    "λ by 5 folds, 25 candidates, and the fit",
    (
        rust("elltwo", "5 folds", "elltwo `RidgeCv`"),
        rust("elltwo", "ridge", "elltwo, one fit, for scale"),
        python("sklearn", "5 folds", "scikit-learn `RidgeCV(cv=5)`"),
    ),
    {"lambdas": LAMBDAS, "lambda": LAMBDA},
    objective=False,
)
SGD = Task(
    "sgd",
    f"SGD, λ = 1e-4, {EPOCHS} epochs",
    (
        rust("elltwo", "sgd", "elltwo `SgdRegressor`", exact=False),
        rust("elltwo", "sgd, running monitor", "elltwo, `Monitor::Running`", exact=False),
        python("sklearn", "sgd", "scikit-learn `SGDRegressor`", exact=False),
    ),
    {"lambda": 1e-4, "epochs": EPOCHS},
    divisor=EPOCHS,
    unit="an epoch",
)
EPOCH = Task(
    "epoch",
    "An epoch of SGD that has begun, λ = 1e-4",
    (
        rust("elltwo", "epoch", "elltwo `partial_fit`, rows shuffled"),
        rust("elltwo", "epoch of shuffled batches", "elltwo, batches shuffled"),
        rust("elltwo", "epoch in order", "elltwo, in order"),
        python("sklearn", "epoch", "scikit-learn `partial_fit`, rows shuffled"),
    ),
    {"lambda": 1e-4},
    unit="an epoch",
    objective=False,
)
CSV = Task(
    "csv",
    "Reading a CSV file of numbers",
    (
        rust("elltwo", "csv"),
        python("pandas", "csv", "pandas, C engine"),
        python("polars", "csv", "polars"),
    ),
    unit="a file",
    objective=False,
)

SIZES = {
    size.name: (size, tasks)
    for size, tasks in [
        (Size(2_000, 5), (RIDGE, OLS, INFERENCE)),
        (Size(21_613, 10), (RIDGE, OLS, INFERENCE)),
        (Size(10_000, 100), (RIDGE, OLS, INFERENCE, LEAVE_ONE_OUT)),
        (Size(10_000, 1_000), (RIDGE, OLS, INFERENCE)),
        (Size(1_000_000, 10), (RIDGE, OLS, INFERENCE, FOLDS, SGD, EPOCH)),
        (Size(1_000_000, 100), (RIDGE, OLS, INFERENCE, SGD, EPOCH)),
        (Size(100_000, 500), (RIDGE, OLS, INFERENCE)),
        (Size(1_168, 5_000), (RIDGE, OLS)),
        (Size(500_000, 40, 10), (RIDGE, OLS)),
        (Size(1_000_000, 10, decimals="all"), (CSV,)),
        (Size(1_000_000, 10, decimals="3"), (CSV,)),
    ]
}
