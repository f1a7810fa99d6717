"""The graph in the forms that other tools open: the same graph gives the same bytes, whatever the hash seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.errors import ConfigError
from kg.export.drawing import Drawing
from kg.export.files import make_folder
from kg.export.iris import DEFAULT_BASE
from kg.schema import Schema
from kg.spooling import GraphView

FORMATS = {
    "gexf": "gexf",
    "graphml": "graphml",
    "json": "json",
    "graphology": "graphology.json",
    "turtle": "ttl",
    "ntriples": "nt",
    "trig": "trig",
    "nquads": "nq",
    "rdfxml": "rdf",
    "jsonld": "jsonld",
    "void": "void.ttl",
    "csv": "",
    "neo4j": "",
    "parquet": "",
    "duckdb": "duckdb",
}
"""The formats and the suffix of each, without its dot; ``csv``, ``neo4j`` and ``parquet`` are folders of tables,
``json`` is node-link JSON, ``void`` describes a graph."""

NETWORKS = ("gexf", "graphml", "json", "graphology")
"""The formats that draw a network, of nodes and edges."""

RDF = ("turtle", "ntriples", "trig", "nquads", "rdfxml", "jsonld")
"""The formats of RDF, written from a graph that need not be in memory."""


def find_format(path: Path) -> str | None:
    """Return the format that the path's suffix tells, None where it tells none."""
    suffixes = sorted((suffix, name) for name, suffix in FORMATS.items() if suffix)
    found = [name for suffix, name in suffixes if path.name.lower().endswith(f".{suffix}")]
    return max(found, key=lambda name: len(FORMATS[name]), default=None)


def check_formats(formats: Sequence[str]) -> None:
    """Raise ConfigError where a format is none of FORMATS."""
    for name in formats:
        if name not in FORMATS:
            raise ConfigError(f"no format is named {name!r}; there are {', '.join(FORMATS)}")


def check_format(format_: str | None, path: Path, known: Sequence[str] = tuple(FORMATS)) -> str:
    """Return the format named, or told by the path's suffix; raises ConfigError where that is none of those known."""
    named = format_ if format_ is not None else find_format(path)
    if named is None or named not in known:
        listed = ", ".join(f"{name} ({f'.{FORMATS[name]}' if FORMATS[name] else 'a folder'})" for name in known)
        raise ConfigError(f"{path}: unknown format {named or path.suffix!r}; formats: {listed}")
    return named


def export(
    graph: GraphView,
    path: str | Path,
    *,
    schema: Schema,
    format: str | None = None,  # noqa: A002
    base: str = DEFAULT_BASE,
    made_by: Mapping[str, str] | None = None,
    tell: Callable[[str], None] | None = None,
    drawn: Mapping[str, Any] | None = None,
    **settings: Any,
) -> None:
    """Write the graph to a file, or for tables of several files a folder, in the format named or told by the suffix.

    ``base`` is what the IRIs begin with, ``made_by`` what a store's ``meta`` tells of the run that made it; ``tell`` is
    told in one line what a format could not hold; ``drawn`` says how networks are drawn (view, planned, layout: see
    kg.export.views.draw); ``settings`` are those of the writer. Raises ConfigError for an unknown format and an
    unwritable path.
    """
    target = Path(path)
    name = check_format(format, target)
    if name in NETWORKS:
        from kg.export.views import draw

        write_drawing(draw(graph, schema, base=base, **(drawn or {})), target, name)
    elif name == "void":
        from kg.export.description import write_description

        write_description(graph, target, schema=schema, base=base, made_by=made_by, **settings)
    elif name in RDF:
        from kg.export.rdf import write_rdf

        write_rdf(graph, target, schema=schema, format=name, base=base, made_by=made_by, tell=tell, **settings)
    else:
        _table_writer(name)(graph, target, schema=schema, **settings)


def write_drawing(drawing: Drawing, path: Path, format_: str) -> None:
    """Write what is drawn, a graph's or a network's, in one of the formats of NETWORKS."""
    if format_ == "gexf":
        from kg.export.gexf import write_gexf as write
    elif format_ == "graphml":
        from kg.export.graphml import write_graphml as write
    elif format_ == "json":
        from kg.export.network_json import write_node_link as write
    else:
        from kg.export.network_json import write_graphology as write
    write(drawing, path)


def _table_writer(format_: str) -> Callable[..., None]:
    if format_ == "csv":
        from kg.export.tables import write_tables

        return write_tables
    if format_ == "neo4j":
        from kg.export.neo4j import write_neo4j

        return write_neo4j
    from kg.export import columnar

    return {"parquet": columnar.write_parquet, "duckdb": columnar.write_duckdb}[format_]


def export_into(
    folder: Path,
    graph: GraphView,
    formats: Sequence[str],
    *,
    schema: Schema,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    **how: Any,
) -> list[Path]:
    """Write the graph to ``graph.gexf`` and so on in the folder, tables beside them; return what was written.

    A description is written last and lists the RDF files. ``settings`` are those of the writers, by format, ``how`` is
    what ``export`` takes besides.
    """
    make_folder(folder)
    written: dict[str, Path] = {}
    for name in sorted(formats, key=lambda name: name == "void"):
        written[name] = folder / f"graph.{FORMATS[name]}" if FORMATS[name] else folder
        own = dict((settings or {}).get(name, {}))
        if name == "void":
            own["files"] = [written[one] for one in RDF if one in written]
        export(graph, written[name], schema=schema, format=name, **how, **own)
    return [written[name] for name in formats]
