"""citx from Python on one table and rule set: `python ours.py WORKLOAD PARQUET SEGMENTS THREADS`. Prints one line of JSON."""

import sys

import pyarrow.parquet as pq
import render
from measure import measure
from workloads import AS_OF, KEY, WORKLOADS

import citx


def main(name, path, segments, threads):
    trees = WORKLOADS[name].rules(int(segments))
    book = citx.SegmentBook({name: render.citx(tree) for name, tree in trees.items()})
    people = citx.Population.from_arrow(pq.read_table(path, columns=[KEY, *render.columns(trees)]), key=KEY)
    measure(
        lambda: book.evaluate(people, as_of=AS_OF, threads=int(threads)),
        lambda members: members.counts().values(),
        rows=len(people),
        version=citx.__version__,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
