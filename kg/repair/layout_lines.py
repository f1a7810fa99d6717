"""The printed lines of a PDF page, found from where its characters stand and never from their order in the file.

A gap between two characters of a row is the space between two columns if the rows above or below leave it white too.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from kg.model import Box
from kg.repair.layout_downward import find_downward
from kg.repair.layout_glyphs import ASCENT, DESCENT, Glyph, PrintedLine, alike

_CELL = 4.0  # points: the grid in which neighbours are looked up
_SAME_BASE = 0.3  # em
_SAME_SIZE = 1.25
_ONE_SIZE = 1.08  # of letters that a wider gap may part inside a line
_CLOSE = 0.45  # em: characters so near are of one line, for columns stand further apart
_WIDE = 3.0  # em: characters so far apart are not
_ALONE = 1.3  # em: the widest gap inside a line that no other row helps to judge
_LEAST_GUTTER = 0.55  # em
_LARGE = 1.2  # of running text: headlines, between which the columns below show a gutter
_SPACE = 0.7  # em
_LONG, _SURE_ROWS = 12.0, 4  # em of running text below a headline, rows in it
_TOUCHING = 0.1  # em
_CLOSING, _OPENING = frozenset("，。、；：！？）》」』】”’"), frozenset("（《「『【“‘")
_TIGHT, _HALF = 0.3, 0.5  # em
_OVERLAP = 0.3  # of its width: so far right of a character begins the next, for signs side by side share an em
_ROWS = 2  # rows on either side that show a gutter where the next row crosses it


def find_lines(glyphs: Sequence[Glyph], rules: Sequence[Box] = ()) -> list[PrintedLine]:
    """Return the printed lines of those glyphs, each glyph in exactly one; ``rules`` are drawn on the page."""
    rows = _Grid(glyphs)
    after = rows.neighbours(glyphs)
    downward = find_downward(glyphs, after)
    taken = {glyph.offset for line in downward for glyph in line.glyphs}
    rest = [glyph for glyph in glyphs if glyph.offset not in taken]
    if taken:
        rows = _Grid(rest)
        after = rows.neighbours(rest)
    bars = [box for box in rules if box[2] - box[0] < 4 < box[3] - box[1]]
    sizes = Counter(round(glyph.size, 1) for glyph in rest)
    body = max(sizes, key=lambda size: (sizes[size], size), default=0.0)
    lines = [_line(run) for run in _runs(rest, after, rows, bars, body)]
    return lines + downward


class _Grid:
    """Glyphs by rows, for looking up what stands beside and above them."""

    def __init__(self, glyphs: Iterable[Glyph]) -> None:
        self._rows: dict[int, list[Glyph]] = {}
        for glyph in glyphs:
            self._rows.setdefault(int(glyph.base // _CELL), []).append(glyph)
        self._starts: dict[int, list[float]] = {}
        for number, row in self._rows.items():
            row.sort(key=lambda glyph: (glyph.x0, glyph.offset))
            self._starts[number] = [glyph.x0 for glyph in row]

    def neighbours(self, glyphs: Iterable[Glyph]) -> dict[int, Glyph]:
        """Return the next glyph on the right, where there is one, by the offset of each glyph."""
        level: dict[tuple[float, float], list[Glyph]] = {}
        for glyph in glyphs:
            level.setdefault((glyph.base, glyph.size), []).append(glyph)
        found: dict[int, Glyph] = {}
        for row in level.values():
            row.sort(key=lambda glyph: glyph.x0)
            for glyph, beside in itertools.zip_longest(row, row[1:]):
                width = glyph.x1 - glyph.x0
                if beside is not None and _OVERLAP * width < beside.x0 - glyph.x0 < width + _TOUCHING * glyph.size:
                    found[glyph.offset] = beside  # at a glance: it leaves no room for another
                elif (following := self.after(glyph, _WIDE)) is not None:
                    found[glyph.offset] = following
        return found

    def after(self, glyph: Glyph, most: float) -> Glyph | None:
        """Return the next glyph to the right on the same base line, at most so many em away."""
        near = _SAME_BASE * glyph.size
        best: Glyph | None = None
        for number in range(int((glyph.base - near) // _CELL), int((glyph.base + near) // _CELL) + 1):
            row = self._rows.get(number)
            if row is None:
                continue
            start = bisect_right(self._starts[number], glyph.x0 + _OVERLAP * (glyph.x1 - glyph.x0))
            for other in itertools.islice(row, start, None):
                if other.x0 > glyph.x1 + most * glyph.size or (best and other.x0 >= best.x0):
                    break
                if abs(other.base - glyph.base) <= near and alike(glyph, other, 2.0):
                    best = other
                    break
        return best

    def white_rows(
        self, heights: tuple[float, float], strip: tuple[float, float], size: float
    ) -> tuple[int, int, int, bool]:
        """Return how many rows stand left and right of a gutter inside the strip, how many begin where it ends.

        And whether the first row crosses it. The rows lie between two heights and are taken from the first height on,
        as long as they leave a gutter white. Only glyphs of that size within 8 em count.
        """
        low, high = min(heights), max(heights)
        bases: dict[int, list[Glyph]] = {}
        for number in range(int(low // _CELL), int(high // _CELL) + 1):
            row = self._rows.get(number, ())
            if not row:
                continue
            starts = self._starts[number]
            for glyph in row[bisect_left(starts, strip[0] - 8 * size) : bisect_right(starts, strip[1] + 8 * size)]:
                if low <= glyph.base <= high and max(glyph.size, size) < _SAME_SIZE * min(glyph.size, size):
                    bases.setdefault(round(glyph.base / (0.5 * size)), []).append(glyph)
        left = right = begun = 0
        end = strip[1]
        for base in sorted(bases, reverse=heights[0] > heights[1]):
            row = bases[base]
            strip = _widest_white(row, strip)
            if strip[1] - strip[0] < _LEAST_GUTTER * size:
                return left, right, begun, not (left or right)
            left += any(glyph.x1 <= strip[0] for glyph in row)
            right += any(glyph.x0 >= strip[1] for glyph in row)
            begun += any(abs(glyph.x0 - end) < 0.2 * size for glyph in row)
        return left, right, begun, False


def _widest_white(row: Iterable[Glyph], strip: tuple[float, float]) -> tuple[float, float]:
    """Return the widest stretch of the strip that no glyph of the row covers."""
    widest, left = (strip[0], strip[0]), strip[0]
    for x0, x1 in [*sorted((glyph.x0, glyph.x1) for glyph in row if glyph.x1 > left), (strip[1], strip[1])]:
        if min(x0, strip[1]) - left > widest[1] - widest[0]:
            widest = (left, min(x0, strip[1]))
        left = max(left, x1)
    return widest


def _runs(
    glyphs: Sequence[Glyph], after: dict[int, Glyph], rows: _Grid, bars: Sequence[Box], body: float
) -> Iterator[list[Glyph]]:
    before: dict[int, Glyph] = {}
    for glyph in glyphs:
        other = after.get(glyph.offset)
        if other is not None and _are_joined(glyph, other, rows, bars, body):
            nearest = before.get(other.offset)
            if nearest is None or nearest.x0 < glyph.x0:  # of two that lead to one, the nearer
                before[other.offset] = glyph
    following = {glyph.offset: after[glyph.offset] for glyph in before.values()}
    for glyph in glyphs:
        if glyph.offset in before:
            continue
        run = [glyph]
        while (other := following.get(run[-1].offset)) is not None:
            run.append(other)
        yield run


def _are_joined(glyph: Glyph, other: Glyph, rows: _Grid, bars: Sequence[Box], body: float) -> bool:
    """Say whether two neighbours of a row belong to one line, and no column ends between them."""
    left, right = glyph.x1, other.x0
    if right - left > _TIGHT * glyph.size:  # half of such signs is white, and lies in the gutter at a line's edge
        left -= _HALF * glyph.size if glyph.text in _CLOSING else 0.0
        right += _HALF * other.size if other.text in _OPENING else 0.0
    gap = right - left
    if glyph.size == other.size and gap <= _CLOSE * glyph.size:
        return True  # at a glance: most are
    size = max(glyph.size, other.size)
    if gap <= _CLOSE * size or not alike(glyph, other, _ONE_SIZE):
        return gap <= _CLOSE * min(glyph.size, other.size)
    if any(left - 1 <= bar[0] and bar[2] <= right + 1 and bar[1] < glyph.base < bar[3] for bar in bars):
        return False
    strip, base = (left, right), glyph.base
    if size > _LARGE * body and other.x0 - glyph.x1 > _SPACE * size:
        below = rows.white_rows((base - 0.6 * size, base - size - _LONG * body), strip, body)
        if min(below[:2]) >= _SURE_ROWS:
            return False
    above = rows.white_rows((base + 0.6 * size, base + 5 * size), strip, size)
    if max(min(above[:2]), above[2]) >= _ROWS:
        return False
    below = rows.white_rows((base - 0.6 * size, base - 5 * size), strip, size)
    crossed = above[3] or below[3]
    before, after, begun = (a + b for a, b in zip(above[:3], below[:3], strict=True))
    white = max(min(before, after), begun)
    if white >= (_ROWS if crossed else 1):
        return False
    return crossed or gap <= _ALONE * size


def _line(run: Sequence[Glyph]) -> PrintedLine:
    sizes = Counter(round(glyph.size, 1) for glyph in run)
    size = max(sizes, key=lambda size: (sizes[size], size))
    base = median(glyph.base for glyph in run)
    return PrintedLine(tuple(run), run[0].x0, base - DESCENT * size, run[-1].x1, base + ASCENT * size, size)
