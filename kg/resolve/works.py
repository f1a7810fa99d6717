"""What makes two titles of programs, events, products or industries one key.

Editions and years are part of a title (第二届, 2024年); an event that is named without them is that of the year in
which the paper speaks of it. Laws are cited with or without 中华人民共和国; numerals are written in two ways
(GB/T 15835-2011), and so are the party's congresses (党的二十大, 中共二十大, 中国共产党第二十次全国代表大会).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import rjieba

from kg.industries import industry_core
from kg.money import read_numeral
from kg.programs import head_of, heads, known_programs, program_words
from kg.resolve.places import prefix_of
from kg.resources import read_rows
from kg.text import fold

Key = tuple[str, ...]

_MARKS = re.compile(r"[《》〈〉“”‘’\"'\s·・]|^关于(?:印发|发布)?")
_DASH = re.compile(r"[—–―－-]+|至(?=\d{4})")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年?度?")
_LAST_YEAR = re.compile(r"(?<=\d)年$")
_ORDINAL = re.compile(r"第([零〇一二三四五六七八九十百]+)(?=[届次期批轮季个])")
_NATION = re.compile(r"^中华人民共和国(?=.{2,}(?:法|条例|法典|宪法)$)")
_LAW = re.compile(r"..(?<![办做方书用司手疗技])法$|.法典$")
"""Only the National People's Congress makes what is called 法 (《立法法》, art. 10); places make 条例 and 办法."""

_CONGRESS = re.compile(
    r"(?:(?:党的|中共|中国共产党)(?:第?(?P<full>[一二三四五六七八九十]{2,3})(?:次全国代表大会|大))|(?P<number>[一二三四五六七八九十]{2,3})大"
    r"|(?:党的|中共|中国共产党)?第?(?P<term>[一二三四五六七八九十]{1,3})届(?P<session>[一二三四五六七八九])中(?:全会|全体会议))"
)
_EDITION = re.compile(
    r"第\d+|首届|首次|(?<!\d)(?:19|20)\d\d(?!\d)|COP\d|\d+届|[一二三四五六七八九十]届[一二三四五六七八九]中|APEC\d|G20\w{2}",
    re.IGNORECASE,
)
_COP = re.compile(r"cop\d+")
_GAMES = re.compile(
    r"^.{2,4}(?:冬?残?奥运?会|奥运会|冬奥会|亚运会|亚冬会|大运会|全运会|世博会|世园会|园博会|青奥会|军运会)$"
)
_SITTING = re.compile(
    r"(?:常务会议|常委会(?:扩大)?会议|吹风会|发布会|政治局会议|全体会议|调度会|推进会|座谈会|工作会|动员会?|推介会|专题会|见面会|对接会|论坛|峰会|年会"
    r"|大会|仪式|活动|会议|双选会|招聘会|交流会|研讨会|说明会|通报会|分论坛|培训班|展|展览|展会|博览会|[赛节周月日])$"
)
_SHORT_SITTING = 8
"""Characters up to which the name of a sitting tells no theme of its own: 项目推进会, but not 深入推进…座谈会."""

_PERIODIC = re.compile(
    r"(?:报告|公报|榜单|榜|百强|强|白皮书|蓝皮书|皮书|名单|目录|指数|清单|统计|一号文件|行动方案|工作要点|图谱|热词|手册)$"
)
_NATIONAL = re.compile(
    r"^(?:中华人民共和国|国家|全国|中国|中共中央|中央|国务院|党和国家|党|世界|全球|联合国|国际|亚太|欧盟|美国|中[美欧日韩俄非德法英老缅泰越]|RCEP)"
)
_LOCAL = re.compile(r"^(?:全|我|本)?(?:省|市|县|区|州|镇|乡|村|自治区)(?!.{0,2}[市县区])")
_GENERIC_PLAN = re.compile(
    r"(?:“?十[一二三四五]五”?)?(?:时期)?(?:发展)?(?:规划|计划|纲要)$|[一二三四五六七八九十]五规划$"
)
_CODED = re.compile(r"(?=.*\d)(?=.*[a-z])[a-z0-9/.+-]{3,}|[a-z]{4,}")


@dataclass(frozen=True, slots=True)
class Title:
    """A key, and how well it tells the thing: ``sure`` by itself, else with a place, ``apart`` not at all.

    ``national`` is a key that means something else in an article that plays in one province: “十四五”规划.
    """

    key: Key
    sure: bool
    apart: bool = False
    national: bool = False


def plain(title: str) -> str:
    """Return the folded title without marks, with years and ordinals in figures.

    >>> plain("第二十八届“电机”博览会（2024年）"), plain("首届电机节")
    ('第28届电机博览会(2024)', '第1届电机节')
    """
    key = fold(_MARKS.sub("", title))
    key = _NATION.sub("", _YEAR.sub(r"\1", _DASH.sub("-", key)))
    key = _ORDINAL.sub(lambda found: f"第{read_numeral(found[1]) or found[1]}", key)
    return _LAST_YEAR.sub("", key.replace("首届", "第1届"))


@lru_cache(maxsize=1 << 16)
def program_of(title: str) -> Title:
    """Return what the program of that title is known by."""
    key = plain(title)
    made = "name", key
    if key in heads() and heads()[key].needs != "any":
        return Title(made, sure=False, apart=True)
    if _GENERIC_PLAN.match(key):
        return Title(made, sure=True, national=True)
    if title in known_programs() or key in _known() or _CODED.fullmatch(key) or _LAW.search(key):
        return Title(made, sure=True)
    if _LOCAL.match(key) or _is_generic(key):
        return Title(made, sure=False, apart=True)
    if prefix_of(key).end or _NATIONAL.match(key):
        return Title(made, sure=_YEAR.search(key) is not None or not _PERIODIC.search(key))
    return Title(made, sure=False)


@cache
def _known() -> frozenset[str]:
    return frozenset(map(plain, known_programs()))


def _is_generic(key: str) -> bool:
    """Say whether a title says of what class the thing is and no more: 通知, 实施方案, 二期工程, 物流产业园项目."""
    if len(key) < 3 or key in heads():
        return True
    head = head_of(key)
    rest = key[: -len(head.word)] if head is not None and key.endswith(head.word) else key
    if head is not None and len(rest) < 2:
        return True
    generic = program_words().generic
    return head is not None and len(rest) <= 8 and all(word in generic or word in heads() for word in rjieba.cut(rest))


def is_periodic(key: str) -> bool:
    """Say whether a title without a year comes again every year: …报告, …百强榜."""
    return _PERIODIC.search(key) is not None and _YEAR.search(key) is None


@lru_cache(maxsize=1 << 16)
def event_of(name: str, date: str | None) -> Title:
    """Return what the event of that name is known by in a paper of that date."""
    key = plain(name)
    congress = _CONGRESS.fullmatch(fold(_MARKS.sub("", name)))
    if congress:
        number = congress["full"] or congress["number"]
        session = f"{congress['term']}届{congress['session']}中全会"
        return Title(("name", f"中共{number}大" if number else session), sure=True)
    if _COP.fullmatch(key):
        return Title(("name", key), sure=True)
    if _EDITION.search(key) and len(key) > 4 and not _EDITION.fullmatch(key):
        return Title(("name", key), sure=True, apart=not _has_year_or_title(key))
    if _GAMES.match(key):
        return Title(("name", key), sure=True)
    if date is None or len(key) < 3:
        return Title(("name", key), sure=False, apart=True)
    if _SITTING.search(key) and len(key) <= _SHORT_SITTING and key not in _months():
        return Title(("name", key), sure=False, apart=True)
    return Title(("year", key, str(_season(key, date))), sure=True)


def _has_year_or_title(key: str) -> bool:
    """Say whether an edition's number stands with a name of its own: not 第1届峰会, 第3次会议."""
    return _UNTITLED.fullmatch(without_edition(key)) is None


_UNTITLED = re.compile(
    r"[届次期]?(?:大会|峰会|论坛|年会|会议|全会|全体会议|常委会会议|座谈会|发布会|展会|展|活动|比赛|大赛|仪式|.)?(?:开幕式|闭幕式)?"
)


def editions(name: str) -> frozenset[str]:
    """Return the numbers and years in an event's name; names that differ in them are different events."""
    return frozenset(_EDITION.findall(plain(name)))


def without_edition(name: str) -> str:
    """Return the plain name of an event without its number and its year: 中国国际进口博览会 of 第6届…."""
    return re.sub(r"^[届次期年]", "", _EDITION.sub("", plain(name)))


def _season(key: str, date: str) -> int:
    year, month = int(date[:4]), int(date[5:7] or 12)
    return year - (month < _months().get(key, 1))


@cache
def _months() -> dict[str, int]:
    return {name: int(month) for name, month in read_rows("lexicons", "annual_events.tsv")}


@lru_cache(maxsize=1 << 16)
def product_of(name: str) -> Title:
    """Return what the product of that name is known by: a code or a long name is nobody else's."""
    key = plain(name)
    return Title(("name", key), sure=len(key) > 4 or _CODED.search(key) is not None, apart=len(key) < 2)


@lru_cache(maxsize=1 << 14)
def industry_of(name: str) -> Key:
    """Return what the branch of that name is known by: its name without 产业, 行业, 产业链, 集群, 领域."""
    key = fold(name)
    return "name", key if key.endswith("化工业") and len(key) > 3 else fold(
        industry_core(key)
    )  # 现代化|工业 or 现代|化工业
