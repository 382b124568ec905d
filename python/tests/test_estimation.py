"""Estimation, weighting, comparison and disclosure from Python: the numbers of Rust and of R."""

import csv
import math
import pathlib

import pytest

import citx

ROOT = pathlib.Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden/survey"


def columns(path):
    """Return a CSV as a dict of columns, numbers as numbers."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))

    def value(text):
        try:
            return float(text) if text else None
        except ValueError:
            return text

    return {name: [value(row[name]) for row in rows] for name in rows[0]}


@pytest.fixture(scope="module")
def strat():
    """Return the stratified sample of Californian schools."""
    return citx.Survey.from_arrow(columns(GOLDEN / "apistrat.csv"), weights="pw", strata="stype", fpc="fpc")


@pytest.fixture(scope="module")
def clus1():
    """Return the cluster sample of Californian schools."""
    return citx.Survey.from_arrow(columns(GOLDEN / "apiclus1.csv"), weights="pw", psu="dnum", fpc="fpc")


def test_figures_are_those_of_r(strat, clus1):
    # R survey 4.1: svymean, svytotal, svyttest, svychisq, svyciprop on dstrat and dclus1
    mean = strat.mean("api00", deff="srswor")
    assert (mean.value, mean.std_error) == (pytest.approx(662.287363, rel=1e-8), pytest.approx(9.4089408, rel=1e-7))
    assert (mean.deff, mean.deff_reference) == (pytest.approx(1.20446, rel=1e-5), "srswor")
    total = strat.total("enroll")
    assert (total.value, total.std_error) == (pytest.approx(3687178, rel=1e-6), pytest.approx(114642, rel=1e-5))
    assert strat.total("stype", equals="E").value == pytest.approx(4421, rel=1e-7)
    test = strat.test("api00", by="comp.imp")
    assert (test.statistic, test.df, test.p_value) == (pytest.approx(2.0842433, rel=1e-7), 196, pytest.approx(0.0384342, rel=1e-5))
    assert test.groups == ["No", "Yes"]
    chi = clus1.chi_squared("sch.wide", "stype")
    assert (chi.statistic, chi.p_value) == (pytest.approx(5.1933695, rel=1e-7), pytest.approx(0.0217475, rel=1e-5))
    assert clus1.chi_squared("sch.wide", "stype", statistic="Chisq").statistic == pytest.approx(11.940892, rel=1e-7)
    ends = {
        "t": (0.77994, 0.87596),
        "logit": (0.77454, 0.87081),
        "likelihood": (0.77641, 0.87242),
        "asin": (0.77742, 0.87318),
        "beta": (0.77417, 0.87343),
        "wilson": (0.774815, 0.870638),
    }
    for method, (low, high) in ends.items():
        share = strat.proportion("sch.wide", equals="Yes", method=method)
        assert share.ci == (pytest.approx(low, abs=1e-5), pytest.approx(high, abs=1e-5)), method
        assert share.method == method


def test_weighting_is_that_of_r(clus1):
    # R survey 4.1: rake, postStratify, calibrate, trimWeights on dclus1
    types, wide = {"E": 4421, "H": 755, "M": 1018}, {"No": 1072, "Yes": 5122}
    raked = clus1.rake({"stype": types, "sch.wide": wide})
    mean = raked.mean("api00")
    assert (mean.value, mean.std_error) == (pytest.approx(641.23032, rel=1e-7), pytest.approx(23.70362, rel=1e-6))
    assert raked.weighting.deff == pytest.approx(1.051656696, rel=1e-7)
    assert raked.weighting.margins["after"].to_pylist() == pytest.approx([*types.values(), *wide.values()])
    assert min(raked.weights.to_pylist()) == pytest.approx(29.87067549, rel=1e-7)
    post = clus1.post_stratify("stype", types).mean("api00")
    assert (post.value, post.std_error) == (pytest.approx(642.31079, rel=1e-7), pytest.approx(23.92049, rel=1e-6))
    trimmed = raked.trim(lower=20, upper=45)
    assert trimmed.mean("api00").value == pytest.approx(641.71833, rel=1e-7)
    assert sum(trimmed.weights.to_pylist()) == pytest.approx(6194)
    assert trimmed.weighting.trimmed > 0
    calibrated = clus1.calibrate({"stype": types, "enroll": 3811472.0}, distance="logit", bounds=(0.4, 2.6))
    assert calibrated.total("enroll").value == pytest.approx(3811472, rel=1e-9)
    assert clus1.replicated("jk1").mean("api00").std_error == pytest.approx(26.329361, rel=1e-7)
    shares = clus1.post_stratify(("stype", "sch.wide"), {(a, b): 1 / 6 for a in types for b in wide})
    assert shares.weighting.efficiency < 1


def test_what_cannot_be_met_is_said(clus1):
    with pytest.raises(citx.InvalidArgumentError, match="has no total"):
        clus1.rake({"stype": {"E": 1, "H": 1}})
    with pytest.raises(citx.InvalidArgumentError, match="nobody in the sample"):
        clus1.post_stratify("stype", {"E": 1, "H": 1, "M": 1, "Z": 1})
    with pytest.raises(citx.InvalidArgumentError):
        clus1.rake([("stype", 1)])
    with pytest.raises(citx.StatisticsError):
        clus1.calibrate({"stype": {"E": 6000, "H": 100, "M": 94}}, bounds=(0.99, 1.01))
    with pytest.raises(citx.InvalidArgumentError):
        clus1.quantile("api00", 1.5)
    with pytest.raises(citx.InvalidArgumentError):
        clus1.test("api00", by="stype")
    with pytest.raises(citx.InvalidArgumentError):
        clus1.mean("api00", deff="none")


def test_quantiles_come_one_or_several(strat):
    median, rest = strat.quantile("api00", 0.5), strat.quantile("api00", [0.25, 0.5])
    assert (median.unit, rest[1]) == ("quantile", median)
    assert [row["measure"] for row in strat.quantile("api00", 0.5, by="stype")] == ["api00[0.5]"] * 3


def test_instruments_net_counted_and_composite():
    assert {"nps", "tsm-2022", "nhs-fft", "acsi"} <= set(citx.Instrument.builtin_names())
    nps = citx.Survey.from_arrow({"NPS": [9] * 18 + [7] * 11 + [3] * 2}, instrument="nps").score("NPS")
    assert (round(100 * nps.value, 2), nps.published, nps.published_unit, nps.unit) == (51.61, "52", "points", "net")
    assert "promoters" in nps.definition
    with pytest.raises(citx.InvalidArgumentError, match="row 2"):
        citx.Survey.from_arrow({"NPS": [9, 11]}, instrument="nps")
    acsi = {"ACSI_SATISFACTION": [8], "ACSI_EXPECTATIONS": [7], "ACSI_IDEAL": [7]}
    survey = citx.Survey.from_arrow({name: 2 * values for name, values in acsi.items()}, instrument="acsi")
    assert survey.score("ACSI").published == "70.37"
    cost = citx.Instrument.builtin("govuk-service").counted("COST_PER_TRANSACTION", [(1000, 400), (500.05, 100)])
    assert (cost.published, cost.published_unit) == ("3.00", "pounds")


def test_waves_and_groups_are_compared():
    def counts(satisfied, n, population):
        return citx.Survey.from_counts(
            {
                "unit": ["u", "u"],
                "measure": ["TP01", "TP01"],
                "answer": ["very_satisfied", "neither"],
                "n": [satisfied, n - satisfied],
                "population": [population, population],
            },
            instrument="tsm-2022",
            unit="unit",
            measure="measure",
            answer="answer",
            count="n",
            frame_size="population",
        )

    # Ashfield, 2023/24 and 2024/25
    before, after = counts(1389, 1573, 6475), counts(741, 928, 6522)
    plain = citx.compare(before, after, "TP01", fpc=False)
    assert (plain.statistic, plain.difference) == (pytest.approx(-5.7458, abs=1e-4), pytest.approx(-0.0845, abs=1e-4))
    assert plain.ci == (pytest.approx(-0.1154, abs=1e-4), pytest.approx(-0.0548, abs=1e-4))
    assert plain.significant
    assert plain.n_before == 1573
    units = citx.compare_units(before, after, adjust="bh")
    assert units["p_adjusted"].to_pylist()[0] < 1e-6
    trend = citx.trend({"2023/24": before, "2024/25": after}, "TP01")
    assert trend.table.num_rows == 2


def test_groups_drivers_and_letters(strat):
    groups = strat.compare_groups("api00", by="stype", adjust="bh")
    assert groups.num_rows == 3
    assert all(p <= q for p, q in zip(groups["p_value"], groups["p_adjusted"], strict=True))
    drivers = strat.drivers("api00", ["enroll", "pw"], replicates=20, seed=1)
    assert drivers.r_squared == pytest.approx(sum(drivers.table["lmg"].to_pylist()))
    letters = strat.column_letters("comp.imp", "stype")
    assert letters.cells.num_rows == 6
    assert letters.mode == "dim"


def test_small_counts_are_withheld_and_audited():
    cells = {"row": [r for r in "wxyz" for _ in "abcd"], "column": list("abcd") * 4}
    cells["n"] = [30, 47, 64, 89, 90, 124, 5, 31, 92, 100, 59, 85, 800, 991, 651, 685]
    table = citx.suppress(cells, categories=["row", "column"], count="n", rule="uk-tre")
    assert table["suppressed"].to_pylist().count("primary") == 1
    audited = citx.audit(table, categories=["row", "column"], count="n")
    assert not any(audited["recoverable"].to_pylist())
    # Two hidden in every row and column, and yet w|b is known exactly (sdcTable, test-simpleheuristic.R).
    hidden = {("w", "a"), ("w", "b"), ("w", "c"), ("x", "a"), ("x", "c"), ("y", "b"), ("y", "d"), ("z", "b"), ("z", "d")}
    totals = citx.with_totals(cells, categories=["row", "column"], count="n").to_pydict()
    pairs = list(zip(totals["row"], totals["column"], strict=True))
    totals["suppressed"] = ["primary" if pair in hidden else "none" for pair in pairs]
    audited = citx.audit(totals, categories=["row", "column"], count="n")
    exact = {(row["row"], row["column"]): row["lower"] for row in audited if row["recoverable"]}
    assert exact[("w", "b")] == 47
    scores = citx.Survey.from_arrow({"TP01": ["neither"] * 60, "g": ["a"] * 55 + ["b"] * 5}, instrument="tsm-2022").scores(by=["g"])
    protected = citx.protect_scores(scores, rule="uk-tre")
    assert protected["suppressed"].to_pylist() == [False, True, True]


@pytest.mark.parametrize(("singletons", "line_total", "extra"), [(False, 0, 0), (True, 0, 1), (False, 3, 1), (False, 5, 2)])
def test_regions_are_withheld_as_in_sdc_table(singletons, line_total, extra):
    regions = {"region": ["a", "b", "c", "Total"], "n": [1, 2, 1, 4]}
    rule = citx.DisclosureRule.parse("name = 'own'\nsource = 'none'\nsymbol = '*'\n[primary]\nunder = 2\nzero = false")
    options = {"categories": "region", "count": "n", "rule": rule, "floor": 0}
    table = citx.suppress(regions, singletons=singletons, line_total=line_total, **options)
    assert table["suppressed"].to_pylist().count("secondary") == extra
    (linked,) = citx.suppress_linked([regions], singletons=singletons, line_total=line_total, **options)
    assert linked.to_pydict() == table.to_pydict()


def test_what_an_auditor_is_told_the_reader_knows():
    regions = {"region": ["a", "b", "c", "Total"], "n": [1, 2, 1, 4], "suppressed": ["primary", "none", "primary", "none"]}
    options = {"categories": "region", "count": "n"}
    assert citx.audit(regions, **options)["upper"].to_pylist() == [2, 2]
    assert citx.audit(regions, floor=1, **options)["recoverable"].to_pylist() == [True, True]
    with pytest.raises(citx.LimitError):
        citx.audit(regions, max_cells=1, **options)


def test_index_joins_citizens_and_serves_rules():
    touchpoints = {"id": ["a", "b", "b"], "at": ["2026-11-01"] * 3, "kind": ["rating", "complaint", "rating"], "value": [5, None, 1]}
    index = citx.CitxIndex(touchpoints, citizen="id", at="at", kind="kind", value="value", as_of="2026-11-01")
    people = citx.Population.from_arrow({"id": ["a", "b", "c"]}, key="id").with_features(index.table)
    book = citx.SegmentBook({"unhappy": "citx_index < 40"})
    assert book.evaluate(people, as_of="2026-11-01")["unhappy"].keys().to_pylist() == ["b"]
    parts = index.explain("b")["contribution"].to_pylist()
    assert 50 + math.fsum(parts) == pytest.approx(people.row("b")["citx_index"])
    assert index.means()["warnings"].to_pylist() == ["Experimental; SmallBase"]
    with pytest.raises(citx.InvalidArgumentError):
        people.with_features({"id": ["z"], "x": [1]})


def test_a_return_is_made_and_written(tmp_path):
    answers = ["very_satisfied"] * 200 + ["neither"] * 60 + ["fairly_dissatisfied"] * 40
    survey = citx.Survey.from_arrow({"TP01": answers, "mode": ["telephone"] * 300}, instrument="tsm-2022", frame_size=1080, mode="mode")
    summary = survey.summary_of_approach(approach={})
    assert summary.missing
    assert "300" in summary.to_markdown()
    figures = {"measure": ["BS01"], "numerator": [1079], "denominator": [1080]}
    made = citx.TsmReturn([citx.PerceptionPart("LCRA", survey)], landlord="Anytown Homes", year="2024/25", management=figures)
    rows = {row["measure"]: row for row in made.measures() if row["published"]}
    assert (rows["TP01"]["published"], rows["BS01"]["published"]) == ("66.7", "99.9")
    assert made.samples().num_rows == 1
    assert made.warnings().num_rows > 0
    made.write(tmp_path / "return.xlsx")
    assert (tmp_path / "return.xlsx").stat().st_size > 1000


def test_the_regulators_release_is_read():
    release = citx.read_tsm_release(ROOT / "examples/tsm/tsm2024.xlsx")
    assert release.returns.num_rows > 400
    assert release.counts.num_rows > 10_000
