"""Instruments as data: the built-in files and their JSON Schema."""

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
FILES = sorted((ROOT / "crates" / "citx-core" / "data" / "instruments").glob("*.toml"))
VALIDATOR = jsonschema.Draft202012Validator(json.loads((ROOT / "docs" / "spec" / "instrument.schema.json").read_text(encoding="utf-8")))
SMALL: dict[str, Any] = {
    "name": "own",
    "scale": {"five": {"answers": [1, 2, 3, 4, 5], "positive": [4, 5], "decimals": 1}},
    "measure": [{"code": "Q1", "scale": "five"}],
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_built_in_instruments_fit_the_schema(path: Path) -> None:
    VALIDATOR.validate(tomllib.loads(path.read_text(encoding="utf-8")))
    assert citx.Instrument.read(path).explain().to_pylist() == citx.Instrument.builtin(path.stem).explain().to_pylist()


def test_the_schema_is_one_and_knows_every_file() -> None:
    jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema)
    assert sorted(path.stem for path in FILES) == sorted(citx.Instrument.builtin_names())


BROKEN: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no name": lambda own: own.pop("name"),
    "another field": lambda own: own.update(colour="red"),
    "another field of a scale": lambda own: own["scale"]["five"].update(colour="red"),
    "no answers": lambda own: own["scale"]["five"].update(answers=[]),
    "another figure": lambda own: own["scale"]["five"].update(figure="median"),
    "too many decimals": lambda own: own["scale"]["five"].update(decimals=13),
    "another polarity": lambda own: own["scale"]["five"].update(polarity="up"),
    "a divisor of 0": lambda own: own["scale"]["five"].update(figure="index", positive=[], divide_by=0),
    "a measure without scale": lambda own: own["measure"][0].pop("scale"),
    "a count without definition": lambda own: own.update(
        ratio=[{"code": "R", "asks_about": "x", "numerator": "a", "denominator": "b", "unit": "percent", "decimals": 1}]
    ),
}


def text(instrument: dict[str, Any]) -> str:
    """Write TOML, tables inline."""

    def toml(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{json.dumps(name)} = {toml(item)}" for name, item in value.items()) + "}"
        return "[" + ", ".join(map(toml, value)) + "]" if isinstance(value, list) else json.dumps(value)

    return "".join(f"{json.dumps(name)} = {toml(value)}\n" for name, value in instrument.items())


def test_the_small_one_is_read() -> None:
    VALIDATOR.validate(SMALL)
    assert citx.Instrument.parse(text(SMALL)).name == "own"


@pytest.mark.parametrize("what", BROKEN)
def test_schema_and_loader_refuse_the_same(what: str) -> None:
    broken = copy.deepcopy(SMALL)
    BROKEN[what](broken)
    assert list(VALIDATOR.iter_errors(broken))
    with pytest.raises(citx.InvalidArgumentError):
        citx.Instrument.parse(text(broken))
