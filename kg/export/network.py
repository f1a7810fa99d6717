"""GEXF 1.3, GraphML and node-link JSON: entities as nodes, one edge a fact between two entities.

Denied facts are never drawn, planned ones only when asked for, and facts whose object is a literal have no second end.
What Gephi and Gephi Lite make of each field decided its form: parallel edges stay apart only where their ``kind``
differs, so a second fact of one predicate between the same two ends has kind ``lendsTo 2``; columns called label,
weight, kind, color, size, x, y or z would overrule the real ones, so none is.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.export.files import Target, writing
from kg.export.values import ENTITY_COLUMNS, FACT_COLUMNS, Value, entity_values, fact_values, predicate_label
from kg.graph import Graph
from kg.model import Entity
from kg.schema import Schema

_GREY = "#888888"
_SMALLEST, _LARGEST = 6.0, 40.0
_STEP = 20.0
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True, slots=True)
class Node:
    """An entity as it is drawn."""

    id: str
    label: str
    values: Mapping[str, Value]
    color: tuple[int, int, int]
    size: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A fact as it is drawn; ``kind`` is unique among the edges from source to target."""

    id: str
    source: str
    target: str
    kind: str
    label: str
    weight: float
    values: Mapping[str, Value]


def nodes(graph: Graph, schema: Schema) -> Iterator[Node]:
    """Yield the nodes by id, sized by how often they are named and laid out with the best connected in the middle.

    The layout is a sunflower's (Vogel 1979): no force, no chance, and no two nodes in one place.
    """
    degree = {id_: len(graph.facts_of(id_)) for id_ in graph.entities}
    rank = {id_: number for number, id_ in enumerate(sorted(degree, key=lambda id_: (-degree[id_], id_)))}
    most = max((graph.presence[id_].mentions for id_ in graph.entities), default=1)
    for entity in graph.entities.values():
        mentions = graph.presence[entity.id].mentions
        size = _SMALLEST + (_LARGEST - _SMALLEST) * math.log1p(mentions) / math.log1p(most)
        radius, angle = _STEP * math.sqrt(rank[entity.id]), rank[entity.id] * _GOLDEN_ANGLE
        yield Node(
            entity.id, _line(entity.name), entity_values(graph, entity, schema), _color(entity, schema),
            round(size, 2), round(radius * math.cos(angle), 2), round(radius * math.sin(angle), 2),
        )  # fmt: skip


def edges(graph: Graph, schema: Schema, *, planned: bool = False) -> Iterator[Edge]:
    """Yield the affirmed facts that join two entities, in the graph's order; planned ones where ``planned`` is set."""
    count: dict[tuple[str, str, str], int] = {}
    for fact in graph.facts:
        if fact.object is None or fact.polarity == "denied" or (fact.modality == "planned" and not planned):
            continue
        kind, label = fact.predicate, predicate_label(fact.predicate, schema)
        if fact.modality == "planned":
            kind, label = f"planned {kind}", f"计划{label}"
        number = count[fact.subject, fact.object, kind] = count.get((fact.subject, fact.object, kind), 0) + 1
        kind = kind if number == 1 else f"{kind} {number}"
        values = fact_values(graph, fact, schema)
        yield Edge(fact.id, fact.subject, fact.object, kind, label, float(fact.documents), values)


def _color(entity: Entity, schema: Schema) -> tuple[int, int, int]:
    kind = schema.types.get(entity.type)
    color = kind.color if kind else _GREY
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def write_gexf(graph: Graph, target: Target, *, schema: Schema, planned: bool = False) -> None:
    """Write GEXF 1.3 as Gephi reads it best: directed, typed attributes, kinds, colours, sizes, positions; no date."""
    with writing(target) as write:
        write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
            "<meta><creator>regional-industry-kg</creator><description>Regional industry knowledge graph</description>"
            '</meta>\n<graph mode="static" defaultedgetype="directed" idtype="string">\n'
        )
        names = {str: "string", int: "long", float: "double"}
        for kind, columns in (("node", ENTITY_COLUMNS), ("edge", FACT_COLUMNS)):
            write(f'<attributes class="{kind}" mode="static">\n')
            for name, type_ in columns.items():
                write(f'<attribute id="{name}" title="{name}" type="{names[type_]}"/>\n')
            write("</attributes>\n")
        write("<nodes>\n")
        for node in nodes(graph, schema):
            red, green, blue = node.color
            write(
                f'<node id="{_xml(node.id)}" label="{_xml(node.label)}">{_gexf_values(node.values)}'
                f'<viz:color r="{red}" g="{green}" b="{blue}"/><viz:size value="{node.size}"/>'
                f'<viz:position x="{node.x}" y="{node.y}" z="0.0"/></node>\n'
            )
        write("</nodes>\n<edges>\n")
        for edge in edges(graph, schema, planned=planned):
            write(
                f'<edge id="{_xml(edge.id)}" source="{_xml(edge.source)}" target="{_xml(edge.target)}" type="directed" '
                f'kind="{_xml(edge.kind)}" label="{_xml(edge.label)}" weight="{edge.weight}">'
                f"{_gexf_values(edge.values)}</edge>\n"
            )
        write("</edges>\n</graph>\n</gexf>\n")


def _gexf_values(values: Mapping[str, Value]) -> str:
    said = "".join(
        f'<attvalue for="{name}" value="{_xml(_text(value))}"/>' for name, value in values.items() if value is not None
    )
    return f"<attvalues>{said}</attvalues>"


def write_graphml(graph: Graph, target: Target, *, schema: Schema, planned: bool = False) -> None:
    """Write GraphML with unique edge ids and the attribute names that Gephi, Gephi Lite, igraph and Cytoscape know."""
    drawn: dict[str, type] = {"label": str, "x": float, "y": float, "size": float, "r": int, "g": int, "b": int}
    lines: dict[str, type] = {"label": str, "interaction": str, "weight": float}
    names = {str: "string", int: "int", float: "double"}
    with writing(target) as write:
        write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
            'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
        )
        for kind, columns in (("node", {**drawn, **ENTITY_COLUMNS}), ("edge", {**lines, **FACT_COLUMNS})):
            for name, type_ in columns.items():
                write(f'<key id="{kind}_{name}" for="{kind}" attr.name="{name}" attr.type="{names[type_]}"/>\n')
        write('<graph edgedefault="directed">\n')
        for node in nodes(graph, schema):
            shown: tuple[Value, ...] = (node.label, node.x, node.y, node.size, *node.color)
            values = {**dict(zip(drawn, shown, strict=True)), **node.values}
            write(f'<node id="{_xml(node.id)}">{_graphml_values("node", values)}</node>\n')
        for edge in edges(graph, schema, planned=planned):
            values = {**dict(zip(lines, (edge.label, edge.kind, edge.weight), strict=True)), **edge.values}
            write(
                f'<edge id="{_xml(edge.id)}" source="{_xml(edge.source)}" target="{_xml(edge.target)}">'
                f"{_graphml_values('edge', values)}</edge>\n"
            )
        write("</graph>\n</graphml>\n")


def _graphml_values(kind: str, values: Mapping[str, Value]) -> str:
    return "".join(
        f'<data key="{kind}_{name}">{_xml(_text(value))}</data>' for name, value in values.items() if value is not None
    )


def write_node_link(graph: Graph, target: Target, *, schema: Schema, planned: bool = False) -> None:
    """Write node-link JSON as ``networkx.node_link_graph(data, edges="edges")`` reads it."""
    with writing(target) as write:
        write('{"directed": true, "multigraph": true, "graph": {},\n"nodes": [')
        separator = "\n"
        for node in nodes(graph, schema):
            record = {"id": node.id, "label": node.label, "x": node.x, "y": node.y, "size": node.size}
            record |= {"color": "#{:02x}{:02x}{:02x}".format(*node.color), **_present(node.values)}
            write(separator + json.dumps(record, ensure_ascii=False))
            separator = ",\n"
        write('],\n"edges": [')
        separator = "\n"
        for edge in edges(graph, schema, planned=planned):
            record = {"source": edge.source, "target": edge.target, "key": edge.id, "kind": edge.kind}
            record |= {"label": edge.label, "weight": edge.weight, **_present(edge.values)}
            write(separator + json.dumps(record, ensure_ascii=False))
            separator = ",\n"
        write("]}\n")


def _present(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None}


_UNSAFE = re.compile('[&<>"\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def _xml(text: str) -> str:
    """Return the text for an element or a quoted attribute; control characters, which XML cannot hold, are left out."""
    return _UNSAFE.sub(lambda match: _ESCAPES.get(match[0], ""), text) if _UNSAFE.search(text) else text


def _text(value: Value) -> str:
    return value if isinstance(value, str) else str(value)


def _line(text: str) -> str:
    return " ".join(text.split())
