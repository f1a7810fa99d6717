"""The characters of a PDF page with their places, and the printed lines that they make."""

from __future__ import annotations

import itertools
from array import array
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from kg.model import Document, PageLayout
from kg.repair.lines import is_wide

ASCENT, DESCENT = 0.88, 0.12  # em above and below the base line, as ideographs are set
_FLOATS = 7  # of PageLayout.glyphs for each character
_SPACE = 0.18  # em by which a gap shows that a space was meant


class Glyph(NamedTuple):
    """One character: its offset in the document, its advance, ink, base line and font size in points, its font."""

    offset: int
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    face: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class PrintedLine:
    """One line as printed: its glyphs in reading order and the box of their em squares.

    ``downwards`` says that it is set vertically.
    """

    glyphs: tuple[Glyph, ...]
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    downwards: bool = False

    @property
    def base(self) -> float:
        return self.y0 + DESCENT * self.size

    @property
    def face(self) -> float:
        """The font of most of its characters."""
        wide = [glyph.face for glyph in self.glyphs if is_wide(glyph.text)]  # Latin letters have a font of their own
        return Counter(wide or [glyph.face for glyph in self.glyphs]).most_common(1)[0][0]

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)


def read_glyphs(document: Document, page: PageLayout) -> tuple[list[Glyph], list[Glyph]]:
    """Return the glyphs of a page, white space left out, and those that print another a second time (bold type)."""
    floats = array("f")
    floats.frombytes(page.glyphs)
    kept, doubled = [], []
    seen: dict[tuple[str, int], dict[int, Glyph]] = {}
    places = zip(*[iter(floats)] * _FLOATS, strict=True)
    for offset, (character, place) in enumerate(
        zip(document.text[page.start : page.end], places, strict=True), start=page.start
    ):
        if character.isspace():
            continue
        glyph = Glyph(offset, character, *place)
        step = 0.25 * glyph.size
        column, row = round(glyph.x0 / step), round(glyph.base / step)
        beside = column + (1 if glyph.x0 > column * step else -1)
        above = row + (1 if glyph.base > row * step else -1)
        others = [
            other
            for rows in (seen.get((character, column)), seen.get((character, beside)))
            if rows
            for other in (rows.get(row), rows.get(above))
            if other
        ]
        if any(abs(other.x0 - glyph.x0) < step / 2 and abs(other.base - glyph.base) < step / 2 for other in others):
            doubled.append(glyph)
        else:
            seen.setdefault((character, column), {})[row] = glyph
            kept.append(glyph)
    return kept, doubled


def alike(one: Glyph, other: Glyph, most: float) -> bool:
    """Say whether the sizes of two glyphs differ by no more than that factor."""
    return max(one.size, other.size) <= most * min(one.size, other.size)


def middle(glyph: Glyph) -> float:
    """Return the middle of its advance."""
    return (glyph.x0 + glyph.x1) / 2


def spaced(line: PrintedLine) -> list[Glyph | None]:
    """Return the glyphs of a line with None for each space that was meant, as the gaps show it."""
    gaps = [_gap(a, b, line.downwards) for a, b in itertools.pairwise(line.glyphs)]
    usual = median(gaps) if gaps else 0.0
    shown: list[Glyph | None] = [line.glyphs[0]]
    for gap, glyph in zip(gaps, line.glyphs[1:], strict=True):
        if gap > usual + _SPACE * line.size:
            shown.append(None)
        shown.append(glyph)
    return shown


def _gap(one: Glyph, other: Glyph, downwards: bool) -> float:
    return one.y1 - other.y1 - one.size if downwards else other.x0 - one.x1
