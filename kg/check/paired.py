"""Scores of two systems on the same texts, and how far apart they may lie by the chance of which texts these are.

Texts are drawn with replacement, the same for both systems, and the difference of F1 is taken each time (paired
bootstrap: Efron and Tibshirani 1993, "An Introduction to the Bootstrap"; Koehn 2004, "Statistical Significance Tests
for Machine Translation Evaluation").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from kg.check.score import CORE, VALUE, Counts, Record, Tally, score_document, total

_SEED = 7
"""Any number, so that the same texts are drawn each time."""

_TAIL = 0.025
"""What lies below the interval, and above."""

_Rows = dict[str, Tally]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Scores of both as ``kg eval`` gives them, and by how much B's F1 is above A's, with its 95 % interval."""

    name: str
    a: Mapping[str, float]
    b: Mapping[str, float]
    difference: float
    low: float
    high: float


class PairedScores:
    """The scores of A and B, added text by text."""

    def __init__(self) -> None:
        self._texts: list[tuple[_Rows, _Rows]] = []

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, gold: Record, a: Record, b: Record) -> None:
        """Add one text: what gold says, and what either found."""
        self._texts.append((_tallies(gold, a), _tallies(gold, b)))

    def rows(self, samples: int) -> list[ScoreRow]:
        """Return a row for each type and predicate and for all of them, with intervals from so many samples."""
        import numpy as np  # slow to import

        names = list(dict.fromkeys(name for rows in (_sums(self._texts, 0), _sums(self._texts, 1)) for name in rows))
        names.sort(key=_order)
        count = len(self._texts)
        draw = Random(_SEED)
        drawn = np.array([np.bincount(draw.choices(range(count), k=count), minlength=count) for _ in range(samples)])
        none = Tally()
        found = []
        for side in (0, 1):
            of_texts = [
                [[one.right, one.system + one.gold] for one in (pair[side].get(name, none) for name in names)]
                for pair in self._texts
            ]
            sums = np.tensordot(drawn, np.array(of_texts), axes=1)  # [sample, name, right or found and wanted]
            found.append(2 * sums[..., 0] / np.maximum(sums[..., 1], 1))
        low, high = np.quantile(found[1] - found[0], (_TAIL, 1 - _TAIL), axis=0)
        a, b = (_sums(self._texts, side) for side in (0, 1))
        rows = []
        for number, name in enumerate(names):
            one, other = a.get(name, none).row(), b.get(name, none).row()
            ends = [round(float(end[number]), 4) for end in (low, high)]
            rows.append(ScoreRow(name, one, other, round(other["f1"] - one["f1"], 4), ends[0], ends[1]))
        return rows


def _tallies(gold: Record, system: Record) -> _Rows:
    counts = Counts()
    score_document(gold, system, counts)
    related = [name for name in counts.facts if name not in VALUE]
    return {
        **{f"mentions: {name}": tally for name, tally in counts.mentions.items()},
        "mentions, all types": total(counts.mentions, list(counts.mentions)),
        "mentions, four core types": total(counts.mentions, CORE),
        **{f"facts: {name}": tally for name, tally in counts.facts.items()},
        "facts between entities": total(counts.facts, related),
        "facts with values": total(counts.facts, VALUE),
    }


def _sums(texts: list[tuple[_Rows, _Rows]], side: int) -> _Rows:
    sums: _Rows = {}
    for pair in texts:
        for name, tally in pair[side].items():
            so_far = sums.setdefault(name, Tally())
            so_far.right += tally.right
            so_far.system += tally.system
            so_far.gold += tally.gold
    return sums


_TOTALS = ("mentions, all types", "mentions, four core types", "facts between entities", "facts with values")


def _order(name: str) -> tuple[bool, bool, int, str]:
    """Mentions before facts, types and predicates by name before the totals."""
    place = _TOTALS.index(name) if name in _TOTALS else -1
    return name.startswith("facts"), place >= 0, place, name
