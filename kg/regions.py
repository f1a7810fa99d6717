"""The administrative divisions of China: codes after GB/T 2260, names old and new, and which one a name stands for.

The table is data/regions.tsv; former names are in data/region_changes.tsv. Both are read once, at the first question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from kg.region_names import short_names, splits_class
from kg.resources import read_rows, read_words

Level = Literal["province", "prefecture", "county"]

_RANK = {"province": 0, "prefecture": 1, "county": 2}


@dataclass(frozen=True, slots=True)
class Division:
    """A division by its six-digit code; ``parent`` is the code of the next one above, None for a province."""

    adcode: str
    name: str
    level: Level
    parent: str | None


@dataclass(frozen=True, slots=True)
class _Table:
    """Divisions by code, and the divisions that a full, short, former or any name may stand for, in this order."""

    divisions: Mapping[str, Division]
    full: Mapping[str, tuple[Division, ...]]
    short: Mapping[str, tuple[Division, ...]]
    former: Mapping[str, tuple[Division, ...]]
    any: Mapping[str, tuple[Division, ...]]
    ancestors: Mapping[str, tuple[str, ...]]


@cache
def _table() -> _Table:
    divisions: dict[str, Division] = {}
    full: dict[str, tuple[Division, ...]] = {}
    short: dict[str, tuple[Division, ...]] = {}
    former: dict[str, tuple[Division, ...]] = {}
    ancestors: dict[str, tuple[str, ...]] = {}

    def add(index: dict[str, tuple[Division, ...]], names: Iterable[str], division: Division) -> None:
        for name in names:
            if division not in (known := index.get(name, ())):
                index[name] = (*known, division)

    for adcode, name, level, parent, others in _padded("regions.tsv", 5):
        division = divisions[adcode] = Division(adcode, name, cast(Level, level), parent or None)
        add(full, (name,), division)
        add(short, (*short_names(name), *others.split()), division)
        ancestors[adcode] = (parent, *ancestors[parent]) if parent else ()
    for name, _, _, adcode, *_ in read_rows("region_changes.tsv"):
        bare = (stem for stem in short_names(name) if stem not in short)  # 柳州 is no longer 柳州地区
        add(former, (name, *bare), divisions[adcode])
    names = dict.fromkeys((*full, *short, *former))
    known = {n: tuple(dict.fromkeys((*full.get(n, ()), *short.get(n, ()), *former.get(n, ())))) for n in names}
    return _Table(divisions, full, short, former, known, ancestors)


def _padded(file: str, width: int) -> Iterator[tuple[str, ...]]:
    for row in read_rows(file):
        yield row + ("",) * (width - len(row))


def division(adcode: str) -> Division:
    """Return the division with that code; raises KeyError where GB/T 2260 has none now."""
    return _table().divisions[adcode]


def divisions() -> Iterable[Division]:
    """Return all divisions in the order of their codes."""
    return _table().divisions.values()


def ancestors(adcode: str) -> tuple[str, ...]:
    """Return the codes of the divisions above, the nearest first: 350902 → 350900, 350000."""
    return _table().ancestors[adcode]


def is_inside(adcode: str, other: str) -> bool:
    """Say whether a division is the other one or lies inside it."""
    return adcode == other or other in _table().ancestors.get(adcode, ())


def full_path(adcode: str) -> str:
    """Return the full names from the province down: 福建省宁德市蕉城区."""
    table = _table()
    return "".join(table.divisions[code].name for code in (*reversed(table.ancestors[adcode]), adcode))


def candidates(name: str) -> tuple[Division, ...]:
    """Return the divisions that a full, short or former name may stand for; those that bear it now come first.

    A name with 中国 before or 地区 behind it is that of the province: 中国香港, 台湾地区, 北京地区.
    """
    table = _table()
    found = table.any.get(name)
    if found is not None:
        return found
    bare = name.removeprefix("中国").removesuffix("地区")
    if len(bare) < 2 or bare is name:
        return ()
    return tuple(division for division in table.short.get(bare, ()) if division.level == "province")


def division_names() -> Iterator[tuple[str, Literal["full", "short"]]]:
    """Yield every name of two characters or more with its kind; a former full name is full. Names may come twice."""
    table = _table()
    yield from ((name, "full") for name in table.full)
    yield from (
        (name, "full" if name[-1] in "市县区盟旗" or name.endswith("地区") else "short") for name in table.former
    )
    yield from ((name, "short") for name in table.short if len(name) > 1)


def highest_level(found: Iterable[Division]) -> Level:
    """Return the highest level among divisions of one name, which is the standard reading of a short name."""
    return min((d.level for d in found), key=_RANK.__getitem__)


def is_word(name: str) -> bool:
    """Say whether a division's short name is also a word or a common part of names: 东方, 和平, 白银."""
    return name in _words()


@cache
def _words() -> frozenset[str]:
    return frozenset(read_words("lexicons", "region_words.tsv"))


@cache
def _longest() -> int:
    table = _table()
    return max(len(name) for index in (table.full, table.short, table.former) for name in index)


def region_prefix(name: str) -> int:
    """Return the length in characters of the divisions that an organization's or a place's name begins with; 0 if none.

    The names may be full, short or former; each must lie inside the one before it. A county's short name that is
    also a word (东方, 和平) counts only behind its parent. Countries do not count.

    >>> region_prefix("宁德市蕉城区思客琦智能装备有限公司"), region_prefix("福建亚南电机"), region_prefix("东方电气")
    (6, 2, 0)
    """
    position = 0
    above: tuple[Division, ...] = ()
    while True:
        for length in range(min(_longest(), len(name) - position), 1, -1):
            piece = name[position : position + length]
            found = candidates(piece)
            if not found or splits_class(name, position + length):
                continue
            if above:
                found = tuple(d for d in found if any(d != a and is_inside(d.adcode, a.adcode) for a in above))
            elif is_word(piece):
                found = ()
            if found:
                position, above = position + length, found
                break
        else:
            return position


# The bare name is as common for a district of Beijing as for the city in Liaoning: without context it stays unresolved.
_CONTESTED = frozenset({"朝阳"})


def assign(names: Sequence[tuple[str, int, int]], text: str) -> list[str | None]:
    """Return the adcode of each region mention of one article, None where it has none or is not certain.

    ``names`` are (surface, start, end) in text order, offsets in code points of ``text``. A name that several divisions
    bear is decided, in this order: by the name it stands next to (泉州晋江市, 吉林船营区); a short name by its highest
    bearer (吉林 alone is the province, 南昌 the city and not the county); by the same division named before; else by
    the divisions named earlier, if just one bearer lies inside the innermost of them that has any. A former name
    gives the present code.
    """
    codes: list[str | None] = []
    named: dict[str, None] = {}
    for index, (surface, start, end) in enumerate(names):
        bearers = candidates(surface)
        left = codes[-1] if index and _touch(text, names[index - 1][2], start) else None
        right = candidates(names[index + 1][0]) if index + 1 < len(names) and names[index + 1][1] == end else ()
        code = _decide(surface, bearers, left, right, named)
        codes.append(code)
        if code is not None:
            named[code] = None
    return codes


def _touch(text: str, end: int, start: int) -> bool:
    return text[end:start] in ("", "（", "(", "的")


def _decide(
    surface: str,
    bearers: tuple[Division, ...],
    left: str | None,
    right: tuple[Division, ...],
    named: Mapping[str, None],
) -> str | None:
    if not bearers:
        return None
    if left is not None and (inner := _only(d for d in bearers if d.adcode != left and is_inside(d.adcode, left))):
        return inner
    if parent := _only(d for d in bearers if any(r.parent == d.adcode for r in right)):
        return parent
    if outer := _only(d for d in bearers if any(r != d and is_inside(r.adcode, d.adcode) for r in right)):
        return outer
    if len(bearers) == 1:
        return bearers[0].adcode
    if surface in _table().short and surface not in _CONTESTED:
        highest = highest_level(bearers)
        if highest != "county" and (best := _only(d for d in bearers if d.level == highest)):
            return best
    if known := _only(d for d in bearers if d.adcode in named):
        return known
    return _by_context(bearers, named)


def _by_context(bearers: tuple[Division, ...], named: Mapping[str, None]) -> str | None:
    """Return the only bearer inside the divisions named earlier: their prefectures first, then their provinces."""
    table = _table()
    around = {code for name in named for code in (name, *table.ancestors[name])}
    for level in ("prefecture", "province"):
        scopes = [code for code in around if table.divisions[code].level == level]
        inside = [d for d in bearers if any(is_inside(d.adcode, scope) for scope in scopes)]
        if inside:
            return _only(inside)
    return None


def _only(found: Iterable[Division]) -> str | None:
    """Return the code of the only division of ``found``, None where there is none or more than one."""
    codes = {d.adcode for d in found}
    return codes.pop() if len(codes) == 1 else None
