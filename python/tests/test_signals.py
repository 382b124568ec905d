"""Signals, and what ledgers and views make of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import citx
from citx.signals import (
    AddressList,
    NumberList,
    Signal,
    is_one_click,
    one_click_headers,
    read_gpp,
    read_preferences,
    read_tcf,
    screen_calls,
    screen_post,
    sms_reply,
    with_screening,
)
from conftest import ROOT

GOLDEN = ROOT / "tests" / "golden" / "consent"
POLICY = (
    citx.Policy.builtin("uk-2026")
    .with_controller(name="Anytown", kind="company", time_zone="Europe/London")
    .with_purpose("ads", message_class="ad_audience", basis="consent")
    .with_purpose("news", message_class="direct_marketing", basis="consent")
)


def vectors(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((GOLDEN / name).read_text(encoding="utf-8"))
    return found


def signal(channel: str | None = None, contact: str | None = None) -> Signal:
    return Signal("C-17", at="2026-03-01T10:00:00Z", channel=channel, contact=contact)


def statuses(table: citx.Table) -> list[object]:
    return table["status"].to_pylist()


def test_strings_are_read_as_the_official_decoders_read_them() -> None:
    same = (
        "version",
        "cmpId",
        "consentLanguage",
        "purposeConsents",
        "vendorConsents",
        "vendorLegitimateInterests",
        "vendorsDisclosed",
        "numCustomPurposes",
    )
    for vector in vectors("tcf_v2_vectors.json"):
        if "decode_error" in vector:
            with pytest.raises(citx.CitxError):
                read_tcf(vector["string"])
        else:
            read = read_tcf(vector["string"])
            assert {name: read[name] for name in same} == {name: vector[name] for name in same}
    for vector in vectors("gpp_vectors.json"):
        if "decode_error" not in vector:
            assert read_gpp(vector["string"])["sectionIds"] == vector["sectionIds"]


def test_a_purpose_is_given_if_all_that_it_needs_is() -> None:
    vector = next(one for one in vectors("tcf_v2_vectors.json") if one.get("version") == 2 and one["purposeConsents"])
    given, missing = vector["purposeConsents"][0], next(number for number in range(1, 25) if number not in vector["purposeConsents"])
    events = signal().tcf(vector["string"], purposes={"ads": given, "news": [given, missing]})
    assert dict(zip(events["purpose"].to_pylist(), statuses(events), strict=True)) == {"ads": "given", "news": "refused"}
    assert events["evidence_ref"].to_pylist() == [vector["string"]] * 2


def test_a_withdrawal_by_text_message_ends_consent() -> None:
    with citx.ConsentLedger.open(":memory:", policy=POLICY) as ledger:
        ledger.append(citizen="C-17", purpose="news", channel="sms", status="given", captured_at="2026-01-01", method="web")
        assert ledger.decide("C-17", purpose="news", channel="sms", at="2026-03-02").allowed
        assert ledger.append_arrow(signal(channel="sms", contact="+44 161 496 0000").sms("Stop.", purpose="news")) == 1
        decision = ledger.decide("C-17", purpose="news", channel="sms", at="2026-03-02")
        assert (decision.outcome, decision.rule) == ("deny", "R07")


def test_what_is_no_revocation_gives_no_event() -> None:
    replies = {"STOP": "revoked", "stop by the office": "unclear", "Don't stop": "unclear", "thanks": "other", "help": "help"}
    for message, reply in replies.items():
        assert sms_reply(message) == reply
        assert statuses(signal(channel="sms").sms(message)) == (["withdrawn"] if reply == "revoked" else [])


def test_a_privacy_control_is_an_opt_out_and_nothing_else_is() -> None:
    events, facts = signal().gpc("1", sale="ads", sharing=["ads", "news"])
    assert (events["purpose"].to_pylist(), statuses(events), facts) == (["ads", "news"], ["objected"] * 2, {"gpc": True})
    for header in (None, "0", " 1", "true", ""):
        events, facts = signal().gpc(header, sale="ads")
        assert (len(events), facts) == (0, {})
    view = citx.ConsentView.from_events(signal().gpc("1", sale="ads", refusals=True)[0], policy=POLICY, as_of="2026-11-22")
    assert view.decide("C-17", purpose="ads", channel="email").rule == "R07"


def test_clicks_and_their_headers() -> None:
    headers = one_click_headers("https://anytown.example/u/", "Jx7", mailto="u@anytown.example")
    assert headers == {
        "List-Unsubscribe": "<https://anytown.example/u/Jx7>, <mailto:u@anytown.example>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert is_one_click("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click")
    assert not is_one_click("application/x-www-form-urlencoded", b"List-Unsubscribe=Two")
    assert set(statuses(signal(channel="email").one_click("https://anytown.example/u/Jx7", purpose="news"))) == {"withdrawn", "objected"}
    with pytest.raises(citx.InvalidArgumentError):
        one_click_headers("http://anytown.example/", "a b")


def test_bounces_are_listed_and_complaints_for_ever() -> None:
    mail = signal(channel="email", contact="c17@example.org")
    events = mail.bounces([("2026-03-01T10:00:00Z", "hard"), ("2026-04-01T10:00:00Z", "complaint")])
    assert statuses(events) == ["bounced", "suppressed"]
    assert events["valid_until"].to_pylist()[1] is None
    assert statuses(mail.bounces([(f"2026-03-0{day}", "soft") for day in range(1, 6)])) == ["bounced"]
    assert statuses(mail.bounces([(f"2026-03-0{day}", "soft") for day in range(1, 5)])) == []
    with pytest.raises(citx.InvalidArgumentError):
        mail.bounces([("2026-03-01", "gone")])
    with pytest.raises(citx.InvalidArgumentError):
        signal().bounces([("2026-03-01", "hard")])


def test_strings_that_are_none_are_errors() -> None:
    for text in ("", "CO", "\u00e9", "=" * 100_000):
        for read in (read_tcf, read_gpp, lambda text: signal().tcf(text, purposes={"ads": 1}), lambda text: signal().gpp(text, sale="ads")):
            with pytest.raises(citx.CitxError):
                read(text)
    with pytest.raises(citx.InvalidArgumentError):
        signal().tcf("CO", purposes=["ads"])  # type: ignore[arg-type]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_numbers_are_screened_and_the_policy_reads_it(tmp_path: Path) -> None:
    policy = POLICY.with_purpose("calls", message_class="direct_marketing", basis="legitimate_interests")
    people = citx.Population.from_arrow({"id": [1, 2, 3], "tel": ["01632 960000", "+44 1632 960001", None]}, key="id")
    people = people.with_facts(citx.FactColumns(phone="tel"))

    def lists(released: str, numbers: str) -> tuple[NumberList, NumberList]:
        tps, ctps = write(tmp_path / "tps.txt", numbers), write(tmp_path / "ctps.txt", "01632960099\n")
        return NumberList.read(tps, released=released, policy=policy), NumberList.read(ctps, released=released, policy=policy)

    before = screen_calls(people, *lists("2026-09-01", "01632960050"), policy=policy)
    after = screen_calls(people, *lists("2026-09-20", "number\n01632960000\n"), policy=policy, previous=before)
    assert after["number"].to_pylist() == ["+441632960000", "+441632960001", None]
    assert [at is None for at in after["tps_listed_at"].to_pylist()] == [False, True, True]
    assert "sha256:" in after["evidence"].to_pylist()[0]
    screened = with_screening(people, after)
    rules = {}
    for at in ("2026-09-28", "2026-09-29"):
        view = citx.ConsentView.from_events({"citizen": [], "status": [], "captured_at": []}, policy=policy, as_of=at)
        rules[at] = view.decide_many(screened, purpose="calls", channel="phone")["rule"].to_pylist()
    assert rules == {"2026-09-28": ["R22", "R22", "R01"], "2026-09-29": ["R20", "R22", "R01"]}
    with pytest.raises(citx.InvalidArgumentError, match="row 2") as caught:
        lists("2026-09-20", "01632960000\nJane Doe\n")
    assert "Jane" not in str(caught.value)
    with pytest.raises(citx.InvalidArgumentError):
        lists("2026-09-20", "\n")


def test_addresses_are_screened(tmp_path: Path) -> None:
    path = write(tmp_path / "mps.csv", "name,line,code\nVimes,12 High Street,AB1 2CD\nAching,,\n")
    mps = AddressList.read(path, released="2026-11-01", address="line", surname="name", postcode="code")
    assert (len(mps), mps.unread, "High" in repr(mps)) == (1, 1, False)
    homes = {"id": [1, 2, 3], "home": ["12 High St, AB1 2CD", "14 High St, AB1 2CD", "Anytown"]}
    people = citx.Population.from_arrow(homes, key="id").with_facts(citx.FactColumns(address="home"))
    screening = screen_post(people, mps)
    assert screening["mps_listed"].to_pylist() == [True, False, None]
    assert with_screening(people, screening).schema["mps_listed"] == "boolean"
    with pytest.raises(citx.InvalidArgumentError):
        screen_post(people, mps, surname="name")


def test_a_preference_centre_is_imported_once(tmp_path: Path) -> None:
    mapping = write(
        tmp_path / "mapping.toml",
        "citizen = 'id'\ncaptured_at = 'at'\ncaptured_type = 'timestamp:%d/%m/%Y %H:%M'\n"
        "words = { yes = ['yes'], no = ['no'] }\nstatement = [{ column = 'news', purpose = 'news', channel = 'email' }]\n",
    )
    export = write(tmp_path / "export.csv", "id,at,news\n007,01/03/2026 09:30,Yes\n008,,\n009,02/03/2026 10:00,no\n")
    events = read_preferences(export, mapping=mapping)
    assert (events["citizen"].to_pylist(), statuses(events)) == (["007", "009"], ["given", "withdrawn"])
    assert events["evidence_ref"].to_pylist()[1].endswith(" row 3")
    with citx.ConsentLedger.open(":memory:", policy=POLICY) as ledger:
        for _ in range(2):
            ledger.append_arrow(read_preferences(export, mapping=mapping))
        assert len(ledger) == 2
    write(export, "id,at,news\n007,01/03/2026 09:30,maybe\n")
    with pytest.raises(citx.InvalidArgumentError, match="column `news`, row 1") as caught:
        read_preferences(export, mapping=mapping)
    assert "maybe" not in str(caught.value)
    with pytest.raises(citx.InvalidArgumentError):
        read_preferences(export, mapping=mapping, at="2026-11-01")
