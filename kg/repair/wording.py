"""Words compared as pairs of neighbouring letters, for which nothing need be known about the language's words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_PAIR = re.compile(r"(?=([\u3400-\u9fffA-Za-z0-9]{2}))")
_PHRASE = re.compile(r"(?=([\u3400-\u9fffA-Za-z0-9]{4}))")


def pairs(text: str) -> Counter[str]:
    """Return the pairs of neighbouring letters in a text, with their numbers."""
    return Counter(_PAIR.findall(text))


def phrases(text: str) -> list[str]:
    """Return the stretches of four letters in a text, each once, in order."""
    return list(dict.fromkeys(_PHRASE.findall(text)))


def recurrence(texts: Sequence[str], reach: int) -> list[tuple[float, float]]:
    """Return for each text which share of its pairs stands in the ``reach`` texts before it, and in those after."""
    own = [_PAIR.findall(text) for text in texts]
    before = _recurring(own, reach)
    after = _recurring(own[::-1], reach)[::-1]
    return list(zip(before, after, strict=True))


def _recurring(own: Sequence[Sequence[str]], reach: int) -> list[float]:
    seen: dict[str, int] = {}
    never = -reach - 1
    shares = []
    for place, found in enumerate(own):
        first, count = place - reach, 0
        for pair in found:  # a plain loop is the fastest here
            if seen.get(pair, never) >= first:
                count += 1
        for pair in found:
            seen[pair] = place
        shares.append(count / len(found) if found else 0.0)
    return shares
