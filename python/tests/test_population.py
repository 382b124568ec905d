"""Populations: keys, rows, upserts, facts, files."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path
from typing import Any

import pytest

import citx
from conftest import needs

UTC = dt.timezone.utc


def test_a_row_by_text_or_number() -> None:
    people = citx.Population.from_arrow({"id": [17, 18], "at": [dt.datetime(2026, 1, 1), None]}, key="id")
    expected = {"id": 17, "at": dt.datetime(2026, 1, 1, tzinfo=UTC)}
    assert people.row(17) == people.row("17") == expected
    np = needs("numpy")
    assert people.row(np.int64(17)) == expected
    assert 17 in people
    assert "17" in people
    assert "017" not in people
    assert None not in people
    for absent in (19, "19", " 17", "017", ""):
        with pytest.raises(citx.NotFoundError):
            people.row(absent)
    for wrong in (None, 17.0, True, b"17", ["17"]):
        with pytest.raises(citx.InvalidArgumentError):
            people.row(wrong)  # type: ignore[arg-type]


def test_keys_keep_their_own_type(people: citx.Population) -> None:
    assert people.keys().to_pylist() == ["C-17", "C-18", "C-19"]
    pa = needs("pyarrow")
    numbered = citx.Population.from_arrow(pa.table({"id": pa.array([1, 2], pa.uint16())}), key="id")
    assert pa.array(numbered.keys()).type == pa.uint16()


def test_schema_and_shape(people: citx.Population) -> None:
    assert (len(people), people.key) == (3, "citizen_id")
    assert dict(people.schema) == {"citizen_id": "text", "opens_90d": "integer", "area": "text"}
    assert people.to_arrow().column_names == ["citizen_id", "opens_90d", "area"]
    assert repr(people) == "Population(3 citizens, 3 attributes)"
    assert len(people.rejected) == 0
    assert people.facts is None


def test_bad_keys_are_errors_that_name_rows() -> None:
    with pytest.raises(citx.InvalidArgumentError, match="3") as caught:
        citx.Population.from_arrow({"id": ["Jo Bloggs", "b", "Jo Bloggs"]}, key="id")
    assert "Bloggs" not in str(caught.value)
    with pytest.raises(citx.InvalidArgumentError, match="2"):
        citx.Population.from_arrow({"id": ["a", None]}, key="id")
    with pytest.raises(citx.RuleError, match="did you mean `citizen_id`"):
        citx.Population.from_arrow({"citizen_id": ["a"]}, key="citzen_id")
    for values in ([1.5], [True], [dt.date(2026, 1, 1)]):
        with pytest.raises(citx.InvalidArgumentError):
            citx.Population.from_arrow({"id": values}, key="id")
    pa = needs("pyarrow")
    with pytest.raises(citx.InvalidArgumentError):
        citx.Population.from_arrow(pa.Table.from_arrays([pa.array(["a"]), pa.array([1]), pa.array([2])], ["id", "n", "n"]), key="id")


def test_quarantine_sets_bad_keys_aside() -> None:
    people = citx.Population.from_arrow({"id": ["a", None, "a", "b"]}, key="id", on_error="quarantine")
    assert people.keys().to_pylist() == ["a", "b"]
    assert people.rejected["row"].to_pylist() == [2, 3]
    assert all(people.rejected["reason"])
    with pytest.raises(citx.InvalidArgumentError):
        citx.Population.from_arrow({"id": ["a"]}, key="id", on_error="ignore")  # type: ignore[arg-type]


def test_upsert_makes_a_new_snapshot(people: citx.Population) -> None:
    later = people.upsert({"citizen_id": "C-18", "opens_90d": 7})
    assert people.row("C-18")["opens_90d"] is None
    assert later.row("C-18") == {"citizen_id": "C-18", "opens_90d": 7, "area": "Lawrence Hill"}
    assert later.upsert({"citizen_id": "C-18", "area": None}).row("C-18") == {"citizen_id": "C-18", "opens_90d": 7, "area": None}
    assert people.upsert({"citizen_id": "C-20"}).row("C-20") == {"citizen_id": "C-20", "opens_90d": None, "area": None}
    assert len(people) == 3


def test_upsert_takes_rows_and_tables(people: citx.Population) -> None:
    pa = needs("pyarrow")
    rows = [{"citizen_id": "C-17", "opens_90d": 1}, {"citizen_id": "C-18", "area": "Easton"}, {"citizen_id": "C-20", "opens_90d": 2}]
    later = people.upsert(rows)
    assert [later.row(key) for key in ("C-17", "C-18", "C-20")] == [
        {"citizen_id": "C-17", "opens_90d": 1, "area": "Fishponds"},
        {"citizen_id": "C-18", "opens_90d": None, "area": "Easton"},
        {"citizen_id": "C-20", "opens_90d": 2, "area": None},
    ]
    columns = {"citizen_id": ["C-17", "C-21"], "opens_90d": [9, 9]}
    assert people.upsert(columns).to_arrow() == people.upsert(pa.table(columns)).to_arrow()
    assert people.upsert([]).to_arrow() == people.to_arrow()
    uneven = [{"citizen_id": "C-17", "opens_90d": 1}, {"citizen_id": "C-18", "area": None}, {"citizen_id": "C-20", "opens_90d": 1.5}]
    with pytest.raises(citx.InvalidArgumentError, match="row 3"):
        people.upsert(uneven)


@pytest.mark.parametrize(
    "bad",
    [
        {"opens_90d": 3},
        {"citizen_id": None, "opens_90d": 3},
        {"citizen_id": "C-17", "opens_90d": "many"},
        {"citizen_id": "C-17", "nope": 3},
        {"citizen_id": "C-17", "opens_90d": [1, 2]},
        [{"citizen_id": "C-17", "opens_90d": 1}, {"citizen_id": "C-17", "area": "Easton"}],
        [{"citizen_id": "C-17"}, {"citizen_id": "C-17"}],
        [{"citizen_id": "C-17"}, 3],
        "C-17",
        3,
        None,
    ],
)
def test_upserts_that_cannot_be(people: citx.Population, bad: Any) -> None:
    before = people.to_arrow().to_pylist()
    with pytest.raises(citx.CitxError) as caught:
        people.upsert(bad)
    assert isinstance(caught.value, ValueError)
    assert people.to_arrow().to_pylist() == before


def test_facts() -> None:
    people = citx.Population.from_arrow({"id": [1], "mail": ["a@example.org"], "street": ["1 High St"], "town": ["Anytown"]}, key="id")
    facts = citx.FactColumns(email="mail", address=["street", "town"])
    known = people.with_facts(facts)
    assert known.facts == facts
    assert people.facts is None
    assert (facts.email, facts.address, facts.phone) == ("mail", ["street", "town"], None)
    assert citx.FactColumns(address="street").address == ["street"]
    assert repr(facts) == "FactColumns(email='mail', address=['street', 'town'])"
    assert pickle.loads(pickle.dumps(facts)) == facts
    assert hash(pickle.loads(pickle.dumps(facts))) == hash(facts)
    assert facts != citx.FactColumns(email="mail")
    assert facts != 3
    with pytest.raises(citx.RuleError, match="did you mean `mail`"):
        people.with_facts(citx.FactColumns(email="mial"))
    with pytest.raises(TypeError):
        citx.FactColumns("mail")  # type: ignore[misc]
    with pytest.raises(TypeError):
        citx.FactColumns(nope="mail")  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        facts.email = "other"  # type: ignore[misc]


def test_read_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "residents.csv"
    path.write_text("citizen_id,dob,phone,opens\n007,31/12/1950,+441170000000,3\n008,,,\n", encoding="utf-8")
    people = citx.Population.read(path, "citizen_id", types={"dob": "date:%d/%m/%Y"})
    assert people.row("007") == {"citizen_id": "007", "dob": dt.date(1950, 12, 31), "phone": "+441170000000", "opens": 3}
    assert people.row("008") == {"citizen_id": "008", "dob": None, "phone": None, "opens": None}
    assert len(citx.Population.read(str(path), key="citizen_id")) == 2


def test_a_bad_csv_file_names_its_place_and_no_value(tmp_path: Path) -> None:
    path = tmp_path / "residents.csv"
    path.write_text("id,dob\n1,31/12/1950\n2,Rumpelstiltskin\n3,01/01/1960\n", encoding="utf-8")
    with pytest.raises(citx.InvalidArgumentError, match=r"residents\.csv.*dob") as caught:
        citx.Population.read(path, "id", types={"dob": "date:%d/%m/%Y"})
    assert "Rumpelstiltskin" not in str(caught.value)
    people = citx.Population.read(path, "id", types={"dob": "date:%d/%m/%Y"}, on_error="quarantine")
    assert people.keys().to_pylist() == ["1", "3"]
    assert len(people.rejected) == 1
    with pytest.raises(citx.CitxError):
        citx.Population.read(tmp_path / "absent.csv", "id")
    with pytest.raises(citx.CitxError):
        citx.Population.read(path, "id", types={"nope": "date"})
    with pytest.raises(citx.CitxError):
        citx.Population.read(path, "id", types={"dob": "nope"})
    with pytest.raises(citx.CitxError):
        citx.Population.read(path, "id", encoding="nope")
    with pytest.raises(citx.InvalidArgumentError):
        citx.Population.read(path, "id", types="date")  # type: ignore[arg-type]


@pytest.mark.parametrize("suffix", ["csv", "parquet", "arrow", "xlsx", "txt"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"PAR1", b"PK\x03\x04", b"ARROW1\x00\x00", b"id\n\xff\xfe\n", b'id,a\n"1', b"id\n1,2,3\n"]
)
def test_garbage_files_are_typed_errors(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"residents.{suffix}"
    path.write_bytes(content)
    with pytest.raises(citx.CitxError) as caught:
        citx.Population.read(path, "id")
    assert not isinstance(caught.value, citx.InternalError)


def test_parquet_and_csv_round_trips(tmp_path: Path) -> None:
    pq = needs("pyarrow.parquet")
    table = citx.Table.from_arrow(
        {"id": ["a", "=1+1"], "n": [1, None], "on": [dt.date(2026, 1, 1), None], "at": [None, dt.datetime(2026, 1, 1)]}
    )
    table.write_parquet(tmp_path / "t.parquet")
    assert citx.Table.read(tmp_path / "t.parquet").to_pydict() == table.to_pydict()
    assert pq.read_table(tmp_path / "t.parquet").to_pydict() == table.to_pydict()
    assert citx.Population.read(tmp_path / "t.parquet", key="id").to_arrow().to_pydict() == table.to_pydict()
    table.write_csv(tmp_path / "t.csv")
    text = (tmp_path / "t.csv").read_text(encoding="utf-8")
    assert not any(cell.startswith("=") for line in text.splitlines() for cell in line.split(","))
