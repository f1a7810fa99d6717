"""A page's lines sorted into what they are: running text, headlines, bylines, captions, page furniture.

Running text is told from headlines by its flow: lines of one width that follow one another, the first of a paragraph
short by its indent. Everything is decided from the lines' form; no word list of topics or names is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.repair.bylines import MARKS, is_credit, is_name_piece, lacks_names, read_byline
from kg.repair.columns import MARGIN, first_indent, measure_lines
from kg.repair.furniture import Furniture, read_furniture
from kg.repair.lines import WEAK_END, Line, is_open
from kg.repair.paragraphs import REPORT_OPENING, Flow, cut_paragraphs

Kind = Literal["text", "headline", "heading", "byline", "caption", "furniture"]

_EDGE = 6  # lines at either end of a page among which a number alone is a page number
_DASHES = re.compile("[—－-]{1,4}")
_LONGEST_HEADLINE = 36.0  # em
_CAPTION_OPENING = re.compile(
    r"^(?:[▲△↑↓←→◀▶上下左右]?图[为①-⑨\d]|[上下左右]图|近日|日前|\d{1,2}月\d{1,2}日|在|[▲△↑↓←→◀▶])"
)
_MOST_HEADLINE_LINES = 8
_LONGEST_CAPTION = 6  # lines


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: a paragraph, a piece of a headline, a byline, a caption or a line of furniture.

    ``place`` is the number of its first line on the page. ``width`` is the width of a paragraph's column in em;
    ``furniture`` is what a line of furniture says.
    """

    kind: Kind
    lines: tuple[Line, ...]
    place: int
    width: float = 0.0
    furniture: Furniture | None = None

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)


def sort_lines(lines: Sequence[Line]) -> list[Block]:
    """Return the blocks of a page in file order; each line is in exactly one.

    Captions and furniture are set aside first, so that a paragraph goes on behind them.
    """
    kinds, furniture = _special(lines)
    blocks = [*_captions(lines, kinds)]
    blocks += [Block("furniture", (lines[place],), place, furniture=said) for place, said in furniture.items()]
    places = [place for place, kind in enumerate(kinds) if kind not in ("caption", "furniture")]
    rest, rest_kinds = [lines[place] for place in places], [kinds[place] for place in places]
    widths = measure_lines(rest)
    flow = Flow(rest, widths, first_indent(rest, widths))
    here = 0
    while here < len(rest):
        kind, end = rest_kinds[here], here + 1
        if kind is None and _opens_text(flow, rest_kinds, here):
            end = _text_end(flow, rest_kinds, here)
            if not _holds_sentence(rest[here:end], stops=end < len(rest)):
                blocks += [Block("headline", (rest[at],), places[at]) for at in range(here, end)]
                here = end
                continue
            for a, b in cut_paragraphs(flow, here, end):
                blocks.append(Block("text", tuple(rest[a:b]), places[a], flow.column(a, b)))
        else:
            if kind == "byline":
                end = _byline_end(rest, rest_kinds, here)
            blocks.append(Block(kind or "headline", tuple(rest[here:end]), places[here]))
        here = end
    return sorted(blocks, key=lambda block: block.place)


def _captions(lines: Sequence[Line], kinds: Sequence[Kind | None]) -> Iterator[Block]:
    """Yield the captions: a credit ends one."""
    start: int | None = None
    for place, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind != "caption":
            continue
        start = place if start is None else start
        if is_credit(line) or place + 1 == len(lines) or kinds[place + 1] != "caption":
            yield Block("caption", tuple(lines[start : place + 1]), start)
            start = None


def _special(lines: Sequence[Line]) -> tuple[list[Kind | None], dict[int, Furniture]]:
    """Return the kind of each line that shows by its own form, and what the furniture says."""
    kinds: list[Kind | None] = [None] * len(lines)
    furniture = {}
    for place, line in enumerate(lines):
        if len(line.raw) > 400:
            continue
        said = read_furniture(line, at_edge=place < _EDGE or place >= len(lines) - _EDGE)
        if said is not None:
            kinds[place], furniture[place] = "furniture", said
        elif line.doubled or is_credit(line):
            kinds[place] = "caption"
        elif read_byline(line) is not None and (not place or _may_precede_byline(lines[place - 1], kinds[place - 1])):
            kinds[place] = "byline"
        elif _DASHES.fullmatch(line.text):
            kinds[place] = "headline"
    for place, line in enumerate(lines):
        if kinds[place] == "caption" and place and kinds[place - 1] is None:
            longest = _LONGEST_CAPTION if is_credit(line) else 2
            for before in range(_caption_start(lines, kinds, place, longest), place):
                kinds[before] = "caption"
    return kinds, furniture


def _may_precede_byline(line: Line, kind: Kind | None) -> bool:
    """A line of running text that goes on (本报记者 / 采访了…) is not followed by a byline."""
    return kind is not None or line.ends_sentence or not WEAK_END.search(line.text[-1])


def _caption_start(lines: Sequence[Line], kinds: Sequence[Kind | None], credit: int, longest: int) -> int:
    """Return where the caption begins that this line ends: after the last sentence, if it opens like a caption."""
    for start in range(credit, max(credit - longest, -1), -1):
        after_end = start == 0 or kinds[start - 1] is not None or lines[start - 1].ends_sentence
        if after_end and _CAPTION_OPENING.match(lines[start].text):
            return start
        if start < credit and kinds[start] is not None:
            break
    return credit


def _opens_text(flow: Flow, kinds: Sequence[Kind | None], place: int) -> bool:
    """Say whether running text begins at this line, where none was before.

    If it does, the line is full but for its indent; if the text begins only below it, the next line is.
    """
    line = flow.lines[place]
    if line.raw[0] in MARKS or _leads_on(flow, kinds, place):
        return False
    if "。" in line.text or REPORT_OPENING.match(line.text) or WEAK_END.search(line.text[-1:]) or is_open(line.text):
        return True
    if not _continues(kinds, place, 1) or not _is_prose(flow.lines, place):
        return False
    this, following = _first_fit(flow, kinds, place), _first_fit(flow, kinds, place + 1)
    if "，" in line.text:
        return this < 2 * MARGIN or following >= MARGIN / 2
    return this < MARGIN and (flow.indent == 0 or following >= min(this, MARGIN))


def _first_fit(flow: Flow, kinds: Sequence[Kind | None], place: int) -> float:
    """Return how far (em) a line and the one below are from being the first two lines of a paragraph."""
    if "。" in flow.lines[place].text[-2:]:
        return 0.0
    if not _continues(kinds, place, 1):
        return 9.0
    wide, below = flow.widths[place] + flow.indent, flow.widths[place + 1]
    if flow.lines[place].stretched or flow.lines[place + 1].stretched:
        return 0.0 if abs(wide - below) < 4 * MARGIN else 9.0
    if flow.lines[place + 1].ends_sentence and below < wide:
        return MARGIN / 2  # the last line of the paragraph may be short
    return abs(wide - below)


def _continues(kinds: Sequence[Kind | None], place: int, count: int) -> bool:
    """Say whether that many lines below this one may be running text."""
    return place + count < len(kinds) and all(kind is None for kind in kinds[place : place + count + 1])


def _is_prose(lines: Sequence[Line], place: int) -> bool:
    """Say whether the lines from here on hold the punctuation of sentences."""
    return any(re.search("[，。；：、”]", line.text) for line in lines[place : place + 4])


def _holds_sentence(lines: Sequence[Line], *, stops: bool) -> bool:
    """Say whether lines that look like running text are that: some headlines in a row have no full stop."""
    longest = _MOST_HEADLINE_LINES if stops else _MOST_HEADLINE_LINES // 2
    return len(lines) > longest or any("。" in line.text for line in lines) or lines[-1].ends_sentence


def _text_end(flow: Flow, kinds: Sequence[Kind | None], start: int) -> int:
    """Return the line after the last one of the running text that begins at ``start``."""
    lines = flow.lines
    place = start + 1
    while place < len(lines):
        if kinds[place] is not None:
            return place
        if lines[place - 1].ends_sentence and _stands_out(flow, kinds, start, place):
            return place
        place += 1
    return place


def _stands_out(flow: Flow, kinds: Sequence[Kind | None], start: int, place: int) -> bool:
    """Say whether a line after a finished sentence is a headline or sub-heading and no running text."""
    line, width = flow.lines[place], flow.widths[place]
    text = line.text
    if _leads_on(flow, kinds, place):
        return True
    if WEAK_END.search(text[-1:]) or "。" in text or width > _LONGEST_HEADLINE or is_open(text):
        return False
    if line.raw[0] in MARKS:
        return True
    if line.ends_sentence and len(text) < 5:
        return False
    column = max(flow.widths[max(place - 3, start) : place])
    if not _continues(kinds, place, 1):
        return width < column - 2 * MARGIN and not line.ends_sentence
    if _is_piece(text) and _is_piece(flow.lines[place + 1].text):
        return True
    fits = min(abs(width + flow.indent - column), abs(width - column), _first_fit(flow, kinds, place))
    following = _first_fit(flow, kinds, place + 1)
    if line.stretched or fits < MARGIN:
        return False
    if following < MARGIN:
        return True
    return "，" not in text and width < column / 2 and flow.widths[place + 1] > width + 3 * MARGIN


def _is_piece(text: str) -> bool:
    """Say whether the line may be a piece of a headline set downwards."""
    return len(text) <= 4 and re.search("[，。；：、？！]", text) is None


def _leads_on(flow: Flow, kinds: Sequence[Kind | None], place: int) -> bool:
    """Say whether a byline or the opening of a report comes below this line and at most two more.

    None of them may hold a full stop: then they are a headline, for running text would end before that.
    """
    for near in range(place, min(place + 4, len(kinds))):
        text = flow.lines[near].text
        if kinds[near] == "byline" or REPORT_OPENING.match(text):
            return near > place
        if kinds[near] not in (None, "headline") or re.search("[。；]", text):
            return False
    return False


def _byline_end(lines: Sequence[Line], kinds: Sequence[Kind | None], start: int) -> int:
    """Return the line after the byline; a byline that stops after a role takes the names below it."""
    byline = read_byline(lines[start])
    end = start + 1
    if byline is None or not lacks_names(byline):
        return end
    while end < len(lines) and kinds[end] is None and is_name_piece(lines[end]):
        whole = len(lines[end].text) > 1
        if whole and end > start + 1:
            break
        end += 1
        if whole:
            break
    return end
