"""Writes one small table with the tools that citx's users have: pyarrow, polars, DuckDB and openpyxl.

The files beside this script were made by it (versions: VERSIONS) and are read by ../foreign.rs.
"""

import datetime as dt
import decimal
import pathlib

import duckdb
import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet

HERE = pathlib.Path(__file__).parent
KEYS = ["007", "C-18", "Zo\u00eb"]
COUNT = [1, None, -3]
SHARE = [0.5, 0.25, None]
BORN = [dt.date(1980, 1, 31), dt.date(2004, 2, 29), None]
SEEN = [dt.datetime(2026, 11, 22, 9, 30), None, dt.datetime(1969, 12, 31, 23, 59, 59, 999000)]
ACTIVE = [True, False, None]
TENURE = ["rented", "owned", "rented"]

utc = [at and at.replace(tzinfo=dt.timezone.utc) for at in SEEN]
money = [decimal.Decimal("12.50"), None, decimal.Decimal("-0.01")]

table = pa.table(
    {
        "id": pa.array(KEYS),
        "count": pa.array(COUNT, pa.int16()),
        "share": pa.array(SHARE, pa.float32()),
        "born": pa.array(BORN, pa.date32()),
        "seen": pa.array(utc, pa.timestamp("ns", "Europe/London")),
        "active": pa.array(ACTIVE),
        "tenure": pa.array(TENURE).dictionary_encode(),
        "money": pa.array(money, pa.decimal128(10, 2)),
        "clock": pa.array([dt.time(9, 30), None, None]),
    }
)
feather.write_feather(table, HERE / "pyarrow-lz4.feather", compression="lz4")
feather.write_feather(table, HERE / "pyarrow-chunks.feather", compression="uncompressed", chunksize=1)
for compression in ["snappy", "gzip", "lz4", "zstd", "brotli"]:
    parquet.write_table(table, HERE / f"pyarrow-{compression}.parquet", compression=compression, row_group_size=2)
with pa.ipc.new_stream(HERE / "pyarrow.arrows", table.schema) as stream:
    stream.write_table(table, max_chunksize=2)

frame = pl.DataFrame(
    {"id": KEYS, "count": COUNT, "share": SHARE, "born": BORN, "seen": utc, "active": ACTIVE, "tenure": pl.Series(TENURE, dtype=pl.Categorical), "money": money}
)
frame.write_ipc(HERE / "polars.arrow")
frame.write_ipc(HERE / "polars-lz4.arrow", compression="lz4")
frame.write_parquet(HERE / "polars.parquet")

duckdb.register("t", table.drop(["clock"]))
duckdb.sql("SET TimeZone = 'UTC'")
for extension in ["parquet", "csv"]:
    duckdb.sql(f"COPY (SELECT * FROM t) TO '{HERE}/duckdb.{extension}'")

book = openpyxl.Workbook()
sheet = book.active
sheet.append(["id", "count", "share", "born", "seen", "active", "tenure", "money"])
for row in zip(KEYS, COUNT, SHARE, BORN, [SEEN[0], None, dt.datetime(1999, 12, 31, 23, 59, 59)], ACTIVE, TENURE, money):
    sheet.append(row)
book.save(HERE / "openpyxl.xlsx")

(HERE / "VERSIONS").write_text("".join(f"{module.__name__} {module.__version__}\n" for module in [pa, pl, duckdb, openpyxl]))
