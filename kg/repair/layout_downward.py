"""Lines set downwards: characters that stand closer to the one below than to the one beside."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from statistics import median

from kg.repair.layout_glyphs import Glyph, PrintedLine, alike, middle

_CELL = 4.0  # points: the grid in which neighbours are looked up
_FAR = 3.0  # em to a neighbour that is not there
_SAME_AXIS = 0.25  # em
_SAME_SIZE = 1.25
_LEAST_COLUMN = 3  # characters
_LONGEST_HOLE = 3.5  # em inside a line
_MOST_LEADING = 2.7  # em from one line to the next
_PITCH = 1.18  # em from one character to the next beside it: further apart it may belong to a line set downwards


def find_downward(glyphs: Sequence[Glyph], after: Mapping[Glyph, Glyph]) -> list[PrintedLine]:
    """Return the lines set downwards; ``after`` holds the neighbour of each glyph on its right, if there is one."""
    before = {following: glyph for glyph, following in after.items()}
    pitch: dict[Glyph, float] = {}
    for glyph in glyphs:
        right, left = after.get(glyph), before.get(glyph)
        distances = [abs(middle(other) - middle(glyph)) / glyph.size for other in (right, left) if other is not None]
        pitch[glyph] = min(distances, default=_FAR)
    loose = [glyph for glyph in glyphs if pitch[glyph] > _PITCH]
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
        if down < 0.85 * median(pitch[glyph] for glyph in column) and down < 1.6:
            columns.append(column)
    columns = _join_columns(columns)
    columns += [column for column in short if any(_ends(column[0], other[0]) for other in columns)]
    _absorb(columns, loose)
    return [_line(_in_order(column)) for column in columns]


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
    for column in sorted(columns, key=lambda column: (-middle(column[0]), -column[0].y1)):
        last, size = (joined[-1] if joined else column), column[0].size
        on_axis = abs(middle(last[0]) - middle(column[0])) < _SAME_AXIS * size
        near = 0 < last[-1].y1 - column[0].y1 < _LONGEST_HOLE * size
        if on_axis and near and alike(last[0], column[0], _SAME_SIZE):
            last += column
        else:
            joined.append(column)
    return joined


def _absorb(columns: Sequence[list[Glyph]], loose: Sequence[Glyph]) -> None:
    """Add to the lines what stands on their axis and was missed, as one glyph overlaps another."""
    taken = {glyph for column in columns for glyph in column}
    spans = [
        (median(map(middle, column)), min(g.y0 for g in column), max(g.y1 for g in column), column[0].size, column)
        for column in columns
    ]
    for glyph in loose:
        if glyph in taken:
            continue
        for axis, low, high, size, column in spans:
            on_axis = abs(middle(glyph) - axis) < _SAME_AXIS * size and alike(glyph, column[0], _SAME_SIZE)
            if on_axis and low - size < glyph.y0 and glyph.y1 < high + size:
                column.append(glyph)
                break


def _in_order(column: list[Glyph]) -> list[Glyph]:
    """Return a line from its top; as it stands in the file, if it does so in one piece and downwards.

    Programs that print vertical text set signs and digits somewhat too high in it, and so above what they follow.
    """
    column.sort(key=lambda glyph: glyph.offset)
    whole = column[-1].offset - column[0].offset < 1.2 * len(column)
    down = sum(b.y1 < a.y1 + 0.8 * a.size for a, b in itertools.pairwise(column))
    if not (whole and down == len(column) - 1 and column[-1].y1 < column[0].y1):
        column.sort(key=lambda glyph: (-glyph.y1, glyph.offset))
    return column


def _line(column: Sequence[Glyph]) -> PrintedLine:
    size = median(glyph.size for glyph in column)
    axis = median(map(middle, column))
    top, bottom = max(glyph.y1 for glyph in column), min(glyph.y0 for glyph in column)
    return PrintedLine(tuple(column), axis - size / 2, bottom, axis + size / 2, top, size, downwards=True)
