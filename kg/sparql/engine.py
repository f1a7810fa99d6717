"""Oxigraph as a folder of the disk that is filled once and then only read: the one module that puts questions to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from kg.errors import InputError, StoreError
from kg.export.quads import Placed

Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[Value | None, ...]
Triple = ox.Triple
Engine = ox.Store

GRAPH_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}
"""The formats of a CONSTRUCT's or DESCRIBE's answer, by name."""

VERSION = ox.__version__
_FARTHEST = 120
"""Characters of the engine's list of what it expected; beyond that the list tells nothing."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a SELECT answers: its variables in order, and the rows as they come."""

    variables: tuple[str, ...]
    rows: Iterator[Row]


@dataclass(frozen=True, slots=True)
class Triples:
    """What a CONSTRUCT or DESCRIBE answers."""

    triples: Iterator[Triple]


def fill(folder: Path, nodes: Iterable[Placed]) -> None:
    """Make an Oxigraph folder of nodes: all of them in its default graph, those of a named graph in that one as well.

    So a query needs no GRAPH, and no triple counts twice because two documents say it.
    """
    engine = ox.Store(str(folder))
    engine.bulk_extend(_quads(nodes))
    engine.optimize()
    engine.flush()


def _quads(nodes: Iterable[Placed]) -> Iterator[ox.Quad]:
    for graph, (subject, pairs) in nodes:
        for predicate, object_ in pairs:
            yield ox.Quad(subject, predicate, object_)
            if graph is not None:
                yield ox.Quad(subject, predicate, object_, graph)


def open_folder(folder: Path) -> Engine:
    """Open a folder that ``fill`` made, for reading; several processes may do so. Raises StoreError."""
    try:
        return ox.Store.read_only(str(folder))
    except OSError as error:
        raise StoreError(f"{folder}: this index cannot be read: {error}; delete it, it is built anew") from error


def graph_names(engine: Engine) -> frozenset[str]:
    """Return the addresses of the named graphs."""
    return frozenset(name.value for name in engine.named_graphs() if isinstance(name, ox.NamedNode))


def ask(
    engine: Engine,
    query: str,
    *,
    prefixes: Mapping[str, str],
    base: str | None = None,
    default_graphs: Iterable[str] = (),
    named_graphs: Iterable[str] = (),
) -> Rows | Triples | bool:
    """Put a query to the engine; ``prefixes`` need not be declared in it.

    With ``default_graphs`` or ``named_graphs`` these are the data set, whatever the query says (SPARQL 1.1 Protocol,
    2.1.4). Raises InputError with line and column where the query is no SPARQL.
    """
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [ox.NamedNode(name) for name in default_graphs]
    named: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(name) for name in named_graphs]
    given = bool(default or named)
    try:
        found = engine.query(
            query,
            base_iri=base,
            prefixes=dict(prefixes),
            default_graph=default if given else None,
            named_graphs=named if given else None,
        )
    except SyntaxError as error:
        raise InputError(_readable(str(error))) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"the query cannot be answered: {error}") from error
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QuerySolutions):
        width = range(len(found.variables))
        return Rows(
            tuple(variable.value for variable in found.variables), (tuple(row[i] for i in width) for row in found)
        )
    return Triples(iter(found))


def write_triples(triples: Iterable[Triple], file: BinaryIO, format_: str, prefixes: Mapping[str, str]) -> None:
    """Write triples in one of GRAPH_FORMATS."""
    ox.serialize(triples, output=file, format=GRAPH_FORMATS[format_], prefixes=dict(prefixes))


def _readable(message: str) -> str:
    """Return the engine's message with the place in words, without a list of all that might stand there.

    >>> _readable("error at 1:8: expected one of GROUP, LIMIT")
    'line 1, column 8: expected one of GROUP, LIMIT'
    """
    found = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if found is None:
        return f"not SPARQL: {' '.join(message.split())}"
    said = " ".join(found[3].split())
    return f"line {found[1]}, column {found[2]}: {said if len(said) <= _FARTHEST else 'this is not SPARQL here'}"
