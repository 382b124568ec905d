"""What citizens may ask of a ledger, and what proves it, on a file and on a server."""

import json
import os
import uuid

import pytest

import citx


@pytest.fixture(params=["memory", "file", "server"])
def ledger(request, tmp_path, policy):
    if request.param == "server":
        address = os.environ.get("CITX_POSTGRES")
        if address is None:
            pytest.skip("no PostgreSQL server: scripts/with_postgres starts one")
        path = f"{address}?options=-csearch_path%3D{schema(address)}"
    else:
        path = ":memory:" if request.param == "memory" else tmp_path / "consent.db"
    with citx.ConsentLedger.open(path, policy=policy) as ledger:
        for citizen, status, day in [("C-1", "given", "2026-03-01"), ("C-2", "objected", "2026-02-01"), ("C-3", "given", "2026-03-03")]:
            said = {"purpose": "newsletter", "channel": "email", "status": status, "captured_at": day}
            ledger.append(citizen=citizen, evidence_ref=f"form of {citizen}", **said)
        yield ledger


@pytest.fixture
def policy():
    return (
        citx.Policy.builtin("uk-2026")
        .with_controller(name="Anytown Council", kind="public_authority", time_zone="Europe/London")
        .with_purpose("newsletter", message_class="direct_marketing", basis="consent")
    )


def schema(address):
    """Make room on the server for one ledger."""
    import subprocess

    name = f"citx_{uuid.uuid4().hex}"
    subprocess.run(["psql", "-X", "-q", address, "-c", f"CREATE SCHEMA {name}"], check=True)
    return name


def rule(ledger, citizen, day):
    return ledger.decide(citizen, purpose="newsletter", channel="email", at=day).rule


def test_a_ledger_is_the_same_wherever_it_is_kept(ledger):
    assert (len(ledger), ledger.verify(), rule(ledger, "C-1", "2026-06-01"), rule(ledger, "C-2", "2026-06-01")) == (3, 3, "R13", "R06")
    assert ledger.as_of("2026-06-01").decide("C-3", purpose="newsletter", channel="email").allowed
    same = {"purpose": "newsletter", "status": "given", "captured_at": "2026-04-01"}
    table = {"citizen": [str(n) for n in range(5000)]} | {name: [value] * 5000 for name, value in same.items()}
    assert (ledger.append_arrow(table), len(ledger), ledger.verify()) == (5000, 5003, 5003)
    ledger.erase("C-3")
    assert rule(ledger, "C-3", "2026-06-01") == "R00"
    assert "secret" not in repr(ledger)


def test_merged_records_count_together_until_they_are_taken_apart(ledger):
    assert ledger.merge("C-1", "C-2", at="2026-06-01", actor="registrar") == (4, 5)
    assert ledger.unmerge("C-1", "C-2", at="2026-08-01") == (6, 7)
    assert [rule(ledger, "C-1", day) for day in ("2026-05-30", "2026-06-01", "2026-08-02")] == ["R13", "R06", "R13"]
    with pytest.raises(citx.InvalidArgumentError):
        ledger.merge("C-1", "C-1", at="2026-06-01")
    with pytest.raises(citx.NotFoundError):
        ledger.merge("C-8", "C-9", at="2026-06-01")


def test_a_wrong_event_is_corrected(ledger):
    right = {"citizen": ["C-1"], "purpose": ["newsletter"], "channel": ["email"], "status": ["withdrawn"], "captured_at": ["2026-03-02"]}
    assert ledger.rectify(1, right) == 5
    assert [row["id"] for row in ledger.history("C-1")] == [5]
    assert (rule(ledger, "C-1", "2026-03-01T12:00:00Z"), rule(ledger, "C-1", "2026-03-03"), ledger.verify()) == ("R07b", "R07", 5)
    with pytest.raises(citx.NotFoundError):
        ledger.rectify(1, right)
    with pytest.raises(citx.InvalidArgumentError):
        ledger.rectify(2, {name: values * 2 for name, values in right.items()})


def test_a_subject_is_shown_everything_and_nobody_else(ledger):
    people = citx.Population.from_arrow({"id": ["C-1", "C-2"], "email": ["c1@example.org", "c2@example.org"]}, key="id")
    people = people.with_facts(citx.FactColumns(email="email"))
    book = citx.SegmentBook({"reachable": "email IS NOT NULL"})
    arms = {"who": ["C-2", "C-1"], "arm": ["control", "letter"]}
    held = ledger.subject_access("C-1", at="2026-06-01", people=people, book=book, tables={"campaign": (arms, "who")})
    whole = json.loads(held.to_json())
    assert whole["attributes"] == {"id": "C-1", "email": "c1@example.org"}
    assert [segment["holds"] for segment in whole["segments"]] == [True]
    assert whole["tables"] == {"campaign": [{"who": "C-1", "arm": "letter"}]}
    assert [row["status"] for row in whole["consent"]] == ["given"]
    assert {row["rule"] for row in whole["decisions"] if row["channel"] == "email"} == {"R13"}
    assert "c1@example.org" in held.to_text()
    assert "c2@example.org" not in held.to_text()
    assert "C-1" not in repr(held)
    assert set(json.loads(held.to_portable_json())) == {"citizen", "as_of", "controller", "policy", "attributes", "consent"}
    assert (held.events.num_rows, held.recipients.num_rows) == (1, 0)
    assert json.loads(ledger.subject_access("nobody").to_json())["consent"] == []


def test_an_event_is_proved_to_whoever_noted_the_root(ledger):
    size, root = ledger.root()
    proof = ledger.prove(2, size)
    assert citx.verify_proof(proof, size, root) == 2
    with pytest.raises(citx.CorruptedError):
        citx.verify_proof(proof.replace("C-2", "C-7"), size, root)
    with pytest.raises(citx.InvalidArgumentError):
        citx.verify_proof("{}", size, root)
    with pytest.raises(citx.NotFoundError):
        ledger.prove(9, size)


def test_what_is_handed_out_is_recorded(ledger, tmp_path):
    people = citx.Population.from_arrow({"id": ["C-1", "C-2"], "email": ["c1@example.org", "c2@example.org"]}, key="id")
    people = people.with_facts(citx.FactColumns(email="email"))
    members = citx.SegmentBook({"all": "id IS NOT NULL"}).evaluate(people, as_of="2026-06-01", time_zone="Europe/London")
    audience = members["all"].audience(ledger.as_of("2026-06-01"), purpose="newsletter", channels=["email"])
    for _ in range(2):
        audience.write_csv(tmp_path / "list.csv", system="mailing house")
        audience.write_notify(tmp_path / "notify")
    audience.write_parquet(tmp_path / "list.parquet")
    told = [(row["source"], row["evidence_ref"][:7]) for row in ledger.history("C-1") if row["status"] == "disclosed"]
    assert told == [("mailing house", "sha256:"), ("notify", "sha256:"), ("parquet", "sha256:")]
    assert all(row["status"] != "disclosed" for row in ledger.history("C-2")), "refused, so not handed out"
    assert ledger.subject_access("C-1").recipients.num_rows == 3


def test_an_event_has_a_receipt(ledger):
    receipt = ledger.receipt(2)
    assert "Anytown Council" in json.dumps(receipt)
    assert "objected" in json.dumps(receipt).lower()
    with pytest.raises(citx.NotFoundError):
        ledger.receipt(99)
    with pytest.raises(citx.InvalidArgumentError):
        ledger.receipt(2, controller={"name": "Anytown"})
