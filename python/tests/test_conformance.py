"""The cases that every language reads: tests/conformance."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import citx
from conftest import CONFORMANCE, needs

Case = dict[str, str]
ESCAPES = {"t": "\t", "n": "\n", "s": ";", "p": "|", "e": "=", "\\": "\\"}


def cases(name: str) -> Iterator[Any]:
    path = CONFORMANCE / f"{name}.tsv"
    header: list[str] = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        if not header:
            header = fields
            continue
        case = dict(zip(header, fields, strict=True))
        yield pytest.param(case, id=case["id"])


def plain(text: str) -> str:
    """Undo the escapes of a field."""
    parts = iter(text)
    return "".join(ESCAPES[next(parts)] if character == "\\" else character for character in parts)


def value(kind: str, raw: str) -> Any:
    if kind.startswith("list of "):
        items = raw.split("|") if raw else []
        return [None if item == r"\N" else value(kind.removeprefix("list of "), item) for item in items]
    text = plain(raw)
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    if kind == "timestamp":
        return dt.datetime.fromisoformat(text.replace("Z", "+00:00")) if len(text) > 10 else dt.datetime.fromisoformat(f"{text}T00:00:00")
    read: Any = {"integer": int, "float": float, "decimal": Decimal, "text": str, "date": dt.date.fromisoformat}[kind]
    return read(text)


def record(text: str) -> dict[str, tuple[str, Any]]:
    """Names to types and values; None is null."""
    fields = {}
    for item in filter(None, text.split(";")):
        name, _, rest = item.partition(":")
        kind, given, content = rest.partition("=")
        fields[plain(name)] = (kind, value(kind, content) if given else None)
    return fields


def arrow(fields: dict[str, tuple[str, Any]]) -> Any:
    pa = needs("pyarrow")
    kinds = {
        "boolean": pa.bool_(),
        "integer": pa.int64(),
        "float": pa.float64(),
        "text": pa.string(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us", "UTC"),
        "decimal": pa.decimal128(38, 10),
    }
    columns = {"conformance key": pa.array(["c1"])}
    for name, (kind, content) in fields.items():
        item = kind.removeprefix("list of ")
        column = kinds[item] if item == kind else pa.list_(kinds[item])
        exact = kind == "decimal" and content is not None
        columns[name] = pa.array([content]) if exact else pa.array([content], column)
    return pa.table(columns)


@pytest.mark.parametrize("case", list(cases("rules")))
def test_rules(case: Case) -> None:
    rule, expected = plain(case["rule"]), case["expected"]
    when = {"as_of": case["as_of"], "time_zone": case["time_zone"]}
    fields = record(case["record"])
    row = {name: content for name, (_, content) in fields.items()}

    def evaluate() -> tuple[bool, bool]:
        people = citx.Population.from_arrow(arrow(fields), key="conformance key")
        citx.SegmentBook({"rule": rule})
        book = citx.SegmentBook({"rule": rule, "not_rule": f"NOT ({rule}\n)"})
        counts = book.evaluate(people, **when).counts()
        return bool(counts["rule"]), bool(counts["not_rule"])

    if expected.startswith("error "):
        with pytest.raises(citx.CitxError) as caught:
            evaluate()
        assert caught.value.kind == expected.removeprefix("error ")
        return
    outcome = {"true": True, "false": False, "unknown": None}[expected]
    assert evaluate() == (outcome is True, outcome is False)
    book = citx.SegmentBook({"rule": rule})
    assert book.match(row, **when) == (["rule"] if outcome else [])
    assert book.explain("rule", row, **when).outcome is outcome


@pytest.mark.parametrize("case", list(cases("decisions")))
def test_decisions(case: Case) -> None:
    purpose, expected = [plain(part) for part in case["purpose"].split("|")], case["expected"]
    facts = {name: content for name, (_, content) in record(case["facts"]).items()}

    def decide() -> tuple[citx.Decision, ...]:
        kind, _, builtin = case["controller"].partition("@")
        known = citx.Policy.builtin(builtin or "uk-2026").with_controller(
            name="The body",
            kind=kind,  # type: ignore[arg-type]
            time_zone="Europe/London",
        )
        if len(purpose) > 1:
            constants = dict(item.split("=", 1) for item in purpose[3:])
            known = known.with_purpose(purpose[0], message_class=purpose[1], basis=purpose[2], **constants)  # type: ignore[arg-type]
        events = []
        for event in filter(None, case["events"].split(";")):
            fields = {"citizen": "c1", "purpose": purpose[0]}
            fields |= {name: plain(content) for name, content in (part.split("=", 1) for part in event.split("|"))}
            events.append({name: content for name, content in fields.items() if content})
        question: dict[str, Any] = {"purpose": purpose[0], "channel": case["channel"], "topic": case["topic"] or None, "facts": facts}
        table = events or {"citizen": [], "status": [], "captured_at": []}
        view = citx.ConsentView.from_events(table, policy=known, as_of=case["at"])
        return (view.decide("c1", **question), *from_ledger(known, events, question, case["at"]))

    if expected.startswith("error "):
        with pytest.raises(citx.CitxError) as caught:
            decide()
        assert caught.value.kind == expected.removeprefix("error ")
        return
    for decision in decide():
        assert f"{decision.outcome} {decision.rule}" == expected
        assert decision.allowed == bool(decision) == expected.startswith("allow")
        assert decision.reason


def from_ledger(policy: citx.Policy, events: list[dict[str, Any]], question: dict[str, Any], at: str) -> Iterator[citx.Decision]:
    """The same from a ledger, where it would take the events: it refuses purposes and channels that the policy does not know."""
    with citx.ConsentLedger.open(":memory:", policy=policy) as ledger:
        for event in events:
            if event.get("purpose", question["purpose"]) not in policy.purposes or event.get("channel", "email") not in policy.channels:
                return
            ledger.append(**event)
        yield ledger.decide("c1", at=at, **question)


@pytest.mark.parametrize("case", list(cases("scores")))
def test_scores(case: Case) -> None:
    counts = [item.split("=", 1) for item in filter(None, case["counts"].split(";"))]
    rows = [
        {
            "unit": "u",
            "measure": plain(case["measure"]),
            "answer": plain(answer),
            "n": Decimal(count) if "." in count else int(count),
            "frame": int(case["frame_size"]) if case["frame_size"] else None,
        }
        for answer, count in counts
    ]

    def score() -> citx.Estimate:
        names = {"unit": "unit", "measure": "measure", "answer": "answer", "count": "n"}
        frame = {"frame_size": "frame"} if case["frame_size"] else {}
        return citx.Survey.from_counts(rows, instrument="tsm-2022", **names, **frame).score(plain(case["measure"]), unit="u")

    if case["value"].startswith("error "):
        with pytest.raises(citx.CitxError) as caught:
            score()
        assert caught.value.kind == case["value"].removeprefix("error ")
        return
    estimate = score()
    figures = {"value": estimate.value, "ci_low": estimate.ci[0], "ci_high": estimate.ci[1]}
    for name, figure in figures.items():
        if case[name]:
            assert figure == pytest.approx(float(case[name]), rel=1e-9, abs=1e-12), name
        else:
            assert math.isnan(figure), name
    assert (estimate.published or "") == plain(case["published"])
