"""What the recognizer sees at each character: the character, the two bigrams it stands in, its word and the word's tag.

Words and tags come from the segmenter's dictionary (rjieba, tags of the Peking University tag set). Everything is an
integer: 0 is padding, 1 unknown, 2 hidden (what pre-training hides to have it guessed).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import rjieba
from numpy.typing import NDArray

PADDING, UNKNOWN, HIDDEN = 0, 1, 2
_FIRST = 3
"""The first id that names something."""

_CODE_POINTS = 0x11_0000
_POSITIONS = 4
"""A character's place in its word: first, inner, last, alone."""

Ids = NDArray[np.int32]


class Features(NamedTuple):
    """The ids of each character of a text; all arrays have its length."""

    chars: Ids
    left: Ids
    """The bigram that ends with the character."""
    right: Ids
    """The bigram that begins with the character."""
    words: Ids
    tags: Ids
    """The word's tag and the character's place in the word, as one id."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many ids a vocabulary gives out, the three special ones included."""

    chars: int
    bigrams: int
    words: int
    tags: int


@dataclass(frozen=True)
class Vocabulary:
    """The characters, bigrams, words and tags that have ids of their own, each in the order of the ids."""

    chars: str
    bigrams: tuple[str, ...]
    words: tuple[str, ...]
    tags: tuple[str, ...]

    @classmethod
    def count(
        cls, texts: Iterable[str], *, chars: int = 6000, bigrams: int = 60_000, words: int = 60_000, at_least: int = 5
    ) -> Vocabulary:
        """Take the most frequent of the texts, at most so many of each kind; ties go by code point.

        Names of people that the segmenter only guesses are left out: a model that is passed on should list nobody.
        """
        singles: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        found: Counter[str] = Counter()
        tags: Counter[str] = Counter()
        for text in texts:
            folded = fold(text)
            singles.update(folded)
            pairs.update(map("".join, pairwise(folded)))
            for word, tag in rjieba.tag(folded):
                if len(word) > 1 and not word.isspace() and not _is_guessed_name(word, tag):
                    found[word] += 1  # white space is none: "\r\n" is one to the segmenter
                tags[tag] += 1
        return cls(
            "".join(_frequent(singles, chars, at_least)),
            tuple(_frequent(pairs, bigrams, at_least)),
            tuple(_frequent(found, words, at_least)),
            tuple(sorted(tags)),
        )

    @property
    def sizes(self) -> Sizes:
        """Return how many ids there are."""
        return Sizes(
            _FIRST + len(self.chars),
            _FIRST + len(self.bigrams),
            _FIRST + len(self.words),
            _FIRST + len(self.tags) * _POSITIONS,
        )

    def encode(self, text: str) -> Features:
        """Return the ids of a text's characters, as many as it has code points."""
        folded = fold(text)
        codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        chars = self._char_ids[codes]
        pairs = np.full(len(codes) + 1, UNKNOWN, dtype=np.int32)
        if len(codes) > 1:
            pairs[1:-1] = self._pair_ids(codes[:-1], codes[1:])
        words, tags = self._word_ids(folded)
        return Features(chars, pairs[:-1], pairs[1:], words, tags)

    @cached_property
    def _char_ids(self) -> Ids:
        ids = np.full(_CODE_POINTS, UNKNOWN, dtype=np.int32)
        for number, char in enumerate(self.chars, start=_FIRST):
            ids[ord(char)] = number
        return ids

    @cached_property
    def _pairs(self) -> tuple[NDArray[np.uint64], Ids]:
        keys = np.array([_pair_key(ord(pair[0]), ord(pair[1])) for pair in self.bigrams], dtype=np.uint64)
        order = np.argsort(keys)
        return keys[order], (order + _FIRST).astype(np.int32)

    def _pair_ids(self, first: NDArray[np.uint32], second: NDArray[np.uint32]) -> Ids:
        keys, ids = self._pairs
        if not len(keys):
            return np.full(len(first), UNKNOWN, dtype=np.int32)
        wanted = (first.astype(np.uint64) << np.uint64(21)) | second.astype(np.uint64)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[at] == wanted, ids[at], UNKNOWN).astype(np.int32)

    @cached_property
    def _words(self) -> Mapping[str, int]:
        return {word: number for number, word in enumerate(self.words, start=_FIRST)}

    @cached_property
    def _tags(self) -> Mapping[str, int]:
        return {tag: _FIRST + number * _POSITIONS for number, tag in enumerate(self.tags)}

    def _word_ids(self, folded: str) -> tuple[Ids, Ids]:
        known_words, known_tags = self._words.get, self._tags.get
        words: list[int] = []
        tags: list[int] = []
        for word, tag in rjieba.tag(folded):
            size = len(word)
            first = known_tags(tag, UNKNOWN)
            if size == 1:
                words.append(UNKNOWN)
                tags.append(first + 3 if first != UNKNOWN else UNKNOWN)
                continue
            words.extend([known_words(word, UNKNOWN)] * size)
            if first == UNKNOWN:
                tags.extend([UNKNOWN] * size)
            else:
                tags.append(first)
                tags.extend([first + 1] * (size - 2))
                tags.append(first + 2)
        return np.array(words, dtype=np.int32), np.array(tags, dtype=np.int32)


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_DIGITS = {ord(digit): ord("0") for digit in "123456789"}
_PLAIN = {code: code for code in map(ord, "，！？；：（）～")}
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
_FOLDED = {
    **{wide: _DIGITS.get(narrow, narrow) for wide, narrow in _WIDE.items()},
    **_DIGITS,
    **_PLAIN,
    **_SURROGATES,
}


def fold(text: str) -> str:
    """Return a text of the same length: wide letters, digits, signs and spaces narrow, each digit 0.

    The marks of Chinese sentences stay as they are; a lone surrogate, which the segmenter cannot take, becomes U+FFFD.
    """
    return text.translate(_FOLDED)


def _is_guessed_name(word: str, tag: str) -> bool:
    return tag.startswith("nr") and not rjieba.has_word(word)


def _pair_key(first: int, second: int) -> int:
    return first << 21 | second


def _frequent(counts: Counter[str], most: int, at_least: int) -> Sequence[str]:
    ranked = sorted((item for item in counts.items() if item[1] >= at_least), key=lambda item: (-item[1], item[0]))
    return [name for name, _ in ranked[:most]]
