"""RDF terms, their order and their serialization by pyoxigraph: the only module of the exports that knows that library.

A node is a subject with its predicates and objects. There are no blank nodes and no relative IRIs. Quads are written
sorted by graph (the default graph first), subject, predicate and object, as N-Triples writes them, each once: the same
set gives the same bytes, in whatever order it comes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import BinaryIO, cast

import pyoxigraph as ox

from kg.sorting import HELD, sort_lines

Iri = ox.NamedNode
Literal = ox.Literal
Triple = ox.Triple
Term = ox.NamedNode | ox.Literal

Node = tuple[Iri, list[tuple[Iri, Term]]]
"""A subject and its (predicate, object) pairs."""

Placed = tuple[Iri | None, Node]
"""A node and the name of the graph that it stands in, None for the default graph."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
"""The formats that can be written, by name."""

MEDIA_TYPES = {format_.file_extension: format_.media_type for format_ in FORMATS.values()}
"""The media type of each format, by the suffix of its files, without a dot."""

_WITH_GRAPHS = ("trig", "nquads", "jsonld")
_BATCH = 1 << 12

# What XML 1.0 cannot hold, not even as a reference: https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_IN_ITS_PLACE = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n\r"},
    **dict.fromkeys((0xFFFE, 0xFFFF), 0xFFFD),
}


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

    U+0000, which many readers refuse, becomes its picture U+2400; half surrogate pairs, which UTF-8 cannot hold, become
    U+FFFD. Either way offsets into the text stay right.
    """
    if "\x00" in text:
        text = text.replace("\x00", "\u2400")
    try:
        return _literal(text, language, datatype)
    except ValueError:
        return _literal("".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text), language, datatype)


def _literal(text: str, language: str | None, datatype: str | None) -> ox.Literal:
    if language is not None:
        return ox.Literal(text, language=language)
    return ox.Literal(text) if datatype is None else ox.Literal(text, datatype=iri(datatype))


# --- order ----------------------------------------------------------------------------------------------------------


def sort_quads(nodes: Iterable[Placed], *, held: int = HELD) -> Iterator[ox.Quad]:
    """Yield the quads of nodes in their order, each once; more than ``held`` bytes of them go through the disk."""
    lines = _quad_lines(sort_lines(map(_line, nodes), held=held))
    while batch := b"".join(islice(lines, _BATCH)):
        yield from ox.parse(batch, format=ox.RdfFormat.N_QUADS, lenient=True)


def _line(placed: Placed) -> bytes:
    """Return a node as one line: graph, subject and pairs, as N-Triples writes them, with tabs between."""
    graph, (subject, pairs) = placed
    said = sorted(f"{predicate} {object_}" for predicate, object_ in pairs)
    return "\t".join((str(graph) if graph is not None else "", str(subject), *said)).encode("utf-8")


def _quad_lines(nodes: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of an N-Quads file; nodes with the same graph and subject, which follow each other, are one."""
    graph = subject = b""
    said: list[bytes] = []
    for node in nodes:
        its_graph, its_subject, *pairs = node.split(b"\t")
        if (its_graph, its_subject) == (graph, subject):
            said += pairs
            continue
        yield from _node_lines(graph, subject, said)
        graph, subject, said = its_graph, its_subject, pairs
    yield from _node_lines(graph, subject, said)


def _node_lines(graph: bytes, subject: bytes, said: list[bytes]) -> Iterator[bytes]:
    end = b" " + graph + b" .\n"
    return (subject + b" " + pair + end for pair in sorted(set(said)))


# --- writing --------------------------------------------------------------------------------------------------------


def serialize(
    nodes: Iterable[Placed], file: BinaryIO, format_: str, prefixes: Mapping[str, str], *, held: int = HELD
) -> int:
    """Write nodes to an open file in one of FORMATS; ``prefixes`` map a prefix to its namespace.

    A format that holds one graph gets the union of all. Returns how many literals were changed because the format
    cannot hold them: in RDF/XML those with control characters, elsewhere none.
    """
    if holds_graphs(format_):
        ox.serialize(sort_quads(nodes, held=held), output=file, format=FORMATS[format_], prefixes=dict(prefixes))
        return 0
    triples, changed = union(nodes, held=held), 0

    def fit() -> Iterator[ox.Triple]:
        nonlocal changed
        for triple in triples:
            fitting = _fit_for_xml(triple)
            changed += fitting is not triple
            yield fitting

    if format_ == "rdfxml":
        file = cast(BinaryIO, _Xml(file))
    ox.serialize(
        fit() if format_ == "rdfxml" else triples, output=file, format=FORMATS[format_], prefixes=dict(prefixes)
    )
    return changed


def union(nodes: Iterable[Placed], *, held: int = HELD) -> Iterator[ox.Triple]:
    """Yield the triples of nodes in their order, each once, whatever graphs they stand in."""
    return (quad.triple for quad in sort_quads(((None, node) for _, node in nodes), held=held))


def fits_xml(text: str) -> bool:
    """Say whether XML can hold the text."""
    return not _NOT_IN_XML.search(text)


def _fit_for_xml(triple: ox.Triple) -> ox.Triple:
    """Return the triple with a picture (U+2400 to U+241F) in place of each control character that XML cannot hold.

    The two non-characters that it cannot hold either become U+FFFD.
    """
    object_ = triple.object
    if not isinstance(object_, ox.Literal) or fits_xml(object_.value):
        return triple
    text = object_.value.translate(_IN_ITS_PLACE)
    if object_.language is not None:
        return ox.Triple(triple.subject, triple.predicate, ox.Literal(text, language=object_.language))
    return ox.Triple(triple.subject, triple.predicate, ox.Literal(text, datatype=object_.datatype))


class _Xml:
    """A file for XML: carriage returns, which a reader of XML would turn into line feeds, become references."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        self._file.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        self._file.flush()
