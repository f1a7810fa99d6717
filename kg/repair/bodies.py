"""Where one article's text ends and the next one's begins.

Between two paragraphs a new article may begin where the column's width changes, where the vocabulary shifts, where a
headline or byline stands, or where a sentence opens like a news report. How many are looked for depends on how many
headlines wait at the top of the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import median

from kg.repair.blocks import Block
from kg.repair.columns import MARGIN
from kg.repair.headlines import pairs
from kg.repair.paragraphs import REPORT_OPENING

_WINDOW = 3  # paragraphs compared on either side
_LONGEST_HEADING = 8  # code points; sub-headings are mostly shorter, headlines longer

# Evidence is in natural logarithms of odds, measured on pages made from news articles by a generator; 0 is even odds.
_RARE = -2.9  # one paragraph in twenty begins an article
_OTHER_WIDTH, _SAME_WIDTH = 2.9, -1.9
_EVEN_SIMILARITY, _SHIFT_SLOPE, _MOST_SHIFT, _LEAST_SHIFT = 0.5, 7.0, 3.0, -4.0
_LONG_HEADLINE, _SHORT_HEADLINE = 5.5, -1.5
_REPORT = 4.0
_WANTED = -3.5  # enough where a headline surely waits for its body
_PERHAPS_WANTED = -3.0  # enough where one may wait, or may be the second line of another
_UNWANTED = 0.0  # needed where none does
_REPORT_END = re.compile(r"[（(](?:本报|特约)?(?:记者|通讯员|完)[^（）()]{0,24}[）)]$")


@dataclass(frozen=True, slots=True)
class _Seam:
    """The place before paragraph ``place`` with the evidence that an article begins there."""

    place: int
    evidence: float


def split_bodies(
    paragraphs: Sequence[Block], between: Sequence[Sequence[Block]], waiting: tuple[int, int]
) -> list[int]:
    """Return the numbers of the paragraphs that begin an article; the first is 0.

    ``between[n]`` holds the headline and byline blocks right before paragraph n. ``waiting`` is the least and
    the greatest number of headlines at the top of the page, of which one goes to the first article.
    """
    if not paragraphs:
        return []
    certain = [place for place in range(1, len(paragraphs)) if _is_certain(between[place])]
    vectors = _vectors(paragraphs)
    similar = [_similarity(vectors, place) for place in range(len(vectors))]
    usual = median(similar[1:]) if len(similar) > 1 else 0.0
    seams = []
    for place in range(1, len(paragraphs)):
        if place in certain:
            continue
        seams.append(_Seam(place, _evidence(paragraphs, between, place, similar[place] / usual if usual else 1.0)))
    chosen = sorted(certain)
    least, most = waiting
    found = 1
    for seam in sorted(seams, key=lambda seam: (-seam.evidence, seam.place)):
        silent = not between[seam.place]
        needed = _WANTED if found < least else _PERHAPS_WANTED if found < most else _UNWANTED
        if seam.evidence > (needed if silent else 0.0):
            chosen.append(seam.place)
            found += silent
    return [0, *sorted(chosen)]


def _is_certain(blocks: Sequence[Block]) -> bool:
    return any(block.kind == "byline" for block in blocks) or sum(len(block.text) > 4 for block in blocks) > 2


def _evidence(paragraphs: Sequence[Block], between: Sequence[Sequence[Block]], place: int, similar: float) -> float:
    """Weigh what speaks for a new article; ``similar`` compares the vocabulary before and after with the usual (1)."""
    left, right = paragraphs[max(place - 2, 0) : place], paragraphs[place : place + 2]
    change = min(abs(a.width - b.width) for a in left for b in right)
    evidence = _RARE + (_OTHER_WIDTH if change > MARGIN else _SAME_WIDTH)
    evidence += max(min(_SHIFT_SLOPE * (_EVEN_SIMILARITY - similar), _MOST_SHIFT), _LEAST_SHIFT)
    if REPORT_OPENING.match(right[0].text) or _REPORT_END.search(left[-1].text[-40:]):
        evidence += _REPORT
    if between[place]:
        long = max(len(block.text) for block in between[place]) > _LONGEST_HEADING or len(between[place]) > 1
        evidence += _LONG_HEADLINE if long else _SHORT_HEADLINE
    return evidence


def _vectors(paragraphs: Sequence[Block]) -> list[dict[str, float]]:
    """Return each paragraph's pairs of letters, weighted by how few paragraphs have them."""
    counts = [pairs(block.text) for block in paragraphs]
    holders: Counter[str] = Counter()
    for count in counts:
        holders.update(count.keys())
    return [
        {
            pair: log(len(counts) / holders[pair]) * (1 + log(number))
            for pair, number in count.items()
            if holders[pair] > 1
        }
        for count in counts
    ]


def _similarity(vectors: Sequence[dict[str, float]], place: int) -> float:
    """Return the cosine between the paragraphs before and those from ``place`` on."""
    left, right = _sum(vectors[max(place - _WINDOW, 0) : place]), _sum(vectors[place : place + _WINDOW])
    norm = sqrt(sum(x * x for x in left.values()) * sum(x * x for x in right.values()))
    return sum(weight * right[pair] for pair, weight in left.items() if pair in right) / norm if norm else 0.0


def _sum(vectors: Sequence[dict[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for vector in vectors:
        for pair, weight in vector.items():
            total[pair] = total.get(pair, 0.0) + weight
    return total
