"""What is written is what others read: each format by at least two readers that are not the writer."""

from pathlib import Path

import pytest
from rdf_readers import READERS, Quads, available, from_oxigraph, read
from sample_graph import sample

from kg.export import FORMATS, export
from kg.graph import Graph
from kg.schema import load_schema

SCHEMA = load_schema()
PAIRS = [(reader, format_) for reader, formats in READERS.items() for format_ in formats]
WITH_GRAPHS = ("trig", "nquads", "jsonld")
MADE_BY = {"version": "0.1.0", "pipeline": '[{"use": "split"}]', "schema": "0f"}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample(SCHEMA)


@pytest.fixture(scope="module")
def folder(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("rdf")
    for format_ in ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld"):
        export(graph, out / f"graph.{FORMATS[format_]}", schema=SCHEMA, made_by=MADE_BY)
    return out


@pytest.fixture(scope="module")
def told(folder: Path) -> Quads:
    return from_oxigraph((folder / "graph.nq").read_bytes(), "nquads")


def expected(told: Quads, format_: str) -> Quads:
    if format_ in WITH_GRAPHS:
        return told
    shown = {"\\f": "\u240c"} if format_ == "rdfxml" else {}
    found = set()
    for subject, predicate, object_, _ in told:
        for escaped, picture in shown.items():
            object_ = object_.replace(escaped, picture)
        found.add((subject, predicate, object_, ""))
    return found


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib warns of its own Dataset
@pytest.mark.parametrize(("reader", "format_"), PAIRS)
def test_every_reader_finds_the_same(reader: str, format_: str, folder: Path, told: Quads) -> None:
    if not available(reader):
        pytest.skip(f"{reader} is not installed")
    assert len(told) > 1000
    found = read(reader, format_, folder / f"graph.{FORMATS[format_]}")
    assert found == expected(told, format_)


@pytest.mark.parametrize("format_", ["turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld"])
def test_two_readers_for_each_format_are_always_there(format_: str) -> None:
    assert sum(format_ in formats and available(reader) for reader, formats in READERS.items()) >= 2
