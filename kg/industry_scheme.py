"""Where an industry stands in GB/T 4754-2017 and in the classification of strategic emerging industries of 2018.

An industry of a paper has the classes that it is or lies in: 白酒产业 has C1512, and so C151, C15 and C. A name has
them by its title or by another name in data/lexicons/industry_scheme.tsv, never by a likeness: 新能源汽车 is not 汽车,
汽车电子 is neither 汽车 nor 电子, and what the table does not know has no class.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from kg.errors import KGError
from kg.regions import region_prefix
from kg.resources import read_rows
from kg.text import fold

GBT4754, SEI = "GB/T 4754", "SEI 2018"
SCHEMES = {
    GBT4754: ("国民经济行业分类（GB/T 4754-2017）", "Industrial classification for national economic activities"),
    SEI: ("战略性新兴产业分类（2018）", "Classification of strategic emerging industries"),
}
"""The schemes, by what an entity's codes call them, with their titles in Chinese and English."""

_KEPT_OUT = "-"
_TAILS = (
    "全产业链", "产业链", "产业集群", "产业带", "产业", "行业", "领域", "集群", "制造业", "制造", "工业", "业", "链",
)  # fmt: skip
_MODIFIERS = re.compile("^(?:现代化?|传统|特色|优势|支柱|主导|我国|中国|国内|全[国省市县区]|[本当]地|本土|地方|区域)++")
_JOINTS = re.compile("[、/和与及]")
_SEPARATORS = re.compile("[、，,·]")


class IndustryClass(NamedTuple):
    """A class of a scheme; the code of the class that it lies in is a part of its own."""

    scheme: str
    code: str
    title: str

    @property
    def broader(self) -> str | None:
        """The code of the next broader class, None of the broadest."""
        if self.scheme == SEI:
            return self.code.rpartition(".")[0] or None
        return {1: None, 3: self.code[:1]}.get(len(self.code), self.code[:-1])


def industry_codes(name: str) -> tuple[tuple[str, str], ...]:
    """Return scheme and code of each class that an industry of this name is or lies in; none where that is not certain.

    >>> industry_codes("宁德市锂电产业"), industry_codes("新能源汽车产业链"), industry_codes("汽车电子")
    ((('GB/T 4754', 'C3841'),), (('SEI 2018', '5'),), ())
    """
    return tuple((one.scheme, one.code) for one in sorted(_find(fold(name))))


def industry_path(code: str) -> tuple[IndustryClass, ...]:
    """Return the class of a code and those that it lies in, the broadest last; raises KGError for an unknown code.

    >>> [(one.code, one.title) for one in industry_path("C381")]
    [('C381', '电机制造'), ('C38', '电气机械和器材制造业'), ('C', '制造业')]
    """
    path: list[IndustryClass] = []
    above: str | None = code
    while above is not None:
        found = classes().get(above)
        if found is None:
            raise KGError(f"{code}: no class of {' or '.join(SCHEMES)} that is known; they look like C38 and 1.2")
        path.append(found)
        above = found.broader
    return tuple(path)


@cache
def classes() -> Mapping[str, IndustryClass]:
    """Return all classes by code, in the order of the schemes; a code of one scheme is none of the other."""
    return {row[1]: IndustryClass(*row[:3]) for row in _rows() if row[0] != _KEPT_OUT}


def _find(name: str) -> frozenset[IndustryClass]:
    """Return the classes of a folded name: by the name itself, less its place or modifiers, or by its parts."""
    for whole in (name, name[region_prefix(name) :], _MODIFIERS.sub("", name)):
        found = _look_up(whole)
        if found is not None:
            return found
    parts = [_look_up(part) for part in _JOINTS.split(name)]
    return frozenset(one for part in parts for one in part or ()) if all(parts) else frozenset()


def _look_up(name: str) -> frozenset[IndustryClass] | None:
    """Return the classes of the longest part of a name before its tails that the table has; None where it has none."""
    known = _names()
    return next((known[shorter] for shorter in _without_tails(name) if shorter in known), None)


def _without_tails(name: str) -> list[str]:
    """Return the name and what is left of it without its tails (产业, 行业, 制造业), longest first."""
    found = {_SEPARATORS.sub("", name): None}
    todo = list(found)
    while todo:
        whole = todo.pop()
        for tail in _TAILS:
            shorter = whole.removesuffix(tail)
            if shorter and shorter not in found:
                found[shorter] = None
                todo.append(shorter)
    return sorted(found, key=len, reverse=True)


@cache
def _names() -> Mapping[str, frozenset[IndustryClass]]:
    """Return the classes by folded name; names that are kept without one have none.

    What the table gives as another name of a class goes before a title of its scheme: papers call 农业 all of section
    A, not A01. A title's core (电机 of 电机制造) comes last.
    """
    given: list[tuple[str, IndustryClass]] = []
    titles: list[tuple[str, IndustryClass]] = []
    cores: list[tuple[str, IndustryClass]] = []
    kept_out: list[str] = []
    for scheme, code, title, *others in _rows():
        whole, *shorter = _without_tails(fold(title))
        if scheme == _KEPT_OUT:
            kept_out.append(whole)
            continue
        one = classes()[code]
        given += [(_SEPARATORS.sub("", fold(other)), one) for names in others for other in names.split("|")]
        if not title.startswith("其他"):
            titles.append((whole, one))
            cores += [(core, one) for core in shorter]
    found: dict[str, frozenset[IndustryClass]] = {}
    for pairs in (given, titles, cores):
        before = {(name, one.scheme) for name, same in found.items() for one in same}
        for name, one in pairs:
            if (name, one.scheme) not in before:
                found[name] = found.get(name, frozenset()) | {one}
    return {name: _narrowest(same) for name, same in found.items()} | dict.fromkeys(kept_out, frozenset())


def _narrowest(same: frozenset[IndustryClass]) -> frozenset[IndustryClass]:
    """Return classes of one name less those around another: 房地产业 is K and, inside it, K70."""
    return same - {above for one in same for above in industry_path(one.code)[1:]} if len(same) > 1 else same


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    return tuple(read_rows("lexicons", "industry_scheme.tsv"))
