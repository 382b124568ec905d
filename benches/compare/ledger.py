"""The same events into a plain SQLite table, as a CRM keeps them: `python ledger.py EVENTS.parquet FOLDER` prints one line of JSON.

One row an event and an index by citizen, purpose and channel, in one durable transaction: no hash, no salt, nothing that could be erased or proved.
"""

import json
import sqlite3
import sys
from pathlib import Path

import pyarrow.parquet as pq
from measure import timed


def rows(table):
    for batch in table.to_batches(max_chunksize=100_000):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def main(events, folder):
    table = pq.read_table(events)
    table = table.set_column(table.column_names.index("captured_at"), "captured_at", table["captured_at"].cast("int64"))
    connection = sqlite3.connect(Path(folder) / "plain.db")
    connection.executescript(
        "PRAGMA journal_mode = wal; PRAGMA synchronous = full; "
        f"CREATE TABLE events (id INTEGER PRIMARY KEY, {', '.join(table.column_names)}); CREATE INDEX of ON events (citizen, purpose, channel)"
    )
    places = ", ".join("?" * table.num_columns)

    def insert():
        with connection:
            connection.executemany(f"INSERT INTO events ({', '.join(table.column_names)}) VALUES ({places})", rows(table))

    wall, cpu, _ = timed(insert)
    print(json.dumps({"events": table.num_rows, "wall": wall, "cpu": cpu, "version": sqlite3.sqlite_version}))


if __name__ == "__main__":
    main(*sys.argv[1:])
