"""How wide the lines of a page are, and so which of them fill their column.

All widths are in em, the width of one Chinese character. How wide punctuation, digits and spaces are set differs from
one paper to the next, so that the measure is taken from the page: the one under which neighbouring lines agree best.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from statistics import median

from kg.repair.lines import Line

MARGIN = 1.25
"""Lines of one column differ by less than this: punctuation is squeezed and stretched to justify them."""

_SQUEEZED = re.compile("[，。、；：？！（）《》〈〉“”‘’「」『』【】〔〕]")
_HALF = re.compile(r"[\x21-\x7e\xa1-\xff]")
_GAP = re.compile(r"(?<=\S)\s+(?=\S)")

_MEASURES = ((0.75, 0.5, 0.25), (0.5, 0.5, 0.25), (1.0, 0.5, 0.25), (1.0, 0.5, 0.0), (1.0, 1.0, 0.0), (1.0, 1.0, 1.0))
"""Widths of a Chinese punctuation mark, a half-width character and a space, the likeliest first."""

_INDENT = 2.0  # em before the first line of a paragraph, lost in a text layer (the custom of Chinese typesetting)


def measure_lines(lines: Sequence[Line]) -> list[float]:
    """Return the width of each line in em."""
    counts = [_count(line) for line in lines]
    flowing = [place for place, line in enumerate(lines) if not (line.stretched or line.doubled)]
    best: list[float] = []
    least = float("inf")
    for measure in _MEASURES:
        mark, letter, gap = measure
        widths = [full + squeezed * mark + half * letter + spaces * gap for full, squeezed, half, spaces in counts]
        apart = sum([min(abs(widths[a] - widths[b]), 2.0) for a, b in itertools.pairwise(flowing)])
        if apart < least * 0.98:  # a later measure must be clearly better
            least, best = apart, widths
    return best


def first_indent(lines: Sequence[Line], widths: Sequence[float]) -> float:
    """Return by how much the first lines of paragraphs fall short on this page: 2 em, or 0 where they are set flush.

    Judged by the lines after those that surely end a paragraph: with a full stop, well before the column's end.
    """
    short = []
    for place in range(2, len(lines) - 2):
        near = max(widths[place - 1], widths[place - 2])
        after, then = widths[place + 1], widths[place + 2]
        sure = lines[place].ends_sentence and widths[place] < min(near, then) - 4
        if sure and not lines[place + 1].ends_sentence and not lines[place + 2].ends_sentence and after > near / 2:
            short.append(then - after)
    return _INDENT if not short or median(short) > _INDENT / 2 else 0.0


def _count(line: Line) -> tuple[int, int, int, int]:
    """Return the line's full-width characters, punctuation marks, half-width characters and spaces."""
    squeezed, half = len(_SQUEEZED.findall(line.text)), len(_HALF.findall(line.text))
    spaces = 0 if line.stretched or line.doubled else len(_GAP.findall(line.raw))
    return len(line.text) - squeezed - half, squeezed, half, spaces
