"""What network files show: nodes and edges with typed columns, drawn from a graph or from a network of networkx.

What Gephi and Gephi Lite make of each field decided the form: parallel edges stay apart only where their ``kind``
differs, and columns called label, weight, kind, color, size, x, y or z would overrule the real ones, so none is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kg.export.values import Value
from kg.periods import Period

Color = tuple[int, int, int]


class Node(NamedTuple):
    """A node as it is drawn; ``values`` are in the order of the drawing's node columns."""

    id: str
    label: str
    values: tuple[Value, ...]
    color: Color | None = None
    size: float | None = None
    position: tuple[float, float] | None = None
    spells: tuple[Period, ...] = ()


class Edge(NamedTuple):
    """An edge as it is drawn; ``kind`` is unique among the edges from source to target."""

    id: str
    source: str
    target: str
    kind: str
    label: str
    weight: float
    values: tuple[Value, ...]
    spells: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """Nodes and edges, yielded anew at each call, and the types of their columns (str, int, float) by name.

    ``dynamic`` says that they come and go: each has its spells.
    """

    node_columns: Mapping[str, type]
    edge_columns: Mapping[str, type]
    nodes: Callable[[], Iterator[Node]]
    edges: Callable[[], Iterator[Edge]]
    dynamic: bool = False


RESERVED = frozenset({"id", "label", "weight", "kind", "color", "size", "x", "y", "z", "source", "target"})
"""Names that no column may have: readers would take it for the real thing."""

_COLOR = re.compile("#[0-9A-Fa-f]{6}")


def to_color(code: object) -> Color | None:
    """Return red, green and blue of ``#rrggbb``, None for anything else."""
    if not isinstance(code, str) or not _COLOR.fullmatch(code):
        return None
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)
