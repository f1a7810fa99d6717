"""Sums of money and shares in running text: the words as written, and what they mean.

Nothing is rewritten in the text; 第三产业 stays as it is. A sum is found where a number stands before a currency.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kg.model import Normal, Span

_ABOVE = ("超过", "超", "逾", "突破", "不少于", "不低于", "至少", "高于", "过", "以上", "余", "多")
_BELOW = ("接近", "将近", "近", "不足", "不到", "不超过", "低于", "至多", "最多", "最高", "以内", "以下")
_ABOUT = ("大约", "约", "左右", "上下", "数", "几", "上")
_BOUND = dict.fromkeys(_ABOUT, "about") | dict.fromkeys(_BELOW, "below") | dict.fromkeys(_ABOVE, "above")
"""What a hedge says of the number: 超6亿元 lies above it, 近500亿元 below, 约3000亿元 near it."""

# ISO 4217 codes.
_CURRENCY = {
    "元人民币": "CNY", "人民币": "CNY", "元": "CNY", "美元": "USD", "美金": "USD", "欧元": "EUR", "港元": "HKD",
    "港币": "HKD", "日元": "JPY", "英镑": "GBP", "韩元": "KRW", "卢布": "RUB", "澳元": "AUD", "加元": "CAD",
    "新加坡元": "SGD", "新台币": "TWD", "澳门元": "MOP", "瑞士法郎": "CHF", "泰铢": "THB", "印度卢比": "INR",
}  # fmt: skip
_FACTOR = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_DIGIT = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

# A numeral in characters is bounded, lest each start in a run of 百百百… is tried to its end; some fifteen are in use.
_NUMBER = r"\d+(?:,\d{3})*(?:[.．]\d+)?|[零〇一二两三四五六七八九十百千万亿]{0,20}[一二两三四五六七八九十百千万亿]"
_SCALE = r"[十百千]?[万亿]?亿?"
_CURRENCIES = "|".join(sorted(_CURRENCY, key=len, reverse=True))
_BEFORE = "|".join(
    sorted({*_ABOVE, *_BELOW, *_ABOUT} - {"以上", "余", "多", "以内", "以下", "左右", "上下"}, key=len, reverse=True)
)
_SUM = re.compile(
    rf"(?P<before>{_BEFORE})?\s?"
    rf"(?:(?P<low>{_NUMBER})\s?(?P<low_scale>{_SCALE})(?:{_CURRENCIES})?\s?(?:-|—|－|~|～|至|到)\s?)?"
    rf"(?P<number>{_NUMBER})\s?(?P<more>余|多)?(?P<scale>{_SCALE})(?P<more_too>余|多)?\s?"
    rf"(?P<currency>{_CURRENCIES})(?P<after>以上|以内|以下|左右|上下)?"
)
_PERCENT = re.compile(rf"(?P<before>{_BEFORE})?(?P<number>\d+(?:[.．]\d+)?)\s?[%％](?P<after>以上|以内|以下|左右|多)?")
_WORTH_A_LOOK = re.compile(r"元|人民币|美金|港币|英镑|卢布|新台币|法郎|铢|卢比")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum with its place in the text that was searched; see kg.model.Qualifier for ``normal``."""

    span: Span
    text: str
    normal: Normal


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage with its place in the text that was searched; ``normal`` holds value (5 for 5%) and bound."""

    span: Span
    text: str
    normal: Normal


def find_shares(text: str) -> list[Share]:
    """Return the percentages in text, in order.

    >>> [(s.text, dict(s.normal)) for s in find_shares("持股超51%")]
    [('超51%', {'bound': 'above', 'value': 51})]
    """
    shares = []
    for found in _PERCENT.finditer(text):
        exact = Decimal(found["number"].replace("．", "."))
        bound = next((_BOUND[hedge] for hedge in (found["before"], found["after"]) if hedge), "exact")
        value = int(exact) if exact == exact.to_integral_value() else float(exact)
        shares.append(Share(Span(*found.span()), found[0], (("bound", bound), ("value", value))))
    return shares


def find_amounts(text: str) -> list[Amount]:
    """Return the sums of money in text, in order.

    >>> [(a.text, dict(a.normal)["value"]) for a in find_amounts("授信超6亿元，贷款5300万元")]
    [('超6亿元', 600000000), ('5300万元', 53000000)]
    """
    if not _WORTH_A_LOOK.search(text):
        return []
    amounts = []
    for found in _SUM.finditer(text):
        number, scale = found["number"], found["scale"]
        value = _value(number, scale)
        hedges = [found[key] for key in ("before", "more", "more_too", "after") if found[key]]
        bare = all(digit in _FACTOR for digit in number)
        if value is None or (bare and not hedges) or (found["before"] == "上" and not bare):
            continue  # 万元户 is no sum; 上百亿元 is one, and in 以上5300万元 the 上 is no hedge
        low = _value(found["low"], found["low_scale"] or scale) if found["low"] else None
        bound = next((_BOUND[hedge] for hedge in hedges), "exact")
        normal: dict[str, str | int | float] = {"currency": _CURRENCY[found["currency"]], "bound": bound}
        if low is not None and low < value:
            normal |= {"value": low, "high": value, "bound": "between"}
        else:
            normal["value"] = value
        span = Span(found.start(), found.end())
        amounts.append(Amount(span, found[0], tuple(sorted(normal.items()))))
    return amounts


def _value(number: str, scale: str) -> int | float | None:
    factor = 1
    for unit in scale:
        factor *= _FACTOR[unit]
    if number[0].isdigit():
        exact = Decimal(number.replace(",", "").replace("．", ".")) * factor
    else:
        read = read_numeral(number)
        if read is None:
            return None
        exact = Decimal(read * factor)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def read_numeral(text: str) -> int | None:
    """Return the value of a Chinese numeral, or None where it is none: 五百三十万 is 5300000, 百 is 100.

    >>> read_numeral("五百三十万")
    5300000
    """
    total = section = digit = 0
    seen_digit = False
    for character in text:
        if character in _DIGIT:
            if seen_digit and digit:
                return None  # 二三 is two or three, not a number
            digit, seen_digit = _DIGIT[character], True
        elif character in "十百千":
            section += (digit if digit else 1) * _FACTOR[character]
            digit, seen_digit = 0, False
        elif character == "万":
            total += (section + digit or 1) * 10**4
            section, digit, seen_digit = 0, 0, False
        elif character == "亿":
            total = (total + section + digit or 1) * 10**8
            section, digit, seen_digit = 0, 0, False
        else:
            return None
    return total + section + digit
