"""Writes sets of rows as portable Roaring bytes with pyroaring, and what is in them to `sets.tsv`. Needs no code of citx."""

from pathlib import Path

import pyroaring

HERE = Path(__file__).parent

# Each set is made of ranges: first, behind the last, step. The names say which containers hold it.
SETS = {
    "empty": [],
    "one": [(0, 1, 1)],
    "array": [(0, 65_536, 41), (70_000, 70_003, 1), (131_071, 131_073, 1)],
    "bitmap": [(0, 65_536, 3)],
    "run": [(100, 60_000, 1), (65_535, 200_000, 1)],
    "mixed": [(5, 3_000, 7), (65_536, 131_072, 2), (140_000, 190_000, 1), (300_000, 300_001, 1)],
    "four-runs": [(n * 65_536 + 10, n * 65_536 + 5_000, 1) for n in range(5)],
    "edges": [(63, 65, 1), (4_095, 4_097, 1), (65_535, 65_537, 1), (1_048_575, 1_048_576, 1)],
}

lines = [f"# pyroaring {pyroaring.__version__} (CRoaring {pyroaring.__croaring_version__}); ranges are first..behind-the-last/step", "name\tmembers\tranges"]
for name, ranges in SETS.items():
    rows = sorted({row for first, end, step in ranges for row in range(first, end, step)})
    plain = pyroaring.BitMap(rows, optimize=False)
    (HERE / f"{name}.plain").write_bytes(plain.serialize())
    plain.run_optimize()
    (HERE / f"{name}.runs").write_bytes(plain.serialize())
    lines.append(f"{name}\t{len(rows)}\t{','.join(f'{first}..{end}/{step}' for first, end, step in ranges)}")
(HERE / "sets.tsv").write_text("\n".join(lines) + "\n")
