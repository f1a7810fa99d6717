"""Names as they would be written in full and without their marks, for the comparison of names in one article.

Newspapers write one name with 市 or without (农业银行贵州分行, 农业银行贵州省分行), with a head in full or contracted
(管理委员会, 管委会), with one dash, dot or pair of quotation marks or another. Spelled out, such names are equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from kg.region_names import splits_class
from kg.regions import Division, candidates, division_names, highest_level, is_inside, is_word
from kg.resources import read_rows

_MARKS = str.maketrans(
    dict.fromkeys("—–―－‐‑", "-") | dict.fromkeys("•・‧∙", "·") | dict.fromkeys("“”‘’「」\"'《》〈〉") | {"＋": "+"}
)
_PARTY = re.compile(r"^(?:中共|中国共产党)(?=..)(?!中央$)")
_BODY_OF_BRANCH = re.compile(r"(?:股份)?有限(?:责任)?公司(?=.+(?:分行|支行|分公司|营业部|分理处)$)")
_GROUP_FIRM = re.compile(r"集团(?:有限公司|总公司|公司)$")
_AFTER_FIRM = re.compile(r"(?:集团)?(?:股份有限公司|股份|有限公司|总公司|公司)?")
_BRANCH_END = re.compile(r"(?:支行|分行|分公司|营业部|分理处|办事处|研究院|院)$")
_LONGEST_DIVISION, _LONGEST_HEAD, _LONGEST_FIRM = 12, 16, 8


def unmarked(name: str) -> str:
    """Return a folded name (kg.text.fold) without quotation marks, with one kind of dash and of dot.

    >>> unmarked("“海西—23”联合演练"), unmarked("‘沪滇•澜湄线’班列")
    ('海西-23联合演练', '沪滇·澜湄线班列')
    """
    return name.translate(_MARKS)


@lru_cache(maxsize=1 << 14)
def spelled_out(name: str) -> str:
    """Return an organization's folded name in full: official names of divisions, heads and legal forms not contracted.

    A division's short name means what it means standing alone (吉林 the province, 长沙 the city), else it stays.

    >>> spelled_out("南沙区政府"), spelled_out("农业银行贵州分行"), spelled_out("中共福建省委")
    ('南沙区人民政府', '农业银行贵州省分行', '福建省委')
    """
    key = _PARTY.sub("", unmarked(name))
    key = _BODY_OF_BRANCH.sub("", key.replace("特别行政区", "特区"))
    key = _head_in_full(_front_in_full(_with_official_divisions(key)))
    key = key.replace("(集团)", "集团").replace("有限责任公司", "有限公司")
    # The group 甲集团有限公司 is called 甲集团; the listed 甲集团股份有限公司 is another firm and keeps its form.
    key = _GROUP_FIRM.sub("集团", key)
    return key.removesuffix("股份公司") + "股份有限公司" if key.endswith("股份公司") else key


@dataclass(frozen=True, slots=True)
class _Contractions:
    """The full forms of whole names, of heads and of the cores of firms' names, by their short forms."""

    whole: dict[str, str]
    ends: dict[str, str]
    firms: dict[str, str]
    starts: frozenset[str]
    """The first two characters of forms that may stand at the beginning of a longer name."""


@cache
def _contractions() -> _Contractions:
    """Read the tables; a form that is short for several is left out.

    和 is left out of departments: 发展和改革局 and 发展改革局 are one, both 发改局 for short.
    """
    whole: dict[str, str] = {}
    firms: dict[str, str] = {}
    ends: dict[str, set[str]] = {}
    for full, short in read_rows("lexicons", "department_abbreviations.tsv"):
        bare = full.replace("和", "")
        ends.setdefault(short, set()).add(bare)
        ends.setdefault(full, set()).add(bare)
    for full, short, kind in read_rows("lexicons", "organization_contractions.tsv"):
        if kind == "end":
            ends.setdefault(short, set()).add(full)
        else:
            (whole if kind == "whole" else firms)[short] = full
    # 发改委 is short for 发展改革委 as well as for 发展改革委员会, which is short for nothing.
    last = {
        short: {long for long in longs if ends.get(long, {long}) == {long}} or longs for short, longs in ends.items()
    }
    in_full = {short: min(longs) for short, longs in last.items() if len(longs) == 1}
    starts = frozenset(form[:2] for form in (*firms, *(short for short in in_full if short.endswith("部"))))
    return _Contractions(whole, in_full, firms, starts)


def _head_in_full(name: str) -> str:
    known = _contractions()
    name = known.whole.get(name, name)
    for length in range(min(len(name), _LONGEST_HEAD), 1, -1):
        full = known.ends.get(name[-length:])
        if full is not None:
            return name[:-length] + full
    return name + "公室" if len(name) > 2 and name.endswith("办") else name


def _front_in_full(name: str) -> str:
    """Write the beginning in full: 工信部 of 工信部电子研究所, 东航 of 东航西北分公司."""
    known = _contractions()
    if name[:2] not in known.starts:
        return name
    for length in range(min(len(name), _LONGEST_FIRM), 1, -1):
        front, rest = name[:length], name[length:]
        if front in known.firms and (_AFTER_FIRM.fullmatch(rest) or _BRANCH_END.search(rest)):
            return known.firms[front] + rest
        if front.endswith("部") and front in known.ends and rest:
            return known.ends[front] + rest
    return name


@cache
def _titles() -> dict[str, tuple[dict[str, str], re.Pattern[str]]]:
    """Return the full forms by type, and what finds the short ones."""
    table: dict[str, dict[str, str]] = {}
    for type_, full, short in read_rows("lexicons", "title_contractions.tsv"):
        table.setdefault(type_, {})[short] = full
    return {type_: (forms, re.compile("|".join(map(re.escape, forms)))) for type_, forms in table.items()}


def title_in_full(type_: str, name: str) -> str:
    """Return an event's, a program's or a branch's folded name without marks, what everybody contracts in full.

    >>> title_in_full("Event", "第136届广交会"), title_in_full("Industry", "电商")
    ('第136届中国进出口商品交易会', '电子商务')
    """
    plain = unmarked(name)
    forms, pattern = _titles()[type_]
    if type_ == "Industry":
        return forms.get(plain, plain)
    return pattern.sub(lambda found: forms[found[0]], plain)


def _with_official_divisions(name: str) -> str:
    out: list[str] = []
    position, end_of_last = 0, -1
    above: tuple[Division, ...] = ()
    starts = _division_starts()
    while position < len(name):
        if name[position : position + 2] not in starts:
            out.append(name[position])
            position += 1
            continue
        official, length, found = _division_at(name, position, above if end_of_last == position else ())
        if official is not None:
            out.append(official)
            position += length
            end_of_last, above = position, found
        else:
            out.append(name[position])
            position += 1
    return "".join(out)


@cache
def _division_starts() -> frozenset[str]:
    """Return the first two characters of all names of divisions."""
    return frozenset(name[:2] for name, _ in division_names())


def _division_at(name: str, position: int, above: tuple[Division, ...]) -> tuple[str | None, int, tuple[Division, ...]]:
    """Return the official name of the longest division named at a position, its length there, and what it may be."""
    for length in range(min(_LONGEST_DIVISION, len(name) - position), 1, -1):
        piece = name[position : position + length]
        found = candidates(piece)
        if not found or splits_class(name, position + length):
            continue
        inner = tuple(d for d in found if any(d != a and is_inside(d.adcode, a.adcode) for a in above))
        if not inner and is_word(piece):
            continue
        official = _official(piece, inner or found)
        if official is not None:
            return official, length, inner or found
    return None, 0, ()


def _official(piece: str, found: tuple[Division, ...]) -> str | None:
    """Return the official name of what a division's name standing alone means; None where it may be two."""
    named = tuple(d for d in found if d.name == piece) or found
    if len(named) > 1:
        level = highest_level(named)
        named = tuple(d for d in named if d.level == level)
    names = {d.name for d in named}
    return names.pop().replace("特别行政区", "特区") if len(names) == 1 else None
