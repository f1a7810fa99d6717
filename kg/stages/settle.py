"""Overlaps settled: of mentions that share characters, those stay that explain most of the text most surely.

The choice is weighted interval scheduling (Kleinberg and Tardos, Algorithm Design, 6.1). Without votes a mention's
weight is its score times its length: a whole company name outweighs the regions inside it, and a sure short name a
doubtful long one. With votes it is how far its probability lies above the threshold, for the best expected F1
(Jansche 2007, "A Maximum Expected Utility Framework for Binary Sequence Labeling").
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kg.model import Mention, Reading
from kg.protocols import Stage
from kg.regions import candidates, is_inside
from kg.registry import declare
from kg.short_names import is_short_form
from kg.votes import TAGGER, Weights, probability, read_weights

_REGIONS = "find_regions"
_ORGANIZATION = "Organization"
_SURE = 0.9
"""How likely a full name must be, and its short names are."""

_Weighed = tuple[Mention, float]


@declare(needs=("mentions",), adds=("mentions",))
def make(*, min_score: float = 0.5, votes: bool = False, weights: str = "") -> Stage:
    """Keep the best set of mentions that do not overlap; those scored below ``min_score`` are left out.

    With ``votes``, what several finders say of one mention is first put together to its probability (kg.votes);
    ``weights`` is a table of how far finders of one's own are believed.
    """
    known = read_weights(weights) if weights else None

    def settle(batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(reading, mentions=_settle(reading.mentions)) for reading in batch]

    def _settle(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
        if votes:
            weighed = _with_short_names(_together(mentions, known))
            chosen = _scheduled((m, m.score - min_score) for m in weighed if m.score > min_score)
            return _with_divisions(chosen, mentions)
        return _scheduled((m, m.score * len(m.span)) for m in mentions if m.score >= min_score)

    return settle


def _together(mentions: Iterable[Mention], known: Weights | None) -> list[Mention]:
    """Return one mention for those of one span and type, as the surest rule found it, with their probability."""
    found: dict[tuple[int, int, str], list[Mention]] = {}
    for mention in mentions:
        found.setdefault((mention.span.start, mention.span.end, mention.type), []).append(mention)
    together = []
    for same in found.values():
        votes: dict[str, float] = {}
        for mention in same:
            votes[mention.finder] = max(votes.get(mention.finder, 0.0), mention.score)
        first = min(same, key=lambda m: (m.finder == TAGGER, -m.score, m.finder, m.subtype or ""))
        together.append(replace(first, score=probability(first.type, votes, known)))
    return together


def _with_short_names(mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions with those of other types left out where a short name of an organization stands.

    Where an article gives a full name, a form of it that a rule found is that organization, and nothing else, whatever
    the votes: 澜芯 after 澜芯智能装备有限公司 is no person.
    """
    other = {mention.span for mention in mentions if mention.type != _ORGANIZATION}
    full = {m.text for m in mentions if m.type == _ORGANIZATION and m.score >= _SURE}
    short = {
        mention.span: mention
        for mention in mentions
        if mention.type == _ORGANIZATION
        and mention.finder != TAGGER
        and mention.span in other
        and any(is_short_form(mention.text, name) for name in full)
    }
    if not short:
        return list(mentions)
    return [
        replace(mention, score=max(mention.score, _SURE)) if mention is short.get(mention.span) else mention
        for mention in mentions
        if mention.span not in short or mention is short[mention.span]
    ]


def _with_divisions(chosen: Sequence[Mention], mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Return the chosen mentions with those divisions that stand right behind the one that they lie in (广东电白).

    Whatever the votes: the table of divisions says that the two belong together. Only where nothing else was chosen.
    """
    out = list(chosen)
    known = {mention.span.end: mention for mention in chosen if mention.type == "Region"}
    taken = {place for mention in chosen for place in range(mention.span.start, mention.span.end)}
    for mention in sorted((m for m in mentions if m.finder == _REGIONS), key=lambda m: m.span):
        before = known.get(mention.span.start)
        if before is None or not taken.isdisjoint(range(mention.span.start, mention.span.end)):
            continue
        wholes = {division.adcode for division in candidates(before.text)}
        if any(
            one.adcode not in wholes and is_inside(one.adcode, w) for one in candidates(mention.text) for w in wholes
        ):
            out.append(mention)
            known[mention.span.end] = mention
            taken.update(range(mention.span.start, mention.span.end))
    return tuple(sorted(out, key=lambda mention: mention.span))


def _scheduled(weighed: Iterable[_Weighed]) -> tuple[Mention, ...]:
    """Return the mentions that do not overlap and whose weights add up to the most, in text order."""
    ranked = sorted(
        weighed,
        key=lambda w: (w[0].span.end, w[0].span.start, -w[0].score, w[0].type, w[0].subtype or "", w[0].finder),
    )
    ends = [mention.span.end for mention, _ in ranked]
    best: list[float] = [0.0]
    taken: list[bool] = []
    before: list[int] = []
    for number, (mention, own) in enumerate(ranked):
        compatible = bisect_right(ends, mention.span.start, 0, number)
        weight = best[compatible] + own
        taken.append(weight > best[number])
        before.append(compatible)
        best.append(max(weight, best[number]))
    chosen = []
    number = len(ranked)
    while number:
        if taken[number - 1]:
            chosen.append(ranked[number - 1][0])
            number = before[number - 1]
        else:
            number -= 1
    return tuple(reversed(chosen))
