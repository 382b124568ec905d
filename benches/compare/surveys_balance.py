"""Raking in balance: python surveys_balance.py ANSWERS.csv. As surveys.R; prints one line of JSON for surveys.py.

In an interpreter of its own: balance wants another numpy than the other peers.
"""

from __future__ import annotations

import json
import logging
import sys
import time

import numpy as np
import pandas as pd
from balance.weighting_methods.rake import rake

logging.getLogger("balance").setLevel(logging.ERROR)


def population(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """A small weighted population with the margins' shares, which grow as 1, 2, 3, ...; balance takes margins from rows only."""
    labels = {name: sorted(frame[name].unique()) for name in names}
    ends = {name: np.cumsum(np.arange(1, len(of) + 1)) / (len(of) * (len(of) + 1) / 2) for name, of in labels.items()}
    cuts = np.unique(np.concatenate([[0.0], *ends.values()]).round(15))
    middle = (cuts[1:] + cuts[:-1]) / 2
    rows = {name: np.array(labels[name])[np.searchsorted(ends[name], middle)] for name in names}
    return pd.DataFrame({**rows, "weight": np.diff(cuts)})


def main() -> None:
    """Rake to margins of few categories, then of many."""
    frame = pd.read_csv(sys.argv[1])
    found = {}
    for what, prefix in (("few", "m"), ("many", "n")):
        names = [f"{prefix}{at}" for at in range(1, 6)]
        target = population(frame, names)
        given = frame[names].astype(object), frame["weight"], target[names].astype(object), target["weight"]
        begin = time.process_time()
        weight = rake(*given, variables=names, transformations=None, convergence_threshold=1e-12)["weight"]
        found[what] = time.process_time() - begin
        found[f"{what}_deff"] = len(weight) * (weight**2).sum() / weight.sum() ** 2
    print(json.dumps(found))


if __name__ == "__main__":
    main()
