"""Comparing memberships and books, events and places in rules, rules as text, JSON and SQL."""

from __future__ import annotations

import datetime as dt
import json
import os
import pickle
import random
import signal
import subprocess
import sys
import textwrap
import time
from typing import Any

import pytest

import citx
from conftest import needs

AS_OF = "2026-11-22"
ROWS = 5_000


@pytest.fixture(scope="module")
def crowd() -> citx.Population:
    chance = random.Random(3)
    return citx.Population.from_arrow(
        {
            "id": [f"C-{row}" for row in range(ROWS)],
            "opens": [chance.choice([None, 0, 1, 2, 5, 9]) for _ in range(ROWS)],
            "ward": [chance.choice([None, "Clifton", "Easton", "Fishponds"]) for _ in range(ROWS)],
            "tags": [chance.choice([None, [], ["a"], ["a", "b"]]) for _ in range(ROWS)],
            "lat": [chance.choice([None, chance.uniform(51.4, 51.6)]) for _ in range(ROWS)],
            "lon": [chance.uniform(-2.7, -2.5) for _ in range(ROWS)],
        },
        key="id",
    )


@pytest.fixture(scope="module")
def events() -> citx.Events:
    chance = random.Random(4)
    rows = 3 * ROWS
    return citx.Events.from_arrow(
        {
            "who": [f"C-{chance.randrange(ROWS)}" for _ in range(rows)],
            "what": [chance.choice(["open", "click", "call"]) for _ in range(rows)],
            "when": [dt.datetime(2026, 6, 1) + dt.timedelta(minutes=chance.randrange(300_000)) for _ in range(rows)],
            "how": [chance.choice([None, "email", "sms"]) for _ in range(rows)],
            "much": [chance.choice([None, 1.5, 3]) for _ in range(rows)],
        },
        citizen="who",
        kind="what",
        at="when",
        channel="how",
        value="much",
    )


BOOK = citx.SegmentBook(
    {
        "keen": "opens >= 3",
        "clifton": "ward = 'Clifton'",
        "reader": "event_count('open', INTERVAL '60 days', 'email') >= 1",
        "lost": "last_event('call') < as_of() - INTERVAL '30 days'",
        "tagged": "has_all(tags, 'a', 'b')",
        "near": "within_m_any(lat, lon, 'libraries', 2000)",
        "keen_reader": "in_segment('keen') AND in_segment('reader')",
    }
).with_places("libraries", [(51.45, -2.6), (51.5, -2.55)])


@pytest.fixture(scope="module")
def membership(crowd: citx.Population, events: citx.Events) -> citx.Membership:
    return BOOK.evaluate(crowd, as_of=AS_OF, events=events)


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_threads_change_nothing(crowd: citx.Population, events: citx.Events, membership: citx.Membership, threads: int) -> None:
    again = BOOK.evaluate(crowd, as_of=AS_OF, events=events, threads=threads)
    assert again.to_arrow() == membership.to_arrow()
    assert again.overlap(threads=threads) == membership.overlap()
    assert again.crosstab("ward", threads=threads) == membership.crosstab("ward")
    before = citx.SegmentBook({"keen": "opens >= 5", "gone": "TRUE"}).evaluate(crowd, as_of=AS_OF, threads=threads)
    assert again.diff(before, threads=threads).changes == membership.diff(before).changes
    live = BOOK.live(crowd, as_of=AS_OF, events=events, threads=threads)
    assert live.membership().to_arrow() == membership.to_arrow()
    assert all(0 < count < ROWS for count in membership.counts().values())


def test_one_citizen_is_answered_as_everyone(crowd: citx.Population, events: citx.Events, membership: citx.Membership) -> None:
    for row in (0, 17, 4_095, 4_096, ROWS - 1):
        key = f"C-{row}"
        record = crowd.row(key)
        names = [name for name in BOOK if key in membership[name]]
        assert membership.segments_of(key) == names
        assert BOOK.match(record, as_of=AS_OF, events=events, key="id") == names
        for name in BOOK:
            tree = membership.explain(name, key, events=events)
            assert (tree.outcome is True) == (name in names)
            assert tree == BOOK.explain(name, record, as_of=AS_OF, events=events, key="id")
    assert isinstance(crowd.row("C-0")["tags"], list | None)
    for call in (membership.segments_of, lambda key: membership.explain("keen", key)):
        with pytest.raises(citx.NotFoundError):
            call("nobody")
        with pytest.raises(citx.InvalidArgumentError):
            call(1.5)
    with pytest.raises(citx.RuleError, match="keen"):
        membership.explain("kene", "C-1")
    with pytest.raises(citx.InvalidArgumentError, match="events"):
        membership.explain("reader", "C-1")
    with pytest.raises(citx.InvalidArgumentError, match="key"):
        BOOK.match(crowd.row("C-1"), as_of=AS_OF, events=events)


def test_events_of_a_citizen(events: citx.Events) -> None:
    assert (len(events), events.kinds) == (3 * ROWS, ["call", "click", "open"])
    own = events.of("C-7")
    assert own == sorted(own, key=lambda event: (event["kind"], event["at"]))
    assert all(set(event) == {"kind", "at", "channel", "value"} and event["at"].tzinfo for event in own)
    assert events.of("nobody") == []
    assert sum(len(events.of(f"C-{row}")) for row in range(ROWS)) == len(events)
    assert repr(events) == f"Events({len(events)} events; call, click, open)"
    with pytest.raises(TypeError):
        citx.Events()  # type: ignore[call-arg]


NOW = dt.datetime(2026, 11, 1)


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (3, {}),
        (None, {}),
        ({"id": ["a"], "kind": ["open"]}, {}),
        ({"id": ["a"], "kind": ["open"], "at": [NOW]}, {"channel": "nope"}),
        ({"id": ["a"], "kind": ["open"], "at": [NOW]}, {"citizen": "nope"}),
        ({"id": [None], "kind": ["open"], "at": [NOW]}, {}),
        ({"id": ["a"], "kind": [None], "at": [NOW]}, {}),
        ({"id": ["a"], "kind": ["open"], "at": [None]}, {}),
        ({"id": ["a"], "kind": [3], "at": [NOW]}, {}),
        ({"id": ["a"], "kind": ["open"], "at": [3]}, {}),
        ({"id": [1.5], "kind": ["open"], "at": [NOW]}, {}),
        ({"id": ["a"], "kind": ["open"], "at": [NOW], "value": ["x"]}, {"value": "value"}),
        ({"id": ["a"], "kind": ["open"], "at": [NOW], "channel": [3]}, {"channel": "channel"}),
        ({"id": ["a"], "kind": ["open"], "at": [NOW]}, {"time_zone": "Europe/Londn"}),
    ],
)
def test_what_is_no_events(table: Any, names: dict[str, Any]) -> None:
    with pytest.raises(citx.CitxError) as caught:
        citx.Events.from_arrow(table, **names)
    assert isinstance(caught.value, citx.InvalidArgumentError | citx.RuleError)


def test_events_of_any_library() -> None:
    columns = {"id": [1, 2], "kind": ["open", "open"], "at": [NOW, NOW]}
    tables: list[Any] = [columns, [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]]
    tables.append(needs("pyarrow").table(columns))
    tables.append(needs("polars").DataFrame(columns))
    tables.append(needs("duckdb").from_arrow(tables[2]))
    people = citx.Population.from_arrow({"id": [1, 2, 3]}, key="id")
    book = citx.SegmentBook({"reader": "first_event('open') IS NOT NULL"})
    for table in tables:
        assert list(book.evaluate(people, as_of=AS_OF, events=citx.Events.from_arrow(table))["reader"]) == [1, 2]
    with pytest.raises(citx.InvalidArgumentError, match="events"):
        book.evaluate(people, as_of=AS_OF)
    with pytest.raises(TypeError):
        book.evaluate(people, as_of=AS_OF, events=columns)  # type: ignore[arg-type]
    assert book.columns_used("reader") == ["event:open"]


@pytest.mark.parametrize("threads", [1, 3])
def test_features_are_what_rules_ask_of_events(crowd: citx.Population, events: citx.Events, threads: int) -> None:
    kinds, windows = ["click", "open", "gave up"], [1, 30, 90, 4_000_000]
    features = events.features(crowd, as_of=AS_OF, windows=windows, kinds=kinds, time_zone="Europe/London", threads=threads)
    assert features["id"].to_pylist() == crowd.to_arrow()["id"].to_pylist()
    assert features.column_names[1:7] == [*(f"click_{days}d" for days in windows), "last_click_at", "first_click_at"]
    assert events.features(crowd, as_of=AS_OF, windows=windows)["call_30d"].to_pylist()
    rules = {}
    for place, kind in enumerate(kinds):
        for days in windows:
            rules[f"count_{place}_{days}"] = f"event_count('{kind}', INTERVAL '{days} days') = \"{kind}_{days}d\""
        for end in ["last", "first"]:
            call, column = f"{end}_event('{kind}')", f'"{end}_{kind}_at"'
            rules[f"{end}_{place}"] = f"{call} = {column} OR {call} IS NULL AND {column} IS NULL"
    known = crowd.with_features(features)
    counts = citx.SegmentBook(rules).evaluate(known, as_of=AS_OF, time_zone="Europe/London", events=events).counts()
    assert set(counts.values()) == {len(crowd)}
    sums = features["open_value_90d"].to_pylist()
    since = dt.datetime(2026, 8, 24, tzinfo=dt.timezone.utc) - dt.timedelta(hours=1)
    until = dt.datetime(2026, 11, 22, tzinfo=dt.timezone.utc)
    for row in range(0, len(crowd), 97):
        own = [event for event in events.of(f"C-{row}") if event["kind"] == "open" and since < event["at"] <= until]
        assert sums[row] == sum(event["value"] or 0 for event in own)


@pytest.mark.parametrize(
    "given",
    [
        {"windows": []},
        {"windows": [30, 30]},
        {"windows": [0]},
        {"windows": [-1]},
        {"windows": [2**31]},
        {"windows": [2**70]},
        {"windows": range(1, 20_000)},
        {"windows": [30], "kinds": ["open", "open"]},
        {"windows": [30], "kinds": ["open", "open_value"]},
        {"windows": [30], "as_of": "today"},
        {"windows": [30], "time_zone": "Europe/Londn"},
        {"windows": [30], "memory_limit": 10},
        {"windows": [30], "threads": 0},
    ],
)
def test_what_are_no_features(crowd: citx.Population, events: citx.Events, given: dict[str, Any]) -> None:
    with pytest.raises(citx.CitxError):
        events.features(crowd, **{"as_of": AS_OF, **given})
    token = citx.CancelToken()
    token.cancel()
    with pytest.raises(citx.CancelledError):
        events.features(crowd, as_of=AS_OF, windows=[30], cancel=token)
    keyed = citx.Population.from_arrow({"open_30d": [1]}, key="open_30d")
    with pytest.raises(citx.InvalidArgumentError, match="key column"):
        events.features(keyed, as_of=AS_OF, windows=[30])


def test_consent_in_rules(policy: citx.Policy) -> None:
    people = citx.Population.from_arrow({"citizen_id": ["a", "b"], "mail": ["a@example.org", None]}, key="citizen_id")
    facts = citx.FactColumns(email="mail")
    people = people.with_facts(facts)
    book = citx.SegmentBook({"reachable": "may_contact('repairs', 'email')", "not": "NOT in_segment('reachable')"})
    with citx.ConsentLedger.open(":memory:", policy=policy) as ledger:
        view = ledger.as_of(AS_OF)
    membership = book.evaluate(people, as_of=AS_OF, view=view)
    assert membership["reachable"].mask().to_pylist() == view.mask(people, purpose="repairs", channel="email").to_pylist()
    for key in ("a", "b"):
        names = membership.segments_of(key)
        assert book.match(people.row(key), as_of=AS_OF, view=view, facts=facts) == names
        assert (membership.explain("reachable", key, view=view).outcome is True) == ("reachable" in names)
        assert (book.explain("reachable", people.row(key), as_of=AS_OF, view=view, facts=facts).outcome is True) == ("reachable" in names)
    with pytest.raises(citx.InvalidArgumentError):
        book.evaluate(people, as_of=AS_OF)
    with pytest.raises(citx.RuleError, match="purpose"):
        citx.SegmentBook({"a": "may_contact('nope', 'email')"}).evaluate(people, as_of=AS_OF, view=view)


def test_places_come_as_tables_or_pairs() -> None:
    pairs = [(51.5299, -0.1277), (51.5152, -0.0922)]
    columns = {"lat": [pair[0] for pair in pairs], "lon": [pair[1] for pair in pairs]}
    book = citx.SegmentBook({"near": "within_m_any(lat, lon, 'libraries', 800)"})
    forms: list[Any] = [pairs, tuple(pairs), iter(pairs), [list(pair) for pair in pairs], columns, citx.Table.from_arrow(columns)]
    forms += [needs("pyarrow").table(columns), needs("polars").DataFrame(columns), needs("numpy").array(pairs)]
    forms += [[{"lat": lat, "lon": lon} for lat, lon in pairs], zip(columns["lat"], columns["lon"], strict=True)]
    expected = book.with_places("libraries", pairs)
    for form in forms:
        assert book.with_places("libraries", form) == expected
    renamed = {"y": columns["lat"], "x": columns["lon"]}
    assert book.with_places("libraries", renamed, lat="y", lon="x") == expected
    assert citx.SegmentBook(book.definitions, places={"libraries": columns}) == expected == pickle.loads(pickle.dumps(expected))
    assert {name: sorted(places) for name, places in expected.places.items()} == {"libraries": sorted(pairs)}
    assert expected != book
    assert expected.match({"lat": 51.516, "lon": -0.094}, as_of=AS_OF) == ["near"]
    assert book.with_places("libraries", []).match({"lat": 51.516, "lon": -0.094}, as_of=AS_OF) == []
    with pytest.raises(citx.RuleError):
        book.match({"lat": 51.516, "lon": -0.094}, as_of=AS_OF)
    bad: list[Any] = [3, None, "x", [1], [(1,)], [(1, 2, 3)], [("a", "b")], {"lat": [1.0], "lon": [None]}, {"lat": ["x"], "lon": [1.0]}]
    for places in [*bad, {"lat": [1.0]}, [(91.0, 0.0)], [(float("nan"), 0.0)]]:
        with pytest.raises(citx.CitxError):
            book.with_places("libraries", places)
    with pytest.raises(citx.InvalidArgumentError):
        book.with_places("two words", pairs)
    for sets in (3, {3: pairs}, [("libraries", pairs)]):
        with pytest.raises(citx.InvalidArgumentError):
            citx.SegmentBook({}, places=sets)  # type: ignore[arg-type]


def test_overlap_and_crosstab_count(membership: citx.Membership) -> None:
    sets = {name: set(membership[name]) for name in membership}
    overlap = membership.overlap()
    assert len(overlap) == len(sets) ** 2
    for row in overlap:
        a, b = sets[row["a"]], sets[row["b"]]
        assert (row["both"], row["either"], row["jaccard"]) == (len(a & b), len(a | b), len(a & b) / len(a | b))
    people = membership.population.to_arrow().to_pydict()
    for row in membership.crosstab("ward"):
        base = {key for key, ward in zip(people["id"], people["ward"], strict=True) if ward == row["value"]}
        assert (row["count"], row["base"]) == (len(base & sets[row["segment"]]), len(base))
    by_segment = membership.select(["keen"]).crosstab("segment:keen")
    assert [(row["value"], row["count"]) for row in by_segment] == [(False, 0), (True, len(sets["keen"]))]
    with pytest.raises(citx.RuleError, match="ward"):
        membership.crosstab("wrd")
    with pytest.raises(citx.InvalidArgumentError):
        membership.crosstab("tags")
    with pytest.raises(citx.LimitError):
        membership.overlap(memory_limit=1)


def test_exclusive_and_select(membership: citx.Membership, crowd: citx.Population, events: citx.Events) -> None:
    first = membership.exclusive()
    assert first.to_arrow() == BOOK.evaluate(crowd, as_of=AS_OF, events=events, exclusive=True).to_arrow()
    seen: set[str] = set()
    for name in membership:
        members = set(membership[name])
        assert set(first[name]) == members - seen
        seen |= members
    assert membership.select(["near", "keen"]).names == ["near", "keen"]
    assert membership.select("keen").names == ["keen"]
    assert (membership.book, membership.as_of) == (BOOK, dt.datetime(2026, 11, 22, tzinfo=dt.timezone.utc))
    for bad in ("kene", ["keen", "nope"]):
        with pytest.raises(citx.RuleError):
            membership.select(bad)
    with pytest.raises(TypeError):
        membership.select(3)  # type: ignore[arg-type]


def test_a_segment_iterates_over_its_keys(membership: citx.Membership) -> None:
    keen = membership["keen"]
    assert list(keen) == keen.keys().to_pylist()
    assert all(key in keen for key in list(keen)[:50])
    assert [key in keen for key in ("nobody", 3, None, 1.5)] == [False] * 4
    assert next(iter(keen)) in keen


def test_diff_tells_who_entered_and_left() -> None:
    book = citx.SegmentBook({"keen": "opens >= 3", "new": "opens = 0"})
    old = citx.SegmentBook({"gone": "TRUE", "keen": "opens >= 3"})
    before = old.evaluate(citx.Population.from_arrow({"id": [1, 2, 3], "opens": [4, 0, 5]}, key="id"), as_of=AS_OF)
    after = book.evaluate(citx.Population.from_arrow({"id": [4, 2, 1], "opens": [9, 9, 0]}, key="id"), as_of=AS_OF)
    diff = after.diff(before)
    expected = [(4, "entered"), (2, "entered"), (1, "left"), (3, "left")]
    assert [(row["key"], row["change"]) for row in diff] == expected
    assert diff.changes["segment"].to_pylist() == ["keen"] * 4
    assert (diff.added, diff.removed, len(diff)) == (["new"], ["gone"], 4)
    assert diff.counts.to_pylist()[0] == {"segment": "keen", "before": 2, "after": 2, "entered": 2, "left": 2}
    assert needs("polars").DataFrame(diff)["key"].to_list() == [4, 2, 1, 3]
    assert repr(diff) == "MembershipDiff(1 added, 1 removed, 4 changes)"
    assert len(after.diff(after)) == 0
    for bad in (None, book, {}):
        with pytest.raises(TypeError):
            after.diff(bad)  # type: ignore[arg-type]


def test_a_changed_book_shows_who_would_move(crowd: citx.Population, events: citx.Events, membership: citx.Membership) -> None:
    other = citx.SegmentBook({**BOOK.definitions, "keen": "opens >= 5", "all": "TRUE"}, places=BOOK.places)
    diff = BOOK.diff(other, crowd, as_of=AS_OF, events=events)
    assert (diff.added, diff.removed, diff.changed) == (["all"], [], ["keen"])
    assert {row["segment"] for row in diff.counts} == {"keen", "keen_reader", "all"}
    changes = other.evaluate(crowd, as_of=AS_OF, events=events).diff(membership).changes
    assert diff.moves.to_pylist() == changes.to_pylist()
    assert repr(diff) == f"BookDiff(1 added, 0 removed, 1 changed, {len(changes)} moves)"
    same = citx.SegmentBook({**BOOK.definitions, "keen": "(opens)>=3"}, places=BOOK.places)
    assert len(BOOK.diff(same, crowd, as_of=AS_OF, events=events).moves) == 0
    with pytest.raises(TypeError):
        BOOK.diff({}, crowd, as_of=AS_OF)  # type: ignore[arg-type]


def test_roaring_bytes(membership: citx.Membership, crowd: citx.Population) -> None:
    data = {name: membership[name].to_roaring() for name in membership}
    again = citx.Membership.from_roaring(data, BOOK, crowd, as_of=AS_OF)
    assert again.to_arrow() == membership.to_arrow()
    keen = citx.Segment.from_roaring(bytearray(data["keen"]), crowd, as_of=AS_OF, name="keen", columns_used=["opens"])
    assert (keen.name, keen.columns_used, list(keen)) == ("keen", ["opens"], list(membership["keen"]))
    assert (keen & membership["near"]).keys() == (membership["keen"] & membership["near"]).keys()
    for bad in (b"", b"x", data["keen"][:-1], data["keen"] + b"x"):
        with pytest.raises(citx.CorruptedError):
            citx.Segment.from_roaring(bad, crowd, as_of=AS_OF)
    for wrong in (None, "x", 3):
        with pytest.raises(citx.InvalidArgumentError):
            citx.Segment.from_roaring(wrong, crowd, as_of=AS_OF)  # type: ignore[arg-type]
    few = citx.Population.from_arrow({"id": ["a"]}, key="id")
    with pytest.raises(citx.CitxError, match="row"):
        citx.Segment.from_roaring(data["keen"], few, as_of=AS_OF)
    with pytest.raises(citx.RuleError):
        citx.Segment.from_roaring(data["keen"], crowd, as_of=AS_OF, columns_used="nope")
    for pieces in ({}, {"keen": data["keen"]}, {**data, "keen": 3}, {3: b""}, [b""]):
        with pytest.raises(citx.InvalidArgumentError):
            citx.Membership.from_roaring(pieces, BOOK, crowd, as_of=AS_OF)  # type: ignore[arg-type]
    with pytest.raises(citx.RuleError):
        citx.Membership.from_roaring({**data, "nope": b""}, BOOK, crowd, as_of=AS_OF)


def test_memory_is_stated_and_held(crowd: citx.Population) -> None:
    book = citx.SegmentBook({"keen": "opens >= 3"})
    needed = book.memory_needed(crowd, threads=1)
    assert needed > 0
    assert book.evaluate(crowd, as_of=AS_OF, threads=1, memory_limit=needed).counts()["keen"] > 0
    with pytest.raises(citx.LimitError, match="bytes"):
        book.evaluate(crowd, as_of=AS_OF, threads=1, memory_limit=needed - 1)
    for bad in (-1, 2**64):
        with pytest.raises(citx.InvalidArgumentError):
            book.evaluate(crowd, as_of=AS_OF, memory_limit=bad)


def test_definitions_and_reviews() -> None:
    book = citx.SegmentBook(
        {"old": {"rule": "x > 1", "review_by": "2026-04-01"}, "new": {"rule": "x > 2", "review_by": dt.date(2027, 4, 1)}, "none": "x > 3"}
    )
    assert book.definition("old") == {"rule": "x > 1", "review_by": "2026-04-01"}
    assert book.due_for_review("2026-11-22") == book.due_for_review(dt.date(2026, 4, 1)) == ["old"]
    assert book.due_for_review("2027-04-01") == ["old", "new"]
    with pytest.raises(citx.RuleError, match="old"):
        book.definition("odl")
    for bad in ("soon", 3, None):
        with pytest.raises(citx.CitxError):
            book.due_for_review(bad)  # type: ignore[arg-type]


def test_rules_as_values() -> None:
    rule = citx.Rule("((age( dob )>=65)) and in_segment('a')", name="older")
    assert (rule.name, rule.canonical, str(rule)) == ("older", "age(dob) >= 65 AND in_segment('a')", rule.canonical)
    assert (rule.columns_used, rule.segments_used) == (["dob"], ["a"])
    assert rule == citx.Rule(rule.canonical) == citx.Rule.from_json(rule.to_json()) == pickle.loads(pickle.dumps(rule))
    assert hash(rule) == hash(citx.Rule(rule.canonical))
    assert rule != citx.Rule("TRUE")
    assert rule != rule.text
    assert citx.SegmentBook({"a": citx.Rule("x > 1")}).definitions == {"a": {"rule": "x > 1"}}
    with pytest.raises(citx.RuleError) as caught:
        citx.Rule("x >\n > 1")
    assert caught.value.line == 2
    for bad in ("", "[]", "{", '{"nope": []}', '{"and": 3}', "[" * 5000, "null", "3"):
        with pytest.raises(citx.CitxError):
            citx.Rule.from_json(bad)
    with pytest.raises(TypeError):
        citx.Rule(3)  # type: ignore[arg-type]


def test_books_as_json() -> None:
    data = json.loads(BOOK.to_json())
    assert [segment["name"] for segment in data["segments"]] == BOOK.names
    again = citx.SegmentBook.from_json(BOOK.to_json())
    assert again.to_json() == BOOK.to_json()
    assert citx.SegmentBook.from_json('{"segments": [{"name": "a", "rule": "x > 1", "owner": "Insight"}]}').definition("a") == {
        "rule": "x > 1",
        "owner": "Insight",
    }
    for bad in ("", "[]", "{}", '{"segments": 3}', '{"segments": [3]}', '{"segments": [{"name": "a"}]}'):
        with pytest.raises(citx.InvalidArgumentError):
            citx.SegmentBook.from_json(bad)


def test_sql_means_the_same(crowd: citx.Population) -> None:
    duckdb = needs("duckdb")
    book = citx.SegmentBook({"keen": "opens >= 3", "clifton": "ward ILIKE 'c%'", "rest": "NOT in_segment('keen')"})
    counts = book.evaluate(crowd, as_of=AS_OF).counts()
    relation = duckdb.from_arrow(crowd.to_arrow().to_pyarrow())
    sql = book.to_sql("duckdb", crowd, as_of=AS_OF, time_zone="Europe/London")
    assert list(sql) == book.names
    for name, condition in sql.items():
        assert relation.filter(condition).count("*").fetchall() == [(counts[name],)]
    assert book.to_sql("duckdb", crowd.schema, as_of=AS_OF) == book.to_sql("duckdb", dict(crowd.schema), as_of=AS_OF) == sql
    assert book.to_sql("postgres", crowd, as_of=AS_OF).keys() == book.to_sql("spark", crowd, as_of=AS_OF).keys()
    assert citx.Rule("opens >= 3").to_sql("duckdb", crowd, as_of=AS_OF) == sql["keen"]
    for types in ({"opens": "decimal(10, 2)", "ward": "text"}, {"opens": "float", "ward": "null", "tags": "list of text"}):
        assert len(book.to_sql("duckdb", types, as_of=AS_OF)) == 3
    for dialect, people in (("oracle", crowd), ("duckdb", 3), ("duckdb", {"opens": 3}), ("duckdb", {"opens": "varchar"}), ("duckdb", None)):
        with pytest.raises(citx.InvalidArgumentError):
            book.to_sql(dialect, people, as_of=AS_OF)  # type: ignore[arg-type]
    with pytest.raises(citx.RuleError):
        book.to_sql("duckdb", {"opens": "integer"}, as_of=AS_OF)


def test_lists_go_both_ways() -> None:
    numpy = needs("numpy")
    book = citx.SegmentBook({"a": "has_any(tags, 'a')", "two": "has_all(numbers, 2)"})
    for tags in (["a", None], ("a", "b"), numpy.array(["b", "a"])):
        assert book.match({"tags": tags, "numbers": [1, 2]}, as_of=AS_OF) == ["a", "two"]
    assert book.match({"tags": [], "numbers": None}, as_of=AS_OF) == []
    people = citx.Population.from_arrow({"id": [1, 2, 3], "tags": [["a"], [], None], "numbers": [[2, None], None, []]}, key="id")
    assert book.evaluate(people, as_of=AS_OF).counts() == {"a": 1, "two": 1}
    assert people.row(1) == {"id": 1, "tags": ["a"], "numbers": [2, None]}
    later = people.upsert([{"id": 2, "tags": ["b", "a"]}, {"id": 1, "tags": []}])
    assert (later.row(1)["tags"], later.row(2)["tags"], later.schema["tags"]) == ([], ["b", "a"], "list of text")
    assert book.explain("a", later.row(2), as_of=AS_OF).to_dict()["values"]["tags"] == ["b", "a"]
    loop: list[Any] = []
    loop.append(loop)
    for bad in (loop, [[1]], ["a", object()], [1, "a"]):
        with pytest.raises(citx.CitxError):
            citx.Table.from_arrow([{"tags": bad}])
        with pytest.raises(citx.CitxError):
            people.upsert({"id": 1, "tags": bad})


def test_cancelling_and_progress(crowd: citx.Population, membership: citx.Membership, events: citx.Events) -> None:
    token = citx.CancelToken()
    token.cancel()
    calls: list[Any] = [
        lambda **words: BOOK.evaluate(crowd, as_of=AS_OF, events=events, **words),
        lambda **words: BOOK.diff(citx.SegmentBook({"a": "TRUE"}), crowd, as_of=AS_OF, events=events, **words),
        lambda **words: BOOK.live(crowd, as_of=AS_OF, events=events, **words),
        membership.overlap,
        lambda **words: membership.diff(membership, **words),
        lambda **words: membership.crosstab("ward", **words),
    ]
    for call in calls:
        with pytest.raises(citx.CancelledError):
            call(cancel=token)
        shares: list[float] = []
        call(progress=shares.append, threads=2)
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        for bad in ({"threads": 0}, {"progress": 3}):
            with pytest.raises(citx.InvalidArgumentError):
                call(**bad)


@pytest.mark.skipif(os.name == "nt", reason="signals are sent the POSIX way")
def test_ctrl_c_stops_an_overlap() -> None:
    code = textwrap.dedent(
        """
        import array, citx
        rows = 400_000
        people = citx.Population.from_arrow({"id": array.array("q", range(rows))}, key="id")
        book = citx.SegmentBook({f"s{n}": f"id % {n % 9 + 2} = 0" for n in range(700)})
        membership = book.evaluate(people, as_of="2026-11-22")
        print("ready", flush=True)
        try:
            while True:
                membership.overlap(threads=1)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        """
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert out == "interrupted\n"
