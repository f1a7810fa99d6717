"""A network drawn by matplotlib for a notebook, with names that do not cover each other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from kg.errors import MissingPackageError

if TYPE_CHECKING:
    import networkx
    from matplotlib.axes import Axes

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, low, right and high, in points

_GREY, _LINE, _INK, _FAINT = "#888888", "#b9bec5", "#111827", "#6b7280"
_NAME, _WORDS = 9.0, 7.0  # the sizes of names and of words on lines, in points
_LONGEST = 12  # characters of a name; the rest is cut, as in the network files
_MANY = 200  # from as many nodes on their dots get smaller
_TOO_MUCH = 12.0  # the cost above which a name is not written: it would hide a node, or a tenth of it other names


def plot_network(
    network: networkx.Graph, *, ax: Axes | None = None, colors: Mapping[Any, str] | None = None,
    legend: Mapping[str, str] | None = None, labels: Collection[Any] | None = None,
    positions: Mapping[Any, Point] | None = None, lines: bool = False,
) -> Axes:  # fmt: skip
    """Draw a network of up to some hundred nodes and return the axes; the same network gives the same picture.

    Nodes are coloured by ``colors`` or their attribute ``color``, sized by how many they are joined to, and named (all,
    or those of ``labels``) where there is room, the best joined first. ``lines`` writes on the lines what their edges
    say; ``legend`` tells what colours mean. Without ``positions`` each part that hangs together is laid out by the
    method of Kamada and Kawai. Raises MissingPackageError where a package is not there.
    """
    try:
        from matplotlib import pyplot, rcParams
        from matplotlib.collections import LineCollection
        from matplotlib.lines import Line2D
    except ImportError:
        raise MissingPackageError(_needed("matplotlib")) from None
    ax = ax if ax is not None else pyplot.gca()
    nodes = sorted(network, key=str)
    said: dict[tuple[Any, Any], list[str]] = {}
    for a, b, data in sorted(network.edges(data=True), key=lambda edge: (str(edge[0]), str(edge[1]))):
        words = " ".join(str(data[name]) for name in ("label", "amount", "title") if data.get(name))
        if a != b:
            said.setdefault((a, b) if str(a) < str(b) else (b, a), []).append(words)
    degree = Counter(end for pair in said for end in pair)
    scale = min(1.0, max(math.sqrt(_MANY / max(len(nodes), 1)), 0.3))
    radius = {node: scale * (2.5 + 1.2 * math.sqrt(degree[node])) for node in nodes}  # in points
    place = positions if positions is not None else _lay_out(nodes, list(said), ax.bbox.width / ax.bbox.height)
    rows = [(place[a], place[b]) for a, b in said]
    ax.add_collection(LineCollection(rows, colors=_LINE, linewidths=scale, zorder=1))
    ax.scatter(
        [place[node][0] for node in nodes], [place[node][1] for node in nodes],
        s=[(2 * radius[node]) ** 2 for node in nodes], edgecolors="white", linewidths=0.8 * scale, zorder=2,
        c=[(colors or {}).get(node) or network.nodes[node].get("color") or _GREY for node in nodes],
    )  # fmt: skip
    ax.margins(0.06, 0.05)
    ax.set_axis_off()
    if legend:
        marks = [Line2D([], [], marker="o", linestyle="", color=color, label=word) for word, color in legend.items()]
        wide = 36 + max(_size(word, rcParams["font.size"])[0] for word in legend)
        columns = max(int(ax.bbox.width * 72 / ax.figure.figure.dpi // wide), 1)
        ax.legend(handles=marks, loc="upper center", bbox_to_anchor=(0.5, 0), ncols=columns, frameon=False)
    room = _Room(ax, [(*place[node], radius[node]) for node in nodes], rows)
    wanted = [node for node in nodes if labels is None or node in labels]
    for node in sorted(wanted, key=lambda node: -degree[node]):
        name = str(network.nodes[node].get("label", node))
        room.name(name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…", place[node], radius[node])
    for (a, b), told in said.items() if lines else ():
        room.line("；".join(dict.fromkeys(told)), place[a], place[b])
    return ax


class _Room:
    """What is taken of a picture, in points from the lower left of its figure."""

    def __init__(self, ax: Axes, nodes: Sequence[tuple[float, float, float]], lines: Sequence[tuple[Point, Point]]):
        figure = ax.figure.figure  # of a sub-figure the whole
        figure.draw_without_rendering()  # until then no one knows where on the paper a node stands
        figure.set_layout_engine("none")  # and names must not move it again
        self._ax, self._scale = ax, 72 / figure.dpi
        self._nodes = [(x - r, y - r, x + r, y + r) for x, y, r in ((*self._at((x, y)), r) for x, y, r in nodes)]
        self._steps = [step for a, b in lines for step in _steps(self._at(a), self._at(b))]
        self._taken: list[Box] = []

    def name(self, text: str, at: Point, radius: float) -> None:
        """Write a name beside its node, where it covers least; nowhere if it would cover too much."""
        (x, y), (width, height), gap = self._at(at), _size(text, _NAME), radius + 2
        above, beside = (y - gap - height, y + gap), (x + gap, x - gap - width)
        corners = [
            *product((x - width / 2,), above),
            *product(beside, (y - height / 2, y + gap / 2, y - gap / 2 - height)),
            *product((x - gap, x + gap - width), above),
        ]
        boxes = [(left, low, left + width, low + height) for left, low in corners]
        cost, number = min((self._cost(box), number) for number, box in enumerate(boxes))
        if cost < _TOO_MUCH:
            self._write(text, at, boxes[number], _NAME, _INK)

    def line(self, text: str, start: Point, end: Point) -> None:
        """Write words along a line; not where it is too short or a name stands on its middle."""
        (x1, y1), (x2, y2) = sorted((self._at(start), self._at(end)))
        (width, height), turn = _size(text, _WORDS), math.atan2(y2 - y1, x2 - x1)
        x, y, across = (x1 + x2) / 2, (y1 + y2) / 2, width * (0.5 if abs(turn) < 0.3 else 0.2)
        box = (x - across, y - height / 2, x + across, y + height / 2)
        if width < math.dist((x1, y1), (x2, y2)) - 12 and not any(_overlap(box, other) for other in self._taken):
            middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
            self._write(text, middle, box, _WORDS, _FAINT, math.degrees(turn))

    def _write(self, text: str, at: Point, box: Box, size: float, color: str, turn: float = 0.0) -> None:
        from matplotlib.patheffects import withStroke

        self._taken.append(box)
        x, y = self._at(at)
        self._ax.annotate(
            text, at, ((box[0] + box[2]) / 2 - x, (box[1] + box[3]) / 2 - y), textcoords="offset points", ha="center",
            va="center", fontsize=size, color=color, rotation=turn, annotation_clip=False,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )  # fmt: skip

    def _at(self, point: Point) -> Point:
        x, y = self._ax.transData.transform(point)
        return float(x) * self._scale, float(y) * self._scale

    def _cost(self, box: Box) -> float:
        names = sum(_overlap(box, other) for other in self._taken) / _overlap(box, box)
        nodes = sum(_overlap(box, node) / _overlap(node, node) for node in self._nodes)
        lines = sum(box[0] < x < box[2] and box[1] < y < box[3] for x, y in self._steps)
        return 100 * names + 10 * nodes + 0.15 * lines


def _size(text: str, size: float) -> Point:
    """Return about how wide and high a text is: a Chinese character is as wide as the font is high."""
    return size * sum(1.04 if character > "\u2000" else 0.6 for character in text), size * 1.25


def _overlap(one: Box, other: Box) -> float:
    across, down = (min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis]) for axis in (0, 1))
    return across * down if across > 0 and down > 0 else 0.0


def _steps(start: Point, end: Point) -> list[Point]:
    """Return points on a line, six points apart."""
    count = max(int(math.dist(start, end) / 6), 1)
    (x1, y1), (x2, y2) = start, end
    return [(x1 + (x2 - x1) * step / count, y1 + (y2 - y1) * step / count) for step in range(1, count)]


def _lay_out(nodes: Sequence[Any], pairs: Sequence[tuple[Any, Any]], aspect: float) -> dict[Any, Point]:
    """Return where nodes stand: each part that hangs together by itself, the parts in rows, large ones first."""
    try:
        import networkx
        import scipy  # type: ignore[import-untyped]  # noqa: F401  # which networkx lays out with
    except ImportError as error:
        raise MissingPackageError(_needed(str(error.name))) from None
    whole = networkx.Graph()
    whole.add_nodes_from(nodes)
    whole.add_edges_from(pairs)
    rows: list[tuple[dict[Any, Point], float, float]] = []
    for members in sorted(networkx.connected_components(whole), key=lambda part: (-len(part), min(map(str, part)))):
        part = networkx.Graph()
        part.add_nodes_from(sorted(members, key=str))
        part.add_edges_from(pair for pair in pairs if pair[0] in members)
        found = networkx.kamada_kawai_layout(part)
        edge = sorted(math.dist(found[a], found[b]) for a, b in part.edges)[len(part.edges) // 2] if part.edges else 1
        spread = [sorted(place[axis] for place in found.values()) for axis in (0, 1)]
        wide, high = sorted((axis[-1] - axis[0] for axis in spread), reverse=True)
        first = int(spread[0][-1] - spread[0][0] < wide)  # names are wide and low: so is the picture
        places = {node: (1.5 * float(at[first]) / edge, float(at[1 - first]) / edge) for node, at in found.items()}
        rows.append((places, 1.5 * wide / edge + 2.2, high / edge + 0.9))
    width = max(
        [*(row[1] for row in rows), math.sqrt(1.3 * aspect * sum(wide * high for _, wide, high in rows))], default=0
    )
    placed: dict[Any, Point] = {}
    x = y = deep = 0.0
    for places, wide, high in rows:
        if x and x + wide > width * 1.02:
            x, y, deep = 0.0, y - deep, 0.0
        left, top = min(at[0] for at in places.values()), max(at[1] for at in places.values())
        placed |= {node: (x + at[0] - left, y + at[1] - top) for node, at in places.items()}
        x, deep = x + wide, max(deep, high)
    return placed


def _needed(package: str) -> str:
    return f"pictures need {package}; run: pip install 'regional-industry-kg[notebooks]'"
