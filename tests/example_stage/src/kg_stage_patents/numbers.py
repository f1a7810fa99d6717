"""Numbers of Chinese patents: ZL, the year, the kind, a serial number and a check digit, as in ZL202110345678.3.

The form is that of ZC 0006-2003, the standard for the numbers of patent applications in force since October 2003.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_NUMBER = re.compile(
    r"[ZＺ][LＬ][ \u3000]?(?P<year>[2２][0０]\d\d)[ \u3000]?(?P<kind>[12389１２３８９])[ \u3000]?(?P<serial>\d{7})"
    r"[.．](?P<check>[\dXＸ])(?!\d)"
)
_KINDS = {1: "invention", 2: "utility_model", 3: "design", 8: "invention", 9: "utility_model"}
"""What the fifth digit says; 8 and 9 are applications under the Patent Cooperation Treaty."""

_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


class Number(NamedTuple):
    """A number as it stands in a text: start and end in code points, the kind, whether its check digit is right."""

    start: int
    end: int
    kind: str
    is_valid: bool


def find_numbers(text: str) -> Iterator[Number]:
    """Yield the patent numbers of a text, in its order; full-width digits and spaces are taken too.

    >>> list(find_numbers("专利号：ZL202110345678.3"))
    [Number(start=4, end=20, kind='invention', is_valid=True)]
    """
    for found in _NUMBER.finditer(text):
        digits = [int(digit) for part in ("year", "kind", "serial") for digit in found[part]]
        remainder = sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11
        check = 10 if found["check"] in "XＸ" else int(found["check"])
        yield Number(found.start(), found.end(), _KINDS[int(found["kind"])], check == remainder)
