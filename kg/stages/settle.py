"""Overlaps settled: of mentions that share characters, those stay that explain most of the text most surely.

The choice is weighted interval scheduling (Kleinberg and Tardos, Algorithm Design, 6.1), a mention's weight being its
score times its length: a whole company name outweighs the regions inside it, and a sure short name a doubtful long one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from kg.model import Mention, Reading
from kg.protocols import Stage
from kg.registry import declare


@declare(needs=("mentions",), adds=("mentions",))
def make(*, min_score: float = 0.5) -> Stage:
    """Keep the best set of mentions that do not overlap; those scored below ``min_score`` are left out."""

    def settle(batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(reading, mentions=_settle(reading.mentions, min_score)) for reading in batch]

    return settle


def _settle(mentions: Sequence[Mention], min_score: float) -> tuple[Mention, ...]:
    ranked = sorted(
        (mention for mention in mentions if mention.score >= min_score),
        key=lambda m: (m.span.end, m.span.start, -m.score, m.type, m.subtype or "", m.finder),
    )
    ends = [mention.span.end for mention in ranked]
    best: list[float] = [0.0]
    taken: list[bool] = []
    before: list[int] = []
    for number, mention in enumerate(ranked):
        compatible = bisect_right(ends, mention.span.start, 0, number)
        weight = best[compatible] + mention.score * len(mention.span)
        taken.append(weight > best[number])
        before.append(compatible)
        best.append(max(weight, best[number]))
    chosen = []
    number = len(ranked)
    while number:
        if taken[number - 1]:
            chosen.append(ranked[number - 1])
            number = before[number - 1]
        else:
            number -= 1
    return tuple(reversed(chosen))
