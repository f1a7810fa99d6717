"""The lines of a page that are no article: date, page number, the paper's name, editors, continuation notes.

They say what the document is where nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.repair.lines import Line, cut_line, join_lines

_DAY = r"(?P<year>[12]\d{3})[年./-](?P<month>\d{1,2})[月./-](?P<day>\d{1,2})日?"
_WEEKDAY = r"(?:星期|周)[一二三四五六日天]"
_DATE = re.compile(rf"[（(]?{_DAY}(?:[（(]?{_WEEKDAY}[）)]?)?[）)]?")
_LUNAR = re.compile(
    rf"{_WEEKDAY}|农历\S{{4,10}}|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年\S{{2,8}}|第\d{{1,6}}期|总第\d+期|今日\d{{1,3}}版"
)
_PAGE = re.compile(
    r"第?(?P<page>[A-Z]?(?!0+版)\d{1,3})版(?:[：:].{0,8})?|第(?P<words>[一二三四五六七八九十]{1,3})版(?:[：:].{0,8})?"
)
_BARE_PAGE = re.compile(r"[A-Z]?\d{1,2}")
_PAPER = re.compile(
    r"[\u4e00-\u9fff]{1,8}(?:日报|晚报|早报|晨报|商报|时报|周报|都市报|经济报|财经报|工人报|农民报|导报|新报)"
)
_STAFF = re.compile(
    r"(?:本版|本期|执行|值班|责任|图片|视觉|文字|首席){0,3}(?:编辑|责编|主编|编委|主任|美编|版式|校对|排版|检校|制图|统筹|总监)(?=[：:/／\s]).{1,60}"
    r"|(?:本版|本期|执行|值班)?(?:责任编辑|责编|美编|校对|本版编辑|版式设计)[\u4e00-\u9fff\s、]{2,24}"
)
_CONTACT = re.compile(
    r"(?:新闻热线|投稿邮箱|电子邮箱|联系电话|邮箱|网址|邮编|官方微博|微信公众号|国内统一连续出版物号)[：:\s].{1,60}|CN\s?\d\d-\d{4}.{0,20}"
)
_NOTE = re.compile(r"[（(【]?(?:上接|下转|紧接|转|接)(?:第?[一二三四五六七八九十A-Z\d]{1,4}版|\d版).{0,12}[）)】]?")
_BRACKETED = re.compile(
    r"[（(【](?:上接|下转|紧接|转|接)第?[一二三四五六七八九十A-Z\d]{1,4}版[^（）()【】]{0,12}[）)】]"
)
_CUT_NOTE = re.compile(
    r"[（(【](?:[上下紧][接转]?|[转接])?(?:第?[一二三四五六七八九十A-Z\d]{0,4}版?)[^（）()【】]{0,12}$"
)
_SECTION = re.compile(r"[\u4e00-\u9fff]{2,4}|[A-Z]\d{0,2}")

_RUNNING = re.compile("[，。；？！“”]")
_MAY_BE_MARKED = re.compile("版[：:]|农历|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年")
"""Furniture in which a mark of running text may stand."""
_PARTS = re.compile(r"[\s|｜·•]+")
_SPACED_DATE = re.compile(r"(?<=\d)\s+(?=[年月日版])|(?<=[年月第])\s+(?=\d)")
_WEEKDAY_AFTER = re.compile(rf"(?<=日)\s*(?={_WEEKDAY})")
_PAGE_WORDS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Furniture:
    """What a line of page furniture says; None where it says nothing of that."""

    date: str | None = None
    page: str | None = None
    publication: str | None = None


def read_furniture(line: Line, *, at_edge: bool) -> Furniture | None:
    """Return what the line says if it is page furniture, None if it is not.

    ``at_edge`` says that the line stands among the first or last of the page, where a number or a paper's name alone
    is furniture too.
    """
    shown = line.shown
    if len(shown) > 80 or line.doubled:
        return None
    if _STAFF.fullmatch(shown) or _NOTE.fullmatch(line.text) or (at_edge and _CONTACT.fullmatch(shown)):
        return Furniture()
    if _RUNNING.search(shown) and not _MAY_BE_MARKED.search(shown):
        return None
    date = page = publication = weekday = section = None
    sure = unsure = 0
    for part in _PARTS.split(_close_date(shown)):
        if found := _DATE.fullmatch(part):
            date = f"{found['year']}-{int(found['month']):02d}-{int(found['day']):02d}"
            sure += 1
        elif found := _PAGE.fullmatch(part):
            page = found["page"] or str(_number(found["words"]))
            sure += 1
        elif _LUNAR.fullmatch(part):
            weekday = part
            sure += 1
        elif _PAPER.fullmatch(part):
            publication = part
            sure += at_edge
            unsure += not at_edge
        elif at_edge and _BARE_PAGE.fullmatch(part):
            page = page or part
            sure += shown == part
            unsure += shown != part
        elif _SECTION.fullmatch(part):
            section = part
            unsure += 1
        else:
            return None
    if not sure or unsure > 2 * sure or (section and not page):
        return None
    if not (at_edge or page or (date and weekday)) or (shown == weekday and shown.startswith("周")):
        return None  # running text, where lines are short
    return Furniture(date, page.lstrip("0") if page else None, publication)


def read_note(line: Line) -> Literal["from", "to"] | None:
    """Say whether the line is a continuation note, from another page （上接第一版） or to one （下转第三版）."""
    found = _NOTE.fullmatch(line.text)
    return None if found is None else "from" if "接" in found[0] else "to"


def part_notes(text: str, lines: Sequence[Line]) -> list[Line]:
    """Return a page's lines with continuation notes on lines of their own that stood at either end of running text."""
    parted: list[Line] = []
    for line in lines:
        rest: Line | None = line
        if parted and not parted[-1].doubled and (cut := _CUT_NOTE.search(parted[-1].text)):
            start, above = cut.start(), parted[-1].text
            found = _BRACKETED.match(above[start:] + line.text)
            length = found.end() - len(above) + start if found else 0
            if length > 0:  # the note was cut by a line end: （下转第 / 三版）
                body, note = cut_line(parted[-1], start) if start else (None, parted[-1])
                end, rest = cut_line(line, length) if length < len(line.text) else (line, None)
                parted[-1:] = [] if body is None else [body]
                parted.append(join_lines(text, note, end))
        if rest is not None:
            parted += _part_note(rest)
    return parted


def _part_note(line: Line) -> tuple[Line, ...]:
    if line.doubled or "版" not in line.text:
        return (line,)
    found = _BRACKETED.match(line.text)
    if found and found.end() < len(line.text):
        return cut_line(line, found.end())
    found = _BRACKETED.search(line.text, max(len(line.text) - 24, 0))
    if found and found.start() and found.end() == len(line.text):
        return cut_line(line, found.start())
    return (line,)


def merge(said: Iterable[Furniture]) -> Furniture:
    """Return what the page's furniture says; where two lines disagree, that stays unknown."""
    known = list(said)
    return Furniture(
        _only(each.date for each in known),
        _only(each.page for each in known),
        _only(each.publication for each in known),
    )


def _only(values: Iterable[str | None]) -> str | None:
    different = {value for value in values if value is not None}
    return different.pop() if len(different) == 1 else None


def _close_date(shown: str) -> str:
    """Close the spaces inside 2025 年 6 月 10 日 and 第 3 版."""
    return _WEEKDAY_AFTER.sub(" ", _SPACED_DATE.sub("", shown))


def _number(words: str) -> int:
    """Return the number that 一 to 九十九 says."""
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return _PAGE_WORDS.find(words[0])
    return (_PAGE_WORDS.find(tens[0]) if tens else 1) * 10 + (_PAGE_WORDS.find(ones[0]) if ones else 0)
