"""The text of an article's areas cut into paragraphs, by indents where it has them, else by short lines and white.

What is set in a frame or downwards inside an article comes after the paragraph that it interrupts.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from kg.repair.layout_areas import Area
from kg.repair.layout_glyphs import PrintedLine
from kg.repair.layout_zones import Forms
from kg.repair.lines import Line, is_wide
from kg.repair.paragraphs import REPORT_OPENING

Part = tuple[Literal["text", "heading"], list[PrintedLine]]
"""A paragraph or a sub-heading with its lines."""

_LEAST_INDENT, _MOST_INDENT = 1.2, 4.2  # em
_SHORT = 1.4  # em by which a line that ends a paragraph falls short of its column
_WHITE = 0.3  # em of white between paragraphs beyond that between lines
_CENTRED, _MIDDLE = 1.0, 2.4  # em
_LONGEST_HEADING = 24  # code points
_LARGER = 1.04  # of the article's letters
_ONE_FACE = 0.7
_NEAR = 4  # lines on either side that show how wide the column is
_BESIDE = 3  # lines on either side that show how far running text reaches
_WORD = re.compile("[“‘（(《「『【]*[!-~]{2,40}[，。、；：！？）)”’》」』】%]*")
_NO_HEADING = re.compile("[。，；：、！？…,;:!?”）]$")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of running text; all lengths in em.

    ``indent`` and ``missing`` are the white before and after it in its column, ``local`` the white before it beside
    the lines above and below; ``gap`` is the distance from the base line above, None where an area begins. ``filled``
    says that it reaches as far as running text beside it does, be that next to a picture; ``apart`` that something set
    apart from the text stands before.
    """

    line: PrintedLine
    form: Line
    indent: float
    local: float
    missing: float
    gap: float | None
    head: bool
    filled: bool
    apart: bool

    @property
    def is_indented(self) -> bool:
        """Say whether the line begins as the first of a paragraph does."""
        if _LEAST_INDENT <= self.local <= _MOST_INDENT:
            return True
        return self.local < _LEAST_INDENT / 2 and _LEAST_INDENT <= self.indent <= _MOST_INDENT


def cut_areas(areas: Sequence[Area], forms: Forms) -> list[Part]:
    """Return the paragraphs and sub-headings of an article's text in reading order."""
    flow = [area for area in areas if not _is_inset(area)]
    behind = {area for before, area in itertools.pairwise(areas) if _is_inset(before)}
    parts = _cut(_rows(flow, forms, behind))
    owner = {line: number for number, (_, lines) in enumerate(parts) for line in lines}
    insets: dict[int, list[Area]] = {}
    place = -1
    for area in areas:
        if _is_inset(area):
            insets.setdefault(place, []).append(area)
        else:
            place = owner[area.lines[-1]]
    ordered: list[Part] = _cut(_rows(insets.get(-1, ()), forms))
    for number, part in enumerate(parts):
        ordered += [part, *_cut(_rows(insets.get(number, ()), forms))]
    return ordered


def indented(areas: Sequence[Area], forms: Forms) -> list[Line]:
    """Return the lines of those areas in their order, with the indents that paragraphs begin with."""
    return [replace(row.form, indent=2.0 if row.is_indented else 0.0) for row in _rows(areas, forms)]


def _is_inset(area: Area) -> bool:
    return area.framed or (area.downwards and not area.head)


# --- rows -----------------------------------------------------------------------------------------------------------


def _rows(areas: Sequence[Area], forms: Forms, behind: Container[Area] = ()) -> list[_Row]:
    """Return the lines of areas as rows; those in ``behind`` follow something set apart from the text."""
    rows = []
    for number, area in enumerate(areas):
        ends = [_ends(line) for line in area.lines]
        beside: list[tuple[float, float]] = []
        if len(area.lines) < _NEAR:
            for other in (*areas[max(number - 1, 0) : number], *areas[number + 1 : number + 2]):
                if other.downwards == area.downwards and min(other.x1, area.x1) > max(other.x0, area.x0):
                    beside += [_ends(line) for line in other.lines]
        for place, line in enumerate(area.lines):
            near = [*ends[max(place - _NEAR, 0) : place + _NEAR + 1], *beside]
            next_to = [*ends[max(place - 1, 0) : place], *ends[place + 1 : place + 2]] or near
            start, end = ends[place]
            left, right = min(start for start, _ in near), max(end for _, end in near)
            local = start - min(start for start, _ in next_to)
            gap = _distance(area.lines[place - 1], line) / line.size if place else None
            white = [(value) / line.size for value in (start - left, local, right - end)]
            if place + 1 < len(ends) and not forms[line].ends_sentence:
                white[2] = 0.0 if white[2] < _unbroken(forms[area.lines[place + 1]].text) else white[2]
            filled = any(
                abs(end - ends[other][1]) < _SHORT * line.size and not forms[area.lines[other]].ends_sentence
                for other in range(max(place - _BESIDE, 0), min(place + _BESIDE + 1, len(ends)))
                if other != place
            )
            apart = not place and area in behind
            rows.append(_Row(line, forms[line], white[0], white[1], white[2], gap, area.head, filled, apart))
    return rows


def _unbroken(text: str) -> float:
    """Return the width in em of a number or Latin word at the start of a line, which none above it had room for."""
    found = _WORD.match(text)
    return sum(1.0 if is_wide(sign) else 0.6 for sign in found[0]) if found else 0.0


def _ends(line: PrintedLine) -> tuple[float, float]:
    """Return where the line starts and ends in its own direction."""
    return (-line.y1, -line.y0) if line.downwards else (line.x0, line.x1)


def _distance(before: PrintedLine, line: PrintedLine) -> float:
    return before.x0 - line.x0 if line.downwards else before.base - line.base


# --- paragraphs -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    """How an article's text is set: font size, font, em from one base line to the next, whether paragraphs indent.

    ``face`` is None where no font is that of nearly all lines.
    """

    size: float
    face: float | None
    leading: float
    indented: bool


def _cut(rows: Sequence[_Row]) -> list[Part]:
    if not rows:
        return []
    face, lines = Counter(row.line.face for row in rows).most_common(1)[0]
    style = _Style(
        median(row.line.size for row in rows),
        face if lines > _ONE_FACE * len(rows) else None,
        median([row.gap for row in rows if row.gap is not None] or [0.0]),
        _are_indented(rows),
    )
    parts: list[Part] = []
    before: _Row | None = None
    for row, after in itertools.zip_longest(rows, rows[1:]):
        kind: Literal["text", "heading"] = "heading" if _is_heading(row, before, after, style) else "text"
        if before is None or parts[-1][0] != kind or _breaks(before, row, style, kind):
            parts.append((kind, [row.line]))
        else:
            parts[-1][1].append(row.line)
        before = row
    return parts


def _are_indented(rows: Sequence[_Row]) -> bool:
    """Say whether the first lines of paragraphs are indented, judged by the lines after those that surely end one."""
    after_end = [
        row.is_indented
        for before, row in itertools.pairwise(rows)
        if before.form.ends_sentence
        and before.missing > 2 * _SHORT
        and (row.form.ends_sentence or row.missing < 2 * _SHORT)  # sub-headings are none
    ]
    return sum(after_end) * 2 >= len(after_end) if after_end else rows[0].is_indented


def _breaks(before: _Row, row: _Row, style: _Style, kind: str) -> bool:
    """Say whether a paragraph or sub-heading ends with the line before this one, which is of the same kind."""
    ended, short = before.form.ends_sentence, before.missing >= _SHORT
    white = row.gap is not None and row.gap > style.leading + _WHITE
    if kind == "heading":
        return white or row.gap is None or row.line.size != before.line.size
    if style.indented:
        return (row.is_indented and (ended or short)) or (white and ended and short)
    report = ended and REPORT_OPENING.match(row.form.text) is not None
    return report or (ended and (short or white or row.apart)) or (white and short)


def _is_heading(row: _Row, before: _Row | None, after: _Row | None, style: _Style) -> bool:
    text = row.form.text
    if row.head:
        return True
    if row.line.downwards or after is None or len(text) > _LONGEST_HEADING or _NO_HEADING.search(text):
        return False
    if (
        row.line.face != style.face
        and after.line.face == style.face
        and max(row.missing, row.indent - _MOST_INDENT) > _SHORT
    ):
        return True
    if before is not None and not before.form.ends_sentence and not before.head:
        return False
    if row.line.size > _LARGER * style.size:
        return True
    centred = abs(row.indent - row.missing) < _CENTRED / 2 and row.indent > _MIDDLE
    if (row.missing < 2 * _SHORT and not centred) or row.filled:
        return False
    if row.indent > _MOST_INDENT or (abs(row.indent - row.missing) < _CENTRED and row.indent > _LEAST_INDENT):
        return True
    if style.indented:
        return row.indent < _LEAST_INDENT / 2 and after.is_indented
    if before is None:  # the first line of what stands under no headline
        return False
    above = style.leading + 2 * _WHITE if row.gap is None else row.gap
    return after.gap is not None and after.gap < above - _WHITE / 2  # it stands closer to the text below
