"""Random rules in the SQL that citx and DuckDB share, and random tables with every awkward value."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

TEXTS = [
    "",
    "a",
    "A",
    "ab",
    "aB",
    "ba",
    "abc",
    "%",
    "_",
    "a_c",
    "a%c",
    "Straße",
    "STRASSE",
    "é",
    "e\u0301",
    "İ",
    "名前",
    " a",
    "a ",
    "\\",
    "x'y",
    "10",
    "9",
]
FLOATS = [0.0, -0.0, 0.5, -0.5, 0.1, 1.0, 2.0, 2.5, 3.0, -1.0, 1e300, -1e300, 5e-324, float("inf"), float("-inf"), float("nan"), 2.0**53]
WHOLES = [0, 1, -1, 2, 3, 7, 10, -7, 100, 2**31 - 1, -(2**31)]
DATES = [
    dt.date(2024, 2, 29),
    dt.date(2023, 2, 28),
    dt.date(2026, 11, 22),
    dt.date(1970, 1, 1),
    dt.date(1969, 12, 31),
    dt.date(1900, 1, 1),
    dt.date(2024, 1, 31),
]
DECIMALS = [Decimal(text) for text in ("0.00", "0.01", "-0.01", "1.00", "1.50", "2.50", "99999.99", "-99999.99")]
INSTANTS = [
    dt.datetime(2024, 2, 29),
    dt.datetime(2024, 2, 29, 0, 0, 0, 1),
    dt.datetime(2024, 2, 28, 23, 59, 59, 999999),
    dt.datetime(1969, 12, 31, 23),
    dt.datetime(2026, 11, 22, 9, 30),
]
COLUMNS = {
    "i": WHOLES,
    "j": WHOLES,
    "f": FLOATS,
    "g": FLOATS,
    "s": TEXTS,
    "t": TEXTS,
    "d": DATES,
    "e": DATES,
    "instant": INSTANTS,
    "k": DECIMALS,
    "b": [True, False],
}
KINDS = {
    "i": "BIGINT",
    "j": "INTEGER",
    "f": "DOUBLE",
    "g": "DOUBLE",
    "s": "VARCHAR",
    "t": "VARCHAR",
    "d": "DATE",
    "e": "DATE",
    "instant": "TIMESTAMP",
    "k": "DECIMAL(12, 2)",
    "b": "BOOLEAN",
}


def table(draw: random.Random, rows: int) -> dict[str, list[Any]]:
    """Columns of every kind, a fifth of each null."""
    columns: dict[str, list[Any]] = {"id": list(range(rows))}
    for name, values in COLUMNS.items():
        columns[name] = [None if draw.random() < 0.2 else draw.choice(values) for _ in range(rows)]
    return columns


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


class Rules:
    """Draws rules."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def pick(self, *options: str) -> str:
        return self.draw.choice(options)

    def number(self, depth: int) -> str:
        if depth == 0 or self.draw.random() < 0.5:
            return self.pick("i", "j", "f", "g", "k", "i", "f", "0", "1", "2", "-1", "7", "2.5", "0.1", "1e3", "0.01")
        a, b = self.number(depth - 1), self.number(depth - 1)
        # Products of large whole numbers overflow in one engine and are null in the other: small factors only.
        return self.pick(
            f"({a} + {b})",
            f"({a} - {b})",
            f"({a} * 2)",
            f"({a} / {b})",
            f"(j % {self.pick('3', '0', 'i', '-7')})",
            f"abs({a})",
            f"-({a})",
            self.choice("number", depth),
        )

    def words(self, depth: int) -> str:
        if depth == 0 or self.draw.random() < 0.6:
            return self.pick("s", "t", text(self.draw.choice(TEXTS)))
        return self.pick(f"lower({self.words(depth - 1)})", f"upper({self.pick('s', 't')})", self.choice("words", depth))

    def day(self, depth: int) -> str:
        if depth == 0 or self.draw.random() < 0.6:
            return self.pick("d", "e", f"DATE '{self.draw.choice(DATES)}'")
        return self.choice("day", depth)

    def moment(self, depth: int) -> str:
        step = self.pick("1 day", "3 days", "1 month", "13 months", "1 year", "2 weeks", "36 hours", "1 hour", "90 minutes")
        plain = self.pick("instant", "d", "e", f"TIMESTAMP '{self.draw.choice(INSTANTS)}'")
        if depth == 0 or self.draw.random() < 0.4:
            return plain
        return f"({self.moment(depth - 1)} {self.pick('+', '-')} INTERVAL '{step}')"

    def choice(self, kind: str, depth: int) -> str:
        a, b = (getattr(self, kind)(depth - 1) for _ in range(2))
        return self.pick(
            f"coalesce({a}, {b})",
            f"CASE WHEN {self.rule(depth - 1)} THEN {a} ELSE {b} END",
            f"CASE WHEN {self.rule(depth - 1)} THEN {a} END",
            f"nullif({a}, {b})",
        )

    def comparison(self, a: str, b: str) -> str:
        operator = self.pick("=", "<>", "!=", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM")
        return f"{a} {operator} {b}"

    def predicate(self, depth: int) -> str:
        kind = self.pick("number", "number", "words", "day", "moment", "like", "boolean")
        no = self.pick("", "", "NOT ")
        if kind == "boolean":
            return self.pick(
                "b", "NOT b", "b IS TRUE", "b IS NOT TRUE", "b IS FALSE", "b IS NOT FALSE", "b = TRUE", "b IS NULL", "b <> (i > 0)"
            )
        if kind == "like":
            pattern = self.pick("a%", "%a", "_", "%", "", "a_c", "%b%", "A%", "__", "a!%c", "%é%")
            escape = " ESCAPE '!'" if "!" in pattern else ""
            return self.pick(
                f"{self.words(depth)} {no}{self.pick('LIKE', 'ILIKE')} {text(pattern)}{escape}",
                f"starts_with({self.words(depth)}, {self.words(0)})",
                f"contains({self.words(depth)}, {self.words(0)})",
                f"ends_with({self.words(depth)}, {self.words(0)})",
                f"length({self.words(depth)}) > {self.draw.randrange(4)}",
            )
        values = getattr(self, kind)
        a = values(depth)
        form = self.pick("compare", "compare", "compare", "between", "in", "null")
        if form == "compare":
            return self.comparison(a, values(depth))
        if form == "between":
            return f"{a} {no}BETWEEN {values(0)} AND {values(0)}"
        if form == "in":
            items = [values(0) for _ in range(self.draw.randrange(1, 5))] + (["NULL"] if self.draw.random() < 0.2 else [])
            return f"{a} {no}IN ({', '.join(items)})"
        return f"{a} IS {no}NULL"

    def rule(self, depth: int = 3) -> str:
        if depth == 0 or self.draw.random() < 0.3:
            return self.predicate(max(depth - 1, 0))
        a, b = self.rule(depth - 1), self.rule(depth - 1)
        return self.pick(
            f"({a} AND {b})",
            f"({a} OR {b})",
            f"NOT ({a})",
            f"({a} AND {b} OR NOT ({a}))",
            f"({a}) IS {self.pick('TRUE', 'NOT TRUE', 'FALSE', 'NOT FALSE', 'NULL', 'NOT NULL')}",
        )
