"""Where paragraphs end, judged from how far lines fill their column, how the next begins, and punctuation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from kg.repair.columns import MARGIN
from kg.repair.lines import Line

_SLACK = 0.75  # em: by so much a justified line is mostly off
_CLEARLY_SHORT = 4.0  # em: short enough to end a paragraph even where letters were spaced out
REPORT_OPENING = re.compile(
    r"^(?:据)?(?:本报|本网|[\u4e00-\u9fff]{1,4}[社网报台])[\u4e00-\u9fff]{0,6}(?:\d{1,2}月\d{1,2}日(?:电|讯|消息)|讯|消息：)"
)
"""The dateline that opens a report: 本报讯, 新华社北京6月10日电."""
_LIST_END = re.compile("[：；]$")


@dataclass(frozen=True, slots=True)
class Flow:
    """A page's lines with their widths, and the indent (em) of paragraphs' first lines; all lists run in parallel."""

    lines: Sequence[Line]
    widths: Sequence[float]
    indent: float

    def column(self, start: int, end: int) -> float:
        """Return the usual width of those lines, the last of a longer paragraph left out."""
        return median(self.widths[start : max(end - 1, start + 1)])


def cut_paragraphs(flow: Flow, start: int, end: int) -> list[tuple[int, int]]:
    """Cut lines of running text into paragraphs, each given as its first line and the line after its last."""
    marked = _are_indented(flow.lines, start, end)
    paragraphs = []
    first = start
    for place in range(start, end - 1):
        if marked:
            breaks = flow.lines[place + 1].indent >= 1 and flow.lines[place].ends_sentence
        else:
            breaks = _breaks(flow, start, end, first, place)
        if breaks:
            paragraphs.append((first, place + 1))
            first = place + 1
    paragraphs.append((first, end))
    return paragraphs


def _are_indented(lines: Sequence[Line], start: int, end: int) -> bool:
    """Say whether the file kept the indents: some lines have one, nearly all of them after a finished sentence."""
    indented = [place for place in range(start + 1, end) if lines[place].indent >= 1]
    after_end = sum(lines[place - 1].ends_sentence for place in indented)
    return len(indented) >= 2 and after_end >= 0.9 * len(indented) and len(indented) < 0.8 * (end - start - 1)


def _breaks(flow: Flow, start: int, end: int, first: int, place: int) -> bool:
    """Say whether a paragraph that began at line ``first`` ends with line ``place``."""
    line, following = flow.lines[place], flow.lines[place + 1]
    missing = _missing(flow, start, end, first, place)
    if not line.ends_sentence:
        return _LIST_END.search(line.text) is not None and missing > _CLEARLY_SHORT and not line.stretched
    if REPORT_OPENING.match(following.text):
        return True
    if missing >= (_CLEARLY_SHORT if line.stretched else MARGIN + 0.25):
        return True
    if flow.indent == 0:
        return False
    if following.ends_sentence and not (place + 3 < end and _is_full(flow, start, end, place + 1)):
        return False  # the paragraph's last line
    short = _column_of_next(flow, start, first, end, place) - flow.widths[place + 1]
    if not _SLACK <= short < flow.indent + 2 * _SLACK:
        return False
    return short > flow.indent / 2 or missing > _SLACK


def _is_full(flow: Flow, start: int, end: int, place: int) -> bool:
    """Say whether the line after ``place`` is full, so that no paragraph begins with it."""
    return _column_of_next(flow, start, place, end, place) - flow.widths[place + 1] < _SLACK


def _missing(flow: Flow, start: int, end: int, first: int, place: int) -> float:
    """Return by how much (em) a line falls short of its column.

    The column is judged from the lines before and after; where they differ, because the text runs round a picture,
    the line belongs to the narrower of those it fits into.
    """
    width = flow.widths[place] + (flow.indent if place == first else 0.0)
    before = _full_width_before(flow, start, first, place)
    after = _column_of_next(flow, start, first, end, place)
    fitting = [column for column in (before, after) if column is not None and width < column + MARGIN / 2]
    return min(fitting) - width if fitting else 0.0


def _column_of_next(flow: Flow, start: int, first: int, end: int, place: int) -> float:
    """Return the width of the next line's column: if it is too wide for the one below, the one above."""
    after = _full_width_after(flow, place + 1, end)
    narrower = place + 2 < end and flow.widths[place + 2] < flow.widths[place + 1] - MARGIN
    before = _full_width_before(flow, start, first, place) if narrower else None
    return after if before is None else max(before, after)


def _full_width_before(flow: Flow, start: int, first: int, place: int) -> float | None:
    near = [
        flow.widths[line] + (flow.indent if line == first else 0.0)
        for line in range(max(start, place - 2), place)
        if not (line < first and line == first - 1)  # the last line of the paragraph before may be short
    ]
    return max(near, default=None)


def _full_width_after(flow: Flow, place: int, end: int) -> float:
    """Return the column's width from line ``place`` on: it may be indented, the next is full if it is not last."""
    return max(flow.widths[place : min(place + 2, end)])
