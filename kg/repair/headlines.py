"""Which body a headline belongs to: by the words they share and by where the headline stands.

Words are compared as pairs of neighbouring characters, each the heavier the fewer bodies have it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log

from kg.repair.blocks import Block
from kg.repair.bylines import strip_marks
from kg.repair.lines import Line, is_open
from kg.repair.wording import pairs

_PIECE = 4  # code points: the longest piece of a headline set downwards
_DASHES = "—－"
_SHORTEST, _LONGEST = 5, 36  # code points of a headline
_LEAST_BODY = 150  # code points
_REPEATED = 0.5
_NO_HEADLINE = re.compile("[。；]|[，、：]$")
_LEAD = 300  # code points: a headline tells what the first paragraphs say
_LEAD_BONUS = 0.4
_GATHERING = 4  # headlines of one article are fewer
_COMMON = 40  # a pair that more bodies have tells nothing


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline or a line of one. ``run`` numbers the stretch of headline lines that it stands in."""

    blocks: tuple[Block, ...]
    text: str
    run: int


@dataclass(frozen=True, slots=True)
class Headlines:
    """The headlines and bylines that stand together, and for each byline the number of the headline it belongs to."""

    headlines: tuple[Headline, ...]
    bylines: tuple[tuple[Block, int | None], ...]

    @property
    def is_gathering(self) -> bool:
        """Whether these are the headlines of several articles."""
        return len({owner for _, owner in self.bylines if owner is not None}) > 1 or len(self.headlines) >= _GATHERING


def find_headlines(run: Sequence[Block]) -> Headlines:
    """Return the headlines of a run of headline and byline blocks, and each byline with the number of its headline.

    A byline belongs to the headline before it; as many bylines in a row as headlines before them go in that order.
    """
    headlines: list[Headline] = []
    bylines: list[tuple[Block, int | None]] = []
    last = 0
    shown = [block for block in run if block.kind != "heading"]
    for kind, group in itertools.groupby(shown, key=lambda block: block.kind):
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
    return Headlines(tuple(headlines), tuple(bylines))


def _units(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield the headlines that the lines make: one set downwards comes in short pieces, a dash on its own line."""
    unit: list[Block] = []
    for block in blocks:
        if unit and not _go_together(unit, block):
            yield unit
            unit = []
        unit.append(block)
    if unit:
        yield unit


def _go_together(unit: Sequence[Block], block: Block) -> bool:
    """Say whether the line goes on with the headline: its pieces are of one length, the last may be shorter."""
    before, after = unit[-1].text, block.text
    if after[0] in _DASHES or before[-1] in _DASHES or is_open(before):
        return True
    longest = max(len(each.text) for each in unit)
    return longest <= _PIECE and len(after) <= len(before) and (len(before) == longest or len(unit) == 1)


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
