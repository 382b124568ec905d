"""Events into columns of citizens: counts and sums over 30, 90 and 365 days, first and last instant of four kinds, beside Polars and
DuckDB. All three must agree before times are printed.

python benches/compare/features.py --events 10000000
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

KINDS = ["open", "click", "call", "visit"]
WINDOWS = [30, 90, 365]
AS_OF = dt.datetime(2026, 11, 22, tzinfo=dt.timezone.utc)
REPEATS = 3


def events(path: Path, rows: int) -> None:
    """Ten events for each citizen on average, in no order, over three years and a day after the instant; values are whole quarters, whose
    sums no order changes."""
    rng = np.random.default_rng(5)
    seconds = rng.integers(-3 * 365 * 86_400, 86_400, rows) + int(AS_OF.timestamp())
    columns = {
        "id": rng.integers(0, max(rows // 10, 1), rows),
        "kind": pa.array(np.array(KINDS)[rng.choice(4, rows, p=[0.6, 0.25, 0.1, 0.05])]).dictionary_encode(),
        "at": pa.array(seconds * 1_000_000, pa.timestamp("us", "UTC")),
        "value": rng.integers(0, 400, rows) / 4,
    }
    pq.write_table(pa.table(columns), path)


def since(days: int) -> dt.datetime:
    return AS_OF - dt.timedelta(days=days)


def of_citx(table: pa.Table, threads: int) -> tuple[Callable[[], pa.Table], dict[str, Callable[[], Any]]]:
    import citx

    people = citx.Population.from_arrow({"id": pc.unique(table["id"]).to_numpy()}, key="id")

    def read() -> citx.Events:
        return citx.Events.from_arrow(table, value="value")

    def features(read: citx.Events) -> citx.Table:
        return read.features(people, as_of=AS_OF, windows=WINDOWS, kinds=KINDS, threads=threads)

    ready = read()
    return lambda: features(read()).to_pyarrow(), {"features alone": lambda: features(ready)}


def of_polars(table: pa.Table, threads: int) -> tuple[Callable[[], pa.Table], dict[str, Callable[[], Any]]]:
    import polars as pl

    frame = pl.from_arrow(table)
    columns = []
    for kind in KINDS:
        own = pl.col("kind") == kind
        for days in WINDOWS:
            inside = own & (pl.col("at") > since(days))
            columns.append(inside.sum().cast(pl.Int64).alias(f"{kind}_{days}d"))
            columns.append(pl.col("value").filter(inside).sum().alias(f"{kind}_value_{days}d"))
        columns.append(pl.col("at").filter(own).max().alias(f"last_{kind}_at"))
        columns.append(pl.col("at").filter(own).min().alias(f"first_{kind}_at"))
    query = frame.lazy().filter(pl.col("at") <= AS_OF).group_by("id").agg(columns)
    return lambda: query.collect(engine="streaming").to_arrow(), {}


def of_duckdb(table: pa.Table, threads: int) -> tuple[Callable[[], pa.Table], dict[str, Callable[[], Any]]]:
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}; SET TimeZone = 'UTC'")
    connection.register("given", table)
    connection.execute(f"CREATE TYPE kinds AS ENUM {tuple(KINDS)}")
    connection.execute('CREATE TABLE events AS SELECT id, kind::VARCHAR::kinds AS kind, "at" AS instant, value FROM given')
    columns = []
    for kind in KINDS:
        for days in WINDOWS:
            inside = f"FILTER (kind = '{kind}' AND instant > TIMESTAMPTZ '{since(days).isoformat()}')"
            columns += [f'count(*) {inside} AS "{kind}_{days}d"', f'coalesce(sum(value) {inside}, 0) AS "{kind}_value_{days}d"']
        columns += [f"{end}(instant) FILTER (kind = '{kind}') AS {name}_{kind}_at" for end, name in (("max", "last"), ("min", "first"))]
    query = f"SELECT id, {', '.join(columns)} FROM events WHERE instant <= TIMESTAMPTZ '{AS_OF.isoformat()}' GROUP BY id"
    return lambda: connection.sql(query).to_arrow_table(), {}


def timed(call: Callable[[], Any]) -> tuple[float, float, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def child(engine: str, path: Path, threads: int) -> None:
    """Times of one engine, and totals of each column by which the engines are compared."""
    whole, parts = {"citx": of_citx, "polars": of_polars, "duckdb": of_duckdb}[engine](pq.read_table(path), threads)
    found = {}
    for name, call in {"": whole, **parts}.items():
        times = []
        for _ in range(REPEATS):
            *best, result = timed(call)
            times.append(best)
            if name == "":
                table = result
            result = None
        found[name] = min(times, key=lambda pair: pair[1])
    totals = {}
    for column in table.column_names:
        values = table[column]
        if pa.types.is_timestamp(values.type):
            values = pc.cast(pc.cast(values, pa.timestamp("us", "UTC")), pa.int64())
            values = pc.divide(values, 1_000_000)
        totals[column] = float(pc.sum(values).as_py() or 0)
    del totals["id"]
    print(json.dumps({"times": found, "totals": totals}))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--build", type=Path, default=Path("build/bench"))
    parser.add_argument("--engine")
    arguments = parser.parse_args()
    path = arguments.build / f"features-{arguments.events}.parquet"
    if arguments.engine:
        child(arguments.engine, path, arguments.threads)
        return
    arguments.build.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        events(path, arguments.events)
    print(f"{arguments.events:,} events into 32 columns of {arguments.events // 10:,} citizens; seconds, best of {REPEATS}")
    expected = None
    for engine in ["citx", "polars", "duckdb"]:
        again = [sys.executable, __file__, "--engine", engine, "--events", str(arguments.events)]
        again += ["--threads", str(arguments.threads), "--build", str(arguments.build)]
        found = json.loads(subprocess.check_output(again, env={**os.environ, "POLARS_MAX_THREADS": str(arguments.threads)}))
        expected = expected or found["totals"]
        assert found["totals"] == expected, f"{engine} and citx disagree"
        for name, (wall, cpu) in found["times"].items():
            print(f"  {engine:8} {name:16} wall {wall:6.3f}   CPU {cpu:6.3f}")


if __name__ == "__main__":
    main()
