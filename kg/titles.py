"""Titles of posts: heads (局长, 董事长), what stands before them (常务副, 原), runs of several (党委书记、董事长)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kg.resources import read_rows, read_words

_JOINERS = ("、", "兼任", "兼", "及", "和", "暨")
_LONGEST = 8
_LONGEST_RUN = 40

_JOINT = re.compile(r"、|(?<![（(])兼任?(?![）)])")
_DEPARTMENTS = (
    *"部处科室系局司组办委厅队",
    "中心",
    "业务",
    "纪委",
    "工会",
    "支部",
    "总会",
    "市场",
    "地区",
    "学院",
    "大区",
    "原",
    "驻",
)
"""Last characters of departments, and of fields of work that stand before the head of a title."""

_REMARK = re.compile(r"[（(][^（）()]{1,6}[）)]$")
_NO_TITLE = re.compile(
    r"[，。；：！？,;:!?\n《》【】…]|[（(](?![^（）()]{1,6}[）)])|收到|关于|[的了是在被把让说称您我他她它]|表示|介绍|认为|指出|透露|来自|包括|以及|共同|邀请"
)


@dataclass(frozen=True, slots=True)
class TitleHead:
    """A head of titles: its kind (a subtype of Person, or ``officer``) and whether it may be a post of a place."""

    text: str
    kind: str
    of_place: bool


@dataclass(frozen=True, slots=True)
class Title:
    """A title in a text, ``text[start:end]``: prefixes and head, without a department."""

    start: int
    end: int
    head: TitleHead


@dataclass(frozen=True, slots=True)
class TitleRun:
    """Titles that follow one another, ``text[start:end]``: 党委书记、董事长; ``parts`` in text order."""

    start: int
    end: int
    parts: tuple[Title, ...]


@cache
def title_heads() -> Mapping[str, TitleHead]:
    """Return the shipped heads of titles by their words, read once."""
    rows = read_rows("lexicons", "titles.tsv")
    return {text: TitleHead(text, kind, scope == "place") for text, kind, scope in rows}


@cache
def title_prefixes() -> frozenset[str]:
    """Return the words that may stand before the head of a title and belong to it, read once."""
    return frozenset(read_words("lexicons", "title_prefixes.tsv"))


def remark_start(text: str, start: int, end: int) -> int:
    """Return where the head of a title may end that is followed by a remark in brackets: 部长 of 部长（兼）."""
    remark = _REMARK.search(text, start, end)
    return remark.start() if remark is not None else end


def title_before(text: str, end: int, start: int = 0) -> Title | None:
    """Return the longest title that ends at ``end`` and does not begin before ``start``.

    >>> title = title_before("该厂常务副厂长", 7)
    >>> title.start, title.head.kind
    (2, 'executive')
    """
    heads, prefixes = title_heads(), title_prefixes()
    for size in range(min(_LONGEST, end - start), 1, -1):
        head = heads.get(text[end - size : end])
        if head is not None:
            break
    else:
        return None
    begin = end - len(head.text)
    while True:
        for size in range(min(_LONGEST, begin - start), 0, -1):
            if text[begin - size : begin] in prefixes:
                begin -= size
                break
        else:
            return Title(begin, end, head)


def titles_before(text: str, end: int, start: int = 0) -> TitleRun | None:
    """Return the run of titles that ends at ``end``: 副主任 of 北京市科委副主任, 党委书记、董事长.

    Titles are joined by 、 兼 及 和. A department between two of them ends the run, as does all that is no title.
    """
    parts: list[Title] = []
    at = end
    while (title := title_before(text, at, start)) is not None:
        parts.append(title)
        at = next((title.start - len(j) for j in _JOINERS if text.endswith(j, start, title.start)), -1)
        if at <= start:
            break
    if not parts:
        return None
    parts.reverse()
    return TitleRun(parts[0].start, end, tuple(parts))


def title_pieces(text: str, start: int, end: int) -> list[Title]:
    """Divide ``text[start:end]`` at 、 and 兼 into titles with their departments: 工程部部长、总工程师.

    Returns an empty list where a piece does not end in a head (a remark in brackets may follow: 部长（兼）) or where
    the words cannot be a title. It ends before a later piece that begins with what is no department, as that names
    another body: 董事长 of 董事长、远山酒庄创始人.
    """
    if end - start > _LONGEST_RUN or _NO_TITLE.search(text, start, end):
        return []
    pieces: list[Title] = []
    at = start
    for joint in (*_JOINT.finditer(text, start, end), None):
        stop = joint.start() if joint is not None else end
        title = title_before(text, remark_start(text, at, stop), at)
        if title is None:
            return []
        listed = text.startswith("、", at - 1) and bool(pieces)
        if listed and title.start > at and not text.endswith(_DEPARTMENTS, at, title.start):
            break
        pieces.append(Title(at, stop, title.head))
        at = joint.end() if joint is not None else end
    return pieces
