"""Makes scores.tsv from the formulas of docs/methods, with 40 digits and exact fractions; no code of citx is used. Needs mpmath.

    python3 make_scores.py > scores.tsv
"""

from fractions import Fraction

from mpmath import betainc, findroot, mp, mpf, sqrt

mp.dps = 40
S = ["very_satisfied", "fairly_satisfied", "neither", "fairly_dissatisfied", "very_dissatisfied"]
A = ["strongly_agree", "agree", "neither", "disagree", "strongly_disagree"]


def t_quantile(df):
    """t with 2.5 % above it."""
    above = lambda t: betainc(mpf(df) / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2 - mpf("0.025")
    return findroot(above, (mpf("1.9"), mpf(13)), solver="anderson", tol=mpf(10) ** -30)


def score(measure, counts, frame):
    """value, low, high, published of counts in the order of the scale; a sixth count is excluded."""
    counts = [Fraction(count) for count in counts] + [Fraction(0)] * (5 - len(counts))
    valid, asked = sum(counts[:5]), sum(counts)
    p = (counts[0] + counts[1]) / valid
    published = (p * 1000 + Fraction(1, 2)) // 1
    text = f"{published // 10}.{published % 10}"
    df = int(valid + Fraction(1, 2)) - 1
    fraction = Fraction(asked, frame) if frame and frame >= asked else Fraction(0)
    if fraction == 1:
        return p, p, p, text
    if df <= 0 or valid <= 1:
        return p, None, None, text
    n_eff = valid if p in (0, 1) else (valid - 1) / (1 - fraction)
    p_, n, t = mpf(p.numerator) / p.denominator, mpf(n_eff.numerator) / n_eff.denominator, t_quantile(df)
    centre = (p_ + t * t / (2 * n)) / (1 + t * t / n)
    half = t * sqrt(p_ * (1 - p_) / n + t * t / (4 * n * n)) / (1 + t * t / n)
    return p, (mpf(0) if p == 0 else centre - half), (mpf(1) if p == 1 else centre + half), text


def number(x):
    if x is None:
        return ""
    return mp.nstr(mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else x, 17, strip_zeros=True, min_fixed=-5, max_fixed=20)


def case(name, measure, counts, frame=None, labels=None):
    labels = labels or ((A if measure == "TP08" else S) + ["not_applicable_dont_know"])
    cells = ";".join(f"{label}={count}" for label, count in zip(labels, counts))
    value, low, high, text = score(measure, counts, frame)
    print("\t".join([name, measure, cells, str(frame or ""), number(value), number(low), number(high), text]))


def error(name, measure, cells, kind, frame=""):
    print("\t".join([name, measure, cells, str(frame), f"error {kind}", "", "", ""]))


def satisfied(yes, n):
    """Counts of which `yes` of `n` are satisfied."""
    return [yes, 0, n - yes, 0, 0]


print("# Scores of counts of answers. Made by make_scores.py.")
print("id\tmeasure\tcounts\tframe_size\tvalue\tci_low\tci_high\tpublished")
case("five-answers", "TP01", [10, 20, 30, 25, 15])
case("brighton-size", "TP01", [300, 350, 120, 100, 130], 11000)
case("agreement", "TP08", [120, 200, 40, 20, 20])
case("repairs", "TP02", [88, 41, 10, 30, 21])
case("time-of-repair", "TP03", [51, 49, 22, 30, 48])
case("home", "TP04", [7, 9, 3, 2, 1])
case("not-applicable-left-out", "TP05", [50, 30, 10, 5, 5, 900])
case("not-applicable-zero", "TP06", [50, 30, 10, 5, 5, 0])
case("informed", "TP07", [40, 30, 20, 5, 5, 3], 2500)
case("complaints-small", "TP09", [3, 4, 2, 10, 16])
case("communal", "TP10", [31, 33, 11, 9, 7])
case("neighbourhood", "TP11", [210, 260, 180, 60, 50, 240], 24999)
case("antisocial", "TP12", [15, 20, 30, 20, 15, 99])
# Ties of the 2024/25 returns: the second decimal is exactly 5 and goes up.
for name, measure, yes, n in [
    ("tie-brent", "TP01", 382, 800),
    ("tie-b3", "TP11", 301, 400),
    ("tie-lincoln", "TP11", 261, 400),
    ("tie-east-suffolk", "TP03", 309, 400),
    ("tie-forhousing", "TP09", 203, 464),
    ("tie-oxford", "TP09", 60, 192),
    ("tie-south-derbyshire", "TP09", 75, 240),
    ("tie-runnymede", "TP04", 424, 640),
    ("tie-yorkshire", "TP07", 1265, 2000),
]:
    case(name, measure, satisfied(yes, n))
case("just-below-tie", "TP01", ["477.4999", 0, "522.5001", 0, 0])
case("fractional-calico", "TP01", ["355.4", "284.1", "91.5", "61.6", "67.4"])
case("unweighted-calico", "TP01", [342, 289, 95, 64, 70])
case("fractional-tie", "TP01", ["0.05", "47.70", "52.25", 0, 0])
case("fractional-tenths", "TP01", ["0.1", "0.2", "0.3", "0.2", "0.2"])
case("fractional-frame", "TP01", ["120.25", "80.5", "40.25", "30", "29"], 1000)
case("nobody-satisfied", "TP01", [0, 0, 4, 3, 3])
case("everybody-satisfied", "TP01", [6, 4, 0, 0, 0])
case("nobody-of-twenty-frame", "TP01", [0, 0, 20, 0, 0], 400)
case("two-answers", "TP01", [1, 0, 1, 0, 0])
case("two-satisfied", "TP01", [1, 1, 0, 0, 0])
case("one-answer", "TP01", [0, 1, 0, 0, 0])
case("one-answer-many-excluded", "TP05", [0, 0, 1, 0, 0, 50])
case("census-complete", "TP01", [30, 20, 25, 15, 10], 100)
case("census-nearly", "TP01", [30, 20, 25, 15, 9], 100)
case("frame-counts-excluded", "TP05", [20, 10, 5, 3, 2, 10], 100)
case("frame-smaller-than-sample", "TP01", [30, 20, 25, 15, 10], 60)
case("frame-huge", "TP01", [30, 20, 25, 15, 10], 10**15)
case("large", "TP01", [10**9, 10**9, 10**9, 10**9, 10**9 + 1])
case("newcombe-81-of-263", "TP01", satisfied(81, 263))
case("newcombe-15-of-148", "TP01", satisfied(15, 148))
case("newcombe-1-of-29", "TP01", satisfied(1, 29))
case("labels-as-published", "TP01", [5, 6, 7, 8, 9, 1], labels=["Very satisfied", "Fairly satisfied", "Neither satisfied nor dissatisfied", "Fairly dissatisfied", "Very dissatisfied", "Not applicable/don't know"])
case("labels-in-capitals", "TP01", [5, 6, 7, 8, 9], labels=["VERY SATISFIED", "Fairly-Satisfied", " neither ", "fairly  dissatisfied", "VERY_DISSATISFIED"])
case("labels-of-agreement", "TP08", [5, 6, 7, 8, 9, 2], labels=["Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree", "Refused"])
case("answers-missing", "TP01", [5], labels=["very_satisfied"])
error("excluded-only", "TP05", "not_applicable_dont_know=12", "InsufficientData")
error("all-zero", "TP01", "very_satisfied=0;neither=0", "InsufficientData")
error("unknown-answer", "TP01", "very_satisfied=3;happy=2", "InvalidArgument")
error("answer-of-the-other-scale", "TP01", "strongly_agree=3", "InvalidArgument")
error("satisfied-on-agreement", "TP08", "very_satisfied=3", "InvalidArgument")
error("numeric-answer", "TP01", "1=3;2=4", "InvalidArgument")
error("unknown-measure", "TP13", "very_satisfied=3", "UnknownName")
error("measure-in-small-letters", "tp01", "very_satisfied=3", "UnknownName")
error("negative-count", "TP01", "very_satisfied=3;neither=-1", "InvalidArgument")
error("answer-twice", "TP01", "very_satisfied=3;neither=1;very_satisfied=2", "InvalidArgument")
error("frame-zero", "TP01", "very_satisfied=3;neither=1", "InvalidArgument", 0)
error("frame-negative", "TP01", "very_satisfied=3;neither=1", "InvalidArgument", -5)
