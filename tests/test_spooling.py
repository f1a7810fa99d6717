"""A graph on disk is the graph in memory; exporting it needs memory that does not grow with its facts."""

import io
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from sample_graph import pages, sample

import kg
from kg.errors import ConfigError
from kg.export import FORMATS, RDF, export
from kg.export.rdf import write_rdf
from kg.export.views import VIEWS, draw
from kg.gathering import Outline
from kg.graph import build_graph
from kg.resolve import resolve
from kg.schema import load_schema
from kg.sorting import sort_lines
from kg.spooling import spool_graph
from kg.store import open_store

SCHEMA = load_schema()


@pytest.mark.parametrize("held", [1, 1 << 20])
def test_facts_entities_sources_and_places_are_those_of_the_graph(held: int) -> None:
    graph = sample(SCHEMA)
    links = resolve(reading for _, readings in pages() for reading in readings)
    of_document = {
        document.id: [link for link in links if link.group.startswith(document.id)] for document, _ in pages()
    }
    with spool_graph(pages(), of_document.__getitem__, SCHEMA, held=held) as spooled:
        assert spooled.entities == graph.entities
        assert list(spooled.entities) == list(graph.entities)
        assert list(spooled.sources.items()) == list(graph.sources.items())
        assert spooled.by_code == graph.by_code
        for _ in range(2):
            found = []
            for fact in spooled.facts:
                found.append(fact)
                for claim in fact.claims:
                    for evidence in claim.evidence:
                        assert spooled.place(evidence) == graph.place(evidence) is not None
                        assert spooled.source(evidence) == graph.source(evidence)
            assert sorted(found, key=lambda fact: fact.id) == sorted(graph.facts, key=lambda fact: fact.id)
    assert not spooled.file.exists()


def test_a_store_is_exported_as_its_graph_is(built: Path, tmp_path: Path) -> None:
    with open_store(built / "graph.sqlite") as store:
        graph, made_by = build_graph(store.read(), store.links(), SCHEMA), store.meta()
        for document in store.documents():
            assert list(store.links(document.id)) == [x for x in store.links() if x.group.startswith(document.id)]
    for format_ in RDF:
        (written,) = kg.export_graph(built / "graph.sqlite", tmp_path / "graph", (format_,))
        whole = io.BytesIO()
        write_rdf(graph, whole, schema=SCHEMA, format=format_, made_by=made_by)
        assert written.read_bytes() == whole.getvalue()
    assert (built / "graph.ttl").read_bytes() == (
        kg.export_graph(built / "graph.sqlite", tmp_path / "again.ttl")[0].read_bytes()
    )


def test_a_claim_made_twice_is_there_twice() -> None:
    (document, [reading]) = pages()[0]
    twice = [(document, [replace(reading, claims=reading.claims[:1] * 2)])]
    links = resolve([reading])
    (fact,) = build_graph(twice, links, SCHEMA).facts
    with spool_graph(twice, lambda _: links, SCHEMA) as spooled:
        assert list(spooled.facts) == [fact]
        assert len(fact.claims) == 2


def test_links_of_a_document(tmp_path: Path) -> None:
    with open_store(tmp_path / "graph.sqlite", write=True) as store:
        for document, readings in pages():
            store.write(document, readings)
        links = resolve(store.readings())
        store.replace_links(links)
        found = [list(store.links(document.id)) for document, _ in pages()]
        assert all(found)
        assert (
            sorted((link for some in found for link in some), key=lambda link: link.group)
            == links
            == list(store.links())
        )
        assert list(store.links("nothing")) == []


def test_a_temporary_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with (
        pytest.raises(ConfigError, match=r"a temporary file cannot be written: No such file.*set TMPDIR"),
        spool_graph([], lambda _: [], SCHEMA),
    ):
        pass
    with pytest.raises(ConfigError, match="set TMPDIR"):
        list(sort_lines([b"b", b"a"], held=1))


@pytest.mark.parametrize("format_", sorted(set(FORMATS) - {"duckdb"}))  # a database's bytes are not ours to fix
def test_a_spooled_graph_is_written_as_one_in_memory_is(format_: str, tmp_path: Path) -> None:
    links = resolve(reading for _, readings in pages() for reading in readings)
    graph = build_graph(pages(), links, SCHEMA)
    files = []
    with spool_graph(pages(), lambda document: [x for x in links if x.group.startswith(document)], SCHEMA) as spooled:
        for name, given in (("memory", graph), ("disk", spooled)):
            export(given, tmp_path / name, schema=SCHEMA, format=format_)
            written = tmp_path / name
            some = sorted(written.iterdir()) if written.is_dir() else [written]
            files.append([file.read_bytes() for file in some])
    assert files[0] == files[1]
    assert all(files[0])


@pytest.mark.parametrize("view", VIEWS)
def test_a_spooled_graph_is_drawn_as_one_in_memory_is(view: str) -> None:
    links = resolve(reading for _, readings in pages() for reading in readings)
    graph = build_graph(pages(), links, SCHEMA)
    assert list(graph.outlines) == [
        Outline(fact.subject, fact.predicate, fact.object, fact.modality, fact.polarity) for fact in graph.facts
    ]
    with spool_graph(pages(), lambda document: [x for x in links if x.group.startswith(document)], SCHEMA) as spooled:
        assert sorted(spooled.outlines, key=repr) == sorted(graph.outlines, key=repr)
        one, other = (draw(given, SCHEMA, view=view, planned=True) for given in (graph, spooled))
        assert sorted(one.nodes()) == sorted(other.nodes())
        assert sorted(one.edges()) == sorted(other.edges())
