"""Audience rules drawn at random from one seed, over the citizens of `citizens.py`. The first S of a thousand are the same whatever S is.

A rule is a tree of dicts, which `render.py` writes for citx and for each peer:
`{"op": "and" | "or", "args": [...]}`, `{"op": "not", "arg": ...}`, and the leaves
`{"op": "eq" | "ne" | "lt" | "le" | "gt" | "ge", "col", "value"}`, `{"op": "range", "col", "lo", "hi"}` (lo <= x < hi), `{"op": "in", "col", "values"}`,
`{"op": "is_null" | "is_not_null" | "is_true", "col"}`, `{"op": "geo", "lat", "lon", "km"}`.
"""

import random
from datetime import datetime, time, timedelta

from citizens import AS_OF, CATEGORIES, CHANNELS, DISTRICT_BY_RANK, DISTRICT_LAT, DISTRICT_LON, DISTRICTS, PURPOSES, WARDS

NULLABLE = ["last_open_at", "last_click_at", "last_contact_at", "last_survey_score", "rent_arrears", "ethnicity", "disability", "gender"]
ROUND_AGES = [16, 18, 21, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80]
ROUND_DAYS = [7, 14, 28, 30, 60, 90, 120, 180, 270, 365, 545, 730, 1095]
ROUND_ARREARS = [0, 50, 100, 250, 500, 1000, 1500, 2000, 3000]
COUNTERS = ("opens_90d", "clicks_90d", "shares_90d", "complaints_365d")


def years_ago(years):
    return AS_OF.replace(year=AS_OF.year - years)


def days_ago(days):
    return datetime.combine(AS_OF - timedelta(days), time())


class Writer:
    """Draws rules. The order of its draws is part of the rules."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.seen = []

    def choice(self, *options):
        return self.random.choice(options)

    def new_leaf(self):
        kind = self.random.random()
        for below, draw in (
            (0.12, self.age),
            (0.28, self.recency),
            (0.40, self.place),
            (0.58, self.category),
            (0.66, self.activity),
            (0.74, self.arrears),
            (0.79, self.household_or_score),
            (0.83, self.presence),
            (0.87, self.flag),
            (0.915, self.near),
        ):
            if kind < below:
                return draw()
        return self.consent(self.choice(*PURPOSES), self.choice(*CHANNELS))

    def age(self):
        low = self.random.choice(ROUND_AGES if self.random.random() < 0.3 else range(16, 90))
        if self.random.random() < 0.6:
            high = low + self.choice(5, 9, 10, 14, 15, 20, 25)
            day = timedelta(1)
            return {"op": "range", "col": "birth_date", "lo": years_ago(high + 1) + day, "hi": years_ago(low) + day}
        return {"op": self.choice("le", "gt"), "col": "birth_date", "value": years_ago(low)}

    def recency(self):
        column = self.choice("last_open_at", "last_click_at", "last_contact_at", "joined_at")
        days = self.random.choice(ROUND_DAYS) if self.random.random() < 0.35 else self.random.randint(1, 900)
        if column == "joined_at":
            days *= 4
        if self.random.random() < 0.25:
            return {"op": "range", "col": column, "lo": days_ago(days + self.choice(30, 60, 90, 180, 365)), "hi": days_ago(days)}
        return {"op": self.choice("ge", "lt"), "col": column, "value": days_ago(days)}

    def district(self, mean_rank):
        return int(DISTRICT_BY_RANK[min(int(self.random.expovariate(1 / mean_rank)), len(DISTRICTS) - 1)])

    def place(self):
        if self.random.random() < 0.5:
            column, count = "postcode_district", self.choice(1, 3, 5, 10, 20, 40, 80)
            values = {DISTRICTS[self.district(300)] for _ in range(count)}
        else:
            column, count = "ward", self.choice(1, 1, 2, 3, 5, 8, 12, 20, 40)
            values = {WARDS[self.random.randrange(len(WARDS))] for _ in range(count)}
        values = sorted(values)
        if len(values) == 1:
            return {"op": "eq", "col": column, "value": values[0]}
        return {"op": "in", "col": column, "values": values}

    def category(self):
        column = self.random.choice(list(CATEGORIES))
        names = CATEGORIES[column]
        if self.random.random() < 0.45:
            return {"op": self.choice("eq", "eq", "ne"), "col": column, "value": self.random.choice(names[:6])}
        return {"op": "in", "col": column, "values": sorted(self.random.sample(names, self.random.randint(2, max(2, len(names) // 2))))}

    def activity(self):
        column = self.choice(*COUNTERS)
        operator = self.choice("ge", "ge", "lt", "eq")
        frequent = column in ("opens_90d", "clicks_90d")
        return {"op": operator, "col": column, "value": self.random.choice([1, 2, 3, 5, 8, 10, 12, 15, 20] if frequent else [1, 2, 3])}

    def arrears(self):
        amount = self.random.choice(ROUND_ARREARS) if self.random.random() < 0.5 else self.random.randrange(10, 4000, 10)
        if self.random.random() < 0.3:
            return {"op": "range", "col": "rent_arrears", "lo": float(amount), "hi": float(amount + self.choice(100, 250, 500, 1000))}
        return {"op": self.choice("gt", "le"), "col": "rent_arrears", "value": float(amount)}

    def household_or_score(self):
        if self.random.random() < 0.4:
            return {"op": self.choice("ge", "le", "eq"), "col": "household_size", "value": self.random.randint(1, 6)}
        return {"op": self.choice("ge", "le"), "col": "last_survey_score", "value": self.random.randint(2, 4)}

    def presence(self):
        return {"op": self.choice("is_null", "is_not_null"), "col": self.random.choice(NULLABLE)}

    def flag(self):
        return {"op": "is_true", "col": self.choice("email_present", "phone_present", "disability")}

    def near(self):
        district = self.district(200)
        lat = round(float(DISTRICT_LAT[district]) + self.random.uniform(-0.05, 0.05), 4)
        lon = round(float(DISTRICT_LON[district]) + self.random.uniform(-0.08, 0.08), 4)
        return {"op": "geo", "lat": lat, "lon": lon, "km": self.choice(2, 5, 10, 15, 20, 30, 50)}

    def consent(self, purpose, channel):
        return {"op": "is_true", "col": f"c_{purpose}_{channel}"}

    def leaf(self):
        if self.seen and self.random.random() < 0.02:
            return self.random.choice(self.seen)
        leaf = self.new_leaf()
        self.seen.append(leaf)
        return leaf

    def tree(self, leaves, op, depth):
        if leaves == 1:
            leaf = self.leaf()
            return {"op": "not", "arg": leaf} if self.random.random() < 0.10 else leaf
        if depth >= 3 or (leaves == 2 and self.random.random() < 0.5):
            tree = {"op": op, "args": [self.tree(1, op, 9) for _ in range(leaves)]}
        else:
            args, left, other = [], leaves, "or" if op == "and" else "and"
            while left > 0:
                part = min(left, 1 if self.random.random() < 0.6 else self.random.randint(2, 3))
                if part == leaves:
                    part = leaves - 1
                args.append(self.tree(part, other, depth + 1))
                left -= part
            tree = {"op": op, "args": args}
        return {"op": "not", "arg": tree} if depth > 0 and self.random.random() < 0.08 else tree

    def rule(self, shared):
        """Two to eight predicates; more than half begin with a consent, skewed to a few purposes and channels, and one in eight takes up a shared part."""
        leaves, first = self.random.randint(2, 8), []
        if self.random.random() < 0.55:
            purpose = PURPOSES[min(int(self.random.expovariate(0.9)), 5)]
            first.append(self.consent(purpose, CHANNELS[min(int(self.random.expovariate(0.8)), 4)]))
            leaves -= 1
        if leaves >= 3 and self.random.random() < 0.12:
            first.append(self.random.choice(shared))
            leaves -= 2
        leaves = max(leaves, 1)
        if not first:
            return self.tree(max(leaves, 2), "and" if self.random.random() < 0.85 else "or", 0)
        rest = self.tree(leaves, "and" if self.random.random() < 0.6 else "or", 1)
        return {"op": "and", "args": first + (rest["args"] if rest["op"] == "and" else [rest])}


def make(count, seed=7):
    """The first `count` rules, by name."""
    writer = Writer(seed)
    shared = [writer.tree(2, "and" if i % 3 else "or", 3) for i in range(24)]
    return {f"seg_{i:04d}": writer.rule(shared) for i in range(count)}
