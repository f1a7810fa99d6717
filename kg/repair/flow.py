"""The lines of a page with what is found out once for all of them: widths, indents, blank lines, wording."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log
from statistics import median

from kg.repair.columns import first_indent, measure_lines
from kg.repair.lines import Line
from kg.repair.wording import recurrence

_USUAL_GAP, _MOST_GAP = 0.9, 3.0  # the fewer blank lines a page has, the more each says

# Half of a headline's pairs of letters come back in the lines below, a fifth of those of running text, which mostly
# stood in the lines above as well. In logarithms of odds, measured on pages made from news articles.
_REACH = 15  # lines
_COMES_BACK, _AS_TEXT, _LEAST_BACK, _MOST_BACK = 5.5, 0.31, -0.3, 3.0
_NEW, _NOT_NEW = 1.1, 9.0


@dataclass(frozen=True, slots=True)
class Flow:
    """A page's lines with their widths; the lists run in parallel.

    ``indent`` is by how much (em) paragraphs' first lines fall short, their indent being lost, ``indented`` whether
    the file kept the indents, ``gap`` how much a blank line speaks for a new beginning, and ``display`` how much the
    wording of each line speaks for a headline. ``displayed`` are the lines that surely are headlines, ``noted`` those
    before which a note stood that the article goes on elsewhere (``to``) or comes from there (``from``).
    """

    lines: Sequence[Line]
    widths: Sequence[float]
    indent: float
    indented: bool
    gap: float
    display: Sequence[float]
    displayed: Collection[int]
    noted: Mapping[int, str]

    def column(self, start: int, end: int) -> float:
        """Return the usual width of those lines, the last of a longer paragraph left out."""
        return median(self.widths[start : max(end - 1, start + 1)])


def make_flow(lines: Sequence[Line], displayed: Collection[int], noted: Mapping[int, str]) -> Flow:
    """Return the lines with what holds for the whole page."""
    widths = measure_lines(lines)
    blank = sum(line.gap > 0 for line in lines) / max(len(lines), 1)
    gap = min(max(-log(blank or 1.0) - _USUAL_GAP, 0.0), _MOST_GAP)
    indent, indented = first_indent(lines, widths), _are_indented(lines)
    return Flow(lines, widths, indent, indented, gap, _of_recurrence(lines), displayed, noted)


def _of_recurrence(lines: Sequence[Line]) -> list[float]:
    """Weigh for each line that a headline's words come back in the lines below and did not stand in those above."""
    weights = []
    for before, after in recurrence([line.text for line in lines], _REACH):
        weight = min(max(_COMES_BACK * (after - _AS_TEXT), _LEAST_BACK), _MOST_BACK)
        weights.append(weight + max(_NEW - _NOT_NEW * before, -_NEW))
    return weights


def _are_indented(lines: Sequence[Line]) -> bool:
    """Say whether the file kept the indents: some lines have one, nearly all of them after a finished sentence."""
    indented = [place for place in range(1, len(lines)) if lines[place].indent >= 1]
    after_end = sum(
        lines[place - 1].ends_sentence or lines[place - 1].indent >= 1 or lines[place].gap > 0 for place in indented
    )
    return len(indented) >= 2 and after_end >= 0.7 * len(indented) and len(indented) < 0.7 * len(lines)
