"""Which body a headline belongs to: by the words they share and by where the headline stands.

Words are compared as pairs of neighbouring characters, each the heavier the fewer bodies have it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

from kg.repair.blocks import Block
from kg.repair.bylines import group_bylines, strip_marks
from kg.repair.lines import Line, is_open
from kg.repair.paragraphs import REPORT_OPENING
from kg.repair.wording import pairs, phrases

_PIECE = 4  # code points: the longest piece of a headline set downwards
_DASHES = "—－"
_SHORTEST, _LONGEST = 5, 36  # code points of a headline
_LEAST_BODY = 150  # code points
_REPEATED = 0.5
_NO_HEADLINE = re.compile("[。；]|[，、：]$")
_LEAD = 300  # code points: a headline tells what the first paragraphs say
_LEAD_BONUS = 0.4
_GATHERING = 4  # headlines of one article are fewer
_PHRASES = 0.8  # what a caption says in the words of a body tells more than single pairs
_LIKELIEST = 4  # bodies
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
        in_order = len(blocks) == count == len(group_bylines([block.text for block in blocks], count)) > 1
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
    if REPORT_OPENING.match(text):
        return False
    own, shared = pairs(text), pairs(body)
    return sum(pair in shared for pair in own) >= _REPEATED * len(own)


def overlap(
    captions: Sequence[str], bodies: Sequence[str], of_bodies: Sequence[Sequence[Mapping[str, int]]]
) -> list[dict[int, float]]:
    """Return for each caption how much of its wording each body has that has any: from 0 to about 2.

    ``of_bodies`` are the pairs of letters of each body's paragraphs. Phrases are asked of the likeliest bodies alone.
    """
    wording = [sorted(pairs(caption)) for caption in captions]
    wanted = frozenset(pair for own in wording for pair in own)
    holders: dict[str, list[int]] = {}
    in_leads = [wanted.intersection(pairs(body[:_LEAD])) for body in bodies] if wanted else []
    for number, body in enumerate(of_bodies if wanted else ()):
        for pair in wanted.intersection(itertools.chain.from_iterable(body)):
            holders.setdefault(pair, []).append(number)
    found = []
    for caption, own in zip(captions, wording, strict=True):
        total = 0.0
        scores: dict[int, float] = {}
        for pair in own:
            places = holders.get(pair, ())
            weight = log((len(bodies) + 1) / (len(places) + 0.5))
            total += weight
            for number in places if len(places) <= _COMMON else ():
                scores[number] = scores.get(number, 0.0) + weight * (1 + _LEAD_BONUS * (pair in in_leads[number]))
        found.append({number: score / total for number, score in scores.items()} if total > 0 else {})
        spoken = phrases(caption)
        for number in sorted(scores, key=lambda each: (-scores[each], each))[:_LIKELIEST] if spoken else ():
            found[-1][number] += _PHRASES * sum(phrase in bodies[number] for phrase in spoken) / len(spoken)
    return found
