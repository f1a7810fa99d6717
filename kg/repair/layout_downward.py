"""Lines set downwards: characters that stand closer to the one below than to the one beside."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from statistics import median

from kg.repair.layout_glyphs import Glyph, PrintedLine, alike, middle
from kg.repair.lines import is_wide

_CELL = 4.0  # points: the grid in which neighbours are looked up
_FAR = 3.0  # em to a neighbour that is not there
_SAME_AXIS, _SIGN_AXIS = 0.25, 0.4  # em; commas stand in a corner
_SAME_SIZE = 1.25
_LEAST_COLUMN = 3  # characters
_LONGEST_HOLE = 2.2  # em inside a line
_LIFTS = 13  # tenths of an em by which signs may be set too high
_MOST_LIFT = 1.3  # em
_MOST_LEADING = 2.7  # em from one line to the next
_HAN = re.compile("[〇\u3400-\u9fff\U00020000-\U0003ffff]")
_QUOTES = frozenset("“”‘’")
_PITCH = 1.18  # em from one character to the next beside it: further apart it may belong to a line set downwards


def find_downward(glyphs: Sequence[Glyph], after: Mapping[int, Glyph]) -> list[PrintedLine]:
    """Return the lines set downwards; ``after`` holds the neighbour on its right by a glyph's offset."""
    before = {after[glyph.offset].offset: glyph for glyph in glyphs if glyph.offset in after}
    loose: list[Glyph] = []
    pitch: dict[int, float] = {}
    for glyph in glyphs:
        axis, nearest = glyph.x0 + glyph.x1, _FAR
        for other in (after.get(glyph.offset), before.get(glyph.offset)):
            if other is not None and not _is_over(glyph, other):
                nearest = min(nearest, abs(other.x0 + other.x1 - axis) / 2 / glyph.size)
        if nearest > _PITCH:
            loose.append(glyph)
            pitch[glyph.offset] = nearest
    below = _below(loose)
    heads = set(loose) - set(below.values())
    columns: list[list[Glyph]] = []
    short: list[list[Glyph]] = []
    for head in sorted(heads, key=lambda glyph: glyph.offset):
        column = [head]
        while column[-1] in below:
            column.append(below[column[-1]])
        if len(column) < _LEAST_COLUMN:
            short.append(column)
            continue
        down = (column[0].y1 - column[-1].y1) / (len(column) - 1) / column[0].size
        if down < 0.85 * median(pitch[glyph.offset] for glyph in column) and down < 1.6:
            columns.append(column)
    columns = _join_columns(columns)
    taken = _absorb(columns, loose)
    short = [column for column in short if taken.isdisjoint(column)]
    columns += [column for column in short if any(_ends(column[0], other[0]) for other in columns)]
    lifts = _lifts(columns)
    return [_line(_in_order(column, lifts)) for column in columns]


def _is_over(one: Glyph, other: Glyph) -> bool:
    """Say whether one stands above the other rather than beside it: signs set downwards may overlap in height."""
    return min(one.x1, other.x1) - max(one.x0, other.x0) > 0.5 * min(one.x1 - one.x0, other.x1 - other.x0)


def _ends(glyph: Glyph, top: Glyph) -> bool:
    """Say whether a character that stands alone is the last line of text set downwards, left of a line's top."""
    left = (middle(top) - middle(glyph)) / glyph.size
    return 1.0 < left < _MOST_LEADING and abs(top.y1 - glyph.y1) < 0.8 * glyph.size and alike(glyph, top, _SAME_SIZE)


def _below(glyphs: Sequence[Glyph]) -> dict[Glyph, Glyph]:
    """Return for each glyph the one right below it, if that has no nearer one above."""
    cells: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        cells.setdefault(int(middle(glyph) // _CELL), []).append(glyph)
    for cell in cells.values():
        cell.sort(key=lambda glyph: (-glyph.y1, glyph.offset))
    tops = {number: [-glyph.y1 for glyph in cell] for number, cell in cells.items()}
    below: dict[Glyph, Glyph] = {}
    above: dict[Glyph, Glyph] = {}
    for glyph in glyphs:
        axis, near = middle(glyph), _SAME_AXIS * glyph.size
        best: Glyph | None = None
        for number in range(int((axis - near) // _CELL), int((axis + near) // _CELL) + 1):
            start = bisect_right(tops.get(number, ()), 0.2 * glyph.size - glyph.y1)
            for other in itertools.islice(cells.get(number, ()), start, None):
                if other.y1 < glyph.y1 - 1.9 * glyph.size or (best and other.y1 <= best.y1):
                    break
                if abs(middle(other) - axis) <= near and alike(glyph, other, _SAME_SIZE):
                    best = other
                    break
        if best is not None and (best not in above or above[best].y1 > glyph.y1):
            if best in above:
                del below[above[best]]
            below[glyph], above[best] = best, glyph
    return below


def _join_columns(columns: list[list[Glyph]]) -> list[list[Glyph]]:
    """Join the pieces of a line that an empty em cut."""
    joined: list[list[Glyph]] = []
    cells: dict[int, list[list[Glyph]]] = {}
    for column in sorted(columns, key=lambda column: (-column[0].y1, column[0].offset)):
        top, near = column[0], _SAME_AXIS * column[0].size
        first, last = (int((middle(top) + step) // _CELL) for step in (-near, near))
        for other in (each for number in range(first, last + 1) for each in reversed(cells.get(number, ()))):
            on_axis = abs(middle(other[0]) - middle(top)) < near and alike(other[0], top, _SAME_SIZE)
            if on_axis and -_MOST_LIFT * top.size < other[-1].y1 - top.y1 < _LONGEST_HOLE * top.size:
                other += column
                break
        else:
            joined.append(column)
            cells.setdefault(int(middle(top) // _CELL), []).append(column)
    return joined


def _absorb(columns: Sequence[list[Glyph]], loose: Sequence[Glyph]) -> set[Glyph]:
    """Add to the lines, and return, what stands on their axis and was missed.

    One glyph may overlap another, and a sign that is set too high leaves a hole below. A line reaches as far up and
    down as the lines beside it.
    """
    held = {glyph for column in columns for glyph in column}
    added: set[Glyph] = set()
    spans = [
        (median(map(middle, column)), min(g.y0 for g in column), max(g.y1 for g in column), column[0].size, column)
        for column in columns
    ]
    reaches = []
    for axis, low, high, size, column in spans:
        beside = [
            (other_low, other_high)
            for other_axis, other_low, other_high, *_ in spans
            if abs(other_axis - axis) < _MOST_LEADING * size and other_low < high and other_high > low
        ]
        reaches.append((axis, min(a for a, _ in beside), max(b for _, b in beside), size, column))
    for glyph in loose:
        if glyph in held:
            continue
        for axis, low, high, size, column in reaches:
            near = _SAME_AXIS if _HAN.match(glyph.text) else _SIGN_AXIS
            on_axis = abs(middle(glyph) - axis) < near * size and alike(glyph, column[0], _SAME_SIZE)
            if on_axis and low - size < glyph.y0 and glyph.y1 < high + size:
                column.append(glyph)
                added.add(glyph)
                break
    return added


def _lifts(columns: Sequence[Sequence[Glyph]]) -> dict[str, float]:
    """Return by how many em signs of each kind are set too high: so that they cover ideographs least.

    Browsers print them so where a font has no measures for vertical text.
    """
    covered: dict[str, list[float]] = {}
    for column in columns:
        fixed = sorted((glyph.y0, glyph.y1) for glyph in column if _kind(glyph) == "ideograph")
        ends = [high for _, high in fixed]
        for glyph in column:
            kind = _kind(glyph)
            if kind == "ideograph":
                continue
            steps = covered.setdefault(kind, [0.0] * _LIFTS)
            for step in range(_LIFTS):
                low, high = (y - step / 10 * glyph.size for y in (glyph.y0, glyph.y1))
                for y0, y1 in itertools.islice(fixed, bisect_right(ends, low), None):
                    if y0 >= high:
                        break
                    steps[step] += (min(high, y1) - max(low, y0)) / glyph.size
    lifts = {"ideograph": 0.0}
    for kind, steps in covered.items():
        enough = min(steps) + 0.02 * steps[0]
        lifts[kind] = next(step for step, cover in enumerate(steps) if cover <= enough) / 10
    return lifts


def _kind(glyph: Glyph) -> str:
    if _HAN.match(glyph.text):
        return "ideograph"
    if glyph.text in _QUOTES:
        return "quotation mark"
    return "wide sign" if is_wide(glyph.text) else "narrow sign"


def _in_order(column: list[Glyph], lifts: Mapping[str, float]) -> list[Glyph]:
    """Return a line from its top; as it stands in the file, if it does so in one piece and downwards."""
    place = {glyph: (glyph.y0 + glyph.y1) / 2 - lifts[_kind(glyph)] * glyph.size for glyph in column}
    column.sort(key=lambda glyph: glyph.offset)
    whole = column[-1].offset - column[0].offset < 1.2 * len(column)
    down = sum(place[b] < place[a] + 0.8 * a.size for a, b in itertools.pairwise(column))
    if not (whole and down == len(column) - 1 and place[column[-1]] < place[column[0]]):
        column.sort(key=lambda glyph: (-place[glyph], glyph.offset))
    return column


def _line(column: Sequence[Glyph]) -> PrintedLine:
    size = median(glyph.size for glyph in column)
    axis = median(map(middle, column))
    top, bottom = max(glyph.y1 for glyph in column), min(glyph.y0 for glyph in column)
    return PrintedLine(tuple(column), axis - size / 2, bottom, axis + size / 2, top, size, downwards=True)
