"""How good a recognizer is: exact mentions, per type and together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.tagger.corpus import Example
from kg.tagger.recognizer import Recognizer


@dataclass
class Tally:
    """Mentions counted: found and right, found, in the annotation."""

    right: int = 0
    found: int = 0
    gold: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0

    def result(self) -> dict[str, float | int]:
        """Return the figures under the names that ``kg eval`` uses."""
        return {
            "p": round(self.precision, 4),
            "r": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "right": self.right,
            "system": self.found,
            "gold": self.gold,
        }


@dataclass(frozen=True)
class Measured:
    """The tallies of a measurement."""

    all: Tally
    types: dict[str, Tally]


def measure(recognizer: Recognizer, examples: Iterable[Example]) -> Measured:
    """Compare a recognizer with annotated texts: start, end and type must agree.

    A mention found where the annotation leaves it open counts for nothing, and other boundaries that the annotation
    allows count as right.
    """
    whole = Tally()
    types: dict[str, Tally] = {name: Tally() for name in recognizer.types}
    for example in examples:
        wanted = set(example.spans)
        for span in wanted:
            types.setdefault(span.type, Tally()).gold += 1
            whole.gold += 1
        for found in recognizer.read(example.text).likely():
            mention = found[:3]
            own = types[found.type]
            if mention in wanted or mention in example.alternatives:
                own.right += 1
                whole.right += 1
            elif any(start < found.end and found.start < end for start, end in example.open_spans):
                continue
            own.found += 1
            whole.found += 1
    return Measured(whole, dict(sorted(types.items())))
