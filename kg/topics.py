"""What a clause is about: the name that opens it, else the one carried on from the clauses and sentences before.

A sentence is seen masked: every character of a name, a time expression or a bracketed aside is one private-use
character, so that positions stay those of the sentence, and commas inside names and brackets are no clause ends.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import Literal

from kg.dates import Date, find_dates
from kg.frames import mention_of
from kg.model import Mention, Reading, Reference, Span

DATE, ASIDE = "\uf8f1", "\uf8f2"
"""What the characters of time expressions and asides are masked by; those of names are ``NAMES``."""

NAMES = "\ue000-\ue00f"
_CODES = {"Region": "\ue000", "Organization": "\ue001", "Program": "\ue002", "Industry": "\ue003", "Person": "\ue004"}
_OTHER = "\ue00f"
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_BREAK = re.compile(r"[，；：。！？\n]")

_ASIDE = re.compile(r"（[^（）\n]{0,60}）|\([^()\n]{0,60}\)")
_DATELINE = re.compile(f"^[^，。\n]{{0,20}}{DATE}+[{ASIDE}、 ]*[电讯]")
_MONTHS = re.compile(
    r"(?:(?:19|20)\d\d年|今年|去年|前年|上年)?(?<!\d)\d{1,2}月?(?:\d{1,2}日)?\s?(?:——|[—\-~～至到])\s?"
    r"\d{1,2}(?:月份?(?:\d{1,2}日)?|日)|(?:(?:19|20)\d\d年|今年|去年|前年|上年)?前[一二两三]个?季度"
)
"""A stretch of months, days or quarters: 今年1月至10月, 1—11月份, 10月1日至8日, 前三季度."""

_OPENING = re.compile(
    r"(?:其中|据悉|据了解|据介绍|据统计|同时|此外|另外|因此|为此|对此|随后|而|但|作为|至此|截至|截止|也|还|以来|仅|与此同时|"
    r"数据显示|统计显示|由|在|从|以|被|到|通过|自|至|原标题|：|—|[\s“‘”’《》、\uf8f1\uf8f2]|(?:我国|全国)(?=[\ue000-\ue003]))*"
)
"""What may stand before the name that opens a clause."""

SPEAKS = re.compile(
    r"(?:介绍|表示|(?<![之名美])称|说|透露|指出|认为|获悉|了解到|了解|消息|显示|发布|公布|通报|看来|坦言|告诉[^，]{0,8}|报道|电|讯)[^，：。]{0,2}$"
)
SOURCE = re.compile(r"(?:据|记者[^，]{0,8}从|根据|来自)[^，]{0,4}$")
_LINK = re.compile(r"[的“（(]?")
_AND = re.compile(r"(?:、|和|及|以及)[“《]?")
_NATION = re.compile(r"全国|我国|全球|世界|全行业|中国")
_CHINA = ("中国", "中华人民共和国")
_GOVERNORS = frozenset("在向为给对与和同从由被把将据于、及跟让使以比占")
_PASSING = frozenset({"government", "party", "media", "university", "country", "informal", "plan"})
"""Subtypes that are spoken of in their own sentence only: the next is about the firm or the town, not the authority."""

_SOME = re.compile(
    r"(?P<Region>全[省市县区州盟旗镇乡村疆]|该(?:[省市县区州镇乡村]|地区)|当地|[本我][省市县区]|该?园区|开发区|高新区|新区|示范区|片区|景区)"
    r"|(?P<Program>该?(?:项目|工程|平台|基金|线路|基地)|一期|全线|该(?:高铁|铁路|桥)|大桥)"
    r"|(?P<Organization>[该本]?公司|该?(?:企业|集团|医院)|[该我][行校院厂社]|该?学校|合作社|我们)"
)
"""Words that open a clause and stand for a name before, by the type of that name."""

_THE = re.compile(r"(?:该|这[家个座条]|此)([\u4e00-\u9fff]{2,4})")
_LEVELS = {
    "省": ("province",), "市": ("prefecture", "county", "province"), "县": ("county",),
    "区": ("county", "development_zone", "province"), "州": ("prefecture",), "盟": ("prefecture",), "旗": ("county",),
    "镇": ("township",), "乡": ("township",), "村": ("village",),
}  # fmt: skip
_REACH, _CLAUSES, _NAMES_BACK = 3, 12, 60
"""How many sentences and clauses back a topic is carried on, and how many names back a word may stand for one."""

_LONGEST = 200
"""How many characters a clause may have on either side of a position; keeps hostile text from costing more."""

Item = Mention | Reference
Way = Literal["own", "clause", "inside", "sentence", "word", "nation"]
"""How a topic was found: it opens the clause, or one before; it stands inside the clause; it opens a sentence before;
a word such as 全市 or 该项目 stands for it; 我国 does."""


@dataclass(frozen=True, slots=True)
class Masked:
    """One sentence: its span, its words as written and masked, its names and time expressions in order with their
    places in it, and where its clauses end."""

    span: Span
    words: str
    masked: str
    items: tuple[tuple[int, int, Item], ...]
    dates: tuple[Date, ...]
    breaks: tuple[int, ...]

    def clause_start(self, at: int) -> int:
        """Return where the clause begins that holds this position, or ``_LONGEST`` characters before."""
        index = bisect_left(self.breaks, at)
        return max(self.breaks[index - 1] + 1 if index else 0, at - _LONGEST)

    def clause_end(self, at: int) -> int:
        """Return where the clause ends that holds this position."""
        index = bisect_left(self.breaks, at)
        return min(self.breaks[index] if index < len(self.breaks) else len(self.masked), at + _LONGEST)

    def between(self, start: int, end: int) -> tuple[tuple[int, int, Item], ...]:
        """Return the names that begin between two positions."""
        first = bisect_left(self.items, start, key=lambda item: item[0])
        return self.items[first : bisect_left(self.items, end, key=lambda item: item[0])]

    def count(self, start: int, end: int) -> int:
        """Return how many names begin between two positions."""
        first = bisect_left(self.items, start, key=lambda item: item[0])
        return max(0, bisect_left(self.items, end, key=lambda item: item[0]) - first)

    def dates_before(self, at: int) -> tuple[Date, ...]:
        """Return the time expressions that begin before a position."""
        return self.dates[: bisect_left(self.dates, at, key=lambda date: date.span.start)]


@dataclass(frozen=True, slots=True)
class Topic:
    """The names spoken of (several in a list), the way they were found, and where the last of them ends in the
    sentence asked for; ``sentence`` is their own where that is another."""

    items: tuple[Item, ...]
    way: Way
    end: int = 0
    sentence: Span | None = None


_NOTHING = Topic((), "own")
"""A clause that is about something which has no such topic: 全国, or a product."""


class Topics:
    """The topics of one article, of the types given."""

    def __init__(self, reading: Reading, types: frozenset[str]) -> None:
        self.reading = reading
        self.types = types
        self.group = {mention.span: group for group in reading.groups for mention in group.mentions}
        items: list[Item] = [*reading.mentions, *reading.references]
        self.items = sorted(items, key=lambda item: item.span)
        self.starts = [item.span.start for item in self.items]
        self._china = next((m for m in reading.mentions if m.text in _CHINA and m.type in types), None)
        self._masked: dict[int, Masked] = {}

    def sentence(self, number: int) -> Masked:
        """Return the article's sentence of that index, masked."""
        if number not in self._masked:
            self._masked[number] = self._mask(self.reading.sentences[number])
        return self._masked[number]

    def find(self, number: int, at: int) -> Topic | None:
        """Return what the words before a position of a sentence are about, or None."""
        sentence = self.sentence(number)
        own = start = sentence.clause_start(at)
        end = at
        for _ in range(_CLAUSES):
            found = self.opening(number, start, end)
            if found is not None and not found.items:
                return None
            if found is not None:
                carried = start != own
                return replace(found, way="clause" if found.way == "own" else found.way, end=0) if carried else found
            if start == 0:
                break
            end = start - 1
            start = sentence.clause_start(end)
        inside = self._inside(sentence, own, at)
        return inside if inside is not None or start else self._before(number)

    def after(self, number: int, at: int) -> Topic | None:
        """Return the name that follows a position, as the head of what stands before: 总投资5亿元的云岭产业园."""
        sentence = self.sentence(number)
        stop = min(sentence.clause_end(at), at + 8)
        found: Topic | None = None
        for begin, end, item in sentence.between(at, stop + 1):
            if mention_of(item).type in self.types:
                if found is not None and begin != found.end:
                    break
                found = Topic((item,), "own", end)
        return found

    def sentence_of(self, span: Span) -> Span:
        """Return the sentence that holds a stretch of the article."""
        starts = self.reading.sentences
        return starts[max(0, bisect_right(starts, span.start, key=lambda sentence: sentence.start) - 1)]

    def _mask(self, span: Span) -> Masked:
        words = self.reading.article.text[span.start : span.end]
        inside = self.items[bisect_left(self.starts, span.start) : bisect_left(self.starts, span.end)]
        items = tuple((i.span.start - span.start, i.span.end - span.start, i) for i in inside if i.span.end <= span.end)
        out = list(_PRIVATE.sub("\ufffd", words))
        for start, end, item in items:
            out[start:end] = _CODES.get(mention_of(item).type, _OTHER) * (end - start)
        dates = []
        for date in _dates(words, self.reading.article.date):
            start, end = date.span.start, date.span.end
            if not _PRIVATE.search("".join(out[start:end])):
                out[start:end] = DATE * (end - start)
                dates.append(date)
        masked = "".join(out)
        masked = _ASIDE.sub(lambda aside: ASIDE * len(aside[0]), masked)
        dateline = _DATELINE.match(masked)
        if dateline:  # 中新社福州6月2日电: neither the agency nor the town is spoken of
            masked = ASIDE * dateline.end() + masked[dateline.end() :]
        shown = tuple(item for item in items if masked[item[0]] != ASIDE)
        told = tuple(date for date in dates if masked[date.span.start] != ASIDE)
        return Masked(span, words, masked, shown, told, tuple(found.start() for found in _BREAK.finditer(masked)))

    def opening(self, number: int, start: int, end: int) -> Topic | None:
        """Return the names that open the clause between two positions, or those that 全市 or 公司 stands for.

        A topic without items says that the clause is about something else; None, that nothing opens it.
        """
        sentence = self.sentence(number)
        lead = _OPENING.match(sentence.masked, start, end)
        at = lead.end() if lead else start
        if SPEAKS.search(sentence.masked, at, sentence.clause_end(at)) or SOURCE.search(sentence.masked, start, at):
            return None
        chain = sentence.between(at, end)
        if not chain or chain[0][0] != at:
            return self._stands_for(number, at, end)
        first = mention_of(chain[0][2])
        if first.subtype == "media" or first.type == "Person":
            return None
        last = 0  # 福建省福州市云岭公司: the last of those side by side is meant
        while last + 1 < len(chain) and _LINK.fullmatch(sentence.masked, chain[last][1], chain[last + 1][0]):
            following = mention_of(chain[last + 1][2]).type
            if following not in self.types or following == "Industry":
                break  # 福建纺织业的产值 is said of the place
            last += 1
        kind = mention_of(chain[last][2]).type
        if kind not in self.types:
            return _NOTHING
        listed = [chain[last]]
        for item in chain[last + 1 :]:
            if item[0] == listed[-1][1] and len(listed) > 1:  # 上海园、日本甲府园: the last of two side by side
                listed.pop()
            elif mention_of(item[2]).type != kind or not _AND.fullmatch(sentence.masked, listed[-1][1], item[0]):
                break
            listed.append(item)
        return Topic(tuple(item for _, _, item in listed), "own", listed[-1][1])

    def _inside(self, sentence: Masked, start: int, at: int) -> Topic | None:
        """Return the nearest name in the clause that nothing governs."""
        for begin, end, item in reversed(sentence.between(start, at)):
            governed = sentence.masked[begin - 1 : begin] in _GOVERNORS
            if end <= at and mention_of(item).type in self.types and not governed:
                return Topic((item,), "inside", end)
        return None

    def _before(self, number: int) -> Topic | None:
        text, spans = self.reading.article.text, self.reading.sentences
        for earlier in range(number - 1, max(-1, number - 1 - _REACH), -1):
            if "\n" in text[spans[earlier].end : spans[earlier + 1].start]:
                return None  # a new paragraph has a new topic
            found = self.first(earlier)
            if found is not None:
                return replace(found, way="sentence", end=0, sentence=found.sentence or spans[earlier])
        return None

    def first(self, number: int) -> Topic | None:
        """Return the first lasting topic of a sentence."""
        sentence = self.sentence(number)
        start = 0
        while start < len(sentence.masked):
            end = sentence.clause_end(start)
            found = self.opening(number, start, end)
            if found is not None and found.items and all(self._lasts(item) for item in found.items):
                return found
            start = end + 1
        return None

    def _lasts(self, item: Item) -> bool:
        mention = mention_of(item)
        return mention.type != "Industry" and mention.subtype not in _PASSING

    def _stands_for(self, number: int, at: int, end: int) -> Topic | None:
        """Return the name that the words at a position stand for; nothing at all is meant by what has no name here."""
        masked = self.sentence(number).masked
        the = _THE.match(masked, at, end)
        if the:
            for size in range(len(the[1]), 1, -1):
                found = self._nearest(number, at, ending=the[1][:size])
                if found is not None:
                    return replace(found, end=the.start(1) + size)
        some = _SOME.match(masked, at, end)
        if some and some.lastgroup:
            found = self._nearest(number, at, kind=some.lastgroup, word=some[0])
            return _NOTHING if found is None else replace(found, end=some.end())
        if _NATION.match(masked, at, end):
            named = next((mention for mention in self.reading.mentions if mention.text in _CHINA), None)
            return (
                _NOTHING if named is None or named.type not in self.types else self._elsewhere(named, number, "nation")
            )
        return None

    def _nearest(self, number: int, at: int, kind: str = "", word: str = "", ending: str = "") -> Topic | None:
        """Return the nearest name before of that type, or with that ending; 全市 asks for a city."""
        text = self.reading.article.text
        place = self.reading.sentences[number].start + at
        levels = _LEVELS.get(word[-1:]) if kind == "Region" and word not in ("园区", "该园区") else None
        last = bisect_left(self.starts, place)
        for index in range(last - 1, max(-1, last - 1 - _NAMES_BACK), -1):
            mention = mention_of(self.items[index])
            group = self.group.get(mention.span)
            if group is None or mention.type not in self.types:
                continue
            if ending:
                if group.name.endswith(ending):
                    return self._elsewhere(mention, number, "word")
                continue
            if mention.type != kind or (kind != "Program" and mention.subtype in _PASSING):
                continue
            if levels is not None and group.subtype not in levels:
                continue
            if kind != "Program" and "\n" in text[mention.span.end : place]:
                return None  # a place or a firm of another paragraph is no longer spoken of, a project is
            return self._elsewhere(mention, number, "word")
        return None

    def _elsewhere(self, mention: Mention, number: int, way: Way) -> Topic:
        sentence = self.sentence_of(mention.span)
        return Topic((mention,), way, 0, None if sentence == self.reading.sentences[number] else sentence)


def _dates(words: str, reference: str | None) -> list[Date]:
    spans = [Date(Span(*found.span()), found[0], ()) for found in _MONTHS.finditer(words)]
    dates = [date for date in find_dates(words, reference) if not any(date.span.overlaps(span.span) for span in spans)]
    return sorted([*dates, *spans], key=lambda date: date.span)
