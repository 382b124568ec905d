"""Golden numbers for comparisons, without any code of citx: statsmodels and scipy, and textbook formulas where they have none.

python make.py     writes counts.csv, pairs.csv, panel.csv, adjust.csv, kendall.csv beside itself. statsmodels 0.15.0, scipy 1.17.1
"""
import csv
import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep

rng = np.random.default_rng(20261123)


def write(name, header, rows):
    with open(name, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows([[repr(float(cell)) if isinstance(cell, (float, np.floating)) else cell for cell in row] for row in rows])


def z(d, v):
    return d / np.sqrt(v) if v > 0 else float("nan")


# The differences of 4.3 (Newcombe 1998b) and random ones; x1 of n1 before, x2 of n2 after, frames N1 and N2.
cases = [(48, 80, 56, 70), (3, 10, 9, 10), (2, 7, 6, 7), (0, 29, 5, 56), (0, 20, 0, 10), (0, 10, 0, 10), (0, 20, 10, 10), (0, 10, 10, 10)]
cases = [(*case, 10 * case[1], 9 * case[3]) for case in cases]
cases += [(1389, 1573, 741, 928, 6475, 6522), (220, 288, 266, 317, 1217, 1239), (1844, 2459, 1806, 2425, 34460, 34460)]
for _ in range(60):
    n1, n2 = (int(n) for n in rng.integers(2, 400, 2))
    cases.append((int(rng.integers(0, n1 + 1)), n1, int(rng.integers(0, n2 + 1)), n2, n1 + int(rng.integers(1, 3000)), n2 + int(rng.integers(1, 3000))))
rows = []
for x1, n1, x2, n2, f1, f2 in cases:
    p, q = x1 / n1, x2 / n2
    pooled = (x1 + x2) / (n1 + n2)
    k1, k2 = (f1 - n1) / (f1 - 1), (f2 - n2) / (f2 - 1)
    ci = {m: confint_proportions_2indep(x2, n2, x1, n1, method=m, compare="diff") for m in ("newcomb", "wald", "agresti-caffo")}
    z_pooled = z(q - p, pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    if z_pooled == z_pooled:
        assert abs(test_proportions_2indep(x2, n2, x1, n1, method="score", compare="diff", correction=False).statistic - z_pooled) < 1e-9
    rows.append((x1, n1, x2, n2, f1, f2, q - p, *ci["newcomb"], *ci["wald"], *ci["agresti-caffo"], z_pooled, z(q - p, p * (1 - p) / n1 + q * (1 - q) / n2),
                 z(q - p, pooled * (1 - pooled) * (k1 / n1 + k2 / n2)), z(q - p, p * (1 - p) * k1 / n1 + q * (1 - q) * k2 / n2), 2 * stats.norm.sf(abs(z_pooled))))
write("counts.csv", "x1 n1 x2 n2 frame1 frame2 difference newcombe_low newcombe_high wald_low wald_high caffo_low caffo_high z_pooled z_unpooled z_pooled_fpc z_unpooled_fpc p_pooled".split(), rows)

# Panels: who answered in both waves has one key. 1 = satisfied, and a rating of 0 to 10.
panel, found = [], []
for case in range(12):
    both, first, second = int(rng.integers(5, 60)), int(rng.integers(0, 40)), int(rng.integers(0, 40))
    mood = rng.normal(size=both + first + second)
    for wave, members in ((1, range(both + first)), (2, [*range(both), *range(both + first, both + first + second)])):
        for who in members:
            rating = int(np.clip(round(6 + 2 * mood[who] + rng.normal() + 0.4 * wave), 0, 10))
            panel.append((case, wave, f"k{who}", rating, int(rating >= 7)))
    wave = lambda w, column: {row[2]: row[column] for row in panel if row[0] == case and row[1] == w}
    for column, what in ((3, "rating"), (4, "share")):
        a, b = wave(1, column), wave(2, column)
        keys = [key for key in a if key in b]
        x, y = np.array([a[key] for key in keys], float), np.array([b[key] for key in keys], float)
        paired = stats.ttest_rel(y, x)
        cov = len(keys) / (len(a) * len(b)) * np.cov(x, y)[0, 1]
        one, two = np.array(list(a.values()), float), np.array(list(b.values()), float)
        variance = lambda v: v.var(ddof=1) / len(v) if what == "rating" else v.mean() * (1 - v.mean()) / len(v)
        welch = stats.ttest_ind(two, one, equal_var=False)
        table = [[sum((x == i) & (y == j)) for j in (0, 1)] for i in (0, 1)]
        chi = mcnemar(table, exact=False, correction=False) if what == "share" else None
        found.append((case, what, len(keys), len(a), len(b), paired.statistic, paired.df, paired.pvalue, cov, np.sqrt(variance(one) + variance(two) - 2 * cov),
                      two.mean() - one.mean(), welch.statistic, welch.df, welch.pvalue, chi.statistic if chi else "", chi.pvalue if chi else ""))
write("panel.csv", "case wave key rating share".split(), panel)
write("panel_expected.csv", "case what n12 n1 n2 paired_t paired_df paired_p covariance std_error difference welch_t welch_df welch_p mcnemar mcnemar_p".split(), found)

# Adjusted p values.
rows = []
for case in range(20):
    p = np.round(rng.beta(0.4, 1, int(rng.integers(1, 25))), 4)
    found = [multipletests(p, method=m)[1] for m in ("bonferroni", "holm", "simes-hochberg", "fdr_bh", "fdr_by")]
    rows += [(case, one, *(f[at] for f in found)) for at, one in enumerate(p)]
write("adjust.csv", "case p bonferroni holm hochberg bh by".split(), rows)

# Mann-Kendall: the exact distribution without ties, tau-b with.
rows = []
for case in range(20):
    n = int(rng.integers(3, 15))
    values = rng.permutation(n) + case if case % 2 else rng.integers(0, 6, n)
    tau = stats.kendalltau(range(n), values, method="exact" if case % 2 else "auto")
    rows.append((case, " ".join(map(str, values)), tau.statistic, tau.pvalue if case % 2 else ""))
write("kendall.csv", "case values tau p".split(), rows)
