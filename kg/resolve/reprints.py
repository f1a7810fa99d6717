"""Articles that are the same text or nearly so: a reprint is no second witness.

Papers take over agencies' texts word by word, with another headline, a changed lead or a cut tail. Two articles are
reprints of one text where they share most of their sentences, measured in characters; sentences are compared by their
letters and digits alone, so that marks and line ends do not matter. Sharing of sentences, not of shingles of words, is
enough for news, which is changed by whole sentences (A. Z. Broder, On the resemblance and containment of documents,
1997, calls the measure resemblance).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b

from kg.resolve.clusters import Clusters

_MARKS = re.compile(r"[^\w。！？!?\n]+|_+")
_END = re.compile(r"[。！？!?\n]+")

SHARED = 0.7
"""The share of the longer text's characters that a reprint has."""

_SHORTEST = 12
"""Letters of a sentence that is hardly written twice; shorter ones are left out."""

_STOCK = 50
"""A sentence in more articles is a stock phrase (a disclaimer, an invitation to subscribe)."""

_LEAST = 60
"""Letters that an article needs to be compared at all."""


def marks_of(text: str) -> str:
    """Return a JSON list of a text's sentences, two numbers each: one that tells the sentence, and its letters."""
    marks: dict[int, int] = {}
    for words in _END.split(_MARKS.sub("", text)):
        if len(words) >= _SHORTEST:
            mark = blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            marks[int.from_bytes(mark, "big")] = len(words)
    return json.dumps([number for pair in marks.items() for number in pair], separators=(",", ":"))


def find_reprints(articles: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for each article that has reprints the one that stands for them all: that of the smallest id.

    ``articles`` are ids and what ``marks_of`` gives of the texts; articles without reprints are not in the answer. It
    is a function of the set of articles, not of their order, and takes time in proportion to their length.
    """
    ids: list[str] = []
    length: list[int] = []
    where: dict[int, list[int]] = {}
    size: dict[int, int] = {}
    for number, (id_, line) in enumerate(articles):
        marks = json.loads(line)
        ids.append(id_)
        length.append(sum(marks[1::2]))
        for mark, letters in zip(marks[::2], marks[1::2], strict=True):
            where.setdefault(mark, []).append(number)
            size[mark] = letters
    shared: Counter[tuple[int, int]] = Counter()
    for mark, numbers in where.items():
        if 1 < len(numbers) <= _STOCK:
            letters = size[mark]
            for i, number in enumerate(numbers):
                for other in numbers[i + 1 :]:
                    shared[number, other] += letters
    same = Clusters()
    members = set()
    for (number, other), letters in shared.items():
        if letters >= _LEAST and letters >= SHARED * max(length[number], length[other]):
            same.join(number, other)
            members |= {number, other}
    first: dict[int, str] = {}
    for number in members:
        root = same.root(number)
        first[root] = min(first.get(root, ids[number]), ids[number])
    return {ids[number]: first[same.root(number)] for number in sorted(members, key=ids.__getitem__)}
