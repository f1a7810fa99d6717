"""Groups of all articles become entities: regions by code, the rest by equal type and equal full name.

What a name alone cannot tell apart stays apart: a wrong merge costs more than a missed one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kg.graph import preferred_name
from kg.ids import digest
from kg.model import Group, Link, Reading
from kg.resolve.slugs import slug
from kg.text import fold

_DIVISIONS = frozenset({"province", "prefecture", "county", "township", "village", "site"})
"""Regions of these kinds share their names with others far away (鼓楼区, 城关镇, 人民广场)."""

_RELATIVE = re.compile(
    # 市发改委, 县第一医院: of whichever place the article speaks, unless a place's own name begins so (镇海区, 市中区)
    r"(?:省|市|县|区|州|盟|旗|镇|乡|村|街道|本|该|特区)(?!.{1,2}[市县区旗])"
    r"(?:.*(?:委|委员会|政府|人大|政协|局|厅|办|办公室|部|处|法院|检察院)$|直|属|第[一二三四五六七八九十]|人民|中医|妇幼|中心)"
    # 党委, 管委会, 董事会: of whichever body
    r"|(?:中共)?(?:党委|党组|党支部|党总支|党工委|团委|工会|管委会|村委会|居委会|村支部|人民政府|政府|董事会|监事会)$"
)
_GENERIC_ZONE = re.compile(
    r"(?:国家级?|省级)?(?:经济技术|经济|高新技术|高新|综合保税|保税|工业|产业|物流|科技|农业|示范|自由?贸易?试验|新)*"
    r"(?:开发区|产业园|工业园|园区|片区|新区|园|区)$"
)
_ANONYMOUS = re.compile(r"[某×xX*＊]")
"""What papers put in place of a name that they withhold: 张某某."""


def resolve(readings: Iterable[Reading]) -> list[Link]:
    """Return one link for each group, ordered by group: a function of the set of readings, not of their order."""
    members: dict[tuple[str, ...], list[Group]] = {}
    for reading in readings:
        for group in reading.groups:
            members.setdefault(_key(group), []).append(group)
    ids = _entity_ids(members)
    links = [
        Link(group.id, ids[key], _REASONS[key[1]])
        for key, groups in members.items()
        for group in groups
    ]  # fmt: skip
    return sorted(links, key=lambda link: link.group)


_REASONS = {
    "code": "equal code",
    "name": "equal type and name",
    "group": "the name alone does not tell which",
}


def _key(group: Group) -> tuple[str, ...]:
    """Return what makes groups one entity: type, kind of key, key, and for what stays apart the group's own id."""
    if group.type == "Region" and group.adcode:
        return group.type, "code", group.adcode
    name = fold(group.name)
    return (group.type, "group", name, group.id) if _is_ambiguous(group, name) else (group.type, "name", name)


def _is_ambiguous(group: Group, name: str) -> bool:
    if group.type == "Region":
        return group.subtype in _DIVISIONS or _GENERIC_ZONE.match(name) is not None
    if group.type == "Organization":
        return _RELATIVE.match(name) is not None
    return group.type == "Person" and _ANONYMOUS.search(name) is not None


def _entity_ids(members: Mapping[tuple[str, ...], list[Group]]) -> dict[tuple[str, ...], str]:
    """Return ids that people can read; those that would be equal are told apart by a digest of what differs."""
    plain = {key: f"{key[0]}:{_local(key, groups)}" for key, groups in members.items()}
    shared: dict[str, int] = {}
    for id_ in plain.values():
        shared[id_] = shared.get(id_, 0) + 1
    return {
        key: f"{id_}_{digest(*key[2:], length=8)}" if shared[id_] > 1 or key[1] == "group" else id_
        for key, id_ in plain.items()
    }


def _local(key: tuple[str, ...], groups: list[Group]) -> str:
    return key[2] if key[1] == "code" else slug(preferred_name(group.name for group in groups))
