"""Consent events of the benchmark's citizens, and what a database makes of them. `python consent.py CITIZENS EVENTS OUT.parquet` writes them.

Six purposes, five channels; activity per citizen is skewed, and 3 % of the events arrive out of order. `python consent.py EVENTS.parquet` finds the latest event of each
citizen, purpose and channel with DuckDB, as a CRM without a policy does, and prints one line of JSON.
"""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from citizens import AS_OF, CHANNELS, DAY_US, PURPOSES
from measure import measure

SEED = 20261102
CHUNK = 1_000_000
STATUSES = ["given", "refused", "withdrawn", "objected", "renewed"]
METHODS = ["web", "phone", "paper", "sms", "import"]
END = np.datetime64(AS_OF, "us").astype(np.int64)
SPAN = int(6 * 365.25 * DAY_US)


def chunk(first, rows, citizens, total):
    rng = np.random.default_rng([SEED, first // CHUNK])
    at = END - SPAN + (np.arange(first, first + rows) * (SPAN / total)).astype(np.int64)
    at = np.where(rng.random(rows) < 0.03, at - rng.integers(0, 90 * DAY_US, rows), at)

    def draw(names, shares):
        return pa.DictionaryArray.from_arrays(pa.array(rng.choice(len(names), rows, p=shares).astype(np.int8)), pa.array(names))

    return pa.table(
        {
            "citizen": np.minimum((rng.beta(0.6, 1.4, rows) * citizens).astype(np.uint64) + 1, np.uint64(citizens)),
            "purpose": draw(PURPOSES, [0.25, 0.25, 0.2, 0.12, 0.1, 0.08]),
            "channel": draw(CHANNELS, [0.4, 0.25, 0.12, 0.15, 0.08]),
            "status": draw(STATUSES, [0.52, 0.12, 0.2, 0.06, 0.1]),
            "captured_at": pa.array(at).cast(pa.timestamp("us", tz="UTC")),
            "method": draw(METHODS, [0.5, 0.15, 0.1, 0.1, 0.15]),
        }
    )


def write(citizens, events, path):
    writer = None
    for first in range(0, events, CHUNK):
        table = chunk(first, min(CHUNK, events - first), citizens, events)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="lz4")
        writer.write_table(table)
    writer.close()


def with_duckdb(path):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE events AS SELECT citizen, purpose, channel, status, captured_at FROM read_parquet('{path}')")
    latest = """
        SELECT purpose, channel, count(*) FILTER (WHERE status IN ('given', 'renewed'))
        FROM (SELECT citizen, purpose, channel, arg_max(status, captured_at) AS status FROM events WHERE captured_at <= TIMESTAMPTZ '2026-11-01 00:00:00+00' GROUP BY ALL)
        GROUP BY ALL ORDER BY ALL
    """
    measure(lambda: connection.execute(latest).fetchall(), lambda rows: [count for *_, count in rows], version=duckdb.__version__)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        with_duckdb(sys.argv[1])
    else:
        write(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
