"""What a name alone, or the words before it, say of its subtype."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kg import organizations, programs
from kg.model import Mention
from kg.posts import post_subtype
from kg.regions import candidates, highest_level
from kg.resources import read_rows
from kg.titles import titles_before


def subtype_of(kind: str, text: str, start: int, end: int, bodies: Mapping[int, Mention]) -> str | None:
    """Return the subtype of a mention of type ``kind``: that of most names of the type where nothing tells.

    ``bodies`` are the organizations by where they end. None for types that have no subtypes.
    """
    name = text[start:end]
    if kind == "Organization":
        return organizations.subtype_of(name) or "company"
    if kind == "Program":
        return programs.subtype_of(name) or "project"
    if kind == "Person":
        run = titles_before(text, start)
        return post_subtype(text, run, bodies) if run is not None else "other"
    if kind == "Region":
        return _region_subtype(name)
    return None


def _region_subtype(name: str) -> str:
    found = candidates(name)
    if found:
        return highest_level(found)
    return next((_region_heads()[name[at:]] for at in range(1, len(name)) if name[at:] in _region_heads()), "informal")


@cache
def _region_heads() -> Mapping[str, str]:
    return {row[0]: row[1] for row in read_rows("lexicons", "region_heads.tsv")}
