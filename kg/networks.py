"""Graphs as networks of networkx, for notebooks: there, back, and out as files that keep what was added."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg.export import NETWORKS, check_format, write_drawing
from kg.export.views import draw
from kg.graph import Graph
from kg.schema import Schema, load_schema

if TYPE_CHECKING:  # networkx is imported when it is needed
    import networkx


def to_networkx(
    graph: Graph, *, schema: Schema | None = None, view: str = "entity", planned: bool = False, layout: str = "none"
) -> networkx.MultiDiGraph:
    """Return the graph as a network of networkx: entities by id, edges by id as their key, typed attributes.

    ``view``, ``planned`` and ``layout`` are those of ``kg export``; attributes that have no value are absent.

    >>> network = to_networkx(kg.load_graph("out/graph.sqlite"))
    >>> networkx.degree_centrality(network)
    """
    from kg.export.networkx_graph import make_network

    known = schema if schema is not None else load_schema()
    return make_network(draw(graph, known, view=view, planned=planned, layout=layout), planned=planned)


def from_networkx(network: networkx.Graph, graph: Graph) -> Graph:
    """Return the part of ``graph`` that a network made from it still holds: its nodes, and the facts of its edges.

    Facts that no edge draws stay where their ends do. So what was selected in networkx goes on with its evidence.
    """
    from kg.export.networkx_graph import part_of

    return part_of(network, graph)


def write_network(network: networkx.Graph, path: str | Path, *, format: str | None = None) -> None:  # noqa: A002
    """Write a network as gexf, graphml, json (node-link) or graphology, as the suffix of the path says.

    Attributes that were added to nodes and edges (a community, a centrality) become typed columns; parallel edges stay
    apart. Raises ConfigError for an unknown format and an unwritable path.
    """
    from kg.export.networkx_graph import draw_network

    name = check_format(format, Path(path), NETWORKS)
    write_drawing(draw_network(network), Path(path), name)
