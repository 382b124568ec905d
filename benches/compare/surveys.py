"""1 million responses x 12 questions x 3 breakdowns x 20 groups with standard errors beside Polars, and raking to 5 margins beside numpy.

python benches/compare/surveys.py --programs target/release
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from pathlib import Path

import numpy as np
import polars as pl

HERE = Path(__file__).parent
QUESTIONS = [f"q{at}" for at in range(1, 13)]
GROUPS = ["g1", "g2", "g3"]


def answers(path: Path, rows: int) -> pl.DataFrame:
    """Distinct weights, answers of five points with some missing, margins of few categories (m) and of many (n)."""
    rng = np.random.default_rng(12)
    data: dict[str, object] = {"weight": np.exp(rng.normal(0, 0.4, rows)), "one": np.ones(rows)}
    for question in QUESTIONS:
        data[question] = pl.Series(rng.integers(1, 7, rows)).replace(6, None)
    for group in GROUPS:
        data[group] = np.char.add("g", rng.integers(0, 20, rows).astype(str))
    for at in range(1, 6):
        data[f"m{at}"] = np.char.add("c", rng.integers(0, at + 1, rows).astype(str))
        data[f"n{at}"] = np.char.add("c", rng.integers(0, 12 + 4 * at, rows).astype(str))
    frame = pl.DataFrame(data)
    frame.write_parquet(path)
    return frame


def polars_scores(frame: pl.DataFrame) -> tuple[float, float]:
    """Weighted shares of 4 and 5, overall and by group, with linearised standard errors of a simple sample; their sums."""
    values = errors = 0.0
    bases = {question: frame[question].count() for question in QUESTIONS}
    for group in [None, *GROUPS]:
        sums = []
        for question in QUESTIONS:
            y, w = (pl.col(question) >= 4).cast(pl.Float64), pl.when(pl.col(question).is_not_null()).then(pl.col("weight"))
            sums += [w.sum().alias(f"w{question}"), (w * y).sum().alias(f"p{question}")]
            sums += [(w * w).sum().alias(f"s{question}"), (w * w * y).sum().alias(f"t{question}")]
        made = (frame.lazy().select(sums) if group is None else frame.lazy().group_by(group).agg(sums)).collect(engine="streaming")
        for question in QUESTIONS:
            w, p, s, t = (made[f"{name}{question}"].to_numpy() for name in "wpst")
            share, n = p / w, bases[question]
            squares = (t * (1 - share) ** 2 + (s - t) * share**2) / w**2
            values += share.sum()
            errors += np.sqrt(n / (n - 1) * squares).sum()
    return values, errors


def numpy_rake(frame: pl.DataFrame, prefix: str, rounds: int) -> tuple[float, float]:
    """The same rounds over the rows by bincount; CPU seconds and Kish's design effect."""
    weight = frame["weight"].to_numpy().copy()
    coded = []
    for at in range(1, 6):
        labels = sorted(frame[f"{prefix}{at}"].unique())
        codes = frame[f"{prefix}{at}"].replace_strict({label: code for code, label in enumerate(labels)}, return_dtype=pl.Int64).to_numpy()
        shares = np.arange(1, len(labels) + 1)
        coded.append((codes, weight.sum() * shares / shares.sum()))
    begin = time.process_time()
    for _ in range(rounds):
        for codes, target in coded:
            weight *= (target / np.bincount(codes, weights=weight))[codes]
    cpu = time.process_time() - begin
    return cpu, len(weight) * (weight**2).sum() / weight.sum() ** 2


def main() -> None:
    """Measure, check that both agree, print ratios."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--programs", type=Path, required=True)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments = arguments.parse_args()
    path = HERE / "surveys.parquet"
    try:
        frame = answers(path, arguments.rows)
        ours = json.loads(subprocess.check_output([arguments.programs / "citx-bench-surveys", path, "1"]))
    finally:
        path.unlink(missing_ok=True)
    best = float("inf")
    for _ in range(5):
        begin = time.process_time()
        values, errors = polars_scores(frame)
        best = min(best, time.process_time() - begin)
    assert abs(values / ours["values"] - 1) < 1e-9, (values, ours["values"])
    assert abs(errors / ours["errors"] - 1) < 1e-9, (errors, ours["errors"])
    print("| CPU seconds, 1 thread of citx | citx | peer | ratio |\n|---|---|---|---|")
    print(f"| 12 questions x 3 breakdowns with standard errors, Polars streaming | {ours['scores_cpu']:.4f} | {best:.4f} | {best / ours['scores_cpu']:.1f} |")
    print(f"| the same, first call (groups are found) | {ours['first_cpu']:.4f} | {best:.4f} | {best / ours['first_cpu']:.1f} |")
    for name, prefix in (("few", "m"), ("many", "n")):
        cpu, deff = min(numpy_rake(frame, prefix, int(ours[f"{name}_rounds"])) for _ in range(3))
        assert abs(deff / ours[f"{name}_deff"] - 1) < 1e-8, (deff, ours[f"{name}_deff"])
        own = ours[f"{name}_cpu"]
        print(f"| raking to 5 margins of {name} categories, {ours[f'{name}_rounds']} rounds, numpy | {own:.4f} | {cpu:.4f} | {cpu / own:.1f} |")


if __name__ == "__main__":
    main()
