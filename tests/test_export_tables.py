"""CSV tables: what csv reads back is what was said, and no cell is a formula."""

import csv
from pathlib import Path

import pytest
from exporting import bytes_under_hash_seeds
from hypothesis import given
from hypothesis import strategies as st
from sample_graph import NASTY, sample

from kg.errors import ConfigError
from kg.export import export
from kg.export.tables import guarded, plain, write_tables
from kg.graph import Graph
from kg.schema import load_schema

SCHEMA = load_schema()


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample(SCHEMA)


def read(file: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with file.open(encoding=encoding, newline="") as lines:
        return [{key: plain(cell) for key, cell in row.items()} for row in csv.DictReader(lines)]


def test_entities(graph: Graph, tmp_path: Path) -> None:
    write_tables(graph, tmp_path / "new" / "folder", schema=SCHEMA)
    rows = read(tmp_path / "new" / "folder" / "entities.csv")
    assert [row["id"] for row in rows] == list(graph.entities)
    assert {row["name"] for row in rows} == {entity.name for entity in graph.entities.values()} > set(NASTY)
    (region,) = [row for row in rows if row["adcode"] == "350902"]
    assert (region["type_zh"], region["subtype_zh"], region["documents"]) == ("地区", "县级行政区", "2")


def test_facts(graph: Graph, tmp_path: Path) -> None:
    export(graph, tmp_path, schema=SCHEMA, format="csv")
    rows = read(tmp_path / "facts.csv")
    assert [row["fact"] for row in rows] == [fact.id for fact in graph.facts]
    assert {row["modality"] for row in rows} == {"done", "ongoing", "planned"}
    assert {row["polarity"] for row in rows} == {"affirmed", "denied"}
    (planned,) = [row for row in rows if row["modality"] == "planned"]
    told = {key: planned[key] for key in ("amount", "amount_value", "amount_bound", "currency", "date", "predicate_zh")}
    assert told == {"amount": "超6亿元", "amount_value": "600000000", "amount_bound": "above", "currency": "CNY",
                    "date": "今年", "predicate_zh": "授信"}  # fmt: skip
    (title,) = [row for row in rows if row["predicate"] == "hasTitle"]
    assert (title["object"], title["value"]) == ("", "电机之窗")


def test_evidence(graph: Graph, tmp_path: Path) -> None:
    write_tables(graph, tmp_path, schema=SCHEMA)
    quotes = [e.quote for fact in graph.facts for claim in fact.claims for e in claim.evidence]
    rows = read(tmp_path / "evidence.csv")
    assert [row["quote"] for row in rows] == quotes
    assert {row["fact"] for row in rows} == {fact.id for fact in graph.facts}
    assert {"1", "2"} == {row["number"] for row in rows}
    assert all(int(row["line"]) >= 3 and int(row["column"]) >= 3 for row in rows)


@pytest.mark.parametrize("name", ["entities.csv", "facts.csv", "evidence.csv"])
def test_no_cell_is_a_formula(graph: Graph, tmp_path: Path, name: str) -> None:
    write_tables(graph, tmp_path, schema=SCHEMA)
    with (tmp_path / name).open(encoding="utf-8", newline="") as lines:
        cells = [cell for row in csv.reader(lines) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_byte_order_mark(graph: Graph, tmp_path: Path) -> None:
    write_tables(graph, tmp_path / "a", schema=SCHEMA)
    write_tables(graph, tmp_path / "b", schema=SCHEMA, bom=True)
    for file in (tmp_path / "a").iterdir():
        assert (tmp_path / "b" / file.name).read_bytes() == b"\xef\xbb\xbf" + file.read_bytes()
    assert read(tmp_path / "a" / "facts.csv") == read(tmp_path / "b" / "facts.csv", "utf-8-sig")


@given(st.one_of(st.text(), st.sampled_from([*NASTY, "'=1", "＝1", "''", "-1"])))
def test_guarded_cells_come_back(text: str) -> None:
    assert plain(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_same_bytes_under_any_hash_seed() -> None:
    assert len(bytes_under_hash_seeds("csv")) == 1


def test_a_folder_that_cannot_be_made(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be made"):
        write_tables(graph, tmp_path / "file" / "folder", schema=SCHEMA)
