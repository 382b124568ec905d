"""Records and receipts, held to their schemas."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

import citx
from citx.records import consent_receipt, consent_record, kantara_receipt
from conftest import ROOT

CONTROLLER: dict[str, Any] = {
    "name": 'Anytown "Council"',
    "contact": "Data protection officer",
    "address": {"streetAddress": "1 High Street"},
    "email": "dpo@anytown.example",
    "phone": "+44 1632 960000",
    "policy_url": "https://anytown.example/privacy",
    "jurisdiction": "GB",
    "language": "en",
}
WORDS: dict[str, Any] = {
    "service": "News",
    "purpose": "To send the newsletter",
    "categories": ["6 - Marketing"],
    "personal_data": ["2 - Contact"],
    "termination": "On withdrawal",
}
POLICY = (
    citx.Policy.builtin("uk-2026")
    .with_controller(name="Anytown", kind="company", time_zone="Europe/London")
    .with_purpose("news", message_class="direct_marketing", basis="consent")
)


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((ROOT / "docs" / "spec" / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def history() -> citx.Table:
    with citx.ConsentLedger.open(":memory:", policy=POLICY) as ledger:
        ledger.append(
            citizen="C-17",
            purpose="news",
            channel="email",
            status="given",
            captured_at="2026-01-01",
            method="web",
            notice="privacy-2026",
            valid_until="2027-01-01",
            contact="c17@example.org",
        )
        ledger.append(citizen="C-17", channel="email", status="objected", captured_at="2026-02-01", method="phone", actor="staff-7")
        ledger.append(citizen="C-17", purpose="news", channel="email", status="renewed", captured_at="2026-03-01", method="web")
        ledger.append(citizen="C-17", purpose="news", status="withdrawn", captured_at="2026-04-01T09:30:00Z", method="web")
        return ledger.history("C-17")


@pytest.mark.parametrize("third_party", [None, "Printers Ltd"])
@pytest.mark.parametrize("event", [1, 3])
def test_kantara_receipts_validate(third_party: str | None, event: int) -> None:
    receipt = kantara_receipt(history(), event, controller=CONTROLLER, words=WORDS | {"third_party": third_party})
    validator("kantara-receipt").validate(receipt)
    assert receipt["piiPrincipalId"] == "C-17"
    assert receipt["services"][0]["purposes"][0].get("thirdPartyName") == third_party


@pytest.mark.parametrize("change", [("consentTimestamp", -1), ("version", "1"), ("sensitive", "no"), ("services", [])])
def test_the_schema_of_receipts_refuses_what_is_none(change: tuple[str, Any]) -> None:
    receipt = kantara_receipt(history(), 1, controller=CONTROLLER, words=WORDS)
    schema = validator("kantara-receipt")
    assert not schema.is_valid(receipt | dict([change]))
    for name in receipt:
        assert not schema.is_valid({other: value for other, value in receipt.items() if other != name}), name
    disclosed = json.loads(json.dumps(receipt))
    disclosed["services"][0]["purposes"][0]["thirdPartyDisclosure"] = True
    assert not schema.is_valid(disclosed), "disclosed to nobody"


def test_there_is_no_receipt_of_a_refusal() -> None:
    with pytest.raises(citx.InvalidArgumentError):
        kantara_receipt(history(), 4, controller=CONTROLLER, words=WORDS)
    with pytest.raises(citx.NotFoundError):
        kantara_receipt(history(), 9, controller=CONTROLLER, words=WORDS)


def test_records_validate_and_receipts_are_extracts() -> None:
    processing = {"lawful_basis": "consent", "storage_locations": ["GB"], "withdrawal_method": "https://anytown.example/p"}
    events = history()
    record = consent_record(events, "news", controller=CONTROLLER, words=WORDS, processing=processing)
    schema = validator("consent-record")
    schema.validate(record)
    assert [(event["status"], event["state"]) for event in record["event"]] == [
        ("given", "given"),
        ("objected", "unknown"),
        ("renewed", "renewed"),
        ("withdrawn", "withdrawn"),
    ]
    assert record["event"][0]["validity_duration"] == "P365D"
    assert record["processing"]["purposes"][0]["storage_locations"] == ["GB"]
    parties = {party["id"] for party in record["party"]}
    assert parties == {"controller", "pii_principal", "staff-7"}
    for event in record["event"]:
        receipt = consent_receipt(events, "news", event["id"], controller=CONTROLLER, words=WORDS, processing=processing)
        schema.validate(receipt)
        assert (receipt["header"], receipt["processing"], receipt["event"]) == (record["header"], record["processing"], [event])
    assert not schema.is_valid(record | {"event": []})


def test_what_is_missing_is_named() -> None:
    for field in ("name", "email", "policy_url"):
        with pytest.raises(citx.InvalidArgumentError, match=field):
            consent_record(history(), "news", controller={name: CONTROLLER[name] for name in CONTROLLER if name != field}, words=WORDS)
    with pytest.raises(citx.InvalidArgumentError, match="colour"):
        consent_record(history(), "news", controller=CONTROLLER | {"colour": "red"}, words=WORDS)
    with pytest.raises(citx.NotFoundError):
        consent_receipt(history(), "news", 99, controller=CONTROLLER, words=WORDS)


MAPPING = """
unsubscribe = "https://anytown.example/p/"
one_click = "https://anytown.example/u/"
channel = { email = "email" }
[[profile]]
id = "0d923da1-355e-471d-84fa-e30fa198633b"
purpose = { "6952ed55-42bb-4549-9f8b-ddf7af3ccc82" = "news" }
"""
REQUEST = {
    "contactpoints": ["C17@example.org", "c18@example.org"],
    "purpose": "6952ed55-42bb-4549-9f8b-ddf7af3ccc82",
    "channeltype": "email",
    "complianceprofile": "0d923da1-355e-471d-84fa-e30fa198633b",
    "unsubscribeurlrequired": True,
    "oneclickunsubscribeurlrequired": True,
}


def test_a_tenant_asks_at_send_time() -> None:
    events = {"citizen": ["C-17"], "purpose": ["news"], "channel": ["email"], "status": ["given"], "captured_at": ["2026-01-01"]}
    view = citx.ConsentView.from_events(events | {"contact": ["c17@example.org"]}, policy=POLICY, as_of="2026-11-22")
    answer = json.loads(citx.ConsentProvider(view, mapping=MAPPING).answer(json.dumps(REQUEST), token=lambda point: f"t{len(point)}"))
    assert answer == {
        "consents": [
            {
                "consentformessage": True,
                "contactpoint": "C17@example.org",
                "unsubscribeurl": "https://anytown.example/p/t15",
                "oneclickunsubscribeurl": "https://anytown.example/u/t15",
            },
            {"consentformessage": False, "contactpoint": "c18@example.org"},
        ]
    }


def test_the_columns_of_citizens_say_who_uses_a_contact_point(tmp_path: Any) -> None:
    events = {"citizen": ["C-17"], "purpose": ["news"], "channel": ["email"], "status": ["given"], "captured_at": ["2026-01-01"]}
    view = citx.ConsentView.from_events(events, policy=POLICY, as_of="2026-11-22")
    people = citx.Population.from_arrow({"id": ["C-17"], "mail": ["c17@example.org"]}, key="id").with_facts(citx.FactColumns(email="mail"))
    path = tmp_path / "provider.toml"
    path.write_text(MAPPING, encoding="utf-8")
    request = json.dumps(REQUEST | {"unsubscribeurlrequired": False, "oneclickunsubscribeurlrequired": False})
    for people_known, allowed in ((None, False), (people, True)):
        provider = citx.ConsentProvider.read(view, mapping=path, people=people_known)
        assert json.loads(provider.answer(request))["consents"][0]["consentformessage"] is allowed
        assert "c17" not in repr(provider)


def test_what_is_no_request_is_an_error() -> None:
    view = citx.ConsentView.from_events({"citizen": [], "status": [], "captured_at": []}, policy=POLICY, as_of="2026-11-22")
    provider = citx.ConsentProvider(view, mapping=MAPPING)
    for request in ("", "{}", "[]", json.dumps(REQUEST | {"contactpoints": "c17@example.org"})):
        with pytest.raises(citx.InvalidArgumentError):
            provider.answer(request)
    with pytest.raises(citx.LimitError):
        provider.answer(json.dumps(REQUEST | {"contactpoints": ["x"] * 1001}))
    with pytest.raises(citx.CitxError):
        citx.ConsentProvider(view, mapping=MAPPING.replace('"news"', '"weather"'))
