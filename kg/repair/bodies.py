"""Where one article's text ends and the next one's begins: one decision over the page.

Every place between two paragraphs has evidence of its own that an article begins there. Headlines that wait at the top
of the page speak too: each wants a body that has its words, most of all in its first paragraphs, and a body wants a
headline. The best cut of the page, with the best headline for each body, is found by dynamic programming.

Evidence is in natural logarithms of odds. The weights were fitted on pages made from news articles by the
generator of the tests, with the reports' datelines and without.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from math import log
from operator import add

from kg.repair.blocks import Block
from kg.repair.headlines import Headline
from kg.repair.seams import weigh_seams
from kg.repair.wording import pairs

_HEADLINE, _IN_LEAD, _IN_BODY = -3.2, 6.4, 9.8  # the shares of its wording, weighted by rarity, there
_SURE = 8.0  # more would not be believed
_NO_HEADLINE = -2.5  # a body without one
_UNUSED = -4.0  # a line of a headline without a body
_UNUSED_RUN = -5.0  # all lines between two bylines without a body
_UNSEEN = 0.5  # the weight of wording that no body has
_JOINED, _OTHER_WORDS = -0.7, -2.5  # another line of the same headline, which may not share the body's words
_LONGEST_GROUP = 3
_SHORT, _USUAL_BODY = -3.0, 240  # code points: few bodies are so short
_USUAL_LENGTH, _LENGTH_SPREAD, _LEAST_LENGTH = 20, 6.0, -5.0  # code points of a headline

_CANDIDATES, _PER_HEADLINE = 4, 2  # places considered beside those with a headline or byline
_HOPELESS = -10.0  # evidence: not considered
_FARTHEST = 48  # candidates: no article spans more
_CERTAIN = 11.0  # evidence: no article goes on across such a beginning
_MOST_CUTS, _FEW_CUTS, _MANY = 16, 6, 12  # partial cuts kept at each place; fewer where more headlines wait
_MOST_WAITING = 48  # headlines of a section: no page has so many, and the search would take forever
_MOST_GROUPS = 16  # headlines tried for each body
_UNLIKELY = -6.0  # not tried


def split_bodies(
    paragraphs: Sequence[Block],
    between: Sequence[Sequence[Block]],
    wording: Sequence[Mapping[str, int]],
    gathered: Mapping[int, Sequence[Headline]],
    notes: Sequence[int],
) -> tuple[list[int], dict[int, list[int | None]]]:
    """Return the numbers of the paragraphs that begin an article, and for each gathered headline its body's number.

    ``between[n]`` holds the headline and byline blocks right before paragraph n, ``wording`` the pairs of letters of
    each paragraph. ``gathered`` holds those headlines that may belong to any body up to the next gathering, by the
    paragraph that they stand before; an article begins there. ``notes`` are the places of the lines that say where an
    article goes on.
    """
    if not paragraphs:
        return [], {place: [None] * len(headlines) for place, headlines in gathered.items()}
    evidence = weigh_seams(paragraphs, between, wording, notes)
    lengths = [0, *accumulate(sum(len(line.text) for line in block.lines) for block in paragraphs)]
    own = [any(block.kind != "byline" for block in blocks) for blocks in between]
    starts: list[int] = []
    owners: dict[int, list[int | None]] = {}
    end = len(paragraphs)
    places = sorted({0, *gathered} - {end})
    for place, stop in zip(places, [*places[1:], end], strict=True):
        waiting = [(place, number) for number in range(len(gathered.get(place, ())))]
        if stop == end:  # those after the last body
            waiting += [(end, number) for number in range(len(gathered.get(end, ())))]
        headlines = [gathered[at][number] for at, number in waiting[:_MOST_WAITING]]
        cut, of_cut = _cut_section(range(place, stop), wording, evidence, lengths, between, own, headlines)
        for (at, _), body in zip_longest(waiting, of_cut):
            owners.setdefault(at, []).append(None if body is None else len(starts) + body)
        starts += cut
    return starts, owners


def _cut_section(
    section: range,
    wording: Sequence[Mapping[str, int]],
    evidence: Sequence[float],
    lengths: Sequence[int],
    between: Sequence[Sequence[Block]],
    own: Sequence[bool],
    headlines: Sequence[Headline],
) -> tuple[list[int], list[int | None]]:
    """Return where the bodies of a section begin, and the body of each of its headlines, counted from its first.

    Bodies with headlines of their ``own`` take none that waits; those before the first paragraph are waiting.
    """
    wanted = _want(headlines, wording, section)
    places = _candidates(section, evidence, between, wanted)
    runs = [sum(1 << line for line, each in enumerate(headlines) if each.run == run) for run in _runs(headlines)]
    takers = [place == section.start or not own[place] for place in places[:-1]]
    begins, ahead = [evidence[place] for place in places[:-1]], [lengths[place] for place in places]
    cut = _best_cut(places, begins, ahead, takers, wanted, _groups(headlines), runs)
    owners: list[int | None] = [None] * len(headlines)
    for body, (_, lines) in enumerate(cut):
        for line in range(len(headlines)):
            if lines >> line & 1:
                owners[line] = body
    numbers = range(len(headlines))
    for line, beside in [*zip(numbers[1:], numbers, strict=False), *zip(numbers[-2::-1], numbers[::-1], strict=False)]:
        if owners[line] is None and headlines[line].run == headlines[beside].run:
            owners[line] = owners[beside]  # what says nothing of any body goes with the line above it, or below
    return [start for start, _ in cut], owners


# --- headlines that wait


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A headline that waits: for each pair of its letters its share of the whole weight, and the paragraphs with it.

    ``lead`` is, for each paragraph with some, the share that stands in it or the next.
    """

    holders: tuple[tuple[float, tuple[int, ...]], ...]
    lead: Mapping[int, float]

    def fits(self, start: int, ends: Sequence[int]) -> list[float]:
        """Return the log-odds that a body from ``start`` to each of the ends has this headline."""
        found = []
        for weight, places in self.holders:
            at = bisect_left(places, start)
            if at < len(places):
                found.append((places[at], weight))
        found.sort()
        found.append((_NOWHERE, 0.0))
        first = _HEADLINE + _IN_LEAD * self.lead.get(start, 0.0)
        scores, here, share = [], 0, 0.0
        for end in ends:
            while found[here][0] < end:
                share += found[here][1]
                here += 1
            scores.append(min(first + _IN_BODY * share, _SURE))
        return scores


_NOWHERE = 1 << 60


def _want(waiting: Sequence[Headline], wording: Sequence[Mapping[str, int]], section: range) -> list[_Wanted]:
    own = [sorted(pairs(headline.text)) for headline in waiting]
    holders: dict[str, list[int]] = {pair: [] for each in own for pair in each}
    for place in section:
        for pair in holders.keys() & wording[place]:
            holders[pair].append(place)
    wanted = []
    for each in own:
        weights = [
            log((len(section) + 1) / (len(holders[pair]) + 0.5)) * (1.0 if holders[pair] else _UNSEEN) for pair in each
        ]
        total = sum(weights) or 1.0
        lead: dict[int, float] = {}
        for pair, weight in zip(each, weights, strict=True):
            for place in sorted({near for holder in holders[pair] for near in (holder - 1, holder)}):
                lead[place] = lead.get(place, 0.0) + weight / total
        shares = tuple((weight / total, tuple(holders[pair])) for pair, weight in zip(each, weights, strict=True))
        wanted.append(_Wanted(shares, lead))
    return wanted


@dataclass(frozen=True, slots=True)
class _Group:
    """Neighbouring lines that may be one headline, the same as the bits of a number, and how likely its length is."""

    lines: range
    bits: int
    length: float


def _runs(waiting: Sequence[Headline]) -> list[int]:
    return sorted({headline.run for headline in waiting})


def _groups(waiting: Sequence[Headline]) -> list[_Group]:
    """Return which of the waiting lines may be one headline."""
    groups = []
    for first in range(len(waiting)):
        for end in range(first + 1, min(first + _LONGEST_GROUP, len(waiting)) + 1):
            if waiting[end - 1].run == waiting[first].run:
                length = sum(len(each.text) for each in waiting[first:end])
                unlike = max(_LEAST_LENGTH, -(((length - _USUAL_LENGTH) / _LENGTH_SPREAD) ** 2) / 2)
                groups.append(_Group(range(first, end), sum(1 << line for line in range(first, end)), unlike))
    return groups


# --- the best cut


_Body = tuple["_Body | None", int, int]
"""The body before, where this one begins, its headlines as the bits of a number."""

_Cut = tuple[float, _Body | None]


def _candidates(
    section: range, evidence: Sequence[float], between: Sequence[Sequence[Block]], wanted: Sequence[_Wanted]
) -> list[int]:
    """Return the places where a body may begin, the first of the section and its end included."""
    inner = range(section.start + 1, section.stop)
    silent = {place for place in inner if not between[place]}
    most = _CANDIDATES + _PER_HEADLINE * len(wanted)
    chosen = set(inner) - silent
    silent = {place for place in silent if evidence[place] > _HOPELESS}
    chosen.update(sorted(silent, key=lambda place: (-evidence[place], place))[:most])
    for headline in wanted:
        leading = silent & headline.lead.keys()
        chosen.update(sorted(leading, key=lambda place: (-headline.lead[place], place))[:_PER_HEADLINE])
    return sorted({section.start, section.stop, *chosen})


def _best_cut(
    places: Sequence[int],
    evidence: Sequence[float],
    lengths: Sequence[int],
    takers: Sequence[bool],
    wanted: Sequence[_Wanted],
    groups: Sequence[_Group],
    runs: Sequence[int],
) -> list[tuple[int, int]]:
    """Return where the bodies of the best cut begin and, as the bits of a number, their headlines.

    ``evidence`` and ``takers`` say for each place but the last what speaks for a beginning there, and whether a body
    from there may take a headline that waits; ``lengths`` how much text (code points) stands before each place.
    ``runs`` are the headlines that stand together, as the bits of a number.
    """
    cuts: list[dict[int, _Cut]] = [{} for _ in places]  # by the headlines used
    cuts[0] = {0: (0.0, None)}
    most = _MOST_CUTS if len(wanted) <= _MANY else _FEW_CUTS
    begins = [*evidence, 0.0]
    certain = [at for at, each in enumerate(evidence) if each >= _CERTAIN] + [len(places) - 1]
    for at, start in enumerate(places[:-1]):
        ends = slice(at + 1, min(at + _FARTHEST, certain[bisect_right(certain, at)]) + 1)
        later = cuts[ends]
        of_begins = [
            begin + _SHORT * max(1 - (length - lengths[at]) / _USUAL_BODY, 0.0)
            for begin, length in zip(begins[ends], lengths[ends], strict=True)
        ]
        choices = [(0, [_NO_HEADLINE if takers[at] else 0.0] * len(later))]
        if takers[at]:
            choices += _fits(wanted, groups, start, places[ends])
        choices = [(bits, list(map(add, of_begins, fits))) for bits, fits in choices]
        for used, (score, bodies) in sorted(cuts[at].items(), key=lambda each: (-each[1][0], each[0]))[:most]:
            for bits, of_ends in choices:
                if bits & used:
                    continue
                taken, body = used | bits, (bodies, start, bits)
                for of_end, fit in zip(later, of_ends, strict=True):
                    whole = score + fit
                    known = of_end.get(taken)
                    if known is None or whole > known[0]:
                        of_end[taken] = whole, body

    def rated(cut: tuple[int, _Cut]) -> tuple[float, int]:
        used, (score, _) = cut
        score += _UNUSED * (len(wanted) - used.bit_count()) + _UNUSED_RUN * sum(not run & used for run in runs)
        return score, -used

    found = []
    last = max(cuts[-1].items(), key=rated)[1][1]
    while last is not None:
        last, start, bits = last
        found.append((start, bits))
    return found[::-1]


def _fits(
    wanted: Sequence[_Wanted], groups: Sequence[_Group], start: int, ends: Sequence[int]
) -> list[tuple[int, list[float]]]:
    """Return for each group that may be the headline of a body from ``start`` its bits, and how well it fits."""
    fits = [headline.fits(start, ends) for headline in wanted]
    likely = []
    for group in groups:
        best = _joined([fits[line][-1] for line in group.lines]) + group.length  # a longer body has no fewer words
        if best > _UNLIKELY:
            likely.append((-best, group.bits, group))
    found = []
    for _, bits, group in sorted(likely, key=lambda each: each[:2])[:_MOST_GROUPS]:
        of_lines = [fits[line] for line in group.lines]
        joined = of_lines[0] if len(of_lines) == 1 else map(_joined, zip(*of_lines, strict=True))
        found.append((bits, [score + group.length for score in joined]))
    return found


def _joined(of_lines: Sequence[float]) -> float:
    """Weigh lines that are one headline: the best tells most, others may be said in other words."""
    best = max(of_lines)
    joined = best - max(best, _OTHER_WORDS) - _JOINED
    for score in of_lines:
        joined += max(score, _OTHER_WORDS) + _JOINED
    return joined
