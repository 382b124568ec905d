"""The cases of tests/conformance/surveys.tsv: operations on surveys, against R."""

from __future__ import annotations

import math
from typing import Any

import pytest

import citx
from conftest import CONFORMANCE
from test_conformance import Case, cases

FLAGS = {"true": True, "false": False}


def pairs(text: str, separator: str = ";") -> dict[str, str]:
    return dict(item.split("=", 1) for item in filter(None, text.split(separator)))


def made(case: Case) -> citx.Survey:
    """The survey of a case, before its steps."""
    table = citx.Table.read((CONFORMANCE.parent / case["table"]).resolve())
    options: dict[str, Any] = pairs(case["survey"])
    if "answers" in options:
        options["instrument"] = scale(options)
    for name in ("psu", "fpc"):
        options |= {name: options[name].split("|")} if name in options else {}
    if "questions" in options:
        options["questions"] = dict([options["questions"].split("|")])
    if "frame_size" in options:
        options["frame_size"] = int(options["frame_size"])
    return citx.Survey.from_arrow(table, **options)


def scale(options: dict[str, Any]) -> citx.Instrument:
    """An instrument of the scale that the options give, which are taken from them."""
    lists = {name: options.pop(name).split("|") for name in ("answers", "positive", "negative", "excluded") if name in options}
    texts = {name: options.pop(name) for name in ("figure", "definition") if name in options}
    written = [f"{name} = {items if items != [''] else []}" for name, items in lists.items()]
    written += [f'{name} = "{text}"' for name, text in texts.items()]
    if "decimals" in options:
        written.append(f"decimals = {options.pop('decimals')}")
    return citx.Instrument.parse("\n".join(['name = "own"', "[scale.own]", *written]))


def stepped(survey: citx.Survey, steps: str) -> citx.Survey:
    """The survey after weightings and replicates."""
    margins: dict[str, dict[str, float]] = {}
    totals: dict[str, float] = {}
    for step in filter(None, steps.split(";")):
        verb, *words = step.split("|")
        if verb == "margin":
            margins[words[0]] = {name: float(total) for name, total in pairs("|".join(words[1:]), "|").items()}
            continue
        given: dict[str, Any] = pairs("|".join(words), "|")
        if verb == "total":
            totals |= {name: float(total) for name, total in given.items()}
        elif verb == "post_stratify":
            survey = survey.post_stratify(*next(iter(margins.items())))
            margins = {}
        elif verb == "rake":
            survey = survey.rake(margins, **{name: int(value) for name, value in given.items()})
            margins = {}
        elif verb == "calibrate":
            if "bounds" in given:
                low, high = map(float, given["bounds"].split(","))
                given["bounds"] = (low, high)
            survey = survey.calibrate({**margins, **totals}, **given)
            margins, totals = {}, {}
        elif verb == "trim":
            survey = survey.trim(**{name: float(value) if name in ("lower", "upper") else value for name, value in given.items()})
        elif verb == "replicated":
            survey = survey.replicated(given["kind"])
        else:
            assert verb == "replicate_weights"
            survey = survey.with_replicate_weights(given["columns"].split(","), kind=given["kind"], mse=given.get("mse") == "true")
    return survey


def figure(case: Case) -> Any:
    """What the case asks for; of a table the row of its group."""
    verb, *words = case["figure"].split("|")
    options: dict[str, Any] = pairs(case["options"])
    if verb == "counted":
        instrument = citx.Instrument.builtin(pairs(case["survey"])["instrument"])
        periods = [tuple(map(float, period.split("/"))) for period in words[1:]]
        return instrument.counted(words[0], periods)  # type: ignore[arg-type]
    survey = stepped(made(case), case["steps"])
    group = options.pop("group", None)
    if "level" in options:
        options["level"] = float(options["level"])
    if "deff_reference" in options:
        options["deff"] = options.pop("deff_reference")
    if verb == "quantile":
        return survey.quantile(words[0], float(words[1]), **options)
    if verb == "test":
        return survey.test(words[0], by=words[1], **options)
    if verb == "test_mean":
        return survey.test(words[0], mean=float(words[1]), **options)
    if verb == "chi_squared":
        return survey.chi_squared(words[0], words[1], statistic=words[2])  # type: ignore[arg-type]
    if verb == "weighting":
        return survey.weighting
    if verb == "weights":
        weights = survey.weights.to_pylist()
        return {"count": len(weights), "sum": math.fsum(weights)}
    if verb in ("proportion", "total") and len(words) == 2:
        options["equals"] = words[1]
        words = words[:1]
    found = getattr(survey, verb)(*words, **options)
    return next(row for row in found if row["group"] == group) if group else found


def field(found: Any, name: str) -> Any:
    """One of the numbers and texts of a result."""
    if found is None:
        return ""
    if isinstance(found, dict):
        return found[name]
    if name in ("ci_low", "ci_high"):
        return found.ci[name == "ci_high"]
    value = getattr(found, name)
    return ", ".join(value) if isinstance(value, list) else value


@pytest.mark.parametrize("case", list(cases("surveys")))
def test_surveys(case: Case) -> None:
    if case["expected"].startswith("error "):
        with pytest.raises(citx.CitxError) as caught:
            figure(case)
        assert caught.value.kind == case["expected"].removeprefix("error ")
        return
    found = figure(case)
    for name, expected in pairs(case["expected"]).items():
        value = field(found, name)
        if isinstance(value, bool):
            assert value is FLAGS[expected], name
        elif isinstance(value, str):
            assert value == expected, name
        else:
            assert value == pytest.approx(float(expected), rel=float(case["tolerance"])), name
