"""Words compared as pairs of neighbouring letters, for which nothing need be known about the language's words."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

_PAIRED = re.compile(r"[^\u3400-\u9fffA-Za-z0-9]+")


def pairs(text: str) -> Counter[str]:
    """Return the pairs of neighbouring letters in a text, with their numbers."""
    return Counter(_listed(text))


def _listed(text: str) -> list[str]:
    return [a + b for part in _PAIRED.split(text) for a, b in itertools.pairwise(part)]


def recurrence(texts: Sequence[str], reach: int) -> list[tuple[float, float]]:
    """Return for each text which share of its pairs stands in the ``reach`` texts before it, and in those after."""
    own = [_listed(text) for text in texts]
    before = _recurring(own, reach)
    after = _recurring(own[::-1], reach)[::-1]
    return list(zip(before, after, strict=True))


def _recurring(own: Sequence[Sequence[str]], reach: int) -> list[float]:
    seen: dict[str, int] = {}
    shares = []
    for place, found in enumerate(own):
        first = place - reach
        shares.append(sum(seen.get(pair, -reach - 1) >= first for pair in found) / len(found) if found else 0.0)
        for pair in found:
            seen[pair] = place
    return shares
