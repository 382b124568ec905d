"""Makes surveys.tsv and surveys/*.csv from the numbers of R survey in tests/golden; no code of citx is used.

    python3 make_surveys.py
"""

import csv
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE.parent / "golden/survey"
STRAT = ("golden/survey/apistrat.csv", "weights=pw;strata=stype;fpc=fpc")
CLUS1 = ("golden/survey/apiclus1.csv", "weights=pw;psu=dnum;fpc=fpc")
# The columns that each kind of random design has, as in make.R and weighting.R.
KINDS = {
    "simple": "weights=weight",
    "strata": "weights=weight;strata=stratum",
    "psu": "weights=weight;psu=psu",
    "psu_strata_fpc": "weights=weight;strata=stratum;psu=psu;fpc=fpc1",
    "strata_fpc": "weights=weight;strata=stratum;fpc=fpc1",
    "two_stage": "weights=weight;psu=psu|ssu;fpc=fpc1|fpc2",
    "zero_weights": "weights=weight;strata=stratum",
    "lonely_adjust": "weights=weight;strata=stratum;fpc=fpc1;lonely_psu=adjust",
    "lonely_certainty": "weights=weight;strata=stratum;fpc=fpc1;lonely_psu=certainty",
}
STATS = {"se": "std_error", "low": "ci_low", "high": "ci_high", "p": "p_value", "df2": "df_denominator", "deff_wor": "deff"}
TYPES, WIDE = "margin|stype|E=4421|H=755|M=1018", "margin|sch.wide|No=1072|Yes=5122"
lines = []


def read(name):
    with open(GOLDEN / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def write(name, rows):
    with open(HERE / "surveys" / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return f"conformance/surveys/{name}"


def case(name, survey, figure, expected, *, steps="", options="", tolerance="1e-8"):
    """One line; `expected` is a dict, or the kind of an error."""
    wanted = f"error {expected}" if isinstance(expected, str) else ";".join(f"{key}={value}" for key, value in expected.items())
    lines.append("\t".join([name, *survey, steps, figure, options, wanted, tolerance]))


def schools():
    """The samples of Californian schools."""
    # (survey, figure, options) by what api_expected.csv calls them
    figures = {
        ("svymean(~enroll)", "enroll"): ("mean|enroll", ""),
        ("svymean(~api00)", "api00"): ("mean|api00", ""),
        ("svymean(~api00)", "df"): ("mean|api00", ""),
        ("svyby(~api00,~stype,svymean)", "E"): ("mean|api00", "by=stype;group=E"),
        ("svyby(~api00,~stype,svymean)", "M"): ("mean|api00", "by=stype;group=M"),
        ("svyciprop(~sch.wide=='Yes',method='logit')", "both01"): ("proportion|sch.wide|Yes", "method=logit"),
    }
    names = {"estimate": "value", "se": "std_error", "low": "ci_low", "high": "ci_high", "df": "df", "deff_replace": "deff"}
    wanted = {}
    for row in read("api_expected.csv"):
        found = figures.get((row["call"], row["term"]))
        if found and row["design"] in ("dstrat", "dclus1"):
            wanted.setdefault((row["design"], *found), {})[names[row["stat"]]] = row["value"]
    for (design, figure, options), expected in wanted.items():
        tolerance = "1e-6" if "logit" in options else "1e-8"
        name = f"{design}-{figure}-{options}".replace("|", "-").replace(";", "-").rstrip("-")
        case(name, STRAT if design == "dstrat" else CLUS1, figure, expected, options=options, tolerance=tolerance)
    # R survey 4.1 as python/tests/test_estimation.py quotes it
    case("srswor", STRAT, "mean|api00", {"deff": "1.20446", "deff_reference": "srswor"}, options="deff_reference=srswor", tolerance="1e-5")
    case("total-of-values", STRAT, "total|enroll", {"value": "3687178", "std_error": "114642", "unit": "total"}, tolerance="1e-5")
    case("total-of-a-value", STRAT, "total|stype|E", {"value": "4421", "unit": "total"}, tolerance="1e-7")
    expected = {"statistic": "2.0842433", "df": "196", "p_value": "0.0384342", "groups": "No, Yes"}
    case("two-groups", STRAT, "test|api00|comp.imp", expected, tolerance="1e-5")
    case("association", CLUS1, "chi_squared|sch.wide|stype|F", {"statistic": "5.1933695", "p_value": "0.0217475"}, tolerance="1e-5")
    case("association-first-order", CLUS1, "chi_squared|sch.wide|stype|Chisq", {"statistic": "11.940892"}, tolerance="1e-7")
    intervals = {
        "t": ("0.77994", "0.87596"),
        "likelihood": ("0.77641", "0.87242"),
        "asin": ("0.77742", "0.87318"),
        "beta": ("0.77417", "0.87343"),
        "wilson": ("0.774815", "0.870638"),
    }
    for method, (low, high) in intervals.items():
        expected = {"ci_low": low, "ci_high": high, "method": method}
        case(f"interval-{method}", STRAT, "proportion|sch.wide|Yes", expected, options=f"method={method}", tolerance="1e-5")
    raked = f"{TYPES};{WIDE};rake"
    case("raked", CLUS1, "mean|api00", {"value": "641.23032", "std_error": "23.70362"}, steps=raked, tolerance="1e-6")
    expected = {"method": "raking", "n": "183", "deff": "1.051656696", "smallest": "29.87067549", "deff_before": "1", "trimmed": "0"}
    case("raked-weighting", CLUS1, "weighting", expected, steps=raked, tolerance="1e-7")
    case("raked-weights", CLUS1, "weights", {"count": "183", "sum": "6194"}, steps=raked)
    post = {"value": "642.31079", "std_error": "23.92049"}
    case("post-stratified", CLUS1, "mean|api00", post, steps=f"{TYPES};post_stratify", tolerance="1e-6")
    case("trimmed", CLUS1, "mean|api00", {"value": "641.71833"}, steps=f"{raked};trim|lower=20|upper=45", tolerance="1e-7")
    case("trimmed-weights", CLUS1, "weights", {"count": "183", "sum": "6194"}, steps=f"{raked};trim|lower=20|upper=45")
    calibrated = f"{TYPES};total|enroll=3811472;calibrate|distance=logit|bounds=0.4,2.6"
    case("calibrated", CLUS1, "total|enroll", {"value": "3811472"}, steps=calibrated)
    case("jackknife", CLUS1, "mean|api00", {"std_error": "26.329361"}, steps="replicated|kind=jk1", tolerance="1e-7")
    shares = "|".join(["margin", "stype", *(f"{name}={total / 6194!r}" for name, total in (("E", 4421), ("H", 755), ("M", 1018)))])
    case("post-stratified-by-shares", CLUS1, "mean|api00", post, steps=f"{shares};post_stratify", tolerance="1e-6")
    # Weights whose squares leave the range of doubles; those of a category are equal, so that Kish's formula has a term for each.
    strata = [row["stype"] for row in read("apiclus1.csv")]
    counted = {"E": 4421, "H": 755, "M": 1018}
    n_eff = sum(counted.values()) ** 2 / sum(total**2 / strata.count(name) for name, total in counted.items())
    huge = "|".join(["margin", "stype", *(f"{name}={total}e296" for name, total in counted.items())])
    case("huge-totals", CLUS1, "weighting", {"n_eff": repr(n_eff), "deff_before": "1"}, steps=f"{huge};post_stratify")
    case("not-weighted", CLUS1, "weighting", {"method": ""})
    case("no-category", CLUS1, "mean|api00", "InvalidArgument", steps="margin|stype|E=1|H=1;rake")
    case("nobody-of-a-category", CLUS1, "mean|api00", "InvalidArgument", steps="margin|stype|E=1|H=1|M=1|Z=1;post_stratify")
    case("total-below-0", CLUS1, "mean|api00", "InvalidArgument", steps="margin|stype|E=-1|H=1|M=1;post_stratify")
    case("no-margin", CLUS1, "mean|api00", "InvalidArgument", steps="rake")
    case("unlike-totals", CLUS1, "mean|api00", "InvalidArgument", steps=f"{TYPES};margin|sch.wide|No=1|Yes=2;rake")
    case("unknown-margin", CLUS1, "mean|api00", "UnknownName", steps="margin|height|tall=1;rake")
    case("one-round", CLUS1, "mean|api00", "NotConverged", steps=f"{TYPES};{WIDE};rake|max_iterations=1")
    narrow = "margin|stype|E=6000|H=100|M=94;calibrate|bounds=0.99,1.01"
    case("bounds-too-narrow", CLUS1, "mean|api00", "NotConverged", steps=narrow)
    case("bounds-without-1", CLUS1, "mean|api00", "InvalidArgument", steps=f"{TYPES};calibrate|bounds=1.5,2")
    case("logit-without-bounds", CLUS1, "mean|api00", "InvalidArgument", steps=f"{TYPES};calibrate|distance=logit")
    case("nothing-to-meet", CLUS1, "mean|api00", "InvalidArgument", steps="calibrate")
    case("no-bound", CLUS1, "mean|api00", "InvalidArgument", steps="trim")
    case("crossed-bounds", CLUS1, "mean|api00", "InvalidArgument", steps="trim|lower=2|upper=1")
    case("unknown-rule", CLUS1, "mean|api00", "InvalidArgument", steps="trim|upper=1|rule=cut")
    case("unknown-replicates", CLUS1, "mean|api00", "InvalidArgument", steps="replicated|kind=jk9")
    case("unknown-column", STRAT, "total|height", "UnknownName")
    case("not-numeric", STRAT, "ratio|stype|enroll", "InvalidArgument")
    case("share-beyond-1", STRAT, "quantile|api00|1.5", "OutOfRange")
    case("unknown-quantile", STRAT, "quantile|api00|0.5", "InvalidArgument", options="rule=hf99")
    case("three-groups", STRAT, "test|api00|stype", "InvalidArgument")
    case("level-beyond-1", STRAT, "test_mean|api00|600", "OutOfRange", options="level=95")
    case("unknown-statistic", STRAT, "chi_squared|sch.wide|stype|G", "InvalidArgument")
    case("unknown-reference", STRAT, "mean|api00", "InvalidArgument", options="deff_reference=none")
    case("unknown-method", STRAT, "mean|api00", "InvalidArgument", options="method=guess")
    case("unknown-policy", (STRAT[0], f"{STRAT[1]};lonely_psu=drop"), "mean|api00", "InvalidArgument")


def random_designs():
    """Totals, ratios, quantiles, tests, replicates of random designs, by figures.R."""
    replicates = read("replicates.csv")
    for design, hows in ((7, ("linear", "jkn", "given", "given_mse")), (24, ("linear",)), (44, ("linear", "average"))):
        rows = [dict(row) for row in read("designs.csv") if row["design"] == str(design)]
        kind = rows[0]["kind"]
        for row in rows:
            del row["design"], row["kind"]
        for row, own in zip(rows, (one for one in replicates if one["design"] == str(design)), strict=False):
            row |= {name: weight for name, weight in own.items() if name.startswith("w")}
        table = write(f"design-{design}.csv", rows)
        columns = "weights=weight;fpc=fpc1" if kind == "simple_fpc" else KINDS[kind]
        for how in hows:
            survey = (table, columns.replace("adjust", "average") if how == "average" else columns)
            names = ",".join(f"w{at}" for at in range(1, 13))
            given = f"replicate_weights|kind=bootstrap|columns={names}"
            steps = {"jkn": "replicated|kind=jkn", "given": given, "given_mse": f"{given}|mse=true"}.get(how, "")
            wanted = {}
            for row in read("figures.csv"):
                # R takes 0 for rounding errors; the likelihood it interpolates.
                if row["case"] == str(design) and row["design"] == how and row["value"] and abs(float(row["value"])) > 1e-12:
                    found = figure(row["what"], row["group"], row["stat"])
                    if found:
                        wanted.setdefault(found, {})[STATS.get(row["stat"], row["stat"])] = row["value"]
            second = sorted(float(row["y"]) for row in rows if row["y"])[1]
            for (what, options), expected in wanted.items():
                # Below the first value's share R takes the second value (docs/methods/quantile.md).
                if what.startswith("quantile") and float(expected.get("ci_low", "nan")) == second:
                    continue
                name = f"{design}-{how}-{what}-{options}".replace("|", "-").replace(";", "-").rstrip("-")
                tolerance = "1e-7" if "p_value" in expected else "1e-8"
                case(name, survey, what, expected, steps=steps, options=options, tolerance=tolerance)


def figure(what, group, stat):
    """What figures.csv calls a figure, as figure and options; None for what is left out."""
    words = what.split(" ")
    if words[0] in ("mean", "total"):
        options = "deff_reference=srswor" if stat == "deff_wor" else f"by=g;group={group}" if group else ""
        return f"{words[0]}|y", options
    if what == "count x":
        return "total|x|1", ""
    if what == "ratio":
        return "ratio|y|answer", ""
    if what == "test":
        return (f"test|y|{group}", "") if group else ("test_mean|y|52", "")
    if words[0] == "chi":
        return f"chi_squared|x|{group}|{words[1]}", ""
    if what in ("ci mean", "ci beta"):
        return "proportion|x|1", f"method={'t' if words[1] == 'mean' else words[1]}"
    if words[0] == "quantile" and words[1] in ("math", "school") and words[2] in ("mean", "beta"):
        options = [f"rule={words[1]}", f"method={'t' if words[2] == 'mean' else words[2]}"]
        return f"quantile|y|0{group}", ";".join(options)
    return None


def random_weightings():
    """Random designs weighted to random totals, by weighting.R."""
    weights, figures, totals = read("weights.csv"), read("weighting_figures.csv"), read("totals.csv")
    for number in (2, 8):
        rows = [dict(row) for row in read("weighting.csv") if row["case"] == str(number)]
        kind = rows[0]["kind"]
        for row in rows:
            del row["case"], row["kind"]
        survey = (write(f"weighting-{number}.csv", rows), KINDS[kind])

        def margin(name, number=number):
            own = [row for row in totals if row["case"] == str(number) and row["margin"] == name]
            return "|".join(["margin", name, *(f"{row['category']}={row['total']}" for row in own)])

        z = next(row["total"] for row in totals if row["case"] == str(number) and row["margin"] == "z")
        calibrate = f"{margin('a')};total|z={z};calibrate"
        rake = ";".join([*map(margin, "abc"), "rake"])
        for row in (row for row in weights if row["case"] == str(number)):
            trim = f"{rake};trim|lower={row['lower']}|upper={row['upper']}"
            steps = {
                "post": f"{margin('a')};post_stratify",
                "rake": rake,
                "post_then_rake": f"{margin('a')};post_stratify;{margin('b')};{margin('c')};rake",
                "linear": calibrate,
                "raking": f"{calibrate}|distance=raking",
                "logit": f"{calibrate}|distance=logit|bounds=0.4,2.5",
                "bounded": f"{calibrate}|bounds=0.7,1.5",
                "trim": trim,
                "strict": f"{trim}|rule=strict",
                "jk_post": f"replicated|kind=jk1;{margin('a')};post_stratify",
                "jk_rake": f"replicated|kind=jk1;{margin('a')};{margin('b')};rake",
                "jk_linear": f"replicated|kind=jk1;{calibrate}",
            }[row["made"]]
            expected = {"n_eff": row["n_eff"], "largest": row["largest"], "smallest": row["smallest"]}
            case(f"w{number}-{row['made']}-weighting", survey, "weighting", expected, steps=steps, tolerance="1e-7")
            for found in figures:
                kinds = {"mean": "mean|y", "total": "total|y", "ratio": "ratio|y|z", "share": "proportion|x|1"}
                if found["case"] == str(number) and found["made"] == row["made"] and found["what"] in kinds:
                    expected = {"value": found["value"], "std_error": found["se"]}
                    name = f"w{number}-{row['made']}-{found['what']}"
                    case(name, survey, kinds[found["what"]], expected, steps=steps, tolerance="1e-7")


def instruments():
    """Scales, net scores, composites and counts."""
    # Half of the residents of Bloomington said 1 or 2 of 4, by R survey; its definition is told with each figure.
    quality = read("bloomington.csv")[0]
    options = "weights=wt;answers=1|2|3|4;positive=1|2;excluded=5;definition=good or excellent;questions=quality|q1a"
    expected = {"value": quality["top2"], "std_error": quality["se"], "n": quality["n"], "deff": quality["deff_replace"]}
    expected |= {"published": "88.2", "published_unit": "percent", "unit": "proportion", "definition": "good or excellent"}
    residents = "../examples/bloomington/residents.csv"
    case("scale-of-ones-own", (residents, options), "score|quality", expected)
    expected = {"ci_low": quality["logit_low"], "ci_high": quality["logit_high"]}
    case("scale-of-ones-own-logit", (residents, options), "score|quality", expected, options="method=logit", tolerance="1e-6")
    options = "weights=wt;answers=1|2|3|4;excluded=5;figure=mean;decimals=3;questions=quality|q1a"
    expected = {"value": quality["mean"], "std_error": quality["mean_se"], "published": "1.719", "published_unit": "mean"}
    case("scale-of-numbers", (residents, options), "score|quality", expected)
    options = "answers=1|2|3|4;positive=1;negative=4;excluded=5;figure=net;decimals=0;questions=quality|q1a"
    with open(HERE.parent / residents, newline="", encoding="utf-8") as file:
        answers = [row["q1a"] for row in csv.DictReader(file)]
    counted = {answer: answers.count(answer) for answer in "1234"}
    net = (counted["1"] - counted["4"]) / sum(counted.values())
    expected = {"value": repr(net), "published": f"{100 * net:.0f}", "published_unit": "points", "unit": "net"}
    case("net-scale", (residents, options), "score|quality", expected)
    case("frame", (residents, f"{options};frame_size=40000;selection=quota"), "score|quality", {"n": quality["n"], "warnings": "NonProbabilitySample"})
    case("answer-that-is-none", (residents, "answers=1|2;positive=1;questions=quality|q1a"), "score|quality", "InvalidArgument")
    case("no-answers", (residents, "answers=;positive=1;questions=quality|q1a"), "score|quality", "InvalidArgument")
    case("positive-that-is-none", (residents, "answers=1|2|3|4|5;positive=6;questions=quality|q1a"), "score|quality", "InvalidArgument")
    # One answer of each home, and three citizens in two homes.
    table = write("homes.csv", [{"id": id, "home": home, "rent": rent} for id, home, rent in [("a", 1, 90), ("b", 2, 110), ("c", 3, 130)]])
    case("answers", (table, ""), "mean|rent", {"value": "110", "n": "3", "base": "answer"})
    case("homes", (table, "base=home;base_key=home"), "mean|rent", {"value": "110", "n": "3", "base": "home"})
    case("homes-share", (table, "base=home;base_key=home"), "proportion|rent|90", {"n": "3", "base": "home"})
    case("homes-quantile", (table, "base=home;base_key=home"), "quantile|rent|0.5", {"value": "110", "base": "home"})
    case("homes-without-a-key", (table, "base=home"), "mean|rent", "InvalidArgument")
    case("landlords", (table, "base=landlord;base_key=home"), "mean|rent", "InvalidArgument")
    case("base-of-no-column", (table, "base=home;base_key=house"), "mean|rent", "UnknownName")
    table = write("shared.csv", [{"id": id, "home": home, "rent": rent} for id, home, rent in [("a", 1, 90), ("b", 1, 90), ("c", 2, 130)]])
    case("citizens", (table, "base=citizen;base_key=id"), "mean|rent", {"n": "3", "base": "citizen"})
    case("household-twice", (table, "base=household;base_key=home"), "mean|rent", "InvalidArgument")
    # The worked examples of python/tests/test_instruments.py
    table = write("scores.csv", [{"NPS": score} for score in [9] * 18 + [7] * 11 + [3] * 2])
    expected = {"value": repr(16 / 31), "published": "52", "published_unit": "points", "unit": "net", "n": "31"}
    case("net-promoter", (table, "instrument=nps"), "score|NPS", expected)
    row = {"ACSI_SATISFACTION": 8, "ACSI_EXPECTATIONS": 7, "ACSI_IDEAL": 7}
    table = write("acsi.csv", [row, row])
    case("composite", (table, "instrument=acsi"), "score|ACSI", {"published": "70.37", "unit": "index"})
    service = ("", "instrument=govuk-service")
    expected = {"value": repr(1500.05 / 500), "numerator": "1500.05", "denominator": "500", "published": "3.00", "published_unit": "pounds"}
    case("cost", service, "counted|COST_PER_TRANSACTION|1000/400|500.05/100", expected)
    expected = {"value": "0.65", "published": "65.0", "is_exactly_1": "false"}
    case("completed", service, "counted|COMPLETION_RATE|90/100|40/100", expected)
    case("all-completed", service, "counted|COMPLETION_RATE|100/100", {"value": "1", "is_exactly_1": "true"})
    case("part-beyond-the-whole", service, "counted|COMPLETION_RATE|90/80", "InvalidArgument")
    case("nothing-counted", service, "counted|COMPLETION_RATE|0/0", "InsufficientData")
    case("no-measure-of-counts", service, "counted|TP01|1/2", "UnknownName")


schools()
random_designs()
random_weightings()
instruments()
header = ["id", "table", "survey", "steps", "figure", "options", "expected", "tolerance"]
notes = "# Operations on surveys. Made by make_surveys.py from the numbers of R survey in tests/golden."
(HERE / "surveys.tsv").write_text("\n".join([notes, "\t".join(header), *lines]) + "\n", encoding="utf-8")
print(len(lines), "cases")
