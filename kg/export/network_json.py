"""Networks as JSON: node-link, for networkx and D3, and graphology's form, for Gephi Lite and sigma.js."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.export.drawing import Color, Drawing, Edge, Node
from kg.export.files import Target, writing
from kg.export.values import Value
from kg.garbage import collection_paused


def write_node_link(drawing: Drawing, target: Target) -> None:
    """Write node-link JSON as ``networkx.node_link_graph(data, edges="edges")`` reads it."""
    nodes = ({"id": node.id, **node_attributes(node, drawing)} for node in drawing.nodes())
    edges = (
        {"source": edge.source, "target": edge.target, "key": edge.id, **edge_attributes(edge, drawing)}
        for edge in drawing.edges()
    )
    _write(target, '{"directed": true, "multigraph": true, "graph": {},\n', nodes, edges)


def write_graphology(drawing: Drawing, target: Target) -> None:
    """Write graphology's serialization, ``Graph.from(data)``: attributes apart, a key for each node and edge."""
    nodes = ({"key": node.id, "attributes": node_attributes(node, drawing)} for node in drawing.nodes())
    edges = (
        {"key": edge.id, "source": edge.source, "target": edge.target, "attributes": edge_attributes(edge, drawing)}
        for edge in drawing.edges()
    )
    options = '{"options": {"type": "directed", "multi": true, "allowSelfLoops": true}, "attributes": {},\n'
    _write(target, options, nodes, edges)


def node_attributes(node: Node, drawing: Drawing) -> dict[str, Any]:
    """Return what a program draws a node by, and the values of its columns that are there."""
    drawn: dict[str, Any] = {"label": node.label}
    if node.position is not None:
        drawn |= {"x": node.position[0], "y": node.position[1]}
    if node.size is not None:
        drawn["size"] = node.size
    if node.color is not None:
        drawn["color"] = hex_of(node.color)
    return drawn | _present(drawing.node_columns, node.values) | _spells(node.spells)


def edge_attributes(edge: Edge, drawing: Drawing) -> dict[str, Any]:
    """Return what a program draws an edge by, and the values of its columns that are there."""
    drawn: dict[str, Any] = {"kind": edge.kind, "label": edge.label, "weight": edge.weight}
    return drawn | _present(drawing.edge_columns, edge.values) | _spells(edge.spells)


def hex_of(color: Color) -> str:
    """Return the colour as ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def _present(columns: Mapping[str, type], values: Sequence[Value]) -> dict[str, Value]:
    return {name: value for name, value in zip(columns, values, strict=True) if value is not None}


def _spells(spells: Sequence[tuple[str | None, str | None]]) -> dict[str, Any]:
    return {"spells": [list(spell) for spell in spells]} if spells else {}


def _write(target: Target, head: str, nodes: Iterable[object], edges: Iterable[object]) -> None:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    with writing(target) as write, collection_paused():
        write(f'{head}"nodes": [')
        separator = "\n"
        for node in nodes:
            write(separator + encode(node))
            separator = ",\n"
        write('],\n"edges": [')
        separator = "\n"
        for edge in edges:
            write(separator + encode(edge))
            separator = ",\n"
        write("]}\n")
