"""The pages about tables and Neo4j: their answers are those of the sample graph, and what they name is there."""

import importlib.util
import re
from pathlib import Path

import pytest
from test_export_neo4j import read_back

import kg
from kg.export.columnar import TABLES

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the build of data/sample in ``out``."""
    folder = tmp_path_factory.mktemp("pages")
    kg.build([DOCS.parent / "data" / "sample"], folder / "out")
    return folder


def test_the_answers_are_those_of_the_sample_graph(folder: Path) -> None:
    spec = importlib.util.spec_from_file_location("write_tables", DOCS / "write_tables.py")
    assert spec is not None
    assert spec.loader is not None
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    assert writer.page(folder) == (DOCS / "tables.md").read_text(encoding="utf-8"), "run python docs/write_tables.py"


def test_every_column_is_explained() -> None:
    page = (DOCS / "tables.md").read_text(encoding="utf-8").partition("## The columns")[2]
    headings = ("Entities:", "Facts:", "Evidence:")
    for heading, columns in zip(headings, TABLES.values(), strict=True):
        rows = page.partition(heading)[2].split("\n\n")[1].splitlines()[2:]
        explained = [name for row in rows for name in re.findall("`(\\w+)`", row.split("|")[1])]
        assert sorted(explained) == sorted(columns)


def test_cypher_names_what_the_export_holds(folder: Path) -> None:
    kg.export_graph(folder / "out" / "graph.sqlite", folder / "neo4j", ("neo4j",))
    nodes, relationships = read_back(folder / "neo4j")
    labels = {label for node in nodes.values() for label in node.labels}
    types = {one.type for one in relationships}
    properties = {name for one in (*nodes.values(), *relationships) for name in one.properties}
    queries = re.findall(r"```cypher\n(.*?)```", (DOCS / "neo4j.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(queries) == 6
    for query in queries:
        named = re.sub(r"'[^']*'|`[^`]*`", "''", query)
        assert set(re.findall(r"\(\w*:(\w+)", named)) <= labels
        assert {name for found in re.findall(r"\[\w*:([\w|]+)", named) for name in found.split("|")} <= types
        assert set(re.findall(r"\b\w+\.(\w+)", named)) <= properties
        assert set(re.findall(r"{(\w+): '", query)) <= properties
