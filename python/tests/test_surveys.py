"""Surveys, estimates, instruments, uplift."""

from __future__ import annotations

import math
import pickle
from pathlib import Path
from typing import Any

import pytest

import citx
from conftest import ROOT, needs

ANSWERS: dict[str, list[Any]] = {
    "id": [1, 2, 3, 4, 5, 6],
    "q1": ["Very satisfied", "Fairly satisfied", "Very dissatisfied", "Fairly satisfied", None, "Very satisfied"],
    "hours": [1.0, 2.0, 3.0, 4.0, None, 6.0],
    "keen": ["Yes", "No", "Yes", "Yes", "No", None],
    "wt": [1.0, 2.0, 1.0, 1.5, 1.0, 0.5],
    "area": ["N", "N", "N", "S", "S", "S"],
    "sex": ["f", "m", "f", "m", "f", "m"],
}
COLUMNS = [
    "measure",
    "by",
    "group",
    "value",
    "std_error",
    "ci_low",
    "ci_high",
    "level",
    "df",
    "n",
    "n_eff",
    "deff",
    "moe",
    "unit",
    "published",
    "published_unit",
    "method",
    "suppressed",
    "warnings",
]


@pytest.fixture
def survey() -> citx.Survey:
    return citx.Survey.from_arrow(
        ANSWERS,
        instrument="tsm-2022",
        questions={"TP01": "q1"},
        key="id",
        weights="wt",
        strata="area",
        frame_size=900,
        selection="stratified",
    )


def test_a_score_is_a_figure_with_its_uncertainty(survey: citx.Survey) -> None:
    e = survey.score("TP01")
    assert e.value == pytest.approx((1 + 2 + 1.5 + 0.5) / 6)
    assert e.ci[0] < e.value < e.ci[1]
    assert e.moe == pytest.approx((e.ci[1] - e.ci[0]) / 2)
    assert (e.n, e.unit, e.level, e.published_unit) == (5, "proportion", 0.95, "percent")
    assert e.published == "83.3"
    assert e.std_error > 0
    assert e.n_eff > 0
    assert isinstance(e.warnings, list)
    assert isinstance(e.method, str)
    assert survey.score("TP01", level=0.5).moe < e.moe
    assert survey.score("TP01", method="logit").ci != e.ci
    assert survey.score("TP01", min_base=6).published == "[S]"


def test_estimates_are_values(survey: citx.Survey) -> None:
    e = survey.score("TP01")
    assert pickle.loads(pickle.dumps(e)) == e == survey.score("TP01")
    assert e != survey.score("TP01", level=0.9)
    assert e != 0.8333
    assert repr(e).startswith("Estimate(value=0.8333")
    assert e.to_dict()["ci_low"] == e.ci[0]
    with pytest.raises(AttributeError):
        e.value = 1.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        float(e)  # type: ignore[arg-type]


def test_scores_by_breakdowns(survey: citx.Survey) -> None:
    table = survey.scores(by=["area", ("area", "sex")])
    assert [name for name in COLUMNS if name not in table.column_names] == []
    by_area = [row for row in table if row["by"] == "area"]
    assert {row["group"] for row in by_area} == {"N", "S"}
    assert len({row["by"] for row in table}) == 3
    assert survey.scores(by="area") == survey.scores(["area"])
    assert survey.scores(by=("area", "sex")) == survey.scores([("area", "sex")])
    assert len(survey.scores()) < len(table)
    for bad in (3, [3], [["a", 3]], [()], {"a": 3.5}.values()):
        with pytest.raises(citx.InvalidArgumentError):
            survey.scores(by=bad)  # type: ignore[arg-type]
    with pytest.raises(citx.RuleError, match="did you mean `area`"):
        survey.scores(by=["aera"])


def test_means_and_proportions(survey: citx.Survey) -> None:
    mean = survey.mean("hours")
    assert mean.value == pytest.approx((1 + 4 + 3 + 6 + 3) / 6)
    assert (mean.unit, mean.n) == ("mean", 5)
    by = survey.mean("hours", by="area")
    assert isinstance(by, citx.Table)
    assert {row["group"]: row["value"] for row in by if row["by"] == "area"} == pytest.approx({"N": 8 / 4, "S": 9 / 2})
    share = survey.proportion("keen", equals="Yes")
    assert share.value == pytest.approx(3.5 / 6.5)
    assert survey.proportion("keen", equals="Yes", method="logit").ci != share.ci
    assert isinstance(survey.proportion("keen", equals="Yes", by="sex"), citx.Table)
    whole = citx.Survey.from_arrow({"n": [1, 2, 2, None], "t": [True, False, True, None]})
    assert whole.proportion("n", equals=2).value == pytest.approx(2 / 3)
    assert whole.proportion("t", equals=True).value == pytest.approx(2 / 3)


def test_segments_as_breakdowns(survey: citx.Survey) -> None:
    people = citx.Population.from_arrow({"id": [1, 2, 3, 4, 5, 6, 7], "tenure": ["own"] * 3 + ["rent"] * 4}, key="id")
    membership = citx.SegmentBook({"renters": "tenure = 'rent'"}).evaluate(people, as_of="2026-11-22")
    joined = survey.with_population(people, membership)
    table = joined.scores(by=["tenure", "segment:renters"])
    assert {row["group"] for row in table if row["by"] == "tenure"} == {"own", "rent"}
    assert any(row["by"] == "segment:renters" for row in table)
    with pytest.raises(citx.CitxError):
        joined.scores(by=["segment:nope"])
    with pytest.raises(citx.InvalidArgumentError):
        citx.Survey.from_arrow({"a": [1]}).with_population(people)
    other = citx.SegmentBook({"a": "TRUE"}).evaluate(citx.Population.from_arrow({"id": [1]}, key="id"), as_of="2026-11-22")
    with pytest.raises(citx.InvalidArgumentError):
        survey.with_population(people, other)


def test_counts_of_the_national_return() -> None:
    rows = [
        {"landlord": "A", "measure": "TP01", "answer": answer, "n": n, "stock": 7271}
        for answer, n in {
            "very_satisfied": 300,
            "fairly_satisfied": 250,
            "neither": 50,
            "fairly_dissatisfied": 80,
            "very_dissatisfied": 60,
        }.items()
    ]
    answers = citx.Instrument.builtin("tsm-2022").explain()
    assert "TP01" in answers["measure"].to_pylist()
    names = {"unit": "landlord", "measure": "measure", "answer": "answer", "count": "n", "frame_size": "stock"}
    try:
        survey = citx.Survey.from_counts(rows, instrument="tsm-2022", **names)
    except citx.CitxError:
        titles = {
            "very_satisfied": "Very satisfied",
            "fairly_satisfied": "Fairly satisfied",
            "neither": "Neither satisfied nor dissatisfied",
        }
        titles |= {"fairly_dissatisfied": "Fairly dissatisfied", "very_dissatisfied": "Very dissatisfied"}
        survey = citx.Survey.from_counts([{**row, "answer": titles[str(row["answer"])]} for row in rows], instrument="tsm-2022", **names)
    e = survey.score("TP01", unit="A")
    assert (e.n, e.published) == (740, "74.3")
    assert e.value == pytest.approx(550 / 740)
    with pytest.raises(citx.NotFoundError):
        survey.score("TP01", unit="B")
    place = citx.Instrument.builtin("tsm-2022").benchmark("TP01", e, peer="LCRA", year="2023/24")
    assert 1 <= place.quartile <= 4
    low, median, high = place.quartiles
    assert 0 < low < median < high < 1
    assert pickle.loads(pickle.dumps(place)) == place
    with pytest.raises(citx.NotFoundError):
        citx.Instrument.builtin("tsm-2022").benchmark("TP01", e, peer="LCRA", year="1066/67")


def test_sample_size_of_the_standard() -> None:
    size = citx.sample_size(instrument="tsm-2022", population=7271)
    assert size.required == math.ceil(size.exact)
    assert 0 < size.moe < 0.1
    assert pickle.loads(pickle.dumps(size)) == size
    assert citx.sample_size(instrument=citx.Instrument.builtin("tsm-2022"), population=7271) == size
    forms = [citx.sample_size(instrument="tsm-2022", population=2499, form=form).required for form in (None, "plain", "cochran")]
    assert forms == [333, 333, 334]
    with pytest.raises(citx.InvalidArgumentError):
        citx.sample_size(instrument="tsm-2022", population=10, form="yamane")  # type: ignore[arg-type]
    with pytest.raises(citx.InvalidArgumentError):
        citx.sample_size(instrument="tsm-2022", population=0)
    for outside in (-1, 2**64):
        with pytest.raises(citx.InvalidArgumentError):
            citx.sample_size(instrument="tsm-2022", population=outside)
    for bad in (3, None):
        with pytest.raises(citx.InvalidArgumentError):
            citx.sample_size(instrument=bad, population=10)  # type: ignore[arg-type]
    with pytest.raises(citx.RuleError, match="tsm-2022"):
        citx.sample_size(instrument="tsm-2023", population=10)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": "nope"},
        {"weights": "sex"},
        {"strata": "nope"},
        {"key": "nope"},
        {"instrument": "nope"},
        {"instrument": 3},
        {"questions": {"TP99": "q1"}},
        {"questions": {"TP01": "nope"}},
        {"questions": "TP01"},
        {"selection": "whim"},
        {"psu": "nope"},
        {"psu": ["nope"]},
    ],
)
def test_surveys_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(citx.CitxError):
        citx.Survey.from_arrow(ANSWERS, **{"instrument": "tsm-2022", "questions": {"TP01": "q1"}, **wrong})


def test_bad_weights_and_answers_name_their_place() -> None:
    for weights in ([1.0, -1.0], [1.0, float("nan")], [1.0, float("inf")], [1.0, None], [0.0, 0.0]):
        with pytest.raises(citx.CitxError) as caught:
            citx.Survey.from_arrow({"a": ["x", "y"], "wt": weights}, weights="wt").proportion("a", equals="x")
        assert not isinstance(caught.value, citx.InternalError)
    with pytest.raises(citx.CitxError) as caught:
        citx.Survey.from_arrow({"q1": ["Very satisfied", "Rumpelstiltskin"]}, instrument="tsm-2022", questions={"TP01": "q1"}).score("TP01")
    assert "Rumpelstiltskin" not in str(caught.value)
    with pytest.raises(citx.StatisticsError):
        citx.Survey.from_arrow({"a": []}).proportion("a", equals="x")
    with pytest.raises(citx.CitxError):
        citx.Survey.from_arrow({"a": ["x"]}).mean("a")
    for level in (0.0, 1.0, 2.0, float("nan")):
        with pytest.raises(citx.InvalidArgumentError):
            citx.Survey.from_arrow({"a": [1, 2]}).mean("a", level=level)
    with pytest.raises(citx.CitxError):
        citx.Survey.from_arrow({"a": ["x", "y"]}).proportion("a", equals="x", method="wald")  # type: ignore[arg-type]
    with pytest.raises(citx.InvalidArgumentError):
        citx.Survey.from_arrow({"a": ["x", "y"]}).proportion("a", equals=None)  # type: ignore[call-overload]


def test_row_order_does_not_change_a_bit(survey: citx.Survey) -> None:
    order = [4, 2, 5, 0, 3, 1]
    shuffled = {name: [values[row] for row in order] for name, values in ANSWERS.items()}
    again = citx.Survey.from_arrow(
        shuffled,
        instrument="tsm-2022",
        questions={"TP01": "q1"},
        key="id",
        weights="wt",
        strata="area",
        frame_size=900,
        selection="stratified",
    )
    assert again.score("TP01") == survey.score("TP01")
    assert again.mean("hours", by="area") == survey.mean("hours", by="area")


def test_instruments_of_ones_own(tmp_path: Path) -> None:
    for bad in ("", "= =", "name = 3", "\x00"):
        with pytest.raises(citx.InvalidArgumentError):
            citx.Instrument.parse(bad)
    with pytest.raises(citx.CitxIOError):
        citx.Instrument.read(tmp_path / "absent.toml")
    assert citx.Instrument.builtin("tsm-2022").name.startswith("tsm-2022")
    data = ROOT / "crates/citx-core/data/instruments/tsm-2022.toml"
    if data.exists():
        assert citx.Instrument.read(data).explain() == citx.Instrument.builtin("tsm-2022").explain()


def test_uplift_of_several_arms() -> None:
    rows = {
        "arm": ["letter", "sms", "control", "control"] * 25,
        "voted": (["Yes", "No", "Yes", "No"] * 12 + ["No", "Yes", "No", "Yes"]) + ["Yes", "No", "Yes", "No"] * 12,
        "house": [n // 3 for n in range(100)],
        "area": ["N"] * 50 + ["S"] * 50,
    }
    table = citx.uplift(rows, arm="arm", outcome="voted", control="control", cluster="house")
    effects = {row["arm"]: row["effect"] for row in table}
    assert effects == pytest.approx({"letter": 0.96 - 0.5, "sms": 0.04 - 0.5})
    assert all(row["ci_low"] <= row["effect"] <= row["ci_high"] for row in table)
    by = citx.uplift(rows, arm="arm", outcome="voted", control="control", by="area")
    assert len(by) >= 4
    for wrong in ({"arm": "nope"}, {"outcome": "nope"}, {"control": "nope"}, {"cluster": "nope"}, {"by": "nope"}, {"level": 2.0}):
        with pytest.raises(citx.CitxError):
            citx.uplift(rows, **{"arm": "arm", "outcome": "voted", "control": "control", **wrong})  # type: ignore[arg-type]


def test_arrow_answers_of_every_library() -> None:
    pd, pl, pa = needs("pandas"), needs("polars"), needs("pyarrow")
    options: dict[str, Any] = {"weights": "wt", "strata": "area"}
    expected = citx.Survey.from_arrow(ANSWERS, **options).mean("hours")
    for table in (pa.table(ANSWERS), pl.DataFrame(ANSWERS), pd.DataFrame(ANSWERS).convert_dtypes(dtype_backend="pyarrow")):
        assert citx.Survey.from_arrow(table, **options).mean("hours") == expected
