"""Time expressions: the words as written, and the days that they cover where those are certain.

Relative expressions (去年, 6月) are resolved against the article's date, or left without a value; vague ones
(近日, 目前) never have one. Formats follow GB/T 7408.1 (ISO 8601).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from functools import lru_cache

from kg.model import Normal, Span
from kg.money import read_numeral

# The years of the five-year plans, as published by the State Council.
_PLANS = {"十一五": 2006, "十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026, "十六五": 2031}
_YEARS = {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2, "上年": -1, "当年": 0, "本年": 0}
_HALVES = {"上半年": (1, 6), "下半年": (7, 12)}
_QUARTERS = {
    "一": (1, 3),
    "1": (1, 3),
    "二": (4, 6),
    "2": (4, 6),
    "三": (7, 9),
    "3": (7, 9),
    "四": (10, 12),
    "4": (10, 12),
}

_DAY_OF = r"(?:(?:(?:19|20)\d\d\s?年|去年|今年|明年)\s?)?(?:1[0-2]|0?[1-9])\s?月\s?(?:3[01]|[12]\d|0?[1-9])"
"""A day of a month, with or without its year."""

_EXPRESSION = re.compile(
    r"(?P<lead>截至目前|截至|截止|力争到|预计到|到|至|自从|自|从)?\s?"
    r"(?:"
    r"“?(?P<plan>十[一二三四五六]五)”?(?:规划)?(?:时期|期间|末|初)?"
    r"|(?P<first>(?:19|20)\d\d)\s?年?\s?[—\-–~～至到]{1,2}\s?(?P<last>(?:19|20)\d\d)\s?年(?!度?\s?\d)"
    r"|(?P<from_day>" + _DAY_OF + r")日?\s?[—\-–~～至到]{1,2}\s?(?P<to_day>" + _DAY_OF + r"|(?:3[01]|[12]\d|0?[1-9]))日"
    r"|(?:今天|昨天|今日|昨日|前天|当天|当日)\s?[（(](?P<told>(?:" + _DAY_OF + r")|(?:3[01]|[12]\d|0?[1-9]))[日号][）)]"
    r"|(?:(?P<year>(?:19|20)\d\d)\s?年|(?P<relative>前年|去年|今年|明年|后年|上年|当年|本年))度?"
    r"(?:\s?(?P<from_month>1[0-2]|[1-9])\s?月?\s?[—\-–~～至到]{1,2}\s?(?P<to_month>1[0-2]|[1-9])\s?月份?"
    r"|\s?(?P<month>1[0-2]|0?[1-9])\s?月份?(?:\s?(?P<day>3[01]|[12]\d|0?[1-9])\s?[日号])?"
    r"|\s?(?P<half>[上下]半年)|\s?第?(?P<quarter>[一二三四1-4])季度|\s?前(?P<quarters>[二两三23])个?季度|\s?全年|\s?前(?P<months>[一二三四五六七八九十\d]{1,2})个?月)?"
    r"|(?P<from_month_only>1[0-2]|[1-9])\s?月?\s?[—\-–~～至到]{1,2}\s?(?P<to_month_only>1[0-2]|[1-9])\s?月份?(?!\d|\s?[12]?\d日)"
    r"|(?P<month_only>1[0-2]|0?[1-9])\s?月份?(?:\s?(?P<day_only>3[01]|[12]\d|0?[1-9])\s?[日号])?"
    r"|(?P<half_only>[上下]半年)|第?(?P<quarter_only>[一二三四])季度|前(?P<quarters_only>[二两三23])个?季度|前(?P<months_only>[一二三四五六七八九十\d]{1,2})个?月"
    r"|(?P<vague>近日|日前|近期|近年来|近年|近些年|近[一两二三四五六七八九十几\d]{1,2}年来?|目前|当前|眼下|如今|现阶段|现在|当日|当天|今天|昨天|今日|昨日|不久前"
    r"|未来[一两二三四五六七八九十几\d]{1,2}年|[一两二三四五六七八九十几\d]{1,3}多?年(?:多来|来|间)|随后"
    r"|(?:今年|去年|前年)?(?:春节|元旦|清明|五一|端午|中秋|国庆)(?:假期|黄金周|小长假|期间)+)"
    r"|(?<!\d)(?P<day_alone>3[01]|[12]\d|[1-9])日(?![游均内报本子元常期夜志历产用])"
    r")(?P<tail>年?(?:以来|底|末|初|中旬|上旬|下旬|起|之前|前|后|间|期间|至今))?"
)


@dataclass(frozen=True, slots=True)
class Date:
    """A time expression with its place in the text that was searched.

    ``normal`` holds start and end (ISO 8601 days, both included), each only where it is certain.
    """

    span: Span
    text: str
    normal: Normal


def find_dates(text: str, reference: str | None = None) -> list[Date]:
    """Return the time expressions in text, in order; ``reference`` is the article's date (ISO 8601), if known.

    >>> [(d.text, dict(d.normal)) for d in find_dates("去年产值超7000亿元", "2025-06-10")]
    [('去年', {'end': '2024-12-31', 'start': '2024-01-01'})]
    """
    return list(_found(text, reference))


@lru_cache(maxsize=4096)  # several stages ask for the same sentences
def _found(text: str, reference: str | None) -> tuple[Date, ...]:
    return tuple(Date(Span(*found.span()), found[0], _normal(found, reference)) for found in _EXPRESSION.finditer(text))


def _normal(found: re.Match[str], reference: str | None) -> Normal:
    days = _days(found, reference)
    if days is None:
        return ()
    start, end = days
    lead = (found["lead"] or "").removesuffix("目前")
    if lead in ("截至", "截止", "到", "至", "力争到", "预计到"):
        return (("end", end),)  # by then: where it begins is not said
    if found["tail"] in ("以来", "起", "至今"):
        until = reference if reference is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", reference) else None
        return (("end", until), ("start", start)) if until is not None and until >= start else (("start", start),)
    return (("end", end), ("start", start))


def _days(found: re.Match[str], reference: str | None) -> tuple[str, str] | None:
    if found["from_day"] or found["told"]:
        return _stretch(found["from_day"] or found["told"], found["to_day"] or found["told"], reference)
    if found["plan"]:
        start = _PLANS[found["plan"]]
        return f"{start}-01-01", f"{start + 4}-12-31"
    if found["first"]:
        return (f"{found['first']}-01-01", f"{found['last']}-12-31") if found["first"] <= found["last"] else None
    year = int(found["year"]) if found["year"] else None
    if year is None:
        if reference is None or not re.match(r"\d{4}", reference):
            return None
        year = int(reference[:4]) + _YEARS.get(found["relative"] or "今年", 0)
    if first := found["from_month"] or found["from_month_only"]:
        last = found["to_month"] or found["to_month_only"]
        return _months(year, int(first), int(last)) if int(first) < int(last) else None
    if quarters := found["quarters"] or found["quarters_only"]:
        return _months(year, 1, 9 if quarters in "三3" else 6)
    month = found["month"] or found["month_only"]
    if month:
        day = found["day"] or found["day_only"]
        return _month_days(year, int(month), int(day) if day else None)
    if half := found["half"] or found["half_only"]:
        return _months(year, *_HALVES[half])
    if quarter := found["quarter"] or found["quarter_only"]:
        return _months(year, *_QUARTERS[quarter])
    if months := found["months"] or found["months_only"]:
        number = int(months) if months.isdecimal() else read_numeral(months)
        return _months(year, 1, number) if number is not None and 1 <= number <= 12 else None
    if found["vague"] or found["day_alone"]:
        return None
    if found["tail"] in ("底", "末", "年底", "年末"):
        return _months(year, 12, 12)
    return f"{year}-01-01", f"{year}-12-31"


def _stretch(first: str, last: str, reference: str | None) -> tuple[str, str] | None:
    """Return the days of 去年11月8日 to 今年2月28日, 12月6日 to 8日; each takes year and month from the one before."""
    reached: list[tuple[int, int, int]] = []
    for text in (first, last):
        parts = [int(part) for part in re.findall(r"\d+", text)]
        relative = next((word for word in _YEARS if word in text), None)
        year = parts[0] if parts[0] > 31 else reached[0][0] if reached and relative is None else None
        if year is None:
            if reference is None or not re.match(r"\d{4}", reference):
                return None
            year = int(reference[:4]) + _YEARS[relative or "今年"]
        months = [part for part in parts if part <= 31]
        if not reached and len(months) < 2:
            return None  # 昨天（11日）: of a month that is not said
        month, day = months if len(months) == 2 else (reached[0][1], months[0])
        if day > monthrange(year, month)[1]:
            return None
        reached.append((year, month, day))
    start, end = (f"{year}-{month:02}-{day:02}" for year, month, day in reached)
    return (start, end) if start <= end else None


def _months(year: int, first: int, last: int) -> tuple[str, str]:
    return f"{year}-{first:02}-01", f"{year}-{last:02}-{monthrange(year, last)[1]}"


def _month_days(year: int, month: int, day: int | None) -> tuple[str, str] | None:
    length = monthrange(year, month)[1]
    if day is None:
        return f"{year}-{month:02}-01", f"{year}-{month:02}-{length}"
    return (f"{year}-{month:02}-{day:02}",) * 2 if day <= length else None
