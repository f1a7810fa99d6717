"""Where words of an article stand in the file that it came from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import Article, Box, Document, Piece, Span

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand in a document: ``start`` is the offset of the first, ``line`` and ``column`` count from 1.

    ``pieces`` are the raw stretches that hold the words, one a line unless other matter stands between; joined, they
    equal the words once white space is removed. All units are code points of ``Document.text``. In a PDF, which has
    no lines, ``page`` counts its pages from 1 and ``box`` is where the words' first line stands on it.
    """

    start: int
    line: int
    column: int
    pieces: tuple[str, ...]
    page: int | None = None
    box: Box | None = None


def line_starts(text: str) -> list[int]:
    """Return the offset at which each line begins; lines end with LF, CR or both."""
    return [0, *(end.end() for end in _LINE_END.finditer(text))]


def locate(document: Document, article: Article, span: Span, lines: Sequence[int] | None = None) -> Place | None:
    """Return where ``article.text[span.start:span.end]`` stands in the document, None where no offset covers it.

    ``lines`` is ``line_starts(document.text)``, for callers with many spans of one document.
    """
    stretches: list[list[int]] = []
    printed: Piece | None = None
    first = max(bisect_right(article.offsets, span.start, key=lambda piece: piece.text_start) - 1, 0)
    for index in range(first, len(article.offsets)):
        piece = article.offsets[index]
        if piece.text_start >= span.end:
            break
        begin, end = max(piece.text_start, span.start), min(piece.text_end, span.end)
        if begin >= end:
            continue
        printed = printed or piece
        shift = piece.file_start - piece.text_start
        if stretches and _is_gap(document.text, stretches[-1][1], begin + shift):
            stretches[-1][1] = end + shift
        else:
            stretches.append([begin + shift, end + shift])
    if not stretches or printed is None:
        return None
    start = stretches[0][0]
    lines = line_starts(document.text) if lines is None else lines
    line = bisect_right(lines, start)
    pieces = tuple(document.text[a:b] for a, b in stretches)
    return Place(start, line, start - lines[line - 1] + 1, pieces, printed.page, printed.box)


def _is_gap(text: str, start: int, end: int) -> bool:
    """Say whether nothing but blanks stands between: letter-spaced words are one stretch, two lines are two."""
    between = text[start:end]
    return start <= end and (not between or (between.isspace() and not _LINE_END.search(between)))
