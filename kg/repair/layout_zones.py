"""Areas in reading order as articles: a headline opens one, what follows belongs to it until the next.

Whether large letters are a headline or a sub-heading of the article that they stand in shows by their size, their
length, a byline, and whether the text before them had come to its end.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.model import Box
from kg.repair.bylines import is_credit, read_byline
from kg.repair.headlines import may_be_headline
from kg.repair.layout_areas import Area, make_area, stack_lines
from kg.repair.layout_glyphs import PrintedLine
from kg.repair.layout_order import arrange
from kg.repair.lines import WEAK_END, Line
from kg.repair.paragraphs import REPORT_OPENING

Forms = Mapping[PrintedLine, Line]
"""The wording of each printed line."""

_HEAD = 1.2  # letters so much larger than running text are a headline
_BOLD_HEAD, _PLAIN_HEAD = 1.08, 1.15  # so are lines without a sentence, those in another font and others
_SHORTEST_HEAD = 8  # code points
_LEAD = 1.5  # whole sentences in letters smaller than this are text
_NEAR = 1.6  # em of the headline: a line so near above or below goes with it
_LONGEST_SIDE_LINE = 40  # code points of a line above or below the headline
_NEARLY, _SMALLER, _RATHER_SMALLER = 0.97, 0.85, 0.75  # of its article's headline: a sub-heading is smaller
_LONGEST_HEADING = 18
_LARGEST_HEADING = 1.6  # of running text
_USUAL_HEADING = 1.22
_SHORT, _OTHER_WIDTH = 1.4, 2.5  # em
ENDED = re.compile("[。！？!?…][”’」』）)】》]*$|[）)]$")  # a note may follow the last sentence: （完）
_LONGEST_CAPTION = 8  # lines
_LONGEST_CREDIT = 3  # lines
_STAND_OFF = 0.3  # em
_LEAST_FRAMED = 3  # lines
_LEAST_INSET, _MOST_INSET = 0.4, 6.0  # em by which a box is narrower than its column
_IN_LINE = 0.1  # em
_MOST_FRAMED = 0.9  # of the page's lines: a frame round nearly all is the page's


@dataclass(slots=True)
class Zone:
    """The areas of one article: those before its text, its text with sub-headings, its captions."""

    heads: list[Area] = field(default_factory=list)
    body: list[Area] = field(default_factory=list)
    captions: list[Area] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn on the page: pictures, and frames that may hold text."""

    images: tuple[Box, ...]
    frames: tuple[Box, ...]


def find_zones(lines: Sequence[PrintedLine], forms: Forms, size: float, drawing: Drawing) -> list[Zone]:
    """Return the articles of a page or frame in reading order; ``size`` is that of running text.

    A frame with a headline of its own holds articles of its own, which follow the one around it; the text of any other
    is part of the article that it stands in.
    """
    framed, rest = _split_frames(lines, drawing.frames)
    areas = stack_lines(rest)
    alone = _bylines(areas, forms) | {area.lines[-1] for area in areas if _has_stray_end(area, forms)}
    alone |= {area.lines[0] for area in areas if len(area.lines) > 1 and forms[area.lines[0]].text.startswith("——")}
    areas = stack_lines(rest, alone)
    captions = [area for area in areas if _is_caption(area, forms, size, drawing.images)]
    areas = _mark_heads([area for area in areas if area not in captions], forms, size)
    inner: dict[Area, list[Zone]] = {}
    for part, frame in framed:
        smaller = tuple(box for box in drawing.frames if box != frame and _holds(frame, box))
        area = replace(make_area(part), framed=True)
        inner[area] = find_zones(part, forms, size, Drawing(drawing.images, smaller))
    zones = _cut(arrange([*areas, *inner], size, drawing.images), inner, forms, size)
    if captions and not zones:
        return [Zone(captions=captions)]
    for caption in captions:
        _nearest(caption, zones).captions.append(caption)
    return zones


def _split_frames(
    lines: Sequence[PrintedLine], frames: Sequence[Box]
) -> tuple[list[tuple[list[PrintedLine], Box]], list[PrintedLine]]:
    """Return the lines in each outermost frame that holds text and crosses none, and the other lines."""
    framed: list[tuple[list[PrintedLine], Box]] = []
    rest = list(lines)
    for frame in sorted(frames, key=lambda box: -(box[2] - box[0]) * (box[3] - box[1])):
        inside = [line for line in rest if _holds(frame, (line.x0, line.y0, line.x1, line.y1))]
        across = sum(not line.downwards for line in inside)
        enough = across >= _LEAST_FRAMED or len(inside) - across >= 2
        if not enough or len(inside) > _MOST_FRAMED * len(lines):
            continue
        if any(_overlap(frame, line) for line in rest if line not in inside):
            continue
        framed.append((inside, frame))
        held = set(inside)
        rest = [line for line in rest if line not in held]
    return framed, rest


def _holds(frame: Box, box: Box) -> bool:
    return frame[0] - 2 < box[0] and frame[1] - 2 < box[1] and box[2] < frame[2] + 2 and box[3] < frame[3] + 2


def _overlap(frame: Box, line: PrintedLine) -> bool:
    return line.x0 < frame[2] - 1 and line.x1 > frame[0] + 1 and line.y0 < frame[3] - 3 and line.y1 > frame[1] + 3


# --- what an area is ------------------------------------------------------------------------------------------------


def _bylines(areas: Sequence[Area], forms: Forms) -> set[PrintedLine]:
    """Return the lines that are bylines; none is where the line above in its column goes on."""
    found: set[PrintedLine] = set()
    for area in areas:
        if _has_credit(area, forms):
            continue
        for before, line in zip((None, *area.lines), area.lines, strict=False):
            goes_on = before is not None and before not in found and not forms[before].ends_sentence
            if not goes_on and read_byline(forms[line]) is not None:
                found.add(line)
    return found


def _has_stray_end(area: Area, forms: Forms) -> bool:
    """Say whether the last line stands off from the column and ends no sentence: it is a line above a headline."""
    if len(area.lines) < 3 or area.downwards:
        return False
    last, before = area.lines[-1], area.lines[-2]
    usual = min(a.base - b.base for a, b in itertools.pairwise(area.lines[-4:-1]))
    off = before.base - last.base > usual + _STAND_OFF * last.size
    short = last.x1 - last.x0 < 0.8 * (area.x1 - area.x0)
    return off and short and not WEAK_END.search(forms[last].text) and not forms[last].ends_sentence


def is_byline(area: Area, forms: Forms) -> bool:
    """Say whether every line of the area is a byline."""
    return len(area.lines) <= 3 and all(read_byline(forms[line]) is not None for line in area.lines)


def _is_caption(area: Area, forms: Forms, size: float, images: Sequence[Box]) -> bool:
    """Say whether the area is a caption: in small letters or beside a picture, and mostly with a credit at its end."""
    if len(area.lines) > _LONGEST_CAPTION or area.size > 1.05 * size or area.downwards:
        return False
    small = area.size < 0.97 * size
    beside = any(
        box[0] - 2 * size < area.x0 and area.x1 < box[2] + 2 * size and -size < box[1] - area.y1 < 2 * size
        for box in images
    )
    return small or beside or len(area.lines) <= 2 if _has_credit(area, forms) else small and beside


def _has_credit(area: Area, forms: Forms) -> bool:
    """Say whether the area is as short as a caption and ends in a credit, which may be broken into lines."""
    last = forms[area.lines[-1]]
    if len(area.lines) > _LONGEST_CAPTION or area.downwards:
        return False
    end = "".join(forms[line].shown for line in area.lines[-_LONGEST_CREDIT:])
    return is_credit(last) or is_credit(replace(last, shown=end))


def _mark_heads(areas: Sequence[Area], forms: Forms, size: float) -> list[Area]:
    """Return the areas, those that stand before a text marked: headlines, lines above or below one, bylines."""
    widest = max(areas, key=lambda area: len(area.lines), default=None)
    face = widest.lines[len(widest.lines) // 2].face if widest else 0.0
    large = [area for area in areas if _is_large(area, forms, size, face)]
    text = [area for area in areas if area not in large]
    heads = {area for area in text if is_byline(area, forms) and not _closes(area, text, size)}.union(large)
    heads.update(area for area in areas if any(_is_side_line(area, headline, forms) for headline in large))
    return [replace(area, head=True, byline=is_byline(area, forms)) if area in heads else area for area in areas]


def _closes(area: Area, areas: Sequence[Area], size: float) -> bool:
    """Say whether a byline ends the text above it: it stands closer to that than to what comes below."""
    column = [each for each in areas if each is not area and min(each.x1, area.x1) > max(each.x0, area.x0)]
    above = min((each.y0 - area.y1 for each in column if each.y0 >= area.y1 and len(each.lines) > 1), default=None)
    below = min((area.y0 - each.y1 for each in column if each.y1 <= area.y0), default=None)
    return above is not None and above < size and (below is None or below > 2 * max(above, size / 2))


def _is_large(area: Area, forms: Forms, size: float, face: float) -> bool:
    if area.size < _HEAD * size:
        text = "".join(forms[line].text for line in area.lines)
        bold = all(line.face != face for line in area.lines)
        larger = area.size > (_BOLD_HEAD if bold else _PLAIN_HEAD) * size
        return larger and len(text) >= _SHORTEST_HEAD and "。" not in text
    sentences = any("。" in forms[line].text for line in area.lines)
    return not (sentences and len(area.lines) > 1 and area.size < _LEAD * size)


def _is_side_line(area: Area, headline: Area, forms: Forms) -> bool:
    """Say whether one line stands right above or below a headline and goes with it: no sentence of the text does."""
    line = forms[area.lines[0]]
    if len(area.lines) > 1 or area is headline or len(line.text) > _LONGEST_SIDE_LINE or line.ends_sentence:
        return False
    if area.downwards != headline.downwards or min(area.x1, headline.x1) <= max(area.x0, headline.x0):
        return False
    between = max(area.y0 - headline.y1, headline.y0 - area.y1)
    return between < _NEAR * headline.size and (area.y0 >= headline.y1 or line.text[0] in "—－")


# --- articles -------------------------------------------------------------------------------------------------------


def _cut(areas: Sequence[Area], inner: Mapping[Area, list[Zone]], forms: Forms, size: float) -> list[Zone]:
    zones = [Zone()]
    waiting: list[Area] = []
    outer: Zone | None = None  # the article in whose column the last one is set
    for number, area in enumerate(areas):
        if outer is not None and not area.head and _leaves(area, zones[-1], outer, size):
            zones.append(outer)
            outer = None
        zone = zones[-1]
        if area.framed:
            if any(each.heads for each in inner[area]):
                zones[-1:] = [*inner[area], zone]
            else:
                zone.body += [replace(each, framed=True) for part in inner[area] for each in part.body]
                zone.captions += [each for part in inner[area] for each in part.captions]
            continue
        if area.head:
            waiting.append(area)
            continue
        if waiting:
            following = list(itertools.takewhile(lambda each: not each.head, areas[number:]))
            if _opens_article(waiting, zone, following, forms, size):
                outer = zone if _is_inset(area, zone, areas, size) else None
                zones.append(Zone(heads=waiting))
            else:
                zone.body += waiting
        zones[-1].body.append(area)
        waiting = []
    if waiting and all(is_byline(area, forms) for area in waiting):
        zones[-1].heads += waiting
    elif waiting:
        zones.append(Zone(heads=waiting))
    found = {id(zone): zone for zone in zones if zone.heads or zone.body}
    return list(found.values())


def _is_inset(area: Area, zone: Zone, areas: Sequence[Area], size: float) -> bool:
    """Say whether an area is a box in the article before: a little narrower than its columns, in line with none."""
    width = max((_width(each) for each in zone.body if len(each.lines) > 1 and not each.downwards), default=0.0)
    if len(area.lines) < 2 or not _LEAST_INSET * size <= width - _width(area) <= _MOST_INSET * size:
        return False
    wider = (each for each in areas if not each.head and _width(each) > _width(area) + _LEAST_INSET / 2 * size)
    return not any(abs(area.x0 - each.x0) < _IN_LINE * size for each in wider)


def _leaves(area: Area, box: Zone, outer: Zone, size: float) -> bool:
    """Say whether an area below or beside a box belongs to the article around it, to whose columns it is equal."""
    slack = _LEAST_INSET / 2 * size
    left, right = min(each.x0 for each in box.body), max(each.x1 for each in box.body)
    if area.x1 > left and area.x0 < right:
        wider = area.x0 < left - slack and area.x1 > right - slack
        return wider or any(abs(area.x0 - each.x0) < slack or abs(area.x1 - each.x1) < slack for each in outer.body)
    beside = area.y1 > min(each.y0 for each in outer.body)
    return beside and abs(_width(area) - max(map(_width, box.body))) > slack


def _width(area: Area) -> float:
    return area.x1 - area.x0


def _opens_article(heads: Sequence[Area], zone: Zone, following: Sequence[Area], forms: Forms, size: float) -> bool:
    """Say whether headlines open an article, and are no sub-heading or stray byline in the one before."""
    titles = [area for area in heads if not is_byline(area, forms)]
    if not zone.body:
        return True
    if not titles:
        return False
    if len(titles) < len(heads) or REPORT_OPENING.match(forms[following[0].lines[0]].text):
        return True
    after = "".join(forms[line].text for area in following for line in area.lines)
    if _runs_on(zone.body[-1], forms):
        return sum(len(forms[line].text) for area in titles for line in area.lines) > _LONGEST_HEADING
    largest = max(area.size for area in titles)
    own = max((area.size for area in zone.heads if not is_byline(area, forms)), default=0.0)
    text = "".join(forms[line].text for area in titles for line in area.lines)
    if len(text) <= _LONGEST_HEADING and largest <= _USUAL_HEADING * size and largest < _NEARLY * own:
        return False
    if len(text) > _LONGEST_HEADING or largest > _LARGEST_HEADING * size or largest >= _SMALLER * own:
        return True
    if largest > _USUAL_HEADING * size and _is_other_column(following, zone, size):
        return True
    if largest >= _RATHER_SMALLER * own and largest > _USUAL_HEADING * size:
        return True
    return largest > _USUAL_HEADING * size and may_be_headline([forms[line] for line in titles[0].lines], after)


def _runs_on(area: Area, forms: Forms) -> bool:
    """Say whether a sentence goes on after the last line, which is as long as the column is wide."""
    last = area.lines[-1]
    full = last.x1 > area.x1 - _SHORT * last.size
    return len(area.lines) > 1 and full and not area.framed and not ENDED.search(forms[last].text)


def _is_other_column(areas: Sequence[Area], zone: Zone, size: float) -> bool:
    """Say whether text is set in columns of another width than the article before: a sub-heading changes none."""
    after, before = (
        max((_width(area) for area in part if len(area.lines) > 2 and not area.framed), default=0.0)
        for part in (areas, zone.body)
    )
    return min(after, before) > 0 and abs(after - before) > _OTHER_WIDTH * size


def _nearest(caption: Area, zones: Sequence[Zone]) -> Zone:
    """Return the article that a caption stands in, or else the nearest."""
    return min(zones, key=lambda zone: _distance(caption, zone))


def _distance(caption: Area, zone: Zone) -> float:
    area = make_area([line for each in (*zone.heads, *zone.body) for line in each.lines])
    across = max(area.x0 - caption.x1, caption.x0 - area.x1, 0.0)
    along = max(area.y0 - caption.y1, caption.y0 - area.y1, 0.0)
    inside = min(abs(each.y0 - caption.y1) + abs(each.y1 - caption.y0) for each in (*zone.heads, *zone.body))
    return across + along + inside * 1e-3
