"""Mentions of one article that name one thing become groups; 该公司, 该行, 该市, 其, 我们公司 find their antecedents.

An antecedent is sought among what was spoken of: first the topics of the sentence and of those before it (the names
that open a clause), then the only candidate of a sentence. Where two remain, the reference stays unresolved.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kg.grouping import group_mentions
from kg.model import Group, Mention, Reading, Reference, Span
from kg.protocols import Stage
from kg.regions import division
from kg.registry import declare

_COMPANY = ("company",)
_MONEY = ("financial_institution",)
_REFERENCE = re.compile(
    r"(?P<speaker>我们(?:公司|企业|集团|银行|行|厂|医院|学校)|我(?:司|公司|行|厂))"
    r"|该(?P<head>公司|企业|集团|行|银行|厂|校|院|局|机构|单位|协会|合作社|省|市|县|区|镇|乡|村|州|盟|旗|地区|地|园区|开发区|高新区)"
    r"(?![业场域间家面园民商级别员长校])"
    r"|该(?P<program>项目|工程|计划|方案|规划|行动|基金|平台)"
    r"|(?P<this>本次|本届|此次|这次|该)(?P<occasion>大会|论坛|活动|博览会|展会|展览|会议|大赛|比赛|峰会|推介会|座谈会|发布会"
    r"|交流会|洽谈会|对接会|仪式|年会|文化节|艺术节)"
    r"|(?<=[，。；：\n])(?P<bare>大会|论坛|博览会|大赛|峰会|推介会|座谈会|发布会|交流会|洽谈会|对接会|年会)(?=[由上期现])"
    r"|(?<=[，。；：\n])(?P<there>会|会议|活动|仪式|开幕式|启动仪式|签约仪式)(?=上|现场|期间)"
    r"|(?<=[，：“])(?P<own>公司|企业|集团)(?=[^的董总副财负、，。（和与高级家]{2})"
    r"|(?<=[，。；：“\n])(?P<staff>公司|企业|集团)(?=(?:创始人|联合创始人|负责人|董事长|总经理|总裁|副总|首席|执行|市场|技术|生产|销售|项目|运营|财务|厂长|法人))"
    r"|(?<=[为向给])(?P<client>企业)(?=[^的、，。（和与家]{2})"
    r"|(?<=[为向给对与])(?P<its>其)(?!他|中|余|它|实|次|间|所|后|一)"
)
_SUBTYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "公司": ("Organization", _COMPANY), "企业": ("Organization", _COMPANY), "厂": ("Organization", _COMPANY),
    "集团": ("Organization", _COMPANY), "行": ("Organization", _MONEY), "银行": ("Organization", _MONEY),
    "校": ("Organization", ("university",)), "院": ("Organization", ("hospital", "research_institute", "university")),
    "局": ("Organization", ("government",)), "协会": ("Organization", ("association",)),
    "合作社": ("Organization", ("cooperative",)), "机构": ("Organization", ()), "单位": ("Organization", ()),
    "省": ("Region", ("province",)), "市": ("Region", ("prefecture", "county", "province")),
    "县": ("Region", ("county",)), "区": ("Region", ("county", "development_zone")), "镇": ("Region", ("township",)),
    "乡": ("Region", ("township",)), "村": ("Region", ("village",)), "州": ("Region", ("prefecture",)),
    "盟": ("Region", ("prefecture",)), "旗": ("Region", ("county",)), "地区": ("Region", ()), "地": ("Region", ()),
    "园区": ("Region", ("development_zone",)), "开发区": ("Region", ("development_zone",)),
    "高新区": ("Region", ("development_zone",)),
}  # fmt: skip
"""The type that a head noun asks for, and its subtypes (none: any)."""

_PROGRAMS = {"项目": "project", "工程": "project", "基金": "fund", "平台": "platform"}
"""Subtype of the program that a head noun asks for; the others ask for a plan."""

_ANY_OCCASION = ("活动", "展会", "会议", "仪式", "展览", "比赛")
"""Heads that may stand for an event whatever its name ends with."""

_CLAUSE_OPENS = re.compile(
    r"(?:^|[，；：。！？\n“‘、])(?:其中|据悉|据了解|目前|近日|日前|同时|此外|而|但|走进|作为|在)?[“‘]?$"
)
_SAYS = re.compile(r"[^。！？\n]{0,6}(?:说|表示|介绍|告诉|坦言|称|透露|指出|认为|道|感慨|谈到)")
_REACH = 4
"""How many sentences back an antecedent may stand."""

_LAST_NAMED = 30
"""How many names back an event or a program may stand that 本次论坛 or 该项目 takes up."""


@declare(needs=("sentences", "mentions"), adds=("groups", "references"))
def make() -> Stage:
    """Group the mentions of each article and resolve its references."""

    def refer(batch: Sequence[Reading], /) -> list[Reading]:
        return [_refer(reading) for reading in batch]

    return refer


def _refer(reading: Reading) -> Reading:
    groups = group_mentions(reading.article, reading.mentions)
    references = tuple(_references(reading, groups))
    return replace(reading, groups=groups, references=references)


def _references(reading: Reading, groups: Sequence[Group]) -> Iterator[Reference]:
    text = reading.article.text
    finder = _Antecedents(reading, groups)
    starts = [mention.span.start for mention in reading.mentions]
    for found in _REFERENCE.finditer(text):
        after = bisect_right(starts, found.start())
        if after and reading.mentions[after - 1].span.end > found.start():
            continue  # part of a name
        if found["speaker"]:
            mention, reason = finder.speaker(found.start(), found.end()), "the speaker's organization"
        elif head := found["occasion"] or found["bare"]:
            mention, reason = finder.occasion(found.start(), head), "the event that the article is about"
        elif found["there"]:
            mention, reason = finder.occasion(found.start(), _ANY_OCCASION[0]), "the event that the article is about"
        elif found["program"]:
            mention, reason = finder.program(found.start(), found["program"]), "the program named last"
        elif found["own"]:
            mention, reason = finder.told_by(found.start()), "the speaker's organization"
        elif found["client"] or found["staff"]:
            mention, reason = finder.spoken_of(found.start(), "Organization", _COMPANY, ""), "the company spoken of"
        elif found["its"]:
            mention, reason = finder.other_than_sentence(found.start()), "the topic before this sentence"
        else:
            type_, subtypes = _SUBTYPES[found["head"]]
            last = found["head"][-1] if type_ == "Region" and len(found["head"]) == 1 else ""
            mention, reason = finder.spoken_of(found.start(), type_, subtypes, last), "the topic spoken of"
        if mention is not None:
            yield Reference(Span(*found.span()), found[0], mention, reason, 0.85)


class _Antecedents:
    """The topics of one article's sentences, and where each mention's group stands."""

    def __init__(self, reading: Reading, groups: Sequence[Group]) -> None:
        self.text = reading.article.text
        self.sentences = reading.sentences
        self.mentions = reading.mentions
        self.starts = [mention.span.start for mention in reading.mentions]
        self.group = {mention.span.start: group for group in groups for mention in group.mentions}
        self.named = {kind: [one for one in self.mentions if one.type == kind] for kind in ("Event", "Program")}

    def _number(self, at: int) -> int:
        return max(0, bisect_right(self.sentences, at, key=lambda sentence: sentence.start) - 1)

    def _within(self, start: int, end: int) -> tuple[Mention, ...]:
        return self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def _named_before(self, at: int, type_: str) -> Sequence[Mention]:
        """Return the last mentions of that type before ``at``; a long article is about more than one thing."""
        named = self.named[type_]
        end = bisect_left(named, at, key=lambda mention: mention.span.start)
        return named[max(0, end - _LAST_NAMED) : end]

    def _opens_clause(self, mention: Mention, sentence: Span) -> bool:
        # 甲公司的订单 is not about 甲公司, and of 甲公司和乙公司 neither is the one topic.
        if self.text[mention.span.end : mention.span.end + 1] in tuple("的、和及"):
            return False
        number = bisect_left(self.starts, mention.span.start)
        if mention.type == "Region":  # 宁德福安市: the region meant is the innermost of those side by side
            if number + 1 < len(self.mentions) and self._beside(number):
                return False
            while number and self._beside(number - 1):
                number -= 1
        start = self.mentions[number].span.start
        return bool(_CLAUSE_OPENS.search(self.text[max(sentence.start, start - 12) : start]))

    def _beside(self, number: int) -> bool:
        left, right = self.mentions[number], self.mentions[number + 1]
        return left.type == right.type == "Region" and left.span.end == right.span.start

    def spoken_of(self, at: int, type_: str, subtypes: Sequence[str], last: str) -> Mention | None:
        """Return the nearest topic of that type and subtype before ``at``; else a sentence's only candidate."""

        def fits(mention: Mention) -> bool:
            group = self.group[mention.span.start]
            if mention.type != type_ or (subtypes and group.subtype not in subtypes):
                return False
            return not last or _official_end(group) == last

        return self._seek(at, fits)

    def program(self, at: int, head: str) -> Mention | None:
        """Return the program named last before ``at``, if its name ends with the head or its kind fits."""
        before = self._named_before(at, "Program")
        if not before:
            return None
        mention = before[-1]
        group = self.group[mention.span.start]
        return mention if group.subtype == _PROGRAMS.get(head, "plan") or group.name.endswith(head) else None

    def occasion(self, at: int, head: str) -> Mention | None:
        """Return the event that the article is about, by what stands before ``at``: named most often, else first."""
        counts: dict[str, list[Mention]] = {}
        for mention in self._named_before(at, "Event"):
            counts.setdefault(self.group[mention.span.start].id, []).append(mention)
        named = [them for them in counts.values() if self.group[them[0].span.start].name.endswith(head)]
        if not named and head in _ANY_OCCASION:
            named = list(counts.values())
        return max(named, key=len)[0] if named else None

    def other_than_sentence(self, at: int) -> Mention | None:
        """Return the organization spoken of before this sentence and not named in it: who acts 为其 is another."""
        sentence = self.sentences[self._number(at)]
        named = {self.group[mention.span.start].id for mention in self._within(sentence.start, at)}

        def fits(mention: Mention) -> bool:
            return mention.type == "Organization" and self.group[mention.span.start].id not in named

        return self._seek(sentence.start, fits, reach=1)

    def _seek(self, at: int, fits: Callable[[Mention], bool], reach: int = _REACH) -> Mention | None:
        here = self._number(max(0, at - 1)) if at else 0
        for number in range(here, max(-1, here - reach - 1), -1):
            sentence = self.sentences[number]
            found = [mention for mention in self._within(sentence.start, min(at, sentence.end)) if fits(mention)]
            topics = [mention for mention in found if self._opens_clause(mention, sentence)]
            for candidates in (topics, found):
                if len({self.group[mention.span.start].id for mention in candidates}) == 1:
                    return candidates[-1]
            if found:
                return topics[-1] if topics else None
        return None

    def told_by(self, at: int) -> Mention | None:
        """Return the organization of whoever is quoted before in the sentence: 甲公司董事长乙说，公司…"""
        sentence = self.sentences[self._number(at)]
        spoken = _SAYS.search(self.text, sentence.start, at)
        if spoken is None or any(mark in self.text[spoken.end() : at] for mark in "；“"):
            return None
        named = [m for m in self._within(sentence.start, spoken.end()) if m.type == "Organization"]
        return named[0] if len({self.group[m.span.start].id for m in named}) == 1 else None

    def speaker(self, start: int, end: int) -> Mention | None:
        """Return the organization of whoever speaks the quotation around the span: “…我们公司…”A公司董事长B说."""
        opened = self.text.rfind("“", 0, start)
        closed = self.text.find("”", end)
        if opened < 0 or closed < 0 or self.text.rfind("”", opened, start) >= 0:
            return None
        after = re.match(r"[^。！？\n]{0,60}", self.text[closed + 1 : closed + 61])
        tail = closed + 1 + (after.end() if after else 0)
        if _SAYS.search(self.text, closed + 1, tail):
            named = [m for m in self._within(closed + 1, tail) if m.type == "Organization"]
            if named:
                return named[0]
        head = max(self.text.rfind(mark, 0, opened) for mark in "。！？\n") + 1
        if _SAYS.search(self.text, head, opened):
            named = [m for m in self._within(head, opened) if m.type == "Organization"]
            if len({self.group[m.span.start].id for m in named}) == 1:
                return named[0]
        return None


def _official_end(group: Group) -> str:
    """Return the last character of a region's official name: 南京 is a 市 by its code."""
    return (division(group.adcode).name if group.adcode is not None else group.name)[-1]
