"""What a written number says, as a stretch of the number line: 超6亿元 lies above, 500亿元 is a rounded number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf

from kg.model import Qualifier

_ABOUT = 0.1
"""How far from the number 约 may lie, as a share of it."""

_WRITTEN = re.compile(r"(\d[\d,]*)(?:[.．](\d+))?\s?([十百千]?[万亿]?亿?)")
_SCALE = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class Interval:
    """A number that lies between ``low`` and ``high``, in that unit or currency."""

    low: float
    high: float
    unit: str

    def excludes(self, other: Interval) -> bool:
        """Say whether no number lies in both; those of different units cannot be compared and exclude nothing."""
        return self.unit == other.unit and self != other and (self.high <= other.low or other.high <= self.low)


def to_interval(qualifier: Qualifier) -> Interval | None:
    """Return what a qualifier with a number says, None where its value is not known.

    An exact number is rounded: 500亿元 says 499.5 to 500.5. A number that is ``below`` has no lower end.
    """
    normal = dict(qualifier.normal)
    value, high, bound = normal.get("value"), normal.get("high"), normal.get("bound", "exact")
    unit = str(normal.get("currency") or normal.get("unit") or "")
    if not isinstance(value, int | float):
        return None
    if bound == "between" and isinstance(high, int | float):
        return Interval(value, high, unit)
    if bound == "above":
        return Interval(value, inf, unit)
    half = _last_digit(qualifier.text, value) / 2
    if bound == "below":
        return Interval(-inf, value + half, unit)
    slack = max(half, abs(value) * _ABOUT) if bound == "about" else half
    return Interval(value - slack, value + slack, unit)


def _last_digit(text: str, value: float) -> float:
    """Return what one more in the last written digit would add: 10 million for 6.3亿元; 1 without written digits."""
    for integer, fraction, scale in _WRITTEN.findall(text):
        factor = 1.0
        for character in scale:
            factor *= _SCALE[character]
        if abs(float(f"{integer.replace(',', '')}.{fraction or 0}") * factor - value) <= abs(value) * 1e-9:
            return float(factor / 10 ** len(fraction))
    return 1.0 if value == int(value) else abs(value) * 1e-9
