"""Makes letters.csv and letters_expected.csv: column-proportion tests by the formulas of SPSS Dimensions ("dim": pooled variance on effective
bases less the overlap, t), Askia ("askia": unpooled on unweighted bases, z) and SPSS CTABLES ("ctables": pooled, z), without any code of citx.

python letters.py    numpy, scipy 1.17.1; the unweighted pooled z is asserted to be statsmodels' proportions_ztest
"""
import csv
from itertools import combinations
import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

rng = np.random.default_rng(47)
data, found = [], []
for case in range(8):
    n = int(rng.integers(60, 300))
    weight = np.ones(n) if case % 2 else np.round(np.exp(rng.normal(0, 0.7, n)), 4)
    group = rng.choice(["n", "s", "w"], n)
    answer = rng.choice(["x", "y", "z"], n, p=[0.55, 0.35, 0.1])
    answer[(group == "s") & (rng.random(n) < 0.4)] = "y"
    data += [(case, *row) for row in zip(weight, group, answer)]
    for what in ("x", "y", "z"):
        columns = {}
        for g in ("n", "s", "w"):
            w = weight[group == g]
            columns[g] = (w[answer[group == g] == what].sum(), w.sum(), w.sum() ** 2 / (w**2).sum(), len(w))
        for a, b in combinations(columns, 2):
            (ca, wa, ea, na), (cb, wb, eb, nb) = columns[a], columns[b]
            p, q, pooled = ca / wa, cb / wb, (ca + cb) / (wa + wb)
            se = np.sqrt(pooled * (1 - pooled) * (1 / ea + 1 / eb))
            if case % 2:
                assert abs(proportions_ztest([ca, cb], [na, nb])[0] - (p - q) / se) < 1e-9
            unpooled = np.sqrt(p * (1 - p) / na + q * (1 - q) / nb)
            expected = [(answer[np.isin(group, ["n", "s", "w"])] == what).mean() * m for m in (na, nb)]
            found.append((case, "dim", what, a, b, p, q, (p - q) / se, 2 * stats.t.sf(abs(p - q) / se, ea + eb - 2)))
            found.append((case, "ctables", what, a, b, p, q, (p - q) / se, 2 * stats.norm.sf(abs(p - q) / se)))
            if min(expected) >= 5:
                found.append((case, "askia", what, a, b, p, q, (p - q) / unpooled, 2 * stats.norm.sf(abs(p - q) / unpooled)))
for name, header, rows in (("letters.csv", "case weight group answer", data), ("letters_expected.csv", "case mode answer a b p q statistic p_value", found)):
    with open(name, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header.split())
        out.writerows([[repr(float(c)) if isinstance(c, (float, np.floating)) else c for c in row] for row in rows])
