"""What is known about Chinese text: folding to keys, sentences, clauses.

Folding serves comparison only; the text of an article is never changed. NFKC is not used, because it also rewrites
Chinese punctuation and compatibility ideographs that are part of names.
"""

from __future__ import annotations

import re
import unicodedata

from kg.model import Span
from kg.traditional import fold_characters

_FULLWIDTH = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)}  # ０-９
_FULLWIDTH |= {code: code - 0xFEE0 for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}  # Ａ-Ｚ, ａ-ｚ
_FULLWIDTH |= {0xFF0E: 0x2E, 0xFF05: 0x25, 0xFF08: 0x28, 0xFF09: 0x29}  # ．％（）

_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(
    r"[。！？!?]+[”’」』）)\]】]*"  # the closing quotes and brackets belong to the sentence that they close
    r"|\n+"
)


def fold(text: str) -> str:
    """Return a key for comparison: half-width letters, digits and brackets, simplified, lower case, no white space.

    >>> fold("興業銀行（５Ｇ） 分行")
    '兴业银行(5g)分行'
    """
    return fold_characters(_SPACE.sub("", text.translate(_FULLWIDTH)).lower())


def is_han(character: str) -> bool:
    """Say whether the character is a Chinese ideograph (any plane)."""
    return unicodedata.name(character, "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH"))


LONGEST_SENTENCE = 1000
"""Characters after which a sentence is cut at a clause mark, so that no text can make its quotes endless."""


def sentences(text: str) -> list[Span]:
    """Split text into sentences: at 。！？ with what closes after them, and at line ends.

    Commas, semicolons and the ellipsis stand inside sentences (GB/T 15834-2011, 句内点号 and 标号). White space at
    either end is left out; every other character is in exactly one sentence. None is longer than LONGEST_SENTENCE.
    """
    spans: list[Span] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        _add(spans, text, start, end.end())
        start = end.end()
    _add(spans, text, start, len(text))
    return spans


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    while end - start > LONGEST_SENTENCE:
        window = text[start : start + LONGEST_SENTENCE]
        cut = max(window.rfind(mark) for mark in "；，：、 ") + 1
        _add(spans, text, start, start + (cut or LONGEST_SENTENCE))
        start += cut or LONGEST_SENTENCE
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        begin = start + piece.index(stripped)
        spans.append(Span(begin, begin + len(stripped)))
