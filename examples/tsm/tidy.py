"""Make returns.csv and published.csv from the regulator's workbook.

    python3 tidy.py tsm2024.xlsx [FOLDER]

Needs openpyxl. Sheets are found by `TSMnn_TENURE_Perception`, and columns by their `(TPnn)` code and order, never by wording: in the 2023/24
workbook the headings over the counts of TP05, TP06 and TP07 carry one another's words.

The workbook's symbols ([X] left blank, [Z] not required, [S] suppressed, [E] excluded, [U] no denominator) are not numbers: such a cell makes
no row in returns.csv and is empty in published.csv.
"""

import csv
import re
import sys
from pathlib import Path

import openpyxl

SHEET = re.compile(r"TSM\d\d_(LCRA|LCHO|Combined)_Perception$")
CODE = re.compile(r"\((TP\d\d)\)")
SATISFIED = ["Very satisfied", "Fairly satisfied", "Neither satisfied nor dissatisfied", "Fairly dissatisfied", "Very dissatisfied"]
AGREE = ["Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree"]
NOT_APPLICABLE = "Not applicable/don't know"
# Questions that lead to a measure; some years they carry its code.
FILTER = re.compile(r"\b(has|have)( not)? (carried out a repair|made a complaint)|\bdo(es)?( not)? live in")
# Columns without which there is nothing to tidy; the others may change from year to year.
NEEDED = {"landlord", "code", "type", "population", "required", "achieved", "moe_percent"}


def clean(cell):
    return re.sub(r"[\s\u200b]+", " ", str(cell)).strip() if cell is not None else ""


def number(cell):
    """The cell as the shortest text of its number, or None for a symbol or an empty cell."""
    if isinstance(cell, str):
        try:
            cell = float(cell.replace(",", ""))
        except ValueError:
            return None
    if cell is None or isinstance(cell, bool):
        return None
    return str(int(cell)) if float(cell).is_integer() else repr(float(cell))


def header_row(rows):
    for index, row in enumerate(rows[:20]):
        if clean(row[0]) == "Landlord name":
            return index
    raise SystemExit("no row starts with `Landlord name`")


def find(headings, start, needed):
    """The position of the first heading that starts so."""
    found = [index for index, heading in enumerate(headings) if heading.startswith(start)]
    if needed and not found:
        raise SystemExit(f"no column starts with `{start}`")
    return found[0] if found else None


def layout(headings):
    """Measure -> (column of the published percentage, [(answer, column), ...])."""
    percentages, counts = {}, {}
    for index, heading in enumerate(headings):
        code = CODE.search(heading)
        if not code or "unweighted" in heading or "for each survey method" in heading:
            continue
        measure = code.group(1)
        if heading.startswith("Proportion of respondents"):
            percentages.setdefault(measure, index)
        elif heading.startswith("Number of respondents") and not FILTER.search(heading):
            counts.setdefault(measure, []).append(index)
    for measure, columns in counts.items():
        answers = AGREE if measure == "TP08" else SATISFIED
        if len(columns) not in (5, 6):
            raise SystemExit(f"{measure}: expected 5 or 6 columns of counts, found {len(columns)}")
        counts[measure] = list(zip([*answers, NOT_APPLICABLE], columns))
    if set(percentages) != set(counts):
        raise SystemExit("the measures with percentages and with counts differ")
    return {measure: (percentages[measure], counts[measure]) for measure in sorted(counts)}


def main(workbook, folder):
    book = openpyxl.load_workbook(workbook, read_only=True)
    returns, published = [], []
    for sheet in book:
        match = SHEET.match(sheet.title)
        if not match:
            continue
        tenure = match.group(1)
        rows = list(sheet.iter_rows(values_only=True))
        top = header_row(rows)
        headings = [clean(cell) for cell in rows[top]]
        where = {name: find(headings, start, name in NEEDED) for name, start in {
            "landlord": "Landlord name", "code": "Landlord code", "type": "Landlord type", "region": "Landlord predominant region",
            "population": "Relevant tenant population size", "required": "Required minimum sample size",
            "achieved": "Total sample size achieved", "moe_percent": "Estimated margin of error achieved", "approach": "Sample or census",
            "method": "Predominant collection method", "weighted": "Were weighted responses used",
        }.items()}
        measures = layout(headings)
        for row in rows[top + 1:]:
            if not clean(row[where["code"]]):
                break  # the table ends at the first row without a code; notes follow
            text = {name: clean(row[index]) if index is not None else "" for name, index in where.items()}
            for name in ["population", "required", "achieved", "moe_percent"]:
                text[name] = number(row[where[name]]) or ""
            line = {**text, "tenure": tenure}
            for measure, (percentage, counts) in measures.items():
                line[measure] = number(row[percentage]) or ""
                for answer, column in counts:
                    count = number(row[column])
                    if count is not None:
                        returns.append([text["landlord"], text["type"], tenure, text["population"], text["achieved"], measure, answer, count])
            published.append(line)
    if not returns:
        raise SystemExit("no sheet is called TSMnn_TENURE_Perception")
    with open(folder / "returns.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["landlord", "type", "tenure", "population", "responses", "measure", "answer", "count"])
        writer.writerows(returns)
    names = ["landlord", "code", "type", "tenure", "region", "population", "required", "achieved", "moe_percent", "approach", "method", "weighted"]
    names += [f"TP{index:02}" for index in range(1, 13)]
    with open(folder / "published.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(published)
    print(f"{len(published)} returns, {len(returns)} counts")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent)
