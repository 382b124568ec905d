"""Tables in: every producer, every shape, every malformed thing."""

from __future__ import annotations

import array
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import citx
from conftest import needs

UTC = dt.timezone.utc
SECRET = "Rumpelstiltskin"


def read(data: Any) -> dict[str, list[Any]]:
    return citx.Table.from_arrow(data).to_pydict()


# -- producers --------------------------------------------------------------------------------------------------------


def test_pyarrow_tables_batches_and_readers() -> None:
    pa = needs("pyarrow")
    table = pa.table({"a": pa.chunked_array([["x"], ["y", None]]), "n": pa.chunked_array([[1], [2, 3]])})
    expected = {"a": ["x", "y", None], "n": [1, 2, 3]}
    assert read(table) == expected
    assert read(table.to_reader()) == expected
    assert read(table.combine_chunks().to_batches()[0]) == expected
    assert read(table.slice(1)) == {"a": ["y", None], "n": [2, 3]}
    assert read(table.slice(1, 0)) == {"a": [], "n": []}
    assert read(pa.table({"a": pa.array([], pa.string())})) == {"a": []}


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
def test_every_layout_of_text(kind: str) -> None:
    pa = needs("pyarrow")
    values = ["a", None, "long enough not to be inlined in a view", ""]
    assert read(pa.table({"a": pa.array(values, getattr(pa, kind)())})) == {"a": values}
    assert read(pa.table({"a": pa.array(values, getattr(pa, kind)())}).slice(1, 2)) == {"a": values[1:3]}


def test_every_numeric_width() -> None:
    pa = needs("pyarrow")
    kinds = [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)] + ["float32", "float64"]
    table = pa.table({kind: pa.array([1, None], getattr(pa, kind)()) for kind in kinds})
    assert read(table) == {kind: [1, None] for kind in kinds}
    decimals = {f"d{bits}": pa.array([Decimal("1.25"), None], getattr(pa, f"decimal{bits}")(8, 2)) for bits in (32, 64, 128, 256)}
    assert read(pa.table(decimals)) == {name: [Decimal("1.25"), None] for name in decimals}


def test_dates_and_timestamps_of_every_unit_and_zone() -> None:
    pa = needs("pyarrow")
    at = dt.datetime(2026, 7, 1, 9, tzinfo=UTC)
    columns = {
        f"{unit}{zone}": pa.array([at, None], pa.timestamp(unit, zone))
        for unit in ("s", "ms", "us", "ns")
        for zone in ("UTC", "Asia/Tokyo")
    }
    columns["naive"] = pa.array([at.replace(tzinfo=None), None], pa.timestamp("us"))
    assert read(pa.table(columns)) == {name: [at, None] for name in columns}
    day = dt.date(2026, 7, 1)
    assert read(pa.table({"a": pa.array([day], pa.date32()), "b": pa.array([day], pa.date64())})) == {"a": [day], "b": [day]}


def test_polars_frames() -> None:
    pl = needs("polars")
    frame = pl.DataFrame({"a": ["x", None], "c": pl.Series(["u", "v"], dtype=pl.Categorical), "on": [dt.date(2026, 1, 1), None]})
    assert read(frame) == {"a": ["x", None], "c": ["u", "v"], "on": [dt.date(2026, 1, 1), None]}
    assert read(pl.concat([frame, frame], rechunk=False))["a"] == ["x", None] * 2
    with pytest.raises(citx.InvalidArgumentError):
        citx.Table.from_arrow(frame.lazy())


def test_pandas_frames() -> None:
    pd = needs("pandas")
    needs("pyarrow")
    frame = pd.DataFrame({"a": ["x", None], "n": [1, 2], "at": pd.to_datetime(["2026-01-01", None]), "c": pd.Categorical(["u", "v"])})
    assert read(frame) == {"a": ["x", None], "n": [1, 2], "at": [dt.datetime(2026, 1, 1, tzinfo=UTC), None], "c": ["u", "v"]}
    indexed = frame.set_index("a")
    assert "n" in read(indexed)
    assert read({"n": frame["n"], "at": frame["at"]}) == {"n": [1, 2], "at": [dt.datetime(2026, 1, 1, tzinfo=UTC), None]}


def test_duckdb_relations() -> None:
    duckdb = needs("duckdb")
    with duckdb.connect() as connection:
        relation = connection.sql("SELECT range AS n, 'p' || range AS name, range % 2 = 0 AS even FROM range(5000)")
        table = citx.Table.from_arrow(relation)
    assert len(table) == 5000
    assert table["n"].to_pylist() == list(range(5000))


def test_our_own_tables(people: citx.Population) -> None:
    table = people.to_arrow()
    assert citx.Table.from_arrow(table) == table
    assert read(people) == table.to_pydict()


# -- Python data ------------------------------------------------------------------------------------------------------


def test_a_dict_of_columns() -> None:
    columns = {
        "whole and float": [1, 2.5, None],
        "whole and decimal": [1, Decimal("2.50"), None],
        "tuple": ("a", "b", None),
        "buffer": array.array("d", [1, 2, 3]),
        "view": memoryview(array.array("i", [1, 2, 3])),
        "generator": (n for n in (1, 2, 3)),
    }
    assert read(columns) == {
        "whole and float": [1.0, 2.5, None],
        "whole and decimal": [Decimal("1.00"), Decimal("2.50"), None],
        "tuple": ["a", "b", None],
        "buffer": [1.0, 2.0, 3.0],
        "view": [1, 2, 3],
        "generator": [1, 2, 3],
    }
    assert read({}) == {}


def test_naive_datetimes_are_utc_and_aware_ones_are_converted() -> None:
    east = dt.timezone(dt.timedelta(hours=5, minutes=30))
    given = [
        dt.datetime(2026, 1, 1),
        dt.datetime(2026, 1, 1, tzinfo=east),
        dt.datetime(1, 1, 1),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999999),
    ]
    expected = [dt.datetime(2026, 1, 1, tzinfo=UTC), dt.datetime(2025, 12, 31, 18, 30, tzinfo=UTC)]
    assert read({"at": given})["at"] == [*expected, *(at.replace(tzinfo=UTC) for at in given[2:])]


def test_zones_of_zoneinfo() -> None:
    zoneinfo = needs("zoneinfo")
    london = zoneinfo.ZoneInfo("Europe/London")
    early, late = (dt.datetime(2026, 10, 25, 1, 30, fold=fold, tzinfo=london) for fold in (0, 1))
    assert read({"at": [early, late]})["at"] == [dt.datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]


def test_numpy_arrays() -> None:
    np = needs("numpy")
    columns = {
        "i8": np.array([1, 2], np.int8),
        "u64": np.array([1, 2**64 - 1], np.uint64),
        "f16": np.array([0.5, 1], np.float16),
        "f32": np.array([0.5, 1], np.float32),
        "f64": np.array([0.5, np.nan]),
        "bool": np.array([True, False]),
        "text": np.array(["a", "bc"]),
        "object": np.array(["a", None], dtype=object),
        "day": np.array(["2026-01-01", "NaT"], "datetime64[D]"),
        "nanos": np.array(["2026-01-01T00:00:00.000001", "NaT"], "datetime64[ns]"),
        "strided": np.arange(4)[::2],
        "swapped": np.array([1, 2], ">i4"),
        "masked": np.ma.array([1, 2], mask=[False, True]),
    }
    table = read(columns)
    assert str(table.pop("f64")) == "[0.5, nan]"
    midnight = dt.datetime(2026, 1, 1, tzinfo=UTC)
    assert table == {
        "i8": [1, 2],
        "u64": [1, 2**64 - 1],
        "f16": [0.5, 1.0],
        "f32": [0.5, 1.0],
        "bool": [True, False],
        "text": ["a", "bc"],
        "object": ["a", None],
        "day": [midnight, None],
        "nanos": [midnight + dt.timedelta(microseconds=1), None],
        "strided": [0, 2],
        "swapped": [1, 2],
        "masked": [1, None],
    }
    assert read({"n": [np.int64(1), np.float64(2.5), None], "t": [np.bool_(True), None, False]}) == {
        "n": [1.0, 2.5, None],
        "t": [True, None, False],
    }
    with pytest.raises(citx.InvalidArgumentError, match="one dimension"):
        citx.Table.from_arrow({"a": np.zeros((2, 2))})


def test_nulls_of_pandas() -> None:
    pd = needs("pandas")
    assert read({"a": ["x", pd.NA], "at": [pd.Timestamp("2026-01-01T00:00:00.000001999", tz="Asia/Tokyo"), pd.NaT]}) == {
        "a": ["x", None],
        "at": [dt.datetime(2025, 12, 31, 15, 0, 0, 1, tzinfo=UTC), None],
    }


def test_columns_of_arrow_arrays() -> None:
    pa, pl = needs("pyarrow"), needs("polars")
    columns = {"a": pa.array(["x", None]), "b": pa.chunked_array([[1], [2]]), "c": pl.Series([1.5, None]), "d": [1, 2]}
    assert read(columns) == {"a": ["x", None], "b": [1, 2], "c": [1.5, None], "d": [1, 2]}
    assert read({"a": citx.Table.from_arrow({"b": [1]})["b"]}) == {"a": [1]}


def test_a_list_of_rows() -> None:
    assert read([{"a": 1}, {"b": "x", "a": None}, {}]) == {"a": [1, None, None], "b": [None, "x", None]}
    assert len(citx.Table.from_arrow([])) == 0


# -- what cannot be ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    [
        None,
        3,
        "residents.csv",
        b"bytes",
        object(),
        {"a": "text"},
        {"a": 3},
        {"a": {"b": 1}},
        {"a": {1, 2}, "b": [1]},
        {1: [1]},
        {"a": [1], "b": [1, 2]},
        {"a": [1, "x"]},
        {"a": ["x", 1]},
        {"a": [True, 1]},
        {"a": [dt.date(2026, 1, 1), dt.datetime(2026, 1, 1)]},
        {"a": [1.5, Decimal(1)]},
        {"a": [2**63]},
        {"a": [-(2**63) - 1]},
        {"a": [2**63, 1.5]},
        {"a": [Decimal("NaN")]},
        {"a": [Decimal("Infinity")]},
        {"a": [Decimal("1e39")]},
        {"a": [Decimal("1e-39")]},
        {"a": [Decimal("1e-38"), Decimal("1e38")]},
        {"a": [object()]},
        {"a": [[[1]]]},
        {"a": [[1, object()]]},
        {"a": [[1, "x"]]},
        {"a": [b"x"]},
        {"a": ["\ud800"]},
        {"a": [1j]},
        {"a": [dt.timedelta(1)]},
        {"a": [dt.time(1)]},
        [1],
        [{"a": 1}, 2],
        [{1: 1}],
        [{"a": 1}, {"a": "x"}],
        [{"a": [[1]]}],
    ],
    ids=lambda bad: type(bad).__name__,
)
def test_what_is_no_table_is_a_typed_error(bad: Any) -> None:
    with pytest.raises(citx.CitxError) as caught:
        citx.Table.from_arrow(bad)
    assert isinstance(caught.value, citx.InvalidArgumentError), caught.value


def test_errors_name_column_and_row_and_never_the_value() -> None:
    with pytest.raises(citx.InvalidArgumentError, match=r"column `name`.*row 3") as caught:
        citx.Table.from_arrow({"name": [1, 2, SECRET]})
    assert SECRET not in str(caught.value)
    with pytest.raises(citx.InvalidArgumentError, match=r"column `name`.*row 2") as caught:
        citx.Table.from_arrow([{"name": 1}, {"name": [SECRET]}])
    assert SECRET not in str(caught.value)


class Producer:
    """A producer that hands over whatever it is told."""

    def __init__(self, stream: Any = None, arrays: Any = None) -> None:
        if stream is not None:
            self.__arrow_c_stream__ = lambda requested_schema=None: self._give(stream)
        if arrays is not None:
            self.__arrow_c_array__ = lambda requested_schema=None: self._give(arrays)

    @staticmethod
    def _give(what: Any) -> Any:
        if isinstance(what, Exception):
            raise what
        return what


def test_producers_that_break_their_promise() -> None:
    pa = needs("pyarrow")
    table = pa.table({"a": ["x"]})
    used = table.__arrow_c_stream__()
    citx.Table.from_arrow(Producer(stream=used))
    schema, batch = table.to_batches()[0].__arrow_c_array__()
    citx.Table.from_arrow(Producer(arrays=(schema, batch)))
    bad = [
        Producer(stream=used),
        Producer(stream=3),
        Producer(stream=schema),
        Producer(stream=ValueError(SECRET)),
        Producer(arrays=(schema, batch)),
        Producer(arrays=(schema,)),
        Producer(arrays=3),
        Producer(arrays=(batch, schema)),
        Producer(arrays=(3, 4)),
        Producer(arrays=pa.array([1]).__arrow_c_array__()),
        Producer(arrays=RuntimeError(SECRET)),
    ]
    for producer in bad:
        for data in (producer, {"a": producer}):
            if data is not producer and producer is bad[9]:
                continue
            with pytest.raises(citx.InvalidArgumentError) as caught:
                citx.Table.from_arrow(data)
            assert SECRET not in str(caught.value)
            assert caught.value.__cause__ is None


def test_a_stream_that_fails_midway_does_not_quote_its_source() -> None:
    pa = needs("pyarrow")
    schema = pa.schema({"a": pa.string()})

    def batches() -> Any:
        yield pa.record_batch({"a": ["x"]})
        raise ValueError(SECRET)

    with pytest.raises(citx.InvalidArgumentError, match="batch 2") as caught:
        citx.Table.from_arrow(pa.RecordBatchReader.from_batches(schema, batches()))
    assert SECRET not in str(caught.value)
    duckdb = needs("duckdb")
    with duckdb.connect() as connection:
        relation = connection.sql(f"SELECT CASE WHEN range < 4000 THEN '1' ELSE '{SECRET}' END::INTEGER AS n FROM range(5000)")
        with pytest.raises(citx.InvalidArgumentError) as caught:
            citx.Table.from_arrow(relation)
    assert SECRET not in str(caught.value)


def buffers(kind: Any, length: int, *parts: bytes | None, offset: int = 0) -> Any:
    pa = needs("pyarrow")
    return pa.Array.from_buffers(kind, length, [None if part is None else pa.py_buffer(part) for part in parts], offset=offset)


def int32(*values: int) -> bytes:
    return array.array("i", values).tobytes()


TEXT = SECRET.encode()
VIEW = (30).to_bytes(4, "little") + TEXT[:4]
FAR = (2**31 - 1).to_bytes(4, "little")


def dictionary(pa: Any, key: int, values: Any) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array([0, key], pa.int32()), values, safe=False)


MALFORMED: dict[str, Callable[[Any], Any]] = {
    "invalid UTF-8": lambda pa: buffers(pa.string(), 1, None, int32(0, 2), b"\xff\xfe"),
    "text cut within a character": lambda pa: buffers(pa.string(), 2, None, int32(0, 1, 2), "\u00e9".encode()),
    "invalid UTF-8 in large text": lambda pa: buffers(pa.large_string(), 1, None, array.array("q", [0, 1]).tobytes(), b"\xff"),
    "decreasing offsets": lambda pa: buffers(pa.string(), 3, None, int32(0, 9, 3, 15), TEXT),
    "negative offset": lambda pa: buffers(pa.string(), 2, None, int32(0, -5, 15), TEXT),
    "invalid UTF-8 in a view": lambda pa: buffers(pa.string_view(), 1, None, (2).to_bytes(4, "little") + b"\xff\xfe" + bytes(10)),
    "a view beyond its buffer": lambda pa: buffers(pa.string_view(), 1, None, VIEW + bytes(4) + FAR, TEXT * 3),
    "a view of no buffer": lambda pa: buffers(pa.string_view(), 1, None, VIEW + FAR + bytes(4), TEXT * 3),
    "a list beyond its values and back": lambda pa: pa.Array.from_buffers(
        pa.list_(pa.int32()), 2, [None, pa.py_buffer(int32(0, 99, 1))], children=[pa.array([1], pa.int32())]
    ),
    "a dictionary key out of range": lambda pa: dictionary(pa, 7, pa.array([SECRET])),
    "a negative dictionary key": lambda pa: dictionary(pa, -1, pa.array([SECRET])),
    "a dictionary of invalid text": lambda pa: dictionary(pa, 0, buffers(pa.string(), 1, None, int32(0, 1), b"\xff")),
    "bad text in a struct": lambda pa: pa.StructArray.from_arrays([buffers(pa.string(), 1, None, int32(0, 1), b"\xff")], ["s"]),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_malformed_arrow_is_a_typed_error(what: str) -> None:
    pa = needs("pyarrow")
    values = MALFORMED[what](pa)
    table = pa.table({"name": values})
    for data in (table, table.to_batches()[0], {"name": values}, {"name": pa.chunked_array([values])}):
        with pytest.raises(citx.InvalidArgumentError) as caught:
            citx.Table.from_arrow(data)
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("depth", [100, 20_000])
def test_types_nested_without_end_are_refused(depth: int) -> None:
    pa = needs("pyarrow")
    kind = pa.int32()
    for _ in range(depth):
        kind = pa.list_(kind)
    reader = pa.RecordBatchReader.from_batches(pa.schema({"x": kind}), [])
    with pytest.raises(citx.LimitError, match="nested"):
        citx.Table.from_arrow(reader)
    shallow = pa.int32()
    for _ in range(20):
        shallow = pa.list_(shallow)
    assert len(citx.Table.from_arrow({"x": pa.array([None], shallow)})) == 1


def test_more_rows_than_can_be_are_refused() -> None:
    pa = needs("pyarrow")
    with pytest.raises(citx.LimitError, match="rows"):
        citx.Table.from_arrow({"x": pa.nulls(2**33)})
    with pytest.raises(citx.LimitError, match="rows"):
        citx.Table.from_arrow(pa.table({"x": pa.nulls(2**33)}))


def test_an_import_does_not_leak_or_free_twice() -> None:
    pa = needs("pyarrow")
    before = pa.total_allocated_bytes()
    for _ in range(50):
        table = citx.Table.from_arrow(pa.table({"a": ["x" * 1000] * 1000}))
        column = table["a"]
        del table
        assert pa.array(column)[999].as_py() == "x" * 1000
        del column
    assert pa.total_allocated_bytes() <= before + 2_000_000
