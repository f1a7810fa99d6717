"""RDF terms and their serialization by pyoxigraph: the only module that knows that library.

A node is a subject with its predicates and objects. There are no blank nodes and no relative IRIs; what is given in
one order is written in that order, so that the same graph gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

import pyoxigraph as ox

Iri = ox.NamedNode
Literal = ox.Literal
Term = ox.NamedNode | ox.Literal

Node = tuple[Iri, list[tuple[Iri, Term]]]
"""A subject and its (predicate, object) pairs."""

Named = tuple[Iri | None, Iterable[Node]]
"""A graph's name, None for the default graph, and its nodes."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
}
"""The formats that can be written, by name."""

_WITH_GRAPHS = ("trig", "nquads", "jsonld")


def holds_graphs(format_: str) -> bool:
    """Say whether the format can hold more than one graph."""
    return format_ in _WITH_GRAPHS


def iri(text: str) -> Iri:
    """Return the term of an absolute IRI; raises ValueError where it holds what no IRI may."""
    try:
        return ox.NamedNode(text)
    except ValueError as error:
        raise ValueError(f"not an IRI: {text!r}: {error}") from error


TYPE = iri(f"{RDF}type")


def literal(text: str, *, language: str | None = None, datatype: str | None = None) -> ox.Literal:
    """Return the term of a literal; ``datatype`` is an IRI's text.

    U+0000, which many readers refuse, is left out; half surrogate pairs, which UTF-8 cannot hold, become U+FFFD.
    """
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        return _literal(text, language, datatype)
    except ValueError:
        return _literal("".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text), language, datatype)


def _literal(text: str, language: str | None, datatype: str | None) -> ox.Literal:
    if language is not None:
        return ox.Literal(text, language=language)
    return ox.Literal(text) if datatype is None else ox.Literal(text, datatype=iri(datatype))


def serialize(graphs: Iterable[Named], file: BinaryIO, format_: str, prefixes: Mapping[str, str]) -> None:
    """Write graphs to an open file in one of FORMATS; ``prefixes`` map a prefix to its namespace."""
    quads = _quads(graphs) if holds_graphs(format_) else _triples(graphs)
    ox.serialize(quads, output=file, format=FORMATS[format_], prefixes=dict(prefixes))


def _quads(graphs: Iterable[Named]) -> Iterator[ox.Quad]:
    for name, nodes in graphs:
        graph = name if name is not None else ox.DefaultGraph()
        for subject, pairs in nodes:
            for predicate, object_ in pairs:
                yield ox.Quad(subject, predicate, object_, graph)


def _triples(graphs: Iterable[Named]) -> Iterator[ox.Triple]:
    for _, nodes in graphs:
        for subject, pairs in nodes:
            for predicate, object_ in pairs:
                yield ox.Triple(subject, predicate, object_)
