"""Statistics: figures with what they measure, when, and whom they are said of.

Whether a figure is one, and whose, is weighed (kg.holders). Sums that are read as the amounts of other relations and
shares held are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.claims import make_claim
from kg.cues import Cues
from kg.dates import Date
from kg.figures import AND, Candidate, Figure, candidates, figures_of
from kg.frames import mention_of
from kg.holders import Holders
from kg.modality import Meanings
from kg.model import Claim, Qualifier, Reading, Reference, Span
from kg.protocols import Stage
from kg.quantities import find_quantities
from kg.registry import declare
from kg.schema import TEXT, Schema
from kg.topics import ASIDE, DATE, Item, Masked, Topics

_NAME, _PREDICATE = "relate_statistics", "statistic"
_OF_AN_INDUSTRY = "developsIndustry"
"""The relation whose amount is a figure of the industry too (产业产值达430亿元), and no sum that changes hands."""

_ADVERBS = "(?:[、和]|同比|环比|年均|分别|名义|实际|累计|约|净|均|再)*+"
_GROWTH = re.compile(
    rf"{_ADVERBS}(?:[较比][^，]{{1,12}}?{_ADVERBS}){{0,2}}"  # two at most, lest 较一较一… be cut in 2^n ways
    r"(?:增长|下降|增加|减少|上升|提高|增|降|增幅|降幅|上涨|下跌|回落|扩大|提升|下滑)"
)
"""Growth is growth of what was measured before it: 出口30亿元，同比增长5% → 出口同比增长."""

_HEAD = re.compile(r"(?:[、，和及与的并且共已将还又也仅；;：。]|其中|同时|此外|目前|截至|累计|以及)*")
_TAIL = re.compile(
    r"(?:已经|已|将|共|累计|总计|合计|仅|就|均|都|(?<![签节履])约|也|可|(?<![产功性智职储])能|分别|首次|历史性|预计|有望|力争|超额|再次|更是|则|人民币)*+"
    r"(?:超过|突破|达到|达|为|是|(?<!拥)有|高达|可达|至|到|了|在)*+$"
)
_OF_THE_NATION = re.compile("(?:国内|我国)")
"""Words that open a clause about more than any place or firm in it."""

_LEVELS = {"全县": "county", "全乡": "township", "全镇": "township", "全村": "village"}
"""Words that say of which level the place is that a figure is about."""

_SHARES_HELD = re.compile(r"持股|股权|股份|持有|占股|[^坚维保支]持$")
_OUTLAY = re.compile(r"(?<![总成计外])(?:投资|出资|增资|注资)(?:人民币)?$")
_DATES, _CUES = 3, 200
"""How many time expressions before a figure are looked at, and how many characters for signs of a plan."""

_GOVERNORS = ("对", "由", "向")
_COMPARED = frozenset("比较由与")


@declare(needs=("sentences", "mentions", "groups", "references"), adds=("claims",))
def make(*, schema: Schema, min_score: float = 0.4) -> Stage:
    """Read figures with what they measure; those whose holder is less likely than ``min_score`` are left out."""
    predicate = schema.predicates.get(_PREDICATE)
    types = predicate.domain if predicate is not None and TEXT in predicate.range else frozenset()
    cues = Cues(schema)

    def read(reading: Reading) -> Reading:
        return replace(reading, claims=(*reading.claims, *_claims(reading, types, cues, min_score)))

    def relate_statistics(batch: Sequence[Reading], /) -> list[Reading]:
        return [read(reading) for reading in batch] if types else list(batch)

    return relate_statistics


@dataclass(frozen=True, slots=True)
class _Statistic:
    """A figure of a sentence, what it measures, whom it is said of, and how likely that is."""

    figure: Figure
    indicator: str
    holders: tuple[Item, ...]
    score: float


def _claims(reading: Reading, types: frozenset[str], cues: Cues, min_score: float) -> Iterator[Claim]:
    topics = Topics(reading, types)
    holders = Holders(topics)
    sums = relation_sums(reading)
    meanings = Meanings(reading, cues)
    text = reading.article.text
    for number, span in enumerate(reading.sentences):
        quantities = find_quantities(text[span.start : span.end])
        if quantities:
            sentence = topics.sentence(number)
            for statistic in _statistics(holders, number, figures_of(topics, number, quantities), sums):
                if statistic.score >= min_score:
                    yield from _claim(topics, sentence, statistic, meanings)


def relation_sums(reading: Reading) -> frozenset[tuple[Span, str]]:
    """Return the sums read as amounts of relations, with their sentences: 授信5亿元 is no statistic."""
    return frozenset(
        (claim.evidence[0].span, qualifier.text)
        for claim in reading.claims
        if claim.predicate != _OF_AN_INDUSTRY
        for qualifier in claim.qualifiers
        if qualifier.name == "amount"
    )


def _statistics(
    holders: Holders, number: int, figures: Sequence[Figure], sums: frozenset[tuple[Span, str]]
) -> Iterator[_Statistic]:
    """Yield the figures of a sentence that somebody may hold, in order."""
    topics = holders.topics
    sentence = topics.sentence(number)
    found = candidates(topics, number)
    measured, changed = "", False
    for figure in figures:
        quantity, start = figure.quantity, figure.quantity.span.start
        holder, score = None, 0.0
        if (sentence.span, quantity.text) not in sums:
            holder, score = holders.weigh(number, figure, found)
        before = "" if figure.joined else _plain(sentence, figure.begin, start, _named_until(sentence, figure, holder))
        indicator = before + figure.noun if quantity.kind == "count" or not before else before
        if figure.changes:
            measured, changed = before.rstrip("从由的") or measured, True
            indicator = measured
        elif changed and _GROWTH.match(indicator):
            indicator, changed = measured, False
        elif _GROWTH.match(indicator) or not indicator:
            indicator, changed = _joined(measured, indicator, sentence.words), False
        else:
            measured, changed = indicator, False
        if holder is None or not indicator or _is_of_another_level(indicator, holder):
            continue
        if not _is_other_fact(sentence, figure, holder):
            yield _Statistic(figure, indicator, _all_holders(topics, sentence, figures, figure, holder), score)


def _joined(measured: str, growth: str, words: str) -> str:
    """Return what is measured with the words of its growth behind it; what it says already is not said twice.

    What it is put together of stands in ``words`` in this order.

    >>> _joined("带动年均增收", "年均增收", "带动1.2万户年均增收5000元以上")
    '带动年均增收'
    >>> _joined("产值", "同比增长", "产值5亿元，同比增长3%")
    '产值同比增长'
    """
    if growth in measured:
        return measured
    shared = next(length for length in range(len(growth), -1, -1) if measured.endswith(growth[:length]))
    joined, rest = measured + growth[shared:], iter(words)
    return joined if all(character in rest for character in joined) else growth


def _is_other_fact(sentence: Masked, figure: Figure, holder: Candidate) -> bool:
    """Say whether the figure is the share or the amount of a relation, or what a change began with, which counts only
    with a date of its own, or whom something is done to, or is the nation's: 持股20%, a firm that 投资5亿元 in
    something, 从5家增加到8家, 对4家企业进行培训, 国内游客出游总花费5.75万亿元."""
    quantity = figure.quantity
    words = sentence.words[figure.begin : quantity.span.start]
    if quantity.unit in ("%", "％") and _SHARES_HELD.search(words + figure.noun):
        return True
    if quantity.kind == "money" and holder.group.type == "Organization" and _OUTLAY.search(words):
        return True
    nation = _OF_THE_NATION.match(sentence.words, sentence.clause_start(quantity.span.start), quantity.span.start)
    if nation and _is_place(holder):
        return True
    if quantity.kind == "count" and figure.place == "before" and words.endswith(_GOVERNORS):
        return True
    dated = any(date.span.start >= figure.begin for date in sentence.dates_before(quantity.span.start))
    return figure.changes and not dated


def _is_place(holder: Candidate) -> bool:
    """Say whether a holder is a region inside a country, to which the nation's figures do not belong."""
    return holder.group.type == "Region" and holder.group.subtype != "country"


def _is_of_another_level(indicator: str, holder: Candidate) -> bool:
    """Say whether an indicator is the nation's (国内…) or of a level of divisions (全县…) that the holder is not of."""
    if holder.group.type != "Region":
        return False
    level = _LEVELS.get(indicator[:2], holder.group.subtype)
    return level != holder.group.subtype or (_is_place(holder) and _OF_THE_NATION.match(indicator) is not None)


def _named_until(sentence: Masked, figure: Figure, holder: Candidate | None) -> int:
    """Return where the words of the topic or the holder end, if they stand before the figure in its clause."""
    start = figure.quantity.span.start
    ends = [figure.topic.end] if figure.topic is not None else []
    if holder is not None:
        ends += [end for _, end, _ in holder.here]
    return max((end for end in ends if end <= start), default=0)


def _all_holders(
    topics: Topics, sentence: Masked, figures: Sequence[Figure], figure: Figure, holder: Candidate
) -> tuple[Item, ...]:
    """Return whom the figure is said of: of a list of names its own in a list of figures, or all of them with 均.

    甲、乙分别增长5%和6%: 5% is said of 甲; 甲、乙均超过5%: of both.
    """
    before = [item for begin, _, item in holder.here if begin < figure.quantity.span.start]
    own = (before[-1] if before else holder.item,)
    listed = figure.topic.items if figure.topic is not None else ()
    if len(listed) < 2 or all(topics.group.get(mention_of(item).span) != holder.group for item in listed):
        return own
    first = last = figure.index
    while first and _is_listed(sentence, figures[first - 1], figures[first]):
        first -= 1
    while last + 1 < len(figures) and _is_listed(sentence, figures[last], figures[last + 1]):
        last += 1
    if last - first + 1 == len(listed):
        return (listed[figure.index - first],)
    return listed if re.search("[均都各]", sentence.words[figure.begin : figure.quantity.span.start]) else own


def _is_listed(sentence: Masked, left: Figure, right: Figure) -> bool:
    between = sentence.masked[left.quantity.span.end : right.quantity.span.start]
    return left.quantity.kind == right.quantity.kind and between in AND


def _plain(sentence: Masked, start: int, end: int, named: int) -> str:
    """Return the words of a stretch without time expressions, asides, the names before and what only leads over."""
    start = max(start, named)
    pairs = zip(sentence.words[start:end], sentence.masked[start:end], strict=True)
    words = "".join(word for word, mask in pairs if mask not in (DATE, ASIDE))
    return _TAIL.sub("", _HEAD.sub("", words, count=1)).strip('“”" 《》')


def _claim(topics: Topics, sentence: Masked, statistic: _Statistic, meanings: Meanings) -> Iterator[Claim]:
    quantity = statistic.figure.quantity
    start = quantity.span.start
    dates = [
        date
        for date in sentence.dates_before(start)[-_DATES:]
        if _is_its_own(sentence, date) or (statistic.figure.changes and date.span.start >= statistic.figure.begin)
    ]
    at = sentence.span.start
    meaning = meanings.read(_PREDICATE, sentence.span, at + start, at + quantity.span.end)
    if meaning is None:
        return
    qualifiers = [
        Qualifier("indicator", statistic.indicator),
        Qualifier("value", quantity.text, quantity.normal),
        *(Qualifier("date", date.text, date.normal) for date in dates[-1:]),
    ]
    for item in statistic.holders:
        evidence = [sentence.span, topics.sentence_of(item.span)]
        if isinstance(item, Reference):
            evidence.append(topics.sentence_of(item.mention.span))
        yield make_claim(
            topics.reading.article,
            mention_of(item),
            _PREDICATE,
            quantity.text,
            evidence=list(dict.fromkeys(evidence)),
            qualifiers=qualifiers,
            modality=meaning[0],
            reader=f"{_NAME}:holders",
            score=round(statistic.score, 4),
        )


def _is_its_own(sentence: Masked, date: Date) -> bool:
    """Say whether a time expression dates the figure and not what it is compared with: 比上年, 由2006年的."""
    before = sentence.words[max(0, date.span.start - 1) : date.span.start]
    return before not in _COMPARED and not date.text.startswith("从")
