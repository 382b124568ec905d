"""The hashes that crates/citx-store/src/ledger/chain.rs is tested against, from docs/spec/ledger.md alone. Python 3, no packages."""

import hashlib
import hmac
import struct


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def prefixed(value):
    value = value.encode() if isinstance(value, str) else value
    return struct.pack("<I", len(value)) + value


def i64(value):
    return struct.pack("<q", value)


def optional(value, write=prefixed):
    return b"\0" if value is None else b"\1" + write(value)


def commitment(salt, value):
    return sha(bytes([salt]) * 32, value.encode())


def event(previous, number, recorded_at, captured_at, status, scope, names, valid, origin, commitments, erases=None, mark=None):
    return sha(
        b"citx ledger event", b"\1", previous, struct.pack("<Q", number), i64(recorded_at), i64(captured_at), prefixed(status), prefixed(scope),
        *(optional(name) for name in names), *(optional(at, i64) for at in valid), *(optional(text) for text in origin),
        commitments[0], *(optional(commitment, bytes) for commitment in commitments[1:]), optional(erases), optional(mark),
    )


mark_key = bytes([9]) * 32
genesis = sha(b"citx ledger genesis", b"\1", bytes([7]) * 16, mark_key)
values = ["C-17", "c@example.org", "form 881", "self", "k1", "c@example.org"]
full = event(
    genesis, 1, 1770000000000001, -5, "given", "channel", ["newsletter", "email", "parks", "privacy-2026"], [-1, 2**63 - 1],
    ["web", "GB-ENG", "crm \u00e9"], [commitment(salt, value) for salt, value in enumerate(values, 1)],
)
mark = hmac.new(mark_key, b"C-17", hashlib.sha256).digest()
bare = event(
    full, 2, 0, 0, "erased", "all", [None] * 4, [None] * 2, [None] * 3, [commitment(8, "C-17")] + [None] * 5, struct.pack("<QQ", 1, 2), mark,
)
for name, value in [("GENESIS", genesis), ("FULL", full), ("BARE", bare), ("MARK", mark)]:
    print(name, value.hex())
