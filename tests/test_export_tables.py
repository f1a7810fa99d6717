"""Rows and CSV tables: what csv reads back is what was said, and no cell is a formula."""

import csv
import datetime
import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas
import pytest
from exporting import bytes_under_hash_seeds
from hypothesis import given
from hypothesis import strategies as st
from sample_graph import NASTY, pages, sample
from small_graph import small_graph

import kg
from kg.errors import ConfigError
from kg.export import export
from kg.export.rows import ENTITY_ROW, EVIDENCE_ROW, FACT_ROW, Row, entity_rows, evidence_rows, fact_rows
from kg.export.tables import guarded, plain, write_tables
from kg.graph import Graph
from kg.periods import iso_day
from kg.resolve import resolve
from kg.schema import load_schema
from kg.spooling import spool_graph

SCHEMA = load_schema()


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample(SCHEMA)


def read(file: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with file.open(encoding=encoding, newline="") as lines:
        return [{key: plain(cell) for key, cell in row.items()} for row in csv.DictReader(lines)]


@pytest.mark.parametrize(
    ("columns", "name"), [(ENTITY_ROW, "entity_rows"), (FACT_ROW, "fact_rows"), (EVIDENCE_ROW, "evidence_rows")]
)
def test_rows_have_the_columns_and_types_declared(graph: Graph, columns: dict[str, type], name: str) -> None:
    rows: list[Row] = list(getattr(kg, name)(graph))
    assert rows
    for row in rows:
        assert list(row) == list(columns)
        for column, value in row.items():
            if columns[column] is datetime.date and value is not None:
                assert datetime.date.fromisoformat(str(value)).isoformat() == value
            elif value is not None:
                assert isinstance(value, (int, float) if columns[column] is float else columns[column])
    assert json.loads(json.dumps(rows)) == rows


def test_rows_of_facts_tell_both_ends_and_the_meaning_of_words(graph: Graph) -> None:
    (planned,) = [row for row in fact_rows(graph, schema=SCHEMA) if row["modality"] == "planned"]
    told = {
        "subject": "Organization:兴业银行", "subject_name": "兴业银行", "subject_type": "Organization",
        "object_name": "闽东星源电机有限公司", "object_type": "Organization", "amount_cny": 600000000,
        "date_start": "2025-01-01", "date_end": "2025-12-31", "evidence": 1, "first_seen": "2025-06-10",
    }  # fmt: skip
    assert planned | told == planned
    (told_twice,) = [row for row in fact_rows(graph, schema=SCHEMA) if row["documents"] == 2]
    assert (told_twice["claims"], told_twice["evidence"]) == (2, 2)


def test_rows_of_figures(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(
        "2024年，福安市电机产业实现产值168亿元，同比增长12.5%。云岭电机有限公司持有沐禾材料有限公司51%的股权。"
    )
    kg.build([file], tmp_path / "out")
    rows = list(fact_rows(kg.load_graph(tmp_path / "out" / "graph.sqlite")))
    figures = {row["value"]: row for row in rows if row["predicate"] == "statistic"}
    money, growth = figures["168亿元"], figures["12.5%"]
    assert (money["figure_value"], money["figure_unit"], money["figure_bound"]) == (16800000000, "CNY", "exact")
    assert (money["date_start"], money["date_end"], money["amount_cny"]) == ("2024-01-01", "2024-12-31", None)
    assert (growth["figure_value"], growth["figure_unit"]) == (12.5, "%")
    (share,) = [row for row in rows if row["predicate"] == "holdsShareOf"]
    assert (share["share"], share["share_value"]) == ("51%", 51)


def test_rows_of_entities_tell_the_province(graph: Graph) -> None:
    regions = {row["name"]: row["region"] for row in entity_rows(graph, schema=SCHEMA)}
    assert regions["蕉城区"] == regions["闽东星源电机有限公司"] == "福建省"
    assert regions["兴业银行"] is None


def test_rows_of_a_spooled_graph_are_those_of_the_graph(graph: Graph) -> None:
    def ordered(rows: Iterable[Row]) -> list[str]:
        return sorted(json.dumps(row) for row in rows)

    links = list(resolve(reading for _, readings in pages() for reading in readings))
    with spool_graph(pages(), lambda id_: (link for link in links if link.group.startswith(id_)), SCHEMA) as spooled:
        assert list(entity_rows(spooled)) == list(entity_rows(graph))
        assert ordered(fact_rows(spooled)) == ordered(fact_rows(graph))
        assert ordered(evidence_rows(spooled)) == ordered(evidence_rows(graph))


def test_numbers_beyond_a_double_stay_words() -> None:
    (row, _) = fact_rows(small_graph(amount=10**400))
    assert (row["amount"], row["amount_value"], row["amount_cny"]) == ("许多元", None, None)


def test_pandas_takes_rows(graph: Graph) -> None:
    facts = pandas.DataFrame(fact_rows(graph))
    assert facts.groupby("predicate")["amount_value"].sum()["lendsTo"] == 19960000
    assert list(facts.columns) == list(FACT_ROW)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-02-03", "2024-02-03", "2024-02-03"),
        ("2023-02-29", None, None),
        ("2024-13", None, None),
        ("0000", None, None),
        ("今年", None, None),
        ("", None, None),
    ],
)
def test_days(text: str, first: str | None, last: str | None) -> None:
    assert (iso_day(text), iso_day(text, last=True)) == (first, last)


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


@given(
    name=st.one_of(st.text(alphabet=st.characters(exclude_categories=("Cs",))), st.sampled_from(NASTY)),
    value=st.text(alphabet="'=+-@＝＋－＠\t\r\n\x00,\";a福"),
)
def test_nasty_texts_come_back(name: str, value: str) -> None:
    with TemporaryDirectory() as folder:
        write_tables(small_graph(name=name, value=value), folder, schema=SCHEMA)
        assert read(Path(folder) / "entities.csv")[0]["name"] == name
        assert read(Path(folder) / "facts.csv")[1]["value"] == value


def test_same_bytes_under_any_hash_seed() -> None:
    assert len(bytes_under_hash_seeds("csv")) == 1


def test_a_folder_that_cannot_be_made(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be made"):
        write_tables(graph, tmp_path / "file" / "folder", schema=SCHEMA)
