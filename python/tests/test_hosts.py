"""citx inside other people's processes: threads, cancelling, Ctrl-C, fork."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import citx

AS_OF = "2026-11-22"
BOOK = citx.SegmentBook({"keen": "opens >= 3", "other": "NOT in_segment('keen') AND id > 10"})
GIVEN: dict[str, Any] = {"purpose": "newsletter", "channel": "email", "status": "given", "captured_at": "2026-03-01T10:00:00Z"}
LARGE = """
import array, citx
rows = 2_000_000
people = citx.Population.from_arrow({"id": array.array("q", range(rows)), "x": array.array("d", range(rows))}, key="id")
terms = [f"sin_{n}" for n in range(1)]
book = citx.SegmentBook({f"s{n}": " AND ".join(f"(x * {k}.5 + {n}) / 3 % 7 <> {k}" for k in range(1, 30)) for n in range(300)})
"""


def population(rows: int = 1000) -> citx.Population:
    return citx.Population.from_arrow({"id": list(range(rows)), "opens": [n % 7 for n in range(rows)]}, key="id")


def test_one_population_in_many_threads() -> None:
    people = population()
    expected = BOOK.evaluate(people, as_of=AS_OF).counts()
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda threads: BOOK.evaluate(people, as_of=AS_OF, threads=threads).counts(), [1, 2, 3, 8] * 8))
    assert counts == [expected] * 32


@pytest.mark.parametrize("threads", [0, -1, 2**80])
def test_threads_must_be_positive(threads: int) -> None:
    with pytest.raises(citx.InvalidArgumentError):
        BOOK.evaluate(population(10), as_of=AS_OF, threads=threads)


def test_progress_arrives_and_ends_at_one() -> None:
    shares: list[float] = []
    BOOK.evaluate(population(), as_of=AS_OF, progress=shares.append)
    assert shares
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(0 <= share <= 1 for share in shares)


def test_progress_is_called_on_the_calling_thread() -> None:
    threads: set[int] = set()
    BOOK.evaluate(population(), as_of=AS_OF, progress=lambda share: threads.add(threading.get_ident()))
    assert threads == {threading.get_ident()}


def test_an_exception_from_progress_is_raised() -> None:
    def fail(share: float) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        BOOK.evaluate(population(), as_of=AS_OF, progress=fail)
    with pytest.raises(citx.InvalidArgumentError, match="progress"):
        BOOK.evaluate(population(), as_of=AS_OF, progress="print")  # type: ignore[arg-type]


def test_a_cancelled_token_stops_the_call() -> None:
    token = citx.CancelToken()
    assert not token.cancelled
    BOOK.evaluate(population(), as_of=AS_OF, cancel=token)
    token.cancel()
    assert token.cancelled
    assert repr(token) == "CancelToken(cancelled=True)"
    with pytest.raises(citx.CancelledError):
        BOOK.evaluate(population(), as_of=AS_OF, cancel=token)
    with pytest.raises(TypeError):
        BOOK.evaluate(population(), as_of=AS_OF, cancel=True)  # type: ignore[arg-type]


def test_a_call_is_cancelled_from_another_thread() -> None:
    scope: dict[str, Any] = {}
    exec(LARGE, scope)
    token = citx.CancelToken()
    outcome: list[BaseException] = []

    def work() -> None:
        try:
            scope["book"].evaluate(scope["people"], as_of=AS_OF, cancel=token)
        except citx.CancelledError as error:
            outcome.append(error)

    started = time.monotonic()
    worker = threading.Thread(target=work)
    worker.start()
    # The GIL is free while the call runs: this thread goes on.
    time.sleep(0.2)
    assert worker.is_alive()
    token.cancel()
    worker.join(20)
    assert outcome, "the call was not cancelled"
    assert time.monotonic() - started < 20


@pytest.mark.skipif(os.name == "nt", reason="signals are sent the POSIX way")
def test_ctrl_c_raises_keyboard_interrupt() -> None:
    code = LARGE + textwrap.dedent(
        """
        print("ready", flush=True)
        try:
            book.evaluate(people, as_of="2026-11-22")
        except KeyboardInterrupt:
            small = citx.Population.from_arrow({"id": [1], "x": [1.0]}, key="id")
            assert citx.SegmentBook({"a": "x > 0"}).evaluate(small, as_of="2026-11-22").counts() == {"a": 1}
            print("interrupted", flush=True)
        """
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert out == "interrupted\n"
    assert process.returncode == 0


def child(path: str, policy_name: str) -> tuple[dict[str, int], int]:
    """What a forked child does: evaluate, and append to a ledger of its own."""
    counts = BOOK.evaluate(population(), as_of=AS_OF, threads=2).counts()
    with citx.ConsentLedger.open(path, policy=a_policy()) as ledger:
        return counts, ledger.append(citizen=policy_name, **GIVEN)


def a_policy() -> citx.Policy:
    return (
        citx.Policy.builtin("uk-2026")
        .with_controller(name="Anytown Council", kind="public_authority", time_zone="Europe/London")
        .with_purpose("newsletter", message_class="direct_marketing", basis="consent")
    )


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


@needs_fork
def test_a_forked_child_evaluates_appends_and_reads(tmp_path: Path) -> None:
    people = population()
    expected = BOOK.evaluate(people, as_of=AS_OF).counts()
    csv = tmp_path / "people.csv"
    people.to_arrow().write_csv(csv)
    with citx.ConsentLedger.open(tmp_path / "consent.db", policy=a_policy()) as ledger:
        ledger.append(citizen="before", **GIVEN)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                assert BOOK.evaluate(people, as_of=AS_OF, threads=2).counts() == expected
                assert len(citx.Population.read(csv, "id")) == len(people)
                assert ledger.append(citizen="child", **GIVEN) == 2
                assert ledger.decide("before", purpose="newsletter", channel="email", at=AS_OF).allowed
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert ledger.append(citizen="after", **GIVEN) == 3
        assert ledger.verify() == 3
        assert BOOK.evaluate(people, as_of=AS_OF).counts() == expected


@needs_fork
def test_multiprocessing_with_fork(tmp_path: Path) -> None:
    expected = BOOK.evaluate(population(), as_of=AS_OF).counts()
    path = str(tmp_path / "consent.db")
    citx.ConsentLedger.open(path, policy=a_policy()).close()
    with multiprocessing.get_context("fork").Pool(3) as pool:
        results = pool.starmap(child, [(path, f"c{n}") for n in range(6)])
    assert [counts for counts, _ in results] == [expected] * 6
    assert sorted(event for _, event in results) == list(range(1, 7))
    with citx.ConsentLedger.open(path, policy=a_policy()) as ledger:
        assert ledger.verify() == 6


def test_multiprocessing_with_spawn_takes_pickled_values() -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        assert pool.apply(pickled, (BOOK, citx.FactColumns(email="mail"))) == "email='mail' keen"


def pickled(book: citx.SegmentBook, facts: citx.FactColumns) -> str:
    return f"{repr(facts)[12:-1]} {book.names[0]}"
