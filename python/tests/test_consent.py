"""Policy, ledger, view, decision."""

from __future__ import annotations

import datetime as dt
import pickle
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import citx
from conftest import needs

UTC = dt.timezone.utc
GIVEN: dict[str, Any] = {
    "citizen": "C-17",
    "purpose": "newsletter",
    "channel": "email",
    "status": "given",
    "captured_at": "2026-03-01T10:00:00Z",
    "method": "web",
}
ASK: dict[str, Any] = {"purpose": "newsletter", "channel": "email"}
SECRET = "rumpelstiltskin@example.org"


@pytest.fixture
def ledger(policy: citx.Policy, tmp_path: Path) -> citx.ConsentLedger:
    return citx.ConsentLedger.open(tmp_path / "consent.db", policy=policy)


# -- policy -----------------------------------------------------------------------------------------------------------


def test_a_policy_says_what_it_is(policy: citx.Policy) -> None:
    assert policy.name == "uk-2026"
    assert policy.id.startswith(f"uk-2026@{policy.version}#")
    assert list(policy.purposes) == ["newsletter", "repairs", "tsm-survey"]
    assert policy.purposes["newsletter"] == {"message_class": "direct_marketing", "basis": "consent"}
    assert {"email", "sms", "post", "phone"} <= set(policy.channels)
    assert policy.facts["deceased"] == "boolean"
    assert [rule.id for rule in policy.rules] == policy.explain()["id"].to_pylist()
    assert all(rule.source and rule.reason for rule in policy.rules)
    assert "R13" in repr(next(rule for rule in policy.rules if rule.id == "R13"))
    with pytest.raises(AttributeError):
        policy.name = "other"  # type: ignore[misc]


def test_a_policy_is_never_changed_in_place(policy: citx.Policy) -> None:
    more = policy.with_purpose("walks", message_class="direct_marketing", basis="consent")
    assert "walks" in more.purposes
    assert "walks" not in policy.purposes
    assert more != policy
    assert more.id != policy.id
    assert policy == policy.with_purpose("repairs", message_class="service", basis="contract")


def test_a_justified_purpose(policy: citx.Policy) -> None:
    words = {"task": "public health", "power": "NHS Act 2006 s. 2B", "necessity": "n", "proportionality": "p", "approved_by": "DPO"}
    walks = policy.with_purpose(
        "health-walks",
        message_class="public_task_promotion",
        basis="public_task",
        justification={**words, "review_by": dt.date(2027, 4, 1)},
    )
    assert walks.purposes["health-walks"]["justification.review_by"] == "2027-04-01"


def test_policies_that_cannot_be(policy: citx.Policy, tmp_path: Path) -> None:
    with pytest.raises(citx.CitxError):
        citx.Policy.builtin("uk-1066")
    for change in ({"kind": "parish"}, {"time_zone": "Europe/Londn"}):
        with pytest.raises(citx.CitxError):
            policy.with_controller(**{"name": "A", "kind": "charity", "time_zone": "Europe/London", **change})  # type: ignore[arg-type]
    fine: dict[str, Any] = {"name": "a", "message_class": "service", "basis": "contract"}
    for wrong in (
        {"name": "a b"},
        {"name": ""},
        {"message_class": "spam"},
        {"basis": "vibes"},
        {"nope": "x"},
        {"justification": 3},
        {"nope": object()},
    ):
        with pytest.raises(citx.CitxError):
            policy.with_purpose(**{**fine, **wrong})
    (tmp_path / "policy.toml").write_text("name = 3", encoding="utf-8")
    for text in ("", "name = 3", "[[rules]]", "\x00", "= ="):
        with pytest.raises(citx.PolicyError):
            citx.Policy.parse(text)
    with pytest.raises(citx.PolicyError, match=r"policy\.toml"):
        citx.Policy.read(tmp_path / "policy.toml")
    with pytest.raises(citx.CitxIOError):
        citx.Policy.read(tmp_path)


# -- decisions --------------------------------------------------------------------------------------------------------


def test_a_decision_gives_its_reason_and_evidence(ledger: citx.ConsentLedger) -> None:
    event = ledger.append(**GIVEN)
    decision = ledger.decide("C-17", at="2026-11-22", facts={"deceased": False}, **ASK)
    assert (decision.allowed, decision.outcome, decision.rule, decision.basis) == (True, "allow", "R13", "consent")
    assert (decision.permitted_by, decision.evidence, decision.policy) == ("R13", [event], ledger.policy.id)
    assert decision.to_dict()["rule"] == "R13"
    assert pickle.loads(pickle.dumps(decision)) == decision
    assert hash(decision) == hash(pickle.loads(pickle.dumps(decision)))
    assert "C-17" not in repr(decision)


def test_a_deny_is_false(ledger: citx.ConsentLedger) -> None:
    decision = ledger.decide("C-17", at="2026-11-22", **ASK)
    assert not decision
    assert not decision.allowed
    assert decision.outcome == "deny"
    assert ledger.decide("C-17", purpose="nope", channel="email", at="2026-11-22").outcome == "deny"
    assert ledger.decide("C-17", purpose="newsletter", channel="pigeon", at="2026-11-22").outcome == "deny"
    assert ledger.decide("C-17", at="2026-11-22", facts={"deceased": True}, **ASK).rule == "R01"


def test_until_is_an_aware_utc_datetime(ledger: citx.ConsentLedger) -> None:
    ledger.append(**{**GIVEN, "valid_until": "2026-12-01"})
    until = ledger.decide("C-17", at="2026-11-22", **ASK).until
    assert until == dt.datetime(2026, 12, 1, tzinfo=UTC)
    assert pickle.loads(pickle.dumps(ledger.decide("C-17", at="2026-11-22", **ASK))).until == until


def test_questions_that_cannot_be(ledger: citx.ConsentLedger) -> None:
    ledger.append(**GIVEN)
    with pytest.raises(citx.RuleError, match="did you mean `deceased`"):
        ledger.decide("C-17", at="2026-11-22", facts={"decaesed": True}, **ASK)
    for facts in ({"deceased": "maybe " + SECRET}, {"birth_date": 3}, {"deceased": object()}, {3: True}, "deceased", [("deceased", True)]):
        with pytest.raises(citx.InvalidArgumentError) as caught:
            ledger.decide("C-17", at="2026-11-22", facts=facts, **ASK)  # type: ignore[arg-type]
        assert SECRET not in str(caught.value)
    for at in ("soon", None, 3):
        with pytest.raises(citx.InvalidArgumentError):
            ledger.decide("C-17", at=at, **ASK)  # type: ignore[arg-type]
    with pytest.raises(citx.InvalidArgumentError):
        ledger.decide(None, at="2026-11-22", **ASK)  # type: ignore[arg-type]


def test_a_date_is_midnight_of_the_controllers_zone(ledger: citx.ConsentLedger) -> None:
    ledger.append(**{**GIVEN, "captured_at": "2026-06-30T22:59:59Z"})
    ledger.append(**{**GIVEN, "captured_at": "2026-06-30T23:00:00Z", "status": "withdrawn"})
    assert ledger.decide("C-17", at="2026-06-30T22:59:59.5Z", **ASK).allowed
    assert not ledger.decide("C-17", at="2026-07-01", **ASK).allowed
    assert not ledger.decide("C-17", at=dt.date(2026, 7, 1), **ASK).allowed
    assert ledger.decide("C-17", at=dt.datetime(2026, 6, 30, 22, 59, 59), **ASK).allowed


# -- ledger -----------------------------------------------------------------------------------------------------------


def test_append_history_verify_head(ledger: citx.ConsentLedger) -> None:
    assert (len(ledger), ledger.verify(), bool(ledger)) == (0, 0, True)
    assert ledger.append(**GIVEN) == 1
    assert ledger.append(**{**GIVEN, "citizen": 18, "contact": SECRET, "valid_from": dt.date(2026, 4, 1)}) == 2
    assert (len(ledger), ledger.verify()) == (2, 2)
    sequence, digest = ledger.head()
    assert sequence == 2
    assert int(digest, 16)
    history = ledger.history("C-17")
    assert len(history) == 1
    (event,) = history
    assert event["id"] == 1
    assert event["captured_at"] == dt.datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert event["recorded_at"].tzinfo is not None
    assert {name: event[name] for name in ("citizen", "purpose", "channel", "status", "method", "scope")} == {
        "citizen": "C-17",
        "purpose": "newsletter",
        "channel": "email",
        "status": "given",
        "method": "web",
        "scope": "channel",
    }
    assert ledger.history(18)["contact"].to_pylist() == [SECRET]
    assert len(ledger.history("nobody")) == 0
    assert ledger.events()["id"].to_pylist() == [1, 2]
    assert SECRET not in repr(ledger)


def test_an_idempotency_key_appends_once(ledger: citx.ConsentLedger) -> None:
    first = ledger.append(**GIVEN, idempotency_key="k1")
    assert ledger.append(**GIVEN, idempotency_key="k1") == first
    with pytest.raises(citx.ConflictError) as caught:
        ledger.append(**{**GIVEN, "status": "refused"}, idempotency_key="k1")
    assert (caught.value.kind, len(ledger)) == ("Conflict", 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "maybe"},
        {"status": ""},
        {"citizen": ""},
        {"citizen": None},
        {"citizen": 1.5},
        {"purpose": "nope"},
        {"channel": "pigeon"},
        {"captured_at": "yesterday"},
        {"captured_at": None},
        {"captured_at": 3},
        {"scope": "galaxy"},
        {"valid_from": "2026-03-02", "valid_until": "2026-03-02"},
        {"valid_from": SECRET},
    ],
)
def test_events_that_cannot_be(ledger: citx.ConsentLedger, wrong: dict[str, Any]) -> None:
    with pytest.raises(citx.CitxError) as caught:
        ledger.append(**{**GIVEN, "contact": SECRET, **wrong})
    assert SECRET not in str(caught.value)
    assert len(ledger) == 0


def test_append_takes_keywords_only_and_no_unknown_ones(ledger: citx.ConsentLedger) -> None:
    with pytest.raises(TypeError):
        ledger.append("C-17")  # type: ignore[misc, call-arg]
    with pytest.raises(TypeError):
        ledger.append(**GIVEN, nope=1)
    with pytest.raises(TypeError):
        ledger.append(citizen="C-17")  # type: ignore[call-arg]


def test_append_arrow_is_all_or_nothing(ledger: citx.ConsentLedger) -> None:
    pa = needs("pyarrow")
    rows = [{**GIVEN, "citizen": f"C-{n}", "idempotency_key": f"k{n}"} for n in range(100)]
    assert ledger.append_arrow(pa.Table.from_pylist(rows)) == 100
    assert ledger.append_arrow(rows) == 0
    assert len(ledger) == 100
    bad = [{**GIVEN, "idempotency_key": "new"}, {**GIVEN, "status": SECRET}]
    with pytest.raises(citx.CitxError, match="2") as caught:
        ledger.append_arrow(bad)
    assert SECRET not in str(caught.value)
    for table in ([{**GIVEN, "nope": 1}], [{"citizen": "a"}], 3, [{**GIVEN, "captured_at": 3.5}]):
        with pytest.raises(citx.CitxError):
            ledger.append_arrow(table)  # type: ignore[arg-type]
    assert len(ledger) == 100


def test_a_closed_ledger_refuses(policy: citx.Policy, tmp_path: Path) -> None:
    with citx.ConsentLedger.open(tmp_path / "consent.db", policy=policy) as ledger:
        ledger.append(**GIVEN)
        assert not ledger.closed
    assert ledger.closed
    ledger.close()
    assert "closed" in repr(ledger)
    for use in (lambda: len(ledger), ledger.verify, ledger.head, lambda: ledger.append(**GIVEN), lambda: ledger.as_of("2026-11-22")):
        with pytest.raises(citx.InvalidArgumentError, match="closed"):
            use()
    with citx.ConsentLedger.open(str(tmp_path / "consent.db"), policy=policy) as again:
        assert len(again) == 1


def test_read_only(policy: citx.Policy, tmp_path: Path) -> None:
    path = tmp_path / "consent.db"
    with pytest.raises(citx.CitxError):
        citx.ConsentLedger.open(path, policy=policy, read_only=True)
    assert not path.exists()
    with citx.ConsentLedger.open(path, policy=policy) as ledger:
        ledger.append(**GIVEN)
    with citx.ConsentLedger.open(path, policy=policy, read_only=True) as ledger:
        assert ledger.decide("C-17", at="2026-11-22", **ASK).allowed
        with pytest.raises(citx.CitxError):
            ledger.append(**GIVEN)


def test_damage_is_found_and_never_decides(policy: citx.Policy, tmp_path: Path) -> None:
    path = tmp_path / "consent.db"
    with citx.ConsentLedger.open(path, policy=policy) as ledger:
        ledger.append(**GIVEN)
    backup = tmp_path / "backup.db"
    shutil.copy(path, backup)
    with citx.ConsentLedger.open(path, policy=policy) as ledger:
        ledger.append(**{**GIVEN, "status": "withdrawn", "captured_at": "2026-04-01"})
    # An older backup over the newer file: the withdrawal is missing.
    shutil.copy(backup, path)
    with pytest.raises(citx.CorruptedError):
        citx.ConsentLedger.open(path, policy=policy)
    sequence, _ = citx.ConsentLedger.accept_head(path, policy=policy)
    assert sequence == 1
    for garbage in (b"not a database at all" * 100, b"SQLite format 3\x00" + bytes(200)):
        other = tmp_path / "garbage.db"
        other.write_bytes(garbage)
        with pytest.raises(citx.CitxError) as caught:
            citx.ConsentLedger.open(other, policy=policy)
        assert not isinstance(caught.value, citx.InternalError)
    with pytest.raises(citx.CitxIOError):
        citx.ConsentLedger.open(tmp_path / "no such folder" / "consent.db", policy=policy)
    with pytest.raises(citx.InvalidArgumentError):
        citx.ConsentLedger.open("", policy=policy)
    with pytest.raises(citx.CitxIOError) as refused:
        citx.ConsentLedger.open("postgresql://user:password@127.0.0.1:1/db", policy=policy)
    assert "password" not in str(refused.value)


def test_a_changed_byte_is_corrupted_or_does_no_harm(policy: citx.Policy, tmp_path: Path) -> None:
    path = tmp_path / "consent.db"
    ends = ("", "-wal", ".head")
    with citx.ConsentLedger.open(path, policy=policy) as ledger:
        ledger.append(**GIVEN)
        ledger.append(**{**GIVEN, "status": "withdrawn", "captured_at": "2026-04-01"})
        sound = {end: Path(f"{path}{end}").read_bytes() for end in ends}
    copy = tmp_path / "copy.db"
    found, messages = 0, []
    for end in ends:
        for place in range(0, len(sound[end]), len(sound[end]) // 40):
            for other in ends:
                content = bytearray(sound[other])
                if other == end:
                    content[place] ^= 0xFF
                Path(f"{copy}{other}").write_bytes(content)
            Path(f"{copy}-shm").unlink(missing_ok=True)
            try:
                with citx.ConsentLedger.open(copy, policy=policy) as ledger:
                    assert len(ledger) == 2
                    assert not ledger.decide("C-17", at="2026-11-22", **ASK).allowed
            except (citx.CorruptedError, citx.CitxIOError) as error:
                found += 1
                messages.append(str(error))
    assert not any("C-17" in message for message in messages)
    assert found > 60


WRITER = """
import sys, citx
policy = citx.Policy.builtin("uk-2026").with_controller(name="Anytown Council", kind="public_authority", time_zone="Europe/London")
policy = policy.with_purpose("newsletter", message_class="direct_marketing", basis="consent")
ledger = citx.ConsentLedger.open(sys.argv[1], policy=policy)
for n in range(100_000):
    said = dict(purpose="newsletter", channel="email", status="given", captured_at="2026-03-01")
    id = ledger.append(citizen=f"C-{n}", idempotency_key=str(n), **said)
    print(n, id, flush=True)
"""


def test_a_killed_writer_loses_nothing_that_it_was_told(policy: citx.Policy, tmp_path: Path) -> None:
    path = tmp_path / "consent.db"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = [next(writer.stdout) for _ in range(50)]
        writer.kill()
        told += [line for line in writer.stdout if line.endswith("\n")]
    with citx.ConsentLedger.open(path, policy=policy) as ledger:
        assert ledger.verify() in (len(told), len(told) + 1)
        for line in told:
            number, id = map(int, line.split())
            (event,) = ledger.history(f"C-{number}").to_pylist()
            assert event["id"] == id


def test_erasure_leaves_a_chain_that_verifies(ledger: citx.ConsentLedger, tmp_path: Path) -> None:
    ledger.append(**{**GIVEN, "contact": SECRET})
    ledger.append(**{**GIVEN, "citizen": "C-18"})
    ledger.erase("C-17")
    assert ledger.verify() == 3
    assert not ledger.decide("C-17", at="2099-01-01", **ASK).allowed
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert ledger.erase("C-17") == 3
    with pytest.raises(citx.NotFoundError):
        ledger.erase("nobody")


def test_threads_append_to_one_ledger(ledger: citx.ConsentLedger) -> None:
    ids: list[int] = []

    def work(worker: int) -> None:
        ids.extend(ledger.append(**{**GIVEN, "citizen": f"C-{worker}-{n}"}) for n in range(10))

    workers = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(ids) == list(range(1, 41))
    assert ledger.verify() == 40


# -- view -------------------------------------------------------------------------------------------------------------


def test_a_view_of_an_instant(ledger: citx.ConsentLedger) -> None:
    ledger.append(**GIVEN)
    before, after = ledger.as_of("2026-02-28"), ledger.as_of("2026-11-22")
    assert not before.decide("C-17", **ASK)
    assert after.decide("C-17", **ASK)
    assert after.as_of == dt.datetime(2026, 11, 22, tzinfo=UTC)
    assert after.policy == ledger.policy
    ledger.append(**{**GIVEN, "status": "withdrawn", "captured_at": "2026-05-01"})
    assert after.decide("C-17", **ASK)
    assert not ledger.as_of("2026-11-22").decide("C-17", **ASK)
    assert not ledger.as_of("2026-11-22", known_at="2001-01-01").decide("C-17", **ASK)


def test_a_view_of_the_hosts_own_events(policy: citx.Policy) -> None:
    pa = needs("pyarrow")
    rows = [GIVEN, {**GIVEN, "status": "withdrawn", "captured_at": "2026-04-01"}]
    for table in (rows, pa.Table.from_pylist(rows)):
        assert not citx.ConsentView.from_events(table, policy=policy, as_of="2026-11-22").decide("C-17", **ASK)
        view = citx.ConsentView.from_events(table, policy=policy, as_of=dt.date(2026, 3, 15))
        assert view.decide("C-17", **ASK).evidence == [1]
    for bad in ([{**GIVEN, "status": SECRET}], [{**GIVEN, "nope": 1}], 3, [{"citizen": 1}]):
        with pytest.raises(citx.CitxError) as caught:
            citx.ConsentView.from_events(bad, policy=policy, as_of="2026-11-22")  # type: ignore[arg-type]
        assert SECRET not in str(caught.value)
    with pytest.raises(citx.PolicyError):
        citx.ConsentView.from_events(rows, policy=citx.Policy.builtin("uk-2026"), as_of="2026-11-22")


def test_a_mask_agrees_with_each_decision(policy: citx.Policy) -> None:
    statuses = ["given", "refused", "withdrawn", "given", "objected"]
    events = [{**GIVEN, "citizen": n, "status": status} for n, status in enumerate(statuses)]
    view = citx.ConsentView.from_events(events, policy=policy, as_of="2026-11-22")
    people = citx.Population.from_arrow({"id": list(range(7)), "dec": [None, None, None, True, None, None, False]}, key="id")
    mask = view.mask(people, **ASK)
    assert mask.to_pylist() == [view.decide(n, **ASK).allowed for n in range(7)] == [True, False, False, True, False, False, False]
    decided = view.decide_many(people, **ASK)
    assert decided["rule"].to_pylist() == [view.decide(n, **ASK).rule for n in range(7)]
    assert decided["outcome"].to_pylist() == [view.decide(n, **ASK).outcome for n in range(7)]
    known = people.with_facts(citx.FactColumns(deceased="dec"))
    view.bind(known)
    assert view.mask(known, **ASK).to_pylist() == [True, False, False, False, False, False, False]
    assert not any(view.mask(people, purpose="nope", channel="email"))
