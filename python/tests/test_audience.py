"""The audience and its exports."""

from __future__ import annotations

import csv
import hashlib
import struct
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import citx
from conftest import needs

AS_OF = "2026-11-22"
PEOPLE: dict[str, list[Any]] = {
    "id": ["a", "b", "c", "d", "e"],
    "first": ["Ann", "=cmd()", "Cy", "Di", "Ed"],
    "mail": ["ann@example.org", "bo@example.org", None, "di@example.org", "ed@example.org"],
    "phone": ["+447700900001", None, "+447700900003", None, None],
    "street": ["1 High Street", "2 High Street", "3 High Street", None, "1 High Street"],
    "town": ["Anytown", "Anytown", "Anytown", None, "Anytown"],
    "postcode": ["SW1A 1AA", "SW1A 1AA", "SW1A 1AA", None, "SW1A 1AA"],
    "preferred": ["sms", None, None, None, None],
    "uprn": [1, 2, 3, 4, 1],
}


@pytest.fixture
def people() -> citx.Population:
    facts = citx.FactColumns(
        email="mail", phone="phone", address=["street", "town", "postcode"], preferred_channel="preferred", household="uprn"
    )
    return citx.Population.from_arrow(PEOPLE, key="id").with_facts(facts)


@pytest.fixture
def view(policy: citx.Policy) -> citx.ConsentView:
    given = {"purpose": "newsletter", "status": "given", "captured_at": "2026-03-01", "method": "web"}
    events = [{**given, "citizen": who, "channel": channel} for who in "abce" for channel in ("email", "sms", "post")]
    return citx.ConsentView.from_events(events, policy=policy, as_of=AS_OF)


@pytest.fixture
def everyone(people: citx.Population) -> citx.Segment:
    return citx.SegmentBook({"everyone": "TRUE", "few": "id IN ('a', 'd')"}).evaluate(people, as_of=AS_OF)["everyone"]


def channels(audience: citx.Audience) -> dict[str, str]:
    return dict(zip(audience.allowed["key"], audience.allowed["channel"], strict=True))


def test_allowed_and_refused_with_reasons(everyone: citx.Segment, view: citx.ConsentView) -> None:
    audience = everyone.audience(view, purpose="newsletter", channels=["email", "sms"])
    assert audience.allowed.column_names == ["key", "channel", "basis", "rule"]
    assert audience.refused.column_names == ["key", "channel", "reason", "rule"]
    assert channels(audience) == {"a": "sms", "b": "email", "c": "sms", "e": "email"}
    assert set(audience.allowed["basis"]) == {"consent"}
    refused = [(row["key"], row["channel"]) for row in audience.refused]
    assert ("d", "email") in refused
    assert ("d", "sms") in refused
    assert ("c", "email") in refused
    assert all(audience.refused["reason"])
    assert (len(audience), audience.purpose, len(audience.population)) == (4, "newsletter", 5)
    summary = audience.summary()
    assert set(summary.column_names) >= {"outcome", "channel", "rule", "reason"}
    assert sum(row["citizens"] for row in summary if row["outcome"] == "allow") == 4
    assert sum(row["citizens"] for row in summary if row["outcome"] == "deny") == len(audience.refused)
    assert "example.org" not in repr(audience)
    assert repr(audience).startswith("Audience(newsletter, 4 allowed")


def test_the_callers_order_without_preference(everyone: citx.Segment, view: citx.ConsentView) -> None:
    audience = everyone.audience(view, purpose="newsletter", channels=["post", "email"], prefer=None)
    assert channels(audience) == dict.fromkeys("abce", "post")


def test_one_per_household(everyone: citx.Segment, view: citx.ConsentView) -> None:
    audience = everyone.audience(view, purpose="newsletter", channels=["post"], one_per="household", prefer=None)
    assert sorted(channels(audience)) in (["a", "b", "c"], ["b", "c", "e"])
    assert len(audience.allowed) == 3


def test_only_members_are_asked(everyone: citx.Segment, view: citx.ConsentView) -> None:
    few = citx.SegmentBook({"few": "id IN ('a', 'd')"}).evaluate(everyone.population, as_of=AS_OF)["few"]
    audience = few.audience(view, purpose="newsletter", channels=["email"])
    assert set(audience.allowed["key"]) | set(audience.refused["key"]) == {"a", "d"}


def test_nothing_is_sent_for_an_unknown_purpose(everyone: citx.Segment, view: citx.ConsentView) -> None:
    audience = everyone.audience(view, purpose="nope", channels=["email", "sms"])
    assert len(audience) == 0
    assert audience
    assert len(audience.refused) > 0


def test_audiences_that_cannot_be(everyone: citx.Segment, view: citx.ConsentView) -> None:
    with pytest.raises(citx.InvalidArgumentError):
        everyone.audience(view, purpose="newsletter", channels=[])
    for wrong in ({"prefer": "nobody"}, {"one_per": "street"}, {"threads": 0}, {"threads": -1}, {"progress": 3}):
        with pytest.raises(citx.InvalidArgumentError):
            everyone.audience(view, purpose="newsletter", channels=["email"], **wrong)  # type: ignore[arg-type]
    for wrong in ({"channels": "email"}, {"nope": 1}, {"channels": [1]}):
        with pytest.raises(TypeError):
            everyone.audience(view, **{"purpose": "newsletter", "channels": ["email"], **wrong})  # type: ignore[arg-type]
    bare = citx.SegmentBook({"all": "TRUE"}).evaluate(citx.Population.from_arrow({"id": ["a"]}, key="id"), as_of=AS_OF)["all"]
    with pytest.raises(citx.InvalidArgumentError):
        bare.audience(view, purpose="newsletter", channels=["email"], one_per="household")


def test_notify_files(everyone: citx.Segment, view: citx.ConsentView, tmp_path: Path) -> None:
    audience = everyone.audience(view, purpose="newsletter", channels=["email", "sms", "post"])
    paths = audience.write_notify(tmp_path / "out", personalisation={"name": "first"}, prefix="re-engage")
    assert all(isinstance(path, Path) and path.exists() for path in paths)
    headers = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        headers[path.name] = rows[0]
        assert not any(cell.startswith(("=", "@", "-")) for row in rows for cell in row)
    assert headers["re-engage-email-1.csv"][:1] == ["email address"]
    assert headers["re-engage-sms-1.csv"][:1] == ["phone number"]
    assert "name" in headers["re-engage-email-1.csv"]
    with pytest.raises(citx.RuleError):
        audience.write_notify(tmp_path, personalisation={"name": "nope"})
    with pytest.raises(citx.InvalidArgumentError):
        audience.write_notify(tmp_path, personalisation=["first"])  # type: ignore[arg-type]
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(citx.CitxIOError):
        audience.write_notify(tmp_path / "file")


def test_csv_and_parquet(everyone: citx.Segment, view: citx.ConsentView, tmp_path: Path) -> None:
    audience = everyone.audience(view, purpose="newsletter", channels=["email", "sms"])
    audience.write_csv(tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["key"] for row in rows] == audience.allowed["key"].to_pylist()
    pq = needs("pyarrow.parquet")
    audience.write_parquet(tmp_path / "a.parquet")
    assert pq.read_table(tmp_path / "a.parquet")["channel"].to_pylist() == audience.allowed["channel"].to_pylist()
    with pytest.raises(citx.CitxIOError):
        audience.write_csv(tmp_path / "no" / "folder" / "a.csv")


def test_an_audience_says_until_when_it_stands(people: citx.Population, everyone: citx.Segment, policy: citx.Policy) -> None:
    given = {"purpose": "newsletter", "channel": "email", "status": "given", "captured_at": "2026-03-01"}
    events = [{**given, "citizen": "a", "valid_until": "2027-02-01"}, {**given, "citizen": "b", "valid_until": "2027-01-01"}]
    view = citx.ConsentView.from_events(events, policy=policy, as_of=AS_OF)
    audience = everyone.audience(view, purpose="newsletter", channels=["email"])
    singles = [
        view.decide(row["key"], purpose="newsletter", channel=row["channel"], facts={"email": people.row(row["key"])["mail"]}).until
        for row in audience.allowed
    ]
    assert audience.expires_at == min(until for until in singles if until is not None)
    assert everyone.audience(view, purpose="nothing", channels=["email"]).expires_at is None


def test_equality_shows_groups_and_withholds_small_ones(everyone: citx.Segment, view: citx.ConsentView) -> None:
    audience = everyone.audience(view, purpose="newsletter", channels=["email"])
    shown = audience.equality(by=["town", ("town", "postcode")], min_base=0).to_pylist()
    assert (shown[0]["by"], shown[0]["members"], shown[0]["allowed"]) == (None, 5, 3)
    towns = [(row["group"], row["members"], row["allowed"]) for row in shown if row["by"] == "town"]
    assert towns == [("Anytown", 4, 3), (None, 1, 0)]
    assert shown[3]["group"] == "Anytown x SW1A 1AA"
    withheld = audience.equality(by="town", min_base=2).to_pylist()
    assert [row["suppressed"] for row in withheld] == [False, True, True]
    assert audience.equality().num_rows == 1
    with pytest.raises(citx.RuleError):
        audience.equality(by="twon")
    with pytest.raises(citx.InvalidArgumentError):
        audience.equality(by=[()])


def test_a_cap_counts_the_contacts_given(everyone: citx.Segment, view: citx.ConsentView) -> None:
    days = [date(2026, 11, 1), date(2026, 11, 20), date(2026, 11, 23)]
    sent = citx.Events.from_arrow({"id": ["a", "a", "b"], "kind": ["sent"] * 3, "at": days})
    cap = citx.Cap(2, days=30, contacts=sent, kinds=["sent"])
    assert repr(cap) == "Cap(2 in 30 days)"
    audience = everyone.audience(view, purpose="newsletter", channels=["email"], prefer=None, cap=cap)
    assert "a" not in channels(audience)
    assert "b" in channels(audience)
    assert [row["rule"] for row in audience.refused if row["key"] == "a"] == ["R29"]
    with pytest.raises(citx.InvalidArgumentError):
        everyone.audience(view, purpose="newsletter", channels=["email"], cap=citx.Cap(0, days=30, contacts=sent))
    with pytest.raises(citx.RuleError):
        everyone.audience(view, purpose="newsletter", channels=["email"], cap=citx.Cap(1, days=1, contacts=sent, channels=["smoke"]))


def test_quiet_hours_defer_everyone(everyone: citx.Segment, view: citx.ConsentView) -> None:
    audience = everyone.audience(view, purpose="newsletter", channels=["email"], quiet_hours=("21:00", "08:00"))
    assert len(audience) == 0
    assert "defer" in audience.summary()["outcome"].to_pylist()
    with pytest.raises(citx.InvalidArgumentError):
        everyone.audience(view, purpose="newsletter", channels=["email"], quiet_hours=("21:00", "21:00"))


def test_a_holdout_is_the_published_draw(everyone: citx.Segment, view: citx.ConsentView) -> None:
    whole = channels(everyone.audience(view, purpose="newsletter", channels=["email"]))
    for seed in range(20):
        audience = everyone.audience(view, purpose="newsletter", channels=["email"], holdout=0.5, seed=seed)
        digests = {key: hashlib.sha256(struct.pack("<QQ", seed, 0) + f"holdout citizen {key}".encode()).digest() for key in whole}
        held = [key for key in whole if (int.from_bytes(digests[key][:8], "big") >> 11) / 2**53 < 0.5]
        assert audience.held_out["key"].to_pylist() == held
        assert set(channels(audience)) == set(whole) - set(held)
    for share in (1.0, -0.1, float("nan")):
        with pytest.raises(citx.InvalidArgumentError):
            everyone.audience(view, purpose="newsletter", channels=["email"], holdout=share)


def test_customer_match_hashes_and_needs_a_purpose_of_its_own(tmp_path: Path, policy: citx.Policy, people: citx.Population) -> None:
    policy = policy.with_purpose("ads", message_class="ad_audience", basis="consent")
    given = {"purpose": "ads", "status": "given", "captured_at": "2026-03-01", "method": "web"}
    ledger = citx.ConsentLedger.open(":memory:", policy=policy)
    for who, channel in (("a", "email"), ("a", "sms"), ("b", "email"), ("c", "sms"), ("e", "email")):
        ledger.append(citizen=who, channel=channel, **given)
    everyone = citx.SegmentBook({"everyone": "TRUE"}).evaluate(people, as_of=AS_OF)["everyone"]
    audience = everyone.audience(ledger.as_of(AS_OF), purpose="ads", channels=["email", "sms"])
    before = len(ledger)
    left_out = audience.write_customer_match(tmp_path / "match.csv", columns={"first_name": "first", "zip": "postcode"})
    assert left_out.to_pylist() == []
    with (tmp_path / "match.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["Email", "Phone", "First Name", "Last Name", "Country", "Zip"]
    sha = {text: hashlib.sha256(text.encode()).hexdigest() for text in ("ann@example.org", "+447700900001", "ann", "+447700900003")}
    assert (rows[0]["Email"], rows[0]["Phone"]) == (sha["ann@example.org"], sha["+447700900001"])
    assert (rows[0]["First Name"], rows[0]["Zip"], rows[0]["Country"]) == (sha["ann"], "SW1A 1AA", "")
    assert (rows[2]["Email"], rows[2]["Phone"]) == ("", sha["+447700900003"])
    assert len(ledger) - before == 5
    with pytest.raises(citx.RuleError):
        audience.write_customer_match(tmp_path / "no.csv", columns={"zip": "nope"})
    with pytest.raises(citx.InvalidArgumentError):
        audience.write_customer_match(tmp_path / "no.csv", columns={"shoe": "first"})
    other = everyone.audience(ledger.as_of(AS_OF), purpose="newsletter", channels=["email"])
    with pytest.raises(citx.InvalidArgumentError, match="ad_audience"):
        other.write_customer_match(tmp_path / "no.csv")
    assert not (tmp_path / "no.csv").exists()
