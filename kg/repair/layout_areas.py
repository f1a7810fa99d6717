"""The printed lines of a page as areas: lines of one size that stand under one another in a column."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from kg.repair.layout_glyphs import PrintedLine

_SAME_SIZE = 1.12
_MOST_LEADING = 2.7  # em from one base line to the next, with the white between paragraphs
_LEVEL = 0.3  # em: lines so near in height stand side by side
_MOST_INDENT = 4.2  # em
_PADDING, _WIDER = 0.4, 0.2  # em by which a line after a box stands off and is wider
_NEAR = 8  # lines on either side that show where the column stands


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """Lines that stand under one another in one column, from the top; those set downwards go from right to left.

    ``head`` says that it stands before the text it belongs to: a headline, a line above or below one, a byline;
    ``byline`` that it is the last of these; ``framed`` that it is all that a frame holds.
    """

    lines: tuple[PrintedLine, ...]
    x0: float
    y0: float
    x1: float
    y1: float
    head: bool = False
    byline: bool = False
    framed: bool = False

    @property
    def size(self) -> float:
        return max(line.size for line in self.lines)

    @property
    def downwards(self) -> bool:
        return self.lines[0].downwards


def body_size(lines: Sequence[PrintedLine]) -> float:
    """Return the font size in which most of the page is set."""
    counts: dict[float, int] = {}
    for line in lines:
        counts[round(line.size, 1)] = counts.get(round(line.size, 1), 0) + len(line.glyphs)
    return max(counts, key=lambda size: (counts[size], size))


def make_area(lines: Sequence[PrintedLine]) -> Area:
    """Return the area that lines cover."""
    return Area(
        tuple(lines),
        min(line.x0 for line in lines),
        min(line.y0 for line in lines),
        max(line.x1 for line in lines),
        max(line.y1 for line in lines),
    )


def stack_lines(lines: Sequence[PrintedLine], alone: Container[PrintedLine] = ()) -> list[Area]:
    """Return the areas that the lines make: a line continues the one area right above it, if no line beside it does.

    The lines in ``alone`` are areas of their own.
    """
    across = sorted((line for line in lines if not line.downwards), key=lambda line: (-line.base, line.x0))
    stacks: list[_Stack] = []
    near: list[_Stack] = []  # those that a line of this height may continue
    for number, line in enumerate(across):
        near = [stack for stack in near if stack.last.base <= line.base + _MOST_LEADING * stack.last.size]
        touching = [stack for stack in near if stack.reach(line) > 0]
        lowest = min((stack.last.base for stack in touching), default=0.0)
        going_on = [
            stack
            for stack in touching
            if stack.last.base < lowest + _LEVEL * line.size and stack.last not in alone and _continues(stack, line)
        ]
        if len(going_on) == 1 and line not in alone and not _has_neighbour(across, number, going_on[0]):
            going_on[0].add(line)
        else:
            stacks.append(_Stack(line))
            near.append(stacks[-1])
    whole = [part for stack in stacks for part in _split_boxes(stack.lines)]
    return [make_area(part) for part in whole] + _stack_downward([line for line in lines if line.downwards])


class _Stack:
    """Lines under one another, and how far the last four of them reach."""

    def __init__(self, line: PrintedLine) -> None:
        self.lines = [line]
        self.x0, self.x1 = line.x0, line.x1

    @property
    def last(self) -> PrintedLine:
        return self.lines[-1]

    def add(self, line: PrintedLine) -> None:
        self.lines.append(line)
        self.x0 = min(each.x0 for each in self.lines[-4:])
        self.x1 = max(each.x1 for each in self.lines[-4:])

    def reach(self, line: PrintedLine) -> float:
        """Return how far a line stands in the width of the last lines."""
        return min(line.x1, self.x1) - max(line.x0, self.x0)


def _continues(stack: _Stack, line: PrintedLine) -> bool:
    last, lines = stack.last, stack.lines
    alike = max(line.size, last.size) < _SAME_SIZE * min(line.size, last.size)
    if not alike or last.base <= line.base + _LEVEL * line.size:
        return False
    if len(lines) > 2 and last.base - line.base > lines[-2].base - last.base + _PADDING * line.size:
        left, right = min(each.x0 for each in lines), max(each.x1 for each in lines)
        if line.x0 < left - _WIDER * line.size or line.x1 > right + _WIDER * line.size:
            return False  # what stood in a box is followed by the column around it
        if line.x0 > left + _MOST_INDENT * line.size:
            return False  # a line above the headline of what follows
    return stack.reach(line) >= 0.5 * min(line.x1 - line.x0, stack.x1 - stack.x0)


def _has_neighbour(lines: Sequence[PrintedLine], number: int, stack: _Stack) -> bool:
    """Say whether another line of that height and size stands below the same lines."""
    for step in (-1, 1):
        place = number + step
        while 0 <= place < len(lines) and abs(lines[place].base - lines[number].base) < _LEVEL * lines[number].size:
            other = lines[place]
            alike = max(other.size, stack.last.size) < _SAME_SIZE * min(other.size, stack.last.size)
            if alike and stack.reach(other) > 0:
                return True
            place += step
    return False


def _split_boxes(area: list[PrintedLine]) -> Iterator[list[PrintedLine]]:
    """Cut an area where lines stand off and the column's left edge moves: what a box holds and the column around it."""
    gaps = [a.base - b.base for a, b in itertools.pairwise(area)]
    start = 0
    for place in range(2, len(area) - 1):
        if gaps[place - 1] > min(gaps[place - 2], gaps[place]) + _PADDING * area[place].size:
            above, below = area[max(start, place - _NEAR) : place], area[place : place + _NEAR]
            if abs(min(line.x0 for line in above) - min(line.x0 for line in below)) > _WIDER * area[place].size:
                yield area[start:place]
                start = place
    yield area[start:]


def _stack_downward(lines: Sequence[PrintedLine]) -> list[Area]:
    areas: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda line: (-line.x1, -line.y1)):
        for area in areas:
            last = area[-1]
            near = 0 < last.x1 - line.x1 < _MOST_LEADING * line.size
            alike = max(line.size, last.size) < _SAME_SIZE * min(line.size, last.size)
            if near and alike and min(line.y1, last.y1) > max(line.y0, last.y0):
                area.append(line)
                break
        else:
            areas.append([line])
    return [make_area(area) for area in areas]
