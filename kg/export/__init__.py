"""The graph in the forms that other tools open: the same graph gives the same bytes, whatever the hash seed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kg.errors import ConfigError
from kg.graph import Graph
from kg.schema import Schema

FORMATS = {
    "gexf": "gexf",
    "graphml": "graphml",
    "json": "json",
    "turtle": "ttl",
    "ntriples": "nt",
    "trig": "trig",
    "nquads": "nq",
    "jsonld": "jsonld",
    "csv": "",
}
"""The formats and the suffix of each, without its dot; ``csv`` is a folder of tables."""


def export(graph: Graph, path: str | Path, *, schema: Schema, format: str | None = None, **settings: Any) -> None:  # noqa: A002
    """Write the graph to a file, or for ``csv`` a folder, in the format named or told by the suffix.

    ``settings`` are those of the format's writer. Raises ConfigError for an unknown format and an unwritable path.
    """
    target = Path(path)
    if format is None:
        suffixes = {suffix: name for name, suffix in FORMATS.items()}
        format = suffixes.get(target.suffix.removeprefix(".").lower())  # noqa: A001
    if format not in FORMATS:
        known = ", ".join(f"{name} ({f'.{suffix}' if suffix else 'a folder'})" for name, suffix in FORMATS.items())
        raise ConfigError(f"{target}: unknown format {format or target.suffix!r}; formats: {known}")
    if format == "csv":
        from kg.export.tables import write_tables

        write_tables(graph, target, schema=schema, **settings)
    elif format in ("gexf", "graphml", "json"):
        from kg.export import network

        write = {"gexf": network.write_gexf, "graphml": network.write_graphml, "json": network.write_node_link}[format]
        write(graph, target, schema=schema, **settings)
    else:
        from kg.export.rdf import write_rdf

        write_rdf(graph, target, schema=schema, format=format, **settings)
