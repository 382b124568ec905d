"""The tables of `make bench`: citx beside Polars, DuckDB and DataFusion, each in a process of its own, counts checked against one another and against `expected`.

`python compare.py --help` lists the options. What is printed is also written as Markdown to build/bench/results.md. Exits with 1 where counts differ.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

import consent
import render
from report import Report, machine
from workloads import AS_OF, KEY, WORKLOADS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SIZES = (1, 10, 100, 1000)
COMPILED = (10, 100, 1000, 5000)
# Beyond ten segments these peers need minutes for ten million rows: they get a million, and their ratio is per row.
SLOW = {"duckdb": "DuckDB", "datafusion": "DataFusion"}
SLOW_ROWS = 1_000_000
LIVE = {"one attribute written": "one", "a whole row, two attributes of it changed": "row", "a whole row, all of it changed": "other"}
LIVE_ROWS = 1_000_000
POLARS, CITX, PYTHON = "Polars streaming", "citx", "citx through Python"


class Workbench:
    """Makes tables and books where they are absent, and runs engines on them."""

    def __init__(self, folder, programs):
        self.folder = folder
        self.programs = programs

    def table(self, workload, rows):
        path = self.folder / f"{workload}_{rows}.parquet"
        if not path.exists():
            print(f"making {path.name}", file=sys.stderr, flush=True)
            part = path.with_suffix(".part")
            WORKLOADS[workload].write(rows, part)
            part.rename(path)
        return path

    def book(self, workload, segments):
        path = self.folder / f"{workload}_{segments}.toml"
        rules = WORKLOADS[workload].rules(segments)
        path.write_text("".join(f"{name} = {json.dumps(render.citx(tree), ensure_ascii=False)}\n" for name, tree in rules.items()))
        return path

    def ours(self, workload, rows, segments, threads):
        return self.program("segments", workload, rows, segments, threads)

    def live(self, rows, segments):
        return self.program("live", "citizens", rows, segments)

    def program(self, name, workload, rows, segments, *more):
        return self.run(self.programs / f"citx-bench-{name}", self.table(workload, rows), KEY, AS_OF, self.book(workload, segments), *more)

    def events(self, rows):
        path = self.folder / f"events_{rows}.parquet"
        if not path.exists():
            part = path.with_suffix(".part")
            consent.write(rows, rows, part)
            part.rename(path)
        return path

    def consent(self, rows, threads):
        return self.run(self.programs / "citx-bench-consent", self.table("citizens", rows), KEY, AS_OF, self.events(rows), threads)

    def ledger(self, rows):
        """The ledger's program and the plain table, each in a folder of its own that goes again."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            ours = self.run(self.programs / "citx-bench-ledger", AS_OF, self.events(rows), folder)
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            return ours, self.python("ledger.py", self.events(rows), folder)

    def ours_in_python(self, workload, rows, segments, threads):
        return self.python("ours.py", workload, self.table(workload, rows), segments, threads)

    def peer(self, engine, workload, rows, segments):
        return self.python("peers.py", engine, workload, self.table(workload, rows), segments)

    def python(self, script, *arguments):
        return self.run(sys.executable, HERE / script, *arguments)

    def run(self, *command):
        """The line of JSON that a process prints."""
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)


class Counts:
    """The members of each segment, on which every engine must agree."""

    def __init__(self):
        self.agreed = {}
        self.wrong = []

    def check(self, who, workload, segments, measured):
        rows, counts = measured["rows"], measured["counts"]
        expected = self.expected(workload, rows, segments) or self.agreed.setdefault((workload, rows, segments), counts)
        differing = sum(1 for theirs, ours in zip(expected, counts) if theirs != ours)
        if differing or len(counts) != segments:
            self.wrong.append(f"{who}, {segments} segments of {workload}, {rows:,} rows: {differing} counts differ")

    def expected(self, workload, rows, segments):
        for size in (segments, SIZES[-1]):
            committed = HERE / "expected" / f"{workload}_{rows}_{size}.json"
            if committed.exists():
                return json.loads(committed.read_text())[:segments]
        return None

    def sentence(self):
        return "; ".join(self.wrong) if self.wrong else "Every engine found the same counts."


def engines(bench, report, counts, workload, rows, segments, peers):
    """One table of engines. Returns their figures by name and threads."""
    measured = {(POLARS, 2): bench.peer("polars", workload, rows, segments)}
    for threads in (1, 2):
        measured[CITX, threads] = bench.ours(workload, rows, segments, threads)
        measured[PYTHON, threads] = bench.ours_in_python(workload, rows, segments, threads)
    for engine in peers:
        theirs = rows if segments <= 10 else min(rows, SLOW_ROWS)
        measured[SLOW[engine], 2] = bench.peer(engine, workload, theirs, segments)
    polars = measured[POLARS, 2]
    lines = []
    for (who, threads), figures in sorted(measured.items()):
        counts.check(who, workload, segments, figures)
        per_row = (polars["cpu"] / polars["rows"]) / (figures["cpu"] / figures["rows"])
        seconds = (f"{figures[field]:.4f}" for field in ("cpu", "first_cpu", "wall", "first_wall"))
        memory = (f"{figures[field]:,.0f}" for field in ("base_mb", "peak_mb"))
        lines.append([f"{who} {figures['version']}", f"{figures['rows']:,}", str(threads), *seconds, *memory, f"{per_row:.2f}"])
    columns = ["rows", "threads", "CPU s", "first", "wall s", "first", "table MB", "peak MB", "CPU, Polars = 1"]
    report.table([f"{workload}, {segments} segments", *columns], lines)
    return measured


def ratios(report, workload, results):
    lines = []
    for segments, measured in results.items():
        one, two, polars, in_python = measured[CITX, 1], measured[CITX, 2], measured[POLARS, 2], measured[PYTHON, 2]
        masks_mb = segments * two["rows"] / 8 / 2**20
        shares = [
            polars["cpu"] / two["cpu"],
            polars["first_cpu"] / two["first_cpu"],
            polars["wall"] / two["wall"],
            one["wall"] / two["wall"],
            in_python["cpu"] / two["cpu"],
            two["peak_mb"] / (two["base_mb"] + masks_mb),
        ]
        lines.append([str(segments), f"{polars['cpu']:.4f}", f"{two['cpu']:.4f}", *(f"{share:.2f}" for share in shares)])
    columns = [
        "Polars CPU s",
        "citx CPU s",
        "ratio",
        "first call",
        "wall",
        "wall, 1 to 2 threads",
        "CPU, Python to Rust",
        "peak to table and masks",
    ]
    report.table([f"{workload}, segments", *columns], lines)


def loading(bench, report, rows):
    theirs = bench.python("read.py", bench.table("citizens", rows))
    ours = bench.ours("citizens", rows, 1, 2)
    report.heading("Loading a file of 57 columns")
    parts = [(f"Polars {theirs['version']}, reading", "read", theirs), ("citx, reading", "read", ours)]
    parts += [("citx, encodings", "encode", ours), ("citx, key index", "index", ours)]
    report.table(
        [f"{rows:,} citizens", "CPU s", "wall s"],
        [[who, f"{took[part + '_cpu']:.3f}", f"{took[part + '_wall']:.3f}"] for who, part, took in parts],
    )
    share = (ours["read_cpu"] + ours["encode_cpu"]) / theirs["read_cpu"]
    report.say(f"Reading and encoding take {share:.2f} times the CPU seconds of Polars' reading.")


def small_calls(bench, report):
    report.heading("Compiling a book, and asking about one citizen")
    lines = []
    for segments in COMPILED:
        took = bench.ours("citizens", 10_000, segments, 1)
        milliseconds = (f"{took[part] * 1e3:.2f}" for part in ("parse", "compile"))
        microseconds = (f"{took[part] * 1e6:.1f}" for part in ("match", "explain"))
        lines.append([f"{segments:,}", *milliseconds, *microseconds])
    report.table(["segments", "parse, ms", "compile, ms", "match one record, us", "explain one segment, us"], lines)


def live_segments(bench, report):
    report.heading("Live segments")
    took = bench.live(LIVE_ROWS, SIZES[-1])
    lines = [[what, *(f"{part:.2f}" for part in took[f"{name}_us"]), f"{took[f'{name}_changes']:,}"] for what, name in LIVE.items()]
    report.table(
        [f"{took['rows']:,} citizens, {took['segments']:,} segments", "median, us", "99 of 100 below, us", "entered and left"], lines
    )
    report.say(f"Starting, which evaluates everyone, takes {took['start_cpu']:.2f} CPU seconds.")


def consent_decisions(bench, report, rows):
    report.heading("Consent")
    ours, theirs = bench.consent(rows, 1), bench.python("consent.py", bench.events(rows))
    parts = [
        ("citx, a view from a table of events", "view"),
        ("citx, binding it to the citizens", "bind"),
        ("citx, who may be contacted, for one purpose and channel", "mask"),
        ("citx, the same for all 30", "masks"),
        ("citx, outcome and rule for all 30", "all"),
    ]
    lines = [[what, f"{ours[part + '_cpu']:.4f}"] for what, part in parts]
    lines.append([f"DuckDB {theirs['version']}, the latest event of each citizen, purpose and channel", f"{theirs['cpu']:.4f}"])
    report.table([f"{rows:,} citizens, as many events, 6 purposes, 5 channels", "CPU s"], lines)
    report.say(f"One decision with reason, evidence and expiry takes {ours['one_us']:.1f} us, of a citizen not asked about before.")
    report.say(f"Outcome, rule and reason out of what was decided for everyone: {ours['by_row_us']:.2f} us by row, {ours['by_key_us']:.2f} us by key.")


def ledger(bench, report, rows):
    report.heading("Ledger")
    ours, theirs = bench.ledger(rows)

    def rate(wall):
        return f"{ours['events'] / wall:,.0f}"

    lines = [
        ["citx, importing", f"{ours['import_wall']:.1f}", rate(ours["import_wall"])],
        [f"SQLite {theirs['version']}, a plain table with one index, from Python", f"{theirs['wall']:.1f}", rate(theirs["wall"])],
        ["citx, a view of everyone, every hash recomputed", f"{ours['view_wall']:.1f}", rate(ours["view_wall"])],
        ["citx, verifying", f"{ours['verify_wall']:.1f}", rate(ours["verify_wall"])],
    ]
    report.table([f"{ours['events']:,} events in a file", "wall s", "events a second"], lines)
    report.say(f"One decision from the file takes {ours['one_us']:.0f} us. Importing took {ours['peak_mb']:,.0f} MB at most, the table read included.")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    arguments.add_argument("--rows", type=int, default=1_000_000, help="citizens")
    arguments.add_argument("--string-rows", type=int, default=500_000, help="rows of the table of 200 text columns")
    arguments.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="numbers of segments")
    arguments.add_argument("--peers", nargs="*", default=list(SLOW), choices=SLOW, help="peers besides Polars")
    arguments.add_argument("--folder", type=Path, default=ROOT / "build/bench", help="where tables are kept")
    arguments.add_argument("--programs", type=Path, default=ROOT / "target/release", help="where citx's own programs were built")
    options = arguments.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    bench, report, counts = Workbench(options.folder, options.programs), Report(), Counts()
    report.say(
        f"{datetime.now(timezone.utc):%Y-%m-%d}: {machine()}.",
        "",
        "From a table in memory to a mask for every rule; citx plans its book in the call. Best of three calls in one process, the previous result dropped; `first` is the",
        "first of them.",
    )
    for workload, rows, sizes in (("citizens", options.rows, options.sizes), ("strings", options.string_rows, (100,))):
        report.heading(f"Segments of {workload}")
        results = {segments: engines(bench, report, counts, workload, rows, segments, options.peers) for segments in sizes}
        ratios(report, workload, results)
    loading(bench, report, options.rows)
    small_calls(bench, report)
    live_segments(bench, report)
    consent_decisions(bench, report, options.rows)
    ledger(bench, report, options.rows)
    report.say(counts.sentence())
    report.write(options.folder / "results.md")
    if counts.wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
