"""Which regions may lie inside which, by their codes, their levels or their names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kg.model import Claim, Group, Span
from kg.regions import Division, candidates, is_inside, region_prefix
from kg.schema import Schema

LEVELS = ("country", "province", "prefecture", "county", "township", "village")
"""Regions from wide to narrow; zones and sites lie inside any of them."""

_UNCODED = ("informal", "development_zone", "site")
"""Regions without a code, whose parts are known from the text alone."""

_DIRECTION = re.compile("[东南西北]{2}|[东南西北中]部")
"""A direction alone says of which whole it is a side, not what it is: 上海东南的甲地区 does not lie in 东南."""

_CALLED = re.compile(
    "(?:国际|经济|技术|高新|产业|综合|自贸)*(?:港|港区|口岸|机场|[东西南北]?站|开发区|保税区|高新区|经开区|自贸区)"
)
"""What is called by the division around it; a park (上海桂林公园) may be named after another."""


def may_lie_inside(part: Group, whole: Group, beside: bool) -> bool:
    """Compare codes, else levels and names; a name further down a list (莆田湄洲岛、漳州) counts by codes alone.

    Zones and informal regions have no codes: 长三角的南通、合肥 counts as a whole.
    """
    if part.adcode is not None and whole.adcode is not None:
        return is_inside(part.adcode, whole.adcode)
    if _DIRECTION.fullmatch(whole.name) or _holds_no(part, whole):
        return False
    if not beside and (whole.adcode is not None or whole.subtype not in _UNCODED or _is_narrow(part, whole)):
        return False
    if whole.adcode is not None and (own := _named_after(part)):
        return any(is_inside(one.adcode, whole.adcode) or is_inside(whole.adcode, one.adcode) for one in own)
    levels = [LEVELS.index(group.subtype) if group.subtype in LEVELS else None for group in (part, whole)]
    return levels[0] is None or levels[1] is None or levels[0] > levels[1]


def _holds_no(part: Group, whole: Group) -> bool:
    """Say whether the whole is a kind of region in which no division of the part's level lies.

    A county may lie in a new area (雄安新区), no prefecture does, and none in a site; ours lie in no other country.
    """
    if part.adcode is None:
        return False
    if whole.subtype == "country":
        return whole.name.removeprefix("中华人民共和") not in ("中国", "国")
    return whole.subtype == "site" or (whole.subtype == "development_zone" and part.subtype in LEVELS[:3])


def _is_narrow(part: Group, whole: Group) -> bool:
    """Say whether the one is a division and the other a zone: of a list, only the first lies there."""
    return part.adcode is not None and whole.subtype != "informal"


def _named_after(group: Group) -> tuple[Division, ...]:
    """Return the divisions by which a port, station or zone is called: 天津港 lies in no other city than Tianjin."""
    if group.subtype not in ("site", "development_zone"):
        return ()
    for length in range(region_prefix(group.name), 1, -1):
        if _CALLED.fullmatch(group.name, length) and (found := candidates(group.name[:length])):
            return found
    return ()


def innermost(claims: Sequence[Claim], schema: Schema, group: Mapping[Span, Group]) -> list[Claim]:
    """Leave out that a part lies in a whole where the article also names a nearer whole inside that one."""

    def ends(claim: Claim) -> tuple[str, str | None] | None:
        if not schema.predicates[claim.predicate].inside or isinstance(claim.object, str):
            return None
        return group[claim.subject.span].id, group[claim.object.span].adcode

    wholes: dict[str, set[str]] = {}
    for pair in map(ends, claims):
        if pair is not None and pair[1] is not None:
            wholes.setdefault(pair[0], set()).add(pair[1])

    def nearest(claim: Claim) -> bool:
        pair = ends(claim)
        if pair is None or pair[1] is None:
            return True
        return not any(code != pair[1] and is_inside(code, pair[1]) for code in wholes[pair[0]])

    return [claim for claim in claims if nearest(claim)]
