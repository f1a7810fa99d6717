"""Column analysis: the areas of a page in the order in which they are read.

The page is cut along its white space, again and again: across where a headline begins below, else between columns, so
that the columns of one article are read one after the other and never those of the article below.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from kg.model import Box
from kg.repair.layout_areas import Area, make_area

_LEVEL = 0.3  # em
_LOWER = 2.5  # em by which a headline may stand lower than the text beside it
_LEAST_GUTTER = 0.6  # em of running text
_LEAST_WHITE = 0.1
_WIDEST = 0.4  # em by which one gap between lines is wider than any other
_SUBHEADING = 1.22  # of running text: a sub-heading is mostly no larger
_BREAK = 2.0  # em of white across all columns that set articles apart


def arrange(areas: Sequence[Area], size: float, images: Sequence[Box] = ()) -> list[Area]:
    """Return the areas in reading order; ``size`` is that of running text, ``images`` are the pictures among them."""
    if len(areas) < 2:
        return list(areas)
    strips = _white_strips(areas, size)
    gutters = _gutters(areas, size)
    breaks = [strip for strip in strips if _is_break(areas, strip, size, images)]
    if breaks:
        return _join(_cut_across(areas, breaks), size, images)
    cut = _cut_beside_headlines(areas, size)
    if cut:
        return _join(cut, size, images)
    led = _below_headlines(areas, strips)
    if led:
        return _join(_cut_across(areas, led), size, images)
    if gutters:
        return _join(_cut_along(areas, gutters), size, images)
    fair = [strip for strip in strips if not any(area.head for area in _right_above(areas, strip))]
    if fair or strips:
        return _join(_cut_across(areas, fair or strips), size, images)
    return sorted(areas, key=lambda area: (-area.y1, area.x0))  # they overlap: nothing better is known


def _join(parts: Sequence[Sequence[Area]], size: float, images: Sequence[Box]) -> list[Area]:
    return [area for part in parts for area in arrange(part, size, images)]


def _white_strips(areas: Sequence[Area], size: float) -> list[tuple[float, float]]:
    """Return the strips (from below, to above) that no area crosses, the uppermost first."""
    strips = []
    low = float("inf")
    for area in sorted(areas, key=lambda area: -area.y1):
        if area.y1 < low - _LEAST_WHITE * size and low < float("inf"):
            strips.append((area.y1, low))
        low = min(low, area.y0)
    return strips


def _gutters(areas: Sequence[Area], size: float) -> list[tuple[float, float]]:
    """Return the white strips (from left, to right) between columns, the leftmost first."""
    gutters = []
    right = -float("inf")
    for area in sorted(areas, key=lambda area: area.x0):
        if area.x0 > right + _LEAST_GUTTER * size and right > -float("inf"):
            gutters.append((right, area.x0))
        right = max(right, area.x1)
    return gutters


def _right_above(areas: Sequence[Area], strip: tuple[float, float]) -> list[Area]:
    """Return the areas above a strip that have no other between."""
    return _lowest([area for area in areas if area.y0 >= strip[1] - 0.01])


def _right_below(areas: Sequence[Area], strip: tuple[float, float]) -> list[Area]:
    below = [area for area in areas if area.y1 <= strip[0] + 0.01]
    return [a for a in below if not any(_share_width(a, b) and b.y0 >= a.y1 - 0.01 for b in below if b is not a)]


def _share_width(one: Area, other: Area) -> bool:
    return min(one.x1, other.x1) > max(one.x0, other.x0)


def _is_break(areas: Sequence[Area], strip: tuple[float, float], size: float, images: Sequence[Box]) -> bool:
    """Say whether articles end above the strip: headlines begin right below it, or it is wide and holds no picture."""
    if any(area.head for area in _right_above(areas, strip)):
        return False
    if _begin_articles(_right_below(areas, strip), areas, size):
        return True
    left, right = min(area.x0 for area in areas), max(area.x1 for area in areas)
    pictured = any(box[0] < right and box[2] > left and box[1] < strip[1] and box[3] > strip[0] for box in images)
    return strip[1] - strip[0] > _BREAK * size and not pictured


def _begin_articles(below: Sequence[Area], areas: Sequence[Area], size: float) -> bool:
    """Say whether articles begin with these areas: under a headline over all, or each under its own.

    Text that begins as high as a headline belongs to it only if it stands to its right; other text runs on from above,
    past a headline inside another column.
    """
    heads = [area for area in below if area.head and _is_headline(area, areas, size)]
    if not heads:
        return False
    first = min(below, key=lambda area: area.x0)
    lowest = min(area.y0 for area in heads)
    return first in heads or all(
        area.head or area.y1 <= lowest + _LEVEL * size or any(head.downwards for head in heads) for area in below
    )


def _is_headline(head: Area, areas: Sequence[Area], size: float) -> bool:
    """Say whether it is more than a sub-heading: larger, a byline, set downwards, or the line above a headline."""
    if head.size > _SUBHEADING * size or head.downwards or head.byline:
        return True
    under = (area for area in areas if area.head and area.size > _SUBHEADING * size and _share_width(area, head))
    return any(-_LEVEL * size < head.y0 - area.y1 < _LOWER * size for area in under)


def _cut_beside_headlines(areas: Sequence[Area], size: float) -> list[list[Area]]:
    """Cut all columns above the uppermost headline inside them beside which each has its widest white, if there is one.

    Such an article begins with a headline in its first column, and its other columns stand close below the text above.
    """
    for head in sorted((area for area in areas if area.head), key=lambda area: -area.y1):
        parts: list[list[Area]] = [[], []]
        highest = head.y1 + _LOWER * size
        for area in areas:
            if area.y0 >= head.y1 - 0.01 or area.y1 <= highest:
                parts[area.y0 < head.y1 - 0.01].append(area)
                continue
            place = _widest_white(area, size)
            if place is None or area.lines[place].y1 > highest or area.lines[place - 1].y0 < head.y1 - _LEVEL * size:
                break
            parts[0].append(make_area(area.lines[:place]))
            parts[1].append(make_area(area.lines[place:]))
        else:
            crossed = len(parts[0]) + len(parts[1]) > len(areas)
            leftmost = min(parts[1], key=lambda area: area.x0)
            first = head is leftmost or head.x0 < leftmost.x1
            if crossed and first and parts[0] and not any(area.head for area in _lowest(parts[0])):
                return parts
    return []


def _widest_white(area: Area, size: float) -> int | None:
    """Return the line of an area above which clearly more white stands than above any other."""
    if area.head or area.framed or area.downwards or len(area.lines) < 3:
        return None
    gaps = [a.base - b.base for a, b in itertools.pairwise(area.lines)]
    *_, second, widest = sorted(gaps)
    return gaps.index(widest) + 1 if widest > second + _WIDEST * size else None


def _lowest(areas: Sequence[Area]) -> list[Area]:
    return [a for a in areas if not any(_share_width(a, b) and b.y1 <= a.y0 + 0.01 for b in areas if b is not a)]


def _below_headlines(areas: Sequence[Area], strips: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the uppermost strips with nothing above but headlines under one another: they head all that is below."""
    led = []
    for strip, part in zip(strips, _cut_across(areas, strips), strict=False):
        if len(part) > 1 or not part[0].head:
            break
        led.append(strip)
    return led


def _cut_across(areas: Sequence[Area], strips: Sequence[tuple[float, float]]) -> list[list[Area]]:
    levels = [high for _, high in strips]
    parts: list[list[Area]] = [[] for _ in range(len(levels) + 1)]
    for area in areas:
        parts[sum(area.y0 < level - 0.01 for level in levels)].append(area)
    return parts


def _cut_along(areas: Sequence[Area], gutters: Sequence[tuple[float, float]]) -> list[list[Area]]:
    """Cut between columns: where one begins with a headline, if any does, for there an article may begin."""
    parts = _columns(areas, gutters)
    headed = [gutter for gutter, part in zip(gutters, parts[1:], strict=True) if _top(part).head]
    if headed and len(headed) < len(gutters):
        parts = _columns(areas, headed)
    return _headlines_first(parts)


def _columns(areas: Sequence[Area], gutters: Sequence[tuple[float, float]]) -> list[list[Area]]:
    parts: list[list[Area]] = [[] for _ in range(len(gutters) + 1)]
    for area in areas:
        parts[sum(area.x0 >= right - 0.01 for _, right in gutters)].append(area)
    return parts


def _top(areas: Sequence[Area]) -> Area:
    return max(areas, key=lambda area: (area.y1, -area.x0))


def _is_headed(areas: Sequence[Area]) -> bool:
    """Say whether a headline stands at the top: a byline alone is none."""
    top = _top(areas)
    return top.head and not top.byline


def _headlines_first(parts: list[list[Area]]) -> list[list[Area]]:
    """Put a headline set downwards before the columns at its left, if these have none above them."""
    ordered: list[list[Area]] = []
    open_from = 0
    for part in parts:
        if all(area.head and area.downwards for area in part):
            if len(ordered) > open_from and not any(_is_headed(other) for other in ordered[open_from:]):
                ordered.insert(open_from, part)
                open_from = len(ordered)
                continue
            open_from = len(ordered)
        ordered.append(part)
    return ordered
