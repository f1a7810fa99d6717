"""Which regions may lie inside which, by their codes or their levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.model import Claim, Group, Span
from kg.regions import is_inside
from kg.schema import Schema

LEVELS = ("country", "province", "prefecture", "county", "township", "village")
"""Regions from wide to narrow; zones and sites lie inside any of them."""


def may_lie_inside(part: Group, whole: Group, beside: bool) -> bool:
    """Compare codes, else levels; a name further down a list (莆田湄洲岛、漳州) counts by codes alone."""
    if part.adcode is not None and whole.adcode is not None:
        return is_inside(part.adcode, whole.adcode)
    if not beside:
        return False
    levels = [LEVELS.index(group.subtype) if group.subtype in LEVELS else None for group in (part, whole)]
    return levels[0] is None or levels[1] is None or levels[0] > levels[1]


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
