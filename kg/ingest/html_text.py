"""The text of a page's lines as an article keeps it, with the place of every character in the source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kg.ingest.html_markup import Line, Part
from kg.model import Piece

# White space, and what shows nothing: control characters, zero-width and soft marks, byte-order marks.
_SEEN = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
_WIDE = re.compile(
    "[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"  # CJK, its punctuation, full forms
    "\u00b7\u2013-\u201d\u2026\u2022\u22ef\u25a0-\u25ff\u2605\u2606]"  # quotes, dashes, ellipses, marks
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

CELL_GAP = "\u2003"
"""Set between the cells of a row, which a space parts whatever they hold."""


def compose(parts: Sequence[Part]) -> tuple[str, list[Piece]]:
    """Return the parts as one text, white space at either end left out, and the pieces of the source it is made of.

    White space inside becomes one space. It goes wholly where the source only breaks its lines or sets digits and
    Latin words apart from Chinese, so that 超 3 亿元 is 超3亿元; between two Chinese words it stays.
    """
    written: list[str] = []
    pieces: list[Piece] = []
    length = 0
    for gap, seen, place in _stretches(parts):
        if written and _is_space(written[-1][-1], seen[0], gap):
            written.append(" ")
            length += 1
        written.append(seen)
        _add(pieces, length, len(seen), place)
        length += len(seen)
    return "".join(written), pieces


def join_paragraphs(paragraphs: Iterable[Sequence[Part]]) -> tuple[str, tuple[Piece, ...]]:
    """Join paragraphs by newlines; return the text and its pieces."""
    texts: list[str] = []
    pieces: list[Piece] = []
    length = 0
    for parts in paragraphs:
        text, own = compose(parts)
        pieces += [Piece(p.text_start + length, p.text_end + length, p.file_start) for p in own]
        texts.append(text)
        length += len(text) + 1
    return "\n".join(texts), tuple(pieces)


def show(line: Line) -> str:
    """Return the text of a line for display: as a browser shows it, with one space for white space."""
    shown: list[str] = []
    for gap, seen, _ in _stretches(line.parts):
        if shown and _is_blank(gap):
            shown.append(" ")
        shown.append(seen)
    return "".join(shown)


def resolve_references(source: str, parts: Iterable[Part]) -> str:
    """Return the source with the references among the parts resolved, each padded with blanks to its old length."""
    written: list[str] = []
    last = 0
    for start, end, text in sorted({part for part in parts if part[1] - part[0] != len(part[2])}):
        if _SEEN.search(text):
            written += (source[last:start], text.ljust(end - start))
            last = end
    return "".join([*written, source[last:]])


def _stretches(parts: Sequence[Part]) -> Iterator[tuple[str, str, int]]:
    """Yield each stretch that can be seen, with what stands between it and the one before, and its place."""
    gap = ""
    for start, end, text in parts:
        last = 0
        for found in _SEEN.finditer(text):
            # a reference stands at its ampersand, whatever it says
            place = start + found.start() if end - start == len(text) else start
            yield gap + text[last : found.start()], found[0], place
            gap, last = "", found.end()
        gap += text[last:]


def _is_space(before: str, after: str, gap: str) -> bool:
    if CELL_GAP in gap:
        return True
    if _HAN.match(before) and _HAN.match(after):
        return _is_blank(gap) and "\n" not in gap and "\r" not in gap
    return _is_blank(gap) and not _WIDE.match(before) and not _WIDE.match(after)


def _is_blank(gap: str) -> bool:
    return any(character.isspace() for character in gap)


def _add(pieces: list[Piece], start: int, length: int, place: int) -> None:
    """Append a piece, or lengthen the last where both stand together in the source too."""
    last = pieces[-1] if pieces else None
    if last and last.text_end == start and last.file_start + last.text_end - last.text_start == place:
        pieces[-1] = Piece(last.text_start, start + length, last.file_start)
    else:
        pieces.append(Piece(start, start + length, place))
