"""Where nodes stand when a file is opened: computed without chance, so that the same graph gives the same bytes.

``sunflower`` puts the best connected in the middle (Vogel 1979), at once, and no two in one place. ``force`` pulls
together what is joined (Fruchterman and Reingold 1991, in igraph's C code). ``none`` leaves it to the program that
opens the file.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence

from kg.errors import ConfigError, MissingPackageError

LAYOUTS = ("sunflower", "force", "none")

_STEP = 20.0
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_LENGTH = 60.0
"""What half of the edges are shorter than, in a layout of forces."""

_ROUNDS = 500
_EXACT = 2_000
"""Above as many nodes only near ones push each other away: every pair of 20,000 would take minutes."""

_SEED = 1

Position = tuple[float, float]


def check_layout(layout: str) -> None:
    """Raise ConfigError where there is no layout of that name."""
    if layout not in LAYOUTS:
        raise ConfigError(f"no layout is named {layout!r}; there are {', '.join(LAYOUTS)}")


def lay_out(nodes: Sequence[str], pairs: Iterable[tuple[str, str]], layout: str) -> list[Position]:
    """Return where the nodes stand, in their order; ``pairs`` are the two ends of what joins them."""
    pairs = list(pairs)
    degree = Counter(end for pair in pairs for end in pair)
    ranked = sorted(range(len(nodes)), key=lambda index: (-degree[nodes[index]], nodes[index]))
    places: list[Position] = [(0.0, 0.0)] * len(nodes)
    for rank, index in enumerate(ranked):
        radius, angle = _STEP * math.sqrt(rank), rank * _GOLDEN_ANGLE
        places[index] = round(radius * math.cos(angle), 2), round(radius * math.sin(angle), 2)
    return _forced(nodes, pairs, places) if layout == "force" and nodes else places


def _forced(nodes: Sequence[str], pairs: Sequence[tuple[str, str]], places: list[Position]) -> list[Position]:
    """Move what is joined to where forces bring it; what nothing joins stays outside, around it."""
    number = {id_: index for index, id_ in enumerate(nodes)}
    joined = sorted({number[end] for a, b in pairs if a != b for end in (a, b)})
    if not joined:
        return places
    inner = {index: position for position, index in enumerate(joined)}
    edges = sorted({_ordered(inner[number[a]], inner[number[b]]) for a, b in pairs if a != b})
    found = _fruchterman_reingold(len(joined), edges)
    lengths = sorted(math.dist(found[a], found[b]) for a, b in edges)
    scale = _LENGTH / (lengths[len(lengths) // 2] or 1.0)
    middle = [sum(place[axis] for place in found) / len(found) for axis in (0, 1)]
    moved = [((x - middle[0]) * scale, (y - middle[1]) * scale) for x, y in found]
    inside = max(math.hypot(*place) for place in moved)
    for index, (x, y) in zip(joined, moved, strict=True):
        places[index] = round(x, 2), round(y, 2)
    alone = [index for index in range(len(nodes)) if index not in inner]
    for rank, index in enumerate(alone, start=1):
        radius = math.sqrt((inside + 2 * _STEP) ** 2 + rank * _STEP**2)
        angle = rank * _GOLDEN_ANGLE
        places[index] = round(radius * math.cos(angle), 2), round(radius * math.sin(angle), 2)
    return places


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _fruchterman_reingold(nodes: int, edges: Sequence[tuple[int, int]]) -> list[Position]:
    try:
        import igraph
    except ImportError:
        raise MissingPackageError(
            "the layout force needs igraph; run: pip install 'regional-industry-kg[layout]'"
        ) from None
    graph = igraph.Graph(n=nodes, edges=edges)
    igraph.set_random_number_generator(random.Random(_SEED))
    try:
        found = graph.layout_fruchterman_reingold(niter=_ROUNDS, grid=nodes > _EXACT)
    finally:
        igraph.set_random_number_generator(random)
    return [(x, y) for x, y in found.coords]
