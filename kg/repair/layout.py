"""Pages of a PDF as articles: lines by position, columns in reading order, articles by their headlines.

The lines in reading order are a text of their own, on which all that repair knows of lines, bylines, captions and
paragraphs works; at the end every character is led back to its place in the file.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.ids import article_id
from kg.model import Article, Box, Document, PageLayout, Piece
from kg.repair.articles import Dropped, Repaired, assemble
from kg.repair.blocks import Block, Kind, sort_lines
from kg.repair.furniture import Furniture, merge, read_furniture
from kg.repair.layout_areas import body_size
from kg.repair.layout_continued import PageArticles, continue_articles
from kg.repair.layout_glyphs import Glyph, PrintedLine, read_glyphs, spaced
from kg.repair.layout_lines import find_lines
from kg.repair.layout_paragraphs import cut_areas, indented
from kg.repair.layout_zones import Drawing, Forms, Zone, find_zones, is_byline
from kg.repair.lines import read_lines

_EDGE = 0.07  # of the page's height: lines so near its top and bottom may be furniture
_LONGEST_SECTION = 8  # characters of the name of a section or paper
_LEVEL, _LIKE, _HEADER = 0.3, 1.3, 3.0  # em, of the size, em from the first or last line of the page
_LEAST_FRAME = 12.0  # points
_SAME_HEADLINE = 0.9


def repair_layout(document: Document) -> Repaired:
    """Return the articles of all pages of a PDF, and the characters that are in none of them."""
    found = [_repair_page(document, page) for page in document.layout if page.end > page.start]
    articles = continue_articles([page for page, _ in found])
    articles.sort(key=lambda article: article.kind != "article")
    numbered = (
        replace(article, id=article_id(document.id, number), number=number)
        for number, article in enumerate(articles, start=1)
    )
    dropped = (each for _, lost in found for each in lost)
    return Repaired(tuple(numbered), tuple(sorted(dropped, key=lambda each: each.start)))


def _repair_page(document: Document, page: PageLayout) -> tuple[PageArticles, Sequence[Dropped]]:
    glyphs, doubled = read_glyphs(document, page)
    lines = find_lines(glyphs, page.rules)
    if not lines:
        return PageArticles(()), tuple(_doubled(doubled))
    setting = _Setting(lines)
    furniture = _furniture(lines, setting.forms, page.height)
    text = [line for line in lines if line not in furniture]
    size = body_size(text) if text else 0.0
    zones = find_zones(text, setting.forms, size, _drawing(page, text)) if text else []
    said = merge(furniture.values())
    several = len(document.layout) > 1
    known = replace(
        document,
        text=setting.text,
        publication=document.publication or said.publication,
        date=document.date or said.date,
        page=(said.page or str(page.number)) if several else document.page or said.page,
    )
    blocks = [Block("furniture", (setting.forms[line],), 0, furniture=each) for line, each in furniture.items()]
    found = [assemble(known, blocks, single=True)]
    if any(zone.heads for zone in zones):
        found += [assemble(known, _blocks(zone, setting.forms), single=True) for zone in zones]
    else:  # letters of one size: what is a headline must show by its form, as in a plain text
        flow = [area for zone in zones for area in (*zone.body, *zone.captions)]
        found.append(assemble(known, sort_lines(indented(flow, setting.forms))))
    articles = tuple(setting.article(article, page.number) for each in found for article in each.articles)
    dropped = [run for each in found for part in each.dropped for run in setting.dropped(part)]
    named = said.page is not None or said.date is not None
    return PageArticles(articles, named, size), (*dropped, *_doubled(doubled))


def _doubled(glyphs: Sequence[Glyph]) -> Iterator[Dropped]:
    """Yield what is printed a second time, each stretch of the file as one."""
    for _, run in itertools.groupby(enumerate(glyphs), key=lambda each: each[1].offset - each[0]):
        text = [glyph for _, glyph in run]
        yield Dropped("doubled", "".join(glyph.text for glyph in text), text[0].offset)


def _furniture(lines: Sequence[PrintedLine], forms: Forms, height: float) -> dict[PrintedLine, Furniture]:
    """Return the lines that are page furniture, and what they say."""
    furniture = {}
    top, bottom = max(line.y1 for line in lines), min(line.y0 for line in lines)
    for line in lines:
        edge = line.y1 > top - _EDGE * height or line.y0 < bottom + _EDGE * height
        said = read_furniture(forms[line], at_edge=edge)
        if said is not None:
            furniture[line] = said
    for line in lines:  # the name of the section beside the date
        outer = line.y1 > top - _HEADER * line.size or line.y0 < bottom + _HEADER * line.size
        short = len(line.glyphs) <= _LONGEST_SECTION and not line.downwards
        if outer and short and line not in furniture and any(_is_level(line, other) for other in furniture):
            furniture[line] = Furniture()
    return furniture


def _is_level(one: PrintedLine, other: PrintedLine) -> bool:
    alike = max(one.size, other.size) < _LIKE * min(one.size, other.size)
    return alike and abs(one.base - other.base) < _LEVEL * one.size


def _drawing(page: PageLayout, lines: Sequence[PrintedLine]) -> Drawing:
    """Return the pictures of a page, and the rectangles drawn on it: those without text count as pictures."""
    frames = [box for box in dict.fromkeys(page.rules) if min(box[2] - box[0], box[3] - box[1]) > _LEAST_FRAME]
    images = [box for box in (*page.images, *frames) if not any(_holds(box, line) for line in lines)]
    return Drawing(tuple(images), tuple(frames))


def _holds(box: Box, line: PrintedLine) -> bool:
    x, y = (line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2
    return box[0] < x < box[2] and box[1] < y < box[3]


# --- from areas to blocks of lines ----------------------------------------------------------------------------------


def _blocks(zone: Zone, forms: Forms) -> list[Block]:
    """Return an article's blocks: lines above and below the headline as headings, headline, bylines, text, captions."""
    titles = [area for area in zone.heads if not is_byline(area, forms)]
    largest = max((area.size for area in titles), default=0.0)
    main = next((number for number, area in enumerate(titles) if area.size == largest), 0)
    title: list[PrintedLine] = []
    headings, bylines = [], []
    for number, area in enumerate(titles):
        joined = area.size > _SAME_HEADLINE * largest or (number > main and forms[area.lines[0]].text[0] in "—－")
        if joined:
            title += area.lines
        else:
            headings.append(list(area.lines))
    text = [area for area in zone.body if not is_byline(area, forms)]
    for area in (*zone.heads, *zone.body):
        if area not in titles and area not in text:
            bylines += [[line] for line in area.lines]
    parts: list[tuple[Kind, list[PrintedLine]]] = [("headline", title)] if title else []
    parts += [("heading", lines) for lines in headings]
    parts += [("byline", lines) for lines in bylines]
    parts += cut_areas(text, forms)
    parts += [("caption", list(area.lines)) for area in zone.captions]
    return [Block(kind, tuple(forms[line] for line in lines), place) for place, (kind, lines) in enumerate(parts)]


# --- the page as a text of its own, and the way back ----------------------------------------------------------------


class _Setting:
    """The printed lines as a text, one a line: what repair reads, with the glyph that each of its characters is."""

    def __init__(self, lines: Sequence[PrintedLine]) -> None:
        shown: list[tuple[Glyph, PrintedLine] | None] = []
        for line in lines:
            shown += [None if glyph is None else (glyph, line) for glyph in spaced(line)]
            shown.append(None)
        ends = set(itertools.accumulate(len(spaced(line)) + 1 for line in lines))
        self.text = "".join(
            each[0].text if each else "\n" if place + 1 in ends else " " for place, each in enumerate(shown)
        )
        self._shown = shown
        self.forms: Forms = dict(zip(lines, read_lines(self.text), strict=True))

    def article(self, article: Article, page: int) -> Article:
        """Return an article whose offsets lead into the file instead of this text."""
        pieces = []
        for piece in article.offsets:
            for start, glyphs, line in self._runs(piece.file_start, piece.text_end - piece.text_start):
                begin = piece.text_start + start
                pieces.append(Piece(begin, begin + len(glyphs), glyphs[0].offset, page, _box(glyphs, line)))
        return replace(article, offsets=tuple(pieces))

    def dropped(self, each: Dropped) -> Iterator[Dropped]:
        for _, glyphs, _ in self._runs(each.start, len(each.text)):
            yield Dropped(each.kind, "".join(glyph.text for glyph in glyphs), glyphs[0].offset)

    def _runs(self, start: int, length: int) -> Iterator[tuple[int, list[Glyph], PrintedLine]]:
        """Yield the stretches of this text whose glyphs stand together in the file, each with its place from start."""
        begin: int | None = None
        for place in range(start, start + length + 1):
            shown = self._shown[place] if place < start + length else None
            if begin is not None and not self._goes_on(place, shown):
                held = [each for each in self._shown[begin:place] if each is not None]
                yield begin - start, [glyph for glyph, _ in held], held[0][1]
                begin = None
            if shown is not None and begin is None:
                begin = place

    def _goes_on(self, place: int, shown: tuple[Glyph, PrintedLine] | None) -> bool:
        before = self._shown[place - 1]
        return shown is not None and before is not None and shown[0].offset == before[0].offset + 1


def _box(glyphs: Sequence[Glyph], line: PrintedLine) -> Box:
    if line.downwards:
        box = (line.x0, min(glyph.y0 for glyph in glyphs), line.x1, max(glyph.y1 for glyph in glyphs))
    else:
        box = (glyphs[0].x0, line.y0, glyphs[-1].x1, line.y1)
    x0, y0, x1, y1 = (round(value, 1) for value in box)
    return x0, y0, x1, y1
