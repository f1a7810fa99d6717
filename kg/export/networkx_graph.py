"""To networkx and back: the only module that knows that library.

A drawing becomes a MultiDiGraph and a MultiDiGraph, with whatever attributes were added to it, a drawing, which the
writers of files take.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from itertools import count, pairwise
from numbers import Integral, Real
from typing import Any

import networkx

from kg.errors import InputError
from kg.export.drawing import RESERVED, Drawing, Edge, Node, to_color
from kg.export.network_json import edge_attributes, node_attributes
from kg.export.values import Value
from kg.graph import Graph
from kg.model import Fact
from kg.periods import Period

_DRAWN_NODE = frozenset({"label", "x", "y", "size", "color", "spells"})
_DRAWN_EDGE = frozenset({"label", "kind", "weight", "spells"})
_LARGEST = 2**31 - 1
_NODES, _EDGES, _PLANNED = "node_columns", "edge_columns", "planned"


def make_network(drawing: Drawing, *, planned: bool = False) -> networkx.MultiDiGraph:
    """Return the drawing as a network: nodes by id, edges by id as their key, attributes of their columns' types.

    Attributes that a node or edge does not have are absent. ``graph["node_columns"]`` and ``graph["edge_columns"]``
    name the columns in their order, joined by |, so that networkx's own writers take them, and ``graph["planned"]``
    says whether planned facts are drawn.
    """
    network = networkx.MultiDiGraph(
        **{_NODES: "|".join(drawing.node_columns), _EDGES: "|".join(drawing.edge_columns), _PLANNED: planned}
    )
    for node in drawing.nodes():
        network.add_node(node.id, **node_attributes(node, drawing))
    for edge in drawing.edges():
        network.add_edge(edge.source, edge.target, key=edge.id, **edge_attributes(edge, drawing))
    return network


def draw_network(network: networkx.Graph) -> Drawing:
    """Return what is drawn of a network: the columns it was made with first, attributes added since behind, by name.

    A column's values are int, float or text: true and false, lists and whatever else are written as text, and whole
    numbers that programs cannot hold (32 bits) as float. A name that readers would take for something else (``Color``,
    ``weight``) gets a ``_`` behind it. Raises InputError where two nodes are one as text, and for a colour or a weight
    that programs would drop.
    """
    made_with = {name: str(network.graph.get(name, "")).split("|") for name in (_NODES, _EDGES)}
    nodes = sorted(((str(id_), data) for id_, data in network.nodes(data=True)), key=lambda node: node[0])
    for (one, _), (other, _) in pairwise(nodes):
        if one == other:
            raise InputError(f"two nodes of the network are {one!r} as text; rename one")
    edges = _edges(network)
    node_columns = _columns([data for _, data in nodes], made_with[_NODES], _DRAWN_NODE)
    edge_columns = _columns([data for *_, data in edges], made_with[_EDGES], _DRAWN_EDGE)
    return Drawing(
        {_title(name): type_ for name, type_ in node_columns.items()},
        {_title(name): type_ for name, type_ in edge_columns.items()},
        lambda: (_node(id_, data, node_columns) for id_, data in nodes),
        lambda: _drawn(edges, edge_columns),
        any("spells" in data for *_, data in edges),
    )


def part_of(network: networkx.Graph, graph: Graph) -> Graph:
    """Return the part of a graph that a network made from it still holds.

    Its entities are the nodes, its facts those that the edges list under ``facts``, and of those that no edge draws
    (their object is a literal, they are denied, or planned and not asked for) the ones whose ends are still there.
    Nodes and edges that the graph does not know are left aside.
    """
    kept = {str(node) for node in network.nodes}
    listed = {fact for *_, facts in network.edges(data="facts") if facts for fact in str(facts).split("|")}
    planned = bool(network.graph.get(_PLANNED))

    def is_left(fact: Fact) -> bool:
        drawn = fact.object is not None and fact.polarity != "denied" and (planned or fact.modality != "planned")
        return (fact.id in listed or not drawn) and {fact.subject, fact.object or fact.subject} <= kept

    return replace(
        graph,
        entities={id_: entity for id_, entity in graph.entities.items() if id_ in kept},
        facts=tuple(fact for fact in graph.facts if is_left(fact)),
    )


_Ends = tuple[str, str, str, Mapping[str, Any]]
"""Source, target, key and attributes of an edge."""


def _edges(network: networkx.Graph) -> list[_Ends]:
    """Return the edges with keys that are theirs alone: networkx's own keys are 0, 1 … between each two nodes."""
    if network.is_multigraph():
        found = [(str(a), str(b), str(key), data) for a, b, key, data in network.edges(keys=True, data=True)]
    else:
        found = [(str(a), str(b), "", data) for a, b, data in network.edges(data=True)]
    found.sort(key=lambda edge: edge[:3])
    times = Counter(key for _, _, key, _ in found)
    taken = {key for key, count in times.items() if count == 1 and key}
    fresh = (name for name in map("e{}".format, count()) if name not in taken)
    return [(a, b, key if key in taken else next(fresh), data) for a, b, key, data in found]


def _columns(rows: Iterable[Mapping[str, Any]], made_with: Iterable[str], drawn: Set[str]) -> dict[str, type]:
    types: dict[str, set[type]] = {name: set() for name in made_with}
    for row in rows:
        for name, value in row.items():
            if name not in drawn and value is not None:
                types.setdefault(str(name), set()).add(_type(value))
    own, added = [name for name in types if name in set(made_with)], sorted(set(types) - set(made_with))
    return {name: _common(types[name]) for name in (*own, *added) if types[name]}


def _type(value: object) -> type:
    if isinstance(value, bool) or not isinstance(value, Real):
        return str
    return int if isinstance(value, Integral) and abs(int(value)) <= _LARGEST else float


def _common(types: Set[type]) -> type:
    return str if str in types else float if float in types else int


def _title(name: str) -> str:
    return f"{name}_" if name.lower() in RESERVED else name


def _row(data: Mapping[str, Any], columns: Mapping[str, type]) -> tuple[Value, ...]:
    return tuple(_value(data.get(name), type_) for name, type_ in columns.items())


def _value(value: Any, type_: type) -> Value:
    if value is None or (isinstance(value, Real) and not math.isfinite(value)):
        return None
    if isinstance(value, (list, tuple, set, frozenset)):
        return "|".join(map(str, sorted(value, key=str) if isinstance(value, (set, frozenset)) else value))
    made: Value = type_(value)
    return made


def _node(id_: str, data: Mapping[str, Any], columns: Mapping[str, type]) -> Node:
    color = data.get("color")
    if color is not None and to_color(color) is None:
        raise InputError(f"node {id_!r} of the network has the color {color!r}; write it as '#rrggbb'")
    at = (float(data["x"]), float(data["y"])) if "x" in data and "y" in data else None
    return Node(
        id_, str(data.get("label", id_)), _row(data, columns), to_color(color),
        float(data["size"]) if "size" in data else None, at, _spells(data),
    )  # fmt: skip


def _drawn(edges: Iterable[_Ends], columns: Mapping[str, type]) -> Iterator[Edge]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for source, target, key, data in edges:
        kind, weight = str(data.get("kind", "")), float(data.get("weight", 1.0))
        if not weight > 0:
            raise InputError(
                f"the edge {source!r} to {target!r} has the weight {weight}; programs drop it: give another"
            )
        seen[source, target, kind] += 1
        number = seen[source, target, kind]
        yield Edge(
            key, source, target, kind if number == 1 else f"{kind} {number}".strip(), str(data.get("label", kind)),
            weight, _row(data, columns), _spells(data),
        )  # fmt: skip


def _spells(data: Mapping[str, Any]) -> tuple[Period, ...]:
    return tuple((start, end) for start, end in data.get("spells", ()))
