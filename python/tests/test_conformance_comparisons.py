"""The cases of tests/conformance/comparisons.tsv: comparisons, drivers and disclosure."""

from __future__ import annotations

from typing import Any

import pytest

import citx
from conftest import CONFORMANCE
from test_conformance import Case, cases
from test_conformance_surveys import FLAGS, field, pairs


def table(name: str) -> citx.Table:
    return citx.Table.read((CONFORMANCE.parent / name).resolve())


def survey(name: str, given: str) -> citx.Survey:
    if given == "counts":
        columns = {"unit": "unit", "measure": "measure", "answer": "answer", "count": "n", "frame_size": "frame"}
        return citx.Survey.from_counts(table(name), instrument="tsm-2022", **columns)
    options: dict[str, Any] = pairs(given)
    options |= {name: [options[name]] for name in ("psu", "fpc") if name in options}
    return citx.Survey.from_arrow(table(name), **options)


def found(case: Case) -> Any:
    """What the case asks for."""
    verb, *words = case["call"].split("|")
    options: dict[str, Any] = pairs(case["options"])
    tables = case["table"].split("|")
    if verb == "audit":
        return citx.audit(table(tables[0]), count=words[0], categories=words[1:])
    if verb == "suppress":
        return citx.suppress(table(tables[0]), rule=words[0], count=words[1], categories=words[2:])
    if verb == "draw":
        options |= {"seed": int(options["seed"])} if "seed" in options else {}
        return citx.Population.from_arrow(table(tables[0]), key="id").draw(int(words[0]), **options)
    surveys = [survey(name, case["survey"]) for name in tables]
    if verb == "compare":
        options |= {"fpc": FLAGS[options["fpc"]]} if "fpc" in options else {}
        options |= {"level": float(options["level"])} if "level" in options else {}
        return citx.compare(surveys[0], surveys[1], words[0], unit=words[1], **options)
    if verb == "compare_groups":
        return surveys[0].compare_groups(words[0], by=words[1], **options)
    if verb in ("trend", "rolling"):
        waves = {f"2025-{month:02}": wave for month, wave in enumerate(surveys, 1)}
        if verb == "trend":
            return citx.trend(waves, words[0], unit=words[1], **options).table
        return citx.rolling(waves, words[0], unit=words[1], **{name: int(value) for name, value in options.items()})
    if verb == "letters":
        return surveys[0].column_letters(words[0], words[1], min_base=0, **options).tests
    assert verb == "drivers"
    return surveys[0].drivers(words[0], words[1:], replicates=0, **options)


@pytest.mark.parametrize("case", list(cases("comparisons")))
def test_comparisons(case: Case) -> None:
    if case["expected"].startswith("error "):
        with pytest.raises(citx.CitxError) as caught:
            found(case)
        assert caught.value.kind == case["expected"].removeprefix("error ")
        return
    result, row = found(case), pairs(case["row"])
    if row:
        rows = result.table if isinstance(result, citx.Drivers) else result
        result = next(one for one in rows if all(one[name] == text for name, text in row.items()))
    for name, expected in pairs(case["expected"]).items():
        value = result[name] if row else field(result, name)
        if isinstance(value, bool):
            assert value is FLAGS[expected], name
        elif isinstance(value, float | int):
            assert value == pytest.approx(float(expected), rel=float(case["tolerance"])), name
        else:
            assert (value or "") == expected, name
