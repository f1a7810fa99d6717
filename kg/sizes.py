"""The size of what is developed or set up: output value and firms of an industry, volume of a fund or works.

Only figures that the name touches are taken, so that no figure of another thing is: 电机产业年产值达430亿元,
千亿级电机产业集群, 年产值近千亿元的服装产业, 电机企业近300家; 母基金首期规模100亿元, 总投资3亿元的二期项目.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.model import Mention, Normal, Qualifier, Span
from kg.money import find_amounts, read_numeral
from kg.quantities import find_quantities
from kg.schema import Predicate

_WORD = "(?:(?![和与及])[一-鿿])"
"""A character of a name in a list: what joins the names is none, so that a list can be cut in one way only."""

_CHAIN = r"(?:产业集群|产业链|产业|行业|集群|领域|制造|加工)?"
"""What may follow a branch inside its name."""

_REACHED = r"(?:已经|已|将|预计|有望|力争|累计|就)*+(?:实现|超过|突破|达到|达|为|至|到|增至|增长到|提升至|约)*+"
"""What leads over to a figure; the loops give nothing back, as 达到达到… is read in 2^n ways (达到, or 达 and 到)."""

_VALUE = (
    r"(?:年|年度|工业|产业|综合|全年|全产业链|全口径|集群|主营|主营业务|营业|销售|经营|生产|市场|链条){0,3}总?"
    r"(?:产值|规模|营收|收入|增加值|销售额|销售收入|交易额|产值规模)"
)
_VALUE_BEHIND = re.compile(rf"{_CHAIN}的?(?:核心产业)?(?:实现)?{_VALUE}{_REACHED}")
"""Between an industry and its output value: 电机|产业年产值达|430亿元."""

_VALUE_BEFORE = re.compile(rf"{_VALUE}{_REACHED}$")
"""Before an output value whose industry follows: 年产值|近千亿元."""

_OF = re.compile(r"(?:级|规模)?的?(?:优势|支柱|特色|主导|传统|大){0,2}")
"""Between an output value or a rank and its industry: 近千亿元|的支柱|服装产业."""

_CLASS = re.compile(r"(?P<number>[百千]亿|[十百千]?万亿|十亿)元?级")
"""A rank of size, which is a value near it: 千亿级."""

_LIST = re.compile(r"[一-鿿、]{0,40}?[两二三四五六七八九十\d]+[个大条]")
"""Between an industry and the rank of a list that it is in: 电机|、纺织、文旅三个|万亿级产业集群."""

_COUNT_BEHIND = re.compile(
    rf"{_CHAIN}(?:相关|规上|规模以上|生产|重点|类|骨干|上下游|链上){{0,2}}(?:企业|经营主体|市场主体|公司|厂家)数?量?{_REACHED}"
)
"""Between an industry and the number of its firms: 电机|企业近|300家."""

_COUNT_BEFORE = re.compile(rf"(?:各类|规上|规模以上|相关|从事)?的?(?:{_WORD}{{2,8}}[、和与及])*")
_FIRMS = re.compile(rf"{_CHAIN}(?:类|相关|生产)?(?:[、和与及]{_WORD}{{2,8}}?)*(?:企业|公司)")
"""Before and behind an industry of a list whose firms were counted: 2000家|纺织、|电机|和服装企业."""

_SET_UP = ("establishes", "invests")
"""The predicates whose object has a volume."""

_VOLUME = r"(?:首期|一期|二期|目标|计划|认缴|募集|总|基金){0,3}(?:规模|投资额|投资|总额|金额)"
_VOLUME_BEHIND = re.compile(
    r"[”》]?(?:项目|工程|基金|计划)?"
    r"(?:[，（(]?(?:正式|今日|昨日|日前)?(?:启动|成立|揭牌|落地|设立)?，?(?:该?(?:基金|项目)|其)?的?)?"
    rf"{_VOLUME}{_REACHED}"
)
"""Between a fund or works and its volume: 母基金|成立，首期规模|100亿元."""

_VOLUME_BEFORE = re.compile(r"(?:规模)?的?[“《]?")
"""Between a volume and the fund or works: 总规模50亿元|的|母基金."""


def with_size(
    given: Iterable[Qualifier], text: str, sentence: Span, name: Mention, at: Span, predicate: Predicate
) -> list[Qualifier]:
    """Return a fact's qualifiers with the ``amount`` and ``count`` that the sentence gives to its object, named (or
    referred to) at ``at``, where it has none yet."""
    own = list(given)
    known = {qualifier.name for qualifier in own}
    own += [one for one in _sizes(text, sentence, name, at, predicate) if one.name not in known]
    return own


def _sizes(text: str, sentence: Span, name: Mention, at: Span, predicate: Predicate) -> Iterator[Qualifier]:
    if not sentence.contains(at) or "amount" not in predicate.qualifiers:
        return
    words, start, end = text[sentence.start : sentence.end], at.start - sentence.start, at.end - sentence.start
    found = None
    if name.type == "Industry" and "count" in predicate.qualifiers:
        found = _output(words, start, end)
        firms = _firms(words, start, end)
        if firms is not None:
            yield Qualifier("count", *firms)
    elif name.type == "Program" and predicate.name in _SET_UP:
        found = _volume(words, start, end)
    if found is not None:
        yield Qualifier("amount", *found)


def _volume(words: str, start: int, end: int) -> tuple[str, Normal] | None:
    for found in find_amounts(words):
        one = found.span
        behind = one.start >= end and _VOLUME_BEHIND.fullmatch(words, end, one.start)
        if behind or (one.end <= start and _VOLUME_BEFORE.fullmatch(words, one.end, start)):
            return found.text, found.normal
    return None


def _output(words: str, start: int, end: int) -> tuple[str, Normal] | None:
    for found in find_amounts(words):
        one = found.span
        if one.start >= end and _VALUE_BEHIND.fullmatch(words, end, one.start):
            return found.text, found.normal
        valued = _VALUE_BEFORE.search(words[: one.start]) or words.startswith("级", one.end)
        if one.end <= start and valued and _OF.fullmatch(words, one.end, start):
            return found.text, found.normal
    for rank in _CLASS.finditer(words):
        behind = rank.start() >= end and _LIST.fullmatch(words, end, rank.start())
        if behind or (rank.end() <= start and _OF.fullmatch(words, rank.end(), start)):
            value = read_numeral(rank["number"])
            if value is not None:
                return rank[0], (("bound", "about"), ("currency", "CNY"), ("value", value))
    return None


def _firms(words: str, start: int, end: int) -> tuple[str, Normal] | None:
    for found in find_quantities(words):
        one = found.span
        if found.kind != "count" or found.unit not in ("家", "户", "个"):
            continue
        if one.start >= end and _COUNT_BEHIND.fullmatch(words, end, one.start):
            return found.text, found.normal
        before = one.end <= start and found.unit == "家" and not words[: one.start].endswith("以")
        if before and _COUNT_BEFORE.fullmatch(words, one.end, start) and _FIRMS.match(words, end):
            return found.text, found.normal
    return None
