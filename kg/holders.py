"""Who holds a figure: the names that may, and nobody, with what speaks for each.

A figure is said of a name in its sentence, of one carried on from the sentences before, or is no statistic at all. What
stands around the figure and around each name are features; their weights are log-odds fitted to annotated articles
(data/scripts/fit_holders.py). The odds of all who may hold a figure, nobody among them, are made to sum up to one.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.figures import Candidate, Figure, group_of
from kg.frames import mention_of
from kg.model import Group, Reference
from kg.topics import ASIDE, DATE, NAMES, SOURCE, SPEAKS, Item, Masked, Topics
from kg.weighing import weights

_NAME = re.compile(f"[{NAMES}]")
_MASKED = re.compile("[\ue000-\uf8ff]")
_LEAD = re.compile(
    "(?:其中|据悉|据了解|据介绍|据统计|同时|此外|另外|因此|为此|对此|随后|而|但|作为|至此|截至|截止|也|还|以来|仅|与此同时|"
    "数据显示|统计显示|由|在|从|以|被|到|通过|自|至|：|—|[\\s“‘”’《》、\uf8f1\uf8f2])*"
)
"""What may stand before the name that opens a clause."""

_WORD = re.compile(
    r"全[省市县区州旗镇乡村]|该[省市县区州镇乡村]|当地|[本我][省市县区国]|园区|开发区|高新区|新区|示范区|项目|工程|平台|基金|线路|基地|一期|二期"
    r"|全线|高铁|铁路|大桥|公司|企业|集团|医院|[该我本][行校院厂社]|学校|合作社|我们|全国|全球|世界|中国|各地|行业|产业"
)
"""Words of a clause that tell what kind of holder it has."""

_TAIL = re.compile(
    r"(?:已经|已|将|共|累计|总计|合计|仅|就|均|都|(?<![签节履])约|也|可|分别|首次|历史性|预计|有望|力争|超额|再次|更是|则|人民币)*+"
    r"(?:超过|突破|达到|达|为|是|(?<!拥)有|高达|可达|至|到|了|在)*+$"
)
"""What leads over from the words for a quantity to its figure, with loops that give nothing back: 达到达到…"""

_NEAR, _SPEECH = 10, 60
"""How many characters before a figure are read in pairs, and behind a name are searched for words of speech."""

_CARRIED = 3
"""For how many sentences it is remembered who held the figure before."""


@dataclass(frozen=True, slots=True)
class Held:
    """Who held the figure before (None: nobody), how many sentences ago, and where that figure ended."""

    group: str | None
    sentences: int
    end: int


class Holders:
    """Who holds the figures of one article, which are asked for in text order."""

    def __init__(self, topics: Topics) -> None:
        self.topics = topics
        self._most = max(
            (len(group.mentions) for group in topics.reading.groups if group.type in topics.types), default=0
        )
        title = topics.reading.article.title or ""
        self._titled = {
            group.id for group in topics.reading.groups if any(mention.text in title for mention in group.mentions[:5])
        }
        self._held: tuple[str | None, int, int] | None = None

    def weigh(self, number: int, figure: Figure, found: Sequence[Candidate]) -> tuple[Candidate | None, float]:
        """Return the likeliest holder of a sentence's figure and its probability."""
        odds = weights("holder")
        rows = self.features(number, figure, found)
        chances = probabilities([sum(odds.get(feature, 0.0) for feature in row) for row in rows])
        best = max(range(1, len(rows)), key=chances.__getitem__, default=0)
        self.remember(number, figure, found[best - 1] if best and chances[best] > chances[0] else None)
        return (found[best - 1], chances[best]) if best else (None, 0.0)

    def remember(self, number: int, figure: Figure, holder: Candidate | None) -> None:
        """Keep who holds a figure, as the next are likely to have the same holder."""
        self._held = (holder.group.id if holder is not None else None, number, figure.quantity.span.end)

    def features(self, number: int, figure: Figure, found: Sequence[Candidate]) -> list[list[str]]:
        """Return what speaks for nobody, then what speaks for each candidate."""
        held = None
        if self._held is not None and number - self._held[1] <= _CARRIED:
            held = Held(self._held[0], number - self._held[1], self._held[2])
        sentence = self.topics.sentence(number)
        view = _View(self.topics, sentence, figure, held)
        rows = [view.nobody(any(candidate.here for candidate in found))]
        for candidate in found:
            group = candidate.group
            count = ("most " if len(group.mentions) == self._most else "") + str(min(len(group.mentions), 4))
            row = view.holder(candidate)
            row.append(f"often {count} {group.type}")
            if group.id in self._titled:
                row.append(f"in the title {group.type}")
            rows.append(row)
        return rows


@dataclass(frozen=True, slots=True)
class _Clause:
    """Where the figure's clause begins, the words for its quantity and the noun behind it with names masked, its words
    that tell the kind of holder, and where the nearest names stand."""

    start: int
    tail: str
    noun: str
    said: tuple[str, ...]
    named: str


class _View:
    """What is seen from one figure."""

    def __init__(self, topics: Topics, sentence: Masked, figure: Figure, held: Held | None) -> None:
        self._topics, self._sentence, self._figure, self._held = topics, sentence, figure, held
        at, end = figure.quantity.span.start, figure.quantity.span.end
        start = sentence.clause_start(at)
        self._clause = _Clause(
            start,
            _TAIL.sub("", _shown(sentence.masked[figure.begin : at])).rstrip('“”" '),
            _shown(sentence.masked[end : end + len(figure.noun)]),
            tuple(sorted({word[0] for word in _WORD.finditer(_MASKED.sub("@", sentence.masked[start:at]))})),
            "named" if sentence.count(start, at) else "named before" if sentence.count(0, at) else "unnamed",
        )

    def nobody(self, named: bool) -> list[str]:
        """Return what speaks for the figure being no statistic, or one; ``named``: its sentence has names."""
        figure, masked, held = self._figure, self._sentence.masked, self._held
        kind, unit, place = figure.quantity.kind, figure.quantity.unit or "-", figure.place
        start, end = figure.quantity.span.start, figure.quantity.span.end
        tail, clause = self._clause.tail, self._clause.start
        signs = [
            "nobody",
            f"kind {kind} {place}",
            f"unit {unit}",
            f"unit {unit} {place}",
            f"tail {tail[-2:]}",
            f"tail {tail[-1:]} {place}",
            f"left {_shown(masked[max(0, start - 2) : start])}",
            f"left {_shown(masked[max(0, start - 1) : start])} {kind}",
            f"right {_shown(masked[end : end + 2])}",
            f"right {_shown(masked[end : end + 1])} {place}",
            f"topic {figure.topic.way if figure.topic is not None else 'none'} {place}",
            f"first {figure.index == 0} {place}",
            f"clause {_shown(masked[clause : clause + 2])}",
            f"sentence {_shown(masked[:2])}",
        ]
        if not tail:
            signs.append(f"no tail {place} {kind}")
        noun = self._clause.noun
        if noun:
            signs += [f"noun {noun[:2]}", f"noun {noun[-2:]}"]
        if figure.changes:
            signs.append("changes")
        if figure.joined:
            signs.append("joined")
        if held is not None:
            signs.append(f"before {'held' if held.group else 'nobody'} {min(held.sentences, 2)} {figure.joined}")
        near = _shown(masked[max(figure.begin, start - _NEAR) : start])
        signs += dict.fromkeys(f"near {near[at : at + 2]}" for at in range(len(near) - 1))
        if not named:
            signs.append("no name here")
        return signs

    def holder(self, candidate: Candidate) -> list[str]:
        """Return what speaks for a name holding the figure."""
        group, figure, clause = candidate.group, self._figure, self._clause
        type_, at = group.type, figure.quantity.span.start
        subtype = f"{type_}/{group.subtype}" if group.subtype else type_
        signs = [
            f"is {subtype}",
            f"is {type_} {figure.place} {figure.quantity.kind}",
            f"is {type_} of {clause.tail[-2:]}",
            f"is {type_} of {clause.tail[-1:]}",
            f"is {type_} in {figure.quantity.unit}",
        ]
        if clause.noun:
            signs.append(f"is {type_} noun {clause.noun[-2:]}")
        for word in clause.said:
            signs.append(f"said {word} {subtype}")
            if group.name.endswith(word):
                signs.append("said its end")
        signs += self._as_topic(candidate)
        signs += self._as_before(group)
        before = [place for place in candidate.here if place[1] <= at]
        after = [place for place in candidate.here if place[0] >= at]
        if before:
            signs += self._before(type_, before)
        elif after:
            signs += self._after(type_, after[0][0])
        else:
            signs += [f"{sign} {seen}" for sign in candidate.back for seen in (type_, clause.named)]
            signs.append(f"back is {subtype}")
        return signs

    def _as_topic(self, candidate: Candidate) -> list[str]:
        topic, figure = self._figure.topic, self._figure
        if topic is None or not any(group_of(self._topics, item) is candidate.group for item in topic.items):
            return [f"other topic {topic.way if topic is not None else 'none'} {'here' if candidate.here else 'back'}"]
        signs = [f"topic {topic.way}", f"topic {topic.way} {candidate.group.type}", f"topic {topic.way} {figure.place}"]
        return [*signs, "topic of several"] if len(topic.items) > 1 else signs

    def _as_before(self, group: Group) -> list[str]:
        held = self._held
        if held is None:
            return []
        way = "as" if held.group == group.id else "not as" if held.group else "after nobody"
        start = self._clause.start
        if held.sentences:
            fresh = "new"
        elif held.end > start:
            fresh = "same"
        else:
            fresh = "opened" if self._sentence.count(start, start + 3) else "next"
        said = f"{way} before {min(held.sentences, 2)}"
        return [said, f"{said} {self._figure.joined} {fresh}"]

    def _before(self, type_: str, places: Sequence[tuple[int, int, Item]]) -> list[str]:
        """Return what is seen of a name that stands before the figure; the nearest place counts."""
        sentence, at = self._sentence, self._figure.quantity.span.start
        masked = sentence.masked
        begin, end, item = places[-1]
        clauses = bisect_left(sentence.breaks, at) - bisect_left(sentence.breaks, end)
        names = min(sentence.count(end, at), 3)
        opens = self._opens(begin)
        here = f"here {min(clauses, 3)}"
        signs = [
            f"{here} {type_}",
            f"{here} names {names}",
            f"{here} opens {opens} {type_}",
            f"{here} opens {opens} names {names}",
            f"{here} left {_shown(masked[max(0, begin - 1) : begin])}",
            f"{here} right {_shown(masked[end : end + 1])}",
            f"{here} right {_shown(masked[end : end + 2])}",
            f"{here} place {self._figure.place}",
        ]
        speech = min(sentence.clause_end(end), end + _SPEECH)
        if SPEAKS.search(masked, end, speech) or SOURCE.search(masked, max(0, begin - 12), begin):
            signs.append(f"speaks {min(clauses, 2)}")
        if clauses == 0:
            signs.append(f"gap {min((at - end) // 3, 6)}")
            if "的" in masked[end:at]:
                signs.append(f"gap of {type_}")
            if _NAME.match(masked, end):
                signs.append(f"beside {type_} {self._type_at(end)}")
            elif masked[end : end + 1] == "的" and _NAME.match(masked, end + 1):
                signs.append(f"of {type_} {self._type_at(end + 1)}")
        elif "；" in masked[end:at]:
            signs.append("over ；")
        if isinstance(item, Reference):
            signs.append("reference")
        if self._opens(places[0][0]) and not sentence.count(0, places[0][0]):
            signs.append(f"first of the sentence {type_}")
        return signs

    def _after(self, type_: str, begin: int) -> list[str]:
        sentence, quantity = self._sentence, self._figure.quantity
        same = sentence.clause_end(quantity.span.start) >= begin
        return [
            f"after {same} {min(begin - quantity.span.end, 8)} {self._figure.place}",
            f"after {same} {type_}",
            f"after left {_shown(sentence.masked[begin - 2 : begin])} {same}",
        ]

    def _opens(self, begin: int) -> bool:
        lead = _LEAD.match(self._sentence.masked, self._sentence.clause_start(begin), begin)
        return lead is not None and lead.end() == begin

    def _type_at(self, at: int) -> str:
        return next((mention_of(item).type for _, _, item in self._sentence.between(at, at + 1)), "-")


_SIGNS: Mapping[int, str] = {
    **dict.fromkeys(range(0xE000, 0xE010), "@"),
    ord(DATE): "#",
    ord(ASIDE): "*",
}


def _shown(masked: str) -> str:
    """Return masked words with one sign for any name, one for dates and one for asides."""
    return masked.translate(_SIGNS)


def probabilities(odds: Sequence[float]) -> list[float]:
    """Return log-odds as probabilities that sum up to one."""
    most = max(odds)
    raised = [math.exp(value - most) for value in odds]
    total = sum(raised)
    return [value / total for value in raised]
