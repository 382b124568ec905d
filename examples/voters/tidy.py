"""Make voters.parquet from the published file of the experiment.

    python3 tidy.py GerberGreenLarimer_APSR_2008_social_pressure.csv.gz

Needs pyarrow. Every row is kept. Arms lose their leading blank, yes / no of any spelling become booleans, voters and households are numbered
in the order of the file (one household's published number is 41511.5). The published file has no addresses; `generated_address` is made up
from the household's number, so that letters can be shown.
"""

import csv
import gzip
import io
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ELECTIONS = ["g2000", "p2000", "g2002", "p2002", "g2004", "p2004"]


def flag(text):
    return {"yes": True, "no": False}[text.strip().lower()]


def main(source, target):
    with gzip.open(source, "rb") as file:
        rows = list(csv.DictReader(io.TextIOWrapper(file, "utf-8")))
    numbers = {}
    households = [numbers.setdefault(row["hh_id"], len(numbers) + 1) for row in rows]
    columns = {
        "voter": pa.array(range(1, len(rows) + 1), pa.int32()),
        "household": pa.array(households, pa.int32()),
        "household_size": pa.array([int(row["hh_size"]) for row in rows], pa.int8()),
        "block": pa.array([int(row["cluster"]) for row in rows], pa.int16()),
        "sex": pa.array([row["sex"].strip() for row in rows]),
        "birth_year": pa.array([int(row["yob"]) for row in rows], pa.int16()),
    }
    for election in ELECTIONS:
        columns[election] = pa.array([flag(row[election]) for row in rows])
    columns["past_votes"] = pa.array([sum(flag(row[election]) for election in ELECTIONS) for row in rows], pa.int8())
    columns["arm"] = pa.array([row["treatment"].strip() for row in rows])
    columns["voted"] = pa.array([flag(row["voted"]) for row in rows])
    columns["generated_address"] = pa.array([f"Household {number}, Example Road, Michigan, United States" for number in households])
    # The blocks lie in order and households within them, so the numbers are short steps: delta encodings make them nearly vanish.
    steps = {"voter": "DELTA_BINARY_PACKED", "household": "DELTA_BINARY_PACKED", "block": "DELTA_BINARY_PACKED",
             "generated_address": "DELTA_BYTE_ARRAY"}
    dictionary = ["household_size", "sex", "birth_year", "past_votes", "arm"]
    pq.write_table(pa.table(columns), target, compression="zstd", compression_level=19, use_dictionary=dictionary, column_encoding=steps)
    print(f"{len(rows)} voters, {len(numbers)} households")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else Path(__file__).parent / "voters.parquet")
