"""A peer on one table and rule set, in a process of its own: `python peers.py ENGINE WORKLOAD PARQUET SEGMENTS`. Prints one line of JSON.

Each peer holds the columns that the rules read in memory, in its own best form (dictionary columns as enums, unit vectors for geo), which is not timed, and makes
a column of true, false and null for every rule, which is; making the expression or the SQL text of the rules is not timed, planning it is.
"""

import os
import sys

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import render
from measure import measure
from workloads import WORKLOADS

THREADS = 2


def load(path, read):
    """The columns, with the unit vectors of places in place of their degrees."""
    table = pq.read_table(path, columns=read)
    if "lat" in read:
        lat, lon = np.radians(table["lat"].to_numpy()), np.radians(table["lon"].to_numpy())
        axes = {"ux": np.cos(lat) * np.cos(lon), "uy": np.cos(lat) * np.sin(lon), "uz": np.sin(lat)}
        for name, values in axes.items():
            table = table.append_column(name, pa.array(values))
        table = table.drop_columns(["lat", "lon"])
    return table


def true_values(mask):
    return pc.sum(mask).as_py() or 0


def with_polars(path, rules, dictionaries):
    os.environ["POLARS_MAX_THREADS"] = str(THREADS)
    import polars as pl

    read = render.columns(rules)
    frame = pl.read_parquet(path, columns=read)
    frame = frame.with_columns(pl.col(name).cast(pl.Enum(names)) for name, names in dictionaries.items() if name in read)
    if "lat" in read:
        lat, lon = pl.col("lat").radians(), pl.col("lon").radians()
        frame = frame.with_columns(ux=lat.cos() * lon.cos(), uy=lat.cos() * lon.sin(), uz=lat.sin()).drop("lat", "lon")
    frame = frame.rechunk()
    masks = [render.polars(tree).alias(name) for name, tree in rules.items()]
    measure(
        lambda: frame.lazy().select(masks).collect(engine="streaming"),
        lambda members: members.sum().row(0),
        rows=len(frame),
        version=pl.__version__,
    )


def with_duckdb(path, rules, dictionaries):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}; SET max_expression_depth = 10000")
    read = render.columns(rules)
    selected = []
    for name in read:
        if name in dictionaries:
            connection.execute(f"CREATE TYPE e_{name} AS ENUM ({', '.join(repr(value) for value in dictionaries[name])})")
            selected.append(f"{name}::VARCHAR::e_{name} AS {name}")
        elif name not in ("lat", "lon"):
            selected.append(name)
    if "lat" in read:
        lat, lon = "radians(lat)", "radians(lon)"
        selected += [f"cos({lat}) * cos({lon}) AS ux", f"cos({lat}) * sin({lon}) AS uy", f"sin({lat}) AS uz"]
    connection.execute(f"CREATE TABLE people AS SELECT {', '.join(selected)} FROM read_parquet('{path}')")
    (rows,) = connection.execute("SELECT count(*) FROM people").fetchone()
    masks = ", ".join(f"{render.sql(tree)} AS {name}" for name, tree in rules.items())
    query = f"SELECT {masks} FROM people"
    measure(
        lambda: connection.cursor().sql(query).to_arrow_table(),
        lambda members: map(true_values, members.columns),
        rows=rows,
        version=duckdb.__version__,
    )


def with_datafusion(path, rules, dictionaries):
    import datafusion

    table = load(path, render.columns(rules)).unify_dictionaries().combine_chunks()
    half, size = table.num_rows // THREADS, 65_536
    parts = [table.slice(i * half, half if i + 1 < THREADS else None).to_batches(max_chunksize=size) for i in range(THREADS)]
    context = datafusion.SessionContext(datafusion.SessionConfig().with_target_partitions(THREADS).with_batch_size(8192))
    context.register_record_batches("people", parts)
    rows = table.num_rows
    del table, parts
    masks = ", ".join(f"{render.sql(tree)} AS {name}" for name, tree in rules.items())

    def counts(batches):
        return np.sum([list(map(true_values, batch.columns)) for batch in batches], axis=0)

    measure(lambda: context.sql(f"SELECT {masks} FROM people").collect(), counts, rows=rows, version=datafusion.__version__)


ENGINES = {"polars": with_polars, "duckdb": with_duckdb, "datafusion": with_datafusion}

if __name__ == "__main__":
    engine, name, path, segments = sys.argv[1:]
    workload = WORKLOADS[name]
    ENGINES[engine](path, workload.rules(int(segments)), workload.dictionaries)
