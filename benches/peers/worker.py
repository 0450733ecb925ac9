"""A worker: one Python library, told by lines of JSON to load data and to fit; the protocol is that of src/main.rs.

The clock runs around the fit alone, on arrays of NumPy as its users have them.
"""

import importlib
import json
import sys
import time
import warnings

MOST = 200

# The names of methods that are no names of Python.
METHODS = {
    "ols with inference": "ols_with_inference",
    "leave-one-out": "leave_one_out",
    "5 folds": "five_folds",
}


class Library:
    def __init__(self):
        self.np = importlib.import_module("numpy")

    def load(self, x, y, n, p, targets):
        self.x = self.np.fromfile(x).reshape(n, p)
        self.y = self.np.fromfile(y)
        if targets > 1:
            self.y = self.y.reshape(n, targets)
        self.prepared = None

    def run(self, request):
        method = getattr(self, METHODS.get(request["run"], request["run"]), None)
        if method is None:
            raise NotImplementedError(f"it has no {request['run']}")
        fit, outcome = method(request)
        begin, seconds = time.perf_counter(), []
        while True:
            start = time.perf_counter()
            result = fit()
            seconds.append(time.perf_counter() - start)
            if len(seconds) == MOST or time.perf_counter() - begin >= request.get("seconds", 0.0):
                break
        return {"seconds": seconds, **outcome(result)}

    def model(self, coefficients, intercepts, facts=None):
        np = self.np
        coefficients = np.atleast_2d(np.asarray(coefficients)).T
        return {
            "coefficients": coefficients.ravel().tolist(),
            "intercepts": np.atleast_1d(intercepts).tolist(),
            "facts": facts,
        }


class Numpy(Library):
    """The floor."""

    def floor(self, request):
        return lambda: self.x.T @ self.x, lambda result: {"coefficients": None}


class Sklearn(Library):
    def __init__(self):
        super().__init__()
        self.linear = importlib.import_module("sklearn.linear_model")

    def fitted(self, estimator):
        def outcome(model):
            facts = {"lambda": model.alpha_ / len(self.x)} if hasattr(model, "alpha_") else None
            return self.model(model.coef_, model.intercept_, facts)

        return lambda: estimator.fit(self.x, self.y), outcome

    def ridge(self, request):
        alpha = len(self.x) * request["lambda"]
        return self.fitted(self.linear.Ridge(alpha=alpha, solver="cholesky"))

    def ols(self, request):
        return self.fitted(self.linear.LinearRegression())

    def leave_one_out(self, request):
        alphas = len(self.x) * self.np.array(request["lambdas"])
        return self.fitted(self.linear.RidgeCV(alphas=alphas))

    def five_folds(self, request):
        alphas = len(self.x) * self.np.array(request["lambdas"])
        return self.fitted(self.linear.RidgeCV(alphas=alphas, cv=5))

    def scaled(self, sgd, fit):
        # It wants scaled features: the copy is made outside the clock.
        if self.prepared is None:
            mean, deviation = self.x.mean(axis=0), self.x.std(axis=0)
            self.x -= mean
            self.x /= deviation
            self.prepared = mean, deviation
        mean, deviation = self.prepared

        def outcome(model):
            coefficients = model.coef_ / deviation
            return self.model(coefficients, model.intercept_[0] - mean @ coefficients)

        return lambda: fit(sgd), outcome

    def sgd(self, request):
        sgd = self.linear.SGDRegressor(
            alpha=request["lambda"], max_iter=request["epochs"], tol=None, random_state=0
        )
        return self.scaled(sgd, lambda sgd: sgd.fit(self.x, self.y))

    def epoch(self, request):
        sgd = self.linear.SGDRegressor(alpha=request["lambda"], random_state=0)
        return self.scaled(sgd, lambda sgd: sgd.partial_fit(self.x, self.y))


class Statsmodels(Library):
    def __init__(self):
        super().__init__()
        self.ols_model = importlib.import_module("statsmodels.api").OLS

    def load(self, x, y, n, p, targets):
        if targets > 1:
            raise ValueError("one target only")
        self.x = self.np.empty((n, p + 1))
        self.x[:, 0] = 1.0
        for start in range(0, n, 1 << 16):
            rows = min(1 << 16, n - start)
            piece = self.np.fromfile(x, count=rows * p, offset=8 * start * p)
            self.x[start : start + rows, 1:] = piece.reshape(rows, p)
        self.y = self.np.fromfile(y)

    def ols_with_inference(self, request):
        def fit():
            result = self.ols_model(self.y, self.x).fit()
            table = result.params, result.bse, result.tvalues, result.pvalues, result.conf_int()
            return table, result.rsquared, result.fvalue, result.f_pvalue, result.llf

        def outcome(result):
            parameters, errors = result[0][:2]
            return self.model(parameters[1:], parameters[0], {"std_error": errors[1]})

        return fit, outcome


class Pandas:
    def __init__(self):
        self.library = importlib.import_module("pandas")

    run = Library.run

    def csv(self, request):
        def outcome(frame):
            return {"coefficients": None, "facts": {"rows": len(frame), "sums": frame.sum().tolist()}}

        return lambda: self.library.read_csv(request["path"], engine="c"), outcome


class Polars:
    def __init__(self):
        self.library = importlib.import_module("polars")

    run = Library.run

    def csv(self, request):
        def outcome(frame):
            sums = list(frame.sum().row(0))
            return {"coefficients": None, "facts": {"rows": frame.height, "sums": sums}}

        return lambda: self.library.read_csv(request["path"]), outcome


class Judge(Library):
    """The objective of everybody's coefficients, by the same sums over the same rows."""

    PIECE = 1 << 14

    def load(self, x, y, n, p, targets):
        self.shape = n, p, targets
        self.x = self.np.memmap(x, dtype="f8", mode="r", shape=(n, p))
        self.y = self.np.fromfile(y).reshape(n, targets)

    def objective(self, coefficients, intercepts, penalty):
        np, (n, p, targets) = self.np, self.shape
        w = np.array(coefficients).reshape(p, targets)
        if not (np.isfinite(w).all() and np.isfinite(intercepts).all()):
            return float("nan")
        total = 0.0
        for start in range(0, n, self.PIECE):
            end = start + self.PIECE
            residuals = self.y[start:end] - self.x[start:end] @ w - np.array(intercepts)
            total += float((residuals**2).sum())
        return total / n + penalty * float((w**2).sum())


def main():
    library = globals()[sys.argv[1].capitalize()]()
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        message = json.loads(line)
        try:
            if "load" in message:
                library.load(**message["load"])
                answer = {"loaded": True}
            elif "judge" in message:
                answer = {"objective": library.objective(**message["judge"])}
            else:
                answer = library.run(message)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
