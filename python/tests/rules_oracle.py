"""Answers conditions over a table as a database does: DuckDB, or Spark.

`python rules_oracle.py duckdb` reads requests from stdin and writes an answer to each to stdout, both JSON on one line. A request is
{"table": the path of an Arrow file, "sql": [conditions]}; an answer has for each condition a text with `t`, `f` or `n` for each row, or
{"error": message}. The rule tests of citx-core run it. `schema` answers whether documents fit the JSON Schema whose file is named in
"table".
"""

from __future__ import annotations

import itertools
import json
import pathlib
import sys
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

LETTERS = {True: "t", False: "f", None: "n"}


def readable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column in a layout that databases read."""
    if pa.types.is_nested(column.type):
        lists = column.combine_chunks()
        lengths = pc.list_value_length(lists).to_pylist()
        offsets = pa.array([0, *itertools.accumulate(length or 0 for length in lengths)], pa.int32())
        items = readable(pa.chunked_array([lists.flatten()])).combine_chunks()
        return pa.chunked_array([pa.ListArray.from_arrays(offsets, items, mask=pa.array([length is None for length in lengths]))])
    if isinstance(column.type, pa.DictionaryType):
        column = column.cast(column.type.value_type)
    if pa.types.is_float16(column.type):
        return column.cast(pa.float32())
    if pa.types.is_decimal32(column.type) or pa.types.is_decimal64(column.type) or pa.types.is_decimal256(column.type):
        return column.cast(pa.decimal128(min(column.type.precision, 38), column.type.scale))
    if pa.types.is_null(column.type):
        return column.cast(pa.bool_())
    # DuckDB 2.0 has no functions for nanoseconds with a zone.
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns" and column.type.tz is not None:
        return column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return column


def common(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column in a layout that Spark's Parquet reader has: instants with a zone, and none of the other widths."""
    column = readable(column)
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us", "UTC"), safe=False)
    if pa.types.is_date64(column.type):
        return column.cast(pa.date32())
    if pa.types.is_unsigned_integer(column.type):
        return column.cast(pa.int64())
    if pa.types.is_string_view(column.type) or pa.types.is_large_string(column.type):
        return column.cast(pa.string())
    return column


def duckdb_asker() -> Callable[[str, list[str]], list[Any]]:
    import duckdb

    def ask(path: str, conditions: list[str]) -> list[Any]:
        table = pa.ipc.open_file(path).read_all()
        table = pa.table([readable(column) for column in table.columns], names=table.column_names)
        with duckdb.connect(config={"threads": 1}) as connection:
            # Instants and dates must not depend on it.
            connection.execute("SET TimeZone = 'Asia/Kolkata'")
            connection.register("arrow_people", table)
            connection.execute("CREATE TABLE people AS SELECT * FROM arrow_people")

            def run(some: list[str]) -> list[Any]:
                try:
                    columns = ", ".join(f"({sql}) AS c{index}" for index, sql in enumerate(some))
                    answers = connection.execute(f"SELECT {columns} FROM people").to_arrow_table().columns
                    return ["".join(LETTERS[value] for value in column.to_pylist()) for column in answers]
                except duckdb.Error as error:
                    if len(some) == 1:
                        return [{"error": str(error)}]
                    return [answer for one in some for answer in run([one])]

            return run(conditions)

    return ask


def spark_asker() -> Callable[[str, list[str]], list[Any]]:
    import tempfile

    import pyarrow.parquet as pq
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "Asia/Kolkata")
    spark = builder.config("spark.sql.codegen.wholeStage", "false").config("spark.sql.shuffle.partitions", "1").getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    folder = tempfile.mkdtemp()

    def ask(path: str, conditions: list[str]) -> list[Any]:
        table = pa.ipc.open_file(path).read_all()
        table = pa.table([common(column) for column in table.columns], names=table.column_names)
        pq.write_table(table, f"{folder}/people.parquet")
        spark.catalog.clearCache()
        frame = spark.read.parquet(f"{folder}/people.parquet").coalesce(1)

        def run(some: list[str]) -> list[Any]:
            try:
                rows = frame.selectExpr(*(f"({sql}) AS c{index}" for index, sql in enumerate(some))).collect()
                return ["".join(LETTERS[row[index]] for row in rows) for index in range(len(some))]
            except Exception as error:  # Spark's and Py4J's errors share no base.
                if len(some) == 1:
                    return [{"error": str(error).split("JVM stacktrace")[0][:2000]}]
                return [answer for one in some for answer in run([one])]

        return run(conditions)

    return ask


def schema_asker() -> Callable[[str, list[str]], list[Any]]:
    import jsonschema
    import referencing

    folder = pathlib.Path(__file__).parents[2] / "docs" / "spec"
    schemas = {name: json.loads((folder / name).read_text()) for name in ("rule.schema.json", "book.schema.json")}
    registry = referencing.Registry().with_resources((name, referencing.Resource.from_contents(one)) for name, one in schemas.items())

    def ask(name: str, documents: list[str]) -> list[Any]:
        validator = jsonschema.Draft202012Validator(schemas[name], registry=registry)
        return ["t" if validator.is_valid(json.loads(document)) else "f" for document in documents]

    return ask


def main() -> None:
    ask = {"duckdb": duckdb_asker, "schema": schema_asker, "spark": spark_asker}[sys.argv[1]]()
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(ask(request["table"], request["sql"])), flush=True)


if __name__ == "__main__":
    main()
