"""Who agrees with a claim, from the store to all that is written and shown; and stores made before there was such."""

import csv
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sample_graph import pages

import kg
from kg.cli import main
from kg.errors import StoreError
from kg.export.rows import evidence_rows
from kg.graph import Graph, build_graph
from kg.model import Claim, Document, Reading
from kg.resolve import resolve
from kg.schema import load_schema
from kg.store import FORMAT, Judgement, open_store

AGREED = ("relate_llm:模型", "relate_pairs:grantsCredit")


def agreed_pages() -> Iterator[tuple[Document, list[Reading]]]:
    """Yield the sample's pages; with the first claim of each article two others agree."""

    def of(reading: Reading) -> Reading:
        first, *others = reading.claims or (None,)
        return replace(reading, claims=(replace(first, agreed=AGREED), *others)) if first is not None else reading

    for document, readings in pages():
        yield document, [of(reading) for reading in readings]


def fill(path: Path) -> None:
    with open_store(path, write=True) as store:
        for document, readings in agreed_pages():
            store.write(document, readings)
        store.replace_links(resolve(store.readings()))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    fill(tmp_path / "graph.sqlite")
    return tmp_path / "graph.sqlite"


@pytest.fixture
def graph() -> Graph:
    given = list(agreed_pages())
    readings = [reading for _, of in given for reading in of]
    return build_graph(given, resolve(readings), load_schema())


def agreeing(claims: list[Claim]) -> list[tuple[str, ...]]:
    return [claim.agreed for claim in claims if claim.agreed]


def test_it_comes_back_from_the_store(path: Path) -> None:
    with open_store(path) as store:
        assert list(store.read()) == list(agreed_pages())
        assert agreeing(list(store.claims()))


def test_one_more_reader_is_a_change(path: Path) -> None:
    document, readings = pages()[0]
    with open_store(path, write=True) as store:
        assert store.write(document, readings)
        assert not store.write(document, readings)


def test_rows_name_those_who_agree(graph: Graph) -> None:
    rows = list(evidence_rows(graph))
    assert {row["agreed"] for row in rows} == {None, "|".join(AGREED)}


def test_tables_name_them(path: Path, tmp_path: Path) -> None:
    kg.export_graph(path, tmp_path / "out", ["csv"])
    with (tmp_path / "out" / "evidence.csv").open(encoding="utf-8", newline="") as lines:
        assert {row["agreed"] for row in csv.DictReader(lines)} == {"", "|".join(AGREED)}


def test_rdf_names_them(path: Path, tmp_path: Path) -> None:
    kg.export_graph(path, tmp_path / "graph.nt")
    lines = (tmp_path / "graph.nt").read_text(encoding="utf-8").splitlines()
    said = {line.split(" ", 2)[2] for line in lines if "ontology#agreed>" in line.split(" ", 2)[1]}
    assert said == {f'"{reader}" .' for reader in AGREED}


def test_people_are_told(path: Path) -> None:
    who = f"({', '.join(AGREED)} agree), score"
    shown = CliRunner().invoke(main, ["show", str(path), "闽东星源电机有限公司"]).output
    assert who in shown
    with open_store(path) as store:
        claim = next(claim for claim in store.claims() if claim.agreed)
    facts = [fact for fact in kg.load_graph(path).facts if claim.id in {one.id for one in fact.claims}]
    assert who in CliRunner().invoke(main, ["why", str(path), facts[0].id]).output


# --- stores of format 3 ---------------------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store as format 3 had it: without the readers that agree, and with what was read before decisions."""
    path = tmp_path / "old.sqlite"
    with open_store(path, write=True) as store:
        for document, readings in pages():
            store.write(document, readings)
        store.replace_links(resolve(store.readings()))
        first = next(store.readings())
        store.amend([replace(first, claims=first.claims[1:])])
    db = sqlite3.connect(path)
    db.execute("ALTER TABLE claims DROP COLUMN agreed")
    for article, parts in db.execute("SELECT article, parts FROM as_read").fetchall():
        db.execute("UPDATE as_read SET parts = ? WHERE article = ?", (parts.replace(',"[]"]', "]"), article))
    db.execute("DROP TABLE IF EXISTS kept")
    db.execute("UPDATE meta SET value = '3' WHERE key = 'format'")
    db.commit()
    db.close()
    return path


def found_format(path: Path) -> str:
    db = sqlite3.connect(path)
    (found,) = db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    db.close()
    return str(found)


def test_an_old_store_is_read_as_it_is(old: Path) -> None:
    before = old.read_bytes()
    with open_store(old) as store:
        claims = list(store.claims())
        assert claims
        assert not agreeing(claims)
        assert [one for _, readings in store.as_read([pages()[0][0].id]) for one in readings] == pages()[0][1]
    assert old.read_bytes() == before
    assert found_format(old) == "3"


def test_an_old_store_is_brought_up_to_date_when_it_is_written(old: Path, tmp_path: Path) -> None:
    with open_store(old) as store:
        before = list(store.read())
    with open_store(old, write=True) as store:
        assert list(store.read()) == before
        store.restore()
        assert list(store.read()) == pages()
    assert found_format(old) == str(FORMAT)
    with open_store(old, write=True) as store:
        for document, readings in agreed_pages():
            assert store.write(document, readings)
        assert list(store.read()) == list(agreed_pages())


def test_what_people_said_of_an_old_store_stays(old: Path) -> None:
    judgement = Judgement("f", "lendsTo", "甲 lendsTo 乙", ("c",), right=True)
    db = sqlite3.connect(old)
    db.execute("INSERT INTO judgements VALUES ('f', 'lendsTo', '甲 lendsTo 乙', '[\"c\"]', 1)")
    db.commit()
    db.close()
    with open_store(old, write=True) as store:
        assert list(store.judgements()) == [judgement]


def test_other_formats_are_refused_with_one_line(old: Path) -> None:
    for found in ("2", "99"):
        db = sqlite3.connect(old)
        db.execute("UPDATE meta SET value = ? WHERE key = 'format'", (found,))
        db.commit()
        db.close()
        for write in (False, True):
            with pytest.raises(StoreError, match=rf"of format {found}; this version of kg reads format {FORMAT}"):
                open_store(old, write=write)
