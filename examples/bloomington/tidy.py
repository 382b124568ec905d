"""Make residents.csv from the city's microdata.

    python3 tidy.py bloomington_2017_community_survey.csv

Standard library only. Keeps the identifier, the area, the survey weight and the questions whose wording the source's code book gives;
leaves out the open comments, the imputed copies of questions, and the demographic items, which the code book does not explain.
"""

import csv
import re
import sys
from pathlib import Path

KEPT = re.compile(r"id|area|wt|q1[a-g]|q2[a-i]|q3[ab]|q4[a-d]|q5[a-s]|q7[a-h]|q8|q9[a-d]|q1[01][a-h]|q12[a-c]|q13[a-h]|q15|q16|q17[a-h]")


def main(source, target):
    with open(source, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if KEPT.fullmatch(name)]
    names = ["id", "area", "wt", *[name for name in names if name not in ("id", "area", "wt")]]
    with open(target, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} residents, {len(names)} columns")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else Path(__file__).parent / "residents.csv")
