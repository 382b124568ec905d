"""The project file, the report and the program, from Python."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import citx
from conftest import ROOT

EXAMPLE = ROOT / "examples" / "bloomington"
AS_OF = "2017-05-05"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "bloomington"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("out"))
    return folder / "citx.toml"


def program(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "citx", *map(str, words)], capture_output=True, text=True, check=False)


def test_run_returns_what_it_found_and_wrote(project: Path) -> None:
    shares: list[float] = []
    summary = citx.run(project, as_of=AS_OF, progress=shares.append)
    assert summary["citizens"]["count"] == 595
    assert {row["segment"] for row in summary["segments"]} >= {"recommends", "devoted"}
    assert shares[-1] == 1.0
    for name in summary["files"]:
        assert (project.parent / "out" / name).exists(), name
    page = (project.parent / "out" / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    membership = citx.Table.read(project.parent / "out" / "memberships.parquet")
    assert len(membership) == 595


@pytest.mark.parametrize("as_of", [dt.date(2017, 5, 5), dt.datetime(2017, 5, 5, 4), "2017-05-05T04:00:00Z"])
def test_instants_of_a_run(project: Path, as_of: Any) -> None:
    # Midnight in Bloomington is 04:00 UTC.
    assert citx.run(project, as_of=as_of)["as_of"].startswith("2017-05-05T04:00:00")


def test_the_api_finds_what_the_run_found(project: Path) -> None:
    summary = citx.run(project, as_of=AS_OF)
    people = citx.Population.read(project.parent / "residents.csv", key="id")
    recommends = citx.SegmentBook({"recommends": "q3a <= 2"}).evaluate(people, as_of=AS_OF)["recommends"]
    assert {row["segment"]: row["members"] for row in summary["segments"]}["recommends"] == len(recommends)
    own = citx.Instrument.read(project.parent / "bloomington.toml")
    answers = citx.Table.read(project.parent / "residents.csv", text="id")
    survey = citx.Survey.from_arrow(answers, instrument=own, questions={"neighbourhood": "q1b"}, key="id", weights="wt")
    survey = survey.with_population(people, citx.SegmentBook({"recommends": "q3a <= 2"}).evaluate(people, as_of=AS_OF))
    estimate = survey.score("neighbourhood")
    assert 0 < estimate.value < 1
    assert any(row["by"] == "segment:recommends" for row in survey.scores(by=["segment:recommends"]))


def test_runs_that_cannot_be(project: Path, tmp_path: Path) -> None:
    with pytest.raises(citx.CitxIOError):
        citx.run(tmp_path / "absent.toml", as_of=AS_OF)
    for as_of in ("soon", None, 3):
        with pytest.raises(citx.CitxError):
            citx.run(project, as_of=as_of)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        citx.run(project)  # type: ignore[call-arg]
    token = citx.CancelToken()
    token.cancel()
    with pytest.raises(citx.CancelledError):
        citx.run(project, as_of=AS_OF, cancel=token)
    for text in ("[citizens]\nsource = 3", "\x00", "[segments]\na = 'x >'"):
        project.write_text(text, encoding="utf-8")
        with pytest.raises(citx.CitxError) as caught:
            citx.run(project, as_of=AS_OF)
        assert not isinstance(caught.value, citx.InternalError)


def test_a_report_of_ones_own(tmp_path: Path, people: citx.Population) -> None:
    book = citx.SegmentBook({"keen": "opens_90d >= 3"})
    membership = book.evaluate(people, as_of=AS_OF)
    page = citx.report(
        membership=membership, book=book, path=tmp_path / "report.html", title="A <b>title</b>", notices=["Generated records"]
    )
    text = page.read_text(encoding="utf-8")
    assert "A &lt;b&gt;title" in text
    assert "opens_90d" in text
    assert "Generated records" in text
    assert "C-17" not in text
    for wrong in ({"audiences": [3]}, {"audiences": 3}, {"audiences": {"a": 3}}, {"by": 3}):
        with pytest.raises(citx.InvalidArgumentError):
            citx.report(path=tmp_path / "x.html", **wrong)  # type: ignore[arg-type]
    with pytest.raises(citx.CitxIOError):
        citx.report(path=tmp_path / "no" / "such" / "folder.html")


def test_the_program(project: Path) -> None:
    done = program("run", project, "--as-of", AS_OF, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["citizens"]["count"] == 595
    sized = program("sample-size", "--instrument", "tsm-2022", "--population", "7271", "--json")
    assert json.loads(sized.stdout)["required"] == citx.sample_size(instrument="tsm-2022", population=7271).required
    assert program("--version").stdout.strip().endswith(citx.__version__)
    assert program("nope").returncode == 2
    assert program("check", project.with_name("absent.toml")).returncode == 60
