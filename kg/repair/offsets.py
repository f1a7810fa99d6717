"""Lines joined to paragraphs and paragraphs to an article's text, with the map back into the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg.model import Piece
from kg.repair.lines import Line, Run

_ENDS_LATIN = re.compile(r"[A-Za-z]+$")
_STARTS_LATIN = re.compile(r"[A-Za-z]+")
_URL = re.compile(r"(?:https?://|www\.|\S@)\S*$")


def latin_words(text: str) -> frozenset[str]:
    """Return the Latin words of a file: they tell a word cut by a line end from two words."""
    return frozenset(re.findall(r"[A-Za-z]{2,}", text))


def join_paragraphs(paragraphs: Iterable[Sequence[Line]], words: frozenset[str]) -> tuple[str, tuple[Piece, ...]]:
    """Join each paragraph's lines, and the paragraphs by newlines; return the text and its pieces of the file."""
    parts: list[str] = []
    pieces: list[Piece] = []
    length = 0
    for lines in paragraphs:
        if parts:
            parts.append("\n")
            length += 1
        for number, line in enumerate(lines):
            if number and _needs_space(lines[number - 1].text, line.text, words):
                parts.append(" ")
                length += 1
            parts.append(line.text)
            length = _add(pieces, line.runs, length)
    return "".join(parts), tuple(pieces)


def _add(pieces: list[Piece], runs: Sequence[Run], length: int) -> int:
    """Append the runs to the pieces, joining what stands together in the file too; return the text's new length."""
    for start, size in runs:
        last = pieces[-1] if pieces else None
        if last and last.text_end == length and last.file_start + last.text_end - last.text_start == start:
            pieces[-1] = Piece(last.text_start, length + size, last.file_start)
        else:
            pieces.append(Piece(length, length + size, start))
        length += size
    return length


def _needs_space(before: str, after: str, words: frozenset[str]) -> bool:
    """Say whether a line end stands between two Latin words, and not inside one or inside an address."""
    if not (before[-1:].isascii() and after[:1].isascii()):
        return False  # most lines, at a glance
    end, start = _ENDS_LATIN.search(before[-40:]), _STARTS_LATIN.match(after)
    if not end or not start:
        return False
    return end[0] + start[0] not in words and not _URL.search(before[-200:])
