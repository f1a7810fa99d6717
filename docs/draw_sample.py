"""Draw the graph of the sample page as docs/sample-graph.svg: ``.venv/bin/python docs/draw_sample.py``.

Needs igraph (in the extra ``test``) to place the nodes. The same page gives the same picture.
"""

import math
import random
import tempfile
from collections import defaultdict
from html import escape
from pathlib import Path

import igraph

import kg
from kg.graph import Graph
from kg.schema import Schema

ROOT = Path(__file__).parents[1]
WIDTH, HEIGHT, MARGIN = 1280, 720, 90
SEED = 7
FONTS = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"


def _larger_parts(graph: Graph, at_least: int = 4) -> list[str]:
    """Return the entities that hang together with at least so many, itself among them."""
    names = list(graph.entities)
    number = {name: index for index, name in enumerate(names)}
    joined = igraph.Graph(len(names), [(number[f.subject], number[f.object]) for f in graph.facts if f.object])
    return sorted(names[index] for part in joined.connected_components() if len(part) >= at_least for index in part)


def _places(edges: list[tuple[str, str]], names: list[str]) -> dict[str, tuple[float, float]]:
    """Return where each entity goes, in pixels."""
    number = {name: index for index, name in enumerate(names)}
    drawing = igraph.Graph(len(names), [(number[a], number[b]) for a, b in edges])
    random.seed(SEED)
    layout = drawing.layout_fruchterman_reingold(seed=drawing.layout_kamada_kawai().coords, niter=3000, start_temp=3.0)
    left, top, right, bottom = layout.bounding_box().coords
    across, down = (WIDTH - 2 * MARGIN) / (right - left), (HEIGHT - 2 * MARGIN) / (bottom - top)
    return {
        name: (MARGIN + (x - left) * across, MARGIN / 2 + (y - top) * down)
        for name, (x, y) in zip(names, layout.coords, strict=True)
    }


def draw(graph: Graph, schema: Schema) -> str:
    """Return the larger parts of the graph as SVG: entities coloured by type, facts of the same two on one line."""
    names = _larger_parts(graph)
    said: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for fact in graph.facts:
        if fact.object is not None and fact.subject in names:
            details = [qualifier.text for qualifier in fact.qualifiers if qualifier.name in ("amount", "title")]
            said[fact.subject, fact.object].append(" ".join([schema.predicates[fact.predicate].zh, *details]))
    at = _places(sorted(said), names)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FONTS}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for (subject, object_), words in sorted(said.items()):
        (x1, y1), (x2, y2) = sorted((at[subject], at[object_]))
        lines.append(f'<path d="M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}" stroke="#b9bec5" stroke-width="1.5"/>')
        turn = math.degrees(math.atan2(y2 - y1, x2 - x1))
        lines.append(_text((x1 + x2) / 2, (y1 + y2) / 2, "；".join(dict.fromkeys(words)), 12, "#6b7280", turn))
    for name in names:
        (x, y), entity = at[name], graph.entities[name]
        size = 8 + min(len(graph.facts_of(name)), 8)
        color = schema.types[entity.type].color
        lines.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{size}" fill="{color}" stroke="#ffffff" stroke-width="2"/>')
        beside = [at[other][1] for other in graph.neighbours(name) if other in at]
        above = sum(beside) > y * len(beside)  # its lines go down: the name stands above
        lines.append(_text(x, y - size - 4 if above else y + size + 17, entity.name, 15, "#111827"))
    shown = {graph.entities[name].type for name in names}
    for index, kind in enumerate(kind for kind in schema.types.values() if kind.name in shown):
        x = MARGIN + 120 * index
        lines.append(f'<circle cx="{x}" cy="{HEIGHT - 24}" r="8" fill="{kind.color}"/>')
        lines.append(f'<text x="{x + 14}" y="{HEIGHT - 19}" font-size="15" fill="#374151">{escape(kind.zh)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _text(x: float, y: float, words: str, size: int, color: str, turn: float = 0.0) -> str:
    place = f'transform="translate({x:.0f} {y:.0f}) rotate({turn:.0f})"'
    shape = f'font-size="{size}" fill="{color}" text-anchor="middle" stroke="#ffffff" stroke-width="4"'
    return f'<text {place} dy="-3" {shape} paint-order="stroke">{escape(words)}</text>'


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        kg.build([ROOT / "data" / "sample" / "page.txt"], folder)
        drawn = draw(kg.load_graph(Path(folder) / "graph.sqlite"), kg.load_schema())
    (ROOT / "docs" / "sample-graph.svg").write_text(drawn, encoding="utf-8")
