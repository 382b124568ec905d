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


def compare(book: citx.SegmentBook, people: citx.Population, table: TableInput, view: citx.ConsentView) -> list[str]:
    events = citx.Events.from_arrow(table, citizen="id", kind="kind", at="at", channel=None, value="n")
    book = book.with_places("libraries", [(51.5, -0.1)]).with_places("parks", table)
    people = people.with_features(events.features(people, as_of="2026-11-22", windows=[30, 90], kinds=["open"], threads=1))
    events.features(people, as_of="2026-11-22", windows=30)  # type: ignore[arg-type]
    membership = book.evaluate(people, as_of="2026-11-22", events=events, view=view, exclusive=True, memory_limit=2**30)
    diff: citx.MembershipDiff = membership.diff(membership.exclusive().select(["a"]), threads=1)
    moves: citx.Table = book.diff(book, people, as_of="2026-11-22", events=events).moves
    rows: list[dict[str, object]] = [*diff, *moves, *membership.overlap(), *membership.crosstab("ward")]
    data: bytes = membership["a"].to_roaring()
    again = citx.Segment.from_roaring(data, people, as_of="2026-11-22", columns_used="ward")
    sql: dict[str, str] = book.to_sql("duckdb", people.schema, as_of="2026-11-22")
    book.to_sql("oracle", people, as_of="2026-11-22")  # type: ignore[arg-type]
    print(rows, again, sql, citx.Rule("x > 1").to_json(), citx.SegmentBook.from_json(book.to_json()), book.memory_needed(people))
    live: citx.LiveSegments = book.live(people, as_of="2026-11-22", events=events, view=view)
    changes: list[citx.Change] = live.upsert({"id": 1, "tags": ["a"]}) + live.append({"citizen": 1, "kind": "open", "at": "2026-11-22"})
    if (due := live.next_change_at) is not None:
        changes += live.advance(due)
    live = citx.LiveSegments.restore(live.snapshot(), book, view=view)
    return [change.segment for change in changes if change.entered] + membership.segments_of("a") + book.due_for_review(dt.date.today())


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
