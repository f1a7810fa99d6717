"""Overprinting undone: bold type that was set by printing twice comes out of a file as doubled text.

By character (北北京京), by run (近日近日，，) or by both in one line; a doubled line is doubled nearly throughout.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_LONGEST_LINE = 400  # code points; a printed line is shorter, and the search below is quadratic in a window
_LONGEST_RUN = 60
_ALONE = 6  # characters of a doubled line without another beside it
_SINGLES = 0.12  # the share of a doubled line that may stand once
_HAN = re.compile("[\u3400-\u9fff]")


def undouble(raw: str, *, least: int = _ALONE) -> list[bool] | None:
    """Return which characters of the line to keep where it is printed twice, None where it is not.

    ``least`` is the number of characters, white space aside, below which a line is left alone: 研究研究 may be meant.

    >>> line = "近日近日，， 加速加速 TT11"
    >>> "".join(c for c, keep in zip(line, undouble(line)) if keep)
    '近日，加速T1'
    """
    if len(raw) > _LONGEST_LINE or len(set(raw)) > len(raw) * (0.5 + _SINGLES) + 1:
        return None  # at a glance: what is printed twice has at most half as many different characters
    places = [place for place, character in enumerate(raw) if not character.isspace()]
    dense = "".join(raw[place] for place in places)
    allowed = int(len(dense) * _SINGLES)
    if len(dense) < least or not (_HAN.search(dense) or (least < _ALONE and not dense.isalnum())):
        return None
    if sum(count % 2 for count in Counter(dense).values()) > allowed:
        return None
    keep_dense = _cheapest(dense, allowed)
    if keep_dense is None or keep_dense.count(False) * 2 < len(dense) - allowed:
        return None
    if least >= _ALONE and _runs(keep_dense) < 2:
        return None  # 甲县、乙县、甲县、乙县 may be meant
    kept = [False] * len(raw)
    for place, keep in zip(places, keep_dense, strict=True):
        kept[place] = keep
    return kept


def _runs(kept: Sequence[bool]) -> int:
    """Return how many runs are left out."""
    return sum(not keep and (not place or kept[place - 1]) for place, keep in enumerate(kept))


def _cheapest(dense: str, allowed: int) -> list[bool] | None:
    """Cut the line into doubled runs and single characters, with as few singles, then as few runs, as can be."""
    end = len(dense)
    best: list[tuple[int, int, int]] = [(end + 1, 0, 0)] * (
        end + 1
    )  # singles, runs, length of the run that starts here
    best[end] = (0, 0, 0)
    for start in range(end - 1, -1, -1):
        singles, runs, _ = best[start + 1]
        choice = (singles + 1, runs + 1, 0)
        for length in range(1, min(_LONGEST_RUN, (end - start) // 2) + 1):
            middle = start + length
            if dense[start] == dense[middle] and dense.startswith(dense[start:middle], middle):
                after = best[middle + length]
                choice = min(choice, (after[0], after[1] + 1, length))
        best[start] = choice
    if best[0][0] > allowed:
        return None
    kept = [True] * end
    start = 0
    while start < end:
        length = best[start][2]
        kept[start + length : start + 2 * length] = [False] * length
        start += 2 * length or 1
    return kept
