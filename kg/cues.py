"""How a statement is meant: planned, ongoing or done; affirmed or denied; or only asked and supposed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.dates import Date
from kg.model import Modality, Polarity
from kg.schema import Schema

_AIMED_AT = ("到", "力争到", "预计到", "未来")
"""Beginnings of time expressions that point ahead: 到2027年, 未来五年."""


class Cues:
    """The schema's cues, compiled for the encoded text of kg.frames."""

    def __init__(self, schema: Schema) -> None:
        self.timeless = frozenset(name for name, predicate in schema.predicates.items() if predicate.timeless)
        self._harmless = _any_of(schema.cues["harmless"])
        self._hypothetical = _any_of(schema.cues["hypothetical"])
        self._denied = _any_of(schema.cues["denied"])
        self._ongoing = _any_of(schema.cues["ongoing"])
        # 将 before a name takes an object (将A并入B) and is no future then.
        self._planned = _any_of(schema.cues["planned"], "(?![\ue000-\uf8ef])")

    def without_harmless(self, words: str) -> str:
        """Return the words with those blotted out that hold a cue and are none; places stay."""
        return self._harmless.sub(lambda found: "\ufffd" * len(found[0]), words)

    def read(self, words: str, dates: Sequence[Date], before: str = "") -> tuple[Modality, Polarity] | None:
        """Return how the words of a clause are meant; None where nothing is claimed.

        ``dates`` are the time expressions in them; ``before`` are the clauses of the sentence before them, which may
        govern it: 到2027年，将聚焦…，培育… is all planned.
        """
        words, before = self._harmless.sub("", words), self._harmless.sub("", before)
        if self._hypothetical.search(words):
            return None
        polarity: Polarity = "denied" if self._denied.search(words) else "affirmed"
        if self._planned.search(before + words) or any(date.text.startswith(_AIMED_AT) for date in dates):
            return "planned", polarity
        return ("ongoing" if self._ongoing.search(words) else "done"), polarity


def _any_of(words: Sequence[str], behind: str = "") -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(re.escape(word) + behind for word in longest_first) or "(?!)")
