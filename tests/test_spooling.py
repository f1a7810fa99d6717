"""A graph on disk is the graph in memory; exporting it needs memory that does not grow with its facts."""

import io
import tempfile
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from sample_graph import pages, sample

import kg
from kg.errors import ConfigError
from kg.export import STREAMED, export
from kg.export.rdf import write_rdf
from kg.graph import build_graph
from kg.model import Document, Reading
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
    for format_ in set(STREAMED) - {"void"}:
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


def test_formats_that_need_the_whole_graph_say_so(tmp_path: Path) -> None:
    with (
        spool_graph([], lambda _: [], SCHEMA) as spooled,
        pytest.raises(ConfigError, match="gexf needs the whole graph in memory"),
    ):
        export(spooled, tmp_path / "graph.gexf", schema=SCHEMA)


def test_what_is_in_memory_is_a_fraction_of_the_facts() -> None:
    """The same document 200 times over, each time with other claims: sorting holds 256 KB of them."""
    (document, [reading]) = pages()[0]
    links = resolve([reading])

    def again(number: int) -> tuple[Document, list[Reading]]:
        claims = (replace(reading.claims[0], id=f"{number}.{claim}", reader=f"{number}.{claim}") for claim in range(50))
        return document, [replace(reading, claims=tuple(claims))]

    tracemalloc.start()
    with spool_graph(map(again, range(200)), lambda _: links, SCHEMA, held=1 << 18) as spooled:
        highest, size = tracemalloc.get_traced_memory()[1], spooled.file.stat().st_size
    tracemalloc.stop()
    assert size > 10_000_000
    assert highest < size / 5
