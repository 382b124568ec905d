"""Makes comparisons.tsv and comparisons/*.csv from the numbers in tests/golden (statsmodels, R, HiGHS) and by hand; no code of citx is used.

    python3 make_comparisons.py
"""

import csv
import hashlib
import math
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE.parent / "golden"
STRAT = ("golden/survey/apistrat.csv", "weights=pw;strata=stype;fpc=fpc")
# The random designs that make_surveys.py writes, with their columns.
DESIGNS = {
    "7": "weights=weight;strata=stratum;psu=psu;fpc=fpc1",
    "24": "weights=weight;fpc=fpc1",
    "44": "weights=weight;strata=stratum;fpc=fpc1;lonely_psu=adjust",
}
lines = []


def read(name):
    with open(GOLDEN / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def write(name, rows):
    with open(HERE / "comparisons" / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return f"conformance/comparisons/{name}"


def case(name, table, survey, call, expected, *, options="", row="", tolerance="1e-9"):
    """One line; `expected` is a dict, or the kind of an error."""
    wanted = f"error {expected}" if isinstance(expected, str) else ";".join(f"{key}={value}" for key, value in expected.items())
    lines.append("\t".join([name, table, survey, call, options, row, wanted, tolerance]))


def waves():
    """Differences of two samples of counts, by statsmodels."""
    counts = [row for row in read("compare/counts.csv") if abs(float(row["difference"])) > 1e-9][:12]
    tables = []
    for at, wave in (("1", "before"), ("2", "after")):
        rows = []
        for i, row in enumerate(counts):
            x, n = int(float(row["x" + at])), int(float(row["n" + at]))
            for answer, count in (("very_satisfied", x), ("neither", n - x)):
                rows.append({"unit": f"u{i}", "measure": "TP01", "answer": answer, "n": count, "frame": row["frame" + at]})
        tables.append(write(f"{wave}.csv", rows))
    table = "|".join(tables)
    for i, row in enumerate(counts):
        call, diff = f"compare|TP01|u{i}", row["difference"]
        for interval, column, test, fpc, z in (
            ("newcombe", "newcombe", "pooled", "", "z_pooled"),
            ("wald", "wald", "unpooled", "", "z_unpooled"),
            ("agresti_caffo", "caffo", "pooled", ";fpc=true", "z_pooled_fpc"),
        ):
            expected = {"statistic": row[z]}
            if not fpc:
                expected = {"difference": diff, "ci_low": row[column + "_low"], "ci_high": row[column + "_high"], **expected}
            if z == "z_pooled":
                expected |= {"p_value": row["p_pooled"]}
            expected = {name: number for name, number in expected.items() if number != "nan"}
            options = f"interval={interval};test={test}{fpc}"
            case(f"compare-u{i}-{interval}", table, "counts", call, expected, options=options, tolerance="1e-7")
    case("compare-unknown-measure", table, "counts", "compare|TP99|u0", "UnknownName")
    case("compare-unknown-unit", table, "counts", "compare|TP01|nowhere", "NotFound")
    case("compare-no-interval", table, "counts", "compare|TP01|u0", "InvalidArgument", options="interval=wide")
    case("compare-no-level", table, "counts", "compare|TP01|u0", "OutOfRange", options="level=1.5")
    groups = "compare_groups|TP01|unit"
    case("groups-of-counts", table, "counts", groups, "InvalidArgument")
    for i, row in enumerate(counts):
        over_time(f"u{i}", table, row)
    case("trend-of-one", tables[0], "counts", "trend|TP01|u0", "InsufficientData")
    case("trend-no-chart", table, "counts", "trend|TP01|u0", "InvalidArgument", options="chart=pie")
    case("trend-unknown-measure", table, "counts", "trend|TP99|u0", "UnknownName")
    case("rolling-unknown-unit", table, "counts", "rolling|TP01|nowhere", "NotFound")


def over_time(unit, table, row):
    """Two months: the limits of a p chart (Montgomery 2019, section 7.2), and the mean of both as of two strata, by hand."""
    (x1, n1), (x2, n2) = ((float(row["x" + at]), float(row["n" + at])) for at in ("1", "2"))
    centre = (x1 + x2) / (n1 + n2)
    width = 3 * math.sqrt(centre * (1 - centre) / n2)
    change = {"value": x2 / n2, "change": row["difference"], "n": f"{n2:.0f}"}
    limits = {"centre": centre, "lower": max(centre - width, 0), "upper": min(centre + width, 1)}
    last = "wave=2025-02"
    case(f"trend-{unit}", table, "counts", f"trend|TP01|{unit}", change | limits, row=last, options="chart=p")
    variance = sum((n / (n1 + n2)) ** 2 * x / n * (1 - x / n) / (n - 1) for x, n in ((x1, n1), (x2, n2)))
    both = {"value": centre, "std_error": math.sqrt(variance), "n": f"{n1 + n2:.0f}", "months": "2", "complete": "false"}
    one = {"value": x2 / n2, "n": f"{n2:.0f}", "months": "1", "complete": "true"}
    for months, wanted in (("12", both), ("1", one)):
        at = "month=2025-02"
        case(f"rolling-{unit}-{months}", table, "counts", f"rolling|TP01|{unit}", wanted, row=at, options=f"months={months}")


def groups():
    """Design-based t tests between the groups of random designs, by R survey."""
    for design, survey in DESIGNS.items():
        table = f"conformance/surveys/design-{design}.csv"
        for row in read("compare/groups.csv"):
            if row["design"] != design or abs(float(row["statistic"])) > 1e6 or abs(float(row["difference"])) < 1e-9:
                continue
            name = f"groups-{design}-{row['what']}-{row['a']}-{row['b']}"
            wanted = {"difference": row["difference"], "statistic": row["statistic"], "df": row["df"], "p_value": row["p"]}
            at = f"group_a={row['a']};group_b={row['b']}"
            case(name, table, survey, f"compare_groups|{row['what']}|{row['by']}", wanted, row=at, tolerance="1e-6")
    means = {"group_a": "E", "group_b": "M", "value_a": "674.43", "value_b": "636.6"}
    case("groups-strat", *STRAT, "compare_groups|api00|stype", means, options="reference=group;group=M;adjust=none", row="group_a=E")
    case("groups-unknown-column", *STRAT, "compare_groups|happiness|stype", "UnknownName")
    case("groups-unknown-reference", *STRAT, "compare_groups|api00|stype", "UnknownName", options="reference=group;group=X")
    case("groups-no-adjust", *STRAT, "compare_groups|api00|stype", "InvalidArgument", options="adjust=more")


def letters():
    """Tests between columns, each program's own formula."""
    data, expected = read("compare/letters.csv"), read("compare/letters_expected.csv")
    for number in ("0", "1"):
        own = [{name: row[name] for name in ("weight", "group", "answer")} for row in data if row["case"] == number]
        table = write(f"letters-{number}.csv", own)
        for row in (row for row in expected if row["case"] == number):
            name = "-".join(["letters", number, row["mode"], row["answer"], row["a"], row["b"]])
            wanted = {"proportion_a": row["p"], "proportion_b": row["q"], "statistic": row["statistic"], "p_value": row["p_value"]}
            at = f"answer={row['answer']};group_a={row['a']};group_b={row['b']}"
            case(name, table, "weights=weight", "letters|answer|group", wanted, options=f"mode={row['mode']}", row=at)
    case("letters-no-mode", table, "weights=weight", "letters|answer|group", "InvalidArgument", options="mode=spss")
    case("letters-unknown-column", table, "weights=weight", "letters|answer|happiness", "UnknownName")


def draws():
    """Samples that anyone can draw again, by docs/methods/sampling.md."""
    people = [{"id": f"C-{i}", "area": "nnns"[i // 2 % 4], "home": f"H-{i // 2}"} for i in range(80)]
    table = write("people.csv", people)

    def least(keys, seed, counter):
        """The keys in the order of their draws."""
        start = b"".join(number.to_bytes(8, "little") for number in (seed, counter))
        return sorted(keys, key=lambda key: (hashlib.sha256(start + key.encode()).digest(), key))

    def citizens(area):
        return [one["id"] for one in people if one["area"] in area]

    for allocation, numbers in (("proportional", {"n": 15, "s": 5}), ("equal", {"n": 10, "s": 10})):
        for area, number in numbers.items():
            own = citizens(area)
            wanted = {"weight": len(own) / number, "stratum_population": len(own), "stratum_sample": number}
            for key in least(own, 7, 0)[:number:3]:
                options = f"strata=area;allocation={allocation};seed=7"
                case(f"draw-{allocation}-{key}", table, "", "draw|20", wanted | {"stratum": area}, row=f"id={key}", options=options)
    for home in least({one["home"] for one in people}, 3, 0)[:10:3]:
        key = least([one["id"] for one in people if one["home"] == home], 3, 1)[0]
        wanted = {"unit": home, "weight": 8, "stratum_population": 40, "stratum_sample": 10, "stratum": ""}
        case(f"draw-household-{key}", table, "", "draw|10", wanted, row=f"id={key}", options="one_per=home;seed=3")
    case("draw-too-many", table, "", "draw|81", "OutOfRange")
    case("draw-no-column", table, "", "draw|8", "UnknownName", options="strata=region")


def drivers():
    """Shapley values by all orders, in R."""
    data, expected = read("drivers/data.csv"), read("drivers/expected.csv")
    figures = ["lmg", "relative_weight", "first", "last", "pratt", "beta", "vif", "correlation"]
    for number in ("0", "1", "2"):
        if number == "0":
            table, survey, outcome = "golden/drivers/swiss.csv", "", "Fertility"
        else:
            own = [row for row in data if row["case"] == number]
            filled = [name for name in own[0] if name != "case" and any(row[name] for row in own)]
            table = write(f"drivers-{number}.csv", [{name: row[name] for name in filled} for row in own])
            survey, outcome = "weights=weight", "y"
        rows = [row for row in expected if row["case"] == number]
        for missing in dict.fromkeys(row["missing"] for row in rows):
            same = [row for row in rows if row["missing"] == missing]
            call = "|".join(["drivers", outcome, *(row["driver"] for row in same)])
            name = f"drivers-{number}-{missing}"
            whole = {"r_squared": same[0]["r_squared"], "n": same[0]["n"], "missing": missing}
            case(name, table, survey, call, whole, options=f"missing={missing}")
            for row in same:
                wanted = {figure: row[figure] for figure in figures if row[figure] not in ("", "NA")}
                at = f"driver={row['driver']}"
                case(f"{name}-{row['driver']}", table, survey, call, wanted, options=f"missing={missing}", row=at, tolerance="1e-6")
    swiss = "golden/drivers/swiss.csv"
    case("drivers-twice", swiss, "", "drivers|Fertility|Catholic|Catholic", "InvalidArgument")
    case("drivers-unknown", swiss, "", "drivers|Fertility|Happiness", "UnknownName")
    case("drivers-no-missing", swiss, "", "drivers|Fertility|Catholic", "InvalidArgument", options="missing=sometimes")


def disclosure():
    """Least and greatest counts by integer programs."""
    rows = read("disclosure/bounds.csv")
    for number in ("0", "1", "2", "3"):
        own = [row for row in rows if row["case"] == number]
        names = [name for name in ("d1", "d2", "d3") if own[0][name]]
        mark = {"1": "primary", "0": "none"}
        marked = [{**{name: row[name] for name in names}, "n": row["n"], "suppressed": mark[row["withheld"]]} for row in own]
        table = write(f"bounds-{number}.csv", marked)
        for i, row in enumerate([row for row in own if row["withheld"] == "1"][:12]):
            at = ";".join(f"{name}={row[name]}" for name in names)
            known = "true" if row["lower"] == row["upper"] else "false"
            wanted = {"lower": row["lower"], "upper": row["upper"], "recoverable": known}
            case(f"audit-{number}-{i}", table, "", "|".join(["audit", "n", *names]), wanted, row=at)
    counts = [30, 47, 64, 89, 90, 124, 5, 31, 92, 100, 59, 85, 800, 991, 651, 685]
    cells = [{"row": "wxyz"[i // 4], "column": "abcd"[i % 4], "n": n} for i, n in enumerate(counts)]
    table = write("cells.csv", cells)
    call = "suppress|uk-tre|n|row|column"
    case("suppress-small", table, "", call, {"suppressed": "primary"}, row="row=x;column=c")
    case("suppress-large", table, "", call, {"suppressed": "none", "shown": "800"}, row="row=z;column=a")
    case("suppress-other-rule", table, "", "suppress|nhs-fft|n|row|column", {"suppressed": "none", "shown": "5"}, row="row=x;column=c")
    case("suppress-unknown-rule", table, "", "suppress|nobody|n|row|column", "UnknownName")
    case("suppress-unknown-column", table, "", "suppress|uk-tre|m|row|column", "UnknownName")
    case("suppress-twice", table, "", "suppress|uk-tre|n|row", "InvalidArgument")
    case("audit-unmarked", table, "", "audit|n|row|column", "UnknownName")


waves()
groups()
letters()
draws()
drivers()
disclosure()
header = "id\ttable\tsurvey\tcall\toptions\trow\texpected\ttolerance"
notes = "# Comparisons, draws, drivers and disclosure. Made by make_comparisons.py from the numbers in tests/golden, and by hand."
text = "\n".join([notes, header, *lines, ""])
(HERE / "comparisons.tsv").write_text(text, encoding="utf-8")
print(len(lines), "cases")
