"""Covariances by clusters, from explicit hat matrices of rational data with 40 digits: python make_clusters.py > clusters.json (mpmath 1.3).

CR1 has G/(G - 1) (n - 1)/(n - k); CR2 and CR3 are those of R's clubSandwich, with weights as inverse variances: blocks of the symmetric hat
matrix of rows times the roots of their weights, Moore-Penrose inverses, and Satterthwaite's degrees of freedom under independent errors
of one variance. The test makes the same data.
"""

import json

from mpmath import diag, eigsy, eye, matrix, mp, mpf, nstr, sqrt, zeros

mp.dps = 40
N = 44
FIRST = [(i * 5 + i // 7) % 9 for i in range(N)]
SECOND = [(i * i + i // 2) % 7 for i in range(N)]


def rows(determined):
    x = [[mpf(1), mpf(i * 37 % 23) / 4, mpf(i * 17 % 19) - 9, mpf(100 + FIRST[i] * FIRST[i] % 11 + i % 3)] for i in range(N)]
    if determined:
        # A column that one cluster alone determines.
        for i, row in enumerate(x):
            row[3] = mpf(FIRST[i] == 2)
    y = [3 + row[1] / 2 - row[2] / 4 + mpf(i * 31 % 11) / 8 + FIRST[i] * 5 % 9 - SECOND[i] for i, row in enumerate(x)]
    return x, y


def analyse(x, y, weights):
    n, k = len(y), len(x[0])
    roots = [sqrt(w) for w in weights]
    x = matrix([[v * r for v in row] for row, r in zip(x, roots)])
    y = matrix([v * r for v, r in zip(y, roots)])
    bread = (x.T * x) ** -1
    hat = x * bread * x.T
    residuals = y - hat * y

    def power(block, exponent):
        values, vectors = eigsy(block)
        values = [v**exponent if v > mpf(10) ** -20 else mpf(0) for v in values]
        return vectors * diag(values) * vectors.T

    def one_way(ids, kind):
        labels = sorted(set(ids))
        meat, parts = zeros(k, k), []
        for label in labels:
            place = [i for i in range(n) if ids[i] == label]
            own = matrix([[x[i, j] for j in range(k)] for i in place])
            e = matrix([residuals[i] for i in place])
            left = matrix([[mpf(i == j) - hat[i, j] for j in place] for i in place])
            adjust = eye(len(place))
            if kind == "cr2":
                adjust = power(left, mpf(-1) / 2)
            if kind == "cr3":
                adjust = power(left, mpf(-1))
            score = own.T * adjust * e
            meat += score * score.T
            rest = matrix([[mpf(i == j) - hat[i, j] for j in place] for i in range(n)])
            parts.append(rest * adjust * own * bread)
        g = len(labels)
        if kind == "cr1":
            meat *= mpf(g) / (g - 1) * (n - 1) / (n - k)
        df = []
        for j in range(k):
            p = matrix([[part[i, j] for part in parts] for i in range(n)])
            omega = p.T * p
            trace = sum(omega[i, i] for i in range(g))
            df.append(trace**2 / sum(omega[a, b] ** 2 for a in range(g) for b in range(g)))
        return bread * meat * bread, df

    found = {}
    pairs = list(zip(FIRST, SECOND))
    for kind in ["cr0", "cr1", "cr2", "cr3"]:
        first, df = one_way(FIRST, kind)
        second, both = one_way(SECOND, kind)[0], one_way(pairs, kind)[0]
        two_way = first + second - both
        errors = lambda v: [nstr(sqrt(v[j, j]), 20) if v[j, j] > 0 else None for j in range(k)]
        found[kind] = {"one_way": errors(first), "two_way": errors(two_way), "indefinite": min(eigsy(two_way)[0]) < 0}
        if kind == "cr2":
            found[kind]["df"] = [nstr(v, 20) for v in df]
    return found


plain, determined = rows(False), rows(True)
ones, weights = [mpf(1)] * N, [mpf(1 + i % 5) / 2 for i in range(N)]
print(
    json.dumps(
        {
            "plain": analyse(*plain, ones),
            "weighted": analyse(*plain, weights),
            "determined": analyse(*determined, ones),
        },
        indent=1,
    )
)
