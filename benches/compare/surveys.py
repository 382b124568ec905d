"""1 million responses x 12 questions x 3 breakdowns x 20 groups with standard errors beside Polars, and raking to 5 margins beside numpy,
ipfn, balance and R's survey package; the last three, balance where its interpreter is named and R where it is installed, on a tenth of the
rows, times ten. All must agree before times are printed.

python benches/compare/surveys.py --programs target/release --balance .venv-balance/bin/python
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from ipfn import ipfn

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


def margins(frame: pl.DataFrame, prefix: str) -> list[tuple[str, list[str], np.ndarray]]:
    """Column, labels, and totals whose shares of the weights grow as 1, 2, 3, ..."""
    made = []
    for at in range(1, 6):
        labels = sorted(frame[f"{prefix}{at}"].unique())
        shares = np.arange(1, len(labels) + 1)
        made.append((f"{prefix}{at}", labels, frame["weight"].sum() * shares / shares.sum()))
    return made


def kish(weight: np.ndarray) -> float:
    """Kish's design effect."""
    return len(weight) * (weight**2).sum() / weight.sum() ** 2


def numpy_rake(frame: pl.DataFrame, prefix: str, rounds: int) -> tuple[float, float]:
    """The same rounds over the rows by bincount; CPU seconds and Kish's design effect."""
    weight = frame["weight"].to_numpy().copy()
    coded = []
    for name, labels, target in margins(frame, prefix):
        codes = frame[name].replace_strict({label: code for code, label in enumerate(labels)}, return_dtype=pl.Int64).to_numpy()
        coded.append((codes, target))
    begin = time.process_time()
    for _ in range(rounds):
        for codes, target in coded:
            weight *= (target / np.bincount(codes, weights=weight))[codes]
    return time.process_time() - begin, kish(weight)


def ipfn_rake(frame: pl.DataFrame, prefix: str) -> tuple[float, float]:
    """ipfn over a data frame of pandas; CPU seconds and Kish's design effect."""
    wanted = margins(frame, prefix)
    table = pd.DataFrame({"total": frame["weight"].to_numpy(), **{name: frame[name].to_list() for name, _, _ in wanted}})
    totals = [pd.Series(target, index=pd.Index(labels, name=name)) for name, labels, target in wanted]
    begin = time.process_time()
    raked = ipfn.ipfn(table, totals, [[name] for name, _, _ in wanted], convergence_rate=1e-9).iteration()
    return time.process_time() - begin, kish(raked["total"].to_numpy())


def elsewhere(program: list[str | Path], frame: pl.DataFrame) -> dict[str, float]:
    """What another program takes for the answers, and finds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        frame.write_csv(path)
        return json.loads(subprocess.check_output([*program, path], stderr=subprocess.DEVNULL))


def r_survey(frame: pl.DataFrame) -> dict[str, float] | None:
    """R's survey package; None where R has it not."""
    if shutil.which("Rscript") is None or subprocess.run(["Rscript", "-e", "library(survey)"], capture_output=True, check=False).returncode:
        return None
    return elsewhere(["Rscript", HERE / "surveys.R"], frame)


def ours_on(programs: Path, path: Path) -> dict[str, float]:
    """What `citx-bench-surveys` says on one thread."""
    return {name: float(value) for name, value in json.loads(subprocess.check_output([programs / "citx-bench-surveys", path, "1"])).items()}


def agree(ours: float, theirs: float, tolerance: float) -> None:
    """Stops the comparison of what is not the same."""
    if abs(theirs / ours - 1) > tolerance:
        raise SystemExit(f"citx says {ours}, the peer {theirs}")


def main() -> None:
    """Measure, check that all agree, print ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--balance", type=Path, help="a Python that has balance, which wants a numpy of its own")
    arguments = parser.parse_args()
    path, tenth = HERE / "surveys.parquet", HERE / "surveys-tenth.parquet"
    try:
        frame = answers(path, arguments.rows)
        ours = ours_on(arguments.programs, path)
        part = frame.head(arguments.rows // 10)
        part.write_parquet(tenth)
        of_part = ours_on(arguments.programs, tenth)
    finally:
        path.unlink(missing_ok=True)
        tenth.unlink(missing_ok=True)
    r = r_survey(part)
    if r is not None:
        for name, tolerance in (("values", 1e-9), ("errors", 1e-9), ("few_deff", 1e-6), ("many_deff", 1e-6)):
            agree(of_part[name], r[name], tolerance)
    balance = elsewhere([arguments.balance, HERE / "surveys_balance.py"], part) if arguments.balance else None
    best = float("inf")
    for _ in range(5):
        begin = time.process_time()
        values, errors = polars_scores(frame)
        best = min(best, time.process_time() - begin)
    agree(ours["values"], values, 1e-9)
    agree(ours["errors"], errors, 1e-9)
    print("| CPU seconds, 1 thread of citx | citx | peer | ratio |\n|---|---|---|---|")

    def row(what: str, own: float, peer: float) -> None:
        print(f"| {what} | {own:.4f} | {peer:.4f} | {peer / own:.1f} |")

    row("12 questions x 3 breakdowns with standard errors, Polars streaming", ours["scores_cpu"], best)
    row("the same, first call (groups are found)", ours["first_cpu"], best)
    if r is not None:
        row("the same, R survey on a tenth of the rows, times ten", ours["scores_cpu"], 10 * r["scores"])
    for name, prefix in (("few", "m"), ("many", "n")):
        rounds, own = int(ours[f"{name}_rounds"]), ours[f"{name}_cpu"]
        cpu, deff = min(numpy_rake(frame, prefix, rounds) for _ in range(3))
        agree(ours[f"{name}_deff"], deff, 1e-8)
        row(f"raking to 5 margins of {name} categories, {rounds} rounds, numpy", own, cpu)
        row("the same, first call", ours[f"{name}_first_cpu"], cpu)
        cpu, deff = ipfn_rake(part, prefix)
        agree(of_part[f"{name}_deff"], deff, 1e-6)
        row("the same, ipfn on a tenth of the rows, times ten", own, 10 * cpu)
        if balance is not None:
            # It stops where its first margin is met to 1e-4.
            agree(of_part[f"{name}_deff"], balance[f"{name}_deff"], 1e-3)
            row("the same, balance on a tenth of the rows, times ten", own, 10 * balance[name])
        if r is not None:
            row("the same, R survey on a tenth of the rows, times ten", own, 10 * r[name])
    if r is None:
        print("R with its survey package is not here: skipped")


if __name__ == "__main__":
    main()
