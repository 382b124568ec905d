"""Policies as data: the built-in files and their JSON Schema, and policies as tables."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import citx

tomllib = pytest.importorskip("tomllib")  # from Python 3.11 on

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "crates" / "citx-core" / "data" / "policies").glob("*.toml"))
VALIDATOR = jsonschema.Draft202012Validator(json.loads((ROOT / "docs" / "spec" / "policy.schema.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_built_in_policies_fit_the_schema(path: Path) -> None:
    VALIDATOR.validate(tomllib.loads(path.read_text(encoding="utf-8")))
    assert citx.Policy.read(path).id == citx.Policy.builtin(path.stem).id
    assert citx.Policy.builtin(path.stem).check().to_pylist() == []


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema)
    assert len(FILES) == 3


def toml(value: Any) -> str:
    """Enough of a TOML writer for a policy: JSON's scalars and arrays are TOML's, tables are written inline."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def text(policy: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(name)} = {toml(value)}\n" for name, value in policy.items())


BROKEN: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no format": lambda policy: policy.pop("format"),
    "no rules": lambda policy: policy.pop("rule"),
    "another field": lambda policy: policy.update(colour="red"),
    "a channel without kind": lambda policy: policy["channel"].update(fax={}),
    "a channel of a bad name": lambda policy: policy["channel"].update({"fax 2": {"kind": "post"}}),
    "a fact without type": lambda policy: policy["fact"].update(x={"description": "x"}),
    "a fact of another type": lambda policy: policy["fact"].update(x={"type": "float", "description": "x"}),
    "a default of a text": lambda policy: policy["fact"].update(x={"type": "text", "description": "x", "default": True}),
    "a rule without source": lambda policy: policy["rule"][5].pop("source"),
    "a rule of another stage": lambda policy: policy["rule"][-1].update(stage="later"),
    "a timing rule that allows": lambda policy: policy["rule"][-1].update(outcome="allow", basis="purpose", when_unknown="passes"),
    "a definition that denies": lambda policy: policy["rule"][0].update(outcome="deny"),
    "an allow without basis": lambda policy: next(rule for rule in policy["rule"] if rule["id"] == "R13").pop("basis"),
    "a deny with basis": lambda policy: next(rule for rule in policy["rule"] if rule["id"] == "R06").update(basis="consent"),
    "a deny that passes": lambda policy: next(rule for rule in policy["rule"] if rule["id"] == "R06").update(when_unknown="passes"),
    "a skip without reason": lambda policy: next(rule for rule in policy["rule"] if rule["id"] == "R01").pop("because"),
    "another confidence": lambda policy: policy["rule"][3].update(confidence="sure"),
    "a date that is none": lambda policy: policy.update(effective="soon"),
    "a step that is none": lambda policy: policy["matters"].update(birth_date=["soon"]),
    "a time that is none": lambda policy: policy.update(quiet_hours=[{"from": "9:00", "to": "25:00"}]),
    "a day that is none": lambda policy: policy.update(quiet_hours=[{"from": "09:00", "to": "10:00", "days": ["Sunday"]}]),
    "quiet hours without end": lambda policy: policy.update(quiet_hours=[{"from": "09:00"}]),
    "a cap of nothing": lambda policy: policy.update(cap=[{"at_most": 0, "within": "7 days"}]),
    "a cap within nothing": lambda policy: policy.update(cap=[{"at_most": 1, "within": "0 days"}]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_fit_the_schema_is_refused(name: str) -> None:
    policy = tomllib.loads((FILES[0].parent / "uk-2026.toml").read_text(encoding="utf-8"))
    whole = copy.deepcopy(policy)
    BROKEN[name](policy)
    assert VALIDATOR.is_valid(whole)
    assert not VALIDATOR.is_valid(policy)
    assert citx.Policy.parse(text(whole)).name == "uk-2026"
    with pytest.raises(citx.PolicyError):
        citx.Policy.parse(text(policy))


def test_what_is_optional_fits() -> None:
    policy = tomllib.loads((FILES[0].parent / "uk-2026.toml").read_text(encoding="utf-8"))
    policy["quiet_hours"] = [{"from": "00:00", "to": "24:00", "days": ["sunday"], "channel_kinds": ["live_call"], "source": "ours"}]
    policy["cap"] = [{"at_most": 3, "within": "1 month", "message_classes": ["direct_marketing"]}]
    VALIDATOR.validate(policy)
    ours = citx.Policy.parse(text(policy))
    assert {"quiet_hours", "cap"} <= set(citx.Policy.builtin("uk-2026").diff(ours)["what"].to_pylist())


def test_policies_as_tables() -> None:
    policy = citx.Policy.builtin("uk-2026")
    explained = policy.explain().to_pylist()
    assert [rule["order"] for rule in explained] == list(range(1, len(explained) + 1))
    assert next(rule for rule in explained if rule["id"] == "R01")["because"]
    assert {rule["reach"] for rule in explained} == {"not checked"}
    assert next(row for row in policy.compact().to_pylist() if row["message_class"] == "statutory")["push"] == "-"
    assert policy.diff(policy).to_pylist() == []
    assert policy.diff(citx.Policy.builtin("dynamics-365"))["change"].to_pylist()


def test_quiet_hours_and_caps_defer() -> None:
    policy = citx.Policy.builtin("uk-2026").with_controller(name="A", kind="charity", time_zone="Europe/London")
    policy = policy.with_purpose("news", message_class="direct_marketing", basis="consent")
    events = [
        {"citizen": "c1", "purpose": "news", "channel": "email", "status": "given", "captured_at": "2026-01-01"},
        {"citizen": "c1", "purpose": "news", "channel": "email", "status": "disclosed", "captured_at": "2026-06-01T12:00:00Z"},
    ]

    def decide(policy: citx.Policy, at: str) -> tuple[str, str]:
        decision = citx.ConsentView.from_events(events, policy=policy, as_of=at).decide("c1", purpose="news", channel="email")
        return decision.rule, decision.until.isoformat() if decision.until else ""

    quiet = policy.with_quiet_hours("21:00", "08:00", channel_kinds=["electronic_mail"])
    assert decide(quiet, "2026-06-05T20:00:00Z") == ("R29", "2026-06-06T07:00:00+00:00")
    capped = policy.with_frequency_cap(1, "7 days", message_classes=["direct_marketing"])
    assert decide(capped, "2026-06-05T20:00:00Z") == ("R29", "2026-06-08T12:00:00+00:00")
    assert decide(policy, "2026-06-05T20:00:00Z")[0] == "R13"
    with pytest.raises(citx.PolicyError):
        policy.with_quiet_hours("21:00", "21:00")
    with pytest.raises(citx.PolicyError):
        policy.with_frequency_cap(0, "7 days")
