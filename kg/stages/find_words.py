"""Names that the schema lists: a type of a user's own is found by its words until a recognizer is trained for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.model import Mention, Reading, Span
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema


@declare(needs=("sentences",), adds=("mentions",))
def make(*, schema: Schema, score: float = 0.9) -> Stage:
    """Find the words that the schema's types list, the longest first; ``score`` is given to each mention."""
    kinds = {word: kind.name for kind in schema.types.values() for word in kind.words}
    longest_first = sorted(kinds, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(map(re.escape, longest_first))) if kinds else None

    def read(reading: Reading) -> Reading:
        if pattern is None:
            return reading
        found = tuple(
            Mention(Span(*match.span()), match[0], kinds[match[0]], None, "find_words", score)
            for match in pattern.finditer(reading.article.text)
        )
        return replace(reading, mentions=(*reading.mentions, *found))

    def find_words(batch: Sequence[Reading], /) -> list[Reading]:
        return [read(reading) for reading in batch]

    return find_words
