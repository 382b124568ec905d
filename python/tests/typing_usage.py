"""Uses of the package that `mypy --strict` must accept, and with `type: ignore` must refuse."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import citx
from citx.typing import Instant, TableInput


def segments(table: TableInput, as_of: Instant) -> dict[str, int]:
    people: citx.Population = citx.Population.from_arrow(table, key="citizen_id", on_error="quarantine")
    people = people.upsert({"citizen_id": 17, "opens": None}).with_facts(citx.FactColumns(email="mail", address=["street"]))
    book = citx.SegmentBook({"a": "opens > 3", "b": {"rule": "TRUE", "owner": "Insight"}})
    membership = book.evaluate(people, as_of=as_of, time_zone="Europe/London", threads=2, cancel=citx.CancelToken(), progress=print)
    segment: citx.Segment = (membership["a"] & ~membership["b"]) | (membership["a"] - membership["b"])
    keys: list[str] = list(segment.keys())
    outcome: bool | None = book.explain("a", people.row(keys[0]), as_of=dt.date(2026, 11, 22)).outcome
    names: list[str] = book.match({"opens": 3}, as_of=dt.datetime(2026, 11, 22))
    print(outcome, names, membership.to_arrow().to_polars().height, people.schema["opens"], people.rejected.num_rows)
    people.rejected.num_rows = 3  # type: ignore[misc]
    book.evaluate(people)  # type: ignore[call-arg]
    citx.Population.from_arrow(table, key="id", on_error="ignore")  # type: ignore[arg-type]
    return membership.counts()


def contact(segment: citx.Segment, path: Path) -> list[Path]:
    policy = citx.Policy.builtin("uk-2026").with_controller(name="A", kind="charity", time_zone="UTC")
    policy = policy.with_purpose("news", message_class="direct_marketing", basis="consent", justification={"task": "t"}, other="x")
    policy.with_purpose("news", message_class="spam", basis="consent")  # type: ignore[arg-type]
    with citx.ConsentLedger.open(path, policy=policy) as ledger:
        event: int = ledger.append(citizen="a", status="given", captured_at="2026-01-01", purpose="news", channel="email")
        ledger.append(citizen="a", status="maybe", captured_at="2026-01-01")  # type: ignore[arg-type]
        head: tuple[int, str] = ledger.head()
        view = ledger.as_of("2026-11-22", known_at=dt.date(2026, 11, 21))
    decision: citx.Decision = view.decide("a", purpose="news", channel="email", facts={"deceased": False})
    until: dt.datetime | None = decision.until
    print(event, head, until, decision.outcome == "allow")
    audience = segment.audience(view, purpose="news", channels=["email"], prefer="citizen", one_per="household")
    audience.write_csv(path)
    return audience.write_notify(path, personalisation={"name": "first_name"})


def satisfaction(table: TableInput) -> float:
    survey = citx.Survey.from_arrow(table, instrument="tsm-2022", questions={"TP01": "q1"}, psu=["a", "b"], weights="wt")
    estimate: citx.Estimate = survey.score("TP01", level=0.9, method="logit")
    low, high = estimate.ci
    one: citx.Estimate = survey.mean("hours")
    many: citx.Table = survey.mean("hours", by=["area", ("area", "sex")])
    share: citx.Estimate = survey.proportion("keen", equals=True)
    place = citx.Instrument.builtin("tsm-2022").benchmark("TP01", estimate, peer="LCRA", year="2023/24")
    effects = citx.uplift(table, arm="arm", outcome="voted", control="control")
    try:
        print(one, many.num_rows, share, place.quartile, effects.column_names)
    except citx.RuleError as error:
        line: int | None = error.line
        code: int = error.code
        print(line, code)
    return high - low
