"""Tables and columns: values out, Arrow out."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal

import pytest

import citx
from conftest import needs

UTC = dt.timezone.utc

COLUMNS = {
    "text": ["Fishponds", None, ""],
    "truth": [True, False, None],
    "whole": [1, -(2**63), None],
    "float": [0.5, float("inf"), None],
    "decimal": [Decimal("1.50"), Decimal("-0.001"), None],
    "date": [dt.date(1, 1, 1), dt.date(9999, 12, 31), None],
    "instant": [dt.datetime(2026, 3, 29, 1, 30, tzinfo=UTC), dt.datetime(1, 1, 1, tzinfo=UTC), None],
    "nothing": [None, None, None],
}


@pytest.fixture
def table() -> citx.Table:
    return citx.Table.from_arrow(COLUMNS)


def test_values_come_back_as_they_went_in(table: citx.Table) -> None:
    assert table.to_pydict() == COLUMNS
    assert table.to_pylist() == [{name: values[row] for name, values in COLUMNS.items()} for row in range(3)]
    assert list(table) == table.to_pylist()
    for name, values in COLUMNS.items():
        column = table[name]
        assert column.to_pylist() == list(column) == values
        assert [type(value) for value in column] == [type(value) for value in values]


def test_an_instant_is_an_aware_utc_datetime(table: citx.Table) -> None:
    assert table["instant"][0].utcoffset() == dt.timedelta(0)


def test_shape_and_names(table: citx.Table) -> None:
    assert (len(table), table.num_rows, table.column_names) == (3, 3, list(COLUMNS))
    assert "text" in table
    assert "nope" not in table
    assert 3 not in table
    assert len(citx.Table.from_arrow({})) == 0


def test_a_schema_is_a_mapping(table: citx.Table) -> None:
    schema = table.schema
    assert isinstance(schema, Mapping)
    assert (schema["text"], schema["date"], schema["nothing"], schema["instant"]) == ("text", "date", "null", "timestamp")
    assert schema.get("nope") is None
    assert schema.get("nope", "text") == "text"
    assert dict(schema) == dict(schema.items()) == schema
    assert list(schema) == schema.names == list(COLUMNS)
    with pytest.raises(KeyError):
        schema["nope"]


def test_a_column_by_row_and_by_slice() -> None:
    column = citx.Table.from_arrow({"n": [4, None, 7]})["n"]
    assert (column[0], column[-1], column[-3], column[1:], column[::-1]) == (4, 7, 4, [None, 7], [7, None, 4])
    for bad in (3, -4, 2**80):
        with pytest.raises((IndexError, citx.InvalidArgumentError)):
            column[bad]
    with pytest.raises(citx.InvalidArgumentError):
        column["a"]  # type: ignore[call-overload]


def test_an_unknown_column_suggests_the_name_meant(table: citx.Table) -> None:
    with pytest.raises(citx.RuleError, match="there is no column `txet`; did you mean `text`"):
        table["txet"]
    with pytest.raises(citx.InvalidArgumentError):
        table[0]  # type: ignore[index]


def test_tables_are_frozen_and_compare(table: citx.Table) -> None:
    with pytest.raises(AttributeError):
        table.num_rows = 4  # type: ignore[misc]
    same = citx.Table.from_arrow(COLUMNS)
    assert table == same
    assert table["text"] == same["text"]
    assert table["text"] != table["date"]
    assert table != citx.Table.from_arrow({"text": ["a"]})
    assert table != 3
    with pytest.raises(TypeError):
        hash(table)


def test_repr_shows_the_shape_and_no_value(table: citx.Table) -> None:
    assert repr(citx.Table.from_arrow({"name": ["Jo Bloggs"]})) == "Table(1 rows; name)"
    assert repr(table["text"]) == "Column(text, text, 3 values)"
    assert "Fishponds" not in repr(table)


def test_pyarrow_reads_tables_and_columns(table: citx.Table) -> None:
    pa = needs("pyarrow")
    assert pa.table(table).to_pydict() == COLUMNS
    assert table.to_pyarrow().to_pydict() == COLUMNS
    assert pa.array(table["text"]).to_pylist() == COLUMNS["text"]
    assert table["whole"].to_pyarrow().to_pylist() == COLUMNS["whole"]
    assert pa.chunked_array(table["whole"]).to_pylist() == COLUMNS["whole"]
    assert pa.schema(table).names == list(COLUMNS)
    assert pa.field(table["text"]).name == "text"
    assert pa.RecordBatchReader.from_stream(table).read_all().num_rows == 3


def test_polars_reads_tables_and_columns() -> None:
    pl = needs("polars")
    table = citx.Table.from_arrow({"a": ["x", None], "n": [1, 2]})
    assert pl.DataFrame(table).rows() == [("x", 1), (None, 2)]
    assert table.to_polars().rows() == [("x", 1), (None, 2)]
    assert table["n"].to_polars().to_list() == [1, 2]
    assert table["n"].to_polars().name == "n"


def test_pandas_reads_tables_and_columns() -> None:
    pd = needs("pandas")
    table = citx.Table.from_arrow({"a": ["x", "y"], "n": [1, 2]})
    frame = table.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert frame.to_dict("list") == {"a": ["x", "y"], "n": [1, 2]}
    assert table["n"].to_pandas().tolist() == [1, 2]
    assert table["n"].to_pandas().name == "n"


def test_numpy_reads_columns() -> None:
    np = needs("numpy")
    table = citx.Table.from_arrow({"n": [1, 2], "t": [True, False], "gaps": [1, None]})
    assert np.asarray(table["n"]).sum() == 3
    assert np.array([10, 20])[np.asarray(table["t"])].tolist() == [10]
    assert np.asarray(table["gaps"]).tolist() == [1, None]
    assert np.asarray(table["n"], dtype="float32").dtype == "float32"


def test_duckdb_queries_a_table() -> None:
    duckdb = needs("duckdb")
    mine = citx.Table.from_arrow({"a": ["x", "y"], "n": [1, 2]})
    with duckdb.connect() as connection:
        connection.register("mine", mine.to_pyarrow())
        assert connection.sql("SELECT sum(n) FROM mine").fetchall() == [(3,)]
    assert duckdb.sql("SELECT sum(n) FROM mine").fetchall() == [(3,)]


def test_a_missing_library_is_an_import_error_that_says_what_to_do() -> None:
    code = """
import sys
sys.modules.update(pyarrow=None, polars=None, pandas=None)
import citx
table = citx.Table.from_arrow({"a": [1]})
for method in ("to_pyarrow", "to_polars", "to_pandas"):
    for source in (table, table["a"]):
        try:
            getattr(source, method)()
        except ImportError as error:
            assert "pip install" in str(error), error
        else:
            raise AssertionError(method)
assert table.to_pylist() == [{"a": 1}]
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_nothing_but_citx_is_imported() -> None:
    code = "import citx, sys; bad = {'numpy', 'pyarrow', 'pandas', 'polars'} & set(sys.modules); assert not bad, bad"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_nested_and_rare_types_have_python_values() -> None:
    pa = needs("pyarrow")
    table = citx.Table.from_arrow(
        pa.table(
            {
                "list": pa.array([[1, None], None]),
                "struct": pa.array([{"a": 1}, None]),
                "bytes": pa.array([b"x", None]),
                "time": pa.array([dt.time(1, 2, 3, 4), None]),
                "dictionary": pa.array(["x", None]).dictionary_encode(),
                "u64": pa.array([2**64 - 1, None], pa.uint64()),
                "seconds": pa.array([0, None], pa.timestamp("s", "Europe/London")),
                "nanos": pa.array([1_999, None], pa.timestamp("ns")),
            }
        )
    )
    epoch = dt.datetime(1970, 1, 1, tzinfo=UTC)
    assert table.to_pylist() == [
        {
            "list": [1, None],
            "struct": {"a": 1},
            "bytes": b"x",
            "time": dt.time(1, 2, 3, 4),
            "dictionary": "x",
            "u64": 2**64 - 1,
            "seconds": epoch,
            "nanos": epoch + dt.timedelta(microseconds=1),
        },
        dict.fromkeys(table.column_names),
    ]


def test_an_instant_that_python_cannot_show_names_column_and_row() -> None:
    pa = needs("pyarrow")
    table = citx.Table.from_arrow(pa.table({"at": pa.array([0, 2**62], pa.timestamp("s"))}))
    with pytest.raises(citx.InvalidArgumentError, match="column `at`, row 2"):
        table.to_pylist()
    days = citx.Table.from_arrow(pa.table({"on": pa.array([2**31 - 1], pa.date32())}))
    with pytest.raises(citx.InvalidArgumentError, match="column `on`, row 1"):
        list(days["on"])


def test_a_type_without_python_value_says_so() -> None:
    pa = needs("pyarrow")
    table = citx.Table.from_arrow(pa.table({"span": pa.array([5], pa.duration("s"))}))
    with pytest.raises(citx.LimitError, match="Arrow"):
        table.to_pylist()
    assert table.to_pyarrow()["span"].to_pylist() == [dt.timedelta(seconds=5)]
