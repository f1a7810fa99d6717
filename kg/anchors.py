"""Tokens of another toolkit's segmenter led back to the characters of the text.

Segmenters drop white space, make full-width characters half-width, lower letters, simplify, or put a mark such as [UNK]
in place of what they do not know. Offsets must be exact all the same, so a boundary that cannot be told is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from unicodedata import normalize

from kg.text import fold

Anchor = tuple[int | None, int | None]
"""Where a token starts and ends in the text, in code points; None where that cannot be told."""


def anchor(text: str, tokens: Sequence[str]) -> list[Anchor]:
    """Return where each token stands in the text that they were made from, in order.

    >>> anchor("５Ｇ 基站", ["5g", "基", "站"])
    [(0, 2), (3, 4), (4, 5)]
    """
    return _as_written(text, tokens) or _as_folded(text, tokens)


def _as_written(text: str, tokens: Sequence[str]) -> list[Anchor] | None:
    """Walk the text, skipping white space between tokens; None where a token is not what stands there."""
    anchors: list[Anchor] = []
    position = 0
    for token in tokens:
        words = token.strip()
        start = position
        while words and start < len(text) and text[start].isspace():
            start += 1
        if not text.startswith(words, start):
            return None
        position = start + len(words)
        anchors.append((start, position))
    return anchors


def _as_folded(text: str, tokens: Sequence[str]) -> list[Anchor]:
    """Align the folded characters of both sides; where they differ, only the ends of a difference are known."""
    places = [(place, key) for place, character in enumerate(text) for key in _key(character)]
    folded = ["".join(map(_key, token)) for token in tokens]
    starts: dict[int, int] = {}  # of an offset among the folded tokens: where the character behind it starts
    ends: dict[int, int] = {}  # and where the character before it ends
    for tag, left, left_end, right, right_end in _differences("".join(key for _, key in places), "".join(folded)):
        if tag == "equal":
            for step in range(right_end - right):
                place, _ = places[left + step]
                starts[right + step], ends[right + step + 1] = place, place + 1
        elif tag == "replace":
            starts[right], ends[right_end] = places[left][0], places[left_end - 1][0] + 1
    anchors: list[Anchor] = []
    position = 0
    for token in folded:
        anchors.append((starts.get(position), ends.get(position + len(token))))
        position += len(token)
    return anchors


def _key(character: str) -> str:
    """Return what a character may be compared by; NFKC too, for that is what tokenizers do to 　，… and ㈱."""
    return fold(normalize("NFKC", character))


def _differences(left: str, right: str) -> Sequence[tuple[str, int, int, int, int]]:
    if left == right:
        return [("equal", 0, len(left), 0, len(right))]
    return SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
