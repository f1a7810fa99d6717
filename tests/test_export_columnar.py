"""Parquet files and the DuckDB file: what another reader finds in them is what the rows say, in the types declared."""

import datetime
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exporting import bytes_under_hash_seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_graph import NASTY, pages, sample
from small_graph import small_graph

from kg.errors import ConfigError, MissingPackageError
from kg.export import columnar
from kg.export.columnar import TABLES, write_duckdb, write_parquet
from kg.export.rows import ENTITY_ROW, FACT_ROW, Row, entity_rows, evidence_rows, fact_rows
from kg.graph import Graph
from kg.resolve import resolve
from kg.schema import load_schema
from kg.spooling import spool_graph

SCHEMA = load_schema()
ARROW = {str: pa.string(), int: pa.int64(), float: pa.float64(), datetime.date: pa.date32()}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample(SCHEMA)


@pytest.fixture(scope="module")
def parquet(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parquet") / "new" / "folder"
    write_parquet(graph, folder, schema=SCHEMA)
    return folder


@pytest.fixture(scope="module")
def database(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("duckdb") / "graph.duckdb"
    write_duckdb(graph, path, schema=SCHEMA)
    return path


def rows_of(graph: Graph) -> dict[str, list[Row]]:
    return {
        "entities": list(entity_rows(graph, schema=SCHEMA)),
        "facts": list(fact_rows(graph, schema=SCHEMA)),
        "evidence": list(evidence_rows(graph)),
    }


def plain(row: dict[str, Any]) -> Row:
    """Return the row with dates as the days that rows have."""
    return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in row.items()}


def query(path: Path, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute(sql)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


@pytest.mark.parametrize("name", TABLES)
def test_parquet_read_by_pyarrow_is_the_rows(graph: Graph, parquet: Path, name: str) -> None:
    table = pq.read_table(parquet / f"{name}.parquet")
    assert [plain(row) for row in table.to_pylist()] == rows_of(graph)[name]
    assert dict(zip(table.schema.names, table.schema.types, strict=True)) == {
        column: ARROW[type_] for column, type_ in TABLES[name].items()
    }


def test_nothing_else_is_left_in_the_folder(parquet: Path) -> None:
    assert sorted(file.name for file in parquet.iterdir()) == ["entities.parquet", "evidence.parquet", "facts.parquet"]


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_of_the_database_are_the_rows(graph: Graph, database: Path, name: str) -> None:
    assert [plain(row) for row in query(database, f"SELECT * FROM {name}")] == rows_of(graph)[name]
    assert [file.name for file in database.parent.iterdir()] == ["graph.duckdb"]


def test_names_are_plain_text(database: Path) -> None:
    assert set(NASTY) <= {row["name"] for row in query(database, "SELECT name FROM entities")}


def test_the_views_answer(database: Path) -> None:
    credit = query(database, "SELECT * FROM credit ORDER BY amount_cny NULLS LAST")
    told = [(row["lender"], row["borrower"], row["amount_cny"], row["modality"]) for row in credit]
    bank, firm = "兴业银行", "闽东星源电机有限公司"
    assert told == [(bank, firm, 1996e4, "done"), (bank, firm, 5300e4, "done"), (bank, firm, 6e8, "planned"),
                    (bank, firm, None, "done")]  # fmt: skip
    assert query(database, "SELECT person, title, holder FROM posts") == [
        {"person": "林知远", "title": "董事长", "holder": firm}
    ]
    assert query(database, "SELECT * FROM figures") == []
    (counts,) = query(database, "SELECT (SELECT count(*) FROM facts) AS facts, (SELECT count(*) FROM stated) AS stated")
    assert counts["stated"] == counts["facts"] - 2  # one planned, one denied
    quotes = query(database, "SELECT * FROM quotes WHERE predicate_zh = '放贷'")
    assert [(row["subject_name"], row["path"]) for row in quotes] == [(bank, "一/第1页.txt")]


def test_views_of_predicates_that_a_schema_lacks_are_left_out(tmp_path: Path) -> None:
    schema = load_schema(Path(__file__).parent.parent / "schemas" / "default")
    own = type(schema)(schema.types, {"statistic": schema.predicates["statistic"]}, (), {})
    write_duckdb(small_graph(), tmp_path / "a", schema=own)
    views = query(tmp_path / "a", "SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1")
    assert [row["view_name"] for row in views] == ["figures", "quotes", "stated"]


def test_a_spooled_graph_has_the_same_rows(graph: Graph, tmp_path: Path) -> None:
    links = list(resolve(reading for _, readings in pages() for reading in readings))
    with spool_graph(pages(), lambda id_: (link for link in links if link.group.startswith(id_)), SCHEMA) as spooled:
        write_duckdb(spooled, tmp_path / "a", schema=SCHEMA)
    for name, rows in rows_of(graph).items():
        found = [plain(row) for row in query(tmp_path / "a", f"SELECT * FROM {name}")]
        assert sorted(found, key=_key) == sorted(rows, key=_key)


def _key(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("id", "fact", "claim", "number") if name in row)


_TEXTS = st.one_of(
    st.text(), st.text(alphabet=";\"'\\\r\n\t\x00\x85\u2028\uffff＝＋\u3000a福\ud800"), st.sampled_from(NASTY)
)


@settings(deadline=None, max_examples=25)  # each example writes and reads four files
@given(name=_TEXTS, quote=_TEXTS, value=_TEXTS, amount=st.one_of(st.integers(), st.floats(0, 1e300)))
def test_nasty_texts_and_numbers_come_back(name: str, quote: str, value: str, amount: float) -> None:
    graph = small_graph(name=name, quote=quote, value=value, amount=amount)
    whole = {text: "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text) for text in (name, quote, value)}
    with TemporaryDirectory() as folder:
        write_parquet(graph, folder, schema=SCHEMA)
        entities, facts = (
            pq.read_table(Path(folder) / f"{name}.parquet").to_pylist() for name in ("entities", "facts")
        )
    assert entities[0]["name"] == whole[name]
    assert [fact["quote"] for fact in facts] == [whole[quote]] * 2
    assert facts[1]["value"] == whole[value]
    assert facts[0]["amount_value"] == facts[0]["amount_cny"] == float(amount)


def test_more_rows_than_one_chunk_holds(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "_CHUNK", 3)
    write_duckdb(graph, tmp_path / "a", schema=SCHEMA)
    assert [plain(row) for row in query(tmp_path / "a", "SELECT * FROM facts")] == rows_of(graph)["facts"]


def test_a_graph_without_facts(graph: Graph, tmp_path: Path) -> None:
    write_parquet(graph.filter(predicates=()), tmp_path, schema=SCHEMA)
    table = pq.read_table(tmp_path / "facts.parquet")
    assert (table.num_rows, table.schema.names) == (0, list(FACT_ROW))
    assert pq.read_table(tmp_path / "entities.parquet").schema.names == list(ENTITY_ROW)


def test_an_older_file_is_replaced_when_the_new_one_is_whole(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("older")
    (tmp_path / "a.wal").write_text("what was to come into the older one")
    monkeypatch.setattr(columnar, "_VIEWS", {"broken": "SELECT nothing"})
    with pytest.raises(ConfigError, match="tables cannot be written: Binder Error"):
        write_duckdb(graph, tmp_path / "a", schema=SCHEMA)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "a.wal"]
    assert (tmp_path / "a").read_text() == "older"
    monkeypatch.undo()
    write_duckdb(graph, tmp_path / "a", schema=SCHEMA)
    assert [file.name for file in tmp_path.iterdir()] == ["a"]
    assert query(tmp_path / "a", "SELECT count(*) AS n FROM entities") == [{"n": len(graph.entities)}]


def test_places_that_cannot_be_written(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be made"):
        write_parquet(graph, tmp_path / "file" / "folder", schema=SCHEMA)
    with pytest.raises(ConfigError, match="cannot be written"):
        write_duckdb(graph, tmp_path / "none" / "a", schema=SCHEMA)
    with pytest.raises(ConfigError, match="cannot be written"):
        write_duckdb(graph, tmp_path, schema=SCHEMA)


@pytest.mark.parametrize("write", [write_parquet, write_duckdb])
def test_without_the_extra(write: Any, graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(MissingPackageError, match=r"need duckdb; run: pip install 'regional-industry-kg\[tables\]'$"):
        write(graph, tmp_path / "a", schema=SCHEMA)
    assert not list(tmp_path.iterdir())


def test_parquet_has_the_same_bytes_under_any_hash_seed() -> None:
    assert len(bytes_under_hash_seeds("parquet")) == 1


def test_two_databases_of_one_graph_hold_the_same(graph: Graph, database: Path, tmp_path: Path) -> None:
    """Their bytes differ: DuckDB gives each an identifier of its own."""
    write_duckdb(graph, tmp_path / "a", schema=SCHEMA)
    for name in (*TABLES, "credit", "quotes"):
        assert query(tmp_path / "a", f"SELECT * FROM {name}") == query(database, f"SELECT * FROM {name}")
