"""The graph in the forms that other tools open: the same graph gives the same bytes, whatever the hash seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.errors import ConfigError
from kg.export.iris import DEFAULT_BASE
from kg.graph import Graph
from kg.schema import Schema
from kg.spooling import SpooledGraph

FORMATS = {
    "gexf": "gexf",
    "graphml": "graphml",
    "json": "json",
    "turtle": "ttl",
    "ntriples": "nt",
    "trig": "trig",
    "nquads": "nq",
    "rdfxml": "rdf",
    "jsonld": "jsonld",
    "void": "void.ttl",
    "csv": "",
}
"""The formats and the suffix of each, without its dot; ``csv`` is a folder of tables, ``void`` describes a graph."""

STREAMED = ("turtle", "ntriples", "trig", "nquads", "rdfxml", "jsonld", "void")
"""The formats that take one fact after the other, from a graph that need not be in memory."""


def find_format(path: Path) -> str | None:
    """Return the format that the path's suffix tells, None where it tells none."""
    suffixes = sorted((suffix, name) for name, suffix in FORMATS.items() if suffix)
    found = [name for suffix, name in suffixes if path.name.lower().endswith(f".{suffix}")]
    return max(found, key=lambda name: len(FORMATS[name]), default=None)


def export(
    graph: Graph | SpooledGraph,
    path: str | Path,
    *,
    schema: Schema,
    format: str | None = None,  # noqa: A002
    base: str = DEFAULT_BASE,
    made_by: Mapping[str, str] | None = None,
    tell: Callable[[str], None] | None = None,
    **settings: Any,
) -> None:
    """Write the graph to a file, or for ``csv`` a folder, in the format named or told by the suffix.

    ``base`` is what the IRIs of RDF begin with, ``made_by`` what a store's ``meta`` tells of the run that made it;
    ``tell`` is told in one line what a format could not hold; ``settings`` are those of its writer. Raises ConfigError
    for an unknown format and an unwritable path.
    """
    target = Path(path)
    if format is None:
        format = find_format(target)  # noqa: A001
    if format not in FORMATS:
        known = ", ".join(f"{name} ({f'.{suffix}' if suffix else 'a folder'})" for name, suffix in FORMATS.items())
        raise ConfigError(f"{target}: unknown format {format or target.suffix!r}; formats: {known}")
    if format == "void":
        from kg.export.description import write_description

        write_description(graph, target, schema=schema, base=base, made_by=made_by, **settings)
    elif format in STREAMED:
        from kg.export.rdf import write_rdf

        write_rdf(graph, target, schema=schema, format=format, base=base, made_by=made_by, tell=tell, **settings)
    elif not isinstance(graph, Graph):
        raise ConfigError(f"{target}: {format} needs the whole graph in memory; load it with build_graph")
    elif format == "csv":
        from kg.export.tables import write_tables

        write_tables(graph, target, schema=schema, **settings)
    else:
        from kg.export import network

        write = {"gexf": network.write_gexf, "graphml": network.write_graphml, "json": network.write_node_link}[format]
        write(graph, target, schema=schema, **settings)


def export_into(
    folder: Path,
    graph: Graph | SpooledGraph,
    schema: Schema,
    formats: Sequence[str],
    *,
    base: str = DEFAULT_BASE,
    made_by: Mapping[str, str] | None = None,
    tell: Callable[[str], None] | None = None,
    **about: Any,
) -> list[Path]:
    """Write the graph to ``graph.gexf`` and so on in the folder, tables beside them; return what was written.

    A description is written last and lists the RDF files; ``about`` is what it takes besides.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror}") from error
    written: dict[str, Path] = {}
    for name in sorted(formats, key=lambda name: name == "void"):
        written[name] = folder / f"graph.{FORMATS[name]}" if FORMATS[name] else folder
        own = {"files": [written[one] for one in STREAMED if one in written and one != "void"], **about}
        settings = own if name == "void" else {}
        export(graph, written[name], schema=schema, format=name, base=base, made_by=made_by, tell=tell, **settings)
    return [written[name] for name in formats]
