"""The graph of a store as an rdflib Graph, for those who go on in rdflib: the one module that knows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import MissingPackageError
from kg.export.iris import DEFAULT_BASE, make_iris
from kg.export.quads import Literal, Term
from kg.export.rdf import nodes, prefixes
from kg.schema import load_schema
from kg.spooling import spool_graph
from kg.store import open_store

if TYPE_CHECKING:
    import rdflib


def rdf_graph(store: str | Path, *, schema: str | Path | None = None, base: str = DEFAULT_BASE) -> rdflib.Graph:
    """Return the graph of a store as one rdflib Graph, as ``kg export`` writes it to Turtle.

    Raises MissingPackageError where rdflib is not installed, StoreError where there is no store.
    """
    try:
        import rdflib
    except ImportError:
        raise MissingPackageError("rdf_graph needs rdflib; run: pip install 'regional-industry-kg[rdflib]'") from None

    def term(value: Term) -> rdflib.URIRef | rdflib.Literal:
        if not isinstance(value, Literal):
            return rdflib.URIRef(value.value)
        if value.language is not None:
            return rdflib.Literal(value.value, lang=value.language)
        type_ = rdflib.URIRef(value.datatype.value)
        return rdflib.Literal(value.value, datatype=None if type_ == rdflib.XSD.string else type_)

    known, iris = load_schema(schema), make_iris(base)
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in prefixes(known, iris).items():
        graph.bind(prefix, namespace)
    with open_store(store) as opened, spool_graph(opened.read(), opened.links, known) as spooled:
        for _, (subject, pairs) in nodes(spooled, known, iris, opened.meta()):
            named = rdflib.URIRef(subject.value)
            for predicate, object_ in pairs:
                graph.add((named, rdflib.URIRef(predicate.value), term(object_)))
    return graph
