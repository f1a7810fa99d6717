"""Which body a headline belongs to: by the words they share and by where the headline stands.

Words are compared as pairs of neighbouring characters, each the heavier the fewer bodies have it.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log

from kg.repair.blocks import Block
from kg.repair.bylines import strip_marks
from kg.repair.lines import Line, is_open

_PIECE = 4  # code points: the longest piece of a headline set downwards
_DASHES = "—－"
_SHORTEST, _LONGEST = 5, 36  # code points of a headline
_LEAST_BODY = 150  # code points
_REPEATED = 0.5
_NO_HEADLINE = re.compile("[。；]|[，、：]$")
_LEAD = 300  # code points: a headline tells what the first paragraphs say
_LEAD_BONUS = 0.4
_NEXT_BONUS = 0.45  # the headline stands right before the body
_COVER_BONUS = 0.3  # a body with a headline is likelier than one without
_LEAST = 0.08  # less than this in common is chance
_JOIN_COST = 0.03  # two lines are one headline only if both belong there
_LONGEST_GROUP = 3
_EXACT_UNITS, _EXACT_BODIES = 16, 8  # above these the exact search would be slow
_COMMON = 40  # a pair that more bodies have tells nothing

_PAIRED = re.compile(r"[^\u3400-\u9fffA-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline or a piece of one. ``run`` numbers the stretch of headline lines that it stands in.

    ``following`` is the body that comes right after that stretch, None where none does.
    """

    blocks: tuple[Block, ...]
    text: str
    run: int
    following: int | None = None


def find_headlines(
    run: Sequence[Block], following: int | None, *, is_top: bool
) -> tuple[list[Headline], list[tuple[Block, int | None]]]:
    """Return the headlines of a run of headline and byline blocks, and each byline with the number of its headline.

    A byline belongs to the headline before it; as many bylines in a row as headlines before them go in that order.
    A run that stands between bodies leads to the body that follows it; at the top, where the headlines of the whole
    page may be gathered, only a headline alone does.
    """
    headlines: list[Headline] = []
    bylines: list[tuple[Block, int | None]] = []
    for kind, group in itertools.groupby(run, key=lambda block: "byline" if block.kind == "byline" else "headline"):
        blocks = list(group)
        if kind == "headline":
            last = len(headlines)
            stretch = blocks[0].place
            headlines += [Headline(tuple(unit), _join_pieces(unit), stretch) for unit in _units(blocks)]
            continue
        count = len(headlines) - last if headlines else 0
        in_order = len(blocks) == count > 1 and all(block.text.startswith(blocks[0].text[:4]) for block in blocks)
        if in_order:
            headlines[last:] = [replace(headline, run=headline.blocks[0].place) for headline in headlines[last:]]
        for number, block in enumerate(blocks):
            owner = (last + number if in_order else len(headlines) - 1) if headlines else None
            bylines.append((block, owner))
    if following is not None and headlines and (not is_top or len(headlines) == 1):
        stretch = headlines[-1].run
        headlines = [replace(each, following=following) if each.run == stretch else each for each in headlines]
    return headlines, bylines


def join_lines(lines: Sequence[Line]) -> str:
    """Return the lines of a sub-heading or caption joined, without the signs that set them off."""
    return strip_marks("".join(line.shown for line in lines))


def _units(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield the headlines that the lines make: one set downwards comes in short pieces, a dash on its own line."""
    unit: list[Block] = []
    for block in blocks:
        if unit and not _go_together(unit[-1].text, block.text):
            yield unit
            unit = []
        unit.append(block)
    if unit:
        yield unit


def _go_together(before: str, after: str) -> bool:
    short = len(before) <= _PIECE and len(after) <= _PIECE
    return short or after[0] in _DASHES or before[-1] in _DASHES or is_open(before)


def _join_pieces(unit: Sequence[Block]) -> str:
    return strip_marks("".join(line.shown for block in unit for line in block.lines))


def may_be_headline(lines: Sequence[Line], body: str) -> bool:
    """Say whether lines that stand like running text may be the headline of the body below them.

    Most headlines share half of their pairs of letters with the body, few first lines of a body do.
    """
    text = "".join(line.text for line in lines)
    if not _SHORTEST <= len(text) <= _LONGEST or len(body) < _LEAST_BODY or _NO_HEADLINE.search(text) or is_open(text):
        return False
    own, shared = pairs(text), pairs(body)
    return sum(pair in shared for pair in own) >= _REPEATED * len(own)


def pairs(text: str) -> Counter[str]:
    """Return the pairs of neighbouring letters in a text, with their numbers."""
    found: Counter[str] = Counter()
    for part in _PAIRED.split(text):
        found.update(map("".join, itertools.pairwise(part)))
    return found


class Overlap:
    """How much of a headline's or caption's wording each body has: from 0 to somewhat over 1."""

    def __init__(self, bodies: Sequence[str]) -> None:
        self._count = len(bodies)
        self._holders: dict[str, list[int]] = {}
        self._leads = [frozenset(pairs(body[:_LEAD])) for body in bodies]
        for number, body in enumerate(bodies):
            for pair in pairs(body):
                self._holders.setdefault(pair, []).append(number)

    def __call__(self, text: str) -> dict[int, float]:
        """Return the score of each body that shares any wording with the text."""
        total = 0.0
        scores: dict[int, float] = {}
        for pair in sorted(pairs(text)):
            holders = self._holders.get(pair, ())
            weight = log((self._count + 1) / (len(holders) + 0.5))
            total += weight
            if len(holders) > _COMMON:
                continue
            for body in holders:
                scores[body] = scores.get(body, 0.0) + weight * (1 + _LEAD_BONUS * (pair in self._leads[body]))
        return {body: score / total for body, score in scores.items()} if total > 0 else {}


def match_headlines(headlines: Sequence[Headline], overlap: Overlap, bodies: int) -> list[int | None]:
    """Return each headline's body, or None; neighbouring lines may share one, and no two groups have the same."""
    scores = [_score(headline, overlap) for headline in headlines]
    if len(headlines) <= _EXACT_UNITS and bodies <= _EXACT_BODIES:
        return _best_match(headlines, scores, bodies)
    return _greedy_match(headlines, scores)


def _score(headline: Headline, overlap: Overlap) -> dict[int, float]:
    scores = overlap(headline.text)
    if headline.following is not None:
        scores[headline.following] = scores.get(headline.following, 0.0) + _NEXT_BONUS
    return scores


def _best_match(headlines: Sequence[Headline], scores: Sequence[dict[int, float]], bodies: int) -> list[int | None]:
    """Try every way to group neighbouring lines and give the groups to bodies; return the best."""

    @cache
    def best(first: int, taken: int) -> tuple[float, tuple[int | None, ...]]:
        if first == len(headlines):
            return 0.0, ()
        score, rest = best(first + 1, taken)
        choice: tuple[float, tuple[int | None, ...]] = (score, (None, *rest))
        for end in range(first + 1, min(first + _LONGEST_GROUP, len(headlines)) + 1):
            if headlines[end - 1].run != headlines[first].run:
                break
            for body in range(bodies):
                if taken >> body & 1:
                    continue
                score, rest = best(end, taken | 1 << body)
                shared = sum(scores[each].get(body, 0.0) for each in range(first, end))
                score += shared - _JOIN_COST * (end - first - 1)
                score += _COVER_BONUS if shared > _LEAST else _LEAST
                if score > choice[0] + 1e-9:
                    choice = (score, (*(body for _ in range(first, end)), *rest))
        return choice

    return list(best(0, 0)[1])


def _greedy_match(headlines: Sequence[Headline], scores: Sequence[dict[int, float]]) -> list[int | None]:
    """Give headlines to bodies, the surest first; lines beside a headline join it where they share its body's words."""
    matched: list[int | None] = [None] * len(headlines)
    taken: dict[int, int] = {}
    for score, number, body in sorted(_candidates(scores), key=lambda each: (-each[0], each[1], each[2])):
        if matched[number] is not None:
            continue
        if body not in taken:
            matched[number], taken[body] = body, number
        elif abs(taken[body] - number) == 1 and headlines[number].run == headlines[taken[body]].run:
            matched[number] = body if score > _JOIN_COST else None
    return matched


def _candidates(scores: Sequence[dict[int, float]]) -> Iterable[tuple[float, int, int]]:
    for number, of_bodies in enumerate(scores):
        for body, score in of_bodies.items():
            yield score, number, body
