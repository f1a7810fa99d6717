"""Traits of candidate pairs: what can be said of them without reading the words.

How far the two names stand apart and what stands between, what is on either side of each, how sure they are, how two
regions lie to each other, which frames have read the pair.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kg.containment import LEVELS
from kg.dates import find_dates
from kg.model import Group, Reading, Reference
from kg.money import find_amounts, find_shares
from kg.regions import is_inside
from kg.relations.pairs import KINDS, Floats, Ints, Node, Pairs

_AMOUNT, _SHARE, _DATE = range(3)
MARKS = 1 + 2 * (len(KINDS) + 3)
"""Marks of characters: none; then for each kind, sums, shares and dates, its first character and the others."""

_CLASSES = ("，", "；：", "。！？", "、", "的", "（）()", "《》“”", "\n")
"""Characters that are counted between two names, by class."""

_BEFORE = {char: number for number, char in enumerate("在向为给对与和从由被将、《“（到是有，；：。\n", start=1)}
_AFTER = {char: number for number, char in enumerate("的、《》”“（）和与，；：。是在为\n", start=1)}

_BREAK = re.compile("[；：。！？\n]")
_COMMA = re.compile("[，；：。！？\n]")
_TYPES = tuple(dict.fromkeys(kind.partition("/")[0] for kind in KINDS))
_TYPE_OF = np.array([_TYPES.index(kind.partition("/")[0]) for kind in KINDS])
_REGION = _TYPES.index("Region")
_FRAMES = "relate_frames:"


def find_marks(reading: Reading, nodes: Sequence[Node]) -> Ints:
    """Return the mark of each character of an article."""
    text = reading.article.text
    marks = np.zeros(len(text), dtype=np.int64)
    for sentence in reading.sentences:
        words = text[sentence.start : sentence.end]
        for number, values in (
            (_AMOUNT, find_amounts(words)),
            (_SHARE, find_shares(words)),
            (_DATE, find_dates(words, reading.article.date)),
        ):
            for value in values:
                _mark(marks, sentence.start + value.span.start, sentence.start + value.span.end, len(KINDS) + number)
    for node in nodes:
        _mark(marks, node.item.span.start, node.item.span.end, node.kind)
    return marks


def _mark(marks: Ints, start: int, end: int, kind: int) -> None:
    marks[start:end] = 2 + 2 * kind
    marks[start] = 1 + 2 * kind


class Traits:
    """What is known of the nodes of one article, as arrays, and the traits of pairs of them."""

    def __init__(self, reading: Reading, nodes: Sequence[Node], predicates: Sequence[str]) -> None:
        text = reading.article.text
        self.reading, self.predicates = reading, predicates
        self.starts = starts = np.array([node.item.span.start for node in nodes])
        self.ends = ends = np.array([node.item.span.end for node in nodes])
        self.groups = groups = np.array([node.group for node in nodes])
        self.where = where = np.array([node.sentence for node in nodes])
        kinds = np.array([node.kind for node in nodes])
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        self.sums = np.zeros((len(_CLASSES), len(codes) + 1), dtype=np.int64)
        for number, chars in enumerate(_CLASSES):
            found = np.isin(codes, [ord(char) for char in chars])
            np.cumsum(found, out=self.sums[number, 1:])
        breaks = np.array([-1, *(found.start() for found in _BREAK.finditer(text)), len(text)])
        commas = np.array([-1, *(found.start() for found in _COMMA.finditer(text)), len(text)])
        self.breaks = breaks
        self.opens = commas[np.searchsorted(commas, starts) - 1] + 1
        self.clause = breaks[np.searchsorted(breaks, starts) - 1] + 1
        self.closes = breaks[np.searchsorted(breaks, ends)]
        self.before = np.array([_BEFORE.get(text[at - 1] if at else "\n", 0) for at in starts])
        self.after = np.array([_AFTER.get(text[at] if at < len(text) else "\n", 0) for at in ends])
        types = np.array([_TYPE_OF[kind] for kind in kinds])
        self.types = types
        self.counts = np.zeros((len(_TYPES), len(nodes) + 1), dtype=np.int64)
        for number in range(len(_TYPES)):
            np.cumsum(types == number, out=self.counts[number, 1:])
        sentences = np.arange(len(reading.sentences))
        self.first_node = np.searchsorted(where, sentences, side="left")
        self.next_node = np.searchsorted(where, sentences, side="right")
        self.has_code = np.array([group.adcode is not None for group in reading.groups])
        self.levels = np.array(
            [LEVELS.index(group.subtype) if group.subtype in LEVELS else -1 for group in reading.groups]
        )
        sizes = np.array([len(group.mentions) for group in reading.groups])
        self.often = sizes[groups]
        heads: dict[int, int] = {}
        for at, node in enumerate(nodes):
            heads.setdefault(node.group, at)
        self.is_first = np.array([heads[node.group] == at for at, node in enumerate(nodes)])
        self.is_reference = np.array([isinstance(node.item, Reference) for node in nodes])
        self.sure = np.array([node.mention.score for node in nodes])
        self.title = np.array([_in_title(reading.article.title, reading.groups[group]) for group in groups])
        self.paragraph = self.sums[-1][starts]
        self.sentence_starts = np.array([sentence.start for sentence in reading.sentences])
        self.sentence_ends = np.array([sentence.end for sentence in reading.sentences])
        self.claimed = self._claimed()

    def of(self, pairs: Pairs) -> tuple[Floats, Ints]:
        """Return the traits [pair, trait], zeros and ones, and the ``segments`` [pair, 6]: where the stretches of text
        before, between and after begin and end."""
        first, second, place = pairs.subjects, pairs.objects, pairs.sentences
        left, right = np.minimum(first, second), np.maximum(first, second)
        same = self.where[left] == self.where[right]
        start = np.where(same, self.ends[left], self.sentence_starts[place])
        stop = np.maximum(self.starts[right], start)
        columns: list[NDArray[np.bool_]] = []
        add = columns.append
        forward = first < second
        add(forward & same)
        add(~forward & same)
        add(forward & ~same)
        add(~forward & ~same)
        back = self.where[right] - self.where[left]
        for least in (1, 2, 4, 8):
            add(back >= least)
        add(self.paragraph[left] != self.paragraph[right])
        gap = stop - start
        for size in (0, 1, 2, 3, 5, 8, 12, 20, 35, 60):
            add(gap > size)
        for sums in self.sums[:-1]:
            between = sums[stop] - sums[start]
            add(between > 0)
            add(between > 1)
        count = right - left - 1
        for size in (0, 1, 2, 4, 8):
            add(count > size)
        for end in (left, right):
            kind = self.types[end]
            between = self.counts[kind, right] - self.counts[kind, left + 1]
            add(between > 0)
            add(between > 1)
            add(between > 3)
        # A list of names: nothing but names and 、 between.
        joints = self.sums[3][stop] - self.sums[3][start]
        names = _named(self.starts, self.ends, left, right)
        add(same & (gap - names - joints == 0) & (count > 0))
        for end in (first, second):
            kind = self.types[end]
            own, of = self.first_node[self.where[end]], self.next_node[self.where[end]]
            add(self.counts[kind, of] - self.counts[kind, own] == 1)
            add(self.counts[kind, end] == self.counts[kind, own])
            own, of = self.first_node[place], self.next_node[place]
            add(self.counts[kind, of] == self.counts[kind, own])
            add(self.starts[end] == self.opens[end])
            add(self.starts[end] == self.sentence_starts[self.where[end]])
            add(self.is_reference[end])
            add(self.is_first[end])
            add(self.title[end])
            add(self.often[end] > 1)
            add(self.often[end] > 3)
            for score in (0.6, 0.75, 0.85, 0.95):
                add(self.sure[end] >= score)
            for number in range(1, len(_BEFORE) + 1):
                add(self.before[end] == number)
            for number in range(1, len(_AFTER) + 1):
                add(self.after[end] == number)
        columns += self._regions(first, second)
        out = np.zeros((len(first), len(columns) + 2 * len(self.predicates)), dtype=np.float32)
        for number, column in enumerate(columns):
            out[:, number] = column
        self._read(out[:, len(columns) :], first, second, place)
        opening = np.where(same, np.maximum(self.clause[left], self.sentence_starts[place]), start)
        closing = np.minimum(self.closes[right], self.sentence_ends[place])
        segments = np.stack(
            [
                opening, np.where(same, self.starts[left], start), start, stop, self.ends[right],
                np.maximum(closing, self.ends[right]),
            ],
            axis=1,
        )  # fmt: skip
        return out, segments

    def _regions(self, first: Ints, second: Ints) -> list[NDArray[np.bool_]]:
        has, levels = self.has_code, self.levels
        one, other = self.groups[first], self.groups[second]
        region = (self.types[first] == _REGION) & (self.types[second] == _REGION)
        both = has[one] & has[other] & region
        inward, outward = self._inside(one, other, both), self._inside(other, one, both)
        step = np.where((levels[one] >= 0) & (levels[other] >= 0), levels[one] - levels[other], 0)
        return [
            inward, outward, both & ~inward & ~outward,
            region & ~has[one], region & ~has[other], region & (step > 0), region & (step < 0), region & (step == 1),
        ]  # fmt: skip

    def _inside(self, one: Ints, other: Ints, both: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say of the rows of ``both`` whether the one group's region lies inside the other's, False of the rest."""
        out = np.zeros(len(one), dtype=bool)
        keys, where = np.unique(one[both] * len(self.has_code) + other[both], return_inverse=True)
        codes = [group.adcode or "" for group in self.reading.groups]
        pairs = [(codes[key // len(codes)], codes[key % len(codes)]) for key in keys.tolist()]
        out[both] = np.array([a != b and is_inside(a, b) for a, b in pairs], dtype=bool)[where]
        return out

    def _read(self, out: Floats, first: Ints, second: Ints, place: Ints) -> None:
        """Mark the pairs that frames have read, in this sentence and anywhere."""
        ends = self.groups[first] * len(self.has_code) + self.groups[second]
        stated = ends * len(self.sentence_starts) + place
        for column, (anywhere, here) in self.claimed.items():
            out[:, column] = np.isin(stated, here)
            out[:, len(self.predicates) + column] = np.isin(ends, anywhere)

    def _claimed(self) -> dict[int, tuple[Ints, Ints]]:
        """Return for each predicate that frames have read the pairs of groups, and those with their sentences."""
        group_of = {m.span: at for at, group in enumerate(self.reading.groups) for m in group.mentions}
        found: dict[int, tuple[list[int], list[int]]] = {}
        for claim in self.reading.claims:
            if not claim.reader.startswith(_FRAMES):
                continue  # the scorer has learned what it means that frames read a pair, and of no other reader
            if claim.predicate in self.predicates and not isinstance(claim.object, str):
                ends = group_of[claim.subject.span] * len(self.has_code) + group_of[claim.object.span]
                start = claim.evidence[0].span.start
                sentence = int(np.searchsorted(self.sentence_starts, start, side="right")) - 1
                anywhere, here = found.setdefault(self.predicates.index(claim.predicate), ([], []))
                anywhere.append(ends)
                here.append(ends * len(self.sentence_starts) + sentence)
        return {column: (np.array(anywhere), np.array(here)) for column, (anywhere, here) in sorted(found.items())}


def _in_title(title: str | None, group: Group) -> bool:
    return title is not None and any(mention.text in title for mention in group.mentions)


def _named(starts: Ints, ends: Ints, left: Ints, right: Ints) -> Ints:
    """Return how many characters between two nodes belong to other nodes."""
    sums = np.concatenate([[0], np.cumsum(ends - starts)])
    named: Ints = sums[right] - sums[left + 1]
    return named
