"""What Polars takes to read a whole Parquet file: `python read.py PARQUET`. Prints one line of JSON. citx's own reading is timed in `segments.rs`."""

import json
import os
import sys

from measure import timed

if __name__ == "__main__":
    os.environ["POLARS_MAX_THREADS"] = "2"
    import polars as pl

    pl.read_parquet(sys.argv[1], n_rows=1000)
    best = min((timed(lambda: pl.read_parquet(sys.argv[1])) for _ in range(2)), key=lambda times: times[1])
    print(json.dumps({"rows": len(best[2]), "version": pl.__version__, "read_wall": best[0], "read_cpu": best[1]}))
