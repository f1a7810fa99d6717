"""When a fact holds or held: stretches of days, ISO 8601, both ends included."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from functools import lru_cache

from kg.errors import KGError
from kg.gathering import Source
from kg.model import Fact

Period = tuple[str | None, str | None]
"""The first and the last day; None where it is open."""

_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


def period_of(fact: Fact, sources: Mapping[str, Source]) -> Period | None:
    """Return when a fact was: as its own date says, else from the first to the last paper that tells it.

    None where neither is known.
    """
    for qualifier in fact.qualifiers:
        if qualifier.name == "date":
            said = dict(qualifier.normal)
            start, end = iso_day(str(said.get("start", ""))), iso_day(str(said.get("end", "")), last=True)
            if start or end:
                return start, end
    papers = (sources[claim.evidence[0].article].date for claim in fact.claims)
    days = sorted(day for paper in papers if paper is not None and (day := iso_day(paper)))
    return (days[0], days[-1]) if days else None


def touches(period: Period | None, other: Period) -> bool:
    """Say whether two periods have a day in common; what has no period touches none."""
    if period is None:
        return False
    return (period[0] or "") <= (other[1] or "9999") and (other[0] or "") <= (period[1] or "9999")


def around(one: Period, other: Period) -> Period:
    """Return the shortest period that holds both."""
    start = None if one[0] is None or other[0] is None else min(one[0], other[0])
    return start, None if one[1] is None or other[1] is None else max(one[1], other[1])


def make_period(since: str | None, until: str | None) -> Period:
    """Return the period between two days; raises KGError where one is no day, or they are in the wrong order."""
    for day in (since, until):
        if day is not None and iso_day(day) != day:
            raise KGError(f"{day}: no day; write it as in 2025-06-30")
    if since is not None and until is not None and since > until:
        raise KGError(f"{since} is later than {until}; give the earlier day first")
    return since, until


@lru_cache(maxsize=1 << 12)  # few days are told of many times
def iso_day(text: str, *, last: bool = False) -> str | None:
    """Return the first or last day of a year, month or day in ISO form, None where it is none.

    >>> iso_day("2024"), iso_day("2024-02", last=True), iso_day("今年")
    ('2024-01-01', '2024-02-29', None)
    """
    found = _DAY.fullmatch(text)
    if not found or found[1] == "0000":
        return None
    year, month = int(found[1]), int(found[2] or (12 if last else 1))
    if not 1 <= month <= 12:
        return None
    longest = monthrange(year, month)[1]
    day = int(found[3] or (longest if last else 1))
    return f"{year:04}-{month:02}-{day:02}" if 1 <= day <= longest else None
