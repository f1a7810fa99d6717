"""What speaks for an article's beginning between two paragraphs: width, wording, forms of news reports.

Evidence is in natural logarithms of odds. The weights were fitted by logistic regression (tests/fit_seams.py) on pages
made from news articles by the generator of the tests, with the reports' datelines and without, and rounded; that of a
byline below a headline was raised: nothing else has that form.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import log, sqrt
from typing import NamedTuple

from kg.repair.blocks import Block
from kg.repair.columns import MARGIN
from kg.repair.paragraphs import REPORT_OPENING
from kg.repair.wording import pairs


class Signs(NamedTuple):
    """What shows that an article begins at a place, or the weights of that: what each adds to the log-odds."""

    always: float  # beginnings are rare
    width: float  # the column's width changes
    dateline: float  # 新华社北京6月10日电
    opening: float  # 近日, 6月10日 at the very beginning
    day: float  # or soon after
    signed: float  # the paragraph before ends （记者 X）, （完）
    note: float  # （下转第三版）, （上接第一版）
    byline: float
    near: float  # how alike the paragraphs right before and after are, beside how alike those on either side are
    far: float  # the same with more paragraphs
    dip: float  # how much less alike than at the places around
    several: float  # more than one line stands out
    long: float  # the lines that stand out are longer than a sub-heading
    shared: float  # the share of their wording that the paragraphs below have


_SILENT = Signs(-10.3, 2.0, 2.8, 0.5, 1.5, 2.2, 3.0, 1.4, -0.6, -2.4, 2.2, 0.0, 0.0, 0.0)
_SHOWN = Signs(-8.9, 2.0, 1.4, 0.0, 1.0, 1.5, 1.2, 7.0, -0.4, -2.4, 1.9, 2.1, 1.6, 0.5)
"""Where lines stand out before the paragraph; half of them are sub-headings."""

_SHORTEST_HEADLINE, _SURE_HEADLINE = 8, 16  # code points
_NEAR, _FAR = 3, 8  # paragraphs
_STRETCH = 80  # paragraphs: about a page
_AROUND = 3  # places
_SOON = 40  # code points
_CHANCE = 0.15  # of the page's mean likeness: added on both sides, lest a few pairs of letters say too much
_OPENING = re.compile(r"(?:近日|日前|近期|眼下|连日来|今年以来|\d{1,2}月\d{1,2}日|\d{1,2}日|记者)")
_DAY = re.compile(r"\d日|近日|日前|今天|昨天|昨日")
_REPORT_END = re.compile(r"[（(](?:[^（）()]{0,12}(?:记者|通讯员|作者)[^（）()]{0,40}|完)[）)]$")


def weigh_seams(
    paragraphs: Sequence[Block],
    between: Sequence[Sequence[Block]],
    wording: Sequence[Mapping[str, int]],
    notes: Sequence[int],
) -> list[float]:
    """Return for each paragraph the log-odds that an article begins with it, gathered headlines aside.

    ``between[n]`` holds the headline and byline blocks right before paragraph n, ``wording`` the pairs of letters of
    each paragraph, ``notes`` the places of the lines that say where an article goes on.
    """
    evidence = [0.0]
    for blocks, signs in zip(between[1:], read_seams(paragraphs, between, wording, notes), strict=False):
        weights = _SHOWN if is_shown(blocks) else _SILENT
        evidence.append(sum(weight * sign for weight, sign in zip(weights, signs, strict=True)))
    return evidence


def is_shown(blocks: Sequence[Block]) -> bool:
    """Say whether lines stand out among those between two paragraphs."""
    return any(block.kind != "byline" for block in blocks)


def read_seams(
    paragraphs: Sequence[Block],
    between: Sequence[Sequence[Block]],
    wording: Sequence[Mapping[str, int]],
    notes: Sequence[int],
) -> Iterator[Signs]:
    """Yield what shows before each paragraph but the first; the arguments are those of ``weigh_seams``."""
    places = [block.place for block in paragraphs]
    noted = {bisect_left(places, note) for note in notes}
    texts = [block.text for block in paragraphs]
    near, far = _likenesses(wording)
    both = [(a + b) / 2 for a, b in zip(near, far, strict=True)]
    for place in range(1, len(paragraphs)):
        left, right = paragraphs[max(place - 2, 0) : place], paragraphs[place : place + 2]
        shown = "".join(block.text for block in between[place] if block.kind != "byline")
        own = pairs(shown) if shown else {}
        below = wording[place : place + 2]
        text = texts[place]
        before, after = both[max(place - _AROUND, 1) : place + 1], both[place : place + _AROUND + 1]
        yield Signs(
            always=1.0,
            width=min([abs(a.width - b.width) for a in left for b in right]) > MARGIN,
            dateline=REPORT_OPENING.match(text) is not None,
            opening=_OPENING.match(text) is not None,
            day=_DAY.search(text, 0, _SOON) is not None,
            signed=_REPORT_END.search(texts[place - 1][-60:]) is not None,
            note=place in noted,
            byline=any(block.kind == "byline" for block in between[place]),
            near=near[place],
            far=far[place],
            dip=(max(before) + max(after)) / 2 - both[place],
            several=sum(block.kind != "byline" for block in between[place]) > 1,
            long=min(max((len(shown) - _SHORTEST_HEADLINE) / (_SURE_HEADLINE - _SHORTEST_HEADLINE), 0.0), 1.0),
            shared=sum(any(pair in words for words in below) for pair in own) / max(len(own), 1),
        )


def _likenesses(wording: Sequence[Mapping[str, int]]) -> tuple[list[float], list[float]]:
    """Return for each place how alike the wording on both sides is, near and far, judged by the paragraphs around."""
    near, far = [0.0], [0.0]
    for start in range(0, max(len(wording) - 2 * _FAR, 1), _STRETCH - 2 * _FAR):
        stretch = wording[start : start + _STRETCH]
        last = start + _STRETCH >= len(wording)
        alike = _likeness(stretch)
        for place in range(len(near) - start, len(stretch) if last else _STRETCH - _FAR):
            near.append(alike(place, _NEAR))
            far.append(alike(place, _FAR))
        if last:
            break
    return near, far


def _likeness(wording: Sequence[Mapping[str, int]]) -> Callable[[int, int], float]:
    """Return how alike the wording on both sides of a place is, beside how alike the paragraphs of each side are.

    It is the logarithm of a ratio; its arguments are the place and how many paragraphs count on either side. The
    likeness of two paragraphs is the cosine of their pairs of letters, the rarer the heavier (Foote's novelty, 2000).
    """
    band = _products(wording, 2 * _FAR)
    count = sum(map(len, band))
    chance = _CHANCE * sum(map(sum, band)) / count if count else 0.0

    def alike(place: int, reach: int) -> float:
        start, end = max(place - reach, 0), min(place + reach, len(wording))
        across = [each for left in range(start, place) for each in band[left][place - left - 1 : end - left - 1]]
        within = [each for left in range(start, place) for each in band[left][: place - left - 1]]
        within += [each for left in range(place, end) for each in band[left][: end - left - 1]]
        if not across or not chance:
            return 0.0
        usual = sum(within) / len(within) if within else chance / _CHANCE
        return log((sum(across) / len(across) + chance) / (usual + chance))

    return alike


def _products(counts: Sequence[Mapping[str, int]], reach: int) -> list[list[float]]:
    """Return for each paragraph how alike it is to each of those after it that are less than ``reach`` away.

    A pair of letters is the heavier the fewer paragraphs have it and the closer together they stand: what is said all
    over the page tells nothing of its articles.
    """
    seen: set[str] = set()
    repeated: set[str] = set()  # the others tell nothing either, and they are most
    for count in counts:
        repeated.update(seen.intersection(count))
        seen.update(count)
    shared = [[pair for pair in count if pair in repeated] for count in counts]
    holders: dict[str, list[int]] = {}
    for place, own in enumerate(shared):
        for pair in own:
            holders.setdefault(pair, []).append(place)
    even = len(counts) / sqrt(12)  # the standard deviation of places spread evenly over the page
    weights = {
        pair: log(len(counts) / len(places)) * max(1 - _deviation(places) / even, 0.0)
        for pair, places in holders.items()
    }
    vectors = []
    for own, count in zip(shared, counts, strict=True):
        vector = {pair: weight * (1 + log(count[pair])) for pair in own if (weight := weights[pair])}
        norm = sqrt(sum([weight * weight for weight in vector.values()])) or 1.0
        vectors.append({pair: weight / norm for pair, weight in vector.items()})
    products = [[0.0] * min(reach - 1, len(counts) - place - 1) for place in range(len(counts))]
    for pair, places in holders.items():
        if weights[pair]:
            ways = [vectors[place][pair] for place in places]
            for at, place in enumerate(places):
                row, weight = products[place], ways[at]
                for other in range(at + 1, len(places)):
                    apart = places[other] - place
                    if apart >= reach:
                        break
                    row[apart - 1] += weight * ways[other]
    return products


def _deviation(places: Sequence[int]) -> float:
    if len(places) == 2:
        return (places[1] - places[0]) / 2
    mean = sum(places) / len(places)
    return sqrt(sum([(place - mean) ** 2 for place in places]) / len(places))
