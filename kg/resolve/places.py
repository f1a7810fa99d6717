"""Where an article plays, and which division a name begins with: what tells equal names of different places apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from kg.named import ArticleNames
from kg.regions import (
    Division,
    ancestors,
    candidates,
    division,
    division_names,
    highest_level,
    is_inside,
    is_word,
    region_prefix,
)
from kg.text import fold

_CAPITAL = "110000"
"""Datelines put 北京 into articles that play elsewhere: beside another province it says nothing."""

_LEVELS = {
    "省": ("省",),
    "自治区": ("自治区",),
    "市": ("市",),
    "县": ("县",),
    "区": ("区",),
    "州": ("自治州",),
    "盟": ("盟",),
    "旗": ("旗",),
    "特区": ("特别行政区",),
}
"""The class words of divisions that bodies are called by (市财政局), and how the names of these divisions end."""

LEVELS = tuple(sorted(_LEVELS, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Setting:
    """The divisions that an article names, and those whose bodies it names; whether it names places without a code.

    ``province`` is the only one that its regions lie in, None where there is none or more than one.
    """

    named: frozenset[str]
    governed: frozenset[str]
    province: str | None
    zones: bool

    def only(self, level: str) -> str | None:
        """Return the code of the only division here that 市 (县, 省 …) alone can stand for, None if it is not sure.

        A county-level city named here has a prefecture around it, and 市 may mean either. An article that names just
        one province among places elsewhere may speak of provinces in general; that it names a body of the one, or no
        place elsewhere, makes it sure.
        """
        if level == "区" and self.zones:  # a development zone is a 区 too, and has no code
            return None
        known = self.named | self.governed
        around = known.union(*map(ancestors, known))
        found = [code for code in around if _is_called(division(code).name, level)]
        if len(found) != 1:
            return None
        code = found[0]
        places = self.named - {_CAPITAL}
        related = all(is_inside(place, code) or is_inside(code, place) for place in places)
        return code if related or code in self.governed else None


def _is_called(name: str, level: str) -> bool:
    return name.endswith(_LEVELS[level]) and not (level == "区" and name.endswith("自治区"))


def setting_of(article: ArticleNames) -> Setting:
    """Return where the article plays, by the codes of its regions and the names of its public bodies."""
    named = frozenset(name.adcode for name in article.names if name.adcode and _is_known(name.adcode))
    provinces = {code for place in named for code in (place, *ancestors(place)) if division(code).level == "province"}
    if len(provinces) > 1:
        provinces.discard(_CAPITAL)
    zones = any(name.subtype == "development_zone" for name in article.names)
    return Setting(named, frozenset(_governed(article)), min(provinces) if len(provinces) == 1 else None, zones)


def _governed(article: ArticleNames) -> Iterator[str]:
    for name in article.names:
        if name.subtype in ("government", "party"):
            bearers = {d.adcode for d in prefix_of(fold(name.name).removeprefix("中共")).bearers}
            if len(bearers) == 1:
                yield min(bearers)


def _is_known(adcode: str) -> bool:
    try:
        division(adcode)
    except KeyError:  # another stage's own, or one that GB/T 2260 no longer has
        return False
    return True


@dataclass(frozen=True, slots=True)
class Prefix:
    """The divisions that a name begins with: ``name[:start]`` those around the innermost, ``name[start:end]`` that one.

    ``bearers`` are the divisions that it may be.
    """

    start: int
    end: int
    bearers: tuple[Division, ...]


_BODY = re.compile(r"[市省县区](?:政府|政协|政法|民政[局厅]|直|级机关)")
"""Bodies before whose names a class word is that of the division, although it begins a word too: 宁德市|政府, 市政."""

_NOTHING = Prefix(0, 0, ())


@cache
def _openings() -> frozenset[str]:
    """Return the first two characters of all divisions' names: most names begin otherwise, and that is quickly seen."""
    return frozenset(name[:2] for name, _ in division_names())


@lru_cache(maxsize=1 << 16)
def prefix_of(name: str) -> Prefix:
    """Return the divisions that an organization's name begins with: 宁德市 and 蕉城区 of 宁德市蕉城区财政局."""
    first = name[2:4] if name.startswith("中国") else name[:2]
    length = region_prefix(name) if first in _openings() else 0
    if not length:
        return _NOTHING
    start, above = 0, tuple[Division, ...]()
    while True:
        for end in range(length, start + 1, -1):
            found = candidates(name[start:end])
            if above:
                found = tuple(d for d in found if any(d != a and is_inside(d.adcode, a.adcode) for a in above))
            if found:
                break
        else:
            return _NOTHING
        if end == length:
            whole = tuple(d for d in candidates(name[start : end + 1]) if d in found)
            return Prefix(start, end + 1, whole) if whole and _BODY.match(name, end) else Prefix(start, end, found)
        start, above = end, found


def code_of(name: str, prefix: Prefix, setting: Setting) -> str | None:
    """Return the code of the innermost division that the name begins with, None where it is not certain.

    A short name stands for its highest bearer (吉林 for the province), as in an article; of equal names the one is
    meant that the article is set in, if there is just one.
    """
    bearers = {d.adcode: d for d in prefix.bearers}
    if len(bearers) == 1:
        return next(iter(bearers))
    here = [code for code in bearers if code in setting.named]
    if len(here) == 1:
        return here[0]
    piece = name[prefix.start : prefix.end]
    if not any(d.name == piece for d in prefix.bearers):
        level = highest_level(prefix.bearers)
        best = [code for code, d in bearers.items() if d.level == level]
        if level != "county" and len(best) == 1:
            return best[0]
    near = [
        code for code in bearers if any(code != other and is_inside(code, other) for other in _cities(setting.named))
    ]
    return near[0] if len(near) == 1 else None


def _cities(named: Iterable[str]) -> list[str]:
    return [code for code in named if division(code).level != "county"]


def is_division(name: str) -> bool:
    """Say whether the whole text is a division's name, and no other word."""
    return bool(candidates(name)) and not is_word(name)
