"""Statistics: figures with what they measure, when, and whom they are said of.

A figure counts as the predicate or the object of its clause (产值达430亿元, 引进企业350家, 建成126个产业园) and, before
的, where a word for a quantity precedes it and its holder follows (总投资5亿元的云岭产业园). Counts named in passing
(由8家企业组成), lengths of time, shares held, the first figure of a change (从5家增加到8家) and sums that a firm lays
out, which are the amounts of other facts, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.claims import make_claim
from kg.cues import Cues
from kg.dates import Date
from kg.frames import mention_of
from kg.model import Claim, Qualifier, Reading, Reference
from kg.protocols import Stage
from kg.quantities import Quantity, find_quantities
from kg.registry import declare
from kg.schema import TEXT, Schema
from kg.topics import ASIDE, DATE, NAMES, Item, Masked, Topic, Topics

_NAME, _PREDICATE = "relate_statistics", "statistic"
_OF_AN_INDUSTRY = "developsIndustry"
"""The relation whose amount is a figure of the industry too (产业产值达430亿元), and no sum that changes hands."""

_WAYS = {"own": 0.8, "word": 0.85, "clause": 0.75, "sentence": 0.7, "nation": 0.65, "inside": 0.6}
_BEFORE_ITS_NOUN = 0.8
"""How often the holder is the one that each way of finding it gives, and what it costs where the figure stands before
its noun; measured on annotated news."""

_MASKED = re.compile("[\ue000-\uf8ff]")
_ENDS = frozenset("，；：。！？、\n）)”;和及 " + ASIDE)
_AND = ("、", "和", "及", "以及", "与")
_NOUN = re.compile(r"(?:(?![和及与]\d)[^，；：。！？、\n的\d（(]){0,14}")
_GROWTH = re.compile(
    r"(?:[、和]|(?:较|比)[^，]{1,12}|同比|环比|年均|分别|名义|实际|累计|约|净|均|再)*"
    r"(?:增长|下降|增加|减少|上升|提高|增|降|增幅|降幅|上涨|下跌|回落|扩大|提升|下滑)"
)
"""Growth is growth of what was measured before it: 出口30亿元，同比增长5% → 出口同比增长."""

_CHANGES = re.compile(
    r"(?:上|下|大幅)?(?:增长|增加|升|降|提高|提升|上涨|下调|下降|减少|缩短|缩小|收窄|变更|扩大|压缩|增|减|涨|跌|升级|上升"
    r"|跃升|提|缩|调整)[到至为]"
)
_HEAD = re.compile(r"(?:[、，和及与的并且共已将还又也仅；;：。]|其中|同时|此外|目前|截至|累计|以及)*")
_TAIL = re.compile(
    r"(?:已经|已|将|共|累计|总计|合计|仅|就|均|都|(?<![签节履])约|也|可|(?<![产功性智职储])能|分别|首次|历史性|预计|有望|力争|超额|再次|更是|则|人民币)*"
    r"(?:超过|突破|达到|达|为|是|(?<!拥)有|高达|可达|至|到|了|在)*了?$"
)
_IN_PASSING = frozenset("的对和批括上现市区由给在按将向从每”等县")
"""Characters before a count and its noun that make neither predicate nor object of it."""

_SHARES_HELD = re.compile(r"持股|股权|股份|持有|占股|[^坚维保支]持$")
_OUTLAY = re.compile(r"(?<![总成计外])(?:投资|出资|增资|注资)(?:人民币)?$")
_MEASURE = re.compile(r"投资|额|值|量|面积|规模|资本|资金|收入|长|容|产|占地|里程|人口|功率|能力|距离|达")
_DATES, _CUES = 3, 200
"""How many time expressions before a figure are looked at, and how many characters for signs of a plan."""

_COMPARED = frozenset("比较由与")


@declare(needs=("sentences", "mentions", "groups", "references"), adds=("claims",))
def make(*, schema: Schema, min_score: float = 0.5) -> Stage:
    """Read figures with what they measure; those scored below ``min_score`` are left out."""
    predicate = schema.predicates.get(_PREDICATE)
    types = predicate.domain if predicate is not None and TEXT in predicate.range else frozenset()
    cues = Cues(schema)

    def read(reading: Reading) -> Reading:
        claims = [claim for claim in _claims(reading, types, cues) if claim.score >= min_score]
        return replace(reading, claims=(*reading.claims, *claims))

    def relate_statistics(batch: Sequence[Reading], /) -> list[Reading]:
        return [read(reading) for reading in batch] if types else list(batch)

    return relate_statistics


@dataclass(frozen=True, slots=True)
class _Statistic:
    """A figure of a sentence, what it measures, and whom it is said of."""

    figure: Quantity
    indicator: str
    holders: tuple[Item, ...]
    topic: Topic
    place: str


def _claims(reading: Reading, types: frozenset[str], cues: Cues) -> Iterator[Claim]:
    text = reading.article.text
    topics = Topics(reading, types)
    sums = {
        (claim.evidence[0].span, qualifier.text)
        for claim in reading.claims
        if claim.predicate != _OF_AN_INDUSTRY
        for qualifier in claim.qualifiers
        if qualifier.name == "amount"
    }
    for number, span in enumerate(reading.sentences):
        figures = find_quantities(text[span.start : span.end])
        if figures:
            for statistic in _statistics(topics, number, figures):
                if (span, statistic.figure.text) in sums:
                    continue  # 授信5亿元, read as the amount of a relation
                yield from _claim(topics, topics.sentence(number), statistic, cues)


def _statistics(topics: Topics, number: int, figures: Sequence[Quantity]) -> Iterator[_Statistic]:
    """Yield the figures of a sentence that are statistics, in order."""
    sentence = topics.sentence(number)
    shown = [figure for figure in figures if not _MASKED.search(sentence.masked, figure.span.start, figure.span.end)]
    last, measured, taken, changed = 0, "", False, False
    for index, figure in enumerate(shown):
        start, end = figure.span.start, figure.span.end
        joined = taken and sentence.masked[last:start].endswith(_AND) and sentence.clause_start(start) <= last
        segment = max(sentence.clause_start(start), last)
        last = end
        topic: Topic | None = topics.find(number, start)
        place = _place(sentence, end)
        before = "" if joined else _plain(sentence, segment, start, topic)
        noun = _NOUN.match(sentence.words, end) if place == "before its noun" else None
        if figure.kind == "duration" or _CHANGES.match(sentence.words, end):
            measured, changed = before.rstrip("从由") or measured, True
            continue
        indicator = before + (noun[0] if noun else "") if figure.kind == "count" or not before else before
        if changed and _GROWTH.match(indicator):
            indicator = measured
        elif _GROWTH.match(indicator) or not indicator:
            indicator = measured + indicator
        else:
            measured = indicator
        changed = False
        taken = joined or not _is_in_passing(sentence, figure, place, before)
        words = sentence.words[segment:start]
        if not taken or _is_other_fact(words, figure, topic, noun[0] if noun else ""):
            continue
        if place == "attribute":
            topic = topics.after(number, end + 1) if _MEASURE.search(before) else None
        holders = _holders(sentence, shown, index, words, topic)
        if topic is not None and holders and indicator:
            yield _Statistic(figure, indicator, holders, topic, place)


def _place(sentence: Masked, end: int) -> str:
    """Return how a figure that ends there stands: at the end of its phrase, before its noun, or as an attribute."""
    following = sentence.masked[end : end + 1]
    if following == "的":
        return "attribute"
    return "end" if not following or following in _ENDS else "before its noun"


def _is_in_passing(sentence: Masked, figure: Quantity, place: str, before: str) -> bool:
    """Say whether the figure is neither predicate nor object: 由8家企业组成, 广东21个地市, 占比20%的股份."""
    if place == "attribute":
        return figure.kind in ("share", "count")
    if place == "end" or figure.kind != "count":
        return False
    previous = sentence.masked[figure.span.start - 1 : figure.span.start]
    return not before or previous in _IN_PASSING or re.match(f"[{NAMES}]", previous) is not None


def _is_other_fact(words: str, figure: Quantity, topic: Topic | None, noun: str) -> bool:
    """Say whether the figure is the share or the amount of a relation: 持股20%, a firm that 投资5亿元 in something."""
    if figure.unit in ("%", "％") and _SHARES_HELD.search(words + noun):
        return True
    firm = topic is not None and topic.items and mention_of(topic.items[0]).type == "Organization"
    return bool(firm and figure.kind == "money" and _OUTLAY.search(words))


def _holders(
    sentence: Masked, figures: Sequence[Quantity], index: int, words: str, topic: Topic | None
) -> tuple[Item, ...]:
    """Return whom the figure is said of: of a list of names its own in a list of figures, all of them with 均, or none.

    甲、乙分别增长5%和6%: 5% is said of 甲; 甲、乙均超过5%: of both.
    """
    names = topic.items if topic is not None else ()
    if len(names) < 2:
        return names
    first = last = index
    while first and index - first <= len(names) and _is_listed(sentence, figures[first - 1], figures[first]):
        first -= 1
    while last + 1 < len(figures) and last - index <= len(names) and _is_listed(sentence, *figures[last : last + 2]):
        last += 1
    if last - first + 1 == len(names):
        return (names[index - first],)
    return names if re.search("[均都各]", words) else ()


def _is_listed(sentence: Masked, left: Quantity, right: Quantity) -> bool:
    return left.kind == right.kind and sentence.masked[left.span.end : right.span.start] in _AND


def _plain(sentence: Masked, start: int, end: int, topic: Topic | None) -> str:
    """Return the words of a stretch without time expressions, asides, the topic's name and what only leads over."""
    start = max(start, topic.end) if topic is not None else start
    pairs = zip(sentence.words[start:end], sentence.masked[start:end], strict=True)
    words = "".join(word for word, mask in pairs if mask not in (DATE, ASIDE))
    return _TAIL.sub("", _HEAD.sub("", words, count=1)).strip('“”" ')


def _claim(topics: Topics, sentence: Masked, statistic: _Statistic, cues: Cues) -> Iterator[Claim]:
    figure, topic = statistic.figure, statistic.topic
    start = figure.span.start
    dates = [date for date in sentence.dates_before(start)[-_DATES:] if _is_its_own(sentence, date)]
    meaning = cues.read(sentence.words[max(0, start - _CUES) : figure.span.end], dates[-1:])
    if meaning is None:
        return
    qualifiers = [
        Qualifier("indicator", statistic.indicator),
        Qualifier("value", figure.text, figure.normal),
        *(Qualifier("date", date.text, date.normal) for date in dates[-1:]),
    ]
    score = _WAYS[topic.way] * (_BEFORE_ITS_NOUN if statistic.place == "before its noun" else 1.0)
    for item in statistic.holders:
        evidence = [sentence.span]
        if topic.sentence is not None:
            evidence.append(topic.sentence)
        if isinstance(item, Reference):
            evidence.append(topics.sentence_of(item.mention.span))
        yield make_claim(
            topics.reading.article,
            mention_of(item),
            _PREDICATE,
            figure.text,
            evidence=list(dict.fromkeys(evidence)),
            qualifiers=qualifiers,
            # a figure is there or is aimed at; what 正在 and 未 say in such a sentence is said of something else
            modality="planned" if meaning[0] == "planned" else "done",
            reader=f"{_NAME}:{topic.way}",
            score=round(score * (item.score if isinstance(item, Reference) else 1.0), 4),
        )


def _is_its_own(sentence: Masked, date: Date) -> bool:
    """Say whether a time expression dates the figure and not what it is compared with: 比上年, 由2006年的."""
    before = sentence.words[max(0, date.span.start - 1) : date.span.start]
    return before not in _COMPARED and not date.text.startswith("从")
