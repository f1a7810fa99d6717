"""Quotes located in a passage: where they stand exactly, else loosely, else not at all.

A loose match passes over what models change when they copy: white space, the width and case of letters, traditional
and simplified characters, the kind of quotation marks, brackets, dashes and other punctuation.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.model import Span
from kg.text import fold

_MARKS = {
    '"': "“”„‟〝〞＂「」『』‘’‚‛'＇`《》〈〉<>", ",": "，﹐､、", ".": "．。｡", ";": "；﹔", ":": "：﹕∶", "!": "！",
    "?": "？", "-": "‐‑‒–—―−－~～〜", "(": "（［[【〔{", ")": "）］]】〕}", "%": "％", "·": "•・‧．∙",
}  # fmt: skip
_MARK = {ord(mark): plain for plain, marks in _MARKS.items() for mark in marks}
_AROUND = {"《": "》", "“": "”", "「": "」", "『": "』", '"': '"'}
_MOST_PIECES, _LEAST_PIECE = 5, 2
"""How many pieces a quote may be in, and how many characters each has at least."""

_UNSEEN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands, in offsets of the article, and whether only loosely so."""

    span: Span
    loose: bool


class Passage:
    """A stretch of an article's text in which quotes are located."""

    def __init__(self, text: str, span: Span) -> None:
        self.span = span
        self._whole = text
        self._text = text[span.start : span.end]

    def places(self, quote: str) -> list[Place]:
        """Return where the quote stands, in order: exactly if anywhere, else loosely. White space around it is none."""
        quote = quote.strip()
        if not quote:
            return []
        exact = [self._place(at, at + len(quote), loose=False) for at in _occurrences(self._text, quote)]
        return exact or self._loosely(quote)

    def in_pieces(self, quote: str) -> str | None:
        """Return the words in which a quote stands here in a few pieces, in its order; None where it does not.

        出口同比增长 stands in 出口30亿元，同比增长5%.
        """
        rest, (keys, places) = folded(quote), self._folded
        at, words, behind = 0, "", -1
        for _ in range(_MOST_PIECES):
            size = next((n for n in range(len(rest), _LEAST_PIECE - 1, -1) if keys.find(rest[:n], at) >= 0), 0)
            first = keys.find(rest[:size], at)
            if not size or places[first] <= behind:
                return None
            at, rest = first + size, rest[size:]
            behind = places[at - 1]
            words += self._text[places[first] : behind + 1]
            if not rest:
                return words
        return None

    def _loosely(self, quote: str) -> list[Place]:
        wanted = folded(quote)
        if not any(character.isalnum() for character in wanted):
            return []
        keys, places = self._folded
        found = []
        for at in _occurrences(keys, wanted):
            first, last = places[at], places[at + len(wanted) - 1]
            if at and places[at - 1] == first:
                continue  # inside what one character became
            found.append(self._place(first, last + 1, loose=True))
        return found

    @cached_property
    def _folded(self) -> tuple[str, list[int]]:
        pairs = [(key, place) for place, character in enumerate(self._text) for key in _key(character)]
        return "".join(key for key, _ in pairs), [place for _, place in pairs]

    def _place(self, start: int, end: int, *, loose: bool) -> Place:
        return Place(Span(self.span.start + start, self.span.start + end), loose)


def folded(text: str) -> str:
    """Return a text without what a loose match passes over: a key for comparison."""
    return "".join(map(_key, text))


def bare(text: str) -> str:
    """Return a name or title without white space and the marks that it stands between: they are no part of it."""
    text = text.strip()
    while len(text) > 2 and _AROUND.get(text[0]) == text[-1] and text[0] not in text[1:-1]:
        text = text[1:-1].strip()
    return text


def within(spans: Sequence[Span], start: int, end: int) -> int | None:
    """Return the number of the span, of those given in order, that holds a stretch; None where none does."""
    number = bisect_left(spans, end, key=lambda span: span.end)
    return number if number < len(spans) and spans[number].start <= start else None


def _occurrences(text: str, words: str) -> Iterator[int]:
    """Yield where words stand, from left to right, without overlaps."""
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + len(words))


def _key(character: str) -> str:
    if character in _UNSEEN:
        return ""
    return _MARK.get(ord(character)) or fold(character)
