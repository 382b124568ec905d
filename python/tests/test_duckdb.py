"""Rules mean what DuckDB's WHERE means: random rules on random tables of every layout."""

from __future__ import annotations

import random
from typing import Any

import pytest

import citx
from conftest import needs
from sql_rules import KINDS, Rules, table

ROWS = 400
RULES = 250
LAYOUTS = {
    "plain": {"BIGINT": "int64", "INTEGER": "int32", "VARCHAR": "string", "DATE": "date32"},
    "wide": {"BIGINT": "int64", "INTEGER": "int64", "VARCHAR": "large_string", "DATE": "date32"},
    "view": {"BIGINT": "int64", "INTEGER": "int32", "VARCHAR": "string_view", "DATE": "date64"},
}


def arrow(columns: dict[str, list[Any]], layout: str) -> Any:
    pa = needs("pyarrow")
    kinds = {"DOUBLE": pa.float64(), "TIMESTAMP": pa.timestamp("us"), "DECIMAL(12, 2)": pa.decimal128(12, 2), "BOOLEAN": pa.bool_()}
    kinds |= {kind: getattr(pa, name)() for kind, name in LAYOUTS.get(layout, LAYOUTS["plain"]).items()}
    arrays = {name: pa.array(values, kinds[KINDS.get(name, "BIGINT")]) for name, values in columns.items()}
    if layout == "dictionary":
        arrays = {name: values.dictionary_encode() if name in ("s", "t") else values for name, values in arrays.items()}
    whole = pa.table(arrays)
    return whole if layout == "plain" else pa.concat_tables([whole.slice(0, 3), whole.slice(3, 0), whole.slice(3)])


@pytest.mark.parametrize(("seed", "layout"), list(enumerate([*LAYOUTS, "dictionary"])))
def test_membership_is_what_duckdb_selects(seed: int, layout: str) -> None:
    duckdb = needs("duckdb")
    columns = table(random.Random(seed), ROWS)
    data = arrow(columns, layout)
    people = citx.Population.from_arrow(data, key="id")
    draw = Rules(seed)
    compared = 0
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("people", arrow(columns, "plain"))
        for _ in range(RULES):
            rule = draw.rule()
            try:
                expected = [key for (key,) in connection.sql(f"SELECT id FROM people WHERE {rule} ORDER BY id").fetchall()]
            except duckdb.Error as error:
                # Overflow and division by zero fail the whole query there and are null here.
                if not any(words in str(error) for words in ("Overflow", "Division by zero")):
                    pytest.fail(f"{rule}: {error}")
                continue
            book = citx.SegmentBook({"r": rule, "not_r": f"NOT ({rule})"})
            membership = book.evaluate(people, as_of="2026-11-22", threads=1 + compared % 3)
            assert membership["r"].keys().to_pylist() == expected, rule
            assert len(membership["r"] & membership["not_r"]) == 0
            sample = draw.draw.randrange(ROWS)
            inside = book.match(people.row(sample), as_of="2026-11-22")
            assert ("r" in inside, "not_r" in inside) == (membership["r"].mask()[sample], membership["not_r"].mask()[sample]), rule
            outcome = {("r",): True, ("not_r",): False, (): None}[tuple(inside)]
            assert book.explain("r", people.row(sample), as_of="2026-11-22").outcome is outcome, rule
            compared += 1
    assert compared > RULES * 0.9
