"""A table of another shape: a key and 200 text columns, two cells in five null, and rules of text predicates. `python strings.py ROWS OUT.parquet`.

120 columns hold 10 to 1,000 different values, 80 hold names, addresses, e-mail addresses and notes that hardly repeat. Plain text columns, no dictionaries.
"""

import random
import sys

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

SEED = 20261102
CHUNK = 250_000
NULL_SHARE = 0.4
WORDS = """
    Abbey Acre Ash Bank Bay Beech Birch Bridge Brook Café Castle Cedar Chapel Church Cliff Court Crescent Dale Drive Élan Elm Farm Fell Field Ford Garden Gate
    Glen Grange Green Grove Harbour Heath Hill Holly House Kirk Lake Lane Łąka Marsh Meadow Mill Moor Oak Orchard Ørsted Park Path Pine Place Pond Ridge River
    Road Rowan Row Spring Square Station Street Thorn Tower Über Vale View Walk Water Way Well Willow Wood Yard Yew
"""
FIRST = """
    Ada Amir Ana Ben Cara Chidi Dafydd Eilidh Élodie Fatima Finn Grace Hana Idris Ines Jakub Kwame Leila Łucja Maya Niamh Omar Priya Ravi Sana Søren Tomos Uma Wei Zoë
"""
LAST = """
    Ahmed Baker Campbell Chen Davies Evans Fraser Green Hughes Iqbal Jones Khan Lewis MacDonald Mbeki Nowak O-Brien Patel Quinn Roberts Silva Taylor Umar Walsh Young
"""
WORDS, FIRST, LAST = WORDS.split(), FIRST.split(), LAST.split()
CATEGORICAL = [f"cat_{i:03d}" for i in range(120)]
WORDY = [f"text_{i:03d}" for i in range(80)]


def cardinality(column):
    """How many values a column of `CATEGORICAL` has, 10 to 1,000."""
    return int(round(10 ** (1 + 2 * CATEGORICAL.index(column) / (len(CATEGORICAL) - 1))))


def categories(column):
    draw = random.Random(f"{SEED} {column}")
    values = {}
    while len(values) < cardinality(column):
        words = draw.sample(WORDS, draw.choice((1, 2, 2, 3)))
        value = " ".join(words) + (f" {draw.randint(1, 99)}" if draw.random() < 0.4 else "")
        values[value.upper() if draw.random() < 0.1 else value] = None
    return list(values)


def kind(column):
    return ("name", "address", "email", "note")[WORDY.index(column) % 4]


def chunk(index):
    rng = np.random.default_rng([SEED, index])
    columns = {"id": pa.array(np.arange(index * CHUNK + 1, (index + 1) * CHUNK + 1, dtype=np.int64))}

    def draw(values):
        return pa.array(values).take(pa.array(rng.integers(0, len(values), CHUNK)))

    def number(limit):
        return pc.cast(pa.array(rng.integers(1, limit, CHUNK)), pa.string())

    def joined(separator, *parts):
        return pc.binary_join_element_wise(*parts, separator)

    def wordy(what):
        if what == "name":
            return joined(" ", draw(FIRST), draw(WORDS), draw(LAST))
        if what == "address":
            return joined(" ", number(400), draw(WORDS), draw(WORDS))
        if what == "email":
            name = joined(".", draw(FIRST), draw(LAST), number(5000))
            return joined("@", pc.utf8_lower(name), draw(["example.org", "example.com", "mail.example", "post.example"]))
        return joined(" ", *(draw(WORDS) for _ in range(7)), number(1_000_000))

    def with_nulls(values):
        return pc.if_else(pa.array(rng.random(CHUNK) < NULL_SHARE), pa.scalar(None, pa.string()), values)

    for column in CATEGORICAL:
        names = categories(column)
        weight = 1 / np.arange(2, len(names) + 2)
        codes = np.searchsorted(np.cumsum(weight / weight.sum()), rng.random(CHUNK)).clip(0, len(names) - 1)
        columns[column] = with_nulls(pa.array(names).take(pa.array(codes)))
    for column in WORDY:
        columns[column] = with_nulls(wordy(kind(column)))
    return pa.table(columns)


def write(rows, path):
    writer = None
    for start in range(0, rows, CHUNK):
        table = chunk(start // CHUNK).slice(0, rows - start)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="lz4")
        writer.write_table(table, row_group_size=CHUNK)
    writer.close()


class Writer:
    """Draws rules over the columns."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def fragment(self, column):
        """Part of a value: what `contains` and its like look for."""
        if column in WORDY and kind(column) == "email":
            return self.random.choice((self.random.choice(LAST).lower(), "example.org", "." + str(self.random.randint(10, 99))))
        if column in WORDY and kind(column) == "name":
            return self.random.choice(FIRST + LAST)
        word = self.random.choice(WORDS)
        return word if self.random.random() < 0.5 else word[: self.random.randint(2, 4)]

    def beginning(self, column):
        if column in CATEGORICAL:
            return self.random.choice(categories(column))[: self.random.randint(1, 8)]
        if kind(column) == "address":
            return str(self.random.randint(1, 40))
        words = FIRST if kind(column) in ("name", "email") else WORDS
        word = self.random.choice(words)
        return word.lower() if kind(column) == "email" else word

    def leaf(self):
        draw = self.random.random()
        column = self.random.choice(CATEGORICAL if draw < 0.6 else WORDY)
        kind_of = self.random.random()
        if kind_of < 0.10:
            return {"op": self.random.choice(("is_null", "is_not_null")), "col": column}
        if kind_of < 0.18:
            return {"op": "length_ge", "col": column, "value": self.random.randint(5, 45)}
        if kind_of < 0.34:
            return {"op": self.random.choice(("like_prefix", "starts_with")), "col": column, "value": self.beginning(column)}
        if kind_of < 0.54 or column in WORDY:
            return {"op": self.random.choice(("like_infix", "contains")), "col": column, "value": self.fragment(column)}
        values = categories(column)
        if kind_of < 0.66:
            return {"op": "lower_eq", "col": column, "value": self.random.choice(values).lower()}
        if kind_of < 0.82:
            return {"op": self.random.choice(("eq", "eq", "ne")), "col": column, "value": self.random.choice(values)}
        return {"op": "in", "col": column, "values": sorted(self.random.sample(values, self.random.randint(2, min(20, len(values)))))}

    def tree(self, leaves, op):
        if leaves == 1:
            leaf = self.leaf()
            return {"op": "not", "arg": leaf} if self.random.random() < 0.1 else leaf
        first = self.random.randint(1, leaves - 1)
        other = "or" if op == "and" else "and"
        return {"op": op, "args": [self.tree(first, other), self.tree(leaves - first, other)]}


def make(count, seed=7):
    """The first `count` rules, by name: two to eight predicates each."""
    writer = Writer(seed)
    return {f"text_{i:04d}": writer.tree(writer.random.randint(2, 8), writer.random.choice(("and", "and", "or"))) for i in range(count)}


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
