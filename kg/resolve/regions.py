"""What makes two names of regions one key: a code; else a zone's, a town's or a village's name with what it lies in.

A division that was renamed keeps its key, as its code today is that of its old name; one that was merged into another
(塘沽区 into 滨海新区) was a region of its own, and stays one.
"""

from __future__ import annotations

import re
from functools import cache

from kg.region_names import countries, short_names, zone_in_short
from kg.regions import division
from kg.resolve.places import Setting, code_of, prefix_of
from kg.resources import read_rows
from kg.text import fold

Key = tuple[str, ...]

_WITHIN = frozenset(("township", "village", "site", "county", "prefecture", "province"))
"""Regions of these kinds share their names with others far away (鼓楼区, 城关镇, 人民广场)."""

_BARE = 3
"""Characters of the shortest name that 地区 may be left out of: 港澳地区 is 港澳, 本地区 is nothing."""

_SIDE = re.compile(r"[东南北]部")
"""A side of whatever the article speaks of; 东部地区 is that of the nation, and so are 西部 and 中部."""

_MANY = re.compile(
    r"(?:国家级?|省级|市级)?(?:现代|产业|工业|科技|物流|农业|软件|创业|文化|旅游|保税)*(?:园区?|产业园区?|片区|基地|示范区|度假区|景区)"
)
"""Zones of which a city has more than one."""

_GENERIC_ZONE = re.compile(
    r"(?:国家级?|省级|市级)?(?:经济|技术|经开|高新|综保|保税|自贸|自由|贸易|试验|工业|产业|物流|科技|农业|现代|文化|旅游|生态|示范|先行|综合|合作|未来|新|老|城|主|市|库|矿|山|林|牧|核心|开放)*"
    r"(?:开发区|产业园区?|工业园区?|科技园区?|示范区|试验区|先行区|合作区|度假区|保护区|景区|园区|片区|新区|新片区|园|区|港|口岸|码头|机场|科技城|新城|合作中心)$"
)


def key_of(name: str, subtype: str | None, adcode: str | None, setting: Setting, around: str | None) -> Key | None:
    """Return what the region of that name is known by across articles, None where its name does not tell it.

    ``around`` is the code of the division that the article says it lies in.
    """
    key = fold(name)
    if adcode is not None:
        return ("former", key, adcode) if key in _merged().get(adcode, ()) else ("code", adcode)
    if subtype == "country" or name in countries():
        return "country", countries().get(name, key)
    zone = zone_in_short(key)
    if subtype == "development_zone":
        prefix = prefix_of(zone)
        code = code_of(zone, prefix, setting) if prefix.end else None
        rest = zone[prefix.end :]
        if code is not None and rest:
            many = _MANY.fullmatch(rest) is not None and division(code).level != "county"
            return None if many else ("zone", code, rest)
        if prefix.end and code is None:
            return None
        if _GENERIC_ZONE.match(zone):
            return ("zone", around, zone) if around is not None and not zone.startswith("国家") else None
        return "name", zone
    if subtype in _WITHIN:
        return ("within", around, key) if around is not None else None
    if _GENERIC_ZONE.match(zone) or _SIDE.fullmatch(zone):
        return None
    bare = zone.removesuffix("地区")
    return "name", zone if len(zone) <= _BARE or _SIDE.fullmatch(bare) else bare


@cache
def _merged() -> dict[str, frozenset[str]]:
    """Return the names, full and short, of the divisions that went into each division."""
    found: dict[str, set[str]] = {}
    for name, _, _, adcode, *rest in read_rows("region_changes.tsv"):
        if rest[-1] == "merged":
            found.setdefault(adcode, set()).update((name, *short_names(name)))
    return {adcode: frozenset(names) for adcode, names in found.items()}
