"""Indexes for tests: of a store with a few documents, and of any quads."""

from collections.abc import Iterable
from pathlib import Path

from sample_graph import pages

from kg.export.quads import iri, literal
from kg.resolve import resolve
from kg.sparql import engine
from kg.store import open_store


def store_of_pages(path: Path) -> Path:
    """Write the hand-built pages, nasty names and all, to a store."""
    contents = pages()
    with open_store(path, write=True) as store:
        for document, readings in contents:
            store.write(document, readings)
        store.replace_links(resolve(store.readings()))
    return path


def index_of(folder: Path, quads: Iterable[tuple[str, str, str, str | None]]) -> Path:
    """Fill an index with quads of addresses; an object that is no address becomes a text."""
    nodes = (
        (iri(graph) if graph else None, (iri(s), [(iri(p), iri(o) if o.startswith("http") else literal(o))]))
        for s, p, o, graph in quads
    )
    engine.fill(folder, nodes)
    return folder
