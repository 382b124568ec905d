"""Rules mean what DuckDB's WHERE means, in whatever layout the citizens come. Random rules are `make test-rules`, in citx-core."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

import citx
from conftest import needs

ROWS = 401
AS_OF = "2026-11-22"
VALUES: dict[str, list[Any]] = {
    "i": [0, 1, -1, 2, 3, 7, 10, -7, 100, None],
    "j": [5, 2**31 - 1, 0, -(2**31), 3, None, 1],
    "f": [0.0, -0.0, 0.5, None, -0.5, 2.5, 1e300, 5e-324, float("inf"), float("-inf"), float("nan")],
    "s": ["", "a", "A", "ab", "a_c", "a%c", "Straße", "é", "e\u0301", "名前", " a", "x'y", None],
    "t": ["a", "abc", None, "", "STRASSE", "a_c", "10"],
    "d": [dt.date(2024, 2, 29), dt.date(2023, 2, 28), dt.date(1970, 1, 1), None, dt.date(1969, 12, 31)],
    "moment": [dt.datetime(2024, 2, 29), dt.datetime(2024, 2, 28, 23, 59, 59, 999999), None, dt.datetime(1969, 12, 31, 23)],
    "k": [Decimal("0.00"), Decimal("0.01"), Decimal("-0.01"), None, Decimal("2.50"), Decimal("99999.99"), Decimal("-99999.99")],
    "b": [True, None, False],
}
RULES = [
    "i > 2",
    "i * 2 + j <= 10",
    "j % 3 = 0 OR i % -7 = 1",
    "i = f OR f > j",
    "f IS DISTINCT FROM 0.5 AND f >= -0.0",
    "f BETWEEN -1 AND 1e308",
    "f IN (0, 2.5, 'nan')",
    "i NOT IN (1, 2, NULL) OR i IN (3, 7)",
    "i / 4 > f",
    "-abs(i) < k AND k <> 0.01",
    "k + 0.5 = 3",
    "k BETWEEN f AND j",
    "s = 'a' OR s > t",
    "s LIKE 'a%' AND s NOT LIKE '%!_c' ESCAPE '!'",
    "s ILIKE '_' OR t ILIKE 'STR%'",
    "lower(s) = 'straße' OR upper(t) = t",
    "starts_with(s, t) OR ends_with(s, 'c') OR contains(t, 'b')",
    "length(s) > 2",
    "coalesce(s, t, 'none') = 'none'",
    "nullif(s, t) IS NULL",
    "d >= DATE '1970-01-01' AND d < moment",
    "moment - INTERVAL '1 month' > TIMESTAMP '2024-01-28 12:00:00'",
    "moment + INTERVAL '36 hours' >= d OR d IS NULL",
    "b AND NOT (i > 0) OR b IS NOT TRUE AND s IS NULL",
    "(b = (i > 0)) IS NOT FALSE",
    "CASE WHEN b THEN i WHEN f > 0 THEN j END > 1",
    "CASE WHEN s < 'b' THEN d ELSE DATE '2024-02-29' END = d",
    "i IS NOT DISTINCT FROM j",
]
TYPES = {"i": "int64", "j": "int32", "f": "float64", "s": "string", "t": "string", "d": "date32", "b": "bool_"}
LAYOUTS: dict[str, dict[str, str]] = {
    "plain": {},
    "wide": {"j": "int64", "s": "large_string", "t": "large_string"},
    "narrow": {"i": "int8"},
    "view": {"s": "string_view", "t": "string_view", "d": "date64"},
    "dictionary": {},
}


def arrow(layout: str) -> Any:
    """The citizens: rows of all values, in steps that meet in every pair."""
    pa = needs("pyarrow")
    types = {name: getattr(pa, kind)() for name, kind in (TYPES | LAYOUTS[layout]).items()}
    types |= {"moment": pa.timestamp("us"), "k": pa.decimal128(12, 2)}
    columns = {"id": pa.array(range(ROWS))}
    for step, (name, values) in enumerate(VALUES.items(), 1):
        columns[name] = pa.array([values[row * step % len(values)] for row in range(ROWS)], types[name])
    if layout == "dictionary":
        columns = {name: column.dictionary_encode() if name in ("s", "t", "i") else column for name, column in columns.items()}
    whole = pa.table(columns)
    return whole if layout == "plain" else pa.concat_tables([whole.slice(0, 3), whole.slice(3, 0), whole.slice(3)])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_membership_is_what_duckdb_selects(layout: str) -> None:
    duckdb = needs("duckdb")
    people = citx.Population.from_arrow(arrow(layout), key="id")
    book = citx.SegmentBook({f"r{index}": rule for index, rule in enumerate(RULES)})
    membership = book.evaluate(people, as_of=AS_OF)
    sql = book.to_sql("duckdb", people, as_of=AS_OF)
    inside = {row: book.match(people.row(row), as_of=AS_OF) for row in range(0, ROWS, 37)}
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("people", arrow("plain"))
        for name, rule in zip(book.names, RULES, strict=True):
            for condition in (rule, sql[name]):
                found = [key for (key,) in connection.sql(f"SELECT id FROM people WHERE {condition} ORDER BY id").fetchall()]
                assert membership[name].keys().to_pylist() == found, condition
            assert 0 < len(found) < ROWS, rule
            for row, names in inside.items():
                assert (row in found) == (name in names), rule
                assert (book.explain(name, people.row(row), as_of=AS_OF).outcome is True) == (row in found), rule
