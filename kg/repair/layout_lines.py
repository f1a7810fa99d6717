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
from kg.repair.layout_glyphs import ASCENT, DESCENT, Glyph, PrintedLine, alike, middle

_CELL = 4.0  # points: the grid in which neighbours are looked up
_SAME_BASE = 0.3  # em
_SAME_SIZE = 1.25
_ONE_SIZE = 1.08  # of letters that a wider gap may part inside a line
_CLOSE = 0.45  # em: characters so near are of one line, for columns stand further apart
_WIDE = 3.0  # em: characters so far apart are not
_ALONE = 1.3  # em: the widest gap inside a line that no other row helps to judge
_LEAST_GUTTER = 0.55  # em
_ROWS = 2  # rows on either side that show a gutter where the next row crosses it


def find_lines(glyphs: Sequence[Glyph], rules: Sequence[Box] = ()) -> list[PrintedLine]:
    """Return the printed lines of those glyphs, each glyph in exactly one; ``rules`` are drawn on the page."""
    rows = _Grid(glyphs)
    after = {glyph: following for glyph in glyphs if (following := rows.after(glyph, _WIDE)) is not None}
    downward = find_downward(glyphs, after)
    taken = {glyph for line in downward for glyph in line.glyphs}
    rest = [glyph for glyph in glyphs if glyph not in taken]
    if taken:
        rows = _Grid(rest)
        after = {glyph: following for glyph in rest if (following := rows.after(glyph, _WIDE)) is not None}
    bars = [box for box in rules if box[2] - box[0] < 4 < box[3] - box[1]]
    lines = [_line(run) for run in _runs(rest, after, rows, bars)]
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

    def after(self, glyph: Glyph, most: float) -> Glyph | None:
        """Return the next glyph to the right on the same base line, at most so many em away."""
        near = _SAME_BASE * glyph.size
        best: Glyph | None = None
        for number in range(int((glyph.base - near) // _CELL), int((glyph.base + near) // _CELL) + 1):
            row = self._rows.get(number)
            if row is None:
                continue
            start = bisect_right(self._starts[number], middle(glyph))
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
    glyphs: Sequence[Glyph], after: dict[Glyph, Glyph], rows: _Grid, bars: Sequence[Box]
) -> Iterator[list[Glyph]]:
    joined = {glyph: other for glyph, other in after.items() if _are_joined(glyph, other, rows, bars)}
    before: dict[Glyph, Glyph] = {}
    for glyph, other in joined.items():  # of two that lead to one, the nearer
        if other not in before or before[other].x0 < glyph.x0:
            before[other] = glyph
    following = {glyph: other for other, glyph in before.items()}
    for glyph in glyphs:
        if glyph in before:
            continue
        run = [glyph]
        while run[-1] in following:
            run.append(following[run[-1]])
        yield run


def _are_joined(glyph: Glyph, other: Glyph, rows: _Grid, bars: Sequence[Box]) -> bool:
    """Say whether two neighbours of a row belong to one line, and no column ends between them."""
    size = max(glyph.size, other.size)
    gap = other.x0 - glyph.x1
    if gap <= _CLOSE * size or not alike(glyph, other, _ONE_SIZE):
        return gap <= _CLOSE * min(glyph.size, other.size)
    if any(glyph.x1 - 1 <= bar[0] and bar[2] <= other.x0 + 1 and bar[1] < glyph.base < bar[3] for bar in bars):
        return False
    strip, base = (glyph.x1, other.x0), glyph.base
    above = rows.white_rows((base + 0.6 * size, base + 5 * size), strip, size)
    if max(min(above[:2]), above[2]) >= _ROWS:
        return False
    below = rows.white_rows((base - 0.6 * size, base - 5 * size), strip, size)
    crossed = above[3] or below[3]
    left, right, begun = (a + b for a, b in zip(above[:3], below[:3], strict=True))
    white = max(min(left, right), begun)
    if white >= (_ROWS if crossed else 1):
        return False
    return crossed or gap <= _ALONE * size


def _line(run: Sequence[Glyph]) -> PrintedLine:
    sizes = Counter(round(glyph.size, 1) for glyph in run)
    size = max(sizes, key=lambda size: (sizes[size], size))
    base = median(glyph.base for glyph in run)
    return PrintedLine(tuple(run), run[0].x0, base - DESCENT * size, run[-1].x1, base + ASCENT * size, size)
