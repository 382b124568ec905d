"""Writes a ledger of each format from docs/spec/ledger.md alone, with Python's sqlite3 and hashlib: format-1.db, format-2.db and their heads.

    python3 tests/golden/ledger/make.py [FOLDER]

Salts, identity and instants are fixed, so that it is the same ledger each time (the file's bytes may change with the SQLite that writes it).
"""

import hashlib
import hmac
import pathlib
import sqlite3
import struct
import sys

META = "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;"
FORMAT_1 = """
CREATE TABLE events (
    id INTEGER PRIMARY KEY, recorded_at INTEGER NOT NULL, captured_at INTEGER NOT NULL, status TEXT NOT NULL, scope TEXT NOT NULL,
    purpose TEXT, channel TEXT, topic TEXT, notice TEXT, valid_from INTEGER, valid_until INTEGER, method TEXT, jurisdiction TEXT,
    source TEXT, citizen_hash BLOB NOT NULL, contact_hash BLOB, evidence_hash BLOB, actor_hash BLOB, idempotency_hash BLOB,
    contact_key_hash BLOB, erases BLOB, mark BLOB, hash BLOB NOT NULL) STRICT;
CREATE TABLE personal (
    event INTEGER NOT NULL, field INTEGER NOT NULL, salt BLOB NOT NULL, value TEXT NOT NULL, PRIMARY KEY (event, field)) STRICT, WITHOUT ROWID;
CREATE INDEX personal_citizen ON personal (value, event) WHERE field = 1;
CREATE UNIQUE INDEX personal_idempotency ON personal (value) WHERE field = 5;
CREATE INDEX personal_contact_key ON personal (value, event) WHERE field = 6;
"""
FORMAT_2 = """
CREATE TABLE events (
    id INTEGER PRIMARY KEY, hash BLOB NOT NULL, sealed BLOB NOT NULL, mark BLOB, salts BLOB, citizen TEXT, contact TEXT, evidence_ref TEXT,
    actor TEXT, idempotency_key TEXT, contact_key TEXT) STRICT;
CREATE INDEX events_citizen ON events (citizen) WHERE citizen IS NOT NULL;
CREATE UNIQUE INDEX events_idempotency_key ON events (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX events_contact_key ON events (contact_key) WHERE contact_key IS NOT NULL;
"""
MARKS = "CREATE INDEX events_mark ON events (mark) WHERE mark IS NOT NULL;"
LEDGER_ID = bytes(range(16))
MARK_KEY = bytes(range(100, 132))
DAY = 86_400_000_000
MARCH = 1_772_323_200_000_000  # 2026-03-01T00:00:00Z


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def text(value):
    return struct.pack("<I", len(value.encode())) + value.encode()


def blob(value):
    return struct.pack("<I", len(value)) + value


def i64(value):
    return struct.pack("<q", value)


def optional(value, write):
    return b"\0" if value is None else b"\1" + write(value)


class Ledger:
    def __init__(self, path, form):
        self.form = form
        schema = META + (FORMAT_1 if form == 1 else FORMAT_2) + MARKS
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.executescript("PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON; BEGIN;" + schema)
        self.database.execute("PRAGMA application_id = 0x63697478")
        self.database.execute(f"PRAGMA user_version = {form}")
        self.database.execute("INSERT INTO meta VALUES ('ledger_id', ?), ('mark_key', ?)", (LEDGER_ID, MARK_KEY))
        self.hash = sha(b"citx ledger genesis", b"\1", LEDGER_ID, MARK_KEY)
        self.length = 0

    def append(self, status, captured_at, scope="channel", personal=(), erases=None, mark=None, **fields):
        """`personal` are the citizen, contact, evidence, actor, idempotency key and contact as it is compared, None where there is none."""
        self.length += 1
        number, recorded_at = self.length, MARCH + 60 * DAY + self.length
        personal = tuple(personal) + (None,) * (6 - len(personal))
        salts = [sha(b"salt", struct.pack("<QQ", number, field)) for field in range(1, 7)]
        commitments = [None if value is None else sha(salt, value.encode()) for salt, value in zip(salts, personal, strict=True)]
        names = [fields.get(name) for name in ("purpose", "channel", "topic", "notice")]
        valid = [fields.get(name) for name in ("valid_from", "valid_until")]
        origin = [fields.get(name) for name in ("method", "jurisdiction", "source")]
        sealed = b"".join([
            i64(recorded_at), i64(captured_at), text(status), text(scope),
            *(optional(name, text) for name in names), *(optional(at, i64) for at in valid), *(optional(name, text) for name in origin),
            commitments[0], *(optional(commitment, bytes) for commitment in commitments[1:]), optional(erases, blob),
        ])
        self.hash = sha(b"citx ledger event", b"\1", self.hash, struct.pack("<Q", number), sealed, optional(mark, blob))
        if self.form == 1:
            row = [number, recorded_at, captured_at, status, scope, *names, *valid, *origin, *commitments, erases, mark, self.hash]
            self.database.execute(f"INSERT INTO events VALUES ({', '.join('?' * 23)})", row)
            for field, (salt, value) in enumerate(zip(salts, personal, strict=True), 1):
                if value is not None and erases is None:
                    self.database.execute("INSERT INTO personal VALUES (?, ?, ?, ?)", (number, field, salt, value))
        else:
            kept = [None] * 6 if erases is not None else personal
            salts = b"".join(salt for salt, value in zip(salts, kept, strict=True) if value is not None) or None
            row = [number, self.hash, sealed, mark, salts, *kept]
            self.database.execute(f"INSERT INTO events VALUES ({', '.join('?' * 11)})", row)

    def erase(self, citizen, captured_at):
        if self.form == 1:
            of_citizen = "SELECT event FROM personal WHERE field = 1 AND value = ? ORDER BY event"
            forget = "DELETE FROM personal WHERE event = ?"
        else:
            of_citizen = "SELECT id FROM events WHERE citizen = ? ORDER BY id"
            columns = ["salts", "citizen", "contact", "evidence_ref", "actor", "idempotency_key", "contact_key"]
            forget = f"UPDATE events SET {', '.join(f'{column} = NULL' for column in columns)} WHERE id = ?"
        events = [event for (event,) in self.database.execute(of_citizen, (citizen,))]
        self.database.executemany(forget, [(event,) for event in events])
        listed = b"".join(struct.pack("<Q", event) for event in [*events, self.length + 1])
        self.append("erased", captured_at, "all", (citizen,), listed, hmac.new(MARK_KEY, citizen.encode(), hashlib.sha256).digest())

    def close(self, head):
        self.database.execute("COMMIT")
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.database.close()
        lines = f"citx ledger head 1\nledger {LEDGER_ID.hex()}\nsequence {self.length}\nhash {self.hash.hex()}\n"
        head.write_bytes(f"{lines}check {hashlib.sha256(lines.encode()).hexdigest()}\n".encode())


def write(path, form):
    for end in ("", "-wal", "-shm", ".head"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    ledger = Ledger(path, form)
    letter = {"purpose": "newsletter", "channel": "email"}
    full = {"topic": "parks", "notice": "privacy-2026", "method": "web", "jurisdiction": "GB-ENG", "source": "crm \u00e9"}
    ledger.append(
        "given", MARCH, personal=("C-1 \u00e9", " Ann@Example.org", "form 881", "self", "k1", "ann@example.org"),
        **letter, **full, valid_from=MARCH, valid_until=MARCH + 365 * DAY,
    )
    ledger.append("given", MARCH + 1, personal=("C-2", "bob@example.org", None, None, "k2", "bob@example.org"), **letter)
    ledger.append("given", MARCH, personal=("C-3", None, None, None, "k3"), **letter)
    ledger.append("withdrawn", MARCH + 30 * DAY, personal=("C-2", None, "call 17", "agent 4", "k4"), **letter)
    ledger.append("given", MARCH + 2 * DAY, personal=("C-4",), purpose="newsletter", scope="purpose")
    ledger.erase("C-3", MARCH + 40 * DAY)
    ledger.append("objected", -1, "all", ("C-5", None, None, None, "k7"))
    ledger.append("given", MARCH, personal=("C-3", None, None, None, "k3"), **letter)
    ledger.close(path.with_name(path.name + ".head"))


folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
for form in (1, 2):
    write(folder / f"format-{form}.db", form)
