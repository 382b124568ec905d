"""Live segments: always the memberships of a full evaluation."""

from __future__ import annotations

import datetime as dt
import pickle
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import citx
from conftest import needs

AS_OF = "2026-11-22"
UTC = dt.timezone.utc
RULES = {
    "keen": "opens >= 3",
    "north": "ward = 'North'",
    "keen_north": "in_segment('keen') AND in_segment('north')",
    "adult": "age(dob) >= 18",
    "tagged": "has_any(tags, 'volunteer')",
}


@pytest.fixture
def book() -> citx.SegmentBook:
    return citx.SegmentBook(RULES)


@pytest.fixture
def people() -> citx.Population:
    return citx.Population.from_arrow(
        {
            "id": ["a", "b", "c"],
            "opens": [4, None, 0],
            "ward": ["North", None, "South"],
            "dob": [dt.date(2000, 1, 1), dt.date(2009, 3, 1), None],
            "tags": [["volunteer"], [], None],
        },
        key="id",
    )


def told(changes: list[citx.Change]) -> list[tuple[int, str, Any, str]]:
    return [(change.seq, change.segment, change.key, change.change) for change in changes]


def equals_evaluation(live: citx.LiveSegments, book: citx.SegmentBook, **beside: Any) -> bool:
    again = book.evaluate(live.population(), as_of=live.as_of, **beside)
    return live.membership().to_arrow() == again.to_arrow() and live.counts() == again.counts()


def test_upsert_tells_who_entered_and_left(book: citx.SegmentBook, people: citx.Population) -> None:
    live = book.live(people, as_of=AS_OF)
    assert (live.seq, live.names, live.as_of) == (0, list(RULES), dt.datetime(2026, 11, 22, tzinfo=UTC))
    assert live.counts() == {"keen": 1, "north": 1, "keen_north": 1, "adult": 1, "tagged": 1}
    assert told(live.upsert({"id": "a", "opens": 0})) == [(1, "keen", "a", "left"), (2, "keen_north", "a", "left")]
    assert told(live.upsert([{"id": "b", "opens": 9}, {"id": "c", "tags": ("x", "volunteer")}])) == [
        (3, "keen", "b", "entered"),
        (4, "tagged", "c", "entered"),
    ]
    assert told(live.upsert({"id": "d", "ward": "North"})) == [(5, "north", "d", "entered")]
    assert live.upsert({"id": "d", "ward": "North"}) == []
    assert live.upsert([]) == []
    assert (live.seq, live.members("north").to_pylist(), len(live.population())) == (5, ["a", "d"], 4)
    assert equals_evaluation(live, book)
    assert people.row("a")["opens"] == 4
    assert repr(live) == "LiveSegments(5 segments)"


def test_a_change_is_a_value() -> None:
    change = citx.Change(3, "keen", "C-17", True)
    assert (change.seq, change.segment, change.key, change.entered, change.change) == (3, "keen", "C-17", True, "entered")
    assert change == citx.Change(3, "keen", "C-17", True) == pickle.loads(pickle.dumps(change))
    assert hash(change) == hash(citx.Change(3, "keen", "C-17", True))
    assert change != citx.Change(3, "keen", "C-17", False)
    assert change != "C-17"
    assert repr(change) == "Change(3: entered keen)"
    with pytest.raises(AttributeError):
        change.seq = 4  # type: ignore[misc]


def test_keys_keep_their_type() -> None:
    people = citx.Population.from_arrow({"id": [1, 2], "x": [0, 0]}, key="id")
    live = citx.SegmentBook({"a": "x > 0"}).live(people, as_of=AS_OF)
    assert told(live.upsert({"id": 2, "x": 1})) == [(1, "a", 2, "entered")]
    assert told(live.upsert({"id": "3", "x": 1})) == [(2, "a", 3, "entered")]
    assert live.members("a").to_pylist() == [2, 3]


@pytest.mark.parametrize("library", ["polars", "pyarrow", "duckdb", "pandas", "dict", "citx"])
def test_tables_of_any_library(book: citx.SegmentBook, people: citx.Population, library: str) -> None:
    columns: dict[str, Any] = {"id": ["a", "c", "e"], "opens": [0, 3, 5]}
    table: Any = columns
    if library == "citx":
        table = citx.Table.from_arrow(columns)
    elif library != "dict":
        module = needs({"duckdb": "pyarrow"}.get(library, library))
        make = {"polars": "DataFrame", "pandas": "DataFrame"}.get(library, "table")
        table = getattr(module, make)(columns)
        if library == "duckdb":
            table = needs("duckdb").from_arrow(table)
    live = book.live(people, as_of=AS_OF)
    assert [change.segment for change in live.upsert(table)] == ["keen", "keen_north", "keen", "keen"]
    assert equals_evaluation(live, book)


def test_random_histories_equal_evaluation(book: citx.SegmentBook, people: citx.Population) -> None:
    chance = random.Random(7)
    live = book.live(people, as_of=AS_OF)
    members = {name: set(live.members(name)) for name in RULES}
    seen = 0
    for _ in range(60):
        rows = []
        for _ in range(chance.randint(1, 5)):
            row: dict[str, Any] = {"id": chance.choice("abcdefgh")}
            if chance.random() < 0.7:
                row["opens"] = chance.choice([None, 0, 2, 3, 9])
            if chance.random() < 0.5:
                row["ward"] = chance.choice([None, "North", "South"])
            if chance.random() < 0.5:
                row["tags"] = chance.choice([None, [], ["volunteer"], ["x", None], ["x", "volunteer"]])
            if chance.random() < 0.5:
                row["dob"] = chance.choice([None, dt.date(2008, 11, 30), dt.date(2008, 12, 5)])
            rows.append(row)
        changes = live.upsert(rows)
        if chance.random() < 0.3:
            changes += live.advance(live.as_of + dt.timedelta(hours=chance.randint(0, 40)))
        for change in changes:
            seen += 1
            assert change.seq == seen
            (set.add if change.entered else set.remove)(members[change.segment], change.key)
        assert members == {name: set(live.members(name)) for name in RULES}
        assert equals_evaluation(live, book)
    assert live.seq == seen > 50


def test_time_moves_forward(book: citx.SegmentBook, people: citx.Population) -> None:
    live = book.live(people, as_of=AS_OF, time_zone="Europe/London")
    due = live.next_change_at
    assert due == dt.datetime(2027, 3, 1, tzinfo=UTC)
    assert live.advance(due - dt.timedelta(microseconds=1)) == []
    assert told(live.advance(due)) == [(1, "adult", "b", "entered")]
    assert (live.as_of, live.next_change_at) == (due, None)
    for bad in ("2026-11-22", "soon", 3, None):
        with pytest.raises(citx.InvalidArgumentError):
            live.advance(bad)  # type: ignore[arg-type]
    assert live.as_of == due
    assert live.advance(dt.date(2027, 3, 1)) == []


@pytest.fixture
def reading() -> citx.LiveSegments:
    people = citx.Population.from_arrow({"id": ["a", "b"]}, key="id")
    events = citx.Events.from_arrow({"id": ["a"], "kind": ["open"], "at": [dt.datetime(2026, 11, 1)]})
    book = citx.SegmentBook({"reader": "event_count('open', INTERVAL '90 days') >= 2"})
    return book.live(people, as_of=AS_OF, events=events)


def test_events_come_in(reading: citx.LiveSegments) -> None:
    late = {"citizen": "a", "kind": "open", "at": "2026-10-01", "event_id": "e-1"}
    assert told(reading.append(late)) == [(1, "reader", "a", "entered")]
    assert reading.append(late) == []
    assert reading.append({"citizen": "a", "kind": "click", "at": "2026-10-01"}) == []
    assert reading.append({"id": "b", "kind": "open", "at": dt.date(2026, 11, 1), "channel": "email", "value": 2.5, "event_id": None}) == []
    assert reading.next_change_at == dt.datetime(2026, 10, 1, tzinfo=UTC) + dt.timedelta(days=90)
    assert [change.change for change in reading.advance("2027-01-01")] == ["left"]


@pytest.mark.parametrize(
    "bad",
    [
        3,
        None,
        "open",
        [],
        {},
        {"citizen": "a", "kind": "open"},
        {"kind": "open", "at": "2026-11-01"},
        {"citizen": "a", "at": "2026-11-01"},
        {"citizen": None, "kind": "open", "at": "2026-11-01"},
        {"citizen": "", "kind": "open", "at": "2026-11-01"},
        {"citizen": "a", "id": "a", "kind": "open", "at": "2026-11-01"},
        {"citizen": "a", "kind": 3, "at": "2026-11-01"},
        {"citizen": "a", "kind": None, "at": "2026-11-01"},
        {"citizen": "a", "kind": "open", "at": "now"},
        {"citizen": "a", "kind": "open", "at": None},
        {"citizen": "a", "kind": "open", "at": "2026-11-01", "value": "x"},
        {"citizen": "a", "kind": "open", "at": "2026-11-01", "value": True},
        {"citizen": "a", "kind": "open", "at": "2026-11-01", "channel": 3},
        {"citizen": "a", "kind": "open", "at": "2026-11-01", "event_id": 1.5},
        {"citizen": "a", "kind": "open", "at": "2026-11-01", "nope": 1},
        {1: "a"},
    ],
)
def test_what_is_no_event(reading: citx.LiveSegments, bad: Any) -> None:
    with pytest.raises(citx.InvalidArgumentError):
        reading.append(bad)
    assert (reading.seq, reading.counts()) == (0, {"reader": 0})


def test_bad_rows_write_nothing(book: citx.SegmentBook, people: citx.Population) -> None:
    live = book.live(people, as_of=AS_OF)
    before = live.population().to_arrow()
    bad: list[Any] = [
        3,
        None,
        "a",
        {"opens": 3},
        {"id": None, "opens": 3},
        {"id": "a", "opens": "many"},
        {"id": "a", "tags": 3},
        [{"id": "a", "opens": 0}, {"id": "b", "opens": "x"}],
        [3],
        {"id": ["a"], "opens": ["x"]},
        {"id": "a", 3: 4},
    ]
    for rows in bad:
        with pytest.raises(citx.CitxError) as caught:
            live.upsert(rows)
        assert isinstance(caught.value, citx.InvalidArgumentError | citx.RuleError), rows
    with pytest.raises(citx.RuleError, match="opens"):
        live.upsert({"id": "a", "openz": 3})
    assert live.population().to_arrow() == before
    assert live.seq == 0
    for name in ("nope", ""):
        with pytest.raises(citx.RuleError):
            live.members(name)
    with pytest.raises(TypeError):
        book.live(None, as_of=AS_OF)  # type: ignore[arg-type]
    with pytest.raises(citx.RuleError):
        citx.SegmentBook({"a": "nope = 1"}).live(people, as_of=AS_OF)
    with pytest.raises(citx.InvalidArgumentError, match="events"):
        citx.SegmentBook({"a": "event_count('open', INTERVAL '1 day') > 0"}).live(people, as_of=AS_OF)


def test_snapshots(book: citx.SegmentBook, people: citx.Population) -> None:
    live = book.live(people, as_of=AS_OF)
    live.upsert([{"id": "a", "opens": None}, {"id": "z", "dob": dt.date(2009, 1, 1)}])
    data = live.snapshot()
    again = citx.LiveSegments.restore(data, book)
    assert (again.seq, again.counts(), again.as_of) == (live.seq, live.counts(), live.as_of)
    assert again.membership().to_arrow() == live.membership().to_arrow()
    assert told(again.upsert({"id": "z", "opens": 3})) == told(live.upsert({"id": "z", "opens": 3}))
    assert again.next_change_at == live.next_change_at
    for kind in (bytearray, memoryview):
        assert citx.LiveSegments.restore(kind(data), book).counts() == citx.LiveSegments.restore(data, book).counts()
    for broken in (b"", b"x", data[:-1], data + b"x", data[:20] + bytes([data[20] ^ 1]) + data[21:]):
        with pytest.raises(citx.CitxError):
            citx.LiveSegments.restore(broken, book)
    with pytest.raises(citx.ConflictError):
        citx.LiveSegments.restore(data, citx.SegmentBook({"keen": "opens > 3"}))
    for bad in (None, "x", 3):
        with pytest.raises(citx.InvalidArgumentError):
            citx.LiveSegments.restore(bad, book)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        citx.LiveSegments()  # type: ignore[call-arg]


def test_consent_is_followed(policy: citx.Policy) -> None:
    people = citx.Population.from_arrow({"id": ["a", "b"], "mail": ["a@example.org", "b@example.org"]}, key="id")
    people = people.with_facts(citx.FactColumns(email="mail"))
    book = citx.SegmentBook({"reachable": "may_contact('newsletter', 'email')"})
    with citx.ConsentLedger.open(":memory:", policy=policy) as ledger:
        given: dict[str, Any] = {"purpose": "newsletter", "channel": "email", "method": "web"}
        ledger.append(citizen="a", status="given", captured_at="2026-03-01T10:00:00Z", **given)
        live = book.live(people, as_of=AS_OF, view=ledger.as_of(AS_OF))
        assert live.members("reachable").to_pylist() == ["a"]
        ledger.append(citizen="a", status="withdrawn", captured_at="2026-03-02T10:00:00Z", **given)
        later = ledger.as_of(AS_OF)
    assert told(live.set_view(later)) == [(1, "reachable", "a", "left")]
    assert equals_evaluation(live, book, view=later)
    with pytest.raises(citx.InvalidArgumentError):
        citx.LiveSegments.restore(live.snapshot(), book)
    assert citx.LiveSegments.restore(live.snapshot(), book, view=later).counts() == {"reachable": 0}
    with pytest.raises(TypeError):
        live.set_view(None)  # type: ignore[arg-type]


def test_threads_share_live_segments() -> None:
    rows = 200
    people = citx.Population.from_arrow({"id": list(range(rows)), "x": [0] * rows}, key="id")
    book = citx.SegmentBook({"a": "x > 0", "b": "x > 5"})
    live = book.live(people, as_of=AS_OF, threads=2)

    def write(first: int) -> list[int]:
        return [change.seq for row in range(first, rows, 8) for change in live.upsert({"id": row, "x": row % 8})]

    with ThreadPoolExecutor(8) as pool:
        seqs = [seq for piece in pool.map(write, range(8)) for seq in piece]
    assert sorted(seqs) == list(range(1, live.seq + 1))
    assert live.counts() == {"a": rows * 7 // 8, "b": rows // 4}
    assert equals_evaluation(live, book)


def test_other_threads_run_while_time_moves() -> None:
    rows = 20_000
    start = dt.date(2008, 11, 23)
    people = citx.Population.from_arrow(
        {"id": list(range(rows)), "dob": [start + dt.timedelta(days=n % 900) for n in range(rows)]}, key="id"
    )
    live = citx.SegmentBook({"adult": "age(dob) >= 18"}).live(people, as_of=AS_OF)
    done = threading.Event()

    def work() -> None:
        live.advance("2029-11-22")
        done.set()

    worker = threading.Thread(target=work)
    worker.start()
    started = time.monotonic()
    while not done.is_set() and time.monotonic() - started < 60:
        live.counts()
    worker.join(60)
    assert live.counts() == {"adult": rows}
