"""Dates of publication as ISO 8601, where they are unambiguous."""

from __future__ import annotations

import re
from datetime import date

_DAYS = (
    re.compile(r"([12]\d{3})([-/.])(\d{1,2})\2(\d{1,2})(?:[T\s].*)?"),  # with the time of day, if any
    re.compile(r"([12]\d{3})(年)(\d{1,2})月(\d{1,2})日(?:\s.*)?"),
    re.compile(r"([12]\d{3})()(\d{2})(\d{2})"),
)
_MONTH = re.compile(r"([12]\d{3})(?:[-/.]|年)(\d{1,2})月?")
_YEAR = re.compile(r"([12]\d{3})年?")
_SPACED = re.compile(r"(?<=[年月])\s+(?=\d)|(?<=\d)\s+(?=[年月日])")


def to_iso(text: str | None) -> str | None:
    """Return the date in ISO 8601 at the precision given, None where it is none or could be read in two ways.

    >>> to_iso("20250610"), to_iso("2025年6月10日"), to_iso("2025-06"), to_iso("06/10/2025")
    ('2025-06-10', '2025-06-10', '2025-06', None)
    """
    closed = _SPACED.sub("", (text or "").strip())
    for pattern in _DAYS:
        if found := pattern.fullmatch(closed):
            try:
                return date(int(found[1]), int(found[3]), int(found[4])).isoformat()
            except ValueError:
                return None
    if (found := _MONTH.fullmatch(closed)) and 1 <= int(found[2]) <= 12:
        return f"{found[1]}-{int(found[2]):02d}"
    found = _YEAR.fullmatch(closed)
    return found[1] if found else None
