"""Make consent.parquet: GENERATED consent records. No real consent records are ever public.

    python3 generate_consent.py

Needs pyarrow. What each voter is made to have said depends only on the voter's number, through SHA-256, so the file is the same everywhere.
"""

import hashlib
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

VOTERS = 344_084
START = datetime(2005, 6, 1, 9, tzinfo=timezone.utc)


def draw(voter, what):
    """A number in [0, 1) for this voter."""
    return int.from_bytes(hashlib.sha256(f"{what}:{voter}".encode()).digest()[:8], "big") / 2**64


def events(voter):
    at = START + timedelta(minutes=int(draw(voter, "at") * 400 * 24 * 60))
    said = draw(voter, "said")
    newsletter = {"purpose": "civic-newsletter", "channel": "post", "scope": "channel", "notice": "privacy-2005"}
    if said < 0.030:
        yield {**newsletter, "status": "given", "captured_at": at, "method": "paper"}
        if said < 0.006:
            yield {**newsletter, "status": "withdrawn", "captured_at": at + timedelta(days=60), "method": "phone"}
    elif said < 0.045:
        yield {**newsletter, "status": "refused", "captured_at": at, "method": "paper"}
    elif said < 0.050:
        yield {"scope": "all", "status": "objected", "captured_at": at, "method": "phone"}
    elif said < 0.054:
        yield {"purpose": "turnout-letter", "channel": "post", "scope": "channel", "status": "bounced", "captured_at": at, "method": "import"}


def main(target):
    names = ["purpose", "channel", "scope", "status", "captured_at", "method", "notice", "source"]
    rows = [{"citizen": voter, "source": "generated", **event} for voter in range(1, VOTERS + 1) for event in events(voter)]
    columns = {"citizen": pa.array([row["citizen"] for row in rows], pa.int32())}
    for name in names:
        kind = pa.timestamp("s", "UTC") if name == "captured_at" else pa.string()
        columns[name] = pa.array([row.get(name) for row in rows], kind)
    pq.write_table(pa.table(columns), target, compression="zstd", compression_level=19)
    print(f"{len(rows)} generated events")


if __name__ == "__main__":
    main(Path(__file__).parent / "consent.parquet")
