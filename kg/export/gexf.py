"""GEXF 1.3 as Gephi reads it best: directed, typed attributes, kinds, colours without alpha, sizes; no date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.export.drawing import Drawing, Edge, Node
from kg.export.files import Target, writing
from kg.export.values import Value
from kg.export.xml_text import escaped, escaped_values
from kg.garbage import collection_paused
from kg.periods import Period

_TYPES = {str: "string", int: "long", float: "double"}


def write_gexf(drawing: Drawing, target: Target) -> None:
    """Write the drawing as GEXF 1.3; with spells it is a dynamic graph, which opens with a timeline."""
    mode = 'mode="dynamic" timeformat="date" timerepresentation="interval"' if drawing.dynamic else 'mode="static"'
    node_values, edge_values = _starts(drawing.node_columns), _starts(drawing.edge_columns)
    with writing(target) as write, collection_paused():
        write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
            "<meta><creator>regional-industry-kg</creator><description>Regional industry knowledge graph</description>"
            f'</meta>\n<graph {mode} defaultedgetype="directed" idtype="string">\n'
        )
        for kind, columns in (("node", drawing.node_columns), ("edge", drawing.edge_columns)):
            if columns:
                write(f'<attributes class="{kind}" mode="static">\n')
                for name, type_ in columns.items():
                    write(f'<attribute id="{escaped(name)}" title="{escaped(name)}" type="{_TYPES[type_]}"/>\n')
                write("</attributes>\n")
        write("<nodes>\n")
        for node in drawing.nodes():
            write(_node(node, node_values))
        write("</nodes>\n<edges>\n")
        for edge in drawing.edges():
            write(_edge(edge, edge_values))
        write("</edges>\n</graph>\n</gexf>\n")


def _node(node: Node, starts: Sequence[str]) -> str:
    drawn = ""
    if node.color is not None:
        red, green, blue = node.color
        drawn = f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
    if node.size is not None:
        drawn += f'<viz:size value="{node.size}"/>'
    if node.position is not None:
        drawn += f'<viz:position x="{node.position[0]}" y="{node.position[1]}" z="0.0"/>'
    id_, label, *values = escaped_values((node.id, node.label, *node.values))
    return f'<node id="{id_}" label="{label}">{_values(values, starts)}{_spells(node.spells)}{drawn}</node>\n'


def _edge(edge: Edge, starts: Sequence[str]) -> str:
    names = (edge.id, edge.source, edge.target, edge.kind, edge.label)
    id_, source, target, kind, label, *values = escaped_values((*names, *edge.values))
    drawn = f'kind="{kind}" label="{label}"' if kind else f'label="{label}"'
    return (
        f'<edge id="{id_}" source="{source}" target="{target}" type="directed" {drawn} weight="{edge.weight}">'
        f"{_values(values, starts)}{_spells(edge.spells)}</edge>\n"
    )


def _starts(columns: Mapping[str, type]) -> list[str]:
    return [f'<attvalue for="{escaped(name)}" value="' for name in columns]


def _values(values: Sequence[Value], starts: Sequence[str]) -> str:
    """Return the elements of the values that are there; their texts are escaped already."""
    said = "".join([f'{start}{value}"/>' for start, value in zip(starts, values, strict=True) if value is not None])
    return f"<attvalues>{said}</attvalues>" if said else ""


def _spells(spells: Sequence[Period]) -> str:
    if not spells:
        return ""
    said = "".join(f"<spell{_days(start, end)}/>" for start, end in spells)
    return f"<spells>{said}</spells>"


def _days(start: str | None, end: str | None) -> str:
    return (f' start="{start}"' if start else "") + (f' end="{end}"' if end else "")
