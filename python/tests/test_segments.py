"""Segment books, memberships, segments."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path
from typing import Any

import pytest

import citx
from conftest import needs

AS_OF = "2026-11-22"
UTC = dt.timezone.utc


@pytest.fixture
def book() -> citx.SegmentBook:
    return citx.SegmentBook(
        {"keen": "opens_90d >= 3", "fishponds": "area = 'Fishponds'", "both": "in_segment('keen') AND in_segment('fishponds')"}
    )


@pytest.fixture
def membership(book: citx.SegmentBook, people: citx.Population) -> citx.Membership:
    return book.evaluate(people, as_of=AS_OF)


def test_counts_names_and_members(membership: citx.Membership) -> None:
    assert membership.counts() == {"keen": 1, "fishponds": 1, "both": 1}
    assert list(membership) == membership.names == ["keen", "fishponds", "both"]
    assert (len(membership), "keen" in membership, "nope" in membership, 3 in membership) == (3, True, False, False)
    assert membership["both"].keys().to_pylist() == ["C-17"]
    assert membership["both"].mask().to_pylist() == [True, False, False]
    assert len(membership["both"]) == 1
    assert repr(membership) == "Membership(3 segments, 3 citizens)"
    assert repr(membership["keen"]) == "Segment(keen, 1 of 3 citizens)"
    with pytest.raises(citx.RuleError, match="did you mean `keen`"):
        membership["kene"]
    with pytest.raises(citx.InvalidArgumentError):
        membership[0]  # type: ignore[index]


def test_a_complement_includes_the_unknown(membership: citx.Membership) -> None:
    keen, fishponds = membership["keen"], membership["fishponds"]
    assert (~keen).keys().to_pylist() == ["C-18", "C-19"]
    assert (keen & fishponds).keys().to_pylist() == ["C-17"]
    assert (keen | ~fishponds).keys().to_pylist() == ["C-17", "C-18", "C-19"]
    assert (keen - fishponds).keys().to_pylist() == []
    assert "keen" in (keen & ~fishponds).name
    with pytest.raises(TypeError):
        keen & 3  # type: ignore[operator]
    other = citx.SegmentBook({"a": "TRUE"}).evaluate(citx.Population.from_arrow({"id": [1]}, key="id"), as_of=AS_OF)
    for combine in ("__and__", "__or__", "__sub__"):
        with pytest.raises(citx.InvalidArgumentError):
            getattr(keen, combine)(other["a"])


def test_membership_as_arrow(membership: citx.Membership) -> None:
    assert membership.to_arrow().to_pydict() == {
        "citizen_id": ["C-17", "C-18", "C-19"],
        "keen": [True, False, False],
        "fishponds": [True, False, False],
        "both": [True, False, False],
    }
    pa = needs("pyarrow")
    assert pa.table(membership).to_pydict() == membership.to_arrow().to_pydict()
    assert pa.array(membership["keen"].mask()).type == pa.bool_()


def test_keys_filter_other_tables(membership: citx.Membership, people: citx.Population) -> None:
    needs("polars")
    frame = people.to_arrow().to_polars()
    assert frame.filter(membership["keen"].mask().to_polars())["citizen_id"].to_list() == ["C-17"]


def test_as_of_is_text_a_date_or_a_datetime() -> None:
    people = citx.Population.from_arrow({"id": [1], "at": [dt.datetime(2026, 6, 30, 23, 30, tzinfo=UTC)]}, key="id")
    book = citx.SegmentBook({"past": "at <= as_of()", "today": "days_since(at) = 0"})

    def counts(as_of: Any, zone: str = "Europe/London") -> dict[str, int]:
        return book.evaluate(people, as_of=as_of, time_zone=zone).counts()

    # Midnight of 1 July in London is 23:00 UTC.
    for as_of in ("2026-07-01", dt.date(2026, 7, 1)):
        assert counts(as_of) == {"past": 0, "today": 1}
        assert counts(as_of, "UTC") == {"past": 1, "today": 0}
    for as_of in ("2026-07-01T00:00:00Z", "2026-07-01T01:00+01:00", dt.datetime(2026, 7, 1), dt.datetime(2026, 7, 1, tzinfo=UTC)):
        assert counts(as_of) == {"past": 1, "today": 1}
    east = dt.timezone(dt.timedelta(hours=2))
    assert counts(dt.datetime(2026, 7, 1, 1, tzinfo=east))["past"] == 0
    for bad in ("now", "22/11/2026", "", "2026-13-01", 3, None, b"2026-11-22"):
        with pytest.raises(citx.InvalidArgumentError, match="as_of"):
            counts(bad)
    with pytest.raises(citx.CitxError, match="zone"):
        counts(AS_OF, "Europe/Londn")
    with pytest.raises(TypeError):
        book.evaluate(people)  # type: ignore[call-arg]


def test_explain_shows_each_predicate(book: citx.SegmentBook, people: citx.Population) -> None:
    tree = book.explain("both", people.row("C-18"), as_of=AS_OF)
    assert tree.outcome is False
    nodes = [tree]
    for node in nodes:
        nodes.extend(node.parts)
    keen = next(node for node in nodes if "opens_90d" in node.values)
    assert (keen.outcome, keen.values["opens_90d"]) == (None, None)
    assert tree.to_dict()["outcome"] is False
    assert tree.to_dict()["parts"][0]["text"] == tree.parts[0].text
    shown = str(tree)
    assert shown.splitlines()[0].startswith("false: ")
    assert "unknown: " in shown
    assert "Lawrence Hill" in shown
    assert "Lawrence Hill" not in repr(tree)
    assert tree == book.explain("both", people.row("C-18"), as_of=AS_OF)
    assert tree != book.explain("both", people.row("C-17"), as_of=AS_OF)


def test_match_needs_no_population(book: citx.SegmentBook, people: citx.Population) -> None:
    assert book.match({"opens_90d": 5, "area": "Fishponds"}, as_of=AS_OF) == ["keen", "fishponds", "both"]
    assert book.match({"opens_90d": None, "area": None}, as_of=AS_OF) == []
    assert book.match(people.row("C-17"), as_of=AS_OF) == book.names
    with pytest.raises(citx.RuleError, match="opens_90d"):
        book.match({"area": "Fishponds"}, as_of=AS_OF)
    for bad in (3, None, [("area", "x")], {1: 2}, "C-17"):
        with pytest.raises(citx.InvalidArgumentError):
            book.match(bad, as_of=AS_OF)  # type: ignore[arg-type]


def test_a_record_may_hold_anything(people: citx.Population) -> None:
    pa = needs("pyarrow")
    awkward = pa.table({"id": ["a"], "u": pa.array([2**64 - 1], pa.uint64()), "list": [[1]], "bytes": [b"x"], "n": [3]})
    held = citx.Population.from_arrow(awkward, key="id")
    book = citx.SegmentBook({"three": "n = 3"})
    assert book.match(held.row("a"), as_of=AS_OF) == ["three"]
    assert book.evaluate(held, as_of=AS_OF).counts() == {"three": 1}
    with pytest.raises(citx.RuleError):
        citx.SegmentBook({"a": "bytes IS NULL"}).evaluate(held, as_of=AS_OF)


def test_columns_used_reach_through_segments(book: citx.SegmentBook) -> None:
    assert book.columns_used("both") == ["area", "opens_90d"]
    with pytest.raises(citx.RuleError):
        book.columns_used("nope")


def test_definitions_and_pickle() -> None:
    given = {"a": {"rule": "x > 1", "description": "more than one", "owner": "Insight", "review_by": "2027-04-01"}, "b": "x > 2"}
    book = citx.SegmentBook(given)
    assert book.definitions == {"a": given["a"], "b": {"rule": "x > 2"}}
    assert citx.SegmentBook(book.definitions) == book == pickle.loads(pickle.dumps(book))
    assert citx.SegmentBook({"a": {"rule": "x > 1", "review_by": dt.date(2027, 4, 1)}}).definitions["a"]["review_by"] == "2027-04-01"
    assert (len(book), list(book), "a" in book, "c" in book) == (2, ["a", "b"], True, False)
    assert book != citx.SegmentBook({"a": "x > 1"})
    assert repr(book) == "SegmentBook(a, b)"


@pytest.mark.parametrize(
    "bad",
    [
        3,
        None,
        ["a"],
        {"a": 3},
        {"a": None},
        {3: "TRUE"},
        {"a b": "TRUE"},
        {"": "TRUE"},
        {"1a": "TRUE"},
        {"a": {}},
        {"a": {"rule": 3}},
        {"a": {"rule": "TRUE", "nope": "x"}},
        {"a": {"rule": "TRUE", "owner": 3}},
        {"a" * 65: "TRUE"},
    ],
)
def test_books_that_cannot_be(bad: Any) -> None:
    with pytest.raises(citx.InvalidArgumentError):
        citx.SegmentBook(bad)


@pytest.mark.parametrize(
    "rule",
    [
        "",
        " ",
        "x >",
        "x = 1 b",
        "x = 1; DROP TABLE a",
        "(x = 1",
        "'open",
        "x = = 1",
        "SELECT 1",
        "in_segment('a')",
        "in_segment('nope')",
        "nope()",
        "\x00",
        "x = 'a\ud7ff",
        "((((",
        "x IN ()",
        "--",
        "/*",
        "x = $1",
        "count(*) > 1",
    ],
)
def test_rules_that_do_not_parse_say_where(rule: str) -> None:
    with pytest.raises(citx.RuleError) as caught:
        citx.SegmentBook({"a": rule})
    assert caught.value.code in (20, 21, 22)


def test_rules_beyond_the_limits() -> None:
    for rule in ("(" * 5000 + "x = 1" + ")" * 5000, "NOT " * 5000 + "TRUE", "x = '" + "a" * 70_000 + "'", " AND ".join(["x=1"] * 60_000)):
        with pytest.raises(citx.LimitError):
            citx.SegmentBook({"a": rule})
    deep = citx.SegmentBook({"a": "NOT " * 900 + "x = 1"})
    assert deep.match({"x": 1}, as_of=AS_OF) == ["a"]
    tree = deep.explain("a", {"x": 1}, as_of=AS_OF)
    assert str(tree).startswith("true")
    assert tree.to_dict()["outcome"] is True


def test_types_that_do_not_fit_name_the_rule(people: citx.Population) -> None:
    with pytest.raises(citx.RuleError, match="seg_a") as caught:
        citx.SegmentBook({"seg_a": "TRUE AND\n area > 3"}).evaluate(people, as_of=AS_OF)
    assert (caught.value.kind, caught.value.line) == ("RuleType", 2)
    with pytest.raises(citx.RuleError, match="did you mean `area`") as caught:
        citx.SegmentBook({"a": "aera = 'x'"}).check(people)
    assert (caught.value.kind, caught.value.column) == ("UnknownName", 1)


def test_books_from_toml(tmp_path: Path) -> None:
    path = tmp_path / "segments.toml"
    path.write_text('keen = "opens_90d >= 3"\n[sleepy]\nrule = "opens_90d = 0"\nowner = "Insight"\n', encoding="utf-8")
    book = citx.SegmentBook.read(path)
    assert book.definitions["sleepy"] == {"rule": "opens_90d = 0", "owner": "Insight"}
    assert citx.SegmentBook.parse(path.read_text(encoding="utf-8")) == book
    for bad in ("keen = 3", "keen", '[a]\nowner = "x"', "\x00", '"a b" = "TRUE"'):
        with pytest.raises(citx.CitxError):
            citx.SegmentBook.parse(bad)
    with pytest.raises(citx.RuleError):
        citx.SegmentBook.parse('keen = "opens >"')
    with pytest.raises(citx.CitxIOError):
        citx.SegmentBook.read(tmp_path / "absent.toml")


def test_nobody_and_nothing() -> None:
    pa = needs("pyarrow")
    empty = citx.Population.from_arrow(pa.table({"id": pa.array([], pa.string()), "x": pa.array([], pa.int64())}), key="id")
    membership = citx.SegmentBook({"a": "x > 1"}).evaluate(empty, as_of=AS_OF)
    assert membership.counts() == {"a": 0}
    assert len(~membership["a"]) == 0
    none = citx.SegmentBook({}).evaluate(empty, as_of=AS_OF)
    assert (none.counts(), none.to_arrow().column_names) == ({}, ["id"])
