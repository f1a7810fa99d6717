"""Figures in running text: a number with its unit and hedge as written, and what they mean.

A figure is a sum of money, a share, a measure, a count or a length of time. Ordinals (第三届), years and numbers inside
names of models (GR-1) are none. Nothing is rewritten in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal, cast

from kg.model import Normal, Span
from kg.money import find_amounts, read_numeral
from kg.resources import read_rows

Kind = Literal["money", "share", "measure", "count", "duration", "bare"]
"""What the unit says of a figure; ``bare`` is a number in 万 or 亿 whose unit is left out (1.2万亿)."""

_ABOVE = (
    "超过", "超出", "超", "逾", "突破", "破", "不少于", "不低于", "至少", "高于", "多于", "过", "以上", "余", "多",
)  # fmt: skip
_BELOW = ("接近", "将近", "近", "不足", "不到", "不超过", "低于", "至多", "最多", "最高", "以内", "以下")
_ABOUT = ("大约", "约", "左右", "上下", "数", "几", "上")
_BOUND = dict.fromkeys(_ABOUT, "about") | dict.fromkeys(_BELOW, "below") | dict.fromkeys(_ABOVE, "above")
_BEHIND = ("以上", "以内", "以下", "左右", "上下", "余", "多")
_CURRENCIES = (
    "元人民币", "元新台币", "人民币", "新加坡元", "澳门元", "美元", "美金", "欧元", "港元", "港币", "日元", "英镑",
    "韩元", "卢布", "澳元", "加元", "新台币", "瑞士法郎", "泰铢", "印度卢比", "元",
)  # fmt: skip
_FACTOR = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

_DIGITS = r"\d{1,18}(?:,\d{3}){0,5}(?:[.．]\d{1,8})?"
_HAN = r"[零〇一二两三四五六七八九十百千万亿]{0,12}[二两三四五六七八九十百千万亿]"
_SCALE = r"[十百千]?[万亿]?亿?"
_FRACTION = (
    r"(?:(?:百|千|万)?分之[零一二三四五六七八九十百]+|[二三四五六七八九十]+分之[一二三四五六七八九]+|\d+/\d+(?!\d)|一半|半数|翻了?[一两二三\d]番)"
    r"(?:以上|以下|左右)?"
)
_WORTH_A_LOOK = re.compile(r"[\d十百千万亿%成倍]|分之|一半|半数|翻")
_SMALL = frozenset("两二三四五六七八九十")
_SMALL_COUNTS = frozenset(("家", "个", "项", "条", "座", "所", "成", "倍", "个百分点", "百分点"))
"""A numeral of one character counts only before these: 两家, 七成, but not 五台山, 三门峡."""

_NOT_BEHIND = {
    unit: frozenset(characters)
    for unit, characters in {
        "部": "门委", "成": "员本果立为功都", "人": "民才大", "分": "别析", "对": "于", "层": "次面", "双": "碳一方",
    }.items()
}  # fmt: skip
"""A unit with one of these characters behind it is part of another word: 五部门, 三成员."""


_WORDS = frozenset(("签约", "节约", "合约", "履约", "预约", "通过", "经过", "打破", "附近", "邻近", "反超"))
"""Words whose last character is no hedge of the number behind: 签约15个."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its place in the text that was searched.

    ``normal`` holds value, unit or currency, bound (exact, above, below, about, between) and high for a range; it is
    empty where the value is not certain (近一半, 数百家).
    """

    span: Span
    text: str
    kind: Kind
    unit: str
    normal: Normal


@cache
def _units() -> dict[str, Kind]:
    return {unit: cast(Kind, kind) for unit, kind in read_rows("lexicons", "statistic_units.tsv")}


@cache
def _pattern() -> re.Pattern[str]:
    units = "|".join(re.escape(unit) for unit in sorted({*_units(), *_CURRENCIES}, key=len, reverse=True))
    before = "|".join(sorted({*_BOUND} - {*_BEHIND}, key=len, reverse=True))
    dash = r"(?P<dash>--|——|[-—－–~～至到])"
    return re.compile(
        rf"(?:(?P<before>{before})\s?)?(?<![第A-Za-z\d.])"
        rf"(?:(?P<fraction>{_FRACTION})"
        rf"|(?:(?P<low>{_DIGITS}|{_HAN})\s?(?P<low_scale>{_SCALE})(?P<low_unit>{units})?\s?{dash}\s?)?"
        rf"(?P<number>{_DIGITS}|{_HAN})\s?(?P<more>余|多)?(?P<scale>{_SCALE})(?P<more_too>余|多)?\s?"
        rf"(?P<unit>(?:{units})(?:/(?:{units}|千立方米|年|月|日|时|秒|标准车次)(?:·(?:{units}))?)?)?"
        r"(?P<after>以上|以内|以下|左右|上下)?)"
    )


def find_quantities(text: str) -> list[Quantity]:
    """Return the figures in text, in order.

    >>> [(q.text, q.kind) for q in find_quantities("拥有企业300余家，产值约1000亿元，同比增长8.5%")]
    [('300余家', 'count'), ('约1000亿元', 'money'), ('8.5%', 'share')]
    """
    if not _WORTH_A_LOOK.search(text):
        return []
    found = []
    for match in _pattern().finditer(text):
        quantity = _quantity(match, text)
        if quantity is not None:
            found.append(quantity)
    return found


def _quantity(match: re.Match[str], text: str) -> Quantity | None:
    """Return the figure of a match, or None where it is part of another word or expression."""
    if match["fraction"]:
        return Quantity(Span(*match.span()), match[0], "share", "", ())
    start, number, scale, unit = match.start(), match["number"], match["scale"], match["unit"] or ""
    low, before = match["low"], match["before"]
    if before and not _hedges(before, number, text[max(0, start - 1) : start]):
        start, before = match.start("low") if low else match.start("number"), None
    if low and match["dash"] in ("到", "至") and text[max(0, start - 1) : start] in ("从", "由", "自"):
        start, low = match.start("number"), None  # 从3.5万千瓦到16.1万千瓦 is a change, and no range
    head = unit.partition("/")[0]
    kind: Kind = "money" if head in _CURRENCIES else _units().get(head, "bare")
    hedges = [word for word in (before, match["more"], match["more_too"], match["after"]) if word]
    following = text[match.end() : match.end() + 1]
    if following in _NOT_BEHIND.get(head, ()) or not _counts(number, scale, head, kind, hedges):
        return None
    if kind == "count" and _is_rank(text, start):
        return None
    words = text[start : match.end()]
    return Quantity(
        Span(start, match.end()),
        words,
        kind,
        unit,
        _normal(words, number, scale, unit, kind, low, match["low_scale"], hedges),
    )


def _hedges(word: str, number: str, before: str) -> bool:
    """Say whether the word speaks of the number: not the 约 of 签约15个, nor the 数 of 人数157万."""
    if word in ("数", "几", "上"):
        return all(character in _FACTOR for character in number)
    return before + word not in _WORDS


def _counts(number: str, scale: str, unit: str, kind: Kind, hedges: list[str]) -> bool:
    """Say whether number and unit make a figure: 万家 and 五台 make none, 近万家 and 五家 do."""
    if kind == "bare":
        return ("万" in number + scale or "亿" in number + scale) and (number[0].isdigit() or bool(hedges))
    if number[0].isdigit():
        return True
    if all(character in _FACTOR for character in number) and number != "十":
        return bool(hedges)
    return number not in _SMALL or unit in _SMALL_COUNTS or bool(hedges) or bool(scale)


def _is_rank(text: str, start: int) -> bool:
    """前3位, 首10家 and 排名第二 order, they do not count; 目前3家 does."""
    return text[max(0, start - 1) : start] == "前" and text[max(0, start - 2) : start] not in (
        "目前",
        "此前",
        "之前",
        "日前",
    )


def _normal(
    words: str,
    number: str,
    scale: str,
    unit: str,
    kind: Kind,
    low: str | None,
    low_scale: str | None,
    hedges: list[str],
) -> Normal:
    if kind == "money":
        amounts = find_amounts(words.replace("．", "."))
        return amounts[0].normal if len(amounts) == 1 else ()
    value = _value(number, scale)
    if value is None or all(character in _FACTOR for character in number):
        return ()  # 数百家, 近万家: how many is not said
    normal: dict[str, str | int | float] = {"unit": unit or "", "value": value}
    normal["bound"] = next((_BOUND[hedge] for hedge in hedges), "exact")
    least = _value(low, low_scale or scale) if low else None
    if least is not None and least < value:
        normal |= {"value": least, "high": value, "bound": "between"}
    return tuple(sorted(normal.items()))


def _value(number: str, scale: str) -> int | float | None:
    factor = 1
    for character in scale:
        factor *= _FACTOR[character]
    if number[0].isdigit():
        exact = Decimal(number.replace(",", "").replace("．", ".")) * factor
        return int(exact) if exact == exact.to_integral_value() else float(exact)
    read = read_numeral(number)
    return None if read is None else read * factor
