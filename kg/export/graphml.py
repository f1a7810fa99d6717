"""GraphML with unique edge ids and the attribute names that Gephi, Gephi Lite, igraph, Cytoscape and yEd know.

Gephi merges parallel edges here, because GraphML has no kinds; GEXF keeps them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from kg.export.drawing import Drawing
from kg.export.files import Target, writing
from kg.export.values import Value
from kg.export.xml_text import escaped, escaped_values
from kg.garbage import collection_paused
from kg.periods import around

_NODE: dict[str, type] = {"label": str, "x": float, "y": float, "size": float, "r": int, "g": int, "b": int}
_EDGE: dict[str, type] = {"label": str, "interaction": str, "weight": float}
_TYPES = {str: "string", int: "int", float: "double"}


def write_graphml(drawing: Drawing, target: Target) -> None:
    """Write the drawing as GraphML; spells become the texts ``start`` and ``end``, of the first and the last day."""
    spells: dict[str, type] = {"start": str, "end": str} if drawing.dynamic else {}
    columns = (
        ("node", {**_NODE, **drawing.node_columns, **spells}), ("edge", {**_EDGE, **drawing.edge_columns, **spells})
    )  # fmt: skip
    starts = {kind: [f'<data key="{kind}_{number}">' for number in range(len(known))] for kind, known in columns}
    with writing(target) as write, collection_paused():
        write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
            'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
        )
        for kind, known in columns:
            for number, (name, type_) in enumerate(known.items()):
                declared = f'attr.name="{escaped(name)}" attr.type="{_TYPES[type_]}"'
                write(f'<key id="{kind}_{number}" for="{kind}" {declared}/>\n')
        write('<graph edgedefault="directed">\n')
        for node in drawing.nodes():
            days = reduce(around, node.spells) if node.spells else ()
            at, color = node.position or (None, None), node.color or (None, None, None)
            data = _data((node.label, *at, node.size, *color, *node.values, *days), starts["node"])
            write(f'<node id="{escaped(node.id)}">{data}</node>\n')
        for edge in drawing.edges():
            days = reduce(around, edge.spells) if edge.spells else ()
            data = _data((edge.label, edge.kind, edge.weight, *edge.values, *days), starts["edge"])
            ends = f'source="{escaped(edge.source)}" target="{escaped(edge.target)}"'
            write(f'<edge id="{escaped(edge.id)}" {ends}>{data}</edge>\n')
        write("</graph>\n</graphml>\n")


def _data(values: Sequence[Value], starts: Sequence[str]) -> str:
    told = zip(starts, escaped_values(values), strict=True)
    return "".join([f"{start}{value}</data>" for start, value in told if value is not None])
