"""LMG of 11 drivers on 100,000 weighted answers of five points: citx beside numpy and R, on which all must agree before times are printed.

python benches/compare/drivers.py --programs target/release
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import time
from math import comb
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
DRIVERS = 11


def answers(path: Path, rows: int) -> None:
    """Answers that hang together through one mood, with don't-knows to none: the peers have no rule for them."""
    rng = np.random.default_rng(11)
    mood = rng.normal(size=rows)
    x = np.clip(np.round(3 + 0.8 * mood[:, None] + rng.normal(size=(rows, DRIVERS))), 1, 5)
    y = np.clip(np.round(0.8 + x @ np.linspace(0.2, 1, DRIVERS) / 9 + rng.normal(size=rows) / 2), 1, 5)
    weight = np.round(np.exp(rng.normal(0, 0.4, rows)), 6)
    header = ",".join(["weight", *(f"x{at:02}" for at in range(DRIVERS)), "y"])
    np.savetxt(path, np.column_stack([weight, x, y]), delimiter=",", header=header, comments="", fmt=["%.6f"] + ["%d"] * (DRIVERS + 1))


def numpy_lmg(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    p = x.shape[1]
    m = np.cov(np.column_stack([x, y]).T, aweights=weight)
    d = np.sqrt(np.diag(m))
    m = m / np.outer(d, d)
    r2 = np.zeros(1 << p)
    bits = np.arange(p)
    for subset in range(1, 1 << p):
        k = bits[(subset >> bits) & 1 == 1]
        r = m[k, p]
        r2[subset] = r @ np.linalg.solve(m[np.ix_(k, k)], r)
    size = np.array([bin(subset).count("1") for subset in range(1 << p)])
    share = np.array([1 / (comb(p, s) * (p - s)) if s < p else 0.0 for s in range(p + 1)])
    without = [np.flatnonzero((np.arange(1 << p) >> v) & 1 == 0) for v in range(p)]
    return np.array([np.sum(share[size[w]] * (r2[w | 1 << v] - r2[w])) for v, w in enumerate(without)])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--programs", type=Path, default=Path("target/release"))
    parser.add_argument("--build", type=Path, default=Path("build/bench"))
    arguments = parser.parse_args()
    arguments.build.mkdir(parents=True, exist_ok=True)
    path = arguments.build / f"drivers-{arguments.rows}.csv"
    if not path.exists():
        answers(path, arguments.rows)
    ours = {threads: json.loads(subprocess.check_output([arguments.programs / "citx-bench-drivers", path, str(threads)])) for threads in (1, 2)}
    data = np.loadtxt(path, delimiter=",", skiprows=1)
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        peer = numpy_lmg(data[:, 1:-1], data[:, -1], data[:, 0])
        best = min(best, time.process_time() - start)
    assert np.allclose(peer, ours[1]["lmg"], rtol=1e-9, atol=0), "numpy and citx disagree"
    print(f"LMG of {DRIVERS} drivers, {arguments.rows:,} weighted answers, all {1 << DRIVERS:,} models; CPU ms, best of 3 (citx: of 5)")
    print(f"  citx           {ours[1]['cpu'] * 1e3:10.1f}   relative weights, betas, VIF and quadrants included")
    print(f"  numpy          {best * 1e3:10.1f}   {best / ours[1]['cpu']:6.1f} x")
    if shutil.which("Rscript"):
        r = json.loads(subprocess.check_output(["Rscript", HERE / "drivers.R", path]))
        assert np.allclose(r["lmg"], ours[1]["lmg"], rtol=1e-9, atol=0), "R and citx disagree"
        every = r["lm"] * (1 << DRIVERS)
        print(f"  R, cov.wt      {r['cpu'] * 1e3:10.1f}   {r['cpu'] / ours[1]['cpu']:6.1f} x")
        print(f"  R, lm() each   {every * 1e3:10.0f}   {every / ours[1]['cpu']:6.0f} x, extrapolated from one lm() of all drivers")
    for threads, found in ours.items():
        print(f"  citx with {found['replicates']} bootstrap replicates, {threads} thread(s): {found['bootstrap_wall'] * 1e3:.0f} ms, CPU {found['bootstrap_cpu'] * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
