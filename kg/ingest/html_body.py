"""Where on a page its articles stand: the element that holds most running text, and in it the best stretch of lines.

A line is worth as many points as it has characters of running text, and costs points for links. The element whose
lines are worth most holds the article; of its lines the contiguous ones worth most are the body (Pasternack and Roth,
Extracting Article Text from the Web with Maximum Subsequence Segmentation, WWW 2009), where a step from one part of
the page to another costs points too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.ingest.html_lines import (
    is_after_article,
    is_furniture,
    is_heading_tag,
    is_legal,
    is_prose,
)
from kg.ingest.html_markup import Element, Line, names

Stretch = tuple[int, int]
"""Lines by their index, half-open."""

_HOLDERS = names("html body div td th dd section article main form center fieldset blockquote pre")
_LEAST = 30  # characters of running text; less is no article
_LEAST_OF_SEVERAL = 80
_SHORT_COST = 3.0  # a line that is no running text
_MOST_SHORT_COST = 60.0  # of such lines on end: a table inside an article
_AFTER_COST = 800.0  # a line that heads what follows an article
_AFTER_SHARE = 0.5
_STEP_COST = 25.0  # an element to leave or enter between two lines of running text
_FREE_STEPS = 4
_LEAST_TEASERS = 3  # on end
_LEAST_LINK, _LONGEST_TEASER, _LONGEST_LABEL = 4, 160, 12  # characters
_MOST_LINKS = 0.3  # of an element's characters; lists of teasers have more


def find_bodies(lines: Sequence[Line]) -> list[Stretch]:
    """Return the stretches of lines that are bodies of articles, in page order; none where the page has no article."""
    marked = [stretch for stretch in _outermost(lines, "founder-content") if _prose(lines, stretch) >= _LEAST]
    if marked:
        return marked
    several = []
    for start, end in _outermost(lines, "article"):
        headed = any(is_heading_tag(line) and line.link_size < 0.5 * line.size for line in lines[start:end])
        body = _best(lines, start, end)
        if headed and body and _prose(lines, body) >= _LEAST_OF_SEVERAL:
            several.append(body)
    if len(several) > 1:
        return several
    body = _best(lines, 0, len(lines))
    return _split(lines, body) if body else []


def _outermost(lines: Sequence[Line], name: str) -> list[Stretch]:
    """Return the lines of each element of that name that stands in no other of it."""
    stretches: list[Stretch] = []
    owners: list[Element] = []
    for place, line in enumerate(lines):
        owner, element = None, line.element
        while element.parent is not None:
            owner = element if element.name == name else owner
            element = element.parent
        if owner is None:
            continue
        if owners and owners[-1] is owner:
            stretches[-1] = (stretches[-1][0], place + 1)
        else:
            owners.append(owner)
            stretches.append((place, place + 1))
    return stretches


def _prose(lines: Sequence[Line], stretch: Stretch) -> int:
    return sum(line.size for line in lines[slice(*stretch)] if is_prose(line) and not is_legal(line))


def _best(lines: Sequence[Line], start: int, end: int) -> Stretch | None:
    """Return the body among those lines."""
    within = lines[start:end]
    worth, spans = _worths(within), _spans(within)
    inside = _densest(within, worth, spans) or (0, end - start)
    stretch = _richest(within, worth, spans, inside)
    if stretch is None:
        return None
    first, last = start + stretch[0], _lengthen(lines, start + stretch[1], end)
    return (first, last) if _prose(lines, (first, last)) >= _LEAST else None


def _worths(lines: Sequence[Line]) -> list[float]:
    """Return what each line is worth; running text is worth half after a line that heads what follows an article."""
    worths, share = [], 1.0
    teasers = _teasers(lines)
    for line in lines:
        if line in teasers:
            worths.append(-_SHORT_COST - line.link_size)
        elif is_after_article(line):
            worths.append(-_AFTER_COST)
            share = _AFTER_SHARE
        elif is_legal(line):
            worths.append(-_SHORT_COST - line.size)
        elif is_prose(line):
            worths.append(share * (line.size - 3.0 * line.link_size))
        else:
            worths.append(-_SHORT_COST - line.link_size)
    return worths


def _teasers(lines: Sequence[Line]) -> set[Line]:
    """Return the lines of lists that show other articles: one after another begins with a link and goes on."""
    found: set[Line] = set()
    run: list[Line] = []
    for line in lines:
        if line.led and line.link_size >= _LEAST_LINK and line.size <= _LONGEST_TEASER:
            run.append(line)
        elif line.size > _LONGEST_LABEL:  # a date or label may stand between
            run = []
        if len(run) >= _LEAST_TEASERS:
            found.update(run)
    return found


def _spans(lines: Sequence[Line]) -> dict[Element, Stretch]:
    """Return the lines that each element holds, inner elements before outer ones."""
    spans = {}
    known: set[Element] = set()
    for line in lines:
        element: Element | None = line.element
        while element is not None and element not in known:
            known.add(element)
            element = element.parent
    found: dict[Element, Stretch] = {}
    for place, line in enumerate(lines):
        found[line.element] = (found.get(line.element, (place,))[0], place + 1)
    for element in sorted(known, key=lambda each: -each.serial):
        first, last = spans[element] = found[element]
        if element.parent is not None:
            outer = found.get(element.parent, (first, last))
            found[element.parent] = (min(first, outer[0]), max(last, outer[1]))
    return spans


def _densest(lines: Sequence[Line], worth: Sequence[float], spans: Mapping[Element, Stretch]) -> Stretch | None:
    """Return the lines of the element that is worth most, None where none is worth enough."""
    sums = {element: [0.0, 0.0, 0.0] for element in spans}
    for line, value in zip(lines, worth, strict=True):
        total = sums[line.element]
        # what heads the end of an article says nothing against the element that holds both
        total[0] += max(value, -_SHORT_COST - line.link_size)
        total[1] += line.size
        total[2] += line.link_size
    best, most = None, float(_LEAST)
    for element, stretch in spans.items():
        value, size, links = sums[element]
        value = min(value, 0.0) if links > _MOST_LINKS * size else value
        if value > most and element.name in _HOLDERS:
            best, most = stretch, value
        if element.parent is not None:
            for place, own in enumerate((value, size, links)):
                sums[element.parent][place] += own
    return best


def _richest(
    lines: Sequence[Line], worth: Sequence[float], spans: Mapping[Element, Stretch], inside: Stretch
) -> Stretch | None:
    """Return the contiguous lines that are worth most together, beginning and ending with running text."""
    best: Stretch | None = None
    most = total = short = 0.0
    first, last = inside[0], None
    for place in range(*inside):
        value = worth[place]
        if value <= 0:
            if value == -_SHORT_COST:
                value = max(value, short - _MOST_SHORT_COST)
                short -= value
            total += value
            continue
        if last is not None:
            total -= _STEP_COST * max(_steps(lines[last].element, lines[place].element, spans) - _FREE_STEPS, 0)
        if total <= 0:
            total, first = 0.0, place
        total += value
        short, last = 0.0, place
        if total > most:
            best, most = (first, place + 1), total
    return best


def _steps(one: Element, other: Element, spans: Mapping[Element, Stretch]) -> int:
    """Return how many elements are left and entered from one to the other; one that holds just another is no step."""
    steps = 0
    while one is not other:
        later, earlier = (one, other) if one.serial > other.serial else (other, one)
        if later.parent is None:
            break
        steps += spans[later] != spans[later.parent]
        one, other = later.parent, earlier
    return steps


def _lengthen(lines: Sequence[Line], end: int, stop: int) -> int:
    """Return the end of a body with the short lines that follow in the same element: signatures, rows, lists."""
    place, holder = end, lines[end - 1].element.block
    while place < stop and not is_after_article(lines[place]) and not is_legal(lines[place]):
        block = lines[place].element.block
        if block is not holder and block.parent is not holder.parent:
            break
        place += 1
        end = end if is_furniture(lines[place - 1]) else place
    return end


def _split(lines: Sequence[Line], body: Stretch) -> list[Stretch]:
    """Cut a body at its h1 where it has several, each before enough running text of its own."""
    start, end = body
    cuts = [place for place in range(start, end) if lines[place].element.block.name == "h1"]
    before = [place for place in range(start) if lines[place].element.block.name == "h1"]
    if not cuts or (not before and cuts[0] != start):
        return [body]
    if before:
        cuts = [cut for cut in cuts if cut > start]
    firsts = ([start] if before else []) + [cut + 1 for cut in cuts]
    ends = [*(cuts if before else cuts[1:]), end]
    parts = list(zip(firsts, ends, strict=True))
    return parts if all(_prose(lines, part) >= _LEAST_OF_SEVERAL for part in parts) else [body]
