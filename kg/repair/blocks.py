"""A page's lines sorted into what they are: running text, headlines, bylines, captions, page furniture.

Running text is told from headlines by its flow: lines of one width that follow one another, the first of a paragraph
short by its indent. Everything is decided from the lines' form; no word list of topics or names is used.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.repair.bylines import is_credit, is_name_piece, lacks_names, read_byline
from kg.repair.flow import make_flow
from kg.repair.furniture import Furniture, read_furniture, read_note
from kg.repair.lines import WEAK_END, Line
from kg.repair.paragraphs import cut_units

Kind = Literal["text", "headline", "heading", "byline", "caption", "furniture"]

_EDGE = 6  # lines at either end of a page among which a number alone is a page number
_DASHES = re.compile("[—－-]{1,4}")
_CAPTION_OPENING = re.compile(
    r"^(?:[▲△↑↓←→◀▶上下左右]?图[为①-⑨\d]|[上下左右]图|近日|日前|\d{1,2}月\d{1,2}日|在|[▲△↑↓←→◀▶])"
)
_LONGEST_CAPTION = 6  # lines
_PIECE = 4  # code points of a headline set downwards
_LONGEST_NAME = 3  # code points, where a headline set downwards may follow
_DOWNWARDS = 4  # lines of one letter in a row


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
    displayed = {at for at, kind in enumerate(rest_kinds) if kind == "headline"}
    noted = {bisect_left(places, place): note for place in furniture if (note := read_note(lines[place]))}
    flow = make_flow(rest, displayed, noted)
    here = 0
    while here < len(rest):
        if rest_kinds[here] == "byline":
            end = _byline_end(rest, rest_kinds, here)
            blocks.append(Block("byline", tuple(rest[here:end]), places[here]))
        else:
            end = next((at for at in range(here, len(rest)) if rest_kinds[at] == "byline"), len(rest))
            for kind, a, b in cut_units(flow, here, end, at_top=all(block.kind != "text" for block in blocks)):
                width = flow.column(a, b) if kind == "text" else 0.0
                blocks.append(Block(kind, tuple(rest[a:b]), places[a], width))
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
        said = read_furniture(line, at_edge=_at_edge(lines, place))
        if said is not None:
            kinds[place], furniture[place] = "furniture", said
        elif line.doubled or is_credit(line):
            kinds[place] = "caption"
        elif read_byline(line) is not None and (not place or _may_be_byline(line, lines[place - 1], kinds[place - 1])):
            kinds[place] = "byline"
        elif _DASHES.fullmatch(line.text) or _is_downwards(lines, place):
            kinds[place] = "headline"
    for place, line in enumerate(lines):
        if kinds[place] == "caption" and place and kinds[place - 1] is None:
            longest = _LONGEST_CAPTION if is_credit(line) else 2
            for before in range(_caption_start(lines, kinds, place, longest), place):
                kinds[before] = "caption"
    return kinds, furniture


def _at_edge(lines: Sequence[Line], place: int) -> bool:
    """Say whether the line stands at either end of the page, and not in a headline set downwards: 20 / 25 / 年."""
    if _EDGE <= place < len(lines) - _EDGE:
        return False
    if not lines[place].text.isdigit():
        return True
    near = [lines[at] for at in (place - 1, place + 1) if 0 <= at < len(lines)]
    pieces = [line for line in near if len(line.text) <= _PIECE and read_furniture(line, at_edge=False) is None]
    if len(near) == 2:
        return not pieces
    size = len(lines[place].text)  # the first or last line of all
    return not any(line.text.isdigit() or len(line.text) == size > 1 for line in pieces)


def _is_downwards(lines: Sequence[Line], place: int) -> bool:
    """Say whether the line is a letter of a headline set downwards: no column is so narrow."""
    if len(lines[place].text) > 1:
        return False
    start = end = place
    while start and len(lines[start - 1].text) == 1 and place - start < _DOWNWARDS:
        start -= 1
    while end + 1 < len(lines) and len(lines[end + 1].text) == 1 and end - place < _DOWNWARDS:
        end += 1
    return end - start + 1 >= _DOWNWARDS


def _may_be_byline(line: Line, before: Line, kind: Kind | None) -> bool:
    """A line of running text that goes on (本报记者 / 采访了…) is no byline, nor one that signs it: （记者 X）."""
    if kind is not None:
        return True
    if line.text[0] in "（(":
        return not before.ends_sentence
    return before.ends_sentence or not WEAK_END.search(before.text[-1])


def _caption_start(lines: Sequence[Line], kinds: Sequence[Kind | None], credit: int, longest: int) -> int:
    """Return where the caption begins that this line ends: after the last sentence, if it opens like a caption."""
    for start in range(credit, max(credit - longest, -1), -1):
        after_end = start == 0 or kinds[start - 1] is not None or lines[start - 1].ends_sentence
        if after_end and _CAPTION_OPENING.match(lines[start].text):
            return start
        if start < credit and kinds[start] is not None:
            break
    return credit


def _byline_end(lines: Sequence[Line], kinds: Sequence[Kind | None], start: int) -> int:
    """Return the line after the byline; a byline that stops after a role takes the names below it."""
    byline = read_byline(lines[start])
    end = start + 1
    if byline is None or not lacks_names(byline):
        return end
    while end < len(lines) and kinds[end] in (None, "headline") and is_name_piece(lines[end]):
        if kinds[end] == "headline" and end > start + _LONGEST_NAME:
            break
        whole = len(lines[end].text) > 1
        if whole and end > start + 1:
            break
        end += 1
        if whole:
            break
    return end
